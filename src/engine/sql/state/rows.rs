//! Statements that bring rows.

use crate::engine::schema::TableName;
use crate::engine::sql::lex;

use super::Setting;
use super::cursor::{Cursor, literal};

/// Which table a statement fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    pub table: TableName,
    /// The rows stand behind the statement: `COPY … FROM stdin`.
    pub follow: bool,
    /// The first value of each row that is written out, where it is a string. Only as many as a version
    /// table could have.
    pub first_values: Vec<String>,
}

/// Rows read of one statement: a version table has one for each head.
const ROWS_READ: usize = 100;

/// Bytes of a statement that are looked at: the rows of other tables are not read.
const BYTES_READ: usize = 64 * 1024;

/// Reads the head of `INSERT INTO t … VALUES (…), (…)` or `COPY t … FROM stdin`; `None` for anything else.
pub fn rows(text: &str, setting: &Setting) -> Option<Rows> {
    let starts =
        |word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let follow = starts("copy ");
    if !follow && !starts("insert ") && !starts("replace ") {
        return None;
    }
    // A literal that is cut here never closes; the name of the table stands before it all the same.
    let head = text.get(..text.floor_char_boundary(BYTES_READ))?;
    let name_only = || text.find(['(', '\'']).and_then(|at| text.get(..at));
    let tokens = lex::tokens(head, setting.dialect)
        .or_else(|| lex::tokens(name_only()?, setting.dialect))?;
    let mut cursor = Cursor::new(setting, &tokens);
    cursor.skip();
    cursor.eat(&["ignore"]);
    cursor.eat(&["into"]);
    let table = cursor.name()?;
    let mut rows = Rows { table, follow, first_values: Vec::new() };
    if cursor.sees_sign("(") {
        cursor.group();
    }
    if !follow && cursor.eat(&["values"]) {
        while let Some(row) = cursor.group() {
            let value = row.peek().and_then(|token| literal(token, setting.dialect));
            rows.first_values.extend(value);
            if !cursor.eat_sign(",") || rows.first_values.len() >= ROWS_READ {
                break;
            }
        }
    }
    Some(rows)
}
