//! A schema as statements that make it, for PostgreSQL.

use std::fmt::Write as _;

use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::schema::{ColumnView, SchemaView, TableView};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "sql", title: "schema as SQL", render: Render::Schema(render) };

/// Returns types, sequences, tables, foreign keys and indexes, in an order in which they can be made. What
/// is not known stands in comments at the top.
pub fn render(schema: &SchemaView, _look: &Look) -> String {
    let mut out = String::new();
    for one in &schema.undecided {
        let _ = writeln!(
            out,
            "-- not known: {} ({})",
            visible(&one.what),
            visible(&one.affects.join(", "))
        );
    }
    for one in &schema.extensions {
        let _ = writeln!(out, "CREATE EXTENSION IF NOT EXISTS {};", quoted(one));
    }
    let mut schemas: Vec<&str> = schema.tables.iter().map(|one| one.schema.as_str()).collect();
    schemas.extend(schema.enums.iter().map(|one| one.schema.as_str()));
    schemas.retain(|name| !matches!(*name, "" | "public"));
    schemas.sort_unstable();
    schemas.dedup();
    for one in schemas {
        let _ = writeln!(out, "CREATE SCHEMA IF NOT EXISTS {};", quoted(one));
    }
    for one in &schema.enums {
        let values: Vec<String> = one.values.iter().map(|value| literal(value)).collect();
        let name = qualified(&one.schema, &one.name);
        let _ = writeln!(out, "CREATE TYPE {name} AS ENUM ({});", values.join(", "));
    }
    for one in &schema.sequences {
        let _ =
            writeln!(out, "CREATE SEQUENCE IF NOT EXISTS {};", qualified(&one.schema, &one.name));
    }
    for one in &schema.tables {
        table(one, &mut out);
    }
    for one in &schema.sequences {
        if let Some(owner) = &one.owner {
            let (table, column) = (qualified(&owner.schema, &owner.table), quoted(&owner.column));
            let name = qualified(&one.schema, &one.name);
            let _ = writeln!(out, "ALTER SEQUENCE {name} OWNED BY {table}.{column};");
        }
    }
    for one in &schema.tables {
        after(one, &mut out);
    }
    if out.is_empty() {
        out.push_str("-- nothing\n");
    }
    out
}

fn table(one: &TableView, out: &mut String) {
    let mut items: Vec<String> = one.columns.iter().map(column).collect();
    let mut named = |name: &Option<String>, what: String| {
        items.push(match name {
            Some(name) => format!("CONSTRAINT {} {what}", quoted(name)),
            None => what,
        });
    };
    if let Some(key) = &one.primary_key {
        named(&key.name, format!("PRIMARY KEY ({})", list(&key.columns)));
    }
    for key in &one.uniques {
        named(&key.name, format!("UNIQUE ({})", list(&key.columns)));
    }
    for check in &one.checks {
        named(&check.name, format!("CHECK ({})", visible(&check.expression)));
    }
    let name = qualified(&one.schema, &one.name);
    let _ = writeln!(out, "CREATE TABLE {name} (\n    {}\n);", items.join(",\n    "));
}

fn column(one: &ColumnView) -> String {
    let mut text = format!(
        "{} {}",
        quoted(&one.name),
        visible(one.data_type.as_deref().unwrap_or("text /* not known */"))
    );
    if let Some(identity) = &one.identity {
        let _ = write!(text, " GENERATED {} AS IDENTITY", visible(identity));
    } else if let Some(generated) = &one.generated {
        let _ = write!(text, " GENERATED ALWAYS AS ({}) STORED", visible(generated));
    } else if let Some(default) = &one.default {
        let _ = write!(text, " DEFAULT {}", visible(default));
    }
    if !one.nullable {
        text.push_str(" NOT NULL");
    }
    text
}

fn after(one: &TableView, out: &mut String) {
    let table = qualified(&one.schema, &one.name);
    for key in &one.foreign_keys {
        let name = key.name.as_ref().map(|name| format!("CONSTRAINT {} ", quoted(name)));
        let mut actions = String::new();
        for (word, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
            if let Some(action) = action {
                let _ = write!(actions, " ON {word} {}", visible(action));
            }
        }
        let _ = writeln!(
            out,
            "ALTER TABLE {table} ADD {}FOREIGN KEY ({}) REFERENCES {} ({}){actions};",
            name.unwrap_or_default(),
            list(&key.columns),
            qualified(&key.ref_schema, &key.ref_table),
            list(&key.ref_columns),
        );
    }
    for index in &one.indexes {
        let own = |text: &String| one.columns.iter().any(|column| &column.name == text);
        let parts: Vec<String> = index
            .columns
            .iter()
            .map(|text| if own(text) { quoted(text) } else { visible(text) })
            .collect();
        let unique = if index.unique { "UNIQUE " } else { "" };
        let name = index.name.as_ref().map(|name| format!("{} ", quoted(name)));
        let include = match index.include.as_slice() {
            [] => String::new(),
            columns => format!(" INCLUDE ({})", list(columns)),
        };
        let filter = index.filter.as_ref().map(|text| format!(" WHERE {}", visible(text)));
        let _ = writeln!(
            out,
            "CREATE {unique}INDEX {}ON {table} USING {} ({}){include}{};",
            name.unwrap_or_default(),
            visible(&index.method),
            parts.join(", "),
            filter.unwrap_or_default(),
        );
    }
    for column in &one.columns {
        if let Some(comment) = &column.comment {
            let _ = writeln!(
                out,
                "COMMENT ON COLUMN {table}.{} IS {};",
                quoted(&column.name),
                literal(comment)
            );
        }
    }
}

fn qualified(schema: &str, name: &str) -> String {
    if matches!(schema, "" | "public") {
        quoted(name)
    } else {
        format!("{}.{}", quoted(schema), quoted(name))
    }
}

/// Names are always quoted: a reserved word is one character away.
fn quoted(name: &str) -> String {
    format!("\"{}\"", visible(name).replace('"', "\"\""))
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

fn literal(text: &str) -> String {
    format!("'{}'", visible(text).replace('\'', "''"))
}
