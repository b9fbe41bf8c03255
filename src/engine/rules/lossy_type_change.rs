//! A column changes its type.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use crate::engine::schema::Ident;

use super::types::{self, Family};
use super::{Check, Note, Rule, StepView, evidence, retype};

pub static RULE: Rule = Rule {
    name: RuleName("lossy-type-change"),
    severity: Severity::Danger,
    summary: "A column's new type may not hold every value it has.",
    why: "Values that do not fit make the statement fail, or are cut or rounded in silence when a cast says so; most changes rewrite the table.",
    instead: "Measure first; then add a column of the new type, fill it with a stated policy for misfits, switch over, drop the old one.",
    fires: "
=== plan.sql role:plan
ALTER TABLE reviews ALTER COLUMN rating SET DATA TYPE smallint;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ lossy-type-change
",
    silent: "
=== plan.sql role:plan
CREATE TABLE reviews (rating text);
ALTER TABLE reviews ALTER COLUMN rating TYPE varchar(3);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AlterColumnType { table, column, to, using } = &view.step.op else {
        return None;
    };
    // SQLite keeps what it is given, whatever the type says.
    if view.fresh.has_column(table, column) || view.dialect() == Dialect::Sqlite {
        return None;
    }
    let old = view.column(table, column).and_then(|known| known.data_type.as_deref());
    // A cast to the new type alone is what happens without one, save that text is then cut in silence.
    let plain = using.as_deref().is_none_or(|cast| retype::only_casts(cast, column, to.as_deref()));
    // So is one by way of another type that keeps all, text above all, and one that names a time zone.
    let casts = using.as_deref().is_some_and(|cast| keeps_all(cast, column));
    let holds = |old: &str| {
        let labels = old_labels(view, old);
        to.as_deref().is_some_and(|to| retype::keeps(old, to) || retype::fits(labels, to))
    };
    let families = [old, to.as_deref()].map(|name| family(view, name));
    let prints = using.as_deref().is_some_and(|cast| prints(cast, column));
    if fails_instead(families, prints && old_labels(view, old.unwrap_or_default()).is_empty()) {
        return None;
    }
    if (plain || casts) && old.is_some_and(holds) {
        return None;
    }
    // What takes any text takes what any type prints.
    if old.is_none() && to.as_deref().is_some_and(|to| matches!(to, "text" | "character varying")) {
        return None;
    }
    let cuts = using
        .as_ref()
        .is_some_and(|cast| cast.contains("::") || cast.to_ascii_lowercase().contains("cast("));
    let known = match old {
        Some(old) => format!("Its type is `{old}` now"),
        None => "Its old type is in no input: whether every value fits is not known".to_owned(),
    };
    let (severity, certainty) = match (old, to) {
        // What a type of one's own takes of a text is in no input; a label that it lacks makes it fail.
        (Some(_), Some(_)) if families[1].is_none() && is_text(families[0]) => {
            (Severity::Warning, Certainty::Unverified)
        }
        (Some(_), Some(_)) if cuts => (Severity::Blocker, Certainty::Likely),
        (Some(_), Some(_)) => (Severity::Danger, Certainty::Likely),
        _ => (Severity::Warning, Certainty::Unverified),
    };
    let to = to.as_ref().map(|to| format!(" to `{to}`")).unwrap_or_default();
    let mut note = Note::new(format!("{} changes the type of `{table}.{column}`{to}", view.who()))
        .certainty(certainty)
        .within(ObjectKind::Column, table, column)
        .severity(severity)
        .because([Evidence::text(known)])
        .because(evidence::of_column(view, table, column));
    note = match using {
        Some(cast) => note.because([Evidence::text(format!("It is cast with `{cast}`: an explicit cast may cut values in silence"))]),
        None => note.because([Evidence::text("Without USING it fails where the old type has no automatic cast, such as text to a number")]),
    };
    Some(
        note.run("Count what would not fit.", Language::Sql, format!("SELECT count(*), min({0}), max({0}) FROM {1};", column.quoted(), table.quoted()))
            .step("Add a column of the new type, write both, fill it in batches, switch reads, then drop the old column."),
    )
}

/// Whether a conversion is the column by way of its text, its number, or its time in a zone.
fn keeps_all(cast: &str, column: &Ident) -> bool {
    let text = cast.to_ascii_lowercase().replace(['(', ')', '"'], "");
    let Some(rest) = text.trim().strip_prefix(&column.as_str().to_ascii_lowercase()) else {
        return false;
    };
    let rest = rest.trim();
    ["::text", "::integer", "::bigint", "::varchar", "::character varying"].contains(&rest)
        || rest.starts_with("at time zone ")
}

fn family(view: &StepView<'_>, name: Option<&str>) -> Option<Family> {
    types::kind(view.before.schema(), name?).map(|kind| kind.family)
}

fn is_text(family: Option<Family>) -> bool {
    matches!(family, Some(Family::Text | Family::Char))
}

/// Whether what does not fit makes it fail, and is not lost. `prints` says that a value of a type of one's own,
/// of which no label is known, is put in as its text: only an explicit cast to a length would cut that.
fn fails_instead([old, to]: [Option<Family>; 2], prints: bool) -> bool {
    let is_number = matches!(to, Some(Family::Integer(_) | Family::Numeric | Family::Float));
    // Text that is no such value.
    let parses = is_text(old) && to.is_some() && !is_text(to) && !is_number;
    parses || (prints && is_text(to) && matches!(old, None | Some(Family::Enum)))
}

/// Whether a conversion is the column's text and nothing else.
fn prints(cast: &str, column: &Ident) -> bool {
    let text = cast.to_ascii_lowercase().replace(['(', ')', '"'], "");
    let rest = text.trim().strip_prefix(&column.as_str().to_ascii_lowercase());
    rest.is_some_and(|rest| ["::text", "::varchar", "::character varying"].contains(&rest.trim()))
        && !cast.contains('(')
}

/// The labels of an enum type, where the name is one's.
fn old_labels<'a>(view: &'a StepView<'_>, name: &str) -> &'a [String] {
    let schema = view.before.schema();
    let known = schema.enums.iter().find(|(known, _)| known.quoted() == name);
    known.map(|(_, values)| values.as_slice()).unwrap_or_default()
}
