//! A new table stays open where others are closed by row level security.

use crate::engine::case::is_version_table;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::Op;
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("rls-missing-on-new-table"),
    severity: Severity::Warning,
    summary: "Makes a table without row level security in a schema where most tables have it.",
    why: "Where rows are guarded by policies, or a host serves every table by an API, the new one is open to all.",
    instead: "Enable row level security on it in the same change, and make the policies that it needs.",
    fires: "
=== base.sql role:baseline
CREATE TABLE notes (id int);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
=== versions/1_new.py
from alembic import op
import sqlalchemy as sa
revision = \"1\"
down_revision = None
def upgrade():
    op.create_table(\"drafts\", sa.Column(\"id\", sa.Integer))
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rls-missing-on-new-table
",
    silent: "
=== base.sql role:baseline
CREATE TABLE notes (id int);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
=== versions/1_new.py
from alembic import op
import sqlalchemy as sa
revision = \"1\"
down_revision = None
def upgrade():
    op.create_table(\"drafts\", sa.Column(\"id\", sa.Integer))
    op.execute(\"ALTER TABLE drafts ENABLE ROW LEVEL SECURITY\")
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::CreateTable { table, .. } = &view.step.op else {
        return None;
    };
    // In the end it is guarded, or gone.
    let is_settled = view.after.tables.get(table).is_none_or(|made| made.row_security.enabled);
    if !view.is_postgres() || is_version_table(table) || is_settled {
        return None;
    }
    let others = view.before.schema().tables.iter();
    let others = others.filter(|(name, _)| name.schema == table.schema && !is_version_table(name));
    let (mut all, mut guarded) = (0_usize, 0_usize);
    for (_, known) in others {
        all += 1;
        guarded += usize::from(known.row_security.enabled);
    }
    if guarded == 0 || guarded * 2 < all {
        return None;
    }
    Some(
        Note::new(format!("{} makes `{table}` without row level security", view.who()))
            .table(table)
            .because([Evidence::text(format!(
                "{guarded} of {all} other tables of its schema have it"
            ))])
            .run(
                "Close it, then open what must be open by policies.",
                Language::Sql,
                format!("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;", table.quoted()),
            ),
    )
}
