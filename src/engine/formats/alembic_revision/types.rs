//! `sa.String(50)` → the type as the database spells it (alembic.md 5.1, 5.2).

use crate::engine::dialects::Dialect;
use crate::engine::op::conventions::Given;
use crate::engine::python::{PyCall, PyKind, PyObject, PyValue};
use crate::engine::schema::{Ident, TableName};

use super::context::{CATALOG, Context};
use super::custom_types;
use super::following;
use super::sql_text::literal;
use super::type_classes::{self, Printed, Shape, flag, number};

/// What is known of a type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ReadType {
    /// As the catalogue spells it.
    pub spelled: Option<String>,
    /// As SQLAlchemy's compiler prints it.
    pub printed: Option<String>,
    /// Why there can be no such column, if there can't.
    pub refused: Option<String>,
    /// A native enum with its values; `None` inside when they are not known.
    pub enumeration: Option<Enumeration>,
    /// It asks for a CHECK of this name for these values, as SQL; no values when they are not known.
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

/// Libraries whose classes have the names of the table of classes. A class of the same name from anywhere else is
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

/// Types that compile for PostgreSQL and that its server does not know.
const UNKNOWN_TO_SERVER: &[&str] =
    &["datetime", "blob", "clob", "nvarchar", "double", "binary", "varbinary"];

/// Reads a type: a class, an object of it, or a name that stands for one.
pub(super) fn read(context: &mut Context<'_>, value: &PyValue) -> ReadType {
    let value = context.object_of(value);
    let (class, call) = match &value.kind {
        PyKind::Call(call) => (context.fold(&call.function), Some(&**call)),
        _ => (value.clone(), None),
    };
    if class.last_name() == Some(CATALOG) {
        let words = call.and_then(|call| call.args.first()).and_then(PyValue::as_str);
        return words.map_or_else(ReadType::default, |words| of_text(context, words.to_owned()));
    }
    if let PyKind::Object(class) = &class.kind {
        return custom_types::read(context, class, call, value.span);
    }
    let name = call.map_or(&value, |call| &call.function).last_name();
    let Some(name) = name.map(str::to_owned) else { return ReadType::default() };
    let function = call.map_or(&value, |call| &call.function);
    let module = module(context, function);
    let Some(shape) = type_classes::shape(&name, module.unwrap_or_default()) else {
        return match (name.as_str(), module) {
            ("NullType", Some(_)) => refused("has no type"),
            _ => ReadType::default(),
        };
    };
    if !matches!(shape, Shape::Inner) && module.is_none() {
        return ReadType::default();
    }
    let module = module.flatten();
    match shape {
        Shape::Inner => inner(context, &name, &value),
        Shape::Enum => enumeration(context, module, call),
        Shape::Set => match (context.dialect, call) {
            (Dialect::MySql, Some(call)) => match values(context, call) {
                Some(values) => {
                    of_printed(context, Printed::Sql(format!("SET({})", list(&values))))
                }
                None => ReadType::default(),
            },
            _ => of_printed(context, Printed::Refused),
        },
        Shape::Domain => {
            let name = call.and_then(|call| named(context, call)).map(|name| name.quoted());
            match context.dialect {
                Dialect::PostgreSql => of_printed(context, name.into()),
                _ => of_printed(context, Printed::Refused),
            }
        }
        Shape::Array => array(context, call),
        shape => {
            let printed = type_classes::print(context, (&name, module), shape, call);
            let mut read = of_printed(context, printed);
            read.counts = matches!(shape, Shape::Integer(_)) && name != "YEAR";
            let booleans = matches!(name.as_str(), "Boolean" | "BOOLEAN");
            if let Some(call) = call.filter(|_| booleans && context.dialect != Dialect::PostgreSql)
            {
                read.check = check(context, call, Some(vec!["0".to_owned(), "1".to_owned()]));
            }
            read
        }
    }
}

/// Words that a type of the project's puts in a statement.
pub(super) fn of_text(context: &Context<'_>, text: String) -> ReadType {
    of_printed(context, Printed::Sql(text))
}

/// Returns whether a path leads to a library whose types are known.
pub(super) fn is_library(parts: &[String]) -> bool {
    parts.first().is_some_and(|first| LIBRARIES.contains(&first.trim_start_matches('.')))
}

