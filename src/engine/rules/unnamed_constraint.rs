//! A constraint whose name the database makes up.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::ConstraintKind;
use crate::engine::schema::TableName;
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, made};

pub static RULE: Rule = Rule {
    name: RuleName("unnamed-constraint"),
    severity: Severity::Warning,
    summary: "Makes a constraint without a name.",
    why: "The name that the database makes up differs from one database to the next, and a later drop has to know it.",
    instead: "Name every constraint, or set a naming convention on the metadata.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD CHECK (total >= 0);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unnamed-constraint
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total >= 0);
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    let unnamed =
        made::constraints(&view.step.op).into_iter().filter(|(_, name, _)| name.is_none());
    unnamed.filter_map(|(table, _, kind)| note(view, table, kind)).collect()
}

fn note(view: &StepView<'_>, table: &TableName, kind: &ConstraintKind) -> Option<Note> {
    let (what, prefix) = match kind {
        // PostgreSQL's own name says all there is to say, and MySQL calls each of them PRIMARY.
        ConstraintKind::PrimaryKey { .. } => return None,
        ConstraintKind::Unique { .. } => ("unique constraint", "uq"),
        ConstraintKind::Check(_) => ("check", "ck"),
        ConstraintKind::ForeignKey(_) => ("foreign key", "fk"),
        ConstraintKind::Exclusion(_) => ("exclusion constraint", "ex"),
    };
    let columns = kind.columns().iter().map(ToString::to_string).collect::<Vec<_>>().join("_");
    let name = format!("{prefix}_{}_{columns}", table.name);
    let harm = match view.dialect() {
        Dialect::Sqlite => ": SQLite cannot drop it again",
        _ => ": the database makes one up",
    };
    let note =
        Note::new(format!("{} makes a {what} of `{table}` without a name{harm}", view.who()))
            .certainty(if view.is_revision() { Certainty::Likely } else { Certainty::Certain })
            .table(table);
    Some(match view.is_revision() {
        true => note.run(
            "Give it a name, or a convention for all of them.",
            Language::Python,
            format!("name=\"{name}\""),
        ),
        false => note.run("Give it a name.", Language::Sql, format!("CONSTRAINT {name} …")),
    })
}
