//! Steps for what a schema keeps by its definition: views, functions, triggers, policies, types, grants.

use crate::engine::compare::{Aspect, Change, is_compared};
use crate::engine::dialects::Dialect;
use crate::engine::op::{DropKind, Op};
use crate::engine::schema::{Ident, ObjectKind, ObjectName, Schema, TableName};
use crate::ordered::{Map, Set};

use super::needs;
use super::{Phase, Plan};

pub(super) fn add(plan: &mut Plan<'_>, name: &ObjectName, definition: &str) {
    let phase = match name.kind {
        ObjectKind::View | ObjectKind::MaterializedView => Phase::View,
        ObjectKind::Trigger
        | ObjectKind::EventTrigger
        | ObjectKind::Policy
        | ObjectKind::Rule
        | ObjectKind::Statistics => Phase::Upon,
        ObjectKind::Comment => Phase::Comment,
        ObjectKind::Grant
        | ObjectKind::DefaultPrivileges
        | ObjectKind::Publication
        | ObjectKind::Subscription => Phase::Grant,
        // How a table is kept, which may speak of its indexes and triggers.
        ObjectKind::Other if name.table.is_some() || name.is_place_of_index() => Phase::Grant,
        _ => Phase::Make,
    };
    plan.add(phase, Op::Define { name: name.clone(), definition: definition.to_owned() });
    if phase != Phase::View {
        return;
    }
    for index in plan.to.view_indexes.get(&name.name).into_iter().flatten() {
        let (table, index) = (name.name.clone(), index.clone());
        let op = Op::CreateIndex { table, index, if_not_exists: false, concurrently: false };
        plan.add(Phase::Upon, op);
    }
}

pub(super) fn remove(plan: &mut Plan<'_>, name: &ObjectName) {
    // It goes with its table.
    if name.table.as_ref().is_some_and(|table| !plan.to.tables.contains_key(table)) {
        return;
    }
    let phase = if name.table.is_some() { Phase::GiveWay } else { Phase::DropType };
    let loses = format!("{} `{}`", name.kind.word(), name.name);
    plan.losing(phase, Op::Undefine { name: name.clone() }, loses);
}

pub(super) fn change(plan: &mut Plan<'_>, name: &ObjectName, definition: &str) {
    match name.kind {
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate => {
            add(plan, name, definition);
        }
        ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule => {
            let op = Op::Undefine { name: name.clone() };
            plan.noted(Phase::GiveWay, op, "it comes back below");
            add(plan, name, definition);
        }
        // With the other views.
        kind if needs::is_view(kind) => {}
        kind => plan.missing(format!("{} `{}`", kind.word(), name.name)),
    }
}

/// The view of this name, where its definition is known.
pub(super) fn view<'a>(schema: &'a Schema, name: &TableName) -> Option<&'a ObjectName> {
    let is_it = |one: &&ObjectName| needs::is_view(one.kind) && &one.name == name;
    schema.objects.keys().find(is_it)
}

/// An extension, in the schema that it has.
pub(super) fn add_extension(plan: &mut Plan<'_>, name: TableName) {
    let own = ObjectName::extension(name.clone());
    let op = match plan.to.objects.get(&own) {
        Some(object) => Op::Define { name: own, definition: object.definition.clone() },
        None => Op::CreateOther { kind: DropKind::Extension, name },
    };
    plan.add(Phase::Make, op);
}

pub(super) fn add_view(plan: &mut Plan<'_>, name: TableName) {
    let known = view(plan.to, &name).and_then(|view| plan.to.objects.get_key_value(view));
    match known.map(|(view, object)| (view.clone(), object.definition.clone())) {
        Some((view, definition)) => add(plan, &view, &definition),
        None => plan.missing(format!("view `{name}`, whose definition is not known")),
    }
}

