//! What is wrong with where a plan comes from.

use crate::engine::case::{self, Case};
use crate::engine::chain::RevisionIx;
use crate::engine::ledger::{Finding, Ledger};
use crate::engine::op::Op;
use crate::engine::schema::TableName;
use crate::ordered::Set;
use crate::wire::{Role, Severity};

use super::{Story, counted, first, joined, listed, run, step};

/// Whether a finding stands in a plan.
fn is_in_plan(case: &Case, finding: &Finding) -> bool {
    let document = finding.span.map(|span| span.document);
    case.facts.plans.iter().any(|plan| Some(plan.document) == document)
}

/// Whether a finding is about something that a plan drops.
pub fn drops(case: &Case, finding: &Finding) -> bool {
    finding.rule.0.starts_with("drop-") && is_in_plan(case, finding)
}

/// What follows when a plan was made from a schema that is not the whole one.
fn of_source(case: &Case, ledger: &Ledger) -> Vec<usize> {
    const RULES: &[&str] = &["plan-not-in-chain", "chain-not-in-plan", "dev-prod-mismatch"];
    joined(ledger, |finding| RULES.contains(&finding.rule.0) || drops(case, finding))
}

/// The host's diff tool does not know Alembic: it plans to drop the table in which Alembic keeps its row.
pub fn unaware_host(case: &Case, ledger: &Ledger) -> Option<Story> {
    let is_it = |finding: &&Finding| {
        let of_alembic =
            |object: &crate::wire::ObjectRef| object.table.as_deref() == Some("alembic_version");
        finding.objects.iter().any(of_alembic) && is_in_plan(case, finding)
    };
    let finding = first(ledger, "drop-bookkeeping-table").filter(is_it)?;
    let dropped = dropped_tables(case);
    let others = dropped.iter().filter(|table| !case::is_version_table(table)).count();
    let also = match (dropped_by_chain(case), others) {
        (Some(sentence), _) => format!(" {sentence}"),
        (None, 0) => String::new(),
        (None, count) => format!(" It drops {} more.", counted(count, "table", "tables")),
    };
    let mut next_steps = vec![
        step("Cancel the publish"),
        step(
            "Tell the host's diff to leave `alembic_version` and every table of the chain alone: a table or schema filter, or no diff at all",
        ),
    ];
    let at = case.stands(Role::Prod).and_then(|(chain, at)| {
        let [one] = at.as_slice() else { return None };
        chain.revision(*one)
    });
    next_steps.push(match at {
        Some(revision) => run(
            "Only if it ran already: stamp prod again where it stood",
            format!("alembic stamp {}", revision.id),
        ),
        None => step("Only if it ran already: stamp prod at the revision whose tables it has"),
    });
    next_steps.push(step("Publish again: the plan should be empty"));
    let reason = format!(
        "The host's diff tool does not know Alembic: {}.{also}",
        finding.title.replacen("The plan", "its plan", 1)
    );
    Some(Story { reason, next_steps, joins: of_source(case, ledger) })
}

/// The plan was made from a schema that lacks tables: those of another base, of another service, or of
/// revisions that the other database never ran.
pub fn narrow_source(case: &Case, ledger: &Ledger) -> Option<Story> {
    let head = case.chains.iter().map(|chain| chain.schema_at(&chain.graph.heads).0);
    let kept: Vec<_> = head.collect();
    let dropped = dropped_tables(case);
    let is_kept = |table: &&TableName| kept.iter().any(|schema| schema.tables.contains_key(*table));
    let owned: Vec<&TableName> = dropped.iter().filter(is_kept).collect();
    let foreign: Vec<&TableName> = dropped.iter().filter(|table| is_foreign(case, table)).collect();
    let why = of_other_base(case, &owned)
        .or_else(|| of_dev(case, &owned))
        .or_else(|| of_service(&foreign, owned.is_empty()))?;
    let mut next_steps = vec![step("Cancel the publish")];
    next_steps.push(step(why.mend));
    if !foreign.is_empty() {
        next_steps.push(step(
            "Find out who owns the tables that no revision makes, and keep the host's diff away from them",
        ));
    }
    next_steps.push(step("Publish again: the plan should be empty"));
    let reason = format!("{}.", why.text);
    Some(Story { reason, next_steps, joins: of_source(case, ledger) })
}

/// Why a plan's source lacks tables, and what mends that.
struct Why {
    text: String,
    mend: &'static str,
}

/// No revision ever made it, nothing says that it was there before the first, and prod has it.
fn is_foreign(case: &Case, table: &TableName) -> bool {
    let baseline = case.facts.baseline();
    !case.chains.is_empty()
        && !case::is_version_table(table)
        && case
            .chains
            .iter()
            .all(|chain| chain.origin(table).is_none() && chain.graph.missing.is_empty())
        && !baseline.is_some_and(|stated| stated.schema.tables.contains_key(table))
        && case.tables(Role::Prod).is_some_and(|tables| tables.contains(table))
}

