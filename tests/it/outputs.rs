//! What Alembic printed, from the bytes up: what it changes in a report.

use std::fs;

use retort::Input;
use retort::wire::{Diagnosis, Report, Role, Severity, Status};

use crate::inputs::{report, root};

/// One of the outputs that Alembic printed for the samples.
fn output(file: &str) -> Input {
    let bytes = fs::read(root().join("tests/oracle/outputs").join(file)).unwrap();
    Input::new(file.rsplit('/').next().unwrap(), bytes)
}

/// The sample project with one line of revisions, without those that `leave_out` names.
fn linear(leave_out: &[&str]) -> Vec<Input> {
    let folder = root().join("tests/samples/alembic/linear/versions");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let names = files.iter().map(|path| (path, path.file_name().unwrap().to_str().unwrap()));
    names
        .filter(|(_, name)| !leave_out.iter().any(|part| name.contains(part)))
        .map(|(path, name)| {
            Input::new(format!("migrations/versions/{name}"), fs::read(path).unwrap())
        })
        .collect()
}

#[track_caller]
fn with(mut inputs: Vec<Input>, more: Vec<Input>) -> Report {
    inputs.extend(more);
    report(inputs)
}

fn rules(report: &Report) -> Vec<(&str, Severity)> {
    let pending = report.findings.iter().filter(|finding| finding.pending);
    let mut found: Vec<_> =
        pending.map(|finding| (finding.rule.as_str(), finding.severity)).collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn current_places_a_database_in_the_chain() {
    let report = with(linear(&[]), vec![output("linear/current-behind.txt").with_role(Role::Prod)]);
    let prod = report.audits.prod.as_ref().unwrap();
    assert_eq!(prod.revisions, ["a11ce0000002"]);
    assert_eq!(prod.tables, None, "a revision is no list of tables");
    let pending: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.pending)
        .filter_map(|finding| finding.revision.as_deref())
        .collect();
    assert!(pending.iter().all(|revision| *revision == "a11ce0000003"), "{pending:?}");
}

#[test]
fn an_output_without_a_role_is_not_used_in_silence() {
    let report = with(linear(&[]), vec![output("linear/current-behind.txt")]);
    assert_eq!(report.audits.prod, None);
    assert_eq!(report.verdict.status, Status::Unknown);
    assert!(
        report.doubts.iter().any(|doubt| doubt.contains("which database")),
        "{:?}",
        report.doubts
    );
}

#[test]
fn two_positions_are_compared_and_equal_ones_are_no_proof() {
    let side = |file, role| output(file).with_role(role);
    let behind = with(
        linear(&[]),
        vec![side("linear/current.txt", Role::Dev), side("linear/current-behind.txt", Role::Prod)],
    );
    assert_eq!(behind.verdict.diagnosis, Some(Diagnosis::Mismatch));
    let finding =
        behind.findings.iter().find(|finding| finding.rule == "dev-prod-mismatch").unwrap();
    assert_eq!(finding.title, "Prod is 1 revision behind dev");
    let same = with(
        Vec::new(),
        vec![side("linear/current.txt", Role::Dev), side("linear/current-verbose.txt", Role::Prod)],
    );
    assert_eq!((same.verdict.diagnosis, same.verdict.status), (None, Status::Unknown));
}

#[test]
fn a_history_alone_shows_its_chain_and_decides_nothing() {
    let report = report(vec![output("branched/history.txt")]);
    let [chain] = report.chains.as_slice() else { panic!("{:?}", report.chains) };
    assert!(chain.from_output && chain.notes[0].contains("`history.txt`"), "{:?}", chain.notes);
    assert_eq!(chain.revisions.len(), 7);
    assert_eq!(chain.heads, ["b00000000pos", "b00000000web"]);
    assert_eq!(chain.order.first().map(String::as_str), Some("b0000000root"));
    assert!(chain.problems.is_empty());
    assert_eq!(report.verdict.status, Status::Unknown);
    assert!(report.schemas.head.is_none());
}

