//! A schema as statements that make it.

use std::fmt::Write as _;

use super::diff_sql::statement;
use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::schema::SchemaView;

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "sql", title: "schema as SQL", render: Render::Schema(render) };

/// Returns the statements in an order in which they can run. What is not known, or what no statement makes,
/// stands in comments at the top.
pub fn render(schema: &SchemaView, _look: &Look) -> String {
    let mut out = String::new();
    for one in &schema.undecided {
        let affects = one.affects.join(", ");
        let _ = writeln!(out, "-- not known: {} ({})", visible(&one.what), visible(&affects));
    }
    let script = schema.script.clone().unwrap_or_default();
    for what in &script.missing {
        let _ = writeln!(out, "-- not written: {}", visible(what));
    }
    for text in &script.statements {
        statement(&mut out, text, &schema.dialect);
    }
    if out.is_empty() {
        out.push_str("-- nothing\n");
    }
    out
}
