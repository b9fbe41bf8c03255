//! All stages, top to bottom. If you read two functions of Retort, read [`read`] and [`Reading::judge`].
//!
//! In: inputs and options.
//! Out: [`Reading`]: what the inputs are and say; [`Analysis`]: what is to be thought of it.
//! Never: who is asking.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::wire::Moment;
use crate::wire::diff::DiffView;
use crate::wire::schema::SchemaView;
use crate::wire::{ComparisonView, Input, Options, PlanStates, Progress, Report, Settings};

use super::case::Case;
pub use super::compose::{Choices, NoSchema};
use super::crew::{Crew, Piece};
use super::document::{Document, Documents, When};
use super::facts::{Facts, LeftOut, Recognised};
use super::intake::Weight;
use super::ledger::{Affects, Ledger, Undecided};
use super::span::Span;
use super::verdict::{self, Verdict};
use super::{chain, compose, containers, dialects, formats, history, patch, rules};

/// Documents that each of several hands reads between two looks at the watch: enough to be worth a thread,
/// and few enough that a person who stops it does not wait.
const BATCH: usize = 2048;

/// Called between batches of documents and between stages; `Break` stops the run.
pub type Watch<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// What the inputs are and say, before any rule looks at it: all that chains and schemas are drawn from.
#[derive(Debug)]
pub struct Reading {
    case: Case,
    ledger: Ledger,
    skipped: Vec<(String, String)>,
}

/// Everything one run found out.
#[derive(Debug)]
pub struct Analysis {
    pub reading: Reading,
    verdict: Verdict,
}

/// Reviews inputs: reads them and judges. Total: whatever the bytes, it returns an analysis, the same for
/// every crew, unless `watch` stops it.
pub fn analyze(
    inputs: Vec<Input>,
    options: &Options,
    crew: &dyn Crew,
    watch: Watch<'_>,
) -> ControlFlow<(), Analysis> {
    let reading = read(inputs, options, crew, watch)?;
    watch(progress("Judging", "", 0, rules::RULES.len()))?;
    ControlFlow::Continue(reading.judge())
}

/// Reads inputs, with the same promise as [`analyze`].
pub fn read(
    inputs: Vec<Input>,
    options: &Options,
    crew: &dyn Crew,
    watch: Watch<'_>,
) -> ControlFlow<(), Reading> {
    let mut ledger = Ledger::default();

    let opened = containers::open(inputs, &options.overrides, &mut |name, done, total| {
        watch(progress("Opening", name, done, total))
    })?;
    let (documents, diffs) = patch::unfold(opened.documents);
    let mut documents = Documents::new(documents);
    let configured = formats::configured(&mut documents);
    let asked = Settings::said(&options.said).over(options.settings.clone());
    let says_dialect = asked.dialect.is_some();
    let settings = asked.over(configured.settings.clone());

    let texts = documents.iter().map(|(_, file)| (file.path.as_str(), file.text.as_str()));
    let mut dialect = dialects::choose(settings.dialect.as_deref(), texts);
    if !says_dialect && settings.dialect.is_some() {
        dialect.why = format!("`{}` says so", formats::SETTINGS_FILE);
    }
    let mut facts = Facts { dialect, ..Facts::default() };
    let refused = opened.skipped.iter().filter(|skipped| skipped.weight == Weight::Refused);
    facts.left_out.extend(
        refused.map(|skipped| LeftOut { path: skipped.path.clone(), why: skipped.why.clone() }),
    );
    let compiled = opened.skipped.iter().map(|skipped| &skipped.path);
    facts.compiled.extend(compiled.filter(|path| path.ends_with(".pyc")).cloned());
    facts.surroundings = Arc::new(formats::surroundings(&documents, &settings, configured));
    let mut past = Facts {
        dialect: facts.dialect.clone(),
        surroundings: Arc::clone(&facts.surroundings),
        ..Facts::default()
    };
    read_documents((&documents, When::Now), crew, watch, &mut facts, &mut ledger)?;
    enter_diffs(&documents, &diffs, &mut ledger);

    watch(progress("Rebuilding the chain", "", 0, facts.revisions.len()))?;
    facts.revision_files = facts.revisions.len();
    let in_part = diffs.iter().any(|told| told.alone)
        || documents.iter().any(|(_, document)| document.partial);
    let chains = build((&documents, When::Now), in_part, &mut facts, &mut ledger);
    let has_past = documents.iter().any(|(_, document)| document.when == When::Before)
        || diffs.iter().any(|told| told.files > 0);
    let before = if has_past {
        // What was not understood then is no doubt about what is under review.
        let mut unused = Ledger::default();
        read_documents((&documents, When::Before), crew, watch, &mut past, &mut unused)?;
        let chains = build((&documents, When::Before), in_part, &mut past, &mut unused);
        let new = |one: &Recognised| {
            documents.get(one.document).is_some_and(|one| one.when == When::Before)
        };
        facts.recognised.extend(past.recognised.into_iter().filter(new));
        Some(chains)
    } else {
        None
    };

    if before.is_some() || !facts.locks.is_empty() {
        facts.codes = formats::codes(&documents, chains.iter().chain(before.iter().flatten()));
    }
    let case = Case::new(documents, facts, (chains, before), settings, options.today.clone());
    let skipped = opened.skipped.into_iter().map(|skipped| (skipped.path, skipped.why)).collect();
    ControlFlow::Continue(Reading { case, ledger, skipped })
}

