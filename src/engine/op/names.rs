//! Names that PostgreSQL invents (its `makeObjectName` and `ChooseRelationName`; alembic.md 5.4).

use crate::engine::dialects::Dialect;
use crate::engine::schema::{
    Constraint, ConstraintKind, Ident, Index, IndexPart, Schema, TableName,
};

/// `NAMEDATALEN` less the closing zero.
pub(super) const NAME_BYTES_MAX: usize = 63;

/// What MySQL calls every primary key.
pub const MYSQL_KEY: &str = "PRIMARY";

/// Returns whether the database passes over a name that a constraint of this kind is given.
pub(super) fn is_ignored(dialect: Dialect, kind: &ConstraintKind) -> bool {
    dialect == Dialect::MySql && matches!(kind, ConstraintKind::PrimaryKey { .. })
}

/// Returns the name of a constraint that was given none, or whose name is passed over; SQLite invents none.
pub(super) fn constraint(
    schema: &Schema,
    table: &TableName,
    kind: &ConstraintKind,
) -> Option<Ident> {
    match schema.dialect {
        Dialect::PostgreSql => Some(of_postgresql(schema, table, kind)),
        Dialect::MySql => of_mysql(schema, table, kind),
        Dialect::Sqlite => None,
    }
}

/// From MySQL's documentation: a key is called after its first column, others are counted.
fn of_mysql(schema: &Schema, table: &TableName, kind: &ConstraintKind) -> Option<Ident> {
    let found = schema.tables.get(table)?;
    let taken = |name: &str| {
        let same = |given: &Option<Ident>| given.as_ref().is_some_and(|one| one.as_str() == name);
        found.constraints.iter().any(|one| same(&one.name))
            || found.indexes.iter().any(|one| same(&one.name))
    };
    let last = |label: &str| {
        let start = format!("{}_{label}_", table.name);
        let names = found.constraints.iter().filter_map(|one| one.name.as_ref());
        let numbers = names.filter_map(|name| name.as_str().strip_prefix(&start)?.parse().ok());
        let last: u64 = numbers.max().unwrap_or(0);
        Some(Ident::exact(format!("{start}{}", last.saturating_add(1))))
    };
    match kind {
        ConstraintKind::PrimaryKey { .. } => Some(Ident::exact(MYSQL_KEY)),
        ConstraintKind::Unique { columns } => {
            let first = columns.first()?.as_str().to_owned();
            let numbered = (2_u32..).map(|number| format!("{first}_{number}"));
            std::iter::once(first.clone())
                .chain(numbered)
                .find(|name| !taken(name))
                .map(Ident::exact)
        }
        ConstraintKind::ForeignKey(_) => last("ibfk"),
        ConstraintKind::Check(_) => last("chk"),
        ConstraintKind::Exclusion(_) => None,
    }
}

fn of_postgresql(schema: &Schema, table: &TableName, kind: &ConstraintKind) -> Ident {
    match kind {
        ConstraintKind::PrimaryKey { .. } => free(schema, table, "", "pkey"),
        ConstraintKind::Unique { columns } => free(schema, table, &joined(columns), "key"),
        ConstraintKind::ForeignKey(key) => free(schema, table, &joined(&key.columns), "fkey"),
        ConstraintKind::Exclusion(parts) => free(schema, table, &joined(&parts.columns), "excl"),
        ConstraintKind::Check(check) => {
            let of = match check.columns.as_slice() {
                [one] => one.as_str(),
                _ => "",
            };
            free(schema, table, of, "check")
        }
    }
}

/// Returns the name of an index that was given none.
pub(super) fn index(schema: &Schema, table: &TableName, index: &Index) -> Ident {
    let mut parts: Vec<Ident> = Vec::new();
    for part in &index.parts {
        let base = match part {
            IndexPart::Column(name) => name.as_str().to_owned(),
            IndexPart::Expression(expression) => called(&expression.text),
        };
        let mut name = base.clone();
        let mut number = 1;
        while parts.iter().any(|other| other.as_str() == name) {
            name = format!("{base}{number}");
            number += 1;
        }
        parts.push(Ident::exact(name));
    }
    free(schema, table, &joined(&parts), "idx")
}

