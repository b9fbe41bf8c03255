//! Steps for whole tables.

use crate::engine::compare::Change;
use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, Op};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, Ident, Index, Schema, Table, TableName,
};
use crate::ordered::{Map, Set};

use super::{Phase, Plan};
use super::{again, columns, defined, keys};

/// New tables, those first that others point at. A key to a table that is not there yet follows later.
pub(super) fn in_order(plan: &mut Plan<'_>) {
    let mut left: Vec<(&TableName, &Table)> = Vec::new();
    for difference in plan.differences {
        if let Change::TableAdded(table) = &difference.change {
            left.push((&difference.object, table));
        }
    }
    let places: Map<&TableName, usize> =
        left.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    // For each its own count of tables that have to be there before, and those that wait for it.
    let mut waits: Vec<usize> = Vec::new();
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); left.len()];
    for (at, (name, table)) in left.iter().enumerate() {
        let before: Set<usize> = targets(table)
            .filter(|of| of != name)
            .filter_map(|of| places.get(of))
            .copied()
            .collect();
        waits.push(before.len());
        for other in before.iter() {
            behind.get_mut(*other).into_iter().for_each(|all| all.push(at));
        }
    }
    let mut rest: Set<usize> = (0..left.len()).collect();
    let mut free: Set<usize> =
        rest.iter().copied().filter(|at| waits.get(*at) == Some(&0)).collect();
    let mut made: Set<TableName> = Set::new();
    let stored = defined::stored(plan.to);
    // In a circle the first begins.
    while let Some(at) = free.first().or_else(|| rest.first()).copied() {
        free.remove(&at);
        rest.remove(&at);
        let Some((name, table)) = left.get(at).copied() else { continue };
        create(plan, name, table, &made);
        for (own, definition) in stored.get(name).into_iter().flatten() {
            defined::add(plan, own, definition);
        }
        made.insert(name.clone());
        for other in behind.get(at).into_iter().flatten() {
            let Some(count) = waits.get_mut(*other) else { continue };
            *count -= 1;
            if *count == 0 && rest.contains(other) {
                free.insert(*other);
            }
        }
    }
}

fn targets(table: &Table) -> impl Iterator<Item = &TableName> {
    let parents = table.inherits.iter().chain(table.partition_of.iter().map(|(parent, _)| parent));
    let keys = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(&key.ref_table),
        _ => None,
    });
    keys.chain(parents)
}

fn create(plan: &mut Plan<'_>, name: &TableName, table: &Table, made: &Set<TableName>) {
    let unknown = table.columns.iter().find(|column| column.data_type.is_none());
    if table.open || unknown.is_some() {
        plan.missing(format!("table `{name}`, of which not all is known"));
        return;
    }
    let (inside, later): (Vec<&Constraint>, Vec<&Constraint>) =
        table.constraints.iter().partition(|one| is_said_inside(one, plan.to, (name, table), made));
    let (mut own, mut identities) = (Vec::new(), Vec::new());
    for column in table.columns.iter().filter(|column| !is_inherited(plan.to, table, column)) {
        let mut made = columns::made(plan.to, name, column);
        let identity = columns::named_identity(plan, name, column);
        if !identity.is_empty() {
            made.identity = None;
            identities.extend(identity);
        }
        let leads = |one: &&Constraint| match &one.kind {
            ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
                columns.first() == Some(&column.name)
            }
            _ => false,
        };
        if !inside.iter().any(leads) && again::counts_later(plan, name, column) {
            made.identity = None;
        }
        own.push(made);
    }
    let op = Op::CreateTable {
        table: name.clone(),
        columns: own,
        constraints: inside.into_iter().cloned().collect(),
        if_not_exists: false,
        open: false,
    };
    plan.detailed(Phase::Table, op, details(table), None);
    for op in identities {
        plan.add(Phase::Alter, op);
    }
    let of = |detail| Op::Detail { table: name.clone(), detail };
    if let Some((parent, values)) = &table.partition_of {
        plan.add(Phase::Attach, of(Detail::PartitionOf(parent.clone(), values.clone())));
    }
    if table.comment.is_some() {
        plan.add(Phase::Comment, of(Detail::Comment(table.comment.clone())));
    }
    if table.row_security.enabled {
        plan.add(Phase::Upon, Op::RowSecurity { table: name.clone(), enabled: true });
    }
    if table.row_security.forced {
        plan.add(Phase::Upon, of(Detail::Forced(true)));
    }
    for column in &table.columns {
        columns::own_sequence(plan, name, column);
        if let Some(comment) = &column.comment
            && plan.to.dialect != Dialect::MySql
        {
            columns::comment(plan, name, &column.name, Some(comment.clone()));
        }
    }
    for constraint in later {
        keys::add(plan, name, constraint);
    }
    for index in &table.indexes {
        keys::add_index(plan, name, index);
    }
}

