//! Members of a zip whose table of contents is lost: it stands at the end, so that is what a download
//! that broke off is missing. Each member also has a header of its own, and those are walked here.

use std::ops::ControlFlow;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use crate::engine::intake::member::{self, Contents};
use crate::engine::intake::{Intake, Origin};
use crate::limits;

use super::{WHY_DAMAGED, WHY_ENCRYPTED, why_unsupported};

const HEADER_BYTES: usize = 30;
const HEADER_MAGIC: &[u8] = b"PK\x03\x04";
const DIRECTORY_MAGIC: &[u8] = b"PK\x01\x02";
const WHY_CUT: &str = "The archive is cut off inside this file. Download or pack it again.";

/// A member's own header, and where its data begins.
struct Header {
    name: String,
    encrypted: bool,
    /// Sizes and checksum follow the data instead of standing here.
    sizes_follow: bool,
    method: u16,
    crc: u32,
    packed: usize,
    data: usize,
}

/// What came of one member's data.
enum Unpacked {
    /// The text, and where the next header may begin.
    Whole(Vec<u8>, usize),
    TooLarge,
    CutOff,
    Damaged,
    Unsupported(u16),
    Encrypted,
}

pub(super) fn members(origin: &Origin, bytes: &[u8], intake: &mut Intake<'_>) -> ControlFlow<()> {
    let mut allowance = member::allowance(bytes.len());
    let (mut at, mut files) = (0, 0);
    let mut too_much = false;
    for _ in 0..limits::MEMBERS_MAX {
        let Some(start) = find(bytes, at, HEADER_MAGIC) else { break };
        let Some(header) = header(bytes, start) else { break };
        let behind = header.data.saturating_add(header.packed);
        at = if behind <= bytes.len() { behind } else { header.data };
        if header.name.ends_with('/') {
            continue;
        }
        let Some(target) = member::enter(intake, origin, &header.name)? else { continue };
        let bound = intake.room().min(usize::try_from(allowance).unwrap_or(usize::MAX));
        match unpack(bytes, &header, bound) {
            Unpacked::Whole(text, next) => {
                allowance = allowance.saturating_sub(u64::try_from(text.len()).unwrap_or(0));
                files += 1;
                at = next;
                intake.admit(target, text);
            }
            Unpacked::TooLarge if bound < intake.room() => {
                too_much = true;
                break;
            }
            Unpacked::TooLarge => {
                allowance = allowance.saturating_sub(u64::try_from(bound).unwrap_or(0));
                let why = intake.why_no_room();
                intake.refuse(target, 0, why);
            }
            Unpacked::CutOff => {
                intake.refuse(target, 0, WHY_CUT);
                break;
            }
            Unpacked::Damaged => intake.refuse(target, 0, WHY_DAMAGED),
            Unpacked::Unsupported(method) => intake.refuse(target, 0, why_unsupported(method)),
            Unpacked::Encrypted => intake.refuse(target, 0, WHY_ENCRYPTED),
        }
    }
    let why = if too_much {
        member::why_too_much(files)
    } else if find(bytes, at, DIRECTORY_MAGIC).is_some() {
        // The table of contents begins: it is there, but it could not be used.
        member::why_damaged(files)
    } else {
        member::why_cut_off(files)
    };
    intake.refuse(origin.clone(), bytes.len(), why);
    ControlFlow::Continue(())
}

fn header(bytes: &[u8], start: usize) -> Option<Header> {
    let fixed = bytes.get(start..start.checked_add(HEADER_BYTES)?)?;
    let short = |at: usize| Some(u16::from_le_bytes(fixed.get(at..at + 2)?.try_into().ok()?));
    let long = |at: usize| Some(u32::from_le_bytes(fixed.get(at..at + 4)?.try_into().ok()?));
    let flags = short(6)?;
    let name_start = start + HEADER_BYTES;
    let name_end = name_start + usize::from(short(26)?);
    let name = bytes.get(name_start..name_end)?;
    Some(Header {
        name: String::from_utf8_lossy(name).into_owned(),
        encrypted: flags & 1 != 0,
        sizes_follow: flags & 8 != 0,
        method: short(8)?,
        crc: long(14)?,
        packed: usize::try_from(long(18)?).ok()?,
        data: name_end + usize::from(short(28)?),
    })
}

fn unpack(bytes: &[u8], header: &Header, bound: usize) -> Unpacked {
    if header.encrypted {
        return Unpacked::Encrypted;
    }
    let Some(rest) = bytes.get(header.data..) else { return Unpacked::CutOff };
    let known = !header.sizes_follow || header.packed > 0;
    let data = if known { rest.get(..header.packed) } else { Some(rest) };
    let Some(data) = data else { return Unpacked::CutOff };
    let (contents, used) = match header.method {
        0 if known => (member::read(data, bound), data.len()),
        8 => {
            let mut decoder = DeflateDecoder::new(data);
            let contents = member::read(&mut decoder, bound);
            (contents, usize::try_from(decoder.total_in()).unwrap_or(data.len()))
        }
        // Stored, and its length stands behind it: where it ends cannot be told.
        0 => return Unpacked::Damaged,
        method => return Unpacked::Unsupported(method),
    };
    match contents {
        Contents::TooLarge => Unpacked::TooLarge,
        Contents::Broken(..) if !known && used >= data.len() => Unpacked::CutOff,
        Contents::Broken(..) => Unpacked::Damaged,
        Contents::Whole(text) => {
            let next = header.data + used;
            let stated =
                if header.sizes_follow { crc_behind(bytes, next) } else { Some(header.crc) };
            let mut crc = Crc::new();
            crc.update(&text);
            match stated {
                Some(stated) if stated == crc.sum() => Unpacked::Whole(text, next),
                Some(_) => Unpacked::Damaged,
                None => Unpacked::CutOff,
            }
        }
    }
}

/// The checksum in the descriptor behind the data, which may or may not begin with a mark.
fn crc_behind(bytes: &[u8], at: usize) -> Option<u32> {
    let at = if bytes.get(at..at + 4) == Some(b"PK\x07\x08") { at + 4 } else { at };
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn find(bytes: &[u8], from: usize, magic: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(magic.len()).position(|window| window == magic).map(|at| from + at)
}
