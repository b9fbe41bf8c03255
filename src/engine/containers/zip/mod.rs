//! Zip archives.
//!
//! In: an archive whose first bytes are a zip's.
//! Out: its members as documents; what could not be read, by name and with the next step.
//! Never: links followed, passwords, more than the limits allow.

use std::io::Cursor;
use std::ops::ControlFlow;

use ::zip::{CompressionMethod, ZipArchive};

use crate::engine::intake::member::{self, Contents};
use crate::engine::intake::{Intake, Origin, Weight};
use crate::limits;

use super::Container;
use crate::wire::words::thousands;

mod salvage;

pub(super) const CONTAINER: Container = Container {
    id: "zip",
    title: "a zip archive",
    recognise: |bytes| {
        [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| bytes.starts_with(*magic))
    },
    open,
};

const WHY_ENCRYPTED: &str =
    "This file is encrypted. Unpack the archive with its password and give the files.";
const WHY_DAMAGED: &str =
    "This file is damaged inside the archive. Download or pack the archive again.";
const WHY_OFFICE: &str =
    "This is an office document. Save the sheet as CSV, or the text as plain text, and give that.";

fn open(origin: Origin, bytes: Vec<u8>, intake: &mut Intake<'_>) -> ControlFlow<()> {
    if bytes.len() > limits::INPUT_BYTES_MAX {
        let why = intake.why_no_room();
        intake.refuse(origin, bytes.len(), why);
        return ControlFlow::Continue(());
    }
    let before = intake.count();
    match ZipArchive::new(Cursor::new(bytes.as_slice())) {
        Ok(archive) => members(&origin, archive, bytes.len(), intake)?,
        Err(_) => salvage::members(&origin, &bytes, intake)?,
    }
    if intake.count() == before {
        intake.refuse(origin, bytes.len(), member::WHY_NOTHING);
    }
    ControlFlow::Continue(())
}

fn members(
    origin: &Origin,
    mut archive: ZipArchive<Cursor<&[u8]>>,
    archive_bytes: usize,
    intake: &mut Intake<'_>,
) -> ControlFlow<()> {
    if archive.index_for_name("[Content_Types].xml").is_some() {
        intake.refuse(origin.clone(), archive_bytes, WHY_OFFICE);
        return ControlFlow::Continue(());
    }
    if archive.has_duplicate_names() {
        let why = "two files in the archive have one name; only the last was read";
        intake.skip(origin.path.clone(), why, Weight::Refused);
    }
    let mut allowance = member::allowance(archive_bytes);
    let count = archive.len().min(limits::MEMBERS_MAX);
    for ix in 0..count {
        let Some(target) = target(&archive, ix, origin, intake)? else { continue };
        let bound = intake.room().min(usize::try_from(allowance).unwrap_or(usize::MAX));
        let contents = match archive.by_index(ix) {
            Ok(file) if file.size() > u64::try_from(bound).unwrap_or(u64::MAX) => {
                Ok(Contents::TooLarge)
            }
            Ok(file) => Ok(member::read(file, bound)),
            Err(error) => Err(error),
        };
        match contents {
            Ok(Contents::Whole(bytes)) => {
                allowance = allowance.saturating_sub(u64::try_from(bytes.len()).unwrap_or(0));
                intake.admit(target, bytes);
            }
            Ok(Contents::TooLarge) if bound < intake.room() => {
                intake.refuse(origin.clone(), archive_bytes, member::why_too_much(ix));
                return ControlFlow::Continue(());
            }
            Ok(Contents::TooLarge) => {
                allowance = allowance.saturating_sub(u64::try_from(bound).unwrap_or(0));
                let why = intake.why_no_room();
                intake.refuse(target, 0, why);
            }
            Ok(Contents::Broken(..)) | Err(_) => intake.refuse(target, 0, WHY_DAMAGED),
        }
    }
    if archive.len() > count {
        let why = format!(
            "Only the first {} files of {} were looked at. Pack fewer files.",
            thousands(count),
            thousands(archive.len())
        );
        intake.refuse(origin.clone(), archive_bytes, why);
    }
    ControlFlow::Continue(())
}

/// Returns where the member's text shall go, or `None` when it is not to be read.
fn target(
    archive: &ZipArchive<Cursor<&[u8]>>,
    ix: usize,
    origin: &Origin,
    intake: &mut Intake<'_>,
) -> ControlFlow<(), Option<Origin>> {
    let Ok(entry) = archive.by_index_data(ix) else { return ControlFlow::Continue(None) };
    if entry.is_dir() {
        return ControlFlow::Continue(None);
    }
    // Many tools write UTF-8 without saying so; otherwise the name's own flag decides.
    let raw_name = match std::str::from_utf8(entry.name_raw()) {
        Ok(name) => name.to_owned(),
        Err(_) => entry.name().map_or_else(
            |_| String::from_utf8_lossy(entry.name_raw()).into_owned(),
            std::borrow::Cow::into_owned,
        ),
    };
    let Some(target) = member::enter(intake, origin, &raw_name)? else {
        return ControlFlow::Continue(None);
    };
    if entry.is_symlink() {
        intake.skip(target.path, "a link; links are not followed", Weight::Refused);
        return ControlFlow::Continue(None);
    }
    let why = match entry.compression() {
        _ if entry.encrypted() => WHY_ENCRYPTED.to_owned(),
        CompressionMethod::Stored | CompressionMethod::Deflated => {
            return ControlFlow::Continue(Some(target));
        }
        CompressionMethod::DEFLATE64 => why_unsupported(9),
        CompressionMethod::BZIP2 => why_unsupported(12),
        CompressionMethod::LZMA => why_unsupported(14),
        CompressionMethod::ZSTD => why_unsupported(93),
        CompressionMethod::XZ => why_unsupported(95),
        CompressionMethod::PPMD => why_unsupported(98),
        CompressionMethod::AES => why_unsupported(99),
        _ => why_unsupported(u16::MAX),
    };
    intake.refuse(target, 0, why);
    ControlFlow::Continue(None)
}

fn why_unsupported(method: u16) -> String {
    let name = match method {
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "xz",
        98 => "PPMd",
        99 => return WHY_ENCRYPTED.to_owned(),
        _ => "a rare method",
    };
    format!(
        "This file is compressed with {name}, which is not opened here. Unpack the archive and give the \
         files, or pack it again with the usual method (Deflate)."
    )
}
