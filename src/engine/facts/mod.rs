//! What the documents say, before anything is concluded from it.
//!
//! In: nothing; these are the shapes that formats fill.
//! Out: [`Facts`].
//! Never: which rule will use them.

mod claims;
mod configured;
mod deploy;
mod printed;

pub use claims::{Claim, Concludes};
pub use configured::{Configured, Covers, Suppression};
pub use deploy::{Command, Deed, Deploy, Guard, Host, Joint, Phase, Seen, SetVariable, Test, Unit};
pub use printed::{
    Block, Check, Difference, Entry, Failure, FailureKind, KnownBy, Move, Printed, Script, Stands,
    Way,
};

use std::sync::Arc;

use crate::ordered::{Map, Set};
use crate::wire::{Kind, Role, RoleSource, Sureness, TableSize, VersionState};

use super::chain::settings::Settings;
use super::chain::{Codes, PlainScript, Revision};
use super::dialects::Choice;
use super::history::Lock;
use super::op::Step;
use super::op::conventions::Naming;
use super::schema::{Ident, Schema, TableName};
use super::span::{DocumentId, Span};

/// Everything that was read.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What was settled before any document was read.
    pub surroundings: Arc<Surroundings>,
    /// The database that migrations are read for.
    pub dialect: Choice,
    /// On their way to the chains, which take them over.
    pub revisions: Vec<Revision>,
    /// How many revision files were read.
    pub revision_files: usize,
    /// Revision files whose upgrade asks the database what it holds.
    pub asking: Set<DocumentId>,
    /// Which folders hold revisions, where a project says so.
    pub settings: Vec<Settings>,
    /// Python files that are no revisions: in a folder of revisions Alembic refuses them.
    pub plain_scripts: Vec<PlainScript>,
    pub audits: Vec<Audit>,
    pub plans: Vec<Plan>,
    /// Whole schemas that documents state.
    pub stated: Vec<Stated>,
    /// What Alembic printed.
    pub printed: Vec<Printed>,
    /// SQL that Alembic wrote for a plan, revision by revision.
    pub scripts: Vec<Script>,
    /// One for every document.
    pub recognised: Vec<Recognised>,
    /// Files that were left out although they could have mattered.
    pub left_out: Vec<LeftOut>,
    /// Suppressions beside statements.
    pub suppressions: Vec<Suppression>,
    /// What deploy files run.
    pub deploys: Vec<Deploy>,
    /// What application code does to a schema.
    pub seen: Vec<Seen>,
    /// Compiled Python files that were left out.
    pub compiled: Vec<String>,
    /// What databases said of themselves beside their schemas.
    pub measured: Vec<Measured>,
    /// What scripts concluded by themselves.
    pub claims: Vec<Claim>,
    /// Lock files.
    pub locks: Vec<Lock>,
    /// Codes of revision files, where there is a state before or a lock file to compare them with.
    pub codes: Codes,
}

impl Facts {
    /// Takes over what was read of later documents.
    pub fn append(&mut self, later: Self) {
        let Self {
            dialect: _, // The same for all of a run, and so are these.
            surroundings: _,
            revisions,
            revision_files,
            asking,
            settings,
            plain_scripts,
            audits,
            plans,
            recognised,
            left_out,
            stated,
            printed,
            scripts,
            suppressions,
            deploys,
            seen,
            compiled,
            measured,
            claims,
            locks,
            codes: _, // Worked out once all is read.
        } = later;
        self.revisions.extend(revisions);
        self.revision_files += revision_files;
        self.asking.extend(asking);
        self.settings.extend(settings);
        self.plain_scripts.extend(plain_scripts);
        self.audits.extend(audits);
        self.plans.extend(plans);
        self.recognised.extend(recognised);
        self.left_out.extend(left_out);
        self.stated.extend(stated);
        self.printed.extend(printed);
        self.scripts.extend(scripts);
        self.suppressions.extend(suppressions);
        self.deploys.extend(deploys);
        self.seen.extend(seen);
        self.compiled.extend(compiled);
        self.measured.extend(measured);
        self.claims.extend(claims);
        self.locks.extend(locks);
    }
}

/// What a database says of itself beside its schema.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    pub assigned: Option<Assigned>,
    /// As the server prints its version.
    pub server: Option<String>,
    /// What tells this database of this running server from every other, and the line.
    pub instance: Option<(String, Span)>,
    pub settings: Map<String, String>,
    /// Rows are the server's own estimate.
    pub sizes: Map<TableName, TableSize>,
}

