//! Chains as a picture: one file that needs nothing else.

use std::fmt::Write as _;

use super::chain_human::positions;
use super::lanes::{self, Arc, Course, EdgeSegment, Layout, RowKind};
use super::visible::{columns, visible};
use super::{Look, Render, Renderer};
use crate::wire::{ChainView, Report};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "svg", title: "chains as a picture", render: Render::Chains(render) };

const ROW: usize = 26;
const LANE: usize = 16;
const LEFT: usize = 28;
const TITLE: usize = 30;
/// Width of a letter of the text at its size, rounded up.
const LETTER: usize = 8;
/// Letters of a label; a longer message is cut.
const LABEL_CHARS_MAX: usize = 120;

/// Returns a picture on a background of its own, so that it can be read on light and dark pages.
pub fn render(report: &Report, _look: &Look) -> String {
    let (inner, width, height) = drawn(report);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} \
         {height}\" color=\"#1b1f24\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{inner}</svg>\n"
    )
}

/// Returns the picture for a page, in the page's own colour.
pub(super) fn inline(report: &Report) -> String {
    let (inner, width, height) = drawn(report);
    format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"Revision graph\">\n{inner}</svg>\n"
    )
}

fn drawn(report: &Report) -> (String, usize, usize) {
    let mut out = String::from(
        "<g font-family=\"ui-monospace, monospace\" font-size=\"12\" fill=\"currentColor\" \
         stroke=\"currentColor\" stroke-width=\"0\">\n",
    );
    let (mut top, mut width) = (0, 320);
    for chain in &report.chains {
        let layout = lanes::layout(chain);
        if !chain.root.is_empty() {
            let _ = writeln!(
                out,
                "<text x=\"12\" y=\"{}\" font-weight=\"bold\">{}</text>",
                top + 20,
                escaped(&chain.root)
            );
        }
        let below = top + TITLE;
        for (ix, row) in layout.rows.iter().enumerate() {
            for segment in &row.edges {
                edge(&mut out, below, ix, row.lane, *segment);
            }
        }
        for arc in &layout.arcs {
            curve(&mut out, below, &layout, arc);
        }
        for (ix, row) in layout.rows.iter().enumerate() {
            let label = node(&mut out, below, ix, row.lane, &row.kind, chain, report);
            let x = text_x(&layout);
            let _ = writeln!(
                out,
                "<text x=\"{x}\" y=\"{}\">{}</text>",
                y(below, ix) + 4,
                escaped(&label)
            );
            width = width.max(x + (columns(&visible(&label)) + 2) * LETTER);
        }
        top = below + layout.rows.len() * ROW + 10;
    }
    out.push_str("</g>\n");
    (out, width, top.max(TITLE))
}

fn x(lane: usize) -> usize {
    LEFT + lane * LANE
}

fn y(below: usize, row: usize) -> usize {
    below + row * ROW + ROW / 2
}

fn text_x(layout: &Layout) -> usize {
    x(layout.lanes.max(1)) + 4
}

fn edge(out: &mut String, below: usize, row: usize, own: usize, segment: EdgeSegment) {
    let (middle, half) = (y(below, row), ROW / 2);
    let (from, to) = match segment.course {
        Course::Through { lane } => ((x(lane), middle - half), (x(lane), middle + half)),
        Course::In { lane } => ((x(lane), middle - half), (x(own), middle)),
        Course::Out { lane } => ((x(own), middle), (x(lane), middle + half)),
    };
    let dash = if segment.is_dashed { " stroke-dasharray=\"4 3\"" } else { "" };
    let _ = writeln!(
        out,
        "<path d=\"M{} {}C{} {} {} {} {} {}\" fill=\"none\" stroke-width=\"1.5\"{dash}/>",
        from.0, from.1, from.0, to.1, to.0, from.1, to.0, to.1
    );
}

/// A dependency, or an edge that closes a cycle: beside the lanes.
fn curve(out: &mut String, below: usize, layout: &Layout, arc: &Arc) {
    let lane = |row: usize| layout.rows.get(row).map_or(0, |row| row.lane);
    let (from, to) = (y(below, arc.upper), y(below, arc.lower));
    let (start, end) = (x(lane(arc.upper)), x(lane(arc.lower)));
    let _ = writeln!(
        out,
        "<path d=\"M{start} {from}C4 {from} 4 {to} {end} {to}\" fill=\"none\" stroke-width=\"1\" \
         stroke-dasharray=\"2 3\"/>"
    );
}

fn node(
    out: &mut String,
    below: usize,
    row: usize,
    lane: usize,
    kind: &RowKind,
    chain: &ChainView,
    report: &Report,
) -> String {
    let (cx, cy) = (x(lane), y(below, row));
    let revision = match kind {
        RowKind::Revision(ix) => chain.revisions.get(*ix),
        RowKind::Ghost(_) => None,
    };
    let Some(revision) = revision else {
        let _ = writeln!(
            out,
            "<circle cx=\"{cx}\" cy=\"{cy}\" r=\"5\" fill=\"none\" stroke-width=\"1.5\" stroke-dasharray=\"2 2\"/>"
        );
        return match kind {
            RowKind::Ghost(id) => format!("{id}, not in the input"),
            RowKind::Revision(_) => String::new(),
        };
    };
    let radius = if revision.is_head { 6 } else { 4 };
    let _ = writeln!(out, "<circle cx=\"{cx}\" cy=\"{cy}\" r=\"{radius}\"/>");
    let mut label = revision.id.clone();
    let places = positions(report, &revision.id).into_iter();
    for own in revision.labels.iter().map(String::as_str).chain(places) {
        let _ = write!(label, " ({own})");
    }
    if revision.is_head {
        label.push_str(" (head)");
    }
    if let Some(message) = revision.message.as_ref().and_then(|text| text.lines().next()) {
        let _ = write!(label, " {message}");
    }
    label.chars().take(LABEL_CHARS_MAX).collect()
}

/// Text as text, in SVG and HTML alike.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn every_revision_is_a_node_with_its_name() {
        let report = fixture::report(12, 0);
        let text = render(&report, &Look::plain());
        assert_eq!(text.matches("<circle").count(), 12);
        for revision in &report.chains[0].revisions {
            assert!(text.contains(&format!(">{}", revision.id)), "{}", revision.id);
        }
    }

    #[test]
    fn names_cannot_become_elements() {
        assert_eq!(escaped("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }
}
