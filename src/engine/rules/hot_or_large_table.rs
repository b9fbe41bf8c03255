//! A change of a table that the settings call hot, or that is known to be large; or of many at once.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{LockMode, Op, Step};
use crate::engine::schema::TableName;
use crate::ordered::Set;
use crate::wire::words::thousands;
use crate::wire::{Certainty, Severity};

use super::plan_protected_object::covers;
use super::{Check, Note, Rule, StepView, locks, my_blocking_alter};

pub static RULE: Rule = Rule {
    name: RuleName("hot-or-large-table"),
    severity: Severity::Warning,
    summary: "Blocks writes of a table that is hot or large, or changes many tables at once.",
    why: "On such a table even a short lock makes a queue, and whatever reads or writes all of it takes long.",
    instead: "Do it by itself, with a short lock timeout, at a quiet time, and be ready to stop.",
    fires: "
=== retort.toml
[policy]
hot-tables = [\"orders*\"]
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel text;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hot-or-large-table
",
    silent: "
=== retort.toml
[policy]
hot-tables = [\"orders*\"]
=== plan.sql role:plan
ALTER TABLE people ADD COLUMN channel text;
",
    check: Check::Step(check),
};

/// Rows and bytes from which on a table is large.
const LARGE_ROWS: u64 = 1_000_000;
const LARGE_BYTES: u64 = 10_000_000_000;

fn check(view: &StepView<'_>) -> Option<Note> {
    many(view).or_else(|| {
        let table = blocked(view)?;
        let why = why(view, table)?;
        // What one statement does to it is one finding, and later ones repeat it.
        let is_first = !view.earlier.iter().any(|step| touches(view, step, table));
        is_first.then(|| {
            Note::new(format!("{} blocks writes of `{table}`, {}", view.who(), why.1))
                .cause(why.0)
                .table(table)
                .because([Evidence::text(why.2)])
                .because(view.case.about(table))
                .step("Do it in a transaction of its own, with a lock timeout of a second or two, and try again when it is hit.")
                .step("Watch for what waits while it runs.")
        })
    })
}

/// The first old table that the step keeps writers from, or works through.
fn blocked<'a>(view: &StepView<'a>) -> Option<&'a TableName> {
    let old = |table: &&TableName| !view.fresh.has_table(table);
    match view.dialect() {
        Dialect::PostgreSql => {
            let taken = locks::of(&view.step.op, view.before.schema());
            // Names of other tables live as long as the schema; the step's own are what is asked for.
            let strong = taken.iter().filter(|(_, mode, _)| *mode >= LockMode::Share);
            let names: Vec<&TableName> = strong.map(|(table, ..)| *table).collect();
            view.step.op.tables().into_iter().find(|table| old(table) && names.contains(table))
        }
        Dialect::MySql if my_blocking_alter::blocks(view).is_some() => {
            view.step.op.tables().into_iter().find(old)
        }
        _ => None,
    }
}

fn touches(view: &StepView<'_>, step: &Step, table: &TableName) -> bool {
    let taken = locks::of(&step.op, view.before.schema());
    taken.iter().any(|(of, mode, _)| *of == table && *mode >= LockMode::Share)
}

fn why(view: &StepView<'_>, table: &TableName) -> Option<(&'static str, &'static str, String)> {
    let settings = &view.case.settings;
    let hot = settings.policy.get("hot-tables");
    if let Some(pattern) = hot.into_iter().flatten().find(|pattern| covers(pattern, table)) {
        let says = format!("The settings call it hot: {}", pattern.replace('`', "'"));
        return Some(("hot", "which is hot", says));
    }
    let most = settings.large_table_rows.unwrap_or(LARGE_ROWS);
    if let Some(rows) = view.case.known_rows(table).filter(|rows| *rows > most) {
        return Some(("large", "which is large", format!("It has {} rows", thousands(rows))));
    }
    let bytes = view.case.size_of(table)?.0.bytes.filter(|bytes| *bytes > LARGE_BYTES)?;
    Some(("large", "which is large", format!("It takes {} bytes", thousands(bytes))))
}

/// The last step of a change that touches more than the settings allow says so.
fn many(view: &StepView<'_>) -> Option<Note> {
    let most =
        |key: &str| -> Option<usize> { view.case.settings.policy.get(key)?.first()?.parse().ok() };
    let is_last = view.later.is_empty();
    let all = || view.earlier.iter().chain([view.step]);
    if let Some(most) = most("max-tables").filter(|_| is_last) {
        let made: Vec<&TableName> = all()
            .filter_map(|step| match &step.op {
                Op::CreateTable { table, .. } => Some(table),
                _ => None,
            })
            .collect();
        let old: Set<&TableName> = all()
            .filter(|step| !matches!(step.op, Op::Mutate { .. }))
            .flat_map(|step| step.op.tables())
            .filter(|table| !made.contains(table))
            .collect();
        if old.len() > most {
            let count = old.len();
            let title = format!("{} changes {count} existing tables at once", view.who());
            return Some(told(title, "many-tables", most));
        }
    }
    let most =
        most("max-statements").filter(|_| is_last && view.within != super::Within::Nothing)?;
    let mut places: Vec<_> = all().map(|step| step.span).collect();
    places.dedup();
    let title = format!("{} runs {} statements in one transaction", view.who(), places.len());
    (places.len() > most).then(|| told(title, "many-statements", most))
}

fn told(title: String, cause: &'static str, most: usize) -> Note {
    Note::new(title)
        .cause(cause)
        .certainty(Certainty::Certain)
        .because([Evidence::text(format!("The settings allow {most}"))])
        .step("Make it several revisions, each with what belongs together.")
}
