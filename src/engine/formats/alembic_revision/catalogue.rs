//! Queries on the server's catalogue, answered from what the chain has made by then: `bind.execute(text("SELECT 1
//! FROM information_schema.columns WHERE …")).scalar()`. Where that does not decide them, they read and no more.

use crate::engine::op::Replayed;
use crate::engine::python::{Binding, PyCall, PyKind, PyValue};
use crate::engine::schema::{ConstraintKind, Ident, Table, TableName};
use crate::engine::span::Span;
use crate::engine::sql::{Field, Given, Listing, Question, Wanted, question};

use super::calls;
use super::context::{Context, Target};
use super::evaluate::unknown;
use super::inspect::VERSION_TABLE;
use super::reflected::called;

/// Stands for the rows that a query gave, which are its argument.
pub(super) const ROWS: &str = "<rows>";

/// Returns what a call gives that asks the catalogue, or that fetches an answer.
pub(super) fn call(
    context: &mut Context<'_>,
    target: &Target,
    made: &PyCall,
    span: Span,
) -> Option<PyValue> {
    if let Some((rows, method)) = answer(context, &made.function) {
        let plain = made.args.is_empty() && made.kwargs.is_empty();
        return plain.then(|| fetched(&rows, &method, span)).flatten();
    }
    let Target::Connection(method) = target else { return None };
    if !matches!(method.as_str(), "execute" | "exec_driver_sql" | "scalar") {
        return None;
    }
    let question = asked(context, made)?;
    context.asks = true;
    let Some(rows) = context.seen.as_ref().and_then(|seen| rows(seen, &question)) else {
        return Some(unknown(span));
    };
    let row = |row: Vec<PyKind>| PyValue {
        kind: PyKind::Tuple(row.into_iter().map(|kind| PyValue { kind, span }).collect()),
        span,
    };
    let rows: Vec<PyValue> = rows.into_iter().map(row).collect();
    match method.as_str() {
        "scalar" => fetched(&rows, method, span),
        _ => {
            let list = PyValue { kind: PyKind::List(rows), span };
            Some(called(&[ROWS], vec![list], Vec::new(), span))
        }
    }
}

/// The rows that something is fetched from, and how.
fn answer(context: &Context<'_>, function: &PyValue) -> Option<(Vec<PyValue>, String)> {
    let (of, method) = match &function.kind {
        PyKind::Attribute { of, name } => (&**of, name),
        PyKind::Path(parts) => match (parts.as_slice(), context.scope.get(parts.first()?)) {
            ([_, method], Some((Binding::Value(of), _))) => (of, method),
            _ => return None,
        },
        _ => return None,
    };
    let made = of.as_call().filter(|made| made.function.as_name() == Some(ROWS))?;
    match &made.args.first()?.kind {
        PyKind::List(rows) => Some((rows.clone(), method.clone())),
        _ => None,
    }
}

fn fetched(rows: &[PyValue], method: &str, span: Span) -> Option<PyValue> {
    let none = || PyValue { kind: PyKind::None, span };
    let first = match rows {
        [] => none(),
        [row] => row.clone(),
        // Which of them comes first is the server's choice.
        _ => unknown(span),
    };
    Some(match method {
        "fetchone" | "first" | "one_or_none" => first,
        "scalar" | "scalar_one_or_none" => match &first.kind {
            PyKind::Tuple(row) => row.first().cloned()?,
            _ => first,
        },
        "fetchall" | "all" => PyValue { kind: PyKind::List(rows.to_vec()), span },
        _ => return None,
    })
}

/// What a statement asks, its parameters put in.
fn asked(context: &mut Context<'_>, made: &PyCall) -> Option<Question> {
    let given = made.args.first().or_else(|| made.keyword("statement"))?;
    let (mut text, _) = calls::literal_sql(context, given)?;
    let mut named: Vec<(String, PyValue)> = Vec::new();
    if let Some(values) = made.args.get(1).or_else(|| made.keyword("parameters")) {
        let PyKind::Dict(pairs) = context.fold(values).kind else { return None };
        for (key, value) in pairs {
            named.push((key?.as_str()?.to_owned(), value));
        }
    }
    let keywords = made
        .kwargs
        .iter()
        .filter(|(name, _)| !matches!(name.as_deref(), Some("statement" | "parameters")));
    for (name, value) in keywords {
        named.push((name.clone()?, value.clone()));
    }
    for (name, value) in named {
        let value = super::sql_text::literal(context.fold(&value).as_str()?);
        text = put(&text, &name, &value);
    }
    question(&text, context.dialect)
}

