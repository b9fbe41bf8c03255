//! Constraint objects and indexes → ours (alembic.md 4.1, 4.3, 4.4).

use crate::engine::dialects::Dialect;
use crate::engine::op::ConstraintKind;
use crate::engine::op::conventions::Given;
use crate::engine::python::{PyCall, PyKind, PyValue};
use crate::engine::schema::{Expression, ForeignKey, Ident, Index, IndexPart};
use crate::engine::sql;

use super::columns;
use super::context::Context;
use super::kept;
use super::naming::{self, Unnamed};
use super::sql_text;

/// What stands beside the columns of `create_table`.
#[derive(Debug, Clone)]
pub(super) enum TableItem {
    Constraint(Unnamed),
    Index(Given, Vec<Option<String>>, Index),
    /// A constraint or index whose parts are not known.
    Open(String),
}

/// Reads an item of `create_table` that is no column; `None` when it is none of SQLAlchemy's.
pub(super) fn table_item(context: &mut Context<'_>, value: &PyValue) -> Option<TableItem> {
    let value = context.object_of(value);
    let call = value.as_call()?;
    let word = call.function.last_name()?.to_owned();
    if word == "Index" {
        let given = context.given(call.args.first().or_else(|| call.keyword("name")));
        let parts: Option<Vec<IndexPart>> =
            call.args.iter().skip(1).map(|given| part(context, given)).collect();
        return Some(match parts {
            Some(parts) => {
                let elements = call.args.iter().skip(1);
                let texts = elements.map(|element| naming::text_of(context, element)).collect();
                TableItem::Index(given, texts, index(context, parts, call))
            }
            None => TableItem::Open("an index with computed columns".to_owned()),
        });
    }
    if !word.ends_with("Constraint") {
        return None;
    }
    Some(match item(context, &value) {
        Some(made) => TableItem::Constraint(made),
        None => TableItem::Open(format!("a computed `{word}`")),
    })
}

/// Reads a constraint object; `None` when it is none, or when what it is about is not known.
pub(super) fn item(context: &mut Context<'_>, value: &PyValue) -> Option<Unnamed> {
    let value = context.object_of(value);
    let call = value.as_call()?;
    let given = context.given(call.keyword("name"));
    let kind = match call.function.last_name()? {
        "PrimaryKeyConstraint" => {
            ConstraintKind::PrimaryKey { columns: names(context, &call.args)? }
        }
        "UniqueConstraint" => ConstraintKind::Unique { columns: names(context, &call.args)? },
        "CheckConstraint" => {
            let given = call.args.first().or_else(|| call.keyword("sqltext"))?;
            ConstraintKind::Check(sql::expression(&sql_text::condition(context, given)?))
        }
        "ForeignKeyConstraint" => {
            if call.keyword("use_alter").is_some_and(|v| v.kind == PyKind::Bool(true)) {
                return None;
            }
            ConstraintKind::ForeignKey(foreign_key(context, call)?)
        }
        "ExcludeConstraint" => exclusion(context, &call.args, call)?,
        _ => return None,
    };
    let traits = kept::traits(context, call)?;
    Some(Unnamed { given, kind, traits, of_type: None })
}

/// The columns of a list of names; objects like `sa.column("c")` are their names.
pub(super) fn names(context: &mut Context<'_>, all: &[PyValue]) -> Option<Vec<Ident>> {
    let list = PyValue { kind: PyKind::List(all.to_vec()), span: all.first()?.span };
    let items = context.scope.items(&list)?;
    items
        .iter()
        .map(|item| match item.as_call() {
            Some(call)
                if matches!(call.function.last_name(), Some("column" | "literal_column")) =>
            {
                call.args.first().and_then(|given| context.text(given)).map(Ident::exact)
            }
            _ => context.text(item).map(Ident::exact),
        })
        .collect()
}

/// The names in one argument: `["a", "b"]`.
pub(super) fn listed(context: &mut Context<'_>, value: &PyValue) -> Option<Vec<Ident>> {
    let items = context.scope.items(value)?;
    if items.is_empty() {
        return Some(Vec::new());
    }
    names(context, &items)
}

fn foreign_key(context: &mut Context<'_>, call: &PyCall) -> Option<ForeignKey> {
    let own = call.args.first().or_else(|| call.keyword("columns"))?.clone();
    let own = listed(context, &own)?;
    let targets = call.args.get(1).or_else(|| call.keyword("refcolumns"))?.clone();
    let targets = listed(context, &targets)?;
    let mut table = None;
    let mut columns = Vec::new();
    for target in &targets {
        let (named, column) = columns::target(target.as_str())?;
        table = Some(named);
        columns.push(column);
    }
    Some(columns::foreign_key(context, call, own, table?, columns))
}

