//! A trigger or rule is switched off.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Op, Step, Transact, Work};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("trigger-disabled"),
    severity: Severity::Danger,
    summary: "Switches off a trigger or rule of a table.",
    why: "What it did or checked no longer happens; DISABLE TRIGGER ALL switches off foreign keys, too, and leaves rows that nobody checked.",
    instead: "Leave it on; if rows must go past it, do so in one transaction that switches it on again, and check the rows.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders DISABLE TRIGGER ALL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ trigger-disabled
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ENABLE TRIGGER audit_orders;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Upkeep {
        work: work @ (Work::Trigger(name, toggle) | Work::Rule(name, toggle)),
        on,
        ..
    } = &view.step.op
    else {
        return None;
    };
    let table = on.first().filter(|table| view.is_old(table))?;
    if !toggle.is_off() {
        return None;
    }
    let ends = |step: &&Step| {
        !matches!(
            step.op,
            Op::Transaction(Transact::Commit | Transact::Rollback | Transact::Autocommit)
        )
    };
    let again = |step: &Step| match &step.op {
        Op::Upkeep {
            work: Work::Trigger(other, on_again) | Work::Rule(other, on_again),
            on,
            ..
        } => on.contains(table) && !on_again.is_off() && (other == name || other.as_str() == "all"),
        _ => false,
    };
    let within = view.within != super::Within::Nothing;
    let is_back = within && view.later.iter().take_while(ends).any(again);
    let word = if matches!(work, Work::Rule(..)) { "rule" } else { "trigger" };
    let note = Note::new(format!("{} switches off {word} `{name}` of `{table}`", view.who()))
        .severity(if is_back { Severity::Warning } else { Severity::Danger })
        .table(table)
        .because(evidence::of_table(view, table));
    let note = match name.as_str() {
        "all" => note.because([Evidence::text("ALL includes the triggers that hold foreign keys")]),
        _ => note,
    };
    Some(
        note.run(
            "Switch it on again in the same transaction.",
            Language::Sql,
            format!(
                "ALTER TABLE {} ENABLE {} {};",
                table.quoted(),
                word.to_uppercase(),
                name.quoted()
            ),
        )
        .step("Then check the rows that came in between."),
    )
}
