//! Steps that say a whole again: a column of MySQL, a table of SQLite.

use crate::engine::compare::{Aspect, Change};
use crate::engine::dialects::Dialect;
use crate::engine::op::Op;
use crate::engine::schema::{Column, Ident, Schema, Table, TableName};

use crate::ordered::{Map, Set};

use super::super::{Becomes, Step};
use super::columns::{self, Family, family};
use super::{Phase, Plan};

const BAIL: &str = "makes the table anew: run it so that it stops at the first error (`sqlite3 -bail`), or rows \
                    that the new table refuses are lost with the old one";

/// Enters a change of a column where the database has no words for a part of it; false where it has.
pub(super) fn column(
    plan: &mut Plan<'_>,
    table: &TableName,
    (from, to): (&Column, &Column),
    aspect: Aspect,
) -> bool {
    let is_lite = plan.to.dialect == Dialect::Sqlite;
    if plan.to.dialect == Dialect::PostgreSql || (is_lite && aspect == Aspect::Comment) {
        return false;
    }
    let (own, name) = (table.clone(), to.name.clone());
    let whole = |text: &str| Op::AlterColumnType {
        table: own.clone(),
        column: name.clone(),
        to: Some(text.to_owned()),
        using: None,
    };
    let data_type = to.data_type.as_deref().unwrap_or_default();
    let (mut loses, mut note) = (None, None);
    let mut phase = Phase::Alter;
    let mut target = Column { identity: from.identity.and(to.identity), ..to.clone() };
    let op = match aspect {
        Aspect::Type => {
            let old = from.data_type.as_deref().unwrap_or_default();
            loses = cut(plan.to.dialect, old, data_type).map(|what| {
                [what, " in `", &table.to_string(), ".", to.name.as_str(), "`"].concat()
            });
            note = (plan.to.dialect == Dialect::MySql)
                .then_some("without strict mode, values that do not fit are cut to fit");
            whole(data_type)
        }
        Aspect::Collation => {
            let collation = to.collation.as_deref().unwrap_or("its default");
            whole(&[data_type, "` collated `", collation].concat())
        }
        Aspect::Generated => whole(data_type),
        Aspect::Also => {
            let also: Vec<&str> =
                std::iter::once(data_type).chain(to.also.iter().map(String::as_str)).collect();
            whole(&also.join(" "))
        }
        Aspect::Nullable if to.nullable => Op::DropNotNull { table: own, column: name },
        Aspect::Nullable => {
            note = Some("fails while a row has NULL");
            Op::SetNotNull { table: own, column: name }
        }
        Aspect::Default => columns::default_op(table, to),
        Aspect::Comment => Op::SetComment { table: own, column: name, comment: to.comment.clone() },
        Aspect::Identity => {
            // It counts only by a key, which may come later or go first.
            (phase, target) = match to.identity {
                Some(_) => (Phase::IndexOver, to.clone()),
                None => (Phase::GiveWay, Column { identity: None, ..from.clone() }),
            };
            Op::SetIdentity { table: own, column: name, identity: to.identity, sequence: None }
        }
    };
    let becomes = Some(Becomes::Column(table.clone(), target));
    let note = note.map(str::to_owned);
    plan.steps.push((phase, Step { becomes, loses, note, ..Step::new(op) }));
    true
}

/// What changes without a word from one type to another: SQLite takes text that looks like a number for one.
fn cut(dialect: Dialect, old: &str, new: &str) -> Option<&'static str> {
    let (from, to) = (family(&old.to_lowercase()), family(&new.to_lowercase()));
    match (from, to) {
        (Family::Text, Family::Integer | Family::Decimal) if dialect == Dialect::Sqlite => {
            Some("how numbers are written, such as zeros at the front,")
        }
        _ if dialect == Dialect::Sqlite => None,
        (Family::Decimal, Family::Integer) => Some("decimals"),
        (Family::Decimal, Family::Decimal) => Some("digits that the new type has no room for"),
        (Family::Moment, Family::Day) => Some("the time of day"),
        _ => None,
    }
}

/// A counting column of MySQL, made before the key that it counts by; its counting begins later.
pub(super) fn counts_later(plan: &mut Plan<'_>, table: &TableName, column: &Column) -> bool {
    if plan.to.dialect != Dialect::MySql || column.identity.is_none() {
        return false;
    }
    let plain = Column { identity: None, ..column.clone() };
    column_counts(plan, table, &plain, column);
    true
}

fn column_counts(plan: &mut Plan<'_>, table: &TableName, from: &Column, to: &Column) {
    column(plan, table, (from, to), Aspect::Identity);
}

/// Lets a column stop counting while MySQL has no key that it could count by.
pub(super) fn around_key(plan: &mut Plan<'_>, table: &TableName) {
    if plan.to.dialect != Dialect::MySql {
        return;
    }
    let of = |schema: &Schema| schema.tables.get(table).map(|found| found.columns.clone());
    let (from, to) = (of(plan.from).unwrap_or_default(), of(plan.to).unwrap_or_default());
    for old in from.iter().filter(|column| column.identity.is_some()) {
        let new = to.iter().find(|column| column.name == old.name && column.identity.is_some());
        let Some(new) = new else { continue };
        let plain = |column: &Column| Column { identity: None, ..column.clone() };
        column_counts(plan, table, old, &plain(old));
        column_counts(plan, table, &plain(new), new);
    }
}

/// Puts the steps together that one statement takes.
pub(super) fn fold(plan: &mut Plan<'_>) {
    match plan.to.dialect {
        Dialect::PostgreSql => {}
        Dialect::MySql => columns_of_mysql(plan),
        Dialect::Sqlite => tables_of_sqlite(plan),
    }
}

