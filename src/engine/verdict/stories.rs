//! One sentence that explains the verdict, and what to do next.
//!
//! Several findings often have one cause. Each story looks for its cause in the case, never in names of
//! inputs, and gives one set of steps; the first that fits is told.

use std::collections::BTreeSet;

use crate::engine::case::{Case, Position};
use crate::engine::chain::{Chain, Resemblance, RevisionIx};
use crate::engine::ledger::{Finding, Ledger};
use crate::engine::op::Op;
use crate::engine::schema::TableName;
use crate::wire::{NextStep, Role, Severity, Status};

use super::Doubt;

/// Why, and what now.
pub(super) struct Story {
    pub reason: String,
    pub next_steps: Vec<NextStep>,
}

/// A cause that several findings may share.
type Teller = fn(&Case, &Ledger) -> Option<Story>;

/// Causes, the deepest first: what is told first explains what follows.
const FAILURES: &[Teller] =
    &[never_stamped, broken_chain, unknown_revision, destructive_plan, mismatch, any_finding];

/// Tells the story of a status.
pub(super) fn tell(case: &Case, ledger: &Ledger, status: Status, doubts: &[Doubt]) -> Story {
    let told = match status {
        Status::Fail => FAILURES.iter().find_map(|teller| teller(case, ledger)),
        Status::Unknown => Some(doubtful(doubts)),
        Status::Warn => behind(case, ledger).or_else(|| any_finding(case, ledger)),
        Status::Pass => None,
    };
    told.unwrap_or_else(|| clean(case, ledger))
}

fn step(title: impl Into<String>) -> NextStep {
    NextStep { title: title.into(), command: None, files: Vec::new() }
}

