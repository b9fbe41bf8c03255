//! What is known of something that a step changes: where it came from, who has it, what hangs on it.

use crate::engine::ledger::Evidence;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Ident, Object, ObjectKind, ObjectName, TableName};
use crate::wire::words;

use super::StepView;

/// Names that one piece of evidence lists.
const NAMES_MAX: usize = 5;

/// Returns what is known of a table, and what depends on it before the step.
pub fn of_table(view: &StepView<'_>, table: &TableName) -> Vec<Evidence> {
    let mut all = view.case.about(table);
    let schema = view.before.schema();
    let mut keys = Vec::new();
    let mut parts = Vec::new();
    for (other, found) in schema.tables.iter().filter(|(other, _)| *other != table) {
        for one in &found.constraints {
            if matches!(&one.kind, ConstraintKind::ForeignKey(key) if &key.ref_table == table) {
                let name =
                    one.name.as_ref().map(|name| format!("`{name}` of ")).unwrap_or_default();
                keys.push(format!("{name}`{other}`"));
            }
        }
        let is_part = found.partition_of.as_ref().is_some_and(|(parent, _)| parent == table);
        if is_part || found.inherits.contains(table) {
            parts.push(format!("`{other}`"));
        }
    }
    let owned = schema
        .sequences
        .iter()
        .filter(|(_, owner)| owner.as_ref().is_some_and(|(of, _)| of == table))
        .map(|(name, _)| format!("`{name}`"));
    listed(&mut all, keys, "foreign key points at it", "foreign keys point at it");
    listed(&mut all, views(view, table), "view reads it", "views read it");
    listed(&mut all, owned.collect(), "sequence belongs to it", "sequences belong to it");
    listed(&mut all, parts, "table is a part of it", "tables are parts of it");
    for (kind, one, many) in [
        (ObjectKind::Trigger, "trigger is on it", "triggers are on it"),
        (ObjectKind::Policy, "policy is on it", "policies are on it"),
    ] {
        let of = |name: &&ObjectName| name.kind == kind && name.table.as_ref() == Some(table);
        let names = schema.objects.keys().filter(of).map(|name| format!("`{}`", name.name.name));
        listed(&mut all, names.collect(), one, many);
    }
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
    let (indexes, constraints) = mentioning(view, table, column);
    listed(&mut all, indexes, "index uses it", "indexes use it");
    listed(&mut all, constraints, "constraint uses it", "constraints use it");
    let pointing = view.before.schema().tables.iter().flat_map(|(other, found)| {
        let points = |kind: &ConstraintKind| match kind {
            ConstraintKind::ForeignKey(key) => {
                &key.ref_table == table && key.ref_columns.contains(column)
            }
            _ => false,
        };
        let keys = found.constraints.iter().filter(move |one| points(&one.kind));
        keys.map(move |_| format!("`{other}`"))
    });
    listed(&mut all, pointing.collect(), "foreign key points at it", "foreign keys point at it");
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

/// Returns the views that read a table, as far as it is known what they read.
pub fn views(view: &StepView<'_>, table: &TableName) -> Vec<String> {
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
    let says = |object: &Object| {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        object.definition.split(|c| !is_name(c)).any(|word| word == table.name.as_str())
    };
    for (name, object) in &schema.objects {
        let is_view = matches!(name.kind, ObjectKind::View | ObjectKind::MaterializedView);
        if is_view && says(object) && !names.contains(&&name.name) {
            names.push(&name.name);
        }
    }
    names.into_iter().map(|name| format!("`{name}`")).collect()
}

/// Adds "2 views read it: `a`, `b`".
fn listed(all: &mut Vec<Evidence>, names: Vec<String>, one: &str, many: &str) {
    if names.is_empty() {
        return;
    }
    let shown = names.get(..NAMES_MAX.min(names.len())).unwrap_or_default().join(", ");
    let more = if names.len() > NAMES_MAX { ", …" } else { "" };
    all.push(Evidence::text(format!("{}: {shown}{more}", words::count(names.len(), one, many))));
}
