//! Front pages, catalogues, lengths and words.

use std::collections::BTreeSet;

use super::sources::{all, report, root};

/// Folder of a catalogue, and files in it that are not members.
const CATALOGUES: &[(&str, &[&str])] = &[
    (
        "src/renderers",
        &[
            "collect",
            "visible",
            "sentence",
            "terminal",
            "lanes",
            "marked",
            "chain_downgrades",
            "views",
        ],
    ),
    ("src/engine/containers", &["pasted"]),
    ("src/engine/dialects", &["choice"]),
    ("src/engine/formats", &[]),
    (
        "src/engine/rules",
        &[
            "deploys", "evidence", "example", "locks", "made", "retype", "types", "volatile",
            "way", "words",
        ],
    ),
    ("src/cli/commands", &[]),
    ("src/web/view/panels", &["chain_row"]),
    ("src/renderers/views", &["words", "highlight", "parts"]),
];
const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 500;
/// Files and functions that were longer when the limit came. This list may only shrink.
const TOO_LONG: &[&str] = &[];
const DRAWERS: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "manager"];
/// What is not left behind, in two pieces so that this file does not hold it itself.
const LEFTOVERS: &[(&str, &str)] =
    &[("todo", "!("), ("dbg", "!("), ("FIX", "ME"), ("unimplemented", "!(")];
const PURE: &[&str] = &[
    "src/engine/",
    "src/wire/",
    "src/renderers/",
    "src/limits.rs",
    "src/web/model.rs",
    "src/web/update.rs",
    "src/web/select.rs",
];

#[test]
fn every_front_page_says_in_out_never() {
    let mut complaints = Vec::new();
    for source in all().iter().filter(|source| source.path.ends_with("/mod.rs")) {
        if source.is_test {
            continue;
        }
        for word in ["//! In:", "//! Out:", "//! Never:"] {
            if !source.text.lines().any(|line| line.starts_with(word)) {
                complaints.push(format!("{}: no line `{word} …`", source.path));
            }
        }
    }
    report(complaints, "say at the top what comes in, what goes out and what it must never know.");
}

#[test]
fn every_member_of_a_catalogue_is_in_its_table() {
    let sources = all();
    let mut complaints = Vec::new();
    for (folder, others) in CATALOGUES {
        let Some(front) = sources.iter().find(|source| source.path == format!("{folder}/mod.rs"))
        else {
            continue;
        };
        let members: BTreeSet<&str> = sources
            .iter()
            .filter_map(|source| source.path.strip_prefix(&format!("{folder}/")))
            .map(|inner| inner.split(['/', '.']).next().unwrap_or(inner))
            .filter(|name| *name != "mod" && *name != "tests" && !others.contains(name))
            .collect();
        for member in members {
            let listed = front.code.iter().any(|(_, line)| {
                line.contains(&format!("{member}::")) && !line.trim_start().starts_with("use ")
            });
            if !listed {
                complaints.push(format!("{folder}/{member}.rs has no row in {}", front.path));
            }
        }
    }
    report(
        complaints,
        "add its row to the table in the front page, or to the folder's others above.",
    );
}

#[test]
fn functions_and_files_are_a_page() {
    let mut complaints = Vec::new();
    for source in all().iter().filter(|source| !source.is_test) {
        let lines = source.code.last().map_or(0, |(line, _)| *line);
        if lines > FILE_LINES_MAX && !TOO_LONG.contains(&source.path.as_str()) {
            complaints.push(format!("{}: {lines} lines, at most {FILE_LINES_MAX}", source.path));
        }
        let mut open: Option<(usize, String, String)> = None;
        for (line, code) in &source.code {
            let indent: String = code.chars().take_while(|c| *c == ' ').collect();
            let bare = code.trim_start();
            let words = [
                "fn ",
                "pub fn ",
                "pub(super) fn ",
                "pub(crate) fn ",
                "const fn ",
                "pub const fn ",
            ];
            if let Some(word) = words.iter().find(|word| bare.starts_with(**word)) {
                let name = bare[word.len()..].split(['(', '<']).next().unwrap_or("").to_owned();
                open = Some((*line, indent, name));
            } else if let Some((start, outer, name)) = &open
                && bare == "}"
                && indent == *outer
            {
                let lines = line - start + 1;
                let place = format!("{}::{name}", source.path);
                if lines > FUNCTION_LINES_MAX && !TOO_LONG.contains(&place.as_str()) {
                    complaints
                        .push(format!("{place}: {lines} lines, at most {FUNCTION_LINES_MAX}"));
                }
                open = None;
            }
        }
    }
    report(complaints, "split by what the parts know: branches in the parent, work in the leaves.");
}

