//! What every target does with what it made: a whole review, and the promises that hold for any input.

use std::ops::ControlFlow;

use retort::{Alone, Analysis, Input, Options, analyze};

/// Reviews inputs and holds the report to what is promised of all of them.
pub fn review(inputs: Vec<Input>) -> Analysis {
    let run = analyze(inputs, &Options::default(), &Alone, &mut |_| ControlFlow::Continue(()));
    let ControlFlow::Continue(analysis) = run else { unreachable!("nothing stops this run") };
    let report = analysis.report();
    assert!(report.stats.understood <= report.stats.statements, "more understood than there is");
    for row in &report.findings {
        assert!(row.line <= row.end_line || row.end_line == 0, "a finding ends before it starts");
    }
    for chain in &report.chains {
        let mut ran: Vec<&String> = chain.order.iter().collect();
        ran.sort();
        ran.dedup();
        assert_eq!(ran.len(), chain.order.len(), "a revision runs twice");
    }
    analysis
}

/// A revision file with this body of `upgrade()`.
pub fn revision(id: &str, down: &str, body: &str) -> Input {
    let text = format!(
        "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {id:?}\ndown_revision = {down}\n\n\n\
         def upgrade():\n{body}\n    pass\n"
    );
    Input::new(format!("migrations/versions/{id}.py"), text.into_bytes())
}
