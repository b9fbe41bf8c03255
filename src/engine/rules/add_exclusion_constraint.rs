//! An exclusion constraint is added with the table locked.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, LockMode, Op};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks};

pub static RULE: Rule = Rule {
    name: RuleName("add-exclusion-constraint"),
    severity: Severity::Danger,
    summary: "Adds an exclusion constraint to an existing table.",
    why: "Reads and writes wait while its index is built (ACCESS EXCLUSIVE lock); there is no NOT VALID and no USING INDEX for it.",
    instead: "Make a new table with the constraint and copy into it, or plan a window with a lock timeout.",
    fires: "
=== plan.sql role:plan
ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist (room WITH =, during WITH &&);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-exclusion-constraint
",
    silent: "
=== plan.sql role:plan
CREATE TABLE bookings (room int, during tstzrange);
ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist (room WITH =, during WITH &&);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint { table, kind: ConstraintKind::Exclusion(_), .. } = &view.step.op else {
        return None;
    };
    if !view.is_old(table) {
        return None;
    }
    let title = format!("adds an exclusion constraint to `{table}` with the table locked");
    let lock = (table, LockMode::AccessExclusive, locks::Cost::Build);
    Some(
        locks::note(view, lock, Severity::Danger, title)
            .run(
                "Make a table with the constraint, copy in batches, and swap the names.",
                Language::Sql,
                format!("CREATE TABLE {}_new (LIKE {} INCLUDING ALL);", table.name, table.quoted()),
            )
            .run("Or take a window, and give up soon.", Language::Sql, "SET lock_timeout = '2s';"),
    )
}
