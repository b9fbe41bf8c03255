//! A diff → the files that it changes, as they were and as they are.
//!
//! A diff shows changed lines with some around them. Put to the files that were given, it tells the other
//! side of each: those files may be as they were before the change, or as they are after it. Without them a
//! new or a deleted file is known whole, and of a changed one the lines that are shown; the others are left
//! empty, so that each line keeps its number, and the document says that it is [`partial`](Document::partial).
//!
//! In: documents.
//! Out: documents, each of one [`When`], and for each diff what it told.
//! Never: what the files are about.

mod read;
mod sides;
#[cfg(test)]
mod tests;

pub use read::looks_like_one;

use crate::ordered::Set;

use crate::wire::{Kind, Role};

use super::clean;
use super::document::{Document, When};
use crate::limits;

/// What became of a diff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The path of the diff.
    pub path: String,
    /// Files that it changes.
    pub files: usize,
    /// None of the files that it changes was given, nor any that it leaves as they are.
    pub alone: bool,
    /// What it leaves open, as sentences for the person.
    pub open: Vec<String>,
}

/// Endings of files that a migration's meaning can depend on. Others are the same before and after.
const READ: &[&str] = &[".py", ".ini", ".toml", ".cfg"];

/// Puts the files that diffs change in the place of those that were given. Where a state before was given by
/// itself, diffs are left alone.
pub fn unfold(mut documents: Vec<Document>) -> (Vec<Document>, Vec<Told>) {
    let is_one = |document: &Document| match document.kind {
        Some(kind) => kind == Kind::Diff,
        None => !document.unreadable && looks_like_one(&document.text).is_some(),
    };
    let diffs: Vec<(String, Vec<read::Change>)> = documents
        .iter()
        .filter(|document| is_one(document))
        .map(|one| (one.path.clone(), read::changes(&clean::clean(&one.text).text)))
        .collect();
    let given = documents.len();
    let has_before = documents.iter().any(|document| document.role == Some(Role::Before));
    let (mut told, mut changed) = (Vec::new(), Set::new());
    for (path, changes) in diffs {
        let mut one = Told { path, files: changes.len(), ..Told::default() };
        if has_before {
            one.open.push(
                "a diff beside files from before, which was not read: give one of the two"
                    .to_owned(),
            );
        } else if changes.is_empty() {
            one.open.push("a diff in which no changed file was found".to_owned());
        } else {
            let most = changes.len().min(limits::DIFF_FILES_MAX);
            if most < changes.len() {
                one.open.push("a diff of more files than are looked at".to_owned());
            }
            let changes = changes.get(..most).unwrap_or_default();
            changed.extend(sides::put(changes, &mut documents, &mut one.open));
        }
        told.push(one);
    }
    if told.iter().any(|one| one.files > 0) && !has_before {
        for (at, document) in documents.iter_mut().enumerate() {
            let same =
                document.when == When::Now && document.role.is_none() && !changed.contains(&at);
            if same && at < given && READ.iter().any(|end| document.path.ends_with(end)) {
                document.when = When::Both;
            }
        }
        let alone = changed.is_empty()
            && !documents.iter().any(|one| one.when == When::Both && one.path.ends_with(".py"));
        told.iter_mut().for_each(|one| one.alone = alone);
    }
    (documents, told)
}
