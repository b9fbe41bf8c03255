//! Types, defaults and expressions by meaning.

use crate::engine::dialects::Dialect;
use crate::engine::op::{Spelling, spell};
use crate::engine::schema::{Column, Expression, Ident, Table, format_type, without_modifier};
use crate::engine::sql::{Likeness, likeness};

/// Compares types. Aliases have one spelling; what is not known is equal to nothing.
pub(super) fn types(dialect: Dialect, one: Option<&str>, other: Option<&str>) -> Likeness {
    let (Some(one), Some(other)) = (one, other) else { return Likeness::Unknown };
    if one == other || dialect.type_name(one) == dialect.type_name(other) {
        Likeness::Same
    } else {
        Likeness::Different
    }
}

/// Compares the defaults of two columns, each as its own type has it.
pub(super) fn defaults(one: &Column, other: &Column) -> Likeness {
    let spelled = |column: &Column| {
        let default = column.default.as_deref()?;
        Some(spell(default, column.data_type.as_deref()))
    };
    match (spelled(one), spelled(other)) {
        (None, None) => Likeness::Same,
        (Some(one), Some(other)) if one == other => Likeness::Same,
        (Some(one), Some(other)) => {
            let both_known =
                matches!((&one, &other), (Spelling::Catalogue(_), Spelling::Catalogue(_)));
            match likeness(&one.into_text(), &other.into_text(), &|_| false) {
                // Casts that the catalogue prints are real.
                Likeness::Unknown if both_known => Likeness::Different,
                found => found,
            }
        }
        // A default that is NULL is none.
        (Some(one), None) | (None, Some(one)) if is_null(&one) => Likeness::Same,
        _ => Likeness::Different,
    }
}

/// Compares two expressions of a table.
pub(super) fn expressions(one: &Expression, other: &Expression, table: &Table) -> Likeness {
    texts(&one.text, &other.text, table)
}

/// Like [`expressions`], for two that may be absent.
pub(super) fn optional(
    one: Option<&Expression>,
    other: Option<&Expression>,
    table: &Table,
) -> Likeness {
    match (one, other) {
        (None, None) => Likeness::Same,
        (Some(one), Some(other)) => expressions(one, other, table),
        _ => Likeness::Different,
    }
}

fn texts(one: &str, other: &str, table: &Table) -> Likeness {
    let is_text = |name: &Ident| {
        let data_type = table.column(name).and_then(|column| column.data_type.as_deref());
        data_type.is_some_and(|data_type| {
            matches!(
                without_modifier(&format_type(data_type)).as_str(),
                "text" | "character varying" | "citext"
            )
        })
    };
    likeness(&standard(one), &standard(other), &is_text)
}

/// MySQL's marks around names as the standard's.
fn standard(text: &str) -> String {
    let mut in_literal = false;
    let mark = |c| {
        in_literal ^= c == '\'';
        if c == '`' && !in_literal { '"' } else { c }
    };
    text.chars().map(mark).collect()
}

/// The least sure of several answers, where any difference decides.
pub(super) fn all(answers: impl IntoIterator<Item = Likeness>) -> Likeness {
    let mut found = Likeness::Same;
    for answer in answers {
        match answer {
            Likeness::Different => return Likeness::Different,
            Likeness::Unknown => found = Likeness::Unknown,
            Likeness::Same => {}
        }
    }
    found
}

/// Equal or not.
pub(super) fn equal<T: PartialEq>(one: T, other: T) -> Likeness {
    if one == other { Likeness::Same } else { Likeness::Different }
}

fn is_null(default: &Spelling) -> bool {
    let text = default.clone().into_text().to_uppercase();
    text == "NULL" || text.starts_with("NULL::")
}
