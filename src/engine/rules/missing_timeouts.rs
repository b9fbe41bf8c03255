//! A plan takes locks on existing tables and sets no lock timeout.

use crate::engine::case::Case;
use crate::engine::facts::Plan;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, LockMode, Op};
use crate::engine::schema::{Schema, TableName};
use crate::engine::span::Span;
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, locks};

pub static RULE: Rule = Rule {
    name: RuleName("missing-timeouts"),
    severity: Severity::Warning,
    summary: "Takes strong locks on existing tables without a lock timeout.",
    why: "A statement that waits for its lock makes every later query on the table wait behind it.",
    instead: "Set lock_timeout before the first statement, and run again when it is hit.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel text;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ missing-timeouts
",
    silent: "
=== plan.sql role:plan
SET lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN channel text;
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    case.facts.plans.iter().filter_map(|plan| check_plan(case, plan)).collect()
}

fn check_plan(case: &Case, plan: &Plan) -> Option<Note> {
    let mut made: Vec<&TableName> = Vec::new();
    let mut first: Option<(TableName, Span)> = None;
    let mut locked = 0_usize;
    for statement in plan.statements() {
        for step in &statement.steps {
            if matches!(&step.op, Op::Setting { name, value: Some(value), .. } if name == "lock_timeout" && value != "0")
            {
                return first.map(|(table, span)| note(case, &table, span, locked));
            }
            if let Op::CreateTable { table, .. } = &step.op {
                made.push(table);
            }
            if let Some(table) = locks(&step.op, &made) {
                locked += 1;
                first = first.or(Some((table, statement.span)));
            }
        }
    }
    first.map(|(table, span)| note(case, &table, span, locked))
}

fn note(case: &Case, table: &TableName, span: Span, locked: usize) -> Note {
    let more = if locked > 1 {
        format!(" and {} more statements take locks", locked - 1)
    } else {
        String::new()
    };
    let outside = match case.server_setting("lock_timeout") {
        Some(value) => format!("For who collected prod's audit, the server has `lock_timeout = {value}`"),
        None => "A timeout may be set outside the plan, for the role or the database: that is in no input".to_owned(),
    };
    Note::new(format!("The plan locks `{table}` without a lock timeout{more}"))
        .at(span)
        .certainty(Certainty::Likely)
        .table(table)
        .because([Evidence::text(outside)])
        .run("Put this first.", Language::Sql, "SET lock_timeout = '5s';")
}

/// The existing table whose lock blocks others, if the step takes one.
fn locks(op: &Op, made: &[&TableName]) -> Option<TableName> {
    let nothing = Schema::default();
    let taken = locks::of(op, &nothing);
    let waits =
        |(table, mode, _): &&locks::Lock<'_>| *mode >= LockMode::Share && !made.contains(table);
    if let Some((table, ..)) = taken.iter().find(waits) {
        return Some((*table).clone());
    }
    match op {
        // The table is not named; where the same script made it, nobody waits for it.
        Op::DropIndex { name, concurrently: false, .. } if made.is_empty() => Some(name.clone()),
        Op::AlterDomain { name, .. } => Some(name.clone()),
        Op::CreateTable { table, constraints, .. } => {
            constraints.iter().find_map(|one| match &one.kind {
                ConstraintKind::ForeignKey(key)
                    if &key.ref_table != table && !made.contains(&&key.ref_table) =>
                {
                    Some(key.ref_table.clone())
                }
                _ => None,
            })
        }
        _ => None,
    }
}
