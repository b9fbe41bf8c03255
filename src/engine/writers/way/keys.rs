//! Steps for constraints and indexes.

use crate::engine::compare::{Aspect, Change};
use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, Op};
use crate::engine::schema::{
    Constraint, ConstraintKind, ConstraintTraits, ForeignKey, Ident, Index, IndexPart, Schema,
    Table, TableName,
};
use crate::ordered::Set;

use super::super::parts::constraint_body;
use super::tables::relation_names;
use super::{Phase, Plan};
use super::{again, columns};

pub(super) fn add(plan: &mut Plan<'_>, table: &TableName, one: &Constraint) {
    if one.kind.columns().iter().any(|column| columns::is_rebuilt(plan, table, column)) {
        return; // It comes with its column.
    }
    let phase = match one.kind {
        ConstraintKind::ForeignKey(_) => Phase::ForeignKey,
        _ if is_partitioned(plan, table) => Phase::KeyOver,
        _ => Phase::Key,
    };
    let op = Op::AddConstraint {
        table: table.clone(),
        name: one.name.clone(),
        kind: one.kind.clone(),
        validated: !one.traits.not_valid,
    };
    let mut with = Vec::new();
    if one.traits != ConstraintTraits::default() {
        with.push(Detail::Constraint(one.name.clone(), one.traits.clone()));
    }
    let unchecked = one.traits.not_valid || one.traits.not_enforced;
    let note = (!unchecked).then_some("every row has to satisfy it");
    plan.detailed(phase, op, with, note);
}

pub(super) fn remove(plan: &mut Plan<'_>, table: &TableName, one: &Constraint) {
    let dialect = plan.to.dialect;
    let name = match &one.name {
        Some(name) => name.clone(),
        // Its table is made anew without it.
        None if dialect == Dialect::Sqlite => Ident::exact(constraint_body(one, dialect)),
        None => {
            plan.missing(format!("a constraint of `{table}` without a name"));
            return;
        }
    };
    if matches!(one.kind, ConstraintKind::PrimaryKey { .. }) {
        again::around_key(plan, table);
    }
    let phase = match one.kind {
        ConstraintKind::ForeignKey(_) => Phase::DropForeignKey,
        _ => Phase::DropKey,
    };
    let table = table.clone();
    plan.add(phase, Op::DropConstraint { table, name, if_exists: false, cascade: false });
}

pub(super) fn add_index(plan: &mut Plan<'_>, table: &TableName, index: &Index) {
    let known = plan.to.tables.get(table).map(|found| found.columns.as_slice());
    let mut mentioned = known.unwrap_or_default().iter().filter(|one| index.mentions(&one.name));
    if mentioned.any(|column| columns::is_rebuilt(plan, table, &column.name)) {
        return; // It comes with its column.
    }
    let phase = if is_partitioned(plan, table) { Phase::IndexOver } else { Phase::Index };
    let (table, index) = (table.clone(), index.clone());
    let op = Op::CreateIndex { table, index, if_not_exists: false, concurrently: false };
    plan.add(phase, op);
}

fn is_partitioned(plan: &Plan<'_>, table: &TableName) -> bool {
    plan.to.tables.get(table).is_some_and(|found| found.partition_by.is_some())
}

pub(super) fn remove_index(plan: &mut Plan<'_>, table: &TableName, index: &Index) {
    let Some(name) = index.name.clone() else { return };
    let name = TableName { schema: table.schema.clone(), name };
    plan.add(Phase::DropKey, Op::DropIndex { name, if_exists: false, concurrently: false });
}

/// Names of indexes that something new needs, and that a table has which goes last or stays for now.
pub(super) fn free_names(plan: &mut Plan<'_>) {
    let dialect = plan.to.dialect;
    // To MySQL each table has names of its own.
    if dialect == Dialect::MySql {
        return;
    }
    let relation_names = |table| relation_names(table, dialect);
    let mut wanted: Set<TableName> = Set::new();
    for (name, table) in &plan.to.tables {
        let known = plan.from.tables.get(name);
        let has = |own: &Ident| known.is_some_and(|table| relation_names(table).any(|n| n == own));
        let news = relation_names(table).filter(|own| !has(own));
        wanted.extend(news.map(|own| TableName { schema: name.schema.clone(), name: own.clone() }));
    }
    let mut taken: Set<String> =
        plan.from.tables.values().flat_map(relation_names).map(ToString::to_string).collect();
    let mut renames = Vec::new();
    for (name, table) in &plan.from.tables {
        if plan.to.tables.contains_key(name) {
            continue;
        }
        for own in relation_names(table) {
            let from = TableName { schema: name.schema.clone(), name: own.clone() };
            if wanted.contains(&from) {
                let mut to = format!("{own}_old");
                while !taken.insert(to.clone()) {
                    to.push('_');
                }
                renames.push(Op::RenameIndex { from, to: Ident::exact(to) });
            }
        }
    }
    for op in renames {
        plan.noted(Phase::GiveWay, op, "something new has this name");
    }
}

