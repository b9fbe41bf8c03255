//! An index that costs more than it gives.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Ident, Index};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::types::{self, Family};
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("index-advice"),
    severity: Severity::Notice,
    summary: "Makes an index that another one covers, or that helps little.",
    why: "Each index is written with every row, and one that is never chosen only costs.",
    instead: "Leave it out, or replace the one that it covers.",
    fires: "
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, status text, placed_on date);
CREATE INDEX orders_status_placed ON orders (status, placed_on);
=== plan.sql role:plan
CREATE INDEX CONCURRENTLY orders_status ON orders (status);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ index-advice
",
    silent: "
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, status text, placed_on date);
CREATE INDEX orders_status_placed ON orders (status, placed_on);
=== plan.sql role:plan
CREATE INDEX CONCURRENTLY orders_placed ON orders (placed_on);
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    let Op::CreateIndex { table, index, .. } = &view.step.op else { return Vec::new() };
    let columns = index.columns();
    if columns.is_empty() {
        return Vec::new();
    }
    let judged = covered(view, index, &columns).or_else(|| shape(view, index, &columns));
    let Some((cause, says)) = judged else { return Vec::new() };
    let label =
        index.name.as_ref().map_or_else(|| "an index".to_owned(), |name| format!("index `{name}`"));
    let note = Note::new(format!("{} makes {label} on `{table}`, {says}", view.who()))
        .cause(cause)
        .certainty(Certainty::Likely)
        .step("Look at the queries that it is for; leave it out where another index serves them.");
    vec![match &index.name {
        Some(name) => note.within(ObjectKind::Index, table, name),
        None => note.table(table),
    }]
}

/// What is there that does the same.
fn covered(
    view: &StepView<'_>,
    index: &Index,
    columns: &[Ident],
) -> Option<(&'static str, String)> {
    let Op::CreateIndex { table, .. } = &view.step.op else { return None };
    let (known, _) = view.before.columns_of(table)?;
    if index.filter.is_some() || index.method.is_some() {
        return None;
    }
    let of_constraints = known.constraints.iter().filter_map(|one| match &one.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
            Some((one.name.as_ref(), columns.clone(), true))
        }
        _ => None,
    });
    let plain = |one: &&Index| one.filter.is_none() && one.method.is_none() && !one.invalid;
    let of_indexes = known
        .indexes
        .iter()
        .filter(plain)
        .map(|one| (one.name.as_ref(), one.columns(), one.unique));
    of_constraints.chain(of_indexes).find_map(|(name, own, unique)| {
        let name = name.map(ToString::to_string).unwrap_or_default();
        if own == columns && (unique || !index.unique) {
            return Some(("duplicate", format!("which does what `{name}` does")));
        }
        let is_prefix = own.len() > columns.len() && own.starts_with(columns);
        (is_prefix && !index.unique)
            .then(|| ("redundant-prefix", format!("with which `{name}` begins already")))
    })
}

/// What it is in itself.
fn shape(view: &StepView<'_>, index: &Index, columns: &[Ident]) -> Option<(&'static str, String)> {
    let Op::CreateIndex { table, .. } = &view.step.op else { return None };
    let repeats = columns
        .iter()
        .enumerate()
        .any(|(at, one)| columns.iter().take(at).any(|other| other == one));
    if repeats {
        return Some(("duplicate-column", "which names a column twice".to_owned()));
    }
    if columns.len() > 3 && !index.unique {
        return Some((
            "wide",
            format!("which has {} columns: the later ones seldom help", columns.len()),
        ));
    }
    let [column] = columns else { return None };
    let family = types::kind(view.after, view.column(table, column)?.data_type.as_deref()?)?.family;
    match family {
        Family::Bool if index.filter.is_none() => Some((
            "low-selectivity",
            "which tells two values apart: a partial index does that better".to_owned(),
        )),
        Family::Jsonb if index.method.is_none() => Some((
            "json-btree",
            "which compares whole documents: `gin` finds what is in them".to_owned(),
        )),
        _ => None,
    }
}
