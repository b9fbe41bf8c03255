//! Who names whom, by position in an order that does not depend on how the files arrived.

use crate::ordered;
use crate::ordered::Map;
use crate::wire::ChainView;

/// The nodes of a chain: revisions sorted by id and file, then missing ids sorted.
#[derive(Debug, Default)]
pub(super) struct Links<'a> {
    pub nodes: Vec<Node<'a>>,
}

#[derive(Debug, Default)]
pub(super) struct Node<'a> {
    pub id: &'a str,
    pub file: &'a str,
    /// Index into the view's revisions; `None` for a missing id.
    pub revision: Option<usize>,
    /// The latest create date of it and all below it: "the branch with the most recent date".
    pub newest: &'a str,
    /// In the order of `down_revision`; edges that close a cycle taken out.
    pub parents: Vec<usize>,
    pub dependencies: Vec<usize>,
    /// Edges that close a cycle.
    pub back: Vec<usize>,
    pub names_itself: bool,
    /// Edges that lead here from existing revisions, back edges not counted.
    pub children: usize,
}

impl<'a> Links<'a> {
    pub fn of(view: &'a ChainView) -> Self {
        let mut sorted: Vec<usize> = (0..view.revisions.len()).collect();
        let place = |ix: &usize| {
            view.revisions.get(*ix).map(|found| (&found.id, &found.file, &found.create_date))
        };
        ordered::sort_by(&mut sorted, |a, b| place(a).cmp(&place(b)));
        let mut links = Self::default();
        let mut keys: Map<&str, usize> = Map::new();
        for ix in &sorted {
            let Some(revision) = view.revisions.get(*ix) else { continue };
            // Of several files with one id the last is the one that Alembic keeps.
            keys.insert(&revision.id, links.nodes.len());
            links.nodes.push(Node {
                id: &revision.id,
                file: &revision.file,
                revision: Some(*ix),
                newest: revision.create_date.as_deref().unwrap_or_default(),
                ..Node::default()
            });
        }
        links.enter_labels(view, &mut keys);
        links.enter_edges(view, keys);
        links.break_cycles();
        links.spread_dates();
        links
    }

    /// A dependency may name a branch label. Ids go first.
    fn enter_labels(&self, view: &'a ChainView, keys: &mut Map<&'a str, usize>) {
        for (at, node) in self.nodes.iter().enumerate() {
            let revision = node.revision.and_then(|ix| view.revisions.get(ix));
            for label in revision.map(|found| &found.labels).into_iter().flatten() {
                keys.entry(label).or_insert(at);
            }
        }
    }

    fn enter_edges(&mut self, view: &'a ChainView, mut keys: Map<&'a str, usize>) {
        let count = self.nodes.len();
        let named = view.revisions.iter().flat_map(|it| it.down.iter().chain(&it.depends_on));
        let missing = named.filter(|id| !keys.contains_key(id.as_str()));
        let missing: Map<&str, usize> = missing.map(|id| (id.as_str(), 0)).collect();
        for id in missing.into_keys() {
            keys.insert(id, self.nodes.len());
            self.nodes.push(Node { id, ..Node::default() });
        }
        for at in 0..count {
            let Some(node) = self.nodes.get_mut(at) else { continue };
            let Some(revision) = node.revision.and_then(|ix| view.revisions.get(ix)) else {
                continue;
            };
            for id in &revision.down {
                match keys.get(id.as_str()) {
                    Some(other) if *other == at || *id == revision.id => node.names_itself = true,
                    Some(other) if !node.parents.contains(other) => node.parents.push(*other),
                    _ => {}
                }
            }
            for id in &revision.depends_on {
                match keys.get(id.as_str()) {
                    Some(other) if *other == at => node.names_itself = true,
                    Some(other) if node.parents.contains(other) => {}
                    Some(other) if !node.dependencies.contains(other) => {
                        node.dependencies.push(*other)
                    }
                    _ => {}
                }
            }
        }
    }

    /// Takes out every edge that leads back to where a walk came from, so that the rest has an order.
    /// Walks with a stack of its own, from revisions that nobody names and then from what is left.
    fn break_cycles(&mut self) {
        self.count_children();
        let is_named = |at: &usize| self.nodes.get(*at).is_some_and(|node| node.children > 0);
        let (later, mut starts): (Vec<usize>, Vec<usize>) =
            (0..self.nodes.len()).partition(is_named);
        starts.extend(later);
        let mut state = vec![State::New; self.nodes.len()];
        for start in starts {
            if state.get(start) == Some(&State::New) {
                self.walk(start, &mut state);
            }
        }
        self.count_children();
    }

    fn walk(&mut self, start: usize, state: &mut [State]) {
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        set(state, start, State::Open);
        while let Some((at, next)) = path.last_mut() {
            let Some(node) = self.nodes.get_mut(*at) else { break };
            let edge = node.parents.iter().chain(&node.dependencies).nth(*next).copied();
            let Some(to) = edge else {
                set(state, *at, State::Done);
                path.pop();
                continue;
            };
            match state.get(to) {
                Some(State::Open) => {
                    node.parents.retain(|known| *known != to);
                    node.dependencies.retain(|known| *known != to);
                    node.back.push(to);
                }
                Some(State::New) => {
                    *next += 1;
                    set(state, to, State::Open);
                    path.push((to, 0));
                }
                _ => *next += 1,
            }
        }
    }

    fn count_children(&mut self) {
        let mut counts = vec![0; self.nodes.len()];
        for node in &self.nodes {
            for to in node.parents.iter().chain(&node.dependencies) {
                if let Some(count) = counts.get_mut(*to) {
                    *count += 1;
                }
            }
        }
        for (node, count) in self.nodes.iter_mut().zip(counts) {
            node.children = count;
        }
    }

    /// Carries the latest date up from the bases: a revision's branch is as new as the newest below it.
    fn spread_dates(&mut self) {
        let mut waiting: Vec<usize> =
            self.nodes.iter().map(|node| node.parents.len() + node.dependencies.len()).collect();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            for to in node.parents.iter().chain(&node.dependencies) {
                if let Some(list) = children.get_mut(*to) {
                    list.push(at);
                }
            }
        }
        let mut ready: Vec<usize> = waiting
            .iter()
            .enumerate()
            .filter(|(_, count)| **count == 0)
            .map(|(at, _)| at)
            .collect();
        while let Some(at) = ready.pop() {
            let date = self.nodes.get(at).map_or("", |node| node.newest);
            for child in children.get(at).into_iter().flatten() {
                if let Some(node) = self.nodes.get_mut(*child) {
                    node.newest = node.newest.max(date);
                }
                if let Some(count) = waiting.get_mut(*child) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(*child);
                    }
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

fn set(state: &mut [State], at: usize, to: State) {
    if let Some(state) = state.get_mut(at) {
        *state = to;
    }
}
