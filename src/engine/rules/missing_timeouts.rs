//! A plan takes locks on existing tables and sets no lock timeout.

use crate::engine::case::Case;
use crate::engine::facts::Plan;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::TableName;
use crate::engine::span::Span;
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule};

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
    case.facts.plans.iter().filter_map(check_plan).collect()
}

fn check_plan(plan: &Plan) -> Option<Note> {
    let mut made: Vec<&TableName> = Vec::new();
    let mut first: Option<(&TableName, Span)> = None;
    let mut locked = 0_usize;
    for statement in plan.statements() {
        for step in &statement.steps {
            if matches!(&step.op, Op::Setting { name, .. } if name == "lock_timeout") {
                return first.map(|(table, span)| note(table, span, locked));
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
    first.map(|(table, span)| note(table, span, locked))
}

fn note(table: &TableName, span: Span, locked: usize) -> Note {
    let more = if locked > 1 {
        format!(" and {} more statements take locks", locked - 1)
    } else {
        String::new()
    };

    Note::new(format!("The plan locks `{table}` without a lock timeout{more}"))
            .at(span)
            .certainty(Certainty::Likely)
            .table(table)
            .because([Evidence::text("A timeout may be set outside the plan, for the role or the database: that is in no input")])
            .run("Put this first.", Language::Sql, "SET lock_timeout = '5s';")
}

/// The existing table whose lock blocks others, if the step takes one.
fn locks<'a>(op: &'a Op, made: &[&TableName]) -> Option<&'a TableName> {
    let table = match op {
        // From a new table, the lock is on the table it points at.
        Op::AddConstraint { table, kind: ConstraintKind::ForeignKey(key), .. }
            if made.contains(&table) =>
        {
            &key.ref_table
        }
        Op::AddColumn { table, .. }
        | Op::DropColumn { table, .. }
        | Op::RenameColumn { table, .. }
        | Op::AlterColumnType { table, .. }
        | Op::SetNotNull { table, .. }
        | Op::DropNotNull { table, .. }
        | Op::SetDefault { table, .. }
        | Op::DropDefault { table, .. }
        | Op::AddConstraint { table, .. }
        | Op::DropConstraint { table, .. }
        | Op::RowSecurity { table, .. }
        | Op::DropTable { table, .. }
        | Op::RenameTable { from: table, .. }
        | Op::CreateIndex { table, concurrently: false, .. } => table,
        _ => return None,
    };
    (!made.contains(&table)).then_some(table)
}