/// `:name` and no longer one, and no `::type`.
fn put(text: &str, name: &str, value: &str) -> String {
    let mark = [":", name].concat();
    let (mut out, mut from) = (String::new(), 0);
    for (at, found) in text.match_indices(&mark) {
        let end = at + found.len();
        let goes_on = |c: char| c == '_' || c.is_alphanumeric();
        let next = text.get(end..).and_then(|rest| rest.chars().next());
        let before = text.get(..at).unwrap_or_default();
        if at < from || before.ends_with(':') || next.is_some_and(goes_on) {
            continue;
        }
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(value);
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// A row by table, name and kind.
type Row<'a> = (&'a str, &'a str, &'static str);

/// The rows of an answer; `None` when they are not known.
fn rows(seen: &Replayed, question: &Question) -> Option<Vec<Vec<PyKind>>> {
    let of = |field: Field| {
        let all = question.filters.iter().filter(move |(own, _)| *own == field);
        all.map(|(_, values)| values.as_slice()).collect::<Vec<_>>()
    };
    if of(Field::Schema).concat().iter().any(|schema| schema != "public") {
        return None;
    }
    let names: Option<&[String]> = match of(Field::Name).as_slice() {
        [] => None,
        [names] => Some(names),
        _ => return None,
    };
    let mut found: Vec<Row<'_>> = Vec::new();
    if question.of == Listing::Types {
        types(seen, names?, &mut found)?;
    } else {
        let named = of(Field::Table);
        let [tables] = named.as_slice() else { return None };
        for table in *tables {
            of_table(seen, question.of, table, names, &mut found)?;
        }
    }
    for kinds in of(Field::Kind) {
        // Only where each row has one of these words for certain is it known which rows go.
        found.retain(|(.., kind)| kinds.iter().any(|wanted| wanted == kind));
    }
    let text = |text: &str| PyKind::Str(text.to_owned());
    Some(match &question.wanted {
        Wanted::Exists => vec![vec![PyKind::Bool(!found.is_empty())]],
        Wanted::Count => vec![vec![PyKind::Int(i64::try_from(found.len()).ok())]],
        Wanted::Rows(wanted) => {
            let cell = |(table, name, kind): &Row<'_>, given: &Given| match given {
                Given::Number(number) => PyKind::Int(Some(*number)),
                Given::Field(Field::Schema) => text("public"),
                Given::Field(Field::Table) => text(table),
                Given::Field(Field::Name) => text(name),
                Given::Field(Field::Kind) => text(kind),
            };
            found.iter().map(|row| wanted.iter().map(|given| cell(row, given)).collect()).collect()
        }
    })
}

/// Types of these names; tables have a type of theirs too.
fn types<'a>(seen: &Replayed, names: &'a [String], found: &mut Vec<Row<'a>>) -> Option<()> {
    let schema = seen.schema();
    if seen.more_tables || seen.open_inside {
        return None;
    }
    for name in names {
        let own = TableName::plain(Ident::exact(name.as_str()));
        let is_other = |other: &TableName| other.name == own.name;
        let objects = schema.objects.iter().map(|(name, _)| &name.name);
        let others = schema.tables.keys().chain(schema.views.iter()).chain(objects);
        if schema.enums.contains_key(&own) {
            found.push(("", name, "e"));
        } else if name == VERSION_TABLE
            || others.chain(schema.enums.keys()).chain(schema.sequences.keys()).any(is_other)
        {
            return None;
        }
    }
    Some(())
}

/// Rows about one table.
fn of_table<'a>(
    seen: &'a Replayed,
    of: Listing,
    table: &'a str,
    names: Option<&'a [String]>,
    found: &mut Vec<Row<'a>>,
) -> Option<()> {
    let own = TableName::plain(Ident::exact(table));
    let elsewhere = |other: &TableName| other.name == own.name && other.schema.is_some();
    let schema = seen.schema();
    let mut others = schema.tables.keys().filter(|other| elsewhere(other));
    let is_view = schema.views.iter().any(|view| view.name == own.name);
    if table == VERSION_TABLE || is_view || others.next().is_some() {
        return None;
    }
    if !seen.has_table(&own)? {
        return Some(());
    }
    let (known, whole) = match of {
        Listing::Tables => {
            found.push((table, "", "BASE TABLE"));
            return Some(());
        }
        Listing::Columns => seen.columns_of(&own)?,
        _ => seen.parts_of(&own)?,
    };
    let all = match of {
        Listing::Columns => known.columns.iter().map(|one| Some((one.name.as_str(), ""))).collect(),
        Listing::Indexes => indexes(known),
        _ => constraints(known),
    };
    // One without a name that is known may have any.
    let whole = whole && all.iter().all(Option::is_some);
    let all: Vec<(&str, &'static str)> = all.into_iter().flatten().collect();
    match names {
        Some(names) => {
            for name in names {
                match all.iter().find(|(known, _)| known == name) {
                    Some((name, kind)) => found.push((table, name, kind)),
                    None if whole => {}
                    None => return None,
                }
            }
        }
        // Columns that may not be NULL are listed among the checks under names of the server's.
        None if !whole || of == Listing::Constraints => return None,
        None => found.extend(all.iter().map(|(name, kind)| (table, *name, *kind))),
    }
    Some(())
}

type Part<'a> = Option<(&'a str, &'static str)>;

fn constraints(table: &Table) -> Vec<Part<'_>> {
    let named = table.constraints.iter().map(|one| {
        let kind = match &one.kind {
            ConstraintKind::PrimaryKey { .. } => "PRIMARY KEY",
            ConstraintKind::Unique { .. } => "UNIQUE",
            ConstraintKind::ForeignKey(_) => "FOREIGN KEY",
            ConstraintKind::Check(_) => "CHECK",
            // The standard knows none of these.
            ConstraintKind::Exclusion(_) => return None,
        };
        Some((one.name.as_ref()?.as_str(), kind))
    });
    named.collect()
}

fn indexes(table: &Table) -> Vec<Part<'_>> {
    let own = table.indexes.iter().map(|one| Some((one.name.as_ref()?.as_str(), "")));
    let behind = table.constraints.iter().filter(|one| {
        !matches!(one.kind, ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_))
    });
    own.chain(behind.map(|one| Some((one.name.as_ref()?.as_str(), "")))).collect()
}
