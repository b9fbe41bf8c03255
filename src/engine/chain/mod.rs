//! Revisions in time.
//!
//! In: [`Revision`]s as the revision files give them.
//! Out: [`Chain`]s: one per script folder, with graph, order, problems and replay.
//! Never: Python, SQL, files; the graph is built from ids alone.

use crate::engine::op::Step;
use crate::engine::span::Span;

/// One revision file, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub id: String,
    /// Parents as written; whether they exist is the graph's business. Empty for a base.
    pub down: Vec<String>,
    /// Revision ids or branch labels, as written.
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    /// First paragraph of the module docstring (Alembic's `doc`).
    pub message: Option<String>,
    pub create_date: Option<String>,
    /// `Revision ID:` of the docstring, which Alembic never reads.
    pub header_id: Option<String>,
    /// `Revises:` of the docstring, which Alembic never reads.
    pub header_revises: Option<Vec<String>>,
    pub upgrade: Vec<Step>,
    pub downgrade: Vec<Step>,
    pub downgrade_kind: DowngradeKind,
    /// Parents were given as a set, whose order Alembic does not define.
    pub unordered_parents: bool,
    /// Why the parents could not be read; `down` is then empty although the revision may be no base.
    pub unread_parents: Option<String>,
    /// The `revision = …` assignment; its document is the revision's file.
    pub span: Span,
    /// Path of the file, for order (Alembic's file order) and for grouping into script folders.
    pub path: String,
}

/// What a `downgrade()` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DowngradeKind {
    Absent,
    /// `pass`, a docstring, or nothing.
    Empty,
    /// Raises at once.
    Raises,
    Present,
}
