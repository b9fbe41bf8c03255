//! What became of the files.

use crate::engine::case::Case;
use crate::engine::chain::{Chain, Edge, Missing};
use crate::engine::ledger::{Finding, Ledger};
use crate::ordered::Set;
use crate::wire::{NextStep, Role, Severity};

use super::{Story, counted, first, joined, listed, of_rules, run, step};

/// Revisions that have run somewhere were edited or deleted since.
pub fn rewritten(case: &Case, ledger: &Ledger) -> Option<Story> {
    const RULE: &str = "alembic-applied-revision-changed";
    let open = |finding: &&Finding| {
        finding.rule.0 == RULE && finding.is_open() && finding.severity >= Severity::Danger
    };
    let changed: Vec<&Finding> = ledger.findings().iter().filter(open).collect();
    let first = changed.first()?;
    let mut ids: Vec<&str> =
        changed.iter().filter_map(|finding| finding.revision.as_deref()).collect();
    ids.dedup();
    let whose = match ids.len() {
        0 | 1 => format!("{}.", first.title.trim_end_matches('.')),
        count => format!(
            "{} that ran already were changed: {}.",
            counted(count, "revision", "revisions"),
            listed(ids.iter().copied())
        ),
    };
    let mut restore = step("Put the files back as they were when they ran");
    for finding in &changed {
        let document = finding.span.and_then(|span| case.documents.get(span.document));
        restore.files.extend(document.map(|document| document.name.clone()));
    }
    restore.files.dedup();
    let reason =
        format!("{whose} Databases past it never get the edit, and new ones get something else.");
    let joins = joined(ledger, |finding| {
        let follows =
            matches!(finding.rule.0, "alembic-unknown-db-revision" | "alembic-missing-parent");
        finding.rule.0 == RULE
            || (follows
                && finding
                    .objects
                    .iter()
                    .any(|object| object.name.as_deref().is_some_and(|name| ids.contains(&name))))
    });
    let next_steps = vec![
        restore,
        step("Write the change as a new revision after the head"),
        step("Review again with the folder as it was before and as it is"),
    ];
    Some(Story { reason, next_steps, joins })
}

/// The first revisions are gone: what is left begins with one whose parent is in no file.
pub fn lost_base(case: &Case, ledger: &Ledger) -> Option<Story> {
    let finding = first(ledger, "alembic-missing-parent")?;
    let (chain, missing) = case.chains.iter().find_map(|chain| Some((chain, lost(chain)?)))?;
    let child = &chain.revision(missing.revision)?.id;
    let gone = &missing.id;
    // What prod has and no revision makes came with what is gone.
    let tables: Vec<String> = case
        .tables(Role::Prod)
        .into_iter()
        .flatten()
        .filter(|table| chain.origin(table).is_none())
        .map(|table| table.to_string())
        .collect();
    let made = match tables.len() {
        0 => "a new database cannot be built".to_owned(),
        _ => format!("nothing makes {}, which prod has", listed(tables.iter().map(String::as_str))),
    };
    let at = match case.stands(Role::Prod) {
        Some(_) => " Prod has run it: its version row is past it.",
        None => "",
    };
    let reason = format!(
        "The chain has lost its base: `{child}` follows `{gone}`, which is in no file, so {made}.{at}"
    );
    let quoted = gone.replace('\'', "");
    let next_steps = vec![
        run(
            "Find the file in version control, and put it back as it was",
            format!("git log --all --oneline --diff-filter=D -S '{quoted}' -- '*.py'"),
        ),
        step(format!(
            "If it is nowhere: write a revision with exactly the id `{gone}`, without a parent, that makes what was there before `{child}`; leave `{child}` as it is"
        )),
        step("Review the whole folder again"),
    ];
    let joins = joined(ledger, |other| {
        other.rule == finding.rule
            || matches!(
                other.rule.0,
                "alembic-multiple-heads" | "alembic-multiple-bases" | "alembic-stamp-mismatch"
            )
    });
    Some(Story { reason, next_steps, joins })
}

/// What a chain's first revision follows and no file has, where that is the only way in.
fn lost(chain: &Chain) -> Option<&Missing> {
    let of_parents = |missing: &&Missing| missing.edge == Edge::Parent && !missing.id.is_empty();
    let mut lost = chain.graph.missing.iter().filter(of_parents);
    let first = lost.next()?;
    let is_root = chain.graph.normal_parents(first.revision).is_empty();
    let others = chain.graph.bases.iter().any(|base| *base != first.revision);
    (lost.next().is_none() && is_root && !others).then_some(first)
}

/// Alembic itself would refuse the folder.
pub fn broken_chain(case: &Case, ledger: &Ledger) -> Option<Story> {
    let problems: Vec<_> = ledger
        .findings()
        .iter()
        .filter(|finding| {
            finding.is_open()
                && finding.severity == Severity::Blocker
                && case.chains.iter().any(|chain| {
                    chain.problems.iter().any(|problem| problem.rule == finding.rule.0)
                })
        })
        .collect();
    let first = problems.first()?;
    let more = if problems.len() > 1 {
        format!(" {} more in the chain.", counted(problems.len() - 1, "problem", "problems"))
    } else {
        String::new()
    };
    let mut next_steps = Vec::new();
    let mut told = Set::new();
    for problem in problems.iter().filter(|problem| told.insert(problem.rule)) {
        next_steps.extend(problem.remedy.steps.first().map(|first| NextStep {
            title: first.text.trim_end_matches('.').to_owned(),
            command: first.code.clone(),
            files: Vec::new(),
        }));
    }
    next_steps.push(step("Review the whole folder again"));
    let reason = format!("{}.{more}", first.title.trim_end_matches('.'));
    let rules: Vec<&str> = told.iter().map(|rule| rule.0).collect();
    Some(Story { reason, next_steps, joins: of_rules(ledger, &rules) })
}

pub fn unknown_revision(case: &Case, ledger: &Ledger) -> Option<Story> {
    let finding = first(ledger, "alembic-unknown-db-revision")?;
    let mut next_steps = Vec::new();
    if !case.facts.plans.is_empty() {
        next_steps.push(step("Cancel the publish"));
    }
    next_steps.push(step("Restore the revision's file from version control"));
    next_steps.push(step("Review again with the whole folder"));
    let joins = of_rules(ledger, &["alembic-unknown-db-revision", "dev-prod-mismatch"]);
    Some(Story { reason: format!("{}.", finding.title), next_steps, joins })
}
