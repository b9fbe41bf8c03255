//! The prose says what is true.

use std::fs;

use retort::cli::commands::COMMANDS;

use super::sources::{report, root};

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

#[test]
fn the_changelog_has_room_for_what_comes() {
    let text = read("CHANGELOG.md");
    for heading in ["## Unreleased", "### Rules"] {
        let there = text.lines().any(|line| line == heading);
        assert!(
            there,
            "CHANGELOG.md: add the heading `{heading}`, and put what users notice below it"
        );
    }
}

#[test]
fn paths_named_in_the_prose_exist() {
    let mut complaints = Vec::new();
    for name in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        for (ix, line) in read(name).lines().enumerate() {
            for path in code_spans(line).filter(|span| is_path(span)) {
                if !root().join(path).exists() {
                    complaints.push(format!("{name}:{}: {path}", ix + 1));
                }
            }
        }
    }
    report(complaints, "name the file where it is now, or take the sentence out.");
}

#[test]
fn commands_shown_in_the_readme_exist() {
    let mut complaints = Vec::new();
    let mut in_code = false;
    for (ix, line) in read("README.md").lines().enumerate() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        let shown = line.trim_start().strip_prefix("$ ").unwrap_or(line.trim_start());
        let mut words = shown.split_whitespace();
        let (program, first) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let known = match program {
            "retort" => {
                first.starts_with('-') || COMMANDS.iter().any(|command| command.name == first)
            }
            script if script.starts_with("./scripts/") => {
                !root().join("scripts").exists() || root().join(script).exists()
            }
            _ => true,
        };
        if in_code && !known {
            complaints.push(format!("README.md:{}: {shown}", ix + 1));
        }
    }
    report(complaints, "show a command that is there: COMMANDS, or a file in scripts/.");
}

fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// `src/wire/`, `docs/x.md`, `Cargo.toml`; not `wire::share`, `op/…` or a command.
fn is_path(span: &str) -> bool {
    let plain = span.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let rooted = ["src/", "tests/", "docs/", "scripts/", "style/", "public/"];
    let file = [".md", ".toml"].iter().any(|end| span.ends_with(end)) && !span.contains('/');
    plain
        && (rooted.iter().any(|folder| span.starts_with(folder)) || (file && span != "retort.toml"))
}

/// The rule that is shown to whoever writes the next one is one that runs.
#[test]
fn the_worked_example_of_a_rule_is_the_rule() {
    let text = std::fs::read_to_string("CONTRIBUTING.md").unwrap();
    let blocks: Vec<&str> =
        text.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let rule = std::fs::read_to_string("src/engine/rules/drop_not_null.rs").unwrap();
    let table = std::fs::read_to_string("src/engine/rules/mod.rs").unwrap();
    assert_eq!(blocks.first().copied(), Some(rule.as_str()));
    let lines: Vec<&str> = blocks.get(1).unwrap().lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| table.lines().any(|own| own == *line)), "{lines:?}");
}
