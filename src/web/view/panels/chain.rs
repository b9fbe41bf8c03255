//! The chain: a table of revisions with its graph in the first column.

use crate::web::browser::window::next_frame;
use crate::web::view::dom::{View, button, el, part, watch};
use crate::web::view::state::{Memo, State};
use std::sync::Arc;

use web_sys::KeyboardEvent;

use super::nothing;
use crate::renderers::lanes::{Course, EdgeSegment};
use crate::web::model::{Msg, Shared, Subject};
use crate::web::trail::{Badge, LANES_DRAWN, Node, Shape, Trail, TrailRow, leap};
use crate::web::view::Desk;
use crate::web::view::parts::{Lines, Pane, role_badge, row_id, severity_badge, tag};
use crate::web::words;
use crate::wire::{Role, Severity};

const NAME: &str = "revision";
/// Pixels, as ux.md 8.1 has them.
const PITCH: usize = 18;
const FIRST_LANE: usize = 28;

/// A row's index, and whether it is a revision: what a list needs to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Line {
    row: usize,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Chain,
    Node,
    Position,
}

fn height(line: &Line, slim: bool) -> u32 {
    match (line.what, slim) {
        (What::Chain, _) => 9,
        (What::Node, false) => 8,
        (What::Node, true) => 12,
        (What::Position, false) => 11,
        (What::Position, true) => 18,
    }
}

/// Draws the tree.
pub fn chain(desk: Desk) -> View {
    let trail = desk.trail;
    let lines = Memo::new(move || {
        trail.with(|trail| match trail {
            Some(trail) => Lines { stamp: trail.address(), lines: Arc::new(lines_of(trail)) },
            None => Lines { stamp: 0, lines: Arc::default() },
        })
    });
    let pane = Pane::new(NAME, desk.sight, lines, height);
    let cursor = State::new(None::<usize>);
    let row = move |line: Line, ix| {
        let trail = trail.get_untracked();
        match trail.as_ref().and_then(|trail| Some((trail.lanes, trail.rows.get(line.row)?))) {
            Some((lanes, TrailRow::Node(node))) => node_row(desk, cursor, node, lanes, ix),
            Some((_, TrailRow::Chain { root, count, .. })) => chain_row(root, *count),
            Some((_, TrailRow::Position { role, text, revision })) => {
                position_row(desk, *role, text, revision.clone())
            }
            None => View::none(),
        }
    };
    let keys = move |event: &KeyboardEvent| {
        let (Some(from), Some(trail)) = (cursor.get_untracked(), trail.get_untracked()) else {
            return;
        };
        let key = event.key();
        let to = match key.as_str() {
            "ArrowRight" | "Enter" | "ArrowLeft" => return open(desk, event, &trail, from),
            _ if event.ctrl_key() || event.meta_key() || event.alt_key() => None,
            _ => {
                pane.step(&key, from).and_then(|to| nearest_node(&trail, from, to)).or_else(|| {
                    desk.report.with_untracked(|report| leap(&trail, report.as_ref()?, from, &key))
                })
            }
        };
        let Some(to) = to else {
            return;
        };
        event.prevent_default();
        cursor.set(Some(to));
        pane.focus(to);
        if let (false, Some(subject)) = (desk.sight.narrow.get_untracked(), subject_at(&trail, to))
        {
            desk.send(Msg::Follow(subject));
        }
    };
    reveal_selected(desk, trail, pane, cursor);
    let count = move || lines.with(|lines| lines.lines.len().to_string());
    let is_empty = Memo::new(move || lines.with(|lines| lines.lines.is_empty()));

    part(move || {
        if is_empty.get() {
            return nothing(words::NO_CHAIN, words::NO_CHAIN_TEXT);
        }
        el("div.chain")
            .attr("role", "treegrid")
            .label("Revisions, newest first")
            .live("aria-rowcount", count)
            .keys(keys)
            .with(pane.view(lines, "rowgroup", row))
    })
}

fn lines_of(trail: &Trail) -> Vec<Line> {
    let what = |row: &TrailRow| match row {
        TrailRow::Chain { .. } => What::Chain,
        TrailRow::Node(_) => What::Node,
        TrailRow::Position { .. } => What::Position,
    };
    trail.rows.iter().enumerate().map(|(row, line)| Line { row, what: what(line) }).collect()
}

fn subject_at(trail: &Trail, row: usize) -> Option<Subject> {
    trail.rows.get(row)?.subject()
}

/// Returns the revision at a row or the nearest one, first in the direction of the move.
fn nearest_node(trail: &Trail, from: usize, to: usize) -> Option<usize> {
    let is_node = |row: &usize| trail.rows.get(*row).is_some_and(|row| row.subject().is_some());
    let above = || (0..=to).rev().find(is_node);
    let below = || (to..trail.rows.len()).find(is_node);
    if to < from { above().or_else(below) } else { below().or_else(above) }
}

fn open(desk: Desk, event: &KeyboardEvent, trail: &Trail, from: usize) {
    event.prevent_default();
    if event.key() == "ArrowLeft" {
        return;
    }
    if let Some(subject) = subject_at(trail, from) {
        desk.send(Msg::Select(subject));
        next_frame(|| crate::web::view::focus("detail"));
    }
}