/// `ForeignKey("table.column")` inside a column; the inner `None` is a key that is never made.
pub(super) fn foreign_key_of_column(
    context: &mut Context<'_>,
    call: &PyCall,
    column: &Ident,
) -> Option<Option<Unnamed>> {
    if call.keyword("use_alter").is_some_and(|value| value.kind == PyKind::Bool(true)) {
        return Some(None);
    }
    let target = call.args.first().or_else(|| call.keyword("column"))?;
    let (table, ref_column) = columns::target(&context.text(target)?)?;
    let given = context.given(call.keyword("name"));
    let key = columns::foreign_key(context, call, vec![column.clone()], table, vec![ref_column]);
    let (kind, traits) = (ConstraintKind::ForeignKey(key), kept::traits(context, call)?);
    Some(Some(Unnamed { given, kind, traits, of_type: None }))
}

/// `("window", "&&")` pairs, by which method, and for which rows.
pub(super) fn exclusion(
    context: &mut Context<'_>,
    elements: &[PyValue],
    call: &PyCall,
) -> Option<ConstraintKind> {
    let mut parts = Vec::new();
    let mut columns = Vec::new();
    for element in elements {
        let PyKind::Tuple(pair) = context.fold(element).kind else { return None };
        let [of, operator] = pair.as_slice() else { return None };
        let text = sql_text::condition(context, of)?;
        columns.extend(sql::expression(&text).columns);
        parts.push(format!("{text} WITH {}", context.text(operator)?));
    }
    let given = |name: &str| call.keyword(name).filter(|value| value.kind != PyKind::None).cloned();
    let using = match given("using") {
        Some(value) => context.text(&value)?,
        None => "gist".to_owned(),
    };
    let mut text = ["USING ", &using, " (", &parts.join(", "), ")"].concat();
    if let Some(value) = given("where") {
        let condition = sql_text::condition(context, &value)?;
        columns.extend(sql::expression(&condition).columns);
        text.extend([" WHERE (", &condition, ")"]);
    }
    Some(ConstraintKind::Exclusion(Expression { text, columns, kept: false }))
}

/// One element of an index: a plain string is always a column.
pub(super) fn part(context: &mut Context<'_>, value: &PyValue) -> Option<IndexPart> {
    let value = context.object_of(value);
    if let Some(call) = value.as_call()
        && call.function.last_name() == Some("column")
        && matches!(call.function.kind, PyKind::Path(_))
    {
        return call
            .args
            .first()
            .and_then(|given| context.text(given))
            .map(|name| IndexPart::Column(Ident::exact(name)));
    }
    if let Some(name) = context.text(&value) {
        return Some(IndexPart::Column(Ident::exact(name)));
    }
    let text = sql_text::expression(context, &value)?;
    Some(plain_or_expression(&text))
}

/// `text("name")` prints the same as the column.
fn plain_or_expression(text: &str) -> IndexPart {
    let expression = sql::expression(text);
    match expression.columns.as_slice() {
        [one] if one.as_str() == text.trim() => IndexPart::Column(one.clone()),
        _ => IndexPart::Expression(expression),
    }
}

/// Returns an index without a name, with the options that the database hears.
pub(super) fn index(context: &mut Context<'_>, parts: Vec<IndexPart>, call: &PyCall) -> Index {
    let flag = call.keyword("unique").map(|value| context.fold(value).kind);
    let unique = flag == Some(PyKind::Bool(true));
    let own = |option: &str| format!("{}_{option}", context.dialect.word());
    let (using, filter, include) = (own("using"), own("where"), own("include"));
    // MySQL's FULLTEXT and SPATIAL.
    let given = call.keyword(&own("prefix")).or_else(|| call.keyword(&using));
    let method = given.and_then(|value| context.text(value));
    let filter = call
        .keyword(&filter)
        .and_then(|value| sql_text::condition(context, value))
        .map(|text| sql::expression(&text));
    let include = call.keyword(&include).cloned();
    let include = include.and_then(|value| listed(context, &value)).unwrap_or_default();
    let method = method.map(|method| method.to_lowercase()).filter(|method| method != "btree");
    let distinct = call.keyword("postgresql_nulls_not_distinct");
    let nulls_not_distinct = context.dialect == Dialect::PostgreSql
        && distinct.is_some_and(|value| context.fold(value).kind == PyKind::Bool(true));
    let parts = match context.dialect {
        Dialect::PostgreSql => with_classes(context, parts, call),
        Dialect::MySql => with_lengths(context, parts, call),
        Dialect::Sqlite => parts,
    };
    let options =
        call.keyword("postgresql_with").filter(|_| context.dialect == Dialect::PostgreSql);
    let options = options.and_then(|value| storage(context, value));
    let parser = call.keyword("mysql_with_parser").filter(|_| context.dialect == Dialect::MySql);
    let parser = parser.and_then(|value| context.text(value));
    let options = options.or(parser.map(|parser| ["WITH PARSER ", &parser].concat()));
    let invalid = false;
    Index {
        name: None,
        parts,
        include,
        unique,
        method,
        filter,
        nulls_not_distinct,
        invalid,
        options,
    }
}

