use std::path::{Path, PathBuf};

use expect_test::expect_file;

use crate::engine::document::{Document, When};
use crate::engine::facts::{Facts, Move, Printed, Way};
use crate::engine::formats;
use crate::engine::ledger::Ledger;
use crate::engine::span::DocumentId;

fn outputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/outputs")
}

/// Reads one text as a whole run would.
fn read_text(document: &Document) -> (Facts, Ledger) {
    let (mut facts, mut ledger) = (Facts::default(), Ledger::default());
    let documents = crate::engine::document::Documents::new(Vec::new());
    let modules = formats::modules(&documents, When::Now);
    formats::read(DocumentId(0), document, &modules, &mut facts, &mut ledger);
    (facts, ledger)
}

fn ids(ids: &[String]) -> String {
    if ids.is_empty() { "∅".to_owned() } else { ids.join("+") }
}

fn moved(one: &Move) -> String {
    let way = match one.way {
        Way::Up => "up",
        Way::Down => "down",
        Way::Stamp => "stamp",
        Way::Unknown => "?",
    };
    format!("{way} {}>{}", ids(&one.from), ids(&one.to))
}

/// Everything that was read of a text, one fact a line.
fn told(document: &Document) -> String {
    let (facts, ledger) = read_text(document);
    let mut lines = Vec::new();
    for known in &facts.recognised {
        lines.push(format!("{} {}: {}", known.kind.word(), known.sureness.word(), known.why));
    }
    for printed in &facts.printed {
        output_told(printed, &mut lines);
    }
    for script in &facts.scripts {
        for block in &script.blocks {
            lines.push(format!(
                "script {}, {} steps, books {} for {}{}",
                moved(&block.moved),
                block.steps.len(),
                ids(&block.added),
                ids(&block.removed),
                if block.books_its_revision() { "" } else { " NOT its own" }
            ));
        }
    }
    for entry in ledger.undecided_entries() {
        let line = document.position(entry.span.start).line;
        let what: String = entry.what.chars().take(90).collect();
        lines.push(format!("unread, line {line}: {what}"));
    }
    let tally = ledger.tally(DocumentId(0));
    lines.push(format!("{} of {} understood", tally.understood, tally.seen));
    lines.join("\n")
}

/// What an output tells, one fact a line.
fn output_told(printed: &Printed, lines: &mut Vec<String>) {
    if let Some(stands) = &printed.stands {
        let rows: Vec<String> = stands.rows.iter().map(|(id, _)| id.clone()).collect();
        lines.push(format!("stands at {} ({:?})", ids(&rows), stands.by));
    }
    for entry in printed.heads.iter() {
        lines.push(format!("head {} {}", entry.id, entry.labels.join("+")).trim_end().to_owned());
    }
    for entry in &printed.entries {
        let down = entry.down.as_deref().map_or("?".to_owned(), ids);
        let needs = match entry.depends_on.is_empty() {
            true => String::new(),
            false => format!(" needs {}", ids(&entry.depends_on)),
        };
        let head = if entry.is_head { " head" } else { "" };
        let date = entry.create_date.as_deref().map(|date| format!(" {date}")).unwrap_or_default();
        let message = entry.message.as_deref().unwrap_or_default();
        let mut labels = entry.labels.clone();
        labels.sort();
        let labels = match labels.is_empty() {
            true => String::new(),
            false => format!(" [{}]", labels.join(" ")),
        };
        lines.push(format!("{} < {down}{needs}{labels}{head}{date}: {message}", entry.id));
    }
    if printed.whole_history.is_some() {
        lines.push("the whole history".to_owned());
    }
    for (id, _) in &printed.named {
        lines.push(format!("names {id}"));
    }
    lines.extend(printed.moves.iter().map(moved));
    if let Some(check) = &printed.check {
        lines.push(format!("check: {} differences", check.differences.len()));
        for one in &check.differences {
            let place = [&one.schema, &one.table, &one.name];
            let place: Vec<&str> =
                place.iter().map(|part| part.as_deref().unwrap_or("-")).collect();
            lines.push(format!("  {} {}", one.verb, place.join(" ")));
        }
    }
    for failure in &printed.failures {
        let text: String = failure.text.chars().take(60).collect();
        let during =
            failure.during.as_deref().map(|id| format!(" during {id}")).unwrap_or_default();
        lines.push(format!("{:?} {}{during}: {text}", failure.kind, ids(&failure.about)));
    }
}

/// What Alembic printed for its own samples, read fact by fact. A person compared the file with the outputs.
#[test]
fn every_recorded_output_tells_what_it_says() {
    let index = std::fs::read_to_string(outputs().join("index.json")).unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&index).unwrap();
    let mut page = String::new();
    for row in &rows {
        let file = row["file"].as_str().unwrap();
        let text = std::fs::read_to_string(outputs().join(file)).unwrap();
        let name = file.rsplit('/').next().unwrap();
        let told = told(&Document::new(name, text));
        page.push_str(&format!("=== {file}\n$ {}\n{told}\n\n", row["command"].as_str().unwrap()));
    }
    // A second project's, printed by somebody else.
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/alembic");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&samples).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.is_file()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let told = told(&Document::new(name, std::fs::read_to_string(path).unwrap()));
        page.push_str(&format!("=== samples/{name}\n{told}\n\n"));
    }
    expect_file!["../../../../tests/golden/alembic-output.txt"].assert_eq(&page);
}

