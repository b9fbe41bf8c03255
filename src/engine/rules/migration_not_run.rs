//! Nothing on the way of a deploy runs the migrations.

use crate::engine::case::{Case, DeployStep, DeployWay, Runs};
use crate::engine::facts::Host;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::span::Span;
use crate::wire::Severity;

use super::{Check, Note, Rule, deploys};

pub static RULE: Rule = Rule {
    name: RuleName("migration-not-run"),
    severity: Severity::Danger,
    summary: "A deploy starts the new code and nothing on its way runs the migrations.",
    why: "The new code meets the old schema, and somebody has to remember what nobody sees.",
    instead: "Run the migrations once, before the new code starts, so that their failure stops the deploy.",
    fires: "
=== Procfile
web: gunicorn shop.wsgi --log-file -
#    ^^^^^^^^ migration-not-run
",
    silent: "
=== Procfile
release: alembic upgrade head
web: gunicorn shop.wsgi --log-file -
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    if deploys::migrates(case) {
        return Vec::new();
    }
    let ways = case.deploy_ways().iter();
    // JavaScript programs and sites have a start script whether or not they have a database.
    let ours = ways.filter(|way| !matches!(way.host, Host::Node | Host::Vercel));
    ours.filter_map(|way| {
        let start = way.steps.iter().find(|step| deploys::is_start(step))?;
        Some(note(case, way, start))
    })
    .collect()
}

fn note(case: &Case, way: &DeployWay, start: &DeployStep) -> Note {
    let what = match way.missing.first() {
        Some((_, what)) => format!("whether migrations run is not known: {what}"),
        None => "nothing runs the migrations".to_owned(),
    };
    let mut note =
        Note::new(format!("Before `{}` {what}", start.text.replace('`', ""))).at(start.span);
    if !way.missing.is_empty() {
        note = note.cause("not-followed");
    }
    if let Some(Runs::Never { switch }) =
        way.steps.iter().map(|step| &step.runs).find(|runs| matches!(runs, Runs::Never { .. }))
    {
        note = note.because([Evidence::text(format!("`{switch}` switches the step off"))]);
    }
    note = note.because(commented(case, way));
    let note = deploys::weighed(case, way, note);
    note.step("Add `alembic upgrade head` before it: as the release command of the host, else in the start script, under `set -e`.")
        .step("Make the deploy stop where that fails.")
}

/// The step stands in a comment.
fn commented(case: &Case, way: &DeployWay) -> Option<Evidence> {
    let document = case.documents.get(way.document)?;
    let mut at = 0;
    for line in document.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim_start().starts_with('#') && line.contains("alembic upgrade") {
            let end = start + line.trim_end().len();
            let place = Span::new(way.document, start, end.max(start));
            return Some(Evidence::text("The step is commented out").at(place));
        }
    }
    None
}
