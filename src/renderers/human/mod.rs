//! A report for the terminal.
//!
//! In: a report and a look.
//! Out: the verdict first, then what to do, then the findings, then how Retort knows.
//! Never: a decision; what is said here was decided before.

mod verdict;
pub(super) mod comparisons;
mod findings;
mod inputs;

pub(super) use findings::place;
pub(super) use verdict::one_cause;

use super::terminal::Page;
use super::{Look, Render, Renderer};
use crate::wire::{Report, RuleCard};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "human", title: "report for the terminal", render: Render::Report(render) };

/// Returns the report as a person reads it, top to bottom.
pub fn render(report: &Report, _rules: &[RuleCard], look: &Look) -> String {
    let mut page = Page::new(look);
    verdict::answer(report, &mut page);
    verdict::next_steps(&report.verdict, &mut page);
    inputs::states(report, &mut page);
    comparisons::all(report, &mut page);
    findings::deciding(report, &mut page);
    findings::history(report, &mut page);
    findings::suppressed(report, &mut page);
    verdict::why(report, &mut page);
    inputs::list(report, &mut page);
    inputs::settings(report, &mut page);
    inputs::not_understood(report, &mut page);
    page.finish()
}

#[cfg(test)]
mod tests;
