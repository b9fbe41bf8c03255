//! The source files, read once per check.

use std::fs;
use std::path::{Path, PathBuf};

/// One file under `src`.
pub struct Source {
    /// With forward slashes, from the root: `src/wire/mod.rs`.
    pub path: String,
    /// Module path: `wire`, `share` for `src/wire/share/mod.rs`.
    pub module: Vec<String>,
    /// Code outside of tests, without comments.
    pub code: Vec<(usize, String)>,
    pub text: String,
    /// Compiled for tests alone.
    pub is_test: bool,
}

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns every Rust file under `src` by path.
pub fn all() -> Vec<Source> {
    let mut files = Vec::new();
    list(&root().join("src"), &mut files);
    files.sort();
    let mut sources: Vec<Source> = files.iter().map(|file| read(file)).collect();
    let tests: Vec<Vec<String>> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        if tests.iter().any(|test| source.module.starts_with(test)) {
            source.is_test = true;
            source.code.clear();
        }
    }
    sources
}

/// Modules that a file declares right below `#[cfg(test)]`.
fn test_modules(source: &Source) -> Vec<Vec<String>> {
    let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
    let declared = lines.windows(2).filter_map(|pair| match pair {
        ["#[cfg(test)]", line] => line.split_once("mod ")?.1.strip_suffix(';'),
        _ => None,
    });
    let is_crate = source.path == "src/lib.rs";
    let parent = if is_crate { Vec::new() } else { source.module.clone() };
    declared.map(|name| [parent.clone(), vec![name.to_owned()]].concat()).collect()
}

/// Fails with every complaint, and once for all of them what to do instead.
#[track_caller]
pub fn report(complaints: Vec<String>, instead: &str) {
    assert!(complaints.is_empty(), "\n{}\n\nInstead: {instead}\n", complaints.join("\n"));
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}

fn read(file: &Path) -> Source {
    let path = file.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    let text = fs::read_to_string(file).unwrap();
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let inner = inner.strip_suffix("/mod").unwrap_or(inner);
    let module = inner.split('/').map(str::to_owned).collect();
    let mut code = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((ix, line)) = lines.next() {
        // By convention tests stand at the foot of a file.
        let next_is_tests = lines.peek().is_some_and(|(_, next)| next.starts_with("mod tests {"));
        if line == "#[cfg(test)]" && next_is_tests {
            break;
        }
        let bare = line.trim_start();
        if !bare.starts_with("//") {
            code.push((ix + 1, line.split(" // ").next().unwrap_or(line).to_owned()));
        }
    }
    Source { path, module, code, text, is_test: false }
}
