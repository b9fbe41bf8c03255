//! What laying out a chain takes (ux.md CH-04: 20 ms for 5,000 revisions, 60 ms for 20,000):
//!
//!     cargo bench --profile cli --bench lanes
//!
//! Prints medians of chains in four branches that meet and part.
#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use retort::renderers::lanes;
use retort::wire::ChainView;
use serde_json::json;

const RUNS: usize = 31;
const BRANCHES: usize = 4;

fn main() {
    for (count, budget) in [(5_000, 20.0), (20_000, 60.0)] {
        let chain = chain(count);
        let mut times = Vec::new();
        let mut lanes = 0;
        for _ in 0..RUNS {
            let began = Instant::now();
            lanes = lanes::layout(&chain).lanes;
            times.push(began.elapsed());
        }
        let is = median(&mut times);
        println!("layout of {count} revisions, {lanes} lanes: {is:.1} ms, budget {budget} ms");
    }
}

/// Revisions of which every sixteenth merges all branches, and the next ones part again.
fn chain(count: usize) -> ChainView {
    let id = |at: usize| format!("{:012x}", at * 7919);
    let mut tips: Vec<String> = Vec::new();
    let mut revisions = Vec::new();
    for at in 0..count {
        let down = match (at % (4 * BRANCHES) == 0, tips.len() < BRANCHES) {
            (true, _) => std::mem::take(&mut tips),
            (false, true) => tips.first().cloned().into_iter().collect(),
            (false, false) => vec![tips.remove(0)],
        };
        tips.push(id(at));
        revisions.push(json!({ "id": id(at), "file": "", "down": down }));
    }
    serde_json::from_value(json!({ "revisions": revisions }))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
