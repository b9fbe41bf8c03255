//! Properties that hold for any input.

use std::ops::ControlFlow;

use retort::wire::{Input, Options, Progress, Report, Role, Status};

use retort::{Alone, Crew, Piece};

use crate::inputs::{folder, report, sample};

/// A small seeded generator; a failure prints what it was given.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit.max(1)
    }
}

fn text(input: &Input) -> String {
    String::from_utf8(input.bytes.clone()).unwrap()
}

/// Rule zero. Whatever a statement of the plan is replaced by, if it is not understood, the answer is never
/// better than "can't tell".
#[test]
fn a_statement_replaced_by_noise_never_makes_the_verdict_better() {
    let noises = [
        "@@@@ ### ;",
        "DROPP TABLE \"x\" CASCADE;",
        "TRUNKATE orders",
        "\u{fffd}\u{fffd}\u{fffd}",
        "x = 1;",
        "SELECT pg_terminate_backend(1);",
        "DO $$ BEGIN END $$;",
        "'unclosed;",
        "((((",
    ];
    for file in [
        "02-full-panel-destructive.txt",
        "03-full-panel-additive.txt",
        "09-phantom-churn.txt",
        "11-markdown-fenced-in-chat.md",
    ] {
        let original = text(&sample(&format!("replit-plan/{file}")));
        let plan = report(vec![sample(&format!("replit-plan/{file}"))]).plans.remove(0);
        for statement in &plan.statements {
            let body = statement.text.as_deref().unwrap();
            for noise in noises {
                let changed = original.replacen(body, noise, 1);
                assert_ne!(changed, original);
                let status = report(vec![Input::new(file, changed.clone())]).verdict.status;
                assert!(
                    status >= Status::Unknown,
                    "{file}: `{body}` as `{noise}` gives {status:?}\n{changed}"
                );
            }
        }
    }
}

/// The same in scripts, which are read as SQL from the first byte, and in revisions: whatever a statement of
/// any sample is replaced by, the answer is not better than before.
#[test]
fn noise_in_place_of_any_statement_never_makes_a_sample_better() {
    let rank = |status: Status| match status {
        Status::Pass => 0,
        Status::Warn => 1,
        Status::Unknown => 2,
        Status::Fail => 3,
    };
    for folder_name in
        ["replit-plan", "prisma", "django", "schema-diff", "reconstructed", "alembic/versions"]
    {
        for input in folder(&format!("tests/samples/{folder_name}")) {
            let whole = report(vec![input.clone()]);
            let text = String::from_utf8_lossy(&input.bytes).into_owned();
            let of_plans = whole.plans.iter().flat_map(|plan| &plan.statements);
            let plans = of_plans.filter_map(|statement| statement.text.clone());
            let calls = text.lines().filter(|line| line.trim_start().starts_with("op."));
            let bodies: Vec<String> = plans.chain(calls.map(str::to_owned)).take(40).collect();
            for body in bodies {
                let noise =
                    if input.name.ends_with(".py") { "    op.zzz(___)" } else { "@@@@ ### ;" };
                let changed = text.replacen(&body, noise, 1);
                let status = report(vec![Input::new(&input.name, changed.clone())]).verdict.status;
                let floor = rank(whole.verdict.status).min(2);
                assert!(
                    rank(status) >= floor,
                    "{}: `{body}` as noise: {:?} becomes {status:?}",
                    input.name,
                    whole.verdict.status
                );
            }
        }
    }
}

/// What is not given is not fine. Without any one of its inputs a case that fails, or can't be told, never
/// passes without a word on what is not known then.
#[test]
fn an_input_that_is_left_out_never_turns_a_case_green() {
    for name in ["never-stamped", "two-heads", "clean-publish"] {
        let inputs = folder(&format!("public/samples/{name}"));
        let whole = report(inputs.clone()).verdict.status;
        for left_out in 0..inputs.len() {
            let mut rest = inputs.clone();
            let gone = rest.remove(left_out);
            let less = report(rest);
            let says = !less.not_evaluated.is_empty() || !less.doubts.is_empty();
            assert!(
                whole < Status::Unknown || less.verdict.status != Status::Pass || says,
                "{name} without {}: {whole:?} becomes {:?}",
                gone.name,
                less.verdict.status
            );
        }
    }
}

