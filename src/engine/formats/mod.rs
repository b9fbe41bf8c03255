//! What a document can be, and how it is read into facts.
//!
//! In: [`Source`]s: a document, cleaned.
//! Out: [`Facts`], and what was and was not understood in the ledger.
//! Never: what other documents say, but for constants that a Python file imports; what a rule will make of it.

mod audit_summary;
mod audit_console;
pub mod alembic_revision;
mod alembic_environment;
mod alembic_output;
mod alembic_offline_sql;
mod publish_plan;
mod catalog_rows;
mod schema_dump;
mod collected_audit;
mod schema_json;
mod sql_script;
mod retort_settings;
mod deploy_file;
mod retort_lock;
mod inline;
mod diff;

pub use alembic_revision::Answers;
pub use retort_settings::{FILE_NAME as SETTINGS_FILE, baseline as stated_baseline};

use std::cell::OnceCell;

use crate::ordered::Map;
use crate::wire::{Kind, Role, RoleSource, Settings, Sureness};

use super::chain::{Chain, Codes, PlainScript};
use super::clean::{self, Cleaned};
use super::dialects::Dialect;
use super::document::{Document, Documents, When};
use super::facts::{Assigned, Configured, Facts, Recognised, Surroundings};
use super::ledger::{Affects, Ledger, Undecided};
use super::op::conventions::{Convention, Naming, Pattern};
use super::python::{self, Modules, PyModule, Scope};
use super::span::{DocumentId, Span};

/// One kind of document.
#[derive(Debug)]
pub struct Format {
    pub kind: Kind,
    /// Whether a document is of this kind, with the reason shown to the person.
    pub fit: fn(&Source<'_>) -> Option<Fit>,
    /// Reads a document of this kind. Total: what it cannot read it enters in the ledger.
    pub read: fn(&Source<'_>, &mut Facts, &mut Ledger),
}

/// Every format, in the order in which ties are decided: the most specific first.
pub static FORMATS: &[&Format] = &[
    &schema_json::FORMAT,
    &retort_settings::FORMAT,
    &collected_audit::FORMAT,
    &retort_lock::FORMAT,
    &schema_dump::FORMAT,
    &diff::FORMAT,
    &alembic_revision::FORMAT,
    &audit_summary::FORMAT,
    &audit_console::FORMAT,
    &publish_plan::FORMAT,
    &alembic_offline_sql::FORMAT,
    &alembic_output::FORMAT,
    &alembic_environment::FORMAT,
    &deploy_file::FORMAT,
    &catalog_rows::FORMAT,
    &sql_script::FORMAT,
];

/// How well a document fits a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    pub sureness: Sureness,
    pub why: String,
}

/// A document, cleaned, while it is read.
#[derive(Debug)]
pub struct Source<'a> {
    pub id: DocumentId,
    pub document: &'a Document,
    pub cleaned: &'a Cleaned<'a>,
    /// The Python files beside it, for the constants that it imports.
    pub modules: &'a Modules<'a>,
    /// The database that migrations are read for.
    pub dialect: Dialect,
    parsed: OnceCell<PyModule>,
    names: OnceCell<Scope>,
}

/// One line of cleaned text, with its place in the text as it came.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    pub text: &'a str,
    /// Offset of the line in the cleaned text.
    pub start: usize,
    pub span: Span,
}

impl<'a> Source<'a> {
    /// Returns the document as Python, parsed once however many ask.
    pub fn python(&self) -> &PyModule {
        self.parsed.get_or_init(|| python::parse(self.id, &self.document.text))
    }

    /// Returns the names of the document as a Python module.
    fn names(&self) -> &Scope {
        self.names.get_or_init(|| Scope::of_module(self.python(), &self.document.path))
    }

    /// Returns the same document with another text at the same places.
    fn with<'b>(&self, cleaned: &'b Cleaned<'b>) -> Source<'b>
    where
        'a: 'b,
    {
        let (parsed, names) = (OnceCell::new(), OnceCell::new());
        let Self { id, document, modules, dialect, .. } = *self;
        Source { id, document, cleaned, modules, dialect, parsed, names }
    }

