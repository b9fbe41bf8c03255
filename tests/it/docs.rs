//! The pages of `docs/`: what their examples show is what the command prints.

use std::path::{Path, PathBuf};

use retort::cli::commands::COMMANDS;

use crate::cli::retort;
use crate::inputs::root;

/// Every page, by its path below `docs/`.
fn pages() -> Vec<(String, String)> {
    fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, pages);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    let docs = root().join("docs");
    let mut found = Vec::new();
    collect(&docs, &mut found);
    found.sort();
    let named = |path: PathBuf| {
        let name = path.strip_prefix(&docs).unwrap().to_string_lossy().replace('\\', "/");
        (name, std::fs::read_to_string(&path).unwrap())
    };
    found.into_iter().map(named).collect()
}

/// The fenced blocks of a page: language and text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

#[test]
fn examples_print_what_the_pages_show() {
    let samples = root().join("tests/samples");
    let mut run = 0;
    for (name, page) in pages() {
        for (_, text) in blocks(&page).into_iter().filter(|(language, _)| language == "console") {
            let (typed, shown) = text.split_once('\n').unwrap();
            let typed =
                typed.strip_prefix("$ retort ").unwrap_or_else(|| panic!("{name}: {typed}"));
            let words: Vec<&str> = typed.split_whitespace().collect();
            let ran = retort(&samples, &words);
            let lines = shown.trim_end().lines().count();
            let begins: Vec<&str> = ran.out.lines().take(lines).collect();
            assert_eq!(begins.join("\n"), shown.trim_end(), "{name}: {typed}\n{}", ran.err);
            run += 1;
        }
    }
    assert!(run > 5, "only {run} examples were found");
}

#[test]
fn commands_and_flags_on_the_pages_are_there() {
    let here = root();
    for (name, page) in pages() {
        let texts = blocks(&page).into_iter().map(|(_, text)| text);
        for line in texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()) {
            for typed in line.split("retort ").skip(1) {
                let mut words = typed.split_whitespace();
                let Some(command) =
                    words.next().filter(|word| COMMANDS.iter().any(|known| known.name == *word))
                else {
                    continue;
                };
                let help = retort(&here, &[command, "--help"]).out;
                for flag in words
                    .take_while(|word| !matches!(*word, "|" | ">" | "&&"))
                    .filter(|word| word.starts_with("--"))
                {
                    let flag = flag.split('=').next().unwrap().trim_matches(['`', ',', '.']);
                    assert!(help.contains(flag), "{name}: `retort {command}` has no {flag}");
                }
            }
        }
    }
}

#[test]
fn the_table_of_contents_has_every_page_and_links_lead_somewhere() {
    let pages = pages();
    let summary = &pages.iter().find(|(name, _)| name == "SUMMARY.md").unwrap().1;
    for (name, page) in &pages {
        assert!(
            name == "SUMMARY.md" || summary.contains(&format!("({name})")),
            "{name} is not in SUMMARY.md"
        );
        let folder = root().join("docs").join(name);
        for target in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") || file.contains(' ') {
                continue;
            }
            assert!(folder.parent().unwrap().join(file).exists(), "{name} links to {target}");
        }
    }
}
