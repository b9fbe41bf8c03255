//! Steps as statements, in the words of the database that they change.

use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, Op};
use crate::engine::schema::{Constraint, ConstraintKind, Ident, Index, Schema, Table, TableName};

use super::again;
use super::parts::{
    constraint_text, create_index, create_table, default_text, definition, literal, named, quoted,
    words,
};
use super::{Step, objects};

/// Returns the statements of a step, each without its semicolon. `before` is the schema that it changes.
/// Empty for an op that a comparison never makes, or that this database has no words for.
pub fn statements(step: &Step, before: &Schema) -> Vec<String> {
    let dialect = before.dialect;
    let one = |text: String| vec![text];
    if let Some(becomes) = &step.becomes {
        return again::statements(becomes, before);
    }
    match &step.op {
        Op::CreateTable { table, columns, constraints, .. } => {
            one(create_table(table, (columns, constraints), &step.with, dialect))
        }
        Op::DropTable { table, .. } => one(["DROP TABLE ", &named(table, dialect)].concat()),
        Op::RenameTable { from, to } => rename_table(from, to, dialect),
        Op::CreateIndex { table, index, concurrently, .. } => {
            one(create_index(table, index, *concurrently, dialect))
        }
        Op::DropIndex { name, .. } => {
            let of = owner(before, name).filter(|_| dialect == Dialect::MySql);
            let (name, of) = match of {
                Some((table, _)) => {
                    (quoted(&name.name, dialect), [" ON ", &named(table, dialect)].concat())
                }
                None => (named(name, dialect), String::new()),
            };
            one(["DROP INDEX ", &name, &of].concat())
        }
        Op::RenameIndex { from, to } => rename_index(before, from, to),
        Op::SetComment { table, column, comment } if dialect == Dialect::PostgreSql => {
            let text = comment_text(comment.as_deref());
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
        Op::Detail { table, detail } => {
            detail_text(table, detail, dialect).map(one).unwrap_or_default()
        }
        _ => {
            let Some((table, action)) = within_table(step, before) else { return Vec::new() };
            one(["ALTER TABLE ", &named(table, dialect), " ", &action].concat())
        }
    }
}

fn comment_text(comment: Option<&str>) -> String {
    comment.map_or_else(|| "NULL".to_owned(), |text| literal(text, Dialect::PostgreSql))
}

/// What is said of a table beside its parts, once it is there.
fn detail_text(table: &TableName, detail: &Detail, dialect: Dialect) -> Option<String> {
    let own = table.quoted();
    if dialect != Dialect::PostgreSql {
        let Detail::Comment(comment) = detail else { return None };
        let text = literal(comment.as_deref().unwrap_or_default(), dialect);
        let is_mysql = dialect == Dialect::MySql;
        let own = named(table, dialect);
        return is_mysql.then(|| ["ALTER TABLE ", &own, " COMMENT = ", &text].concat());
    }
    Some(match detail {
        Detail::Comment(comment) => {
            format!("COMMENT ON TABLE {own} IS {}", comment_text(comment.as_deref()))
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
    let dialect = before.dialect;
    let q = |name: &Ident| quoted(name, dialect);
    Some(match &step.op {
        Op::AddColumn { table, column, .. } => {
            (table, ["ADD COLUMN ", &definition(column, dialect)].concat())
        }
        Op::DropColumn { table, column, cascade, .. } => {
            let cascade = *cascade && dialect == Dialect::PostgreSql;
            let cascade = if cascade { " CASCADE" } else { "" };
            (table, ["DROP COLUMN ", &q(column), cascade].concat())
        }
        Op::RenameColumn { table, from, to } => {
            (table, ["RENAME COLUMN ", &q(from), " TO ", &q(to)].concat())
        }
        Op::AddConstraint { table, name, kind, .. } => {
            let traits = step.with.iter().find_map(|detail| match detail {
                Detail::Constraint(_, traits) => Some(traits.clone()),
                _ => None,
            });
            let (name, kind) = (name.clone(), kind.clone());
            let constraint = Constraint { name, kind, traits: traits.unwrap_or_default() };
            (table, ["ADD ", &constraint_text(&constraint, dialect)].concat())
        }
        Op::DropConstraint { table, name, .. } => {
            let text = match dialect {
                Dialect::MySql => drop_in_mysql(before.tables.get(table)?, name),
                _ => ["DROP CONSTRAINT ", &q(name)].concat(),
            };
            (table, text)
        }
        Op::RenameConstraint { table, from, to } => {
            // MySQL gives a new name to indexes alone.
            let kind = if dialect == Dialect::MySql { "INDEX" } else { "CONSTRAINT" };
            (table, ["RENAME ", kind, " ", &q(from), " TO ", &q(to)].concat())
        }
        _ if dialect == Dialect::PostgreSql => return of_column(step, before),
        _ => return None,
    })
}

/// What PostgreSQL changes about a column by itself.
fn of_column<'a>(step: &'a Step, before: &Schema) -> Option<(&'a TableName, String)> {
    Some(match &step.op {
        Op::AlterColumnType { table, column, to, using } => {
            let using = using.as_ref().map(|using| format!(" USING {using}")).unwrap_or_default();
            let collation = step.with.iter().find_map(|detail| match detail {
                Detail::Collation(_, Some(collation)) => Some([" COLLATE ", collation].concat()),
                _ => None,
            });
            let action = ["TYPE ", to.as_deref()?, &collation.unwrap_or_default(), &using];
            (table, alter(column, &action.concat()))
        }
        Op::SetNotNull { table, column } => (table, alter(column, "SET NOT NULL")),
        Op::DropNotNull { table, column } => (table, alter(column, "DROP NOT NULL")),
        Op::SetDefault { table, column, default } => {
            let default = default_text(default, Dialect::PostgreSql);
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
        Op::RowSecurity { table, enabled } => {
            let word = if *enabled { "ENABLE" } else { "DISABLE" };
            (table, format!("{word} ROW LEVEL SECURITY"))
        }
        _ => return None,
    })
}

pub(super) fn alter(column: &Ident, action: &str) -> String {
    format!("ALTER COLUMN {} {action}", column.quoted())
}

/// MySQL names the kind of what goes.
fn drop_in_mysql(table: &Table, name: &Ident) -> String {
    let known = table.constraints.iter().find(|one| one.name.as_ref() == Some(name));
    let word = match known.map(|one| &one.kind) {
        Some(ConstraintKind::PrimaryKey { .. }) => return "DROP PRIMARY KEY".to_owned(),
        Some(ConstraintKind::ForeignKey(_)) => "DROP FOREIGN KEY ",
        Some(ConstraintKind::Unique { .. }) | None => "DROP INDEX ",
        _ => "DROP CONSTRAINT ",
    };
    [word, &quoted(name, Dialect::MySql)].concat()
}

/// The table that an index or a key of this name belongs to, and the index.
fn owner<'a>(schema: &'a Schema, name: &TableName) -> Option<(&'a TableName, Option<&'a Index>)> {
    let mut tables = schema.tables.iter().filter(|(table, _)| table.schema == name.schema);
    tables.find_map(|(table, found)| {
        let index = found.indexes.iter().find(|index| index.name.as_ref() == Some(&name.name));
        let keys = found.constraints.iter().filter_map(|one| one.name.as_ref());
        let is_key = || keys.into_iter().any(|key| key == &name.name);
        (index.is_some() || is_key()).then_some((table, index))
    })
}

fn rename_index(before: &Schema, from: &TableName, to: &Ident) -> Vec<String> {
    let dialect = before.dialect;
    let (old, new) = (quoted(&from.name, dialect), quoted(to, dialect));
    match (dialect, owner(before, from)) {
        (Dialect::PostgreSql, _) => {
            vec![["ALTER INDEX ", &named(from, dialect), " RENAME TO ", &new].concat()]
        }
        (Dialect::MySql, Some((table, _))) => {
            let table = named(table, dialect);
            vec![["ALTER TABLE ", &table, " RENAME INDEX ", &old, " TO ", &new].concat()]
        }
        // To SQLite another name is another index.
        (Dialect::Sqlite, Some((table, Some(index)))) => {
            let index = Index { name: Some(to.clone()), ..index.clone() };
            let drop = ["DROP INDEX ", &named(from, dialect)].concat();
            vec![drop, create_index(table, &index, false, dialect)]
        }
        _ => Vec::new(),
    }
}

/// RENAME TO keeps the schema, SET SCHEMA the name.
fn rename_table(from: &TableName, to: &TableName, dialect: Dialect) -> Vec<String> {
    let rename = |at: &TableName, to: &str| {
        vec![["ALTER TABLE ", &named(at, dialect), " RENAME TO ", to].concat()]
    };
    match dialect {
        Dialect::PostgreSql => {}
        Dialect::MySql => return rename(from, &named(to, dialect)),
        Dialect::Sqlite => return rename(from, &quoted(&to.name, dialect)),
    }
    let mut statements = Vec::new();
    let mut at = from.clone();
    if from.schema != to.schema {
        let schema = to.schema.as_ref().map_or_else(|| "public".to_owned(), Ident::quoted);
        statements.push(format!("ALTER TABLE {} SET SCHEMA {schema}", at.quoted()));
        at.schema.clone_from(&to.schema);
    }
    if from.name != to.name {
        statements.extend(rename(&at, &to.name.quoted()));
    }
    statements
}