    /// Returns the lines of the cleaned text.
    pub fn lines(&self) -> impl Iterator<Item = Line<'a>> {
        let (id, cleaned) = (self.id, self.cleaned);
        let mut start = 0;
        cleaned.text.split_inclusive('\n').map(move |line| {
            let at = start;
            start += line.len();
            let text = line.trim_end_matches('\n');
            Line { text, start: at, span: cleaned.span(id, at, at + text.trim_end().len()) }
        })
    }

    /// Returns the role: the person's word first, then what the document says, then its file name.
    pub fn assigned(&self, says: Option<Assigned>) -> Option<Assigned> {
        let person = self.document.role.map(|role| Assigned { role, source: RoleSource::Person });
        let by_name = || {
            role_of_name(self.document.file_name())
                .map(|role| Assigned { role, source: RoleSource::FileName })
        };
        person.or(says).or_else(by_name)
    }
}

/// Bytes of a long text in which it shows what it is.
const HEAD_BYTES: usize = 64 * 1024;

/// Enough of a text to tell what it is.
fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(HEAD_BYTES)).unwrap_or_default()
}

/// Said of a document whose text was decoded wrongly before it came here.
const MOJIBAKE: &str = "Broken characters (UTF-8 read as another encoding): repaired for matching, shown as they came.";

/// Returns the Python files of one state of the project, for the constants that they import from each other.
pub fn modules(documents: &Documents, state: When) -> Modules<'_> {
    Modules::new(documents.of(state).map(|(_, file)| (file.path.as_str(), file.text.as_str())))
}

/// Returns the codes of the revision files of some chains.
pub fn codes<'a>(documents: &Documents, chains: impl Iterator<Item = &'a Chain>) -> Codes {
    let files = chains.flat_map(|chain| &chain.revisions).filter_map(|one| {
        let (id, document) = (one.span.document, documents.get(one.span.document)?);
        Some((id, alembic_revision::code(id, &document.text)))
    });
    files.collect()
}

/// Returns what `retort.toml` says, its baseline among the documents brought to its role.
pub fn configured(documents: &mut Documents) -> Configured {
    let mut configured = retort_settings::configured(documents);
    if let Some(named) = configured.settings.baseline.clone()
        && !documents.iter().any(|(_, document)| document.role == Some(Role::Baseline))
    {
        let path = retort_settings::beside(documents, &configured, &named);
        if !path.is_some_and(|path| documents.give_role(&path, Role::Baseline)) {
            let what = format!("the baseline `{named}` is not among the inputs: add it");
            retort_settings::mistake(&mut configured, "baseline", what);
        }
    }
    configured
}

/// Returns what is settled before any document is read: how names are made.
pub fn surroundings(
    documents: &Documents,
    settings: &Settings,
    configured: Configured,
) -> Surroundings {
    let given = settings.naming.as_ref().map(|patterns| {
        let why = match configured.states_naming(patterns) {
            true => "`retort.toml` says so",
            false => "you gave it",
        };
        given_naming(patterns, why)
    });
    let environments = alembic_environment::environments(documents, &modules(documents, When::Now));
    Surroundings { configured, naming: given, environments }
}

/// The naming convention that a person gave.
fn given_naming(patterns: &Map<String, String>, why: &str) -> Naming {
    let mut convention = Convention::default();
    for (key, pattern) in patterns {
        convention.set(key, Pattern::Text(pattern.clone()));
    }
    Naming::known(convention, why, None)
}

/// Recognises one document and reads it.
pub fn read(
    id: DocumentId,
    document: &Document,
    modules: &Modules<'_>,
    facts: &mut Facts,
    ledger: &mut Ledger,
) {
    let cleaned = clean::clean(&document.text);
    let of_folder = facts.dialect.of_folder(&document.path);
    let dialect = of_folder.unwrap_or(facts.dialect.dialect);
    let (parsed, names) = (OnceCell::new(), OnceCell::new());
    let source = Source { id, document, cleaned: &cleaned, modules, dialect, parsed, names };
    let (kind, fit) = recognise(&source);
    match FORMATS.iter().find(|format| format.kind == kind) {
        Some(format) => (format.read)(&source, facts, ledger),
        None => set_aside(&source, ledger),
    }
    inline::read(&source, kind, facts);
    let code = matches!(kind, Kind::Unknown | Kind::DeployFile) && document.path.ends_with(".py");
    if code && !document.unreadable {
        deploy_file::read_code(&source, facts);
        let path = document.path.clone();
        facts.plain_scripts.push(PlainScript {
            document: id,
            path,
            creates_all: creates_all(&source),
        });
    }
    let mut cleaning = cleaned.notes.clone();
    if clean::mojibake::repair(&cleaned.text).is_some() {
        cleaning.push(MOJIBAKE.to_owned());
    }
    let (sureness, why) = (fit.sureness, fit.why);
    facts.recognised.push(Recognised { document: id, kind, sureness, why, cleaning });
}