/// Views that go for good, that have another definition, or that stand in the way of a change of a type:
/// those that others read go last and come back first.
pub(super) fn renew_views(plan: &mut Plan<'_>) {
    let mut moved: Set<TableName> = Set::new();
    let mut changed: Set<ObjectName> = Set::new();
    for one in plan.differences {
        match &one.change {
            // Other databases don't mind.
            Change::ColumnChanged { aspect: Aspect::Type | Aspect::Generated, .. }
                if plan.to.dialect == Dialect::PostgreSql =>
            {
                moved.insert(one.object.clone());
            }
            Change::ObjectChanged { name, .. } if needs::is_view(name.kind) => {
                changed.insert(name.clone());
            }
            _ => {}
        }
    }
    let mut going: Vec<(ObjectName, bool)> = Vec::new();
    for name in needs::views(plan.from) {
        let is_in_the_way = moved.iter().any(|table| needs::mentions(plan.from, &name, table));
        let stays = plan.to.objects.contains_key(&name);
        if is_in_the_way || changed.contains(&name) {
            moved.insert(name.name.clone());
        } else if stays {
            continue;
        }
        let hides = plan.to.tables.contains_key(&name.name);
        going.push((name, is_in_the_way || hides));
    }
    for (name, first) in going.into_iter().rev() {
        let known = plan.to.objects.get(&name).map(|object| object.definition.clone());
        let op = Op::Undefine { name: name.clone() };
        match known {
            Some(definition) => {
                plan.noted(Phase::GiveWay, op, "it comes back below, without its grants");
                add(plan, &name, &definition);
            }
            None => {
                let phase = if first { Phase::GiveWay } else { Phase::DropView };
                plan.losing(phase, op, format!("{} `{}`", name.kind.word(), name.name));
            }
        }
    }
}

/// What a sequence has that is no default.
pub(super) fn sequence_options(plan: &mut Plan<'_>, sequence: &TableName) {
    let name = ObjectName::plain(ObjectKind::Sequence, sequence.clone());
    if let Some(object) = plan.to.objects.get(&name) {
        let definition = object.definition.clone();
        plan.add(Phase::Make, Op::Define { name, definition });
    }
}

/// How tables are stored, by table.
pub(super) fn stored(schema: &Schema) -> Map<&TableName, Vec<(&ObjectName, &str)>> {
    let mut all: Map<&TableName, Vec<(&ObjectName, &str)>> = Map::new();
    for (name, object) in schema.objects.iter().filter(|(name, _)| name.kind == ObjectKind::Other) {
        if let Some(table) = &name.table {
            all.entry(table).or_default().push((name, object.definition.as_str()));
        }
    }
    all
}

/// What no comparison looks at.
pub(super) fn beside(plan: &mut Plan<'_>) {
    let places = plan.to.objects.keys().any(ObjectName::is_place_of_index);
    let indexes = if places { indexes(plan.to) } else { Set::new() };
    for (name, object) in &plan.to.objects {
        let is_said = name.kind == ObjectKind::Sequence
            || name.is_extension()
            || (name.kind == ObjectKind::Other && name.table.is_some());
        // Where an index was that is gone.
        let is_of_nothing = name.is_place_of_index() && !indexes.contains(&name.name);
        if !is_compared(name.kind) && !is_said && !is_of_nothing {
            add(plan, name, &object.definition);
        }
    }
}

/// The indexes that there are, those of keys included.
fn indexes(schema: &Schema) -> Set<TableName> {
    let mut all = Set::new();
    let mut add = |of: &TableName, name: &Option<Ident>| {
        all.extend(
            name.iter().map(|name| TableName { schema: of.schema.clone(), name: name.clone() }),
        );
    };
    for (name, table) in &schema.tables {
        table.constraints.iter().for_each(|one| add(name, &one.name));
        table.indexes.iter().for_each(|one| add(name, &one.name));
    }
    for (name, own) in &schema.view_indexes {
        own.iter().for_each(|one| add(name, &one.name));
    }
    all
}
