//! Steps as they are applied → which of them touched what.

use crate::engine::op::{self, Clash, ConstraintKind, DropKind, Op};
use crate::engine::schema::{self, Constraint, Ident, Index, Schema, Table, TableName};
use crate::ordered::Map;
use crate::wire::ObjectKind;

use super::RevisionIx;

/// The steps that touched each thing, oldest first. What was dropped keeps its own, and what was renamed
/// takes them along.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touches {
    of: Map<Thing, Vec<Touch>>,
}

/// A step of a revision's `upgrade`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    pub revision: RevisionIx,
    /// Which of its steps.
    pub step: usize,
}

/// What has a name of its own: the table, or the type, view, sequence; its kind; what of it. Constraints and
/// indexes share their names, and are of one kind here.
type Thing = (TableName, ObjectKind, Option<Ident>);

impl Touches {
    /// Returns the steps that touched something, oldest first. `part` names the column, constraint or index
    /// of a table; the table, type, view, sequence or extension itself has none.
    pub fn of(&self, kind: ObjectKind, name: &TableName, part: Option<&Ident>) -> &[Touch] {
        let thing = (name.clone(), one_kind(kind), part.cloned());
        self.of.get(&thing).map_or(&[], Vec::as_slice)
    }

    /// Returns every step that touched something, some of them several times.
    pub fn all(&self) -> impl Iterator<Item = Touch> {
        self.of.values().flatten().copied()
    }

    /// Applies one op and notes what it touched. On `Err` the schema is as it was, and nothing is noted.
    pub fn apply(&mut self, schema: &mut Schema, op: &Op, touch: Touch) -> Result<(), Clash> {
        let leaving = leaving(schema, op);
        let was_there = is_there(schema, op);
        op::apply(schema, op)?;
        if was_there {
            return Ok(());
        }
        for (table, parts) in leaving {
            let after = schema.tables.get(&table).map(parts_of).unwrap_or_default();
            for part in parts.into_iter().filter(|part| !after.contains(part)) {
                self.note((table.clone(), part.0, Some(part.1)), touch);
            }
        }
        self.of_table(schema, op, touch);
        self.of_other(op, touch);
        Ok(())
    }

    fn of_table(&mut self, schema: &Schema, op: &Op, touch: Touch) {
        let column = ObjectKind::Column;
        match op {
            Op::CreateTable { table, .. } => {
                self.note((table.clone(), ObjectKind::Table, None), touch);
                for (kind, name) in schema.tables.get(table).map(parts_of).unwrap_or_default() {
                    self.note((table.clone(), kind, Some(name)), touch);
                }
            }
            Op::DropTable { table, .. }
            | Op::RowSecurity { table, .. }
            | Op::Detail { table, .. } => {
                self.note((table.clone(), ObjectKind::Table, None), touch);
            }
            Op::RenameTable { from, to } => {
                for (_, kind, part) in self.things_of(from) {
                    let is_table = part.is_none();
                    let (old, new) = ((from.clone(), kind, part.clone()), (to.clone(), kind, part));
                    self.rename(old, new, is_table.then_some(touch));
                }
            }
            Op::RenameColumn { table, from, to } => {
                let thing = |name: &Ident| (table.clone(), column, Some(name.clone()));
                self.rename(thing(from), thing(to), Some(touch));
            }
            Op::RenameConstraint { table, from, to } => self.rename_part(table, from, to, touch),
            Op::RenameIndex { from, to } => {
                let has = |table: &Table| parts_of(table).iter().any(|(_, name)| name == to);
                let found = schema
                    .tables
                    .iter()
                    .find(|(name, table)| name.schema == from.schema && has(table));
                if let Some((table, _)) = found {
                    self.rename_part(table, &from.name, to, touch);
                }
            }
            Op::AddConstraint { table, kind, .. } => {
                let added = schema.tables.get(table).and_then(|found| found.constraints.last());
                self.note_named(table, added.and_then(|added| added.name.as_ref()), touch);
                if let ConstraintKind::PrimaryKey { columns } = kind {
                    for name in columns {
                        self.note((table.clone(), column, Some(name.clone())), touch);
                    }
                }
            }
            Op::CreateIndex { table, .. } => {
                let added = schema.tables.get(table).and_then(|found| found.indexes.last());
                self.note_named(table, added.and_then(|added| added.name.as_ref()), touch);
            }
            _ => {
                if let Some((table, name)) = column_of(op) {
                    self.note((table.clone(), column, Some(name.clone())), touch);
                }
            }
        }
    }

