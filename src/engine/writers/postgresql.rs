//! Steps as PostgreSQL's statements.

use crate::engine::dialects::Dialect;
use crate::engine::op::{DropKind, EnumPlace, Op};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, ForeignKey, Ident, Identity, Index, IndexPart, Schema,
    TableName,
};

use super::Writer;

pub static WRITER: Writer = Writer { dialect: Dialect::PostgreSql, statements };

/// Returns the statements of an op, each without its semicolon. `before` is the schema that it changes.
/// Empty for an op that a comparison never makes.
pub fn statements(op: &Op, before: &Schema) -> Vec<String> {
    let one = |text: String| vec![text];
    match op {
        Op::CreateTable { table, columns, constraints, .. } => {
            one(create_table(table, columns, constraints))
        }
        Op::DropTable { table, .. } => one(format!("DROP TABLE {}", table.quoted())),
        Op::RenameTable { from, to } => rename_table(from, to),
        Op::CreateIndex { table, index, concurrently, .. } => {
            one(create_index(table, index, *concurrently))
        }
        Op::DropIndex { name, .. } => one(format!("DROP INDEX {}", name.quoted())),
        Op::RenameIndex { from, to } => {
            one(format!("ALTER INDEX {} RENAME TO {}", from.quoted(), to.quoted()))
        }
        Op::SetComment { table, column, comment } => {
            let text = comment.as_ref().map_or_else(|| "NULL".to_owned(), |text| literal(text));
            one(format!("COMMENT ON COLUMN {}.{} IS {text}", table.quoted(), column.quoted()))
        }
        Op::OwnSequence { sequence, owner } => {
            let owner = owner.as_ref().map_or_else(
                || "NONE".to_owned(),
                |(table, column)| format!("{}.{}", table.quoted(), column.quoted()),
            );
            one(format!("ALTER SEQUENCE {} OWNED BY {owner}", sequence.quoted()))
        }
        Op::CreateEnum { .. }
        | Op::AddEnumValue { .. }
        | Op::SetEnumValues { .. }
        | Op::CreateOther { .. }
        | Op::DropOther { .. } => of_object(op, before),
        _ => {
            let Some((table, actions)) = within_table(op, before) else { return Vec::new() };
            let each = actions.into_iter();
            each.map(|action| format!("ALTER TABLE {} {action}", table.quoted())).collect()
        }
    }
}

/// What an op does to one table, as actions of ALTER TABLE.
fn within_table<'a>(op: &'a Op, before: &Schema) -> Option<(&'a TableName, Vec<String>)> {
    let (table, action) = match op {
        Op::AddColumn { table, column, .. } => {
            (table, format!("ADD COLUMN {}", definition(column)))
        }
        Op::DropColumn { table, column, cascade, .. } => {
            let cascade = if *cascade { " CASCADE" } else { "" };
            (table, format!("DROP COLUMN {}{cascade}", column.quoted()))
        }
        Op::RenameColumn { table, from, to } => {
            (table, format!("RENAME COLUMN {} TO {}", from.quoted(), to.quoted()))
        }
        Op::AlterColumnType { table, column, to, using } => {
            let using = using.as_ref().map(|using| format!(" USING {using}")).unwrap_or_default();
            let to = to.as_deref()?;
            (table, alter(column, &format!("TYPE {to}{using}")))
        }
        Op::SetNotNull { table, column } => (table, alter(column, "SET NOT NULL")),
        Op::DropNotNull { table, column } => (table, alter(column, "DROP NOT NULL")),
        Op::SetDefault { table, column, default } => {
            (table, alter(column, &format!("SET DEFAULT {default}")))
        }
        Op::DropDefault { table, column } => (table, alter(column, "DROP DEFAULT")),
        Op::SetIdentity { table, column, identity, sequence } => {
            let known = before.tables.get(table).and_then(|table| table.column(column));
            let had = known.is_some_and(|known| known.identity.is_some());
            let action = match identity {
                None => "DROP IDENTITY".to_owned(),
                Some(identity) if had => format!("SET GENERATED {}", words(*identity)),
                Some(identity) => {
                    let named = sequence.as_ref().map(TableName::quoted);
                    let named = named.map(|name| format!(" (SEQUENCE NAME {name})"));
                    let named = named.unwrap_or_default();
                    format!("ADD GENERATED {} AS IDENTITY{named}", words(*identity))
                }
            };
            (table, alter(column, &action))
        }
        Op::AddConstraint { table, name, kind, .. } => {
            let constraint = Constraint::new(name.clone(), kind.clone());
            (table, format!("ADD {}", constraint_text(&constraint)))
        }
        Op::DropConstraint { table, name, .. } => {
            (table, format!("DROP CONSTRAINT {}", name.quoted()))
        }
        Op::RenameConstraint { table, from, to } => {
            (table, format!("RENAME CONSTRAINT {} TO {}", from.quoted(), to.quoted()))
        }
        _ => return None,
    };
    Some((table, vec![action]))
}

