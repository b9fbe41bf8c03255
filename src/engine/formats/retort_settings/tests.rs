use crate::ordered::Set;

use super::*;
use crate::engine::fixture;
use crate::wire::{Report, Severity, Status};

fn read_one(text: &str) -> Configured {
    let mut document = Document::new("retort.toml", text);
    document.kind = Some(Kind::Settings);
    configured(&Documents::new(vec![document]))
}

/// The example of the documentation is whole: every key is in it, and nothing else.
#[test]
fn the_documented_example_is_understood_and_shows_every_key() {
    let page = include_str!("../../../../docs/settings.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let read = read_one(example);
    assert_eq!(read.mistakes, []);
    assert!(!read.suppressions.is_empty());
    let top = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
    let mut shown: Set<String> = read.places.iter().map(|(key, _)| top(key)).collect();
    shown.insert("suppress".to_owned());
    let known: Set<String> = keys::TOP.iter().map(|key| (*key).to_owned()).collect();
    assert_eq!(shown, known);
}

#[test]
fn values_are_taken_over() {
    let read = read_one(
        "dialect = \"mysql\"\nserver-version = 8.0\nstrict = true\nfail-on = \"warning\"\n\
         [severity]\ndrop-table = \"off\"\n[tables]\naccounts = 1_000\n\"app.logs\" = { rows = 7, bytes = 8 }\n",
    );
    assert_eq!(read.mistakes, []);
    let settings = read.settings;
    assert_eq!(settings.dialect.as_deref(), Some("mysql"));
    assert_eq!(settings.server_version.as_deref(), Some("8.0"));
    assert_eq!((settings.strict, settings.fail_on), (Some(true), Some(Severity::Warning)));
    assert_eq!(settings.severity.get("drop-table"), Some(&None));
    assert_eq!(settings.tables["accounts"].rows, Some(1_000));
    assert_eq!(settings.tables["app.logs"].bytes, Some(8));
}

#[test]
fn nothing_that_is_not_understood_is_passed_over() {
    for (text, line, says) in [
        ("dialect = \"oracle\"", 1, "needs one of \"postgresql\""),
        ("\nfail_on = \"danger\"", 2, "write `fail-on`"),
        ("colour = 1", 1, "`colour` is no setting: there are dialect"),
        ("strict = \"yes\"", 1, "needs true or false"),
        ("table-threshold = -1", 1, "not negative"),
        ("severity = \"off\"", 1, "needs a table"),
        ("[severity]\ndrop-table = \"fatal\"", 2, "needs one of"),
        ("[naming]\nxx = \"a\"", 2, "there are ix, uq"),
        ("[tables.a]\nrow = 1", 2, "write `rows`"),
        ("[[suppress]]\nreason = \"x\"", 2, "names no rule"),
        ("[[suppress]]\nrule = \"a\"\nuntil = 2027-02-30", 3, "a date such as"),
        ("[[suppress]]\nrule = \"a\"\nreasons = \"x\"", 3, "there are rule, reason"),
        ("a = b", 1, "no TOML: a value should stand here"),
        ("baseline = \"db/none.sql\"", 1, "not among the inputs"),
    ] {
        let plan = "=== plan.sql role:plan\nALTER TABLE t ADD COLUMN a integer;\n";
        let (report, _) = fixture::review(&format!("{plan}=== retort.toml\n{text}\n"));
        let found = report.findings.iter().find(|row| row.file == "retort.toml");
        let found = found.unwrap_or_else(|| panic!("nothing is said of {text:?}"));
        assert!(found.title.contains(says), "{text:?}: {}", found.title);
        assert_eq!(found.line, line, "{text:?}");
        assert!(report.doubts.iter().any(|doubt| doubt.contains("retort.toml")), "{text:?}");
        assert_eq!(report.verdict.status, Status::Unknown, "{text:?}");
    }
}

#[test]
fn the_file_nearest_to_the_root_counts_and_others_are_said_not_to() {
    let (report, _) = fixture::review(
        "=== plan.sql role:plan\nDROP TABLE t;\n=== a/b/retort.toml\n[severity]\ndrop-table = \"off\"\n\
         === a/retort.toml\nstrict = true\n",
    );
    assert!(report.findings.iter().any(|row| row.rule == "drop-table"));
    let keys: Vec<&str> = report.settings.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["strict"]);
    let other = report.inputs.iter().find(|row| row.name == "a/b/retort.toml").unwrap();
    assert!(other.understood.of > other.understood.statements);
}

#[test]
fn a_baseline_is_found_beside_the_settings() {
    let report: Report = fixture::review(
        "=== app/retort.toml\nbaseline = \"db/base.sql\"\n=== app/db/base.sql\nCREATE TABLE t (id integer);\n",
    )
    .0;
    let base = report.inputs.iter().find(|row| row.name.ends_with("base.sql")).unwrap();
    assert_eq!(base.role, Some(crate::wire::Role::Baseline));
    assert_eq!(report.settings[0].value, "db/base.sql");
    assert_eq!(
        (report.settings[0].file.as_deref(), report.settings[0].line),
        (Some("app/retort.toml"), 1)
    );
}
