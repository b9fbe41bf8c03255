//! Differences → the way from one schema to the other, written out.
//!
//! In: two sides and their [`Comparison`](super::compare::Comparison).
//! Out: a [`Way`]: steps in an order in which they can run, each with its SQL and its Alembic directive.
//! Never: running anything; deciding what a person may lose.

mod again;
pub mod alembic;
mod objects;
pub mod parts;
mod statements;
mod way;
#[cfg(test)]
mod tests;

pub use again::Becomes;
pub use statements::statements;
pub use way::{way, whole};

use super::op::{self, Clash, Detail, Op};
use super::schema::Schema;

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
    /// What is done in the same breath.
    pub also: Vec<Op>,
    /// What the same statement says of the table besides.
    pub with: Vec<Detail>,
    /// What a column or table is afterwards, where the database has no words for a part of it.
    pub becomes: Option<Becomes>,
    /// What is gone afterwards and cannot be had back.
    pub loses: Option<String>,
    /// What to know before running it.
    pub note: Option<String>,
}

impl Step {
    fn new(op: Op) -> Self {
        Self { op, also: Vec::new(), with: Vec::new(), becomes: None, loses: None, note: None }
    }

    /// Returns what it does, for the person.
    pub fn summary(&self) -> String {
        let all: Vec<String> =
            std::iter::once(&self.op).chain(&self.also).map(op::describe).collect();
        all.join("; ")
    }

    /// Takes the step. On `Err` the schema may have a part of it.
    pub fn apply(&self, schema: &mut Schema) -> Result<(), Clash> {
        if let Some(becomes) = &self.becomes {
            becomes.apply(schema);
            return Ok(());
        }
        op::apply(schema, &self.op)?;
        let Some(table) = self.op.tables().first().copied() else { return Ok(()) };
        for detail in &self.with {
            op::apply(schema, &Op::Detail { table: table.clone(), detail: detail.clone() })?;
        }
        Ok(())
    }
}