/// Returns the name of the sequence of a serial or identity column.
pub(super) fn sequence(schema: &Schema, table: &TableName, column: &Ident) -> TableName {
    let name = free(schema, table, column.as_str(), "seq");
    TableName { schema: table.schema.clone(), name }
}

/// Returns the default of a column that draws from a sequence.
pub(super) fn next_value(sequence: &TableName) -> String {
    format!("nextval('{}'::regclass)", sequence.quoted().replace('\'', "''"))
}

/// Returns a name as the server stores it: what is too long is cut.
pub(super) fn stored(schema: &Schema, name: &Ident) -> Ident {
    match schema.dialect {
        Dialect::PostgreSql => Ident::exact(cut(name.as_str(), NAME_BYTES_MAX)),
        _ => name.clone(),
    }
}

/// `lower(email)` is called `lower`, a column with an order by its own name, all else `expr`.
fn called(text: &str) -> String {
    let word: String =
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let rest = text.get(word.len()..).unwrap_or_default().trim_start();
    let orders = ["", "desc", "asc", "nulls"];
    let is_order = orders
        .contains(&rest.split_whitespace().next().unwrap_or_default().to_lowercase().as_str());
    if !word.is_empty() && (is_order || rest.starts_with('(')) {
        return word.to_lowercase();
    }
    "expr".to_owned()
}

fn joined(columns: &[Ident]) -> String {
    columns.iter().map(Ident::as_str).collect::<Vec<_>>().join("_")
}

fn free(schema: &Schema, table: &TableName, middle: &str, label: &str) -> Ident {
    let mut number = 0;
    loop {
        let label = if number == 0 { label.to_owned() } else { format!("{label}{number}") };
        let name = fitted(table.name.as_str(), middle, &label);
        if !is_taken(schema, table.schema.as_ref(), &name) {
            return Ident::exact(name);
        }
        number += 1;
    }
}

/// The longer part gives way until all of it fits.
fn fitted(first: &str, second: &str, label: &str) -> String {
    let joints = if second.is_empty() { 1 } else { 2 };
    let room = NAME_BYTES_MAX.saturating_sub(label.len() + joints);
    let (mut one, mut two) = (first.len(), second.len());
    while one + two > room && one + two > 0 {
        if one > two { one -= 1 } else { two -= 1 }
    }
    let (first, second) = (cut(first, one), cut(second, two));
    match second {
        "" => format!("{first}_{label}"),
        _ => format!("{first}_{second}_{label}"),
    }
}

/// The first bytes of a text, without the half of a character.
fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

/// Whether a relation or a constraint of this schema has the name.
fn is_taken(schema: &Schema, namespace: Option<&Ident>, name: &str) -> bool {
    let own = TableName { schema: namespace.cloned(), name: Ident::exact(name) };
    let named = |given: &Option<Ident>| given.as_ref().is_some_and(|given| given.as_str() == name);
    let is_constraint = |constraint: &Constraint| named(&constraint.name);
    let is_index = |index: &Index| named(&index.name);
    let relations = schema.tables.contains_key(&own)
        || schema.sequences.contains_key(&own)
        || schema.views.contains(&own);
    if relations || schema.names.has_never(&own.name) {
        return relations;
    }
    schema
        .tables
        .iter()
        .filter(|(table, _)| table.schema.as_ref() == namespace)
        .any(|(_, t)| t.constraints.iter().any(is_constraint) || t.indexes.iter().any(is_index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_as_the_server_cuts_them() {
        let (table, column) = ("t".repeat(40), "c".repeat(40));
        let name = fitted(&table, &column, "check");
        assert_eq!(name.len(), 63);
        assert_eq!(name, format!("{}_{}_check", "t".repeat(28), "c".repeat(28)));
        assert_eq!(fitted("t", "a_b", "key"), "t_a_b_key");
        assert_eq!(fitted(&"é".repeat(40), "", "pkey"), format!("{}_pkey", "é".repeat(29)));
    }

    #[test]
    fn expressions_are_called_after_their_function() {
        assert_eq!(called("lower(email)"), "lower");
        assert_eq!(called("taken_on DESC"), "taken_on");
        assert_eq!(called("(a + b)"), "expr");
        assert_eq!(called("a + b"), "expr");
    }
}
