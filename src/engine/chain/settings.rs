//! Which folders hold a project's revisions, as its own settings say (alembic.md 1.1, 1.5).

use crate::engine::span::DocumentId;
use crate::ordered::Set;

/// Where Alembic looks for revisions when `version_locations` is not set.
const VERSIONS: &str = "versions";

/// What one section of `alembic.ini`, or `[tool.alembic]`, says of folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub document: DocumentId,
    /// Path of the settings file.
    pub path: String,
    pub section: String,
    pub script_location: Option<Place>,
    /// `None` when it isn't set.
    pub version_locations: Option<Vec<Place>>,
    /// `None` when it isn't set. Alembic counts the text `true` alone.
    pub recursive: Option<bool>,
}

/// A folder as a settings file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    pub anchor: Anchor,
}

/// What a place is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The inputs: `%(here)s` was replaced.
    Inputs,
    /// The folder in which Alembic is run: that of the settings file, or one above it.
    WorkingFolder,
    /// A Python package (`package:folder`), wherever it is.
    Package,
}

/// Settings whose folders are among the inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Path and section of the settings, for the person.
    pub told_by: String,
    /// The script folder.
    pub root: String,
    /// In the order of the settings.
    pub locations: Vec<String>,
    pub recursive: Option<bool>,
}

/// Finds the folders that settings mean among those that the files have. What `pyproject.toml` says counts
/// where `alembic.ini` beside it says nothing. Settings that lead nowhere are left out.
pub(super) fn layouts(settings: &[Settings], paths: &[&str]) -> Vec<Layout> {
    let folders = folders(paths);
    let mut layouts: Vec<Layout> = Vec::new();
    for own in merged(settings) {
        let here = folder_of(&own.path);
        let find = |place: &Place| find(place, here, &folders);
        let root = own.script_location.as_ref().and_then(find);
        let locations = match (&own.version_locations, &root) {
            (Some(places), _) => places.iter().filter_map(find).collect(),
            (None, Some(root)) => vec![join(root, VERSIONS)],
            (None, None) => Vec::new(),
        };
        let mut locations: Vec<String> = locations;
        locations.retain(|location| folders.contains(location));
        let mut seen = Set::new();
        locations.retain(|location| seen.insert(location.clone()));
        let Some(first) = locations.first() else { continue };
        let root = root.unwrap_or_else(|| folder_of(first).to_owned());
        if layouts.iter().any(|known| known.locations == locations) {
            continue;
        }
        let told_by = format!("{} [{}]", own.path, own.section);
        layouts.push(Layout { told_by, root, locations, recursive: own.recursive });
    }
    layouts
}

/// Settings in the order of their paths, those of one project in one.
fn merged(settings: &[Settings]) -> Vec<Settings> {
    let is_toml = |own: &Settings| own.path.ends_with(".toml");
    let mut sorted: Vec<&Settings> = settings.iter().collect();
    crate::ordered::sort_by(&mut sorted, |a, b| (&a.path, &a.section).cmp(&(&b.path, &b.section)));
    let beside = |own: &Settings| {
        sorted.iter().find(|o| is_toml(o) && folder_of(&o.path) == folder_of(&own.path))
    };
    let has_ini = |own: &Settings| {
        sorted.iter().any(|o| !is_toml(o) && folder_of(&o.path) == folder_of(&own.path))
    };
    sorted
        .iter()
        .filter(|own| !(is_toml(own) && has_ini(own)))
        .map(|own| {
            let mut own = (*own).clone();
            if let Some(toml) = beside(&own).filter(|_| !is_toml(&own)) {
                own.script_location = own.script_location.or_else(|| toml.script_location.clone());
                own.version_locations =
                    own.version_locations.or_else(|| toml.version_locations.clone());
                own.recursive = own.recursive.or(toml.recursive);
            }
            own
        })
        .collect()
}

/// Every folder above a file.
fn folders(paths: &[&str]) -> Set<String> {
    let mut all: Set<_> = [String::new()].into_iter().collect();
    for path in paths {
        let mut folder = folder_of(path);
        while !folder.is_empty() && all.insert(folder.to_owned()) {
            folder = folder_of(folder);
        }
    }
    all
}

fn find(place: &Place, here: &str, folders: &Set<String>) -> Option<String> {
    let path = place.path.trim_matches('/');
    match place.anchor {
        Anchor::Inputs => folders.contains(path).then(|| path.to_owned()),
        Anchor::WorkingFolder => {
            let mut above = here;
            loop {
                let candidate = join(above, path);
                if folders.contains(&candidate) {
                    return Some(candidate);
                }
                if above.is_empty() {
                    return None;
                }
                above = folder_of(above);
            }
        }
        Anchor::Package => {
            let is_it = |folder: &&String| {
                folder.as_str() == path
                    || folder.strip_suffix(path).is_some_and(|f| f.ends_with('/'))
            };
            let mut found = folders.iter().filter(is_it);
            let first = found.next()?;
            found.next().is_none().then(|| first.clone())
        }
    }
}

/// The path without its last part.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Joins and tidies: `.` and empty parts vanish, `..` takes one away.
pub fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}
