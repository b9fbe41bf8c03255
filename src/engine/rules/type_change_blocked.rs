//! A type change that something else stands in the way of.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::engine::schema::ObjectKind as Kind;
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("type-change-blocked"),
    severity: Severity::Blocker,
    summary: "Changes the type of a column that a view, a generated column, a policy or a partition key uses.",
    why: "PostgreSQL refuses it: what depends on the column has to be dropped first and made again.",
    instead: "Drop what depends on it, change the type, and make it again, in one transaction.",
    fires: "
=== prod.sql role:prod
CREATE TABLE lines (id bigint PRIMARY KEY, price integer, total integer GENERATED ALWAYS AS (price * 2) STORED);
=== plan.sql role:plan
ALTER TABLE lines ALTER COLUMN price TYPE bigint;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ type-change-blocked
",
    silent: "
=== prod.sql role:prod
CREATE TABLE lines (id bigint PRIMARY KEY, price integer, total integer GENERATED ALWAYS AS (id * 2) STORED);
=== plan.sql role:plan
ALTER TABLE lines ALTER COLUMN price TYPE bigint;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AlterColumnType { table, column, .. } = &view.step.op else { return None };
    if view.dialect() != Dialect::PostgreSql {
        return None;
    }
    let (found, _) = view.before.columns_of(table)?;
    let generated = found
        .columns
        .iter()
        .filter(|other| other.generated.as_ref().is_some_and(|from| from.columns.contains(column)));
    let mut blocks: Vec<String> =
        generated.map(|other| format!("the generated column `{}`", other.name)).collect();
    let is_key = |by: &String| {
        by.split(|sign: char| !(sign.is_alphanumeric() || sign == '_'))
            .any(|word| word == column.as_str())
    };
    if found.partition_by.as_ref().is_some_and(is_key) {
        blocks.push("the partition key".to_owned());
    }
    let certain = !blocks.is_empty();
    blocks.extend(users(view));
    if blocks.is_empty() {
        return None;
    }
    let list = blocks.join(", ");
    Some(
        Note::new(format!(
            "{} changes the type of `{table}.{column}`, which {list} uses",
            view.who()
        ))
        .certainty(if certain { Certainty::Certain } else { Certainty::Likely })
        .within(ObjectKind::Column, table, column)
        .because(blocks.iter().map(|what| Evidence::text(format!("In the way: {what}"))))
        .step(format!("Drop {list}, in this order."))
        .step("Change the type.")
        .step("Make them again, the last one dropped first, all in one transaction."),
    )
}

/// Views, rules, policies and triggers that name the column, as far as their definitions are known.
fn users(view: &StepView<'_>) -> Vec<String> {
    let Op::AlterColumnType { table, column, .. } = &view.step.op else { return Vec::new() };
    let objects = view.before.schema().objects.iter().filter(|(name, object)| match name.kind {
        Kind::View | Kind::MaterializedView => {
            object.mentions(&[table.name.as_str(), column.as_str()])
        }
        Kind::Policy | Kind::Rule => {
            name.table.as_ref() == Some(table) && object.mentions(&[column.as_str()])
        }
        _ => false,
    });
    objects.map(|(name, _)| format!("the {} `{}`", name.kind.word(), name.name)).collect()
}
