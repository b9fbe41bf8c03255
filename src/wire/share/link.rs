//! Writing and reading the fragment.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::abridge::{Lower, abridge, abridge_inputs, restore, restore_inputs, without_defaults};
use super::held;
use super::hide::hide;
use super::inflate::inflate;
use super::letters::{bytes_of, spell};
use super::locked;
use super::packed::{self, Unread};
use super::{Choice, LINK_VERSION, LinkError, LinkKind, Location, Shared, TooLong};
use crate::limits::{
    LINK_CHARS_MAX, LINK_INFLATE_RATIO_MAX, LINK_INFLATED_BYTES_MAX, LINK_LOCATION_CHARS_MAX,
};
use crate::wire::{Report, VERSION, read, redact};

const DIGEST_CHARS: usize = 11;
/// How payloads are packed that are written now.
const CODEC: &str = "m";

impl LinkKind {
    fn letter(self) -> &'static str {
        match self {
            Self::Findings => "f",
            Self::Sources => "s",
        }
    }
}

impl Shared {
    /// Returns exactly what came, as [`contents`] does of what is sent.
    pub fn contents(&self) -> Value {
        without_defaults(self.payload.clone())
    }

    /// Returns the fragment for the same report, opening elsewhere. Nothing that arrived is lost.
    pub fn reshare(&self, location: &Location) -> Result<String, TooLong> {
        seal(self.kind, &self.payload, location)
    }
}

/// Returns the fragment, without `#`, of a link that holds what was chosen.
pub fn encode(report: &Report, choice: &Choice, location: &Location) -> Result<String, TooLong> {
    let kind = if choice.has("sources") { LinkKind::Sources } else { LinkKind::Findings };
    seal(kind, &contents(report, choice), location)
}

/// Returns exactly what a link holds, to be shown before it is made.
///
/// Secrets and absolute paths are gone whatever was chosen. Only with sources there is file text in it.
pub fn contents(report: &Report, choice: &Choice) -> Value {
    let report = held::held(report, choice);
    // By way of the text, which is written anyway: a writer of values would be compiled for every type again.
    let json = serde_json::to_string(&report).unwrap_or_default();
    let mut value = serde_json::from_str(&json).unwrap_or_default();
    redact::every_string(&mut value, redact::secrets);
    redact::every_string(&mut value, redact::absolute_paths);
    hide(&mut value, &report, choice);
    without_defaults(value)
}

/// Reads a fragment, with or without its `#`. Total and bounded: any text gives an answer.
pub fn decode(fragment: &str) -> Result<Shared, LinkError> {
    decode_by(fragment, str::to_lowercase)
}

/// [`decode`] for whoever has small letters of their own.
pub fn decode_by(fragment: &str, lower: Lower) -> Result<Shared, LinkError> {
    let parts = Parts::read(fragment)?;
    let kind = match parts.kind {
        "f" => LinkKind::Findings,
        "s" => LinkKind::Sources,
        _ => return Err(damaged("It holds something this version doesn't know.")),
    };
    if parts.codec == locked::CODEC {
        return Err(LinkError::Locked);
    }
    let packed =
        bytes_of(parts.payload).ok_or_else(|| damaged("Its characters don't spell any data."))?;
    let (report, payload) = opened(parts.codec, &packed, lower)?;
    Ok(Shared { report, location: Location::read(parts.location), kind, payload })
}

/// Reads what a fragment's payload spells: a report, and the JSON it is in. [`decode`] comes here once the
/// digest is right; what can't be right is tried here.
pub fn opened(codec: &str, packed: &[u8], lower: Lower) -> Result<(Report, Value), LinkError> {
    let payload: Value = match codec {
        CODEC => packed::unpack(packed).map_err(|why| match why {
            Unread::TooLarge => LinkError::TooLarge,
            Unread::Damaged => damaged("Its data doesn't unpack."),
        })?,
        "d" => String::from_utf8(inflate(packed, inflated_limit(packed.len()))?)
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .ok_or_else(|| damaged("It unpacks to something that isn't a report."))?,
        _ => return Err(damaged("It's packed in a way this version doesn't know.")),
    };
    let version = payload.get("version").and_then(Value::as_u64).unwrap_or(0);
    if version > u64::from(VERSION) {
        return Err(LinkError::Newer { version: u32::try_from(version).unwrap_or(u32::MAX) });
    }
    let mut payload = restore(payload, lower);
    if codec == CODEC {
        restore_inputs(&mut payload);
    }
    let report = read::report(payload.clone()).map_err(|unread| {
        damaged(&format!("A part of the report can't be read: {}.", unread.field))
    })?;
    Ok((report, payload))
}

/// The fields of a fragment whose digest is right.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    pub kind: &'a str,
    pub codec: &'a str,
    pub location: &'a str,
    pub payload: &'a str,
}

