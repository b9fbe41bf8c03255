//! Runs every rule over a case and stamps its name on what it says.

use crate::engine::case::Case;
use crate::engine::chain::{Chain, Revision};
use crate::engine::dialects::Dialect;
use crate::engine::facts::{Plan, Stated};
use crate::engine::ledger::{Affects, Evidence, Finding, Ledger, RuleName};
use crate::engine::op::{LockMode, Op, Replayed, Step, Transact};
use crate::engine::schema::{Schema, TableName};
use crate::engine::span::Span;
use crate::wire::{Certainty, Kind, Remedy, Role};

use super::view::{Fresh, Pending, Setting, StepView, Within};
use super::{Check, Note, RULES, Rule, locks, suppress};

/// Runs every rule.
pub fn run(case: &Case, ledger: &mut Ledger) {
    let mut found = Vec::new();
    // What Alembic said of a chain whose files are not here.
    let (said, elsewhere) = (case.said_problems(), Chain::default());
    for rule in RULES {
        match rule.check {
            Check::Step(_) | Check::Advice(_) | Check::Meets { .. } | Check::Suppression(_) => {}
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
    ledger.each_finding(|finding| suppress::weigh(case, finding));
    let lapses = suppress::apply(case, ledger);
    for rule in RULES {
        let Check::Suppression(check) = rule.check else { continue };
        for lapse in &lapses {
            let mut finding = stamp(rule, check(lapse), true);
            if suppress::weigh(case, &mut finding) {
                ledger.find(finding);
            }
        }
    }
}

fn run_steps(case: &Case, found: &mut Vec<Finding>) {
    if !case.facts.plans.is_empty() {
        walk_plans(case, found);
    }
    for number in 0..case.chains.len() {
        walk_chain(case, number, found);
    }
}

/// Every plan, one after the other, on what prod is.
fn walk_plans(case: &Case, found: &mut Vec<Finding>) {
    let mut state = case.before_plan();
    let mut after = state.clone();
    for step in case.facts.plans.iter().flat_map(Plan::statements).flat_map(|one| &one.steps) {
        let _clash = after.step(&step.op);
    }
    let mut walk = Walk { case, after: after.schema(), fresh: Fresh::default(), found };
    for plan in &case.facts.plans {
        let steps: Vec<Step> =
            plan.statements().flat_map(|statement| statement.steps.iter().cloned()).collect();
        // psql runs a script statement by statement; what a host does with a list is not known.
        let outside = match case.kinds().get(&plan.document).map(|known| known.kind) {
            Some(Kind::Sql | Kind::AlembicOfflineSql) => Within::Nothing,
            _ => Within::Perhaps,
        };
        walk.fresh = Fresh::default();
        walk.steps(&Setting::Plan, outside, (&steps, &[]), &mut state);
    }
}

/// A chain's revisions in the order in which they run. Those that are about to run are one change: what the
/// first of them makes nobody uses yet when the last one runs.
fn walk_chain(case: &Case, number: usize, found: &mut Vec<Finding>) {
    let Some(chain) = case.chains.get(number) else { return };
    let mut state = chain.replay.before_all();
    let mut walk = Walk { case, after: chain.replay.last(), fresh: Fresh::default(), found };
    // Alembic begins no transaction where the database commits each change of a schema by itself.
    let dialect = chain.dialect();
    let outside = match dialect {
        Dialect::PostgreSql => Within::Wrapped,
        _ => Within::Nothing,
    };
    let runs = case.facts.surroundings.environment_of(&format!("{}/", chain.root));
    let own_transaction = runs.map_or(Some(false), |one| one.per_migration);
    let mut shared: Vec<(&str, &Step)> = Vec::new();
    let (mut is_on_prod, mut before) = (false, None);
    for (ix, revision) in chain.in_order() {
        let pending = match case.pending() {
            None => Pending::NotKnown,
            Some(pending) if pending.contains(&(number, ix)) => Pending::Yes,
            Some(_) => Pending::No,
        };
        // What an applied revision made is in use when the first pending one runs.
        if pending != Pending::Yes || before != Some(Pending::Yes) {
            walk.fresh = Fresh::default();
        }
        before = Some(pending);
        if own_transaction != Some(false) || pending != Pending::Yes || outside != Within::Wrapped {
            shared.clear();
        }
        if own_transaction == Some(true) {
            walk.fresh.commit();
        }
        // From here on it runs on what prod holds, where that is known.
        if pending == Pending::Yes && !is_on_prod {
            is_on_prod = true;
            if case.stated(Role::Prod).is_some_and(Stated::is_complete) {
                state = case.before_plan();
            }
        }
        let setting = Setting::Revision {
            id: revision.id.clone(),
            pending,
            is_newest: chain.graph.heads.contains(&ix),
            dialect,
        };
        walk.steps(&setting, outside, (&revision.upgrade, &shared), &mut state);
        walk.share(revision, &mut shared);
        // What it made carries names that the convention of the project may have made other.
        state.assume_names(&revision.assumed_names);
    }
}

struct Walk<'a> {
    case: &'a Case,
    after: &'a Schema,
    fresh: Fresh,
    found: &'a mut Vec<Finding>,
}

impl Walk<'_> {
    /// Keeps what a revision leaves to those that run after it in the same transaction.
    fn share<'a>(&self, revision: &'a Revision, shared: &mut Vec<(&'a str, &'a Step)>) {
        let locks = |op: &Op| {
            locks::of(op, self.after).iter().any(|(table, mode, _)| {
                *mode == LockMode::AccessExclusive && !self.fresh.has_table(table)
            })
        };
        for step in &revision.upgrade {
            match &step.op {
                Op::Transaction(Transact::Savepoint | Transact::Release | Transact::RollbackTo) => {
                }
                Op::Transaction(_) => shared.clear(),
                Op::AddConstraint { validated: false, .. } => shared.push((&revision.id, step)),
                op if shared.is_empty() && locks(op) => shared.push((&revision.id, step)),
                _ => {}
            }
        }
    }

    fn steps(
        &mut self,
        setting: &Setting,
        outside: Within,
        (steps, shared): (&[Step], &[(&str, &Step)]),
        state: &mut Replayed,
    ) {
        let first = self.found.len();
        let mut within = outside;
        let mut perhaps = self.fresh.clone();
        let mut held: Vec<(TableName, Span)> = Vec::new();
        let mut moved = false;
        for (ix, step) in steps.iter().enumerate() {
            let around = Around {
                setting,
                step,
                earlier: &steps[..ix],
                later: &steps[ix + 1..],
                shared,
                held: &held,
                moved,
                within,
            };
            let fresh = match step.certainty {
                Certainty::Unverified => &perhaps,
                _ => &self.fresh,
            };
            let seen = around.view((self.case, self.after), fresh, state);
            for rule in RULES {
                match rule.check {
                    Check::Step(check) | Check::Meets { step: check, .. } => {
                        if let Some(note) = check(&seen) {
                            enter(&seen, (rule, note), self.found, None);
                        }
                    }
                    Check::Advice(check) if setting.is_new() => {
                        for note in check(&seen) {
                            enter(&seen, (rule, note), self.found, Some(first));
                        }
                    }
                    _ => {}
                }
            }
            let is_sure = step.certainty != Certainty::Unverified && state.is_sure_of(&step.op);
            let locked = locked(step, (&self.fresh, state.schema()));
            self.fresh.leave(&step.op, state.schema());
            perhaps.leave(&step.op, state.schema());
            state.assume(&step.op);
            // What clashes leaves the schema as it was.
            if let Err(clash) = state.step(&step.op)
                && is_sure
            {
                let seen = around.view((self.case, self.after), &self.fresh, state);
                for rule in RULES {
                    let Check::Meets { clash: check, .. } = rule.check else { continue };
                    if let Some(note) = check(&seen, &clash) {
                        enter(&seen, (rule, note), self.found, None);
                    }
                }
            }
            // A table that may have been made may as well be an old one, but not to what runs under the same doubt.
            if step.certainty != Certainty::Unverified {
                self.fresh.note(&step.op, within);
            }
            perhaps.note(&step.op, within);
            hold(step, locked, &mut held);
            moved |= matches!(&step.op, Op::Setting { name, value: Some(_), .. } if name == "search_path");
            within = within.after(&step.op, outside);
        }
    }
}

