//! A schema as the contract's JSON.

use super::json::pretty;
use super::{Look, Render, Renderer};
use crate::wire::schema::SchemaView;

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "json", title: "schema as JSON", render: Render::Schema(render) };

/// Returns the schema as indented JSON.
pub fn render(schema: &SchemaView, _look: &Look) -> String {
    pretty(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn json_reads_back_equal() {
        let schema = fixture::schema();
        let text = render(&schema, &Look::plain());
        assert_eq!(serde_json::from_str::<SchemaView>(&text).unwrap(), schema);
        assert!(text.contains("\"type\": \"integer\"") && text.contains("\"where\": null"));
    }
}
