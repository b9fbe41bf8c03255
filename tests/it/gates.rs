//! What stands around a review: audits that are collected, starters, the action, scripts' own conclusions.

use std::path::Path;
use std::process::Command;

use retort::wire::{Input, Report, Severity, Status};

use crate::cli::{folder, put, retort};
use crate::inputs::{report, root, sample};

fn paste(name: &str, text: &str) -> Input {
    Input::new(name, text.as_bytes().to_vec())
}

#[test]
fn a_collected_audit_is_the_schema_of_the_dump() {
    let here = root();
    for (audit, dump) in [
        ("collected/prod-audit.sql", "pg_dump/prod-server15.18-schema.sql"),
        ("collected/depot-audit.sql", "pg_dump/depot-server15.18-schema.sql"),
    ] {
        let (audit, dump) = (format!("tests/samples/{audit}"), format!("tests/samples/{dump}"));
        let ran = retort(&here, &["diff", &audit, &dump]);
        assert!(
            ran.out.starts_with("The schemas are the same."),
            "{audit}:\n{}{}",
            ran.out,
            ran.err
        );
    }
}

/// The finding of a rule, where there is one.
fn finding<'a>(report: &'a Report, rule: &str) -> Option<&'a retort::wire::FindingRow> {
    report.findings.iter().find(|finding| finding.rule == rule)
}

#[test]
fn sizes_of_a_collected_audit_weigh() {
    let text = String::from_utf8(sample("collected/prod-audit.sql").bytes).unwrap();
    let large =
        text.replace("-- size: public.orders rows=25", "-- size: public.orders rows=90000000");
    let judged = |audit: &str| {
        let plan = paste(
            "plan.sql",
            "SET lock_timeout = '5s';\nALTER TABLE orders ALTER COLUMN total_cents TYPE bigint;\nCREATE INDEX idx_x ON orders (placed_at);\n",
        );
        let report =
            report(vec![paste("prod-audit.sql", audit), plan.with_role(retort::wire::Role::Plan)]);
        finding(&report, "index-not-concurrent").unwrap().clone()
    };
    let (small, large) = (judged(&text), judged(&large));
    assert!(small.severity < large.severity, "{:?} {:?}", small.severity, large.severity);
    let says = large
        .evidence
        .iter()
        .any(|one| one.text == "The server estimates that it has 90,000,000 rows");
    assert!(says, "{:?}", large.evidence);
}

#[test]
fn a_cut_audit_is_not_taken_for_a_whole_one() {
    let text = String::from_utf8(sample("collected/prod-audit.sql").bytes).unwrap();
    let cut = &text[..text.len() / 2];
    let dev = text.replace("-- database: shop", "-- database: shop_dev");
    let both = report(vec![paste("prod-audit.sql", &text), paste("dev-audit.sql", &dev)]);
    assert_eq!(both.audits.distance.unwrap().count, 0);
    let report = report(vec![paste("prod-audit.sql", cut), paste("dev-audit.sql", &dev)]);
    assert_ne!(report.verdict.status, Status::Pass);
    assert!(
        report.not_evaluated.iter().any(|row| row.why.contains("cut"))
            || report.verdict.reason.contains("cut")
            || report.findings.iter().any(|one| one.title.contains("cut")),
        "{:?}",
        report.verdict
    );
}

