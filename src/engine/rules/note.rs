//! What a rule has to say about one case.

use crate::engine::chain::{Chain, Problem};
use crate::engine::ledger::{Evidence, Stage};
use crate::engine::schema::{Ident, TableName};
use crate::engine::span::Span;
use crate::wire::{Certainty, Language, ObjectKind, ObjectRef, Patch, RemedyStep, Severity};

/// A rule's words; the runner stamps the rule's name on them, so that no rule speaks in another's name.
#[derive(Debug, Clone)]
pub struct Note {
    pub title: String,
    pub span: Option<Span>,
    pub severity: Option<Severity>,
    pub certainty: Certainty,
    pub cause: Option<&'static str>,
    /// `None`: the runner knows (a step of the plan or of a pending revision is pending).
    pub pending: Option<bool>,
    pub revision: Option<String>,
    pub objects: Vec<ObjectRef>,
    pub evidence: Vec<Evidence>,
    pub steps: Vec<RemedyStep>,
    /// Files that help, to be read before they are used.
    pub patches: Vec<Patch>,
    /// Those of the steps that together take the place of what it is about.
    pub stages: Vec<Stage>,
}

impl Note {
    /// Returns a certain note with a title. Names in it stand between backticks.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            span: None,
            severity: None,
            certainty: Certainty::Certain,
            cause: None,
            pending: None,
            revision: None,
            objects: Vec::new(),
            evidence: Vec::new(),
            steps: Vec::new(),
            patches: Vec::new(),
            stages: Vec::new(),
        }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Sets another severity than the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Sets how sure it is.
    #[must_use]
    pub fn certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }

    /// Sets the sub-code.
    #[must_use]
    pub fn cause(mut self, cause: &'static str) -> Self {
        self.cause = Some(cause);
        self
    }

    /// Sets whether it decides the verdict.
    #[must_use]
    pub fn pending(mut self, pending: bool) -> Self {
        self.pending = Some(pending);
        self
    }

    /// Ties it to a revision.
    #[must_use]
    pub fn of_revision(mut self, revision: impl Into<String>) -> Self {
        self.revision = Some(revision.into());
        self
    }

    /// Adds a table it is about.
    #[must_use]
    pub fn table(self, table: &TableName) -> Self {
        self.object(ObjectKind::Table, table, None)
    }

    /// Adds something within a table.
    #[must_use]
    pub fn within(self, kind: ObjectKind, table: &TableName, name: &Ident) -> Self {
        self.object(kind, table, Some(name.as_str()))
    }

    fn object(mut self, kind: ObjectKind, table: &TableName, name: Option<&str>) -> Self {
        let schema = table.schema.as_ref().map_or("public", Ident::as_str);
        self.objects.push(ObjectRef {
            kind,
            schema: Some(schema.to_owned()),
            table: Some(table.name.to_string()),
            name: name.map(str::to_owned),
        });
        self
    }

    /// Adds an object that belongs to no table.
    #[must_use]
    pub fn named(mut self, kind: ObjectKind, name: impl Into<String>) -> Self {
        self.objects.push(ObjectRef { kind, schema: None, table: None, name: Some(name.into()) });
        self
    }

    /// Adds evidence.
    #[must_use]
    pub fn because(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Adds a file that helps.
    #[must_use]
    pub fn patch(mut self, file: String, content: String) -> Self {
        self.patches.push(Patch { file, content, ..Patch::default() });
        self
    }

    /// Adds a step of the way out, in words.
    #[must_use]
    pub fn step(mut self, text: impl Into<String>) -> Self {
        self.steps.push(RemedyStep { text: text.into(), code: None, language: None });
        self
    }

    /// Adds a step of the way out, with the code to run.
    #[must_use]
    pub fn run(
        mut self,
        text: impl Into<String>,
        language: Language,
        code: impl Into<String>,
    ) -> Self {
        self.steps.push(RemedyStep {
            text: text.into(),
            code: Some(code.into()),
            language: Some(language),
        });
        self
    }
}

impl Note {
    /// Adds a step of the way out that can be run as it stands, and what takes it back: together with the
    /// others of its kind it takes the place of the statement.
    #[must_use]
    pub fn stage(mut self, text: &str, sql: String, undo: String) -> Self {
        self.stages.push(Stage { text: text.to_owned(), sql: sql.clone(), undo });
        self.run(text, Language::Sql, sql)
    }

    /// Returns the words of a problem that building the chain met.
    pub fn of_problem(problem: &Problem, chain: &Chain) -> Self {
        let mut note = Self::new(problem.message.clone())
            .severity(problem.severity)
            .certainty(problem.certainty);
        note.span = problem.span;
        note.cause = problem.cause;
        for ix in &problem.revisions {
            let Some(revision) = chain.revision(*ix) else { continue };
            note = note.named(ObjectKind::Revision, revision.id.clone());
        }
        note.revision =
            problem.revision.and_then(|ix| chain.revision(ix)).map(|revision| revision.id.clone());
        match &problem.alembic {
            Some(words) => note.because([Evidence::text(format!("Alembic says: {words}"))]),
            None => note,
        }
    }
}
