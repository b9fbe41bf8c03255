//! Differences → rows of the wire value: what each is about, and how both sides have it in SQL.

use crate::engine::compare::{Aspect, Change, Difference};
use crate::engine::dialects::Dialect;
use crate::engine::op::DropKind;
use crate::engine::schema::{
    Column, Constraint, Ident, Index, ObjectKind as Kept, ObjectName, Schema, TableName,
};
use crate::engine::writers::parts;
use crate::wire::diff::{DifferenceKind, DifferenceView};
use crate::wire::words::count;
use crate::wire::{ObjectKind, ObjectRef};

/// A table, or something in it.
pub(super) fn object(kind: ObjectKind, table: &TableName, name: Option<&Ident>) -> ObjectRef {
    ObjectRef {
        kind,
        schema: table.schema.as_ref().map(ToString::to_string),
        table: Some(table.name.to_string()),
        name: name.map(ToString::to_string),
    }
}

/// What has a name of its own beside tables.
fn named(kind: ObjectKind, name: &TableName) -> ObjectRef {
    ObjectRef {
        kind,
        schema: name.schema.as_ref().map(ToString::to_string),
        table: None,
        name: Some(name.name.to_string()),
    }
}

/// The parts of a row: what it is about, how, and the two texts.
type Row = (ObjectRef, DifferenceKind, Option<String>, Option<String>);

/// Returns a difference as a row, without its causes.
pub(super) fn difference(one: &Difference, goal: &Schema) -> DifferenceView {
    let mut aspect = None;
    if let Change::ColumnChanged { aspect: of, .. } = &one.change {
        aspect = Some(of.word().to_owned());
    }
    if let Change::TableChanged { what, .. } = &one.change {
        aspect = Some((*what).to_owned());
    }
    let (object, kind, before, after) = row(one, goal);
    let causes = Vec::new();
    let (certain, dependents) = (one.certain, Vec::new());
    DifferenceView { object, kind, aspect, before, after, certain, causes, dependents }
}