/// What diffs leave open, and files of which they show some lines alone.
fn enter_diffs(documents: &Documents, diffs: &[patch::Told], ledger: &mut Ledger) {
    let everything = |id, what: String| {
        let (span, affects) = (Span::whole(id), Affects::Everything);
        Undecided { span, what, affects, revision: None }
    };
    let alone = diffs.iter().any(|told| told.alone);
    for (id, document) in documents.of(When::Now) {
        if document.partial {
            ledger.forget(id);
        }
        if document.partial && !alone {
            let what = "only the lines that a diff shows are known of it: add the file".to_owned();
            ledger.undecided(everything(id, what));
        }
        for told in diffs.iter().filter(|told| told.path == document.path) {
            ledger.understood(id, told.files);
            if told.alone {
                let what = "a diff alone; add the folder that it changes, since the rest of that is not known";
                ledger.undecided(everything(id, what.to_owned()));
            }
            told.open.iter().for_each(|what| ledger.undecided(everything(id, what.clone())));
        }
    }
}

/// The chains of one state of the project.
fn build(
    (documents, state): (&Documents, When),
    in_part: bool,
    facts: &mut Facts,
    ledger: &mut Ledger,
) -> Vec<chain::Chain> {
    let sources = chain::Sources {
        baseline: facts.baseline().map_or_else(
            || chain::Baseline::empty(facts.dialect.dialect),
            |stated| chain::Baseline {
                schema: stated.schema.clone(),
                complete: stated.is_complete(),
            },
        ),
        dialect: facts.dialect.clone(),
        revisions: std::mem::take(&mut facts.revisions),
        settings: facts.settings.clone(),
        plain_scripts: facts.plain_scripts.clone(),
        in_part,
    };
    let mut answers = formats::Answers::new(documents, state, facts, ledger);
    chain::build_settled(sources, &mut |baseline, graph, order, revisions| {
        answers.settle(baseline, graph, order, revisions)
    })
}

/// Reads every document of one state of the project, by the hands of the whole crew. What each found is put
/// together in the order of the documents.
fn read_documents(
    (documents, state): (&Documents, When),
    crew: &dyn Crew,
    watch: Watch<'_>,
    facts: &mut Facts,
    ledger: &mut Ledger,
) -> ControlFlow<()> {
    let all: Vec<_> = documents.of(state).collect();
    let hands = crew.size().max(1);
    let mut modules: Vec<_> = (0..hands).map(|_| formats::modules(documents, state)).collect();
    let batch = if hands == 1 { 1 } else { BATCH * hands };
    for batch in all.chunks(batch) {
        if let Some((id, document)) = batch.first() {
            watch(progress("Reading", &document.path, id.ix(), all.len()))?;
        }
        let shares = batch.chunks(batch.len().div_ceil(hands));
        let empty = || Facts {
            dialect: facts.dialect.clone(),
            surroundings: Arc::clone(&facts.surroundings),
            ..Facts::default()
        };
        let mut found: Vec<_> = shares.clone().map(|_| (empty(), Ledger::default())).collect();
        let work = shares.zip(&mut found).zip(&mut modules).map(|((share, found), modules)| {
            let piece: Piece<'_> = Box::new(move || {
                found.0.revisions.reserve(share.len());
                for (id, document) in share {
                    formats::read(*id, document, modules, &mut found.0, &mut found.1);
                }
            });
            piece
        });
        crew.run(work.collect());
        for (new_facts, new_ledger) in found {
            facts.append(new_facts);
            ledger.append(new_ledger);
        }
    }
    ControlFlow::Continue(())
}

fn progress(phase: &str, name: &str, done: usize, total: usize) -> Progress {
    Progress { phase: phase.to_owned(), done, total, name: name.to_owned() }
}

