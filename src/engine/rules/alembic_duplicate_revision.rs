//! Two files carry the same revision id.

use crate::engine::chain::{Chain, Problem};
use crate::engine::ledger::RuleName;
use crate::wire::Severity;

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-duplicate-revision"),
    severity: Severity::Blocker,
    summary: "Two files carry the same revision id.",
    why: "Alembic warns and keeps one of them: the other never runs.",
    instead: "Give the newer file an id of its own and put it after the older one, if it was never applied anywhere.",
    fires: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/a1_two.py
revision = \"a1\"
down_revision = None
x = 1
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
    Note::of_problem(problem, chain).step("Find out which of the files has run, and where (`alembic history`, the version rows, version control).").step("Give the other one a new id, after the first; never change a file that has run.")
}
