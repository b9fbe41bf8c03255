//! Links of reports that the engine made: how long they are, and that each gives back its report.

use ::retort::wire::share::{Choice, Location, contents, decode, encode};

use crate::inputs::report;
use crate::projects_made::project;

/// Reports of this size fit where people paste them (`./scripts/prove links` prints both).
#[test]
fn links_of_a_project_fit_where_people_paste_them() {
    println!("made: {}", fits(50, 12, 30, 2_500));
}

/// As long as all other tests together without optimisation, so `./scripts/prove links` runs it.
#[test]
#[ignore = "slow"]
fn links_of_a_long_project_fit() {
    println!("made: {}", fits(1_000, 142, 300, 30_000));
}

#[track_caller]
fn fits(revisions: usize, risky: usize, findings: usize, budget: usize) -> String {
    let report = report(project(revisions, risky));
    assert!(report.findings.len() >= findings, "{}", report.findings.len());
    let choice = Choice::default();
    let fragment = encode(&report, &choice, &Location::Verdict).unwrap();
    let said = format!("{revisions} revisions and {} findings", report.findings.len());
    assert!(fragment.len() < budget, "{said}: {} characters", fragment.len());
    let received = decode(&fragment).unwrap().report;
    let held = contents(&report, &choice);
    assert_eq!(contents(&received, &choice), held);
    format!("{said}: {} characters", fragment.len())
}
