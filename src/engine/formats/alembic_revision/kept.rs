//! How a constraint is kept, and the options of an identity: arguments that SQLAlchemy writes behind what they
//! belong to.

use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, Op};
use crate::engine::python::{PyCall, PyKind};
use crate::engine::schema::{Constraint, ConstraintTraits, Ident, TableName};

use crate::engine::sql::state::sequence_options as sequence_options_text;

use super::constraints::listed;
use super::context::Context;

/// Reads how a constraint is kept; `None` where an argument about it is not known.
pub(super) fn traits(context: &mut Context<'_>, call: &PyCall) -> Option<ConstraintTraits> {
    let deferrable = flag(context, call, "deferrable")?;
    let mut traits = ConstraintTraits { deferrable, ..ConstraintTraits::default() };
    if let Some(word) = word(context, call, "initially")? {
        traits.initially_deferred = word == "DEFERRED";
        traits.deferrable |= traits.initially_deferred;
    }
    traits.match_full = word(context, call, "match")?.is_some_and(|word| word == "FULL");
    match context.dialect {
        Dialect::PostgreSql => {
            traits.nulls_not_distinct = flag(context, call, "postgresql_nulls_not_distinct")?;
            if let Some(value) = call.keyword("postgresql_include").cloned() {
                let names: Vec<String> =
                    listed(context, &value)?.iter().map(Ident::quoted).collect();
                let text = ["INCLUDE (", &names.join(", "), ")"].concat();
                traits.also = (!names.is_empty()).then_some(text);
            }
        }
        Dialect::Sqlite => {
            let asked = word(context, call, "sqlite_on_conflict")?;
            let asked = asked.filter(|word| word != "ABORT");
            traits.also = asked.map(|word| ["ON CONFLICT ", &word].concat());
        }
        Dialect::MySql => {}
    }
    Some(traits)
}

fn flag(context: &mut Context<'_>, call: &PyCall, name: &str) -> Option<bool> {
    match call.keyword(name).map(|value| context.fold(value).kind) {
        None | Some(PyKind::None | PyKind::Bool(false)) => Some(false),
        Some(PyKind::Bool(true)) => Some(true),
        _ => None,
    }
}

/// A word in upper case; the inner `None` where it is not given.
fn word(context: &mut Context<'_>, call: &PyCall, name: &str) -> Option<Option<String>> {
    match call.keyword(name).map(|value| context.fold(value).kind) {
        None | Some(PyKind::None) => Some(None),
        Some(PyKind::Str(text)) => Some(Some(text.to_uppercase())),
        _ => None,
    }
}

/// Adds a constraint to a table, and says how it is kept where that is not as usual.
pub(super) fn added(table: &TableName, made: Constraint, validated: bool) -> Vec<Op> {
    let Constraint { name, kind, traits } = made;
    let detail = Detail::Constraint(name.clone(), traits.clone());
    let detail = Op::Detail { table: table.clone(), detail };
    let op = Op::AddConstraint { table: table.clone(), name, kind, validated };
    let is_usual = traits == ConstraintTraits::default();
    std::iter::once(op).chain((!is_usual).then_some(detail)).collect()
}

/// The options of `Identity(…)` that are not the defaults, as the server is told; `None` where one is not
/// known.
pub(super) fn sequence_options(context: &mut Context<'_>, call: &PyCall) -> Option<String> {
    let mut kept = Vec::new();
    for (name, words) in [
        ("increment", "INCREMENT BY"),
        ("start", "START WITH"),
        ("minvalue", "MINVALUE"),
        ("maxvalue", "MAXVALUE"),
        ("cache", "CACHE"),
    ] {
        match call.keyword(name).map(|value| context.fold(value).kind) {
            None | Some(PyKind::None | PyKind::Int(Some(1))) => {}
            Some(PyKind::Int(Some(number))) => {
                kept.push([words, " ", &number.to_string()].concat())
            }
            _ => return None,
        }
    }
    if flag(context, call, "cycle")? {
        kept.push("CYCLE".to_owned());
    }
    Some(sequence_options_text(kept))
}
