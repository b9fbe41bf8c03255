//! A plan or migration drops an index.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::engine::schema::Index;
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, evidence, locks};

pub static RULE: Rule = Rule {
    name: RuleName("drop-index"),
    severity: Severity::Warning,
    summary: "Drops an index of an existing table.",
    why: "Queries that used it read the whole table; a unique index takes its guarantee with it.",
    instead: "Build the replacement first and check that no query uses the old one, on every replica.",
    fires: "
=== plan.sql role:plan
DROP INDEX idx_orders_status_placed;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-index
",
    silent: "
=== plan.sql role:plan
CREATE TABLE orders (id int);
CREATE INDEX idx_orders ON orders (id);
DROP INDEX idx_orders;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropIndex { name, .. } = &view.step.op else {
        return None;
    };
    if is_tidying(view) {
        return None;
    }
    let made_here = |op: &Op| matches!(op, Op::CreateIndex { index, .. } if index.name.as_ref() == Some(&name.name));
    if view.earlier.iter().any(|step| made_here(&step.op)) {
        return None;
    }
    let mut note = Note::new(format!("{} drops index `{name}`", view.who()))
        .certainty(Certainty::Likely)
        .named(ObjectKind::Index, name.to_string());
    let table = locks::indexed(view.before.schema(), &name.name);
    let is_it = |index: &&Index| index.name.as_ref() == Some(&name.name);
    let known = table.and_then(|table| view.table(table));
    match (table, known.and_then(|known| Some((known, known.indexes.iter().find(is_it)?)))) {
        (Some(table), Some((known, index))) => {
            if view.fresh.has_table(table) || known.indexes.iter().any(|other| covers(other, index))
            {
                return None;
            }
            note = note.table(table).because(evidence::of_table(view, table));
            if index.unique {
                note = note.severity(Severity::Danger).because([Evidence::text(
                    "It is unique: nothing keeps duplicates out any more",
                )]);
            }
        }
        _ => {
            note = note.because([Evidence::text(
                "The index is in no input: whether it is unique, and what uses it, is not known",
            )]);
        }
    }
    if view.later.iter().any(|step| made_here(&step.op)) {
        note = note.cause("recreated").because([Evidence::text(
            "It is built again later under the same name: until then it is missing, and its columns, order or operator class may differ",
        )]);
    }
    Some(
        note.run(
            "Check that nothing uses it.",
            Language::Sql,
            format!(
                "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = '{}';",
                name.name
            ),
        )
        .run(
            "Drop it outside a transaction.",
            Language::Sql,
            format!("DROP INDEX CONCURRENTLY {name};"),
        ),
    )
}

/// What a failed build left behind goes, right before the next try.
pub(super) fn is_tidying(view: &StepView<'_>) -> bool {
    let Op::DropIndex { name, if_exists: true, concurrently: true } = &view.step.op else {
        return false;
    };
    view.later.first().is_some_and(|next| match &next.op {
        Op::CreateIndex { index, concurrently: true, .. } => {
            index.name.as_ref() == Some(&name.name)
        }
        _ => false,
    })
}

/// Whether another index begins with the same parts, over the same rows, and is as strict.
fn covers(other: &Index, index: &Index) -> bool {
    other.name != index.name
        && other.parts.starts_with(&index.parts)
        && other.filter == index.filter
        && other.method == index.method
        && (!index.unique || (other.unique && other.parts == index.parts))
}
