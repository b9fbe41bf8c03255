//! The place at which a link opens, in characters that survive every chat client.

use std::fmt::Write as _;

use super::Location;

const FINGERPRINT_CHARS: usize = 8;

impl Location {
    /// Returns it as it stands in a link.
    pub fn write(&self) -> String {
        match self {
            Self::Verdict => "v".to_owned(),
            Self::Finding(id) => {
                let short: String = id.chars().take(FINGERPRINT_CHARS).collect();
                format!("f-{}", escape(&short))
            }
            Self::Revision(id) => format!("c-{}", escape(id)),
            Self::Schemas { from, to } => format!("s-{}-{}", escape(from), escape(to)),
        }
    }

    /// Reads one; a place this version does not know is no reason to withhold the report.
    pub fn read(text: &str) -> Self {
        let known = match text.split_once('-') {
            Some(("f", id)) => unescape(id).map(Self::Finding),
            Some(("c", id)) => unescape(id).map(Self::Revision),
            Some(("s", pair)) => pair.split_once('-').and_then(|(from, to)| {
                Some(Self::Schemas { from: unescape(from)?, to: unescape(to)? })
            }),
            _ => None,
        };
        known.unwrap_or_default()
    }
}

fn escape(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            text.push(c);
        } else {
            let _ = write!(text, "_{:x}_", u32::from(c));
        }
    }
    text
}

fn unescape(text: &str) -> Option<String> {
    let mut name = String::new();
    for (ix, part) in text.split('_').enumerate() {
        if ix % 2 == 0 {
            name.push_str(part);
        } else {
            name.push(char::from_u32(u32::from_str_radix(part, 16).ok()?)?);
        }
    }
    // An even number of underscores leaves an odd number of parts.
    (text.matches('_').count().is_multiple_of(2)).then_some(name)
}
