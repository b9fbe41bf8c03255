//! Any text as a revision file, and any text as the body of `upgrade()`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use retort::Input;
use review::{review, revision};

fuzz_target!(|text: &str| {
    review(vec![Input::new("migrations/versions/a.py", text.as_bytes().to_vec())]);
    let body: String = text.lines().map(|line| format!("    {line}\n")).collect();
    let analysis = review(vec![revision("a1", "None", &body)]);
    let _ = analysis.reading.schema(None, Some("heads"));
});
