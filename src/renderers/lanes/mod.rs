//! A chain → rows and lanes to draw (ux.md 8.2).
//!
//! In: a [`ChainView`].
//! Out: a [`Layout`]: one row per revision, newest first, each with all that is drawn inside it.
//! Never: colours, sizes, text; the layout is the same for a page, a picture and a test.

mod links;
mod rows;
#[cfg(test)]
mod tests;

use crate::wire::ChainView;

/// Where everything goes. The same chain gives the same layout in whatever order its files arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Newest first.
    pub rows: Vec<Row>,
    /// How many lanes the widest row needs.
    pub lanes: usize,
    /// Edges that take no lane and are drawn in the margin: dependencies, and edges that close a cycle.
    /// Sorted by their upper row.
    pub arcs: Vec<Arc>,
    /// Sets of rows that belong to one cycle, each sorted.
    pub cycles: Vec<Vec<usize>>,
}

/// One row: its node, and the edges inside the row's own height.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub kind: RowKind,
    pub lane: usize,
    pub edges: Vec<EdgeSegment>,
}

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKind {
    /// An index into [`ChainView::revisions`].
    Revision(usize),
    /// An id that some revision names and no file has.
    Ghost(String),
}

/// A piece of an edge between the upper and the lower border of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeSegment {
    pub course: Course,
    /// Row of the parent that the edge leads to.
    pub parent: usize,
    /// The parent is missing.
    pub is_dashed: bool,
}

/// How a piece of an edge runs. Bends lie between a node and a border, never at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Course {
    /// From border to border in one lane.
    Through { lane: usize },
    /// From the upper border in this lane to the node, which is this edge's end.
    In { lane: usize },
    /// From the node to the lower border in this lane.
    Out { lane: usize },
}

/// An edge in the margin, between two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arc {
    pub upper: usize,
    pub lower: usize,
    pub kind: ArcKind,
    /// One of the ends is a row for something missing.
    pub is_dashed: bool,
}

/// Why an edge takes no lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArcKind {
    /// The upper row depends on the lower one.
    Dependency,
    /// The lower row names the upper one as parent or dependency: it closes a cycle.
    Back,
    /// A row that names itself.
    Loop,
}

impl Layout {
    /// Returns the arcs that touch any of these rows.
    pub fn arcs_in(&self, rows: std::ops::Range<usize>) -> impl Iterator<Item = &Arc> {
        let end = self.arcs.partition_point(|arc| arc.upper < rows.end);
        self.arcs.iter().take(end).filter(move |arc| arc.lower >= rows.start)
    }
}

/// Lays a chain out. Work is linear in revisions and edges, but for sorting.
pub fn layout(view: &ChainView) -> Layout {
    let links = links::Links::of(view);
    let order = rows::order(&links);
    rows::lay(&links, &order)
}
