//! Writing and reading the fragment.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::abridge::{Lower, abridge, restore, without_defaults};
use super::{LINK_VERSION, LinkError, LinkKind, Location, Shared, TooLong};
use crate::limits::{
    LINK_CHARS_MAX, LINK_INFLATE_RATIO_MAX, LINK_INFLATED_BYTES_MAX, LINK_LOCATION_CHARS_MAX,
};
use crate::wire::{Report, VERSION, read, redact};

const DIGEST_CHARS: usize = 11;
/// The best that deflate offers; links are made once and read often.
const DEFLATE_LEVEL: u8 = 10;
/// A date without its time, which is all that the order of branches needs.
const DATE_CHARS: usize = 10;

impl LinkKind {
    fn letter(self) -> &'static str {
        match self {
            Self::Findings => "f",
            Self::Sources => "s",
        }
    }
}

impl Shared {
    /// Returns the fragment for the same report, opening elsewhere. Nothing that arrived is lost.
    pub fn reshare(&self, location: &Location) -> Result<String, TooLong> {
        seal(self.kind, &self.payload, location)
    }
}

/// Returns the fragment, without `#`, of a link that holds the findings and no file text.
pub fn encode(report: &Report, location: &Location) -> Result<String, TooLong> {
    seal(LinkKind::Findings, &contents(report, LinkKind::Findings), location)
}

/// Returns the fragment, without `#`, of a link that holds source excerpts as well.
pub fn encode_with_sources(report: &Report, location: &Location) -> Result<String, TooLong> {
    seal(LinkKind::Sources, &contents(report, LinkKind::Sources), location)
}

/// Returns exactly what a link of this kind holds, to be shown before it is made.
///
/// Secrets and absolute paths are gone from both kinds. Only [`LinkKind::Sources`] keeps file text.
pub fn contents(report: &Report, kind: LinkKind) -> Value {
    let mut report = report.clone();
    // As long as all the rest, and worked out again by whoever has the inputs.
    report.comparisons.clear();
    if kind == LinkKind::Findings {
        drop_sources(&mut report);
    }
    // By way of the text, which is written anyway: a writer of values would be compiled for every type again.
    let json = serde_json::to_string(&report).unwrap_or_default();
    let mut value = serde_json::from_str(&json).unwrap_or_default();
    redact::every_string(&mut value, redact::secrets);
    redact::every_string(&mut value, redact::absolute_paths);
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
    if parts.codec != "d" {
        return Err(damaged("It's packed in a way this version doesn't know."));
    }
    let packed = URL_SAFE_NO_PAD
        .decode(parts.payload)
        .map_err(|_| damaged("Its characters don't spell any data."))?;
    let payload: Value = String::from_utf8(inflate(&packed)?)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .ok_or_else(|| damaged("It unpacks to something that isn't a report."))?;
    let version = payload.get("version").and_then(Value::as_u64).unwrap_or(0);
    if version > u64::from(VERSION) {
        return Err(LinkError::Newer { version: u32::try_from(version).unwrap_or(u32::MAX) });
    }
    let payload = restore(payload, lower);
    let report = read::report(payload.clone()).map_err(|unread| {
        damaged(&format!("A part of the report can't be read: {}.", unread.field))
    })?;
    Ok(Shared { report, location: Location::read(parts.location), kind, payload })
}

/// The fields of a fragment whose digest is right.
struct Parts<'a> {
    kind: &'a str,
    codec: &'a str,
    location: &'a str,
    payload: &'a str,
}

impl<'a> Parts<'a> {
    fn read(fragment: &'a str) -> Result<Self, LinkError> {
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
    let json = serde_json::to_string(&abridge(payload.clone())).unwrap_or_default();
    let packed = miniz_oxide::deflate::compress_to_vec(json.as_bytes(), DEFLATE_LEVEL);
    let text = URL_SAFE_NO_PAD.encode(&packed);
    let mut location = location.write();
    if location.len() > LINK_LOCATION_CHARS_MAX {
        location = Location::Verdict.write();
    }
    let length = to_base36(text.len());
    let digest = digest_of(kind.letter(), "d", &length, &location, &text);
    let fragment =
        format!("r{LINK_VERSION}.{}.d.{length}.{digest}.{location}.{text}E", kind.letter());
    // A link that its reader would refuse is not handed out.
    let readable = json.len() <= inflated_limit(packed.len());
    if fragment.len() > LINK_CHARS_MAX || !readable {
        return Err(TooLong { chars: fragment.len() });
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
    let mut text = URL_SAFE_NO_PAD.encode(Sha256::digest(sealed.as_bytes()));
    text.truncate(DIGEST_CHARS);
    text
}

fn inflated_limit(packed: usize) -> usize {
    packed.saturating_mul(LINK_INFLATE_RATIO_MAX).min(LINK_INFLATED_BYTES_MAX)
}

fn inflate(packed: &[u8]) -> Result<Vec<u8>, LinkError> {
    use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
    decompress_to_vec_with_limit(packed, inflated_limit(packed.len())).map_err(|why| {
        match why.status {
            TINFLStatus::HasMoreOutput => LinkError::TooLarge,
            _ => damaged("Its data doesn't unpack."),
        }
    })
}

fn damaged(what: &str) -> LinkError {
    LinkError::Damaged { what: what.to_owned() }
}

/// File text and what points into it goes; what Retort says about it stays.
pub(super) fn drop_sources(report: &mut Report) {
    for finding in &mut report.findings {
        finding.excerpt = None;
        finding.context = None;
        finding.remedy.patches.clear();
    }
    for revision in report.chains.iter_mut().flat_map(|chain| &mut chain.revisions) {
        revision.line = 0;
        if let Some(date) = &mut revision.create_date {
            *date = date.chars().take(DATE_CHARS).collect();
        }
    }
    for plan in &mut report.plans {
        plan.remarks.clear();
        for statement in &mut plan.statements {
            statement.text = None;
        }
    }
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
