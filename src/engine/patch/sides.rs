//! Changes and the files that were given → both sides of each file.

use crate::ordered::{Map, Set};

use super::READ;
use super::read::{Change, Hunk};
use crate::engine::document::{Document, When};
use crate::limits;

/// The lines of one side of a file.
#[derive(Debug, Clone)]
enum Body {
    Whole(Vec<String>),
    /// Those that are known, by their number from 0.
    Part(Map<usize, String>),
}

/// One file through all changes of a diff.
#[derive(Debug, Clone, Default)]
struct Track {
    /// As the changes meet it: its path in the diff, and its lines.
    start: Option<(String, Body)>,
    end: Option<(String, Body)>,
    /// The document that is its start.
    given: Option<usize>,
}

/// Adds the other side of every file that changes. Returns which of the documents change.
pub(super) fn put(
    changes: &[Change],
    documents: &mut Vec<Document>,
    open: &mut Vec<String>,
) -> Set<usize> {
    let forward = follow(changes, documents, false);
    let (tracks, ends) = match forward {
        Ok(tracks) => (tracks, When::Now),
        Err(path) => match follow(changes, documents, true) {
            Ok(tracks) => (tracks, When::Before),
            Err(_) => {
                open.push(format!(
                    "the changes to `{path}` fit the file that was given neither as it is before nor as it is after them"
                ));
                (follow(changes, &[], false).unwrap_or_default(), When::Now)
            }
        },
    };
    let starts = if ends == When::Now { When::Before } else { When::Now };
    let mut changed = Set::new();
    for track in tracks {
        let known = track.given;
        if let Some(document) = known.and_then(|at| documents.get_mut(at)) {
            document.when = starts;
        }
        changed.extend(known);
        let Track { start, end, .. } = track;
        for (side, when) in [(start.filter(|_| known.is_none()), starts), (end, ends)] {
            let Some((path, body)) = side else { continue };
            let path = home(&path, documents);
            documents.extend(document(path, body, when));
        }
    }
    changed
}

/// Takes the files through the changes, from the last to the first when `reversed`. On `Err` the path of a
/// file that was given and is not what the changes begin with.
fn follow(
    changes: &[Change],
    documents: &[Document],
    reversed: bool,
) -> Result<Vec<Track>, String> {
    let mut tracks: Vec<Track> = Vec::new();
    let order: Box<dyn Iterator<Item = &Change>> =
        if reversed { Box::new(changes.iter().rev()) } else { Box::new(changes.iter()) };
    for change in order.filter(|change| !change.binary) {
        let (from, to) =
            if reversed { (&change.new, &change.old) } else { (&change.old, &change.new) };
        let shown = |after: bool| -> Vec<String> {
            change.hunks.iter().flat_map(|hunk| hunk.side(after)).map(str::to_owned).collect()
        };
        let path = to.as_ref().or(from.as_ref()).cloned().unwrap_or_default();
        // A file that the change makes must not be there yet.
        if let Some(to) = to
            && from.as_ref() != Some(to)
            && given(to, documents).is_some()
            && from.as_ref().is_none_or(|from| given(from, documents).is_none())
        {
            return Err(path);
        }
        let known = from.as_ref().and_then(|from| {
            tracks.iter().position(|track| track.end.as_ref().is_some_and(|(at, _)| at == from))
        });
        let mut track = match known {
            Some(at) => tracks.swap_remove(at),
            None => begin(from.as_ref(), documents),
        };
        let body = match (&track.end, to) {
            (_, None) | (None, Some(_)) => Body::Whole(shown(!reversed)),
            (Some((_, body)), Some(_)) => body.with(&change.hunks, reversed).ok_or(path)?,
        };
        if let (None, Some((_, start @ Body::Part(_)))) = (to, &mut track.start) {
            *start = Body::Whole(shown(reversed));
        }
        if let Some((_, Body::Part(start))) = &mut track.start
            && known.is_none()
        {
            show(start, &change.hunks, reversed);
        }
        track.end = to.clone().map(|to| (to, body));
        tracks.push(track);
    }
    Ok(tracks)
}

/// The file that a change begins with, as it was given.
fn begin(from: Option<&String>, documents: &[Document]) -> Track {
    let Some(from) = from else { return Track::default() };
    let at = given(from, documents);
    let body = match at.and_then(|at| documents.get(at)) {
        Some(document) => Body::Whole(document.text.lines().map(str::to_owned).collect()),
        None => Body::Part(Map::new()),
    };
    let start = Some((from.clone(), body));
    Track { end: start.clone(), start, given: at }
}

