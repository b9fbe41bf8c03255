//! Which database a migration is written for.
//!
//! In: what a person asked for, and the texts of the inputs.
//! Out: [`Dialect`] with what differs between databases, and [`choose`], which says why it is this one.
//! Never: what a statement does; the reader of SQL and replay ask here what differs.

pub mod postgresql;
mod mysql;
mod sqlite;
mod choice;

pub use choice::{Choice, choose};

use sqlparser::dialect;

/// What there is to know of one family of databases.
#[derive(Debug)]
pub struct Row {
    pub dialect: Dialect,
    /// SQLAlchemy's name, which branches in migrations compare with.
    pub word: &'static str,
    /// What URLs begin with.
    pub schemes: &'static [&'static str],
    /// The name for people.
    pub title: &'static str,
    /// The schema that needs no name; empty where migrations never say it.
    pub default_schema: &'static str,
    /// The SQL parser's dialect.
    pub grammar: &'static (dyn dialect::Dialect + Sync),
    /// A type as written in SQL → as the catalogue spells it.
    pub type_name: fn(&str) -> String,
}

/// Every dialect, the one that is taken for granted first.
pub static DIALECTS: [&Row; 3] = [&postgresql::ROW, &mysql::ROW, &sqlite::ROW];

/// A family of databases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    #[default]
    PostgreSql,
    /// MariaDB too.
    MySql,
    Sqlite,
}

impl Dialect {
    /// Returns what there is to know of it.
    pub fn row(self) -> &'static Row {
        match self {
            Self::PostgreSql => &postgresql::ROW,
            Self::MySql => &mysql::ROW,
            Self::Sqlite => &sqlite::ROW,
        }
    }

    /// Returns SQLAlchemy's name.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// Returns the dialect that a word or the scheme of a URL means.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let found = DIALECTS.iter().find(|row| row.schemes.contains(&word.as_str()));
        found.map(|row| row.dialect)
    }

    /// Returns a type as written in SQL in the catalogue's spelling.
    pub fn type_name(self, written: &str) -> String {
        (self.row().type_name)(written)
    }
}
