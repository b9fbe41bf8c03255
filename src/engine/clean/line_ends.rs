//! One kind of line end.

use super::rewrite::Rewrite;
use super::{Washed, could_run};

/// CR LF becomes LF. A lone CR becomes a line end as well, except where it draws the same line again, as
/// progress displays do: of those frames the last is kept.
///
/// A terminal would show only what follows the last CR of a line. But a database and Python take a CR for
/// a line end, so dropping text because a CR follows it would hide what runs.
pub(super) fn unify(text: &str) -> Option<Washed> {
    if !text.contains('\r') {
        return None;
    }
    let mut rewrite = Rewrite::new(text);
    let mut at = 0;
    let mut notes = Vec::new();
    if text.contains('\n') {
        let mut overdrawn = 0;
        for line in text.split_inclusive('\n') {
            overdrawn += one_line(&mut rewrite, line, at);
            at += line.len();
        }
        if overdrawn > 0 {
            notes.push(format!("Progress lines that were drawn over were left out: {overdrawn}."));
        }
    } else {
        notes.push("Line ends are carriage returns, as on the old Macintosh.".to_owned());
        for line in text.split_inclusive('\r') {
            at += line.len();
            match line.strip_suffix('\r') {
                Some(body) => {
                    rewrite.keep(at - line.len()..at - line.len() + body.len());
                    rewrite.replace(at - 1..at, "\n");
                }
                None => rewrite.keep(at - line.len()..at),
            }
        }
    }
    Some(Washed::new(rewrite, notes))
}

/// Writes one line that begins at `at`; returns how many frames were left out.
fn one_line(rewrite: &mut Rewrite<'_>, line: &str, at: usize) -> usize {
    let (body, ended) = match line.strip_suffix('\n') {
        Some(body) => (body, true),
        None => (line, false),
    };
    let trimmed = if ended { body.trim_end_matches('\r') } else { body };
    let mut overdrawn = 0;
    let mut from = 0;
    let mut frames = trimmed.split('\r').peekable();
    while let Some(frame) = frames.next() {
        let range = at + from..at + from + frame.len();
        from += frame.len() + 1;
        let Some(next) = frames.peek() else {
            rewrite.keep(range);
            break;
        };
        if frame.trim().is_empty() {
            continue;
        }
        if !could_run(frame) && is_same_frame(frame, next) {
            overdrawn += 1;
            continue;
        }
        let end = range.end;
        rewrite.keep(range);
        rewrite.replace(end..end + 1, "\n");
    }
    if ended {
        let end = at + line.len();
        rewrite.keep(end - 1..end);
    }
    overdrawn
}

/// Two frames of one display differ only in what is not a letter: digits, bars, spinners. One may go on
/// where the other stops.
fn is_same_frame(frame: &str, next: &str) -> bool {
    let letters = |text: &'_ str| {
        text.chars()
            .filter(|c| c.is_alphabetic())
            .map(|c| c.to_ascii_lowercase())
            .collect::<Vec<_>>()
    };
    let (frame, next) = (letters(frame), letters(next));
    !frame.is_empty() && next.starts_with(&frame)
}
