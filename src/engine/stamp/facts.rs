//! A schema as facts that are cheap to compare, table by table.

use crate::ordered::{Map, Set};

use crate::engine::schema::{ConstraintKind, Ident, Schema, Table, TableName};

/// The facts of each table; enum types stand among them under their names.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    tables: Map<TableName, Set<String>>,
}

impl Facts {
    pub fn of(schema: &Schema, skips: fn(&TableName) -> bool) -> Self {
        let mut facts = Self::default();
        facts.update(&Schema::default(), schema, skips, |_, _| {});
        facts
    }

    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    pub fn count(&self) -> usize {
        self.tables.values().map(Set::len).sum()
    }

    /// Returns how many facts of one table only one side has.
    pub fn distance(&self, table: &TableName, other: Option<&Set<String>>) -> usize {
        let none = Set::new();
        let (own, other) = (self.tables.get(table).unwrap_or(&none), other.unwrap_or(&none));
        own.symmetric_difference(other).count()
    }

    /// Returns the distance of each table that either side has.
    pub fn distances(&self, other: &Self) -> Map<TableName, usize> {
        let names: Set<&TableName> = self.tables.keys().chain(other.tables.keys()).collect();
        let one = |name: &TableName| (name.clone(), self.distance(name, other.tables.get(name)));
        names.into_iter().map(one).collect()
    }

    /// Takes what is no longer as it was before; `changed` is told of each table.
    pub fn update(
        &mut self,
        before: &Schema,
        now: &Schema,
        skips: fn(&TableName) -> bool,
        mut changed: impl FnMut(&TableName, Option<&Set<String>>),
    ) {
        let tables = before.tables.keys().chain(now.tables.keys());
        let enums = before.enums.keys().chain(now.enums.keys());
        let names: Set<&TableName> = tables.chain(enums).filter(|name| !skips(name)).collect();
        for name in names {
            let (old, new) = (before.tables.get(name), now.tables.get(name));
            let (old_values, new_values) = (before.enums.get(name), now.enums.get(name));
            if old == new && old_values == new_values {
                continue;
            }
            let mut facts = new.map(of_table).unwrap_or_default();
            facts.extend(new_values.into_iter().flatten().map(|value| ["value ", value].concat()));
            if facts.is_empty() {
                self.tables.remove(name);
            } else {
                self.tables.insert(name.clone(), facts);
            }
            changed(name, self.tables.get(name));
        }
    }
}

/// Texts of expressions are left out: one side may spell them otherwise.
fn of_table(table: &Table) -> Set<String> {
    let list = |columns: &[Ident]| -> String {
        columns.iter().map(Ident::as_str).collect::<Vec<_>>().join(",")
    };
    let mut facts = Set::from(["table".to_owned()]);
    for column in &table.columns {
        let name = column.name.as_str();
        facts.insert(["column ", name].concat());
        facts.insert(["type ", name, " ", column.data_type.as_deref().unwrap_or("?")].concat());
        facts.insert(["null ", name, if column.nullable { " yes" } else { " no" }].concat());
        let is_set = column.default.is_some() || column.identity.is_some();
        facts.insert(["default ", name, if is_set { " yes" } else { " no" }].concat());
    }
    for one in &table.constraints {
        let name = one.name.as_ref().map_or("", Ident::as_str);
        let what = match &one.kind {
            ConstraintKind::PrimaryKey { columns } => ["primary ", &list(columns)].concat(),
            ConstraintKind::Unique { columns } => ["unique ", &list(columns)].concat(),
            ConstraintKind::ForeignKey(key) => {
                let rule = key.on_delete.as_deref().unwrap_or("");
                ["key ", &list(&key.columns), " ", &key.ref_table.to_string(), " ", rule].concat()
            }
            ConstraintKind::Check(_) => ["check ", name].concat(),
            ConstraintKind::Exclusion(_) => ["exclusion ", name].concat(),
        };
        facts.insert(what);
    }
    for index in &table.indexes {
        let name = index.name.as_ref().map_or("", Ident::as_str);
        let unique = if index.unique { " unique " } else { " " };
        facts.insert(["index ", name, unique, &list(&index.columns())].concat());
    }
    facts
}
