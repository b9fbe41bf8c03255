//! Who may import whom, and where the outside world may be touched.

use super::sources::{Source, all, report};

/// Top folder, and what of the crate it may name beside itself.
const FOLDERS: &[(&str, &[&str])] = &[
    ("lib", &["limits", "ordered", "wire", "renderers", "engine", "cli", "web"]),
    ("limits", &[]),
    ("ordered", &[]),
    ("wire", &["ordered", "limits"]),
    ("renderers", &["wire", "ordered", "limits"]),
    ("engine", &["wire", "ordered", "limits"]),
    ("cli", &["wire", "renderers", "engine", "ordered", "limits"]),
    ("web", &["wire", "renderers", "ordered", "limits"]),
];

/// Binary, and what of the crate it may name.
const DOORS: &[(&str, &[&str])] = &[
    ("retort", &["cli", "renderers"]),
    ("worker", &["engine", "renderers", "wire", "limits", "Lent", "Session"]),
    ("app", &["web", "wire", "renderers"]),
];

/// Module of the engine, and the others it may name. A row may name only rows above it, so that there is
/// no cycle. `wire` and `limits` are open to all.
const ENGINE: &[(&str, &[&str])] = &[
    ("span", &[]),
    ("ledger", &["span"]),
    ("document", &["span", "ledger"]),
    ("code_page", &[]),
    ("intake", &["span", "ledger", "document", "code_page"]),
    ("containers", &["span", "ledger", "document", "code_page", "intake"]),
    ("clean", &["span", "ledger", "document", "code_page"]),
    ("patch", &["span", "document", "clean"]),
    ("toml", &[]),
    ("dialects", &[]),
    ("schema", &["dialects"]),
    ("expression", &["schema"]),
    ("op", &["span", "dialects", "schema", "expression"]),
    ("chain", &["span", "ledger", "document", "dialects", "schema", "op"]),
    ("history", &["span", "schema", "op", "chain"]),
    ("sql", &["span", "ledger", "clean", "schema", "op", "dialects"]),
    ("python", &["span", "ledger"]),
    ("facts", &["span", "dialects", "schema", "op", "chain", "history"]),
    (
        "formats",
        &[
            "span", "ledger", "document", "clean", "patch", "toml", "schema", "op", "chain",
            "history", "dialects", "sql", "python", "facts",
        ],
    ),
    ("compare", &["schema", "op", "sql", "dialects"]),
    ("stamp", &["schema", "op", "chain", "compare"]),
    ("writers", &["dialects", "schema", "op", "sql", "compare"]),
    ("lost", &["span", "schema", "op", "chain", "compare", "writers"]),
    (
        "case",
        &[
            "span", "ledger", "document", "schema", "op", "chain", "history", "stamp", "dialects",
            "facts",
        ],
    ),
    (
        "rules",
        &[
            "span", "ledger", "document", "schema", "op", "chain", "history", "dialects", "facts",
            "writers", "lost", "case",
        ],
    ),
    ("verdict", &["span", "ledger", "schema", "op", "chain", "facts", "case"]),
    (
        "compose",
        &[
            "span", "ledger", "document", "schema", "op", "chain", "history", "dialects", "facts",
            "writers", "compare", "case", "rules", "verdict",
        ],
    ),
    ("crew", &[]),
    (
        "pipeline",
        &[
            "crew",
            "span",
            "ledger",
            "document",
            "intake",
            "containers",
            "clean",
            "patch",
            "op",
            "chain",
            "history",
            "dialects",
            "facts",
            "formats",
            "case",
            "rules",
            "verdict",
            "compose",
        ],
    ),
    ("offer", &[]),
    ("session", &["crew", "pipeline", "rules", "offer"]),
    (
        "fixture",
        &[
            "crew",
            "ledger",
            "document",
            "containers",
            "facts",
            "formats",
            "case",
            "rules",
            "verdict",
            "compose",
            "pipeline",
        ],
    ),
];

/// Outside name, and the only places that may know it.
const PARSER_DOORS: &[(&str, &[&str])] = &[
    ("sqlparser", &["src/engine/expression/", "src/engine/sql/", "src/engine/dialects/"]),
    ("ruff_python_parser", &["src/engine/python/"]),
    ("ruff_python_ast", &["src/engine/python/"]),
    ("ruff_text_size", &["src/engine/python/"]),
    ("zip", &["src/engine/containers/"]),
    ("tar", &["src/engine/containers/"]),
    ("flate2", &["src/engine/containers/"]),
    ("md5", &["src/engine/op/conventions.rs"]),
    ("clap", &["src/cli/args.rs"]),
    ("mimalloc", &["src/bin/retort.rs"]),
    ("terminal_size", &["src/bin/retort.rs"]),
    ("miniz_oxide", &["src/wire/share/"]),
    ("base64", &["src/wire/share/"]),
    ("reactive_graph", &["src/web/view/"]),
    ("any_spawner", &["src/web/view/"]),
    ("web_sys", &["src/web/view/", "src/web/browser/"]),
    ("js_sys", &["src/web/view/", "src/web/browser/", "src/bin/worker.rs"]),
    ("wasm_bindgen", &["src/web/view/", "src/web/browser/", "src/bin/"]),
    ("wasm_bindgen_futures", &["src/web/browser/"]),
];

/// What touches the world outside of the values that a function is given.
const WORLD: &[&str] = &[
    "std::fs",
    "std::env",
    "std::time",
    "std::thread",
    "std::process",
    "std::net",
    "std::io::stdin",
];

