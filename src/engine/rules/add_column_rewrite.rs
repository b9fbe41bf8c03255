//! A new column makes PostgreSQL write the table anew.

use crate::engine::ledger::RuleName;
use crate::engine::op::{LockMode, Op};
use crate::engine::schema::{Column, ObjectKind};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, locks, volatile, way};

pub static RULE: Rule = Rule {
    name: RuleName("add-column-rewrite"),
    severity: Severity::Danger,
    summary: "Adds a column that has to be worked out and stored for every row.",
    why: "The table and all its indexes are written anew with reads and writes blocked (ACCESS EXCLUSIVE lock).",
    instead: "Add the column bare, set the default for new rows, fill old rows in batches, then tighten it.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-column-rewrite
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN placed timestamptz DEFAULT now();
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddColumn { table, column, .. } = &view.step.op else {
        return None;
    };
    if !view.is_old(table) {
        return None;
    }
    let fill = volatile::fills(column, view.before.schema())
        .or_else(|| of_made_domain(view, column).then_some(volatile::Fill::Domain))
        .or_else(|| {
            (view.major() < 11 && column.default.is_some()).then_some(volatile::Fill::Old)
        })?;
    let (cause, why) = fill.words();
    let (sql, name) = (table.quoted(), column.name.quoted());
    let title = format!("adds `{table}.{}` and writes the whole table anew: {why}", column.name);
    let lock = (table, LockMode::AccessExclusive, locks::Cost::Rewrite);
    let mut note = locks::note(view, lock, Severity::Danger, title).cause(cause);
    if fill == volatile::Fill::Function {
        note = note.certainty(Certainty::Likely);
    }
    let (data_type, default) = match fill {
        volatile::Fill::Serial | volatile::Fill::Identity => {
            let sequence = way::named(None, table, std::slice::from_ref(&column.name), "seq");
            note = note.run(
                "Make the sequence.",
                Language::Sql,
                format!("CREATE SEQUENCE {sequence};"),
            );
            ("bigint", Some(format!("nextval('{sequence}')")))
        }
        _ => (column.data_type.as_deref().unwrap_or("text"), column.default.clone()),
    };
    note = note.run(
        "Add it bare.",
        Language::Sql,
        format!("ALTER TABLE {sql} ADD COLUMN {name} {data_type};"),
    );
    if let Some(default) = default {
        note = note.run(
            "Set the default: it is for new rows alone.",
            Language::Sql,
            format!("ALTER TABLE {sql} ALTER COLUMN {name} SET DEFAULT {default};"),
        );
    }
    Some(note.step("Fill old rows by primary key, some thousand at a time; then NOT NULL by a validated check."))
}

/// A domain that earlier steps made with a constraint.
fn of_made_domain(view: &StepView<'_>, column: &Column) -> bool {
    let Some(data_type) = column.data_type.as_deref() else { return false };
    let of_chain = view.case.revisions().flat_map(|(_, _, revision, _)| &revision.upgrade);
    of_chain.chain(view.earlier).any(|step| match &step.op {
        Op::CreateObject { name, made } => {
            name.kind == ObjectKind::Domain && made.constrained && name.name.quoted() == data_type
        }
        _ => false,
    })
}
