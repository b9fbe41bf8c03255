//! Walking and reading. The only reader of disk and of standard input.

use crate::ordered::Set;
use std::collections::HashMap;
use std::fs::{self, DirEntry, File, FileType};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Io;
use super::failure::Failure;
use super::threads::Threads;
use crate::engine::crew::{Crew as _, Piece};
use crate::limits::{DOCUMENT_BYTES_MAX, DOCUMENTS_MAX, INPUT_BYTES_MAX, NESTING_MAX};
use crate::wire::words::{count, thousands};
use crate::wire::{Input, Kind, Role};

/// Folders that tools keep for themselves.
const TOOL_FOLDERS: [&str; 13] = [
    ".git",
    ".hg",
    ".svn",
    "__pycache__",
    "node_modules",
    "site-packages",
    ".venv",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".idea",
];
/// The name shown for standard input.
const STDIN_NAME: &str = "stdin";
/// Bytes in which a file shows whether it is text.
const SNIFF_BYTES: usize = 8_192;
const MEGABYTE: usize = 1024 * 1024;
/// Files of a folder that are read before the first of them is entered.
const BATCH: usize = 1024;

/// Everything that was named, read.
#[derive(Debug)]
pub struct Gathered {
    pub inputs: Vec<Input>,
    /// Files of folders that were passed over: binary ones, and links that lead out of the folder.
    pub skipped: usize,
}

/// Reads paths, and the paths whose role or kind was given, each file once, in the order of names.
pub fn gather(
    paths: &[PathBuf],
    roles: &[(Role, PathBuf)],
    kinds: &[(Kind, PathBuf)],
    io: &mut Io<'_>,
) -> Result<Gathered, Failure> {
    let mut reader = Reader { io, found: Vec::new(), at: HashMap::new(), skipped: 0, bytes: 0 };
    for path in paths {
        reader.take(path)?;
    }
    for (role, path) in roles {
        for at in reader.take(path)? {
            if let Some(found) = reader.found.get_mut(at) {
                found.role = Some(*role);
            }
        }
    }
    for (kind, path) in kinds {
        for at in reader.take(path)? {
            if let Some(found) = reader.found.get_mut(at) {
                found.kind = Some(*kind);
            }
        }
    }
    let skipped = reader.skipped;
    let mut inputs = reader.found;
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Gathered { inputs, skipped })
}

struct Reader<'a, 'io> {
    io: &'a mut Io<'io>,
    found: Vec<Input>,
    /// Which of `found` came from where; `None` is standard input.
    at: HashMap<Option<PathBuf>, usize>,
    skipped: usize,
    bytes: usize,
}

impl Reader<'_, '_> {
    /// Reads a file, a folder or standard input; returns which of `found` it is.
    fn take(&mut self, path: &Path) -> Result<Vec<usize>, Failure> {
        if path.as_os_str() == "-" {
            return self.take_stdin().map(|at| vec![at]);
        }
        let place = self.io.folder.join(path);
        let place = fs::canonicalize(&place).map_err(|why| unreadable(path, &why))?;
        let is_folder = fs::metadata(&place).map_err(|why| unreadable(path, &why))?.is_dir();
        if !is_folder {
            return Ok(self
                .take_file(&place, shown(path, &place), Named::Itself, None)?
                .into_iter()
                .collect());
        }
        let prefix = shown(path, &place);
        let mut taken = Vec::new();
        let mut files = self.walk(&place, &prefix)?.into_iter().peekable();
        while files.peek().is_some() {
            let batch: Vec<Listed> = files.by_ref().take(BATCH).collect();
            let contents = read_all(&batch);
            for (file, bytes) in batch.into_iter().zip(contents) {
                taken.extend(self.take_file(&file.place, file.name, Named::ByFolder, bytes)?);
            }
        }
        Ok(taken)
    }

