//! Revisions → [`Graph`], as Alembic's `RevisionMap` builds it (alembic.md 2.1 to 2.4, 2.9, 2.10).
//!
//! Where Alembic stops at the first thing it refuses, the graph goes on and lists all of them.

use crate::ordered::{Map, Set};

use super::cycles;

/// A revision's place in the chain's file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionIx(pub usize);

/// What the graph needs of a revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    pub id: String,
    pub down: Vec<String>,
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
}

/// One revision among its relatives. All edges lead to the copy of an id that comes last in file order, as
/// in Alembic, where it replaces the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    /// Versioned parents that exist, duplicates removed, in the order of `down_revision`.
    pub parents: Vec<RevisionIx>,
    /// `depends_on` that exists, labels resolved.
    pub dependencies: Vec<RevisionIx>,
    /// Dependencies that no versioned ancestor lists already, in file order.
    pub normal_dependencies: Vec<RevisionIx>,
    /// Revisions whose versioned parents include this one (`nextrev`).
    pub children: Vec<RevisionIx>,
    /// The same with dependencies (`_all_nextrev`).
    pub all_children: Vec<RevisionIx>,
    /// Labels after propagation, sorted.
    pub labels: Set<String>,
    pub is_head: bool,
    pub is_base: bool,
    pub is_branch_point: bool,
    pub is_merge_point: bool,
    /// A later file has the same id.
    pub is_replaced: bool,
}

/// A parent or dependency that no file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub revision: RevisionIx,
    pub id: String,
    pub edge: Edge,
}

/// The two kinds of edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    Parent,
    Dependency,
}

/// Why Alembic would not load the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// Alembic's own words; for a `KeyError`, the key as Python prints it.
    pub message: String,
    pub revisions: Vec<RevisionIx>,
}

/// Alembic's error classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    RevisionError,
    LoopDetected,
    DependencyLoopDetected,
    KeyError,
    CycleDetected,
    DependencyCycleDetected,
}

impl RefusalKind {
    /// The class's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::RevisionError => "RevisionError",
            Self::LoopDetected => "LoopDetected",
            Self::DependencyLoopDetected => "DependencyLoopDetected",
            Self::KeyError => "KeyError",
            Self::CycleDetected => "CycleDetected",
            Self::DependencyCycleDetected => "DependencyCycleDetected",
        }
    }
}

/// The revisions of one folder and how they follow each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    pub nodes: Vec<Node>,
    /// Versioned heads and bases, in file order.
    pub heads: Vec<RevisionIx>,
    pub bases: Vec<RevisionIx>,
    /// Those that no edge of either kind leads to, or from.
    pub real_heads: Vec<RevisionIx>,
    pub real_bases: Vec<RevisionIx>,
    pub missing: Vec<Missing>,
    /// Ids with several files, all copies in file order.
    pub duplicates: Vec<Vec<RevisionIx>>,
    pub self_loops: Vec<(RevisionIx, Edge)>,
    /// Strongly connected revisions, whether Alembic notices or not.
    pub cycles: Vec<Vec<RevisionIx>>,
    /// In the order in which Alembic would meet them; it shows the first.
    pub refusals: Vec<Refusal>,
    /// Ids, then labels, as Alembic's map has them.
    keys: Map<String, RevisionIx>,
}

impl Graph {
    /// Builds the graph of revisions given in file order.
    pub fn new(links: &[Link]) -> Self {
        let mut graph = Self::default();
        graph.enter_ids(links);
        graph.refuse_while_loading(links);
        graph.enter_labels(links);
        graph.resolve(links);
        graph.connect();
        graph.normalize_dependencies();
        graph.cycles = cycles::find(&graph.nodes);
        // Alembic never gets here after a refusal, and its test takes a missing parent for a cycle.
        if graph.refusals.is_empty()
            && let Some(refusal) = cycles::refusal(&graph)
        {
            graph.refusals.push(refusal);
        }
        graph.propagate_labels(links);
        graph
    }

    /// Returns a node. An index of another graph gives `None`.
    pub fn node(&self, ix: RevisionIx) -> Option<&Node> {
        self.nodes.get(ix.0)
    }

    /// Returns the revision with this id or label, by exact key.
    pub fn find(&self, key: &str) -> Option<RevisionIx> {
        self.keys.get(key).copied()
    }

