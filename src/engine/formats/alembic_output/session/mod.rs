//! The output of one command, line after line → facts.
//!
//! In: the lines, and the command where it was pasted too.
//! Out: facts in [`Printed`]; every line in the ledger.
//! Never: what other commands printed, but for where they left the database.

use crate::ordered::Set;

mod conclude;

use crate::engine::facts::{Check, Entry, Failure, Move, Printed, Way};
use crate::engine::formats::{Source, publish_plan};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::limits;

use super::line::{self, Command, Message};
use super::{check, failure, listing, moves};

/// How often a list that runs over lines is looked at for its end.
const LIST_ENDS_MAX: usize = 20;

/// One command, and what was seen of its output so far.
pub(super) struct Session<'a, 'b> {
    source: &'b Source<'a>,
    lines: &'b [(&'b str, Span)],
    command: Option<Command>,
    command_span: Span,
    printed: &'b mut Printed,
    ledger: &'b mut Ledger,
    at: usize,
    /// It connected to a database, and whether the database takes DDL back.
    connected: Option<Span>,
    transactional: Option<bool>,
    offline: bool,
    wrote: bool,
    current_for: Option<Span>,
    /// Lines of `heads` or `current`.
    bare: Vec<Entry>,
    is_shaped: bool,
    entries: Vec<Entry>,
    moves: Vec<Move>,
    detected: Vec<Span>,
    /// Ids that a log of revisions begins from.
    seen: Set<&'b str>,
    /// Arrows of `branches`.
    children: usize,
    failed: bool,
    /// Some line is one of `heads` or `current` beyond doubt.
    lists: bool,
    /// A history was among it.
    listed: bool,
    /// Anything but what it says while it connects.
    spoke: bool,
}

