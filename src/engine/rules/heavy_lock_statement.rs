//! A statement takes a strong lock on a table.

use crate::engine::ledger::RuleName;
use crate::engine::op::{LockMode, Op, Work};
use crate::engine::schema::{ObjectKind, TableName};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks};

pub static RULE: Rule = Rule {
    name: RuleName("heavy-lock-statement"),
    severity: Severity::Warning,
    summary: "Takes a strong lock for a short change: LOCK TABLE, triggers, rules, policies, owners.",
    why: "While it waits for the lock, everything that comes after it on the table waits too.",
    instead: "Set a short lock_timeout and try again; take the weakest mode that will do.",
    fires: "
=== plan.sql role:plan
LOCK TABLE orders;
--^^^^^^^^^^^^^^^^ heavy-lock-statement
",
    silent: "
=== plan.sql role:plan
LOCK TABLE orders IN ROW EXCLUSIVE MODE;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (cause, what) = cause(&view.step.op)?;
    let taken = locks::of(&view.step.op, view.before.schema());
    let strong = |(table, mode, _): &&(&TableName, LockMode, locks::Cost)| {
        *mode > LockMode::RowExclusive && view.is_old(table)
    };
    let lock = *taken.iter().find(strong)?;
    let title = format!("{what} `{}`, which takes a strong lock", lock.0);
    Some(locks::note(view, lock, Severity::Warning, title).cause(cause).run(
        "Give up soon rather than queue, and try again.",
        Language::Sql,
        "SET lock_timeout = '2s';",
    ))
}

fn cause(op: &Op) -> Option<(&'static str, &'static str)> {
    Some(match op {
        Op::Upkeep { work, .. } => match work {
            Work::Lock(_) => ("lock-table", "locks"),
            Work::Trigger(..) => ("toggle-trigger", "switches a trigger of"),
            Work::Rule(..) => ("rule", "switches a rule of"),
            Work::Owner => ("owner", "changes the owner of"),
            _ => return None,
        },
        Op::CreateObject { name, .. } => match name.kind {
            ObjectKind::Trigger => ("create-trigger", "makes a trigger on"),
            ObjectKind::Rule => ("rule", "makes a rule on"),
            ObjectKind::Policy => ("policy", "makes a policy on"),
            _ => return None,
        },
        Op::RenameTable { from, to } if from.schema != to.schema => ("set-schema", "moves"),
        _ => return None,
    })
}
