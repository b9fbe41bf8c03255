//! More than one owner runs the migrations.

use crate::engine::case::{Case, DeployStep, Does, Runs};
use crate::engine::facts::{Deed, Phase};
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule, deploys};

pub static RULE: Rule = Rule {
    name: RuleName("migration-run-twice"),
    severity: Severity::Warning,
    summary: "One deploy runs the migrations in more than one place.",
    why: "Two that run at the same time wait for each other or fail halfway, and nobody knows which of them did it.",
    instead: "Keep one place: a release step where the host has one.",
    fires: "
=== Procfile
release: alembic upgrade head
web: alembic upgrade head && gunicorn shop.wsgi
#    ^^^^^^^ migration-run-twice
",
    silent: "
=== Procfile
release: alembic upgrade head
web: gunicorn shop.wsgi
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for way in case.deploy_ways() {
        let runs = |step: &&DeployStep| {
            step.phase != Phase::Build
                && !matches!(step.runs, Runs::Never { .. } | Runs::OnlyIf { .. })
        };
        let mut steps = deploys::doing(way, Does::Migrate).map(|(_, step)| step).filter(runs);
        let Some(first) = steps.next() else { continue };
        let second = steps.find(|other| !case.excludes(first, other) && is_same_tool(first, other));
        let text = first.text.replace('`', "");
        if let Some(second) = second {
            notes.push(
                Note::new(format!("`{text}` is run a second time in the same deploy"))
                    .at(second.span)
                    .because([Evidence::text("It runs here already").at(first.span)])
                    .step("Keep the first, and take this one out."),
            );
        } else if let Some(seen) = case.facts.seen.iter().find(|seen| {
            matches!(&seen.what, Deed::Upgrade(switch) if switch.is_none())
                && way.steps.iter().any(|step| step.does == Does::Serve)
        }) && !first.text.contains(".py")
        {
            notes.push(
                Note::new(
                    "The program runs the migrations by itself, and the deploy runs them too",
                )
                .at(seen.span)
                .cause("program")
                .certainty(Certainty::Likely)
                .because([Evidence::text("The deploy runs them here").at(first.span)])
                .step("Keep the step of the deploy, and take the call out of the program."),
            );
        }
    }
    notes
}

fn is_same_tool(one: &DeployStep, other: &DeployStep) -> bool {
    one.text.split_whitespace().next() == other.text.split_whitespace().next()
        || (one.text.contains("alembic") && other.text.contains("alembic"))
}
