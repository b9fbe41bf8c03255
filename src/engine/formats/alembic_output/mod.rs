//! What Alembic printed, pasted from a terminal or a log (alembic.md part 3).
//!
//! In: a document, cleaned.
//! Out: [`Printed`]: where a database stands, revisions and their parents, what ran, failed or was found.
//! Never: what the revisions do; whether files that were given say the same.

mod check;
mod failure;
mod line;
mod listing;
pub(super) mod moves;
mod session;

use crate::engine::facts::{Assigned, Facts, Printed};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::ordered::Set;
use crate::wire::{Kind, RoleSource, Sureness};

use line::Message;
use session::Session;

use super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::AlembicOutput, fit, read };

/// Lines of which a share must be Alembic's, where none of its own sentences is there.
const LISTED_SHARE: usize = 2;

fn fit(source: &Source<'_>) -> Option<Fit> {
    let certain = |why: String| Some(Fit { sureness: Sureness::Certain, why });
    if let Some(found) = fit_traceback(source) {
        return Some(found);
    }
    let (mut filled, mut listed, mut marked) = (0usize, 0usize, 0usize);
    let mut of_lists = None;
    let mut typed = None;
    for found in source.lines() {
        let text = bare(found.text);
        let number = || source.document.position(found.span.start).line;
        match line::message(text) {
            Some(Message::Noise | Message::Wrote | Message::Detected(_) | Message::Warned(_)) => {}
            Some(Message::Failed(words))
                if !failure::is_known(words)
                    && !words.starts_with(check::WORDS)
                    && !is_logged(text) => {}
            Some(_) => {
                return certain(format!("line {} is Alembic's: “{}”", number(), shown(text)));
            }
            None => {}
        }
        if failure::is_known(text) {
            return certain(format!("line {} is Alembic's: “{}”", number(), shown(text)));
        }
        if text.trim().is_empty() {
            continue;
        }
        if line::command(text).is_some_and(|command| command.is_prompted) {
            typed = typed.or_else(|| Some(number()));
            continue;
        }
        filled += 1;
        if listing::begins_entry(text) && listing::short(text.get(5..)?, found.span).is_some() {
            return Some(Fit {
                sureness: Sureness::Likely,
                why: format!(
                    "line {} begins a revision as `alembic history -v` shows it",
                    number()
                ),
            });
        }
        let short = listing::short(text, found.span).or_else(|| listing::arrow(text, found.span));
        if let Some(short) = short {
            listed += 1;
            if short.is_plain_enough() {
                marked += 1;
                of_lists = of_lists.or_else(|| Some(number()));
            }
        }
    }
    if let Some(line) = typed.filter(|_| listed * LISTED_SHARE >= filled) {
        let why = format!("line {line} is a command of Alembic's, and what it lists follows");
        return Some(Fit { sureness: Sureness::Likely, why });
    }
    let line = of_lists?;
    (listed * LISTED_SHARE >= filled && marked > 0).then(|| Fit {
        sureness: Sureness::Likely,
        why: format!("line {line} lists a revision as Alembic does"),
    })
}

/// A traceback that Alembic's own files are in, or that ends as its loading of revisions does. Any other
/// one is a guess.
fn fit_traceback(source: &Source<'_>) -> Option<Fit> {
    let mut lines =
        source.lines().map(|line| bare(line.text)).filter(|text| !text.trim().is_empty());
    let first = lines.next().filter(|text| failure::begins_traceback(text))?;
    let found = failure::traceback(std::iter::once(first).chain(lines));
    let (class, message) = found.exceptions.last()?;
    let id = message.trim_matches('\'');
    let (sureness, why) = if source.cleaned.text.contains("alembic") {
        (Sureness::Certain, "a traceback through Alembic's files".to_owned())
    } else if class == "KeyError" && line::is_plausible_id(id) {
        (
            Sureness::Likely,
            format!("a traceback that ends with `KeyError: '{id}'`, as a missing parent does"),
        )
    } else {
        (Sureness::Guess, "a Python traceback".to_owned())
    };
    Some(Fit { sureness, why })
}

