//! Two small schemas → what is other in the second.

use crate::engine::schema::{Column, Constraint, Ident, Index, Schema, Table, TableName};
use crate::ordered::Map;
use crate::wire::ObjectKind;

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was not there before.
    LeftBehind,
    /// It was there before.
    Gone,
    /// It is there, and is other than before.
    Changed,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    pub fate: Fate,
    pub kind: ObjectKind,
    pub table: Option<TableName>,
    /// The column, constraint or index in its table; otherwise the object itself.
    pub name: Option<String>,
    /// What is other: `type`, `default`… Empty for the whole object.
    pub property: &'static str,
}

impl Trace {
    fn of(fate: Fate, kind: ObjectKind, table: &TableName, name: Option<&Ident>) -> Self {
        let name = name.map(|name| name.as_str().to_owned());
        Self { fate, kind, table: Some(table.clone()), name, property: "" }
    }

    fn free(fate: Fate, kind: ObjectKind, name: impl ToString) -> Self {
        Self { fate, kind, table: None, name: Some(name.to_string()), property: "" }
    }

    /// Returns the difference in a few words: "column `person.nick`", "the type of column `person.nick`".
    pub fn text(&self) -> String {
        let name = match (&self.table, &self.name) {
            (Some(table), Some(name)) => format!("{table}.{name}"),
            (Some(table), None) => table.to_string(),
            (None, name) => name.clone().unwrap_or_default(),
        };
        match self.property {
            "" => format!("{} `{name}`", self.kind.word()),
            property => format!("the {property} of {} `{name}`", self.kind.word()),
        }
    }
}

/// Returns the differences, in the order of names.
pub(super) fn traces(before: &Schema, after: &Schema) -> Vec<Trace> {
    let mut found = Vec::new();
    let tables = pairs(&before.tables, &after.tables);
    for (name, pair) in tables {
        match pair {
            Pair::Both(before, after) => of_table(name, before, after, &mut found),
            Pair::One(fate) => found.push(Trace::of(fate, ObjectKind::Table, name, None)),
        }
    }
    for (name, pair) in pairs(&before.enums, &after.enums) {
        match pair {
            Pair::Both(before, after) if before == after => {}
            Pair::Both(..) => found.push(Trace {
                property: "values",
                ..Trace::free(Fate::Changed, ObjectKind::Type, name)
            }),
            Pair::One(fate) => found.push(Trace::free(fate, ObjectKind::Type, name)),
        }
    }
    for (name, pair) in pairs(&before.sequences, &after.sequences) {
        match pair {
            Pair::Both(before, after) if before == after => {}
            Pair::Both(..) => found.push(Trace {
                property: "owner",
                ..Trace::free(Fate::Changed, ObjectKind::Sequence, name)
            }),
            Pair::One(fate) => found.push(Trace::free(fate, ObjectKind::Sequence, name)),
        }
    }
    let mut sets = |kind, before: Vec<String>, after: Vec<String>| {
        let gone = before.iter().filter(|name| !after.contains(name));
        found.extend(gone.map(|name| Trace::free(Fate::Gone, kind, name)));
        let left = after.iter().filter(|name| !before.contains(name));
        found.extend(left.map(|name| Trace::free(Fate::LeftBehind, kind, name)));
    };
    let views = |schema: &Schema| schema.views.iter().map(ToString::to_string).collect();
    sets(ObjectKind::View, views(before), views(after));
    let extensions = |schema: &Schema| schema.extensions.iter().map(ToString::to_string).collect();
    sets(ObjectKind::Extension, extensions(before), extensions(after));
    let schemas = |schema: &Schema| schema.schemas.iter().map(ToString::to_string).collect();
    sets(ObjectKind::Schema, schemas(before), schemas(after));
    found
}

fn of_table(name: &TableName, before: &Table, after: &Table, found: &mut Vec<Trace>) {
    // So it is of most.
    if before == after {
        return;
    }
    let columns = |table: &Table| -> Map<Ident, Column> {
        table.columns.iter().map(|column| (column.name.clone(), column.clone())).collect()
    };
    let (old, new) = (columns(before), columns(after));
    for (column, pair) in pairs(&old, &new) {
        match pair {
            Pair::Both(old, new) => of_column(name, old, new, found),
            Pair::One(fate) => found.push(Trace::of(fate, ObjectKind::Column, name, Some(column))),
        }
    }
    let constraints = |table: &Table| -> Map<Option<Ident>, Constraint> {
        table.constraints.iter().map(|one| (one.name.clone(), one.clone())).collect()
    };
    let (old, new) = (constraints(before), constraints(after));
    parts(name, ObjectKind::Constraint, &old, &new, found);
    let indexes = |table: &Table| -> Map<Option<Ident>, Index> {
        table.indexes.iter().map(|one| (one.name.clone(), one.clone())).collect()
    };
    let (old, new) = (indexes(before), indexes(after));
    parts(name, ObjectKind::Index, &old, &new, found);
    let rest = |table: &Table| Table {
        columns: Vec::new(),
        constraints: Vec::new(),
        indexes: Vec::new(),
        ..table.clone()
    };
    if rest(before) != rest(after) {
        let trace = Trace::of(Fate::Changed, ObjectKind::Table, name, None);
        found.push(Trace { property: "options", ..trace });
    }
}

fn parts<T: PartialEq>(
    table: &TableName,
    kind: ObjectKind,
    before: &Map<Option<Ident>, T>,
    after: &Map<Option<Ident>, T>,
    found: &mut Vec<Trace>,
) {
    for (name, pair) in pairs(before, after) {
        let fate = match pair {
            Pair::Both(before, after) if before == after => continue,
            Pair::Both(..) => Fate::Changed,
            Pair::One(fate) => fate,
        };
        found.push(Trace::of(fate, kind, table, name.as_ref()));
    }
}

/// Where a column stands among the others is left out: a server adds columns at the end, so no downgrade
/// brings a dropped one back to its place.
fn of_column(table: &TableName, before: &Column, after: &Column, found: &mut Vec<Trace>) {
    let properties = [
        ("type", before.data_type != after.data_type || before.collation != after.collation),
        ("nullability", before.nullable != after.nullable),
        ("default", before.default != after.default),
        ("identity", before.identity != after.identity),
        ("expression", before.generated != after.generated),
        ("comment", before.comment != after.comment),
    ];
    for (property, _) in properties.iter().filter(|(_, differs)| *differs) {
        let trace = Trace::of(Fate::Changed, ObjectKind::Column, table, Some(&before.name));
        found.push(Trace { property, ..trace });
    }
}

enum Pair<'a, T> {
    Both(&'a T, &'a T),
    One(Fate),
}

fn pairs<'a, K: Ord, T>(before: &'a Map<K, T>, after: &'a Map<K, T>) -> Vec<(&'a K, Pair<'a, T>)> {
    let mut all: Vec<(&K, Pair<'_, T>)> = before
        .iter()
        .map(|(name, old)| match after.get(name) {
            Some(new) => (name, Pair::Both(old, new)),
            None => (name, Pair::One(Fate::Gone)),
        })
        .collect();
    let new = after.keys().filter(|name| !before.contains_key(name));
    all.extend(new.map(|name| (name, Pair::One(Fate::LeftBehind))));
    crate::ordered::sort_by(&mut all, |a, b| a.0.cmp(b.0));
    all
}
