//! A view, function or trigger is replaced while it is in use.

use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::engine::schema::ObjectKind as Kind;
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("replace-view-or-function"),
    severity: Severity::Warning,
    summary: "Replaces a view, function, procedure or trigger that may exist already.",
    why: "It behaves differently for running callers at once; a view can only gain columns at its end, and indexes on a changed function go wrong in silence.",
    instead: "Make the new one under a new name and switch its callers over; REINDEX what is built on a changed function.",
    fires: "
=== plan.sql role:plan
CREATE OR REPLACE VIEW sales AS SELECT 1 AS one;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ replace-view-or-function
",
    silent: "
=== plan.sql role:plan
CREATE VIEW sales AS SELECT 1 AS one;
CREATE OR REPLACE VIEW sales AS SELECT 1 AS one, 2 AS two;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::CreateObject { name, made } = &view.step.op else {
        return None;
    };
    let made_here =
        |op: &Op| matches!(op, Op::CreateObject { name: known, .. } if known.name == name.name);
    if !made.replaces || view.earlier.iter().any(|step| made_here(&step.op)) {
        return None;
    }
    let object = match name.kind {
        Kind::View | Kind::MaterializedView => ObjectKind::View,
        Kind::Trigger => ObjectKind::Trigger,
        _ => ObjectKind::Function,
    };
    let note = Note::new(format!("{} replaces {} `{}`", view.who(), name.kind.word(), name.name))
        .certainty(Certainty::Likely)
        .named(object, name.name.to_string());
    Some(match object {
        ObjectKind::View => note
            .step("Keep its columns and their types in place; new ones go to the end.")
            .step("Set a lock timeout: the view is locked while readers finish."),
        _ => note
            .step("Keep arguments and result; check indexes and checks that call it.")
            .step("For a new behaviour make a new function, and switch callers over."),
    })
}
