//! What is taken and what is left out, decided by names and sizes before any byte is read.

use super::model::{LeftOut, Reason};
use super::words;
use crate::limits;

/// Folders that hold tools and caches, never migrations.
const MACHINERY: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "__pycache__",
    "node_modules",
    ".venv",
    "venv",
    "site-packages",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".idea",
];

/// Endings of files in which no reader would find a statement.
const BINARY: &[&str] = &[
    "pyc", "pyo", "so", "dll", "dylib", "exe", "o", "a", "class", "wasm", "png", "jpg", "jpeg",
    "gif", "webp", "ico", "bmp", "svg", "pdf", "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4",
    "mov", "webm", "sqlite", "sqlite3", "db",
];

/// Returns why a path is not even opened, if so.
pub fn skip(path: &str) -> Option<Reason> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    if folders.split('/').any(is_machinery) || file == ".DS_Store" {
        return Some(Reason::Machinery);
    }
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.filter(|ending| BINARY.contains(&ending.as_str())).map(|_| Reason::Binary)
}

/// Returns true for a folder that need not be walked.
pub fn is_machinery(folder: &str) -> bool {
    MACHINERY.contains(&folder)
}

/// Counts what is taken against the limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Intake {
    documents: usize,
    bytes: usize,
}

impl Intake {
    /// Starts from what is there already.
    pub fn new(documents: usize, bytes: usize) -> Self {
        Self { documents, bytes }
    }

    /// Takes one file, or says why not. What was refused does not count.
    pub fn admit(&mut self, path: &str, bytes: usize) -> Result<(), LeftOut> {
        let refuse = |why| Err(LeftOut { path: path.to_owned(), why });
        if bytes > limits::DOCUMENT_BYTES_MAX {
            return refuse(Reason::TooLarge);
        }
        if self.documents >= limits::DOCUMENTS_MAX {
            return refuse(Reason::TooMany);
        }
        if self.bytes + bytes > limits::INPUT_BYTES_MAX {
            return refuse(Reason::TooMuch);
        }
        self.documents += 1;
        self.bytes += bytes;
        Ok(())
    }
}

/// Returns the name, or the name with a number where another upload has it already.
pub fn unique(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    let file_at = name.rfind('/').map_or(0, |slash| slash + 1);
    let dot = name[file_at..].rfind('.').filter(|&dot| dot > 0).map(|dot| file_at + dot);
    let (stem, ending) = name.split_at(dot.unwrap_or(name.len()));
    (2..)
        .map(|number: u32| words::join(&[stem, " (", &number.to_string(), ")", ending]))
        .find(|candidate| !taken(candidate))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machinery_and_binaries_are_skipped() {
        assert_eq!(skip("app/.git/config"), Some(Reason::Machinery));
        assert_eq!(skip("app/venv/lib/x.py"), Some(Reason::Machinery));
        assert_eq!(skip("app/__pycache__/x.cpython-312.pyc"), Some(Reason::Machinery));
        assert_eq!(skip("logo.PNG"), Some(Reason::Binary));
        assert_eq!(skip("migrations/versions/5a9d_first.py"), None);
        assert_eq!(skip("plan"), None);
        assert_eq!(skip("git/plan.sql"), None);
    }

    #[test]
    fn limits_refuse_by_name_and_let_the_rest_in() {
        let mut intake = Intake::new(limits::DOCUMENTS_MAX - 1, 0);
        let large = intake.admit("dump.sql", limits::DOCUMENT_BYTES_MAX + 1);
        assert_eq!(large, Err(LeftOut { path: "dump.sql".to_owned(), why: Reason::TooLarge }));
        assert_eq!(intake.admit("a.py", 10), Ok(()));
        let many = intake.admit("b.py", 10);
        assert_eq!(many, Err(LeftOut { path: "b.py".to_owned(), why: Reason::TooMany }));

        let mut full = Intake::new(0, limits::INPUT_BYTES_MAX);
        assert_eq!(full.admit("c.py", 0), Ok(()));
        let much = full.admit("d.py", 1);
        assert_eq!(much, Err(LeftOut { path: "d.py".to_owned(), why: Reason::TooMuch }));
    }

    #[test]
    fn names_stay_apart() {
        let taken = |name: &str| ["plan.txt", "plan (2).txt", "v/.env", "x"].contains(&name);
        assert_eq!(unique("plan.txt", taken), "plan (3).txt");
        assert_eq!(unique("other.txt", taken), "other.txt");
        assert_eq!(unique("v/.env", taken), "v/.env (2)");
        assert_eq!(unique("x", taken), "x (2)");
    }
}
