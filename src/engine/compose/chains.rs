//! Chains → views.

use crate::engine::case::{self, Case, Position};
use crate::engine::chain::undo::{Fate, Trace};
use crate::engine::chain::{self, Chain, Revision, RevisionIx, Undo};
use crate::engine::history::What;
use crate::engine::op::{Op, Step};
use crate::engine::schema::Ident;
use crate::ordered::{Map, Set};
use crate::wire::words::count;
use crate::wire::{
    ChainChange, ChainProblem, ChainRevision, ChainView, Changes, Downgrade, DowngradeKind,
    IgnoredFile, Resemblance, Role,
};

pub(super) fn views(case: &Case) -> Vec<ChainView> {
    let given = case.chains.iter().enumerate().map(|(ix, chain)| view(case, ix, chain));
    given.chain(case.printed_chain().map(|chain| printed(case, &chain))).collect()
}

/// The chain that Alembic's output shows, where no file was given.
fn printed(case: &Case, chain: &Chain) -> ChainView {
    let documents =
        chain.revisions.iter().filter_map(|revision| case.documents.get(revision.span.document));
    let outputs: Set<&str> = documents.map(|document| document.name.as_str()).collect();
    let outputs: Vec<String> = outputs.into_iter().map(|name| format!("`{name}`")).collect();
    let note = format!(
        "Known from output alone ({}): what these revisions do was not given.",
        outputs.join(", ")
    );
    ChainView { notes: vec![note], from_output: true, ..view(case, usize::MAX, chain) }
}

fn view(case: &Case, chain_ix: usize, chain: &Chain) -> ChainView {
    let id = |ix: RevisionIx| chain.revision(ix).map(|revision| revision.id.clone());
    let ids = |list: &[RevisionIx]| list.iter().filter_map(|ix| id(*ix)).collect();
    let resembles =
        [Role::Dev, Role::Prod].into_iter().filter_map(|role| match case.position(role) {
            Position::NeverStamped { resembles: Some((ix, near)), .. } if *ix == chain_ix => {
                Some(Resemblance {
                    role,
                    revision: id(near.revision)?,
                    missing: near.missing.iter().map(ToString::to_string).collect(),
                    extra: near.extra.iter().map(ToString::to_string).collect(),
                    alike: ids(&near.alike),
                    ties: ids(&near.ties),
                    differences: near.differences.1.clone(),
                })
            }
            _ => None,
        });
    ChainView {
        root: chain.root.clone(),
        revisions: chain
            .revisions
            .iter()
            .enumerate()
            .map(|(ix, revision)| row(case, chain, RevisionIx(ix), revision))
            .collect(),
        heads: ids(&chain.graph.heads),
        bases: ids(&chain.graph.bases),
        order: ids(&chain.order),
        problems: chain
            .problems
            .iter()
            .map(|problem| ChainProblem {
                rule: problem.rule.to_owned(),
                revision: problem.revision.and_then(id),
                file: problem
                    .span
                    .and_then(|span| case.documents.get(span.document))
                    .map(|document| document.name.clone()),
                message: problem.message.clone(),
                alembic: problem.alembic.clone(),
            })
            .collect(),
        ignored: chain
            .ignored
            .iter()
            .map(|ignored| IgnoredFile {
                file: case
                    .documents
                    .get(ignored.document)
                    .map_or_else(|| ignored.path.clone(), |document| document.name.clone()),
                why: ignored.why.clone(),
            })
            .collect(),
        notes: chain.notes.iter().cloned().chain(owned(case, chain)).collect(),
        resembles: resembles.collect(),
        changed: changed(case, chain_ix),
        from_output: false,
    }
}

