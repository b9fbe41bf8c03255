//! The order in which Alembic runs and lists revisions (alembic.md 2.6, 2.8).

use crate::ordered::Set;

use super::graph::{Graph, RevisionIx};

/// Returns what `upgrade heads` runs on an empty database, oldest first. Revisions in a cycle that nothing
/// reaches come last, in file order: Alembic would not load them.
pub fn upgrade(graph: &Graph) -> Vec<RevisionIx> {
    let mut order = between(graph, &[], &graph.real_heads);
    let known: Set<RevisionIx> = order.iter().copied().collect();
    order.extend(graph.all().filter(|ix| !known.contains(ix) && is_live(graph, *ix)));
    order
}

/// Returns what an upgrade runs from these rows to these targets, oldest first.
pub fn between(graph: &Graph, rows: &[RevisionIx], targets: &[RevisionIx]) -> Vec<RevisionIx> {
    let done = ancestors(graph, rows);
    let mut needed = ancestors(graph, targets);
    needed.subtract(&done);
    let mut order = newest_first(graph, &needed, targets);
    order.reverse();
    order
}

/// Returns revisions with all their ancestors, dependencies included.
pub fn ancestors(graph: &Graph, of: &[RevisionIx]) -> RevisionSet {
    let mut seen = RevisionSet::new(graph.nodes.len());
    let mut stack = of.to_vec();
    while let Some(ix) = stack.pop() {
        if seen.insert(ix)
            && let Some(node) = graph.node(ix)
        {
            stack.extend(&node.parents);
            stack.extend(&node.normal_dependencies);
        }
    }
    seen
}

/// Returns revisions with their versioned ancestors alone.
pub fn versioned_ancestors(graph: &Graph, of: RevisionIx) -> RevisionSet {
    let mut seen = RevisionSet::new(graph.nodes.len());
    let mut stack = vec![of];
    while let Some(ix) = stack.pop() {
        if seen.insert(ix)
            && let Some(node) = graph.node(ix)
        {
            stack.extend(&node.parents);
        }
    }
    seen
}

fn is_live(graph: &Graph, ix: RevisionIx) -> bool {
    graph.node(ix).is_some_and(|node| !node.is_replaced)
}

/// One line that is being walked down, and what is still below it.
struct Line {
    head: RevisionIx,
    ancestors: RevisionSet,
}

/// Alembic's `_topological_sort`: one line is walked to its end unless another line still needs it.
pub(super) fn newest_first(
    graph: &Graph,
    needed: &RevisionSet,
    targets: &[RevisionIx],
) -> Vec<RevisionIx> {
    let mut todo = needed.clone();
    let heads: Set<RevisionIx> =
        targets.iter().copied().filter(|ix| todo.contains(*ix) && is_live(graph, *ix)).collect();
    let line = |head: RevisionIx| Line { head, ancestors: ancestors(graph, &[head]) };
    let mut lines: Vec<Line> = heads.into_iter().map(line).collect();
    let mut order = Vec::new();
    let mut cursor = 0;
    // In a cycle each line waits for another. More moves than lines means that one must go first.
    let mut moves = 0;
    while let Some(candidate) = lines.get(cursor).map(|line| line.head) {
        let waits_for = lines
            .iter()
            .enumerate()
            .position(|(other, line)| other != cursor && line.ancestors.contains(candidate));
        if let Some(other) = waits_for
            && moves <= lines.len()
        {
            cursor = other;
            moves += 1;
            continue;
        }
        moves = 0;
        if todo.remove(candidate) {
            order.push(candidate);
        }
        let mut below = graph.normal_parents(candidate);
        below.retain(|ix| todo.contains(*ix) && !lines.iter().any(|line| line.head == *ix));
        let Some((first, rest)) = below.split_first() else {
            lines.remove(cursor);
            cursor = cursor.saturating_sub(1);
            continue;
        };
        let is_plain = graph.node(candidate).is_some_and(|node| {
            node.normal_dependencies.is_empty() && !node.is_merge_point && node.parents.len() == 1
        });
        if let Some(current) = lines.get_mut(cursor) {
            current.head = *first;
            if is_plain {
                current.ancestors.remove(candidate);
            } else {
                current.ancestors = ancestors(graph, &[*first]);
            }
        }
        if !is_plain {
            lines.extend(rest.iter().copied().map(line));
        }
    }
    order
}

/// A set of revisions of one graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionSet {
    words: Vec<u64>,
}

impl RevisionSet {
    /// Returns the empty set for a graph of `count` revisions.
    pub fn new(count: usize) -> Self {
        Self { words: vec![0; count.div_ceil(64)] }
    }

    /// Adds a revision and returns whether it is new. One of another graph is never in it.
    pub fn insert(&mut self, ix: RevisionIx) -> bool {
        let Some(word) = self.words.get_mut(ix.0 / 64) else { return false };
        let is_new = *word & bit(ix) == 0;
        *word |= bit(ix);
        is_new
    }

    /// Removes a revision and returns whether it was there.
    pub fn remove(&mut self, ix: RevisionIx) -> bool {
        let was = self.contains(ix);
        if let Some(word) = self.words.get_mut(ix.0 / 64) {
            *word &= !bit(ix);
        }
        was
    }

    /// Returns whether a revision is in the set.
    pub fn contains(&self, ix: RevisionIx) -> bool {
        self.words.get(ix.0 / 64).is_some_and(|word| word & bit(ix) != 0)
    }

    /// Removes what the other set has.
    pub fn subtract(&mut self, other: &Self) {
        for (word, gone) in self.words.iter_mut().zip(&other.words) {
            *word &= !gone;
        }
    }

    /// Keeps what both sets have.
    pub fn intersect(&mut self, other: &Self) {
        for (word, kept) in self.words.iter_mut().zip(&other.words) {
            *word &= kept;
        }
    }
}

fn bit(ix: RevisionIx) -> u64 {
    1 << (ix.0 % 64)
}