fn is_logged(text: &str) -> bool {
    text.contains("alembic") || text.contains("flask_migrate")
}

/// Whether a line is a logger's or Alembic's own message, and nothing that could run.
pub(super) fn is_log_line(text: &str) -> bool {
    let text = bare(text);
    // Nearly every line of a script is none, which is seen here at once.
    let leads = text.trim_start().starts_with("FAILED: ") || line::level(text).is_some();
    leads
        && !text.trim_start().starts_with("--")
        && (line::message(text).is_some() || failure::is_known(text))
        && !runs_something(text)
}

/// Whether a statement begins behind a semicolon, so that the line is more than a message.
fn runs_something(text: &str) -> bool {
    const VERBS: &[&str] = &[
        "alter", "create", "delete", "drop", "execute", "grant", "insert", "revoke", "truncate",
        "update",
    ];
    let first = |part: &str| part.split_whitespace().next().unwrap_or_default().to_lowercase();
    text.split(';').skip(1).any(|part| VERBS.contains(&first(part).as_str()))
}

/// The beginning of a line.
fn shown(text: &str) -> String {
    const CHARS: usize = 60;
    let text = text.trim();
    match text.char_indices().nth(CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// The line without what a log collector put before it.
fn bare(text: &str) -> &str {
    text.get(line::prefix(text)..).unwrap_or(text)
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let printed = read_lines(source, ledger);
    facts.printed.push(printed);
}

/// Reads every line: entered as understood, or said to be unread.
pub(super) fn read_lines(source: &Source<'_>, ledger: &mut Ledger) -> Printed {
    let lines: Vec<(&str, Span)> = source
        .lines()
        .map(|line| {
            let text = bare(line.text);
            (text.trim_end(), line.span)
        })
        .collect();
    let mut printed = Printed::new(source.id);
    for (start, end, command) in sessions(&lines) {
        let typed = start.checked_sub(1).and_then(|line| lines.get(line)).map(|(_, span)| *span);
        let command = command.zip(typed);
        let lines = lines.get(start..end).unwrap_or_default();
        Session::new(source, lines, command, &mut printed, ledger).read();
    }
    let mut known = Set::new();
    printed.entries.retain(|entry| known.insert(entry.id.clone()));
    if lines.iter().all(|(text, _)| text.is_empty()) {
        let what = "it is empty: paste the command with its output".to_owned();
        ledger.undecided(Undecided {
            span: Span::whole(source.id),
            what,
            affects: Affects::Everything,
            revision: None,
        });
    }
    let by_database = printed.database.as_deref().and_then(super::role_of_name);
    let says = by_database.map(|role| Assigned { role, source: RoleSource::DatabaseName });
    printed.assigned = source.assigned(says);
    printed
}

/// Cuts at commands, and where Alembic connects again.
fn sessions(lines: &[(&str, Span)]) -> Vec<(usize, usize, Option<line::Command>)> {
    let mut found: Vec<(usize, usize, Option<line::Command>)> = vec![(0, 0, None)];
    let (mut connected, mut filled) = (false, false);
    for (ix, (text, _)) in lines.iter().enumerate() {
        let command = line::command(text);
        let connects = line::message(text) == Some(Message::Context);
        let begins = command.is_some() || (connects && connected);
        if begins {
            let start = ix + usize::from(command.is_some());
            if let Some(last) = found.last_mut() {
                last.1 = ix;
            }
            // What stands before the first command is prose, and kept when it is not empty.
            if found.len() == 1 && !filled && found.first().is_some_and(|only| only.2.is_none()) {
                found.clear();
            }
            found.push((start, start, command));
            (connected, filled) = (false, false);
        }
        connected |= connects;
        filled |= !text.is_empty() && !begins;
    }
    if let Some(last) = found.last_mut() {
        last.1 = lines.len();
    }
    found
}

#[cfg(test)]
mod tests;
