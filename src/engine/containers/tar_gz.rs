//! Tar archives and gzip files, alone and together.

use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;

use flate2::bufread::{GzDecoder, MultiGzDecoder};
use tar::{Archive, EntryType};

use crate::engine::intake::member::{self, Contents};
use crate::engine::intake::member_name::{self, Named};
use crate::engine::intake::{Giving, Intake, Origin, Weight, content};
use crate::limits;

use super::Container;
use crate::wire::words::thousands;

pub(super) const GZIP: Container = Container {
    id: "gzip",
    title: "a gzip file or tar.gz archive",
    recognise: |bytes| bytes.starts_with(b"\x1f\x8b"),
    open: open_gzip,
};

pub(super) const TAR: Container =
    Container { id: "tar", title: "a tar archive", recognise: content::is_tar, open: open_tar };

const BLOCK_BYTES: usize = 512;

fn open_gzip(origin: Origin, bytes: Vec<u8>, intake: &mut Intake<'_>) -> ControlFlow<()> {
    if bytes.len() > limits::INPUT_BYTES_MAX {
        let why = intake.why_no_room();
        intake.refuse(origin, bytes.len(), why);
        return ControlFlow::Continue(());
    }
    let name = GzDecoder::new(bytes.as_slice()).header().and_then(|header| {
        header.filename().map(|name| String::from_utf8_lossy(name).into_owned())
    });
    let mut stream = Metered::new(MultiGzDecoder::new(bytes.as_slice()), bytes.len());
    let mut start = Vec::new();
    // What goes wrong here goes wrong again below, where it is told.
    let _ = stream.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut start);
    if content::is_tar(&start) {
        return members(&origin, start, &mut stream, bytes.len(), intake);
    }
    single(&origin, name, start, &mut stream, bytes.len(), intake)
}

fn open_tar(origin: Origin, bytes: Vec<u8>, intake: &mut Intake<'_>) -> ControlFlow<()> {
    if bytes.len() > limits::INPUT_BYTES_MAX {
        let why = intake.why_no_room();
        intake.refuse(origin, bytes.len(), why);
        return ControlFlow::Continue(());
    }
    let before = intake.count();
    let mut stream = Metered::new(bytes.as_slice(), bytes.len());
    members(&origin, Vec::new(), &mut stream, bytes.len(), intake)?;
    // Without gzip's checksum only the end mark, a block of zeros, tells a whole archive from one that
    // was cut between two files.
    let marked = bytes.len().is_multiple_of(BLOCK_BYTES)
        && bytes.iter().rev().take(BLOCK_BYTES).all(|byte| *byte == 0);
    if stream.trouble.is_none() && !marked {
        let files = intake.count().saturating_sub(before);
        intake.refuse(origin, bytes.len(), member::why_cut_off(files));
    }
    ControlFlow::Continue(())
}

/// A file behind gzip. What could be read of a damaged one is kept, beside a document that says so.
fn single(
    origin: &Origin,
    name: Option<String>,
    mut text: Vec<u8>,
    stream: &mut Metered<impl Read>,
    packed_bytes: usize,
    intake: &mut Intake<'_>,
) -> ControlFlow<()> {
    let outer = origin.path.rsplit('/').next().unwrap_or(&origin.path);
    let fallback = outer.strip_suffix(".gz").unwrap_or("contents").to_owned();
    let inner = match name.as_deref().map(member_name::judge) {
        Some(Named::Fine { path, .. }) => path,
        _ => fallback,
    };
    let path = format!("{}/{inner}", origin.path);
    let mut target = Origin { path, giving: Giving::Single, ..origin.clone() };
    let room = intake.room();
    let outcome = member::read(stream.by_ref(), room.saturating_sub(text.len()));
    let rest = match outcome {
        Contents::TooLarge => {
            let why = intake.why_no_room();
            intake.refuse(target, packed_bytes, why);
            return ControlFlow::Continue(());
        }
        Contents::Whole(rest) | Contents::Broken(rest, _) => rest,
    };
    text.extend_from_slice(&rest);
    let why = match stream.trouble {
        None => {
            intake.admit(target, text);
            return ControlFlow::Continue(());
        }
        Some(Trouble::TooMuch) => member::why_too_much(0),
        Some(Trouble::CutOff) => format!(
            "The file is cut off after {} bytes; what came before was read. Download or pack it again.",
            thousands(text.len())
        ),
        Some(Trouble::Damaged) => format!(
            "The file is damaged after {} bytes; what came before was read. Download or pack it again.",
            thousands(text.len())
        ),
    };
    if stream.trouble != Some(Trouble::TooMuch) && !text.is_empty() {
        target.notes.push("Incomplete: the gzip file breaks off here.".to_owned());
        intake.admit(target, text);
    }
    intake.refuse(origin.clone(), packed_bytes, why);
    ControlFlow::Continue(())
}

