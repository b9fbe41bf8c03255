//! What happened to revisions that were there before, and which of them are released.

use crate::ordered::Set;

use crate::engine::chain::{Chain, RevisionIx, order};
use crate::engine::facts::Facts;
use crate::engine::history::{self, Change, What};
use crate::wire::Role;

use super::{Case, Position};

/// Changes to revisions that were there before.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// From the state before the change under review.
    pub changes: Vec<Change>,
    /// From lock files.
    pub unlocked: Vec<Change>,
    /// Every revision that a lock file has.
    locked: Set<String>,
}

/// How it is known that a database has run a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// Prod stands at it or after it.
    Prod,
    /// `retort.toml` says so.
    Settings,
    Lock,
    /// It was there before the change; no more is known.
    Before,
    /// Prod's position is known, and it is still to run there.
    No,
}

impl History {
    pub(super) fn of(facts: &Facts, before: Option<&[Chain]>, now: &[Chain]) -> Self {
        let (locks, codes) = (&facts.locks, &facts.codes);
        let changes = before.map(|before| history::compare(before, now, codes)).unwrap_or_default();
        let against = |lock| history::against_lock(lock, now, codes);
        let unlocked = locks.iter().flat_map(against).collect();
        let rows = locks.iter().flat_map(|lock| &lock.rows);
        let locked = rows.map(|row| row.id.clone()).collect();
        Self { changes, unlocked, locked }
    }
}

impl Case {
    /// Returns whether a revision that was there before is released, by the id that it had.
    pub fn is_released(&self, id: &str) -> Released {
        let chains = || self.chains.iter().chain(self.before.iter().flatten());
        let is_applied = |at: &[&str]| {
            chains().any(|chain| {
                let rows: Vec<RevisionIx> = at.iter().filter_map(|row| chain.find(row)).collect();
                let applied = order::ancestors(&chain.graph, &rows);
                chain.find(id).is_some_and(|ix| applied.contains(ix))
            })
        };
        if let Position::At { rows, .. } = self.position(Role::Prod) {
            let rows: Vec<&str> = rows.iter().map(|(row, _)| row.as_str()).collect();
            if rows.contains(&id) || is_applied(&rows) {
                return Released::Prod;
            }
            // Where Prod's own revision is in no file, nothing says what it has run.
            if rows.iter().all(|row| chains().any(|chain| chain.find(row).is_some())) {
                return Released::No;
            }
        }
        if self.settings.released.as_deref().is_some_and(|released| is_applied(&[released])) {
            return Released::Settings;
        }
        match self.history.locked.contains(id) {
            true => Released::Lock,
            false => Released::Before,
        }
    }

    /// Returns the revisions that the change under review adds: where nobody says what ran on prod, what was
    /// there before may have, and what is new has not.
    pub(super) fn new_revisions(&self) -> Option<Set<(usize, RevisionIx)>> {
        self.before.as_ref()?;
        let new = self.history.changes.iter().filter(|change| {
            matches!(change.what, What::Added | What::Inserted | What::RenamedId { .. })
        });
        Some(new.filter_map(|change| change.now).collect())
    }
}
