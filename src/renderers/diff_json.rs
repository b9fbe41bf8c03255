//! What two schemas have apart, as the contract's JSON.

use super::json::pretty;
use super::{Look, Render, Renderer};
use crate::wire::diff::DiffView;

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "json", title: "differences as JSON", render: Render::Diff(render) };

/// Returns the comparison as indented JSON.
pub fn render(diff: &DiffView, _look: &Look) -> String {
    pretty(diff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn json_reads_back_equal() {
        let diff = fixture::diff();
        let text = render(&diff, &Look::plain());
        assert_eq!(serde_json::from_str::<DiffView>(&text).unwrap(), diff);
        assert!(text.contains("\"kind\": \"removed\"") && text.contains("\"before\": null"));
    }
}
