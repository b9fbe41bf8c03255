//! A report as the contract's JSON.

use std::fmt::Write as _;

use super::{Look, Render, Renderer};
use crate::wire::quoted::quoted;
use crate::wire::{Report, RuleCard};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "json", title: "report as JSON", render: Render::Report(render) };

/// Bytes set aside for a text before its length is known.
const ROOM: usize = 1 << 20;

/// Returns the report as indented JSON. Fields are those of the contract, in its order.
pub fn render(report: &Report, _rules: &[RuleCard], _look: &Look) -> String {
    pretty(report)
}

/// Returns any wire value as indented JSON, with characters that a terminal would obey written as escapes.
/// Serde's own indenting writer would be compiled anew for every type, so the text is broken into lines.
pub(super) fn pretty<T: serde::Serialize>(value: &T) -> String {
    // A text that grows by doubling touches several times the memory that it needs.
    let mut text = Vec::with_capacity(ROOM);
    let _complete = serde_json::to_writer(&mut text, value);
    // Most texts are of plain signs alone, which is sooner seen than what each sign is.
    let is_plain = text.iter().all(|byte| (b' '..=b'~').contains(byte));
    let mut lines = broken(std::str::from_utf8(&text).unwrap_or_default());
    if is_plain {
        lines.push('\n');
        return lines;
    }
    harmless(lines)
}

/// Breaks a JSON text without blanks into lines.
fn broken(json: &str) -> String {
    let mut lines = Lines { text: String::with_capacity(json.len() * 2), ..Lines::default() };
    let mut from = 0;
    for string in quoted(json) {
        lines.signs(json.get(from..string.start).unwrap_or_default());
        from = string.end;
        lines.part(json.get(string).unwrap_or_default());
    }
    lines.signs(json.get(from..).unwrap_or_default());
    lines.text
}

#[derive(Default)]
struct Lines {
    text: String,
    depth: usize,
    /// A bracket was opened and nothing is in it yet.
    opened: bool,
}

impl Lines {
    /// Writes what stands between strings.
    fn signs(&mut self, signs: &str) {
        for sign in signs.chars() {
            match sign {
                '{' | '[' => {
                    self.part(sign.encode_utf8(&mut [0; 4]));
                    self.depth += 1;
                    self.opened = true;
                }
                '}' | ']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if !self.opened {
                        self.line();
                    }
                    self.opened = false;
                    self.text.push(sign);
                }
                ',' => {
                    self.text.push(sign);
                    self.line();
                }
                ':' => self.text.push_str(": "),
                other => self.part(other.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// Writes a value, or a part of one; the first in a bracket begins a line.
    fn part(&mut self, part: &str) {
        if self.opened {
            self.line();
            self.opened = false;
        }
        self.text.push_str(part);
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

fn harmless(mut json: String) -> String {
    let hidden = |c: char| c != '\n' && super::visible::hides(c);
    if !json.contains(hidden) {
        json.push('\n');
        return json;
    }
    let mut text = String::with_capacity(json.len() + 1);
    let mut from = 0;
    for (at, found) in json.match_indices(hidden) {
        text.push_str(json.get(from..at).unwrap_or_default());
        for unit in found.encode_utf16() {
            let _ = write!(text, "\\u{unit:04x}");
        }
        from = at + found.len();
    }
    text.push_str(json.get(from..).unwrap_or_default());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn json_reads_back_equal() {
        let mut report = fixture::report(12, 3);
        report.findings[0].title = "a\u{1b}\u{202e}\u{e0041}\t\n\"".to_owned();
        let text = render(&report, &[], &Look::plain());
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{e0041}']));
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }

    #[test]
    fn lines_are_those_of_serde() {
        let mut report = fixture::report(12, 3);
        report.findings[0].title = "a \"b\\\" {[,:]} \\".to_owned();
        let odd = serde_json::json!({"a": [], "b": {}, "c": [[], {"d": [1, -2.5, null, true]}], "": "]\\\""});
        for value in
            [serde_json::to_value(&report).unwrap(), odd, serde_json::json!([]), "x".into()]
        {
            assert_eq!(broken(&value.to_string()), serde_json::to_string_pretty(&value).unwrap());
        }
    }
}
