//! The part of a schema that steps can reach.
//!
//! What an op names is reached; and what hangs on a table, column or type that was there before and goes or
//! gets another name: keys that point at it, columns of the type. What the steps themselves make has nothing
//! hanging on it yet, so the common case looks at a few tables and not at all of them.

use crate::engine::op::{ConstraintKind, Detail, DropKind, Op, Step};
use crate::engine::schema::{Constraint, Ident, Schema, TableName};
use crate::ordered::Set;

/// Takes that part out, as a schema of its own.
pub(super) fn take(schema: &Schema, upgrade: &[Step], downgrade: &[Step]) -> Schema {
    let mut reach = Reach {
        schema,
        tables: Set::new(),
        names: Set::new(),
        texts: Set::new(),
        made: Set::new(),
    };
    for step in upgrade.iter().chain(downgrade) {
        reach.enter(&step.op);
    }
    for step in upgrade.iter().chain(downgrade) {
        reach.follow(&step.op);
    }
    reach.part()
}

struct Reach<'a> {
    schema: &'a Schema,
    tables: Set<TableName>,
    /// Types, views, sequences and the like.
    names: Set<TableName>,
    /// The same, of which nothing but the text is known.
    texts: Set<String>,
    /// Indexes that the steps make.
    made: Set<Ident>,
}

