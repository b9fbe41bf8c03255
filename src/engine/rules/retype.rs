//! What PostgreSQL does to a table when a column changes its type.

use crate::engine::op::ConstraintKind;
use crate::engine::schema::{Ident, IndexPart, Schema, Table, TableName};

/// The work that a change of type makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retype {
    /// The catalogue alone.
    Nothing,
    /// The rows stay as they are; why something else is built or read again.
    Rescan(&'static str),
    Rewrite,
    /// The old type is not known.
    Unknown,
}

/// Returns what becomes of a table whose column gets another type.
pub fn of(
    schema: &Schema,
    (table, column): (&TableName, &Ident),
    to: Option<&str>,
    using: Option<&str>,
) -> Retype {
    let known = schema.tables.get(table);
    let from = known.and_then(|known| known.column(column)?.data_type.as_deref());
    if using.is_some_and(|cast| !is_plain(cast, column, to)) {
        return Retype::Rewrite;
    }
    let (Some(from), Some(to)) = (from, to) else { return Retype::Unknown };
    let (from, to) = (based(schema, from), to);
    match between(&from, to) {
        Retype::Nothing if from != to => {
            known.and_then(|known| hangs_on(known, column)).map_or(Retype::Nothing, Retype::Rescan)
        }
        work => work,
    }
}

/// `c`, or `c::text` with the new type: the value as it is.
fn is_plain(cast: &str, column: &Ident, to: Option<&str>) -> bool {
    let text = cast.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
    let (name, target) = text.split_once("::").unwrap_or((text, to.unwrap_or_default()));
    let target = target.trim();
    name.trim().trim_matches('"') == column.as_str()
        && to.is_some_and(|to| target.eq_ignore_ascii_case(to) || short(to) == short(target))
}

/// `character varying(20)` → `varchar(20)`.
fn short(name: &str) -> String {
    name.to_ascii_lowercase().replace("character varying", "varchar").replace(' ', "")
}

/// A domain without its constraints is its base type; the definition starts with it.
fn based(schema: &Schema, name: &str) -> String {
    let domain = schema.objects.iter().find(|(known, _)| {
        known.kind == crate::engine::schema::ObjectKind::Domain && known.name.quoted() == name
    });
    let base = domain.map(|(_, object)| {
        let text = object.definition.trim_start_matches("AS ").trim();
        let end = [" CONSTRAINT", " CHECK", " NOT", " DEFAULT", " COLLATE"];
        let cut = end.iter().filter_map(|word| text.find(word)).min().unwrap_or(text.len());
        text.get(..cut).unwrap_or(text).to_owned()
    });
    base.unwrap_or_else(|| name.to_owned())
}

/// A type as its name and the numbers behind it: `timestamp(3) without time zone` has one.
fn parts(name: &str) -> (String, Vec<u32>) {
    let Some((head, rest)) = name.split_once('(') else { return (name.to_owned(), Vec::new()) };
    let (inner, tail) = rest.split_once(')').unwrap_or((rest, ""));
    let numbers = inner.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    (format!("{}{tail}", head.trim_end()), numbers)
}

fn between(from: &str, to: &str) -> Retype {
    if from == to {
        return Retype::Nothing;
    }
    let ((old, olds), (new, news)) = (parts(from), parts(to));
    // Raised, or taken away.
    let grows = match (olds.as_slice(), news.as_slice()) {
        ([_, ..], []) => true,
        ([old], [new]) => new >= old,
        ([old, scale], [new, other]) => new >= old && scale == other,
        _ => olds == news,
    };
    let fine = |yes| if yes { Retype::Nothing } else { Retype::Rewrite };
    match (old.as_str(), new.as_str()) {
        ("character varying", "character varying") | ("bit varying", "bit varying") => fine(grows),
        ("character varying", "text") => Retype::Nothing,
        ("text", "character varying") => fine(news.is_empty()),
        ("cidr", "inet") => Retype::Nothing,
        ("text" | "character varying", "citext") | ("citext", "text" | "character varying") => {
            Retype::Rescan("the indexes on it are built anew")
        }
        ("numeric", "numeric") => fine(grows),
        (old, new)
            if old == new
                && ["timestamp", "time", "interval"].iter().any(|of| old.starts_with(of)) =>
        {
            // No number is the largest one.
            fine(grows || (olds.is_empty() && news == [6]))
        }
        _ => Retype::Rewrite,
    }
}

