//! What has a name of its own beside tables: types, sequences, views, extensions.

use crate::engine::op::DropKind;
use crate::engine::schema::{Ident, ObjectKind, ObjectName, Schema, TableName};
use crate::ordered::{Map, Set};

use super::{Change, Comparison, Difference, Side, Undecided};

pub(super) fn compare(from: &Side, to: &Side, found: &mut Comparison) {
    if from.open.tables_only || to.open.tables_only {
        let side = if from.open.tables_only { from } else { to };
        let other = if from.open.tables_only { to } else { from };
        if has_objects(&side.schema) || has_objects(&other.schema) {
            found.undecided.push(Undecided {
                object: TableName::plain(Ident::exact("*")),
                what: "types, sequences, views and extensions, which one side does not list"
                    .to_owned(),
            });
        }
        return;
    }
    let certain = !from.open.everything && !to.open.everything;
    let mut add = |object: &TableName, change: Change| {
        found.differences.push(Difference { object: object.clone(), change, certain });
    };
    for name in union(&from.schema.enums, &to.schema.enums) {
        match (from.schema.enums.get(name), to.schema.enums.get(name)) {
            (None, Some(values)) => add(name, Change::EnumAdded(values.clone())),
            (Some(values), None) => add(name, Change::EnumRemoved(values.clone())),
            (Some(one), Some(other)) if one != other => {
                add(name, Change::EnumChanged { from: one.clone(), to: other.clone() });
            }
            _ => {}
        }
    }
    let (ours, theirs) = (sequences(&from.schema), sequences(&to.schema));
    for name in union(&ours, &theirs) {
        match (ours.get(name), theirs.get(name)) {
            (None, Some(owner)) if !is_news(owner, &from.schema, &to.schema) => {
                add(name, Change::OtherAdded(DropKind::Sequence));
            }
            (Some(owner), None) if !is_news(owner, &to.schema, &from.schema) => {
                add(name, Change::OtherRemoved(DropKind::Sequence));
            }
            (Some(one), Some(other)) if one != other => {
                let (from, to) = ((*one).clone(), (*other).clone());
                add(name, Change::SequenceOwner { from, to });
            }
            _ => {}
        }
    }
    for name in from.schema.views.difference(&to.schema.views) {
        add(name, Change::OtherRemoved(DropKind::View));
    }
    for name in to.schema.views.difference(&from.schema.views) {
        add(name, Change::OtherAdded(DropKind::View));
    }
    of_views(from, to, certain, found);
    definitions(from, to, certain, found);
    let mut add = |object: &TableName, change: Change| {
        found.differences.push(Difference { object: object.clone(), change, certain });
    };
    for name in from.schema.extensions.difference(&to.schema.extensions) {
        add(&TableName::plain(name.clone()), Change::OtherRemoved(DropKind::Extension));
    }
    for name in to.schema.extensions.difference(&from.schema.extensions) {
        add(&TableName::plain(name.clone()), Change::OtherAdded(DropKind::Extension));
    }
}

/// Indexes of materialized views that both sides have.
fn of_views(from: &Side, to: &Side, certain: bool, found: &mut Comparison) {
    let none = Vec::new();
    for view in from.schema.views.intersection(&to.schema.views) {
        let of = |side: &Side| side.schema.view_indexes.get(view).unwrap_or(&none).clone();
        let (ours, theirs) = (of(from), of(to));
        let mut add = |change: Change| {
            found.differences.push(Difference { object: view.clone(), change, certain });
        };
        for index in ours.iter().filter(|index| !theirs.contains(index)) {
            add(Change::IndexRemoved(index.clone()));
        }
        for index in theirs.iter().filter(|index| !ours.contains(index)) {
            add(Change::IndexAdded(index.clone()));
        }
    }
}

/// Returns whether comparisons look at objects of this kind.
pub fn is_compared(kind: ObjectKind) -> bool {
    COMPARED.contains(&kind)
}

