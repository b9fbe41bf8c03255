//! A variable that switches migrations off, and does not do what it is set for.

use crate::engine::case::{Case, Runs};
use crate::engine::facts::{Command, Deploy, Host};
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::span::Span;
use crate::wire::{Certainty, Kind, Severity};

use super::{Check, Note, Rule, deploys};

pub static RULE: Rule = Rule {
    name: RuleName("migration-switch"),
    severity: Severity::Warning,
    summary: "A switch for migrations does not reach its program, is not what it compares with, or switches off the only step there is.",
    why: "Who set it believes that something is prevented. `DISABLE_AUTO_MIGRATIONS` and its kin switch the program's own migration at its start and nothing else: no host reads them.",
    instead: "Export it, write exactly `true`, and keep one step that runs; to stop a host's own changes, decline its plan or use a database that it does not manage.",
    fires: "
=== start.sh
#!/bin/bash
DISABLE_AUTO_MIGRATIONS=true
#^^^^^^^^^^^^^^^^^^^^^^^^^^^ migration-switch
alembic upgrade head
exec gunicorn shop.wsgi
",
    silent: "
=== start.sh
#!/bin/bash
set -e
export DISABLE_AUTO_MIGRATIONS=true
alembic upgrade head
exec gunicorn shop.wsgi
",
    check: Check::Case(check),
};

/// Whether a variable is a switch for migrations.
fn is_switch(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    upper.contains("MIGRATION") || upper.contains("MIGRATE")
}

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for deploy in &case.facts.deploys {
        notes.extend(not_exported(case, deploy));
        notes.extend(deploy.placebo.map(|span| {
            Note::new("`[deployment.databaseMigrations]` is no documented switch: the publish plan is made all the same")
                .at(span)
                .cause("placebo")
                .certainty(Certainty::Likely)
                .step("Take it out, and review the plan of every publish.")
        }));
    }
    for (name, value, span) in assigned(case) {
        let off = name.to_ascii_uppercase().contains("DISABLE");
        if off && matches!(value.as_str(), "True" | "TRUE" | "1" | "yes" | "on") {
            notes.push(
                Note::new(format!("`{name}` is `{value}`, and programs compare it with `true`"))
                    .at(span)
                    .cause("other-word")
                    .certainty(Certainty::Likely)
                    .step("Write `true`, or read the code that asks for it."),
            );
        }
        if off && value == "true" {
            notes.extend(reliance(case, &name, span));
        }
    }
    notes.extend(only_step(case));
    notes
}

/// Every value that a file gives a switch.
fn assigned(case: &Case) -> Vec<(String, String, Span)> {
    let mut found = Vec::new();
    for deploy in &case.facts.deploys {
        let sets = deploy.sets.iter().filter(|set| is_switch(&set.name));
        found.extend(sets.map(|set| (set.name.clone(), set.value.clone(), set.span)));
        for command in deploy.units.iter().flat_map(|unit| &unit.commands) {
            let Some(span) = command.at else { continue };
            let exported = command.words.iter().filter_map(|word| word.split_once('='));
            let own = command.sets.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let own = own.chain(exported).filter(|(name, _)| is_switch(name));
            found.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned(), span)));
        }
    }
    found
}

/// `NAME=true` by itself reaches no other program.
fn not_exported(case: &Case, deploy: &Deploy) -> Vec<Note> {
    let Some(document) = case.documents.get(deploy.document) else { return Vec::new() };
    let mut notes = Vec::new();
    for unit in &deploy.units {
        let all = || unit.commands.iter();
        let exports = |name: &str| {
            all().any(|command| {
                let verb = command.words.first().map(String::as_str);
                let named = |word: &String| word.split('=').next() == Some(name);
                (matches!(verb, Some("export")) && command.words.iter().any(named))
                    || (verb == Some("set")
                        && command.words.iter().any(|word| word == "-a" || word == "allexport"))
            })
        };
        for command in all().filter(|command| command.words.is_empty()) {
            let names = command.sets.iter().map(|(name, _)| name).filter(|name| is_switch(name));
            for name in names.filter(|name| !exports(name)) {
                // The script itself may ask for it.
                let used = [format!("${name}"), format!("${{{name}")];
                if used.iter().any(|used| document.text.contains(used.as_str())) {
                    continue;
                }
                notes.push(note_of(name, command));
            }
        }
    }
    notes
}

fn note_of(name: &str, command: &Command) -> Note {
    let mut note =
        Note::new(format!("`{name}` is set and not exported: no program that is started gets it"))
            .cause("not-exported")
            .step(format!("Write `export {name}=true`, or take it out."));
    note.span = command.at;
    note
}

/// What it is set for where a host compares databases.
fn reliance(case: &Case, name: &str, span: Span) -> Option<Note> {
    let kinds = case.kinds();
    let plan = case.facts.plans.iter().find(|plan| {
        kinds.get(&plan.document).is_some_and(|known| known.kind == Kind::PublishPlan)
    });
    let replit = case.facts.deploys.iter().any(|deploy| deploy.host == Host::Replit);
    if plan.is_none() && !replit {
        return None;
    }
    let evidence = plan.map(|plan| {
        Evidence::text("The host made this plan all the same").at(Span::whole(plan.document))
    });
    Some(
        Note::new(format!("`{name}` can't stop the publish: it switches the program's own migration at its start and nothing else"))
            .at(span)
            .cause("publish")
            .severity(if plan.is_some() { Severity::Warning } else { Severity::Notice })
            .because(evidence)
            .step("Review the plan of every publish; the host compares databases and reads no variable of the program."),
    )
}

/// Every step that migrates is switched off.
fn only_step(case: &Case) -> Vec<Note> {
    if deploys::migrates(case) {
        return Vec::new();
    }
    let steps = case.deploy_ways().iter().flat_map(|way| &way.steps);
    let off = steps.filter_map(|step| match &step.runs {
        Runs::Never { switch } if step.does == crate::engine::case::Does::Migrate => {
            Some((step, switch))
        }
        _ => None,
    });
    off.map(|(step, switch)| {
        Note::new(format!("`{switch}` switches off the only step that runs the migrations"))
            .at(step.span)
            .cause("only-step")
            .severity(Severity::Danger)
            .step(
                "Run the migrations elsewhere before the new code starts, or take the switch out.",
            )
    })
    .collect()
}
