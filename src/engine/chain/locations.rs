//! Which revision files count, and which folders are one chain (alembic.md 1.1, 1.5).

use crate::ordered::{Map, Set};
use crate::wire::words::count;

use super::settings::{Layout, folder_of, join};
use super::{Ignored, PlainScript, Revision};

/// A chain's files before they are put in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub root: String,
    /// Folders in the order in which Alembic reads them.
    pub locations: Vec<String>,
    /// Whether folders below a location are read too.
    pub recursive: bool,
    pub revisions: Vec<Revision>,
    pub ignored: Vec<Ignored>,
    pub plain_scripts: Vec<PlainScript>,
    pub notes: Vec<String>,
}

impl Draft {
    /// A folder that nothing but its files speaks of. Its sub-folders count: a project may say so in code.
    pub fn found(root: String, revisions: Vec<Revision>) -> Self {
        let mut draft = Self { locations: vec![root.clone()], root, ..Self::default() };
        draft.revisions = draft.loaded(revisions);
        draft
    }

    /// Lists the files that Alembic passes over, and returns the others.
    fn loaded(&mut self, mut revisions: Vec<Revision>) -> Vec<Revision> {
        revisions.retain(|revision| {
            let why = passed_over(&revision.path);
            if let Some(why) = why {
                self.ignore(revision, why.to_owned());
            }
            why.is_none()
        });
        revisions
    }

    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty() && self.ignored.is_empty()
    }

    /// Whether Alembic would take a file for a revision.
    pub fn would_load(&self, path: &str) -> bool {
        if passed_over(path).is_some() || self.revisions.is_empty() {
            return false;
        }
        let folder = folder_of(path);
        self.locations.iter().any(|own| {
            let versions = join(own, "versions");
            let beside = self.revisions.iter().any(|revision| folder_of(&revision.path) == folder);
            (folder == own && beside && own.ends_with("versions"))
                || (folder == versions && beside)
                || (self.recursive && is_below(path, own))
                || (folder == own && self.recursive)
        })
    }

    fn ignore(&mut self, revision: &Revision, why: String) {
        let (document, path) = (revision.span.document, revision.path.clone());
        self.ignored.push(Ignored { document, path, why });
    }
}

/// Whether a file lies in a folder or below it.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Why Alembic passes a file name over, if it does. What was pasted has no folder, and its name says
/// nothing; a second file of one name has a number behind it.
fn passed_over(path: &str) -> Option<&'static str> {
    let (_, file) = path.rsplit_once('/')?;
    let file = match file.rsplit_once(" (") {
        Some((before, number)) if number.ends_with(')') => before,
        _ => file,
    };
    if file.starts_with("__init__") {
        return Some("its name begins with `__init__`");
    }
    if file.starts_with(".#") {
        return Some("its name is that of an editor's lock file");
    }
    (!file.ends_with(".py")).then_some("its name does not end in `.py`")
}

/// Hands revisions to the settings that name their folder; returns the others too.
pub(super) fn by_settings(
    layouts: Vec<Layout>,
    revisions: Vec<Revision>,
) -> (Vec<Draft>, Vec<Revision>) {
    let claims = |path: &str| {
        let reads = |layout: &Layout| layout.locations.iter().any(|own| is_below(path, own));
        let holds = |layout: &Layout| !layout.root.is_empty() && is_below(path, &layout.root);
        layouts.iter().position(reads).or_else(|| layouts.iter().position(holds))
    };
    let mut claimed = apart_by(revisions, |revision| claims(&revision.path));
    let rest = claimed.remove(&None).unwrap_or_default();
    let drafts = layouts
        .into_iter()
        .enumerate()
        .filter_map(|(at, layout)| Some(of_layout(layout, claimed.remove(&Some(at))?)))
        .collect();
    (drafts, rest)
}

