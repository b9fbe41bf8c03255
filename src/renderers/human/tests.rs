use expect_test::expect_file;

use super::*;
use crate::wire::fixture;
use crate::wire::{Excerpt, Suppressed};

/// Every section once: deciding, history, suppressed, an excerpt without context, a line too long.
fn full() -> Report {
    let mut report = fixture::report(12, 6);
    report.findings[1].context = None;
    report.findings[1].excerpt = Some("DROP TABLE\n\taccounts\u{202e};".to_owned());
    report.findings[2].pending = false;
    report.findings[3].suppressed = Some(Suppressed {
        file: Some("retort.toml".to_owned()),
        line: 7,
        reason: "the table is empty".to_owned(),
        until: Some("2027-01-31".to_owned()),
    });
    let long = format!("{}DROP TABLE accounts; {}", "SELECT 1; ".repeat(20), "-- x".repeat(60));
    report.findings[4].column = 201;
    report.findings[4].excerpt = Some("DROP TABLE accounts;".to_owned());
    report.findings[4].context =
        Some(Excerpt { first_line: report.findings[4].line, lines: vec![long], of_lines: 1 });
    report.findings.sort_by_key(|row| std::cmp::Reverse(row.severity));
    report
}

#[test]
fn a_report_reads_top_to_bottom() {
    expect_file!["../../../tests/golden/report.txt"].assert_eq(&render(
        &full(),
        &[],
        &Look { colour: false, columns: 90 },
    ));
}

#[test]
fn lines_of_prose_keep_to_the_width() {
    let text = render(&fixture::report(12, 6), &[], &Look { colour: false, columns: 70 });
    for line in text.lines().filter(|line| !line.contains(".py")) {
        assert!(super::super::visible::columns(line) <= 70, "{line}");
    }
}
