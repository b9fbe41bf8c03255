//! A foreign key is added and checked over all rows at once.

use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, LockMode, Op};
use crate::wire::Severity;

use super::{Check, Note, Rule, StepView, locks, way};

pub static RULE: Rule = Rule {
    name: RuleName("add-foreign-key-validated"),
    severity: Severity::Danger,
    summary: "Adds a foreign key to an existing table and checks every row under lock.",
    why: "Writes to both tables wait until the scan is over (SHARE ROW EXCLUSIVE lock), and one orphan row makes it fail.",
    instead: "Add it NOT VALID, then validate it in a second transaction.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-foreign-key-validated
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE orders ADD COLUMN agent_id integer REFERENCES agents (id);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint { table, name, kind: ConstraintKind::ForeignKey(key), validated: true } =
        &view.step.op
    else {
        return None;
    };
    // Without a default every value of a new column is NULL, and the server knows that when both are one
    // statement. Alembic sends two.
    let inline = name.is_none() && !view.is_revision();
    let new = way::added_with(view, table, &key.columns);
    let empty = new.is_some_and(|new| new.default.is_none());
    if !view.is_old(table) || (inline && empty) {
        return None;
    }
    let label = name
        .as_ref()
        .map_or_else(|| "a foreign key".to_owned(), |name| format!("foreign key `{name}`"));
    let target = &key.ref_table;
    let title =
        format!("adds {label} from `{table}` to `{target}` and checks every row under lock");
    // ADD COLUMN needs the stronger one.
    let mode = match inline && new.is_some() {
        true => LockMode::AccessExclusive,
        false => LockMode::ShareRowExclusive,
    };
    let lock = (table, mode, locks::Cost::Scan);
    let (sql, as_named) = (table.quoted(), way::named(name.as_ref(), table, &key.columns, "fkey"));
    let note =
        locks::note(view, lock, Severity::Danger, title).table(target).because([Evidence::text(
            format!("SHARE ROW EXCLUSIVE lock on `{target}`: writes wait there, too"),
        )]);
    let mut note = way::bare(note, view, table, &key.columns)
        .stage(
            "Add it without the check: new rows are checked at once.",
            format!(
                "ALTER TABLE {sql} ADD CONSTRAINT {as_named} {} NOT VALID;",
                way::foreign_key(key)
            ),
            way::drop_constraint(&sql, &as_named),
        )
        .stage(
            "Check the old rows in a second transaction, with writes going on.",
            format!("ALTER TABLE {sql} VALIDATE CONSTRAINT {as_named};"),
            String::new(),
        );
    if view.is_revision() {
        note = note.step("In Alembic: `op.create_foreign_key(…, postgresql_not_valid=True)`, and `op.execute` of the VALIDATE in a later revision.");
    }
    if view.table(table).is_some_and(|known| known.partition_by.is_some()) {
        note.stages.clear();
        note = note.because([Evidence::text(
            "It is partitioned: before PostgreSQL 18 NOT VALID is an error there, so add the key to each partition",
        )]);
    }
    Some(note)
}
