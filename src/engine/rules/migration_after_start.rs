//! The migrations run after the new code has started.

use crate::engine::case::{Case, DeployWay, Does};
use crate::engine::facts::Host;
use crate::engine::ledger::{Evidence, RuleName};
use crate::wire::Severity;

use super::{Check, Note, Rule, deploys};

pub static RULE: Rule = Rule {
    name: RuleName("migration-after-start"),
    severity: Severity::Danger,
    summary: "The migrations run after the new code has started, or beside it.",
    why: "New code meets the old schema; where the migration fails, the deploy has happened all the same.",
    instead: "Put the migration before the step that starts or releases the code, and let that one wait for it.",
    fires: "
=== start.sh
#!/bin/sh
exec uvicorn app.main:app
alembic upgrade head
#^^^^^^^ migration-after-start
",
    silent: "
=== start.sh
#!/bin/sh
set -e
alembic upgrade head
exec uvicorn app.main:app
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    case.deploy_ways().iter().flat_map(|way| of_way(case, way)).collect()
}

fn of_way(case: &Case, way: &DeployWay) -> Vec<Note> {
    let mut notes = Vec::new();
    for (at, step) in deploys::doing(way, Does::Migrate) {
        let beside = way.host == Host::Compose && step.phase == crate::engine::facts::Phase::Start;
        let before = way.steps.get(..at).unwrap_or_default().iter();
        let mut started = before.filter(|other| {
            deploys::is_start(other) && other.phase == step.phase && !case.excludes(other, step)
        });
        // Processes of a Procfile and services of compose start beside each other.
        let found = match way.host {
            Host::Procfile => None,
            Host::Compose => started.find(|other| other.unit == step.unit),
            _ => started.next(),
        };
        if let Some(start) = found {
            let what = match start.text.starts_with("exec ") {
                true => "never runs: `exec` gives the process away before it",
                false => "runs after the new code is started",
            };
            let text = step.text.replace('`', "");
            notes.push(
                Note::new(format!("`{text}` {what}"))
                    .at(step.span)
                    .because([Evidence::text("This starts the new code").at(start.span)])
                    .step("Move the migration before it.")
                    .step("In a pipeline, let the job that releases need the job that migrates."),
            );
        } else if beside {
            notes.extend(not_waited(case, way, step));
        }
    }
    notes
}

/// A service that migrates, for whose end the others do not wait.
fn not_waited(
    case: &Case,
    way: &DeployWay,
    step: &crate::engine::case::DeployStep,
) -> Option<Note> {
    let own = case.deploy_unit(step)?;
    let program = way.steps.iter().find(|other| {
        deploys::is_start(other)
            && other.unit != step.unit
            && case.deploy_unit(other).is_some_and(|unit| !unit.needs.contains(&own.name))
    })?;
    let name = case.deploy_unit(program).map_or("", |unit| unit.name.as_str());
    Some(
        Note::new(format!(
            "Service `{name}` does not wait for `{}`, which runs the migrations",
            own.name
        ))
        .at(program.span)
        .cause("not-waited")
        .severity(Severity::Warning)
        .step(format!(
            "Give `{name}` a `depends_on` with `condition: service_completed_successfully`."
        )),
    )
}
