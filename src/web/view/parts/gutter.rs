//! One row's part of a chain's graph, as an SVG of its own.

use crate::renderers::lanes::{Course, EdgeSegment};
use crate::web::trail::{Badge, LANES_DRAWN, Node, Shape};
use crate::web::view::dom::{View, el};
use crate::web::words;
use crate::wire::Severity;

/// Pixels, as ux.md 8.1 has them.
const PITCH: usize = 18;
const FIRST_LANE: usize = 28;

/// Draws one row's part of the graph; of a folded run no node, and its own line with gaps.
pub fn gutter(node: &Node, lanes: usize, folded: bool) -> View {
    let width = FIRST_LANE + lanes.clamp(1, LANES_DRAWN) * PITCH;
    let drawn = node.edges.iter().filter(|edge| lane_of(edge.course).max(node.lane) < LANES_DRAWN);
    let pieces: Vec<View> = drawn.map(|edge| piece(edge, node.lane, folded)).collect();
    let shape = (node.lane < LANES_DRAWN && !folded).then(|| dot(node));
    let view_box = words::join(&["0 0 ", &width.to_string(), " 32"]);
    el("svg")
        .attr("aria-hidden", "true")
        .attr("preserveAspectRatio", "xMinYMid slice")
        .attr("viewBox", &view_box)
        .attr("width", &width.to_string())
        .with(pieces)
        .with(shape)
}

fn lane_of(course: Course) -> usize {
    match course {
        Course::Through { lane } | Course::In { lane } | Course::Out { lane } => lane,
    }
}

fn x(lane: usize) -> String {
    (FIRST_LANE + lane * PITCH).to_string()
}

fn colour(lane: usize) -> &'static str {
    ["l1", "l2", "l3", "l4", "l5", "l6"][lane % 6]
}

/// Rows may be higher than 32 units (two lines on a slim page), so lines run on beyond the box.
fn piece(edge: &EdgeSegment, node: usize, folded: bool) -> View {
    let lane = lane_of(edge.course);
    // A bend has the colour of the branch it joins to the trunk.
    let colour = match edge.course {
        Course::Through { .. } => colour(lane),
        Course::In { .. } | Course::Out { .. } => colour(lane.max(node)),
    };
    let (at, node) = (x(lane), x(node));
    let path = match edge.course {
        Course::Through { .. } => words::join(&["M", &at, " -8V40"]),
        Course::In { .. } if at == node => words::join(&["M", &at, " -8V16"]),
        Course::Out { .. } if at == node => words::join(&["M", &at, " 16V40"]),
        Course::In { .. } => {
            words::join(&["M", &at, " -8V0C", &at, " 10 ", &node, " 6 ", &node, " 16"])
        }
        Course::Out { .. } => {
            words::join(&["M", &node, " 16C", &node, " 26 ", &at, " 22 ", &at, " 32V40"])
        }
    };
    let class =
        words::join(&[colour, if edge.is_dashed || (folded && at == node) { " gap" } else { "" }]);
    el("path").class(&class).attr("d", &path)
}

fn dot(node: &Node) -> View {
    let x = x(node.lane);
    let grave = node
        .badges
        .iter()
        .any(|badge| matches!(badge, Badge::Finding(Severity::Blocker) | Badge::Problem(_)));
    let (kind, path) = match node.shape {
        Shape::Missing => ("missing", words::join(&["M", &x, " 10.500a5.500 5.500 0 1 1-.01 0z"])),
        Shape::Head => ("ring", words::join(&["M", &x, " 10a6 6 0 1 1-.01 0z"])),
        Shape::Merge => ("full", words::join(&["M", &x, " 9l7 7-7 7-7-7z"])),
        Shape::Base => ("full", words::join(&["M", &x, " 11a5 5 0 1 1-.01 0zm-6 14h12v2h-12z"])),
        // What the change under review did: crossed out, a plus, a dot within a ring.
        Shape::Gone => ("cross", words::join(&["M", &x, " 10a6 6 0 1 1-.01 0zm-4 2l8 8m0-8l-8 8"])),
        Shape::Added => {
            ("cross", words::join(&["M", &x, " 9a7 7 0 1 1-.01 0zm0 3.500v7m-3.500-3.500h7"]))
        }
        Shape::Edited => (
            "cross",
            words::join(&["M", &x, " 10a6 6 0 1 1-.01 0zm0 4.500a1.500 1.500 0 1 1-.01 0z"]),
        ),
        Shape::Plain => ("full", words::join(&["M", &x, " 11a5 5 0 1 1-.01 0z"])),
    };
    let lane = if grave { "bad" } else { colour(node.lane) };
    el("path").class(&words::join(&[kind, " ", lane])).attr("d", &path)
}
