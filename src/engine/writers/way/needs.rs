//! Steps in an order in which each finds what it speaks of.
//!
//! What a statement needs is what its text names: a table of a view, a type of a column, a function of a
//! check. A name that means something else as well only makes for another order that is as good.

use crate::engine::op::Op;
use crate::engine::schema::{Ident, ObjectKind, ObjectName, Schema, TableName};
use crate::engine::sql;
use crate::ordered::{Map, Set};

use super::super::{Step, statements};

/// Returns the steps with those later that name what a later step makes; otherwise their order stays. Of
/// those that need each other the first stays the first.
pub(super) fn in_order(steps: Vec<Step>) -> Vec<Step> {
    let mut makers: Map<TableName, Vec<usize>> = Map::new();
    // What is in a schema of its own is called with that.
    let mut schemas: Set<Option<Ident>> = Set::new();
    for (at, step) in steps.iter().enumerate() {
        for name in makes(&step.op) {
            schemas.insert(name.schema.clone());
            makers.entry(name).or_default().push(at);
        }
    }
    let mut waits: Vec<Set<usize>> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let mut needs: Set<usize> = Set::new();
        if builds(&step.op) {
            let named = named(step);
            // A dump may have as many schemas as tables: only those that it names are looked into.
            let meant = named.iter().cloned().map(Some).chain([None]);
            for schema in meant.filter(|one| schemas.contains(one)) {
                let full = |name: &Ident| TableName { schema: schema.clone(), name: name.clone() };
                needs.extend(named.iter().filter_map(|name| makers.get(&full(name))).flatten());
            }
            needs.remove(&at);
        }
        waits.push(needs);
    }
    let mut done: Set<usize> = Set::new();
    let mut left: Vec<(usize, Step)> = steps.into_iter().enumerate().collect();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let mut later = Vec::new();
        let before = done.len();
        for (at, step) in left {
            let is_ready = waits.get(at).is_none_or(|needs| needs.is_subset(&done));
            if is_ready {
                done.insert(at);
                ordered.push(step);
            } else {
                later.push((at, step));
            }
        }
        if done.len() == before {
            // A circle: somebody has to begin.
            let (at, step) = later.remove(0);
            done.insert(at);
            ordered.push(step);
        }
        left = later;
    }
    ordered
}

/// Returns views by their definitions, each after those that it reads.
pub(super) fn views(schema: &Schema) -> Vec<ObjectName> {
    let is_view = |name: &&ObjectName| is_view(name.kind);
    let define = |name: &ObjectName| {
        let definition = schema.objects.get(name).map(|object| object.definition.clone());
        let definition = definition.unwrap_or_default();
        Step::new(Op::Define { name: name.clone(), definition })
    };
    let steps = schema.objects.keys().filter(is_view).map(define).collect();
    let ordered = in_order(steps).into_iter();
    ordered
        .filter_map(|step| match step.op {
            Op::Define { name, .. } => Some(name),
            _ => None,
        })
        .collect()
}

pub(super) fn is_view(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::View | ObjectKind::MaterializedView)
}

/// What others can name once a step is done.
fn makes(op: &Op) -> Vec<TableName> {
    match op {
        Op::CreateTable { table, .. } => vec![table.clone()],
        Op::CreateEnum { name, .. } | Op::CreateOther { name, .. } => vec![name.clone()],
        Op::Define { name, .. } if !matches!(name.kind, ObjectKind::Sequence) => {
            vec![name.name.clone()]
        }
        _ => Vec::new(),
    }
}

/// Whether a step puts something there. One that takes something away, or renames it, means what is there
/// before.
fn builds(op: &Op) -> bool {
    matches!(
        op,
        Op::CreateTable { .. }
            | Op::AddColumn { .. }
            | Op::AddConstraint { .. }
            | Op::CreateIndex { .. }
            | Op::Define { .. }
            | Op::OwnSequence { .. }
            | Op::Detail { .. }
            | Op::SetComment { .. }
            | Op::SetDefault { .. }
            | Op::SetIdentity { .. }
            | Op::RowSecurity { .. }
    )
}

fn named(step: &Step) -> Set<Ident> {
    let texts = statements(step, &Schema::default());
    texts.iter().flat_map(|text| sql::named(text)).collect()
}

/// Whether a definition names a table, view or column.
pub(super) fn mentions(schema: &Schema, of: &ObjectName, name: &TableName) -> bool {
    let definition = schema.objects.get(of).map(|object| object.definition.as_str());
    sql::named(definition.unwrap_or_default()).contains(&name.name)
}