/// Which tables are a chain's own, by schema. One chain alone owns what there is.
fn owned(case: &Case, chain: &Chain) -> Option<String> {
    if case.chains.len() < 2 {
        return None;
    }
    let mut schemas: Map<Option<&Ident>, usize> = Map::new();
    for table in case::made(chain) {
        *schemas.entry(table.schema.as_ref()).or_default() += 1;
    }
    let of = |(schema, tables): (&Option<&Ident>, &usize)| {
        let place = schema.map_or("the default schema".to_owned(), |name| format!("`{name}`"));
        format!("{} in {place}", count(*tables, "table", "tables"))
    };
    let places: Vec<String> = schemas.iter().map(of).collect();
    (!places.is_empty()).then(|| format!("Makes {}.", places.join(", ")))
}

/// What happened since the state before: to revisions of this chain, and to those that no chain has any more.
fn changed(case: &Case, number: usize) -> Vec<ChainChange> {
    let own = case.history.changes.iter().filter(|change| match change.now {
        Some((of, _)) => of == number,
        None => number == 0,
    });
    own.map(|change| {
        let was = match &change.what {
            What::RenamedId { from } => Some(from),
            _ => change.was.map(|_| &change.id),
        };
        let old = case.before.iter().flatten().find_map(|chain| chain.revision(chain.find(was?)?));
        let document = change.was.and_then(|span| case.documents.get(span.document));
        ChainChange {
            revision: change.id.clone(),
            what: change.what.word().to_owned(),
            down: old.map(|old| old.down.clone()).unwrap_or_default(),
            file: document.map(|document| document.name.clone()),
        }
    })
    .collect()
}

fn row(case: &Case, chain: &Chain, ix: RevisionIx, revision: &Revision) -> ChainRevision {
    let document = case.documents.get(revision.span.document);
    let node = chain.graph.node(ix);
    ChainRevision {
        id: revision.id.clone(),
        down: revision.down.clone(),
        depends_on: revision.depends_on.clone(),
        labels: revision.labels.clone(),
        message: revision.message.clone(),
        create_date: revision.create_date.clone(),
        file: document.map(|document| document.name.clone()).unwrap_or_default(),
        line: document.map_or(0, |document| document.position(revision.span.start).line),
        is_head: chain.graph.heads.contains(&ix),
        is_base: chain.graph.bases.contains(&ix),
        is_branch_point: node.is_some_and(|node| node.is_branch_point),
        is_merge_point: node.is_some_and(|node| node.is_merge_point),
        changes: changes(&revision.upgrade),
        downgrade: chain.undo(ix).map(|undo| downgrade(revision, undo)),
    }
}

fn downgrade(revision: &Revision, undo: &Undo) -> Downgrade {
    let kind = match revision.downgrade_kind {
        chain::DowngradeKind::Absent => DowngradeKind::Absent,
        chain::DowngradeKind::Empty => DowngradeKind::Empty,
        chain::DowngradeKind::Raises => DowngradeKind::Raises,
        chain::DowngradeKind::Present => DowngradeKind::Present,
    };
    // One that is not there, or raises, does not run: nothing is left because of it.
    let runs = matches!(kind, DowngradeKind::Empty | DowngradeKind::Present);
    let traces = |fate: Fate| {
        let own = undo.traces.iter().filter(|trace| runs && trace.fate == fate);
        own.map(Trace::text).collect()
    };
    Downgrade {
        kind,
        undoes: if runs { undo.is_whole() } else { Some(!undo.has_upgrade) },
        left_behind: traces(Fate::LeftBehind),
        lost: traces(Fate::Gone),
        changed: traces(Fate::Changed),
        fails: undo.fails.as_ref().map(|(_, clash)| clash.text()),
        emptied: undo.emptied.clone(),
        rows: undo.changes_rows,
        undecided: undo.doubts.clone(),
    }
}

fn changes(steps: &[Step]) -> Changes {
    let mut changes = Changes::default();
    for step in steps {
        match &step.op {
            Op::CreateTable { table, .. } => changes.created.push(table.to_string()),
            Op::DropTable { table, .. } => changes.dropped.push(table.to_string()),
            Op::RenameTable { from, to } => {
                changes.renamed.push([from.to_string(), to.to_string()])
            }
            Op::Unknown { .. } | Op::UnknownWithin { .. } => changes.undecided += 1,
            _ => {}
        }
    }
    changes
}
