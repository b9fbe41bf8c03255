//! What `op.create_table` says of a table beside its parts, in the options of each dialect, as SQLAlchemy writes
//! them behind the list of columns.

use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, Op};
use crate::engine::python::{PyKind, PyValue};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, Ident, Identity, ObjectName, TableName,
};

use super::arguments::Arguments;
use super::context::Context;
use super::table_directives::open_part;

/// Options of PostgreSQL's and SQLite's; any other of theirs is an error.
const KNOWN: &[&str] = &[
    "postgresql_ignore_search_path",
    "postgresql_tablespace",
    "postgresql_partition_by",
    "postgresql_with_oids",
    "postgresql_on_commit",
    "postgresql_inherits",
    "postgresql_using",
    "sqlite_autoincrement",
    "sqlite_with_rowid",
    "sqlite_strict",
];
/// Options of MySQL's that are written with blanks instead of `_`.
const IN_WORDS: &[&str] = &[
    "DATA_DIRECTORY",
    "INDEX_DIRECTORY",
    "DEFAULT_CHARACTER_SET",
    "CHARACTER_SET",
    "DEFAULT_CHARSET",
    "DEFAULT_COLLATE",
];
/// Options of MySQL's whose value stands in quotes.
const IN_QUOTES: &[&str] =
    &["COMMENT", "DATA_DIRECTORY", "INDEX_DIRECTORY", "PASSWORD", "CONNECTION"];
/// Options of MySQL's behind which no `=` stands.
const WITHOUT_SIGN: &[&str] = &["TABLESPACE", "DEFAULT_CHARACTER_SET", "CHARACTER_SET", "COLLATE"];
/// Those that come last, in this order.
const PARTITIONS: &[&str] = &["PARTITION_BY", "PARTITIONS", "SUBPARTITION_BY", "SUBPARTITIONS"];

/// Returns what the options of the dialect in force make of a table with these columns and constraints.
pub(super) fn read(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    table: &TableName,
    (columns, constraints): (&mut [Column], &[Constraint]),
) -> Result<Vec<Op>, String> {
    let start = [context.dialect.word(), "_"].concat();
    let own: Vec<(String, PyValue)> = given
        .call
        .kwargs
        .iter()
        .filter_map(|(name, value)| Some((name.as_deref()?, value)))
        .filter(|(name, _)| name.starts_with(&start))
        .map(|(name, value)| (name.to_owned(), context.fold(value)))
        .filter(|(_, value)| value.kind != PyKind::None)
        .collect();
    let is_known = |name: &str| KNOWN.contains(&name) || context.dialect == Dialect::MySql;
    if let Some((name, _)) = own.iter().find(|(name, _)| !is_known(name)) {
        return Err(["`", name, "`, which SQLAlchemy refuses"].concat());
    }
    let text = match context.dialect {
        Dialect::PostgreSql => return Ok(own.iter().filter_map(|one| kept(table, one)).collect()),
        Dialect::MySql => of_mysql(&own, &start),
        Dialect::Sqlite => of_sqlite(&own, columns, constraints),
    };
    let options = |text| Op::Detail { table: table.clone(), detail: Detail::Options(text) };
    Ok(match text {
        Some(text) if text.is_empty() => Vec::new(),
        Some(text) => vec![options(text)],
        None => vec![open_part(table, "its options, which are computed".to_owned())],
    })
}

/// PostgreSQL's tablespace and access method; the others are read with the table.
fn kept(table: &TableName, (name, value): &(String, PyValue)) -> Option<Op> {
    let action = match name.as_str() {
        "postgresql_tablespace" => "SET TABLESPACE ",
        "postgresql_using" => "SET ACCESS METHOD ",
        _ => return None,
    };
    let Some(place) = value.as_str() else {
        return Some(open_part(table, "where it is kept, which is computed".to_owned()));
    };
    let name = ObjectName::stored(&[action, &Ident::exact(place).quoted()].concat(), table.clone());
    let definition = name.stored_as()?;
    Some(Op::Define { name, definition })
}

/// In the order of SQLAlchemy: as given, but the collation behind the character set, and partitions last.
fn of_mysql(own: &[(String, PyValue)], start: &str) -> Option<String> {
    let mut all = Vec::new();
    for (name, value) in own {
        let key = name.strip_prefix(start)?.to_uppercase();
        let value = match &value.kind {
            PyKind::Str(text) => text.clone(),
            PyKind::Int(Some(number)) => number.to_string(),
            _ => return None,
        };
        let place = PARTITIONS.iter().position(|one| *one == key).map(|at| at + 2);
        all.push((place.unwrap_or(usize::from(key == "COLLATE")), key, value));
    }
    all.sort_by_key(|(place, ..)| *place);
    let each = all.iter().map(|(place, key, value)| {
        let key = key.as_str();
        let words = IN_WORDS.contains(&key) || *place > 1;
        let sign = if WITHOUT_SIGN.contains(&key) || *place > 1 { " " } else { "=" };
        let quote = if IN_QUOTES.contains(&key) { "'" } else { "" };
        let value = if quote.is_empty() { value.clone() } else { value.replace('\'', "''") };
        let key = if words { key.replace('_', " ") } else { key.to_owned() };
        [&key, sign, quote, &value, quote].concat()
    });
    Some(each.collect::<Vec<String>>().join(" "))
}

fn of_sqlite(
    own: &[(String, PyValue)],
    columns: &mut [Column],
    constraints: &[Constraint],
) -> Option<String> {
    let mut options = Vec::new();
    for (name, value) in own {
        let PyKind::Bool(is_on) = value.kind else { return None };
        match (name.as_str(), is_on) {
            ("sqlite_with_rowid", false) => options.insert(0, "WITHOUT ROWID"),
            ("sqlite_strict", true) => options.push("STRICT"),
            // SQLAlchemy counts up where the key is one integer column.
            ("sqlite_autoincrement", true) => {
                let key = constraints.iter().find_map(|one| match &one.kind {
                    ConstraintKind::PrimaryKey { columns } => Some(columns.as_slice()),
                    _ => None,
                });
                let Some([key]) = key else { continue };
                let points = |one: &Constraint| {
                    matches!(&one.kind, ConstraintKind::ForeignKey(_))
                        && one.kind.columns().contains(key)
                };
                if constraints.iter().any(points) {
                    continue;
                }
                let counts = |one: &&mut Column| {
                    one.name == *key && one.data_type.as_deref() == Some("INTEGER")
                };
                for column in columns.iter_mut().filter(counts) {
                    column.identity = Some(Identity::ByDefault);
                }
            }
            _ => {}
        }
    }
    Some(options.join(", "))
}
