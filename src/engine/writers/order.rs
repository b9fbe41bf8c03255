//! Differences → steps in dependency order.
//!
//! Types and sequences first, then what stands in the way of a change, tables and columns, changes of
//! columns, keys, indexes, foreign keys; what loses something comes last.

use std::collections::BTreeSet;

use crate::engine::compare::{Change, Comparison, Difference};
use crate::engine::op::{self, DropKind, EnumPlace, Op};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, Ident, Index, Schema, Table, TableName,
};

use super::{Step, Way, columns, keys};

/// When a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Rename,
    Make,
    /// A name that something new needs.
    GiveWay,
    DropForeignKey,
    DropKey,
    RenameKey,
    /// A computed column in the way of a change of a type.
    DropComputed,
    Table,
    Column,
    Alter,
    /// New columns that are computed from others.
    Computed,
    Key,
    Index,
    ForeignKey,
    Comment,
    /// Rebuilt columns and what hangs on them, then what goes for good.
    Rebuild,
    DropView,
    DropColumn,
    DropTable,
    DropType,
}

/// Steps as they are found.
pub(super) struct Plan<'a> {
    pub from: &'a Schema,
    pub to: &'a Schema,
    pub differences: &'a [Difference],
    steps: Vec<(Phase, Step)>,
    missing: Vec<String>,
}

impl Plan<'_> {
    pub(super) fn add(&mut self, phase: Phase, op: Op) {
        self.steps.push((phase, Step { op, loses: None, note: None }));
    }

    pub(super) fn noted(&mut self, phase: Phase, op: Op, note: &str) {
        self.steps.push((phase, Step { op, loses: None, note: Some(note.to_owned()) }));
    }

    pub(super) fn losing(&mut self, phase: Phase, op: Op, loses: String) {
        self.steps.push((phase, Step { op, loses: Some(loses), note: None }));
    }

    /// A step that loses something together with others.
    pub(super) fn part_of(&mut self, phase: Phase, op: Op, loses: Option<String>) {
        self.steps.push((phase, Step { op, loses, note: None }));
    }

    pub(super) fn missing(&mut self, what: String) {
        self.missing.push(what);
    }

    /// Drops a computed column before the type of what it is computed from changes, which then waits for a
    /// person as the drop does.
    pub(super) fn drop_early(&mut self, of: &TableName, computed: &Column) {
        let feeds = computed.generated.as_ref().map(|one| one.columns.as_slice());
        let loses =
            format!("the values of `{of}.{}`, which are computed again if it stays", computed.name);
        for (phase, step) in &mut self.steps {
            match &step.op {
                Op::DropColumn { table, column, .. } if table == of && column == &computed.name => {
                    *phase = Phase::DropComputed;
                }
                Op::AlterColumnType { table, column, .. }
                | Op::SetDefault { table, column, .. }
                | Op::DropDefault { table, column }
                    if table == of && feeds.unwrap_or_default().contains(column) =>
                {
                    step.loses.get_or_insert_with(|| loses.clone());
                }
                _ => {}
            }
        }
    }

    fn drops(&self, of: &TableName, constraint: &Ident) -> bool {
        self.steps.iter().any(|(_, step)| match &step.op {
            Op::DropConstraint { table, name, .. } => table == of && name == constraint,
            _ => false,
        })
    }

    /// Takes the rename of a constraint back.
    pub(super) fn forget_rename(&mut self, of: &TableName, name: Option<&Ident>) {
        self.steps.retain(|(_, step)| match &step.op {
            Op::RenameConstraint { table, from, .. } => table != of || Some(from) != name,
            _ => true,
        });
    }
}

/// Returns the way from one schema to the other. Without `losing`, steps that lose something are listed and
/// left out.
pub fn way(from: &Schema, to: &Schema, comparison: &Comparison, losing: bool) -> Way {
    let differences = comparison.differences.as_slice();
    let from = &renamed(from, differences);
    let mut plan = Plan { from, to, differences, steps: Vec::new(), missing: Vec::new() };
    make_namespaces(&mut plan);
    for difference in differences {
        of_difference(&mut plan, difference);
    }
    columns::renew_computed(&mut plan);
    keys::free_names(&mut plan);
    keys::renew_foreign_keys(&mut plan);
    tables_in_order(&mut plan);
    drop_tables(&mut plan);
    let Plan { mut steps, missing, .. } = plan;
    steps.sort_by_key(|(phase, _)| *phase);
    let (kept, left_out): (Vec<Step>, Vec<Step>) =
        steps.into_iter().map(|(_, step)| step).partition(|step| losing || step.loses.is_none());
    Way { steps: kept, left_out, missing }
}

