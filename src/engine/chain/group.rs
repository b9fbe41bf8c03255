//! Revisions → one list for each script folder, in Alembic's file order (alembic.md 1.1).

use crate::engine::op::Step;
use crate::engine::span::{DocumentId, Span};
use crate::ordered::{Map, Set};

use super::{Ignored, PlainScript, Revision, Sources, locations, settings};

/// The folder whose files are revisions.
const VERSIONS: &str = "versions";

/// The revisions of one script folder.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    pub root: String,
    pub revisions: Vec<Revision>,
    /// Revision files that Alembic would not load.
    pub ignored: Vec<Ignored>,
    /// Files among the revisions at which Alembic stops.
    pub plain_scripts: Vec<PlainScript>,
    /// What was done to read the folder, as sentences.
    pub notes: Vec<String>,
}

/// Sorts revisions into script folders: as settings say; else by the folder that holds `versions/`, where
/// folders that name each other's revisions are locations of one chain. Files without folders join the
/// folder that has their parents or children, if there is exactly one, and are a chain of their own
/// otherwise.
pub(super) fn split(sources: Sources) -> Vec<Group> {
    let paths: Vec<&str> =
        sources.revisions.iter().map(|revision| revision.path.as_str()).collect();
    let layouts = settings::layouts(&sources.settings, &paths);
    let (mut drafts, rest) = locations::by_settings(layouts, sources.revisions);
    let mut folders = locations::apart_by(rest, |revision| root(&revision.path));
    adopt_loose(&mut folders);
    let found = folders.into_iter().map(|(root, all)| locations::Draft::found(root, all)).collect();
    drafts.extend(locations::joined(found));
    let mut drafts: Vec<locations::Draft> = drafts.into_iter().flat_map(locations::apart).collect();
    for script in sources.plain_scripts {
        if let Some(draft) = drafts.iter_mut().find(|draft| draft.would_load(&script.path)) {
            draft.plain_scripts.push(script);
        }
    }
    let mut groups: Vec<Group> =
        drafts.into_iter().filter(|draft| !draft.is_empty()).map(Group::of).collect();
    crate::ordered::sort_by(&mut groups, |a, b| a.root.cmp(&b.root));
    groups
}

impl Group {
    fn of(draft: locations::Draft) -> Self {
        let mut revisions = draft.revisions;
        let place =
            |path: &str| draft.locations.iter().position(|own| locations::is_below(path, own));
        crate::ordered::sort_by(&mut revisions, |a, b| {
            let (a, b) = (a.path.as_str(), b.path.as_str());
            place(a).cmp(&place(b)).then_with(|| file_order(a).cmp(file_order(b)))
        });
        let mut group = Self {
            root: draft.root,
            ignored: draft.ignored,
            plain_scripts: draft.plain_scripts,
            notes: draft.notes,
            ..Self::default()
        };
        crate::ordered::sort_by(&mut group.ignored, |a, b| a.path.cmp(&b.path));
        let copies = group.copies(&revisions);
        let mut at = 0..revisions.len();
        revisions.retain(|_| at.next().is_none_or(|at| !copies.contains(&at)));
        group.revisions = revisions;
        group
    }

    /// One file pasted twice is one revision; two files of a folder that are alike are two, as in Alembic.
    /// Returns the places of the copies, and notes each.
    fn copies(&mut self, revisions: &[Revision]) -> Set<usize> {
        let mut known: Map<&str, Vec<&Revision>> = Map::new();
        let mut copies = Set::new();
        for (at, revision) in revisions.iter().enumerate() {
            let same_id = known.entry(&revision.id).or_default();
            let copy = same_id
                .iter()
                .find(|known| is_pasted_twice(known, revision) && says_the_same(known, revision));
            match copy {
                Some(known) => {
                    copies.insert(at);
                    self.notes.push(format!(
                        "`{}` says the same as `{}` and was read once",
                        revision.path, known.path
                    ));
                }
                None => same_id.push(revision),
            }
        }
        copies
    }
}

/// The folder that holds `versions/`; without one, the file's own folder.
fn root(path: &str) -> String {
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    match folders.iter().rposition(|folder| *folder == VERSIONS) {
        Some(at) => folders.get(..at).unwrap_or_default().join("/"),
        None => folders.join("/"),
    }
}

fn adopt_loose(folders: &mut Map<String, Vec<Revision>>) {
    let Some(loose) = folders.get("") else { return };
    if folders.len() == 1 || loose.iter().any(|revision| revision.path.contains('/')) {
        return;
    }
    let known = |revisions: &[Revision]| {
        revisions.iter().map(|revision| revision.id.clone()).collect::<Set<_>>()
    };
    let wanted = |revisions: &[Revision]| {
        revisions
            .iter()
            .flat_map(|revision| revision.down.iter().chain(&revision.depends_on).cloned())
            .collect::<Set<_>>()
    };
    let (own, own_wanted) = (known(loose), wanted(loose));
    let related: Vec<String> = folders
        .iter()
        .filter(|(root, all)| {
            !root.is_empty()
                && (!known(all).is_disjoint(&own_wanted) || !wanted(all).is_disjoint(&own))
        })
        .map(|(root, _)| root.clone())
        .collect();
    if let [root] = related.as_slice()
        && let Some(loose) = folders.remove("")
        && let Some(home) = folders.get_mut(root)
    {
        home.extend(loose);
    }
}

/// Files of a folder before its sub-folders, each in the order of their names.
fn file_order(path: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut parts = path.split('/').peekable();
    std::iter::from_fn(move || parts.next().map(|part| (parts.peek().is_some(), part)))
}

/// Without folders, or under one path twice: the second copy has a number (`x.py (2)`).
fn is_pasted_twice(known: &Revision, other: &Revision) -> bool {
    let loose = !known.path.contains('/') || !other.path.contains('/');
    let numbered = |path: &str| path.rsplit_once(" (").map(|(before, _)| before.to_owned());
    loose || numbered(&other.path).is_some_and(|path| path == known.path)
}

fn says_the_same(a: &Revision, b: &Revision) -> bool {
    let placeless = |revision: &Revision| {
        let mut copy = revision.clone();
        copy.path = String::new();
        copy.span = moved(copy.span);
        for step in copy.upgrade.iter_mut().chain(&mut copy.downgrade) {
            *step = Step { span: moved(step.span), ..step.clone() };
        }
        copy
    };
    placeless(a) == placeless(b)
}

fn moved(span: Span) -> Span {
    Span { document: DocumentId(0), ..span }
}
