//! A step that does not fit what is there.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{Clash, Op};
use crate::engine::schema::Ident;
use crate::wire::{Certainty, ObjectKind, Role, Severity};

use super::{Check, Note, Rule, StepView, words};

pub static RULE: Rule = Rule {
    name: RuleName("object-state-mismatch"),
    severity: Severity::Danger,
    summary: "Makes what exists already, or changes what does not exist.",
    why: "The step fails, or with IF NOT EXISTS keeps the wrong object without a word.",
    instead: "Find out which of the two is right, the database or the step, and bring the other in line in a revision of its own.",
    fires: "
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY);
=== plan.sql role:plan
ALTER TABLE orders DROP COLUMN note;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ object-state-mismatch
",
    silent: "
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
=== plan.sql role:plan
ALTER TABLE orders DROP COLUMN note;
",
    check: Check::Meets { step: check, clash },
};

fn clash(view: &StepView<'_>, clash: &Clash) -> Option<Note> {
    let cause = match clash {
        Clash::Missing(_) | Clash::PartMissing(..) => "missing",
        // SQLite makes the table anew for it, and what is written last holds.
        Clash::PartExists(_, part)
            if view.dialect() == Dialect::Sqlite && part.as_str() == "primary key" =>
        {
            return None;
        }
        Clash::Exists(_) | Clash::PartExists(..) => "exists",
        // `drop-blocked-by-dependents` says what needs it.
        Clash::Needed(_) => return None,
    };
    let note = Note::new(format!("{} does not fit what is there: {}", view.who(), clash.text()))
        .cause(cause)
        .because(view.case.about(clash.table()));
    let note = match clash {
        Clash::PartMissing(table, part) | Clash::PartExists(table, part) => {
            note.within(ObjectKind::Column, table, part)
        }
        _ => note.table(clash.table()),
    };
    // With files missing, what came before is not known.
    let is_part =
        view.is_revision() && view.case.chains.iter().any(|chain| !chain.graph.missing.is_empty());
    let note = match is_part {
        true => note.severity(Severity::Warning).certainty(Certainty::Unverified),
        false => note,
    };
    // What a chain does not make may come from elsewhere, as long as nothing says what was there before it.
    let note = match clash {
        Clash::Missing(table) if view.is_assumed_empty() => {
            if view.case.tables(Role::Prod).is_some_and(|tables| tables.contains(table)) {
                return None;
            }
            note.severity(Severity::Warning).certainty(Certainty::Unverified).because([
                Evidence::text("No revision before it makes it: another chain, the application or a hand may. Give the schema from before the first revision with the role baseline"),
            ])
        }
        _ => note,
    };
    Some(match cause {
        "missing" => note
            .step("Look whether it has another name or schema there, or was dropped by hand.")
            .step("Make what is missing in a revision before this one, or take this step out before it is released."),
        _ => note
            .step("Compare what is there with what the step would make: column by column, index by index.")
            .step("Where it is the same, stamp the revision as done; where it is not, change it in a revision of its own."),
    })
}

/// `IF NOT EXISTS` in front of something that is there, and is something else.
fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::CreateTable { table, columns, if_not_exists: true, open: false, .. } = &view.step.op
    else {
        return None;
    };
    let (found, true) = view.before.columns_of(table)? else { return None };
    let absent: Vec<&Ident> = columns
        .iter()
        .map(|column| &column.name)
        .filter(|name| found.column(name).is_none())
        .collect();
    if absent.is_empty() || columns.is_empty() {
        return None;
    }
    Some(
        Note::new(format!(
            "{} keeps the `{table}` that is there, which has no {}",
            view.who(),
            words::ticked(&absent)
        ))
        .cause("masked")
        .severity(Severity::Warning)
        .table(table)
        .because(view.case.about(table))
        .step("Add what is missing by ALTER TABLE; IF NOT EXISTS does not look inside."),
    )
}
