//! What stands in the way of gh-ost and pt-online-schema-change.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{How, Ident, Index, TableName, dependents};
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule, StepView, my_blocking_alter};

pub static RULE: Rule = Rule {
    name: RuleName("my-online-tool-prerequisites"),
    severity: Severity::Notice,
    summary: "Needs an online tool for a MySQL table that such a tool does not take as it is.",
    why: "gh-ost and pt-online-schema-change copy by a key that old and new table share, and refuse or need to be told about foreign keys and triggers.",
    instead: "Settle what stands in the way first, or plan a window.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE people (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, total int, who bigint, FOREIGN KEY (who) REFERENCES people (id));
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN total bigint;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-online-tool-prerequisites
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
=== plan.sql role:plan
ALTER TABLE orders MODIFY COLUMN total bigint;
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    let tables = view.step.op.tables();
    let Some(table) = tables.first().copied() else { return Vec::new() };
    if view.dialect() != Dialect::MySql
        || view.fresh.is_empty(table)
        || my_blocking_alter::blocks(view).is_none()
    {
        return Vec::new();
    }
    let found = obstacles(view, table);
    let Some((cause, first)) = found.first() else { return Vec::new() };
    vec![
        Note::new(format!("{} needs an online tool for `{table}`, which {first}", view.who()))
            .cause(cause)
            .certainty(Certainty::Certain)
            .table(table)
            .because(found.iter().map(|(_, what)| Evidence::text(format!("`{table}` {what}"))))
            .step("gh-ost takes neither foreign keys nor triggers; pt-online-schema-change takes both, with `--alter-foreign-keys-method` and `--preserve-triggers`.")
            .step("Both copy by a key of columns that are never NULL, which the table has before and after."),
    ]
}

fn obstacles(view: &StepView<'_>, table: &TableName) -> Vec<(&'static str, String)> {
    let schema = view.before.schema();
    let Some((known, is_whole)) = view.before.columns_of(table) else { return Vec::new() };
    let mut found = Vec::new();
    let mut says = |cause, what: &str| found.push((cause, what.to_owned()));
    let points = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey(_));
    if known.constraints.iter().any(|one| points(&one.kind)) {
        says("foreign-key", "has a foreign key");
    }
    let hangs = dependents(schema, table, None);
    if hangs.iter().any(|one| one.how == How::ForeignKey) {
        says("foreign-key", "is what another table points at");
    }
    if hangs.iter().any(|one| one.how == How::Trigger) {
        says("trigger", "has a trigger");
    }
    if known.columns.iter().any(|column| column.generated.is_some()) {
        says("generated", "has a generated column");
    }
    let never_null = |columns: &[Ident]| {
        columns.iter().all(|name| known.column(name).is_some_and(|column| !column.nullable))
    };
    let of_constraint = known.constraints.iter().any(|one| match &one.kind {
        ConstraintKind::PrimaryKey { .. } => true,
        ConstraintKind::Unique { columns } => never_null(columns),
        _ => false,
    });
    let of_index =
        |index: &Index| index.unique && !index.columns().is_empty() && never_null(&index.columns());
    if is_whole && !of_constraint && !known.indexes.iter().any(of_index) {
        says("no-key", "has no key to copy by");
    }
    let same = |op: &Op| match op {
        Op::RenameColumn { table: of, .. } => of == table,
        _ => false,
    };
    if view.beside_it().any(|step| same(&step.op)) {
        says("rename", "has a column renamed with it, which has to be approved by name");
    }
    found
}
