//! Whether each revision's `downgrade()` takes back what its `upgrade()` does.
//!
//! In: the schema before a revision, and its steps.
//! Out: [`Undo`]: what stays behind, what is gone, what is other than before, and what cannot be told.
//! Never: rows; they are only said to be lost where what held them was dropped. Never more of a schema than
//! the steps can reach, so that a long chain costs what its steps cost.

mod compare;
mod scope;

pub use compare::{Fate, Trace};

use crate::engine::op::{self, Clash, DropKind, Op, Step};
use crate::engine::schema::{Schema, TableName};
use crate::engine::span::Span;
use crate::wire::ObjectKind;

use super::Revision;

/// What a downgrade makes of its revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undo {
    /// Differences between the schema before the upgrade and the one after both, in order.
    pub traces: Vec<Trace>,
    /// The first step of the downgrade that cannot happen to what the upgrade made.
    pub fails: Option<(Span, Clash)>,
    /// Why the answer is not certain; empty when it is.
    pub doubts: Vec<String>,
    /// Tables and columns that the upgrade drops: a downgrade makes them again without their rows.
    pub emptied: Vec<String>,
    /// The upgrade changes rows.
    pub changes_rows: bool,
    /// The upgrade changes something.
    pub has_upgrade: bool,
}

impl Undo {
    /// Returns whether the schema is as it was; `None` when that cannot be told.
    pub fn is_whole(&self) -> Option<bool> {
        match (self.traces.is_empty() && self.fails.is_none(), self.doubts.is_empty()) {
            (whole, true) => Some(whole),
            (_, false) => None,
        }
    }
}

/// The part of a schema that a revision can reach, before its upgrade ran.
#[derive(Debug)]
pub(super) struct Before {
    schema: Schema,
}

impl Before {
    /// Takes what the revision's steps can reach.
    pub fn take(schema: &Schema, revision: &Revision) -> Self {
        Self { schema: scope::take(schema, &revision.upgrade, &revision.downgrade) }
    }

    /// Runs upgrade and downgrade on it. `clashes` tells whether the upgrade met something that cannot
    /// happen when the whole chain ran.
    pub fn judge(self, revision: &Revision, clashes: bool) -> Undo {
        let mut undo = Undo {
            has_upgrade: revision.upgrade.iter().any(|step| !does_nothing(&step.op)),
            changes_rows: revision.upgrade.iter().any(|step| changes_rows(&step.op)),
            emptied: emptied(&self.schema, &revision.upgrade),
            ..Undo::default()
        };
        if clashes {
            undo.doubts.push("its upgrade acts on what the chain does not have".to_owned());
        }
        doubt(&revision.upgrade, "upgrade", &mut undo);
        doubt(&revision.downgrade, "downgrade", &mut undo);
        let mut schema = self.schema.clone();
        for step in &revision.upgrade {
            let clashed = op::apply(&mut schema, &step.op).is_err();
            if clashed && !clashes {
                undo.doubts.push("its upgrade reaches further than was followed".to_owned());
            }
        }
        for step in &revision.downgrade {
            if let Err(clash) = op::apply(&mut schema, &step.op)
                && undo.fails.is_none()
            {
                undo.fails = Some((step.span, clash));
            }
        }
        undo.traces = compare::traces(&self.schema, &schema);
        if relies_on_names(revision, &undo) {
            undo.doubts.push("a naming convention may name its constraints otherwise".to_owned());
        }
        undo.doubts.dedup();
        undo
    }
}

/// Steps that were not understood, or that replay does not model.
fn doubt(steps: &[Step], whose: &str, undo: &mut Undo) {
    let open = steps.iter().find_map(|step| match &step.op {
        Op::Unknown { what, .. } | Op::UnknownWithin { what, .. } => Some(what.clone()),
        Op::WithinTable { table, what, harmless: false } => Some(format!("{what} on `{table}`")),
        Op::CreateTable { table, open: true, .. } => {
            Some(format!("table `{table}` has columns that are not known"))
        }
        op => leaves_open(op),
    });
    undo.doubts.extend(open.map(|what| format!("its {whose} was not all understood: {what}")));
}

/// Whether the answer hangs on names that Retort made up, since it saw no naming convention.
fn relies_on_names(revision: &Revision, undo: &Undo) -> bool {
    let assumed = |table: &TableName| revision.assumed_names.contains(table);
    let by_name = revision.upgrade.iter().chain(&revision.downgrade).any(|step| match &step.op {
        Op::DropConstraint { table, .. } | Op::RenameConstraint { table, .. } => assumed(table),
        _ => false,
    });
    let of_part = |trace: &Trace| {
        matches!(trace.kind, ObjectKind::Constraint | ObjectKind::Index)
            && trace.table.as_ref().is_some_and(assumed)
    };
    by_name
        || undo.traces.iter().any(of_part)
        || (undo.fails.is_some() && !revision.assumed_names.is_empty())
}

/// What a statement that changes nothing in a schema says it does, where that is more than nothing.
fn leaves_open(op: &Op) -> Option<String> {
    let what = match op {
        Op::Neutral { what } => what,
        Op::CreateObject { name, .. } => {
            use crate::engine::schema::ObjectKind::{MaterializedView, View};
            let is_held = matches!(name.kind, View | MaterializedView);
            return (!is_held).then(|| op::describe(op));
        }
        Op::AlterDomain { .. } | Op::RenameOther { .. } => return Some(op::describe(op)),
        Op::DropOther { kind, name, .. } => {
            let is_held = matches!(
                kind,
                DropKind::View
                    | DropKind::MaterializedView
                    | DropKind::Sequence
                    | DropKind::Type
                    | DropKind::Extension
            );
            return (!is_held).then(|| format!("drops {} `{name}`", kind.word()));
        }
        _ => return None,
    };
    let makes = ["creates ", "drops ", "adds ", "attaches ", "comments ", "changes "];
    let open = makes.iter().any(|verb| what.starts_with(verb))
        && !what.contains("temporary")
        && !what.contains("owner")
        && !what.contains("rows");
    open.then(|| (*what).to_owned())
}

/// Whether neither a schema nor rows are other afterwards.
fn does_nothing(op: &Op) -> bool {
    match op {
        Op::Setting { .. }
        | Op::Server(_)
        | Op::Transaction(_)
        | Op::Upkeep { .. }
        | Op::WithinTable { harmless: true, .. } => true,
        Op::Neutral { .. } => leaves_open(op).is_none() && !changes_rows(op),
        _ => false,
    }
}

fn changes_rows(op: &Op) -> bool {
    match op {
        Op::Mutate { .. } | Op::Truncate { .. } => true,
        Op::Neutral { what } => what.contains("rows") && *what != "reads rows",
        _ => false,
    }
}

fn emptied(before: &Schema, upgrade: &[Step]) -> Vec<String> {
    let dropped = upgrade.iter().filter_map(|step| match &step.op {
        Op::DropTable { table, .. } if before.tables.contains_key(table) => Some(table.to_string()),
        Op::DropColumn { table, column, .. } => {
            let known = before.tables.get(table)?.column(column)?;
            Some(format!("{table}.{}", known.name))
        }
        _ => None,
    });
    dropped.collect()
}

#[cfg(test)]
mod tests;