fn alter(column: &Ident, action: &str) -> String {
    format!("ALTER COLUMN {} {action}", column.quoted())
}

/// Returns the words of an identity in SQL.
pub fn words(identity: Identity) -> &'static str {
    match identity {
        Identity::Always => "ALWAYS",
        Identity::ByDefault => "BY DEFAULT",
    }
}

fn create_table(table: &TableName, columns: &[Column], constraints: &[Constraint]) -> String {
    let items: Vec<String> =
        columns.iter().map(definition).chain(constraints.iter().map(constraint_text)).collect();
    if items.is_empty() {
        return format!("CREATE TABLE {} ()", table.quoted());
    }
    format!("CREATE TABLE {} (\n    {}\n)", table.quoted(), items.join(",\n    "))
}

/// A column as CREATE TABLE and ADD COLUMN take it.
fn definition(column: &Column) -> String {
    format!("{} {}", column.name.quoted(), column_text(column))
}

/// Returns what stands after a column's name.
pub fn column_text(column: &Column) -> String {
    let mut text = column.data_type.clone().unwrap_or_else(|| "?".to_owned());
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(identity) = column.identity {
        text.push_str(&format!(" GENERATED {} AS IDENTITY", words(identity)));
    } else if let Some(generated) = &column.generated {
        text.push_str(&format!(" GENERATED ALWAYS AS ({}) STORED", generated.text));
    } else if let Some(default) = &column.default {
        text.push_str(&format!(" DEFAULT {default}"));
    }
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    text
}

fn constraint_text(constraint: &Constraint) -> String {
    let body = constraint_body(constraint);
    match &constraint.name {
        Some(name) => format!("CONSTRAINT {} {body}", name.quoted()),
        None => body,
    }
}

/// Returns what stands after a constraint's name.
pub fn constraint_body(constraint: &Constraint) -> String {
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } => format!("PRIMARY KEY ({})", list(columns)),
        ConstraintKind::Unique { columns } => format!("UNIQUE ({})", list(columns)),
        ConstraintKind::Check(check) => format!("CHECK ({})", check.text),
        ConstraintKind::ForeignKey(key) => foreign_key(key),
        ConstraintKind::Exclusion(parts) => format!("EXCLUDE USING gist ({})", parts.text),
    }
}

fn foreign_key(key: &ForeignKey) -> String {
    let columns = match key.ref_columns.as_slice() {
        [] => String::new(),
        columns => format!(" ({})", list(columns)),
    };
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {}{columns}",
        list(&key.columns),
        key.ref_table.quoted()
    );
    for (word, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if let Some(action) = action {
            text.push_str(&format!(" ON {word} {action}"));
        }
    }
    text
}

/// Returns the statement that makes an index.
pub fn index_text(table: &TableName, index: &Index) -> String {
    create_index(table, index, false)
}

fn create_index(table: &TableName, index: &Index, concurrently: bool) -> String {
    let part = |part: &IndexPart| match part {
        IndexPart::Column(name) => name.quoted(),
        IndexPart::Expression(expression) => expression.text.clone(),
    };
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let mut text = String::from(if index.unique { "CREATE UNIQUE INDEX" } else { "CREATE INDEX" });
    if concurrently {
        text.push_str(" CONCURRENTLY");
    }
    if let Some(name) = &index.name {
        text.push_str(&format!(" {}", name.quoted()));
    }
    text.push_str(&format!(" ON {}", table.quoted()));
    if let Some(method) = &index.method {
        text.push_str(&format!(" USING {method}"));
    }
    text.push_str(&format!(" ({})", parts.join(", ")));
    if !index.include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", list(&index.include)));
    }
    if let Some(filter) = &index.filter {
        text.push_str(&format!(" WHERE {}", filter.text));
    }
    text
}

