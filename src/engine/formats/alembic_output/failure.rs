//! What Alembic refuses, and tracebacks (alembic.md 3.4).

use crate::engine::facts::{Failure, FailureKind};
use crate::engine::span::Span;
use crate::limits;

use super::line::is_id;

/// Words of a failure, and what it is. The first that fits decides.
const KNOWN: &[(&str, FailureKind)] = &[
    ("Can't locate revision", FailureKind::UnknownRevision),
    ("No such revision or branch", FailureKind::UnknownRevision),
    ("Multiple head revisions are present", FailureKind::SeveralHeads),
    ("Multiple heads are present", FailureKind::SeveralHeads),
    ("Only a single head is supported", FailureKind::SeveralHeads),
    ("The script directory has multiple heads", FailureKind::SeveralHeads),
    ("overlaps with other requested revisions", FailureKind::OverlappingRows),
    ("Online migration expected to match one row", FailureKind::ChangedRow),
    ("is present more than once", FailureKind::DuplicateRevision),
    ("is detected in revisions", FailureKind::Cycle),
    ("not allowed in revision identifier", FailureKind::Header("bad-chars")),
    ("Could not determine revision id from filename", FailureKind::Header("missing-variables")),
    ("has no attribute 'down_revision'", FailureKind::Header("missing-variables")),
    ("has no attribute 'upgrade'", FailureKind::Header("missing-variables")),
    ("has no attribute 'downgrade'", FailureKind::Header("missing-variables")),
    ("value too long for type character varying(32)", FailureKind::Header("too-long")),
    ("Data too long for column 'version_num'", FailureKind::Header("too-long")),
    ("already used by revision", FailureKind::Other),
    ("Ambiguous walk", FailureKind::Usage),
    ("Walked too far", FailureKind::Usage),
    ("Target database is not up to date", FailureKind::Behind),
    ("Database is not on all head revisions", FailureKind::Behind),
    ("History range requires", FailureKind::Usage),
    ("does not refer to ancestor/descendant revisions", FailureKind::Usage),
    ("downgrade with --sql requires", FailureKind::Usage),
    ("Range revision not allowed", FailureKind::Usage),
    ("Can't use --purge with --sql mode", FailureKind::Usage),
    ("is not a head revision; please specify --splice", FailureKind::Usage),
    ("Duplicate head revisions specified", FailureKind::Usage),
    ("No 'script_location' key found", FailureKind::Usage),
    ("Path doesn't exist: ", FailureKind::Usage),
    ("already exists and is not empty", FailureKind::Usage),
];

/// Returns whether text holds words that only Alembic's failures have.
pub(super) fn is_known(text: &str) -> bool {
    KNOWN.iter().any(|(words, _)| text.contains(words))
        || (text.contains(" referenced from ") && text.contains("is not present"))
}

/// Returns what a failure's text says.
pub(super) fn read(text: &str, span: Span) -> Failure {
    let text = text.trim();
    let referenced = text.contains(" referenced from ") && text.contains("is not present");
    let kind = match KNOWN.iter().find(|(words, _)| text.contains(words)) {
        _ if referenced => FailureKind::MissingParent,
        Some((_, kind)) => *kind,
        None => FailureKind::Other,
    };
    let about = match kind {
        FailureKind::MissingParent | FailureKind::DuplicateRevision => text
            .strip_prefix("Revision ")
            .and_then(|rest| rest.split(' ').next())
            .into_iter()
            .collect(),
        FailureKind::Cycle => {
            inside(text, '(', ')').map_or_else(Vec::new, |ids| ids.split(", ").collect())
        }
        FailureKind::OverlappingRows => overlapping(text),
        FailureKind::UnknownRevision => last_quoted(text).into_iter().collect(),
        _ => Vec::new(),
    };
    Failure {
        kind,
        about: about.into_iter().filter(|id| is_id(id)).map(str::to_owned).collect(),
        text: text.to_owned(),
        during: None,
        is_argument: false,
        span,
    }
}