impl Reach<'_> {
    fn enter(&mut self, op: &Op) {
        for table in op.tables() {
            self.tables.insert(table.clone());
        }
        match op {
            Op::CreateIndex { index, .. } => self.made.extend(index.name.clone()),
            Op::CreateTable { constraints, .. } => {
                self.keys(constraints.iter().map(|one: &Constraint| &one.kind));
            }
            Op::AddConstraint { kind, .. } => self.keys(std::iter::once(kind)),
            Op::CreateEnum { name, .. }
            | Op::AddEnumValue { name, .. }
            | Op::SetEnumValues { name, .. }
            | Op::RenameEnumValue { name, .. }
            | Op::CreateOther { name, .. } => {
                self.names.insert(name.clone());
            }
            Op::RenameType { from, to } | Op::RenameOther { from, to, .. } => {
                self.names.extend([from.clone(), to.clone()]);
            }
            Op::CreateObject { name, .. } => {
                self.names.insert(name.name.clone());
            }
            Op::DropOther { name, .. } => {
                self.texts.insert(name.clone());
            }
            Op::Define { name, .. } => {
                self.names.insert(name.name.clone());
                self.tables.extend(name.table.clone());
            }
            Op::OwnSequence { sequence, owner } => {
                self.names.insert(sequence.clone());
                self.tables.extend(owner.as_ref().map(|(table, _)| table.clone()));
            }
            Op::Detail {
                detail: Detail::PartitionOf(parent, _) | Detail::Detached { parent, .. },
                ..
            } => {
                self.tables.insert(parent.clone());
            }
            Op::Detail { detail: Detail::Selected(parts), .. } => {
                self.tables.extend(parts.iter().flat_map(|part| &part.from).cloned());
            }
            Op::Detail { detail: Detail::Inherits(parents), .. } => {
                self.tables.extend(parents.iter().cloned());
            }
            _ => {}
        }
    }

    /// Tables that keys point at: their primary keys say which columns are meant.
    fn keys<'b>(&mut self, kinds: impl Iterator<Item = &'b ConstraintKind>) {
        let targets = kinds.filter_map(|kind| match kind {
            ConstraintKind::ForeignKey(key) => Some(key.ref_table.clone()),
            _ => None,
        });
        self.tables.extend(targets);
    }

    /// What hangs on something that was there before.
    fn follow(&mut self, op: &Op) {
        match op {
            Op::DropTable { table, .. } | Op::RenameTable { from: table, .. }
                if self.schema.tables.contains_key(table) =>
            {
                self.pointing_at(table);
            }
            Op::DropColumn { table, column, .. } | Op::RenameColumn { table, from: column, .. }
                if self.has_column(table, column) =>
            {
                self.pointing_at(table);
            }
            Op::DropConstraint { table, name, .. } if self.has_constraint(table, name) => {
                self.pointing_at(table);
            }
            Op::DropIndex { name, .. } | Op::RenameIndex { from: name, .. }
                if !self.made.contains(&name.name) =>
            {
                self.with_index(&name.name);
            }
            Op::RenameType { from, .. } if self.schema.enums.contains_key(from) => {
                self.of_type(&from.quoted());
            }
            Op::DropOther { kind: DropKind::Type, name, .. } => {
                let known = self.schema.enums.keys().find(|known| known.to_string() == *name);
                if let Some(known) = known {
                    self.of_type(&known.quoted());
                }
            }
            _ => {}
        }
    }

    fn has_column(&self, table: &TableName, column: &Ident) -> bool {
        self.schema.tables.get(table).is_some_and(|known| known.column(column).is_some())
    }

    fn has_constraint(&self, table: &TableName, name: &Ident) -> bool {
        let has = |one: &Constraint| one.name.as_ref() == Some(name);
        self.schema.tables.get(table).is_some_and(|known| known.constraints.iter().any(has))
    }

    fn pointing_at(&mut self, table: &TableName) {
        let points = |one: &Constraint| matches!(&one.kind, ConstraintKind::ForeignKey(key) if &key.ref_table == table);
        let found =
            self.schema.tables.iter().filter(|(_, other)| other.constraints.iter().any(points));
        self.tables.extend(found.map(|(name, _)| name.clone()));
    }

    fn with_index(&mut self, index: &Ident) {
        let found =
            self.schema.tables.iter().find(|(_, table)| {
                table.indexes.iter().any(|one| one.name.as_ref() == Some(index))
            });
        self.tables.extend(found.map(|(name, _)| name.clone()));
    }

    fn of_type(&mut self, quoted: &str) {
        let is_of = |data_type: &Option<String>| {
            data_type.as_ref().is_some_and(|text| text.trim_end_matches("[]") == quoted)
        };
        let found = self
            .schema
            .tables
            .iter()
            .filter(|(_, table)| table.columns.iter().any(|column| is_of(&column.data_type)));
        self.tables.extend(found.map(|(name, _)| name.clone()));
    }

    fn part(self) -> Schema {
        let schema = self.schema;
        let mut part = Schema::empty(schema.dialect);
        for name in &self.tables {
            if let Some((name, table)) = schema.tables.get_key_value(name) {
                part.tables.insert(name.clone(), table.clone());
                part.sequences.extend(self.sequences_of(name));
            }
        }
        for name in self.tables.iter().chain(&self.names) {
            part.views.extend(schema.views.get(name).cloned());
            let values = schema.enums.get_key_value(name);
            part.enums.extend(values.map(|(name, values)| (name.clone(), values.clone())));
            let owner = schema.sequences.get_key_value(name);
            part.sequences.extend(owner.map(|(name, owner)| (name.clone(), owner.clone())));
        }
        self.by_text(&mut part);
        let named = |name: &Ident| {
            self.texts.contains(name.as_str()) || self.names.iter().any(|known| &known.name == name)
        };
        part.extensions = schema.extensions.iter().filter(|name| named(name)).cloned().collect();
        part.schemas = schema.schemas.iter().filter(|name| named(name)).cloned().collect();
        let objects = schema.objects.iter().filter(|(name, _)| {
            self.names.contains(&name.name)
                || name.table.as_ref().is_some_and(|table| self.tables.contains(table))
        });
        part.objects.extend(objects.map(|(name, object)| (name.clone(), object.clone())));
        part
    }

    /// Sequences that are named after the table, as the server names those of its columns. One that was
    /// renamed away from it is left out on both sides of the comparison.
    fn sequences_of(&self, table: &TableName) -> Vec<(TableName, Option<(TableName, Ident)>)> {
        let start = format!("{}_", table.name);
        let first = TableName { schema: table.schema.clone(), name: Ident::exact(start.as_str()) };
        let named = self.schema.sequences.range(first..).take_while(|(name, _)| {
            name.schema == table.schema && name.name.as_str().starts_with(&start)
        });
        named.map(|(name, owner)| (name.clone(), owner.clone())).collect()
    }

    /// What a drop names by its text alone.
    fn by_text(&self, part: &mut Schema) {
        if self.texts.is_empty() {
            return;
        }
        let schema = self.schema;
        let is_named = |name: &TableName| self.texts.contains(&name.to_string());
        part.views.extend(schema.views.iter().filter(|name| is_named(name)).cloned());
        let enums = schema.enums.iter().filter(|(name, _)| is_named(name));
        part.enums.extend(enums.map(|(name, values)| (name.clone(), values.clone())));
        let sequences = schema.sequences.iter().filter(|(name, _)| is_named(name));
        part.sequences.extend(sequences.map(|(name, owner)| (name.clone(), owner.clone())));
        let objects = schema.objects.iter().filter(|(name, _)| is_named(&name.name));
        part.objects.extend(objects.map(|(name, object)| (name.clone(), object.clone())));
    }
}
