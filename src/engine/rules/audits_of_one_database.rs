//! The audits of dev and prod were taken of one and the same database.

use crate::engine::case::Case;
use crate::engine::facts::Measured;
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("audits-of-one-database"),
    severity: Severity::Danger,
    summary: "The audits of dev and prod show one and the same database.",
    why: "They agree because there is nothing else to compare: what the other database holds is not known, and every check of two sides passes for nothing.",
    instead: "Collect the other audit with the other address. Where there is only one database, say so in `retort.toml`, and it is held to the chain instead.",
    fires: "
=== dev-audit.sql
-- Retort audit of PostgreSQL
-- format: 1
-- database: shop
-- server: 15.4
-- instance: 2024-05-01T07:00:00.123456/16384
CREATE TABLE public.orders (id integer);
-- Retort audit complete
=== prod-audit.sql
-- Retort audit of PostgreSQL
-- format: 1
-- database: shop
-- server: 15.4
-- instance: 2024-05-01T07:00:00.123456/16384
-- ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ audits-of-one-database
CREATE TABLE public.orders (id integer);
-- Retort audit complete
",
    silent: "
=== dev-audit.sql
-- Retort audit of PostgreSQL
-- format: 1
-- database: shop
-- server: 15.4
-- instance: 2024-05-01T07:00:00.123456/16384
CREATE TABLE public.orders (id integer);
-- Retort audit complete
=== prod-audit.sql
-- Retort audit of PostgreSQL
-- format: 1
-- database: shop
-- server: 15.4
-- instance: 2024-05-01T07:00:00.123456/16399
CREATE TABLE public.orders (id integer);
-- Retort audit complete
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let of = |role: Role| {
        let is_of = move |one: &&Measured| one.assigned.is_some_and(|by| by.role == role);
        case.facts.measured.iter().filter(is_of).filter_map(|one| one.instance.as_ref())
    };
    let mut notes = Vec::new();
    // Where it is said that there is one database, both are prod's.
    for (instance, span) in of(Role::Prod) {
        let Some((_, other)) = of(Role::Dev).find(|(other, _)| other == instance) else { continue };
        let note = Note::new(
            "Both audits were taken of one database: dev is not known, or prod is not",
        )
        .at(*span)
        .because([Evidence::text("The other audit names the same server and database").at(*other)])
        .step("Look at which address each of the two was collected with.")
        .step("Where there is only one database, put `single-database = true` into `retort.toml`.");
        notes.push(note);
    }
    notes
}