/// Returns whether a conversion is nothing but casts of the column: to the old type's text, and to the new type.
pub fn only_casts(cast: &str, column: &Ident, to: Option<&str>) -> bool {
    let text = cast.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
    let mut steps = text.split("::").map(str::trim);
    let is_column = steps.next().is_some_and(|name| name.trim_matches('"') == column.as_str());
    let fits = |step: &str| {
        matches!(short(step).as_str(), "text" | "varchar")
            || to.is_some_and(|to| short(to) == short(step))
    };
    is_column && steps.all(fits)
}

/// Letters that a type's values need at most.
const PRINTED: &[(&str, u32)] =
    &[("boolean", 5), ("smallint", 6), ("integer", 11), ("bigint", 20), ("uuid", 36)];

/// Returns whether a type can hold every value of another one, however the two are spelled.
pub fn keeps(from: &str, to: &str) -> bool {
    let spelled = |name: &str| {
        let lower = name.to_ascii_lowercase();
        match lower.strip_prefix("varchar") {
            Some(rest) => format!("character varying{rest}"),
            None => lower,
        }
    };
    holds(&spelled(from), &spelled(to))
}

fn holds(from: &str, to: &str) -> bool {
    const WIDER: &[(&str, &[&str])] = &[
        ("smallint", &["integer", "bigint", "numeric", "real", "double precision"]),
        ("integer", &["bigint", "numeric", "double precision"]),
        ("bigint", &["numeric"]),
        ("real", &["double precision"]),
        ("json", &["jsonb"]),
        ("jsonb", &["json"]),
        ("date", &["timestamp without time zone", "timestamp with time zone"]),
        ("timestamp without time zone", &["timestamp with time zone"]),
    ];
    if matches!(to, "text" | "character varying") || !matches!(between(from, to), Retype::Rewrite) {
        return true;
    }
    let ((old, olds), (new, news)) = (parts(from), parts(to));
    let printed = PRINTED.iter().find(|(name, _)| *name == from);
    if new == "character varying"
        && let (Some((_, letters)), [room]) = (printed, news.as_slice())
    {
        return room >= letters;
    }
    if matches!(old.as_str(), "character" | "character varying") && new.starts_with("character") {
        return matches!((olds.as_slice(), news.as_slice()), ([old], [new]) if new >= old);
    }
    WIDER.iter().any(|(narrow, wide)| *narrow == from && wide.contains(&to))
}

/// Returns whether a text of the new type can hold every label of an enum; `false` without labels.
pub fn fits(labels: &[String], to: &str) -> bool {
    let (name, size) = parts(to);
    let longest = labels.iter().map(|label| label.chars().count()).max();
    let room = size.first().map_or(usize::MAX, |size| *size as usize);
    name.starts_with("character varying") && longest.is_some_and(|longest| longest <= room)
}

/// What has to be looked at again although the rows stay.
fn hangs_on(table: &Table, column: &Ident) -> Option<&'static str> {
    let checked = table.constraints.iter().any(|one| match &one.kind {
        ConstraintKind::Check(check) => check.columns.contains(column),
        _ => false,
    });
    if checked {
        return Some("a check mentions it, so every row is checked again");
    }
    let built = table.indexes.iter().any(|index| {
        let in_part = |part: &IndexPart| match part {
            IndexPart::Expression(expression) => expression.columns.contains(column),
            IndexPart::Column(_) => false,
        };
        let in_filter = index.filter.as_ref().is_some_and(|filter| filter.columns.contains(column));
        in_filter || index.parts.iter().any(in_part)
    });
    built.then_some("an index has it in an expression or a condition, and is built anew")
}