/// What decides how the names of all documents are made.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// What `retort.toml` says.
    pub configured: Configured,
    /// The naming convention that a person gave, for all chains.
    pub naming: Option<Naming>,
    /// What every `env.py` hands to Alembic.
    pub environments: Vec<Environment>,
}

/// What an `env.py` hands to Alembic.
#[derive(Debug, Clone)]
pub struct Environment {
    pub path: String,
    pub naming: Naming,
    /// `transaction_per_migration`: each revision in a transaction of its own; `None` where it is computed.
    pub per_migration: Option<bool>,
    /// It says how long to wait for a lock.
    pub lock_timeout: bool,
}

impl Surroundings {
    /// Returns the naming convention for the revisions of a folder: what a person said, else what the `env.py`
    /// of the nearest folder above has, else that of the only `env.py`.
    pub fn naming_of(&self, path: &str) -> Naming {
        if let Some(naming) = &self.naming {
            return naming.clone();
        }
        match (self.environment_of(path), self.environments.as_slice()) {
            (Some(one), _) => one.naming.clone(),
            (None, []) => Naming::unseen("no `env.py` is among the inputs", None),
            (None, _) => Naming::unseen("it is not known which `env.py` loads these files", None),
        }
    }

    /// Returns the `env.py` that loads the revisions of a folder: that of the nearest folder above, else the
    /// only one.
    pub fn environment_of(&self, path: &str) -> Option<&Environment> {
        let folder = |environment: &Environment| match environment.path.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/"),
            None => String::new(),
        };
        let above = self.environments.iter().filter(|one| path.starts_with(&folder(one)));
        let nearest = above.max_by_key(|one| folder(one).len());
        nearest.or(match self.environments.as_slice() {
            [one] => Some(one),
            _ => None,
        })
    }
}

/// What a document was taken for.
#[derive(Debug, Clone)]
pub struct Recognised {
    pub document: DocumentId,
    pub kind: Kind,
    pub sureness: Sureness,
    /// Shown to the person.
    pub why: String,
    /// What was done to read it, as sentences.
    pub cleaning: Vec<String>,
}

/// A file that nobody looked at, and why.
#[derive(Debug, Clone)]
pub struct LeftOut {
    pub path: String,
    pub why: String,
}

/// A document's role, and how it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    pub role: Role,
    pub source: RoleSource,
}

impl Assigned {
    /// Returns whether a person should confirm it.
    pub fn is_guess(self) -> bool {
        matches!(self.source, RoleSource::DatabaseName | RoleSource::FileName)
    }
}

/// A text summary of one database: `DATABASE INFO`, `SEARCH PATH`, `TABLES IN … SCHEMA`, `ALEMBIC VERSION`.
#[derive(Debug, Clone)]
pub struct Audit {
    pub document: DocumentId,
    pub assigned: Option<Assigned>,
    pub database: Option<String>,
    /// Names as the catalogue gives them, case kept, with the line of each. `None` when the section is
    /// missing or holds an error: unknown is not empty.
    pub tables: Option<Map<TableName, Span>>,
    pub version: VersionSection,
}

/// What an audit says of the version table.
#[derive(Debug, Clone, Default)]
pub struct VersionSection {
    pub state: VersionState,
    /// Version rows and their lines.
    pub rows: Vec<(String, Span)>,
    /// The section, or the line with the error.
    pub span: Option<Span>,
}

/// A schema as one document states it: JSON that Retort printed, a dump, SQL that makes it.
#[derive(Debug, Clone)]
pub struct Stated {
    pub document: DocumentId,
    /// The database, where the document names it.
    pub database: Option<String>,
    pub assigned: Option<Assigned>,
    pub schema: Schema,
    /// What of it is not known, in the order of the document.
    pub open: Vec<OpenPart>,
}

/// Something that a document leaves open of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPart {
    pub span: Span,
    pub what: String,
    /// `None`: it could be anything.
    pub tables: Option<Vec<String>>,
}

impl Facts {
    /// Returns the schema that was there before the first revision, where it is given.
    pub fn baseline(&self) -> Option<&Stated> {
        let is_it = |one: &&Stated| one.assigned.is_some_and(|by| by.role == Role::Baseline);
        self.stated.iter().find(is_it)
    }
}

