//! A table is altered while checks of its rows are still waiting.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{Op, Transact};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, Within};

pub static RULE: Rule = Rule {
    name: RuleName("pending-trigger-events"),
    severity: Severity::Danger,
    summary: "Changes rows of a table with deferred constraints and alters it in the same transaction.",
    why: "PostgreSQL refuses to alter a table that has pending trigger events.",
    instead: "Have the deferred checks run first, or do the two in separate transactions.",
    fires: "
=== prod.sql role:prod
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint, CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);
=== plan.sql role:plan
BEGIN;
UPDATE b SET a_id = 1 WHERE id = 2;
ALTER TABLE b ADD COLUMN note text;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ pending-trigger-events
COMMIT;
",
    silent: "
=== prod.sql role:prod
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint, CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);
=== plan.sql role:plan
BEGIN;
UPDATE b SET a_id = 1 WHERE id = 2;
COMMIT;
ALTER TABLE b ADD COLUMN note text;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if view.dialect() != Dialect::PostgreSql || view.within == Within::Nothing {
        return None;
    }
    let alters = !matches!(
        view.step.op,
        Op::Mutate { .. }
            | Op::Truncate { .. }
            | Op::CreateTable { .. }
            | Op::CreateIndex { concurrently: true, .. }
    );
    let tables = view.step.op.tables();
    let table = tables.first().copied().filter(|_| alters)?;
    let (known, _) = view.before.columns_of(table)?;
    let deferred = known.constraints.iter().find(|one| one.traits.initially_deferred)?;
    let ends = |op: &Op| {
        matches!(
            op,
            Op::Transaction(
                Transact::Commit | Transact::Rollback | Transact::Chain | Transact::Autocommit
            )
        )
    };
    let open = view.earlier.iter().rev().take_while(|step| !ends(&step.op));
    let touched = open
        .into_iter()
        .any(|step| matches!(&step.op, Op::Mutate { table: own, .. } if own == table));
    let name = deferred.name.as_ref().map_or_else(String::new, |name| format!(" `{name}`"));
    touched.then(|| {
        Note::new(format!(
            "{} alters `{table}` while the deferred constraint{name} waits to check its rows",
            view.who()
        ))
        .certainty(Certainty::Likely)
        .table(table)
        .run(
            "Have the checks run before this step.",
            Language::Sql,
            "SET CONSTRAINTS ALL IMMEDIATE;",
        )
        .step("Or commit between the two.")
    })
}