fn overlapping(text: &str) -> Vec<&str> {
    let named = text.strip_prefix("Requested revision ").and_then(|rest| {
        let (first, rest) = rest.split_once(" overlaps with other requested revisions ")?;
        Some(std::iter::once(first).chain(rest.split(", ")).collect())
    });
    named.unwrap_or_default()
}

/// "Can't locate revision identified by 'a1'": the apostrophe is no quote.
fn last_quoted(text: &str) -> Option<&str> {
    let (before, _) = text.trim_end_matches(['.', ' ']).rsplit_once('\'')?;
    before.rsplit_once('\'').map(|(_, quoted)| quoted)
}

fn inside(text: &str, open: char, close: char) -> Option<&str> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inside, _)| inside)
}

/// A traceback: its exceptions, the first one the cause.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Traceback {
    /// Class without its module, and message.
    pub exceptions: Vec<(String, String)>,
    /// Lines taken, the first one included.
    pub lines: usize,
}

/// Whether a line begins a traceback.
pub(super) fn begins_traceback(line: &str) -> bool {
    line.trim_start().starts_with("Traceback (most recent call last):")
}

/// Reads a traceback that begins at the first line, chained ones included.
pub(super) fn traceback<'a>(lines: impl Iterator<Item = &'a str>) -> Traceback {
    let mut found = Traceback::default();
    let mut place = Place::Frames;
    for (ix, line) in lines.take(limits::PRINTED_BLOCK_LINES_MAX).enumerate() {
        let text = line.trim();
        place = match place {
            _ if begins_traceback(line) => Place::Frames,
            Place::Frames if text.is_empty() || line.starts_with(' ') || line.starts_with('\t') => {
                Place::Frames
            }
            Place::Frames => match exception(text) {
                Some(known) => {
                    found.exceptions.push(known);
                    Place::After
                }
                None => break,
            },
            Place::Sql if text.ends_with(']') => Place::After,
            Place::Sql => Place::Sql,
            Place::After if text.is_empty() => Place::After,
            Place::After if text.starts_with("[SQL:") && !text.ends_with(']') => Place::Sql,
            Place::After if continues(line) => Place::After,
            Place::After => break,
        };
        if !text.is_empty() {
            found.lines = ix + 1;
        }
    }
    found
}

#[derive(Clone, Copy)]
enum Place {
    Frames,
    /// Behind an exception.
    After,
    /// In the statement that failed.
    Sql,
}

fn continues(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "[SQL:",
        "[parameters:",
        "(Background on this error",
        "DETAIL:",
        "HINT:",
        "LINE ",
        "CONTEXT:",
        "The above exception was",
        "During handling of the above",
    ];
    let text = line.trim_start();
    STARTS.iter().any(|start| text.starts_with(start)) || text.starts_with('^')
}

/// `package.module.Class: message`.
fn exception(line: &str) -> Option<(String, String)> {
    let (path, message) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
    let is_path =
        !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'));
    is_path.then(|| {
        let class = path.rsplit('.').next().unwrap_or(path);
        (class.to_owned(), message.trim().to_owned())
    })
}

/// Returns the failure of a traceback; `during` is the revision that ran.
pub(super) fn of_traceback(found: &Traceback, during: Option<&str>, span: Span) -> Option<Failure> {
    let (class, message) = found.exceptions.last()?;
    let mut failure = read(message, span);
    if class == "KeyError" && during.is_none() {
        failure.kind = FailureKind::MissingParent;
        failure.about = inside(message, '\'', '\'')
            .filter(|id| is_id(id))
            .map(str::to_owned)
            .into_iter()
            .collect();
    }
    if failure.kind == FailureKind::Other && during.is_some() {
        failure.kind = FailureKind::Run;
    }
    // The driver's words, before SQLAlchemy wrapped them.
    let (class, message) = found.exceptions.first()?;
    failure.text = match message.is_empty() {
        true => class.clone(),
        false => format!("{class}: {message}"),
    };
    failure.during = during.map(str::to_owned);
    Some(failure)
}
