//! A column with everything that is written behind its name.

use crate::engine::dialects::Dialect;
use crate::engine::op::{ConstraintKind, Detail};
use crate::engine::schema::{Column, Constraint, Identity, TableName};

use super::constraints;
use super::cursor::{Cursor, literal};

/// A column, and what else is made with it.
#[derive(Default)]
pub(super) struct Read {
    pub column: Column,
    pub constraints: Vec<Constraint>,
    /// The name of an identity's sequence, and its options where they are not the defaults.
    pub sequence: Option<(TableName, String)>,
    pub details: Vec<Detail>,
}

/// Reads a column's definition to its end; `None` where a clause is not known.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Read> {
    let mut read = Read::default();
    read.column.name = cursor.ident()?;
    read.column.nullable = true;
    if !cursor.at_end() && !starts_clause(cursor) {
        let data_type = cursor.until(starts_clause)?;
        read.column.data_type = Some(type_text(&data_type));
    } else if cursor.dialect() == Dialect::Sqlite {
        // To SQLite a column needs no type.
        read.column.data_type = Some(String::new());
    }
    while !cursor.at_end() {
        clause(cursor, &mut read)?;
    }
    Some(read)
}

/// A type as the catalogue spells it.
pub(super) fn type_text(cursor: &Cursor<'_>) -> String {
    cursor.dialect().type_name(&cursor.text())
}

/// Whether a word stands here that ends a type or an expression.
pub(super) fn starts_clause(cursor: &Cursor<'_>) -> bool {
    const WORDS: &[&[&str]] = &[
        &["constraint"],
        &["not", "null"],
        &["null"],
        &["default"],
        &["primary", "key"],
        &["unique"],
        &["references"],
        &["check"],
        &["generated"],
        &["collate"],
        &["storage"],
        &["compression"],
        &["deferrable"],
        &["not", "deferrable"],
        &["initially"],
        &["not", "enforced"],
        &["enforced"],
        &["not", "valid"],
        &["no", "inherit"],
    ];
    const ELSEWHERE: &[&[&str]] = &[
        &["comment"],
        &["auto_increment"],
        &["autoincrement"],
        &["on"],
        &["as"],
        &["virtual"],
        &["stored"],
        &["persistent"],
        &["character", "set"],
        &["charset"],
        &["invisible"],
        &["visible"],
        &["key"],
        &["srid"],
        &["first"],
        &["after"],
    ];
    let elsewhere = cursor.dialect() != Dialect::PostgreSql;
    WORDS.iter().any(|words| cursor.sees(words))
        || cursor.sees(&["options"])
        || (elsewhere && ELSEWHERE.iter().any(|words| cursor.sees(words)))
}

fn clause(cursor: &mut Cursor<'_>, read: &mut Read) -> Option<()> {
    let name = if cursor.eat(&["constraint"]) { Some(cursor.ident()?) } else { None };
    let column = &mut read.column;
    if cursor.eat(&["not", "null"]) {
        column.nullable = false;
        cursor.eat(&["no", "inherit"]);
    } else if cursor.eat(&["null"]) {
    } else if cursor.eat(&["default"]) {
        column.default = Some(cursor.until(starts_clause)?.text());
    } else if cursor.eat(&["collate"]) {
        let start = cursor.clone();
        cursor.name()?;
        let taken = start.rest().len() - cursor.rest().len();
        let name = Cursor::new(cursor.setting, start.rest().get(..taken)?);
        column.collation = Some(name.text());
    } else if cursor.eat(&["generated"]) {
        generated(cursor, read)?;
    } else if cursor.sees(&["as"]) && cursor.dialect() != Dialect::PostgreSql {
        cursor.skip();
        computed(cursor, read)?;
    } else if cursor.eat(&["storage"]) || cursor.eat(&["compression"]) {
        cursor.ident()?;
    } else if cursor.eat(&["options"]) {
        cursor.group()?;
    } else if cursor.dialect() != Dialect::PostgreSql && elsewhere(cursor, read)? {
    } else {
        let own = vec![read.column.name.clone()];
        let (kind, traits) = constraints::of_column(cursor, own)?;
        if let ConstraintKind::PrimaryKey { .. } = kind {
            if cursor.dialect() != Dialect::Sqlite {
                read.column.nullable = false;
            }
            let _ = cursor.eat(&["asc"]) || cursor.eat(&["desc"]);
            conflict(cursor);
            if cursor.eat(&["autoincrement"]) {
                read.column.identity = Some(Identity::ByDefault);
            }
        }
        conflict(cursor);
        // MySQL's tool names every check, MariaDB's none that stands with its column, whose name it has.
        let of_column = cursor.dialect() == Dialect::MySql
            && cursor.setting.by_tool
            && matches!(kind, ConstraintKind::Check(_));
        let name = name.or_else(|| of_column.then(|| read.column.name.clone()));
        read.constraints.push(Constraint { name, kind, traits });
    }
    Some(())
}

