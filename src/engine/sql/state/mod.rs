//! Statements of a dump → [`Op`]s, read from their tokens.
//!
//! A dump is written by the server's own tools, in the catalogue's own words. Read from tokens its types,
//! defaults and expressions stay what they are, and what the parser refuses is read like the rest.
//!
//! In: one statement, and what holds at its place.
//! Out: [`Op`]s that make the schema, or nothing where part of the statement is not known.
//! Never: whether a statement is dangerous: a dump describes, it does not propose.

mod columns;
mod constraints;
mod cursor;
mod indexes;
mod mysql;
mod objects;
mod proposed;
mod rows;
mod tables;

pub use columns::sequence_options;
pub use cursor::Setting;
pub use proposed::proposed;
pub use rows::{Rows, rows};

use crate::engine::op::{Detail, Op};
use crate::engine::schema::{Ident, ObjectKind};

use crate::engine::dialects::Dialect;
use crate::engine::sql::lex;
use cursor::Cursor;

/// What a statement of a dump is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It makes or changes part of the schema.
    Makes(Vec<Op>),
    /// Rows, settings, transactions: nothing that a schema holds.
    Nothing,
    /// Names without a schema are in this one from here on.
    Home(Option<Ident>),
    /// Tables and indexes that say nothing of it are put here from here on.
    Tablespace(Option<Ident>),
    /// Tables that say nothing of it are kept so from here on.
    Method(Option<Ident>),
}

/// Reads one statement; `None` when it is not understood.
pub fn read(text: &str, setting: &Setting) -> Option<Said> {
    if setting.dialect == Dialect::Sqlite
        && let Some(inner) = virtual_table(text, setting)
    {
        return statement(&inner, setting);
    }
    // Rows can be long, and are not looked at.
    let brings_rows = ["insert ", "replace ", "copy "]
        .iter()
        .any(|word| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)));
    if brings_rows { Some(Said::Nothing) } else { statement(text, setting) }
}

/// SQLite's `.dump` writes virtual tables into the catalogue: the last value is the statement that makes it.
fn virtual_table(text: &str, setting: &Setting) -> Option<String> {
    let starts =
        |head: &str| text.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head));
    if !starts("insert into sqlite_schema") && !starts("insert into sqlite_master") {
        return None;
    }
    let tokens = lex::tokens(text, setting.dialect)?;
    let last = tokens.iter().rev().find(|token| token.kind == lex::TokenKind::Text)?;
    cursor::literal(last, setting.dialect)
}

fn statement(text: &str, setting: &Setting) -> Option<Said> {
    let mut tokens = lex::tokens(text, setting.dialect)?;
    while tokens.last().is_some_and(|token| token.is_sign(";")) {
        tokens.pop();
    }
    let mut cursor = Cursor::new(setting, &tokens);
    if cursor.at_end() {
        return Some(Said::Nothing);
    }
    if let Some(said) = beside_the_schema(&cursor) {
        return said;
    }
    let makes = |ops: Option<Vec<Op>>| ops.map(Said::Makes);
    if cursor.eat(&["create"]) {
        return makes(create(&mut cursor));
    }
    if cursor.eat(&["alter"]) {
        if cursor.eat(&["table"]) || cursor.eat(&["foreign", "table"]) {
            return makes(tables::alter(&mut cursor));
        }
        return makes(objects::alter(&mut cursor));
    }
    if cursor.eat(&["comment", "on"]) {
        return makes(objects::comment(&mut cursor));
    }
    if cursor.sees(&["grant"]) || cursor.sees(&["revoke"]) {
        return makes(objects::grant(&mut cursor));
    }
    if cursor.eat(&["drop"]) {
        return makes(objects::drop(&mut cursor));
    }
    if cursor.eat(&["security", "label"]) {
        return makes(objects::whole(ObjectKind::Other, "SECURITY LABEL ", &mut cursor));
    }
    None
}

