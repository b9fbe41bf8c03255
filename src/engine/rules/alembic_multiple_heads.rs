//! The chain has more than one head.

use crate::engine::chain::{Chain, Problem};
use crate::engine::ledger::RuleName;
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-multiple-heads"),
    severity: Severity::Blocker,
    summary: "The chain has more than one head.",
    why: "`alembic upgrade head` refuses to run; `upgrade heads` hides it and applies both.",
    instead: "Merge the heads with a merge revision; or, if one was never applied anywhere, put it after the other.",
    fires: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b1_two.py
revision = \"b1\"
down_revision = \"a1\"
=== versions/c1_three.py
revision = \"c1\"
down_revision = \"a1\"
",
    silent: "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b1_two.py
revision = \"b1\"
down_revision = \"a1\"
=== versions/c1_three.py
revision = \"c1\"
down_revision = \"a1\"
=== versions/d1_merge.py
revision = \"d1\"
down_revision = (\"b1\", \"c1\")
",
    check: Check::Chain(check),
};

fn check(problem: &Problem, chain: &Chain) -> Note {
    Note::of_problem(problem, chain).run(
        "Merge them, which changes no released file.",
        Language::Shell,
        "alembic merge heads -m \"merge heads\"",
    )
}
