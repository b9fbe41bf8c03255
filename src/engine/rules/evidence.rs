//! What is known of something that a step changes: where it came from, who has it, what hangs on it.

use crate::engine::ledger::Evidence;
use crate::engine::op::Op;
use crate::engine::schema::{Dependent, How, Ident, TableName, dependents};
use crate::wire::{self, ObjectRef, words};

use super::StepView;

/// Names that one piece of evidence lists.
const NAMES_MAX: usize = 5;

/// Returns what is known of a table, and what depends on it before the step.
pub fn of_table(view: &StepView<'_>, table: &TableName) -> Vec<Evidence> {
    let mut all = view.case.about(table);
    let schema = view.before.schema();
    let mut found = dependents(schema, table, None);
    for name in views_of_revisions(view, table) {
        let known = |one: &Dependent| one.object.name.as_deref() == Some(name.name.as_str());
        if !found.iter().any(|one| one.how == How::View && known(one)) {
            let object = ObjectRef {
                kind: wire::ObjectKind::View,
                schema: name.schema.as_ref().map(ToString::to_string),
                table: None,
                name: Some(name.name.to_string()),
            };
            found.push(Dependent { how: How::View, object, columns: Vec::new() });
        }
    }
    hangs(&mut all, &found);
    all
}

/// Returns what is known of a column, and what depends on it before the step.
pub fn of_column(view: &StepView<'_>, table: &TableName, column: &Ident) -> Vec<Evidence> {
    let mut all = Vec::new();
    for (chain, _, revision, _) in view.case.revisions() {
        let adds = revision.upgrade.iter().find(|step| match &step.op {
            Op::AddColumn { table: to, column: new, .. } => to == table && &new.name == column,
            _ => false,
        });
        if let Some(step) = adds
            && chain.origin(table).is_some()
        {
            let text = format!("Added by revision `{}`", revision.id);
            all.push(Evidence::text(text).at(step.span).of_revision(revision.id.clone()));
        }
    }
    hangs(&mut all, &dependents(view.before.schema(), table, Some(column)));
    all.extend(view.case.about(table));
    all
}

/// Returns the indexes and the constraints of a table that mention a column.
pub fn mentioning(
    view: &StepView<'_>,
    table: &TableName,
    column: &Ident,
) -> (Vec<String>, Vec<String>) {
    let Some(found) = view.table(table) else { return (Vec::new(), Vec::new()) };
    let label = |name: &Option<Ident>| match name {
        Some(name) => format!("`{name}`"),
        None => "one without a name".to_owned(),
    };
    let indexes = found.indexes.iter().filter(|index| index.mentions(column));
    let constraints = found.constraints.iter().filter(|one| one.kind.columns().contains(column));
    (
        indexes.map(|index| label(&index.name)).collect(),
        constraints.map(|one| label(&one.name)).collect(),
    )
}

/// The views that revisions made, whose statements say that they read a table.
fn views_of_revisions<'a>(view: &StepView<'a>, table: &TableName) -> Vec<&'a TableName> {
    let schema = view.before.schema();
    let mut names: Vec<&TableName> = Vec::new();
    for (_, _, revision, _) in view.case.revisions() {
        for step in &revision.upgrade {
            if let Op::CreateObject { name, made } = &step.op
                && made.reads.contains(table)
                && schema.views.contains(&name.name)
                && !names.contains(&&name.name)
            {
                names.push(&name.name);
            }
        }
    }
    names
}

/// How each kind of dependent is told, in the order of telling.
const TOLD: &[(How, &str, &str)] = &[
    (How::Index, "index uses it", "indexes use it"),
    (How::Constraint, "constraint uses it", "constraints use it"),
    (How::Computed, "column is computed from it", "columns are computed from it"),
    (How::ForeignKey, "foreign key points at it", "foreign keys point at it"),
    (How::View, "view reads it", "views read it"),
    (How::Sequence, "sequence belongs to it", "sequences belong to it"),
    (How::Partition, "table is a part of it", "tables are parts of it"),
    (How::Child, "table is a part of it", "tables are parts of it"),
    (How::Trigger, "trigger is on it", "triggers are on it"),
    (How::Policy, "policy is on it", "policies are on it"),
];

/// Adds "2 views read it: `a`, `b`", and all of them as objects.
fn hangs(all: &mut Vec<Evidence>, found: &[Dependent]) {
    for (how, one, many) in TOLD {
        let of = found.iter().filter(|dependent| dependent.how == *how);
        let objects: Vec<ObjectRef> = of.map(|dependent| dependent.object.clone()).collect();
        let names: Vec<String> = objects.iter().map(|object| called(*how, object)).collect();
        if names.is_empty() {
            continue;
        }
        let shown = names.get(..NAMES_MAX.min(names.len())).unwrap_or_default().join(", ");
        let more = if names.len() > NAMES_MAX { ", …" } else { "" };
        let text = [&words::count(names.len(), one, many), ": ", &shown, more].concat();
        all.push(Evidence { objects, ..Evidence::text(text) });
    }
}

/// What belongs to the table itself has its own name alone.
fn called(how: How, object: &ObjectRef) -> String {
    let of = ObjectRef { name: None, ..object.clone() }.label();
    match (&object.name, how) {
        (_, How::View | How::Sequence) => ["`", &object.label(), "`"].concat(),
        (Some(name), How::ForeignKey) => ["`", name, "` of `", &of, "`"].concat(),
        (Some(name), _) => ["`", name, "`"].concat(),
        (None, How::Index | How::Constraint) => "one without a name".to_owned(),
        (None, _) => ["`", &of, "`"].concat(),
    }
}
