//! A revision follows one that is not there.

use crate::engine::chain::{Chain, Problem};
use crate::engine::ledger::RuleName;
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-missing-parent"),
    severity: Severity::Blocker,
    summary: "A revision follows one that is not there.",
    why: "Every Alembic command fails with a KeyError as long as the file is missing.",
    instead: "Restore the missing file from version control; if it is lost for good, put a no-op revision with that exact id in its place.",
    fires: "
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
        .run(
            "Look for the file in version control.",
            Language::Shell,
            "git log --all --diff-filter=D --name-only -- '**/versions/*'",
        )
        .step("If only part of the folder was given here, add the rest.")
}
