//! Scripts that print an audit which Retort reads in full, for the client of each database.
//!
//! In: nothing.
//! Out: [`SCRIPTS`]: read-only text to save, read and run.
//! Never: a connection, a password, a row of a table other than Alembic's own.

/// A script as it is printed and saved.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// The dialect's word, or what the script is for.
    pub id: &'static str,
    /// The ending of the file's name.
    pub ending: &'static str,
    pub text: &'static str,
}

/// Every script.
pub static SCRIPTS: [Script; 4] = [
    Script { id: "postgresql", ending: "sql", text: include_str!("postgresql.sql") },
    Script { id: "mysql", ending: "sh", text: include_str!("mysql.sh") },
    Script { id: "sqlite", ending: "sql", text: include_str!("sqlite.sql") },
    Script { id: "summary", ending: "sh", text: include_str!("summary.sh") },
];

/// What stands before the id of a script where files are asked for by name.
pub const PREFIX: &str = "collect-";

/// Returns the script of this id.
pub fn script(id: &str) -> Option<&'static Script> {
    SCRIPTS.iter().find(|script| script.id == id)
}
