//! A revision does something whose effect is not known without running it.

use crate::engine::case::Case;
use crate::engine::ledger::{RuleName, Undecided};
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-unresolvable-call"),
    severity: Severity::Warning,
    summary: "A revision's effect depends on something that is only known when it runs.",
    why: "What Retort cannot work out it cannot check, and the schema after it is uncertain.",
    instead: "Write the operation out as literal `op.*` calls or literal SQL; keep data changes apart from schema changes.",
    fires: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.execute(build_sql())
    #^^^^^^^^^^^^^^^^^^^^^^ alembic-unresolvable-call
",
    silent: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.drop_table(\"scratch\")
",
    check: Check::Doubt(check),
};

fn check(entry: &Undecided, case: &Case) -> Option<Note> {
    let revision = entry.revision.clone()?;
    let pending = case.is_pending(&revision);
    Some(
        Note::new(format!("Revision `{revision}`: {}", entry.what))
            .at(entry.span)
            .certainty(Certainty::Unverified)
            .pending(pending)
            .of_revision(revision)
            .step("Read this part yourself; run the chain on a copy of production before the real one."),
    )
}
