//! psql's `\d name`: a title, the columns, and sections below them.

use crate::engine::op::Op;
use crate::engine::schema::{
    Column, Ident, Identity, ObjectKind, ObjectName, RowSecurity, Table, TableName, format_type,
};
use crate::engine::span::Span;
use crate::engine::{op, sql};

use super::grids::{Grid, Row};
use super::meaning::{Collected, cell, named};

/// `Table "public.orders"` → its kind and name. The pair of names is quoted once, so that a point in one
/// of them can't be told from the point between them.
pub(super) fn title(grid: &Grid) -> Option<(&str, &str)> {
    let title = grid.title.as_deref()?;
    let (kind, rest) = title.split_once(" \"")?;
    let known = [
        "Table",
        "Partitioned table",
        "Unlogged table",
        "Unlogged partitioned table",
        "Foreign table",
        "View",
        "Materialized view",
        "Unlogged materialized view",
        "Sequence",
        "Unlogged sequence",
        "Index",
        "Unlogged index",
        "Partitioned index",
        "Composite type",
        "TOAST table",
    ];
    let name = rest.strip_suffix('"')?;
    known.contains(&kind).then_some((kind, name))
}

/// Reads one described relation.
pub(super) fn read(collected: &mut Collected, grid: &Grid) {
    let Some((kind, name)) = title(grid) else { return };
    let span = grid.span.or_else(|| grid.rows.first().map(|row| row.span));
    let Some(span) = span else { return };
    let name = match name.split('.').collect::<Vec<_>>().as_slice() {
        [name] => named(None, name),
        [schema, name] => named(Some(schema), name),
        _ => return collected.cannot_read(span, "a name with a point in it", None),
    };
    match kind {
        "View" | "Materialized view" | "Unlogged materialized view" => {
            collected.schema.views.insert(name);
            collected.understood += 1 + grid.rows.len();
        }
        "Sequence" | "Unlogged sequence" => {
            collected.schema.sequences.insert(name, None);
            collected.understood += 1 + grid.rows.len();
        }
        "Composite type" => {
            let parts =
                grid.rows.iter().filter_map(|row| Some((cell(row, Some(0))?, cell(row, Some(1))?)));
            let parts: Vec<String> =
                parts.map(|(name, data_type)| format!("{name} {data_type}")).collect();
            let name = ObjectName::plain(ObjectKind::Type, name);
            let definition = format!("AS ({})", parts.join(", "));
            let _ = op::apply(&mut collected.schema, &Op::Define { name, definition });
            collected.understood += 1 + grid.rows.len();
        }
        "Index" | "Unlogged index" | "Partitioned index" | "TOAST table" => {
            collected.understood += 1 + grid.rows.len();
        }
        _ => table(collected, grid, (kind, &name), span),
    }
}

fn table(collected: &mut Collected, grid: &Grid, (kind, name): (&str, &TableName), span: Span) {
    let known = collected.table(name, span);
    *known = Table {
        columns: grid.rows.iter().filter_map(|row| column(grid, row)).collect(),
        unlogged: kind.starts_with("Unlogged"),
        foreign: kind.starts_with("Foreign"),
        ..Table::default()
    };
    let read = known.columns.len();
    collected.understood += 1 + read;
    if read < grid.rows.len() {
        collected.cannot_read(span, "a column without a name", Some(name));
    }
    let mut section = String::new();
    let mut entries: Vec<(String, Span)> = Vec::new();
    for (line, span) in &grid.footer {
        if line.starts_with("    ") || line.starts_with('\t') {
            let is_more = line.starts_with("      ");
            match entries.last_mut().filter(|_| is_more) {
                Some((text, _)) => *text = format!("{text} {}", line.trim()),
                None => entries.push((line.trim().to_owned(), *span)),
            }
            continue;
        }
        finish(collected, name, &section, &mut entries);
        let (heading, rest) = line.split_once(':').unwrap_or((line, ""));
        section = heading.trim().to_owned();
        if rest.trim().is_empty() && !section.starts_with("Policies") {
            continue;
        }
        of_line(collected, name, (&section, rest.trim()), *span);
    }
    finish(collected, name, &section, &mut entries);
}