fn row(one: &Difference, goal: &Schema) -> Row {
    use DifferenceKind::{Added, Changed, Removed, Renamed, Reordered};
    let (table, dialect) = (&one.object, goal.dialect);
    let of_table = || object(ObjectKind::Table, table, None);
    let part = |kind, name: Option<&Ident>| object(kind, table, name);
    let column = |name: &Ident| part(ObjectKind::Column, Some(name));
    let texts = |names: &[Ident]| {
        Some(names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    };
    match &one.change {
        Change::TableAdded(found) => (of_table(), Added, None, Some(size(found.columns.len()))),
        Change::TableRemoved(found) => (of_table(), Removed, Some(size(found.columns.len())), None),
        Change::TableRenamed { from } => {
            (of_table(), Renamed, Some(from.to_string()), Some(table.to_string()))
        }
        Change::TableChanged { from, to, .. } => (of_table(), Changed, from.clone(), to.clone()),
        Change::ColumnAdded(new) => {
            (column(&new.name), Added, None, Some(parts::column_text(new, dialect)))
        }
        Change::ColumnRemoved(old) => {
            (column(&old.name), Removed, Some(parts::column_text(old, dialect)), None)
        }
        Change::ColumnRenamed { from, to } => {
            (column(to), Renamed, Some(from.to_string()), Some(to.to_string()))
        }
        Change::ColumnChanged { from, to, aspect } => {
            (column(&to.name), Changed, aspect_text(from, *aspect), aspect_text(to, *aspect))
        }
        Change::ColumnOrder { from, to } => (of_table(), Reordered, texts(from), texts(to)),
        _ => row_of_key(one, dialect).unwrap_or_else(|| row_of_object(one, goal)),
    }
}

/// A constraint or an index.
fn row_of_key(one: &Difference, dialect: Dialect) -> Option<Row> {
    use DifferenceKind::{Added, Changed, Removed, Renamed};
    let table = &one.object;
    let part = |kind, name: Option<&Ident>| object(kind, table, name);
    let constraint = |one: &Constraint| {
        (
            part(ObjectKind::Constraint, one.name.as_ref()),
            Some(parts::constraint_body(one, dialect)),
        )
    };
    let index = |one: &Index| {
        let text = parts::create_index(table, one, false, dialect);
        (part(ObjectKind::Index, one.name.as_ref()), Some(text))
    };
    Some(match &one.change {
        Change::ConstraintAdded(new) => {
            let (object, text) = constraint(new);
            (object, Added, None, text)
        }
        Change::ConstraintRemoved(old) => {
            let (object, text) = constraint(old);
            (object, Removed, text, None)
        }
        Change::ConstraintChanged { from, to } => {
            let (object, text) = constraint(to);
            (object, Changed, constraint(from).1, text)
        }
        Change::ConstraintRenamed { from, to } => {
            let object = part(ObjectKind::Constraint, to.name.as_ref());
            (object, Renamed, Some(from.to_string()), to.name.as_ref().map(ToString::to_string))
        }
        Change::IndexAdded(new) => {
            let (object, text) = index(new);
            (object, Added, None, text)
        }
        Change::IndexRemoved(old) => {
            let (object, text) = index(old);
            (object, Removed, text, None)
        }
        Change::IndexChanged { from, to } => {
            let (object, text) = index(to);
            (object, Changed, index(from).1, text)
        }
        Change::IndexRenamed { from, to } => {
            let object = part(ObjectKind::Index, to.name.as_ref());
            (object, Renamed, Some(from.to_string()), to.name.as_ref().map(ToString::to_string))
        }
        _ => return None,
    })
}

fn row_of_object(one: &Difference, goal: &Schema) -> Row {
    use DifferenceKind::{Added, Changed, Removed};
    let name = &one.object;
    let list = |values: &[String]| {
        Some(values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", "))
    };
    let kept = |name: &ObjectName| match &name.table {
        Some(table) => object(kept_kind(name.kind), table, Some(&name.name.name)),
        None => named(kept_kind(name.kind), &name.name),
    };
    match &one.change {
        Change::EnumAdded(values) => (named(ObjectKind::Type, name), Added, None, list(values)),
        Change::EnumRemoved(values) => (named(ObjectKind::Type, name), Removed, list(values), None),
        Change::EnumChanged { from, to } => {
            (named(ObjectKind::Type, name), Changed, list(from), list(to))
        }
        Change::OtherAdded(kind) => {
            let owner = goal.sequences.get(name).and_then(Option::as_ref);
            let owner = owner.map(|(table, column)| format!("owned by {table}.{column}"));
            (named(other_kind(*kind), name), Added, None, owner)
        }
        Change::OtherRemoved(kind) => (named(other_kind(*kind), name), Removed, None, None),
        Change::ObjectAdded(name, text) => (kept(name), Added, None, Some(text.clone())),
        Change::ObjectRemoved(name, text) => (kept(name), Removed, Some(text.clone()), None),
        Change::ObjectChanged { name, from, to } => {
            (kept(name), Changed, Some(from.clone()), Some(to.clone()))
        }
        Change::SequenceOwner { from, to } => {
            let owner = |of: &Option<(TableName, Ident)>| {
                of.as_ref().map(|(table, column)| format!("owned by {table}.{column}"))
            };
            (named(ObjectKind::Sequence, name), Changed, owner(from), owner(to))
        }
        _ => (named(ObjectKind::Table, name), Changed, None, None),
    }
}

fn size(columns: usize) -> String {
    count(columns, "column", "columns")
}

fn other_kind(kind: DropKind) -> ObjectKind {
    match kind {
        DropKind::View | DropKind::MaterializedView => ObjectKind::View,
        DropKind::Extension => ObjectKind::Extension,
        DropKind::Schema => ObjectKind::Schema,
        DropKind::Sequence => ObjectKind::Sequence,
        _ => ObjectKind::Type,
    }
}

fn kept_kind(kind: Kept) -> ObjectKind {
    match kind {
        Kept::View | Kept::MaterializedView => ObjectKind::View,
        Kept::Function | Kept::Procedure | Kept::Aggregate => ObjectKind::Function,
        Kept::Trigger | Kept::EventTrigger | Kept::Rule => ObjectKind::Trigger,
        Kept::Policy => ObjectKind::Policy,
        _ => ObjectKind::Type,
    }
}

fn aspect_text(column: &Column, aspect: Aspect) -> Option<String> {
    match aspect {
        Aspect::Type => column.data_type.clone(),
        Aspect::Nullable => Some(if column.nullable { "NULL" } else { "NOT NULL" }.to_owned()),
        Aspect::Default => column.default.clone(),
        Aspect::Identity => column.identity.map(|identity| parts::words(identity).to_owned()),
        Aspect::Generated => column.generated.as_ref().map(|one| one.text.clone()),
        Aspect::Collation => column.collation.clone(),
        Aspect::Comment => column.comment.clone(),
        Aspect::Also => (!column.also.is_empty()).then(|| column.also.join(" ")),
    }
}
