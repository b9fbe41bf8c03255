//! A plan, or what is pending, takes locks on existing tables and sets no lock timeout.

use crate::engine::case::Case;
use crate::engine::chain::Revision;
use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, LockMode, Op, Step};
use crate::engine::schema::{Schema, TableName};
use crate::engine::span::Span;
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, locks};

pub static RULE: Rule = Rule {
    name: RuleName("missing-timeouts"),
    severity: Severity::Warning,
    summary: "Takes strong locks on existing tables without a lock timeout.",
    why: "A statement that waits for its lock makes every later query on the table wait behind it.",
    instead: "Set lock_timeout before the first statement, and run again when it is hit.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel text;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ missing-timeouts
",
    silent: "
=== plan.sql role:plan
SET lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN channel text;
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let of_plans = case.facts.plans.iter().filter_map(|plan| {
        let steps = plan.statements().flat_map(|one| &one.steps);
        let dialect = case.facts.dialect.dialect;
        let (table, span, locked) = unguarded(dialect, steps)?;
        Some(note(case, dialect, "The plan", (&table, span, locked)))
    });
    let of_chains = (0..case.chains.len()).filter_map(|number| of_pending(case, number));
    of_plans.chain(of_chains).collect()
}

/// What is about to run of a chain; where nobody knows what that is, its newest revisions. Told once, where it
/// begins.
fn of_pending(case: &Case, number: usize) -> Option<Note> {
    let chain = case.chains.get(number)?;
    let path = format!("{}/", chain.root);
    let waits = case.facts.surroundings.environment_of(&path).is_some_and(|one| one.lock_timeout);
    let is_next = |ix| match case.pending() {
        Some(pending) => pending.contains(&(number, ix)),
        None => chain.graph.heads.contains(&ix) && chain.order.len() > 1,
    };
    let next: Vec<_> = chain.in_order().filter(|(ix, _)| is_next(*ix)).collect();
    let dialect = chain.dialect();
    let steps = next.iter().flat_map(|(_, revision)| &revision.upgrade);
    let (table, span, locked) = unguarded(dialect, steps).filter(|_| !waits)?;
    let holds =
        |(_, revision): &&(_, &Revision)| revision.upgrade.iter().any(|step| step.span == span);
    let id = next.iter().find(holds).map(|(_, revision)| revision.id.clone())?;
    let note = note(case, dialect, &format!("Revision `{id}`"), (&table, span, locked));
    Some(note.of_revision(id).pending(case.pending().is_some()))
}

/// The first lock on an old table before anything says how long to wait for it, and how many there are.
fn unguarded<'a>(
    dialect: Dialect,
    steps: impl Iterator<Item = &'a Step>,
) -> Option<(TableName, Span, usize)> {
    let mut made: Vec<&TableName> = Vec::new();
    let mut first: Option<(TableName, Span)> = None;
    let mut locked = 0_usize;
    for step in steps {
        let names = ["lock_timeout", "lock_wait_timeout"];
        if matches!(&step.op, Op::Setting { name, value: Some(value), .. } if names.contains(&name.as_str()) && value != "0")
        {
            break;
        }
        if let Op::CreateTable { table, .. } = &step.op {
            made.push(table);
        }
        // SQLite locks the whole file, however long that takes.
        if let Some(table) = locks(&step.op, &made).filter(|_| dialect != Dialect::Sqlite) {
            locked += 1;
            first = first.or(Some((table, step.span)));
        }
    }
    first.map(|(table, span)| (table, span, locked))
}

fn note(
    case: &Case,
    dialect: Dialect,
    who: &str,
    (table, span, locked): (&TableName, Span, usize),
) -> Note {
    let more = if locked > 1 {
        format!(" and {} more statements take locks", locked - 1)
    } else {
        String::new()
    };
    let outside = match case.server_setting("lock_timeout") {
        Some(value) => format!("For who collected prod's audit, the server has `lock_timeout = {value}`"),
        None => "A timeout may be set outside the plan, for the role or the database: that is in no input".to_owned(),
    };
    Note::new(format!("{who} locks `{table}` without a lock timeout{more}"))
        .at(span)
        .certainty(Certainty::Likely)
        .table(table)
        .because([Evidence::text(outside)])
        .run(
            "Put this first.",
            Language::Sql,
            match dialect {
                Dialect::MySql => "SET SESSION lock_wait_timeout = 5;",
                _ => "SET lock_timeout = '5s';",
            },
        )
}

/// The existing table whose lock blocks others, if the step takes one.
fn locks(op: &Op, made: &[&TableName]) -> Option<TableName> {
    let nothing = Schema::default();
    let taken = locks::of(op, &nothing);
    let waits =
        |(table, mode, _): &&locks::Lock<'_>| *mode >= LockMode::Share && !made.contains(table);
    if let Some((table, ..)) = taken.iter().find(waits) {
        return Some((*table).clone());
    }
    match op {
        // The table is not named; where the same script made it, nobody waits for it.
        Op::DropIndex { name, concurrently: false, .. } if made.is_empty() => Some(name.clone()),
        Op::AlterDomain { name, .. } => Some(name.clone()),
        Op::CreateTable { table, constraints, .. } => {
            constraints.iter().find_map(|one| match &one.kind {
                ConstraintKind::ForeignKey(key)
                    if &key.ref_table != table && !made.contains(&&key.ref_table) =>
                {
                    Some(key.ref_table.clone())
                }
                _ => None,
            })
        }
        _ => None,
    }
}
