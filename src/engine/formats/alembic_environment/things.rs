//! What expressions of an `env.py` and of the files that it imports stand for.

use crate::engine::op::conventions::{Convention, Pattern};
use crate::engine::python::{PyKind, PyValue};
use crate::engine::span::Span;

/// What an expression stands for, as far as it bears on names.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    Nothing,
    /// `MetaData(…)`, with the place that says so.
    Metadata(Convention, Span),
    /// Something whose attribute `metadata` it is: a base class, a registry, Flask's database object.
    Holder(Convention, Span),
    /// A convention as such.
    Patterns(Convention, Span),
    /// A list of metadatas: Alembic takes no convention from it.
    List,
    /// `SQLModel`, whose metadata any module may change.
    SqlModel,
    /// From a module that is not among the inputs.
    Absent(String),
    Unknown(String),
}

pub(super) fn unknown(why: &str) -> Thing {
    Thing::Unknown(why.to_owned())
}

pub(super) fn same(one: &Thing, other: &Thing) -> bool {
    match (one, other) {
        (Thing::Metadata(a, _), Thing::Metadata(b, _)) => a == b,
        (Thing::Nothing, Thing::Nothing)
        | (Thing::List, Thing::List)
        | (Thing::SqlModel, Thing::SqlModel) => true,
        (Thing::Absent(a), Thing::Absent(b)) | (Thing::Unknown(a), Thing::Unknown(b)) => a == b,
        _ => false,
    }
}

/// What holds a metadata.
pub(super) fn held(thing: Thing) -> Thing {
    match thing {
        Thing::Metadata(convention, span) => Thing::Holder(convention, span),
        other => other,
    }
}

pub(super) fn attribute(of: Thing, name: &str) -> Thing {
    match (of, name) {
        (Thing::Holder(convention, span), "metadata") => Thing::Metadata(convention, span),
        (held @ Thing::Holder(..), "Model" | "registry" | "db") => held,
        (Thing::SqlModel, "metadata") => Thing::SqlModel,
        (Thing::Metadata(convention, span), "naming_convention") => {
            Thing::Patterns(convention, span)
        }
        (absent @ (Thing::Absent(_) | Thing::Unknown(_)), _) => absent,
        (_, name) => unknown(&format!("an attribute `{name}`")),
    }
}

pub(super) fn patterns(
    items: &[(Option<PyValue>, PyValue)],
    span: Span,
    text: impl Fn(&PyValue) -> Option<String>,
) -> Thing {
    let mut convention = Convention::default();
    for (key, value) in items {
        let Some(key) = key else { return unknown("`**` in a naming convention") };
        let key = match &key.kind {
            PyKind::Str(key) => key.clone(),
            PyKind::Path(parts) => parts.last().cloned().unwrap_or_default(),
            _ => return unknown("a computed key of a naming convention"),
        };
        convention.set(&key, text(value).map_or(Pattern::Unknown, Pattern::Text));
    }
    Thing::Patterns(convention, span)
}