#[test]
fn listings_and_files_that_differ_are_findings() {
    let history = || vec![output("linear/history.txt")];
    let equal = with(linear(&[]), history());
    assert!(
        !rules(&equal).iter().any(|(rule, _)| *rule == "input-mismatch"),
        "{:?}",
        rules(&equal)
    );
    let lacking = with(linear(&["a11ce0000003"]), history());
    assert!(
        rules(&lacking).contains(&("input-mismatch", Severity::Danger)),
        "{:?}",
        rules(&lacking)
    );
    let mut more = linear(&[]);
    more.push(Input::new(
        "migrations/versions/new.py",
        b"revision = 'f00df00df00d'\ndown_revision = 'a11ce0000003'\n".to_vec(),
    ));
    let stale = with(more, history());
    let finding = stale.findings.iter().find(|finding| finding.rule == "input-mismatch").unwrap();
    assert_eq!(finding.cause.as_deref(), Some("stale"));
    assert!(finding.title.contains("`f00df00df00d`"), "{}", finding.title);
    let heads = with(linear(&["a11ce0000003"]), vec![output("linear/heads.txt")]);
    assert!(rules(&heads).contains(&("input-mismatch", Severity::Danger)), "{:?}", rules(&heads));
}

#[test]
fn a_moved_revision_is_seen() {
    let moved = String::from(
        "<base> -> a11ce0000001, create member\na11ce0000001 -> a11ce0000003 (head), x\n",
    );
    let report = with(linear(&[]), vec![Input::new("history.txt", moved.into_bytes())]);
    let found = report.findings.iter().find(|finding| finding.rule == "input-mismatch").unwrap();
    assert_eq!(
        found.title,
        "`a11ce0000003` follows `a11ce0000001` in Alembic's output, and `a11ce0000002` in its file"
    );
}

#[test]
fn an_audit_and_an_output_of_one_database_must_agree() {
    let audit = |at: &str| {
        let text = format!(
            "Shop Database Audit - prod\n\nDATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\n\
             TABLES IN PUBLIC SCHEMA:\ntable_name\nalembic_version\nmember\ntool\n\nALEMBIC VERSION:\nversion_num\n{at}\n"
        );
        Input::new("audit.txt", text.into_bytes())
    };
    let current = || output("linear/current-behind.txt").with_role(Role::Prod);
    let agree = with(linear(&[]), vec![audit("a11ce0000002"), current()]);
    assert!(
        !rules(&agree).iter().any(|(rule, _)| *rule == "input-mismatch"),
        "{:?}",
        rules(&agree)
    );
    let disagree = with(linear(&[]), vec![audit("a11ce0000001"), current()]);
    assert!(
        rules(&disagree).contains(&("input-mismatch", Severity::Danger)),
        "{:?}",
        rules(&disagree)
    );
}

