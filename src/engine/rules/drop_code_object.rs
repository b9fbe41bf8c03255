//! A plan or migration drops a view, function, type, trigger or extension.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{DropKind, Op, Step};
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
    // Made again, or made here for a while: nobody misses it. What was dropped here before is of the same change
    // if it is there once more; triggers of several tables may share a name.
    let goes = |op: &Op| {
        *kind != DropKind::Trigger
            && matches!(op, Op::DropOther { name: own, .. } if bare(own) == bare(name))
    };
    let around = view.earlier.iter().chain(view.later);
    if around.into_iter().any(|step| makes(&step.op, name))
        || view.earlier.iter().any(|step| goes(&step.op))
    {
        return None;
    }
    let mut note = Note::new(format!("{} drops {} `{name}`", view.who(), kind.word()));
    let unread = |step: &Step| matches!(&step.op, Op::Unknown { tables, .. } if tables.is_empty());
    if view.later.iter().any(unread) {
        note = note.severity(Severity::Warning).because([Evidence::text(
            "SQL that comes after it was not read: it may be made again there",
        )]);
    }
    let of_columns = *kind == DropKind::Type && view.is_revision();
    let note = match is_used(view, name).filter(|_| of_columns) {
        Some(false) => note
            .severity(Severity::Notice)
            .because([Evidence::text("No column that the chain makes has it")]),
        Some(true) => note,
        None if of_columns => note.severity(Severity::Warning).because([Evidence::text(
            "No column has it whose type is known; of others nobody can say",
        )]),
        None => note,
    };
    Some(
        note.named(object, name.clone())
            .step("Search code, views and functions for its name; what only function bodies use, PostgreSQL does not track.")
            .step("Replace it in the same transaction, or drop it one release after its last caller."),
    )
}

/// Whether a step makes something of this name, with or without its arguments and its schema.
fn makes(op: &Op, name: &str) -> bool {
    let made = match op {
        Op::CreateObject { name, .. } | Op::Define { name, .. } => &name.name,
        Op::CreateOther { name, .. } | Op::CreateEnum { name, .. } => name,
        _ => return false,
    };
    bare(made.name.as_str()) == bare(name)
}

/// A name without its schema, quotes and arguments.
fn bare(text: &str) -> String {
    let head = text.split(['(', ' ']).next().unwrap_or_default();
    head.rsplit('.').next().unwrap_or_default().trim_matches('"').to_lowercase()
}

/// Whether a column has a type of this name; `None` where only columns whose type is not known could.
fn is_used(view: &StepView<'_>, name: &str) -> Option<bool> {
    let last = name.rsplit('.').next().unwrap_or_default().trim_matches('"').to_lowercase();
    let schema = view.before.schema();
    let mut open = last.is_empty();
    for column in schema.tables.values().flat_map(|table| &table.columns) {
        match &column.data_type {
            Some(known) if is_type(known, &last) => return Some(true),
            Some(_) => {}
            None => open = true,
        }
    }
    (!open).then_some(false)
}

/// `status`, `public.status`, `"status"[]`.
fn is_type(data_type: &str, name: &str) -> bool {
    let bare = data_type.trim_end_matches("[]").rsplit('.').next().unwrap_or_default();
    bare.trim_matches('"').to_lowercase() == name
}