/// The old tables that a step locks against everything, told before it has run.
fn locked(step: &Step, (fresh, before): (&Fresh, &Schema)) -> Vec<TableName> {
    let taken = locks::of(&step.op, before).into_iter();
    let strong = taken
        .filter(|(table, mode, _)| *mode == LockMode::AccessExclusive && !fresh.has_table(table));
    strong.map(|(table, ..)| table.clone()).collect()
}

/// Takes in what a step has locked, or let go by ending its transaction.
fn hold(step: &Step, locked: Vec<TableName>, held: &mut Vec<(TableName, Span)>) {
    if let Op::Transaction(what) = &step.op
        && !matches!(what, Transact::Begin | Transact::Savepoint | Transact::Release)
    {
        held.clear();
    }
    for table in locked {
        if !held.iter().any(|(known, _)| *known == table) {
            held.push((table, step.span));
        }
    }
}

/// A step between its neighbours.
struct Around<'a> {
    setting: &'a Setting,
    step: &'a Step,
    earlier: &'a [Step],
    later: &'a [Step],
    shared: &'a [(&'a str, &'a Step)],
    held: &'a [(TableName, Span)],
    moved: bool,
    within: Within,
}

impl<'a> Around<'a> {
    fn view(
        &self,
        (case, after): (&'a Case, &'a Schema),
        fresh: &'a Fresh,
        before: &'a Replayed,
    ) -> StepView<'a> {
        let Self { setting, step, earlier, later, shared, held, moved, within } = *self;
        StepView {
            step,
            setting,
            fresh,
            later,
            earlier,
            shared,
            moved,
            held,
            case,
            before,
            after,
            within,
        }
    }
}

