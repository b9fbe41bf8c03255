//! Dev and prod at different places.

use crate::engine::case::{Case, Position};
use crate::engine::ledger::{Finding, Ledger};
use crate::wire::{NextStep, Role};

use super::{Story, counted, of_rules, revisions, run, step};

/// What a distance between two databases explains.
const EXPLAINED: &[&str] =
    &["dev-prod-mismatch", "alembic-stamp-mismatch", "chain-not-in-plan", "alembic-command-failed"];

/// Which revisions one has run and the other has not, as a sentence with a space before it, and what brings
/// them together.
fn distance(case: &Case) -> (String, Option<NextStep>) {
    let Some(apart) = case.apart() else { return (String::new(), None) };
    let (dev, prod) = (&apart.only_dev, &apart.only_prod);
    let list = |ran: &[_]| revisions(apart.chain, ran);
    let count = |ran: &[_]| counted(ran.len(), "revision", "revisions");
    match (dev.as_slice(), prod.as_slice()) {
        ([], []) => (String::new(), None),
        (pending, []) => (
            format!(" Prod has still to run {}: {}.", count(pending), list(pending)),
            Some(run("Bring prod to dev's revision", upgrade(case, Role::Dev))),
        ),
        ([], ahead) => (
            format!(" Dev has still to run {} that prod has: {}.", count(ahead), list(ahead)),
            Some(run("Bring dev to prod's revision", upgrade(case, Role::Prod))),
        ),
        (dev, prod) => (
            format!(
                " Dev has run {} that prod has not ({}), and prod {} that dev has not ({}).",
                count(dev),
                list(dev),
                count(prod),
                list(prod)
            ),
            Some(run(
                "Bring both to one head: merge the branches, then upgrade each",
                "alembic merge heads -m \"join\"",
            )),
        ),
    }
}

fn upgrade(case: &Case, to: Role) -> String {
    match case.position(to) {
        Position::At { rows, .. } if rows.len() == 1 => {
            let id = rows.first().map(|(id, _)| id.as_str()).unwrap_or_default();
            format!("alembic upgrade {id}")
        }
        _ => "alembic upgrade heads".to_owned(),
    }
}

/// Prod is behind, and holds what it should.
pub fn behind(case: &Case, ledger: &Ledger) -> Option<Story> {
    let finding =
        ledger.findings().iter().find(|one| one.cause == Some("behind") && one.is_open())?;
    let (which, _) = distance(case);
    let next_steps = vec![
        run("Bring prod to dev's revision", upgrade(case, Role::Dev)),
        step("Audit prod again"),
    ];
    let reason = format!("{}.{which}", finding.title);
    Some(Story { reason, next_steps, joins: of_rules(ledger, EXPLAINED) })
}

/// They differ in more than how far they have come.
pub fn mismatch(case: &Case, ledger: &Ledger) -> Option<Story> {
    let open = |rule: &str| {
        let is_it = |finding: &&Finding| finding.rule.0 == rule && finding.is_open();
        ledger.findings().iter().find(is_it)
    };
    let finding = open("alembic-stamp-mismatch").or_else(|| open("dev-prod-mismatch"))?;
    let (which, first) = distance(case);
    let known = finding.remedy.steps.iter().map(|known| NextStep {
        title: known.text.trim_end_matches('.').to_owned(),
        command: known.code.clone(),
        files: Vec::new(),
    });
    let mut next_steps: Vec<NextStep> = known.collect();
    // Where rows and tables disagree, running on from there would fail: that comes first.
    if finding.rule.0 == "dev-prod-mismatch" {
        next_steps.extend(first);
    }
    next_steps.push(step("Audit both again"));
    let reason = format!("{}.{which}", finding.title);
    Some(Story { reason, next_steps, joins: of_rules(ledger, EXPLAINED) })
}