/// Whether a constraint stands in the statement that makes its table.
fn is_said_inside(
    constraint: &Constraint,
    schema: &Schema,
    (name, table): (&TableName, &Table),
    made: &Set<TableName>,
) -> bool {
    match &constraint.kind {
        // It has no words for adding one later, and minds no table that is not there yet.
        _ if schema.dialect == Dialect::Sqlite => true,
        // The index that such a key needs comes first, under its own name.
        ConstraintKind::ForeignKey(_) if schema.dialect == Dialect::MySql => false,
        ConstraintKind::Check(_) => !constraint.traits.not_valid,
        // A key of a partitioned table takes those of its partitions for its own, once they are there.
        _ if table.partition_by.is_some() => false,
        ConstraintKind::ForeignKey(key) => {
            // A unique index comes after its table, and so does what points at it.
            let target = schema.tables.get(&key.ref_table);
            let is_key = |other: &Constraint| match &other.kind {
                ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
                    columns.len() == key.ref_columns.len()
                        && columns.iter().all(|column| key.ref_columns.contains(column))
                }
                _ => false,
            };
            (&key.ref_table == name || made.contains(&key.ref_table))
                && target.is_some_and(|target| {
                    target.partition_by.is_none() && target.constraints.iter().any(is_key)
                })
                && !constraint.traits.not_valid
                && table.partition_of.is_none()
        }
        // Of two keys over the same columns in one statement the server makes one.
        ConstraintKind::Unique { columns } if schema.dialect == Dialect::PostgreSql => {
            let same = |other: &&Constraint| match &other.kind {
                ConstraintKind::PrimaryKey { columns: own }
                | ConstraintKind::Unique { columns: own } => own == columns,
                _ => false,
            };
            table.constraints.iter().find(same) == Some(constraint)
        }
        _ => true,
    }
}

/// Whether a table has a column from a parent, as the parent has it.
fn is_inherited(schema: &Schema, table: &Table, column: &Column) -> bool {
    table.inherits.iter().filter_map(|parent| schema.tables.get(parent)?.column(&column.name)).any(
        |parent| {
            parent.data_type == column.data_type
                && parent.default == column.default
                && parent.nullable == column.nullable
        },
    )
}

/// What the statement that makes a table says of it besides.
fn details(table: &Table) -> Vec<Detail> {
    let mut details = Vec::new();
    if table.unlogged {
        details.push(Detail::Unlogged);
    }
    if table.foreign {
        details.push(Detail::Foreign);
    }
    if !table.inherits.is_empty() {
        details.push(Detail::Inherits(table.inherits.clone()));
    }
    details.extend(table.partition_by.clone().map(Detail::PartitionBy));
    details.extend(table.options.clone().map(Detail::Options));
    details
}

/// Something about a table beside its parts, as the comparison words it.
pub(super) fn change(plan: &mut Plan<'_>, table: TableName, what: &str, to: Option<String>) {
    let label = format!("{what} of `{table}`");
    let found = plan.to.tables.get(&table);
    let attached = found.and_then(|found| found.partition_of.clone());
    let was_attached =
        plan.from.tables.get(&table).is_some_and(|found| found.partition_of.is_some());
    let (phase, detail) = match what {
        "comment" => (Phase::Comment, Detail::Comment(to)),
        "row level security" => {
            plan.add(Phase::Upon, Op::RowSecurity { table, enabled: to.is_some() });
            return;
        }
        "row level security for the owner" => (Phase::Upon, Detail::Forced(to.is_some())),
        "unlogged" if to.is_some() => (Phase::Alter, Detail::Unlogged),
        "partition" if !was_attached && attached.is_some() => {
            let Some((parent, values)) = attached else { return };
            (Phase::Attach, Detail::PartitionOf(parent, values))
        }
        _ => return plan.missing(label),
    };
    plan.add(phase, Op::Detail { table, detail });
}

/// Tables that go, those first that nothing else that goes points at.
pub(super) fn drop(plan: &mut Plan<'_>) {
    let mut left: Vec<(TableName, Table)> = Vec::new();
    for difference in plan.differences {
        if let Change::TableRemoved(table) = &difference.change {
            left.push((difference.object.clone(), table.clone()));
        }
    }
    while !left.is_empty() {
        let is_free = |name: &TableName| {
            !left.iter().any(|(other, table)| other != name && targets(table).any(|t| t == name))
        };
        let at = left.iter().position(|(name, _)| is_free(name));
        let (name, table) = match at {
            Some(at) => left.remove(at),
            None if plan.to.dialect == Dialect::Sqlite => left.remove(0),
            None => {
                // A circle: the keys of one have to go first.
                let Some((name, table)) = left.first_mut() else { break };
                let name = name.clone();
                let keys = keys::foreign_keys(table).map(|(key, _)| key.clone());
                let keys: Vec<Ident> = keys.filter(|key| !plan.drops(&name, key)).collect();
                table.constraints.retain(|one| !matches!(one.kind, ConstraintKind::ForeignKey(_)));
                for key in keys {
                    let op = Op::DropConstraint {
                        table: name.clone(),
                        name: key.clone(),
                        if_exists: false,
                        cascade: false,
                    };
                    plan.losing(Phase::DropTable, op, format!("constraint `{key}` of `{name}`"));
                }
                continue;
            }
        };
        let loses = format!("table `{name}` with its rows");
        let _rows = table;
        let op = Op::DropTable { table: name, if_exists: false, cascade: false };
        plan.losing(Phase::DropTable, op, loses);
    }
}

/// The relations that an index or constraint makes have names of their own; to SQLite an index alone does.
pub(super) fn relation_names(table: &Table, dialect: Dialect) -> impl Iterator<Item = &Ident> {
    let of_keys = table.constraints.iter().filter(move |_| dialect == Dialect::PostgreSql);
    let of_keys = of_keys.filter(|one| {
        matches!(
            one.kind,
            ConstraintKind::PrimaryKey { .. }
                | ConstraintKind::Unique { .. }
                | ConstraintKind::Exclusion(_)
        )
    });
    let keys = of_keys.filter_map(|one| one.name.as_ref());
    keys.chain(table.indexes.iter().filter_map(|index: &Index| index.name.as_ref()))
}
