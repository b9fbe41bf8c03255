//! A change for which MySQL copies the table.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, MYSQL_KEY, Op, Work};
use crate::wire::{Certainty, Severity};

use super::types::{self, Family};
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("my-blocking-alter"),
    severity: Severity::Danger,
    summary: "Changes an existing MySQL table in a way that copies it with writes blocked.",
    why: "Writes wait for the whole copy, the disk holds the table twice, and replicas fall behind by as long.",
    instead: "Split off what MySQL does instantly; for the rest use gh-ost, pt-online-schema-change, or a maintenance window.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN total bigint;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-blocking-alter
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(20));
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN note varchar(40);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let tables = view.step.op.tables();
    let table = tables.first().copied()?;
    if view.dialect() != Dialect::MySql || view.fresh.is_empty(table) {
        return None;
    }
    let (cause, what, certainty) = blocks(view)?;
    Some(
        Note::new(format!("{} {what} on `{table}`: MySQL copies it, and writes wait", view.who()))
            .cause(cause)
            .certainty(certainty)
            .table(table)
            .because(view.case.about(table))
            .step("Do what MySQL does instantly in a statement of its own, with ALGORITHM=INSTANT.")
            .step("Do this with gh-ost or pt-online-schema-change, or the host's online DDL.")
            .step("Otherwise do it in a window, and watch the replicas."),
    )
}

/// Returns what MySQL copies the table for: the cause, in words, and how sure that is.
pub(super) fn blocks(view: &StepView<'_>) -> Option<(&'static str, String, Certainty)> {
    let certain = |cause, what: &str| Some((cause, what.to_owned(), Certainty::Certain));
    match &view.step.op {
        Op::AlterColumnType { table, column, to: Some(to), .. } => {
            let Some(from) =
                view.column(table, column).and_then(|known| known.data_type.as_deref())
            else {
                let what = format!("may change the type of `{column}`");
                return Some(("type", what, Certainty::Likely));
            };
            (from != to && !is_in_place(view, from, to)).then(|| {
                ("type", format!("changes `{column}` from `{from}` to `{to}`"), Certainty::Certain)
            })
        }
        Op::AddColumn { column, .. } if column.generated.is_some() && !column.computed_on_read => {
            certain("generated", "adds a stored generated column")
        }
        Op::AddColumn { column, .. } if column.identity.is_some() => {
            certain("auto-increment", "adds an AUTO_INCREMENT column")
        }
        Op::AddColumn { column, .. } => {
            let is_expression = column.default.as_deref().is_some_and(|text| text.starts_with('('));
            is_expression.then(|| {
                ("default", "adds a column with a computed default".to_owned(), Certainty::Certain)
            })
        }
        Op::AddConstraint { kind: ConstraintKind::Check(_), validated: true, .. } => {
            certain("check", "adds a check")
        }
        Op::CreateIndex { index, .. } => {
            let method = index.method.as_deref()?.to_ascii_lowercase();
            matches!(method.as_str(), "fulltext" | "spatial")
                .then(|| ("index", format!("adds a {method} index"), Certainty::Certain))
        }
        Op::DropConstraint { name, .. } if name.as_str() == MYSQL_KEY => {
            let adds = view.to_do_with_it().iter().any(|step| {
                matches!(
                    &step.op,
                    Op::AddConstraint { kind: ConstraintKind::PrimaryKey { .. }, .. }
                )
            });
            (!adds).then(|| ("primary-key", "drops the primary key".to_owned(), Certainty::Certain))
        }
        Op::Upkeep { work: Work::Engine, .. } => certain("engine", "changes the engine"),
        Op::Upkeep { work: Work::Asserts(word), .. }
            if matches!(
                word.as_str().to_ascii_lowercase().as_str(),
                "copy" | "shared" | "exclusive"
            ) =>
        {
            certain("asked", "asks for a copy, or for writes to be blocked,")
        }
        _ => None,
    }
}

/// Whether only the catalogue changes: a longer text within one byte of length, values at the end of an enum.
fn is_in_place(view: &StepView<'_>, from: &str, to: &str) -> bool {
    if let (Some(old), Some(new)) = (labels(from), labels(to)) {
        return new.starts_with(&old) && (old.len() > 255) == (new.len() > 255);
    }
    let schema = view.before.schema();
    let (Some(old), Some(new)) = (types::kind(schema, from), types::kind(schema, to)) else {
        return false;
    };
    // 63 characters of four bytes still take one byte for the length.
    match (old.family, new.family, old.size, new.size) {
        (Family::Text, Family::Text, Some(old), Some(new)) => {
            new >= old && (old > 63) == (new > 63)
        }
        _ => false,
    }
}

/// The values of an enum type of MySQL's, as written.
pub(super) fn labels(data_type: &str) -> Option<Vec<String>> {
    let (word, inner) = data_type.split_once('(')?;
    let is_enum = ["enum", "set"].iter().any(|known| word.trim().eq_ignore_ascii_case(known));
    let inner = inner.rsplit_once(')')?.0;
    is_enum.then(|| inner.split(',').map(|label| label.trim().to_owned()).collect())
}
