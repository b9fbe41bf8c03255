//! A plan or migration drops a view, function, type, trigger or extension.

use crate::engine::ledger::RuleName;
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
    Some(
        Note::new(format!("{} drops {} `{name}`", view.who(), kind.word()))
            .named(object, name.clone())
            .step("Search code, views and functions for its name; what only function bodies use, PostgreSQL does not track.")
            .step("Replace it in the same transaction, or drop it one release after its last caller."),
    )
}
