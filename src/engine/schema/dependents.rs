//! What depends on a table or a column: what a drop of it takes along, or is refused for.

use crate::wire::{ObjectKind as Kind, ObjectRef};

use super::{ConstraintKind, Ident, Object, ObjectKind, Schema, TableName};

/// How something depends on a table or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    ForeignKey,
    View,
    Sequence,
    /// A partition or a table that inherits.
    Part,
    Trigger,
    Policy,
    Index,
    Constraint,
    Computed,
}

/// One thing that depends on another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    pub how: How,
    pub object: ObjectRef,
}

/// Returns what depends on a table, or on one of its columns. What a view or function reads is known by the
/// words in its definition, so a view may be named that reads another table of the same name.
pub fn dependents(schema: &Schema, table: &TableName, column: Option<&Ident>) -> Vec<Dependent> {
    let mut all = Vec::new();
    let mut add = |how, kind, of: &TableName, name: Option<&Ident>| {
        all.push(Dependent { how, object: object(kind, of, name) });
    };
    for (other, found) in &schema.tables {
        let is_own = other == table;
        for one in &found.constraints {
            let points = match &one.kind {
                ConstraintKind::ForeignKey(key) => {
                    &key.ref_table == table
                        && column.is_none_or(|column| key.ref_columns.contains(column))
                        && (!is_own || column.is_some())
                }
                _ => false,
            };
            let mentions = is_own && column.is_some_and(|name| one.kind.columns().contains(name));
            if points {
                add(How::ForeignKey, Kind::Constraint, other, one.name.as_ref());
            } else if mentions {
                add(How::Constraint, Kind::Constraint, other, one.name.as_ref());
            }
        }
        let is_part = found.partition_of.as_ref().is_some_and(|(parent, _)| parent == table);
        if column.is_none() && (is_part || found.inherits.contains(table)) {
            add(How::Part, Kind::Table, other, None);
        }
        let Some(column) = column.filter(|_| is_own) else { continue };
        for index in found.indexes.iter().filter(|index| index.mentions(column)) {
            add(How::Index, Kind::Index, other, index.name.as_ref());
        }
        for one in &found.columns {
            if one.generated.as_ref().is_some_and(|text| text.columns.contains(column)) {
                add(How::Computed, Kind::Column, other, Some(&one.name));
            }
        }
    }
    for (name, owner) in &schema.sequences {
        let is_owned = owner
            .as_ref()
            .is_some_and(|(of, by)| of == table && column.is_none_or(|column| by == column));
        if is_owned {
            add(How::Sequence, Kind::Sequence, name, None);
        }
    }
    for (name, object) in &schema.objects {
        let is_view = matches!(name.kind, ObjectKind::View | ObjectKind::MaterializedView);
        let is_on = name.table.as_ref() == Some(table)
            && column.is_none_or(|column| says(object, column.as_str()));
        let reads = || says(object, table.name.as_str());
        let reads_column = || column.is_none_or(|column| says(object, column.as_str()));
        match name.kind {
            _ if is_view && reads() && reads_column() => {
                add(How::View, Kind::View, &name.name, None);
            }
            ObjectKind::Trigger if is_on => {
                add(How::Trigger, Kind::Trigger, table, Some(&name.name.name));
            }
            ObjectKind::Policy if is_on => {
                add(How::Policy, Kind::Policy, table, Some(&name.name.name));
            }
            _ => {}
        }
    }
    all
}

/// What stands beside tables has a name and no table.
fn object(kind: Kind, of: &TableName, name: Option<&Ident>) -> ObjectRef {
    let own = of.name.to_string();
    let (table, name) = match kind {
        Kind::View | Kind::Sequence => (None, Some(own)),
        _ => (Some(own), name.map(ToString::to_string)),
    };
    ObjectRef { kind, schema: of.schema.as_ref().map(ToString::to_string), table, name }
}

fn says(object: &Object, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    object.definition.split(|c| !is_name(c)).any(|found| found == word)
}
