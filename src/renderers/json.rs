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
    let json = serde_json::to_string_pretty(value).unwrap_or_default();
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
}
