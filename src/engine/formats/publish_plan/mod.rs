//! A publish plan: SQL that a host proposes to run on production, and the prose around it.
//!
//! The shapes are those of `input-formats.md` section 1. No friendly label ever outweighs a statement, and
//! a line that is neither a statement, nor a known sentence, nor plain prose is entered as not understood.
//!
//! In: a document, cleaned.
//! Out: a [`Plan`]: statements and remarks in their own order.
//! Never: what the statements would destroy.

use crate::engine::clean;
use crate::engine::facts::{Assigned, Facts, Plan, PlanItem, PlanStatement, RemarkKind};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::{Op, Step};
use crate::engine::sql;
use crate::limits;
use crate::wire::{Certainty, Kind, Role, RoleSource, Sureness};

use super::{Fit, Format, Source, schema_dump};

mod prose;

pub static FORMAT: Format = Format { kind: Kind::PublishPlan, fit, read };

/// Any one of these makes it a plan.
const STRONG: &[&str] = &[
    "this migration may permanently remove some data from your production database",
    "generated migrations to apply to production d",
    "development database changes detected",
    "migrations failed validation",
    "detected potential conflicts, please review",
    "found data-loss statements:",
    "you are about to execute current statements:",
    "no database changes detected",
];

/// Two of these do.
const WEAK: &[&str] = &[
    "database migrations validated",
    "failed to validate database migration",
    "failed to run database migration",
    "create preview deploy",
    "approve and publish",
    "you're about to ",
    "--> statement-breakpoint",
];

fn fit(source: &Source<'_>) -> Option<Fit> {
    let text = source.cleaned.text.replace('’', "'").to_lowercase();
    if let Some(mark) = STRONG.iter().find(|mark| text.contains(**mark)) {
        return Some(Fit {
            sureness: Sureness::Certain,
            why: format!("it says “{}”", mark.trim_end_matches(" d")),
        });
    }
    let weak: Vec<&&str> = WEAK.iter().filter(|mark| text.contains(**mark)).collect();
    match weak.as_slice() {
        [] => None,
        [one] => {
            Some(Fit { sureness: Sureness::Guess, why: format!("it says “{}”", one.trim()) })
        }
        [one, ..] => Some(Fit {
            sureness: Sureness::Likely,
            why: format!("it says “{}” and more of a plan's words", one.trim()),
        }),
    }
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    if source.document.role == Some(Role::Baseline) {
        return schema_dump::read_script(source, facts, ledger);
    }
    let by_kind = Assigned { role: Role::Plan, source: RoleSource::Kind };
    let assigned = match source.document.role {
        Some(role) => Assigned { role, source: RoleSource::Person },
        None => by_kind,
    };
    facts.plans.push(read_plan(source, assigned, ledger));
}

/// Reads statements and prose in their own order.
pub(super) fn read_plan(source: &Source<'_>, assigned: Assigned, ledger: &mut Ledger) -> Plan {
    let mut plan = Plan { document: source.id, items: Vec::new(), assigned };
    let text = source.cleaned.as_str();
    let mut at = 0;
    let mut after_failure = false;
    let mut unbalanced = 0;
    while at < text.len() {
        if unbalanced > limits::UNBALANCED_STATEMENTS_MAX {
            let span = source.cleaned.span(source.id, at, text.len());
            let what = "the rest: too many quotes before it never close".to_owned();
            ledger.undecided(Undecided {
                span,
                what,
                affects: Affects::Everything,
                revision: None,
            });
            break;
        }
        let line_end = text[at..].find('\n').map_or(text.len(), |found| at + found);
        let line = &text[at..line_end];
        let indent = line.len() - line.trim_start().len();
        // A second semicolon ends nothing.
        let is_empty = line.trim().trim_start_matches(';').is_empty();
        if is_empty || is_fence(line) || line.trim() == "--> statement-breakpoint" {
            at = line_end + 1;
        } else if line.trim_start().starts_with("--") || line.trim_start().starts_with("/*") {
            at = comment(source, &mut plan, at + indent, ledger);
        } else if starts_statement(&line[indent..]) {
            let (end, whole) = statement(source, &mut plan, at + indent, ledger);
            unbalanced += usize::from(!whole);
            at = end;
        } else {
            let sql_at = statement_within(text, at, line_end).unwrap_or(line_end);
            read_prose(source, &mut plan, at, sql_at, &mut after_failure, ledger);
            at = if sql_at < line_end { sql_at } else { line_end + 1 };
        }
    }
    plan
}

