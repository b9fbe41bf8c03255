//! Rows are changed in one go, beside changes of their table.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Filter, LockMode, Mutation, Op, Step};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, evidence, locks};

pub static RULE: Rule = Rule {
    name: RuleName("unbatched-backfill"),
    severity: Severity::Warning,
    summary: "Changes rows of an existing table in one statement beside changes of the table itself.",
    why: "Every row stays locked, and the lock of the change is held, until all of it is over; a failure takes all of it back.",
    instead: "Fill rows in a script or revision of its own, by primary key, some thousand at a time with a commit after each.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel text;
UPDATE orders SET channel = 'web' WHERE channel IS NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unbatched-backfill
",
    silent: "
=== plan.sql role:plan
UPDATE orders SET channel = 'web' WHERE channel IS NULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Mutate { table, verb: verb @ (Mutation::Update | Mutation::Delete), filter, .. } =
        &view.step.op
    else {
        return None;
    };
    // One row at a time.
    if matches!(filter, Filter::Is(columns) if view.is_unique(table, columns)) {
        return None;
    }
    if view.fresh.has_table(table) || crate::engine::case::is_version_table(table) {
        return None;
    }
    let schema = view.before.schema();
    let changes = |step: &&Step| {
        !matches!(
            step.op,
            Op::Mutate { .. } | Op::Truncate { .. } | Op::Upkeep { .. } | Op::CreateTable { .. }
        ) && locks::of(&step.op, schema).iter().any(|(of, _, _)| *of == table)
    };
    let change = view.earlier.iter().chain(view.later).find(changes)?;
    let locked = |step: &Step| {
        locks::of(&step.op, schema)
            .iter()
            .any(|(of, mode, _)| *of == table && *mode == LockMode::AccessExclusive)
    };
    let holds = view.is_postgres()
        && view.within != super::Within::Nothing
        && view.earlier.iter().any(locked);
    let severity = if holds { Severity::Danger } else { view.scaled(table, Severity::Warning) };
    let does = if *verb == Mutation::Update { "updates" } else { "deletes" };
    let note = Note::new(format!(
        "{} {does} rows of `{table}` in one go, beside changes of the table",
        view.who()
    ))
    .severity(severity)
    .certainty(Certainty::Likely)
    .cause("mixed-ddl-dml")
    .table(table)
    .because([Evidence::text("The table is changed here").at(change.span)])
    .because(evidence::of_table(view, table));
    Some(note.run(
        "Take it out, and run it in batches until it changes nothing.",
        Language::Sql,
        format!(
            "UPDATE {0} SET … WHERE ctid = ANY (ARRAY(SELECT ctid FROM {0} WHERE … LIMIT 5000));",
            table.quoted()
        ),
    ))
}