/// What must never be read as a harmless remark.
#[test]
fn what_could_run_is_never_taken_for_words() {
    for line in [
        "truncate users",
        "drop table users",
        "delete from users",
        "rename table a to b",
        "/*!40000 DROP TABLE users */;",
        "SELECT 1 FROM users WHERE nuke(id);",
        "SELECT * FROM nuke();",
        "INSERT INTO log WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone;",
        "we remove the users table",
    ] {
        let text = format!("No database changes detected\n{line}\n");
        let status = report(vec![Input::new("plan.txt", text)]).verdict.status;
        assert!(status >= Status::Unknown, "`{line}` gives {status:?}");
    }
}

/// An input that was meant to be read and was not keeps the answer from green; the rest of a folder does not.
#[test]
fn an_input_that_says_nothing_is_not_silence() {
    let clean = folder("public/samples/clean-publish");
    let with = |name: &str| {
        let mut inputs = clean.clone();
        inputs.push(Input::new(name, "qwerty uiop asdf"));
        report(inputs).verdict.status
    };
    for name in ["notes", "review/plan-b.txt", "review/prod.sql", "migrations/versions/helpers.py"]
    {
        assert!(with(name) >= Status::Unknown, "{name}");
    }
    for name in ["repo/README.md", "repo/requirements.txt", "repo/app/models.py", "repo/LICENSE"] {
        assert_eq!(with(name), Status::Pass, "{name}");
    }
}

/// A paste that holds everything at once says the same as its parts.
#[test]
fn one_paste_says_the_same_as_its_parts() {
    let files = folder("public/samples/never-stamped");
    let mut all = String::from("Is this ok to publish?\n\n");
    for input in &files {
        all.push_str(&text(input));
        all.push('\n');
    }
    let (whole, parts) = (report(vec![Input::new("paste", all)]), report(files));
    assert_eq!(whole.verdict.headline, parts.verdict.headline);
    assert_eq!(whole.verdict.reason, parts.verdict.reason);
    assert_eq!(whole.verdict.next_steps, parts.verdict.next_steps);
    assert_eq!(whole.findings.len(), parts.findings.len());
    assert_eq!(whole.doubts, parts.doubts);
}

/// Statements pasted above or below an audit are never taken for a part of it.
#[test]
fn statements_next_to_an_audit_are_not_lost() {
    let audit = text(&sample("audit/dev-summary.txt"));
    let clean = || sample("audit/dev-summary-expanded-tabs.txt").with_role(Role::Prod);
    for pasted in [
        format!("DROP TABLE orders;\n{audit}"),
        format!("{audit}\nDROP TABLE orders;\n"),
        format!("{audit}\ntruncate orders\n"),
    ] {
        let status = report(vec![Input::new("dev audit", pasted.clone()), clean()]).verdict.status;
        assert!(status >= Status::Unknown, "{status:?}: {pasted}");
    }
}

#[test]
fn the_order_of_inputs_changes_nothing() {
    let mut dice = Dice(11);
    let json = |inputs| serde_json::to_string(&report(inputs)).unwrap();
    let inputs = folder("public/samples/never-stamped");
    let expected = json(inputs.clone());
    for _ in 0..10 {
        let mut shuffled = inputs.clone();
        for ix in (1..shuffled.len()).rev() {
            shuffled.swap(ix, dice.below(ix + 1));
        }
        assert_eq!(json(shuffled), expected);
    }
}

#[test]
fn finding_ids_survive_moved_lines_and_renamed_files() {
    let ids = |report: &Report| {
        let mut ids: Vec<String> =
            report.findings.iter().map(|finding| finding.id.clone()).collect();
        ids.sort();
        ids
    };
    let plan = sample("replit-plan/01-destructive-banner-and-sql.txt");
    let expected = report(vec![plan.clone()]);
    let moved = report(vec![Input::new("renamed.txt", format!("\n\n\n{}", text(&plan)))]);
    assert_eq!(ids(&moved), ids(&expected));
    let unique: std::collections::BTreeSet<String> = ids(&expected).into_iter().collect();
    assert_eq!(unique.len(), expected.findings.len());
}

#[test]
fn damaged_bytes_never_panic_and_never_point_outside_their_document() {
    let mut dice = Dice(29);
    let mut inputs = folder("public/samples/never-stamped");
    inputs.push(sample("replit-plan/13-smart-quotes.txt"));
    inputs.push(sample("audit/mojibake/prod-summary-no-alembic.cp437.txt"));
    inputs.push(sample("git/pull-request.patch"));
    for _ in 0..150 {
        let mut damaged = inputs.clone();
        for input in &mut damaged {
            damage(&mut input.bytes, &mut dice);
        }
        check_places(&damaged, &report(damaged.clone()));
    }
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, b"\0'\"$;(\\\xff\n"[dice.below(9)]),
            2 if !bytes.is_empty() => drop(bytes.remove(at)),
            _ => {
                let copy = bytes[at..bytes.len().min(at + 40)].to_vec();
                bytes.splice(at..at, copy);
            }
        }
    }
}

