//! A schema as DBML, for tools that draw it.

use std::fmt::Write as _;

use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::schema::{ColumnView, SchemaView, TableView};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "dbml", title: "schema as DBML", render: Render::Schema(render) };

/// Returns enums, tables with their columns and indexes, then references. DBML has no room for checks of a
/// table, which stand in its note; what is not known stands in comments at the top.
pub fn render(schema: &SchemaView, _look: &Look) -> String {
    let mut out = String::new();
    for one in &schema.undecided {
        let affects = visible(&one.affects.join(", "));
        let _ = writeln!(out, "// not known: {} ({affects})", visible(&one.what));
    }
    for one in &schema.enums {
        let _ = writeln!(out, "Enum {} {{", qualified(&one.schema, &one.name));
        for value in &one.values {
            let _ = writeln!(out, "  {}", quoted(value));
        }
        out.push_str("}\n");
    }
    for one in &schema.tables {
        table(one, &mut out);
    }
    for one in &schema.tables {
        references(one, &mut out);
    }
    if out.is_empty() {
        out.push_str("// nothing\n");
    }
    out
}

fn table(one: &TableView, out: &mut String) {
    let _ = writeln!(out, "Table {} {{", qualified(&one.schema, &one.name));
    let key = one.primary_key.as_ref().map(|key| key.columns.as_slice()).unwrap_or_default();
    for column in &one.columns {
        let _ = writeln!(out, "  {}", column_line(column, key));
    }
    let mut indexes = Vec::new();
    if key.len() > 1 {
        indexes.push(format!("({}) [pk]", list(key)));
    }
    for unique in &one.uniques {
        indexes.push(format!("({}) [unique{}]", list(&unique.columns), named(&unique.name)));
    }
    for index in &one.indexes {
        let own = |text: &String| one.columns.iter().any(|column| &column.name == text);
        let parts: Vec<String> = index
            .columns
            .iter()
            .map(|text| if own(text) { quoted(text) } else { expression(text) })
            .collect();
        let mut settings = Vec::new();
        settings.extend(index.unique.then(|| "unique".to_owned()));
        settings.extend(index.name.as_ref().map(|name| format!("name: {}", literal(name))));
        if matches!(index.method.as_str(), "btree" | "hash") {
            settings.push(format!("type: {}", index.method));
        }
        settings.extend(
            index
                .filter
                .as_ref()
                .map(|text| format!("note: {}", literal(&format!("where {text}")))),
        );
        indexes.push(format!("({}) [{}]", parts.join(", "), settings.join(", ")));
    }
    if !indexes.is_empty() {
        let _ = writeln!(out, "  indexes {{\n    {}\n  }}", indexes.join("\n    "));
    }
    let checks: Vec<&str> = one.checks.iter().map(|check| check.expression.as_str()).collect();
    if !checks.is_empty() {
        let _ = writeln!(out, "  Note: {}", literal(&format!("checks: {}", checks.join("; "))));
    }
    out.push_str("}\n");
}

fn column_line(column: &ColumnView, key: &[String]) -> String {
    let data_type = column.data_type.as_deref().unwrap_or("unknown");
    let is_word = data_type.chars().all(|c| c.is_ascii_alphanumeric() || "_(),".contains(c));
    let data_type = if is_word { visible(data_type) } else { quoted(data_type) };
    let mut settings = Vec::new();
    settings.extend((key == std::slice::from_ref(&column.name)).then(|| "pk".to_owned()));
    settings.extend((!column.nullable).then(|| "not null".to_owned()));
    settings.extend(column.identity.is_some().then(|| "increment".to_owned()));
    settings.extend(column.default.as_ref().map(|text| format!("default: {}", expression(text))));
    let computed = column.generated.as_ref().map(|text| format!("computed as {text}"));
    let note: Vec<String> = column.comment.iter().cloned().chain(computed).collect();
    if !note.is_empty() {
        settings.push(format!("note: {}", literal(&note.join("; "))));
    }
    let settings = match settings.as_slice() {
        [] => String::new(),
        settings => format!(" [{}]", settings.join(", ")),
    };
    format!("{} {data_type}{settings}", quoted(&column.name))
}

fn references(one: &TableView, out: &mut String) {
    for key in &one.foreign_keys {
        let mut settings = Vec::new();
        for (word, action) in [("delete", &key.on_delete), ("update", &key.on_update)] {
            settings.extend(
                action
                    .as_ref()
                    .map(|action| format!("{word}: {}", visible(&action.to_lowercase()))),
            );
        }
        let settings = match settings.as_slice() {
            [] => String::new(),
            settings => format!(" [{}]", settings.join(", ")),
        };
        let name = key.name.as_ref().map(|name| format!(" {}", quoted(name))).unwrap_or_default();
        let _ = writeln!(
            out,
            "Ref{name}: {}.({}) > {}.({}){settings}",
            qualified(&one.schema, &one.name),
            list(&key.columns),
            qualified(&key.ref_schema, &key.ref_table),
            list(&key.ref_columns),
        );
    }
}

fn named(name: &Option<String>) -> String {
    name.as_ref().map(|name| format!(", name: {}", literal(name))).unwrap_or_default()
}

fn qualified(schema: &str, name: &str) -> String {
    match schema {
        "" | "public" => quoted(name),
        schema => format!("{}.{}", quoted(schema), quoted(name)),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", visible(name).replace('\\', "\\\\").replace('"', "\\\""))
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// SQL between backticks, which has none of its own inside.
fn expression(text: &str) -> String {
    format!("`{}`", visible(text).replace('`', "'"))
}

fn literal(text: &str) -> String {
    format!("'{}'", visible(text).replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn tables_indexes_and_references_have_the_words_of_dbml() {
        let text = render(&fixture::schema(), &Look::plain());
        for line in [
            "Table \"accounts\" {",
            "  \"id\" integer [pk, not null, default: `nextval('accounts_id_seq'::regclass)`, note: 'what it is']",
            "    (\"id\") [unique, name: 'accounts_id_key']",
            "    (\"id\") [name: 'ix_accounts_id', type: btree]",
            "  Note: 'checks: id > 0'",
            "Ref \"accounts_id_fkey\": \"accounts\".(\"id\") > \"archive\".\"owners\".(\"id\") [delete: cascade]",
            "Enum \"archive\".\"mood\" {",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
