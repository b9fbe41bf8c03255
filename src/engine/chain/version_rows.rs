//! What each step writes into the version table (alembic.md 2.11).

use crate::ordered::Set;

use super::graph::{Graph, RevisionIx};
use super::order::ancestors;
use super::resolve::Refused;

/// Which function of a revision runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Up,
    Down,
}

/// The rows of a version table while commands write them.
#[derive(Debug, Clone)]
pub struct VersionRows<'a> {
    graph: &'a Graph,
    held: Set<RevisionIx>,
}

impl<'a> VersionRows<'a> {
    /// Returns a table that holds these revisions.
    pub fn new(graph: &'a Graph, held: &[RevisionIx]) -> Self {
        Self { graph, held: held.iter().copied().collect() }
    }

    /// Returns what the table holds, in file order.
    pub fn rows(&self) -> Vec<RevisionIx> {
        self.held.iter().copied().collect()
    }

    /// Writes what Alembic writes after a revision's function has run.
    pub fn apply(&mut self, ix: RevisionIx, step: Step) -> Result<(), Refused> {
        let parents = self.graph.normal_parents(ix);
        let present: Vec<RevisionIx> =
            parents.iter().copied().filter(|parent| self.held.contains(parent)).collect();
        match step {
            Step::Up if present.is_empty() => self.insert(ix),
            Step::Up if present.len() > 1 => {
                let from = self.merged(&parents);
                self.replace(&from, ix)
            }
            Step::Up => self.update(present.first().copied(), Some(ix)),
            Step::Down if self.held.contains(&ix) => {
                let back = self.unmerged(ix, &parents);
                match back.split_last() {
                    None => self.remove(ix),
                    // Alembic updates to the one parent even where another row has it below.
                    Some((last, rest)) => {
                        for parent in rest {
                            self.insert(*parent)?;
                        }
                        self.update(Some(ix), Some(*last))
                    }
                }
            }
            Step::Down if parents.len() == 1 => self.update(Some(ix), parents.first().copied()),
            Step::Down if present.len() == 1 => self.update(Some(ix), present.first().copied()),
            Step::Down => {
                Err(Refused::Assertion("Can't do an UPDATE because downrevision is ambiguous"))
            }
        }
    }

    /// Parents that a merge replaces: where other rows stay, without what those have below them.
    fn merged(&self, parents: &[RevisionIx]) -> Vec<RevisionIx> {
        let others: Vec<RevisionIx> =
            self.held.iter().copied().filter(|row| !parents.contains(row)).collect();
        let below = ancestors(self.graph, &others);
        parents.iter().copied().filter(|parent| !below.contains(*parent)).collect()
    }

    /// Parents that a downgrade brings back: those that no other row, and no other parent, has below it.
    fn unmerged(&self, ix: RevisionIx, parents: &[RevisionIx]) -> Vec<RevisionIx> {
        let others: Vec<RevisionIx> = self.held.iter().copied().filter(|row| *row != ix).collect();
        let covers = |parent: RevisionIx| {
            if others.is_empty() {
                let rest = parents.iter().filter(|other| **other != parent);
                rest.copied().any(|other| ancestors(self.graph, &[other]).contains(parent))
            } else {
                ancestors(self.graph, &others).contains(parent)
            }
        };
        parents.iter().copied().filter(|parent| !covers(*parent)).collect()
    }

    /// One row for a stamp upwards: a new one where none of `from` is there any more.
    pub fn stamp_up(
        &mut self,
        from: &[RevisionIx],
        to: RevisionIx,
        is_new_branch: bool,
    ) -> Result<(), Refused> {
        let moved = is_new_branch || from.iter().any(|row| !self.held.contains(row));
        if moved && !self.held.contains(&to) { self.insert(to) } else { self.replace(from, to) }
    }

    /// Deletes all rows but the last and turns that one into `to`.
    pub fn replace(&mut self, from: &[RevisionIx], to: RevisionIx) -> Result<(), Refused> {
        let last = from.split_last().map(|(last, rest)| (*last, rest));
        let Some((last, rest)) = last else { return Err(Refused::Assertion("")) };
        for row in rest {
            self.remove(*row)?;
        }
        self.update(Some(last), Some(to))
    }

    /// Deletes a row.
    pub fn remove(&mut self, row: RevisionIx) -> Result<(), Refused> {
        if self.held.remove(&row) { Ok(()) } else { Err(self.key(row)) }
    }

    fn insert(&mut self, row: RevisionIx) -> Result<(), Refused> {
        if self.held.insert(row) { Ok(()) } else { Err(Refused::Assertion("")) }
    }

    fn update(&mut self, from: Option<RevisionIx>, to: Option<RevisionIx>) -> Result<(), Refused> {
        let (Some(from), Some(to)) = (from, to) else { return Err(Refused::Assertion("")) };
        if self.held.contains(&to) {
            return Err(Refused::Assertion(""));
        }
        self.remove(from)?;
        self.insert(to)
    }

    fn key(&self, row: RevisionIx) -> Refused {
        Refused::Key(self.graph.node(row).map(|node| node.id.clone()).unwrap_or_default())
    }
}