/// What was selected elsewhere is scrolled into sight here.
fn reveal_selected(
    desk: Desk,
    trail: Memo<Option<Shared<Trail>>>,
    pane: Pane,
    cursor: State<Option<usize>>,
) {
    watch(move || {
        let selected = desk.selected.get();
        let row = trail.with(|trail| {
            let trail = trail.as_ref()?;
            (0..trail.rows.len())
                .find(|&row| selected.is_some() && subject_at(trail, row) == selected)
        });
        if let Some(row) = row {
            cursor.set(Some(row));
            next_frame(move || pane.reveal(row));
        }
    });
}

fn chain_row(root: &str, count: usize) -> View {
    let count = words::count(count, "revision", "revisions");
    el("div.group").attr("role", "row").with(
        el("div.h")
            .attr("role", "gridcell")
            .with(el("b.cut").with(root.to_owned()))
            .with(" ")
            .with(el("span.dim sm").with(count)),
    )
}

fn position_row(desk: Desk, role: Role, text: &str, revision: Option<(usize, String)>) -> View {
    let link = revision.map(|(chain, id)| {
        let short = words::visible(words::short(&id));
        let subject = Subject::Revision { chain, id };
        View::none()
            .with(
                button("link mono")
                    .tap(move || desk.send(Msg::Select(subject.clone())))
                    .with(short),
            )
            .with(".")
    });
    el("div.position").attr("role", "row").test("position").with(
        el("div")
            .attr("role", "gridcell")
            .with(tag(words::join(&[role.word(), ": ", words::NOT_KNOWN]), "dashed"))
            .with(el("span").with(text.to_owned()).with(link)),
    )
}

fn node_row(
    desk: Desk,
    cursor: State<Option<usize>>,
    node: &Node,
    lanes: usize,
    ix: usize,
) -> View {
    let subject = Subject::Revision { chain: node.chain, id: node.id.clone() };
    let mine = subject.clone();
    let shown = desk.subject();
    let selected = Memo::new(move || shown.with(|shown| shown.as_ref() == Some(&mine)));
    let tab = move || {
        let at = cursor.get();
        at == Some(ix) || (at.is_none() && selected.get())
    };
    let message = message(desk, node);
    let described = words::join(&["said-", &ix.to_string()]);
    let said = el("span.sr").id(&described.clone()).with(node.said.clone());
    let badges: Vec<View> = node.badges.iter().map(badge).collect();
    let class = match (node.revision, node.kept) {
        (None, _) => "cr ghost",
        (_, false) => "cr faded",
        _ => "cr",
    };
    el("div")
        .attr("role", "row")
        .class(class)
        .id(&row_id(NAME, ix))
        .test("revision")
        .tab_stop(tab)
        .attr("aria-level", "1")
        .attr("aria-rowindex", &(ix + 1).to_string())
        .attr("aria-describedby", &described)
        .yes_no("aria-selected", move || selected.get())
        .on("focus", move |_| cursor.set(Some(ix)))
        .tap(move || desk.send(Msg::Select(subject.clone())))
        .with(el("div.g").attr("role", "gridcell").with(gutter(node, lanes)))
        .with(
            el("div.id")
                .attr("role", "gridcell")
                .with(el("code").with(words::visible(words::short(&node.id)))),
        )
        .with(el("div.m").attr("role", "gridcell").with(message))
        .with(el("div.bs").attr("role", "gridcell").with(badges))
        .with(el("div.c").attr("role", "gridcell").with(node.changes.clone()).with(said))
}

fn message(desk: Desk, node: &Node) -> String {
    let Some(ix) = node.revision else {
        return words::join(&[&words::visible(&node.id), ", not in the input"]);
    };
    desk.report.with_untracked(|report| {
        let chain = report.as_ref().and_then(|report| report.chains.get(node.chain));
        let revision = chain.and_then(|chain| chain.revisions.get(ix));
        revision
            .map(|revision| revision.message.as_deref().unwrap_or(&revision.file))
            .map(words::visible)
            .unwrap_or_default()
    })
}

fn badge(badge: &Badge) -> View {
    match badge {
        Badge::Plain(text) => tag(text.clone(), ""),
        Badge::Database(role) => role_badge(role),
        Badge::Problem(text) => tag(text.clone(), "bad"),
        Badge::Finding(severity) => severity_badge(*severity),
    }
}

/// Draws one row's part of the graph.
fn gutter(node: &Node, lanes: usize) -> View {
    let width = FIRST_LANE + lanes.clamp(1, LANES_DRAWN) * PITCH;
    let drawn = node.edges.iter().filter(|edge| lane_of(edge.course).max(node.lane) < LANES_DRAWN);
    let pieces: Vec<View> = drawn.map(|edge| piece(edge, node.lane)).collect();
    let shape = (node.lane < LANES_DRAWN).then(|| dot(node));
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
fn piece(edge: &EdgeSegment, node: usize) -> View {
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
    let class = words::join(&[colour, if edge.is_dashed { " gap" } else { "" }]);
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
        Shape::Plain => ("full", words::join(&["M", &x, " 11a5 5 0 1 1-.01 0z"])),
    };
    let lane = if grave { "bad" } else { colour(node.lane) };
    el("path").class(&words::join(&[kind, " ", lane])).attr("d", &path)
}
