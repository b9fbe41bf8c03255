//! Expressions of a table in the words of the catalogue. Of databases other than PostgreSQL the words are not
//! known, and theirs stay as they are written.

use crate::engine::dialects::Dialect;
use crate::engine::expression::{self, Element, Scope};
use crate::engine::schema::{
    Column, ConstraintKind, Expression, Ident, Index, IndexPart, Schema, TableName,
};

/// Puts an expression as the server prints it, where that is certain.
pub(super) fn text(schema: &Schema, columns: &[Column], expression: &mut Expression) {
    if let Some(spelled) = spelled(schema, columns, expression) {
        expression.text = spelled;
    }
    expression.kept = false;
}

fn spelled(schema: &Schema, columns: &[Column], expression: &Expression) -> Option<String> {
    let is_known = schema.dialect == Dialect::PostgreSql;
    let scope = Scope { columns, schema };
    let spelled = is_known.then(|| expression::spell(&expression.text, scope)).flatten();
    if expression.kept { Some(kept(expression, spelled)) } else { spelled }
}

/// The catalogue's own words; those that were spelled here have its line ends as well.
fn kept(expression: &Expression, spelled: Option<String>) -> String {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().concat();
    let is_same = |spelled: &String| words(spelled) == words(&expression.text);
    spelled.filter(is_same).unwrap_or_else(|| expression.text.clone())
}

fn element(
    schema: &Schema,
    columns: &[Column],
    written: &Expression,
    method: Option<&str>,
) -> Option<Element> {
    let is_known = schema.dialect == Dialect::PostgreSql;
    let scope = Scope { columns, schema };
    let method = method.unwrap_or("btree");
    let found = is_known.then(|| expression::element(&written.text, method, scope)).flatten();
    match found {
        Some(Element::Text(text)) if written.kept => Some(Element::Text(kept(written, Some(text)))),
        None if written.kept => Some(Element::Text(written.text.clone())),
        found => found,
    }
}

/// Puts the expressions of an index as the server prints them, where that is certain.
pub(super) fn index(schema: &Schema, columns: &[Column], index: &mut Index) {
    for part in &mut index.parts {
        let IndexPart::Expression(written) = part else { continue };
        match element(schema, columns, written, index.method.as_deref()) {
            Some(Element::Column(name)) => *part = IndexPart::Column(name),
            Some(Element::Text(spelled)) => {
                *written = Expression { text: spelled, kept: false, ..written.clone() };
            }
            None => {}
        }
    }
    if let Some(filter) = &mut index.filter {
        text(schema, columns, filter);
    }
}

/// Puts the expressions of generated columns as the server prints them: of one, or of all in the table.
pub(super) fn generated(schema: &mut Schema, table: &TableName, only: Option<&Ident>) {
    let Some(found) = schema.tables.get(table) else { return };
    let wanted = |column: &Column| only.is_none_or(|only| &column.name == only);
    let mut spelled = Vec::new();
    for (at, column) in found.columns.iter().enumerate().filter(|(_, column)| wanted(column)) {
        if let Some(mut expression) = column.generated.clone() {
            text(schema, &found.columns, &mut expression);
            spelled.push((at, expression));
        }
    }
    let Some(found) = schema.tables.get_mut(table) else { return };
    for (at, expression) in spelled {
        if let Some(column) = found.columns.get_mut(at) {
            column.generated = Some(expression);
        }
    }
}

/// Puts another text in the place of the name of a type, wherever a constant of the type stands.
pub(super) fn rename_type(schema: &mut Schema, from: &str, to: &str) {
    let (old, new) = (format!("::{from}"), format!("::{to}"));
    let change = |expression: &mut Expression| {
        let ends = |rest: &str| {
            let next = rest.chars().next();
            next.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == '$' || c == '.'))
        };
        let mut text = String::with_capacity(expression.text.len());
        let mut rest = expression.text.as_str();
        while let Some((before, after)) = rest.split_once(old.as_str()) {
            text.push_str(before);
            text.push_str(if ends(after) { &new } else { &old });
            rest = after;
        }
        text.push_str(rest);
        expression.text = text;
    };
    for table in schema.tables.values_mut() {
        for constraint in &mut table.constraints {
            if let ConstraintKind::Check(check) = &mut constraint.kind {
                change(check);
            }
        }
        for index in &mut table.indexes {
            for part in &mut index.parts {
                if let IndexPart::Expression(expression) = part {
                    change(expression);
                }
            }
            index.filter.iter_mut().for_each(change);
        }
        for column in &mut table.columns {
            column.generated.iter_mut().for_each(change);
        }
    }
}

/// Returns whether the server's way to print an expression is known.
pub(super) fn is_certain(schema: &Schema, columns: &[Column], expression: &Expression) -> bool {
    // SQLite keeps what was written.
    schema.dialect == Dialect::Sqlite || spelled(schema, columns, expression).is_some()
}

/// Returns whether the server's way to print the expressions of an index is known.
pub(super) fn is_certain_index(schema: &Schema, columns: &[Column], index: &Index) -> bool {
    let in_part = |part: &IndexPart| match part {
        _ if schema.dialect == Dialect::Sqlite => true,
        IndexPart::Column(_) => true,
        IndexPart::Expression(written) => {
            element(schema, columns, written, index.method.as_deref()).is_some()
        }
    };
    let filter = index.filter.as_ref();
    index.parts.iter().all(in_part)
        && filter.is_none_or(|filter| is_certain(schema, columns, filter))
}

/// After a column has another type, the server makes everything anew that mentions it.
pub(super) fn after_type(schema: &mut Schema, table: &TableName, column: &Ident) {
    let Some(mut found) = schema.tables.get(table).cloned() else { return };
    let columns = found.columns.clone();
    for constraint in &mut found.constraints {
        if let ConstraintKind::Check(check) = &mut constraint.kind
            && check.columns.contains(column)
        {
            text(schema, &columns, check);
        }
    }
    for known in found.indexes.iter_mut().filter(|index| index.mentions(column)) {
        index(schema, &columns, known);
    }
    schema.tables.insert(table.clone(), found);
}
