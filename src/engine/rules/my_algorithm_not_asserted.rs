//! An ALTER that leaves it to MySQL how to do it.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{Op, Work};
use crate::engine::schema::TableName;
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

/// How often a column is added to or dropped from a table instantly before MySQL refuses.
const INSTANT_MAX: usize = 64;

pub static RULE: Rule = Rule {
    name: RuleName("my-algorithm-not-asserted"),
    severity: Severity::Notice,
    summary: "Alters an existing MySQL table without saying how the server may do it.",
    why: "Where it can't be done at once, the server copies the table instead and says nothing.",
    instead: "Write ALGORITHM=INSTANT, else ALGORITHM=INPLACE, LOCK=NONE: the server then refuses rather than block.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY);
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN note varchar(20);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-algorithm-not-asserted
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY);
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN note varchar(20), ALGORITHM=INSTANT;
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    let Some(table) = altered(&view.step.op) else { return Vec::new() };
    let same = |op: &Op| matches!(op, Op::Upkeep { work: Work::Asserts(_), .. });
    let is_told = view.beside_it().any(|step| same(&step.op));
    if view.dialect() != Dialect::MySql || view.fresh.has_table(table) || view.step.joined {
        return Vec::new();
    }
    let mut notes = Vec::new();
    if !is_told {
        notes.push(
            Note::new(format!("{} alters `{table}` and leaves it to MySQL how", view.who()))
                .severity(view.scaled(table, Severity::Notice))
                .certainty(Certainty::Certain)
                .table(table)
                .run(
                    "Have the server refuse what it can't do at once.",
                    Language::Sql,
                    format!("ALTER TABLE {} …, ALGORITHM=INSTANT;", view.quoted(table)),
                )
                .step(
                    "Where it refuses: `ALGORITHM=INPLACE, LOCK=NONE`, in a statement of its own.",
                ),
        );
    }
    let count = instant(view, table);
    if count > INSTANT_MAX {
        notes.push(
            Note::new(format!(
                "{} is change {count} of the columns of `{table}` that MySQL makes instantly",
                view.who()
            ))
            .severity(Severity::Warning)
            .cause("instant-limit")
            .certainty(Certainty::Likely)
            .table(table)
            .run(
                "Build the table anew first, when little is written.",
                Language::Sql,
                format!("OPTIMIZE TABLE {};", view.quoted(table)),
            ),
        );
    }
    notes
}

/// The table that an ALTER is about.
fn altered(op: &Op) -> Option<&TableName> {
    match op {
        Op::AddColumn { table, .. }
        | Op::DropColumn { table, .. }
        | Op::RenameColumn { table, .. }
        | Op::AlterColumnType { table, .. }
        | Op::AddConstraint { table, .. }
        | Op::CreateIndex { table, .. } => Some(table),
        _ => None,
    }
}

/// How many columns the chain has added to the table or dropped from it, since it was built anew.
fn instant(view: &StepView<'_>, table: &TableName) -> usize {
    let is_it = |op: &Op| matches!(op, Op::AddColumn { .. } | Op::DropColumn { .. });
    if !view.is_revision() || !is_it(&view.step.op) {
        return 0;
    }
    let mut count = 0;
    for (_, _, revision, _) in view.case.revisions() {
        for step in revision.upgrade.iter().filter(|step| altered(&step.op) == Some(table)) {
            match &step.op {
                op if is_it(op) => count += 1,
                Op::AlterColumnType { .. } => count = 0,
                _ => {}
            }
            if std::ptr::eq(step, view.step) {
                return count;
            }
        }
    }
    count
}