/// What the compiler prints, as the catalogue has it.
fn of_printed(context: &Context<'_>, printed: Printed) -> ReadType {
    let dialect = context.dialect;
    let title = dialect.row().title;
    let printed = match printed {
        Printed::Sql(printed) => printed,
        Printed::Unknown => return ReadType::default(),
        Printed::Refused => {
            return refused(&format!("has a type that SQLAlchemy can't print for {title}"));
        }
    };
    let spelled = dialect.type_name(&printed);
    let base = spelled.split('(').next().unwrap_or(&spelled);
    let is_unknown = UNKNOWN_TO_SERVER.contains(&base) || spelled.starts_with("text(");
    if dialect == Dialect::PostgreSql && is_unknown {
        let mut read = refused(&format!("has the type `{printed}`, which {title} doesn't know"));
        read.printed = Some(printed);
        return read;
    }
    ReadType { spelled: Some(spelled), printed: Some(printed), ..ReadType::default() }
}

fn refused(why: &str) -> ReadType {
    ReadType { refused: Some(why.to_owned()), ..ReadType::default() }
}

/// `ARRAY(item)`; PostgreSQL keeps no number of dimensions.
fn array(context: &mut Context<'_>, call: Option<&PyCall>) -> ReadType {
    if context.dialect != Dialect::PostgreSql {
        return of_printed(context, Printed::Refused);
    }
    let item = call.and_then(|call| call.args.first().or_else(|| call.keyword("item_type")));
    let Some(item) = item.cloned() else { return ReadType::default() };
    let dimensions = call.and_then(|call| call.keyword("dimensions"));
    let Some(dimensions) = number(context, dimensions) else { return ReadType::default() };
    let dimensions = usize::try_from(dimensions.unwrap_or(1)).unwrap_or(1).clamp(1, 9);
    let read = read(context, &item);
    let printed = read.printed.map(|mut item| {
        // The brackets belong to the type, and a collation stands behind them.
        let end = item.find(" COLLATE ").unwrap_or(item.len());
        item.insert_str(end, &"[]".repeat(dimensions));
        item
    });
    ReadType { counts: false, enumeration: read.enumeration, ..of_printed(context, printed.into()) }
}

/// The dialect whose module a class is from, within: whether it is from a library that is known.
fn module(context: &mut Context<'_>, function: &PyValue) -> Option<Option<Dialect>> {
    let PyKind::Path(parts) = context.fold(function).kind else { return None };
    let (_, modules) = parts.split_last()?;
    is_library(&parts).then(|| modules.iter().find_map(|part| Dialect::from_word(part)))
}

