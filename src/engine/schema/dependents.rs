//! What depends on a table or a column: what a drop of it takes along, or is refused for.

use crate::wire::{ObjectKind as Kind, ObjectRef};

use super::{ConstraintKind, Ident, ObjectKind, Schema, TableName};

/// How something depends on a table or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    ForeignKey,
    View,
    Sequence,
    Partition,
    /// A table that inherits.
    Child,
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
    /// Of a foreign key, the columns that point.
    pub columns: Vec<Ident>,
}

/// Returns what depends on a table, or on one of its columns. What a view or function reads is known by the
/// words in its definition, so a view may be named that reads another table of the same name.
pub fn dependents(schema: &Schema, table: &TableName, column: Option<&Ident>) -> Vec<Dependent> {
    let mut all = Vec::new();
    let add = |all: &mut Vec<Dependent>, how, kind, of: &TableName, name: Option<&Ident>| {
        all.push(Dependent { how, object: object(kind, of, name), columns: Vec::new() });
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
                let object = object(Kind::Constraint, other, one.name.as_ref());
                let columns = one.kind.columns().to_vec();
                all.push(Dependent { how: How::ForeignKey, object, columns });
            } else if mentions {
                add(&mut all, How::Constraint, Kind::Constraint, other, one.name.as_ref());
            }
        }
        let is_part = found.partition_of.as_ref().is_some_and(|(parent, _)| parent == table);
        if column.is_none() && is_part {
            add(&mut all, How::Partition, Kind::Table, other, None);
        } else if column.is_none() && found.inherits.contains(table) {
            add(&mut all, How::Child, Kind::Table, other, None);
        }
        let Some(column) = column.filter(|_| is_own) else { continue };
        for index in found.indexes.iter().filter(|index| index.mentions(column)) {
            add(&mut all, How::Index, Kind::Index, other, index.name.as_ref());
        }
        for one in &found.columns {
            if one.generated.as_ref().is_some_and(|text| text.columns.contains(column)) {
                add(&mut all, How::Computed, Kind::Column, other, Some(&one.name));
            }
        }
    }
    for (name, owner) in &schema.sequences {
        let is_owned = owner
            .as_ref()
            .is_some_and(|(of, by)| of == table && column.is_none_or(|column| by == column));
        if is_owned {
            add(&mut all, How::Sequence, Kind::Sequence, name, None);
        }
    }
    for (name, object) in &schema.objects {
        let is_view = matches!(name.kind, ObjectKind::View | ObjectKind::MaterializedView);
        let is_on = name.table.as_ref() == Some(table)
            && column.is_none_or(|column| object.mentions(&[column.as_str()]));
        let reads = || object.mentions(&[table.name.as_str()]);
        let reads_column = || column.is_none_or(|column| object.mentions(&[column.as_str()]));
        match name.kind {
            _ if is_view && reads() && reads_column() => {
                add(&mut all, How::View, Kind::View, &name.name, None);
            }
            ObjectKind::Trigger if is_on => {
                add(&mut all, How::Trigger, Kind::Trigger, table, Some(&name.name.name));
            }
            ObjectKind::Policy if is_on => {
                add(&mut all, How::Policy, Kind::Policy, table, Some(&name.name.name));
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
