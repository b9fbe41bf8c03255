//! The revisions form a loop.

use crate::engine::chain::{Chain, Problem};
use crate::engine::ledger::RuleName;
use crate::wire::Severity;

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-cycle"),
    severity: Severity::Blocker,
    summary: "The revisions form a loop.",
    why: "Alembic refuses every command, or runs revisions in an order that cannot hold.",
    instead: "Find the `down_revision` that points forward and set it to the revision that really came before.",
    fires: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = \"b1\"
=== versions/b1_two.py
revision = \"b1\"
down_revision = \"a1\"
",
    silent: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b1_two.py
revision = \"b1\"
down_revision = \"a1\"
",
    check: Check::Chain(check),
};

fn check(problem: &Problem, chain: &Chain) -> Note {
    Note::of_problem(problem, chain)
        .step("Compare each `down_revision` with version control: one of them was edited.")
}