/// `postgresql_with={"fillfactor": 70}`
fn storage(context: &mut Context<'_>, value: &PyValue) -> Option<String> {
    let PyKind::Dict(all) = context.fold(value).kind else { return None };
    let each = all.iter().map(|(key, value)| {
        let text = match &value.kind {
            PyKind::Int(Some(number)) => number.to_string(),
            PyKind::Bool(truth) => truth.to_string(),
            _ => value.as_str()?.to_owned(),
        };
        Some(format!("{} = {text}", key.as_ref()?.as_str()?))
    });
    Some(each.collect::<Option<Vec<_>>>()?.join(", "))
}

/// `postgresql_ops={"name": "gin_trgm_ops"}`
fn with_classes(context: &mut Context<'_>, parts: Vec<IndexPart>, call: &PyCall) -> Vec<IndexPart> {
    let Some(PyKind::Dict(given)) =
        call.keyword("postgresql_ops").map(|value| context.fold(value).kind)
    else {
        return parts;
    };
    let classes: Vec<(String, String)> = given
        .iter()
        .filter_map(|(key, value)| Some((key.as_ref()?.as_str()?.to_owned(), context.text(value)?)))
        .collect();
    let classed = |part: IndexPart| match &part {
        IndexPart::Column(name) => {
            match classes.iter().find(|(column, _)| column == name.as_str()) {
                Some((_, class)) => part_of(name, &format!("{} {class}", name.quoted())),
                None => part,
            }
        }
        IndexPart::Expression(_) => part,
    };
    parts.into_iter().map(classed).collect()
}

/// `mysql_length=10` or `mysql_length={"name": 10}`: only the beginning is in the index.
fn with_lengths(context: &mut Context<'_>, parts: Vec<IndexPart>, call: &PyCall) -> Vec<IndexPart> {
    let given = call.keyword("mysql_length").map(|value| context.fold(value).kind);
    let length = |name: &Ident| match &given {
        Some(PyKind::Int(Some(length))) => Some(*length),
        Some(PyKind::Dict(all)) => all.iter().find_map(|(key, value)| {
            let is_it = key.as_ref()?.as_str()? == name.as_str();
            match value.kind {
                PyKind::Int(Some(length)) if is_it => Some(length),
                _ => None,
            }
        }),
        _ => None,
    };
    let cut = |part: IndexPart| match &part {
        IndexPart::Column(name) => match length(name) {
            Some(length) => part_of(name, &format!("{}({length})", name.quoted())),
            None => part,
        },
        IndexPart::Expression(_) => part,
    };
    parts.into_iter().map(cut).collect()
}

fn part_of(column: &Ident, text: &str) -> IndexPart {
    let text = sql::expression(text).text;
    IndexPart::Expression(Expression {
        text,
        columns: vec![column.clone()],
        ..Expression::default()
    })
}

/// Options of an index that SQLAlchemy takes for each dialect; any other of the dialect is an error.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "postgresql_",
        &[
            "include",
            "using",
            "where",
            "ops",
            "concurrently",
            "with",
            "tablespace",
            "nulls_not_distinct",
        ],
    ),
    ("mysql_", &["using", "length", "prefix", "with_parser"]),
    ("sqlite_", &["where"]),
];

/// Refuses an option of the dialect that SQLAlchemy doesn't know.
pub(super) fn known_options(context: &Context<'_>, call: &PyCall) -> Result<(), String> {
    let own =
        OPTIONS.iter().find(|(start, _)| start.trim_end_matches('_') == context.dialect.word());
    let Some((start, known)) = own else { return Ok(()) };
    let mut given = call.kwargs.iter().filter_map(|(name, _)| name.as_deref()?.strip_prefix(start));
    match given.find(|name| !known.contains(name)) {
        Some(name) => Err(format!("`{start}{name}`, which SQLAlchemy refuses")),
        None => Ok(()),
    }
}

/// Returns a column that stands in an index twice.
pub(super) fn repeated(parts: &[IndexPart]) -> Option<&Ident> {
    parts.iter().enumerate().find_map(|(at, part)| match part {
        IndexPart::Column(name) if parts.iter().take(at).any(|one| one == part) => Some(name),
        _ => None,
    })
}
