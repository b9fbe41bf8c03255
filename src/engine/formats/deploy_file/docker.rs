//! A Dockerfile: what its last stage runs while it is built, and what it starts.

use crate::engine::facts::{Phase, SetVariable};

use super::shell::Flags;
use super::{Reading, yaml};

/// Reads the file. Of several CMD and ENTRYPOINT of the last stage the last one counts.
pub(super) fn read(reading: &mut Reading<'_>, text: &str) {
    let (mut start, mut entry, mut command) = (0, None, None);
    let mut lines = text.split_inclusive('\n').peekable();
    let mut at = 0;
    while let Some(line) = lines.next() {
        start = at;
        at += line.len();
        let is_said = |line: &str| !line.trim_start().starts_with('#');
        let mut goes_on = is_said(line) && line.trim_end().ends_with('\\');
        while goes_on && let Some(next) = lines.next() {
            at += next.len();
            goes_on = !is_said(next) || next.trim_end().ends_with('\\');
        }
        let body = text.get(start..at).unwrap_or_default();
        let lead = body.len() - body.trim_start().len();
        let (word, rest) =
            body.trim_start().split_once(char::is_whitespace).unwrap_or((body.trim(), ""));
        let rest_at = at - rest.len();
        let end = rest_at + rest.trim_end().len();
        match word.to_ascii_uppercase().as_str() {
            "FROM" => {
                // Only the last stage is what runs; what earlier ones ran was run all the same.
                (entry, command) = (None, None);
            }
            "RUN" if rest.trim_start().starts_with("<<") => {
                reading.open(start + lead, "a here-document in RUN is not followed");
            }
            "RUN" => run(reading, rest, rest_at..end),
            "ENTRYPOINT" => entry = Some(rest_at..end),
            "CMD" => command = Some(rest_at..end),
            "ENV" => variables(reading, rest, rest_at),
            _ => {}
        }
    }
    let _ = start;
    // CMD is what an ENTRYPOINT gets as its arguments.
    if let Some(at) = entry.clone() {
        started(reading, text, at);
    }
    if let Some(at) = command {
        started(reading, text, at);
    }
}

fn run(reading: &mut Reading<'_>, rest: &str, at: std::ops::Range<usize>) {
    let flags = rest.trim_start();
    let options = flags.split_whitespace().take_while(|word| word.starts_with("--"));
    let skip = options
        .last()
        .and_then(|word| flags.find(word).map(|at| at + word.len() + rest.len() - flags.len()));
    let body = rest.get(skip.unwrap_or(0)..).unwrap_or_default();
    let start = at.end - body.trim_end().len();
    match body.trim_start().starts_with('[') {
        true => exec(reading, Phase::Build, body, start),
        false => {
            let text = body.trim_end().to_owned();
            reading.script(Phase::Build, "RUN", &text, start..at.end, Flags::default());
        }
    }
}

fn started(reading: &mut Reading<'_>, text: &str, at: std::ops::Range<usize>) {
    let body = text.get(at.clone()).unwrap_or_default();
    match body.trim_start().starts_with('[') {
        true => exec(reading, Phase::Start, body, at.start),
        false => {
            let text = body.to_owned();
            reading.script(Phase::Start, "CMD", &text, at, Flags::default());
        }
    }
}

/// `["program", "argument"]`.
fn exec(reading: &mut Reading<'_>, phase: Phase, body: &str, at: usize) {
    let (mut node, open) = yaml::read(body);
    node.at = at..at + body.trim_end().len();
    for (offset, what) in open {
        reading.open(at + offset, what);
    }
    let name = if phase == Phase::Build { "RUN" } else { "CMD" };
    reading.words(phase, name, &node);
}

/// `ENV A=b C="d"`, `ENV A b`.
fn variables(reading: &mut Reading<'_>, rest: &str, at: usize) {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let mut pairs: Vec<(&str, &str)> =
        words.iter().filter_map(|word| word.split_once('=')).collect();
    if let ([name, ..], true) = (words.as_slice(), pairs.is_empty()) {
        pairs.push((name, rest.trim().strip_prefix(*name).unwrap_or_default().trim()));
    }
    for (name, value) in pairs {
        let span = reading.span(at..at + rest.trim_end().len());
        let value = value.trim_matches(['"', '\'']).to_owned();
        let name = name.to_owned();
        reading.made.sets.push(SetVariable { name, value, span, exported: true });
    }
}
