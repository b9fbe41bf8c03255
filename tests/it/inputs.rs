//! Inputs from the repository's own files, and reports about them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use retort::Alone;
use retort::wire::{Input, Options, Report};

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of `tests/samples`, named by its path in there.
#[track_caller]
pub fn sample(path: &str) -> Input {
    let full = root().join("tests/samples").join(path);
    Input::new(
        path,
        std::fs::read(&full).unwrap_or_else(|error| panic!("{}: {error}", full.display())),
    )
}

/// Every file under a folder of the repository, named by its path in the folder.
#[track_caller]
pub fn folder(path: &str) -> Vec<Input> {
    let full = root().join(path);
    let mut inputs = Vec::new();
    collect(&full, &full, &mut inputs);
    assert!(!inputs.is_empty(), "{path} is empty");
    inputs
}

/// The migrations that go through most directives, in their folder.
pub fn replay_sample() -> Vec<Input> {
    let mut inputs = folder("tests/samples/alembic/replay/versions");
    for input in &mut inputs {
        input.name = format!("migrations/versions/{}", input.name);
    }
    inputs
}

fn collect(root: &Path, folder: &Path, inputs: &mut Vec<Input>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, inputs);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            inputs.push(Input::new(name, std::fs::read(&path).unwrap()));
        }
    }
}

/// The report about inputs, with default options.
pub fn report(inputs: Vec<Input>) -> Report {
    match retort::analyze(inputs, &Options::default(), &Alone, &mut |_| ControlFlow::Continue(())) {
        ControlFlow::Continue(analysis) => analysis.report(),
        ControlFlow::Break(()) => unreachable!("nothing stops this run"),
    }
}
