//! A change that logical replication has to be told of.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op, Work};
use crate::engine::schema::{Ident, ObjectKind, TableName};
use crate::wire::Severity;

use super::{Check, Note, Rule, StepView, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("replication-impact"),
    severity: Severity::Warning,
    summary: "Changes what logical replication sends, or the shape of a table that it sends.",
    why: "Changes of tables are not replicated: the subscriber stops at the first row that it cannot store, or rows can no longer be told apart.",
    instead: "Change the subscriber first for what is added, the publisher first for what goes.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders REPLICA IDENTITY FULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ replication-impact
",
    silent: "
=== plan.sql role:plan
CREATE TABLE orders (id int PRIMARY KEY);
ALTER TABLE orders REPLICA IDENTITY FULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, does) = match &view.step.op {
        Op::Upkeep { work: Work::ReplicaIdentity, on, .. } => {
            (on.first()?, "changes how replicas tell the rows of")
        }
        Op::AddColumn { table, .. } if is_published(view, table) => {
            (table, "adds a column to the published")
        }
        Op::DropConstraint { table, name, .. }
            if is_key(view, table, name) && is_published(view, table) =>
        {
            (table, "drops the primary key of the published")
        }
        _ => return None,
    };
    if !view.is_old(table) {
        return None;
    }
    Some(
        Note::new(format!("{} {does} `{table}`", view.who()))
            .table(table)
            .because(evidence::of_table(view, table))
            .step("Find the subscribers, and decide which side is changed first.")
            .step("Watch that the subscription goes on after it."),
    )
}

/// Whether a publication that is known sends the table.
fn is_published(view: &StepView<'_>, table: &TableName) -> bool {
    let mut known = view.before.schema().objects.iter();
    known.any(|(name, made)| {
        let text = made.definition.to_ascii_lowercase();
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        name.kind == ObjectKind::Publication
            && (text.contains("all tables") || words.any(|word| word == table.name.as_str()))
    })
}

fn is_key(view: &StepView<'_>, table: &TableName, name: &Ident) -> bool {
    let known = view.table(table).map(|known| known.constraints.as_slice()).unwrap_or_default();
    known.iter().any(|one| {
        one.name.as_ref() == Some(name) && matches!(one.kind, ConstraintKind::PrimaryKey { .. })
    })
}
