//! The order of rows, and the lane of each.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::links::Links;
use super::{Arc, ArcKind, Course, EdgeSegment, Layout, Row, RowKind};
use crate::ordered;

/// Returns nodes from the heads down: a row comes when all its children are there, and its first parent
/// follows at once if it can, so that a line stays together. A missing id comes directly below the lowest
/// of those that name it.
pub(super) fn order(links: &Links<'_>) -> Vec<usize> {
    let mut waiting: Vec<usize> = links.nodes.iter().map(|node| node.children).collect();
    let rank = |at: usize| {
        let node = links.nodes.get(at);
        let (newest, id, file) =
            node.map_or(("", "", ""), |node| (node.newest, node.id, node.file));
        (newest, Reverse((id, file)), at)
    };
    let is_ghost = |at: usize| links.nodes.get(at).is_some_and(|node| node.revision.is_none());
    let mut ready: BinaryHeap<_> =
        (0..links.nodes.len()).filter(|at| waiting.get(*at) == Some(&0)).map(rank).collect();
    let mut placed = vec![false; links.nodes.len()];
    let mut rows = Vec::with_capacity(links.nodes.len());
    while let Some((_, _, start)) = ready.pop() {
        let mut current = Some(start);
        while let Some(at) = current.take() {
            match placed.get_mut(at) {
                Some(done) if !*done => *done = true,
                _ => continue,
            }
            rows.push(at);
            let Some(node) = links.nodes.get(at) else { continue };
            let mut ghosts = Vec::new();
            for to in node.parents.iter().chain(&node.dependencies).copied() {
                let Some(count) = waiting.get_mut(to) else { continue };
                *count -= 1;
                if *count > 0 {
                    continue;
                }
                if is_ghost(to) {
                    ghosts.push(to);
                } else if node.parents.first() == Some(&to) {
                    current = Some(to);
                } else {
                    ready.push(rank(to));
                }
            }
            ordered::sort(&mut ghosts);
            rows.extend(ghosts);
        }
    }
    rows
}

/// A lane in use: the node it leads to.
type Lanes = Vec<Option<usize>>;

/// Gives each row its lane and its pieces of edges.
pub(super) fn lay(links: &Links<'_>, order: &[usize]) -> Layout {
    let mut place = vec![0; links.nodes.len()];
    for (row, at) in order.iter().enumerate() {
        if let Some(place) = place.get_mut(*at) {
            *place = row;
        }
    }
    let row_of = |at: usize| place.get(at).copied().unwrap_or_default();
    let is_ghost = |at: usize| links.nodes.get(at).is_some_and(|node| node.revision.is_none());
    let piece = |course, to| EdgeSegment { course, parent: row_of(to), is_dashed: is_ghost(to) };
    let mut lanes: Lanes = Vec::new();
    let mut layout = Layout::default();
    for at in order.iter().copied() {
        let Some(node) = links.nodes.get(at) else { continue };
        let reserved = lanes.iter().position(|to| *to == Some(at));
        let lane = reserved.unwrap_or_else(|| free(&lanes));
        let mut edges: Vec<EdgeSegment> = Vec::new();
        for (other, to) in lanes.iter().enumerate() {
            if let Some(to) = to {
                let course = match *to == at {
                    true => Course::In { lane: other },
                    false => Course::Through { lane: other },
                };
                edges.push(piece(course, *to));
            }
        }
        release(&mut lanes, at);
        for (position, parent) in node.parents.iter().copied().enumerate() {
            let known = lanes.iter().position(|to| *to == Some(parent));
            let lane = match (known, position) {
                (Some(known), _) => known,
                (None, 0) => lane,
                (None, _) => free(&lanes),
            };
            reserve(&mut lanes, lane, parent);
            edges.push(piece(Course::Out { lane }, parent));
        }
        ordered::sort(&mut edges);
        layout.lanes = layout.lanes.max(lanes.len()).max(lane + 1);
        let kind = match node.revision {
            Some(revision) => RowKind::Revision(revision),
            None => RowKind::Ghost(node.id.to_owned()),
        };
        layout.rows.push(Row { kind, lane, edges });
    }
    layout.arcs = arcs(links, order, row_of);
    layout.cycles = cycles(&layout);
    layout
}

