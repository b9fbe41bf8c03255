//! `sa.String(50)` → the type as PostgreSQL spells it (alembic.md 5.1, 5.2).
//!
//! One table from the name of a class to what SQLAlchemy's PostgreSQL compiler prints for it. What is not in
//! the table is not known, and stays so.

use crate::engine::op::conventions::Given;
use crate::engine::python::{PyCall, PyKind, PyValue};
use crate::engine::schema::{Ident, TableName, format_type};

use super::columns::{keyword, last_name};
use super::context::Context;

/// What is known of a type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ReadType {
    /// As `format_type` spells it.
    pub spelled: Option<String>,
    /// A native enum with its values; `None` inside when they are not known.
    pub enumeration: Option<Enumeration>,
    /// It is text with a CHECK of this name for these values; no values when they are not known.
    pub check: Option<(Given, Option<Vec<String>>)>,
    /// Whether a key of this type counts up by itself.
    pub counts: bool,
}

/// A native enum type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Enumeration {
    pub name: TableName,
    pub values: Option<Vec<String>>,
    /// `create_table` makes it.
    pub create: bool,
    /// It lives where its table lives.
    pub inherits: bool,
}

/// How the arguments of a class make the words that it prints.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// These words, whatever the arguments.
    Plain(&'static str),
    /// `WORD(length)`, or the word alone.
    Length(&'static str),
    /// `WORD(precision, scale)`; a scale alone is lost.
    Numeric(&'static str),
    /// `FLOAT(precision)`.
    Float,
    /// With or without time zone, with or without precision.
    Zoned(&'static str),
    Interval,
    Bit,
    Array,
    Enum,
    Uuid,
    Domain,
    /// The type that another one wraps: `Variant`, `MutableDict.as_mutable(…)`.
    Inner,
}

/// Classes of SQLAlchemy and its neighbours that PostgreSQL has a type for.
const CLASSES: &[(&str, Shape)] = &[
    ("Integer", Shape::Plain("integer")),
    ("INTEGER", Shape::Plain("integer")),
    ("INT", Shape::Plain("integer")),
    ("SmallInteger", Shape::Plain("smallint")),
    ("SMALLINT", Shape::Plain("smallint")),
    ("BigInteger", Shape::Plain("bigint")),
    ("BIGINT", Shape::Plain("bigint")),
    ("String", Shape::Length("varchar")),
    ("VARCHAR", Shape::Length("varchar")),
    ("Unicode", Shape::Length("varchar")),
    ("AutoString", Shape::Length("varchar")),
    ("CHAR", Shape::Length("char")),
    ("NCHAR", Shape::Length("nchar")),
    ("Text", Shape::Length("text")),
    ("TEXT", Shape::Length("text")),
    ("UnicodeText", Shape::Plain("text")),
    ("Boolean", Shape::Plain("boolean")),
    ("BOOLEAN", Shape::Plain("boolean")),
    ("Float", Shape::Float),
    ("FLOAT", Shape::Float),
    ("REAL", Shape::Plain("real")),
    ("Double", Shape::Plain("double precision")),
    ("DOUBLE_PRECISION", Shape::Plain("double precision")),
    ("Numeric", Shape::Numeric("numeric")),
    ("NUMERIC", Shape::Numeric("numeric")),
    ("DECIMAL", Shape::Numeric("decimal")),
    ("Date", Shape::Plain("date")),
    ("DATE", Shape::Plain("date")),
    ("DateTime", Shape::Zoned("timestamp")),
    ("TIMESTAMP", Shape::Zoned("timestamp")),
    ("Time", Shape::Zoned("time")),
    ("TIME", Shape::Zoned("time")),
    ("Interval", Shape::Interval),
    ("INTERVAL", Shape::Interval),
    ("LargeBinary", Shape::Plain("bytea")),
    ("BYTEA", Shape::Plain("bytea")),
    ("PickleType", Shape::Plain("bytea")),
    ("JSON", Shape::Plain("json")),
    ("JSONB", Shape::Plain("jsonb")),
    ("JSONPATH", Shape::Plain("jsonpath")),
    ("Uuid", Shape::Uuid),
    ("UUID", Shape::Uuid),
    ("GUID", Shape::Uuid),
    ("Enum", Shape::Enum),
    ("ENUM", Shape::Enum),
    ("ARRAY", Shape::Array),
    ("DOMAIN", Shape::Domain),
    ("INET", Shape::Plain("inet")),
    ("CIDR", Shape::Plain("cidr")),
    ("MACADDR", Shape::Plain("macaddr")),
    ("MACADDR8", Shape::Plain("macaddr8")),
    ("MONEY", Shape::Plain("money")),
    ("OID", Shape::Plain("oid")),
    ("REGCLASS", Shape::Plain("regclass")),
    ("REGCONFIG", Shape::Plain("regconfig")),
    ("BIT", Shape::Bit),
    ("HSTORE", Shape::Plain("hstore")),
    ("TSVECTOR", Shape::Plain("tsvector")),
    ("TSVectorType", Shape::Plain("tsvector")),
    ("TSQUERY", Shape::Plain("tsquery")),
    ("CITEXT", Shape::Plain("citext")),
    ("LTREE", Shape::Plain("ltree")),
    ("LtreeType", Shape::Plain("ltree")),
    ("INT4RANGE", Shape::Plain("int4range")),
    ("INT8RANGE", Shape::Plain("int8range")),
    ("NUMRANGE", Shape::Plain("numrange")),
    ("DATERANGE", Shape::Plain("daterange")),
    ("TSRANGE", Shape::Plain("tsrange")),
    ("TSTZRANGE", Shape::Plain("tstzrange")),
    ("INT4MULTIRANGE", Shape::Plain("int4multirange")),
    ("INT8MULTIRANGE", Shape::Plain("int8multirange")),
    ("NUMMULTIRANGE", Shape::Plain("nummultirange")),
    ("DATEMULTIRANGE", Shape::Plain("datemultirange")),
    ("TSMULTIRANGE", Shape::Plain("tsmultirange")),
    ("TSTZMULTIRANGE", Shape::Plain("tstzmultirange")),
    ("EmailType", Shape::Plain("varchar(255)")),
    ("URLType", Shape::Plain("text")),
    ("IPAddressType", Shape::Plain("varchar(50)")),
    ("ScalarListType", Shape::Plain("text")),
    ("CountryType", Shape::Plain("varchar(2)")),
    ("UUIDType", Shape::Plain("uuid")),
    ("UTCDateTime", Shape::Plain("timestamptz")),
    ("Vector", Shape::Length("vector")),
    ("VECTOR", Shape::Length("vector")),
    ("HALFVEC", Shape::Length("halfvec")),
    ("as_mutable", Shape::Inner),
    ("with_variant", Shape::Inner),
];

/// Libraries whose classes have the names of [`CLASSES`]. A class of the same name from anywhere else is
/// somebody's own.
const LIBRARIES: &[&str] = &[
    "sqlalchemy",
    "sqlmodel",
    "pgvector",
    "sqlalchemy_utils",
    "sa",
    "postgresql",
    "fastapi_users_db_sqlalchemy",
];

/// Reads a type: a class, an object of it, or a name that stands for one.
pub(super) fn read(context: &mut Context<'_>, value: &PyValue) -> ReadType {
    let value = context.object_of(value);
    let (name, call) = match &value.kind {
        PyKind::Call(call) => (last_name(&call.function), Some(&**call)),
        _ => (last_name(&value), None),
    };
    let Some(name) = name.map(str::to_owned) else { return ReadType::default() };
    let function = call.map_or(&value, |call| &call.function);
    let Some((_, shape)) = CLASSES.iter().find(|(known, _)| *known == name) else {
        return ReadType::default();
    };
    if !matches!(shape, Shape::Inner) && !is_library(context, function) {
        return ReadType::default();
    }
    let words = match shape {
        Shape::Inner => return inner(context, &name, &value),
        Shape::Enum => return enumeration(context, call),
        Shape::Domain => {
            let name = call.and_then(|call| named(context, call));
            let spelled = name.map(|name| format_type(&name.quoted()));
            return ReadType { spelled, ..ReadType::default() };
        }
        Shape::Array => {
            let item =
                call.and_then(|call| call.args.first().or_else(|| keyword(call, "item_type")));
            let Some(item) = item.cloned() else { return ReadType::default() };
            let mut read = read(context, &item);
            read.spelled = read.spelled.map(|item| format_type(&format!("{item}[]")));
            read.counts = false;
            return read;
        }
        other => call.map_or_else(|| bare(*other), |call| words(context, *other, call)),
    };
    let spelled = words.map(|words| format_type(&words));
    let counts = matches!(spelled.as_deref(), Some("integer" | "bigint" | "smallint"));
    ReadType { spelled, counts, ..ReadType::default() }
}

fn is_library(context: &mut Context<'_>, function: &PyValue) -> bool {
    match context.fold(function).kind {
        PyKind::Path(parts) => parts.first().is_some_and(|first| {
            let first = first.trim_start_matches('.');
            LIBRARIES.contains(&first) && parts.get(1).is_none_or(|second| second != "mysql")
        }),
        _ => false,
    }
}

/// `Type.with_variant(…)` is the type on every dialect but the one it names; `X.as_mutable(type)`.
fn inner(context: &mut Context<'_>, name: &str, value: &PyValue) -> ReadType {
    let Some(call) = value.as_call() else { return ReadType::default() };
    if name == "as_mutable" {
        return call.args.first().map_or_else(ReadType::default, |given| read(context, given));
    }
    let dialects: Vec<Option<String>> =
        call.args.iter().skip(1).map(|given| context.text(given)).collect();
    if dialects.iter().any(|dialect| dialect.as_deref() == Some("postgresql")) {
        return call.args.first().map_or_else(ReadType::default, |given| read(context, given));
    }
    match &call.function.kind {
        PyKind::Attribute { of, .. } if dialects.iter().all(Option::is_some) => read(context, of),
        PyKind::Path(parts) if dialects.iter().all(Option::is_some) => {
            let parts = parts.split_last().map(|(_, before)| before.to_vec()).unwrap_or_default();
            read(context, &PyValue { kind: PyKind::Path(parts), span: value.span })
        }
        _ => ReadType::default(),
    }
}

/// A class without a call, `sa.String`.
fn bare(shape: Shape) -> Option<String> {
    Some(match shape {
        Shape::Plain(words) | Shape::Length(words) | Shape::Numeric(words) => words.to_owned(),
        Shape::Zoned(words) => words.to_owned(),
        Shape::Float => "float".to_owned(),
        Shape::Interval => "interval".to_owned(),
        Shape::Bit => "bit".to_owned(),
        Shape::Uuid => "uuid".to_owned(),
        _ => return None,
    })
}

/// The words of a class with arguments; `None` when one that matters is not known.
fn words(context: &mut Context<'_>, shape: Shape, call: &PyCall) -> Option<String> {
    if call.kwargs.iter().any(|(name, _)| name.is_none()) {
        return None;
    }
    match shape {
        Shape::Length(word) => {
            let names = ["length", "dim"];
            let given = call.args.first().or_else(|| names.iter().find_map(|n| keyword(call, n)));
            Some(match number(context, given)? {
                Some(length) => format!("{word}({length})"),
                None => word.to_owned(),
            })
        }
        Shape::Numeric(word) => {
            let precision = call.args.first().or_else(|| keyword(call, "precision"));
            let scale = call.args.get(1).or_else(|| keyword(call, "scale"));
            Some(match (number(context, precision)?, number(context, scale)?) {
                (Some(precision), Some(scale)) => format!("{word}({precision}, {scale})"),
                (Some(precision), None) => format!("{word}({precision})"),
                (None, _) => word.to_owned(),
            })
        }
        Shape::Float => {
            let precision = call.args.first().or_else(|| keyword(call, "precision"));
            Some(match number(context, precision)? {
                Some(bits) => format!("float({bits})"),
                None => "float".to_owned(),
            })
        }
        Shape::Zoned(word) => {
            let zone = flag(context, call.args.first().or_else(|| keyword(call, "timezone")))?;
            let precision = call.args.get(1).or_else(|| keyword(call, "precision"));
            let digits = number(context, precision)?.map(|digits| format!("({digits})"));
            let with = if zone { "with" } else { "without" };
            Some(format!("{word}{} {with} time zone", digits.unwrap_or_default()))
        }
        Shape::Interval => {
            let fields = keyword(call, "fields").map(|given| context.text(given));
            let fields = match fields {
                Some(given) => format!(" {}", given?.to_lowercase()),
                None => String::new(),
            };
            let names = ["precision", "second_precision"];
            let precision = names.iter().find_map(|name| keyword(call, name));
            let digits = number(context, precision)?.map(|digits| format!("({digits})"));
            Some(format!("interval{fields}{}", digits.unwrap_or_default()))
        }
        Shape::Bit => {
            let length = number(context, call.args.first().or_else(|| keyword(call, "length")))?;
            let varying = flag(context, keyword(call, "varying"))?;
            let word = if varying { "bit varying" } else { "bit" };
            Some(length.map_or_else(|| word.to_owned(), |length| format!("{word}({length})")))
        }
        Shape::Uuid => match flag_or(context, keyword(call, "native_uuid"), true)? {
            true => Some("uuid".to_owned()),
            false => Some("char(32)".to_owned()),
        },
        Shape::Plain(words) => Some(words.to_owned()),
        _ => None,
    }
}

/// The inner `None` is an argument that is absent, the outer one that it is not known.
fn number(context: &mut Context<'_>, value: Option<&PyValue>) -> Option<Option<i64>> {
    let Some(value) = value else { return Some(None) };
    match context.fold(value).kind {
        PyKind::Int(Some(number)) => Some(Some(number)),
        PyKind::None => Some(None),
        _ => None,
    }
}

fn flag(context: &mut Context<'_>, value: Option<&PyValue>) -> Option<bool> {
    flag_or(context, value, false)
}

fn flag_or(context: &mut Context<'_>, value: Option<&PyValue>, absent: bool) -> Option<bool> {
    let Some(value) = value else { return Some(absent) };
    match context.fold(value).kind {
        PyKind::Bool(truth) => Some(truth),
        PyKind::None => Some(false),
        _ => None,
    }
}

/// The name of an enum, domain or sequence, with its schema.
pub(super) fn named(context: &mut Context<'_>, call: &PyCall) -> Option<TableName> {
    let enums = matches!(last_name(&call.function), Some("Enum" | "ENUM"));
    let first = call.args.first().filter(|_| !enums);
    let name = match keyword(call, "name").or(first) {
        Some(given) => context.text(given)?,
        // An enum of a Python class is called after the class.
        None => match &call.args.first()?.kind {
            PyKind::Path(parts) if enums => parts.last()?.to_lowercase(),
            _ => return None,
        },
    };
    match keyword(call, "schema") {
        None => Some(TableName::plain(Ident::exact(name))),
        Some(schema) => match context.fold(schema).kind {
            PyKind::None => Some(TableName::plain(Ident::exact(name))),
            PyKind::Str(schema) => {
                Some(TableName::qualified(Ident::exact(schema), Ident::exact(name), "public"))
            }
            _ => None,
        },
    }
}

/// Returns what `sa.Enum(…)` is: a type of its own, or text that is long enough for its values.
fn enumeration(context: &mut Context<'_>, call: Option<&PyCall>) -> ReadType {
    let Some(call) = call else { return ReadType::default() };
    let values = values(context, call);
    if flag_or(context, keyword(call, "native_enum"), true) != Some(true) {
        let longest = values.iter().flatten().map(|value| value.chars().count()).max();
        let length = match keyword(call, "length") {
            Some(given) => number(context, Some(given)).flatten(),
            None => longest.and_then(|length| i64::try_from(length).ok()),
        };
        let spelled = length.map(|length| format!("character varying({length})"));
        let checked = flag_or(context, keyword(call, "create_constraint"), false) == Some(true);
        let name = context.given(keyword(call, "name"));
        let check = checked.then_some((name, values));
        return ReadType { spelled, check, ..ReadType::default() };
    }
    let Some(name) = named(context, call) else { return ReadType::default() };
    // SQLAlchemy 2.0 hears it of its PostgreSQL class only; whoever writes it means it.
    let create = flag_or(context, keyword(call, "create_type"), true).unwrap_or(true);
    let spelled = Some(name.quoted());
    let inherits = flag_or(context, keyword(call, "inherit_schema"), false).unwrap_or(false);
    let enumeration = Some(Enumeration { name, values, create, inherits });
    ReadType { spelled, enumeration, ..ReadType::default() }
}

/// The values of an enum that lists them as text; `None` for a Python enum class.
fn values(context: &mut Context<'_>, call: &PyCall) -> Option<Vec<String>> {
    let args = PyValue { kind: PyKind::List(call.args.clone()), span: call.function.span };
    let PyKind::List(all) = context.fold(&args).kind else { return None };
    all.iter().map(|value| context.text(value)).collect()
}