    fn take_stdin(&mut self) -> Result<usize, Failure> {
        if let Some(at) = self.at.get(&None) {
            return Ok(*at);
        }
        let bytes = read_bounded(&mut *self.io.input, 0)
            .map_err(|why| unreadable(Path::new(STDIN_NAME), &why))?;
        self.enter(None, STDIN_NAME.to_owned(), bytes)
    }

    /// Enters a file, with its content if that was read before.
    fn take_file(
        &mut self,
        place: &Path,
        name: String,
        named: Named,
        content: Option<io::Result<Vec<u8>>>,
    ) -> Result<Option<usize>, Failure> {
        let key = Some(place.to_owned());
        if let Some(at) = self.at.get(&key) {
            return Ok(Some(*at));
        }
        let bytes = content
            .unwrap_or_else(|| read_file(place))
            .map_err(|why| unreadable(Path::new(&name), &why))?;
        if named == Named::ByFolder && is_binary(&bytes) && !name.ends_with(".pyc") {
            self.skipped += 1;
            return Ok(None);
        }
        let at = self.enter(key, name, bytes)?;
        if let Some(input) = self.found.get_mut(at) {
            input.along = named == Named::ByFolder;
        }
        Ok(Some(at))
    }

    fn enter(
        &mut self,
        place: Option<PathBuf>,
        name: String,
        bytes: Vec<u8>,
    ) -> Result<usize, Failure> {
        if bytes.len() > DOCUMENT_BYTES_MAX {
            let what = format!(
                "larger than {} MB, the most one file may have",
                DOCUMENT_BYTES_MAX / MEGABYTE
            );
            let next = "For a database dump, leave the rows out (pg_dump --schema-only).";
            return Err(Failure::TooMuch { path: name, what, next: next.to_owned() });
        }
        self.bytes += bytes.len();
        if self.bytes > INPUT_BYTES_MAX || self.found.len() >= DOCUMENTS_MAX {
            let what = format!(
                "more than one run takes ({} MB, {} files)",
                INPUT_BYTES_MAX / MEGABYTE,
                thousands(DOCUMENTS_MAX)
            );
            let next = "Name the folder that holds versions/, and the audits and plans one by one.";
            return Err(Failure::TooMuch { path: name, what, next: next.to_owned() });
        }
        let at = self.found.len();
        self.at.insert(place, at);
        self.found.push(Input::new(name, bytes));
        Ok(at)
    }

    /// Lists the files below a folder by name. Links are followed as long as they stay inside it.
    fn walk(&mut self, root: &Path, prefix: &str) -> Result<Vec<Listed>, Failure> {
        let mut files = Vec::new();
        let mut seen = Set::from([root.to_owned()]);
        let mut folders = vec![(root.to_owned(), prefix.to_owned(), 0)];
        while let Some((folder, name, depth)) = folders.pop() {
            let failed = |why: io::Error| unreadable(Path::new(&name), &why);
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let own = entry.file_name().to_string_lossy().into_owned();
                let path = if name.is_empty() { own.clone() } else { format!("{name}/{own}") };
                let Some((place, about)) = inside(&entry, root) else {
                    self.skipped += 1;
                    continue;
                };
                if about.is_dir() {
                    if !is_tool_folder(&own, &place) && seen.insert(place.clone()) {
                        if depth + 1 > NESTING_MAX {
                            return Err(too_deep(path));
                        }
                        folders.push((place, path, depth + 1));
                    }
                } else if about.is_file() {
                    files.push(Listed { place, name: path });
                } else {
                    self.skipped += 1;
                }
            }
            if files.len() > DOCUMENTS_MAX {
                let what = format!("more than {}", count(DOCUMENTS_MAX, "file", "files"));
                let next = "Name the folder that holds versions/ instead of the whole repository.";
                return Err(Failure::TooMuch {
                    path: prefix.to_owned(),
                    what,
                    next: next.to_owned(),
                });
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }
}

struct Listed {
    place: PathBuf,
    name: String,
}

/// Whether a person named a file or only the folder it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Itself,
    ByFolder,
}