/// The members of a tar. `start` was already taken from the stream.
fn members(
    origin: &Origin,
    start: Vec<u8>,
    stream: &mut Metered<impl Read>,
    archive_bytes: usize,
    intake: &mut Intake<'_>,
) -> ControlFlow<()> {
    let before = intake.count();
    let mut archive = Archive::new(Cursor::new(start).chain(&mut *stream));
    let mut ended = Ok(());
    let mut files = 0;
    match archive.entries() {
        Ok(entries) => {
            for (ix, entry) in entries.enumerate() {
                match entry {
                    Ok(_) if ix >= limits::MEMBERS_MAX => {
                        ended = Err(io::Error::other("too many members"));
                        break;
                    }
                    Ok(entry) => files += usize::from(member(origin, entry, intake)?),
                    Err(error) => {
                        ended = Err(error);
                        break;
                    }
                }
            }
        }
        Err(error) => ended = Err(error),
    }
    drop(archive);
    if ended.is_ok() {
        // Behind the end mark gzip's checksum is still to come.
        ended = io::copy(stream, &mut io::sink()).map(|_| ());
    }
    if ended.is_err() {
        let why = match stream.trouble {
            Some(Trouble::TooMuch) => member::why_too_much(files),
            Some(Trouble::Damaged) => member::why_damaged(files),
            Some(Trouble::CutOff) => member::why_cut_off(files),
            None if stream.at_end => member::why_cut_off(files),
            None => member::why_damaged(files),
        };
        stream.trouble.get_or_insert(Trouble::Damaged);
        intake.refuse(origin.clone(), archive_bytes, why);
    } else if intake.count() == before {
        intake.refuse(origin.clone(), archive_bytes, member::WHY_NOTHING);
    }
    ControlFlow::Continue(())
}

/// Brings one member in; returns whether it was read whole.
fn member<R: Read>(
    origin: &Origin,
    entry: tar::Entry<'_, R>,
    intake: &mut Intake<'_>,
) -> ControlFlow<(), bool> {
    let kind = entry.header().entry_type();
    // `git archive` puts the commit's id into a header for all members.
    if kind.is_dir() || matches!(kind, EntryType::XGlobalHeader) {
        return ControlFlow::Continue(false);
    }
    let raw_name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let Some(target) = member::enter(intake, origin, &raw_name)? else {
        return ControlFlow::Continue(false);
    };
    let why = match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => None,
        EntryType::Symlink | EntryType::Link => Some("a link; links are not followed"),
        _ => Some("a device or another special file"),
    };
    if let Some(why) = why {
        intake.skip(target.path, why, Weight::Refused);
        return ControlFlow::Continue(false);
    }
    let stated = entry.size();
    let room = intake.room();
    if stated > u64::try_from(room).unwrap_or(u64::MAX) {
        let why = intake.why_no_room();
        intake.refuse(target, 0, why);
        return ControlFlow::Continue(false);
    }
    match member::read(entry, room) {
        Contents::Whole(bytes) if u64::try_from(bytes.len()) == Ok(stated) => {
            intake.admit(target, bytes);
            return ControlFlow::Continue(true);
        }
        Contents::TooLarge => {
            let why = intake.why_no_room();
            intake.refuse(target, 0, why);
        }
        // A revision without its second half would tell a wrong story: better none.
        Contents::Whole(_) | Contents::Broken(..) => {
            let why = "The archive breaks off inside this file. Download or pack it again.";
            intake.refuse(target, 0, why);
        }
    }
    ControlFlow::Continue(false)
}

/// Why a stream stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    TooMuch,
    CutOff,
    Damaged,
}

/// A reader that gives out no more than an archive of its size may inflate to, and remembers why it
/// stopped, since the tar reader tells its errors apart by words only.
struct Metered<R> {
    inner: R,
    left: u64,
    at_end: bool,
    trouble: Option<Trouble>,
}

impl<R: Read> Metered<R> {
    fn new(inner: R, archive_bytes: usize) -> Self {
        let most = u64::try_from(limits::INPUT_BYTES_MAX).unwrap_or(u64::MAX);
        let left = member::allowance(archive_bytes).min(most);
        Self { inner, left, at_end: false, trouble: None }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(0) => {
                self.at_end |= !buffer.is_empty();
                Ok(0)
            }
            Ok(count) => {
                let count_wide = u64::try_from(count).unwrap_or(u64::MAX);
                let Some(left) = self.left.checked_sub(count_wide) else {
                    self.trouble = Some(Trouble::TooMuch);
                    return Err(io::Error::other("more than an archive of this size may hold"));
                };
                self.left = left;
                Ok(count)
            }
            Err(error) => {
                self.trouble = Some(match error.kind() {
                    io::ErrorKind::UnexpectedEof => Trouble::CutOff,
                    _ => Trouble::Damaged,
                });
                Err(error)
            }
        }
    }
}