/// What was told without the sentence that says why, which counts lines.
fn facts_of(text: &str) -> Vec<String> {
    told(&Document::new("paste.txt", text)).lines().skip(1).map(str::to_owned).collect()
}

/// One output as it comes out of other hands: with prompts, in colour, through log collectors.
#[test]
fn dress_changes_nothing() {
    let plain = "INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.\n\
                 INFO  [alembic.runtime.migration] Will assume transactional DDL.\n\
                 INFO  [alembic.runtime.migration] Running upgrade  -> a1b2c3d4e5f6, first, with a comma\n\
                 INFO  [alembic.runtime.migration] Running upgrade a1b2c3d4e5f6 -> b1b2c3d4e5f6, second\n";
    let facts = facts_of(plain);
    assert_eq!(facts[0], "stands at b1b2c3d4e5f6 (Log)");
    let each =
        |before: &str| plain.lines().map(|line| format!("{before}{line}\n")).collect::<String>();
    let other_formatter = plain.replace(
        "INFO  [alembic.runtime.migration] ",
        "2026-01-31 10:00:00,123 - alembic.runtime.migration - INFO - ",
    );
    let structured = plain
        .lines()
        .map(|line| {
            format!(
                "{{\"level\": \"info\", \"logger\": \"alembic\", \"message\": \"{}\"}}\n",
                &line[34..]
            )
        })
        .collect::<String>();
    for dressed in [
        each("web-1  | "),
        each("2026-01-31T10:00:00.1234567Z "),
        each("migrate\tRun migrations\t2026-01-31T10:00:00.1234567Z "),
        plain.replace("INFO", "\u{1b}[32mINFO\u{1b}[0m"),
        plain.replace('\n', "\r\n"),
        format!("```\n{plain}```\n"),
        other_formatter,
        structured,
    ] {
        assert_eq!(facts_of(&dressed), facts, "{dressed}");
    }
    let typed = format!("me@host:~/app$ flask db upgrade\n{plain}me@host:~/app$\n");
    assert_eq!(facts_of(&typed)[0], facts[0]);
}

/// The command decides what a listing is where its lines do not.
#[test]
fn the_command_tells_heads_from_current() {
    let listed = "a1b2c3d4e5f6 (head)\n";
    let first = |text: String| facts_of(&text).into_iter().next().unwrap();
    assert_eq!(first(format!("$ alembic current\n{listed}")), "stands at a1b2c3d4e5f6 (Current)");
    assert_eq!(first(format!("$ alembic heads\n{listed}")), "head a1b2c3d4e5f6");
    let unsaid = facts_of(listed);
    assert!(
        unsaid.iter().any(|line| line.contains("either `alembic heads` or `alembic current`")),
        "{unsaid:?}"
    );
    assert_eq!(
        first(
            "$ alembic current\nINFO  [alembic.runtime.migration] Context impl MySQLImpl.\n"
                .to_owned()
        ),
        "stands at ∅ (Current)"
    );
}

/// The last command of several tells where the database stands.
#[test]
fn commands_are_read_in_order() {
    let text = "$ alembic current\na1b2\n$ alembic upgrade head\n\
                INFO  [alembic.runtime.migration] Running upgrade a1b2 -> c3d4, names\n\
                $ alembic history\na1b2 -> c3d4 (head), names\n<base> -> a1b2, first\n";
    assert_eq!(
        facts_of(text),
        [
            "stands at c3d4 (Log)",
            "c3d4 < a1b2 head: names",
            "a1b2 < ∅: first",
            "the whole history",
            "up a1b2>c3d4",
            "7 of 7 understood"
        ]
    );
}

/// What could run is never taken for output.
#[test]
fn statements_among_output_are_not_lost() {
    for text in [
        "INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.\nDROP TABLE member;\n",
        "a1b2 (head)\nc3d4 (head)\nop.drop_table('member')\n",
        "-- Running upgrade a1b2 -> c3d4\nFAILED: x; DROP TABLE member;\n",
    ] {
        let facts = facts_of(text);
        assert!(facts.iter().any(|line| line.starts_with("unread")), "{text}: {facts:?}");
    }
}

#[test]
fn other_texts_are_not_alembics() {
    for text in [
        "dev -> prod\nplease look\n",
        "The upgrade is Running fine -> thanks\n",
        "id | name\n1 | a\n",
        "hello\n",
        "Traceback my steps\n",
        "CREATE TABLE alembic_version (version_num VARCHAR(32));\nCREATE TABLE b (id int);\n",
    ] {
        let (facts, _) = read_text(&Document::new("paste.txt", text));
        assert!(facts.printed.is_empty() && facts.scripts.is_empty(), "{text}");
    }
}
