//! Samples with holes, doubles and foreign words in them: nothing panics, no byte is lost, and what is written of
//! a schema is read again.
//!
//! `./scripts/prove noise` runs the long form, as many as `RETORT_NOISE_RUNS` says from `RETORT_NOISE_SEED` on. Each
//! run follows from its number alone.

use std::ops::ControlFlow;
use std::path::Path;

use retort::engine::dialects::Dialect;
use retort::engine::op::apply;
use retort::engine::schema::Schema;
use retort::engine::sql::read_in;
use retort::engine::sql::split::{PieceKind, split_in};
use retort::engine::sql::state::{self, Said, Setting};
use retort::renderers::{Look, Render, schema_json, schema_sql};
use retort::wire::Role;
use retort::{Alone, Input, Options, Reading, analyze};

/// Samples longer than this take most of the time and show nothing more.
const SAMPLE_BYTES_MAX: usize = 24 * 1024;

/// Words that mean something somewhere.
const WORDS: &[&str] = &[
    "'",
    "\"",
    "`",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "\\.\n",
    "\n",
    "\\",
    "CREATE TABLE ",
    "ALTER TABLE ",
    "DROP ",
    "COPY t FROM stdin;\n",
    "DELIMITER ;;\n",
    "BEGIN ATOMIC ",
    "CASE ",
    "END",
    "PARTITION OF ",
    "DEFAULT ",
    "GENERATED ALWAYS AS (",
    "TABLESPACE ",
    "DEFINER=",
    "FIRST",
    "AFTER ",
    "COLLATE ",
    "op.",
    "sa.Column(",
    "with op.batch_alter_table('t') as b:\n",
    "for x in ",
    "lambda: ",
    "f'{",
    "*",
    "**",
    "None",
    "down_revision = ",
    "Mapped[",
    "Annotated[",
    " | None",
    "é",
    "\u{0}",
    "\u{feff}",
    "\r\n",
    "\t",
    "99999999999999999999",
];

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }

    fn place(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        text.floor_char_boundary(at)
    }
}

fn samples() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path)
                && text.len() <= SAMPLE_BYTES_MAX
            {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("a.txt");
                found.push((name.to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The sample and what becomes of it in one run.
fn noise(samples: &[(String, String)], run: u64) -> (String, String) {
    let mut dice = Dice(run.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (name, text) = &samples[dice.below(samples.len())];
    let mut text = text.clone();
    for _ in 0..=dice.below(6) {
        let (one, other) = (dice.place(&text), dice.place(&text));
        let (from, to) = (one.min(other), one.max(other));
        match dice.below(6) {
            0 => text.replace_range(from..to, ""),
            1 => {
                let piece = text[from..to].to_owned();
                text.insert_str(from, &piece);
            }
            2 => text.truncate(from),
            3 => {
                let foreign = &samples[dice.below(samples.len())].1;
                let (a, b) = (dice.place(foreign), dice.place(foreign));
                text.insert_str(from, &foreign[a.min(b)..a.max(b)]);
            }
            _ => text.insert_str(from, WORDS[dice.below(WORDS.len())]),
        }
        text = text.chars().take(4 * SAMPLE_BYTES_MAX).collect();
    }
    (name.clone(), text)
}

/// Every byte is in one piece, and what the pieces make can be applied.
fn as_sql(text: &str) {
    for dialect in [Dialect::PostgreSql, Dialect::MySql, Dialect::Sqlite] {
        let mut schema = Schema::empty(dialect);
        let setting = Setting { dialect, ..Setting::default() };
        let mut at = 0;
        for piece in split_in(text, dialect) {
            assert_eq!(piece.start, at, "a byte in no piece, or in two");
            assert!(piece.end > at, "a piece of nothing");
            at = piece.end;
            if piece.kind != PieceKind::Statement {
                continue;
            }
            let own = &text[piece.start..piece.end];
            if let Some(Said::Makes(ops)) = state::read(own, &setting) {
                ops.iter().for_each(|op| drop(apply(&mut schema, op)));
            }
            let reading = read_in(dialect, own);
            assert!(!reading.ops.is_empty(), "a statement that is neither known nor unknown");
            reading.ops.iter().for_each(|op| drop(apply(&mut schema, op)));
        }
        assert_eq!(at, text.len(), "the end is in no piece");
    }
}

fn state_of(name: &str, text: String) -> Reading {
    let input = Input::new(name, text).with_role(Role::Baseline);
    let never = &mut |_| ControlFlow::Continue(());
    match retort::read(vec![input], &Options::default(), &Alone, never) {
        ControlFlow::Continue(reading) => reading,
        ControlFlow::Break(()) => unreachable!("nothing stops this run"),
    }
}

fn one(name: &str, text: &str) {
    let place = match name.ends_with(".py") {
        true => format!("migrations/versions/{name}"),
        false => name.to_owned(),
    };
    let input = Input::new(place, text.to_owned());
    let never = &mut |_| ControlFlow::Continue(());
    let ControlFlow::Continue(analysis) = analyze(vec![input], &Options::default(), &Alone, never)
    else {
        unreachable!("nothing stops this run")
    };
    let report = analysis.report();
    assert!(report.stats.understood <= report.stats.statements, "more understood than there is");
    if name.ends_with(".py") {
        let _ = analysis.reading.schema(None, Some("heads"));
        return;
    }
    if name.ends_with(".sql") {
        as_sql(text);
    }
    let Ok(view) = state_of(name, text.to_owned()).script(None, None) else { return };
    for (renderer, name) in
        [(&schema_sql::RENDERER, "again.sql"), (&schema_json::RENDERER, "again.json")]
    {
        let Render::Schema(render) = renderer.render else { unreachable!("it shows schemas") };
        let _ = state_of(name, render(&view, &Look::plain())).script(None, None);
    }
}

fn all(from: u64, runs: u64) {
    let samples = samples();
    assert!(samples.len() > 50, "the samples are not there");
    for run in from..from + runs {
        let (name, text) = noise(&samples, run);
        let ran = std::panic::catch_unwind(|| one(&name, &text));
        assert!(ran.is_ok(), "run {run}, made of {name}: RETORT_NOISE_SEED={run} repeats it");
    }
}

#[test]
fn samples_with_holes_are_read_to_the_end() {
    all(1, 120);
}

#[test]
#[ignore = "for ./scripts/prove noise"]
fn many_samples_with_holes_are_read_to_the_end() {
    let number = |name: &str, other: u64| {
        std::env::var(name).ok().and_then(|given| given.parse().ok()).unwrap_or(other)
    };
    let (from, runs) = (number("RETORT_NOISE_SEED", 1), number("RETORT_NOISE_RUNS", 5_000));
    all(from, runs);
    println!("made: {runs} runs from {from} on, none panicked and no byte was lost");
}
