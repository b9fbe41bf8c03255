//! Several things in one text: a plan below two audits, a few revision files one after the other.
//!
//! Not a container by its bytes, so it has no row: every text that was opened goes through here. A part
//! keeps the line numbers of the whole, because the lines before it are kept as empty ones.

use crate::engine::document::Document;
use crate::limits;

/// Cuts texts that hold several things; every other document stays as it is.
pub(super) fn cut_all(documents: Vec<Document>) -> Vec<Document> {
    documents.into_iter().flat_map(cut).collect()
}

fn cut(document: Document) -> Vec<Document> {
    if !may_hold_several(&document.text) {
        return vec![document];
    }
    let starts = starts(&document.text);
    if starts.len() < 2 || document.unreadable || document.kind.is_some() {
        return vec![document];
    }
    let mut parts = Vec::with_capacity(starts.len());
    for (ix, (start, _)) in starts.iter().enumerate() {
        // What stands before the first belongs to it: a greeting, a heading.
        let from = if ix == 0 { 0 } else { *start };
        let to = starts.get(ix + 1).map_or(document.text.len(), |(next, _)| *next);
        let (Some(before), Some(body)) = (document.text.get(..from), document.text.get(from..to))
        else {
            continue;
        };
        let mut text: String = before.chars().filter(|c| *c == '\n').collect();
        text.push_str(body);
        let mut part = Document::new(format!("{}#{}", document.path, ix + 1), text);
        part.name = format!("{} ({} of {})", document.name, ix + 1, starts.len());
        part.bytes = body.len();
        part.role = document.role;
        part.notes.clone_from(&document.notes);
        part.notes.push(format!(
            "Part {} of {} of `{}`; lines are counted in the whole.",
            ix + 1,
            starts.len(),
            document.name
        ));
        parts.push(part);
    }
    parts
}

/// Whether a text has what two things in it would have, found in one pass: most texts are one thing.
fn may_hold_several(text: &str) -> bool {
    let titles: [&[u8]; 3] = [b"DATABASE INFO:", b"diff --git ", b"-- "];
    let quotes: [&[u8]; 2] = [b"\"\"\"", b"'''"];
    let mut docstrings = 0;
    for line in text.as_bytes().split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        docstrings += usize::from(line.len() > 3 && quotes.iter().any(|one| line.starts_with(one)));
        // A blank that is not ASCII may stand around anything.
        let odd = [line.first(), line.last()].iter().flatten().any(|byte| !byte.is_ascii());
        if odd || titles.iter().any(|one| line.starts_with(one)) || line.ends_with(b"DIAGNOSIS") {
            return true;
        }
    }
    docstrings > 1 || has_plan_words(text.as_bytes())
}

/// Whether a word stands in a text without which no plan begins, in capitals or not.
fn has_plan_words(text: &[u8]) -> bool {
    // Where their `g` stands, which is rarer than their other letters.
    let words: [(&[u8], usize); 3] =
        [(b"changes detected", 4), (b"migration may", 2), (b"generated migrations", 0)];
    let is_there = |at: usize| {
        words.iter().any(|(word, before)| {
            let from = at.checked_sub(*before);
            let there = from.and_then(|from| text.get(from..from + word.len()));
            there.is_some_and(|there| there.eq_ignore_ascii_case(word))
        })
    };
    [b'g', b'G'].into_iter().any(|letter| memchr::memchr_iter(letter, text).any(is_there))
}

/// What can begin in the middle of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Audit,
    Console,
    Plan,
    Revision,
    Diff,
    Dump,
}

/// Where something else begins, with what. Words that belong to what is at hand begin nothing.
fn starts(text: &str) -> Vec<(usize, Begins)> {
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        lines.push((at, line.trim()));
        at += line.len();
    }
    let mut found: Vec<(usize, Begins)> = Vec::new();
    let mut in_audit_info = false;
    let mut ix = 0;
    while let Some((offset, line)) = lines.get(ix) {
        ix += 1;
        let current = found.last().map(|(_, kind)| *kind);
        let rest = lines.get(ix..).unwrap_or_default();
        // Lines of a diff begin nothing, whatever they hold.
        let raw = text.get(*offset..).unwrap_or_default();
        if current == Some(Begins::Diff) && raw.starts_with([' ', '+', '-', '@']) {
            continue;
        }
        let Some(kind) = begins(line, rest) else { continue };
        // An audit names itself in its title and again in its first heading.
        let heading = *line == "DATABASE INFO:";
        let repeats = match kind {
            Begins::Audit => current == Some(Begins::Audit) && heading && !in_audit_info,
            Begins::Revision => false,
            other => current == Some(other),
        };
        if kind == Begins::Audit {
            in_audit_info = heading;
        }
        if !repeats && found.len() < limits::PARTS_MAX {
            found.push((*offset, kind));
        }
        // Rows of a dump may hold anything, and begin nothing.
        if kind == Begins::Dump {
            ix += rest.iter().position(|(_, line)| ends_dump(line)).unwrap_or(0);
        }
    }
    found
}

fn ends_dump(line: &str) -> bool {
    line == "-- PostgreSQL database dump complete" || line.starts_with("-- Dump completed")
}

