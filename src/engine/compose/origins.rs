//! Which steps touched each thing → a schema and differences that say so.

use crate::engine::case::Case;
use crate::engine::chain::{Chain, Touch, Touches};
use crate::engine::dialects::Dialect;
use crate::engine::op;
use crate::engine::schema::{Ident, TableName};
use crate::ordered::Map;
use crate::wire::diff::CauseView;
use crate::wire::schema::{OriginView, SchemaView, TableView};
use crate::wire::{ObjectKind, ObjectRef};

use super::places;

/// Where origins are looked up.
struct Look<'a> {
    case: &'a Case,
    chain: &'a Chain,
    touches: &'a Touches,
    dialect: Dialect,
}

/// Puts in where everything in a replayed schema comes from.
pub(super) fn mark(
    view: &mut SchemaView,
    case: &Case,
    chain: &Chain,
    touches: &Touches,
    dialect: Dialect,
) {
    let look = Look { case, chain, touches, dialect };
    view.tables.iter_mut().for_each(|table| look.table(table));
    for one in &mut view.enums {
        one.origin = look.of(ObjectKind::Type, &look.name(&one.schema, &one.name), None);
    }
    for one in &mut view.views {
        one.origin = look.of(ObjectKind::View, &look.name(&one.schema, &one.name), None);
    }
    for one in &mut view.sequences {
        one.origin = look.of(ObjectKind::Sequence, &look.name(&one.schema, &one.name), None);
    }
}

/// Which steps touched what, in words.
#[derive(Debug, Clone, Default)]
pub(super) struct Causes {
    touches: Touches,
    steps: Map<Touch, CauseView>,
}

impl Causes {
    /// Returns the steps of a chain in words.
    pub(super) fn of(case: &Case, chain: &Chain, touches: Touches) -> Self {
        let in_words = |touch: Touch| {
            let (revision, step) = chain.touched(touch)?;
            let (file, line) = places::line(case, Some(step.span));
            let (revision, what) = (revision.id.clone(), op::describe(&step.op));
            Some((touch, CauseView { revision, file, line, what }))
        };
        let steps = touches.all().filter_map(in_words).collect();
        Self { touches, steps }
    }

    /// Returns the steps that touched something, oldest first; see [`Touches::of`].
    pub(super) fn at(
        &self,
        kind: ObjectKind,
        name: &TableName,
        part: Option<&Ident>,
    ) -> Vec<&CauseView> {
        let touches = self.touches.of(kind, name, part);
        touches.iter().filter_map(|touch| self.steps.get(touch)).collect()
    }
}

/// Returns the steps that have a part in a difference, oldest first: where both sides were replayed, those
/// that only one of them ran.
pub(super) fn causes(
    sides: [Option<&Causes>; 2],
    object: &ObjectRef,
    name: &TableName,
) -> Vec<CauseView> {
    let is_part =
        matches!(object.kind, ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Index);
    let part = object.name.as_deref().filter(|_| is_part).map(Ident::exact);
    let [from, to] = sides.map(|side| {
        side.map(|causes| causes.at(object.kind, name, part.as_ref())).unwrap_or_default()
    });
    let own = |one: &[&CauseView], other: &[&CauseView]| -> Vec<CauseView> {
        one.iter().filter(|cause| !other.contains(cause)).map(|cause| (*cause).clone()).collect()
    };
    [own(&from, &to), own(&to, &from)].concat()
}

impl Look<'_> {
    fn table(&self, table: &mut TableView) {
        let name = &self.name(&table.schema, &table.name);
        table.origin = self.of(ObjectKind::Table, name, None);
        for column in &mut table.columns {
            column.origin = self.of(ObjectKind::Column, name, Some(&column.name));
        }
        let keyed =
            |part: &Option<String>| self.of(ObjectKind::Constraint, name, Some(part.as_deref()?));
        for key in table.primary_key.iter_mut().chain(&mut table.uniques) {
            key.origin = keyed(&key.name);
        }
        for check in &mut table.checks {
            check.origin = keyed(&check.name);
        }
        for key in &mut table.foreign_keys {
            key.origin = keyed(&key.name);
        }
        for index in &mut table.indexes {
            index.origin = keyed(&index.name);
        }
    }

    fn name(&self, schema: &str, name: &str) -> TableName {
        let default = self.dialect.row().default_schema;
        TableName::qualified(Ident::exact(schema), Ident::exact(name), default)
    }

    fn of(&self, kind: ObjectKind, name: &TableName, part: Option<&str>) -> Option<OriginView> {
        let part = part.map(Ident::exact);
        let touch = self.touches.of(kind, name, part.as_ref()).last()?;
        let (revision, step) = self.chain.touched(*touch)?;
        let (file, line) = places::line(self.case, Some(step.span));
        Some(OriginView { revision: revision.id.clone(), file: file.unwrap_or_default(), line })
    }
}