fn names(tables: &[&TableName]) -> String {
    let names: Vec<String> = tables.iter().map(|table| table.to_string()).collect();
    listed(names.iter().map(String::as_str))
}

/// Everything that is dropped descends from some of the bases, and nothing of the others is touched.
fn of_other_base(case: &Case, owned: &[&TableName]) -> Option<Why> {
    let mut lost: Set<(usize, RevisionIx)> = Set::new();
    for table in owned {
        lost.extend(case.bases_of(table)?);
    }
    let all = case
        .chains
        .iter()
        .enumerate()
        .flat_map(|(number, chain)| chain.graph.bases.iter().map(move |base| (number, *base)));
    let kept: Vec<(usize, RevisionIx)> = all.filter(|base| !lost.contains(base)).collect();
    if lost.is_empty() || kept.is_empty() {
        return None;
    }
    let id = |(number, ix): &(usize, RevisionIx)| {
        let chain = case.chains.get(*number)?;
        Some(chain.revision(*ix)?.id.as_str())
    };
    let (lost, kept): (Vec<&str>, Vec<&str>) =
        (lost.iter().filter_map(id).collect(), kept.iter().filter_map(id).collect());
    let base = if lost.len() == 1 { "base" } else { "bases" };
    Some(Why {
        text: format!(
            "The plan drops {} ({}), all from {base} {}, and nothing from {}: it was made from a schema that lacks {} tables",
            counted(owned.len(), "table", "tables"),
            names(owned),
            listed(lost.iter().copied()),
            listed(kept.iter().copied()),
            if lost.len() == 1 { "that base's" } else { "those bases'" },
        ),
        mend: "Make the plan from a schema that has the tables of every base (`alembic upgrade heads` on the database that the host compares with), or exclude those tables from the host's diff",
    })
}

/// The database that the plan was made from never ran the revisions.
fn of_dev(case: &Case, owned: &[&TableName]) -> Option<Why> {
    let dev = case.tables(Role::Dev)?;
    if owned.is_empty() {
        return None;
    }
    let lacks = owned.iter().filter(|table| !dev.contains(**table)).count();
    let count = counted(owned.len(), "table", "tables");
    Some(match lacks {
        0 => Why {
            text: format!(
                "The plan drops {count} ({}) that the chain makes and dev has: the schema that the host compares with is neither, and lacks them",
                names(owned)
            ),
            mend: "Add the tables to the schema that the host compares with (the models of the other service or package), or exclude them from its diff",
        },
        lacks if lacks == owned.len() => Why {
            text: format!(
                "The plan drops {count} ({}) that the chain makes and dev lacks: it was made from a dev that has not run those revisions",
                names(owned)
            ),
            mend: "Bring dev to the chain's heads first (`alembic upgrade heads`), so that the host compares with the whole schema",
        },
        _ => return None,
    })
}

/// Nobody in the folder makes them: another service, a hand, another chain.
fn of_service(foreign: &[&TableName], alone: bool) -> Option<Why> {
    if foreign.is_empty() || !alone {
        return None;
    }
    Some(Why {
        text: format!(
            "The plan drops {} ({}) that prod has and no revision makes: another service or a hand made them, and the schema that the host compares with lacks them",
            counted(foreign.len(), "table", "tables"),
            names(foreign)
        ),
        mend: "Exclude them from the host's diff: what this project did not make it must not drop",
    })
}

/// "The plan drops 12 tables that revisions `a` to `b` made; 9 of them hold rows."
pub fn dropped_by_chain(case: &Case) -> Option<String> {
    let dropped = dropped_tables(case);
    let chain = case.chains.get(case.main_chain()?)?;
    let rank = |ix| chain.order.iter().position(|other| *other == ix);
    let made: Vec<(&TableName, RevisionIx)> =
        dropped.iter().filter_map(|table| Some((table, chain.origin(table)?.created?.0))).collect();
    let mut makers: Vec<RevisionIx> = made.iter().map(|(_, ix)| *ix).collect();
    crate::ordered::sort_by_key(&mut makers, |ix| rank(*ix));
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

pub fn dropped_tables(case: &Case) -> Set<TableName> {
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

/// The plan destroys something, whoever is to blame.
pub fn destructive(case: &Case, ledger: &Ledger) -> Option<Story> {
    if case.facts.plans.is_empty() {
        return None;
    }
    let blocking = |finding: &&Finding| {
        finding.is_open() && finding.severity >= Severity::Danger && is_in_plan(case, finding)
    };
    let mut findings: Vec<_> = ledger.findings().iter().filter(blocking).collect();
    crate::ordered::sort_by_key(&mut findings, |finding| {
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
    let joins =
        joined(ledger, |finding| finding.severity >= Severity::Danger && is_in_plan(case, finding));
    Some(Story { reason, next_steps, joins })
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
