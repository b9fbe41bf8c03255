//! A chain that is known from what Alembic listed, without its files.

use crate::ordered::Set;

use super::graph::{Graph, Link};
use super::replay::Replay;
use super::{Chain, DowngradeKind, Revision, order};
use crate::engine::span::Span;

/// A revision as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub id: String,
    pub down: Vec<String>,
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    pub message: Option<String>,
    pub create_date: Option<String>,
    pub span: Span,
}

/// Returns the chain of what was shown. Nothing is known of what its revisions do, so it has no replay; and
/// a listing may show a part alone, so a parent that is not in it is no problem.
pub fn from_listing(shown: Vec<Shown>) -> Chain {
    let revisions: Vec<Revision> = shown.into_iter().map(revision).collect();
    let links: Vec<Link> = revisions.iter().map(Link::from).collect();
    let graph = Graph::new(&links);
    let order = order::upgrade(&graph);
    Chain { revisions, graph, order, replay: Replay::default(), ..Chain::default() }
}

fn revision(shown: Shown) -> Revision {
    let Shown { id, down, depends_on, labels, message, create_date, span } = shown;
    Revision {
        id,
        down,
        depends_on,
        labels,
        message,
        create_date,
        header_id: None,
        header_revises: None,
        upgrade: Vec::new(),
        downgrade: Vec::new(),
        downgrade_kind: DowngradeKind::Absent,
        unordered_parents: false,
        unread_parents: None,
        text: 0,
        assumed_names: Set::new(),
        unnames_keys: false,
        keys_in_sql: Set::new(),
        span,
        path: String::new(),
    }
}
