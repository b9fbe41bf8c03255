//! Differences → the way from one schema to the other, written out.
//!
//! In: two sides and their [`Comparison`](super::compare::Comparison).
//! Out: a [`Way`]: steps in an order in which they can run, each with its SQL and its Alembic directive.
//! Never: running anything; deciding what a person may lose.

pub mod alembic;
mod objects;
pub mod postgresql;
mod way;
#[cfg(test)]
mod tests;

pub use way::{way, whole};

use super::dialects::Dialect;
use super::op::{self, Clash, Detail, Op};
use super::schema::Schema;

/// How one family of databases writes an op.
#[derive(Debug)]
pub struct Writer {
    pub dialect: Dialect,
    /// The statements of a step, each without its semicolon; the schema is the one that it changes. Empty for
    /// an op that a comparison never makes.
    pub statements: fn(&Step, &Schema) -> Vec<String>,
}

/// Every writer.
pub static WRITERS: &[&Writer] = &[&postgresql::WRITER];

/// Returns the writer for a database, where there is one.
pub fn writer(dialect: Dialect) -> Option<&'static Writer> {
    WRITERS.iter().find(|writer| writer.dialect == dialect).copied()
}

/// What takes one schema to the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    /// In the order in which they run; those that lose something come last, as far as the rest allows.
    pub steps: Vec<Step>,
    /// Those that lose something, when nobody asked for them.
    pub left_out: Vec<Step>,
    /// Differences that no step removes, for the person.
    pub missing: Vec<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub op: Op,
    /// What the same statement says of the table besides.
    pub with: Vec<Detail>,
    /// What is gone afterwards and cannot be had back.
    pub loses: Option<String>,
    /// What to know before running it.
    pub note: Option<String>,
}

impl Step {
    fn new(op: Op) -> Self {
        Self { op, with: Vec::new(), loses: None, note: None }
    }

    /// Takes the step. On `Err` the schema may have a part of it.
    pub fn apply(&self, schema: &mut Schema) -> Result<(), Clash> {
        op::apply(schema, &self.op)?;
        let Some(table) = self.op.tables().first().copied() else { return Ok(()) };
        for detail in &self.with {
            op::apply(schema, &Op::Detail { table: table.clone(), detail: detail.clone() })?;
        }
        Ok(())
    }
}
