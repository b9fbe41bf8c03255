//! Reports as files for other programs: each is what its readers take, and says what the report says.

use std::path::Path;

use ::retort::engine::rules::rule_cards;
use ::retort::renderers::{self, Render};
use ::retort::wire::share::{Choice, Location, decode, encode};
use ::retort::wire::{Block, Input, Is, Options, Request, Response, Role};
use ::retort::{Lent, Report, Session};
use serde_json::Value;
use serde_sarif::sarif::Sarif;

use super::cli::{folder, put, retort};

const PLAN: &str = "DROP TABLE accounts; -- retort: ignore drop-table — it is empty\nALTER TABLE orders DROP COLUMN note;\nFROBNICATE x;\n";

fn project(test: &str) -> std::path::PathBuf {
    let folder = folder(test);
    put(&folder, "plans/a b.sql", PLAN);
    put(
        &folder,
        "db/versions/a1.py",
        "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a1'\ndown_revision = None\n\n\
         def upgrade():\n    op.create_table('accounts', sa.Column('id', sa.Integer(), primary_key=True))\n",
    );
    folder
}

fn check(folder: &Path, format: &str) -> String {
    let ran = retort(folder, &["check", "db", "--plan", "plans/a b.sql", "--format", format]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    ran.out
}

/// The types of the crate are made from the published schema: what they don't know would be lost on the way.
#[test]
fn sarif_is_what_the_schema_says() {
    let text = check(&project("exports_sarif"), "sarif");
    let value: Value = serde_json::from_str(&text).unwrap();
    let read: Sarif = serde_json::from_value(value.clone()).unwrap();
    let back = serde_json::to_value(&read).unwrap();
    assert_eq!(back, value);
}

#[test]
fn sarif_says_what_the_report_says() {
    let folder = project("exports_sarif_says");
    let json: Value = serde_json::from_str(&check(&folder, "json")).unwrap();
    let sarif: Value = serde_json::from_str(&check(&folder, "sarif")).unwrap();
    let run = &sarif["runs"][0];
    let (findings, results) =
        (json["findings"].as_array().unwrap(), run["results"].as_array().unwrap());
    assert_eq!(findings.len(), results.len());
    for (finding, result) in findings.iter().zip(results) {
        assert_eq!(result["ruleId"], finding["rule"]);
        assert_eq!(result["partialFingerprints"]["retort/v1"], finding["id"]);
        assert_eq!(result.get("suppressions").is_some(), !finding["suppressed"].is_null());
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], finding["rule"]);
        assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        if finding["line"] != 0 {
            assert_eq!(place["region"]["startLine"], finding["line"]);
        }
        if finding["file"] == "plans/a b.sql" {
            assert_eq!(place["artifactLocation"]["uri"], "plans/a%20b.sql");
        }
    }
    let suppressed = results.iter().filter(|row| row.get("suppressions").is_some()).count();
    assert_eq!(suppressed, 1);
}

#[test]
fn every_format_tells_the_verdict_and_what_is_suppressed() {
    let folder = project("exports_all");
    for format in ["markdown", "github", "html", "sarif", "human"] {
        let text = check(&folder, format);
        for says in ["Don't approve this plan", "it is empty", "drop-column"] {
            let escaped = says.replace('\'', "&#39;");
            let marked = says.replace('-', "\\-");
            let found = [says, &escaped, &marked].iter().any(|says| text.contains(*says));
            assert!(found, "{format}: {says}\n{text}");
        }
        assert_eq!(text, check(&folder, format), "{format}");
    }
}

