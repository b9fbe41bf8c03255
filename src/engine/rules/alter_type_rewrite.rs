//! A column changes its type, and the table is written or read anew.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Detail, LockMode, Op};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, locks, retype};

pub static RULE: Rule = Rule {
    name: RuleName("alter-type-rewrite"),
    severity: Severity::Danger,
    summary: "Changes the type of a column in a way that rewrites the table.",
    why: "The table and its indexes are written anew with reads and writes blocked (ACCESS EXCLUSIVE lock).",
    instead: "Add a column of the new type, write both, fill it in batches, swap the names in a short transaction, drop the old one.",
    fires: "
=== base.sql role:baseline
CREATE TABLE orders (id integer, total integer);
=== versions/1_grow.py
from alembic import op
import sqlalchemy as sa
revision = \"1\"
down_revision = None
def upgrade():
    op.alter_column(\"orders\", \"total\", type_=sa.BigInteger())
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ alter-type-rewrite
",
    silent: "
=== plan.sql role:plan
CREATE TABLE orders (id integer, total integer);
ALTER TABLE orders ALTER COLUMN total TYPE bigint;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AlterColumnType { table, column, to, using } = &view.step.op else {
        return None;
    };
    if !view.is_old(table) || view.fresh.has_column(table, column) {
        return None;
    }
    let schema = view.before.schema();
    let work = retype::of(schema, (table, column), to.as_deref(), using.as_deref());
    let old = view.column(table, column).and_then(|known| known.data_type.as_deref());
    let target = to.as_deref().unwrap_or("another type");
    let from = old.map(|old| format!(" from `{old}`")).unwrap_or_default();
    let collates = view.to_do_with_it().iter().any(|step| {
        matches!(&step.op, Op::Detail { detail: Detail::Collation(of, Some(_)), .. } if of == column)
    });
    let (cause, severity, cost, does) = match work {
        retype::Retype::Nothing if collates => (
            "rescan",
            Severity::Warning,
            locks::Cost::Build,
            "its indexes are built anew in the order of the other collation",
        ),
        retype::Retype::Nothing if old == to.as_deref() => return None,
        retype::Retype::Nothing => {
            ("cached-plans", Severity::Notice, locks::Cost::Brief, "the table stays as it is")
        }
        retype::Retype::Rescan(why) => ("rescan", Severity::Warning, locks::Cost::Build, why),
        retype::Retype::Unknown => (
            "unknown-old-type",
            Severity::Warning,
            locks::Cost::Rewrite,
            "the table is written anew, unless the old type is narrower",
        ),
        retype::Retype::Rewrite => {
            ("rewrite", Severity::Danger, locks::Cost::Rewrite, "the whole table is written anew")
        }
    };
    let title = format!("changes `{table}.{column}`{from} to `{target}`: {does}");
    let lock = (table, LockMode::AccessExclusive, cost);
    let note = locks::note(view, lock, severity, title).cause(cause).within(
        ObjectKind::Column,
        table,
        column,
    );
    let (sql, name) = (table.quoted(), column.quoted());
    Some(match work {
        retype::Retype::Nothing if !collates => note.because([Evidence::text(
            "Prepared statements that return the column fail once: \u{201c}cached plan must not change result type\u{201d}",
        )]).run("Statistics of the column are gone.", Language::Sql, format!("ANALYZE {sql} ({name});")),
        retype::Retype::Unknown => note.certainty(Certainty::Likely).because([Evidence::text(
            "Its old type is in no input",
        )]).step("Give the schema as it is (a dump, or the revisions from the first on)."),
        _ => note
            .run("Add a column of the new type.", Language::Sql, format!("ALTER TABLE {sql} ADD COLUMN {name}_new {target};"))
            .step("Write both by a trigger, and fill old rows in batches.")
            .step("Index and constrain the new column as the old one is: concurrently, NOT VALID and validated.")
            .run("Swap the names in one short transaction.", Language::Sql, format!("ALTER TABLE {sql} RENAME COLUMN {name} TO {name}_old;\nALTER TABLE {sql} RENAME COLUMN {name}_new TO {name};")),
    })
}
