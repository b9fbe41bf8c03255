//! What is known to be missing is said: an input less never makes a rule silent without a word.

use crate::engine::fixture;
use crate::ordered::Set;
use crate::wire::{Input, Role};

use super::super::RULES;

/// Files that say how to read the others, or what a person wants, and plans: without them the question is
/// another one.
fn is_of_project(input: &Input) -> bool {
    input.role == Some(Role::Plan)
        || ["retort.toml", "alembic.ini", "env.py", "pyproject.toml"]
            .iter()
            .any(|name| input.name.ends_with(name))
}

#[test]
fn a_rule_that_lost_what_it_compares_with_is_listed() {
    let mut silent = Vec::new();
    for rule in RULES {
        let (inputs, _) = fixture::parse(rule.fires);
        let whole = fixture::report(inputs.clone());
        let found = |report: &crate::wire::Report| {
            report.findings.iter().filter(|one| one.rule == rule.name.0).count()
        };
        let stands_in: Set<&str> = whole
            .findings
            .iter()
            .filter(|one| one.rule == rule.name.0)
            .map(|one| one.file.as_str())
            .collect();
        // A chain without one of its revisions is another chain: they go together.
        let part = |input: &Input| match input.name.contains("versions/") {
            true => "versions/".to_owned(),
            false => input.name.clone(),
        };
        let parts: Set<String> = inputs.iter().map(part).collect();
        for gone in &parts {
            let (less, rest): (Vec<Input>, Vec<Input>) =
                inputs.iter().cloned().partition(|one| part(one) == *gone);
            let is_subject =
                |one: &Input| is_of_project(one) || stands_in.contains(one.name.as_str());
            if rest.is_empty() || less.iter().any(is_subject) {
                continue;
            }
            let less = fixture::report(rest);
            let is_listed = less.not_evaluated.iter().any(|row| row.rule == rule.name.0);
            // A gap in a chain is a finding of its own, and a doubt leaves nothing green.
            let is_told = !less.doubts.is_empty()
                || less.findings.iter().any(|one| one.rule == "alembic-missing-parent");
            if found(&less) == 0 && !is_listed && !is_told {
                silent.push(format!("{} without `{gone}`", rule.name.0));
            }
        }
    }
    assert!(silent.is_empty(), "these say nothing and are not listed: {silent:#?}");
}

#[test]
fn only_rules_that_exist_are_listed_each_once_and_only_while_something_is_missing() {
    let alone = fixture::review("=== plan.sql role:plan\nALTER TABLE t ADD COLUMN x int;\n").0;
    let names: Vec<&str> = alone.not_evaluated.iter().map(|row| row.rule.as_str()).collect();
    let once: Set<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), once.len(), "{names:?}");
    assert!(names.iter().all(|name| RULES.iter().any(|rule| rule.name.0 == *name)), "{names:?}");
    assert!(names.contains(&"object-state-mismatch") && names.contains(&"hot-or-large-table"));
    assert!(!names.iter().any(|name| name.starts_with("my-") || name.starts_with("lite-")));
    let known = fixture::review(
        "=== retort.toml\n[tables]\nt = 10\n=== prod.sql role:prod\nCREATE TABLE t (id bigint PRIMARY KEY);\n=== plan.sql role:plan\nALTER TABLE t ADD COLUMN x int;\n",
    )
    .0;
    let names: Vec<&str> = known.not_evaluated.iter().map(|row| row.rule.as_str()).collect();
    assert!(!names.contains(&"object-state-mismatch") && !names.contains(&"hot-or-large-table"));
}