fn columns_of_mysql(plan: &mut Plan<'_>) {
    let mut kept: Vec<(Phase, Step)> = Vec::new();
    for (phase, step) in std::mem::take(&mut plan.steps) {
        let same = |other: &&mut (Phase, Step)| {
            step.becomes.is_some() && other.0 == phase && other.1.becomes == step.becomes
        };
        match kept.iter_mut().find(same) {
            Some((_, other)) => join(other, step),
            None => kept.push((phase, step)),
        }
    }
    plan.steps = kept;
}

fn join(step: &mut Step, other: Step) {
    if !std::iter::once(&step.op).chain(&step.also).any(|op| *op == other.op) {
        step.also.push(other.op);
    }
    step.also.extend(other.also);
    for (own, new) in [(&mut step.loses, other.loses), (&mut step.note, other.note)] {
        *own = match (own.take(), new) {
            (Some(one), Some(new)) if one != new => Some([one, new].join("; ")),
            (one, new) => one.or(new),
        };
    }
}

/// Changes of a table that its ALTER TABLE has no words for, with all others of the same table: those that
/// lose nothing in one step, the rest in a second.
fn tables_of_sqlite(plan: &mut Plan<'_>) {
    let mut anew: Set<TableName> = Set::new();
    for (_, step) in &plan.steps {
        if let Some(table) = inside(step).filter(|table| !is_plain(plan.from, table, &step.op)) {
            anew.insert(table.clone());
        }
    }
    let mut remade: Map<(TableName, bool), Step> = Map::new();
    let mut held: Map<TableName, Vec<Ident>> = Map::new();
    let mut kept = Vec::new();
    for (phase, step) in std::mem::take(&mut plan.steps) {
        let Some(table) = inside(&step).filter(|table| anew.contains(table)).cloned() else {
            kept.push((phase, step));
            continue;
        };
        if step.loses.is_some()
            && let Op::DropColumn { column, .. } | Op::AlterColumnType { column, .. } = &step.op
        {
            held.entry(table.clone()).or_default().push(column.clone());
        }
        match remade.get_mut(&(table.clone(), step.loses.is_some())) {
            Some(other) => join(other, step),
            None => {
                remade.insert((table, step.loses.is_some()), step);
            }
        }
    }
    for ((table, loses), mut step) in remade {
        let Some(mut target) = plan.to.tables.get(&table).cloned() else { continue };
        if !loses {
            hold(&mut target, plan.from.tables.get(&table), held.get(&table));
        }
        step.note =
            Some(step.note.map_or_else(|| BAIL.to_owned(), |note| [&note, "; ", BAIL].concat()));
        step.becomes = Some(Becomes::Table(table, target));
        kept.push((if loses { Phase::Rebuild } else { Phase::Alter }, step));
    }
    plan.steps = kept;
}

/// Leaves columns as they were that change only with a loss.
fn hold(target: &mut Table, from: Option<&Table>, held: Option<&Vec<Ident>>) {
    for name in held.into_iter().flatten() {
        let Some(old) = from.and_then(|from| from.column(name)) else { continue };
        match target.columns.iter_mut().find(|column| &column.name == name) {
            Some(column) => column.clone_from(old),
            None => target.columns.push(old.clone()),
        }
    }
}

/// The table whose columns or constraints a step changes.
fn inside(step: &Step) -> Option<&TableName> {
    match &step.op {
        Op::AddColumn { table, .. }
        | Op::DropColumn { table, .. }
        | Op::AlterColumnType { table, .. }
        | Op::SetNotNull { table, .. }
        | Op::DropNotNull { table, .. }
        | Op::SetDefault { table, .. }
        | Op::DropDefault { table, .. }
        | Op::SetIdentity { table, .. }
        | Op::AddConstraint { table, .. }
        | Op::DropConstraint { table, .. }
        | Op::RenameConstraint { table, .. } => Some(table),
        _ => None,
    }
}

/// Whether SQLite's ALTER TABLE does it: it adds no column that would be wrong in a row that is there, and
/// drops none that anything speaks of.
fn is_plain(from: &Schema, table: &TableName, op: &Op) -> bool {
    match op {
        Op::AddColumn { column, .. } => {
            let is_constant = column.default.as_ref().is_none_or(|default| {
                let upper = default.to_ascii_uppercase();
                !upper.starts_with("CURRENT_") && !default.contains('(')
            });
            is_constant
                && column.identity.is_none()
                && (column.nullable || column.default.is_some())
                && (column.generated.is_none() || column.computed_on_read)
        }
        Op::DropColumn { column, .. } => {
            let Some(found) = from.tables.get(table) else { return false };
            let computes = |other: &Column| {
                other.generated.as_ref().is_some_and(|one| one.columns.contains(column))
            };
            let nothing_else = from.views.is_empty() && from.objects.is_empty();
            nothing_else
                && !found.constraints.iter().any(|one| one.kind.columns().contains(column))
                && !found.indexes.iter().any(|index| index.mentions(column))
                && !found.columns.iter().any(computes)
        }
        _ => false,
    }
}

/// Whether MySQL needs an index that goes for a key that stays.
pub(super) fn needs_index(plan: &Plan<'_>, table: &TableName, columns: &[Ident]) -> bool {
    let first = |own: &[Ident]| own.first() == columns.first();
    plan.to.dialect == Dialect::MySql
        && plan.differences.iter().filter(|one| &one.object == table).any(|one| match &one.change {
            Change::ConstraintRemoved(gone) | Change::ConstraintChanged { from: gone, .. } => {
                first(gone.kind.columns())
            }
            Change::IndexRemoved(gone) | Change::IndexChanged { from: gone, .. } => {
                first(&gone.columns())
            }
            _ => false,
        })
}
