//! Chains as the contract's JSON.

use std::borrow::Cow;

use super::json::pretty;
use super::{Look, Render, Renderer};
use crate::wire::{Chains, Report, VERSION};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "json", title: "chains as JSON", render: Render::Chains(render) };

/// Returns the chains as indented JSON.
pub fn render(report: &Report, _look: &Look) -> String {
    pretty(&Chains { version: VERSION, chains: Cow::Borrowed(&report.chains) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn json_reads_back_equal() {
        let report = fixture::report(12, 0);
        let text = render(&report, &Look::plain());
        let read: Chains<'_> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, Chains { version: 1, chains: Cow::Owned(report.chains) });
    }
}
