//! The database is told not to look.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op, Step};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("constraint-checks-disabled"),
    severity: Severity::Danger,
    summary: "Switches off checks of constraints, or what else keeps rows right.",
    why: "Rows that break constraints enter, and nothing ever looks at them again.",
    instead: "Leave the checks on; where it must be, switch them on again at once and look for rows that break them.",
    fires: "
=== plan.sql role:plan
SET session_replication_role = replica;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ constraint-checks-disabled
DELETE FROM orders WHERE id = 7;
",
    silent: "
=== plan.sql role:plan
SET session_replication_role = origin;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Setting { name, value: Some(value), .. } = &view.step.op else { return None };
    let is_off = matches!(value.as_str(), "0" | "off" | "false" | "no");
    let what = match name.as_str() {
        "session_replication_role" if value == "replica" => "triggers and foreign keys do not run",
        "foreign_key_checks" | "foreign_keys" if is_off => "foreign keys are not checked",
        "unique_checks" if is_off => "unique keys are not checked",
        "sql_log_bin" if is_off => "replicas do not get what follows",
        "ignore_check_constraints" if !is_off => "checks are not looked at",
        "sql_mode" if !value.contains("strict") && !value.contains("traditional") => {
            "values that do not fit are cut without an error"
        }
        _ => return None,
    };
    if is_recipe(view, name) {
        return None;
    }
    Some(
        Note::new(format!("{} sets `{name}` to `{}`: {what}", view.who(), value.replace('`', "")))
            .step("Take the statement out, and put what it is for in an order that needs no exception.")
            .run(
                "Where it must be: switch it on again right after, and look for rows that break what was not checked.",
                Language::Sql,
                match name.as_str() {
                    "session_replication_role" => "RESET session_replication_role;".to_owned(),
                    "foreign_keys" => "PRAGMA foreign_keys = ON;\nPRAGMA foreign_key_check;".to_owned(),
                    "ignore_check_constraints" => "PRAGMA ignore_check_constraints = OFF;\nPRAGMA integrity_check;".to_owned(),
                    "sql_mode" => "SET SESSION sql_mode = DEFAULT;".to_owned(),
                    name => format!("SET SESSION {name} = 1;"),
                },
            ),
    )
}

/// What is known to need it: a foreign key that MySQL adds in place, the rebuild of a table in SQLite.
fn is_recipe(view: &StepView<'_>, name: &str) -> bool {
    let adds_key = |step: &Step| {
        matches!(&step.op, Op::AddConstraint { kind: ConstraintKind::ForeignKey(_), .. })
    };
    match name {
        "foreign_key_checks" => view.later.first().is_some_and(adds_key),
        // On again after a table was changed: in SQLite a change is a rebuild, whoever writes it out.
        "foreign_keys" if comes_back(view) => true,
        "foreign_keys" => view.later.iter().any(|step| match &step.op {
            Op::RenameTable { to, .. } => view
                .later
                .iter()
                .any(|other| matches!(&other.op, Op::DropTable { table, .. } if table == to)),
            _ => false,
        }),
        _ => false,
    }
}

fn comes_back(view: &StepView<'_>) -> bool {
    let is_on = |op: &Op| matches!(op, Op::Setting { name, value: Some(value), .. } if name == "foreign_keys" && matches!(value.as_str(), "on" | "1" | "true" | "yes"));
    let changes = |op: &Op| !op.tables().is_empty() && !matches!(op, Op::Mutate { .. });
    let end = view.later.iter().position(|step| is_on(&step.op));
    end.and_then(|end| view.later.get(..end))
        .is_some_and(|between| between.iter().any(|step| changes(&step.op)))
}
