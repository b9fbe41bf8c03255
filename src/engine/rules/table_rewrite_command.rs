//! A command writes a whole table anew.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Detail, LockMode, Op, Work};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks};

pub static RULE: Rule = Rule {
    name: RuleName("table-rewrite-command"),
    severity: Severity::Danger,
    summary: "Writes a whole table anew: VACUUM FULL, CLUSTER, SET UNLOGGED, SET TABLESPACE and the like.",
    why: "Reads and writes wait until it is over (ACCESS EXCLUSIVE lock). An unlogged table is empty after a crash and on replicas.",
    instead: "Use pg_repack or pg_squeeze, plain VACUUM, or a window with a lock timeout.",
    fires: "
=== plan.sql role:plan
VACUUM FULL orders;
--^^^^^^^^^^^^^^^^^ table-rewrite-command
",
    silent: "
=== plan.sql role:plan
VACUUM (ANALYZE) orders;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (tables, cause) = match &view.step.op {
        Op::Upkeep { work, on, concurrently: false } => {
            let cause = match work {
                Work::VacuumFull => "vacuum-full",
                Work::Cluster => "cluster",
                Work::Repack => "repack",
                Work::Tablespace => "tablespace",
                Work::AccessMethod => "access-method",
                Work::Oids => "set-with-oids",
                _ => return None,
            };
            (on.iter().collect(), cause)
        }
        Op::Detail { table, detail: Detail::Logged | Detail::Unlogged } => {
            (vec![table], "logged-unlogged")
        }
        _ => return None,
    };
    let is_unlogged = matches!(view.step.op, Op::Detail { detail: Detail::Unlogged, .. });
    // Without a name it is every table.
    let Some(table) = tables.iter().find(|table| view.is_old(table)) else {
        let title = format!("{} writes every table anew", view.who());
        return (tables.is_empty() && view.is_postgres()).then(|| {
            Note::new(title).cause(cause).step("Take tables one by one, with pg_repack.")
        });
    };
    let title = format!("writes `{table}` anew as a whole");
    let lock = (*table, LockMode::AccessExclusive, locks::Cost::Rewrite);
    let note = locks::note(view, lock, Severity::Danger, title).cause(cause);
    let note = match is_unlogged {
        // Losing the rows is no question of size.
        true => note.severity(Severity::Danger).because([Evidence::text(
            "Unlogged, it is empty after a crash, and replicas don't have it",
        )]),
        false => note,
    };
    Some(note.run(
        "Space is given back without a lock by plain VACUUM; pg_repack rewrites beside the table.",
        Language::Sql,
        format!("VACUUM (ANALYZE) {};", table.quoted()),
    ))
}
