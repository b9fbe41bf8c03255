//! SQL that `alembic upgrade --sql` wrote: statements below markers that name their revisions
//! (alembic.md 3.3).
//!
//! Somebody is about to run it, so it is read as a plan. Log lines that a terminal mixed in are read as
//! what they are.

use crate::engine::facts::{
    Assigned, Block, Facts, Move, Plan, PlanItem, PlanStatement, Script, Stands,
};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::wire::{Kind, Role, RoleSource, Sureness};

use super::alembic_output::{self, moves};
use super::{Fit, Format, Source, publish_plan};

pub static FORMAT: Format = Format { kind: Kind::AlembicOfflineSql, fit, read };

const MARK: &str = "-- Running ";

fn fit(source: &Source<'_>) -> Option<Fit> {
    let certain = |why: String| Some(Fit { sureness: Sureness::Certain, why });
    for line in source.lines() {
        if marker(line.text, line.span).is_some() {
            let number = source.document.position(line.span.start).line;
            return certain(format!("line {number} is a marker of `alembic --sql`"));
        }
    }
    // `stamp --sql` and `ensure_version --sql` write no marker.
    let text = source.cleaned.text.trim_start();
    let starts = text.strip_prefix("BEGIN;").unwrap_or(text).trim_start();
    let only_version = starts.starts_with("CREATE TABLE alembic_version (")
        && text.matches("CREATE TABLE").count() == 1;
    only_version.then(|| Fit {
        sureness: Sureness::Likely,
        why: "it begins with the table that `alembic --sql` makes first".to_owned(),
    })
}

/// A marker stands at the start of its line and shows two revisions.
fn marker(line: &str, span: Span) -> Option<Move> {
    moves::read(line.strip_prefix(MARK)?, span, &|_| false)
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let logged = |text: &str| alembic_output::is_log_line(text);
    let log = masked(source, |text| !logged(text));
    if !log.text.trim().is_empty() {
        let mut printed = alembic_output::read_lines(&source.with(&log), ledger);
        // Nothing ran: the script is still to be run, and where a database stands it does not say.
        printed.stands = printed
            .stands
            .filter(|stands: &Stands| !stands.rows.is_empty() && printed.moves.is_empty());
        facts.printed.push(printed);
    }
    let sql = masked(source, logged);
    let source = source.with(&sql);
    if let Some(role @ (Role::Dev | Role::Prod | Role::Before | Role::After)) = source.document.role
    {
        let what = format!("SQL that is to be run, given as the state of {}", role.word());
        ledger.undecided(Undecided {
            span: Span::whole(source.id),
            what,
            affects: Affects::Everything,
            revision: None,
        });
    }
    let assigned = match source.document.role {
        Some(role) => Assigned { role, source: RoleSource::Person },
        None => Assigned { role: Role::Plan, source: RoleSource::Kind },
    };
    let plan = publish_plan::read_plan(&source, assigned, ledger);
    let blocks = blocks(&source, &plan);
    for block in blocks.iter().filter(|block| !block.books_its_revision()) {
        let id = block.moved.revision().unwrap_or_default();
        let what = format!(
            "the statements of `{id}` write no version row of it: the script is cut, or was edited"
        );
        ledger.undecided(Undecided {
            span: block.moved.span,
            what,
            affects: Affects::Everything,
            revision: None,
        });
    }
    facts.scripts.push(Script { document: source.id, blocks });
    facts.plans.push(plan);
}

/// The text with blanks in the place of the lines that `hide` names, so that every place stays.
fn masked<'a>(
    source: &Source<'a>,
    hide: impl Fn(&str) -> bool,
) -> crate::engine::clean::Cleaned<'a> {
    let mut cleaned = source.cleaned.clone();
    let mut text = String::with_capacity(cleaned.text.len());
    for line in cleaned.text.split_inclusive('\n') {
        if hide(line.trim_end_matches('\n')) {
            text.extend(std::iter::repeat_n(' ', line.trim_end_matches('\n').len()));
            text.push_str(if line.ends_with('\n') { "\n" } else { "" });
        } else {
            text.push_str(line);
        }
    }
    cleaned.text = text.into();
    cleaned
}

/// Each statement belongs to the last marker above it.
fn blocks(source: &Source<'_>, plan: &Plan) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for item in &plan.items {
        match item {
            PlanItem::Remark { text, span, .. } => {
                let at_start = source.document.position(span.start).column == 1;
                if let Some(moved) = marker(text, *span).filter(|_| at_start) {
                    let (steps, removed, added) = Default::default();
                    blocks.push(Block { moved, steps, removed, added });
                }
            }
            PlanItem::Statement(statement) => {
                let Some(block) = blocks.last_mut() else { continue };
                if !bookkeeping(statement, block) {
                    block.steps.extend(statement.steps.iter().cloned());
                }
            }
        }
    }
    blocks
}

/// Takes a statement on the version table: which row it removes, which it adds.
fn bookkeeping(statement: &PlanStatement, block: &mut Block) -> bool {
    let text = statement.text.trim();
    let words: Vec<&str> = text.split_whitespace().take(4).collect();
    let verb = words.first().map(|word| word.to_uppercase()).unwrap_or_default();
    if !text.contains("version_num") || !matches!(verb.as_str(), "INSERT" | "UPDATE" | "DELETE") {
        return false;
    }
    let mut literals = text.split('\'').skip(1).step_by(2).map(str::to_owned);
    match verb.as_str() {
        "INSERT" => block.added.extend(literals),
        "DELETE" => block.removed.extend(literals),
        _ => {
            block.added.extend(literals.next());
            block.removed.extend(literals.next());
        }
    }
    true
}