/// RENAME TO keeps the schema, SET SCHEMA the name.
fn rename_table(from: &TableName, to: &TableName) -> Vec<String> {
    let mut statements = Vec::new();
    let mut at = from.clone();
    if from.schema != to.schema {
        let schema = to.schema.as_ref().map_or_else(|| "public".to_owned(), Ident::quoted);
        statements.push(format!("ALTER TABLE {} SET SCHEMA {schema}", at.quoted()));
        at.schema.clone_from(&to.schema);
    }
    if from.name != to.name {
        statements.push(format!("ALTER TABLE {} RENAME TO {}", at.quoted(), to.name.quoted()));
    }
    statements
}

fn of_object(op: &Op, before: &Schema) -> Vec<String> {
    match op {
        Op::CreateEnum { name, values, .. } => vec![create_enum(&name.quoted(), values)],
        Op::AddEnumValue { name, value, place, .. } => {
            let place = match place {
                EnumPlace::Last => String::new(),
                EnumPlace::Before(other) => format!(" BEFORE {}", literal(other)),
                EnumPlace::After(other) => format!(" AFTER {}", literal(other)),
            };
            vec![format!("ALTER TYPE {} ADD VALUE {}{place}", name.quoted(), literal(value))]
        }
        Op::SetEnumValues { name, values } => enum_anew(name, values, before),
        Op::CreateOther { kind, name } => match kind {
            DropKind::Schema => vec![format!("CREATE SCHEMA IF NOT EXISTS {}", name.quoted())],
            DropKind::Sequence => vec![format!("CREATE SEQUENCE {}", name.quoted())],
            DropKind::Extension => {
                vec![format!("CREATE EXTENSION IF NOT EXISTS {}", name.quoted())]
            }
            _ => Vec::new(),
        },
        Op::DropOther { kind, name, .. } => {
            // The op has the name as people read it; the schema knows its parts.
            let known = before.enums.keys().chain(before.sequences.keys()).chain(&before.views);
            let mut known = known.filter(|known| known.to_string() == *name);
            let quoted =
                known.next().map_or_else(|| Ident::exact(name).quoted(), TableName::quoted);
            vec![format!("DROP {} {quoted}", kind.word().to_uppercase())]
        }
        _ => Vec::new(),
    }
}

fn create_enum(name: &str, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
    format!("CREATE TYPE {name} AS ENUM ({})", values.join(", "))
}

/// A type with other values takes the place of the old one, column by column.
fn enum_anew(name: &TableName, values: &[String], before: &Schema) -> Vec<String> {
    let own = name.quoted();
    let aside = Ident::exact(format!("{}__old", name.name));
    let old = TableName { schema: name.schema.clone(), name: aside.clone() };
    let mut statements =
        vec![format!("ALTER TYPE {own} RENAME TO {}", aside.quoted()), create_enum(&own, values)];
    for (table, found) in &before.tables {
        for column in &found.columns {
            let data_type = column.data_type.as_deref().unwrap_or_default();
            let end = if data_type.ends_with("[]") { "[]" } else { "" };
            if data_type.trim_end_matches("[]") != own {
                continue;
            }
            let mut action = |action: String| {
                statements.push(format!("ALTER TABLE {} {action}", table.quoted()))
            };
            if column.default.is_some() {
                action(alter(&column.name, "DROP DEFAULT"));
            }
            let using = format!("{}::text{end}::{own}{end}", column.name.quoted());
            action(alter(&column.name, &format!("TYPE {own}{end} USING {using}")));
            if let Some(default) = &column.default {
                action(alter(&column.name, &format!("SET DEFAULT {default}")));
            }
        }
    }
    statements.push(format!("DROP TYPE {}", old.quoted()));
    statements
}

fn list(names: &[Ident]) -> String {
    names.iter().map(Ident::quoted).collect::<Vec<_>>().join(", ")
}

/// A string as SQL: a backslash means itself, as the server has it since 9.1. Control characters are escaped,
/// so that a statement has no line breaks but our own.
fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if !text.contains(char::is_control) {
        return format!("'{quoted}'");
    }
    let mut escaped = String::from("E'");
    for c in quoted.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped.push('\'');
    escaped
}
