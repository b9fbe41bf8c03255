//! Something that is no table or column is renamed or moved.

use crate::engine::ledger::RuleName;
use crate::engine::op::{DropKind, Op};
use crate::engine::schema::TableName;
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("rename-or-move-object"),
    severity: Severity::Warning,
    summary: "Renames a view, function, type, label, index or constraint, or moves something to another schema.",
    why: "Whoever names it fails from that moment on; what only function bodies and code name, the database does not track.",
    instead: "Create it under the new name beside the old one, switch its callers over, then retire the old one.",
    fires: "
=== plan.sql role:plan
ALTER VIEW sales RENAME TO revenue;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rename-or-move-object
",
    silent: "
=== plan.sql role:plan
CREATE VIEW sales AS SELECT 1 AS one;
ALTER VIEW sales RENAME TO revenue;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (kind, from, to) = match &view.step.op {
        Op::RenameOther { kind, from, to } => (kind.word(), from.to_string(), to.to_string()),
        Op::RenameTable { from, to } if from.schema != to.schema && !view.fresh.has_table(from) => {
            ("table", from.to_string(), to.to_string())
        }
        Op::RenameSequence { from, to } => ("sequence", from.to_string(), to.to_string()),
        Op::RenameType { from, to } => ("type", from.to_string(), to.to_string()),
        Op::RenameEnumValue { from, to, .. } => ("label", from.clone(), to.clone()),
        Op::RenameConstraint { table, from, to } if !view.fresh.has_table(table) => {
            ("constraint", from.to_string(), to.to_string())
        }
        Op::RenameIndex { from, to } => ("index", from.to_string(), to.to_string()),
        _ => return None,
    };
    if made_here(view) {
        return None;
    }
    let moves = match &view.step.op {
        Op::RenameOther { from, to, .. } | Op::RenameTable { from, to } => from.schema != to.schema,
        _ => false,
    };
    let severity = match kind {
        "schema" | "label" => Severity::Danger,
        _ if moves => Severity::Danger,
        "index" | "constraint" => Severity::Notice,
        _ => Severity::Warning,
    };
    let object = match kind {
        "index" => ObjectKind::Index,
        "constraint" => ObjectKind::Constraint,
        "schema" => ObjectKind::Schema,
        "sequence" => ObjectKind::Sequence,
        "table" => ObjectKind::Table,
        "view" | "materialized view" => ObjectKind::View,
        "function" | "procedure" => ObjectKind::Function,
        _ => ObjectKind::Type,
    };
    let note = Note::new(format!("{} renames {kind} `{from}` to `{to}`", view.who()))
        .severity(severity)
        .named(object, from);
    Some(match kind {
        "label" => note.step("Add the new label, let the code take both, move the rows, then stop using the old one."),
        "index" | "constraint" => note.step("Check for ON CONFLICT ON CONSTRAINT, error handling by name, and later revisions that name it."),
        _ => note.step("Create it under the new name, keep the old one until its last caller is gone."),
    })
}

fn made_here(view: &StepView<'_>) -> bool {
    let is_it = |made: &TableName| match &view.step.op {
        Op::RenameOther { from, .. }
        | Op::RenameSequence { from, .. }
        | Op::RenameType { from, .. } => from == made,
        Op::RenameEnumValue { name, .. } => name == made,
        _ => false,
    };
    view.earlier.iter().any(|step| match &step.op {
        Op::CreateObject { name, .. } => is_it(&name.name),
        Op::CreateOther { name, kind } => {
            is_it(name) || (*kind == DropKind::Schema && is_it(name))
        }
        Op::CreateEnum { name, .. } => is_it(name),
        Op::CreateIndex { index, table, .. } => {
            matches!(&view.step.op, Op::RenameIndex { from, .. } if index.name.as_ref() == Some(&from.name))
                && view.fresh.has_table(table)
        }
        _ => false,
    })
}
