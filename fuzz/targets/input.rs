//! Any bytes as anything: the first byte chooses what the input is called.
#![no_main]

use libfuzzer_sys::fuzz_target;
use retort::Input;
use review::review;

const NAMES: &[&str] = &[
    "pasted",
    "plan.txt",
    "dump.sql",
    "prod-summary.txt",
    "a.zip",
    "a.tar.gz",
    "change.diff",
    "alembic.ini",
    "pyproject.toml",
    "migrations/env.py",
    "out.csv",
    "schema.json",
    "retort.toml",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    review(vec![Input::new(name, rest.to_vec())]);
});
