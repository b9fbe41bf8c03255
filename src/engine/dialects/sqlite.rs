//! SQLite. It keeps types as they were written.

use super::{Dialect, Row, grammars};

/// The row of the catalogue.
pub static ROW: Row = Row {
    dialect: Dialect::Sqlite,
    word: "sqlite",
    schemes: &["sqlite"],
    title: "SQLite",
    default_schema: "",
    grammar: &grammars::Sqlite,
    type_name: |written| written.split_whitespace().collect::<Vec<_>>().join(" "),
};