impl<'a> Parts<'a> {
    /// Puts them together, with length and digest.
    pub fn sealed(&self) -> String {
        let Self { kind, codec, location, payload } = self;
        let length = to_base36(payload.len());
        let digest = digest_of(kind, codec, &length, location, payload);
        [&["r1", kind, codec, &length, &digest, location, payload].join("."), "E"].concat()
    }

    /// Takes a fragment apart, or says why it is none.
    pub fn read(fragment: &'a str) -> Result<Self, LinkError> {
        let fragment = fragment.trim();
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let arrived = fragment.chars().count();
        read_version(fragment, arrived)?;

        let fields: Vec<&str> = fragment.splitn(7, '.').collect();
        let complete = fields.len().saturating_sub(1);
        let is_letter = |text: &str| matches!(text.as_bytes(), [b'a'..=b'z']);
        if fields.get(1..complete.min(3)).is_some_and(|done| !done.iter().all(|f| is_letter(f))) {
            return Err(LinkError::NotOurs);
        }
        let &[_, kind, codec, length, digest, location, rest] = fields.as_slice() else {
            return Err(LinkError::Cut { arrived, stated: None });
        };
        let Some(length) = from_base36(length).filter(|length| *length <= LINK_INFLATED_BYTES_MAX)
        else {
            return Err(LinkError::Changed);
        };
        let header = fragment.chars().count() - rest.chars().count();
        if rest.chars().count() < length + 1 {
            return Err(LinkError::Cut { arrived, stated: Some(header + length + 1) });
        }
        let (Some(payload), Some("E"), Some(after)) =
            (rest.get(..length), rest.get(length..length + 1), rest.get(length + 1..))
        else {
            return Err(LinkError::Changed);
        };
        // What finds links in running text often takes the closing bracket or full stop along.
        if after.contains(|c: char| c.is_ascii_alphanumeric()) {
            return Err(LinkError::Changed);
        }
        let length = to_base36(length);
        let seal = digest_of(kind, codec, &length, location, payload);
        if seal != digest || location.len() > LINK_LOCATION_CHARS_MAX {
            return Err(LinkError::Changed);
        }
        Ok(Self { kind, codec, location, payload })
    }
}

fn read_version(fragment: &str, arrived: usize) -> Result<(), LinkError> {
    let digits = fragment.strip_prefix('r').ok_or(LinkError::NotOurs)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (number, after) = digits.split_at(end);
    if number.is_empty() || number.starts_with('0') || number.len() > 6 {
        return Err(LinkError::NotOurs);
    }
    if after.is_empty() {
        return Err(LinkError::Cut { arrived, stated: None });
    }
    let version: u32 = number.parse().map_err(|_| LinkError::NotOurs)?;
    match version {
        _ if !after.starts_with('.') => Err(LinkError::NotOurs),
        LINK_VERSION => Ok(()),
        version => Err(LinkError::Newer { version }),
    }
}

fn seal(kind: LinkKind, payload: &Value, location: &Location) -> Result<String, TooLong> {
    let mut payload = without_defaults(payload.clone());
    abridge_inputs(&mut payload);
    let packed = packed::pack(&abridge(payload)).ok_or(TooLong { chars: None })?;
    let text = spell(&packed);
    let mut location = location.write();
    if location.len() > LINK_LOCATION_CHARS_MAX {
        location = Location::Verdict.write();
    }
    let parts = Parts { kind: kind.letter(), codec: CODEC, location: &location, payload: &text };
    let fragment = parts.sealed();
    if fragment.len() > LINK_CHARS_MAX {
        return Err(TooLong { chars: Some(fragment.len()) });
    }
    Ok(fragment)
}

pub(super) fn digest_of(
    kind: &str,
    codec: &str,
    length: &str,
    location: &str,
    payload: &str,
) -> String {
    let sealed = format!("r{LINK_VERSION}.{kind}.{codec}.{length}.{location}.{payload}E");
    let mut text = spell(&Sha256::digest(sealed.as_bytes()));
    text.truncate(DIGEST_CHARS);
    text
}

fn inflated_limit(packed: usize) -> usize {
    packed.saturating_mul(LINK_INFLATE_RATIO_MAX).min(LINK_INFLATED_BYTES_MAX)
}

fn damaged(what: &str) -> LinkError {
    LinkError::Damaged { what: what.to_owned() }
}

pub(super) fn to_base36(mut number: usize) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u8::try_from(number % 36).unwrap_or(0);
        digits.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}

fn from_base36(text: &str) -> Option<usize> {
    let number = usize::from_str_radix(text, 36).ok()?;
    // One spelling only: no capitals, no signs, no leading zeros.
    (to_base36(number) == text).then_some(number)
}
