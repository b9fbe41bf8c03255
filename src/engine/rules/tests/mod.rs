//! Every row tried on its own examples.
//!
//! In: the table of rules.
//! Out: nothing; each promise of a row is held.
//! Never: an input that is not written here.

mod causes;
mod corners;
mod inputs;
mod patches;

use crate::engine::fixture;
use crate::ordered::Set;
use crate::wire::FindingRow;

use super::{Check, RULES, Rule};

#[test]
fn names_are_unique_and_sorted() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name.0).collect();
    let sorted: Set<&str> = names.iter().copied().collect();
    assert_eq!(names, sorted.into_iter().collect::<Vec<_>>());
}

#[test]
fn every_page_is_written_in_sentences() {
    for rule in RULES {
        for text in [rule.summary, rule.why, rule.instead] {
            assert!(text.ends_with('.') && text.len() > 20, "{}: {text}", rule.name.0);
        }
    }
}

#[test]
fn every_rule_fires_on_its_example() {
    for rule in RULES {
        let (report, marks) = fixture::review(rule.fires);
        let found = of_rule(&report.findings, rule);
        assert!(!found.is_empty(), "{} is silent on its own example:\n{}", rule.name.0, rule.fires);
        let marks: Vec<_> = marks.into_iter().filter(|mark| mark.rule == rule.name.0).collect();
        assert!(
            !matches!(rule.check, Check::Step(_)) || !marks.is_empty(),
            "{}: the example marks nothing",
            rule.name.0
        );
        for mark in &marks {
            let covers = |row: &&FindingRow| {
                row.file == mark.file
                    && row.line <= mark.line
                    && mark.line <= row.end_line
                    && (row.line < mark.line || row.column <= mark.column)
            };
            assert!(
                found.iter().any(covers),
                "{}: nothing covers {mark:?} in {found:#?}",
                rule.name.0
            );
        }
        if !marks.is_empty() {
            assert_eq!(
                found.len(),
                marks.len(),
                "{}: fires where nothing is marked: {found:#?}",
                rule.name.0
            );
        }
    }
}

#[test]
fn every_rule_is_silent_on_its_near_miss() {
    for rule in RULES {
        let (report, _) = fixture::review(rule.silent);
        let found = of_rule(&report.findings, rule);
        assert!(found.is_empty(), "{} fires on its near miss: {found:#?}", rule.name.0);
    }
}

#[test]
fn every_finding_says_what_to_do_and_stands_in_an_input() {
    for rule in RULES {
        let (report, _) = fixture::review(rule.fires);
        for finding in &report.findings {
            assert!(!finding.remedy.summary.is_empty() && !finding.title.is_empty());
            assert!(RULES.iter().any(|known| known.name.0 == finding.rule), "{}", finding.rule);
            assert!(
                finding.file.is_empty()
                    || report.inputs.iter().any(|input| input.name == finding.file)
            );
            assert_eq!(finding.title.matches('`').count() % 2, 0, "{}", finding.title);
        }
    }
}

fn of_rule<'a>(findings: &'a [FindingRow], rule: &Rule) -> Vec<&'a FindingRow> {
    findings.iter().filter(|finding| finding.rule == rule.name.0).collect()
}

/// The catalogue of hazards, by id; `tests/vectors/hazards.txt` is a copy of its list.
const HAZARDS: &str = include_str!("../../../../tests/vectors/hazards.txt");

#[test]
fn every_hazard_of_the_catalogue_has_its_rule() {
    let known: Set<&str> = RULES.iter().map(|rule| rule.name.0).collect();
    let missing: Vec<&str> = HAZARDS.lines().filter(|id| !known.contains(id)).collect();
    assert!(missing.is_empty(), "no rule is called {missing:?}");
    assert!(HAZARDS.lines().count() > 100, "the list is cut short");
}