/// A row of the columns' list.
fn column(grid: &Grid, row: &Row) -> Option<Column> {
    let get = |name: &str| cell(row, grid.column(&[name]));
    let mut column = Column {
        name: Ident::exact(get("column")?),
        data_type: Some(format_type(get("type")?)),
        nullable: get("nullable") != Some("not null"),
        collation: get("collation").map(str::to_owned),
        comment: get("description").map(str::to_owned),
        ..Column::default()
    };
    // Before version 10 one column held it all: `not null default now()`.
    let mut default = get("default");
    if let Some(modifiers) = get("modifiers") {
        column.nullable = !modifiers.contains("not null");
        default = modifiers.split_once("default ").map(|(_, text)| text);
    }
    match default {
        Some("generated always as identity") => column.identity = Some(Identity::Always),
        Some("generated by default as identity") => column.identity = Some(Identity::ByDefault),
        Some(text) => match text.strip_prefix("generated always as (") {
            Some(rest) => {
                let stored = rest.strip_suffix(") stored");
                let text = stored.or_else(|| rest.strip_suffix(')')).unwrap_or(rest);
                let mut expression = sql::expression(text);
                expression.text = text.to_owned();
                column.generated = Some(expression);
                column.computed_on_read = stored.is_none();
            }
            None => column.default = Some(text.to_owned()),
        },
        None => {}
    }
    Some(column)
}

/// A section that is one line: `Partition key: RANGE (moved_at)`.
fn of_line(
    collected: &mut Collected,
    table: &TableName,
    (section, rest): (&str, &str),
    span: Span,
) {
    collected.understood += 1;
    if section.starts_with("Policies") {
        let is_on = !section.contains("disabled");
        let security = RowSecurity { enabled: is_on, forced: section.contains("forced") };
        collected.table(table, span).row_security = security;
        return;
    }
    match section {
        "Partition key" => collected.table(table, span).partition_by = Some(rest.to_owned()),
        "Partition of" => {
            let (parent, values) = match rest.find(" FOR VALUES ").or_else(|| rest.find(" DEFAULT"))
            {
                Some(at) => rest.split_at(at),
                None => (rest, ""),
            };
            let parent = relation(parent.trim());
            let values = values.trim().to_owned();
            collected.table(table, span).partition_of = Some((parent, values));
        }
        "Inherits" => {
            let parents = rest.split(',').map(|name| relation(name.trim())).collect();
            collected.table(table, span).inherits = parents;
        }
        "Options" => collected.table(table, span).options = Some(rest.to_owned()),
        "Partitions"
        | "Child tables"
        | "Number of partitions"
        | "Number of child tables"
        | "Access method"
        | "Tablespace"
        | "Replica Identity"
        | "Has OIDs"
        | "Server"
        | "FDW options"
        | "Partition constraint"
        | "Owned by"
        | "Publications" => {}
        _ => {
            collected.understood -= 1;
            collected.cannot_read(span, "a line that psql is not known to print", Some(table));
        }
    }
}

fn relation(text: &str) -> TableName {
    match text.split_once('.') {
        Some((schema, name)) => named(Some(schema.trim_matches('"')), name.trim_matches('"')),
        None => named(None, text.trim_matches('"')),
    }
}