    /// Types, views, sequences, extensions.
    fn of_other(&mut self, op: &Op, touch: Touch) {
        match op {
            Op::CreateEnum { name, .. }
            | Op::AddEnumValue { name, .. }
            | Op::SetEnumValues { name, .. }
            | Op::RenameEnumValue { name, .. } => {
                self.note((name.clone(), ObjectKind::Type, None), touch);
            }
            Op::RenameType { from, to } => {
                let thing = |name: &TableName| (name.clone(), ObjectKind::Type, None);
                self.rename(thing(from), thing(to), Some(touch));
            }
            Op::RenameSequence { from, to } => {
                let thing = |name: &TableName| (name.clone(), ObjectKind::Sequence, None);
                self.rename(thing(from), thing(to), Some(touch));
            }
            Op::OwnSequence { sequence, .. } => {
                self.note((sequence.clone(), ObjectKind::Sequence, None), touch);
            }
            Op::Define { name, .. } => {
                if let Some(kind) = kind_of_object(name.kind) {
                    self.note((name.name.clone(), kind, None), touch);
                }
            }
            Op::CreateOther { kind, name } => {
                if let Some(kind) = kind_of_drop(*kind) {
                    self.note((name.clone(), kind, None), touch);
                }
            }
            Op::DropOther { kind, name, .. } => {
                let Some(kind) = kind_of_drop(*kind) else { return };
                let is_it = |thing: &&Thing| thing.1 == kind && thing.0.to_string() == *name;
                if let Some(thing) = self.of.keys().find(is_it).cloned() {
                    self.note(thing, touch);
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, thing: Thing, touch: Touch) {
        let touches = self.of.entry(thing).or_default();
        if touches.last() != Some(&touch) {
            touches.push(touch);
        }
    }

    fn note_named(&mut self, table: &TableName, name: Option<&Ident>, touch: Touch) {
        if let Some(name) = name {
            self.note((table.clone(), ObjectKind::Constraint, Some(name.clone())), touch);
        }
    }

    fn rename_part(&mut self, table: &TableName, from: &Ident, to: &Ident, touch: Touch) {
        let thing = |name: &Ident| (table.clone(), ObjectKind::Constraint, Some(name.clone()));
        self.rename(thing(from), thing(to), Some(touch));
    }

    /// The old name keeps what happened under it.
    fn rename(&mut self, from: Thing, to: Thing, touch: Option<Touch>) {
        let mut touches = self.of.get(&from).cloned().unwrap_or_default();
        touches.extend(touch);
        if let Some(touch) = touch {
            self.note(from, touch);
        }
        self.of.insert(to, touches);
    }

    fn things_of(&self, table: &TableName) -> Vec<Thing> {
        let of_tables = [ObjectKind::Table, ObjectKind::Column, ObjectKind::Constraint];
        let all = self.of.range((table.clone(), ObjectKind::Database, None)..);
        let own = all.map(|(thing, _)| thing).take_while(|thing| &thing.0 == table);
        own.filter(|thing| of_tables.contains(&thing.1)).cloned().collect()
    }
}

fn one_kind(kind: ObjectKind) -> ObjectKind {
    if kind == ObjectKind::Index { ObjectKind::Constraint } else { kind }
}

/// The columns, constraints and indexes of a table.
fn parts_of(table: &Table) -> Vec<(ObjectKind, Ident)> {
    let columns = table.columns.iter().map(|column| (ObjectKind::Column, column.name.clone()));
    let mut parts: Vec<_> = columns.collect();
    parts.extend(names(&table.constraints, &table.indexes));
    parts
}

fn names<'a>(
    constraints: &'a [Constraint],
    indexes: &'a [Index],
) -> impl Iterator<Item = (ObjectKind, Ident)> + 'a {
    let constraints = constraints.iter().map(|one| &one.name);
    let all = constraints.chain(indexes.iter().map(|one| &one.name)).flatten();
    all.map(|name| (ObjectKind::Constraint, name.clone()))
}

/// Whether what an op makes is there already, so that it does nothing or clashes.
fn is_there(schema: &Schema, op: &Op) -> bool {
    let found = |table: &TableName| schema.tables.get(table);
    match op {
        Op::CreateTable { table, .. } => found(table).is_some(),
        Op::AddColumn { table, column, .. } => {
            found(table).is_some_and(|found| found.column(&column.name).is_some())
        }
        Op::CreateIndex { table, index, .. } => found(table).is_some_and(|found| {
            index.name.is_some() && found.indexes.iter().any(|known| known.name == index.name)
        }),
        _ => false,
    }
}

/// What may go with an op, of the tables in which something may go.
fn leaving(schema: &Schema, op: &Op) -> Vec<(TableName, Vec<(ObjectKind, Ident)>)> {
    let of = |name: &TableName| {
        let found = schema.tables.get(name);
        found.map(|found| (name.clone(), parts_of(found)))
    };
    match op {
        Op::DropTable { cascade: true, .. } | Op::DropOther { cascade: true, .. } => {
            schema.tables.keys().filter_map(of).collect()
        }
        Op::DropTable { table, .. }
        | Op::DropColumn { table, cascade: false, .. }
        | Op::DropConstraint { table, cascade: false, .. } => of(table).into_iter().collect(),
        Op::DropColumn { .. } | Op::DropConstraint { .. } => {
            schema.tables.keys().filter_map(of).collect()
        }
        Op::DropIndex { name, .. } => {
            let near = schema.tables.keys().filter(|table| table.schema == name.schema);
            near.filter_map(of)
                .filter(|(_, parts)| parts.iter().any(|(_, one)| *one == name.name))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The column that an op is about.
fn column_of(op: &Op) -> Option<(&TableName, &Ident)> {
    match op {
        Op::AddColumn { table, column, .. } => Some((table, &column.name)),
        Op::AlterColumnType { table, column, .. }
        | Op::SetNotNull { table, column }
        | Op::DropNotNull { table, column }
        | Op::SetDefault { table, column, .. }
        | Op::DropDefault { table, column }
        | Op::SetIdentity { table, column, .. }
        | Op::SetComment { table, column, .. } => Some((table, column)),
        _ => None,
    }
}

fn kind_of_drop(kind: DropKind) -> Option<ObjectKind> {
    match kind {
        DropKind::Type => Some(ObjectKind::Type),
        DropKind::View | DropKind::MaterializedView => Some(ObjectKind::View),
        DropKind::Sequence => Some(ObjectKind::Sequence),
        DropKind::Extension => Some(ObjectKind::Extension),
        _ => None,
    }
}

fn kind_of_object(kind: schema::ObjectKind) -> Option<ObjectKind> {
    match kind {
        schema::ObjectKind::Type => Some(ObjectKind::Type),
        schema::ObjectKind::View | schema::ObjectKind::MaterializedView => Some(ObjectKind::View),
        schema::ObjectKind::Sequence => Some(ObjectKind::Sequence),
        _ => None,
    }
}
