//! Chains in Graphviz's language.

use std::fmt::Write as _;

use super::chain_human::positions;
use super::visible::visible;
use super::{Look, Render, Renderer};
use crate::wire::{ChainRevision, ChainView, Report};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "dot", title: "chains for Graphviz", render: Render::Chains(render) };

/// Returns one graph; edges run from a revision to the one it follows. Newest on top.
pub fn render(report: &Report, _look: &Look) -> String {
    let mut text = String::from(
        "digraph retort {\n  rankdir=TB;\n  node [shape=box, style=rounded, fontname=\"monospace\"];\n",
    );
    for (ix, chain) in report.chains.iter().enumerate() {
        let _ = writeln!(text, "  subgraph cluster_{ix} {{\n    label={};", quoted(&chain.root));
        for revision in &chain.revisions {
            let id = node(ix, &revision.id);
            let _ =
                writeln!(text, "    {id} [label={}{}];", label(report, revision), shape(revision));
        }
        text.push_str("  }\n");
        for missing in missing(chain) {
            let id = node(ix, missing);
            let label = quoted(&format!("{missing}\nnot in the input"));
            let _ = writeln!(text, "  {id} [label={label}, style=\"rounded,dashed\"];");
        }
        for revision in &chain.revisions {
            for parent in &revision.down {
                let _ = writeln!(text, "  {} -> {};", node(ix, &revision.id), node(ix, parent));
            }
            for needed in revision.depends_on.iter().filter(|id| known(chain, id)) {
                let edge = format!("{} -> {}", node(ix, &revision.id), node(ix, needed));
                let _ = writeln!(text, "  {edge} [style=dashed, label=\"needs\"];");
            }
        }
    }
    text.push_str("}\n");
    text
}

/// Returns parents that no file of the chain has, each once, in file order.
pub(super) fn missing(chain: &ChainView) -> Vec<&str> {
    let mut missing: Vec<&str> = Vec::new();
    let have: crate::ordered::Set<&str> =
        chain.revisions.iter().map(|revision| revision.id.as_str()).collect();
    for parent in chain.revisions.iter().flat_map(|revision| &revision.down) {
        if !have.contains(parent.as_str()) && !missing.contains(&parent.as_str()) {
            missing.push(parent);
        }
    }
    missing
}

fn known(chain: &ChainView, id: &str) -> bool {
    chain.revisions.iter().any(|revision| revision.id == id)
}

fn node(chain: usize, id: &str) -> String {
    quoted(&format!("{chain}/{id}"))
}

fn label(report: &Report, revision: &ChainRevision) -> String {
    let mut text = revision.id.clone();
    let positions = positions(report, &revision.id).into_iter();
    for label in revision.labels.iter().map(String::as_str).chain(positions) {
        let _ = write!(text, " ({label})");
    }
    if let Some(message) = &revision.message {
        let _ = write!(text, "\n{message}");
    }
    quoted(&text)
}

fn shape(revision: &ChainRevision) -> &'static str {
    match (revision.is_head, revision.is_merge_point) {
        (true, _) => ", style=\"rounded,bold\"",
        (_, true) => ", shape=hexagon",
        _ => "",
    }
}

/// Backslashes are doubled, or Graphviz would read them as its own escapes; only a line break between two
/// of our own parts becomes one.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| visible(line).replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn names_cannot_leave_their_quotes() {
        assert_eq!(quoted("a\"]; b\\N\nc"), "\"a\\\"]; b\\\\N\\nc\"");
    }

    #[test]
    fn missing_parents_are_drawn_dashed() {
        let mut report = fixture::report(12, 0);
        let chain = &mut report.chains[0];
        let gone = chain.order[0].clone();
        chain.revisions.retain(|revision| revision.id != gone);
        let text = render(&report, &Look::plain());
        assert!(
            text.contains(&format!("\"0/{gone}\" [label=\"{gone}\\nnot in the input\"")),
            "{text}"
        );
        assert_eq!(text.matches(" -> ").count(), 12);
    }
}
