use super::*;
use crate::web::estate::estate;
use crate::web::fixture::{report, reviewed};
use crate::web::model::Reason;
use crate::web::rows::{FindingLine, finding_lines, group_of};
use crate::wire::{ComparisonView, Suppressed};

#[test]
fn the_title_says_verdict_and_counts() {
    let title = title(&reviewed());
    assert_eq!(title, "Don’t approve this plan: 2 blockers, 1 danger — Retort");
}

#[test]
fn the_summary_names_what_was_handed_over() {
    assert_eq!(input_summary(&report()), "2 audits · 1 publish plan · 8 revisions");
}

#[test]
fn the_estate_shows_each_side_against_head() {
    let drawn: Vec<String> = estate(&report())
        .iter()
        .map(|c| [c.title, &c.revision.text, &c.tables.text, &c.from_head.text].join(" | "))
        .collect();
    let expected = [
        "dev | c41e9a7b | 8 | same tables",
        "prod | never stamped | 8 | same tables",
        "after the plan | — | 6 or more | 2 missing",
        "head | c41e9a7b | 8 | —",
    ];
    assert_eq!(drawn, expected);
}

#[test]
fn a_side_nobody_gave_is_not_there_and_an_unknown_one_says_so() {
    let mut report = report();
    report.schemas.dev = None;
    report.audits.dev = None;
    report.schemas.head = None;
    let columns = estate(&report);
    assert_eq!(columns.first().map(|column| column.title), Some("prod"));
    assert_eq!(columns.first().map(|column| column.from_head.text.as_str()), Some("not known"));
}

#[test]
fn findings_are_grouped_and_groups_close() {
    let report = report();
    let named = |filter: &str, closed: &str| {
        let filter = Filter::read(filter);
        let lines = finding_lines(&report, &filter, &[closed.to_owned()]);
        let line = |line: &FindingLine| match line {
            FindingLine::Row(row) => row.to_string(),
            FindingLine::Group { first, count } => {
                let name = group_of(&report.findings[*first], &filter.group);
                words::join(&[&name, " ", &count.to_string()])
            }
        };
        lines.iter().map(line).collect::<Vec<_>>()
    };
    let lines = named("", "blocker");
    let expected = ["blocker 2", "danger 1", "2", "warning 1", "3", "history 1", "4"];
    assert_eq!(lines, expected);
    let lines = named("group:rule sev:blocker", "");
    assert_eq!(lines, ["drop-table 2", "0", "1"]);
    assert_eq!(named("group:table sev:blocker", "bookings"), ["bookings 1", "accounts 1", "1"]);
}

#[test]
fn what_is_suppressed_stands_apart_and_last() {
    let mut report = report();
    let reason = "empty since March".to_owned();
    report.findings[0].suppressed = Some(Suppressed { reason, until: None, file: None, line: 0 });
    let lines = finding_lines(&report, &Filter::read("group:rule"), &["suppressed".to_owned()]);
    assert_eq!(lines.last(), Some(&FindingLine::Group { first: 0, count: 1 }));
    let is_there = |line: &FindingLine| *line == FindingLine::Row(0);
    assert!(!lines.iter().any(is_there));
}

#[test]
fn rows_say_where_and_how_known() {
    let report = report();
    let first = &report.findings[0];
    assert_eq!(finding_place(first), "plan.txt:9");
    let hint = "Made by c41e9a7b20dd “Bookings” and never dropped since · The plan’s own notice says 1,812 items";
    assert_eq!(finding_hint(first), hint);
}

#[test]
fn tabs_are_shown_when_they_hold_something() {
    let mut report = report();
    assert_eq!(tabs(&report).len(), 6);
    assert_eq!(tab_count(&report, PanelId::Schema), "", "nobody compared");
    let told = ComparisonView {
        id: "prod-head".to_owned(),
        title: String::new(),
        answer: String::new(),
        same: false,
        differences: 0,
        parts: Vec::new(),
        undecided: Vec::new(),
    };
    report.comparisons = vec![told.clone()];
    assert_eq!(tab_count(&report, PanelId::Schema), "", "not everything is known: no nought");
    report.comparisons = vec![ComparisonView { same: true, ..told }];
    assert_eq!(tab_count(&report, PanelId::Schema), "0");
    report.comparisons.clear();
    assert_eq!(tab_count(&report, PanelId::Findings), "5");
    report.plans.clear();
    use PanelId::{Chain, Findings, Fixes, Inputs, Schema};
    assert_eq!(tabs(&report), [Findings, Chain, Schema, Fixes, Inputs]);
}

#[test]
fn refusals_are_said_and_machinery_is_not() {
    let left = |path: &str, why| LeftOut { path: path.to_owned(), why };
    assert_eq!(left_out_notice(&[left("a/.git/x", Reason::Machinery)]), None);
    let notice =
        left_out_notice(&[left("dump.sql", Reason::TooLarge), left("e.sql", Reason::TooLarge)]);
    let notice = notice.expect("a notice");
    assert_eq!(notice.title, "Left out 2 files");
    assert_eq!(notice.text, "dump.sql and 1 other: over 64 MB. The rest was reviewed.");
}
