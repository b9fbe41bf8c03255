//! SQLite. It keeps types as they were written.

use sqlparser::dialect::SQLiteDialect;

use super::{Dialect, Row};

/// The row of the catalogue.
pub static ROW: Row = Row {
    dialect: Dialect::Sqlite,
    word: "sqlite",
    schemes: &["sqlite"],
    title: "SQLite",
    default_schema: "",
    grammar: &SQLiteDialect {},
    type_name: |written| written.split_whitespace().collect::<Vec<_>>().join(" "),
};