/// The schema once the renames are done, which come first.
fn renamed(from: &Schema, differences: &[Difference]) -> Schema {
    let mut schema = from.clone();
    for one in differences {
        let op = match &one.change {
            Change::TableRenamed { from } => {
                Op::RenameTable { from: from.clone(), to: one.object.clone() }
            }
            Change::ColumnRenamed { from, to } => {
                Op::RenameColumn { table: one.object.clone(), from: from.clone(), to: to.clone() }
            }
            _ => continue,
        };
        let _clash = op::apply(&mut schema, &op);
    }
    schema
}

fn of_difference(plan: &mut Plan<'_>, difference: &Difference) {
    let table = difference.object.clone();
    match &difference.change {
        // All at once, in an order of their own.
        Change::TableAdded(_) | Change::TableRemoved(_) => {}
        Change::TableRenamed { from } => {
            plan.add(Phase::Rename, Op::RenameTable { from: from.clone(), to: table });
        }
        Change::ColumnRenamed { from, to } => {
            let (from, to) = (from.clone(), to.clone());
            plan.add(Phase::Rename, Op::RenameColumn { table, from, to });
        }
        Change::ColumnAdded(column) => columns::add(plan, &table, column),
        Change::ColumnRemoved(column) => columns::remove(plan, &table, column),
        Change::ColumnChanged { from, to, aspect } => {
            columns::change(plan, &table, (from, to), *aspect);
        }
        Change::ColumnOrder { .. } => {}
        Change::TableChanged { what, .. } => plan.missing(format!("{what} of `{table}`")),
        Change::ConstraintAdded(one) => keys::add(plan, &table, one),
        Change::ConstraintRemoved(one) => keys::remove(plan, &table, one),
        Change::ConstraintChanged { from, to } => {
            keys::remove(plan, &table, from);
            keys::add(plan, &table, to);
        }
        Change::ConstraintRenamed { from, to } => {
            if let Some(to) = to.name.clone() {
                let op = Op::RenameConstraint { table, from: from.clone(), to };
                plan.add(Phase::RenameKey, op);
            }
        }
        Change::IndexAdded(index) => keys::add_index(plan, &table, index),
        Change::IndexRemoved(index) => keys::remove_index(plan, &table, index),
        Change::IndexChanged { from, to } => {
            keys::remove_index(plan, &table, from);
            keys::add_index(plan, &table, to);
        }
        Change::IndexRenamed { from, to } => {
            if let Some(to) = to.name.clone() {
                let from = TableName { schema: table.schema, name: from.clone() };
                plan.add(Phase::RenameKey, Op::RenameIndex { from, to });
            }
        }
        _ => of_object(plan, difference),
    }
}

fn of_object(plan: &mut Plan<'_>, difference: &Difference) {
    let name = difference.object.clone();
    match &difference.change {
        Change::EnumAdded(values) => {
            let values = values.clone();
            plan.add(Phase::Make, Op::CreateEnum { name, values, if_not_exists: false });
        }
        Change::EnumRemoved(_) => {
            let loses = format!("type `{name}`");
            let op = Op::DropOther { kind: DropKind::Type, name: name.to_string(), cascade: false };
            plan.losing(Phase::DropType, op, loses);
        }
        Change::EnumChanged { from, to } => enum_values(plan, name, from, to),
        Change::OtherAdded(DropKind::View) => {
            plan.missing(format!("view `{name}`, whose definition is not known"));
        }
        Change::OtherAdded(kind) => {
            let owner = plan.to.sequences.get(&name).cloned().flatten();
            plan.add(Phase::Make, Op::CreateOther { kind: *kind, name: name.clone() });
            if owner.is_some() && *kind == DropKind::Sequence {
                plan.add(Phase::Key, Op::OwnSequence { sequence: name, owner });
            }
        }
        Change::OtherRemoved(kind) => {
            let hides = plan.to.tables.contains_key(&name);
            let phase = match kind {
                DropKind::View if hides => Phase::GiveWay,
                DropKind::View | DropKind::MaterializedView => Phase::DropView,
                _ => Phase::DropType,
            };
            let loses = format!("{} `{name}`", kind.word());
            let op = Op::DropOther { kind: *kind, name: name.to_string(), cascade: false };
            plan.losing(phase, op, loses);
        }
        Change::ObjectAdded(name, _)
        | Change::ObjectRemoved(name, _)
        | Change::ObjectChanged { name, .. } => {
            plan.missing(format!("{} `{}`", name.kind.word(), name.name));
        }
        Change::SequenceOwner { to, .. } => {
            plan.add(Phase::Key, Op::OwnSequence { sequence: name, owner: to.clone() });
        }
        _ => {}
    }
}

