//! A schema for the terminal.

use super::terminal::{Ink, Page, table};
use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::schema::{OriginView, SchemaView, TableView, UndecidedView, qualified};
use crate::wire::words::count;

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "human", title: "schema for the terminal", render: Render::Schema(render) };

/// Returns tables with their columns and keys, then types, then what is not known.
pub fn render(schema: &SchemaView, look: &Look) -> String {
    let mut page = Page::new(look);
    // Before the first revision, or a database that no row places.
    let none = || "no revision".to_owned();
    let at = if schema.at.is_empty() { none() } else { schema.at.join(", ") };
    page.line(&format!(
        "{} at {}",
        look.paint(Ink::Strong, &count(schema.tables.len(), "table", "tables")),
        visible(&at)
    ));
    let dialect = match schema.dialect.as_str() {
        "postgresql" => "PostgreSQL",
        "mysql" => "MySQL",
        "sqlite" => "SQLite",
        other => other,
    };
    let read = match schema.dialect_why.as_str() {
        "" => format!("Read for {dialect}."),
        why => format!("Read for {dialect}: {why}."),
    };
    page.prose("", &visible(&read), Ink::Faint);
    if let Some(naming) = &schema.naming
        && naming.convention.as_ref().is_some_and(|found| !found.is_empty())
    {
        let place = naming.file.as_ref().map(|file| format!(" ({file}:{})", naming.line));
        let text =
            format!("Names are made by a convention: {}{}.", naming.why, place.unwrap_or_default());
        page.prose("", &visible(&text), Ink::Faint);
    }
    for one in &schema.tables {
        page.heading(&visible(&qualified(&one.schema, &one.name)));
        page.prose("  ", &made(&one.origin), Ink::Faint);
        for (line, origin) in lines(one) {
            let since = if *origin == one.origin { String::new() } else { place(origin) };
            page.line(format!("  {line}  {}", look.paint(Ink::Faint, &since)).trim_end());
        }
    }
    if !schema.enums.is_empty() {
        page.heading("Types");
        for one in &schema.enums {
            let values = one.values.join(", ");
            let name = qualified(&one.schema, &one.name);
            let origin = look.paint(Ink::Faint, &place(&one.origin));
            let line = format!("  {}: {}  {origin}", visible(&name), visible(&values));
            page.line(line.trim_end());
        }
    }
    if !schema.undecided.is_empty() {
        page.heading("Not known");
        for one in &schema.undecided {
            page.prose("  ", &undecided(one), Ink::Doubtful);
        }
    }
    page.finish()
}

/// Where a table was made, or renamed or changed as a whole.
fn made(origin: &Option<OriginView>) -> String {
    match origin {
        Some(origin) => format!("{} {}:{}", origin.revision, origin.file, origin.line),
        None => String::new(),
    }
}

/// What touched something last, in few letters.
fn place(origin: &Option<OriginView>) -> String {
    match origin {
        Some(origin) => visible(&format!("{}:{}", origin.revision, origin.line)),
        None => String::new(),
    }
}

/// The lines of a table, each with what touched it last.
fn lines(one: &TableView) -> Vec<(String, &Option<OriginView>)> {
    let row = |column: &crate::wire::schema::ColumnView| {
        let mut rest = Vec::new();
        if !column.nullable {
            rest.push("not null".to_owned());
        }
        rest.extend(column.default.as_ref().map(|text| format!("default {}", visible(text))));
        rest.extend(column.identity.as_ref().map(|text| format!("identity {}", visible(text))));
        rest.extend(column.generated.as_ref().map(|text| format!("generated {}", visible(text))));
        let data_type = column.data_type.as_deref().unwrap_or("?");
        vec![visible(&column.name), visible(data_type), rest.join(" ")]
    };
    let columns = table(&one.columns.iter().map(row).collect::<Vec<_>>()).into_iter();
    let mut lines: Vec<(String, &Option<OriginView>)> =
        columns.zip(one.columns.iter().map(|column| &column.origin)).collect();
    let listed = |names: &[String]| visible(&names.join(", "));
    let named = |name: &Option<String>| visible(name.as_deref().unwrap_or("?"));
    if let Some(key) = &one.primary_key {
        let text = format!("primary key {} ({})", named(&key.name), listed(&key.columns));
        lines.push((text, &key.origin));
    }
    for key in &one.uniques {
        let text = format!("unique {} ({})", named(&key.name), listed(&key.columns));
        lines.push((text, &key.origin));
    }
    for check in &one.checks {
        let text = format!("check {}: {}", named(&check.name), visible(&check.expression));
        lines.push((text, &check.origin));
    }
    for key in &one.foreign_keys {
        let target = visible(&qualified(&key.ref_schema, &key.ref_table));
        let (own, theirs) = (listed(&key.columns), listed(&key.ref_columns));
        let text = format!("foreign key {} ({own}) to {target} ({theirs})", named(&key.name));
        lines.push((text, &key.origin));
    }
    for index in &one.indexes {
        let unique = if index.unique { "unique index" } else { "index" };
        let text = format!("{unique} {} ({})", named(&index.name), listed(&index.columns));
        lines.push((text, &index.origin));
    }
    lines
}

fn undecided(one: &UndecidedView) -> String {
    let place = one.file.as_deref().map(|file| format!("{file}:{} ", one.line)).unwrap_or_default();
    let affects = match one.affects.as_slice() {
        [all] if all == "*" => "could affect anything".to_owned(),
        tables => format!("affects {}", tables.join(", ")),
    };
    format!("{place}{}: {affects}", one.what)
}
