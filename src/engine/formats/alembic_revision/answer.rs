//! Revisions that ask the database what it holds, read once more against what the chain has made by then.

use std::sync::Arc;

use crate::engine::chain::{Baseline, Graph, Revision, RevisionIx};
use crate::engine::document::{Documents, When};
use crate::engine::facts::{Facts, Surroundings};
use crate::engine::ledger::{Ledger, Undecided};
use crate::engine::op::Replayed;
use crate::engine::op::conventions::Naming;
use crate::engine::python::Modules;
use crate::engine::span::DocumentId;
use crate::ordered::Set;

use super::models;

/// Reads the revisions that ask, once the order is known in which the chain runs them.
#[derive(Debug)]
pub struct Answers<'a> {
    documents: &'a Documents,
    modules: Modules<'a>,
    surroundings: Arc<Surroundings>,
    asking: Set<DocumentId>,
    /// Nobody gave what was there before the first revision, and an `env.py` leads to models.
    seeks: bool,
    ledger: &'a mut Ledger,
}

impl<'a> Answers<'a> {
    /// Takes what the documents of one state said, and the ledger in which their reading was entered.
    pub fn new(
        documents: &'a Documents,
        state: When,
        facts: &Facts,
        ledger: &'a mut Ledger,
    ) -> Self {
        let asking = facts.asking.clone();
        let surroundings = Arc::clone(&facts.surroundings);
        let leads = |naming: &Naming| models::leads_on(documents, naming);
        let seeks = facts.baseline().is_none()
            && surroundings.environments.iter().any(|one| leads(&one.naming));
        let modules = match asking.is_empty() && !seeks {
            true => Modules::default(),
            false => super::super::modules(documents, state),
        };
        Self { documents, modules, surroundings, asking, seeks, ledger }
    }

    /// Puts in the place of what is known of a revision that asks what it does to the schema that the
    /// revisions before it have made. Returns what was there before the first of them, where models say more
    /// of it.
    pub fn settle(
        &mut self,
        baseline: &Baseline,
        graph: &Graph,
        order: &[RevisionIx],
        revisions: &mut [Revision],
    ) -> Option<Baseline> {
        let (begun, assumed) = self.begun(baseline, order, revisions).unzip();
        self.answer(begun.as_ref().unwrap_or(baseline), graph, order, revisions);
        // Reading a revision once more has taken out what was entered of it.
        assumed.into_iter().flatten().for_each(|one| self.ledger.undecided(one));
        begun
    }

    fn begun(
        &self,
        baseline: &Baseline,
        order: &[RevisionIx],
        revisions: &[Revision],
    ) -> Option<(Baseline, Vec<Undecided>)> {
        let first = revisions.first().filter(|_| self.seeks)?;
        let naming = self.surroundings.naming_of(&first.path);
        let files = (self.documents, &self.modules);
        models::leads_on(self.documents, &naming)
            .then(|| models::begun(files, &naming, baseline, (order, revisions)))?
    }

    fn answer(
        &mut self,
        baseline: &Baseline,
        graph: &Graph,
        order: &[RevisionIx],
        revisions: &mut [Revision],
    ) {
        let asks = |revisions: &[Revision], asking: &Set<DocumentId>, ix: &RevisionIx| {
            revisions.get(ix.0).is_some_and(|found| asking.contains(&found.span.document))
        };
        let Some(last) = order.iter().rposition(|ix| asks(revisions, &self.asking, ix)) else {
            return;
        };
        // Without its beginning nobody knows what the chain meets.
        let complete = baseline.complete && graph.missing.is_empty();
        let mut seen = Replayed::from(baseline.schema.clone(), complete);
        for ix in order.iter().take(last + 1) {
            let Some(revision) = revisions.get_mut(ix.0) else { continue };
            seen.more_tables |= revision.unread_parents.is_some();
            if self.asking.remove(&revision.span.document) {
                self.read(revision, &seen);
            }
            // What only a convention that was not found would say is no answer.
            seen.assume_names(&revision.assumed_names);
            for step in &revision.upgrade {
                // A clash is found by the replay, which reports it.
                let _clash = seen.step(&step.op);
            }
        }
    }

    fn read(&mut self, revision: &mut Revision, seen: &Replayed) {
        let id = revision.span.document;
        let Some(document) = self.documents.get(id) else { return };
        let naming = &self.surroundings.naming_of(&document.path);
        let source = super::File { id, document, dialect: seen.schema().dialect, naming };
        if let Some(read) = super::read_against(seen, &self.modules, source, self.ledger) {
            revision.upgrade = read.upgrade;
            revision.assumed_names = read.assumed_names;
            revision.keys_in_sql = read.keys_in_sql;
            if revision.unnames_keys {
                revision.unname_keys();
            }
        }
    }
}
