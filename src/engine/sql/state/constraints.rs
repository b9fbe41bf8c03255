//! Constraints, of a column or of a table, and how they are kept.

use crate::engine::dialects::Dialect;
use crate::engine::op::ConstraintKind;
use crate::engine::schema::{Constraint, ConstraintTraits, ForeignKey, Ident, Index, IndexPart};

use super::cursor::Cursor;
use super::indexes;

/// One item of a table's list that is no column.
pub(super) enum Item {
    Constraint(Constraint),
    /// MySQL's `KEY n (…)`.
    Index(Index),
    /// `CONSTRAINT n NOT NULL c` of PostgreSQL 18.
    NotNull(Ident),
}

/// Whether an item of a table's list is a constraint or an index.
pub(super) fn starts_item(cursor: &Cursor<'_>) -> bool {
    let words: &[&[&str]] = &[
        &["constraint"],
        &["primary", "key"],
        &["foreign", "key"],
        &["check"],
        &["exclude"],
        &["not", "null"],
    ];
    let of_mysql: &[&[&str]] = &[
        &["key"],
        &["index"],
        &["fulltext"],
        &["spatial"],
        &["unique", "key"],
        &["unique", "index"],
    ];
    // A column may be called `unique` nowhere, but `key` is an ordinary name to PostgreSQL.
    words.iter().any(|words| cursor.sees(words))
        || cursor.sees(&["unique"])
        || (cursor.dialect() == Dialect::MySql && of_mysql.iter().any(|words| cursor.sees(words)))
}

/// Reads an item to its end.
pub(super) fn item(cursor: &mut Cursor<'_>) -> Option<Item> {
    let named = cursor.eat(&["constraint"]);
    // MySQL lets the name be left out after the word.
    let name = if named && !starts_item(cursor) { Some(cursor.ident()?) } else { None };
    if cursor.eat(&["not", "null"]) {
        let column = cursor.ident()?;
        while cursor.eat(&["no", "inherit"]) || cursor.eat(&["not", "valid"]) {}
        return cursor.at_end().then_some(Item::NotNull(column));
    }
    if cursor.dialect() == Dialect::MySql
        && let Some(item) = indexes::of_mysql(cursor, name.clone())?
    {
        return Some(item);
    }
    let mut traits = ConstraintTraits::default();
    let mut kind = of_table(cursor, &mut traits)?;
    kept(cursor, &mut kind, &mut traits)?;
    cursor.at_end().then_some(Item::Constraint(Constraint { name, kind, traits }))
}

fn of_table(cursor: &mut Cursor<'_>, traits: &mut ConstraintTraits) -> Option<ConstraintKind> {
    if cursor.eat(&["primary", "key"]) {
        if cursor.eat(&["using", "index"]) {
            cursor.ident()?;
            return Some(ConstraintKind::PrimaryKey { columns: Vec::new() });
        }
        return Some(ConstraintKind::PrimaryKey { columns: key_columns(cursor)? });
    }
    if cursor.eat(&["unique"]) {
        if cursor.eat(&["using", "index"]) {
            cursor.ident()?;
            return Some(ConstraintKind::Unique { columns: Vec::new() });
        }
        traits.nulls_not_distinct = cursor.eat(&["nulls", "not", "distinct"]);
        cursor.eat(&["nulls", "distinct"]);
        return Some(ConstraintKind::Unique { columns: key_columns(cursor)? });
    }
    if cursor.eat(&["foreign", "key"]) {
        if !cursor.sees_sign("(") {
            cursor.ident()?; // MySQL's name of its index.
        }
        let columns = key_columns(cursor)?;
        if !cursor.eat(&["references"]) {
            return None;
        }
        return Some(ConstraintKind::ForeignKey(references(cursor, columns)?));
    }
    if cursor.eat(&["check"]) {
        return Some(ConstraintKind::Check(cursor.group()?.expression()));
    }
    if cursor.eat(&["exclude"]) {
        let mut expression = cursor
            .until(|cursor| {
                cursor.sees(&["deferrable"]) || cursor.sees(&["initially"]) || cursor.sees(&["not"])
            })?
            .expression();
        expression.columns.retain(|name| !matches!(name.as_str(), "using" | "with" | "where"));
        return Some(ConstraintKind::Exclusion(expression));
    }
    None
}

/// A constraint that stands behind a column, and how it is kept.
pub(super) fn of_column(
    cursor: &mut Cursor<'_>,
    own: Vec<Ident>,
) -> Option<(ConstraintKind, ConstraintTraits)> {
    let mut traits = ConstraintTraits::default();
    let mut kind = of_own(cursor, own, &mut traits)?;
    kept(cursor, &mut kind, &mut traits)?;
    Some((kind, traits))
}

