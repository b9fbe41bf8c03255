//! Chains in Mermaid's language, which GitHub and GitLab draw.

use crate::ordered::Map;
use std::fmt::Write as _;

use super::chain_human::{changes_of, positions};
use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::{ChainRevision, ChainView, Report};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "mermaid", title: "chains for Mermaid", render: Render::Chains(render) };

/// Returns one flowchart. Nodes have names of our own, so that no revision id can be taken for syntax.
pub fn render(report: &Report, _look: &Look) -> String {
    let mut text = String::from("flowchart TB\n");
    for (ix, chain) in report.chains.iter().enumerate() {
        let mut nodes: Map<&str, String> = Map::new();
        let _ = writeln!(text, "  subgraph c{ix}[\"{}\"]", escaped(&chain.root));
        for (row, revision) in chain.revisions.iter().enumerate() {
            let node = format!("c{ix}n{row}");
            let (open, close) = shape(revision);
            let _ = writeln!(
                text,
                "    {node}{open}\"{}\"{close}{}",
                label(report, chain, revision),
                class(chain, revision)
            );
            nodes.entry(&revision.id).or_insert(node);
        }
        for (row, gone) in chain.changed.iter().filter(|change| change.is_gone()).enumerate() {
            let node = format!("c{ix}g{row}");
            let _ =
                writeln!(text, "    {node}[\"{}<br/>deleted\"]:::gone", escaped(&gone.revision));
            for parent in gone.down.iter().filter_map(|id| nodes.get(id.as_str())) {
                let _ = writeln!(text, "    {node} -.-> {parent}");
            }
        }
        text.push_str("  end\n");
        for (row, missing) in super::dot::missing(chain).into_iter().enumerate() {
            let node = format!("c{ix}m{row}");
            let _ = writeln!(text, "  {node}[\"{}<br/>not in the input\"]", escaped(missing));
            let _ = writeln!(text, "  style {node} stroke-dasharray: 4 3");
            nodes.insert(missing, node);
        }
        for (row, revision) in chain.revisions.iter().enumerate() {
            for parent in revision.down.iter().filter_map(|id| nodes.get(id.as_str())) {
                let _ = writeln!(text, "  c{ix}n{row} --> {parent}");
            }
            for needed in revision.depends_on.iter().filter_map(|id| nodes.get(id.as_str())) {
                let _ = writeln!(text, "  c{ix}n{row} -. needs .-> {needed}");
            }
        }
    }
    if report.chains.iter().any(|chain| !chain.changed.is_empty()) {
        text.push_str("  classDef new stroke:#1a7f37,stroke-width:2px\n");
        text.push_str("  classDef changed stroke:#bc4c00,stroke-width:2px\n");
        text.push_str("  classDef gone stroke:#cf222e,stroke-dasharray:4 3\n");
    }
    text
}

/// How a changed revision is painted.
fn class(chain: &ChainView, revision: &ChainRevision) -> &'static str {
    let changes = changes_of(chain, &revision.id);
    match changes.as_slice() {
        [] => "",
        ["added"] => ":::new",
        _ => ":::changed",
    }
}

fn label(report: &Report, chain: &ChainView, revision: &ChainRevision) -> String {
    let mut text = escaped(&revision.id);
    let positions = positions(report, &revision.id).into_iter();
    let positions = positions.chain(changes_of(chain, &revision.id));
    for label in revision.labels.iter().map(String::as_str).chain(positions) {
        let _ = write!(text, " ({})", escaped(label));
    }
    if let Some(message) = &revision.message {
        let _ = write!(text, "<br/>{}", escaped(message));
    }
    text
}

fn shape(revision: &ChainRevision) -> (&'static str, &'static str) {
    match (revision.is_head, revision.is_merge_point) {
        (true, _) => ("([", "])"),
        (_, true) => ("{{", "}}"),
        _ => ("[", "]"),
    }
}

/// Everything but letters, digits and a few harmless signs becomes Mermaid's `#<code>;`.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for c in visible(text).chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | ',' | '/') {
            safe.push(c);
        } else {
            let _ = write!(safe, "#{};", u32::from(c));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn names_cannot_become_syntax() {
        assert_eq!(escaped("a\"]-->b;<i>%%"), "a#34;#93;--#62;b#59;#60;i#62;#37;#37;");
    }

    #[test]
    fn every_edge_is_drawn_once() {
        let report = fixture::report(12, 0);
        let text = render(&report, &Look::plain());
        assert_eq!(text.matches(" --> ").count(), 12);
    }
}