#[test]
fn folders_import_only_what_they_may() {
    let mut complaints = Vec::new();
    for source in all().into_iter().filter(|source| !source.is_test) {
        let (folder, allowed) = match source.module.first().map(String::as_str) {
            Some("bin") => {
                let name = source.module.get(1).map_or("", String::as_str);
                (name, DOORS.iter().find(|row| row.0 == name).map(|row| row.1))
            }
            Some(folder) => (folder, FOLDERS.iter().find(|row| row.0 == folder).map(|row| row.1)),
            None => continue,
        };
        let Some(allowed) = allowed else {
            complaints.push(format!("{}: `{folder}` is in no table", source.path));
            continue;
        };
        for (line, path) in imports(&source) {
            let Some(target) = path.first().filter(|target| is_module(target)) else { continue };
            if target != folder && !allowed.contains(&target.as_str()) {
                complaints.push(format!("{}:{line}: {folder} names {target}", source.path));
            }
        }
    }
    report(
        complaints,
        "pass a value of `wire`, or move the code to the folder that may know both.",
    );
}

#[test]
fn engine_modules_import_only_rows_above_them() {
    for (ix, (module, allowed)) in ENGINE.iter().enumerate() {
        for name in *allowed {
            let above = ENGINE[..ix].iter().any(|row| row.0 == *name);
            assert!(above, "the row of `{module}` names `{name}`, which does not stand above it");
        }
    }
    let mut complaints = Vec::new();
    for source in all() {
        let [first, module, ..] = source.module.as_slice() else { continue };
        if first != "engine" || source.is_test {
            continue;
        }
        let Some((_, allowed)) = ENGINE.iter().find(|row| row.0 == module) else {
            complaints.push(format!("{}: engine::{module} has no row in ENGINE", source.path));
            continue;
        };
        for (line, path) in imports(&source) {
            let [engine, target, ..] = path.as_slice() else { continue };
            let known = ENGINE.iter().any(|row| row.0 == target);
            if engine == "engine"
                && known
                && target != module
                && !allowed.contains(&target.as_str())
            {
                complaints.push(format!("{}:{line}: {module} names {target}", source.path));
            }
        }
    }
    report(
        complaints,
        "let stages meet in `pipeline`; a new arrow is argued for in the commit and added here.",
    );
}

#[test]
fn each_outside_name_has_one_door() {
    let mut complaints = Vec::new();
    for source in all() {
        for (line, code) in &source.code {
            for (name, doors) in PARSER_DOORS {
                if names(code, name) && !doors.iter().any(|door| source.path.starts_with(door)) {
                    complaints.push(format!("{}:{line}: names {name}", source.path));
                }
            }
        }
    }
    report(complaints, "ask the module behind the door for a value of our own.");
}

#[test]
fn only_the_shells_touch_the_world() {
    let mut complaints = Vec::new();
    for source in all() {
        let is_shell =
            ["src/cli/", "src/bin/", "src/web/browser/"].iter().any(|s| source.path.starts_with(s));
        for (line, code) in source.code.iter().filter(|_| !is_shell) {
            if let Some(world) = WORLD.iter().find(|world| code.contains(*world)) {
                complaints.push(format!("{}:{line}: {world}", source.path));
            }
        }
    }
    report(complaints, "take the value as a parameter; `cli` reads disk and clock.");
}

#[test]
fn only_wire_is_serialisable() {
    let mut complaints = Vec::new();
    for source in all().iter().filter(|source| !source.path.starts_with("src/wire/")) {
        for (line, code) in &source.code {
            let derives = code.trim_start().starts_with("#[derive(");
            if derives && (code.contains("Serialize") || code.contains("Deserialize")) {
                complaints.push(format!("{}:{line}", source.path));
            }
        }
    }
    report(complaints, "put the shape into `wire`: a promise to the outside is made there only.");
}

/// Paths inside the crate that a file names, with `super` worked out.
fn imports(source: &Source) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for (ix, (line, code)) in source.code.iter().enumerate() {
        for (at, start) in starts(code) {
            let mut base: Vec<String> = match start {
                "super" => source
                    .module
                    .iter()
                    .take(source.module.len().saturating_sub(1))
                    .cloned()
                    .collect(),
                _ => Vec::new(),
            };
            let mut rest = &code[at + start.len() + 2..];
            while let Some(after) = rest.strip_prefix("super::") {
                base.pop();
                rest = after;
            }
            let group = rest.starts_with('{').then(|| {
                let more = source.code[ix + 1..].iter().map(|(_, code)| code.trim());
                let all: Vec<&str> = std::iter::once(rest).chain(more).collect();
                all.join(" ").split([';', '}']).next().unwrap_or("").to_owned()
            });
            let group = group.as_deref().unwrap_or(rest);
            for name in group.trim_start_matches('{').split(", ") {
                let path: String = name
                    .trim()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                    .collect();
                let parts = path.split("::").filter(|part| !part.is_empty()).map(str::to_owned);
                found.push((*line, base.iter().cloned().chain(parts).collect()));
                if !rest.starts_with('{') {
                    break;
                }
            }
        }
    }
    found
}

fn starts(code: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for start in ["crate", "super", "retort"] {
        for (at, _) in code.match_indices(&format!("{start}::")) {
            let before = code[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                found.push((at, start));
            }
        }
    }
    found
}

fn is_module(name: &str) -> bool {
    FOLDERS.iter().any(|row| row.0 == name)
}

/// Whether code names a crate: `zip::`, `use zip;`, but not `.zip(` or `my_zip::`.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let free =
            before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | ':' | '.' | '"'));
        let after = &code[at + name.len()..];
        free && (after.starts_with("::")
            || (code.trim_start().starts_with("use ") && after.starts_with(';')))
            && !code[..at].trim_end().ends_with("mod")
    })
}
