//! The right verdict for authentic inputs, from the bytes up.

use retort::wire::{Diagnosis, Input, Report, Role, Status};

use crate::inputs::{folder, report, sample};

#[track_caller]
fn plan(file: &str) -> Report {
    report(vec![sample(&format!("replit-plan/{file}"))])
}

#[track_caller]
fn audits(dev: &str, prod: &str) -> Report {
    report(vec![sample(&format!("audit/{dev}")), sample(&format!("audit/{prod}"))])
}

fn rules_at(report: &Report, line: usize) -> Vec<&str> {
    report
        .findings
        .iter()
        .filter(|finding| finding.line == line)
        .map(|finding| finding.rule.as_str())
        .collect()
}

#[test]
fn every_publish_plan_gets_its_verdict() {
    let expected = [
        ("01-destructive-banner-and-sql.txt", Status::Fail),
        ("02-full-panel-destructive.txt", Status::Fail),
        ("03-full-panel-additive.txt", Status::Warn),
        ("04-no-changes.txt", Status::Pass),
        ("05-status-lines-with-checkmarks.txt", Status::Unknown),
        ("06-rename-prompt.txt", Status::Unknown),
        ("07-unique-constraint-prompt.txt", Status::Unknown),
        ("08-validation-failed.txt", Status::Fail),
        ("09-phantom-churn.txt", Status::Fail),
        ("10-generator-bugs.txt", Status::Fail),
        ("11-markdown-fenced-in-chat.md", Status::Fail),
        ("12-one-line-paste.txt", Status::Fail),
        ("13-smart-quotes.txt", Status::Fail),
    ];
    for (file, status) in expected {
        let report = plan(file);
        assert_eq!(report.verdict.status, status, "{file}: {}", report.verdict.reason);
        let headline = match status {
            Status::Fail => "Don't approve this plan",
            Status::Pass => "This plan can be approved",
            Status::Warn => "Review before shipping",
            Status::Unknown => "Can't tell",
        };
        assert_eq!(report.verdict.headline, headline, "{file}");
    }
}

#[test]
fn a_destructive_plan_names_every_loss_with_its_line_and_rows() {
    let report = plan("01-destructive-banner-and-sql.txt");
    for (line, rule) in [
        (16, "drop-table"),
        (17, "drop-table"),
        (22, "truncate-table"),
        (24, "truncate-table"),
        (29, "drop-column"),
        (30, "drop-column"),
    ] {
        assert!(
            rules_at(&report, line).contains(&rule),
            "{rule} at {line}: {:?}",
            rules_at(&report, line)
        );
    }
    let gift_cards = report
        .findings
        .iter()
        .find(|finding| finding.line == 16 && finding.rule == "drop-table")
        .unwrap();
    assert_eq!(gift_cards.title, "The plan drops `gift_cards` and its 5 rows");
    assert_eq!(gift_cards.excerpt.as_deref(), Some("DROP TABLE \"gift_cards\" CASCADE;"));
    // Switching row level security off right before a drop is no finding by itself.
    assert!(!report.findings.iter().any(|finding| finding.rule == "access-control-change"));
    let statements = &report.plans[0].statements;
    assert_eq!(statements.len(), 19);
    assert!(statements.iter().all(|statement| statement.summary.is_some()));
}

#[test]
fn lost_newlines_and_typographic_quotes_change_nothing() {
    let losses = |report: &Report| -> Vec<String> {
        report
            .findings
            .iter()
            .filter(|finding| {
                finding.rule.starts_with("drop-") || finding.rule.starts_with("truncate")
            })
            .map(|finding| finding.title.clone())
            .collect()
    };
    assert_eq!(
        losses(&plan("13-smart-quotes.txt")),
        losses(&plan("01-destructive-banner-and-sql.txt"))
    );
    let one_line = losses(&plan("12-one-line-paste.txt"));
    assert!(one_line.contains(&"The plan drops `gift_cards` and its 5 rows".to_owned()));
    assert!(one_line.contains(&"The plan drops column `customers.loyalty_points`".to_owned()));
}