/// `Type.with_variant(…)` is the type on every dialect but those it names; `X.as_mutable(type)`.
fn inner(context: &mut Context<'_>, name: &str, value: &PyValue) -> ReadType {
    let Some(call) = value.as_call() else { return ReadType::default() };
    if name == "as_mutable" {
        return call.args.first().map_or_else(ReadType::default, |given| read(context, given));
    }
    let dialects: Vec<Option<String>> =
        call.args.iter().skip(1).map(|given| context.text(given)).collect();
    let own = context.dialect.word();
    if dialects.iter().any(|dialect| dialect.as_deref() == Some(own)) {
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

/// The name of an enum, domain or sequence, with its schema.
pub(super) fn named(context: &mut Context<'_>, call: &PyCall) -> Option<TableName> {
    let enums = matches!(call.function.last_name(), Some("Enum" | "ENUM"));
    let first = call.args.first().filter(|_| !enums);
    let name = match call.keyword("name").or(first) {
        Some(given) => context.text(given)?,
        // An enum of a Python class is called after the class.
        None => match &call.args.first()?.kind {
            PyKind::Path(parts) if enums => parts.last()?.to_lowercase(),
            PyKind::Object(object) if enums => match &**object {
                PyObject::Class(class) => class.name.to_lowercase(),
                _ => return None,
            },
            _ => return None,
        },
    };
    match call.keyword("schema") {
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

/// Returns what `sa.Enum(…)` is: a type of its own, part of the column, or text that is long enough.
fn enumeration(
    context: &mut Context<'_>,
    module: Option<Dialect>,
    call: Option<&PyCall>,
) -> ReadType {
    let Some(call) = call else { return ReadType::default() };
    if module == Some(Dialect::MySql) && context.dialect != Dialect::MySql {
        return of_printed(context, Printed::Refused);
    }
    let values = values(context, call);
    let native = flag(context, call.keyword("native_enum"), true) == Some(true);
    match context.dialect {
        Dialect::PostgreSql if native => native_enum(context, call, values),
        Dialect::MySql if native => {
            let printed = values.map(|values| {
                let mut text = format!("ENUM({})", list(&values));
                for (name, words) in [("charset", "CHARACTER SET"), ("collation", "COLLATE")] {
                    if let Some(given) = call.keyword(name).and_then(|value| context.text(value)) {
                        text.push_str(&format!(" {words} {given}"));
                    }
                }
                text
            });
            of_printed(context, printed.into())
        }
        _ => {
            let longest = values.iter().flatten().map(|value| value.chars().count()).max();
            let length = match call.keyword("length") {
                Some(given) => number(context, Some(given)).flatten(),
                None => longest.and_then(|length| i64::try_from(length).ok()),
            };
            let empty = values.as_ref().is_some_and(Vec::is_empty);
            let printed = match length {
                Some(length) => Some(format!("VARCHAR({length})")),
                None => empty.then(|| "VARCHAR".to_owned()),
            };
            let mut read = of_printed(context, printed.into());
            let literals = values.map(|all| all.iter().map(|value| literal(value)).collect());
            read.check = check(context, call, literals);
            read
        }
    }
}

/// A type of PostgreSQL's own.
fn native_enum(context: &mut Context<'_>, call: &PyCall, values: Option<Vec<String>>) -> ReadType {
    let Some(name) = named(context, call) else {
        let given = call.keyword("name").is_some() || values.is_none();
        return match given {
            true => ReadType::default(),
            false => refused("has an enum type, which needs a name on PostgreSQL"),
        };
    };
    // SQLAlchemy 2.0 hears it of its PostgreSQL class only; whoever writes it means it.
    let create = flag(context, call.keyword("create_type"), true).unwrap_or(true);
    let inherits = flag(context, call.keyword("inherit_schema"), false).unwrap_or(false);
    let spelled = name.quoted();
    let enumeration = Some(Enumeration { name, values, create, inherits });
    let printed = Some(spelled.clone());
    ReadType { spelled: Some(spelled), printed, enumeration, ..ReadType::default() }
}

/// The CHECK that a type without a native counterpart asks for.
fn check(
    context: &mut Context<'_>,
    call: &PyCall,
    values: Option<Vec<String>>,
) -> Option<(Given, Option<Vec<String>>)> {
    let asked = flag(context, call.keyword("create_constraint"), false) == Some(true);
    let name = context.given(call.keyword("name"));
    asked.then_some((name, values))
}

fn list(values: &[String]) -> String {
    values.iter().map(|value| literal(value)).collect::<Vec<_>>().join(",")
}

/// The values of an enum: texts, or what stands for them in a Python enum class.
fn values(context: &mut Context<'_>, call: &PyCall) -> Option<Vec<String>> {
    if let [given] = call.args.as_slice()
        && let PyKind::Object(object) = context.fold(given).kind
        && let PyObject::Class(class) = &*object
    {
        let members = class.enum_members()?;
        let Some(callable) = call.keyword("values_callable") else {
            let member = |value: &PyValue| match &value.kind {
                PyKind::Object(object) => match &**object {
                    PyObject::Member(member) => Some(member.name.clone()),
                    _ => None,
                },
                _ => None,
            };
            return members.iter().map(member).collect();
        };
        let class = PyValue { kind: PyKind::Object(object.clone()), span: given.span };
        let args = vec![class];
        let made = PyCall { function: callable.clone(), args, kwargs: Vec::new() };
        let found = following::value_of(context, &made, given.span)?;
        let all = context.scope.items(&found)?;
        return all.iter().map(|value| context.text(value)).collect();
    }
    let args = PyValue { kind: PyKind::List(call.args.clone()), span: call.function.span };
    let PyKind::List(all) = context.fold(&args).kind else { return None };
    all.iter().map(|value| context.text(value)).collect()
}