fn begins(line: &str, rest: &[(usize, &str)]) -> Option<Begins> {
    let soon =
        |count: usize, is: &dyn Fn(&str) -> bool| rest.iter().take(count).any(|(_, line)| is(line));
    if line == "DATABASE INFO:" {
        return Some(Begins::Audit);
    }
    // Of thousands of lines hardly one is followed by this, which is found sooner than a word inside of them.
    let titled = soon(2, &|next| next.starts_with("Generated:")) && line.contains("Audit");
    if titled && soon(6, &|next| next == "DATABASE INFO:") {
        return Some(Begins::Audit);
    }
    if line.ends_with("DIAGNOSIS") && line.chars().count() <= 24 {
        return Some(Begins::Console);
    }
    if line.starts_with("diff --git ") {
        return Some(Begins::Diff);
    }
    let dumps = ["-- MySQL dump ", "-- MariaDB dump "];
    if line == "-- PostgreSQL database dump" || dumps.iter().any(|title| line.starts_with(title)) {
        return Some(Begins::Dump);
    }
    let docstring =
        ["\"\"\"", "'''"].iter().any(|quote| line.starts_with(quote) && line.len() > quote.len());
    if docstring && soon(4, &|next| next.starts_with("Revision ID:")) {
        return Some(Begins::Revision);
    }
    let plan = [
        "this migration may permanently remove some data from your production database",
        "generated migrations to apply to production d",
        "development database changes detected",
        "no database changes detected",
    ];
    // Most lines are shorter than the shortest of these, and are not written anew to find that out.
    let shortest = plan.iter().map(|words| words.len()).min().unwrap_or(0);
    let lower = (line.len() >= shortest).then(|| line.to_lowercase())?;
    plan.iter().any(|words| lower.contains(words)).then_some(Begins::Plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn kinds(text: &str) -> Vec<Begins> {
        starts(text).into_iter().map(|(_, kind)| kind).collect()
    }

    const AUDIT: &str = "Shop Database Audit - dev\nGenerated: 2026-01-01\n=====\n\nDATABASE INFO:\nx\n\nALEMBIC VERSION:\nversion_num\na1\n";

    #[test]
    fn one_thing_stays_one() {
        assert_eq!(kinds(AUDIT), [Begins::Audit]);
        assert_eq!(
            kinds(
                "Development database changes detected\nGenerated migrations to apply to production db\nDROP TABLE a;"
            ),
            [Begins::Plan]
        );
        assert_eq!(cut(Document::new("a", "just words\nDROP TABLE a;")).len(), 1);
    }

    #[test]
    fn audits_and_a_plan_in_one_paste_are_three() {
        let text = format!(
            "{AUDIT}{}Generated migrations to apply to production db\nDROP TABLE a;\n",
            AUDIT.replace("- dev", "- prod")
        );
        assert_eq!(kinds(&text), [Begins::Audit, Begins::Audit, Begins::Plan]);
        let headings_only =
            "DATABASE INFO:\nx\nALEMBIC VERSION:\na1\nDATABASE INFO:\ny\nALEMBIC VERSION:\na1\n";
        assert_eq!(kinds(headings_only), [Begins::Audit, Begins::Audit]);
    }

    #[test]
    fn rows_of_a_dump_begin_nothing() {
        let dump = "-- PostgreSQL database dump\nCOPY t (a) FROM stdin;\nNo database changes detected\ndiff --git a b\n\\.\n-- PostgreSQL database dump complete\n";
        assert_eq!(kinds(dump), [Begins::Dump]);
        assert_eq!(
            kinds(&format!("{dump}No database changes detected\n")),
            [Begins::Dump, Begins::Plan]
        );
    }

    #[test]
    fn what_holds_several_things_is_never_passed_over() {
        let pieces = [
            "Shop Database Audit\n",
            "Generated: now\n",
            "\u{a0}DATABASE INFO:\n",
            "DATABASE INFO:\n",
            "x DIAGNOSIS\u{2003}\n",
            "diff --git a b\n",
            "-- PostgreSQL database dump\n",
            "-- MySQL dump 10\n",
            "'''one\n",
            "  \"\"\"two\n",
            "Revision ID: a\n",
            "so: NO DATABASE CHANGES detected\n",
            "Generated migrations to Apply to Production db\n",
            "x\n",
            "\n",
            "\t'''\n",
            "y: z\n",
            "Revises:\n",
        ];
        let (mut state, mut several, mut passed) = (7u64, 0, 0);
        for _ in 0..4000 {
            let mut text = String::new();
            for _ in 0..4 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            several += usize::from(starts(&text).len() > 1);
            passed += usize::from(!may_hold_several(&text));
            assert!(starts(&text).len() < 2 || may_hold_several(&text), "{text}");
        }
        assert!(several > 500 && passed > 50, "{several} {passed}");
    }

    #[test]
    fn parts_keep_the_lines_of_the_whole_and_lose_nothing() {
        let text = format!("hello\n{AUDIT}No database changes detected\nDROP TABLE a;\n");
        let parts = cut(Document::new("paste", text.clone()));
        let joined: String = parts.iter().map(|part| part.text.trim_start_matches('\n')).collect();
        assert_eq!(joined, text);
        let plan = &parts[1];
        let line = text.lines().position(|line| line == "DROP TABLE a;").unwrap() + 1;
        assert_eq!(plan.line(line), Some("DROP TABLE a;"));
    }
}
