//! Runs every rule over a case and stamps its name on what it says.

use std::collections::BTreeSet;

use crate::engine::case::Case;
use crate::engine::chain::{Chain, RevisionIx};
use crate::engine::ledger::{Affects, Finding, Ledger, RuleName};
use crate::engine::op::{Op, Step};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Remedy};

use super::{Check, Note, RULES, Rule};

/// What a step rule may look at.
#[derive(Debug)]
pub struct StepView<'a> {
    pub step: &'a Step,
    pub setting: Setting,
    /// What earlier steps of the same plan or revision made.
    pub fresh: &'a Fresh,
    /// The steps still to come in the same plan or revision.
    pub later: &'a [Step],
    /// The steps already done there.
    pub earlier: &'a [Step],
    pub case: &'a Case,
}

/// Whose step it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    Plan,
    /// A revision's `upgrade()`.
    Revision {
        id: String,
        pending: Pending,
    },
}

/// Whether a revision is about to run on prod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    Yes,
    No,
    /// Prod's position in the chain is not known.
    NotKnown,
}

/// Objects made by earlier steps of the same plan or revision: nobody uses them yet, and there is nothing
/// in them to lose.
#[derive(Debug, Clone, Default)]
pub struct Fresh {
    tables: BTreeSet<TableName>,
    columns: BTreeSet<(TableName, Ident)>,
}

impl Fresh {
    /// Returns whether the table was made here.
    pub fn has_table(&self, table: &TableName) -> bool {
        self.tables.contains(table)
    }

    /// Returns whether the column, or its table, was made here.
    pub fn has_column(&self, table: &TableName, column: &Ident) -> bool {
        self.has_table(table) || self.columns.contains(&(table.clone(), column.clone()))
    }

    fn note(&mut self, op: &Op) {
        match op {
            // Where the table may exist already, it is not known to be new.
            Op::CreateTable { table, if_not_exists: false, .. } => {
                self.tables.insert(table.clone());
            }
            Op::AddColumn { table, column, .. } => {
                self.columns.insert((table.clone(), column.name.clone()));
            }
            Op::DropTable { table, .. } => {
                self.tables.remove(table);
            }
            Op::RenameTable { from, to } if self.tables.remove(from) => {
                self.tables.insert(to.clone());
            }
            _ => {}
        }
    }
}

impl StepView<'_> {
    /// Returns the words for whose step it is: "The plan" or "Revision `x`".
    pub fn who(&self) -> String {
        match &self.setting {
            Setting::Plan => "The plan".to_owned(),
            Setting::Revision { id, .. } => format!("Revision `{id}`"),
        }
    }
}

/// Runs every rule.
pub fn run(case: &Case, ledger: &mut Ledger) {
    let mut found = Vec::new();
    // What Alembic said of a chain whose files are not here.
    let (said, elsewhere) = (case.said_problems(), Chain::default());
    for rule in RULES {
        match rule.check {
            Check::Step(_) => {}
            Check::Case(check) => {
                found.extend(check(case).into_iter().map(|note| stamp(rule, note, true)))
            }
            Check::Chain(check) => {
                let problems = case
                    .chains
                    .iter()
                    .flat_map(|chain| chain.problems.iter().map(move |problem| (problem, chain)));
                let own = problems.filter(|(problem, _)| problem.rule == rule.name.0);
                found.extend(own.map(|(problem, chain)| stamp(rule, check(problem, chain), true)));
                let own = said.iter().filter(|problem| problem.rule == rule.name.0);
                found.extend(own.map(|problem| stamp(rule, check(problem, &elsewhere), true)));
            }
            Check::Doubt(check) => {
                let doubts = ledger
                    .undecided_entries()
                    .iter()
                    .filter(|entry| entry.affects != Affects::Nothing);
                found.extend(
                    doubts
                        .filter_map(|entry| check(entry, case))
                        .map(|note| stamp(rule, note, true)),
                );
            }
        }
    }
    run_steps(case, &mut found);
    for finding in found {
        ledger.find(finding);
    }
}

fn run_steps(case: &Case, found: &mut Vec<Finding>) {
    for plan in &case.facts.plans {
        let steps: Vec<Step> =
            plan.statements().flat_map(|statement| statement.steps.iter().cloned()).collect();
        walk(case, &Setting::Plan, &steps, found);
    }
    let pending = case.pending();
    for (chain_ix, chain) in case.chains.iter().enumerate() {
        for (ix, revision) in chain.revisions.iter().enumerate() {
            let pending = match &pending {
                None => Pending::NotKnown,
                Some(pending) if pending.contains(&(chain_ix, RevisionIx(ix))) => Pending::Yes,
                Some(_) => Pending::No,
            };
            walk(
                case,
                &Setting::Revision { id: revision.id.clone(), pending },
                &revision.upgrade,
                found,
            );
        }
    }
}

fn walk(case: &Case, setting: &Setting, steps: &[Step], found: &mut Vec<Finding>) {
    let mut fresh = Fresh::default();
    for (ix, step) in steps.iter().enumerate() {
        let view = StepView {
            step,
            setting: setting.clone(),
            fresh: &fresh,
            earlier: &steps[..ix],
            later: &steps[ix + 1..],
            case,
        };
        for rule in RULES {
            let Check::Step(check) = rule.check else { continue };
            let Some(mut note) = check(&view) else { continue };
            note.span = note.span.or(Some(step.span));
            if step.certainty == Certainty::Unverified {
                note.certainty = Certainty::Unverified;
            }
            let mut decides = true;
            if let Setting::Revision { id, pending } = setting {
                note.revision = note.revision.or_else(|| Some(id.clone()));
                decides = *pending == Pending::Yes;
                if *pending == Pending::NotKnown && note.certainty == Certainty::Certain {
                    note.certainty = Certainty::Likely;
                }
            }
            found.push(stamp(rule, note, decides));
        }
        // A table that may have been made may as well be an old one.
        if step.certainty != Certainty::Unverified {
            fresh.note(&step.op);
        }
    }
}

fn stamp(rule: &Rule, note: Note, pending: bool) -> Finding {
    Finding {
        rule: RuleName(rule.name.0),
        cause: note.cause,
        severity: note.severity.unwrap_or(rule.severity),
        certainty: note.certainty,
        pending: note.pending.unwrap_or(pending),
        span: note.span,
        revision: note.revision,
        title: note.title,
        objects: note.objects,
        evidence: note.evidence,
        remedy: Remedy { summary: rule.instead.to_owned(), steps: note.steps, patches: Vec::new() },
    }
}