/// Takes a list apart by a key. Mostly all have the same, and nothing moves: a long history is much memory.
pub(super) fn apart_by<K: Ord>(
    revisions: Vec<Revision>,
    key: impl Fn(&Revision) -> K,
) -> Map<K, Vec<Revision>> {
    let mut parts: Map<K, Vec<Revision>> = Map::new();
    let Some(first) = revisions.first().map(&key) else { return parts };
    if revisions.iter().all(|revision| key(revision) == first) {
        parts.insert(first, revisions);
        return parts;
    }
    for revision in revisions {
        parts.entry(key(&revision)).or_default().push(revision);
    }
    parts
}

/// Where a file is, as the locations of its chain have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Inside,
    /// In a sub-folder of one.
    Below,
    Elsewhere,
}

fn of_layout(layout: Layout, revisions: Vec<Revision>) -> Draft {
    let Layout { told_by, root, locations, recursive } = layout;
    let mut draft = Draft { root, locations, ..Draft::default() };
    let loaded = draft.loaded(revisions);
    let mut by_place = apart_by(loaded, |revision| {
        let own = |location: &String| location == folder_of(&revision.path);
        let above = |location: &String| is_below(&revision.path, location);
        match (draft.locations.iter().any(own), draft.locations.iter().any(above)) {
            (true, _) => Place::Inside,
            (_, true) => Place::Below,
            _ => Place::Elsewhere,
        }
    });
    for elsewhere in by_place.remove(&Place::Elsewhere).unwrap_or_default() {
        draft.ignore(&elsewhere, format!("{told_by} does not name its folder"));
    }
    let nested = by_place.remove(&Place::Below).unwrap_or_default();
    draft.revisions = by_place.remove(&Place::Inside).unwrap_or_default();
    draft.recursive = recursive == Some(true);
    let unsaid = recursive.is_none() && !nested.is_empty();
    if unsaid && needs(&draft.revisions, &nested) {
        let number = count(nested.len(), "file", "files");
        draft.recursive = true;
        draft.notes.push(format!(
            "{told_by} does not set `recursive_version_locations`, without which Alembic leaves {number} in \
             sub-folders out; the history needs them, so they were read"
        ));
    }
    for revision in nested {
        if draft.recursive {
            draft.revisions.push(revision);
        } else {
            let why = format!(
                "it is in a sub-folder, and {told_by} does not say `recursive_version_locations = true`"
            );
            draft.ignore(&revision, why);
        }
    }
    draft
}

/// Whether a project must be reading its sub-folders although its settings don't say so (programs may set
/// it in code): a file outside of them follows one inside, or most files are there.
fn needs(top: &[Revision], nested: &[Revision]) -> bool {
    let ids: Set<&str> = nested.iter().map(|revision| revision.id.as_str()).collect();
    let follows =
        |revision: &Revision| revision.down.iter().any(|parent| ids.contains(parent.as_str()));
    nested.len() >= top.len() || top.iter().any(follows)
}

/// Puts folders together that name each other's revisions and share no id: Alembic can only load them as
/// locations of one chain. Alone, such a folder makes it raise `KeyError`.
pub(super) fn joined(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut owners: Map<&str, Vec<usize>> = Map::new();
    for (at, draft) in drafts.iter().enumerate() {
        let ids: Set<&str> = draft.revisions.iter().map(|revision| revision.id.as_str()).collect();
        for id in ids {
            owners.entry(id).or_default().push(at);
        }
    }
    // A second copy of a project has the same ids, and what its files need may be in either.
    let copies: Set<usize> =
        owners.values().filter(|all| all.len() > 1).flatten().copied().collect();
    let mut leader: Vec<usize> = (0..drafts.len()).collect();
    for (at, draft) in drafts.iter().enumerate().filter(|(at, _)| !copies.contains(at)) {
        for revision in &draft.revisions {
            for id in revision.down.iter().chain(&revision.depends_on) {
                let Some([owner]) = owners.get(id.as_str()).map(Vec::as_slice) else { continue };
                let (mine, other) = (leader.get(at).copied(), leader.get(*owner).copied());
                if let (Some(mine), Some(other)) = (mine, other)
                    && mine != other
                    && !copies.contains(owner)
                {
                    let (low, high) = (mine.min(other), mine.max(other));
                    leader.iter_mut().filter(|l| **l == high).for_each(|l| *l = low);
                }
            }
        }
    }
    let mut families: Map<usize, Vec<Draft>> = Map::new();
    for (draft, leader) in drafts.into_iter().zip(leader) {
        families.entry(leader).or_default().push(draft);
    }
    families.into_values().map(family).collect()
}

