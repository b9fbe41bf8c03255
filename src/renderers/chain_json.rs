//! Chains as the contract's JSON.

use serde_json::json;

use super::json::pretty;
use super::{Look, Render, Renderer};
use crate::wire::{Report, VERSION};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "json", title: "chains as JSON", render: Render::Chains(render) };

/// Returns the chains as indented JSON.
pub fn render(report: &Report, _look: &Look) -> String {
    pretty(&json!({ "version": VERSION, "chains": report.chains }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ChainView, fixture};

    #[test]
    fn json_reads_back_equal() {
        let report = fixture::report(12, 0);
        let text = render(&report, &Look::plain());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["version"], 1);
        let read: Vec<ChainView> = serde_json::from_value(value["chains"].clone()).unwrap();
        assert_eq!(read, report.chains);
    }
}
