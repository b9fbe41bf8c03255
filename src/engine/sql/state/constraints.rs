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
    /// `CONSTRAINT n NOT NULL c` of PostgreSQL 18, and how it is kept.
    NotNull(Ident, Vec<String>),
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
        return Some(Item::NotNull(column, not_null(cursor))).filter(|_| cursor.at_end());
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

/// How PostgreSQL 18 keeps a NOT NULL; rows that were there before an invalid one may have NULL.
pub(super) fn not_null(cursor: &mut Cursor<'_>) -> Vec<String> {
    let words: &[(&[&str], &str)] =
        &[(&["no", "inherit"], "NO INHERIT"), (&["not", "valid"], NOT_VALID)];
    let said = words.iter().filter(|(words, _)| cursor.eat(words));
    said.map(|(_, text)| (*text).to_owned()).collect()
}

pub(super) const NOT_VALID: &str = "NOT VALID";

fn of_table(cursor: &mut Cursor<'_>, traits: &mut ConstraintTraits) -> Option<ConstraintKind> {
    if cursor.eat(&["primary", "key"]) {
        if cursor.eat(&["using", "index"]) {
            cursor.ident()?;
            return Some(ConstraintKind::PrimaryKey { columns: Vec::new() });
        }
        return Some(ConstraintKind::PrimaryKey { columns: key_columns(cursor, traits)? });
    }
    if cursor.eat(&["unique"]) {
        if cursor.eat(&["using", "index"]) {
            cursor.ident()?;
            return Some(ConstraintKind::Unique { columns: Vec::new() });
        }
        traits.nulls_not_distinct = cursor.eat(&["nulls", "not", "distinct"]);
        cursor.eat(&["nulls", "distinct"]);
        return Some(ConstraintKind::Unique { columns: key_columns(cursor, traits)? });
    }
    if cursor.eat(&["foreign", "key"]) {
        if !cursor.sees_sign("(") {
            cursor.ident()?; // MySQL's name of its index.
        }
        let columns = key_columns(cursor, traits)?;
        if !cursor.eat(&["references"]) {
            return None;
        }
        return Some(ConstraintKind::ForeignKey(references(cursor, columns, traits)?));
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
    if cursor.eat(&["primary", "key"])
        || (cursor.dialect() == Dialect::MySql && cursor.eat(&["key"]))
    {
        if cursor.eat(&["desc"]) {
            let order = own.iter().map(|name| [&name.quoted(), " DESC"].concat()).collect();
            traits.parts = Some(order);
        }
        cursor.eat(&["asc"]);
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
        return Some(ConstraintKind::ForeignKey(references(cursor, own, traits)?));
    }
    None
}

/// `(a, b WITHOUT OVERLAPS)`, `(a, PERIOD b)`, MySQL's `(a(10))`, SQLite's `(a COLLATE nocase DESC)`.
fn key_columns(cursor: &mut Cursor<'_>, traits: &mut ConstraintTraits) -> Option<Vec<Ident>> {
    let items = cursor.group()?.items()?;
    let (mut names, mut texts, mut is_plain) = (Vec::new(), Vec::new(), true);
    for mut item in items {
        // A column may have that name.
        let whole = item.clone();
        traits.period |= item.rest().len() > 1 && item.eat(&["period"]);
        names.push(item.ident()?);
        is_plain &= item.group().is_none();
        if item.eat(&["collate"]) {
            is_plain = false;
            item.name()?;
        }
        is_plain &= !item.eat(&["desc"]);
        item.eat(&["asc"]);
        traits.period |= item.eat(&["without", "overlaps"]);
        texts.push(whole.text());
        item.at_end().then_some(())?;
    }
    traits.parts = (!is_plain).then(|| texts.join(", "));
    Some(names)
}

/// After `REFERENCES`.
fn references(
    cursor: &mut Cursor<'_>,
    columns: Vec<Ident>,
    traits: &mut ConstraintTraits,
) -> Option<ForeignKey> {
    let ref_table = cursor.name()?;
    let ref_columns = match cursor.sees_sign("(") {
        true => key_columns(cursor, traits)?,
        false => Vec::new(),
    };
    traits.parts = None;
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
        } else if let Some(word) = also(cursor) {
            let said = traits.also.take().map_or(String::new(), |before| before + " ");
            traits.also = Some([&said, word, &cursor.group()?.text(), ")"].concat());
        } else if cursor.eat(&["on", "conflict"]) {
            traits.also = conflict(cursor)?;
        } else if cursor.eat(&["using", "index", "tablespace"]) {
            let said = traits.also.take().map_or(String::new(), |before| before + " ");
            let place = cursor.ident()?.quoted();
            traits.also = Some([&said, "USING INDEX TABLESPACE ", &place].concat());
        } else if cursor.eat(&["using"]) {
            cursor.ident()?;
        } else if !(cursor.eat(&["enforced"])
            || cursor.eat(&["not", "deferrable"])
            || cursor.eat(&["initially", "immediate"]))
        {
            return Some(());
        }
    }
}

/// What rides along with a key, and how its index is stored.
fn also(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    let known = [("include", "INCLUDE ("), ("with", "WITH (")];
    known.into_iter().find(|(word, _)| cursor.eat(&[word])).map(|(_, text)| text)
}

/// After SQLite's `ON CONFLICT`: what it does instead of failing, which is nothing for ABORT.
pub(super) fn conflict(cursor: &mut Cursor<'_>) -> Option<Option<String>> {
    let words = ["ROLLBACK", "FAIL", "IGNORE", "REPLACE", "ABORT"];
    let word = words.into_iter().find(|word| cursor.eat(&[word]))?;
    Some((word != "ABORT").then(|| ["ON CONFLICT ", word].concat()))
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
