//! What a revision file says of itself does not fit together.

use crate::engine::chain::{Chain, Problem};
use crate::engine::ledger::RuleName;
use crate::wire::Severity;

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-revision-header"),
    severity: Severity::Warning,
    summary: "What a revision file says of itself does not fit together.",
    why: "An id that is too long cannot be stored; a docstring or file name that disagrees is the trace of an edit by hand.",
    instead: "Trust the variables, which is what Alembic reads, and find out who changed what.",
    fires: "
=== versions/2a3f4c9d1e2f_cascade.py
revision = \"189b1231afd4\"
down_revision = None
",
    silent: "
=== versions/189b1231afd4_cascade.py
revision = \"189b1231afd4\"
down_revision = None
",
    check: Check::Chain(check),
};

fn check(problem: &Problem, chain: &Chain) -> Note {
    let step = match problem.cause {
        Some("missing-variables") => {
            "Move the file out of the versions folder, or give it `revision` and `down_revision`."
        }
        _ => {
            "Compare the file with version control before you touch it: an id that a database knows must not change."
        }
    };
    Note::of_problem(problem, chain).step(step)
}
