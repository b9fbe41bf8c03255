//! What constraints and indexes of directives are called: as the directive says, as the naming convention of
//! the project's metadata has it, or as the database chooses (alembic.md 5.4).

use std::cell::RefCell;

use crate::engine::dialects::Dialect;
use crate::engine::op::ConstraintKind;
use crate::engine::op::conventions::{Answer, Convention, Given, Kind, Naming, Subject};
use crate::engine::python::{PyKind, PyValue};
use crate::engine::schema::{Constraint, ConstraintTraits, Ident, IndexPart, TableName};
use crate::ordered::Set;

use super::context::{Context, Target};

/// The convention, and the tables with a name that one might have made which was not seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub naming: &'a Naming,
    pub assumed: &'a RefCell<Set<TableName>>,
    /// Foreign keys that SQL gives a name, which no function for SQLAlchemy's compiler sees.
    pub in_sql: &'a RefCell<Set<(TableName, Ident)>>,
}

/// A constraint as it is written, before it belongs to a table.
#[derive(Debug, Clone)]
pub(super) struct Unnamed {
    pub given: Given,
    pub kind: ConstraintKind,
    pub traits: ConstraintTraits,
    /// The column whose type asks for it.
    pub of_type: Option<Ident>,
}

/// What a constraint or index is made on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub table: &'a TableName,
    /// The schema as written: `public` is part of an index's name.
    pub schema: Option<&'a str>,
    /// Columns that the table's items call by another name.
    pub keys: &'a [(String, Ident)],
    /// By a directive of its own, for which Alembic makes the table that a foreign key points at.
    pub is_alone: bool,
}

/// A name, and what of it is not known, in words.
type Settled = (Option<Ident>, Option<String>);

impl Context<'_> {
    /// Returns the name that an argument gives.
    pub fn given(&mut self, value: Option<&PyValue>) -> Given {
        let Some(value) = value else { return Given::Absent };
        let value = self.object_of(value);
        if value.kind == PyKind::None {
            return Given::Absent;
        }
        let Some(text) = self.text(&value) else { return Given::Unknown };
        let is_final = value.as_call().is_some_and(|call| match self.target(&call.function) {
            Target::Op(name) | Target::Batch(_, name) => name == "f",
            _ => false,
        });
        if is_final { Given::Final(text) } else { Given::Plain(text) }
    }

    fn settle(&mut self, place: Place<'_>, subject: &Subject<'_>, given: &Given) -> Settled {
        let own = Convention::default();
        let convention = match &self.names.naming.convention {
            Some(convention) => convention,
            None => {
                // Of the patterns that wrap a given name, those of checks alone are usual.
                let wraps = matches!(given, Given::Plain(_)) && subject.kind == Kind::Check;
                if wraps || *given == Given::Absent {
                    self.names.assumed.borrow_mut().insert(place.table.clone());
                }
                &own
            }
        };
        let open = |why: &str| {
            let what = match subject.kind {
                Kind::Index => "an index",
                Kind::Unique => "a unique constraint",
                Kind::Check => "a check",
                Kind::ForeignKey => "a foreign key",
                Kind::PrimaryKey => "the primary key",
            };
            Some(format!("the name of {what}: {why}"))
        };
        match convention.name(subject, given) {
            Answer::Name(name) => (Some(name), None),
            Answer::Database => (None, None),
            Answer::Refused(why) => {
                // A name that is given in full is printed, and refused by the server.
                let by =
                    if self.dialect == Dialect::MySql { "Alembic or MySQL" } else { "Alembic" };
                (None, open(&format!("{by} refuses it, “{why}”")))
            }
            Answer::Unknown(why) => (None, open(why)),
        }
    }
}

impl Unnamed {
    /// Returns the constraint with its name on a table.
    pub fn on(self, context: &mut Context<'_>, place: Place<'_>) -> (Constraint, Option<String>) {
        let (name, open) = match &self.kind {
            // SQLAlchemy's conventions know nothing of them.
            ConstraintKind::Exclusion(_) => match &self.given {
                Given::Plain(name) | Given::Final(name) => (Some(Ident::exact(name)), None),
                Given::Absent => (None, None),
                Given::Unknown => (None, Some("the name of an exclusion constraint".to_owned())),
            },
            kind => context.settle(
                place,
                &subject(context.dialect, kind, self.of_type.as_ref(), place),
                &self.given,
            ),
        };
        (Constraint { name, kind: self.kind, traits: self.traits }, open)
    }
}

fn subject<'a>(
    dialect: Dialect,
    kind: &'a ConstraintKind,
    of_type: Option<&'a Ident>,
    place: Place<'a>,
) -> Subject<'a> {
    let (word, columns): (Kind, &[Ident]) = match kind {
        ConstraintKind::PrimaryKey { columns } => (Kind::PrimaryKey, columns),
        ConstraintKind::Unique { columns } => (Kind::Unique, columns),
        ConstraintKind::ForeignKey(key) => (Kind::ForeignKey, &key.columns),
        // The text of a check has no columns for SQLAlchemy.
        ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {
            (Kind::Check, of_type.map_or(&[], std::slice::from_ref))
        }
    };
    let referred = match kind {
        ConstraintKind::ForeignKey(key) => {
            let known = place.is_alone.then_some(key.ref_columns.as_slice());
            Some((&key.ref_table, known))
        }
        _ => None,
    };
    let columns = columns.iter().map(|column| Some(place.column(column))).collect();
    let table = place.table.name.as_str();
    Subject { dialect, kind: word, schema: place.schema, table, columns, referred }
}

impl<'a> Place<'a> {
    /// Returns the place of a directive that makes one constraint or index.
    pub fn alone(table: &'a TableName, schema: Option<&'a str>) -> Self {
        Self { table, schema, keys: &[], is_alone: true }
    }

    fn column(&self, column: &'a Ident) -> (&'a str, &'a str) {
        let key = self.keys.iter().find(|(_, name)| name == column);
        (column.as_str(), key.map_or(column.as_str(), |(key, _)| key.as_str()))
    }
}

/// Returns the text of `text("…")`, an element of an index.
pub(super) fn text_of(context: &mut Context<'_>, element: &PyValue) -> Option<String> {
    let element = context.object_of(element);
    let call = element.as_call().filter(|call| call.function.last_name() == Some("text"))?;
    call.args.first().and_then(|text| context.text(text))
}

/// Returns the name of an index. An element that was written as `text("…")`, as `texts` has it, is a column to
/// SQLAlchemy in a directive of its own, and nothing at all among the items of a table.
pub(super) fn of_index(
    context: &mut Context<'_>,
    place: Place<'_>,
    given: &Given,
    (parts, texts): (&[IndexPart], &[Option<String>]),
) -> Settled {
    let mut columns: Vec<Option<(String, String)>> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        match (part, texts.get(at).cloned().flatten()) {
            (IndexPart::Column(name), _) => {
                let (name, key) = place.column(name);
                columns.push(Some((name.to_owned(), key.to_owned())));
            }
            (IndexPart::Expression(_), Some(text)) if place.is_alone => {
                columns.push(Some((text.clone(), text)));
            }
            (IndexPart::Expression(_), Some(_)) => {}
            (IndexPart::Expression(_), None) => columns.push(None),
        }
    }
    let subject = Subject {
        dialect: context.dialect,
        kind: Kind::Index,
        schema: place.schema,
        table: place.table.name.as_str(),
        columns: columns
            .iter()
            .map(|pair| pair.as_ref().map(|(name, key)| (name.as_str(), key.as_str())))
            .collect(),
        referred: None,
    };
    context.settle(place, &subject, given)
}
