//! The plan's words say something that its SQL does not show.

use crate::engine::case::Case;
use crate::engine::facts::{NoticeVerb, Plan, PlanItem, RemarkKind};
use crate::engine::ledger::RuleName;
use crate::engine::op::Op;
use crate::wire::words::thousands;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("plan-prose-unverified"),
    severity: Severity::Warning,
    summary: "The plan's words speak of something that its SQL does not show.",
    why: "Labels and notices are claims; only the statements say what will run.",
    instead: "Paste the SQL of the plan, all of it, and answer open questions before approving.",
    fires: "
=== plan.txt role:plan
You're about to delete gift_cards table with 5 items
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ plan-prose-unverified
",
    silent: "
=== plan.txt role:plan
You're about to delete gift_cards table with 5 items
DROP TABLE gift_cards;
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    case.facts.plans.iter().flat_map(check_plan).collect()
}

fn check_plan(plan: &Plan) -> Vec<Note> {
    let mut notes = Vec::new();
    let (mut asked, mut failed) = (false, false);
    for item in &plan.items {
        let PlanItem::Remark { kind, text, span } = item else { continue };
        let note = match kind {
            RemarkKind::Question if !asked => {
                asked = true;
                Note::new("The plan is not complete: a question about it is still open")
                    .cause("open-question")
                    .certainty(Certainty::Unverified)
                    .step("If it asks about a rename, answer “rename” when the data is the same; “create new” drops the old object with its data.")
                    .step("Answer it, then paste the SQL that follows.")
            }
            RemarkKind::DangerousOption => {
                Note::new(format!("The option “{}” destroys production's data", clip(text)))
                    .cause("dangerous-option")
                    .severity(Severity::Warning)
                    .step("Do not choose it: it replaces or empties what production holds.")
            }
            RemarkKind::ValidationFailed if !failed => {
                failed = true;
                Note::new("The host's own validation of the plan failed")
                    .cause("failed-validation")
                    .severity(Severity::Danger)
                    .step("Read the server's message below it: it names the statement and what does not fit.")
            }
            RemarkKind::Notice(notice)
                if notice.verb == NoticeVerb::Delete
                    && !shown(plan, notice.table.as_deref(), notice.column.as_deref()) =>
            {
                let what = match (&notice.table, &notice.column) {
                    (Some(table), Some(column)) => format!("column `{table}.{column}`"),
                    (Some(table), None) => format!("table `{table}`"),
                    _ => "something".to_owned(),
                };
                let rows = notice
                    .items
                    .map(|items| format!(" with {} items", thousands(items)))
                    .unwrap_or_default();
                Note::new(format!(
                    "The plan's notice says that {what}{rows} is deleted, and no statement shows it"
                ))
                .cause("notice-without-sql")
                .severity(Severity::Danger)
                .certainty(Certainty::Unverified)
            }
            _ => continue,
        };
        notes.push(note.at(*span));
    }
    notes
}

/// Whether a statement drops what a notice speaks of.
fn shown(plan: &Plan, table: Option<&str>, column: Option<&str>) -> bool {
    plan.statements().flat_map(|statement| &statement.steps).any(|step| {
        match (&step.op, table, column) {
            (Op::DropTable { table, .. }, Some(named), None) => {
                table.name.as_str() == named || table.to_string() == named
            }
            (Op::DropColumn { table, column, .. }, Some(named), Some(named_column)) => {
                table.name.as_str() == named && column.as_str() == named_column
            }
            (Op::DropOther { .. }, None, _) => true,
            _ => false,
        }
    })
}

fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}
