//! The deploy goes on where the migration fails.

use crate::engine::case::{Case, DeployStep, DeployWay, Does};
use crate::engine::facts::Phase;
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, deploys};

pub static RULE: Rule = Rule {
    name: RuleName("migration-failure-ignored"),
    severity: Severity::Danger,
    summary: "The new code is started although the migration failed.",
    why: "The log has an error that nobody reads, and the new code runs on the schema of before.",
    instead: "Let the failure end the deploy: `set -e`, `&&`, no `|| true`, no `&`, no `continue-on-error`.",
    fires: "
=== start.sh
#!/bin/sh
alembic upgrade head || echo 'migration failed, continuing'
#^^^^^^^ migration-failure-ignored
uvicorn app.main:app
",
    silent: "
=== start.sh
#!/bin/sh
alembic upgrade head || exit 1
uvicorn app.main:app
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for way in case.deploy_ways() {
        for (at, step) in deploys::doing(way, Does::Migrate) {
            notes.extend(of_step(case, way, at, step));
        }
    }
    notes
}

fn of_step(case: &Case, way: &DeployWay, at: usize, step: &DeployStep) -> Option<Note> {
    let unit = case.deploy_unit(step)?;
    let text = step.text.replace('`', "");
    if unit.restarts && step.phase == Phase::Start && step.unit != usize::MAX {
        let alone = way.steps.iter().filter(|other| other.unit == step.unit).count() == 1;
        if alone {
            return Some(
                Note::new(format!(
                    "`{text}` runs again and again: its service is restarted whenever it ends"
                ))
                .at(step.span)
                .cause("restarts")
                .severity(Severity::Warning)
                .step("Take `restart` off the service that migrates."),
            );
        }
    }
    let mut later = way.steps.iter().skip(at + 1).filter(|other| deploys::is_start(other));
    let start = later.find(|other| {
        // What the host runs as phases of its own, it stops by itself.
        let waits = other.unit == step.unit
            || way.host == crate::engine::facts::Host::Workflow
            || unit.lenient.is_some();
        waits && !case.excludes(step, other) && !case.stops(step, other)
    });
    let lenient = unit.lenient;
    let start = start.map(|start| start.span);
    if start.is_none() && lenient.is_none() {
        return None;
    }
    let command = case.deploy_command(step);
    let why = match command {
        _ if lenient.is_some() => "its failure is not counted (`continue-on-error`)",
        Some(command) if command.background => "it runs in the background (`&`)",
        Some(command) if command.piped => "its failure is lost in a pipe, without `pipefail`",
        Some(command) if command.joint == crate::engine::facts::Joint::Or => {
            "`||` goes on where it fails"
        }
        Some(command) if command.joint == crate::engine::facts::Joint::And => {
            "`set -e` does not see a failure within `&&`"
        }
        _ => "the script goes on after a failure, without `set -e`",
    };
    let mut note =
        Note::new(format!("The deploy goes on where `{text}` fails: {why}")).at(step.span);
    note = note.because(lenient.map(|span| Evidence::text("It says so here").at(span)));
    note = note.because(start.map(|span| Evidence::text("This runs all the same").at(span)));
    Some(note.run("Let the failure end it.", Language::Shell, "set -e\nalembic upgrade head"))
}