#[test]
fn chains_are_drawn_as_a_picture() {
    let folder = project("exports_svg");
    let ran = retort(&folder, &["chain", "db", "--format", "svg"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("<svg xmlns="), "{}", ran.out);
    assert!(ran.out.contains(">a1 (head)</text>"), "{}", ran.out);
}

/// `./scripts/prove quick` holds `docs/rules.md` to it.
#[test]
fn the_page_of_rules_has_every_rule_with_both_examples() {
    let ran = retort(&folder("exports_rules"), &["explain", "--format", "markdown"]);
    let rules = rule_cards();
    assert_eq!(ran.out.matches("\nRaises it:\n").count(), rules.len());
    for rule in rules {
        assert!(ran.out.contains(&format!("](#{})", rule.name)), "{}", rule.name);
    }
}

#[test]
fn a_link_is_what_the_page_makes_of_the_same_report() {
    let folder = project("exports_link");
    let report: Report = serde_json::from_str(&check(&folder, "json")).unwrap();
    let share = |args: &[&str]| {
        let given = ["share", "db", "--plan", "plans/a b.sql"];
        let ran = retort(&folder, &[&given, args].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.err.contains("characters"), "{}", ran.err);
        ran.out.strip_suffix('\n').unwrap().to_owned()
    };
    assert_eq!(
        share(&[]),
        format!("#{}", encode(&report, &Choice::default(), &Location::Verdict).unwrap())
    );
    let based = share(&["--base", "https://retort.example/app/#r1.old"]);
    assert_eq!(based, format!("https://retort.example/app/{}", share(&[])));
    let held = decode(based.split_once('#').unwrap().1).unwrap().report;
    assert_eq!(held.verdict.reason, report.verdict.reason);
    // The beginning of an id is enough.
    for (held, row) in held.findings.iter().zip(&report.findings) {
        assert!(row.id.starts_with(&held.id) && held.id.len() >= 8);
    }
    assert!(held.findings.iter().all(|row| row.excerpt.is_none()));
    let held = decode(&share(&["--include-sources"])).unwrap().report;
    assert_eq!(held.findings[0].excerpt, report.findings[0].excerpt);
    assert!(held.findings[0].excerpt.is_some());
    assert_eq!(retort(&folder, &["share"]).code, 2);
}

fn found(blocks: &[Block], is: Is) -> Option<&Block> {
    blocks.iter().find_map(
        |block| {
            if block.is == is { Some(block) } else { found(&block.kids, is) }
        },
    )
}

/// The page asks the engine for files: they are the command's, byte for byte.
#[test]
fn the_page_saves_what_the_command_writes() {
    let folder = project("exports_page");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let mut plan = Input::new("plans/a b.sql", read("plans/a b.sql"));
    plan.role = Some(Role::Plan);
    let inputs = vec![Input::new("db/versions/a1.py", read("db/versions/a1.py")), plan];
    let mut session =
        Session::lent(Lent { write: renderers::export, draw: renderers::views::view });
    let mut ask =
        |request: Request, inputs: Vec<Input>| session.answer(request, inputs, &mut |_| {});
    let export = |format: &str| Request::Export { format: format.to_owned(), fragment: None };
    assert!(matches!(ask(export("json"), Vec::new()), Response::Refused { .. }));
    let options = Options { today: Some("2024-05-31".to_owned()), ..Options::default() };
    ask(Request::Analyze { inputs: Vec::new(), options: Box::new(options) }, inputs);
    let at = "/share?base=https%3A%2F%2Fretort.example%2Fapp%2F&w=".to_owned();
    let Response::View(blocks) = ask(Request::View { at, fragment: None }, Vec::new()) else {
        panic!("no dialog")
    };
    let link = found(&blocks, Is::CopyFirst).expect("a link").to.clone();
    let given = ["share", "db", "--plan", "plans/a b.sql", "--base", "https://retort.example/app/"];
    assert_eq!(retort(&folder, &given).out.trim_end(), link);
    let markdown = found(&blocks, Is::Copy).expect("a link with the verdict").to.clone();
    let given = [&given[..], &["--format", "markdown"]].concat();
    assert_eq!(retort(&folder, &given).out.trim_end(), markdown);
    let fragment = link.split_once('#').unwrap().1.to_owned();
    for (row, ending) in renderers::EXPORTS {
        let Response::Export { name, text } = ask(export(row.id), Vec::new()) else {
            panic!("{} was not written", row.id);
        };
        assert_eq!(name, format!("retort-fail-a1-2024-05-31.{ending}"));
        let written = match row.render {
            Render::Report(_) => check(&folder, row.id),
            _ => retort(&folder, &["chain", "db", "--format", row.id]).out,
        };
        assert_eq!(text, written, "{}", row.id);
        // A report that came in a link is written without the files.
        let request =
            Request::Export { format: row.id.to_owned(), fragment: Some(fragment.clone()) };
        assert!(matches!(ask(request, Vec::new()), Response::Export { .. }), "{}", row.id);
    }
    assert!(matches!(ask(export("novel"), Vec::new()), Response::Refused { .. }));
}

/// What the page saves as JSON it opens again, with nothing lost, and says that it is no new review.
#[test]
fn a_saved_report_opens_again() {
    let folder = project("exports_saved");
    let json = check(&folder, "json");
    let mut session =
        Session::lent(Lent { write: renderers::export, draw: renderers::views::view });
    let mut ask =
        |request: Request, inputs: Vec<Input>| session.answer(request, inputs, &mut |_| {});
    let opened = |json: &str| vec![Input::new("retort-fail-a1.json", json)];
    let analyze = || Request::Analyze { inputs: Vec::new(), options: Box::default() };
    let Response::Report(report) = ask(analyze(), opened(&json)) else { panic!("not opened") };
    let mut same = report.clone();
    assert!(same.left_out.pop().is_some_and(|line| line.contains("saved report")));
    assert_eq!(*same, serde_json::from_str::<Report>(&json).unwrap());
    let export = Request::Export { format: "json".to_owned(), fragment: None };
    let Response::Export { text, .. } = ask(export, Vec::new()) else { panic!("not written") };
    let Response::Report(again) = ask(analyze(), opened(&text)) else { panic!("not opened") };
    assert_eq!(again, report);
    // Anything else is read as what it is.
    for other in ["{}", "{\"version\":9,\"verdict\":{}}", &json[..json.len() / 2]] {
        let Response::Report(other) = ask(analyze(), opened(other)) else { panic!("no review") };
        assert!(other.left_out.is_empty());
    }
}
