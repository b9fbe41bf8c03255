//! Row level security or a policy changes.

use crate::engine::ledger::RuleName;
use crate::engine::op::{DropKind, Op};
use crate::engine::schema::ObjectKind as Kind;
use crate::wire::{ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("access-control-change"),
    severity: Severity::Danger,
    summary: "Changes who may see which rows.",
    why: "Switching row level security off, or dropping a policy, exposes rows; switching it on without a policy locks everybody out.",
    instead: "Create the columns, then the policies, then switch row level security on; undo in the reverse order.",
    fires: "
=== plan.sql role:plan
ALTER TABLE accounts DISABLE ROW LEVEL SECURITY;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ access-control-change
",
    silent: "
=== plan.sql role:plan
ALTER TABLE accounts DISABLE ROW LEVEL SECURITY;
DROP TABLE accounts;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    match &view.step.op {
        Op::RowSecurity { table, enabled } => {
            // drizzle-kit switches it off before every drop, even where it was never on.
            let dropped_next =
                |op: &Op| matches!(op, Op::DropTable { table: dropped, .. } if dropped == table);
            if view.fresh.has_table(table) || view.later.iter().any(|step| dropped_next(&step.op)) {
                return None;
            }
            // With a policy beside it somebody has thought of who may see what.
            let of_table = |op: &Op| matches!(op, Op::CreateObject { name, .. } if name.kind == Kind::Policy && name.table.as_ref() == Some(table));
            if *enabled && view.earlier.iter().chain(view.later).any(|step| of_table(&step.op)) {
                return None;
            }
            let (cause, switch) =
                if *enabled { ("rls-enabled", "on") } else { ("rls-disabled", "off") };
            Some(
                Note::new(format!(
                    "{} switches row level security {switch} for `{table}`",
                    view.who()
                ))
                .cause(cause)
                .table(table)
                .because(view.case.about(table))
                .step("Check the table's policies, and who connects as its owner.")
                .step("Change policies and the switch in one transaction."),
            )
        }
        // Made again: what it says then is what counts.
        Op::DropOther { kind: DropKind::Policy, name, .. }
            if view.later.iter().any(|step| makes_policy(&step.op, name)) =>
        {
            None
        }
        Op::DropOther { kind: DropKind::Policy, name, .. } => Some(
            Note::new(format!("{} drops policy `{name}`", view.who()))
                .cause("policy")
                .named(ObjectKind::Policy, name.clone())
                .step("Find out whether the policy opened or narrowed access before it goes."),
        ),
        _ => None,
    }
}

fn makes_policy(op: &Op, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default().trim_matches('"');
    matches!(op, Op::CreateObject { name, .. } if name.kind == Kind::Policy && name.name.name.as_str() == last)
}