fn free(lanes: &Lanes) -> usize {
    lanes.iter().position(Option::is_none).unwrap_or(lanes.len())
}

fn reserve(lanes: &mut Lanes, lane: usize, to: usize) {
    if lanes.len() <= lane {
        lanes.resize(lane + 1, None);
    }
    if let Some(place) = lanes.get_mut(lane) {
        *place = Some(to);
    }
}

fn release(lanes: &mut Lanes, at: usize) {
    for place in lanes.iter_mut().filter(|place| **place == Some(at)) {
        *place = None;
    }
}

fn arcs(links: &Links<'_>, order: &[usize], row_of: impl Fn(usize) -> usize) -> Vec<Arc> {
    let mut arcs = Vec::new();
    for at in order.iter().copied() {
        let Some(node) = links.nodes.get(at) else { continue };
        let row = row_of(at);
        let mut push = |to: usize, kind| {
            let other = row_of(to);
            let is_dashed = links.nodes.get(to).is_some_and(|node| node.revision.is_none());
            arcs.push(Arc { upper: row.min(other), lower: row.max(other), kind, is_dashed });
        };
        for to in &node.dependencies {
            push(*to, ArcKind::Dependency);
        }
        for to in &node.back {
            push(*to, ArcKind::Back);
        }
        if node.names_itself {
            push(at, ArcKind::Loop);
        }
    }
    ordered::sort(&mut arcs);
    arcs
}

/// Rows that a back edge and the edges between its ends enclose: everything below the upper end that leads
/// to the lower one. Cycles that share a row are one.
fn cycles(layout: &Layout) -> Vec<Vec<usize>> {
    let back: Vec<&Arc> = layout.arcs.iter().filter(|arc| arc.kind == ArcKind::Back).collect();
    if back.is_empty() {
        return Vec::new();
    }
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); layout.rows.len()];
    for (row, found) in layout.rows.iter().enumerate() {
        if let Some(list) = parents.get_mut(row) {
            list.extend(found.edges.iter().filter_map(|edge| match edge.course {
                Course::Out { .. } => Some(edge.parent),
                _ => None,
            }));
        }
    }
    for arc in layout.arcs.iter().filter(|arc| arc.kind == ArcKind::Dependency) {
        if let Some(list) = parents.get_mut(arc.upper) {
            list.push(arc.lower);
        }
    }
    let mut found: Vec<Vec<usize>> = Vec::new();
    for arc in back {
        let mut members = between(&parents, arc.upper, arc.lower);
        found.retain(|known| {
            let shares = known.iter().any(|row| members.binary_search(row).is_ok());
            if shares {
                members.extend(known);
                ordered::sort(&mut members);
                members.dedup();
            }
            !shares
        });
        found.push(members);
    }
    ordered::sort(&mut found);
    found
}

/// Rows on a way from `upper` down to `lower`. Parents lie below their children, so one pass down marks what
/// is reached, and one pass up keeps what leads to the end.
fn between(parents: &[Vec<usize>], upper: usize, lower: usize) -> Vec<usize> {
    let mut reached = vec![false; lower + 1 - upper.min(lower)];
    let mut leads = reached.clone();
    let mark = |list: &mut Vec<bool>, row: usize| {
        if let Some(place) = row.checked_sub(upper).and_then(|at| list.get_mut(at)) {
            *place = true;
        }
    };
    let marked = |list: &[bool], row: usize| {
        row.checked_sub(upper).and_then(|at| list.get(at)).copied().unwrap_or_default()
    };
    mark(&mut reached, upper);
    for row in upper..=lower {
        if marked(&reached, row) {
            for parent in parents.get(row).into_iter().flatten() {
                mark(&mut reached, *parent);
            }
        }
    }
    mark(&mut leads, lower);
    for row in (upper..lower).rev() {
        if parents.get(row).is_some_and(|list| list.iter().any(|parent| marked(&leads, *parent))) {
            mark(&mut leads, row);
        }
    }
    (upper..=lower).filter(|row| marked(&reached, *row) && marked(&leads, *row)).collect()
}
