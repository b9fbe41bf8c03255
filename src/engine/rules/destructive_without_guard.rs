//! Something is destroyed, and nothing shows that anybody made sure of it.

use crate::engine::case::items;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Detail, Filter, Mutation, Op, Step};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("destructive-without-guard"),
    severity: Severity::Warning,
    summary: "Destroys rows of an existing table without a copy, an earlier retirement, or a count that shows it empty.",
    why: "When it turns out to be wrong there is nothing to go back to but a backup of the whole database.",
    instead: "Copy the rows aside first, or rename the table and let a release go by; then say so beside the statement.",
    fires: "
=== plan.sql role:plan
DROP TABLE orders;
--^^^^^^^^^^^^^^^^ destructive-without-guard
",
    silent: "
=== plan.sql role:plan
CREATE TABLE kept_orders (id bigint PRIMARY KEY, total int);
INSERT INTO kept_orders (id, total) SELECT id, total FROM orders;
DROP TABLE orders;
",
    check: Check::Step(check),
};

/// How names begin or end of what was put aside.
const RETIRED: [&str; 9] =
    ["retired", "deprecated", "old", "backup", "bak", "archive", "archived", "legacy", "zz"];

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, column, cause) = destroyed(&view.step.op)?;
    if view.fresh.has_table(table)
        || column.is_some_and(|column| view.fresh.has_column(table, column))
        || view.case.known_rows(table) == Some(0)
        || crate::engine::case::is_version_table(table)
        || is_put_aside(view, table)
        || is_copied(view.earlier, table)
    {
        return None;
    }
    let unguarded = match view.case.known_rows(table) {
        Some(rows) => format!("No step before it copies its {} anywhere", items(rows)),
        None => "No step before it copies rows anywhere, and no count of them is known".to_owned(),
    };
    let name = view.quoted(table);
    let what = match column {
        Some(column) => format!("`{table}.{column}`"),
        None => format!("`{table}`"),
    };
    let probe = match column {
        Some(column) => format!("SELECT count({}) FROM {name};", column.quoted()),
        None => format!("SELECT count(*) FROM {name};"),
    };
    Some(
        Note::new(format!("{} destroys {what}, and nothing it says guards that", view.who()))
            .cause(cause)
            .certainty(Certainty::Likely)
            .table(table)
            .because([Evidence::text(unguarded)])
            .run("Look at what there is.", Language::Sql, probe)
            .run(
                "Put it aside before it goes.",
                Language::Sql,
                format!("CREATE TABLE kept_{} AS SELECT * FROM {name};", table.name),
            ),
    )
}

/// What loses rows or values for good, and the rule that says so: whoever suppresses that has given a reason.
fn destroyed(op: &Op) -> Option<(&TableName, Option<&Ident>, &'static str)> {
    match op {
        Op::DropTable { table, .. } => Some((table, None, "drop-table")),
        Op::DropColumn { table, column, .. } => Some((table, Some(column), "drop-column")),
        Op::Truncate { tables, .. } => Some((tables.first()?, None, "truncate-table")),
        Op::Mutate {
            table,
            verb: Mutation::Delete,
            filter: Filter::None | Filter::Tautology,
            ..
        } => Some((table, None, "unfiltered-mutation")),
        _ => None,
    }
}

/// Whether its name, or the revision that gave it, says that it was retired before.
fn is_put_aside(view: &StepView<'_>, table: &TableName) -> bool {
    let name = table.name.as_str().to_ascii_lowercase();
    let says = name.split(['_', '-']).any(|word| RETIRED.contains(&word));
    let renames = |step: &Step| matches!(&step.op, Op::RenameTable { to, .. } if to == table);
    says || view.case.revisions().any(|(_, _, revision, _)| revision.upgrade.iter().any(renames))
}

/// Whether rows went somewhere before: into a table that the same change made, or to where nobody can say.
fn is_copied(earlier: &[Step], table: &TableName) -> bool {
    let makes = |into: &TableName| {
        earlier
            .iter()
            .any(|step| matches!(&step.op, Op::CreateTable { table, .. } if table == into))
    };
    earlier.iter().any(|step| match &step.op {
        Op::Mutate { table: into, verb: Mutation::Insert, .. } => into != table && makes(into),
        // CREATE TABLE … AS SELECT.
        Op::Detail { table: made, detail: Detail::Selected(_) } => made != table,
        Op::CreateTable { table: made, open: true, .. } => made != table,
        Op::RenameTable { to, .. } => to == table,
        _ => false,
    })
}