/// New values can be added; others can only go or move when the type is made anew.
fn enum_values(plan: &mut Plan<'_>, name: TableName, from: &[String], to: &[String]) {
    let kept: Vec<&String> = to.iter().filter(|value| from.contains(value)).collect();
    let is_grown = kept.len() == from.len() && kept.iter().zip(from).all(|(a, b)| *a == b);
    let mut known: Vec<&String> = from.iter().collect();
    for (at, value) in to.iter().enumerate() {
        if known.contains(&value) {
            continue;
        }
        let before = to.iter().skip(at + 1).find(|next| known.contains(next));
        let after = at.checked_sub(1).and_then(|at| to.get(at));
        let place = match (after, before) {
            (_, None) => EnumPlace::Last,
            (Some(after), _) if known.contains(&after) => EnumPlace::After(after.clone()),
            (_, Some(before)) => EnumPlace::Before(before.clone()),
        };
        known.push(value);
        let op = Op::AddEnumValue {
            name: name.clone(),
            value: value.clone(),
            place,
            if_not_exists: false,
        };
        let note = "a value cannot be used in the transaction that adds it";
        plan.noted(Phase::Make, op, note);
    }
    if !is_grown {
        let gone: Vec<String> =
            from.iter().filter(|value| !to.contains(value)).map(|v| format!("`{v}`")).collect();
        let loses = match gone.is_empty() {
            true => format!("the order of the values of `{name}`"),
            false => format!("{} of type `{name}`", gone.join(", ")),
        };
        let op = Op::SetEnumValues { name, values: to.to_vec() };
        plan.losing(Phase::Rebuild, op, loses);
    }
}

/// Schemas that nothing is in yet.
fn make_namespaces(plan: &mut Plan<'_>) {
    let used = |schema: &Schema| -> BTreeSet<Ident> {
        let names = schema.tables.keys().chain(schema.enums.keys()).chain(schema.sequences.keys());
        names.filter_map(|name| name.schema.clone()).collect()
    };
    for name in used(plan.to).difference(&used(plan.from)) {
        let name = TableName::plain(name.clone());
        plan.add(Phase::Make, Op::CreateOther { kind: DropKind::Schema, name });
    }
}

/// New tables, those first that others point at. A key to a table that is not there yet follows later.
fn tables_in_order(plan: &mut Plan<'_>) {
    let mut left: Vec<(TableName, Table)> = Vec::new();
    for difference in plan.differences {
        if let Change::TableAdded(table) = &difference.change {
            left.push((difference.object.clone(), table.clone()));
        }
    }
    let mut made: BTreeSet<TableName> = BTreeSet::new();
    while !left.is_empty() {
        let waiting: BTreeSet<TableName> = left.iter().map(|(name, _)| name.clone()).collect();
        let is_free = |(name, table): &(TableName, Table)| {
            targets(table).all(|target| target == name || !waiting.contains(target))
        };
        let at = left.iter().position(is_free).unwrap_or(0);
        let (name, table) = left.remove(at);
        create(plan, &name, &table, &made);
        made.insert(name);
    }
}

fn targets(table: &Table) -> impl Iterator<Item = &TableName> {
    table.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some(&key.ref_table),
        _ => None,
    })
}

fn create(plan: &mut Plan<'_>, name: &TableName, table: &Table, made: &BTreeSet<TableName>) {
    let unknown = table.columns.iter().find(|column| column.data_type.is_none());
    if table.open || unknown.is_some() {
        plan.missing(format!("table `{name}`, of which not all is known"));
        return;
    }
    let now = |constraint: &&Constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => &key.ref_table == name || made.contains(&key.ref_table),
        // Of two keys over the same columns in one statement the server makes one.
        ConstraintKind::Unique { columns } => {
            let same = |other: &&Constraint| match &other.kind {
                ConstraintKind::PrimaryKey { columns: own }
                | ConstraintKind::Unique { columns: own } => own == columns,
                _ => false,
            };
            table.constraints.iter().find(same) == Some(constraint)
        }
        _ => true,
    };
    let (inside, later): (Vec<&Constraint>, Vec<&Constraint>) =
        table.constraints.iter().partition(now);
    let columns = table.columns.iter().map(|column| columns::made(plan.to, name, column));
    let op = Op::CreateTable {
        table: name.clone(),
        columns: columns.collect(),
        constraints: inside.into_iter().cloned().collect(),
        if_not_exists: false,
        open: false,
    };
    plan.add(Phase::Table, op);
    for column in &table.columns {
        columns::own_sequence(plan, name, column);
        if let Some(comment) = &column.comment {
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

/// Tables that go, those first that nothing else that goes points at.
fn drop_tables(plan: &mut Plan<'_>) {
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

/// The relations that an index or constraint makes have names of their own.
pub(super) fn relation_names(table: &Table) -> impl Iterator<Item = &Ident> {
    let of_keys = table.constraints.iter().filter(|one| {
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