    /// Returns ids and labels that begin so.
    pub fn keys_from(&self, prefix: &str) -> impl Iterator<Item = (&str, RevisionIx)> {
        let prefix = prefix.to_owned();
        self.keys
            .range(prefix.clone()..)
            .take_while(move |(key, _)| key.starts_with(&prefix))
            .map(|(key, ix)| (key.as_str(), *ix))
    }

    /// Returns every index, in file order.
    pub fn all(&self) -> impl Iterator<Item = RevisionIx> + use<> {
        (0..self.nodes.len()).map(RevisionIx)
    }

    /// Returns versioned parents, then normalised dependencies (`_normalized_down_revisions`).
    pub fn normal_parents(&self, ix: RevisionIx) -> Vec<RevisionIx> {
        let Some(node) = self.node(ix) else { return Vec::new() };
        let mut all = node.parents.clone();
        let further = node.normal_dependencies.iter().filter(|known| !node.parents.contains(known));
        all.extend(further);
        all
    }

    fn node_mut(&mut self, ix: RevisionIx) -> Option<&mut Node> {
        self.nodes.get_mut(ix.0)
    }

    fn enter_ids(&mut self, links: &[Link]) {
        let mut copies: Map<&str, Vec<RevisionIx>> = Map::new();
        for (position, link) in links.iter().enumerate() {
            let ix = RevisionIx(position);
            copies.entry(&link.id).or_default().push(ix);
            self.keys.insert(link.id.clone(), ix);
            self.nodes.push(Node { id: link.id.clone(), ..Node::default() });
        }
        for all in copies.into_values().filter(|all| all.len() > 1) {
            if let Some((_, replaced)) = all.split_last() {
                for ix in replaced {
                    if let Some(node) = self.node_mut(*ix) {
                        node.is_replaced = true;
                    }
                }
            }
            self.duplicates.push(all);
        }
        crate::ordered::sort(&mut self.duplicates);
    }

    /// What Alembic refuses while it makes its `Revision` objects, one file after the other.
    fn refuse_while_loading(&mut self, links: &[Link]) {
        for (position, link) in links.iter().enumerate() {
            let ix = RevisionIx(position);
            let mut refuse = |kind, message| {
                self.refusals.push(Refusal { kind, message, revisions: vec![ix] });
            };
            if let Some(message) = bad_characters(&link.id) {
                refuse(RefusalKind::RevisionError, message);
            }
            if link.down.contains(&link.id) {
                let message = format!("Self-loop is detected in revisions ({})", link.id);
                refuse(RefusalKind::LoopDetected, message);
                self.self_loops.push((ix, Edge::Parent));
            } else if link.depends_on.contains(&link.id) {
                let message =
                    format!("Dependency self-loop is detected in revisions ({})", link.id);
                refuse(RefusalKind::DependencyLoopDetected, message);
                self.self_loops.push((ix, Edge::Dependency));
            }
        }
    }

    fn enter_labels(&mut self, links: &[Link]) {
        for (position, link) in links.iter().enumerate() {
            for label in &link.labels {
                let ix = RevisionIx(position);
                match self.keys.get(label).copied() {
                    Some(other) => {
                        let used = self.node(other).map(|node| node.id.clone()).unwrap_or_default();
                        let message = format!(
                            "Branch name '{label}' in revision {} already used by revision {used}",
                            link.id
                        );
                        let kind = RefusalKind::RevisionError;
                        self.refusals.push(Refusal { kind, message, revisions: vec![ix, other] });
                    }
                    None => {
                        self.keys.insert(label.clone(), ix);
                    }
                }
            }
        }
    }

    /// Looks parents and dependencies up by exact key. Alembic looks at all dependencies first.
    fn resolve(&mut self, links: &[Link]) {
        for (position, link) in links.iter().enumerate() {
            let ix = RevisionIx(position);
            let found = self.look_up(ix, &link.depends_on, Edge::Dependency);
            if let Some(node) = self.node_mut(ix) {
                node.dependencies = found;
            }
        }
        for (position, link) in links.iter().enumerate() {
            let ix = RevisionIx(position);
            let found = self.look_up(ix, &link.down, Edge::Parent);
            if let Some(node) = self.node_mut(ix) {
                node.parents = found;
                node.is_base = link.down.is_empty();
                node.is_merge_point = link.down.len() > 1;
            }
        }
    }

