//! The targets of `./scripts/prove fuzz` compile, keep their promises on noise of a fixed seed, and each is
//! named in the crate that builds them.

#[path = "../../fuzz/targets/doors.rs"]
mod doors;

use std::path::Path;

/// Runs of each door.
const RUNS: u64 = 12;
const BYTES: usize = 256;

#[test]
fn every_door_keeps_its_promises_on_noise() {
    for run in 0..RUNS {
        let bytes = noise(run);
        doors::graph(&bytes);
        doors::replay(&bytes);
        doors::input(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        doors::python(&text);
        doors::link(&text);
    }
}

#[test]
fn every_target_is_built() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for entry in std::fs::read_dir(folder.join("targets")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(manifest.contains(&format!("path = \"targets/{name}\"")), "fuzz/targets/{name}");
    }
}

fn noise(run: u64) -> Vec<u8> {
    let mut state = run.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..BYTES).map(next).collect()
}
