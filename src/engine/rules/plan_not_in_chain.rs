//! The plan takes away what the chain made.

use crate::engine::case::Case;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::engine::schema::TableName;
use crate::engine::span::Span;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("plan-not-in-chain"),
    severity: Severity::Blocker,
    summary: "The plan drops tables that the chain's head has.",
    why: "No revision asks for it: the plan was made from a schema that lacks these tables, and undoes what Alembic did.",
    instead: "Decline the plan and apply the chain; keep the host's diff away from tables that Alembic owns.",
    fires: "
=== plan.sql role:plan
DROP TABLE orders;
--^^^^^^^^^^^^^^^^ plan-not-in-chain
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\")
",
    silent: "
=== plan.sql role:plan
DROP TABLE scratch;
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"orders\")
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    if case.facts.plans.is_empty() {
        return Vec::new();
    }
    let Some(head) = case.head() else {
        return Vec::new();
    };
    let mut dropped: Vec<(TableName, Span)> = Vec::new();
    for statement in case.facts.plans.iter().flat_map(|plan| plan.statements()) {
        for step in &statement.steps {
            match &step.op {
                Op::DropTable { table, .. } if head.schema.tables.contains_key(table) => {
                    dropped.push((table.clone(), statement.span))
                }
                // Made again later: the plan leaves a table of that name behind.
                Op::CreateTable { table, .. } => dropped.retain(|(gone, _)| gone != table),
                _ => {}
            }
        }
    }
    let Some((first, span)) = dropped.first().cloned() else {
        return Vec::new();
    };
    let count = dropped.len();
    let tables = if count == 1 {
        format!("`{first}`")
    } else {
        format!("`{first}` and {} more tables", count - 1)
    };
    let mut note = Note::new(format!(
        "No revision drops {tables}: the plan's source is another schema"
    ))
    .at(span)
    .cause("contradicts")
    .certainty(if head.complete { Certainty::Certain } else { Certainty::Likely })
    .because([Evidence::text(format!(
        "The chain's head has {} tables, and these among them",
        head.schema.tables.len()
    ))])
    .because(case.about(&first))
    .step("Decline the plan.")
    .step("Stamp or upgrade production through Alembic, so that it stands where the chain says.")
    .step("Exclude the tables that Alembic owns from the host's diff.");
    for (table, _) in &dropped {
        note = note.table(table);
    }
    vec![note]
}
