//! Steps as PostgreSQL's statements.

use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, Op};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, ConstraintTraits, ForeignKey, Ident, Identity, Index,
    IndexPart, Schema, TableName,
};

use super::{Step, Writer, objects};

pub static WRITER: Writer = Writer { dialect: Dialect::PostgreSql, statements };

/// Returns the statements of a step, each without its semicolon. `before` is the schema that it changes.
/// Empty for an op that a comparison never makes.
pub fn statements(step: &Step, before: &Schema) -> Vec<String> {
    let one = |text: String| vec![text];
    match &step.op {
        Op::CreateTable { table, columns, constraints, .. } => {
            one(create_table(table, (columns, constraints), &step.with))
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
        | Op::DropOther { .. }
        | Op::Define { .. }
        | Op::Undefine { .. } => objects::statements(&step.op, before),
        Op::Detail { table, detail } => detail_text(table, detail).map(one).unwrap_or_default(),
        _ => {
            let Some((table, action)) = within_table(step, before) else { return Vec::new() };
            one(format!("ALTER TABLE {} {action}", table.quoted()))
        }
    }
}

/// What is said of a table beside its parts, once it is there.
fn detail_text(table: &TableName, detail: &Detail) -> Option<String> {
    let own = table.quoted();
    Some(match detail {
        Detail::Comment(comment) => {
            let text = comment.as_ref().map_or_else(|| "NULL".to_owned(), |text| literal(text));
            format!("COMMENT ON TABLE {own} IS {text}")
        }
        Detail::PartitionOf(parent, values) => {
            format!("ALTER TABLE {} ATTACH PARTITION {own} {values}", parent.quoted())
        }
        Detail::Unlogged => format!("ALTER TABLE {own} SET UNLOGGED"),
        Detail::Forced(true) => format!("ALTER TABLE {own} FORCE ROW LEVEL SECURITY"),
        Detail::Forced(false) => format!("ALTER TABLE {own} NO FORCE ROW LEVEL SECURITY"),
        _ => return None,
    })
}

/// What a step does to one table, as an action of ALTER TABLE.
fn within_table<'a>(step: &'a Step, before: &Schema) -> Option<(&'a TableName, String)> {
    Some(match &step.op {
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
            let traits = step.with.iter().find_map(|detail| match detail {
                Detail::Constraint(_, traits) => Some(*traits),
                _ => None,
            });
            let (name, kind) = (name.clone(), kind.clone());
            let constraint = Constraint { name, kind, traits: traits.unwrap_or_default() };
            (table, format!("ADD {}", constraint_text(&constraint)))
        }
        Op::RowSecurity { table, enabled } => {
            let word = if *enabled { "ENABLE" } else { "DISABLE" };
            (table, format!("{word} ROW LEVEL SECURITY"))
        }
        Op::DropConstraint { table, name, .. } => {
            (table, format!("DROP CONSTRAINT {}", name.quoted()))
        }
        Op::RenameConstraint { table, from, to } => {
            (table, format!("RENAME CONSTRAINT {} TO {}", from.quoted(), to.quoted()))
        }
        _ => return None,
    })
}

pub(super) fn alter(column: &Ident, action: &str) -> String {
    format!("ALTER COLUMN {} {action}", column.quoted())
}

/// Returns the words of an identity in SQL.
pub fn words(identity: Identity) -> &'static str {
    match identity {
        Identity::Always => "ALWAYS",
        Identity::ByDefault => "BY DEFAULT",
    }
}

fn create_table(
    table: &TableName,
    (columns, constraints): (&[Column], &[Constraint]),
    with: &[Detail],
) -> String {
    let (mut kind, mut tail, mut server) = (String::from("TABLE"), String::new(), None);
    for detail in with {
        match detail {
            Detail::Unlogged => kind.insert_str(0, "UNLOGGED "),
            Detail::Foreign => kind.insert_str(0, "FOREIGN "),
            Detail::Inherits(parents) => {
                let parents: Vec<String> = parents.iter().map(TableName::quoted).collect();
                tail.insert_str(0, &format!(" INHERITS ({})", parents.join(", ")));
            }
            Detail::PartitionBy(by) => tail.push_str(&format!(" PARTITION BY {by}")),
            Detail::Options(options) => server = Some(options),
            _ => {}
        }
    }
    if let Some(options) = server {
        tail.push_str(&match kind.starts_with("FOREIGN") {
            true => format!(" SERVER {options}"),
            false => format!(" WITH ({options})"),
        });
    }
    let items: Vec<String> =
        columns.iter().map(definition).chain(constraints.iter().map(constraint_text)).collect();
    let list = match items.is_empty() {
        true => "()".to_owned(),
        false => format!("(\n    {}\n)", items.join(",\n    ")),
    };
    format!("CREATE {kind} {} {list}{tail}", table.quoted())
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
        let kept = if column.computed_on_read { "VIRTUAL" } else { "STORED" };
        text.push_str(&format!(" GENERATED ALWAYS AS ({}) {kept}", generated.text));
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
    let traits = constraint.traits;
    let mut text = match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } => format!("PRIMARY KEY ({})", list(columns)),
        ConstraintKind::Unique { columns } => {
            let nulls = if traits.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            format!("UNIQUE{nulls} ({})", list(columns))
        }
        ConstraintKind::Check(check) => format!("CHECK ({})", check.text),
        ConstraintKind::ForeignKey(key) => foreign_key(key, traits),
        // A dump has all of it, a directive the elements alone.
        ConstraintKind::Exclusion(all) if all.text.ends_with(')') => {
            format!("EXCLUDE {}", all.text)
        }
        ConstraintKind::Exclusion(parts) => format!("EXCLUDE USING gist ({})", parts.text),
    };
    let words = [
        (traits.no_inherit, " NO INHERIT"),
        (traits.deferrable, " DEFERRABLE"),
        (traits.initially_deferred, " INITIALLY DEFERRED"),
        (traits.not_enforced, " NOT ENFORCED"),
        (traits.not_valid, " NOT VALID"),
    ];
    for (_, word) in words.iter().filter(|(is_so, _)| *is_so) {
        text.push_str(word);
    }
    text
}

fn foreign_key(key: &ForeignKey, traits: ConstraintTraits) -> String {
    let columns = match key.ref_columns.as_slice() {
        [] => String::new(),
        columns => format!(" ({})", list(columns)),
    };
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {}{columns}",
        list(&key.columns),
        key.ref_table.quoted()
    );
    if traits.match_full {
        text.push_str(" MATCH FULL");
    }
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
    if index.nulls_not_distinct {
        text.push_str(" NULLS NOT DISTINCT");
    }
    if let Some(options) = &index.options {
        text.push_str(&format!(" WITH ({options})"));
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

fn list(names: &[Ident]) -> String {
    names.iter().map(Ident::quoted).collect::<Vec<_>>().join(", ")
}

/// A string as SQL: a backslash means itself, as the server has it since 9.1. Control characters are escaped,
/// so that a statement has no line breaks but our own.
pub(super) fn literal(text: &str) -> String {
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