impl Stated {
    /// Returns whether the set of its tables is known for certain.
    pub fn is_complete(&self) -> bool {
        self.open.iter().all(|part| part.tables.is_some())
    }
}

/// Statements that somebody proposes to run, with the prose around them.
#[derive(Debug, Clone)]
pub struct Plan {
    pub document: DocumentId,
    pub items: Vec<PlanItem>,
    /// Whether it says of itself that it is a plan, or is SQL that was taken for one.
    pub assigned: Assigned,
}

/// One thing in a plan, in its own order.
#[derive(Debug, Clone)]
pub enum PlanItem {
    Remark { kind: RemarkKind, text: String, span: Span },
    Statement(PlanStatement),
}

/// One statement of a plan.
#[derive(Debug, Clone)]
pub struct PlanStatement {
    pub span: Span,
    /// As it came, cleaned of terminal escapes and the like.
    pub text: String,
    /// Never empty.
    pub steps: Vec<Step>,
}

/// What a line of prose in a plan is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemarkKind {
    /// A label of the host's panel that says nothing about safety.
    Label,
    /// "No database changes detected".
    NoChanges,
    /// "Database migrations validated successfully": it ran on a copy; a perfect wipe validates too.
    Validated,
    /// "Migrations failed validation" and its kin.
    ValidationFailed,
    /// The banner that data may be removed.
    DataLossBanner,
    /// "You're about to delete `t` table with n items".
    Notice(Notice),
    /// A rename question or another decision that is still open.
    Question,
    /// An option that overwrites production, or the like.
    DangerousOption,
    /// What the server answered to a statement.
    ServerMessage,
    /// Words around the plan: chat, headings.
    Prose,
}

/// A sentence of the plan about data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub verb: NoticeVerb,
    pub table: Option<String>,
    pub column: Option<String>,
    pub items: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeVerb {
    Delete,
    AddRequired,
    AddUnique,
    ChangeType,
    Other,
}

impl Plan {
    /// Returns the statements in order.
    pub fn statements(&self) -> impl Iterator<Item = &PlanStatement> {
        self.items.iter().filter_map(|item| match item {
            PlanItem::Statement(statement) => Some(statement),
            PlanItem::Remark { .. } => None,
        })
    }

    /// Returns the first remark that `is` accepts, with its place.
    pub fn remark(&self, is: impl Fn(&RemarkKind) -> bool) -> Option<(&RemarkKind, Span)> {
        self.items.iter().find_map(|item| match item {
            PlanItem::Remark { kind, span, .. } if is(kind) => Some((kind, *span)),
            _ => None,
        })
    }

    /// Returns how many rows the plan's own notices give for a table, and where.
    pub fn rows_of(&self, table: &TableName) -> Option<(u64, Span)> {
        self.items.iter().find_map(|item| match item {
            PlanItem::Remark { kind: RemarkKind::Notice(notice), span, .. } => {
                let same = notice
                    .table
                    .as_deref()
                    .is_some_and(|name| name == table.name.as_str() || name == table.to_string());
                (same && notice.column.is_none())
                    .then(|| notice.items.map(|items| (items, *span)))
                    .flatten()
            }
            _ => None,
        })
    }

    /// Returns how many rows a notice gives for a column that is deleted, and where.
    pub fn rows_of_column(&self, table: &TableName, column: &Ident) -> Option<(u64, Span)> {
        self.items.iter().find_map(|item| match item {
            PlanItem::Remark { kind: RemarkKind::Notice(notice), span, .. }
                if notice.verb == NoticeVerb::Delete =>
            {
                let same = notice.table.as_deref() == Some(table.name.as_str())
                    && notice.column.as_deref() == Some(column.as_str());
                same.then(|| notice.items.map(|items| (items, *span))).flatten()
            }
            _ => None,
        })
    }

    /// Returns how many rows a notice gives for the table that gets a new NOT NULL column of this name. The
    /// host's sentence does not name the table.
    pub fn rows_for_column(&self, column: &Ident) -> Option<(u64, Span)> {
        self.items.iter().find_map(|item| match item {
            PlanItem::Remark { kind: RemarkKind::Notice(notice), span, .. }
                if notice.verb == NoticeVerb::AddRequired =>
            {
                (notice.column.as_deref() == Some(column.as_str()))
                    .then(|| notice.items.map(|items| (items, *span)))
                    .flatten()
            }
            _ => None,
        })
    }
}
