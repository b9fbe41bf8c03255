//! Pieces of the SQL that ways out are written in, with the names at hand.

use crate::engine::op::Op;
use crate::engine::schema::{Column, ForeignKey, Ident, Index, IndexPart, TableName};

use crate::wire::Language;

use super::{Note, StepView, locks};

/// Returns names between commas, as SQL has them.
pub fn columns(names: &[Ident]) -> String {
    names.iter().map(Ident::quoted).collect::<Vec<_>>().join(", ")
}

/// Returns the name of a constraint or index in SQL, or the one that PostgreSQL would choose.
pub fn named(name: Option<&Ident>, table: &TableName, of: &[Ident], suffix: &str) -> String {
    if let Some(name) = name {
        return name.quoted();
    }
    let middle: String = of.iter().map(|column| format!("{column}_")).collect();
    Ident::exact(format!("{}_{middle}{suffix}", table.name)).quoted()
}

/// Returns the name of an index in SQL, with the schema that its table is in.
pub fn beside(table: &TableName, name: &str) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{name}", schema.quoted()),
        None => name.to_owned(),
    }
}

/// Returns the statement that takes a constraint away, both names as SQL has them.
pub fn drop_constraint(table: &str, name: &str) -> String {
    format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};")
}

/// Returns the statements that build an index beside running work, what a failed try left behind first.
pub fn build(table: &TableName, name: &str, parts: &str, unique: bool) -> String {
    let (gone, on) = (drop_index(&beside(table, name)), table.quoted());
    let unique = if unique { "UNIQUE " } else { "" };
    format!("{gone}\nCREATE {unique}INDEX CONCURRENTLY IF NOT EXISTS {name} ON {on} {parts};")
}

/// Returns the statement that takes an index away beside running work.
pub fn drop_index(name: &str) -> String {
    format!("DROP INDEX CONCURRENTLY IF EXISTS {name};")
}

/// Returns the statement that takes an index away beside running work, and what builds it again. A revision
/// has to be able to go back, so none where the index is not known.
pub fn drop_known(view: &StepView<'_>, name: &TableName) -> Option<(String, String)> {
    let again = locks::indexed(view.before.schema(), &name.name).and_then(|table| {
        let is_it = |index: &&Index| index.name.as_ref() == Some(&name.name);
        let known = view.table(table)?.indexes.iter().find(is_it)?;
        Some(build(table, &name.name.quoted(), &index_parts(known), known.unique))
    });
    if view.is_revision() && again.is_none() {
        return None;
    }
    Some((drop_index(&name.quoted()), again.unwrap_or_default()))
}

/// Returns `FOREIGN KEY (…) REFERENCES …`.
pub fn foreign_key(key: &ForeignKey) -> String {
    let mut text =
        format!("FOREIGN KEY ({}) REFERENCES {}", columns(&key.columns), key.ref_table.quoted());
    if !key.ref_columns.is_empty() {
        text.push_str(&format!(" ({})", columns(&key.ref_columns)));
    }
    for (word, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        text.extend(action.as_ref().map(|action| format!(" ON {word} {action}")));
    }
    text
}

/// Returns what follows `ON table` of an index.
pub fn index_parts(index: &Index) -> String {
    let part = |part: &IndexPart| match part {
        IndexPart::Column(name) => name.quoted(),
        IndexPart::Expression(expression) => expression.text.clone(),
    };
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let using = index.method.as_ref().map(|method| format!("USING {method} "));
    let mut text = format!("{}({})", using.unwrap_or_default(), parts.join(", "));
    if !index.include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", columns(&index.include)));
    }
    text.extend(index.filter.as_ref().map(|filter| format!(" WHERE {}", filter.text)));
    text
}

/// Adds the step that makes the column by itself, where the same statement adds it with what a note is about.
pub fn bare(note: Note, view: &StepView<'_>, table: &TableName, of: &[Ident]) -> Note {
    let Some(column) = added_with(view, table, of) else { return note };
    let data_type = column.data_type.as_deref().unwrap_or("text");
    let (table, name) = (table.quoted(), column.name.quoted());
    let sql = format!("ALTER TABLE {table} ADD COLUMN {name} {data_type};");
    note.run("Add the bare column.", Language::Sql, sql)
}

/// Returns the column that the same statement adds, when the step is about it.
pub fn added_with<'a>(view: &StepView<'a>, table: &TableName, of: &[Ident]) -> Option<&'a Column> {
    let same = view.done_with_it().iter().rev();
    same.filter_map(|step| match &step.op {
        Op::AddColumn { table: to, column, .. } if to == table => Some(column),
        _ => None,
    })
    .find(|column| of.contains(&column.name))
}