#[test]
fn no_drawers() {
    let mut complaints = Vec::new();
    for source in all() {
        if let Some(drawer) = source.module.iter().find(|part| DRAWERS.contains(&part.as_str())) {
            complaints
                .push(format!("{}: `{drawer}` says nothing about what is inside", source.path));
        }
    }
    report(complaints, "name the module for what it knows.");
}

#[test]
fn nothing_is_left_behind() {
    let mut complaints = Vec::new();
    for source in all() {
        for (ix, line) in source.text.lines().enumerate() {
            for (one, two) in LEFTOVERS {
                if line.contains(&format!("{one}{two}")) {
                    complaints.push(format!("{}:{}: {one}{two}", source.path, ix + 1));
                }
            }
        }
    }
    report(complaints, "finish it, or enter in the ledger that it is not decided.");
}

#[test]
fn pure_code_cannot_panic_by_choice_and_has_no_hash_order() {
    let banned = [
        ".unwrap()",
        ".expect(\"",
        "panic!(",
        "unreachable!(",
        "HashMap",
        "HashSet",
        "collections::BTree",
        "#[allow(",
    ];
    let mut complaints = Vec::new();
    for source in all().iter().filter(|s| PURE.iter().any(|pure| s.path.starts_with(pure))) {
        for (line, code) in &source.code {
            if let Some(word) = banned.iter().find(|word| code.contains(**word)) {
                complaints.push(format!("{}:{line}: {word}", source.path));
            }
        }
    }
    report(
        complaints,
        "show it in the types, or enter it as undecided and return; `ordered` for order; #[expect(…, reason)].",
    );
}

#[test]
fn no_view_writes_markup() {
    let mut complaints = Vec::new();
    for source in all().iter().filter(|source| source.path.starts_with("src/web/")) {
        for (line, code) in &source.code {
            let empties = code.contains("set_inner_html(\"\")");
            if (code.contains("inner_html") && !empties) || code.contains("insert_adjacent_html") {
                complaints.push(format!("{}:{line}", source.path));
            }
        }
    }
    report(complaints, "text from outside is always text: build elements.");
}

/// A policy can't stop a navigation: nothing that could be followed leads to another site, and no address tells
/// where one came from.
#[test]
fn the_page_leads_nowhere_else() {
    let mut complaints = Vec::new();
    for source in all().iter().filter(|source| source.path.starts_with("src/web/")) {
        for (line, code) in &source.code {
            let address = code.contains("https://") || code.contains("http://");
            if (address && !code.contains("www.w3.org")) || code.contains("mailto:") {
                complaints.push(format!("{}:{line}", source.path));
            }
        }
    }
    report(complaints, "a link to elsewhere may carry what is on screen: name it in words.");
    let page = std::fs::read_to_string(root().join("index.html")).unwrap();
    assert!(page.contains(r#"<meta name="referrer" content="no-referrer">"#));
    assert!(!page.contains("://"), "index.html leads to another site");
}

#[test]
fn the_list_of_exceptions_holds_no_ghosts() {
    let gone: Vec<String> = TOO_LONG
        .iter()
        .filter(|place| !root().join(place.split("::").next().unwrap_or(place)).exists())
        .map(|place| (*place).to_owned())
        .collect();
    report(gone, "take it off TOO_LONG.");
}
