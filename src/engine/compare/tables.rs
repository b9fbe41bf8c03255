//! The set of tables, and what is inside those that both sides have.

use crate::engine::dialects::Dialect;
use crate::engine::schema::{Ident, Table, TableName};
use crate::ordered::{Map, Set};

use super::{Change, Comparison, Difference, Side, Undecided, columns, constraints};

/// One table that both sides have.
pub(super) struct Pair<'a> {
    pub name: &'a TableName,
    pub from: &'a Table,
    pub to: &'a Table,
    pub dialect: Dialect,
    pub certain: bool,
    pub found: &'a mut Comparison,
}

impl Pair<'_> {
    pub(super) fn add(&mut self, change: Change) {
        let (object, certain) = (self.name.clone(), self.certain);
        self.found.differences.push(Difference { object, change, certain });
    }

    pub(super) fn undecided(&mut self, what: String) {
        self.found.undecided.push(Undecided { object: self.name.clone(), what });
    }
}

pub(super) fn compare(from: &Side, to: &Side, found: &mut Comparison) {
    let names: Set<&TableName> = from.schema.tables.keys().chain(to.schema.tables.keys()).collect();
    let listed = from.open.tables_only || to.open.tables_only;
    if listed && from.schema.tables.keys().any(|name| to.schema.tables.contains_key(name)) {
        found.undecided.push(Undecided {
            object: TableName::plain(Ident::exact("*")),
            what: "columns, keys and indexes of the tables, which one side does not list"
                .to_owned(),
        });
    }
    for name in names {
        let certain = !from.open.covers(name) && !to.open.covers(name);
        let change = match (from.schema.tables.get(name), to.schema.tables.get(name)) {
            (Some(_), Some(_)) if listed => continue,
            (Some(one), Some(other)) => {
                let dialect = to.schema.dialect;
                both(&mut Pair { name, from: one, to: other, dialect, certain, found });
                continue;
            }
            (Some(table), None) => Change::TableRemoved(table.clone()),
            (None, Some(table)) => Change::TableAdded(table.clone()),
            (None, None) => continue,
        };
        if let Change::TableAdded(table) = &change
            && table.open
            && !listed
        {
            let what = format!("what `{name}` holds is not known");
            found.undecided.push(Undecided { object: name.clone(), what });
        }
        found.differences.push(Difference { object: name.clone(), change, certain });
    }
}

fn both(pair: &mut Pair<'_>) {
    let is_bare = |table: &Table| table.open && table.columns.is_empty();
    if is_bare(pair.from) || is_bare(pair.to) {
        let what =
            format!("columns, keys and indexes of `{}` are not known on both sides", pair.name);
        pair.undecided(what);
        return;
    }
    if pair.from.open || pair.to.open {
        pair.undecided(format!("`{}` may have more than is known of it", pair.name));
    }
    details(pair);
    columns::compare(pair);
    constraints::compare(pair);
    constraints::compare_indexes(pair);
}

/// What is said of a table beside its parts.
fn details(pair: &mut Pair<'_>) {
    let of = |table: &Table| -> [(&'static str, Option<String>); 8] {
        let flag = |is: bool| is.then(|| "yes".to_owned());
        let inherits: Vec<String> = table.inherits.iter().map(ToString::to_string).collect();
        [
            ("partitioning", table.partition_by.clone()),
            (
                "partition",
                table.partition_of.as_ref().map(|(parent, values)| format!("{parent} {values}")),
            ),
            ("inheritance", Some(inherits.join(", ")).filter(|text| !text.is_empty())),
            ("unlogged", flag(table.unlogged)),
            ("foreign", flag(table.foreign)),
            ("row level security", flag(table.row_security.enabled)),
            ("row level security for the owner", flag(table.row_security.forced)),
            ("comment", table.comment.clone()),
        ]
    };
    let (from, to) = (of(pair.from), of(pair.to));
    for ((what, from), (_, to)) in from.into_iter().zip(to) {
        if from != to {
            pair.add(Change::TableChanged { what, from, to });
        }
    }
    if pair.from.options != pair.to.options {
        pair.undecided(format!("whether the options of `{}` are the same", pair.name));
    }
}

/// Items of two lists by name: those of both with their partner, then those of one alone.
pub(super) struct Matched<'a, T> {
    pub both: Vec<(&'a T, &'a T)>,
    pub removed: Vec<&'a T>,
    pub added: Vec<&'a T>,
}

pub(super) fn by_name<'a, T>(
    from: &'a [T],
    to: &'a [T],
    name: impl Fn(&T) -> Option<&Ident>,
) -> Matched<'a, T> {
    let named = |items: &'a [T]| -> Map<&'a Ident, &'a T> {
        items.iter().filter_map(|item| Some((name(item)?, item))).collect()
    };
    let (ours, theirs) = (named(from), named(to));
    let mut matched = Matched { both: Vec::new(), removed: Vec::new(), added: Vec::new() };
    for item in from {
        match name(item).and_then(|name| theirs.get(name)) {
            Some(other) => matched.both.push((item, *other)),
            None => matched.removed.push(item),
        }
    }
    let is_new = |item: &&T| !name(item).is_some_and(|name| ours.contains_key(name));
    matched.added = to.iter().filter(is_new).collect();
    matched
}
