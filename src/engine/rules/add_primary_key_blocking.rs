//! A primary key is added with the table locked.

use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, LockMode, Op};
use crate::wire::Severity;

use super::{Check, Note, Rule, StepView, locks, way};

pub static RULE: Rule = Rule {
    name: RuleName("add-primary-key-blocking"),
    severity: Severity::Danger,
    summary: "Adds a primary key whose index is built, or whose columns are read, with the table locked.",
    why: "Reads and writes wait (ACCESS EXCLUSIVE lock); a duplicate or a NULL makes it fail.",
    instead: "Build the unique index concurrently, make the columns NOT NULL by a validated check, then attach the index.",
    fires: "
=== plan.sql role:plan
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-primary-key-blocking
",
    silent: "
=== plan.sql role:plan
CREATE TABLE events (id int);
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AddConstraint { table, name, kind: ConstraintKind::PrimaryKey { columns }, .. } =
        &view.step.op
    else {
        return None;
    };
    if !view.is_old(table) {
        return None;
    }
    let label = name
        .as_ref()
        .map_or_else(|| "a primary key".to_owned(), |name| format!("primary key `{name}`"));
    let lock = |cost| (table, LockMode::AccessExclusive, cost);
    if columns.is_empty() {
        // It takes over an index, and it is not said here which.
        let known = view.known(table)?;
        let mut keys = known.indexes.iter().filter(|index| index.unique);
        let may_be_null = |name: &crate::engine::schema::Ident| {
            known.column(name).is_some_and(|column| column.nullable) && !locks::proves(known, name)
        };
        let is_open = keys.any(|index| {
            known
                .columns
                .iter()
                .any(|column| index.mentions(&column.name) && may_be_null(&column.name))
        });
        let title =
            format!("makes {label} of an index on `{table}` with a column that may be NULL");
        return is_open.then(|| {
            locks::note(view, lock(locks::Cost::Scan), Severity::Danger, title)
                .cause("nullable")
                .step(
                    "Make its columns NOT NULL by a validated check first; then it needs no scan.",
                )
        });
    }
    let title = format!("adds {label} to `{table}` with the table locked");
    let as_named = way::named(name.as_ref(), table, &[], "pkey");
    let mut note = locks::note(view, lock(locks::Cost::Build), Severity::Danger, title);
    if way::added_with(view, table, columns).is_some() {
        note = note.because([Evidence::text(
            "The column is new: with more than one row it fails, unless its default is another for each",
        )]);
    }
    note = note
        .step("Make each column NOT NULL first: a check NOT VALID, validated, then SET NOT NULL.");
    Some(super::add_unique_blocking::with_index(
        note,
        view,
        (table, columns),
        ("PRIMARY KEY", &as_named),
    ))
}