#[test]
fn the_scripts_are_printed_and_only_read() {
    let here = folder("collect");
    for dialect in ["postgresql", "mysql", "sqlite"] {
        let ran = retort(&here, &["collect", "--dialect", dialect]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{dialect}");
        assert!(ran.out.contains("-- Retort audit complete"), "{dialect}");
        for line in ran.out.lines().map(str::trim_start) {
            let verb = line.split_whitespace().next().unwrap_or_default();
            let changes =
                ["INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "TRUNCATE", "GRANT"];
            assert!(!changes.contains(&verb), "{dialect}: {line}");
        }
    }
    assert_eq!(
        retort(&here, &["collect"]).out,
        retort(&here, &["collect", "--dialect", "postgresql"]).out
    );
    assert!(retort(&here, &["collect", "--summary"]).out.contains("dev-summary.txt"));
    let refused = retort(&here, &["collect", "--url", "oracle://me:hunter2@db/x"]);
    assert_eq!((refused.code, refused.err.contains("hunter2")), (2, false), "{}", refused.err);
}

#[test]
fn an_sqlite_file_is_audited_where_its_client_is_there() {
    if Command::new("sqlite3").arg("--version").output().is_err() {
        return; // `prove collect` asks every client.
    }
    let here = folder("collect-sqlite");
    let made = Command::new("sqlite3").current_dir(&here).args(["shop.db", "CREATE TABLE person (id integer primary key, name text); CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('a1');"]).status().unwrap();
    assert!(made.success());
    let before = std::fs::read(here.join("shop.db")).unwrap();
    let url = format!("sqlite:///{}", here.join("shop.db").display());
    let ran = retort(&here, &["collect", "--url", &url]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    put(&here, "prod.sql", &ran.out);
    assert_eq!(std::fs::read(here.join("shop.db")).unwrap(), before);
    let report = retort(&here, &["check", "prod.sql", "--format", "json"]).report();
    let prod = report.audits.prod.unwrap();
    assert_eq!((prod.revisions, prod.tables), (vec!["a1".to_owned()], Some(1)));
}

#[test]
fn starters_are_written_once_and_never_over_what_is_there() {
    let here = folder("init");
    put(&here, "app/migrations/env.py", "from alembic import context\n");
    put(
        &here,
        "app/migrations/versions/a1_start.py",
        "revision = 'a1'\ndown_revision = None\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n",
    );
    put(&here, "DEPLOYMENT_POLICY.md", "ours\n");
    let ran = retort(&here, &["init"]);
    assert_eq!(
        ran.out,
        "wrote  retort.toml\nwrote  .github/workflows/retort.yml\nkept   DEPLOYMENT_POLICY.md\n",
        "{}",
        ran.err
    );
    assert_eq!(std::fs::read_to_string(here.join("DEPLOYMENT_POLICY.md")).unwrap(), "ours\n");
    let again = retort(&here, &["init", "--dir", "."]);
    assert_eq!(again.out.matches("kept").count(), 3);
    // What it writes is settings that are understood.
    let checked = retort(&here, &["check", ".", "--format", "json"]).report();
    assert!(
        checked.not_evaluated.iter().all(|row| !row.why.contains("retort.toml")),
        "{:?}",
        checked.not_evaluated
    );
    assert_eq!(finding(&checked, "unparsed-input"), None);
    // The policy is made from the settings and the folders.
    std::fs::remove_file(here.join("DEPLOYMENT_POLICY.md")).unwrap();
    put(&here, "retort.toml", "strict = true\ntable-threshold = 2\n");
    retort(&here, &["init"]);
    let policy = std::fs::read_to_string(here.join("DEPLOYMENT_POLICY.md")).unwrap();
    for says in ["`app/migrations`", "warnings included", "more than 2 tables"] {
        assert!(policy.contains(says), "{says}:\n{policy}");
    }
    assert!(!policy.contains("{{"), "{policy}");
}

/// Runs the steps of `action.yml` that run something, in their order, as a runner would.
fn action(
    repository: &Path,
    inputs: &[(&str, &str)],
) -> (Vec<(String, Option<i32>)>, String, String) {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let temp = repository.join(".runner");
    std::fs::create_dir_all(&temp).unwrap();
    // A `gh` that writes down what it is asked for.
    put(&temp, "bin/gh", "#!/bin/sh\necho \"$@\" >> \"$RUNNER_TEMP/gh.log\"\n");
    let _ = Command::new("chmod").arg("+x").arg(temp.join("bin/gh")).status();
    let path = format!("{}:{}", temp.join("bin").display(), std::env::var("PATH").unwrap());
    let (output, summary) = (temp.join("output"), temp.join("summary"));
    let mut ran = Vec::new();
    let value = |name: &str| {
        let said = std::fs::read_to_string(&output).unwrap_or_default();
        let found = said
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix(&format!("{name}=")).map(str::to_owned));
        found.unwrap_or_default()
    };
    for step in text.split("\n    - name: ").skip(1) {
        let name = step.lines().next().unwrap().to_owned();
        let Some(run) = step.lines().find_map(|line| line.trim().strip_prefix("run: ")) else {
            continue;
        };
        let mut command = Command::new("bash");
        command.args(["-e", "-c", run]).current_dir(repository).env("GITHUB_ACTION_PATH", root());
        command
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("RUNNER_TEMP", &temp)
            .env("PATH", &path);
        let own = step.split_once("\n      env:\n").map_or("", |(_, env)| env);
        for line in own.lines().take_while(|line| line.starts_with("        ")) {
            let (key, expression) = line.trim().split_once(": ").unwrap();
            let expression = expression.trim_matches(['$', '{', '}', ' ']);
            let given = match expression.rsplit_once('.').unwrap() {
                ("inputs", name) => inputs
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map_or(String::new(), |(_, value)| (*value).to_owned()),
                (from, name) if from.ends_with("outputs") => value(name),
                _ => "7".to_owned(),
            };
            command.env(key, given);
        }
        let done = command.output().unwrap();
        ran.push((name, done.status.code()));
    }
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    (ran, read(&summary), read(&temp.join("gh.log")))
}

#[test]
fn the_action_reviews_a_repository_comments_and_fails_where_it_should() {
    let retort = env!("CARGO_BIN_EXE_retort");
    let here = folder("action");
    let revision = |body: &str| {
        format!(
            "from alembic import op\nimport sqlalchemy as sa\n\nrevision = 'a1'\ndown_revision = None\n\n\ndef upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n"
        )
    };
    put(
        &here,
        "repo/versions/a1.py",
        revision("op.create_table('person', sa.Column('id', sa.Integer(), primary_key=True))"),
    );
    put(&here, "repo/Procfile", "web: gunicorn shop\n");
    let inputs = [("retort", retort), ("path", "versions Procfile")];
    let (ran, summary, comments) = action(&here.join("repo"), &inputs);
    let steps: Vec<&str> = ran.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(steps, ["Build", "Review", "Comment", "Verdict"]);
    assert_eq!(
        ran.iter().map(|(_, code)| *code).collect::<Vec<_>>(),
        [Some(0), Some(0), Some(0), Some(1)]
    );
    assert!(summary.contains("migration-not-run") && summary.contains("mermaid"), "{summary}");
    assert!(comments.contains("pr comment 7 --edit-last --body-file"), "{comments}");
    let sarif = std::fs::read_to_string(here.join("repo/.runner/retort/report.sarif")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&sarif).unwrap()["runs"][0]["results"][0]["ruleId"].is_string());
    // With the step in place nothing fails.
    std::fs::remove_dir_all(here.join("repo/.runner")).unwrap();
    put(&here, "repo/Procfile", "release: alembic upgrade head\nweb: gunicorn shop\n");
    let (ran, _, _) = action(&here.join("repo"), &inputs);
    assert_eq!(ran.last().unwrap().1, Some(0), "{ran:?}");
}

#[test]
fn scripts_are_held_against_what_the_audits_show() {
    let of = |inputs: &[&str]| {
        let report = report(inputs.iter().map(|name| sample(&format!("audit/{name}"))).collect());
        let own = report.findings.iter().filter(|one| one.rule == "script-conclusion");
        let mut own: Vec<_> =
            own.map(|one| (one.cause.clone().unwrap_or_default(), one.severity)).collect();
        own.sort();
        own
    };
    let expect = |inputs: &[&str], expected: &[(&str, Severity)]| {
        let expected: Vec<_> =
            expected.iter().map(|(cause, severity)| ((*cause).to_owned(), *severity)).collect();
        assert_eq!(of(inputs), expected, "{inputs:?}");
    };
    use Severity::{Danger, Warning};
    expect(&["console-same-version.txt"], &[("counts", Warning)]);
    expect(
        &[
            "console-same-version.txt",
            "dev-summary.txt",
            "prod-summary-same-version-but-drifted.txt",
        ],
        &[("counts", Warning)],
    );
    expect(&["console-no-alembic.txt"], &[("no-version", Danger)]);
    expect(&["console-empty-alembic.txt"], &[("no-version", Danger)]);
    expect(
        &["guard-failed-truncated-by-set-e.txt"],
        &[("no-conclusion", Danger), ("no-version", Danger)],
    );
    expect(
        &["console-two-heads.txt", "dev-summary.txt", "prod-summary-two-heads.txt"],
        &[("counts", Warning), ("one-row", Warning)],
    );
    expect(&["console-behind.txt"], &[]);
    expect(&["guard-failed.txt"], &[]);
    // A conclusion makes nothing green.
    let passed = report(vec![sample("audit/guard-passed-but-drifted.txt")]);
    assert_eq!(passed.verdict.status, Status::Unknown);
}