#[test]
fn audits_are_compared_as_sets_of_tables() {
    let expected = [
        ("prod-summary-no-alembic.txt", Some(Diagnosis::Missing), Status::Fail),
        ("prod-summary-empty-alembic.txt", Some(Diagnosis::Missing), Status::Fail),
        ("prod-summary-behind.txt", Some(Diagnosis::Mismatch), Status::Fail),
        ("prod-summary-same-version-but-drifted.txt", Some(Diagnosis::Mismatch), Status::Fail),
        ("prod-summary-two-heads.txt", Some(Diagnosis::Mismatch), Status::Fail),
        ("prod-summary-connection-failed.txt", None, Status::Unknown),
    ];
    for (file, diagnosis, status) in expected {
        let report = audits("dev-summary.txt", file);
        assert_eq!(
            (report.verdict.diagnosis, report.verdict.status),
            (diagnosis, status),
            "{file}"
        );
    }
    let distance = audits("dev-summary.txt", "prod-summary-same-version-but-drifted.txt")
        .audits
        .distance
        .unwrap();
    assert_eq!(distance.only_in_dev, ["wishlists"]);
    assert_eq!(distance.only_in_prod, ["gift_cards", "legacy_import_errors"]);
    assert_eq!(distance.count, 3);
}

#[test]
fn a_summary_decoded_wrongly_says_the_same_as_the_clean_one() {
    let clean = audits("dev-summary.txt", "prod-summary-no-alembic.txt");
    for encoding in
        ["cp1252-c1", "cp1252-dropped", "cp1252-fffd", "cp437", "double-cp1252", "latin1"]
    {
        let broken =
            audits("dev-summary.txt", &format!("mojibake/prod-summary-no-alembic.{encoding}.txt"));
        assert_eq!(broken.audits.distance, clean.audits.distance, "{encoding}");
        assert_eq!(broken.verdict.reason, clean.verdict.reason, "{encoding}");
        let row = broken.inputs.iter().find(|input| input.role == Some(Role::Prod)).unwrap();
        assert!(
            row.notes.iter().any(|note| note.starts_with("Broken characters")),
            "{encoding}: {:?}",
            row.notes
        );
    }
}

#[test]
fn equal_audits_are_fine_and_one_alone_is_not_guessed_about() {
    let same = report(vec![
        sample("audit/dev-summary.txt"),
        sample("audit/dev-summary-expanded-tabs.txt").with_role(Role::Prod),
    ]);
    assert_eq!((same.verdict.diagnosis, same.verdict.status), (Some(Diagnosis::Ok), Status::Pass));
    let alone = report(vec![sample("audit/prod-summary-behind.txt")]);
    assert_eq!((alone.verdict.diagnosis, alone.verdict.status), (None, Status::Unknown));
    assert!(alone.verdict.reason.contains("Only the audit of prod is here"));
}

#[test]
fn a_scripts_own_conclusion_is_not_believed() {
    let report = report(vec![sample("audit/guard-passed-but-drifted.txt")]);
    assert_eq!(report.verdict.status, Status::Unknown);
}

/// The story that Retort exists for. Roles and the revision to stamp come from the contents: the inputs'
/// names say nothing.
#[test]
fn a_never_stamped_production_is_told_apart_and_stamped_where_its_tables_are() {
    let mut inputs = folder("public/samples/never-stamped");
    for (ix, input) in
        inputs.iter_mut().enumerate().filter(|(_, input)| !input.name.contains("versions/"))
    {
        input.name = format!("paste {ix}");
    }
    let report = report(inputs);
    assert_eq!(report.verdict.headline, "Don't approve this plan");
    assert_eq!(report.verdict.diagnosis, Some(Diagnosis::Missing));
    assert!(
        report.verdict.reason.starts_with("Production was never stamped."),
        "{}",
        report.verdict.reason
    );
    let commands: Vec<&str> =
        report.verdict.next_steps.iter().filter_map(|step| step.command.as_deref()).collect();
    assert_eq!(commands, ["alembic stamp c41e9a7b20dd"]);
    let after = report.schemas.after_plan.unwrap();
    assert_eq!(after.missing_from_head.map(|missing| missing.len()), Some(10));
}

/// The same, with production at an earlier revision's tables: the stamp follows the tables, not the head.
#[test]
fn the_stamp_follows_the_tables_that_production_really_has() {
    let mut inputs = folder("public/samples/never-stamped");
    for input in inputs.iter_mut().filter(|input| input.name.ends_with("prod-summary.txt")) {
        let text = String::from_utf8(input.bytes.clone()).unwrap();
        input.bytes = text.replace("waitlist_entries\n", "").into_bytes();
    }
    let report = report(inputs);
    let near = report.chains[0].resembles.iter().find(|near| near.role == Role::Prod).unwrap();
    assert!(near.missing.is_empty() && near.extra.is_empty());
    let commands: Vec<&str> =
        report.verdict.next_steps.iter().filter_map(|step| step.command.as_deref()).collect();
    assert_eq!(
        commands,
        [format!("alembic stamp {}", near.revision).as_str(), "alembic upgrade head"]
    );
    assert_ne!(near.revision, "c41e9a7b20dd");
}