impl Reading {
    /// Runs every rule and decides.
    pub fn judge(mut self) -> Analysis {
        rules::run(&self.case, &mut self.ledger);
        let verdict = verdict::judge(&self.case, &self.ledger);
        Analysis { reading: self, verdict }
    }

    /// Composes the schema of a chain, by its root or as the only one, at a place or at its heads.
    pub fn schema(&self, chain: Option<&str>, at: Option<&str>) -> Result<SchemaView, NoSchema> {
        compose::schema(&self.case, &self.ledger, chain, at)
    }

    /// Like [`Self::schema`], with the statements that make it, where its dialect has a writer.
    pub fn script(&self, chain: Option<&str>, at: Option<&str>) -> Result<SchemaView, NoSchema> {
        compose::script(&self.case, &self.ledger, chain, at)
    }

    /// Like [`Self::schema`], or [`Self::script`] where it is to be written, for who asks nothing else
    /// afterwards: the schema of a dump is taken out.
    pub fn take_schema(
        &mut self,
        chain: Option<&str>,
        at: Option<&str>,
        is_written: bool,
    ) -> Result<SchemaView, NoSchema> {
        compose::taken(&mut self.case, &self.ledger, (chain, at), is_written)
    }

    /// Composes what a revision of a chain did, and the schema there.
    pub fn moment(&self, chain: usize, revision: &str) -> Option<Moment> {
        compose::moment(&self.case, &self.ledger, chain, revision)
    }

    /// Compares any two ends that these inputs hold, see [`compose::between`].
    pub fn compare(&self, from: &str, to: &str) -> Result<ComparisonView, String> {
        compose::between(&self.case, &self.ledger, from, to)
    }

    /// Composes what each statement of a plan does to where it runs.
    pub fn plan(&self, plan: usize) -> Option<PlanStates> {
        compose::plan_states(&self.case, plan)
    }

    /// Lists what hangs on a table, see [`compose::dependents`].
    pub fn dependents(&self, revision: Option<&str>, table: &str) -> Vec<[String; 2]> {
        compose::dependents(&self.case, revision, table)
    }

    /// Returns the text of a document, by its path or its name.
    pub fn source(&self, path: &str) -> Option<&str> {
        let by = |is: fn(&Document) -> &str| {
            self.case.documents.iter().find(|(_, document)| is(document) == path)
        };
        let found = by(|document| &document.path).or_else(|| by(|document| &document.name))?;
        Some(&found.1.text)
    }

    /// Returns the text of a lock file of these revisions, and what is not as the lock files among the inputs
    /// have it, as sentences.
    pub fn lock(&self) -> (String, Vec<String>) {
        let changes = self.case.history.unlocked.iter();
        let codes = formats::codes(&self.case.documents, self.case.chains.iter());
        (
            history::write_lock(&self.case.chains, &codes),
            changes.map(history::Change::text).collect(),
        )
    }

    /// Composes the part of the report that its chains are drawn from; nothing is judged in it.
    pub fn outline(&self) -> Report {
        compose::outline(&self.case)
    }

    /// Compares the schema that these inputs hold with that of others. Each side has the name under which it
    /// was asked for and, of a chain, the place. On `Err` the name of the side that has no schema, and why.
    pub fn diff(
        &self,
        (name, at): (&str, Option<&str>),
        other: &Self,
        (other_name, other_at): (&str, Option<&str>),
        choices: Choices,
    ) -> Result<DiffView, (String, NoSchema)> {
        let asked = compose::EndAsked { case: &self.case, ledger: &self.ledger, name, at };
        let (case, ledger) = (&other.case, &other.ledger);
        let other = compose::EndAsked { case, ledger, name: other_name, at: other_at };
        compose::compared(asked, other, choices)
    }

    /// Returns the database that migrations are read for.
    pub fn dialect(&self) -> dialects::Dialect {
        self.case.facts.dialect.dialect
    }

    /// Returns the settings of this run, from what was said and from `retort.toml`.
    pub fn settings(&self) -> &Settings {
        &self.case.settings
    }

    /// Returns what is wrong with the settings first: file, line, and what to write.
    pub fn settings_mistake(&self) -> Option<(&str, usize, &str)> {
        let (span, what) = self.case.facts.surroundings.configured.mistakes.first()?;
        let document = self.case.documents.get(span.document)?;
        Some((&document.name, document.position(span.start).line, what))
    }
}

impl Analysis {
    /// Composes the report.
    pub fn report(&self) -> Report {
        let Reading { case, ledger, skipped } = &self.reading;
        compose::report(case, ledger, &self.verdict, skipped)
    }
}
