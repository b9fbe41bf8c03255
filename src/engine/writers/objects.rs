//! What has a name of its own beside tables, as statements.

use crate::engine::dialects::Dialect;
use crate::engine::op::{DropKind, EnumPlace, Op};
use crate::engine::schema::{Ident, ObjectKind, ObjectName, Schema, TableName};

use super::parts::{literal as literal_in, named, quoted};
use super::statements::alter;

fn literal(text: &str) -> String {
    literal_in(text, Dialect::PostgreSql)
}

/// The statements of an op that is about no table.
pub(super) fn statements(op: &Op, before: &Schema) -> Vec<String> {
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
        Op::CreateOther { kind, name } if before.dialect != Dialect::PostgreSql => {
            let made = *kind == DropKind::Schema && before.dialect == Dialect::MySql;
            let own = named(name, before.dialect);
            made.then(|| ["CREATE SCHEMA IF NOT EXISTS ", &own].concat()).into_iter().collect()
        }
        Op::CreateOther { kind, name } => match kind {
            DropKind::Schema => vec![format!("CREATE SCHEMA IF NOT EXISTS {}", name.quoted())],
            DropKind::Sequence => vec![format!("CREATE SEQUENCE {}", name.quoted())],
            DropKind::Extension => {
                vec![format!("CREATE EXTENSION IF NOT EXISTS {}", name.quoted())]
            }
            _ => Vec::new(),
        },
        // Other databases have none of the rest.
        Op::Define { name, .. } | Op::Undefine { name }
            if before.dialect != Dialect::PostgreSql && !is_everywhere(name.kind) =>
        {
            Vec::new()
        }
        Op::Define { name, definition } => {
            let is_known = before.objects.contains_key(name);
            vec![define(name, definition, is_known, before.dialect)]
        }
        Op::Undefine { name } => {
            let kind = name.kind.word().to_uppercase();
            if before.dialect != Dialect::PostgreSql {
                return vec![["DROP ", &kind, " ", &named(&name.name, before.dialect)].concat()];
            }
            let signature = match name.kind {
                ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate => {
                    format!("({})", without_defaults(&name.signature))
                }
                _ => String::new(),
            };
            vec![format!("DROP {kind} {}{signature}{}", own_name(name), on_table(name))]
        }
        Op::DropOther { kind, name, .. } => {
            // The op has the name as people read it; the schema knows its parts.
            let known = before.enums.keys().chain(before.sequences.keys()).chain(&before.views);
            let mut known = known.filter(|known| known.to_string() == *name);
            let own = known.next().map_or_else(
                || quoted(&Ident::exact(name), before.dialect),
                |known| named(known, before.dialect),
            );
            vec![["DROP ", &kind.word().to_uppercase(), " ", &own].concat()]
        }
        _ => Vec::new(),
    }
}

/// What belongs to a table has its name there alone.
fn own_name(name: &ObjectName) -> String {
    match name.table {
        Some(_) => name.name.name.quoted(),
        None => name.name.quoted(),
    }
}

fn on_table(name: &ObjectName) -> String {
    name.table.as_ref().map(|table| format!(" ON {}", table.quoted())).unwrap_or_default()
}

/// Kinds that every database has.
fn is_everywhere(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::View | ObjectKind::Trigger | ObjectKind::Function | ObjectKind::Procedure
    )
}

/// The statement that makes an object.
pub(super) fn define(
    name: &ObjectName,
    definition: &str,
    is_known: bool,
    dialect: Dialect,
) -> String {
    let kind = name.kind.word().to_uppercase();
    if dialect != Dialect::PostgreSql {
        let is_routine = matches!(name.kind, ObjectKind::Function | ObjectKind::Procedure);
        let arguments = match is_routine {
            true => ["(", &name.signature, ")"].concat(),
            false => String::new(),
        };
        let own = named(&name.name, dialect);
        let (said, rest) = name.kind.said_before(definition);
        let mut words = vec!["CREATE"];
        words.extend(said);
        return [&words.join(" "), " ", &kind, " ", &own, &arguments, " ", rest].concat();
    }
    match name.kind {
        // The whole statement is kept.
        ObjectKind::Grant | ObjectKind::DefaultPrivileges | ObjectKind::Other => {
            definition.to_owned()
        }
        ObjectKind::Comment => {
            format!("COMMENT ON {} IS {}", name.name.name, literal(definition))
        }
        ObjectKind::Sequence => {
            let restart = if definition.contains("START WITH") { " RESTART" } else { "" };
            format!("ALTER SEQUENCE {} {definition}{restart}", name.name.quoted())
        }
        ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate => {
            let replace = if is_known { "OR REPLACE " } else { "" };
            let own = name.name.quoted();
            format!("CREATE {replace}{kind} {own}({}) {definition}", name.signature)
        }
        ObjectKind::Trigger => {
            let (constraint, rest) = match definition.strip_prefix("CONSTRAINT ") {
                Some(rest) => ("CONSTRAINT ", rest),
                None => ("", definition),
            };
            format!("CREATE {constraint}TRIGGER {} {rest}", own_name(name))
        }
        _ => format!("CREATE {kind} {} {definition}", own_name(name)),
    }
}

/// Arguments as DROP takes them.
fn without_defaults(signature: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut quoted, mut skipping) = (0_usize, false, false);
    for (at, c) in signature.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => skipping = false,
            _ => {}
        }
        let rest = signature.get(at..).unwrap_or_default();
        if depth == 0 && !quoted && (rest.starts_with(" DEFAULT ") || rest.starts_with(" = ")) {
            skipping = true;
        }
        if !skipping {
            out.push(c);
        }
    }
    out
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
