//! One member of an archive: whether to read it at all, and reading it within bounds.

use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::limits;

use super::member_name::{self, Named};
use super::{Giving, Intake, Origin, Weight};
use crate::wire::words::count;

/// Reports a member and judges its name. `None` when it is not to be read; then it is listed as skipped.
pub fn enter(
    intake: &mut Intake<'_>,
    carrier: &Origin,
    raw_name: &str,
) -> ControlFlow<(), Option<Origin>> {
    intake.expect(1);
    let (path, note) = match member_name::judge(raw_name) {
        Named::Fine { path, note } => (path, note),
        Named::Refused { path, why } => {
            let path = format!("{}/{path}", carrier.path);
            intake.step(&path)?;
            intake.skip(path, why, Weight::Refused);
            return ControlFlow::Continue(None);
        }
    };
    let noise = member_name::noise(&path);
    let path = format!("{}/{path}", carrier.path);
    intake.step(&path)?;
    if let Some(why) = noise {
        intake.skip(path, why, Weight::Noise);
        return ControlFlow::Continue(None);
    }
    ControlFlow::Continue(Some(Origin {
        path,
        notes: note.into_iter().collect(),
        role: carrier.role,
        kind: carrier.kind,
        giving: Giving::Bulk,
    }))
}

/// What came of reading a member.
#[derive(Debug)]
pub enum Contents {
    Whole(Vec<u8>),
    /// There was more than the bound allows.
    TooLarge,
    /// It broke off; this is what there was before.
    Broken(Vec<u8>, io::Error),
}

/// Reads at most `bound` bytes. A header that claims another size changes nothing about that.
pub fn read(reader: impl Read, bound: usize) -> Contents {
    let mut bytes = Vec::new();
    let one_more = u64::try_from(bound).unwrap_or(u64::MAX).saturating_add(1);
    match reader.take(one_more).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() > bound => Contents::TooLarge,
        Ok(_) => Contents::Whole(bytes),
        Err(error) => Contents::Broken(bytes, error),
    }
}

/// Returns how many bytes an archive of this size may inflate to.
pub fn allowance(archive_bytes: usize) -> u64 {
    u64::try_from(archive_bytes)
        .unwrap_or(u64::MAX)
        .saturating_mul(limits::INFLATE_RATIO_MAX)
        .max(limits::INFLATE_FREE_BYTES)
}

/// The sentence for an archive that inflates beyond its [`allowance`].
pub fn why_too_much(files: usize) -> String {
    format!(
        "Stopped after {}: the archive inflates to more than {} times its size, as only a trap does. \
         Unpack it yourself and give the files that matter.",
        counted(files),
        limits::INFLATE_RATIO_MAX
    )
}

/// The sentence for an archive that ends too early.
pub fn why_cut_off(files: usize) -> String {
    format!(
        "The archive is cut off after {}; what came before was read. Download or pack it again.",
        counted(files)
    )
}

/// The sentence for an archive that is damaged.
pub fn why_damaged(files: usize) -> String {
    format!(
        "The archive is damaged after {}; what came before was read. Download or pack it again.",
        counted(files)
    )
}

/// The sentence for an archive without anything to read.
pub const WHY_NOTHING: &str =
    "There is nothing to read in this archive. Check that it is the right one.";

fn counted(files: usize) -> String {
    count(files, "file", "files")
}
