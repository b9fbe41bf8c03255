//! Audits and schemas → names and counts.

use crate::engine::case::{self, Case, Position};
use crate::engine::schema::TableName;
use crate::ordered::Set;
use crate::wire::{AuditSide, Audits, Distance, Role, SchemaSummary, Schemas, VersionState};

pub(super) fn audits(case: &Case) -> Audits {
    let distance = case.distance().map(|distance| Distance {
        count: distance.count(),
        only_in_dev: names(distance.only_in_dev.iter()),
        only_in_prod: names(distance.only_in_prod.iter()),
    });
    Audits { dev: side(case, Role::Dev), prod: side(case, Role::Prod), distance }
}

fn names<'a>(tables: impl Iterator<Item = &'a TableName>) -> Vec<String> {
    tables.map(ToString::to_string).collect()
}

fn side(case: &Case, role: Role) -> Option<AuditSide> {
    let Some(audit) = case.audit(role) else { return printed_side(case, role) };
    let tables = case.tables(role);
    // What Alembic printed stands in for a version section that the audit lacks.
    let printed = match audit.version.state {
        VersionState::NotGiven | VersionState::Unreadable => printed_side(case, role),
        _ => None,
    };
    let (version_state, revisions) = match printed {
        Some(side) => (side.version_state, side.revisions),
        None => {
            let rows = audit.version.rows.iter().map(|(id, _)| id.clone()).collect();
            (audit.version.state, rows)
        }
    };
    Some(AuditSide {
        input: case
            .documents
            .get(audit.document)
            .map(|document| document.name.clone())
            .unwrap_or_default(),
        database: audit.database.clone(),
        revisions,
        version_state,
        tables: tables.as_ref().map(Set::len),
        table_names: names(tables.iter().flatten()),
    })
}

/// A database that is known from Alembic's output alone.
fn printed_side(case: &Case, role: Role) -> Option<AuditSide> {
    let printed = case.printed(role)?;
    let stands = printed.stands.as_ref()?;
    let document = case.documents.get(printed.document);
    Some(AuditSide {
        input: document.map(|document| document.name.clone()).unwrap_or_default(),
        database: printed.database.clone(),
        revisions: stands.rows.iter().map(|(id, _)| id.clone()).collect(),
        version_state: match stands.rows.is_empty() {
            true => VersionState::Empty,
            false => VersionState::Stamped,
        },
        tables: None,
        table_names: Vec::new(),
    })
}

pub(super) fn summaries(case: &Case) -> Schemas {
    let head = case.head();
    let own = |tables: Set<TableName>| {
        tables.into_iter().filter(|table| !case::is_version_table(table)).collect::<Set<_>>()
    };
    let head_tables = head.as_ref().map(|known| own(known.schema.tables.keys().cloned().collect()));
    let summary = |tables: Set<TableName>, revisions: Vec<String>, complete: bool| SchemaSummary {
        revisions,
        tables: tables.len(),
        table_names: names(tables.iter()),
        missing_from_head: head_tables.as_ref().map(|head| names(head.difference(&tables))),
        extra_to_head: head_tables.as_ref().map(|head| names(tables.difference(head))),
        complete,
    };
    let of_role = |role| Some(summary(case.tables(role)?, rows(case, role), true));
    let head_ids = || {
        let chain = case.main_chain().and_then(|ix| case.chains.get(ix));
        chain
            .map(|chain| {
                chain
                    .graph
                    .heads
                    .iter()
                    .filter_map(|ix| chain.revision(*ix))
                    .map(|revision| revision.id.clone())
                    .collect()
            })
            .unwrap_or_default()
    };
    Schemas {
        dev: of_role(Role::Dev),
        prod: of_role(Role::Prod),
        after_plan: case.after_plan().map(|known| {
            summary(own(known.schema.tables.into_keys().collect()), Vec::new(), known.complete)
        }),
        head: head.as_ref().map(|known| {
            summary(own(known.schema.tables.keys().cloned().collect()), head_ids(), known.complete)
        }),
    }
}

fn rows(case: &Case, role: Role) -> Vec<String> {
    match case.position(role) {
        Position::At { rows, .. } => rows.iter().map(|(id, _)| id.clone()).collect(),
        _ => Vec::new(),
    }
}
