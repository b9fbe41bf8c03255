//! `retort.toml` and suppressions, as a person meets them: through the command.

use std::path::Path;

use retort::Report;
use retort::wire::{FindingRow, Severity, Status};

use super::cli::{Ran, folder, put, retort};

/// A chain, an audit that says where prod stands, and a revision that drops a table.
const DROPS: &str = "from alembic import op\nrevision = 'b2'\ndown_revision = 'a1'\n\n\ndef upgrade():\n    op.drop_table('accounts')\n\n\ndef downgrade():\n    pass\n";
const MAKES: &str = "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a1'\ndown_revision = None\n\n\ndef upgrade():\n    op.create_table('accounts', sa.Column('id', sa.Integer(), primary_key=True))\n\n\ndef downgrade():\n    op.drop_table('accounts')\n";

fn check(folder: &Path, args: &[&str]) -> (Ran, Report) {
    let all = [&["check"][..], args, &["--format", "json"]].concat();
    let ran = retort(folder, &all);
    let report = ran.report();
    (ran, report)
}

fn of<'a>(report: &'a Report, rule: &str) -> Vec<&'a FindingRow> {
    report.findings.iter().filter(|row| row.rule == rule).collect()
}

fn causes(report: &Report) -> Vec<&str> {
    of(report, "suppression-hygiene").iter().filter_map(|row| row.cause.as_deref()).collect()
}

/// Checks one plan with a settings file beside it.
fn plan(test: &str, sql: &str, settings: &str) -> (Ran, Report) {
    let folder = folder(test);
    put(&folder, "plan.sql", sql);
    put(&folder, "retort.toml", settings);
    check(&folder, &["--plan", "plan.sql"])
}

#[test]
fn the_nearest_file_upwards_counts_or_the_one_that_is_named() {
    let folder = folder("settings_nearest");
    put(&folder, "app/db/versions/a.py", MAKES);
    put(&folder, "app/retort.toml", "strict = true\n");
    put(&folder, "retort.toml", "fail-on = \"notice\"\n");
    put(&folder, "other.toml", "table-threshold = 9\n");
    let keys = |args: &[&str]| -> Vec<(String, String, Option<String>)> {
        let rows = check(&folder, args).1.settings.into_iter();
        rows.map(|row| (row.key, row.value, row.file)).collect()
    };
    let row = |key: &str, value: &str, file: Option<&str>| {
        vec![(key.to_owned(), value.to_owned(), file.map(str::to_owned))]
    };
    let file = Some("retort.toml");
    assert_eq!(keys(&["app/db/versions"]), row("strict", "true", file));
    assert_eq!(keys(&["app"]), row("strict", "true", Some("app/retort.toml")));
    assert_eq!(keys(&["."]), row("fail-on", "notice", file));
    let named = keys(&["app", "--config", "other.toml"]);
    assert_eq!(named, row("table-threshold", "9", Some("other.toml")));
    // What is typed outweighs the file.
    let typed = keys(&[".", "--fail-on", "blocker"]);
    assert_eq!(typed[0].1, "blocker");
}

#[test]
fn settings_decide_the_exit_code_as_options_do() {
    let sql = "ALTER TABLE accounts ADD COLUMN note text;\n";
    let (ran, report) = plan("settings_plain", sql, "");
    assert_eq!((ran.code, report.verdict.status), (0, Status::Warn));
    assert!(of(&report, "missing-timeouts").len() == 1, "{:?}", report.findings);
    assert_eq!(plan("settings_strict", sql, "strict = true\n").0.code, 1);
    assert_eq!(plan("settings_fail_on", sql, "fail-on = \"warning\"\n").0.code, 1);
}

#[test]
fn severities_hold_for_every_rule_and_say_what_they_replace() {
    let (ran, report) =
        plan("severity_less", "DROP TABLE t;\n", "[severity]\ndrop-table = \"notice\"\n");
    let drop = of(&report, "drop-table")[0];
    assert_eq!(drop.severity, Severity::Notice);
    let said = drop.evidence.iter().find(|one| one.text.contains("by itself it is a blocker"));
    let said = said.expect("what the rule says by itself");
    assert_eq!((said.file.as_deref(), said.line), (Some("retort.toml"), 2));
    assert_eq!(ran.code, 0, "{}", ran.out);
    let sql = "ALTER TABLE accounts ADD COLUMN note text;\n";
    let (ran, report) = plan("severity_more", sql, "[severity]\nmissing-timeouts = \"blocker\"\n");
    assert_eq!((ran.code, report.verdict.status), (1, Status::Fail));
}