impl Body {
    /// The other side of the lines; `None` when they are not those that the hunks were made from.
    fn with(&self, hunks: &[Hunk], reversed: bool) -> Option<Self> {
        match self {
            Self::Whole(lines) => {
                let mut made: Vec<String> = Vec::new();
                let mut at = 0;
                for hunk in hunks {
                    let old: Vec<&str> = hunk.side(reversed).collect();
                    let start = hunk.start(reversed);
                    let fits = lines.get(start..start.checked_add(old.len())?)?;
                    let same = |(own, line): (&String, &&str)| own.trim_end() == line.trim_end();
                    if start < at || !fits.iter().zip(&old).all(same) {
                        return None;
                    }
                    made.extend(lines.get(at..start)?.iter().cloned());
                    made.extend(hunk.side(!reversed).map(str::to_owned));
                    at = start + old.len();
                }
                made.extend(lines.get(at..)?.iter().cloned());
                Some(Self::Whole(made))
            }
            Self::Part(lines) => {
                let mut made = Map::new();
                // What earlier changes showed outside of these hunks moves with them.
                for (at, line) in lines {
                    let above = hunks.iter().filter(|hunk| hunk.start(reversed) <= *at);
                    let moved = above
                        .map(|hunk| (hunk.side(!reversed).count(), hunk.side(reversed).count()));
                    let (come, gone) = moved.fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
                    made.insert((at + come).saturating_sub(gone), line.clone());
                }
                show(&mut made, hunks, !reversed);
                Some(Self::Part(made))
            }
        }
    }
}

/// Enters what hunks show of one side.
fn show(lines: &mut Map<usize, String>, hunks: &[Hunk], after: bool) {
    for hunk in hunks {
        let start = hunk.start(after);
        if start > limits::DIFF_LINES_MAX {
            continue;
        }
        if let Some(above) = start.checked_sub(1)
            && hunk.heading.starts_with("def ")
            && hunk.heading.ends_with(':')
        {
            lines.entry(above).or_insert_with(|| hunk.heading.clone());
        }
        for (at, line) in hunk.side(after).enumerate() {
            lines.insert(start + at, line.to_owned());
        }
    }
}

/// The document of one side; `None` of a file that nothing here reads.
fn document(path: String, body: Body, when: When) -> Option<Document> {
    if !READ.iter().any(|end| path.ends_with(end)) {
        return None;
    }
    let (text, partial) = match body {
        Body::Whole(lines) => (lines.join("\n") + "\n", false),
        Body::Part(lines) => {
            let mut text = String::new();
            let mut next = 0;
            for (at, line) in &lines {
                (next..*at).for_each(|_| text.push('\n'));
                text.push_str(line);
                text.push('\n');
                next = at + 1;
            }
            (revision(&path, &lines, text)?, true)
        }
    };
    let mut document = Document::new(path, text);
    (document.when, document.partial) = (when, partial);
    Some(document)
}

/// Of a revision's lines some are shown. What of its header is not is taken from the name of the file, and
/// the parent left unknown. `None` when nothing shows that it is a revision.
fn revision(path: &str, lines: &Map<usize, String>, mut text: String) -> Option<String> {
    let assigns = |name: &str| {
        let is_it = |line: &String| {
            line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
        };
        lines.values().any(is_it)
    };
    if !assigns("revision") {
        let file = path.rsplit('/').next().unwrap_or(path);
        let id = file.split(['_', '.']).next().filter(|id| !id.is_empty())?;
        let made_up = id.len() == 12 && id.chars().all(|c| c.is_ascii_hexdigit());
        if !made_up && !path.contains("versions/") {
            return None;
        }
        text.push_str(&["revision = '", id, "'\n"].concat());
    }
    if !assigns("down_revision") {
        text.push_str("down_revision = not_shown()\n");
    }
    Some(text)
}

/// The document that a path of a diff names: the only one whose path ends with it, or which it ends with.
fn given(path: &str, documents: &[Document]) -> Option<usize> {
    let fits = |document: &Document| {
        document.role.is_none()
            && document.when == When::Now
            && !document.partial
            && (is_below(&document.path, path) || is_below(path, &document.path))
    };
    let mut found = documents.iter().enumerate().filter(|(_, document)| fits(document));
    let first = found.next()?;
    found.next().is_none().then_some(first.0)
}

/// Whether a path is another one behind folders.
fn is_below(long: &str, short: &str) -> bool {
    long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// Where a file of a diff lies among those that were given: in the folder of the same name.
fn home(path: &str, documents: &[Document]) -> String {
    let Some((folder, file)) = path.rsplit_once('/') else { return path.to_owned() };
    let folders = documents.iter().filter(|one| one.role.is_none() && !one.partial);
    let same = folders
        .filter_map(|one| one.path.rsplit_once('/'))
        .map(|(own, _)| own)
        .find(|own| is_below(own, folder) || is_below(folder, own));
    [same.unwrap_or(folder), file].join("/")
}
