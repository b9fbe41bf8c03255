//! Audits and schemas → names and counts.

use std::collections::BTreeSet;

use crate::engine::case::{self, Case, Position};
use crate::engine::schema::TableName;
use crate::wire::{AuditSide, Audits, Distance, Role, SchemaSummary, Schemas};

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
    let audit = case.audit(role)?;
    let tables = case.tables(role).unwrap_or_default();
    Some(AuditSide {
        input: case
            .documents
            .get(audit.document)
            .map(|document| document.name.clone())
            .unwrap_or_default(),
        database: audit.database.clone(),
        revisions: audit.version.rows.iter().map(|(id, _)| id.clone()).collect(),
        version_state: audit.version.state,
        tables: tables.len(),
        table_names: names(tables.iter()),
    })
}

pub(super) fn summaries(case: &Case) -> Schemas {
    let head = case.head();
    let own = |tables: BTreeSet<TableName>| {
        tables.into_iter().filter(|table| !case::is_version_table(table)).collect::<BTreeSet<_>>()
    };
    let head_tables = head.as_ref().map(|known| own(known.schema.tables.keys().cloned().collect()));
    let summary =
        |tables: BTreeSet<TableName>, revisions: Vec<String>, complete: bool| SchemaSummary {
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