/// One chain of several folders, named after the one in which its history begins.
fn family(mut drafts: Vec<Draft>) -> Draft {
    if drafts.len() < 2 {
        return drafts.pop().unwrap_or_default();
    }
    let roots: Vec<String> = drafts.iter().map(|draft| format!("`{}`", draft.root)).collect();
    let begins = |draft: &&Draft| {
        draft.revisions.iter().any(|r| r.down.is_empty() && r.depends_on.is_empty())
    };
    let root = drafts.iter().find(begins).or(drafts.first()).map(|draft| draft.root.clone());
    let mut whole = Draft { root: root.unwrap_or_default(), ..Draft::default() };
    whole.notes.push(format!(
        "{} name each other's revisions and were read as locations of one chain",
        roots.join(", ")
    ));
    for draft in drafts {
        whole.locations.extend(draft.locations);
        whole.revisions.extend(draft.revisions);
        whole.ignored.extend(draft.ignored);
    }
    whole
}

/// Takes a folder apart whose sub-folders hold the same ids: each is a chain of its own, mostly one for each
/// kind of database, and a program chooses between them. Alembic could not load them as one.
pub(super) fn apart(draft: Draft) -> Vec<Draft> {
    let by_folder = sub_folders(&draft);
    let has_copies = || {
        let counts = by_folder.values().map(|all| ids(all).len());
        let different: Set<&str> = by_folder.values().flat_map(|all| ids(all)).collect();
        different.len() < counts.sum()
    };
    let stands_alone = |all: &Vec<&Revision>| {
        let own = ids(all);
        all.iter().flat_map(|revision| &revision.down).all(|parent| own.contains(parent.as_str()))
    };
    if by_folder.len() < 2 || !has_copies() || !by_folder.values().all(stands_alone) {
        return vec![draft];
    }
    let folders: Vec<String> = by_folder.into_keys().collect();
    let number = folders.len();
    let mut drafts: Vec<Draft> = folders
        .into_iter()
        .map(|folder| Draft {
            locations: vec![folder.clone()],
            notes: vec![format!(
                "`{}` has {number} sub-folders that hold the same ids: each was read as a chain of its own",
                folder_of(&folder)
            )],
            root: folder,
            recursive: true,
            ..Draft::default()
        })
        .collect();
    for revision in draft.revisions {
        let home = drafts.iter_mut().find(|home| is_below(&revision.path, &home.root));
        if let Some(home) = home {
            home.revisions.push(revision);
        }
    }
    if let Some(first) = drafts.first_mut() {
        first.ignored = draft.ignored;
    }
    drafts
}

fn ids<'a>(all: &[&'a Revision]) -> Set<&'a str> {
    all.iter().map(|revision| revision.id.as_str()).collect()
}

/// Revisions by the sub-folder of the one location that they are in; empty when one is in none.
fn sub_folders(draft: &Draft) -> Map<String, Vec<&Revision>> {
    let mut found: Map<String, Vec<&Revision>> = Map::new();
    let [location] = draft.locations.as_slice() else { return found };
    let versions = join(location, "versions");
    let inside = draft.revisions.iter().all(|revision| is_below(&revision.path, &versions));
    let top = if inside { versions.as_str() } else { location.as_str() };
    for revision in &draft.revisions {
        let rest = revision.path.strip_prefix(top).map(|rest| rest.trim_start_matches('/'));
        let Some((folder, _)) = rest.and_then(|rest| rest.split_once('/')) else {
            return Map::new();
        };
        found.entry(join(top, folder)).or_default().push(revision);
    }
    found
}