/// Kinds that migrations make; grants, roles and the like belong to a server, and options of sequences to
/// nobody who compares.
const COMPARED: &[ObjectKind] = &[
    ObjectKind::View,
    ObjectKind::MaterializedView,
    ObjectKind::Domain,
    ObjectKind::Type,
    ObjectKind::Function,
    ObjectKind::Procedure,
    ObjectKind::Aggregate,
    ObjectKind::Trigger,
    ObjectKind::EventTrigger,
    ObjectKind::Policy,
    ObjectKind::Rule,
];

/// What is kept by its definition, which is compared as text: another text may well mean the same.
fn definitions(from: &Side, to: &Side, certain: bool, found: &mut Comparison) {
    let (ours, theirs) = (&from.schema, &to.schema);
    let names: Set<&ObjectName> = ours.objects.keys().chain(theirs.objects.keys()).collect();
    for name in names.into_iter().filter(|name| is_compared(name.kind)) {
        // A view that is known by name alone says nothing of its definition; one that came or went was said.
        let is_view = matches!(name.kind, ObjectKind::View | ObjectKind::MaterializedView);
        let change = match (ours.objects.get(name), theirs.objects.get(name)) {
            (Some(one), Some(other))
                if squeezed(name.kind, &one.definition)
                    == squeezed(name.kind, &other.definition) =>
            {
                continue;
            }
            (Some(one), Some(other)) => Change::ObjectChanged {
                name: name.clone(),
                from: one.definition.clone(),
                to: other.definition.clone(),
            },
            (Some(_), None) | (None, Some(_)) if is_view => {
                if ours.views.contains(&name.name) && theirs.views.contains(&name.name) {
                    let what = format!("whether view `{}` is the same", name.name);
                    found.undecided.push(Undecided { object: name.name.clone(), what });
                }
                continue;
            }
            (Some(one), None) => Change::ObjectRemoved(name.clone(), one.definition.clone()),
            (None, Some(other)) => Change::ObjectAdded(name.clone(), other.definition.clone()),
            (None, None) => continue,
        };
        let object = name.table.clone().unwrap_or_else(|| name.name.clone());
        found.differences.push(Difference { object, change, certain });
    }
}

/// A definition as it is compared. Who defined it is the server's business, as owners are.
fn squeezed(kind: ObjectKind, text: &str) -> String {
    let (said, rest) = kind.said_before(text);
    let said = said.into_iter().filter(|one| !one.starts_with("DEFINER="));
    let words = rest.trim_end_matches(';').split_whitespace();
    said.chain(words).collect::<Vec<&str>>().join(" ")
}

fn has_objects(schema: &Schema) -> bool {
    !(schema.enums.is_empty()
        && schema.sequences.is_empty()
        && schema.views.is_empty()
        && schema.extensions.is_empty())
}

fn union<'a, V>(one: &'a Map<TableName, V>, other: &'a Map<TableName, V>) -> Set<&'a TableName> {
    one.keys().chain(other.keys()).collect()
}

type Owner = Option<(TableName, Ident)>;

/// Sequences, save those of identity columns, whose names are the server's own business.
fn sequences(schema: &Schema) -> Map<TableName, &Owner> {
    let is_identity = |owner: &Owner| {
        owner
            .as_ref()
            .and_then(|(table, column)| schema.tables.get(table)?.column(column))
            .is_some_and(|column| column.identity.is_some())
    };
    let named = schema.sequences.iter().filter(|(_, owner)| !is_identity(owner));
    named.map(|(name, owner)| (name.clone(), owner)).collect()
}

/// Whether a sequence comes with a change of its column, which is not in the schema without the sequence, or
/// has another identity there.
fn is_news(owner: &Owner, without: &Schema, with: &Schema) -> bool {
    let Some((table, column)) = owner else { return false };
    let find = |schema: &Schema| schema.tables.get(table)?.column(column).cloned();
    match (find(without), find(with)) {
        (None, _) => true,
        (Some(without), Some(with)) => with.identity != without.identity,
        _ => false,
    }
}
