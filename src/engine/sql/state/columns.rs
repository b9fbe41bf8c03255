//! A column with everything that is written behind its name.

use crate::engine::dialects::Dialect;
use crate::engine::op::ConstraintKind;
use crate::engine::schema::{Column, Constraint, Ident, Identity, TableName};

use super::constraints;
use super::cursor::{Cursor, literal};

/// A column, and what else is made with it.
#[derive(Default)]
pub(super) struct Read {
    pub column: Column,
    pub constraints: Vec<Constraint>,
    /// The name of an identity's sequence where it is given, and its options where they are not the defaults.
    pub sequence: Option<(Option<TableName>, String)>,
    /// Actions of `ALTER TABLE` that say how it is stored.
    pub stored: Vec<String>,
    /// What is read and has no place in a schema, for the person.
    pub lost: Option<&'static str>,
    /// `CHARACTER SET` or `COLLATE`.
    pub says_texts: bool,
    /// `REFERENCES` beside the column.
    pub says_references: bool,
    /// MySQL's `FIRST`, or `AFTER` which column.
    pub place: Option<Option<Ident>>,
}

const CHARACTER_SET: &str = "CHARACTER SET ";

/// Reads a column's definition to its end; `None` where a clause is not known.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Read> {
    let mut read = Read::default();
    read.column.name = cursor.ident()?;
    read.column.nullable = true;
    // `BINARY` is a type of MySQL's, where it stands first.
    let is_mysql = cursor.dialect() == Dialect::MySql;
    if !cursor.at_end() && (is_mysql || !starts_clause(cursor)) {
        let data_type = cursor.until(starts_clause)?;
        read.column.data_type = Some(type_text(&data_type));
    } else if cursor.dialect() == Dialect::Sqlite {
        // To SQLite a column needs no type.
        read.column.data_type = Some(String::new());
    }
    while !cursor.at_end() {
        clause(cursor, &mut read)?;
    }
    let column = &mut read.column;
    // Said in any order; a collation brings its character set.
    column.also.sort_unstable();
    if column.collation.is_some() {
        column.also.retain(|one| !one.starts_with(CHARACTER_SET));
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
        &["visible"],
        &["key"],
        &["first"],
        &["after"],
    ];
    let elsewhere = cursor.dialect() != Dialect::PostgreSql;
    let is_mysql = cursor.dialect() == Dialect::MySql;
    WORDS.iter().any(|words| cursor.sees(words))
        || cursor.sees(&["options"])
        || (elsewhere && ELSEWHERE.iter().any(|words| cursor.sees(words)))
        || (is_mysql && SAID.iter().any(|(words, _)| cursor.sees(words)))
}

/// What MySQL and MariaDB say of a column beside all else, and whether a value follows.
const SAID: &[(&[&str], bool)] = &[
    (&["invisible"], false),
    (&["compressed"], false),
    (&["binary"], false),
    (&["ascii"], false),
    (&["unicode"], false),
    (&["without", "system", "versioning"], false),
    (&["with", "system", "versioning"], false),
    (&["srid"], true),
    (&["ref_system_id"], true),
    (&["column_format"], true),
    (&["storage"], true),
    (&["engine_attribute"], true),
    (&["secondary_engine_attribute"], true),
];

/// Takes one of [`SAID`]; `Some(false)` where none stands here.
fn said(cursor: &mut Cursor<'_>, column: &mut Column) -> Option<bool> {
    let Some((words, has_value)) = SAID.iter().find(|(words, _)| cursor.eat(words)) else {
        return Some(false);
    };
    let mut text = words.join(" ").to_uppercase();
    if *has_value {
        text.push_str(if cursor.eat_sign("=") { "=" } else { " " });
        text.push_str(cursor.peek()?.text);
        cursor.skip();
    }
    column.also.push(text);
    Some(true)
}

