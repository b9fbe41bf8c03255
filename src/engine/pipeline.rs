//! All stages, top to bottom. If you read one function of Retort, read [`analyze`].
//!
//! In: inputs and options.
//! Out: [`Analysis`].
//! Never: who is asking.

use std::ops::ControlFlow;

use crate::wire::schema::SchemaView;
use crate::wire::{Input, Options, Progress, Report};

use super::case::Case;
pub use super::compose::NoSchema;
use super::document::Documents;
use super::facts::{Facts, LeftOut};
use super::intake::Weight;
use super::ledger::Ledger;
use super::verdict::{self, Verdict};
use super::{chain, compose, containers, formats, rules};

/// Called between documents and between stages; `Break` stops the run.
pub type Watch<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Everything one run found out.
#[derive(Debug)]
pub struct Analysis {
    case: Case,
    ledger: Ledger,
    verdict: Verdict,
    skipped: Vec<(String, String)>,
}

/// Reviews inputs. Total: whatever the bytes, it returns an analysis, unless `watch` stops it.
pub fn analyze(
    inputs: Vec<Input>,
    options: &Options,
    watch: Watch<'_>,
) -> ControlFlow<(), Analysis> {
    let mut ledger = Ledger::default();

    let opened = containers::open(inputs, &options.overrides, &mut |name, done, total| {
        watch(progress("Opening", name, done, total))
    })?;
    let documents = Documents::new(opened.documents);

    let mut facts = Facts::default();
    let refused = opened.skipped.iter().filter(|skipped| skipped.weight == Weight::Refused);
    facts.left_out.extend(
        refused.map(|skipped| LeftOut { path: skipped.path.clone(), why: skipped.why.clone() }),
    );
    let modules = formats::modules(&documents);
    for (id, document) in documents.iter() {
        watch(progress("Reading", &document.path, id.ix(), documents.len()))?;
        formats::read(id, document, &modules, &mut facts, &mut ledger);
    }

    watch(progress("Rebuilding the chain", "", 0, facts.revisions.len()))?;
    let chains = chain::build(chain::Sources {
        revisions: facts.revisions.clone(),
        settings: facts.settings.clone(),
        plain_scripts: facts.plain_scripts.clone(),
    });

    watch(progress("Judging", "", 0, rules::RULES.len()))?;
    let case = Case::new(documents, facts, chains, options.table_distance);
    rules::run(&case, &mut ledger);
    let verdict = verdict::judge(&case, &ledger);
    let skipped = opened.skipped.into_iter().map(|skipped| (skipped.path, skipped.why)).collect();
    ControlFlow::Continue(Analysis { case, ledger, verdict, skipped })
}

fn progress(phase: &str, name: &str, done: usize, total: usize) -> Progress {
    Progress { phase: phase.to_owned(), done, total, name: name.to_owned() }
}

impl Analysis {
    /// Composes the schema of the only chain, at a revision or at its heads.
    pub fn schema(&self, at: Option<&str>) -> Result<SchemaView, NoSchema> {
        compose::schema(&self.case, &self.ledger, at)
    }

    /// Composes the report.
    pub fn report(&self) -> Report {
        compose::report(&self.case, &self.ledger, &self.verdict, &self.skipped)
    }
}
