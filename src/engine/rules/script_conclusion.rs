//! An audit or guard script concludes something that what it read does not carry.

use crate::engine::case::{Case, Position};
use crate::engine::facts::{Claim, Concludes};
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::schema::TableName;
use crate::wire::{Certainty, Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("script-conclusion"),
    severity: Severity::Warning,
    summary: "An audit or guard script concludes what its own lists do not carry.",
    why: "Such scripts compare how many tables there are and not which, take an error's text for a version, read one version row of several, and end before they say that they failed.",
    instead: "Decide by the lists themselves: give Retort the audits, or collect new ones with `retort collect`.",
    fires: "
=== console.txt
DIAGNOSIS
Dev tables: 16
Prod tables: 17
Dev Alembic version: 9c10ab5512ef
Prod Alembic version: 9c10ab5512ef

OK: Both have alembic_version and comparable table counts
",
    silent: "
=== console.txt
DIAGNOSIS
Dev Alembic version: 9c10ab5512ef
Prod Alembic version: 3f2a91c0d7e4

MISMATCH: Dev/prod at different Alembic versions
",
    check: Check::Case(check),
};

/// Names in one title.
const NAMED: usize = 3;

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for claim in &case.facts.claims {
        notes.extend(counted(case, claim));
        notes.extend(no_version(case, claim));
        notes.extend(one_row(case, claim));
        notes.extend(died(claim));
    }
    notes
}

/// "OK", by how many tables there are.
fn counted(case: &Case, claim: &Claim) -> Option<Note> {
    let span = claim.place(&[Concludes::Ok, Concludes::Passed])?;
    let names = |tables: &[TableName]| {
        let names: Vec<String> =
            tables.iter().take(NAMED).map(|table| format!("`{table}`")).collect();
        let more = tables.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    };
    let Some(distance) = case.distance() else {
        claim.dev_tables?;
        return Some(
            Note::new("The script says OK by how many tables there are, and not by which")
                .at(span)
                .cause("counts")
                .certainty(Certainty::Unverified)
                .step("Add the summaries that it wrote: Retort compares their lists."),
        );
    };
    if distance.count() == 0 {
        return None;
    }
    let mut note = Note::new(format!(
        "The script says OK, and the lists of tables differ by {}",
        crate::wire::words::count(distance.count(), "name", "names")
    ))
    .at(span)
    .cause("counts");
    for (side, tables) in [("dev", &distance.only_in_dev), ("prod", &distance.only_in_prod)] {
        if !tables.is_empty() {
            note = note.because([Evidence::text(format!("Only in {side}: {}", names(tables)))]);
        }
    }
    Some(note.step("Go by the lists: explain each of these tables."))
}

/// An error's caret or nothing at all, taken for a version.
fn no_version(case: &Case, claim: &Claim) -> Option<Note> {
    let (version, span) = claim.prod_version.as_ref()?;
    let none = matches!(version.as_str(), "" | "^" | "MISSING") || version.starts_with("LINE");
    if !none || claim.place(&[Concludes::Mismatch]).is_none() {
        return None;
    }
    // The audit itself has a rule of its own.
    let severity = match case.is_given(Role::Prod) {
        true => Severity::Warning,
        false => Severity::Danger,
    };
    let shown = if version.is_empty() { "nothing".to_owned() } else { format!("`{version}`") };
    Some(
        Note::new(format!("The script says MISMATCH, and prod has no version at all: it shows {shown}"))
            .at(*span)
            .cause("no-version")
            .severity(severity)
            .certainty(Certainty::Likely)
            .step("Find the revision whose tables prod has, and stamp it there: `alembic upgrade` would run everything again."),
    )
}

/// Several version rows, of which scripts compare the first.
fn one_row(case: &Case, claim: &Claim) -> Option<Note> {
    let span = claim.place(&[Concludes::Ok, Concludes::Passed])?;
    let Position::At { rows, .. } = case.position(Role::Prod) else { return None };
    if rows.len() < 2 {
        return None;
    }
    let ids: Vec<String> = rows.iter().map(|(id, _)| format!("`{id}`")).collect();
    Some(
        Note::new("The script says OK by one version row, and prod has several")
            .at(span)
            .cause("one-row")
            .because([Evidence::text(format!("Prod is at {}", ids.join(", ")))])
            .step(
                "Compare all rows: prod has run a branch that dev has not, or the other way round.",
            ),
    )
}

/// A guard that ended before it concluded.
fn died(claim: &Claim) -> Option<Note> {
    let span = claim.guard?;
    if claim.place(&[Concludes::Passed, Concludes::Failed]).is_some() {
        return None;
    }
    Some(
        Note::new("The guard ended before it said whether it passed: it did not")
            .at(span)
            .cause("no-conclusion")
            .severity(Severity::Danger)
            .certainty(Certainty::Likely)
            .because([Evidence::text(
                "Under `set -e` it stops at the first command that fails, its own check included",
            )])
            .step("Take no PASSED for not passed.")
            .step("Use `retort guard`, which says it in its exit code as well."),
    )
}
