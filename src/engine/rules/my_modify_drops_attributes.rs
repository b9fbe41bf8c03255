//! What MODIFY does not repeat is lost.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("my-modify-drops-attributes"),
    severity: Severity::Danger,
    summary: "Redefines a MySQL column and leaves out what the column has.",
    why: "MODIFY and CHANGE replace the whole definition: NOT NULL, the default, AUTO_INCREMENT and the comment go without a word.",
    instead: "Repeat the whole definition with the one change, or use ALTER COLUMN SET DEFAULT or RENAME COLUMN.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(20) NOT NULL);
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN note varchar(40);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-modify-drops-attributes
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(20) NOT NULL);
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN note varchar(40) NOT NULL;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, column, cause, what) = lost(view)?;
    Some(
        Note::new(format!(
            "{} redefines `{table}.{column}` without {what}, which it has: that is lost",
            view.who()
        ))
        .cause(cause)
        .certainty(Certainty::Certain)
        .within(ObjectKind::Column, table, column)
        .run(
            "See the whole definition, and repeat it with the one change.",
            Language::Sql,
            format!("SHOW CREATE TABLE {table};"),
        ),
    )
}

/// What a redefinition leaves out that the column has.
pub(super) fn lost<'a>(
    view: &StepView<'a>,
) -> Option<(&'a TableName, &'a Ident, &'static str, String)> {
    if view.dialect() != Dialect::MySql {
        return None;
    }
    let (table, column, cause) = match &view.step.op {
        Op::DropNotNull { table, column } => (table, column, "not-null"),
        Op::DropDefault { table, column } => (table, column, "default"),
        Op::SetIdentity { table, column, identity: None, .. } => (table, column, "auto-increment"),
        Op::SetComment { table, column, comment: None } => (table, column, "comment"),
        _ => return None,
    };
    // A redefinition says all of it at once; by itself, each of them is meant.
    let is_redefined = view.done_with_it().iter().any(|step| {
        matches!(&step.op, Op::AlterColumnType { table: own, column: of, .. } if own == table && of == column)
    });
    let known = view.column(table, column).filter(|_| is_redefined)?;
    let what = match cause {
        "not-null" if !known.nullable => "NOT NULL".to_owned(),
        "default" => format!("its default {}", known.default.as_deref()?.replace('`', "")),
        "auto-increment" if known.identity.is_some() => "AUTO_INCREMENT".to_owned(),
        "comment" if known.comment.is_some() => "its comment".to_owned(),
        _ => return None,
    };
    Some((table, column, cause, what))
}
