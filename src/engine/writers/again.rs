//! What a database says again as a whole where another changes a part: MySQL a column, SQLite a table.
//!
//! A table of SQLite is made anew beside the old one and takes its rows and its place, as its documentation
//! tells it (lang_altertable, section 7).

use crate::engine::dialects::Dialect;
use crate::engine::schema::{Column, Ident, Index, ObjectKind, Schema, Table, TableName};

use super::objects;
use super::parts::{create_index, create_table, definition, inline_check, named, quoted};
use crate::engine::op::Detail;

/// What something is after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    Column(TableName, Column),
    /// With the indexes that it has by then.
    Table(TableName, Table),
}

impl Becomes {
    /// Takes the step.
    pub(super) fn apply(&self, schema: &mut Schema) {
        match self {
            Self::Column(table, column) => {
                let columns = schema.tables.get_mut(table).map(|table| &mut table.columns);
                for known in columns.into_iter().flatten().filter(|one| one.name == column.name) {
                    known.clone_from(column);
                }
            }
            Self::Table(name, table) => {
                let old = schema.tables.remove(name).unwrap_or_default();
                let is_gone = |column: &Column| table.column(&column.name).is_none();
                let gone: Vec<&Column> = old.columns.iter().filter(|one| is_gone(one)).collect();
                let stays = |index: &&Index| !gone.iter().any(|one| index.mentions(&one.name));
                let indexes = old.indexes.iter().filter(stays).cloned().collect();
                schema.tables.insert(name.clone(), Table { indexes, ..table.clone() });
            }
        }
    }
}

/// The statements that make it so.
pub(super) fn statements(becomes: &Becomes, before: &Schema) -> Vec<String> {
    let dialect = before.dialect;
    match becomes {
        Becomes::Column(table, column) => {
            let constraints = before.tables.get(table).map(|found| found.constraints.as_slice());
            let check = inline_check(column, constraints.unwrap_or_default());
            let (own, column) = (named(table, dialect), definition(column, dialect));
            vec![["ALTER TABLE ", &own, " MODIFY COLUMN ", &column, &check].concat()]
        }
        Becomes::Table(table, _) => {
            let mut after = before.clone();
            becomes.apply(&mut after);
            let (Some(old), Some(new)) = (before.tables.get(table), after.tables.get(table)) else {
                return Vec::new();
            };
            remade(table, (old, new), &after)
        }
    }
}

/// The words around a table that is made anew. A pragma about keys does nothing inside of a transaction.
const BEFORE: [&str; 3] = ["PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON", "BEGIN"];
const AFTER: [&str; 2] = ["COMMIT", "PRAGMA legacy_alter_table = OFF"];

fn remade(table: &TableName, (old, new): (&Table, &Table), after: &Schema) -> Vec<String> {
    let dialect = Dialect::Sqlite;
    let mut aside = [table.name.as_str(), "__new"].concat();
    while after.tables.keys().any(|other| other.name.as_str() == aside) {
        aside.push('_');
    }
    let aside = TableName { schema: table.schema.clone(), name: Ident::exact(aside) };
    let kept = new.columns.iter().filter(|column| {
        let there = old.column(&column.name).is_some_and(|old| old.generated.is_none());
        column.generated.is_none() && there
    });
    let kept: Vec<String> = kept.map(|column| quoted(&column.name, dialect)).collect();
    let (kept, from, to) = (kept.join(", "), named(table, dialect), named(&aside, dialect));
    let options: Vec<Detail> = new.options.clone().map(Detail::Options).into_iter().collect();
    let mut all: Vec<String> = BEFORE.map(str::to_owned).to_vec();
    all.push(create_table(&aside, (&new.columns, &new.constraints), &options, dialect));
    if !kept.is_empty() {
        all.push(["INSERT INTO ", &to, " (", &kept, ") SELECT ", &kept, " FROM ", &from].concat());
    }
    all.push(["DROP TABLE ", &from].concat());
    all.push(["ALTER TABLE ", &to, " RENAME TO ", &quoted(&table.name, dialect)].concat());
    all.extend(new.indexes.iter().map(|index| create_index(table, index, false, dialect)));
    for (own, object) in &after.objects {
        if own.table.as_ref() == Some(table) && own.kind == ObjectKind::Trigger {
            all.push(objects::define(own, &object.definition, false, dialect));
        }
    }
    all.extend(AFTER.map(str::to_owned));
    all
}
