//! The only integration binary: each further one would be linked again.

mod attributes;
mod cli;
mod comparisons;
mod deploys;
mod diff;
mod dialects;
mod docs;
mod dumps;
mod exports;
mod fix;
mod fuzz;
mod gates;
mod history;
mod inputs;
mod large;
mod laws;
mod links;
mod moments;
mod noise;
mod musts;
mod origins;
mod outputs;
mod pairs;
mod projects;
mod projects_made;
mod replay;
mod settings;
mod shared;
mod undo;
mod ways;
mod verdicts;
mod tidy;

/// A file that is not declared above would never run.
#[test]
fn no_test_file_is_forgotten() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let declared = std::fs::read_to_string(here.join("main.rs")).unwrap();
    for entry in std::fs::read_dir(&here).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let stem = name.strip_suffix(".rs").unwrap_or(&name);
        let known = stem == "main" || declared.contains(&format!("mod {stem};"));
        assert!(known, "tests/it/{name} is not declared in tests/it/main.rs: add `mod {stem};`");
    }
}
