//! A type change that some values do not survive.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::Evidence;
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::types::{self, Family, Kind};
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("cast-may-fail"),
    severity: Severity::Danger,
    summary: "Changes a type so that some values cannot be converted.",
    why: "One value that does not convert makes the statement fail, after it scanned and rewrote the table under its lock.",
    instead: "Look for values that do not convert; add a column of the new type and fill it with a rule for the misfits.",
    fires: "
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
=== plan.sql role:plan
ALTER TABLE orders ALTER COLUMN total TYPE integer;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cast-may-fail
",
    silent: "
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
=== plan.sql role:plan
ALTER TABLE orders ALTER COLUMN total TYPE bigint;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::AlterColumnType { table, column, to: Some(to), using } = &view.step.op else {
        return None;
    };
    // Everything has a form in JSON.
    let lower = using.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
    if lower.starts_with("to_json") || lower.starts_with("jsonb_build") {
        return None;
    }
    // SQLite converts what it can and keeps the rest.
    if view.fresh.is_unfilled(table, column) || view.dialect() == Dialect::Sqlite {
        return None;
    }
    let from = view.column(table, column)?.data_type.as_deref()?;
    let schema = view.before.schema();
    let (old, new) = (types::kind(schema, from)?, types::kind(schema, to)?);
    // What has no cast fails for every value: `cast-missing-using` says so.
    let is_cast =
        view.dialect() != Dialect::PostgreSql || using.is_some() || old.is_assignable_to(new);
    if !is_cast || !old.may_not_fit(new) {
        return None;
    }
    Some(
        Note::new(format!(
            "{} converts `{table}.{column}` from `{from}` to `{to}`: values that do not convert make it fail",
            view.who()
        ))
        .certainty(Certainty::Likely)
        .within(ObjectKind::Column, table, column)
        .because(using.as_ref().map(|using| {
            Evidence::text(format!("It is converted with `{}`, which decides what fails", using.replace('`', "")))
        }))
        .because(view.case.about(table))
        .run("Look for values that do not convert.", Language::Sql, probe((table, column), (old, new, to)))
        .step("Clean them up before, or fill a column of the new type in batches and switch over."),
    )
}

fn probe((table, column): (&TableName, &Ident), (old, new, to): (Kind, Kind, &str)) -> String {
    let condition = match (old.family, new.family, new.size) {
        (Family::Text | Family::Char, Family::Text | Family::Char, Some(size)) => {
            format!("length({column}) > {size}")
        }
        (Family::Text | Family::Char, Family::Integer(_), _) => {
            format!("{column} !~ '^\\s*[+-]?[0-9]+\\s*$'")
        }
        (_, Family::Integer(bits), _) => {
            format!("abs({column}) > {}", (1_u128 << (u32::from(bits).clamp(8, 64) - 1)) - 1)
        }
        (_, Family::Numeric, Some(size)) => {
            let whole = size.saturating_sub(new.scale.unwrap_or_default());
            format!("abs({column}) >= 1e{whole}")
        }
        _ => {
            return format!(
                "SELECT DISTINCT {column} FROM {table} LIMIT 100; -- each has to be a valid {to}"
            );
        }
    };
    format!("SELECT count(*) FROM {table} WHERE {condition};")
}
