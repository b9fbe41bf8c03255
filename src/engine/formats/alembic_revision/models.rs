//! Tables that stood before the first revision, out of the project's models: where revisions change a table that
//! none of them makes, and one model declares it.
//!
//! A model says what the table is in the end. What it was in the beginning is that without what the revisions do
//! to it: each change is taken back, by itself or as the revision's own downgrade takes it back. What cannot be
//! taken back leaves columns that are not known. All of it is an assumption, and entered as one.

use std::cell::RefCell;

use crate::engine::chain::{Baseline, Revision, RevisionIx};
use crate::engine::dialects::Dialect;
use crate::engine::document::{Document, Documents, When};
use crate::engine::ledger::{Affects, Undecided};
use crate::engine::op::conventions::Naming;
use crate::engine::op::{self, Op, Step};
use crate::engine::python::{Binding, Modules, PyCall, PyKind, PyObject, PyValue, Scope};
use crate::engine::schema::{Schema, TableName};
use crate::engine::span::Span;
use crate::limits;
use crate::ordered::{Map, Set};
use crate::wire::Certainty;

use super::body::Direction;
use super::context::Context;
use super::declared;
use super::directives;
use super::model_classes;
use super::naming::Names;

/// A table that revisions change before any of them makes it, and the first that does.
struct Unmade {
    revision: RevisionIx,
    span: Span,
}

/// Returns what there was before the first revision, with the tables in it that models declare; `None` where
/// nothing is to be added.
pub(super) fn begun(
    (documents, modules): (&Documents, &Modules<'_>),
    naming: &Naming,
    baseline: &Baseline,
    (order, revisions): (&[RevisionIx], &[Revision]),
) -> Option<(Baseline, Vec<Undecided>)> {
    let mut assumed = Vec::new();
    let unmade = unmade(&baseline.schema, order, revisions);
    if unmade.is_empty() {
        return None;
    }
    let models = models(documents, modules, &unmade);
    let mut schema = baseline.schema.clone();
    for (table, first) in unmade.iter().take(limits::MODELS_MAX) {
        let Some(revision) = revisions.get(first.revision.0) else { continue };
        let Some((path, ops)) = declared((&models, modules), naming, table, schema.dialect) else {
            continue;
        };
        let Some(before) = before(&schema, table, &ops, (order, revisions)) else { continue };
        schema = before;
        let open = schema.tables.get(table).is_some_and(|made| made.open);
        let what = [
            "table `",
            &table.to_string(),
            "`, which no revision is known to make, is taken for what `",
            &path,
            "` declares, without what the revisions do to it",
            if open { "; it has columns that are not known" } else { "" },
        ];
        assumed.push(Undecided {
            span: first.span,
            what: what.concat(),
            affects: Affects::Tables(vec![table.to_string()]),
            revision: Some(revision.id.clone()),
        });
    }
    // Where some of its tables come from elsewhere, more may.
    (!assumed.is_empty()).then_some((Baseline { schema, complete: false }, assumed))
}

/// Returns whether the metadata that an `env.py` hands over was found in another file: otherwise models may be
/// anybody's.
pub(super) fn leads_on(documents: &Documents, naming: &Naming) -> bool {
    let place = naming.convention.as_ref().and(naming.span);
    let document = place.and_then(|place| documents.get(place.document));
    document.is_some_and(|document| document.file_name() != "env.py")
}

/// The tables that steps change for certain and that nothing has made by then.
fn unmade(schema: &Schema, order: &[RevisionIx], revisions: &[Revision]) -> Map<TableName, Unmade> {
    let mut known: Set<&TableName> = schema.tables.keys().chain(schema.views.iter()).collect();
    let mut found = Map::new();
    for ix in order {
        let Some(revision) = revisions.get(ix.0) else { continue };
        for step in &revision.upgrade {
            match &step.op {
                Op::CreateTable { table, .. } => {
                    known.insert(table);
                }
                Op::RenameTable { to, .. } => {
                    known.insert(to);
                }
                Op::CreateObject { name, .. } => {
                    known.insert(&name.name);
                }
                Op::CreateOther { name, .. } => {
                    known.insert(name);
                }
                _ => {}
            }
            let changes = changes_inside(&step.op) && step.certainty == Certainty::Certain;
            for table in step.op.tables().into_iter().filter(|_| changes) {
                if known.insert(table) {
                    found.insert(table.clone(), Unmade { revision: *ix, span: step.span });
                }
            }
        }
    }
    found
}

/// Whether an op needs the table that it names.
fn changes_inside(op: &Op) -> bool {
    !matches!(
        op,
        Op::CreateTable { .. }
            | Op::DropTable { .. }
            | Op::RenameTable { .. }
            | Op::CreateObject { .. }
            | Op::Mutate { .. }
            | Op::Upkeep { .. }
    )
}

/// Models by the names of their tables, with the files that declare them.
type Models<'a> = Map<String, Vec<(&'a Document, PyCall)>>;