#[test]
fn a_rule_that_is_off_is_counted_and_never_silent() {
    let off = "[severity]\ndrop-table = \"off\"\nmissing-timeouts = \"off\"\n";
    let (_, report) = plan("severity_off", "DROP TABLE t;\n", off);
    assert!(of(&report, "drop-table").is_empty());
    assert!(
        report.verdict.reason.ends_with("2 findings are switched off."),
        "{:?}",
        report.verdict
    );
    let row = report.not_evaluated.iter().find(|row| row.rule == "drop-table").unwrap();
    assert!(row.why.contains("it would have 1 finding"), "{}", row.why);
}

#[test]
fn what_was_not_understood_stays_unknown_whatever_is_set() {
    let sql = "ALTER TABLE orders FROBNICATE; -- retort: ignore unparsed-input — looked at it\n";
    let (ran, report) = plan("unknown_stays", sql, "[severity]\nmissing-timeouts = \"off\"\n");
    assert_eq!((ran.code, report.verdict.status), (1, Status::Unknown));
    let off = "[severity]\nunparsed-input = \"off\"\nmissing-timeouts = \"off\"\n";
    let (_, report) = plan("unknown_off", "ALTER TABLE orders FROBNICATE;\n", off);
    assert_eq!(report.verdict.status, Status::Unknown);
}

#[test]
fn a_comment_beside_a_statement_suppresses_it_and_is_counted() {
    for (test, sql) in [
        (
            "beside_same",
            "DROP TABLE t; -- retort: ignore drop-table, missing-timeouts — it is empty\n",
        ),
        (
            "beside_next",
            "-- retort: ignore drop-table, missing-timeouts -- it is empty\n\n-- why\nDROP TABLE t;\n",
        ),
        (
            "beside_end",
            "DROP TABLE\n  t; -- retort: ignore drop-table, missing-timeouts — it is empty until=2026-11-21\n",
        ),
    ] {
        let (ran, report) = plan(test, sql, "");
        let drop = of(&report, "drop-table")[0];
        let suppressed = drop.suppressed.as_ref().unwrap_or_else(|| panic!("{test}: {report:?}"));
        assert_eq!(suppressed.reason, "it is empty");
        assert_eq!(suppressed.file.as_deref(), Some("plan.sql"));
        assert_eq!(drop.severity, Severity::Blocker);
        assert_eq!((ran.code, report.verdict.status), (0, Status::Pass), "{:?}", report.verdict);
        assert!(
            report.verdict.reason.ends_with("2 findings are suppressed."),
            "{:?}",
            report.verdict
        );
        assert_eq!(causes(&report), [""; 0]);
    }
    // Only what it names, and only there.
    let sql = "DROP TABLE t; -- retort: ignore drop-table — it is empty\nDROP TABLE u;\n";
    let (ran, report) = plan("beside_only", sql, "");
    let open: Vec<usize> = of(&report, "drop-table")
        .iter()
        .filter(|row| row.suppressed.is_none())
        .map(|row| row.line)
        .collect();
    assert_eq!((ran.code, open), (1, vec![2]));
    // Text in a quote is no comment.
    let sql = "DROP TABLE t; SELECT '-- retort: ignore drop-table — x';\n";
    assert_eq!(plan("beside_quoted", sql, "").1.verdict.status, Status::Fail);
}

#[test]
fn what_does_not_count_is_said() {
    for (test, comment, cause) in [
        ("lapse_reason", "drop-table", "no-reason"),
        ("lapse_expired", "drop-table — it is empty until=2026-11-20", "expired"),
        ("lapse_date", "drop-table — it is empty until=soon", "void"),
        ("lapse_rule", "drop-tabel — it is empty", "unknown-rule"),
        ("lapse_unused", "drop-column — it is empty", "unused"),
    ] {
        let (_, report) = plan(test, &format!("DROP TABLE t; -- retort: ignore {comment}\n"), "");
        assert_eq!(causes(&report), [cause], "{comment}");
        assert_eq!(report.verdict.status, Status::Fail, "{comment}");
    }
    let (_, report) = plan(
        "lapse_evidence",
        "DROP TABLE t; -- retort: ignore drop-table — it is empty until=2026-11-20\n",
        "",
    );
    let evidence = &of(&report, "drop-table")[0].evidence;
    assert!(
        evidence.iter().any(|one| one.text.contains("it ended with 2026-11-20")),
        "{evidence:?}"
    );
}

#[test]
fn a_plan_that_a_host_wrote_cannot_wave_itself_through() {
    let folder = folder("suppress_plan");
    let text = "Generated migrations to apply to production database:\n\nDROP TABLE t; -- retort: ignore drop-table, missing-timeouts — fine\n";
    put(&folder, "plan.txt", text);
    let (ran, report) = check(&folder, &["--plan", "plan.txt"]);
    assert_eq!((ran.code, report.verdict.status), (1, Status::Fail));
    assert_eq!(causes(&report), ["void"]);
    // The project's own settings can.
    let toml =
        "[[suppress]]\nrule = \"drop-table\"\nobject = \"t\"\nreason = \"agreed with the team\"\n";
    put(&folder, "retort.toml", toml);
    let (_, report) = check(&folder, &["--plan", "plan.txt"]);
    assert!(of(&report, "drop-table")[0].suppressed.is_some());
}