fn of_own(
    cursor: &mut Cursor<'_>,
    own: Vec<Ident>,
    traits: &mut ConstraintTraits,
) -> Option<ConstraintKind> {
    if cursor.eat(&["primary", "key"]) {
        return Some(ConstraintKind::PrimaryKey { columns: own });
    }
    if cursor.eat(&["unique"]) {
        cursor.eat(&["key"]);
        traits.nulls_not_distinct = cursor.eat(&["nulls", "not", "distinct"]);
        return Some(ConstraintKind::Unique { columns: own });
    }
    if cursor.eat(&["check"]) {
        return Some(ConstraintKind::Check(cursor.group()?.expression()));
    }
    if cursor.eat(&["references"]) {
        return Some(ConstraintKind::ForeignKey(references(cursor, own)?));
    }
    None
}

/// `(a, b WITHOUT OVERLAPS)`, `(a, PERIOD b)`; MySQL's lengths and every order are left aside.
fn key_columns(cursor: &mut Cursor<'_>) -> Option<Vec<Ident>> {
    let items = cursor.group()?.items()?;
    items
        .into_iter()
        .map(|mut item| {
            item.eat(&["period"]);
            let name = item.ident()?;
            item.group();
            while item.eat(&["without", "overlaps"]) || item.eat(&["asc"]) || item.eat(&["desc"]) {}
            if item.eat(&["collate"]) {
                item.name()?;
            }
            item.at_end().then_some(name)
        })
        .collect()
}

/// After `REFERENCES`.
fn references(cursor: &mut Cursor<'_>, columns: Vec<Ident>) -> Option<ForeignKey> {
    let ref_table = cursor.name()?;
    let ref_columns = if cursor.sees_sign("(") { key_columns(cursor)? } else { Vec::new() };
    Some(ForeignKey { columns, ref_table, ref_columns, on_delete: None, on_update: None })
}

/// What follows a constraint: actions, and how it is kept.
fn kept(
    cursor: &mut Cursor<'_>,
    kind: &mut ConstraintKind,
    traits: &mut ConstraintTraits,
) -> Option<()> {
    loop {
        if let ConstraintKind::ForeignKey(key) = kind {
            if cursor.eat(&["on", "delete"]) {
                key.on_delete = action(cursor)?;
                continue;
            }
            if cursor.eat(&["on", "update"]) {
                key.on_update = action(cursor)?;
                continue;
            }
            if cursor.eat(&["match"]) {
                traits.match_full = cursor.ident()?.as_str().eq_ignore_ascii_case("full");
                continue;
            }
        }
        if cursor.eat(&["not", "valid"]) {
            traits.not_valid = true;
        } else if cursor.eat(&["not", "enforced"]) {
            traits.not_enforced = true;
        } else if cursor.eat(&["no", "inherit"]) {
            traits.no_inherit = true;
        } else if cursor.eat(&["deferrable"]) {
            traits.deferrable = true;
        } else if cursor.eat(&["initially", "deferred"]) {
            traits.deferrable = true;
            traits.initially_deferred = true;
        } else if cursor.eat(&["include"]) || cursor.eat(&["with"]) {
            cursor.group()?;
        } else if cursor.eat(&["using", "index", "tablespace"]) || cursor.eat(&["using"]) {
            cursor.ident()?;
        } else if !(cursor.eat(&["enforced"])
            || cursor.eat(&["not", "deferrable"])
            || cursor.eat(&["initially", "immediate"]))
        {
            return Some(());
        }
    }
}

/// The action of a foreign key in upper case; none for NO ACTION.
fn action(cursor: &mut Cursor<'_>) -> Option<Option<String>> {
    let known: &[(&[&str], Option<&str>)] = &[
        (&["cascade"], Some("CASCADE")),
        (&["restrict"], Some("RESTRICT")),
        (&["no", "action"], None),
        (&["set", "null"], Some("SET NULL")),
        (&["set", "default"], Some("SET DEFAULT")),
    ];
    let (_, word) = known.iter().find(|(words, _)| cursor.eat(words))?;
    let mut text = word.map(str::to_owned);
    // PostgreSQL 15: only these columns.
    if let (Some(text), Some(columns)) = (&mut text, cursor.group()) {
        text.push_str(&format!(" ({})", columns.text()));
    }
    Some(text)
}

/// A key over columns alone, for MySQL's `UNIQUE KEY`.
pub(super) fn plain(parts: &[IndexPart]) -> Option<Vec<Ident>> {
    parts
        .iter()
        .map(|part| match part {
            IndexPart::Column(name) => Some(name.clone()),
            IndexPart::Expression(_) => None,
        })
        .collect()
}
