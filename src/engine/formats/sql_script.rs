//! Plain SQL that nothing else claims: statements somebody means to run, or, where somebody said so, those
//! that make what a database is.

use crate::engine::facts::{Assigned, Facts};
use crate::engine::ledger::Ledger;
use crate::engine::op::Op;
use crate::engine::sql;
use crate::engine::sql::split::PieceKind;
use crate::wire::{Kind, Role, RoleSource, Sureness};

use super::{Fit, Format, Source, head, publish_plan, schema_dump};

pub static FORMAT: Format = Format { kind: Kind::Sql, fit, read };

/// Statements looked at before deciding; a script that is SQL shows it early.
const LOOKED_AT: usize = 20;

fn fit(source: &Source<'_>) -> Option<Fit> {
    let text = source.cleaned.as_str();
    let is_sql_file = source.document.file_name().to_lowercase().ends_with(".sql");
    let starts = [
        "create ",
        "alter ",
        "drop ",
        "truncate ",
        "delete ",
        "insert ",
        "update ",
        "begin;",
        "reindex ",
        "vacuum",
        "cluster",
        "refresh materialized ",
        "grant ",
        "revoke ",
        "do $",
        "lock table ",
        "set ",
        "comment on ",
    ];
    let first = source.lines().find(|line| {
        let lower = line.text.trim_start().to_lowercase();
        starts.iter().any(|start| lower.starts_with(start))
    })?;
    let rest = text.get(first.start..)?;
    let statements = sql::split::split(head(rest))
        .into_iter()
        .filter(|piece| piece.kind == PieceKind::Statement)
        .take(LOOKED_AT);
    let read = statements
        .filter(|piece| {
            !sql::read_in(source.dialect, &rest[piece.start..piece.end])
                .ops
                .iter()
                .any(|op| matches!(op, Op::Unknown { .. }))
        })
        .count();
    let line = source.document.position(first.span.start).line;
    match (read, is_sql_file) {
        (0, false) => None,
        (0, true) => {
            Some(Fit { sureness: Sureness::Guess, why: "its name ends in .sql".to_owned() })
        }
        _ => Some(Fit {
            sureness: Sureness::Likely,
            why: format!("a statement starts on line {line}"),
        }),
    }
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    match source.document.role {
        // Said to be what a database is: statements that make it, as in a dump.
        Some(Role::Dev | Role::Prod | Role::Before | Role::After | Role::Baseline) => {
            schema_dump::read_script(source, facts, ledger);
        }
        Some(role) => {
            let assigned = Assigned { role, source: RoleSource::Person };
            facts.plans.push(publish_plan::read_plan(source, assigned, ledger));
        }
        // SQL could as well be a state; until somebody says so, it is judged as what is about to run.
        None => {
            let assigned = Assigned { role: Role::Plan, source: RoleSource::FileName };
            facts.plans.push(publish_plan::read_plan(source, assigned, ledger));
        }
    }
}
