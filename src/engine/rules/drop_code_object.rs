//! A plan or migration drops a view, function, type, trigger or extension.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{DropKind, Op};
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-code-object"),
    severity: Severity::Danger,
    summary: "Drops a view, function, procedure, trigger, type, domain, extension or the like.",
    why: "Callers fail; an extension takes its types and index methods with it; a dropped trigger stops its effects in silence.",
    instead: "Find what uses it first; replace it in the same transaction, or retire its callers and drop it later.",
    fires: "
=== plan.sql role:plan
DROP VIEW booking_summary;
--^^^^^^^^^^^^^^^^^^^^^^^ drop-code-object
",
    silent: "
=== plan.sql role:plan
CREATE VIEW booking_summary AS SELECT 1 AS one;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropOther { kind, name, .. } = &view.step.op else {
        return None;
    };
    let object = match kind {
        DropKind::Database | DropKind::Schema | DropKind::Sequence | DropKind::Policy => {
            return None;
        } // Rules of their own.
        DropKind::View | DropKind::MaterializedView => ObjectKind::View,
        DropKind::Type | DropKind::Domain | DropKind::Role | DropKind::Other => ObjectKind::Type,
        DropKind::Function | DropKind::Procedure => ObjectKind::Function,
        DropKind::Trigger => ObjectKind::Trigger,
        DropKind::Extension => ObjectKind::Extension,
    };
    // Made again, or made here for a while: nobody misses it.
    let around = view.earlier.iter().chain(view.later);
    if around.into_iter().any(|step| makes(&step.op, name)) {
        return None;
    }
    let unused = *kind == DropKind::Type && view.is_revision() && !is_used(view, name);
    let note = Note::new(format!("{} drops {} `{name}`", view.who(), kind.word()));
    let note = match unused {
        true => note
            .severity(Severity::Notice)
            .because([Evidence::text("No column that the chain makes has it")]),
        false => note,
    };
    Some(
        note.named(object, name.clone())
            .step("Search code, views and functions for its name; what only function bodies use, PostgreSQL does not track.")
            .step("Replace it in the same transaction, or drop it one release after its last caller."),
    )
}

/// Whether a step makes something of this name, with or without its arguments and its schema.
fn makes(op: &Op, name: &str) -> bool {
    let bare = |text: &str| {
        let head = text.split(['(', ' ']).next().unwrap_or_default();
        head.rsplit('.').next().unwrap_or_default().trim_matches('"').to_lowercase()
    };
    let made = match op {
        Op::CreateObject { name, .. } | Op::Define { name, .. } => &name.name,
        Op::CreateOther { name, .. } | Op::CreateEnum { name, .. } => name,
        _ => return false,
    };
    bare(made.name.as_str()) == bare(name)
}

/// Whether a column may have a type of this name.
fn is_used(view: &StepView<'_>, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default().trim_matches('"').to_lowercase();
    let has = |data_type: &String| data_type.to_lowercase().contains(&last);
    let schema = view.before.schema();
    let mut columns = schema.tables.values().flat_map(|table| &table.columns);
    last.is_empty() || columns.any(|column| column.data_type.as_ref().is_none_or(has))
}