/// Takes over the entries of a section.
fn finish(
    collected: &mut Collected,
    table: &TableName,
    section: &str,
    entries: &mut Vec<(String, Span)>,
) {
    for (text, span) in entries.drain(..) {
        match section {
            "Indexes" => index(collected, table, &text, span),
            "Check constraints" | "Foreign-key constraints" => {
                // A key that the parent has is listed with the child as well.
                match quoted(&text) {
                    Some((name, definition)) => {
                        collected.constraint(table, &name, definition, span);
                    }
                    None if text.starts_with("TABLE ") => collected.understood += 1,
                    None => collected.cannot_read(span, "a constraint without a name", Some(table)),
                }
            }
            "Triggers"
            | "Disabled user triggers"
            | "Triggers firing always"
            | "Triggers firing on replica only" => {
                let (name, definition) = text.split_once(' ').unwrap_or((&text, ""));
                define(collected, ObjectKind::Trigger, (table, name), definition);
            }
            _ if section.starts_with("Policies") => {
                let rest = text.strip_prefix("POLICY ").unwrap_or(&text);
                let (name, definition) = quoted(rest).unwrap_or((rest.to_owned(), ""));
                // A statement says the table, too.
                let whole = ["ON ", &table.quoted(), " ", definition.trim_start()].concat();
                define(collected, ObjectKind::Policy, (table, &name), whole.trim_end());
            }
            "Rules" => {
                let (name, definition) = text.split_once(" AS ").unwrap_or((&text, ""));
                define(collected, ObjectKind::Rule, (table, name), definition);
            }
            // Said of this table by others, or said of it already.
            "Referenced by"
            | "Not-null constraints"
            | "Statistics objects"
            | "Publications"
            | "Partitions"
            | "Child tables"
            | "Included in publications" => collected.understood += 1,
            _ if text.ends_with(',') || section.is_empty() => collected.understood += 1,
            _ => collected.cannot_read(
                span,
                "a section that psql is not known to print",
                Some(table),
            ),
        }
    }
}

fn define(
    collected: &mut Collected,
    kind: ObjectKind,
    (table, name): (&TableName, &str),
    definition: &str,
) {
    let name = ObjectName::of_table(kind, Ident::exact(name), table.clone());
    let definition = definition.to_owned();
    let _ = op::apply(&mut collected.schema, &Op::Define { name, definition });
    collected.understood += 1;
}

/// `"name" rest`.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let (name, rest) = inner.split_once("\" ")?;
    Some((name.replace("\"\"", "\""), rest.trim()))
}

/// `"name" UNIQUE CONSTRAINT, btree (a) DEFERRABLE` and its kin.
fn index(collected: &mut Collected, table: &TableName, text: &str, span: Span) {
    let Some((name, rest)) = quoted(text) else {
        return collected.cannot_read(span, "an index without a name", Some(table));
    };
    let (kind, definition) = match rest.split_once(", ") {
        Some((kind @ ("PRIMARY KEY" | "UNIQUE CONSTRAINT" | "UNIQUE"), rest)) => (kind, rest),
        _ => ("", rest),
    };
    let mut definition = definition;
    let mut invalid = false;
    loop {
        let before = definition.len();
        for word in [" CLUSTER", " REPLICA IDENTITY", " INVALID"] {
            if let Some(shorter) = definition.strip_suffix(word) {
                invalid |= word == " INVALID";
                definition = shorter;
            }
        }
        if definition.len() == before {
            break;
        }
    }
    let quoted_name = Ident::exact(name.as_str()).quoted();
    match kind {
        "PRIMARY KEY" | "UNIQUE CONSTRAINT" => {
            let word = if kind == "PRIMARY KEY" { "PRIMARY KEY" } else { "UNIQUE" };
            let list = definition.strip_prefix("btree ").unwrap_or(definition);
            collected.constraint(table, &name, &format!("{word} {list}"), span);
        }
        _ if definition.starts_with("EXCLUDE ") => {
            collected.constraint(table, &name, definition, span);
        }
        _ => {
            let unique = if kind == "UNIQUE" { "UNIQUE " } else { "" };
            let on = table.quoted();
            let text = format!("CREATE {unique}INDEX {quoted_name} ON {on} USING {definition}");
            collected.statement(&text, table, span);
        }
    }
    if invalid {
        let name = Some(Ident::exact(name));
        for index in &mut collected.table(table, span).indexes {
            index.invalid |= index.name == name;
        }
    }
}
