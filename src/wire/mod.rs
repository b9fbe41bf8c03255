//! The outward contract, written as Rust types: the JSON that the command prints, the messages between
//! page and worker, and the payload of a shared link.
//!
//! In: nothing; these are shapes.
//! Out: the only serialisable types of Retort.
//! Never: the engine, a parser, a screen.
//!
//! Fields may be added freely, and default when absent; breaking one raises [`VERSION`]. Absent or null
//! means unknown, never "none". Lists are sorted so that the same input gives the same bytes.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod input;
pub mod settings;
pub mod options;
pub mod finding;
pub mod chain;
pub mod report;
pub mod rule;
pub mod schema;
pub mod comparison;
pub mod diff;
pub mod moment;
pub mod view;
pub mod escaped;
pub mod protocol;
pub mod words;
pub mod quoted;
pub mod revision_file;
pub mod read;
pub mod redact;
pub mod share;
#[cfg(test)]
pub mod fixture;

pub use chain::{
    ChainChange, ChainProblem, ChainRevision, ChainView, Chains, Changes, Downgrade, DowngradeKind,
    IgnoredFile, Resemblance,
};
pub use comparison::ComparisonView;
pub use finding::{
    Certainty, Evidence, Excerpt, FindingRow, Language, ObjectKind, ObjectRef, Patch, Remedy,
    RemedyStep, Severity, Suppressed,
};
pub use input::{Input, InputHead, Kind, Role};
pub use moment::{Moment, Part, PartLine, Sign};
pub use options::{Options, Override};
pub use protocol::{Progress, Request, Response, Ticketed};
pub use report::{
    AuditSide, Audits, Diagnosis, Distance, InputRow, NextStep, NotEvaluated, PlanView, Report,
    RoleSource, SchemaSummary, Schemas, StatementView, Stats, Status, Sureness, Understood,
    Verdict, VersionState,
};
pub use rule::RuleCard;
pub use settings::{SettingRow, Settings, TableSize};
pub use view::{Block, Book, Is, PlanState, PlanStates};

/// The version of every shape in this folder.
pub const VERSION: u32 = 1;