/// SQLite's `ON CONFLICT ROLLBACK`.
fn conflict(cursor: &mut Cursor<'_>) {
    if cursor.eat(&["on", "conflict"]) {
        cursor.skip();
    }
}

/// What only MySQL and SQLite know; false when it is none of that.
fn elsewhere(cursor: &mut Cursor<'_>, read: &mut Read) -> Option<bool> {
    let column = &mut read.column;
    if cursor.eat(&["comment"]) {
        column.comment = Some(literal(cursor.peek()?, cursor.dialect())?);
        cursor.skip();
    } else if cursor.eat(&["autoincrement"]) {
    } else if cursor.eat(&["auto_increment"]) {
        column.identity = Some(Identity::ByDefault);
    } else if cursor.eat(&["on", "update"]) {
        // `ON UPDATE current_timestamp()`, which belongs to the column as its default does.
        let text = cursor.until(starts_clause)?.text();
        let before = column.default.take().unwrap_or_else(|| "NULL".to_owned());
        column.default = Some(format!("{before} ON UPDATE {text}"));
    } else if cursor.eat(&["character", "set"]) || cursor.eat(&["charset"]) {
        cursor.ident()?;
    } else if cursor.eat(&["invisible"]) || cursor.eat(&["visible"]) || cursor.eat(&["key"]) {
    } else if cursor.eat(&["virtual"]) {
        column.computed_on_read = true;
    } else if cursor.eat(&["stored"]) || cursor.eat(&["persistent"]) {
        column.computed_on_read = false;
    } else if cursor.eat(&["first"]) {
    } else if cursor.eat(&["after"]) || cursor.eat(&["srid"]) {
        cursor.skip();
    } else {
        return Some(false);
    }
    Some(true)
}

/// After `GENERATED`.
fn generated(cursor: &mut Cursor<'_>, read: &mut Read) -> Option<()> {
    let identity = if cursor.eat(&["always"]) {
        Identity::Always
    } else if cursor.eat(&["by", "default"]) {
        Identity::ByDefault
    } else {
        return None;
    };
    if !cursor.eat(&["as"]) {
        return None;
    }
    if !cursor.eat(&["identity"]) {
        return computed(cursor, read);
    }
    read.column.identity = Some(identity);
    read.column.nullable = false;
    read.sequence = match cursor.group() {
        Some(options) => sequence(options)?,
        None => None,
    };
    Some(())
}

/// An expression between parentheses, and where its value is kept.
fn computed(cursor: &mut Cursor<'_>, read: &mut Read) -> Option<()> {
    read.column.generated = Some(cursor.group()?.expression());
    read.column.computed_on_read = !(cursor.eat(&["stored"]) || cursor.eat(&["persistent"])) && {
        cursor.eat(&["virtual"]);
        true
    };
    Some(())
}

/// The options of an identity column: its sequence's name where it is given, and what is not a default.
pub(super) fn sequence(mut options: Cursor<'_>) -> Option<Option<(TableName, String)>> {
    let mut name = None;
    let mut kept = Vec::new();
    while !options.at_end() {
        if options.eat(&["sequence", "name"]) {
            name = Some(options.name()?);
        } else {
            kept.extend(sequence_option(&mut options)?);
        }
    }
    Some(name.map(|name| (name, kept.join(" "))))
}

/// One option of a sequence; `Some(None)` for one that says what holds anyway.
pub(super) fn sequence_option(cursor: &mut Cursor<'_>) -> Option<Option<String>> {
    let plain: &[&[&str]] = &[&["no", "minvalue"], &["no", "maxvalue"], &["no", "cycle"]];
    if plain.iter().any(|words| cursor.eat(words)) {
        return Some(None);
    }
    if cursor.eat(&["logged"]) {
        return Some(None);
    }
    if cursor.eat(&["cycle"]) {
        return Some(Some("CYCLE".to_owned()));
    }
    if cursor.eat(&["as"]) {
        let data_type = cursor.ident()?.to_string();
        return Some((data_type.as_str() != "bigint").then(|| format!("AS {data_type}")));
    }
    let known: &[(&[&str], &str)] = &[
        (&["start", "with"], "START WITH"),
        (&["start"], "START WITH"),
        (&["increment", "by"], "INCREMENT BY"),
        (&["increment"], "INCREMENT BY"),
        (&["minvalue"], "MINVALUE"),
        (&["maxvalue"], "MAXVALUE"),
        (&["cache"], "CACHE"),
        (&["restart", "with"], "RESTART WITH"),
    ];
    for (words, spelled) in known {
        if !cursor.eat(words) {
            continue;
        }
        cursor.eat_sign("=");
        let sign = if cursor.eat_sign("-") { "-" } else { "" };
        let number = cursor.peek()?.text;
        cursor.skip();
        let is_default = sign.is_empty() && number == "1" && *spelled != "MAXVALUE";
        let is_widest = matches!(number, "9223372036854775807" | "2147483647");
        return Some((!is_default && !is_widest).then(|| format!("{spelled} {sign}{number}")));
    }
    // Where it counts from is no part of what it is.
    cursor.eat(&["restart"]).then_some(None)
}
