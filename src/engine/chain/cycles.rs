//! Cycles: every one that exists, and the ones that Alembic notices (alembic.md 2.9).

use crate::ordered::{Map, Set};
use std::collections::VecDeque;

use super::graph::{Graph, Node, Refusal, RefusalKind, RevisionIx};

/// Returns the strongly connected revisions over all edges, each sorted, in file order.
///
/// Tarjan's algorithm with a stack of its own. Self-loops are no edges of the graph and not found here.
pub(super) fn find(nodes: &[Node]) -> Vec<Vec<RevisionIx>> {
    let mut search = Search { next: 0, seen: Map::new(), open: Vec::new(), found: Vec::new() };
    for start in 0..nodes.len() {
        if !search.seen.contains_key(&start) {
            search.run(nodes, start);
        }
    }
    crate::ordered::sort(&mut search.found);
    search.found
}

#[derive(Clone, Copy)]
struct Mark {
    number: usize,
    low: usize,
    is_open: bool,
}

struct Search {
    next: usize,
    seen: Map<usize, Mark>,
    open: Vec<usize>,
    found: Vec<Vec<RevisionIx>>,
}

impl Search {
    fn run(&mut self, nodes: &[Node], start: usize) {
        let mut path = vec![(start, self.enter(nodes, start))];
        while let Some((at, waiting)) = path.last_mut() {
            let at = *at;
            match waiting.pop() {
                Some(next) => match self.seen.get(&next).copied() {
                    None => {
                        let waiting = self.enter(nodes, next);
                        path.push((next, waiting));
                    }
                    Some(mark) if mark.is_open => self.lower(at, mark.number),
                    Some(_) => {}
                },
                None => {
                    path.pop();
                    let Some(mark) = self.seen.get(&at).copied() else { continue };
                    if let Some((parent, _)) = path.last() {
                        let parent = *parent;
                        self.lower(parent, mark.low);
                    }
                    if mark.low == mark.number {
                        self.close(at);
                    }
                }
            }
        }
    }

    fn enter(&mut self, nodes: &[Node], at: usize) -> Vec<usize> {
        self.seen.insert(at, Mark { number: self.next, low: self.next, is_open: true });
        self.next += 1;
        self.open.push(at);
        let edges = nodes.get(at).map(|node| node.parents.iter().chain(&node.dependencies));
        edges.into_iter().flatten().map(|ix| ix.0).collect()
    }

    fn lower(&mut self, at: usize, low: usize) {
        if let Some(mark) = self.seen.get_mut(&at) {
            mark.low = mark.low.min(low);
        }
    }

    fn close(&mut self, root: usize) {
        let mut members = Vec::new();
        while let Some(at) = self.open.pop() {
            if let Some(mark) = self.seen.get_mut(&at) {
                mark.is_open = false;
            }
            members.push(RevisionIx(at));
            if at == root {
                break;
            }
        }
        if members.len() > 1 {
            crate::ordered::sort(&mut members);
            self.found.push(members);
        }
    }
}

/// Returns what Alembic says. Its test is one of reachability: what lies neither below a head nor above a
/// base is a cycle, and a cycle between a base and a head is not noticed.
pub(super) fn refusal(graph: &Graph) -> Option<Refusal> {
    if graph.nodes.is_empty() {
        return None;
    }
    let versioned = unreachable(
        graph,
        (&graph.heads, &graph.bases),
        |node| node.parents.clone(),
        |node| node.children.clone(),
    );
    if !versioned.is_empty() {
        let kind = RefusalKind::CycleDetected;
        return Some(named(graph, kind, "Cycle is detected in revisions", versioned));
    }
    let all = unreachable(
        graph,
        (&graph.real_heads, &graph.real_bases),
        |node| node.parents.iter().chain(&node.dependencies).copied().collect(),
        |node| node.all_children.clone(),
    );
    if !all.is_empty() {
        let kind = RefusalKind::DependencyCycleDetected;
        return Some(named(graph, kind, "Dependency cycle is detected in revisions", all));
    }
    None
}

fn named(graph: &Graph, kind: RefusalKind, text: &str, revisions: Vec<RevisionIx>) -> Refusal {
    let ids: Vec<&str> =
        revisions.iter().filter_map(|ix| graph.node(*ix)).map(|node| node.id.as_str()).collect();
    let message = format!("{text} ({})", ids.join(", "));
    Refusal { kind, message, revisions }
}

/// All ids in file order when an end is missing altogether, else the unreachable ones sorted by id.
fn unreachable(
    graph: &Graph,
    (tops, bottoms): (&[RevisionIx], &[RevisionIx]),
    down: impl Fn(&Node) -> Vec<RevisionIx>,
    up: impl Fn(&Node) -> Vec<RevisionIx>,
) -> Vec<RevisionIx> {
    let live = |ix: &RevisionIx| graph.node(*ix).is_some_and(|node| !node.is_replaced);
    if tops.is_empty() || bottoms.is_empty() {
        return graph.all().filter(live).collect();
    }
    let below = reach(graph, tops, down);
    let above = reach(graph, bottoms, up);
    let both = |ix: &RevisionIx| below.contains(ix) && above.contains(ix);
    let mut left: Vec<RevisionIx> = graph.all().filter(live).filter(|ix| !both(ix)).collect();
    crate::ordered::sort_by_key(&mut left, |ix| graph.node(*ix).map(|node| node.id.clone()));
    left
}

fn reach(
    graph: &Graph,
    from: &[RevisionIx],
    next: impl Fn(&Node) -> Vec<RevisionIx>,
) -> Set<RevisionIx> {
    let mut seen = Set::new();
    let mut stack = from.to_vec();
    while let Some(ix) = stack.pop() {
        if seen.insert(ix)
            && let Some(node) = graph.node(ix)
        {
            stack.extend(next(node));
        }
    }
    seen
}

/// Returns one loop through a strongly connected set, shortest first step to last: each revision names the
/// next as a parent or dependency, and the last names the first.
pub(super) fn a_loop(graph: &Graph, members: &[RevisionIx]) -> Vec<RevisionIx> {
    let Some(start) = members.first().copied() else { return Vec::new() };
    let inside: Set<RevisionIx> = members.iter().copied().collect();
    let mut came_from: Map<RevisionIx, RevisionIx> = Map::new();
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        let Some(node) = graph.node(at) else { continue };
        for next in node.parents.iter().chain(&node.dependencies).copied() {
            if next == start {
                let mut path = vec![at];
                while let Some(before) = path.last().and_then(|last| came_from.get(last)) {
                    path.push(*before);
                }
                path.reverse();
                return path;
            }
            if inside.contains(&next) && !came_from.contains_key(&next) {
                came_from.insert(next, at);
                queue.push_back(next);
            }
        }
    }
    members.to_vec()
}
