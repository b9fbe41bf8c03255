//! Existing rows are checked against a new rule.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Detail, Op};
use crate::engine::schema::{Expression, ForeignKey, Ident, TableName};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView, way, words};

pub static RULE: Rule = Rule {
    name: RuleName("constraint-on-existing-data"),
    severity: Severity::Danger,
    summary: "Adds or validates a constraint that existing rows may break.",
    why: "One row that breaks it makes the statement fail.",
    instead: "Look for rows that break it, clean them up first, then add the constraint NOT VALID and validate it in a step of its own.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ constraint-on-existing-data
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, kind) = match &view.step.op {
        Op::AddConstraint { table, kind, validated: true, .. } => (table, kind),
        Op::Detail { table, detail: Detail::Validated(name) } => {
            let known = view.before.columns_of(table)?.0;
            let own = known.constraints.iter().find(|own| own.name.as_ref() == Some(name))?;
            (table, &own.kind)
        }
        _ => return None,
    };
    let columns = kind.columns();
    let unfilled = columns.iter().all(|column| view.fresh.is_unfilled(table, column));
    if view.fresh.is_empty(table)
        || (unfilled && !columns.is_empty())
        || view.fresh.kept(table, kind)
    {
        return None;
    }
    let (cause, what, probe) = match kind {
        ConstraintKind::Check(check) => ("check", "a check", of_check(table, check)),
        ConstraintKind::ForeignKey(key) => ("orphans", "a foreign key", of_key(view, table, key)),
        ConstraintKind::Exclusion(_) => ("exclude", "an exclusion constraint", None),
        _ => return None,
    };
    let note = Note::new(format!(
        "{} holds the rows of `{table}` to {what}: one that breaks it makes it fail",
        view.who()
    ))
    .cause(cause)
    .certainty(Certainty::Likely)
    .table(table)
    .because(view.case.about(table));
    // What was cleaned up was cleaned up for this, most likely; and what comes back under its name is what went.
    let is_back = match &view.step.op {
        Op::AddConstraint { name: Some(name), .. } => view.fresh.had_named(table, name),
        _ => false,
    };
    let note = match is_back || StepView::cleans(view.earlier, table) {
        true => note.severity(Severity::Warning),
        false => note,
    };
    // Before the step there is nothing in a column that it adds.
    let added = way::added_with(view, table, columns).is_some();
    let note = match probe.filter(|_| !added) {
        Some(sql) => {
            note.run("Look for rows that break it. It has to return 0.", Language::Sql, sql)
        }
        None => note.step("Look for rows that break it."),
    };
    Some(note.step(
        "Clean them up in a revision before this one, and make the application stop writing them.",
    ))
}

fn of_check(table: &TableName, check: &Expression) -> Option<String> {
    let text = check.text.trim();
    (!text.is_empty())
        .then(|| format!("SELECT count(*) FROM {} WHERE NOT ({text});", table.quoted()))
}

fn of_key(view: &StepView<'_>, table: &TableName, key: &ForeignKey) -> Option<String> {
    let target = view.before.columns_of(&key.ref_table).map(|(known, _)| known.key().to_vec());
    let named = if key.ref_columns.is_empty() { target? } else { key.ref_columns.clone() };
    let pairs: Vec<(&Ident, &Ident)> = key.columns.iter().zip(&named).collect();
    let on = words::joined(&pairs, " AND ", |(own, other)| {
        format!("p.{} = c.{}", other.quoted(), own.quoted())
    });
    let filled =
        words::joined(&pairs, " AND ", |(own, _)| format!("c.{} IS NOT NULL", own.quoted()));
    (!pairs.is_empty()).then(|| {
        format!(
            "SELECT count(*) FROM {} c WHERE {filled} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {on});",
            table.quoted(),
            key.ref_table.quoted()
        )
    })
}