/// Whether a line is words around something that was pasted: a greeting, a question, a heading. Nothing in
/// it could run, and it does not speak of removing anything.
pub(super) fn is_plain_words(line: &str) -> bool {
    !starts_statement(line.trim())
        && prose::read(line, false) == Some(RemarkKind::Prose)
        && !prose::claims_destruction(line)
}

fn is_fence(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("```") || line.starts_with("~~~")
}

/// Takes a comment; a block comment may run over many lines.
fn comment(source: &Source<'_>, plan: &mut Plan, start: usize, ledger: &mut Ledger) -> usize {
    let text = source.cleaned.as_str();
    let piece = sql::split::piece_at(text, start);
    let end = piece.end;
    let span = source.cleaned.span(source.id, start, end);
    let doubt = if text[start..end].starts_with("/*!") || text[start..end].starts_with("/*M!") {
        Some("a comment that MySQL and MariaDB run as a statement")
    } else if piece.whole {
        None
    } else {
        Some("a comment that never ends: what follows would not run, or the paste is cut")
    };
    if let Some(what) = doubt {
        let what = what.to_owned();
        ledger.undecided(Undecided { span, what, affects: Affects::Everything, revision: None });
    } else {
        ledger.understood(source.id, 1);
    }
    plan.items.push(PlanItem::Remark {
        kind: RemarkKind::Prose,
        text: text[start..end].trim().to_owned(),
        span,
    });
    end
}

/// Takes one statement; gives where it ends, and whether its quotes close.
fn statement(
    source: &Source<'_>,
    plan: &mut Plan,
    start: usize,
    ledger: &mut Ledger,
) -> (usize, bool) {
    let text = source.cleaned.as_str();
    let mut stop = |line_start: usize| ends_statement(&text[line_start..]);
    let end = sql::split::statement_end(text, start, &mut stop);
    let body = text[start..end.at].trim_end();
    let span = source.cleaned.span(source.id, start, start + body.len());
    let reading = sql::read_in(source.dialect, body);
    let doubt = reading.ops.iter().find_map(|op| match op {
        Op::Unknown { .. } => Some("a statement that could not be parsed"),
        Op::UnknownWithin { what, .. } => Some(what),
        _ => None,
    });
    let unread = doubt.is_some();
    if let Some(what) = doubt.map(str::to_owned) {
        ledger.undecided(Undecided { span, what, affects: Affects::Everything, revision: None });
    } else {
        ledger.understood(source.id, 1);
    }
    let certainty = if unread { Certainty::Unverified } else { Certainty::Certain };
    let ops = reading.ops.into_iter().enumerate();
    let steps = ops.map(|(ix, op)| Step { op, certainty, span, joined: ix > 0 }).collect();
    plan.items.push(PlanItem::Statement(PlanStatement { span, text: body.to_owned(), steps }));
    (end.at, !end.unbalanced)
}

/// Reads prose from `start` to `end`, cutting it where a notice begins: one-line pastes glue sentences.
fn read_prose(
    source: &Source<'_>,
    plan: &mut Plan,
    start: usize,
    end: usize,
    after_failure: &mut bool,
    ledger: &mut Ledger,
) {
    let text = source.cleaned.as_str();
    let mut at = start;
    while at < end {
        let next = next_notice(&text[at..end]).map_or(end, |found| at + found);
        let part = text[at..next].trim();
        let lead = text[at..next].len() - text[at..next].trim_start().len();
        if !part.is_empty() {
            let span = source.cleaned.span(source.id, at + lead, at + lead + part.len());
            let repaired = clean::mojibake::repair(part);
            let kind = prose::read(repaired.as_deref().unwrap_or(part), *after_failure);
            *after_failure = match &kind {
                Some(RemarkKind::ValidationFailed) => true,
                // The panel's own words end the server's.
                Some(RemarkKind::Label | RemarkKind::DangerousOption | RemarkKind::Question) => {
                    false
                }
                _ => *after_failure,
            };
            enter_remark(source, plan, part, span, kind, ledger);
        }
        at = next;
    }
}

fn enter_remark(
    source: &Source<'_>,
    plan: &mut Plan,
    part: &str,
    span: crate::engine::span::Span,
    kind: Option<RemarkKind>,
    ledger: &mut Ledger,
) {
    let affects = match &kind {
        Some(RemarkKind::Prose) if prose::claims_destruction(part) => {
            Some(("words about removing something, without the SQL", Affects::Everything))
        }
        None => {
            Some(("a line that is neither SQL nor a known sentence of a plan", Affects::Everything))
        }
        Some(_) => None,
    };
    match affects {
        Some((what, affects)) => {
            ledger.undecided(Undecided { span, what: what.to_owned(), affects, revision: None })
        }
        None => ledger.understood(source.id, 1),
    }
    plan.items.push(PlanItem::Remark {
        kind: kind.unwrap_or(RemarkKind::Prose),
        text: part.to_owned(),
        span,
    });
}

