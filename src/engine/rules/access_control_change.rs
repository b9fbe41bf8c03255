//! Who may see or do what changes: row level security, policies, rights, owners.

use crate::engine::ledger::RuleName;
use crate::engine::op::{Asks, Detail, DropKind, Made, Op, Step, Work};
use crate::engine::schema::{ObjectKind as Kind, ObjectName};
use crate::wire::{Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("access-control-change"),
    severity: Severity::Danger,
    summary: "Changes who may see which rows, or do what with a table.",
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
            // Switched off for a change of rows, and on again behind it, or the other way round.
            let back = |step: &Step| matches!(&step.op, Op::RowSecurity { table: of, enabled: other } if of == table && other != enabled);
            let (before, after) = (view.earlier.iter().any(back), view.later.iter().any(back));
            if (before && *enabled) || (after && !*enabled) {
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
        Op::Detail { table, detail: Detail::Forced(false) } if !view.fresh.has_table(table) => {
            Some(
                Note::new(format!("{} frees the owner of `{table}` from its policies", view.who()))
                    .cause("rls-disabled")
                    .table(table)
                    .because(view.case.about(table))
                    .step("Check who connects as the owner."),
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
        op => other(view, op),
    }
}

/// Policies that are made or altered, rights, owners, and functions that run as theirs.
fn other(view: &StepView<'_>, op: &Op) -> Option<Note> {
    let note = |cause, severity, what: String| {
        Note::new(format!("{} {what}", view.who())).cause(cause).severity(severity)
    };
    match op {
        Op::CreateObject { name, made } if name.kind == Kind::Policy => policy(view, name, made),
        Op::CreateObject { name, made } if made.exposed => Some(
            note(
                "definer",
                Severity::Danger,
                format!("makes `{}` run as its owner, and sets no search path", name.name),
            )
            .named(ObjectKind::Function, name.name.to_string())
            .run(
                "Fix where it looks for names, and who may call it.",
                Language::Sql,
                format!("ALTER FUNCTION {0} SET search_path = pg_catalog, public;\nREVOKE ALL ON FUNCTION {0} FROM PUBLIC;", name.name.quoted()),
            ),
        ),
        Op::Server(server) => {
            let (cause, step) = match server.asks? {
                Asks::Broad => ("grant-broad", "Grant what is needed to whom it is for, by name."),
                Asks::Revokes => ("revoke", "Check that nobody needs it: who lacks a right fails at once."),
                _ => return None,
            };
            // What somebody loses on a table that is new, nobody had.
            let on_new = view.later.first().is_some_and(|next| match &next.op {
                Op::Define { definition, .. } => view.fresh.tables().any(|table| {
                    definition.split([' ', '(', ')', ',']).any(|word| word == table.quoted())
                }),
                _ => false,
            });
            if on_new && cause == "revoke" {
                return None;
            }
            Some(note(cause, Severity::Danger, server.what.to_owned()).step(step))
        }
        Op::Upkeep { work: Work::Owner, on, .. } => {
            let table = on.first().filter(|table| !view.fresh.has_table(table))?;
            Some(
                note("owner", Severity::Warning, format!("gives `{table}` to another owner"))
                    .table(table)
                    .step("Check who reads and writes as the owner: policies don't hold for it, and rights of the old one go."),
            )
        }
        _ => None,
    }
}

/// A policy that is made or altered on a table that is there.
fn policy(view: &StepView<'_>, name: &ObjectName, made: &Made) -> Option<Note> {
    let table = name.table.as_ref()?;
    let switches = |step: &Step| matches!(&step.op, Op::RowSecurity { table: of, enabled: true } if of == table);
    let drops = |step: &Step| match &step.op {
        Op::DropOther { kind: DropKind::Policy, name: gone, .. } => {
            makes_policy(&view.step.op, gone)
        }
        _ => false,
    };
    let beside = || view.earlier.iter().chain(view.later);
    // With the switch beside it the whole is made now.
    if view.fresh.has_table(table) || made.restricts || beside().any(switches) {
        return None;
    }
    let (policy, again) = (&name.name.name, made.replaces || beside().any(drops));
    let what = match again {
        true => format!("changes policy `{policy}` of `{table}`"),
        false => format!("opens more rows of `{table}` by policy `{policy}`"),
    };
    Some(
        Note::new(format!("{} {what}", view.who()))
            .cause("policy")
            .severity(Severity::Warning)
            .table(table)
            .named(ObjectKind::Policy, policy.to_string())
            .step("Check which rows it opens, and to whom."),
    )
}

fn makes_policy(op: &Op, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default().trim_matches('"');
    matches!(op, Op::CreateObject { name, .. } if name.kind == Kind::Policy && name.name.name.as_str() == last)
}