/// The models for tables of these names, and for those that their keys lead to.
fn models<'a>(
    documents: &'a Documents,
    modules: &Modules<'_>,
    wanted: &Map<TableName, Unmade>,
) -> Models<'a> {
    let mut names: Set<String> =
        wanted.keys().map(|table| table.name.as_str().to_owned()).collect();
    let mut found = models_of((documents, modules), &names);
    // A column that says no type has that of one in another table.
    let all = found.values().flatten().flat_map(|(_, table)| &table.args);
    let leads = all.filter_map(PyValue::as_call).filter_map(declared::lead);
    let others: Set<String> = leads
        .map(|(table, _)| table.to_owned())
        .filter(|table| names.insert(table.clone()))
        .collect();
    if !others.is_empty() {
        found.extend(models_of((documents, modules), &others));
    }
    found
}

/// The models of all files that are no revisions and no tests, for tables of these names.
fn models_of<'a>(
    (documents, modules): (&'a Documents, &Modules<'_>),
    names: &Set<String>,
) -> Models<'a> {
    let speaks = |document: &Document| {
        let text = &document.text;
        document.path.ends_with(".py")
            && !document.path.split('/').any(|part| part.starts_with("test"))
            && (text.contains("__tablename__") || text.contains("Table("))
            && !text.contains("down_revision")
    };
    let mut found = Models::new();
    for (_, document) in documents.of(When::Now).filter(|(_, document)| speaks(document)) {
        let Some(scope) = modules.scope_of(&document.path) else { continue };
        for (name, call) in tables(modules, &scope, names) {
            found.entry(name).or_default().push((document, call));
        }
    }
    found
}

/// What makes a table that one model declares, and the path of its file.
fn declared(
    (models, modules): (&Models<'_>, &Modules<'_>),
    naming: &Naming,
    table: &TableName,
    dialect: Dialect,
) -> Option<(String, Vec<Op>)> {
    // Of two, nobody knows which is meant.
    let [(document, call)] = models.get(table.name.as_str())?.as_slice() else { return None };
    let scope = modules.scope_of(&document.path)?;
    let (assumed, in_sql) = (RefCell::default(), RefCell::default());
    let names = Names { naming, assumed: &assumed, in_sql: &in_sql };
    let file = (*document, dialect, names);
    let mut context = Context::new(file, modules, &scope, Direction::Upgrade, None);
    let others = models.values().filter_map(|all| match all.as_slice() {
        [(_, other)] => Some(other),
        _ => None,
    });
    let mut call = call.clone();
    declared::typed(&mut call, &others.collect::<Vec<_>>());
    let ops = directives::read(&mut context, "create_table", &call, None).ok()?;
    let is_it = |op: &Op| matches!(op, Op::CreateTable { table: made, .. } if made == table);
    ops.iter().any(is_it).then(|| (document.path.clone(), ops))
}

/// The tables of these names that a module declares, as the arguments of `op.create_table`.
fn tables(modules: &Modules<'_>, scope: &Scope, names: &Set<String>) -> Vec<(String, PyCall)> {
    let wanted = |value: Option<&PyValue>| {
        value.and_then(PyValue::as_str).filter(|name| names.contains(*name)).map(str::to_owned)
    };
    let bindings = scope.bindings();
    let found = bindings.values().filter_map(|(binding, _)| {
        let Binding::Value(value) = binding else { return None };
        match &value.kind {
            PyKind::Object(object) => match &**object {
                PyObject::Class(class) if *class.home == **scope.home() => {
                    let own = class.members.iter().find(|(name, _)| name == "__tablename__");
                    Some((
                        wanted(own.map(|(_, value)| value))?,
                        model_classes::model(modules, class),
                    ))
                }
                _ => None,
            },
            PyKind::Call(made) if made.function.last_name() == Some("Table") => {
                let name = wanted(made.args.first())?;
                let mut made = (**made).clone();
                if made.args.len() > 1 {
                    made.args.remove(1);
                }
                Some((name, made))
            }
            _ => None,
        }
    });
    found.collect()
}

