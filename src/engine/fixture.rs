//! Tests only: an example of a rule, or inputs as they are, → the report.

use std::ops::ControlFlow;

use crate::wire::{Input, Options, Report};

use super::crew::Alone;
use super::pipeline;
pub use super::rules::example::{Mark, parse};

/// Reviews a fixture.
pub fn review(text: &str) -> (Report, Vec<Mark>) {
    let (inputs, marks) = parse(text);
    (report(inputs), marks)
}

/// Reviews inputs with default options.
pub fn report(inputs: Vec<Input>) -> Report {
    match pipeline::analyze(inputs, &Options::default(), &Alone, &mut |_| ControlFlow::Continue(()))
    {
        ControlFlow::Continue(analysis) => analysis.report(),
        ControlFlow::Break(()) => unreachable!("nothing stops this run"),
    }
}