#[test]
fn revisions_are_suppressed_by_comments_of_python_and_by_the_file() {
    let folder = folder("suppress_revision");
    let audit = "DATABASE INFO\nappdb_prod | postgres\n\nTABLES IN public SCHEMA\n accounts\n alembic_version\n\nALEMBIC VERSION\n a1\n";
    put(&folder, "db/versions/a.py", MAKES);
    put(&folder, "db/versions/b.py", DROPS);
    put(&folder, "prod.txt", audit);
    let find = |report: &Report| {
        let rows: Vec<FindingRow> = of(report, "drop-table").into_iter().cloned().collect();
        rows.into_iter().find(|row| row.revision.as_deref() == Some("b2")).expect("b2 drops")
    };
    let args = ["db", "--prod", "prod.txt"];
    assert!(find(&check(&folder, &args).1).suppressed.is_none());
    let noted = DROPS.replace(
        "    op.drop_table",
        "    # retort: ignore drop-table — replaced by users\n    op.drop_table",
    );
    put(&folder, "db/versions/b.py", &noted);
    let (_, report) = check(&folder, &args);
    assert_eq!(find(&report).suppressed.map(|it| it.reason), Some("replaced by users".to_owned()));
    // In a string it is no comment.
    let quoted = DROPS.replace(
        "    op.drop_table",
        "    x = '# retort: ignore drop-table — x'\n    op.drop_table",
    );
    put(&folder, "db/versions/b.py", &quoted);
    assert!(find(&check(&folder, &args).1).suppressed.is_none());
    put(&folder, "db/versions/b.py", DROPS);
    for (by, fits) in [
        ("revision = \"b2\"", true),
        ("revision = \"a1\"", false),
        ("object = \"accounts\"", true),
        ("object = \"public.accounts\"", true),
        ("object = \"account\"", false),
        ("file = \"versions/b.py\"", true),
        ("file = \"b\"", false),
        ("file = \"b.py\"\nobject = \"users\"", false),
    ] {
        let toml = format!("[[suppress]]\nrule = \"drop-table\"\nreason = \"known\"\n{by}\n");
        put(&folder, "retort.toml", &toml);
        let (_, report) = check(&folder, &args);
        assert_eq!(find(&report).suppressed.is_some(), fits, "{by}");
    }
}

#[test]
fn a_released_revision_tells_history_from_what_is_about_to_run() {
    let folder = folder("settings_released");
    put(&folder, "db/versions/a.py", MAKES);
    put(&folder, "db/versions/b.py", DROPS);
    let check_with = |released: &str| {
        put(&folder, "retort.toml", format!("released = \"{released}\"\n"));
        check(&folder, &["db"]).1
    };
    let report = check_with("a1");
    assert!(of(&report, "drop-table")[0].pending, "{report:?}");
    assert_eq!(report.verdict.status, Status::Fail);
    let report = check_with("b2");
    assert!(report.findings.iter().all(|row| !row.pending || row.revision.is_none()), "{report:?}");
    assert_eq!(report.verdict.status, Status::Pass);
    assert_eq!(causes(&check_with("zz")), ["unknown-revision"]);
}

#[test]
fn the_baseline_of_the_settings_is_read_and_not_from_elsewhere() {
    let folder = folder("settings_baseline");
    put(&folder, "secret.sql", "CREATE TABLE hidden (id integer);\n");
    put(&folder, "app/db/base.sql", "CREATE TABLE old (id integer);\n");
    put(&folder, "app/versions/a.py", MAKES);
    put(&folder, "app/retort.toml", "baseline = \"db/base.sql\"\n");
    let ran = retort(&folder, &["schema", "app/versions"]);
    assert!(ran.out.contains("old") && ran.code == 0, "{}{}", ran.out, ran.err);
    put(&folder, "app/retort.toml", "baseline = \"../secret.sql\"\n");
    let ran = retort(&folder, &["schema", "app/versions"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("retort.toml:1: the baseline"), "{}", ran.err);
}

#[test]
fn the_human_report_names_settings_and_suppressions() {
    let folder = folder("settings_human");
    put(&folder, "plan.sql", "DROP TABLE t;\n");
    let toml = "strict = true\n[[suppress]]\nrule = \"drop-table\"\nreason = \"it is empty\"\nuntil = 2026-12-31\n";
    put(&folder, "retort.toml", toml);
    let ran = retort(&folder, &["check", "--plan", "plan.sql"]);
    for says in [
        "1 finding is suppressed.",
        "Reason: it is empty, until 2026-12-31",
        "retort.toml:3",
        "strict = true",
    ] {
        assert!(ran.out.contains(says), "{says}\n{}", ran.out);
    }
}