/// Where an application has SQLAlchemy make its tables when it starts. Tests do so with databases of their own.
fn creates_all(source: &Source<'_>) -> Option<Span> {
    let document = source.document;
    let of_tests = |part: &str| part.starts_with("test") || part == "conftest.py";
    if document.path.split('/').any(of_tests) {
        return None;
    }
    let calls = |line: &Line<'_>| {
        let code = line.text.split('#').next().unwrap_or_default();
        code.contains(".create_all(") || code.contains(".create_all)")
    };
    source.lines().find(calls).map(|line| line.span)
}

fn recognise(source: &Source<'_>) -> (Kind, Fit) {
    if let Some(kind) = source.document.kind {
        return (kind, Fit { sureness: Sureness::Certain, why: "you said so".to_owned() });
    }
    if source.document.unreadable {
        return (
            Kind::Unknown,
            Fit { sureness: Sureness::Certain, why: "it could not be read".to_owned() },
        );
    }
    match best_fit(source) {
        Some(found) => found,
        // A role says what to expect, where the content alone decides nothing.
        None if source.document.role == Some(Role::Plan) => (
            Kind::PublishPlan,
            Fit { sureness: Sureness::Certain, why: "you said that it is a plan".to_owned() },
        ),
        None => {
            let why =
                "no audit section, revision id, plan label, SQL statement or diff found in it"
                    .to_owned();
            (Kind::Unknown, Fit { sureness: Sureness::Guess, why })
        }
    }
}

/// The first of the surest formats; after a certain one nobody else is asked.
fn best_fit(source: &Source<'_>) -> Option<(Kind, Fit)> {
    let mut best: Option<(Kind, Fit)> = None;
    for format in FORMATS {
        let Some(fit) = (format.fit)(source) else { continue };
        if best.as_ref().is_none_or(|(_, held)| fit.sureness > held.sureness) {
            best = Some((format.kind, fit));
        }
        if best.as_ref().is_some_and(|(_, held)| held.sureness == Sureness::Certain) {
            break;
        }
    }
    best
}

/// A document that no format reads. One that somebody pasted, gave a role, or named like a plan, an audit
/// or a script was meant to be read, so it keeps the verdict from green; other files of a folder or archive
/// are there because the folder is.
fn set_aside(source: &Source<'_>, ledger: &mut Ledger) {
    let document = source.document;
    let along_with_a_folder = (document.along || document.path.contains('/'))
        && document.role.is_none()
        && document.kind.is_none()
        && !named_as_input(document);
    let affects = if along_with_a_folder && !document.unreadable {
        Affects::Nothing
    } else {
        Affects::Everything
    };
    let what = match document.notes.last() {
        Some(note) if document.unreadable => {
            format!("couldn't be read: {}", note.trim_end_matches('.'))
        }
        _ => "nothing in it was recognised".to_owned(),
    };
    ledger.undecided(Undecided { span: Span::whole(source.id), what, affects, revision: None });
}

/// Whether a file's name promises something that Retort reads.
fn named_as_input(document: &Document) -> bool {
    let name = document.file_name().to_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    if matches!(extension, "sql" | "dump" | "diff" | "patch") {
        return true;
    }
    let words =
        ["plan", "publish", "audit", "summary", "dev", "prod", "production", "dump", "schema"];
    matches!(extension, "txt" | "log" | "out" | "")
        && stem.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// The environment that a database's or file's name speaks of: a whole word of it, never a part of one.
pub fn role_of_name(name: &str) -> Option<Role> {
    let words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let mut found = words.filter_map(|word| match word.as_str() {
        "dev" | "development" => Some(Role::Dev),
        "prod" | "production" => Some(Role::Prod),
        _ => None,
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}
