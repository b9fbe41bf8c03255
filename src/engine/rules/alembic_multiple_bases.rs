//! More than one revision starts a history.

use crate::engine::chain::{Chain, Problem};
use crate::engine::ledger::RuleName;
use crate::wire::Severity;

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-multiple-bases"),
    severity: Severity::Warning,
    summary: "More than one revision starts a history.",
    why: "A second base is usually a lost `down_revision`; `upgrade heads` runs both in an order that depends on file names.",
    instead: "Set the `down_revision` of the newer base, or give each base a branch label if both are meant.",
    fires: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b1_two.py
revision = \"b1\"
down_revision = None
",
    silent: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
branch_labels = (\"core\",)
=== versions/b1_two.py
revision = \"b1\"
down_revision = None
branch_labels = (\"plugin\",)
",
    check: Check::Chain(check),
};

fn check(problem: &Problem, chain: &Chain) -> Note {
    Note::of_problem(problem, chain)
        .step("Ask which of them came first; the other one follows something.")
}