/// Enters a note about a step. Advice of one kind about one plan or revision is one finding: `first` is where
/// the findings about it begin.
fn enter(
    view: &StepView<'_>,
    (rule, mut note): (&Rule, Note),
    found: &mut Vec<Finding>,
    first: Option<usize>,
) {
    note.span = note.span.or(Some(view.step.span));
    if view.step.certainty == Certainty::Unverified {
        note.certainty = Certainty::Unverified;
    }
    // What the statement does beside would be lost with it.
    if view.step.certainty != Certainty::Certain || !view.is_whole_statement() {
        note.stages.clear();
    }
    let mut decides = true;
    if let Setting::Revision { id, pending, .. } = &view.setting {
        note.revision = note.revision.or_else(|| Some(id.clone()));
        decides = *pending == Pending::Yes;
        if *pending == Pending::NotKnown && note.certainty == Certainty::Certain {
            note.certainty = Certainty::Likely;
        }
    }
    let new = stamp(rule, note, decides);
    let known = first.and_then(|first| found.get_mut(first..)).and_then(|own| {
        own.iter_mut().find(|known| {
            known.rule == new.rule && known.cause == new.cause && known.severity == new.severity
        })
    });
    match known {
        None => found.push(new),
        Some(known) => {
            known.evidence.push(Evidence {
                span: new.span,
                ..Evidence::text(format!("Also: {}", new.title))
            });
            known.objects.extend(new.objects);
            known.certainty = known.certainty.max(new.certainty);
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
        remedy: Remedy {
            summary: rule.instead.to_owned(),
            steps: note.steps,
            patches: note.patches,
        },
        stages: note.stages,
        suppressed: None,
    }
}