/// Where the next "You're about to" begins, not counting one at the very start.
fn next_notice(text: &str) -> Option<usize> {
    let straight = |at: usize| {
        let rest = &text[at..];
        ["You're about to ", "You’re about to "].iter().any(|start| rest.starts_with(start))
    };
    text.char_indices().skip(1).map(|(at, _)| at).find(|at| straight(*at))
}

/// Where a statement begins inside a line of prose: a verb in capitals, or one over a quoted name, with a
/// semicolon to come. Everyday words ("with", "select") begin nothing here.
fn statement_within(text: &str, start: usize, line_end: usize) -> Option<usize> {
    let line = &text[start..line_end];
    let before = std::iter::once(' ').chain(line.chars());
    let words = line
        .char_indices()
        .zip(before)
        .filter(|((_, c), before)| before.is_whitespace() && !c.is_whitespace());
    let found = words.map(|((at, _), _)| at).skip(1).find(|at| {
        let rest = &line[*at..];
        let mut words = rest.split_whitespace();
        let verb = words.next().unwrap_or_default();
        let known = ["create", "alter", "drop", "truncate", "delete"]
            .contains(&verb.to_lowercase().as_str());
        let shouted = verb.chars().all(|c| c.is_ascii_uppercase());
        let names = words.nth(1).is_some_and(|name| name.starts_with(['"', '“']));
        known && (shouted || names) && rest.contains(';') && starts_statement(rest)
    })?;
    Some(start + found)
}

/// What may follow a verb at the start of a statement.
const OBJECTS: &[&str] = &[
    "table",
    "index",
    "unique",
    "type",
    "schema",
    "view",
    "materialized",
    "sequence",
    "extension",
    "function",
    "or",
    "trigger",
    "policy",
    "database",
    "domain",
    "temp",
    "temporary",
    "unlogged",
    "role",
    "user",
    "procedure",
    "aggregate",
    "publication",
    "subscription",
    "rule",
    "event",
    "default",
    "system",
    "foreign",
    "server",
    "statistics",
    "owned",
    "routine",
    "collation",
    "tablespace",
    "operator",
    "cast",
    "language",
];

/// Whether text begins like a statement: a verb and what it takes.
fn starts_statement(text: &str) -> bool {
    let mut words =
        text.split(|c: char| c.is_whitespace() || c == ';').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_lowercase();
    let second = words.next().unwrap_or_default().to_lowercase();
    let third = words.next().unwrap_or_default().to_lowercase();
    let named = second.starts_with(['"', '“', '\'', '`']);
    match first.as_str() {
        "create" | "alter" | "drop" => OBJECTS.contains(&second.as_str()) || named,
        // "Truncate the table" is a button of the panel.
        "truncate" => !second.is_empty() && second != "the",
        "delete" => second == "from",
        "rename" => second == "table",
        "insert" => second == "into",
        "update" => third == "set" || (second == "only" && text.to_lowercase().contains(" set ")),
        "comment" => second == "on",
        "refresh" => second == "materialized",
        "grant" | "revoke" | "reindex" | "vacuum" | "cluster" | "analyze" | "copy" | "call"
        | "execute" | "lock" | "select" | "with" | "merge" | "reassign" | "import" | "security" => {
            text.contains(';')
        }
        "begin" | "commit" | "rollback" | "start" | "set" | "reset" | "pragma" | "do"
        | "savepoint" | "release" | "end" | "abort" => {
            text.lines().next().is_some_and(|line| line.contains(';')) || second.starts_with('$')
        }
        _ => false,
    }
}

/// Whether a later line ends a statement that has no semicolon: another one begins, or the panel speaks.
fn ends_statement(rest: &str) -> bool {
    let line = rest.lines().next().unwrap_or_default();
    let trimmed = line.trim_start();
    let lower = trimmed.to_lowercase();
    let begins = [
        "create table",
        "create index",
        "create unique",
        "alter table",
        "alter type",
        "drop table",
        "drop type",
        "drop schema",
        "drop view",
        "truncate table",
        "delete from",
        "insert into",
    ];
    is_fence(line)
        || trimmed.starts_with("--> statement-breakpoint")
        || begins.iter().any(|start| lower.starts_with(start))
        || matches!(prose::read(trimmed, false), Some(kind) if kind != RemarkKind::Prose)
}
