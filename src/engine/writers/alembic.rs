//! Steps as Alembic's directives.

use crate::engine::op::Op;
use crate::engine::schema::Schema;

use super::Step;

/// Returns the lines of an op in a function of a revision.
pub fn lines(_op: &Op, _before: &Schema) -> Vec<String> {
    Vec::new()
}

/// Returns the imports that the lines of some steps need, beside `op` and `sa`.
pub fn imports<'a>(_steps: impl Iterator<Item = &'a Step>) -> Vec<String> {
    Vec::new()
}
