//! A foreign key that points at nothing that could be a key.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Column, Constraint, ForeignKey, Ident, TableName};
use crate::wire::{Certainty, Language, Severity};

use super::types;
use super::{Check, Note, Rule, StepView, words};

pub static RULE: Rule = Rule {
    name: RuleName("fk-target-mismatch"),
    severity: Severity::Danger,
    summary: "Adds a foreign key whose target is missing, is no key, or is of another type.",
    why: "The database refuses it, or keys that are equal do not compare without a cast.",
    instead: "Point it at the primary key or a unique constraint, with the same type on both sides.",
    fires: "
=== prod.sql role:prod
CREATE TABLE customers (id bigint PRIMARY KEY, code text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_code text);
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_code) REFERENCES customers (code) NOT VALID;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ fk-target-mismatch
",
    silent: "
=== prod.sql role:prod
CREATE TABLE customers (id bigint PRIMARY KEY, code text UNIQUE);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_code text);
=== plan.sql role:plan
ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_code) REFERENCES customers (code) NOT VALID;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    match &view.step.op {
        Op::AddConstraint { table, kind: ConstraintKind::ForeignKey(key), .. } => {
            judge(view, table, key, (&[], &[]))
        }
        Op::CreateTable { table, columns, constraints, open: false, .. } => {
            constraints.iter().find_map(|made| match &made.kind {
                ConstraintKind::ForeignKey(key) => judge(view, table, key, (columns, constraints)),
                _ => None,
            })
        }
        _ => None,
    }
}

/// `made` is what the statement itself says of the table.
fn judge(
    view: &StepView<'_>,
    table: &TableName,
    key: &ForeignKey,
    made: (&[Column], &[Constraint]),
) -> Option<Note> {
    let target = &key.ref_table;
    let is_own = target == table;
    let say = |cause, severity, what: String| {
        let list = words::sql(&key.columns);
        Some(
            Note::new(format!("{} points `{table}` ({list}) at `{target}`, {what}", view.who()))
                .cause(cause)
                .severity(severity)
                .table(table)
                .table(target),
        )
    };
    if !is_own && view.lacks(target) {
        // Another chain or program may have made it.
        let is_assumed = view.is_assumed_empty();
        let severity = if is_assumed { Severity::Warning } else { Severity::Blocker };
        return say("missing", severity, "which nothing here makes".to_owned())
            .map(|note| if is_assumed { note.certainty(Certainty::Unverified) } else { note })
            .map(|note| note.step("Make the table first, or correct the name or schema."));
    }
    let known = view.before.columns_of(target).filter(|(_, whole)| *whole);
    let own_columns = if is_own && !made.0.is_empty() { made.0 } else { &known?.0.columns };
    let named: Vec<Ident> = match key.ref_columns.as_slice() {
        [] if is_own && !made.0.is_empty() => return None,
        [] => known?.0.key().to_vec(),
        named => named.to_vec(),
    };
    let find = |name: &Ident| own_columns.iter().find(|column| &column.name == name);
    if let Some(absent) = named.iter().find(|name| find(name).is_none()) {
        return say("missing", Severity::Blocker, format!("which has no `{absent}`"))
            .map(|note| note.step("Correct the column's name, or add the column first."));
    }
    if named.len() != key.columns.len() {
        return say("count", Severity::Blocker, format!("whose key has {} columns", named.len()))
            .map(|note| note.step("Name as many columns on one side as on the other."));
    }
    // SQLite finds out when it runs, MySQL takes any index before 8.4.
    let is_strict = view.dialect() == Dialect::PostgreSql;
    if !is_own && is_strict && !is_key(view, target, &named) {
        let list = words::sql(&named);
        return say("no-key", Severity::Blocker, format!("where ({list}) is no key")).map(|note| {
            note.run(
                "Make it one first: build the index without blocking.",
                Language::Sql,
                format!("CREATE UNIQUE INDEX CONCURRENTLY ON {target} ({list});"),
            )
        });
    }
    type_mismatch(view, (table, key), made.0, &named, &find)
        .and_then(|(severity, what)| say("type", severity, what))
        .map(|note| {
            note.step("Give both columns the same type; widen the smaller one in a release before.")
        })
}

fn is_key(view: &StepView<'_>, target: &TableName, named: &[Ident]) -> bool {
    let Some(found) = view.known(target) else { return true };
    let same =
        |own: &[Ident]| own.len() == named.len() && own.iter().all(|one| named.contains(one));
    found.constraints.iter().any(|known| match &known.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
            same(columns)
        }
        _ => false,
    }) || found
        .indexes
        .iter()
        .any(|index| index.unique && index.filter.is_none() && same(&index.columns()))
}

fn type_mismatch<'a>(
    view: &StepView<'_>,
    (table, key): (&TableName, &ForeignKey),
    made: &[Column],
    named: &[Ident],
    find: &dyn Fn(&Ident) -> Option<&'a Column>,
) -> Option<(Severity, String)> {
    let schema = view.before.schema();
    key.columns.iter().zip(named).find_map(|(own, other)| {
        let own =
            made.iter().find(|column| &column.name == own).or_else(|| view.column(table, own))?;
        let (from, to) = (own.data_type.as_deref()?, find(other)?.data_type.as_deref()?);
        let (one, two) = (types::kind(schema, from)?, types::kind(schema, to)?);
        let what = format!("where `{other}` is `{to}` and `{}` is `{from}`", own.name);
        if !one.is_comparable_to(two, view.dialect()) {
            return Some((Severity::Blocker, what));
        }
        (one.family != two.family).then_some((Severity::Warning, what))
    })
}
