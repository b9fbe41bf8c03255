//! Differences → steps in dependency order.
//!
//! Types and sequences first, then what stands in the way of a change, tables and columns, changes of
//! columns, keys, indexes, foreign keys; what loses something comes last.
//!
//! In: two schemas and their differences.
//! Out: a [`Way`].
//! Never: how a step is written.

mod again;
mod columns;
mod defined;
mod keys;
mod needs;
mod tables;

use crate::engine::compare::{Change, Comparison, Difference, Side, compare};
use crate::engine::dialects::Dialect;
use crate::engine::op::{self, Detail, DropKind, EnumPlace, Op};
use crate::engine::schema::{Column, Constraint, ConstraintKind, Ident, Schema, TableName};
use crate::ordered::Set;

use super::{Step, Way};

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
    /// Tables become partitions.
    Attach,
    Column,
    Alter,
    /// New columns that are computed from others.
    Computed,
    Key,
    /// Keys and indexes of partitioned tables, which take those of their partitions for their own.
    KeyOver,
    Index,
    IndexOver,
    ForeignKey,
    View,
    /// Triggers, policies, rules and the like.
    Upon,
    Comment,
    Grant,
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
    pub(super) steps: Vec<(Phase, Step)>,
    missing: Vec<String>,
    /// Of `to`.
    owned: columns::Owned<'a>,
}

impl<'a> Plan<'a> {
    fn new(from: &'a Schema, to: &'a Schema, differences: &'a [Difference]) -> Self {
        let owned = columns::Owned::of(to);
        Self { from, to, differences, steps: Vec::new(), missing: Vec::new(), owned }
    }
}

impl Plan<'_> {
    pub(super) fn add(&mut self, phase: Phase, op: Op) {
        self.steps.push((phase, Step::new(op)));
    }

    /// A step whose statement says more of its table.
    pub(super) fn detailed(&mut self, phase: Phase, op: Op, with: Vec<Detail>, note: Option<&str>) {
        let note = note.map(str::to_owned);
        self.steps.push((phase, Step { with, note, ..Step::new(op) }));
    }

    pub(super) fn noted(&mut self, phase: Phase, op: Op, note: &str) {
        self.detailed(phase, op, Vec::new(), Some(note));
    }

    pub(super) fn losing(&mut self, phase: Phase, op: Op, loses: String) {
        self.part_of(phase, op, Some(loses));
    }

    /// A step that loses something together with others.
    pub(super) fn part_of(&mut self, phase: Phase, op: Op, loses: Option<String>) {
        self.steps.push((phase, Step { loses, ..Step::new(op) }));
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

    pub(super) fn drops(&self, of: &TableName, constraint: &Ident) -> bool {
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
    if from.dialect != to.dialect {
        let (from, to) = (from.dialect.row().title, to.dialect.row().title);
        let missing = vec![["all of it: there is no way from ", from, " to ", to].concat()];
        return Way { missing, ..Way::default() };
    }
    let differences = comparison.differences.as_slice();
    let from = &renamed(from, differences);
    let mut plan = Plan::new(from, to, differences);
    make_namespaces(&mut plan);
    for difference in differences {
        of_difference(&mut plan, difference);
    }
    columns::renew_computed(&mut plan);
    keys::free_names(&mut plan);
    keys::renew_foreign_keys(&mut plan);
    tables::in_order(&mut plan);
    tables::drop(&mut plan);
    defined::renew_views(&mut plan);
    finished(plan, losing)
}

/// Returns what makes a schema from nothing, with what is no part of any comparison: grants, comments on
/// objects, publications.
pub fn whole(schema: Schema) -> Way {
    let nothing = Side { schema: Schema::empty(schema.dialect), ..Side::default() };
    let all = Side { schema, ..Side::default() };
    let found = compare(&nothing, &all);
    let differences = found.differences.as_slice();
    let mut plan = Plan::new(&nothing.schema, &all.schema, differences);
    make_namespaces(&mut plan);
    for difference in differences {
        of_difference(&mut plan, difference);
    }
    tables::in_order(&mut plan);
    defined::beside(&mut plan);
    finished(plan, false)
}

fn finished(mut plan: Plan<'_>, losing: bool) -> Way {
    again::fold(&mut plan);
    let Plan { mut steps, missing, .. } = plan;
    steps.sort_by_key(|(phase, _)| *phase);
    // Where an index is comes after all else: it has the name of what it needs.
    let is_place =
        |step: &Step| matches!(&step.op, Op::Define { name, .. } if name.is_place_of_index());
    let (places, steps): (Vec<Step>, Vec<Step>) =
        steps.into_iter().map(|(_, step)| step).partition(is_place);
    let mut steps = needs::in_order(steps);
    steps.extend(places);
    let (kept, left_out): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| losing || step.loses.is_none());
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
        Change::TableChanged { what, to, .. } => tables::change(plan, table, what, to.clone()),
        Change::ConstraintAdded(one) => keys::add(plan, &table, one),
        Change::ConstraintRemoved(one) => keys::remove(plan, &table, one),
        Change::ConstraintChanged { from, to } => {
            keys::remove(plan, &table, from);
            keys::add(plan, &table, to);
        }
        // To MySQL only an index has a name that can be changed.
        Change::ConstraintRenamed { from, to }
            if plan.to.dialect == Dialect::MySql
                && !matches!(to.kind, ConstraintKind::Unique { .. }) =>
        {
            keys::remove(plan, &table, &Constraint { name: Some(from.clone()), ..to.clone() });
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
        Change::OtherAdded(DropKind::View) => defined::add_view(plan, name),
        Change::OtherAdded(DropKind::Extension) => defined::add_extension(plan, name),
        Change::OtherAdded(kind) => {
            let owner = plan.to.sequences.get(&name).cloned().flatten();
            plan.add(Phase::Make, Op::CreateOther { kind: *kind, name: name.clone() });
            if *kind == DropKind::Sequence {
                defined::sequence_options(plan, &name);
                if owner.is_some() {
                    plan.add(Phase::Key, Op::OwnSequence { sequence: name, owner });
                }
            }
        }
        // All at once, in an order of their own.
        Change::OtherRemoved(DropKind::View) if defined::view(plan.from, &name).is_some() => {}
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
        Change::ObjectAdded(name, definition) => defined::add(plan, name, definition),
        Change::ObjectRemoved(name, _) => defined::remove(plan, name),
        Change::ObjectChanged { name, to, .. } => defined::change(plan, name, to),
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
    let used = |schema: &Schema| -> Set<Ident> {
        let names = schema.tables.keys().chain(schema.enums.keys()).chain(schema.sequences.keys());
        let names = names.chain(schema.objects.keys().map(|object| &object.name));
        names.filter_map(|name| name.schema.clone()).chain(schema.schemas.iter().cloned()).collect()
    };
    for name in used(plan.to).difference(&used(plan.from)) {
        let name = TableName::plain(name.clone());
        plan.add(Phase::Make, Op::CreateOther { kind: DropKind::Schema, name });
    }
}
