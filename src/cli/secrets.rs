//! Whether a report holds a secret, found without writing the report down: most hold none, and the text of a
//! large one is megabytes that are made and thrown away.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use crate::wire::{Report, redact};

/// Returns the report without secrets, as [`redact::report`] does.
pub fn without(report: &Report) -> Cow<'_, Report> {
    let (mut text, mut found) = (String::new(), false);
    let strings = Strings { text: &mut text, found: &mut found };
    let seen = report.serialize(&mut Serializer::with_formatter(io::sink(), strings));
    // What could not be looked at is looked at again.
    if seen.is_ok() && !found { Cow::Borrowed(report) } else { redact::report(report) }
}

/// Looks at each string that would be written, names of fields included.
struct Strings<'a> {
    text: &'a mut String,
    found: &'a mut bool,
}

impl Formatter for Strings<'_> {
    fn begin_string<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.text.clear();
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        _: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.text.push_str(fragment);
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        _: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.text.push(match escape {
            CharEscape::Quote => '"',
            CharEscape::ReverseSolidus => '\\',
            CharEscape::Solidus => '/',
            CharEscape::Backspace => '\u{8}',
            CharEscape::FormFeed => '\u{c}',
            CharEscape::LineFeed => '\n',
            CharEscape::CarriageReturn => '\r',
            CharEscape::Tab => '\t',
            CharEscape::AsciiControl(byte) => char::from(byte),
        });
        Ok(())
    }

    fn end_string<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        *self.found |= matches!(redact::secrets(self.text), Cow::Owned(_));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Status;

    #[test]
    fn a_secret_is_found_as_by_the_text_of_the_report() {
        let mut report = Report::withheld(Status::Pass);
        let before = report.clone();
        assert!(matches!(without(&report), Cow::Borrowed(_)));
        for said in ["see postgres://app:hunter2@db/x", "\"password\"\t= \"hunter2hunter2\""] {
            report.verdict.reason = said.to_owned();
            assert_eq!(without(&report), redact::report(&report));
            assert!(!without(&report).verdict.reason.contains("hunter2"), "{said}");
        }
        assert_ne!(report, before);
    }
}