/// Each failure raises the rule that speaks of it.
#[test]
fn failures_become_findings() {
    use Severity::{Blocker, Danger, Notice, Warning};
    let expected = [
        ("branched/upgrade-head-fails.txt", "alembic-multiple-heads", Blocker),
        ("branched/heads.txt", "alembic-multiple-heads", Blocker),
        ("branched/upgrade-plus-one-ambiguous.txt", "alembic-command-failed", Notice),
        ("linear/check-pending.txt", "alembic-unversioned-change", Warning),
        ("linear/check-pending.alembic-1.13.txt", "alembic-unversioned-change", Warning),
        ("linear/check-not-up-to-date.txt", "alembic-command-failed", Warning),
        ("linear/current-check-heads-behind.txt", "alembic-command-failed", Warning),
        ("errors/missing-parent.heads.txt", "alembic-missing-parent", Blocker),
        ("errors/missing-dependency.heads.txt", "alembic-missing-parent", Blocker),
        ("errors/duplicate-id.history.txt", "alembic-duplicate-revision", Blocker),
        ("errors/self-loop.heads.txt", "alembic-cycle", Blocker),
        ("errors/dependency-cycle.history.txt", "alembic-cycle", Blocker),
        ("errors/bad-characters.history.txt", "alembic-revision-header", Blocker),
        ("errors/helper-module-in-versions.heads.txt", "alembic-revision-header", Blocker),
        ("errors/no-down-revision.heads.txt", "alembic-revision-header", Blocker),
        ("errors/id-longer-than-32.upgrade-head.txt", "alembic-revision-header", Blocker),
        ("errors/duplicate-label.history.txt", "alembic-command-failed", Warning),
        ("errors/redundant-dependency-on-merge.upgrade-head.txt", "alembic-command-failed", Danger),
        ("errors/db.unknown-row.current.txt", "alembic-unknown-db-revision", Blocker),
        ("errors/db.overlapping-rows.upgrade.txt", "alembic-version-rows", Danger),
        ("errors/db.lost-row.upgrade.txt", "alembic-command-failed", Danger),
        ("errors/misc.range-without-sql.txt", "alembic-command-failed", Notice),
        ("errors/terminal-80-columns.upgrade-head.txt", "alembic-multiple-heads", Blocker),
        ("batch-sqlite/upgrade-rename-checked-column-fails.txt", "alembic-command-failed", Danger),
    ];
    for (file, rule, severity) in expected {
        let report = report(vec![output(file)]);
        assert!(rules(&report).contains(&(rule, severity)), "{file}: {:?}", rules(&report));
        let finding = &report.findings[0];
        assert!(finding.line > 0 && finding.file == file.rsplit('/').next().unwrap(), "{file}");
    }
    for clean in ["depends/check-clean.txt", "depends/heads.txt", "linear/history.txt"] {
        assert_eq!(rules(&report(vec![output(clean)])), [], "{clean}");
    }
}

/// Whoever lost the version row sees that first, not the table that is there already.
#[test]
fn a_run_from_base_that_met_its_tables_is_a_lost_row() {
    let lost = output("errors/db.lost-row.upgrade.txt").with_role(Role::Prod);
    let report = with(linear(&[]), vec![lost]);
    assert_eq!(report.verdict.status, Status::Fail);
    assert!(
        rules(&report).contains(&("alembic-version-rows", Severity::Danger)),
        "{:?}",
        rules(&report)
    );
}

#[test]
fn an_offline_script_is_a_plan_for_where_prod_stands() {
    let script = |file: &str| output(file);
    let at = |id: &str| {
        Input::new("current.txt", format!("$ alembic current\n{id}\n").into_bytes())
            .with_role(Role::Prod)
    };
    let mismatched = |file, id| {
        let report = with(linear(&[]), vec![script(file), at(id)]);
        let found = report.findings.iter().find(|finding| finding.rule == "input-mismatch");
        found.map(|finding| finding.title.clone())
    };
    let (range, whole) =
        ("linear/upgrade-offline-range.postgresql.sql", "linear/upgrade-offline.postgresql.sql");
    assert_eq!(mismatched(range, "a11ce0000001"), None);
    assert_eq!(
        mismatched(range, "a11ce0000002").as_deref(),
        Some(
            "The script begins at `a11ce0000001` and prod stands at `a11ce0000002`: it would run again what has run there"
        )
    );
    assert!(mismatched(whole, "a11ce0000001").unwrap().contains("begins at base"));
    assert_eq!(mismatched("linear/downgrade-offline.postgresql.sql", "a11ce0000003"), None);
    assert!(mismatched("linear/downgrade-offline.postgresql.sql", "a11ce0000001").is_some());
    let report = report(vec![script(range)]);
    assert_eq!(report.plans.len(), 1);
    assert_eq!(report.inputs[0].role, Some(Role::Plan));
}
