//! A plan or migration drops a constraint.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{ForeignKey, Ident, TableName};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, evidence};

pub static RULE: Rule = Rule {
    name: RuleName("drop-constraint"),
    severity: Severity::Danger,
    summary: "Drops a constraint of an existing table.",
    why: "From now on orphans and duplicates come in unchecked; a unique or primary key takes its index along.",
    instead: "Swap it in one statement, with the replacement built or validated beforehand.",
    fires: "
=== plan.sql role:plan
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-constraint
",
    silent: "
=== plan.sql role:plan
CREATE TABLE customers (email text, CONSTRAINT customers_email_key UNIQUE (email));
ALTER TABLE customers DROP CONSTRAINT customers_email_key;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::DropConstraint { table, name, .. } = &view.step.op else {
        return None;
    };
    if view.fresh.has_table(table) {
        return None;
    }
    let known = view.table(table).map(|known| known.constraints.as_slice()).unwrap_or_default();
    let kind = known.iter().find(|one| one.name.as_ref() == Some(name)).map(|one| &one.kind);
    // A check that only proved NOT NULL has done its work.
    let sets = |op: &Op| matches!(op, Op::SetNotNull { table: of, column } if of == table && kind.is_some_and(|kind| kind.columns().contains(column)));
    if view.earlier.iter().any(|step| sets(&step.op))
        && matches!(kind, Some(ConstraintKind::Check(_)))
    {
        return None;
    }
    // Where the kind is in no input, PostgreSQL's own suffixes tell it as a rule.
    let is_check = match kind {
        Some(kind) => matches!(kind, ConstraintKind::Check(_)),
        None => name.as_str().ends_with("_check"),
    };
    let same = |op: &Op| match op {
        Op::AddConstraint { table: of, name: again, kind: new, .. } if of == table => match kind {
            Some(kind) => is_alike(kind, new),
            None => again.as_ref() == Some(name),
        },
        _ => false,
    };
    // What it is about goes next, and that is told there.
    let is_of = |column: &Ident| match kind {
        Some(kind) => kind.columns().contains(column),
        None => is_named_after(name, table, column),
    };
    let goes = |op: &Op| match op {
        Op::DropTable { table: of, .. } => of == table || refers_to(kind, of),
        Op::DropColumn { table: of, column, .. } => of == table && is_of(column),
        _ => false,
    };
    let is_back = view.later.iter().any(|step| same(&step.op) || goes(&step.op));
    let is_looser = |op: &Op| match op {
        Op::AddConstraint { table: of, kind: new, .. } => of == table && is_wider(kind, new),
        _ => false,
    };
    let looser = view.later.iter().any(|step| is_looser(&step.op));
    let mut note = Note::new(format!("{} drops constraint `{name}` of `{table}`", view.who()))
        .certainty(Certainty::Likely)
        .severity(match is_back {
            true => Severity::Notice,
            false if is_check || looser => Severity::Warning,
            false => Severity::Danger,
        })
        .within(ObjectKind::Constraint, table, name)
        .because(evidence::of_table(view, table));
    if looser && !is_back {
        note = note.because([Evidence::text(
            "One over more columns takes its place: rows that were refused until now come in",
        )]);
    }
    let dropped_with_table = |op: &Op| matches!(op, Op::DropTable { cascade: true, .. });
    if view.earlier.iter().any(|step| dropped_with_table(&step.op)) {
        note = note.because([Evidence::text(
            "A table was dropped with CASCADE before this: if the constraint pointed at it, it is gone already and this statement fails",
        )]);
    }
    Some(
        note.step("Ask what the constraint guarded, and who relies on it (upserts name it, foreign keys point at it).")
            .step("If it is only renamed, use ALTER TABLE … RENAME CONSTRAINT: no scan, no window without it."),
    )
}

/// Whether a constraint's name is the one that PostgreSQL gives to one of this column.
fn is_named_after(name: &Ident, table: &TableName, column: &Ident) -> bool {
    let stem = format!("{}_{column}_", table.name);
    let rest = name.as_str().strip_prefix(&stem);
    matches!(rest, Some("fkey" | "key" | "check"))
}

/// Whether it is a foreign key to this table.
fn refers_to(kind: Option<&ConstraintKind>, table: &TableName) -> bool {
    matches!(kind, Some(ConstraintKind::ForeignKey(key)) if key.ref_table == *table)
}

/// Whether a key gives way to one over its columns and others.
fn is_wider(kind: Option<&ConstraintKind>, new: &ConstraintKind) -> bool {
    use ConstraintKind::{PrimaryKey, Unique};
    matches!(
        (kind, new),
        (Some(PrimaryKey { .. } | Unique { .. }), PrimaryKey { .. } | Unique { .. })
    ) && kind.is_some_and(|kind| kind.columns().iter().all(|one| new.columns().contains(one)))
}

/// Whether a constraint guards what another does; what a foreign key does on delete may be other.
fn is_alike(one: &ConstraintKind, other: &ConstraintKind) -> bool {
    match (one, other) {
        (ConstraintKind::ForeignKey(one), ConstraintKind::ForeignKey(other)) => {
            let at = |key: &ForeignKey| (key.columns.clone(), key.ref_table.clone());
            at(one) == at(other)
                && (one.ref_columns == other.ref_columns
                    || one.ref_columns.is_empty()
                    || other.ref_columns.is_empty())
        }
        _ => one == other,
    }
}
