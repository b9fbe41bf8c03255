//! The settings say that nobody may touch it.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::engine::schema::TableName;
use crate::wire::Severity;
use crate::wire::words::thousands;

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("plan-protected-object"),
    severity: Severity::Blocker,
    summary: "Changes a table that the settings protect.",
    why: "Somebody wrote down that this table is not to be touched by a migration, and why.",
    instead: "Take the statement out, or talk to whoever protects the table; then change the settings on purpose.",
    fires: "
=== retort.toml
[protect]
\"ledger*\" = \"kept for the auditors\"
=== plan.sql role:plan
ALTER TABLE ledger_lines ADD COLUMN note text;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ plan-protected-object
",
    silent: "
=== retort.toml
[protect]
\"ledger*\" = \"kept for the auditors\"
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN ledger_note text;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    if matches!(view.step.op, Op::CreateTable { .. }) {
        return None;
    }
    let settings = &view.case.settings;
    let tables = view.step.op.tables();
    let old = tables.into_iter().filter(|table| !view.fresh.has_table(table));
    let (table, cause, why) = old.into_iter().find_map(|table| {
        let said = settings.protect.iter().find(|(pattern, _)| covers(pattern, table));
        if let Some((pattern, reason)) = said {
            let why = format!("`{}` is protected: {}", plain(pattern), plain(reason));
            return Some((table, None, why));
        }
        let (rows, most) = (view.case.known_rows(table)?, settings.protect_rows?);
        let why = format!(
            "It has {} rows, and from {} on a table is protected",
            thousands(rows),
            thousands(most)
        );
        (rows >= most).then_some((table, Some("rows"), why))
    })?;
    let note = Note::new(format!("{} changes `{table}`, which the settings protect", view.who()))
        .table(table)
        .because([Evidence::text(why)])
        .because(view.case.about(table))
        .step("Take the statement out, or agree on it with whoever protects the table.");
    Some(match cause {
        Some(cause) => note.cause(cause),
        None => note,
    })
}

fn plain(text: &str) -> String {
    text.replace('`', "'")
}

/// Returns whether a pattern is a table's name, with or without its schema; `*` stands for any letters, `?` for
/// one.
pub(super) fn covers(pattern: &str, table: &TableName) -> bool {
    let schema = table.schema.as_ref().map_or("public", |schema| schema.as_str());
    let matches = |name: &str| like(pattern.as_bytes(), name.as_bytes());
    matches(table.name.as_str()) || matches(&format!("{schema}.{}", table.name))
}

/// The star that was met last is given one more letter whenever the rest does not fit.
fn like(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while let Some(letter) = name.get(n) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(one) if *one == b'?' || one == letter => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                (p, n) = (at + 1, from + 1);
                star = Some((at, from + 1));
            }
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|one| *one == b'*')
}
