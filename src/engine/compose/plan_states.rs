//! A plan → what each of its statements leaves, locks and lacks, run in its own order on what prod is.

use crate::engine::case::{self, Case};
use crate::engine::dialects::Dialect;
use crate::engine::facts::Plan;
use crate::engine::op::{self, Op, Replayed};
use crate::engine::rules::locks;
use crate::wire::{Certainty, PlanState, PlanStates};

/// Runs the plans up to this one and tells of its statements. `None` when there is no such plan.
pub fn plan_states(case: &Case, number: usize) -> Option<PlanStates> {
    let plan = case.facts.plans.get(number)?;
    let mut state = case.before_plan();
    let earlier = case.facts.plans.iter().take(number).flat_map(Plan::statements);
    for step in earlier.flat_map(|one| &one.steps) {
        let _clash = state.step(&step.op);
    }
    // The table of locks is PostgreSQL's.
    let has_locks = case.facts.dialect.dialect == Dialect::PostgreSql;
    let mut states =
        PlanStates { tables: tables(&state), known: !state.more_tables, steps: Vec::new() };
    for statement in plan.statements() {
        let mut seen = PlanState::default();
        for step in &statement.steps {
            let before = state.schema();
            let held = if has_locks { locks::of(&step.op, before) } else { Vec::new() };
            for (table, mode, cost) in held {
                let until = locks::until(cost);
                let lock = [mode.word(), " on `", &table.to_string(), "`, ", until].concat();
                if !seen.locks.contains(&lock) {
                    seen.locks.push(lock);
                }
            }
            match &step.op {
                Op::Unknown { .. } | Op::UnknownWithin { .. } => {
                    seen.open.push(op::describe(&step.op));
                }
                _ if step.certainty == Certainty::Unverified => {
                    seen.open.push([&op::describe(&step.op), ", which may not happen"].concat());
                }
                _ => {}
            }
            if let Err(clash) = state.step(&step.op) {
                seen.needs.push(clash.text());
            }
        }
        seen.tables = tables(&state);
        states.steps.push(seen);
    }
    Some(states)
}

fn tables(state: &Replayed) -> usize {
    state.schema().tables.keys().filter(|table| !case::is_version_table(table)).count()
}
