//! A foreign key is added and checked over all rows at once.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::ForeignKey;
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("add-foreign-key-validated"),
    severity: Severity::Danger,
    summary: "Adds a foreign key to an existing table and checks every row under lock.",
    why: "Writes to both tables wait until the scan is over (SHARE ROW EXCLUSIVE lock), and one orphan row makes it fail.",
    instead: "Add it NOT VALID, then validate it in a second transaction.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-foreign-key-validated
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint {
        table,
        name,
        kind: ConstraintKind::ForeignKey(ForeignKey { ref_table, .. }),
        validated: true,
    } = &view.step.op
    else {
        return None;
    };
    if view.fresh.has_table(table) {
        return None;
    }
    let label = name
        .as_ref()
        .map_or_else(|| "a foreign key".to_owned(), |name| format!("foreign key `{name}`"));
    Some(
        Note::new(format!("{} adds {label} from `{table}` to `{ref_table}` and checks every row under lock", view.who()))
            .certainty(Certainty::Likely)
            .table(table)
            .table(ref_table)
            .run("Add it without the check.", Language::Sql, format!("ALTER TABLE {table} ADD CONSTRAINT … FOREIGN KEY … REFERENCES {ref_table} … NOT VALID;"))
            .run("Check it in a second transaction.", Language::Sql, format!("ALTER TABLE {table} VALIDATE CONSTRAINT …;")),
    )
}
