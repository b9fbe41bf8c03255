//! Old rows get a value that nobody chose.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{Mutation, Op};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("my-implicit-default-fill"),
    severity: Severity::Warning,
    summary: "Adds a NOT NULL column without a default to an existing MySQL table.",
    why: "MySQL fills it with 0, an empty text, the first value of an enum, or refuses dates: nothing says that the value is made up.",
    instead: "Give a default, or add it nullable, fill it, and then make it NOT NULL.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel varchar(20) NOT NULL;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-implicit-default-fill
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN channel varchar(20) NOT NULL DEFAULT 'web';
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddColumn { table, column, .. } = &view.step.op else { return None };
    if view.dialect() != Dialect::MySql {
        return None;
    }
    let is_filled = column.nullable
        || column.default.is_some()
        || column.identity.is_some()
        || column.generated.is_some();
    let fills = view.later.iter().any(|step| match &step.op {
        Op::Mutate { table: own, verb: Mutation::Update, sets, .. } => {
            own == table && sets.iter().any(|(name, _)| name == &column.name)
        }
        _ => false,
    });
    if is_filled || fills || view.fresh.is_empty(table) {
        return None;
    }
    let name = &column.name;
    Some(
        Note::new(format!("{} adds `{table}.{name}` NOT NULL without a default: MySQL makes up a value for old rows", view.who()))
            .certainty(Certainty::Likely)
            .within(ObjectKind::Column, table, name)
            .run("Fill it before it has to be filled.", Language::Sql, format!("ALTER TABLE {table} ADD COLUMN {name} {} NULL;\nUPDATE {table} SET {name} = …;\nALTER TABLE {table} MODIFY COLUMN {name} {0} NOT NULL;", column.data_type.as_deref().unwrap_or("…"))),
    )
}
