//! DELETE or UPDATE without a condition.

use crate::engine::case;
use crate::engine::ledger::RuleName;
use crate::engine::op::{Filter, Mutation, Op};
use crate::engine::schema::Ident;
use crate::wire::Severity;

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("unfiltered-mutation"),
    severity: Severity::Blocker,
    summary: "DELETE or UPDATE without a WHERE changes every row.",
    why: "Every row is deleted or overwritten, and locked until the end of the transaction.",
    instead: "Say which rows; work in batches by primary key, outside the migration's transaction.",
    fires: "
=== plan.sql role:plan
DELETE FROM sessions;
--^^^^^^^^^^^^^^^^^^ unfiltered-mutation
",
    silent: "
=== plan.sql role:plan
DELETE FROM sessions WHERE expires_at < now();
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Mutate { table, verb, filter, sets, .. } = &view.step.op else {
        return None;
    };
    if filter.is_some() || view.fresh.has_table(table) || case::is_version_table(table) {
        return None;
    }
    // Only what is new is filled: a rule of its own says how.
    let adds = |op: &Op, column: &Ident| matches!(op, Op::AddColumn { table: to, column: new, .. } if to == table && &new.name == column);
    let fills = |column: &Ident| {
        view.fresh.has_column(table, column)
            || view.earlier.iter().any(|step| adds(&step.op, column))
    };
    if !sets.is_empty() && sets.iter().all(|(column, _)| fills(column)) {
        return None;
    }
    let (does, severity) = match (verb, filter) {
        (Mutation::Delete, Filter::None) => ("deletes every row of", Severity::Blocker),
        (Mutation::Update, Filter::None) => ("updates every row of", Severity::Danger),
        (Mutation::Delete, _) => ("deletes every row of", Severity::Warning),
        (_, _) => ("updates every row of", Severity::Warning),
    };
    let note = Note::new(format!("{} {does} `{table}`", view.who()))
        .severity(severity)
        .table(table)
        .because(view.case.about(table));
    let note = if *filter == Filter::Tautology { note.cause("always-true") } else { note };
    Some(
        note.step("Add the condition that says which rows.")
            .step("Run it in batches by primary key, outside the DDL's transaction."),
    )
}