/// Foreign keys that stay, and stand in the way of a change of the key they point at or of a type.
pub(super) fn renew_foreign_keys(plan: &mut Plan<'_>) {
    // SQLite looks at them when rows change, and not before.
    if plan.to.dialect == Dialect::Sqlite {
        return;
    }
    let mut renewed: Vec<(TableName, Constraint)> = Vec::new();
    let mut gone: Vec<Op> = Vec::new();
    for (table, known) in &plan.from.tables {
        let Some(after) = plan.to.tables.get(table) else {
            gone.extend(foreign_keys(known).filter(|(_, key)| key_goes(plan, key)).map(
                |(name, _)| Op::DropConstraint {
                    table: table.clone(),
                    name: name.clone(),
                    if_exists: false,
                    cascade: false,
                },
            ));
            continue;
        };
        for one in &known.constraints {
            let ConstraintKind::ForeignKey(key) = &one.kind else { continue };
            let stays = after.constraints.iter().find(|other| other.kind == one.kind);
            let Some(stays) = stays.filter(|_| is_in_the_way(plan, table, key)) else { continue };
            // One that has another name goes and comes anyway.
            if one.name.as_ref().is_some_and(|name| plan.drops(table, name)) {
                continue;
            }
            renewed.push((table.clone(), Constraint { name: one.name.clone(), ..stays.clone() }));
        }
    }
    for op in gone {
        plan.noted(Phase::DropForeignKey, op, "the key that it points at goes");
    }
    for (table, one) in renewed {
        if let Some(name) = one.name.clone() {
            let (table, if_exists) = (table.clone(), false);
            let op = Op::DropConstraint { table, name, if_exists, cascade: false };
            plan.noted(Phase::DropForeignKey, op, "it comes back below");
        }
        // A rename of the key happens to the one that is gone by then.
        let name = plan.to.tables.get(&table).and_then(|after| {
            after.constraints.iter().find(|other| other.kind == one.kind)?.name.clone()
        });
        plan.forget_rename(&table, one.name.as_ref());
        add(plan, &table, &Constraint { name, ..one });
    }
}

/// Foreign keys with their names.
pub(super) fn foreign_keys(table: &Table) -> impl Iterator<Item = (&Ident, &ForeignKey)> {
    table.constraints.iter().filter_map(|one| match (&one.name, &one.kind) {
        (Some(name), ConstraintKind::ForeignKey(key)) => Some((name, key)),
        _ => None,
    })
}

fn is_in_the_way(plan: &Plan<'_>, table: &TableName, key: &ForeignKey) -> bool {
    let type_changes = |of: &TableName, columns: &[Ident]| {
        plan.differences.iter().any(|one| match &one.change {
            Change::ColumnChanged { from, to, aspect: Aspect::Type } => {
                let counts = |text: &Option<String>| {
                    matches!(text.as_deref(), Some("integer" | "bigint" | "smallint"))
                };
                let harmless = counts(&from.data_type) && counts(&to.data_type);
                &one.object == of && columns.contains(&to.name) && !harmless
            }
            _ => false,
        })
    };
    type_changes(table, &key.columns)
        || type_changes(&key.ref_table, &key.ref_columns)
        || key_goes(plan, key)
        || again::needs_index(plan, table, &key.columns)
}

/// Whether the key that a foreign key points at is taken away, or changed.
fn key_goes(plan: &Plan<'_>, key: &ForeignKey) -> bool {
    if again::needs_index(plan, &key.ref_table, &key.ref_columns) {
        return true;
    }
    let is_it = |columns: &[Ident]| {
        columns.len() == key.ref_columns.len()
            && columns.iter().all(|column| key.ref_columns.contains(column))
    };
    plan.differences.iter().filter(|one| one.object == key.ref_table).any(|one| match &one.change {
        Change::ConstraintRemoved(gone) | Change::ConstraintChanged { from: gone, .. } => {
            match &gone.kind {
                ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
                    is_it(columns)
                }
                _ => false,
            }
        }
        Change::IndexRemoved(gone) | Change::IndexChanged { from: gone, .. } => {
            let columns: Vec<Ident> = gone.parts.iter().filter_map(column).collect();
            gone.unique && is_it(&columns)
        }
        _ => false,
    })
}

fn column(part: &IndexPart) -> Option<Ident> {
    match part {
        IndexPart::Column(name) => Some(name.clone()),
        IndexPart::Expression(_) => None,
    }
}

/// Constraints and indexes of a table that cannot be without a column, to be made again with it.
pub(super) fn hanging_on(
    schema: &Schema,
    table: &TableName,
    name: &Ident,
) -> (Vec<Constraint>, Vec<Index>) {
    let Some(found) = schema.tables.get(table) else { return Default::default() };
    let constraints =
        found.constraints.iter().filter(|one| one.kind.columns().contains(name)).cloned();
    let indexes = found.indexes.iter().filter(|index| index.mentions(name)).cloned();
    (constraints.collect(), indexes.collect())
}