fn run(title: impl Into<String>, command: impl Into<String>) -> NextStep {
    NextStep { title: title.into(), command: Some(command.into()), files: Vec::new() }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Prod carries no version row. A host's diff then sees Alembic's tables as strangers.
fn never_stamped(case: &Case, _ledger: &Ledger) -> Option<Story> {
    let (role, name) = [(Role::Prod, "Production"), (Role::Dev, "Dev")]
        .into_iter()
        .find(|(role, _)| matches!(case.position(*role), Position::NeverStamped { .. }))?;
    let Position::NeverStamped { resembles, .. } = case.position(role) else {
        return None;
    };
    let plan = !case.facts.plans.is_empty();
    let dropped = dropped_tables(case);
    let consequence = match dropped_by_chain(case) {
        Some(sentence) => sentence,
        None if !dropped.is_empty() => {
            format!("The plan drops {}.", counted(dropped.len(), "table", "tables"))
        }
        None if plan => {
            "The plan was made against a database that Alembic does not track.".to_owned()
        }
        None => "`alembic upgrade` would run the whole chain over tables that exist.".to_owned(),
    };
    let mut next_steps = Vec::new();
    if plan {
        next_steps.push(step("Cancel the publish"));
    }
    match resembles.as_ref().and_then(|(ix, near)| Some((case.chains.get(*ix)?, near))) {
        Some((chain, near)) => stamp_steps(case, chain, near, role, &mut next_steps),
        None => next_steps.push(step(
            "Add the migration folder, to find the revision whose tables this database has",
        )),
    }
    next_steps.push(step(format!("Audit {} again", role.word())));
    if plan {
        next_steps.push(step("Publish again: the plan should be empty"));
    }
    Some(Story { reason: format!("{name} was never stamped. {consequence}"), next_steps })
}

fn stamp_steps(
    case: &Case,
    chain: &Chain,
    near: &Resemblance,
    role: Role,
    steps: &mut Vec<NextStep>,
) {
    let Some(revision) = chain.revision(near.revision) else { return };
    let id = &revision.id;
    if !near.is_exact() {
        let missing = counted(near.missing.len(), "table", "tables");
        let title = format!(
            "Explain the difference first: nearest is `{id}`, with {missing} missing and {} extra",
            near.extra.len()
        );
        steps.push(step(title));
        steps.push(step(format!(
            "Stamp {} at the revision whose schema it really has",
            role.word()
        )));
        return;
    }
    steps.push(run(
        format!("Stamp {} once, at the revision whose tables it has", role.word()),
        format!("alembic stamp {id}"),
    ));
    let pending = case.pending().map_or(0, |pending| pending.len());
    if role == Role::Prod && pending > 0 {
        steps.push(run(
            format!("Run the {} that prod has not seen", counted(pending, "revision", "revisions")),
            "alembic upgrade head",
        ));
    }
}

/// "The plan drops 12 tables that revisions `a` to `b` made; 9 of them hold rows."
fn dropped_by_chain(case: &Case) -> Option<String> {
    let dropped = dropped_tables(case);
    let chain = case.chains.get(case.main_chain()?)?;
    let rank = |ix| chain.order.iter().position(|other| *other == ix);
    let made: Vec<(&TableName, RevisionIx)> =
        dropped.iter().filter_map(|table| Some((table, chain.origin(table)?.created?.0))).collect();
    let mut makers: Vec<RevisionIx> = made.iter().map(|(_, ix)| *ix).collect();
    crate::wire::order::sort_by_key(&mut makers, |ix| rank(*ix));
    let (first, last) = (makers.first()?, makers.last()?);
    let id = |ix: &RevisionIx| chain.revision(*ix).map_or("", |revision| revision.id.as_str());
    let by = if first == last {
        format!("revision `{}`", id(first))
    } else {
        format!("revisions `{}` to `{}`", id(first), id(last))
    };
    let holds_rows = |table: &TableName| case.rows_of(table).is_some_and(|(rows, _)| rows > 0);
    let rows = made.iter().filter(|(table, _)| holds_rows(table)).count();
    let made = made.len();
    let hold = match rows {
        0 => String::new(),
        _ if rows == made => format!("; {} rows", if rows == 1 { "it holds" } else { "all hold" }),
        _ => format!("; {rows} of them hold rows"),
    };
    Some(format!("The plan drops {} that {by} made{hold}.", counted(made, "table", "tables")))
}

fn dropped_tables(case: &Case) -> BTreeSet<TableName> {
    let steps = case
        .facts
        .plans
        .iter()
        .flat_map(|plan| plan.statements())
        .flat_map(|statement| &statement.steps);
    let dropped = steps.filter_map(|step| match &step.op {
        Op::DropTable { table, .. } => Some(table.clone()),
        _ => None,
    });
    dropped.collect()
}

/// Alembic itself would refuse the folder.
fn broken_chain(case: &Case, ledger: &Ledger) -> Option<Story> {
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
    let mut told = BTreeSet::new();
    for problem in problems.iter().filter(|problem| told.insert(problem.rule)) {
        next_steps.extend(problem.remedy.steps.first().map(|first| NextStep {
            title: first.text.trim_end_matches('.').to_owned(),
            command: first.code.clone(),
            files: Vec::new(),
        }));
    }
    next_steps.push(step("Review the whole folder again"));
    Some(Story { reason: format!("{}.{more}", first.title.trim_end_matches('.')), next_steps })
}

fn unknown_revision(case: &Case, ledger: &Ledger) -> Option<Story> {
    let finding = ledger
        .findings()
        .iter()
        .find(|finding| finding.rule.0 == "alembic-unknown-db-revision" && finding.is_open())?;
    let mut next_steps = Vec::new();
    if !case.facts.plans.is_empty() {
        next_steps.push(step("Cancel the publish"));
    }
    next_steps.push(step("Restore the revision's file from version control"));
    next_steps.push(step("Review again with the whole folder"));
    Some(Story { reason: format!("{}.", finding.title), next_steps })
}

/// The plan destroys something, whoever is to blame.
fn destructive_plan(case: &Case, ledger: &Ledger) -> Option<Story> {
    if case.facts.plans.is_empty() {
        return None;
    }
    let in_plan = |finding: &Finding| {
        let document = finding.span.map(|span| span.document);
        case.facts.plans.iter().any(|plan| Some(plan.document) == document)
    };
    let blocking = |finding: &&Finding| {
        finding.is_open() && finding.severity >= Severity::Danger && in_plan(finding)
    };
    let mut findings: Vec<_> = ledger.findings().iter().filter(blocking).collect();
    crate::wire::order::sort_by_key(&mut findings, |finding| {
        (std::cmp::Reverse(finding.severity), finding.span)
    });
    let first = findings.first()?;
    let reason = match losses(&findings) {
        Some(losses) => format!("The plan {losses}."),
        None => format!("{}.", first.title),
    };
    let next_steps = vec![
        step("Cancel the publish"),
        step("Write the change as an Alembic revision that keeps the data"),
        step("Apply it to prod, audit again, and publish: the plan should be empty"),
    ];
    Some(Story { reason, next_steps })
}

/// "drops 2 tables (`a`, `b`) and 1 column (`c.d`), empties 1 table (`e`)"; without names where they would
/// make the sentence too long.
fn losses(findings: &[&Finding]) -> Option<String> {
    const CHARS: usize = 150;
    let of = |rule: &str| -> Vec<String> {
        let found = findings.iter().filter(|finding| finding.rule.0 == rule);
        let objects = found.flat_map(|finding| &finding.objects).map(|object| {
            let name = object.name.as_deref().map(|name| format!(".{name}")).unwrap_or_default();
            format!("`{}{name}`", object.table.as_deref().unwrap_or_default())
        });
        objects.collect()
    };
    let (tables, columns, emptied) = (of("drop-table"), of("drop-column"), of("truncate-table"));
    let say = |named: bool| {
        let phrase = |names: &[String], one, many| {
            let list = if named { format!(" ({})", names.join(", ")) } else { String::new() };
            (!names.is_empty()).then(|| format!("{}{list}", counted(names.len(), one, many)))
        };
        let dropped: Vec<String> =
            [phrase(&tables, "table", "tables"), phrase(&columns, "column", "columns")]
                .into_iter()
                .flatten()
                .collect();
        let dropped = (!dropped.is_empty()).then(|| format!("drops {}", dropped.join(" and ")));
        let emptied = phrase(&emptied, "table", "tables").map(|phrase| format!("empties {phrase}"));
        [dropped, emptied].into_iter().flatten().collect::<Vec<_>>().join(", and ")
    };
    let full = say(true);
    let sentence = if full.chars().count() <= CHARS { full } else { say(false) };
    (!sentence.is_empty()).then_some(sentence)
}

fn behind(case: &Case, ledger: &Ledger) -> Option<Story> {
    let finding =
        ledger.findings().iter().find(|one| one.cause == Some("behind") && one.is_open())?;
    let to = match case.position(Role::Dev) {
        Position::At { rows, .. } if rows.len() == 1 => rows.first().map(|(id, _)| id.clone()),
        _ => None,
    };
    let command = format!("alembic upgrade {}", to.as_deref().unwrap_or("heads"));
    let next_steps = vec![run("Bring prod to dev's revision", command), step("Audit prod again")];
    Some(Story { reason: format!("{}.", finding.title), next_steps })
}

fn mismatch(_case: &Case, ledger: &Ledger) -> Option<Story> {
    let is = |rule: &str| {
        ledger.findings().iter().find(|finding| finding.rule.0 == rule && finding.is_open())
    };
    let finding = is("alembic-stamp-mismatch").or_else(|| is("dev-prod-mismatch"))?;
    let mut next_steps: Vec<NextStep> =
        finding.remedy.steps.iter().map(|known| step(known.text.trim_end_matches('.'))).collect();
    next_steps.push(step("Audit both again"));
    Some(Story { reason: format!("{}.", finding.title), next_steps })
}

/// The worst finding speaks for itself.
fn any_finding(_case: &Case, ledger: &Ledger) -> Option<Story> {
    let worst = ledger
        .findings()
        .iter()
        .filter(|finding| finding.is_open())
        .max_by_key(|finding| (finding.severity, std::cmp::Reverse(finding.span)))?;
    let steps = worst.remedy.steps.iter();
    let next_steps = steps
        .map(|known| NextStep {
            title: known.text.trim_end_matches('.').to_owned(),
            command: known.code.clone(),
            files: Vec::new(),
        })
        .collect();
    Some(Story { reason: format!("{}.", worst.title.trim_end_matches('.')), next_steps })
}

fn doubtful(doubts: &[Doubt]) -> Story {
    let reason = match doubts {
        [] => "Nothing was judged.".to_owned(),
        [one] => format!("{}.", one.text),
        [one, rest @ ..] => {
            format!("{}. {} more to settle.", one.text, counted(rest.len(), "thing", "things"))
        }
    };
    let mut next_steps: Vec<NextStep> = Vec::new();
    for doubt in doubts {
        if next_steps.len() < 5 && !next_steps.contains(&doubt.next) {
            next_steps.push(doubt.next.clone());
        }
    }
    Story { reason, next_steps }
}

fn clean(case: &Case, ledger: &Ledger) -> Story {
    let mut seen = Vec::new();
    let statements: usize = case.facts.plans.iter().map(|plan| plan.statements().count()).sum();
    if !case.facts.plans.is_empty() {
        seen.push(if statements == 0 {
            "no database change in the plan".to_owned()
        } else {
            counted(statements, "statement", "statements")
        });
    }
    if case.distance().is_some_and(|distance| distance.count() == 0) {
        seen.push("dev and prod hold the same tables".to_owned());
    }
    if case.facts.revision_files > 0 {
        seen.push(counted(case.facts.revision_files, "revision", "revisions"));
    }
    let advice = ledger.findings().iter().filter(|finding| finding.is_open()).count();
    let found = if advice == 0 {
        "Nothing dangerous found".to_owned()
    } else {
        format!("Nothing dangerous found, {}", counted(advice, "note", "notes"))
    };
    Story { reason: format!("{found}: {}.", seen.join(", ")), next_steps: Vec::new() }
}