fn check_places(inputs: &[Input], report: &Report) {
    for finding in &report.findings {
        let Some(input) = inputs.iter().find(|input| input.name == finding.file) else { continue };
        // A lone CR is a line break, too.
        let lines = input.bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
        assert!(finding.line <= lines && finding.end_line <= lines, "{finding:#?}");
    }
    assert!(report.stats.understood <= report.stats.statements);
}

#[test]
fn a_watcher_can_stop_a_run_between_documents() {
    let mut seen = Vec::new();
    let stopped = retort::analyze(
        folder("public/samples/never-stamped"),
        &Options::default(),
        &Alone,
        &mut |progress: Progress| {
            seen.push(progress.phase.clone());
            if seen.iter().filter(|phase| *phase == "Reading").count() == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    assert!(stopped.is_break());
    assert_eq!(seen.iter().filter(|phase| *phase == "Reading").count(), 3);
}

/// Does pieces of work from the last to the first, as threads might.
struct Backwards(usize);

impl Crew for Backwards {
    fn size(&self) -> usize {
        self.0
    }

    fn run(&self, work: Vec<Piece<'_>>) {
        for piece in work.into_iter().rev() {
            piece();
        }
    }
}

#[test]
fn a_report_does_not_depend_on_who_did_the_work() {
    for name in ["public/samples/never-stamped", "tests/samples/audit", "tests/oracle/projects"] {
        let alone = report(folder(name));
        for size in [0, 2, 3, 64] {
            let ControlFlow::Continue(shared) =
                retort::analyze(folder(name), &Options::default(), &Backwards(size), &mut |_| {
                    ControlFlow::Continue(())
                })
            else {
                unreachable!("nothing stops this run");
            };
            assert_eq!(shared.report(), alone, "{name}, {size} hands");
        }
    }
}

#[test]
fn hostile_sizes_end_in_a_clear_message() {
    let noise: Vec<u8> = {
        let mut dice = Dice(3);
        (0..20 * 1024 * 1024).map(|_| u8::try_from(dice.next() & 0xff).unwrap()).collect()
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty.txt", Vec::new()),
        ("noise.bin", noise),
        ("long-line.sql", format!("DROP TABLE a; {}", "x ".repeat(1 << 20)).into_bytes()),
        ("quotes.sql", "ALTER TABLE a ADD b text DEFAULT '\n".repeat(20_000).into_bytes()),
        ("comments.sql", "/* ".repeat(200_000).into_bytes()),
        ("nul.txt", b"DROP TABLE a;\0\0DROP TABLE b;".to_vec()),
        (
            "broken.py",
            b"revision = 'a1'\ndown_revision = None\ndef upgrade(:\n    op.drop_table('x'".to_vec(),
        ),
        (
            "deep.py",
            format!("revision = 'a1'\ndown_revision = {}", "(".repeat(100_000)).into_bytes(),
        ),
    ];
    for (name, bytes) in cases {
        for role in [None, Some(Role::Plan), Some(Role::Prod)] {
            let mut input = Input::new(name, bytes.clone());
            input.role = role;
            let report = report(vec![input]);
            assert!(
                report.verdict.status >= Status::Unknown,
                "{name} as {role:?}: {:?}",
                report.verdict
            );
            let said = report.inputs.iter().any(|row| !row.notes.is_empty())
                || !report.findings.is_empty()
                || !report.doubts.is_empty()
                || !report.skipped.is_empty();
            assert!(said, "{name} as {role:?} says nothing");
        }
    }
}

/// Names of characters in Python strings are not known; the file is read all the same.
#[test]
fn a_character_by_name_is_not_understood_and_costs_only_itself() {
    let file = r#"from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("orders")
    op.execute("COMMENT ON TABLE orders IS '\N{BULLET}'")
"#;
    let report = report(vec![Input::new("versions/a1_orders.py", file)]);
    assert_eq!(report.chains[0].revisions[0].id, "a1");
    assert_eq!(report.chains[0].revisions[0].changes.created, ["orders"]);
    assert_eq!(report.verdict.status, Status::Unknown);
    assert!(report.doubts.iter().any(|doubt| doubt.contains("line 9")), "{:?}", report.doubts);
}
