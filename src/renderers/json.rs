//! A report as the contract's JSON.

use std::fmt::Write as _;

use super::{Look, Render, Renderer};
use crate::wire::{Report, RuleCard};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "json", title: "report as JSON", render: Render::Report(render) };

/// Returns the report as indented JSON. Fields are those of the contract, in its order.
pub fn render(report: &Report, _rules: &[RuleCard], _look: &Look) -> String {
    pretty(report)
}

/// Returns any wire value as indented JSON, with characters that a terminal would obey written as escapes.
pub(super) fn pretty<T: serde::Serialize>(value: &T) -> String {
    indented(&serde_json::to_string(value).unwrap_or_default())
}

/// Breaks a JSON text into lines as serde's own pretty writer does, which would be compiled anew for every type.
fn broken(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 3 / 2);
    let (mut depth, mut inside, mut escaped) = (0_usize, false, false);
    let mut opened = false;
    let mut from = 0;
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    for (at, byte) in json.bytes().enumerate() {
        if inside {
            inside = byte != b'"' || escaped;
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        let closes = matches!(byte, b'}' | b']');
        if opened && !closes {
            line(&mut text, depth);
        }
        match byte {
            b'"' => inside = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                text.push_str(json.get(from..at).unwrap_or_default());
                from = at;
                if !opened {
                    line(&mut text, depth);
                }
            }
            _ => {}
        }
        opened = matches!(byte, b'{' | b'[');
        if opened || matches!(byte, b',' | b':') {
            text.push_str(json.get(from..=at).unwrap_or_default());
            from = at + 1;
        }
        match byte {
            b',' => line(&mut text, depth),
            b':' => text.push(' '),
            _ => {}
        }
    }
    text.push_str(json.get(from..).unwrap_or_default());
    text
}

/// Breaks into lines and escapes.
fn indented(json: &str) -> String {
    let json = broken(json);
    let hidden = |c: char| c != '\n' && super::visible::hides(c);
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