#[test]
fn samples_offered_to_newcomers_get_their_verdicts() {
    let status = |name: &str| report(folder(&format!("public/samples/{name}"))).verdict.status;
    assert_eq!(status("never-stamped"), Status::Fail);
    assert_eq!(status("two-heads"), Status::Fail);
    assert_eq!(status("clean-publish"), Status::Pass);
}

#[test]
fn prod_behind_dev_on_the_same_chain_is_a_warning() {
    let mut inputs = folder("public/samples/clean-publish");
    inputs.retain(|input| !input.name.ends_with("publish-plan.txt"));
    let head = report(inputs.clone()).chains[0].heads[0].clone();
    let chain = report(inputs.clone()).chains[0].clone();
    let head_row = chain.revisions.iter().find(|revision| revision.id == head).unwrap();
    let parent = head_row.down[0].clone();
    for input in inputs.iter_mut().filter(|input| input.name.ends_with("prod-summary.txt")) {
        let mut text = String::from_utf8(input.bytes.clone()).unwrap().replace(&head, &parent);
        for table in &head_row.changes.created {
            text = text.replace(&format!("\n{table}\n"), "\n");
        }
        input.bytes = text.into_bytes();
    }
    let report = report(inputs);
    assert_eq!(
        (report.verdict.diagnosis, report.verdict.status),
        (Some(Diagnosis::Mismatch), Status::Warn),
        "{}",
        report.verdict.reason
    );
    assert_eq!(report.verdict.next_steps[0].command, Some(format!("alembic upgrade {head}")));
}

/// Without the chain Retort does not know which revision made the tables; what the plan drops it does.
#[test]
fn without_the_chain_the_losses_are_still_named() {
    let mut inputs = folder("public/samples/never-stamped");
    inputs.retain(|input| !input.name.contains("versions/"));
    let verdict = report(inputs).verdict;
    assert_eq!(verdict.reason, "Production was never stamped. The plan drops 10 tables.");
    assert!(
        verdict.next_steps.iter().any(|step| step.title.starts_with("Add the migration folder"))
    );
}

/// An empty plan is not to blame for databases that differ.
#[test]
fn the_story_blames_what_is_to_blame() {
    let report = report(vec![
        sample("audit/dev-summary.txt"),
        sample("audit/prod-summary-behind.txt"),
        sample("replit-plan/04-no-changes.txt"),
    ]);
    assert_eq!(report.verdict.status, Status::Fail);
    assert!(report.verdict.reason.starts_with("Dev and prod differ by 3 tables"));
    assert!(!report.verdict.next_steps.iter().any(|step| step.title.contains("Write the change")));
}

/// One line says why, and names real things.
#[test]
fn reasons_are_one_short_line() {
    let mut all: Vec<(String, Report)> = Vec::new();
    for input in folder("tests/samples") {
        all.push((input.name.clone(), report(vec![input])));
    }
    for set in ["never-stamped", "two-heads", "deleted-revision", "clean-publish"] {
        all.push((set.to_owned(), report(folder(&format!("public/samples/{set}")))));
    }
    for (name, report) in all {
        let reason = &report.verdict.reason;
        let length = reason.chars().count();
        assert!(length <= 160 && !reason.contains('\n'), "{name}: {length} characters: {reason}");
    }
}

#[test]
fn two_texts_of_one_revision_are_both_kept_and_both_marked() {
    let file = |name: &str, id: &str, down: &str| {
        let text =
            format!("revision = \"{id}\"\ndown_revision = {down}\n\n\ndef upgrade():\n    pass\n");
        Input::new(format!("m/versions/{name}.py"), text)
    };
    let report = report(vec![
        file("base", "a1", "None"),
        file("one", "b2", "\"a1\""),
        file("other", "b2", "\"a1\"  # again"),
    ]);
    let notes: Vec<&str> =
        report.inputs.iter().flat_map(|row| &row.notes).map(String::as_str).collect();
    let said =
        |name: &str| format!("Another file has its revision id, `b2`: `m/versions/{name}.py`.");
    assert_eq!(notes, [said("other"), said("one")]);
    assert!(report.findings.iter().any(|it| it.rule == "alembic-duplicate-revision"));
}
