//! What reading a script takes, and what all rules and the verdict take, in one process:
//!
//!     cargo bench --profile cli --bench stages -- FILE...
//!
//! Files are read as plans. Prints medians.
#![allow(clippy::print_stdout)]

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use retort::engine::crew::Alone;
use retort::engine::pipeline;
use retort::wire::{Input, Options, Role};

const RUNS: usize = 31;

fn main() {
    for path in std::env::args().skip(1).filter(|given| !given.starts_with("--")) {
        let Ok(bytes) = std::fs::read(&path) else {
            println!("{path} cannot be read");
            continue;
        };
        let (mut reads, mut judges) = (Vec::new(), Vec::new());
        let mut rest = (0, 0);
        for _ in 0..RUNS {
            let inputs = vec![Input::new(path.as_str(), bytes.clone()).with_role(Role::Plan)];
            let watch = &mut |_| ControlFlow::Continue(());
            let began = Instant::now();
            let read = pipeline::read(inputs, &Options::default(), &Alone, watch);
            let ControlFlow::Continue(reading) = read else { continue };
            reads.push(began.elapsed());
            let began = Instant::now();
            let analysis = reading.judge();
            judges.push(began.elapsed());
            let report = analysis.report();
            rest = (report.stats.statements, report.findings.len());
        }
        println!(
            "{} kB, {} statements, {} findings: reading {:.1} ms, all rules and the verdict {:.1} ms",
            bytes.len() / 1000,
            rest.0,
            rest.1,
            median(&mut reads),
            median(&mut judges)
        );
    }
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