/// Where an entry of a folder really is, unless a link leads out of the folder that was named or nowhere.
fn inside(entry: &DirEntry, root: &Path) -> Option<(PathBuf, FileType)> {
    let kind = entry.file_type().ok()?;
    if !kind.is_symlink() {
        return Some((entry.path(), kind));
    }
    let place = fs::canonicalize(entry.path()).ok().filter(|place| place.starts_with(root))?;
    let kind = fs::metadata(&place).ok()?.file_type();
    Some((place, kind))
}

fn is_tool_folder(name: &str, place: &Path) -> bool {
    TOOL_FOLDERS.contains(&name) || place.join("pyvenv.cfg").exists()
}

/// Archives are for the engine to open; UTF-16 holds zeros and is text.
fn is_binary(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(SNIFF_BYTES)).unwrap_or(bytes);
    let known = [&b"PK\x03\x04"[..], b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff"];
    !known.iter().any(|sign| start.starts_with(sign)) && start.contains(&0)
}

/// Reads files on all cores. What would be more than a run takes is left `None`.
fn read_all(files: &[Listed]) -> Vec<Option<io::Result<Vec<u8>>>> {
    let mut contents: Vec<_> = files.iter().map(|_| None).collect();
    let total = AtomicUsize::new(0);
    let share = files.len().div_ceil(Threads.size()).max(1);
    let work = files.chunks(share).zip(contents.chunks_mut(share)).map(|(files, contents)| {
        let total = &total;
        let piece: Piece<'_> = Box::new(move || {
            for (file, content) in files.iter().zip(contents) {
                if total.load(Ordering::Relaxed) > INPUT_BYTES_MAX {
                    return;
                }
                let read = read_file(&file.place);
                total.fetch_add(read.as_ref().map_or(0, Vec::len), Ordering::Relaxed);
                *content = Some(read);
            }
        });
        piece
    });
    Threads.run(work.collect());
    contents
}

fn read_file(place: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(place)?;
    let size = file.metadata().map_or(0, |about| about.len());
    read_bounded(&mut file, usize::try_from(size).unwrap_or(0))
}

/// One byte more than allowed is enough to know that it is too large. `size` is how much there is likely to
/// be, 0 if that is not known.
fn read_bounded(from: &mut dyn Read, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size.min(DOCUMENT_BYTES_MAX) + 1);
    let most = u64::try_from(DOCUMENT_BYTES_MAX).unwrap_or(u64::MAX);
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The name under which a path is shown: as typed, with forward slashes, and without anything that lies
/// outside of what was named. Of an absolute path only the last part remains.
pub fn shown(typed: &Path, place: &Path) -> String {
    let parts: Vec<String> = typed
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    if typed.is_absolute() {
        let last = place.file_name().map(|name| name.to_string_lossy().into_owned());
        return parts.last().cloned().or(last).unwrap_or_default();
    }
    parts.join("/")
}

fn too_deep(path: String) -> Failure {
    Failure::TooMuch {
        path,
        what: format!("folders more than {NESTING_MAX} deep"),
        next: "Name the folder that holds versions/ instead.".to_owned(),
    }
}

fn unreadable(path: &Path, why: &io::Error) -> Failure {
    let (why, next) = match why.kind() {
        ErrorKind::NotFound => (
            "there is no such file or folder",
            "Check the spelling, or name it from another folder.",
        ),
        ErrorKind::PermissionDenied => {
            ("permission is missing", "Make it readable, or leave it out.")
        }
        _ => {
            ("the system refused", "Check that it is a file or a folder and that the disk is well.")
        }
    };
    Failure::Unreadable {
        path: path.to_string_lossy().into_owned(),
        why: why.to_owned(),
        next: next.to_owned(),
    }
}