impl<'a, 'b> Session<'a, 'b> {
    pub fn new(
        source: &'b Source<'a>,
        lines: &'b [(&'b str, Span)],
        command: Option<(Command, Span)>,
        printed: &'b mut Printed,
        ledger: &'b mut Ledger,
    ) -> Self {
        let (command, span) = command.unzip();
        Self {
            source,
            lines,
            command,
            command_span: span.unwrap_or(Span::whole(source.id)),
            printed,
            ledger,
            at: 0,
            connected: None,
            transactional: None,
            offline: false,
            wrote: false,
            current_for: None,
            bare: Vec::new(),
            is_shaped: false,
            entries: Vec::new(),
            moves: Vec::new(),
            detected: Vec::new(),
            seen: lines.iter().filter_map(|(text, _)| mentioned(text)).collect(),
            children: 0,
            failed: false,
            lists: lines.iter().any(|(text, span)| {
                listing::short(text, *span)
                    .is_some_and(|found| found.entry.down.is_none() && found.is_plain_enough())
            }),
            listed: false,
            spoke: false,
        }
    }

    pub fn read(mut self) {
        if self.command.is_some() {
            self.ledger.understood(self.source.id, 1);
        }
        while let Some((text, span)) = self.lines.get(self.at).copied() {
            if text.is_empty() || text.trim_start().starts_with("```") {
                self.at += 1;
                continue;
            }
            let taken = self.line(text, span).max(1);
            self.at += taken;
        }
        self.conclude();
    }

    /// Reads what begins at a line; gives how many lines it took.
    fn line(&mut self, text: &'b str, span: Span) -> usize {
        let rest = self.lines.get(self.at..).unwrap_or_default();
        if failure::begins_traceback(text) {
            return self.traceback(rest, span);
        }
        if let Some(message) = line::message(text) {
            return self.message(message, text, span);
        }
        if failure::is_known(text) {
            self.fail(failure::read(text, span));
            return 1;
        }
        if listing::begins_entry(text)
            && let Some((entry, taken)) = listing::entry(rest.iter().copied())
        {
            self.understood(taken);
            self.entries.push(entry);
            return taken;
        }
        if let Some(short) = listing::arrow(text, span).filter(|_| self.in_branches()) {
            self.understood(1);
            self.children += 1;
            self.printed.named.push((short.entry.id, span));
            return 1;
        }
        if self.short(text, span) {
            return 1;
        }
        self.other(text, span);
        1
    }

    fn in_branches(&self) -> bool {
        self.is_shaped
            || self.entries.last().is_some()
            || self.command.as_ref().is_some_and(|command| command.verb == "branches")
    }

    fn short(&mut self, text: &str, span: Span) -> bool {
        let Some(found) = listing::short(text, span) else { return false };
        let listed = self.command.as_ref().is_some_and(|command| {
            ["current", "heads", "history", "branches"].contains(&command.verb.as_str())
        });
        let expected = listed
            || found.is_plain_enough()
            || (line::is_plausible_id(&found.entry.id)
                && (self.connected.is_some() || self.lists || found.is_marked));
        // Behind a failure or a log of its own, a bare word is no row.
        if !expected {
            return false;
        }
        self.understood(1);
        self.spoke = true;
        self.is_shaped |= found.is_shaped && found.entry.down.is_none();
        match found.entry.down {
            Some(_) => self.entries.push(found.entry),
            None => self.bare.push(found.entry),
        }
        true
    }

    fn message(&mut self, message: Message<'b>, text: &'b str, span: Span) -> usize {
        self.understood(1);
        match message {
            Message::Context => self.connected = Some(span),
            Message::Transactional(able) => self.transactional = Some(able),
            Message::Offline => self.offline = true,
            Message::Noise => {}
            Message::Wrote => self.wrote = true,
            Message::CurrentFor(url) => {
                self.current_for = Some(span);
                self.printed.database = database(url).map(str::to_owned);
            }
            Message::Clean => {
                self.spoke = true;
                self.printed.check = Some(Check { span, differences: Vec::new(), is_cut: false });
            }
            Message::Detected(_) => {
                self.spoke = true;
                self.detected.push(span);
            }
            Message::Ran(what) => self.ran(what, span),
            Message::Warned(words) if failure::is_known(words) => {
                self.note_failure(failure::read(words, span));
                return 1 + self.source_line();
            }
            // What a library warns of says nothing about the chain.
            Message::Warned(_) => return 1 + self.source_line(),
            Message::Failed(words) => return self.failed(words, text, span),
        }
        1
    }

    /// The line of code that Python shows below a warning.
    fn source_line(&self) -> usize {
        let next = self.lines.get(self.at + 1).map_or("", |(text, _)| *text);
        usize::from(next.starts_with("  ") && !next.trim().is_empty())
    }

    fn ran(&mut self, what: &str, span: Span) {
        self.spoke = true;
        let known = |id: &str| self.seen.contains(id);
        match moves::read(what, span, &known) {
            Some(found) if found.way != Way::Unknown => self.moves.push(found),
            _ => self.undecided(
                span,
                "a function of another name ran, and whether it went up or down is not said",
            ),
        }
    }

    fn failed(&mut self, words: &str, text: &str, span: Span) -> usize {
        let (words, taken) = self.unwrap(words, text);
        if let Some(list) = words.strip_prefix(check::WORDS) {
            let (differences, whole) = check::read(list);
            self.spoke = true;
            self.failed = true;
            if !whole {
                self.undecided(span, "a list of differences that does not end: the paste is cut");
            }
            self.printed.check = Some(Check { span, differences, is_cut: !whole });
        } else {
            self.fail(failure::read(&words, span));
        }
        taken
    }

    /// Joins a message that a terminal wrapped, or a list that runs over lines.
    fn unwrap(&self, words: &str, text: &str) -> (String, usize) {
        let mut joined = words.to_owned();
        let mut taken = 1;
        let indented = text.starts_with("  ");
        let is_list = joined.starts_with(check::WORDS);
        let rest = self.lines.get(self.at + 1..).unwrap_or_default();
        let mut open = is_list && !check::is_whole(&joined);
        // Looked at only where a list could end, and a few times, so that a long one costs little.
        let mut looks = LIST_ENDS_MAX;
        for (next, _) in rest.iter().take(limits::PRINTED_BLOCK_LINES_MAX) {
            let wrapped =
                indented && next.starts_with("  ") && !next.trim_start().starts_with("FAILED: ");
            if !(wrapped || open) || next.is_empty() || line::message(next).is_some() {
                break;
            }
            joined.push(' ');
            joined.push_str(next.trim());
            taken += 1;
            if open && next.ends_with(']') && looks > 0 {
                looks -= 1;
                open = !check::is_whole(&joined);
            }
        }
        (joined, taken)
    }

    fn fail(&mut self, failure: Failure) {
        self.failed = true;
        self.note_failure(failure);
    }

    /// Alembic goes on after a warning.
    fn note_failure(&mut self, mut failure: Failure) {
        self.spoke = true;
        failure.is_argument = self.command.as_ref().is_some_and(|command| {
            failure
                .about
                .iter()
                .any(|id| command.arguments.iter().any(|argument| argument.contains(id.as_str())))
        });
        let failures = &mut self.printed.failures;
        if failures.iter().any(|known| known.text == failure.text) {
            return;
        }
        if failures.len() < limits::PRINTED_FAILURES_MAX {
            failures.push(failure);
        } else {
            self.undecided(failure.span, "a failure beyond the number that is read from one text");
        }
    }

    fn traceback(&mut self, rest: &[(&'b str, Span)], span: Span) -> usize {
        let found = failure::traceback(rest.iter().map(|(text, _)| *text));
        self.spoke = true;
        if let Some((_, words)) =
            found.exceptions.last().filter(|(_, words)| words.starts_with(check::WORDS))
        {
            self.understood(found.lines);
            self.failed(words, "", span);
            return found.lines;
        }
        let during = self.moves.last().and_then(Move::revision).map(str::to_owned);
        match failure::of_traceback(&found, during.as_deref(), span) {
            Some(failure) => {
                self.understood(found.lines);
                self.fail(failure);
            }
            None => {
                self.failed = true;
                self.undecided(span, "a traceback without its last line: the paste is cut");
            }
        }
        found.lines
    }

    /// A line that is not Alembic's.
    fn other(&mut self, text: &str, span: Span) {
        match line::level(text) {
            Some("ERROR" | "CRITICAL") => self.undecided(span, "an error that is not Alembic's"),
            // What another program logs does not bear on databases and chains.
            Some(_) => self.ledger.undecided(Undecided {
                span,
                what: "a log line that is not Alembic's".to_owned(),
                affects: Affects::Nothing,
                revision: None,
            }),
            None if self.continues_message(text) => self.understood(1),
            None if publish_plan::is_plain_words(text) => self.understood(1),
            None => self.undecided(span, "a line that is no part of Alembic's output"),
        }
    }

    /// A message of several lines goes on below its revision.
    fn continues_message(&mut self, text: &str) -> bool {
        let listed = self.entries.last().is_some_and(|entry| entry.message.is_some());
        listed && !text.ends_with(';') && !text.contains("op.")
    }

    fn understood(&mut self, lines: usize) {
        self.ledger.understood(self.source.id, lines);
    }

    fn undecided(&mut self, span: Span, what: &str) {
        self.ledger.undecided(Undecided {
            span,
            what: what.to_owned(),
            affects: Affects::Everything,
            revision: None,
        });
    }

    fn verb(&self) -> Option<&str> {
        self.command.as_ref().map(|command| command.verb.as_str())
    }
}

/// The database's name in a URL, for the role that it may speak of.
fn database(url: &str) -> Option<&str> {
    let path = url.split_once("://")?.1;
    let name = path.rsplit('/').next()?.split('?').next()?;
    (!name.is_empty()).then_some(name)
}

/// The revision that a line of a log begins from.
fn mentioned(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("Running ")?;
    let (_, rest) = rest.split_once(' ')?;
    let (from, _) = rest.split_once(" -> ")?;
    Some(from.trim())
}
