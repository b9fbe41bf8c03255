//! Dev and prod differ.

use crate::engine::case::{Case, Position};
use crate::engine::chain::RevisionIx;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::schema::TableName;
use crate::wire::{Certainty, Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("dev-prod-mismatch"),
    severity: Severity::Danger,
    summary: "Dev and prod are at different revisions, or hold different tables.",
    why: "A host that makes its plan from the difference will drop what only prod has and create what only dev has.",
    instead: "Bring prod to dev's revision through the chain, and explain every table that only one side has.",
    fires: "
=== dev.txt
Shop Database Audit - dev

DATABASE INFO:
current_database\tcurrent_user
shop_dev\towner

TABLES IN PUBLIC SCHEMA:
table_name
wishlists

ALEMBIC VERSION:
version_num
a1
=== prod.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
gift_cards

ALEMBIC VERSION:
version_num
a1
",
    silent: "
=== dev.txt
Shop Database Audit - dev

DATABASE INFO:
current_database\tcurrent_user
shop_dev\towner

TABLES IN PUBLIC SCHEMA:
table_name
orders

ALEMBIC VERSION:
version_num
a1
=== prod.txt
Shop Database Audit - prod

DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
alembic_version
orders

ALEMBIC VERSION:
version_num
a1
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let (Some(distance), Some(prod)) = (case.distance(), case.audit(Role::Prod)) else {
        return revisions_alone(case).into_iter().collect();
    };
    let (Position::At { .. }, Position::At { rows: prod_rows, .. }) =
        (case.position(Role::Dev), case.position(Role::Prod))
    else {
        return differing_tables(case, &distance.only_in_dev, &distance.only_in_prod); // Never stamped: a rule of its own.
    };
    if case.prod_is_behind() {
        let pending = case.apart().map_or(0, |apart| apart.only_dev.len());
        let at = prod_rows.first().map(|(id, _)| id.as_str()).unwrap_or_default();
        return vec![
            Note::new(format!(
                "Prod is at `{at}`, {} behind dev, and has that revision's tables",
                revisions(pending)
            ))
            .severity(Severity::Warning)
            .cause("behind")
            .at(prod_rows
                .first()
                .map_or_else(|| crate::engine::span::Span::whole(prod.document), |(_, span)| *span))
            .step("Run the pending revisions on prod through Alembic; then audit again."),
        ];
    }
    let mut notes = differing_tables(case, &distance.only_in_dev, &distance.only_in_prod);
    notes.extend(differing_revisions(case));
    notes
}

/// What revisions alone can tell, where the tables of a side are not known.
fn revisions_alone(case: &Case) -> Option<Note> {
    let note = differing_revisions(case)?;
    if case.prod_before_dev().is_none() {
        return Some(note);
    }
    let pending = case.apart().map_or(0, |apart| apart.only_dev.len());
    // Whether prod holds its revision's schema is not known; that it does not is not known either.
    let mut behind = Note::new(format!("Prod is {} behind dev", revisions(pending)))
        .severity(Severity::Warning)
        .certainty(Certainty::Likely)
        .cause("behind")
        .step("Run the pending revisions on prod through Alembic; then audit both.");
    behind.span = note.span;
    Some(behind)
}

fn differing_revisions(case: &Case) -> Option<Note> {
    let (Position::At { rows: dev, .. }, Position::At { rows: prod, .. }) =
        (case.position(Role::Dev), case.position(Role::Prod))
    else {
        return None;
    };
    if case.same_revisions() != Some(false) {
        return None;
    }
    let names = |rows: &[(String, _)]| {
        let mut ids: Vec<String> = rows.iter().map(|(id, _)| format!("`{id}`")).collect();
        crate::ordered::sort(&mut ids);
        ids.join(", ")
    };
    let mut note =
        Note::new(format!("Dev is at {}, prod at {}", names(dev), names(prod))).cause("revision");
    note.span = prod.first().map(|(_, span)| *span);
    if case.chains.is_empty() {
        note = note.step(
            "Add the migration folder: Retort then says how many revisions are pending, and which.",
        );
    }
    let Some(apart) = case.apart() else { return Some(note) };
    let id = |ix: &RevisionIx| {
        apart.chain.revision(*ix).map(|revision| (revision.id.clone(), revision.span))
    };
    for (name, ran) in [("dev", &apart.only_dev), ("prod", &apart.only_prod)] {
        note = note.because(ran.iter().filter_map(id).map(|(id, span)| {
            Evidence::text(format!("Only {name} has run `{id}`")).at(span).of_revision(id)
        }));
    }
    Some(note)
}

/// "1 revision", "3 revisions".
fn revisions(count: usize) -> String {
    format!("{count} {}", if count == 1 { "revision" } else { "revisions" })
}

fn differing_tables(case: &Case, only_dev: &[TableName], only_prod: &[TableName]) -> Vec<Note> {
    let count = only_dev.len() + only_prod.len();
    let Some(prod) = case.audit(Role::Prod).filter(|_| count > 0) else {
        return Vec::new();
    };
    let list = |tables: &[TableName]| {
        tables.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(", ")
    };
    let side = |tables: &[TableName], name: &str| {
        (!tables.is_empty()).then(|| Evidence::text(format!("Only in {name}: {}", list(tables))))
    };
    let place = only_prod.first().and_then(|table| prod.tables.as_ref()?.get(table)).copied();
    let mut note = Note::new(format!("Dev and prod differ by {count} {}", if count == 1 { "table" } else { "tables" }))
        .cause("tables")
        .severity(if count > case.table_threshold() { Severity::Blocker } else { Severity::Danger })
        .at(place.unwrap_or_else(|| crate::engine::span::Span::whole(prod.document)))
        .because(side(only_prod, "prod"))
        .because(side(only_dev, "dev"))
        .step("For each table that only prod has: find out who made it (another service, a hand, an older chain), and keep the host's diff away from it.")
        .step("For each table that only dev has: make sure a pending revision creates it.");
    for table in only_dev.iter().chain(only_prod) {
        note = note.table(table);
    }
    vec![note]
}