/// The schema with the table as it was before the revisions; `None` where they make or end it themselves.
fn before(
    schema: &Schema,
    table: &TableName,
    made: &[Op],
    (order, revisions): (&[RevisionIx], &[Revision]),
) -> Option<Schema> {
    let mut schema = schema.clone();
    for op in made {
        op::apply(&mut schema, op).ok()?;
    }
    let mut open = made
        .iter()
        .any(|op| matches!(op, Op::Unknown { .. } | Op::WithinTable { harmless: false, .. }));
    for revision in order.iter().rev().filter_map(|ix| revisions.get(ix.0)) {
        for step in revision.upgrade.iter().rev() {
            match &step.op {
                Op::CreateTable { table: one, .. }
                | Op::DropTable { table: one, .. }
                | Op::RenameTable { from: one, .. }
                | Op::RenameTable { to: one, .. }
                    if one == table =>
                {
                    return None;
                }
                op if is_within(&schema, op, table) => {
                    open |= match taken_back(op, &revision.downgrade) {
                        // An index that no model declares is no column.
                        Some(back) => {
                            op::apply(&mut schema, &back).is_err() && !leaves_columns(&back)
                        }
                        None => !leaves_columns(op),
                    };
                }
                _ => {}
            }
        }
    }
    schema.tables.get_mut(table)?.open |= open;
    Some(schema)
}

fn is_within(schema: &Schema, op: &Op, table: &TableName) -> bool {
    match op {
        Op::DropIndex { .. } => true,
        Op::CreateIndex { table: one, .. } => one == table && schema.tables.contains_key(table),
        op => op.tables().contains(&table),
    }
}

/// Whether what it does is no matter for the columns.
fn leaves_columns(op: &Op) -> bool {
    matches!(
        op,
        Op::DropIndex { .. }
            | Op::Mutate { .. }
            | Op::Upkeep { .. }
            | Op::WithinTable { harmless: true, .. }
    )
}

/// What takes a change back: its opposite, or what the downgrade does to the same thing.
fn taken_back(op: &Op, downgrade: &[Step]) -> Option<Op> {
    let again = |is_it: &dyn Fn(&Op) -> bool| {
        let mut found = downgrade.iter().map(|step| &step.op).filter(|op| is_it(op));
        found.next().cloned()
    };
    Some(match op {
        Op::AddColumn { table, column, .. } => Op::DropColumn {
            table: table.clone(),
            column: column.name.clone(),
            if_exists: false,
            cascade: true,
        },
        Op::RenameColumn { table, from, to } => {
            Op::RenameColumn { table: table.clone(), from: to.clone(), to: from.clone() }
        }
        Op::AddConstraint { table, name: Some(name), .. } => again(
            &|op| matches!(op, Op::DropConstraint { table: of, name: own, .. } if of == table && own == name),
        )?,
        Op::CreateIndex { index, .. } => again(
            &|op| matches!(op, Op::DropIndex { name, .. } if Some(&name.name) == index.name.as_ref()),
        )?,
        Op::DropColumn { table, column, .. } => again(
            &|op| matches!(op, Op::AddColumn { table: of, column: own, .. } if of == table && own.name == *column),
        )?,
        Op::DropConstraint { table, name, .. } => again(
            &|op| matches!(op, Op::AddConstraint { table: of, name: Some(own), .. } if of == table && own == name),
        )?,
        Op::AlterColumnType { table, column, .. } => again(
            &|op| matches!(op, Op::AlterColumnType { table: of, column: own, .. } if of == table && own == column),
        )?,
        Op::SetNotNull { table, column, .. } => again(
            &|op| matches!(op, Op::DropNotNull { table: of, column: own, .. } if of == table && own == column),
        )?,
        Op::DropNotNull { table, column, .. } => again(
            &|op| matches!(op, Op::SetNotNull { table: of, column: own, .. } if of == table && own == column),
        )?,
        Op::SetDefault { table, column, .. } | Op::DropDefault { table, column, .. } => again(
            &|op| matches!(op, Op::SetDefault { table: of, column: own, .. } | Op::DropDefault { table: of, column: own, .. } if of == table && own == column),
        )?,
        _ => return None,
    })
}
