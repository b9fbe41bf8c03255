//! What a person hands over: named bytes, believed to be nothing yet.

use serde::{Deserialize, Serialize};

/// One thing handed over: a file, an archive, or pasted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Path or label, with forward slashes, as it is shown.
    pub name: String,
    /// The bytes as they came; an archive is opened by the engine.
    pub bytes: Vec<u8>,
    /// The role the person gave, if any. It beats everything that Retort would conclude.
    pub role: Option<Role>,
    /// The kind the person gave, if any. It beats detection.
    pub kind: Option<Kind>,
    /// Nobody named it: it is here since its folder is.
    pub along: bool,
}

impl Input {
    /// Returns an input with a name and bytes and nothing said about it.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), role: None, kind: None, along: false }
    }

    /// Returns the same input with a role that a person gave.
    #[must_use]
    pub fn with_role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }
}

/// An [`Input`] without its bytes, as it travels from page to worker beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputHead {
    pub name: String,
    #[serde(default)]
    pub role: Option<Role>,
    #[serde(default)]
    pub kind: Option<Kind>,
}

/// What part a document plays in the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Dev,
    Prod,
    Plan,
    Before,
    After,
    Deploy,
    /// The schema before the first revision.
    Baseline,
}

impl Role {
    /// Every role, in the order menus show them.
    pub const ALL: [Self; 7] = [
        Self::Dev,
        Self::Prod,
        Self::Plan,
        Self::Before,
        Self::After,
        Self::Deploy,
        Self::Baseline,
    ];

    /// The word used in JSON, on the command line and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Prod => "prod",
            Self::Plan => "plan",
            Self::Before => "before",
            Self::After => "after",
            Self::Deploy => "deploy",
            Self::Baseline => "baseline",
        }
    }

    /// Reads [`Role::word`] back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// What a document is (contract: kinds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    AuditSummary,
    AuditConsole,
    CollectedAudit,
    SchemaDump,
    CatalogRows,
    AlembicRevision,
    AlembicEnvironment,
    AlembicOutput,
    AlembicOfflineSql,
    PublishPlan,
    ToolOutput,
    Sql,
    Diff,
    DeployFile,
    Models,
    RetortReport,
    Settings,
    Lock,
    Unknown,
}

impl Kind {
    /// Every kind, in the contract's order.
    pub const ALL: [Self; 19] = [
        Self::AuditSummary,
        Self::AuditConsole,
        Self::CollectedAudit,
        Self::SchemaDump,
        Self::CatalogRows,
        Self::AlembicRevision,
        Self::AlembicEnvironment,
        Self::AlembicOutput,
        Self::AlembicOfflineSql,
        Self::PublishPlan,
        Self::ToolOutput,
        Self::Sql,
        Self::Diff,
        Self::DeployFile,
        Self::Models,
        Self::RetortReport,
        Self::Settings,
        Self::Lock,
        Self::Unknown,
    ];

    /// The word used in JSON and by `--as`.
    pub fn word(self) -> &'static str {
        match self {
            Self::AuditSummary => "audit-summary",
            Self::AuditConsole => "audit-console",
            Self::CollectedAudit => "collected-audit",
            Self::SchemaDump => "schema-dump",
            Self::CatalogRows => "catalog-rows",
            Self::AlembicRevision => "alembic-revision",
            Self::AlembicEnvironment => "alembic-environment",
            Self::AlembicOutput => "alembic-output",
            Self::AlembicOfflineSql => "alembic-offline-sql",
            Self::PublishPlan => "publish-plan",
            Self::ToolOutput => "tool-output",
            Self::Sql => "sql",
            Self::Diff => "diff",
            Self::DeployFile => "deploy-file",
            Self::Models => "models",
            Self::RetortReport => "retort-report",
            Self::Settings => "settings",
            Self::Lock => "lock",
            Self::Unknown => "unknown",
        }
    }

    /// The words shown to a person: "audit summary", "migration", "publish plan"…
    pub fn title(self) -> &'static str {
        match self {
            Self::AuditSummary => "audit summary",
            Self::AuditConsole => "audit console",
            Self::CollectedAudit => "collected audit",
            Self::SchemaDump => "schema dump",
            Self::CatalogRows => "catalog rows",
            Self::AlembicRevision => "migration",
            Self::AlembicEnvironment => "Alembic environment",
            Self::AlembicOutput => "Alembic output",
            Self::AlembicOfflineSql => "Alembic offline SQL",
            Self::PublishPlan => "publish plan",
            Self::ToolOutput => "tool output",
            Self::Sql => "SQL",
            Self::Diff => "diff",
            Self::DeployFile => "deploy file",
            Self::Models => "models",
            Self::RetortReport => "Retort report",
            Self::Settings => "settings of Retort",
            Self::Lock => "lock of released revisions",
            Self::Unknown => "unknown",
        }
    }

    /// Reads [`Kind::word`] back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