    fn look_up(&mut self, ix: RevisionIx, ids: &[String], edge: Edge) -> Vec<RevisionIx> {
        let own = self.node(ix).map(|node| node.id.clone()).unwrap_or_default();
        let mut found = Vec::new();
        for id in ids.iter().filter(|id| **id != own) {
            match self.find(id) {
                Some(other) if !found.contains(&other) => found.push(other),
                Some(_) => {}
                None => {
                    self.missing.push(Missing { revision: ix, id: id.clone(), edge });
                    let message = format!("'{id}'");
                    let kind = RefusalKind::KeyError;
                    self.refusals.push(Refusal { kind, message, revisions: vec![ix] });
                }
            }
        }
        found
    }

    /// Children, heads and bases. Copies that were replaced stay heads and bases, as they do in Alembic.
    fn connect(&mut self) {
        let mut edges: Vec<(RevisionIx, RevisionIx, Edge)> = Vec::new();
        for ix in self.all() {
            let Some(node) = self.node(ix).filter(|node| !node.is_replaced) else { continue };
            edges.extend(node.parents.iter().map(|parent| (*parent, ix, Edge::Parent)));
            edges.extend(node.dependencies.iter().map(|parent| (*parent, ix, Edge::Dependency)));
        }
        for (parent, child, edge) in edges {
            let Some(node) = self.node_mut(parent) else { continue };
            if edge == Edge::Parent && !node.children.contains(&child) {
                node.children.push(child);
            }
            if !node.all_children.contains(&child) {
                node.all_children.push(child);
            }
        }
        for ix in self.all() {
            let Some(node) = self.node_mut(ix) else { continue };
            crate::ordered::sort(&mut node.children);
            crate::ordered::sort(&mut node.all_children);
            node.is_head = node.children.is_empty();
            node.is_branch_point = node.children.len() > 1;
            let (is_head, is_base) = (node.is_head, node.is_base);
            let is_real_head = node.all_children.is_empty();
            let is_real_base = is_base && node.dependencies.is_empty();
            for (is, list) in [
                (is_head, &mut self.heads),
                (is_base, &mut self.bases),
                (is_real_head, &mut self.real_heads),
                (is_real_base, &mut self.real_bases),
            ] {
                if is {
                    list.push(ix);
                }
            }
        }
    }

    /// Strikes the dependencies that a strict versioned ancestor lists too.
    fn normalize_dependencies(&mut self) {
        for ix in self.all() {
            let mut left = match self.node(ix) {
                Some(node) if !node.dependencies.is_empty() => node.dependencies.clone(),
                _ => continue,
            };
            crate::ordered::sort(&mut left);
            let mut seen: Set<_> = [ix].into_iter().collect();
            let mut stack = self.node(ix).map(|node| node.parents.clone()).unwrap_or_default();
            while let Some(ancestor) = stack.pop() {
                if left.is_empty() || !seen.insert(ancestor) {
                    continue;
                }
                if let Some(node) = self.node(ancestor) {
                    left.retain(|known| !node.dependencies.contains(known));
                    stack.extend(&node.parents);
                }
            }
            if let Some(node) = self.node_mut(ix) {
                node.normal_dependencies = left;
            }
        }
    }

    /// Labels go to all versioned descendants, and up an unbranched line (alembic.md 2.4).
    fn propagate_labels(&mut self, links: &[Link]) {
        for (position, link) in links.iter().enumerate().filter(|(_, link)| !link.labels.is_empty())
        {
            let mut last = RevisionIx(position);
            let mut seen = Set::new();
            let mut stack = vec![last];
            while let Some(ix) = stack.pop() {
                if !seen.insert(ix) {
                    continue;
                }
                last = ix;
                if let Some(node) = self.node_mut(ix) {
                    node.labels.extend(link.labels.iter().cloned());
                    stack.extend(&node.children);
                }
            }
            let mut seen = Set::new();
            let mut parent = Some(last);
            while let Some(ix) = parent.filter(|ix| seen.insert(*ix)) {
                let Some(node) = self.node_mut(ix) else { break };
                if node.all_children.len() > 1 || node.is_merge_point {
                    break;
                }
                node.labels.extend(link.labels.iter().cloned());
                parent = node.parents.first().copied();
            }
        }
    }
}

/// Alembic's text for characters that its command line gives a meaning to.
fn bad_characters(id: &str) -> Option<String> {
    let found: Set<char> = id.chars().filter(|c| matches!(c, '@' | '-' | '+' | ':')).collect();
    if found.is_empty() {
        return None;
    }
    let list: Vec<String> = found.iter().map(char::to_string).collect();
    Some(format!("Character(s) '{}' not allowed in revision identifier '{id}'", list.join(", ")))
}