fn create(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let start = cursor.clone();
    let mut details = Vec::new();
    let mut temporary = false;
    loop {
        if cursor.eat(&["global"]) || cursor.eat(&["local"]) {
        } else if cursor.eat(&["temporary"]) || cursor.eat(&["temp"]) {
            temporary = true;
        } else if cursor.dialect() == Dialect::Sqlite && cursor.eat(&["virtual"]) {
        } else if cursor.eat(&["unlogged"]) {
            details.push(Detail::Unlogged);
        } else {
            break;
        }
    }
    let unique = cursor.sees(&["unique", "index"]);
    let method = ["fulltext", "spatial"].into_iter().find(|word| cursor.sees(&[word, "index"]));
    if unique || method.is_some() {
        cursor.skip();
    }
    if cursor.eat(&["index"]) {
        return indexes::create(cursor, unique, method);
    }
    if cursor.eat(&["table"]) || cursor.eat(&["foreign", "table"]) {
        if temporary {
            return Some(vec![Op::Neutral { what: "creates a temporary table" }]);
        }
        return tables::create(cursor, details);
    }
    *cursor = start;
    objects::create(cursor)
}

/// Statements that change nothing a schema holds; `Some(None)` for one whose effect is not known.
fn beside_the_schema(cursor: &Cursor<'_>) -> Option<Option<Said>> {
    const WORDS: &[&str] = &[
        "insert",
        "replace",
        "copy",
        "begin",
        "commit",
        "start",
        "end",
        "lock",
        "unlock",
        "use",
        "pragma",
        "analyze",
        "vacuum",
        "discard",
        "savepoint",
        "release",
        "reset",
        "checkpoint",
        "refresh",
        "reindex",
        "flush",
        "notify",
        "listen",
        "unlisten",
        "explain",
        "show",
    ];
    if WORDS.iter().any(|word| cursor.sees(&[word])) {
        return Some(Some(Said::Nothing));
    }
    if cursor.sees(&["set"]) {
        return Some(Some(home(cursor)));
    }
    if cursor.sees(&["select"]) {
        return Some(selects(cursor));
    }
    // `ROLLBACK; -- due to errors`: what stands before it was not kept.
    None
}

/// `SET search_path = app, pg_catalog` moves names that have no schema; other settings say where tables are put.
fn home(cursor: &Cursor<'_>) -> Said {
    let mut cursor = cursor.clone();
    cursor.skip();
    cursor.eat(&["session"]);
    const KNOWN: [&str; 3] = ["search_path", "default_tablespace", "default_table_access_method"];
    let known = KNOWN.into_iter().find(|name| cursor.eat(&[name]));
    let Some(known) = known.filter(|_| cursor.dialect() == Dialect::PostgreSql) else {
        return Said::Nothing;
    };
    if !cursor.eat_sign("=") {
        cursor.eat(&["to"]);
    }
    let value = |cursor: &Cursor<'_>| match cursor.peek() {
        Some(token) if token.kind == lex::TokenKind::Text => {
            cursor::literal(token, cursor.dialect()).map(Ident::exact)
        }
        Some(token) => cursor::ident(token, cursor.dialect()),
        None => None,
    };
    let usual = |name: &Ident| matches!(name.as_str(), "" | "pg_default" | "heap" | "default");
    match known {
        "default_tablespace" => return Said::Tablespace(value(&cursor).filter(|one| !usual(one))),
        "search_path" => {}
        _ => return Said::Method(value(&cursor).filter(|one| !usual(one))),
    }
    loop {
        let first = value(&cursor);
        // A schema called after the user is rare, and an empty path is no place.
        match first {
            Some(name) if name.as_str() == "$user" => {
                cursor.skip();
                if !cursor.eat_sign(",") {
                    return Said::Home(None);
                }
            }
            Some(name) if matches!(name.as_str(), "public" | "" | "pg_catalog") => {
                return Said::Home(None);
            }
            other => return Said::Home(other),
        }
    }
}

/// Functions that dumps call and that change no schema.
fn selects(cursor: &Cursor<'_>) -> Option<Said> {
    let mut cursor = cursor.clone();
    cursor.skip();
    let name = cursor.name()?;
    let is_call = cursor.sees_sign("(");
    let known = name.name.as_str();
    let harmless = known == "set_config" || known == "setval" || known.starts_with("lo_");
    if !is_call || !harmless {
        return None;
    }
    // `set_config('search_path', '', false)`: every name comes with its schema.
    Some(if known == "set_config" { Said::Home(None) } else { Said::Nothing })
}
