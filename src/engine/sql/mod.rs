//! SQL text → statements → [`crate::engine::op::Op`]s. The only door to the SQL parser.
//!
//! In: text.
//! Out: [`split::Piece`]s that cover every byte, and [`Reading`]s: what one statement does.
//! Never: which document it came from, whether it is a plan or a state.

pub mod split;
pub mod state;
mod lex;
mod comments;
mod catalogue;
mod grammar;
mod lower;
mod lower_alter;
mod lower_create;
mod lower_rows;
mod lower_session;
mod lower_types;
mod expressions;
mod meaning;
mod names;
mod blocks;
mod light;

pub use catalogue::{Field, Given, Listing, Question, Wanted, question};
pub use comments::comments;
pub use expressions::{expression, named};
pub use meaning::{Likeness, likeness};

use crate::engine::clean;
use crate::engine::dialects::Dialect;
use crate::engine::op::Op;
use crate::engine::schema::{Column, ConstraintKind, IndexPart};

/// What one statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its effects in order; never empty. An [`Op::Unknown`] stands for what was not understood.
    pub ops: Vec<Op>,
    /// Typographic quotes were read as ASCII ones.
    pub straightened: bool,
}

/// Reads one statement of PostgreSQL, as [`read_in`] does.
pub fn read(statement: &str) -> Reading {
    read_in(Dialect::PostgreSql, statement)
}

/// Reads one statement, with or without its semicolon. Total: what neither the parser nor the reading of
/// its tokens understands is [`Op::Unknown`].
pub fn read_in(dialect: Dialect, statement: &str) -> Reading {
    // PostgreSQL would take typographic quotes for letters of a name; in a paste they were quotes.
    if let Some(straight) = clean::quotes::straighten(statement)
        && let Some(ops) =
            understood(&straight.text, dialect).or_else(|| light::read(&straight.text, dialect))
    {
        return Reading { ops, straightened: true };
    }
    let ops = understood(statement, dialect)
        .or_else(|| light::read(statement, dialect))
        .or_else(|| blocks::read(statement).filter(|_| dialect == Dialect::PostgreSql))
        .unwrap_or_else(|| vec![unknown(statement)]);
    Reading { ops, straightened: false }
}

/// Constants of a statement about rows that are kept.
const CONSTANTS_MAX: usize = 64;

/// Puts the string constants of a statement into what it does to rows.
fn with_constants(mut ops: Vec<Op>, statement: &str, dialect: Dialect) -> Vec<Op> {
    if let [Op::Mutate { says, .. }] = ops.as_mut_slice() {
        let tokens = lex::tokens(statement, dialect).unwrap_or_default();
        let texts = tokens.iter().filter(|token| token.kind == lex::TokenKind::Text);
        let inner = |token: &lex::Token<'_>| token.text.trim_matches('\'').to_owned();
        says.extend(texts.map(inner).take(CONSTANTS_MAX));
    }
    ops
}

/// The parser's view, or `None` when it refuses the statement or when part of it has no meaning to us.
fn understood(statement: &str, dialect: Dialect) -> Option<Vec<Op>> {
    // The parser drops some of what other databases write beside a column.
    let ops = match dialect {
        Dialect::PostgreSql => state::proposed(statement)
            .or_else(|| lower::read(statement, dialect))
            .or_else(|| by_tokens(statement, dialect))?,
        _ => by_tokens(statement, dialect).or_else(|| lower::read(statement, dialect))?,
    };
    (!ops.is_empty() && !ops.iter().any(|op| matches!(op, Op::Unknown { .. })))
        .then(|| with_constants(ops, statement, dialect))
}

/// What makes or changes a table, as the reader of dumps has it: it knows what the parser refuses.
fn by_tokens(statement: &str, dialect: Dialect) -> Option<Vec<Op>> {
    let mut words = statement.split_whitespace().map(str::to_ascii_lowercase);
    let starts = matches!(words.next().as_deref(), Some("create" | "alter"));
    let what = words.find(|word| !matches!(word.as_str(), "unique" | "unlogged" | "foreign"));
    let is_read = starts && matches!(what.as_deref(), Some("table" | "index" | "fulltext"));
    let setting = state::Setting { dialect, ..Default::default() };
    match is_read.then(|| state::read(statement, &setting)).flatten()? {
        state::Said::Makes(mut ops) if ops.iter().all(|op| has_sound_defaults(op, dialect)) => {
            // An index on a parent alone serves only when all its partitions have theirs.
            if let [Op::CreateIndex { index, .. }] = ops.as_mut_slice() {
                index.invalid = is_of_parent_alone(statement);
            }
            if dialect == Dialect::PostgreSql {
                ops.iter_mut().for_each(by_a_person);
            }
            Some(ops)
        }
        _ => None,
    }
}

/// What a person writes is not in the words of the catalogue.
fn by_a_person(op: &mut Op) {
    let of_kind = |kind: &mut ConstraintKind| {
        if let ConstraintKind::Check(one) = kind {
            one.kept = false;
        }
    };
    let of_column =
        |column: &mut Column| column.generated.iter_mut().for_each(|one| one.kept = false);
    match op {
        Op::CreateTable { columns, constraints, .. } => {
            columns.iter_mut().for_each(of_column);
            constraints.iter_mut().for_each(|one| of_kind(&mut one.kind));
        }
        Op::AddColumn { column, .. } => of_column(column),
        Op::AddConstraint { kind, .. } => of_kind(kind),
        Op::CreateIndex { index, .. } => {
            let parts = index.parts.iter_mut().filter_map(|part| match part {
                IndexPart::Column(_) => None,
                IndexPart::Expression(one) => Some(one),
            });
            parts.chain(&mut index.filter).for_each(|one| one.kept = false);
        }
        _ => {}
    }
}

fn is_of_parent_alone(statement: &str) -> bool {
    let words: Vec<&str> = statement.split_whitespace().collect();
    words.windows(2).any(|pair| {
        matches!(pair, [on, only] if on.eq_ignore_ascii_case("on") && only.eq_ignore_ascii_case("only"))
    })
}

/// The reader of dumps trusts that a default is an expression; what a person writes need not be one.
fn has_sound_defaults(op: &Op, dialect: Dialect) -> bool {
    let is_sound =
        |text: &str| text.split(" ON UPDATE ").all(|part| expressions::is_whole(part, dialect));
    let of = |column: &Column| column.default.as_deref().is_none_or(is_sound);
    match op {
        Op::CreateTable { columns, .. } => columns.iter().all(of),
        Op::AddColumn { column, .. } => of(column),
        Op::SetDefault { default, .. } => is_sound(default),
        _ => true,
    }
}

fn unknown(statement: &str) -> Op {
    let words: Vec<&str> = statement.split_whitespace().take(4).collect();
    let mut what: String = words.join(" ").chars().take(60).collect();
    if what.is_empty() {
        what.push_str("empty statement");
    }
    let runs_code = words.first().is_some_and(|first| {
        ["do", "call", "execute", "prepare"].iter().any(|word| first.eq_ignore_ascii_case(word))
    });
    Op::Unknown { what, tables: Vec::new(), opaque: runs_code }
}

#[cfg(test)]
mod tests;
