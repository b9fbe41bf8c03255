//! What wrote a dump, told by its first lines, and whether its last line is there.

use crate::engine::dialects::Dialect;
use crate::engine::document;
use crate::engine::formats::{Fit, Source, publish_plan};
use crate::wire::Sureness;

/// Lines looked at before giving up: titles stand near the top.
const LINES: usize = 60;

/// What is known of a dump before its statements are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Frame {
    pub dialect: Dialect,
    /// Written by a server's own tool, so that expressions are in the catalogue's words.
    pub by_tool: bool,
    /// It begins as a whole dump does, and its end is missing.
    pub is_cut: bool,
}

/// A line that only a dump has, and the line that a whole one ends with.
struct Title {
    starts: &'static str,
    ends: Option<&'static str>,
    dialect: Dialect,
}

const TITLES: &[Title] = &[
    Title {
        starts: "-- Retort audit of PostgreSQL",
        ends: Some("-- Retort audit complete"),
        dialect: Dialect::PostgreSql,
    },
    Title {
        starts: "-- Retort audit of MySQL",
        ends: Some("-- Retort audit complete"),
        dialect: Dialect::MySql,
    },
    Title {
        starts: "-- Retort audit of SQLite",
        ends: Some("-- Retort audit complete"),
        dialect: Dialect::Sqlite,
    },
    Title {
        starts: "-- PostgreSQL database cluster dump",
        ends: Some("-- PostgreSQL database cluster dump complete"),
        dialect: Dialect::PostgreSql,
    },
    Title {
        starts: "-- PostgreSQL database dump",
        ends: Some("-- PostgreSQL database dump complete"),
        dialect: Dialect::PostgreSql,
    },
    Title {
        starts: "SELECT pg_catalog.set_config('search_path', '', false);",
        ends: None,
        dialect: Dialect::PostgreSql,
    },
    Title { starts: "-- MySQL dump ", ends: Some("-- Dump completed"), dialect: Dialect::MySql },
    Title { starts: "-- MariaDB dump ", ends: Some("-- Dump completed"), dialect: Dialect::MySql },
    Title { starts: "/*M!999999\\- enable the sandbox mode", ends: None, dialect: Dialect::MySql },
    Title { starts: "/*!40101 SET ", ends: None, dialect: Dialect::MySql },
    Title { starts: "PRAGMA foreign_keys=OFF;", ends: Some("COMMIT;"), dialect: Dialect::Sqlite },
];

/// The title among the first lines; nothing but comments, settings and words may stand before it.
fn title(text: &str) -> Option<&'static Title> {
    let titled = |line: &str| TITLES.iter().find(|title| line.starts_with(title.starts));
    let (at, found) = text
        .lines()
        .take(LINES)
        .enumerate()
        .find_map(|(at, line)| titled(line).map(|found| (at, found)))?;
    text.lines().take(at).all(is_frame).then_some(found)
}

fn is_frame(line: &str) -> bool {
    let line = line.trim();
    let frames = ["--", "/*", "\\", "#", "$ ", "SET ", "set "];
    line.is_empty()
        || frames.iter().any(|start| line.starts_with(start))
        || publish_plan::is_plain_words(line)
}

/// Whether the document is a dump, by its first lines, or by the comments that `pg_dump` puts before each
/// object.
pub(super) fn fit(source: &Source<'_>) -> Option<Fit> {
    let text = source.cleaned.as_str();
    let certain = |why: String| Some(Fit { sureness: Sureness::Certain, why });
    let head = crate::engine::formats::head(text);
    // Most texts have no line that begins as a title does.
    if !document::has_line(head, &["-- ", "/*", "SELECT ", "PRAGMA "]) {
        return sqlite_schema(head).map(|why| Fit { sureness: Sureness::Likely, why });
    }
    if let Some(title) = title(text) {
        return certain(format!("a line starts with `{}`", title.starts.trim_end()));
    }
    if head.lines().any(|line| line.starts_with("-- Name: ") && line.contains("; Type: ")) {
        return certain("`-- Name: …; Type: …` stands before its objects".to_owned());
    }
    sqlite_schema(head).map(|why| Fit { sureness: Sureness::Likely, why })
}

/// `.schema` of SQLite has no title: its own tables, or two of its words.
fn sqlite_schema(head: &str) -> Option<String> {
    let first = head.lines().find(|line| !line.trim().is_empty())?;
    if !first.trim_start().to_ascii_lowercase().starts_with("create ") {
        return None;
    }
    if head.lines().any(|line| line.starts_with("CREATE TABLE sqlite_sequence(name,seq)")) {
        return Some("SQLite's own table `sqlite_sequence` is in it".to_owned());
    }
    let upper = head.to_ascii_uppercase();
    let marks =
        ["AUTOINCREMENT", "WITHOUT ROWID", "CREATE VIRTUAL TABLE", "CREATE TABLE IF NOT EXISTS \""];
    let found: Vec<&&str> = marks.iter().filter(|mark| upper.contains(**mark)).collect();
    match found.as_slice() {
        [one, other, ..] => Some(format!("it has `{one}` and `{other}`, as SQLite's .schema")),
        _ => None,
    }
}

/// What the document's first and last lines say.
pub(super) fn of(source: &Source<'_>) -> Frame {
    let text = source.cleaned.as_str();
    match title(text) {
        Some(title) => {
            let is_whole = title.ends.is_none_or(|end| has_line(text, end));
            Frame { dialect: title.dialect, by_tool: true, is_cut: !is_whole }
        }
        None => {
            let head = crate::engine::formats::head(text);
            let by_tool = head.lines().any(|line| line.starts_with("-- Name: "));
            let usual = if by_tool { Dialect::PostgreSql } else { source.dialect };
            Frame { dialect: dialect(head, usual), by_tool, is_cut: false }
        }
    }
}

/// Looked for from the end, where it stands.
fn has_line(text: &str, starts: &str) -> bool {
    text.lines().rev().any(|line| line.starts_with(starts))
}

/// Whose SQL it is, where no title says so; with no word that is one database's own, that of the run.
fn dialect(head: &str, usual: Dialect) -> Dialect {
    let upper = head.to_ascii_uppercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| upper.contains(mark));
    if has(&["CREATE TABLE `", "ENGINE=", "ENGINE =", "AUTO_INCREMENT", "/*!40", "/*!50"]) {
        Dialect::MySql
    } else if has(&["AUTOINCREMENT", "WITHOUT ROWID", "PRAGMA ", "SQLITE_SEQUENCE"]) {
        Dialect::Sqlite
    } else {
        usual
    }
}