fn clause(cursor: &mut Cursor<'_>, read: &mut Read) -> Option<()> {
    let name = if cursor.eat(&["constraint"]) { Some(cursor.ident()?) } else { None };
    let column = &mut read.column;
    if cursor.eat(&["not", "null"]) {
        column.nullable = false;
        column.also.extend(constraints::not_null(cursor));
        column.also.extend(conflict(cursor)?);
    } else if cursor.eat(&["null"]) {
    } else if cursor.eat(&["default"]) {
        column.default = Some(cursor.until(starts_clause)?.text());
    } else if cursor.eat(&["collate"]) {
        let start = cursor.clone();
        cursor.name()?;
        let taken = start.rest().len() - cursor.rest().len();
        let name = Cursor::new(cursor.setting, start.rest().get(..taken)?);
        column.collation = Some(name.text());
        read.says_texts = true;
    } else if cursor.eat(&["generated"]) {
        generated(cursor, read)?;
    } else if cursor.sees(&["as"]) && cursor.dialect() != Dialect::PostgreSql {
        cursor.skip();
        computed(cursor, read)?;
    } else if cursor.dialect() == Dialect::MySql && said(cursor, column)? {
    } else if let Some(word) = ["storage", "compression"].into_iter().find(|one| cursor.eat(&[one]))
    {
        let value = cursor.ident()?;
        read.stored.push(["SET ", &word.to_uppercase(), " ", value.as_str()].concat());
    } else if cursor.eat(&["options"]) {
        read.stored.push(["OPTIONS (", &cursor.group()?.text(), ")"].concat());
    } else if cursor.dialect() != Dialect::PostgreSql && elsewhere(cursor, read)? {
    } else {
        // MySQL's KEY alone is the primary one.
        let own = vec![read.column.name.clone()];
        let (kind, mut traits) = constraints::of_column(cursor, own)?;
        if let ConstraintKind::PrimaryKey { .. } = kind {
            if cursor.dialect() != Dialect::Sqlite {
                read.column.nullable = false;
            }
            traits.also = conflict(cursor)?.or(traits.also);
            if cursor.eat(&["autoincrement"]) {
                read.column.identity = Some(Identity::ByDefault);
                let is_said = traits.also.take().is_some() || traits.parts.take().is_some();
                read.lost = is_said.then_some("what a key that never repeats does on a conflict");
            }
        }
        read.says_references |= matches!(kind, ConstraintKind::ForeignKey(_));
        // MySQL's tool names every check, MariaDB's none that stands with its column, whose name it has.
        let of_column = cursor.dialect() == Dialect::MySql
            && cursor.setting.by_tool
            && matches!(kind, ConstraintKind::Check(_));
        let name = name.or_else(|| of_column.then(|| read.column.name.clone()));
        read.constraints.push(Constraint { name, kind, traits });
    }
    Some(())
}

/// SQLite's `ON CONFLICT ROLLBACK`, where that stands here.
fn conflict(cursor: &mut Cursor<'_>) -> Option<Option<String>> {
    if cursor.eat(&["on", "conflict"]) { constraints::conflict(cursor) } else { Some(None) }
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
        column.also.push([CHARACTER_SET, cursor.ident()?.as_str()].concat());
        read.says_texts = true;
    } else if cursor.eat(&["visible"]) {
    } else if cursor.eat(&["virtual"]) {
        column.computed_on_read = true;
    } else if cursor.eat(&["stored"]) || cursor.eat(&["persistent"]) {
        column.computed_on_read = false;
    } else if cursor.eat(&["first"]) {
        read.place = Some(None);
    } else if cursor.eat(&["after"]) {
        read.place = Some(Some(cursor.ident()?));
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
    read.sequence =
        cursor.group().map(sequence).unwrap_or(Some((None, String::new()))).map(Some)?;
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
pub(super) fn sequence(mut options: Cursor<'_>) -> Option<(Option<TableName>, String)> {
    let mut name = None;
    let mut kept = Vec::new();
    while !options.at_end() {
        if options.eat(&["sequence", "name"]) {
            name = Some(options.name()?);
        } else {
            kept.extend(sequence_option(&mut options)?);
        }
    }
    Some((name, sequence_options(kept)))
}

/// Returns the options of a sequence as text, without the highest number that its type allows.
pub fn sequence_options(mut kept: Vec<String>) -> String {
    let widest = match kept.iter().find_map(|one| one.strip_prefix("AS ")) {
        Some("smallint") => "MAXVALUE 32767",
        Some("integer") => "MAXVALUE 2147483647",
        _ => "MAXVALUE 9223372036854775807",
    };
    kept.retain(|one| one != widest);
    kept.join(" ")
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
        return Some((!is_default).then(|| format!("{spelled} {sign}{number}")));
    }
    // Where it counts from is no part of what it is.
    cursor.eat(&["restart"]).then_some(None)
}
