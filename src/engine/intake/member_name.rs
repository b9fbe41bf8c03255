//! Names of archive members and of files in folders: what to show, what to refuse, what to leave out.

use crate::limits;

/// What to make of a member's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Fit to be shown; the note says what was changed.
    Fine { path: String, note: Option<String> },
    /// Not fit; the path is harmless and the reason is for the person.
    Refused { path: String, why: String },
}

/// Judges the name of an archive member. Nothing is ever written anywhere, so no name can do harm here;
/// but a name that would leave its folder elsewhere is a trap for whoever unpacks the archive, and is
/// refused rather than made to look ordinary.
pub fn judge(raw: &str) -> Named {
    let plain = harmless(raw);
    let slashed = plain.replace('\\', "/");
    let refused = |why: &str| Named::Refused { path: escaped(&slashed), why: why.to_owned() };
    if raw.len() > limits::MEMBER_PATH_BYTES_MAX {
        return refused("its name is too long");
    }
    if slashed.starts_with('/') {
        return refused("its name starts at the root of the disk");
    }
    if has_drive_letter(&slashed) {
        return refused("its name starts with a drive letter");
    }
    if slashed.split('/').any(|part| part == "..") {
        return refused("its name leads out of the archive");
    }
    let path =
        slashed.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>();
    if path.is_empty() {
        return refused("it has no name");
    }
    let note = if plain != raw {
        Some("Control characters in its name are shown as \u{fffd}.".to_owned())
    } else if slashed != plain {
        Some("Backslashes in its name are shown as slashes.".to_owned())
    } else {
        None
    };
    Named::Fine { path: path.join("/"), note }
}

/// Replaces characters that a screen would not show as themselves: control characters, line separators
/// and those that turn the direction of writing.
pub fn harmless(raw: &str) -> String {
    let deceives = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if !raw.contains(deceives) {
        return raw.to_owned();
    }
    raw.chars().map(|c| if deceives(c) { '\u{fffd}' } else { c }).collect()
}

/// Returns why a path never holds anything to review, or `None` when it may.
pub fn noise(path: &str) -> Option<&'static str> {
    for part in path.split('/') {
        let why = match part {
            ".git" | ".hg" | ".svn" => "version control's own files",
            "__pycache__" | ".mypy_cache" | ".pytest_cache" | ".ruff_cache" => "a cache",
            "venv" | ".venv" | "virtualenv" | "site-packages" | ".tox" | ".nox" => {
                "part of a virtual environment"
            }
            "node_modules" => "an installed package",
            "__MACOSX" | ".DS_Store" | "Thumbs.db" | "desktop.ini" => {
                "the operating system's own file"
            }
            _ if part.starts_with("._") => "the operating system's own file",
            _ => continue,
        };
        return Some(why);
    }
    let compiled = path
        .rsplit('.')
        .next()
        .is_some_and(|end| end.eq_ignore_ascii_case("pyc") || end.eq_ignore_ascii_case("pyo"));
    compiled.then_some("compiled Python")
}

fn has_drive_letter(path: &str) -> bool {
    let mut characters = path.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic()) && characters.next() == Some(':')
}

/// A refused name as it is shown: no part of it works as a path.
fn escaped(path: &str) -> String {
    let mut parts: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| if part == ".." { "%2E%2E".to_owned() } else { part.replace(':', "%3A") })
        .collect();
    if parts.is_empty() {
        parts.push("(no name)".to_owned());
    }
    let mut shown: String = parts.join("/").chars().take(limits::SHOWN_NAME_CHARS_MAX).collect();
    if path.starts_with('/') {
        shown.insert_str(0, "%2F");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine(raw: &str) -> String {
        match judge(raw) {
            Named::Fine { path, note } => {
                format!("{path}{}", if note.is_some() { " (noted)" } else { "" })
            }
            Named::Refused { path, why } => format!("refused {path}: {why}"),
        }
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        assert_eq!(fine("app/versions/1.py"), "app/versions/1.py");
        assert_eq!(fine("./a//b.sql"), "a/b.sql");
        assert_eq!(fine("ein..zwei/…/größe.sql"), "ein..zwei/…/größe.sql");
    }

    #[test]
    fn odd_names_are_shown_harmlessly_and_say_so() {
        assert_eq!(fine("app\\versions\\1.py"), "app/versions/1.py (noted)");
        assert_eq!(fine("a\0b\u{1b}[2K.sql"), "a\u{fffd}b\u{fffd}[2K.sql (noted)");
        assert_eq!(fine("a\u{202e}lqs.py"), "a\u{fffd}lqs.py (noted)");
    }

    #[test]
    fn names_that_leave_the_archive_are_refused_and_never_shown_as_paths() {
        assert_eq!(
            fine("a/../../etc/passwd"),
            "refused a/%2E%2E/%2E%2E/etc/passwd: its name leads out of the archive"
        );
        assert_eq!(
            fine("..\\..\\x.sql"),
            "refused %2E%2E/%2E%2E/x.sql: its name leads out of the archive"
        );
        assert_eq!(
            fine("/etc/passwd"),
            "refused %2Fetc/passwd: its name starts at the root of the disk"
        );
        assert_eq!(fine("C:\\x.sql"), "refused C%3A/x.sql: its name starts with a drive letter");
        assert_eq!(fine("./"), "refused .: it has no name");
        assert!(fine(&"x".repeat(5000)).len() < 300);
    }

    #[test]
    fn noise_is_known_by_its_folder_or_ending() {
        for path in [
            "repo/.git/config",
            "a/__pycache__/b.py",
            "m.pyc",
            ".venv/lib/x.py",
            "lib/python3/site-packages/alembic/op.py",
            "web/node_modules/x/y.sql",
            ".DS_Store",
            "__MACOSX/a.sql",
            "a/._b.sql",
        ] {
            assert!(noise(path).is_some(), "{path}");
        }
        for path in ["a/.gitignore", "environment/env.py", "venv.sql", ".github/workflows/x.yml"] {
            assert_eq!(noise(path), None, "{path}");
        }
    }
}
