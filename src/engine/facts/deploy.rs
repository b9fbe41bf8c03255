//! What files of a deploy run, in which order, and what happens when a command of it fails.

use crate::engine::span::{DocumentId, Span};

/// One deploy file.
#[derive(Debug, Clone)]
pub struct Deploy {
    pub document: DocumentId,
    pub path: String,
    pub host: Host,
    /// In the order in which they run, as far as the file says so.
    pub units: Vec<Unit>,
    /// Variables that it sets.
    pub sets: Vec<SetVariable>,
    /// A table that is no documented switch: Replit's `[deployment.databaseMigrations]`.
    pub placebo: Option<Span>,
    /// What of it is not known, with its place.
    pub open: Vec<(Span, String)>,
}

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    Shell,
    Procfile,
    Docker,
    Replit,
    Workflow,
    Railway,
    Render,
    Fly,
    Vercel,
    Compose,
    Make,
    Node,
}

/// When a unit runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// While the image or bundle is made: no database, or not the one of the deploy.
    Build,
    /// Once for each deploy, before the new code gets requests.
    Release,
    /// A step of a pipeline that deploys.
    Job,
    /// When the program starts, once for each instance.
    Start,
    /// Only where something calls it by its name.
    Named,
}

/// Commands that run together: a script, a step, a service.
#[derive(Debug, Clone)]
pub struct Unit {
    pub phase: Phase,
    /// Of the job, target, service or script.
    pub name: String,
    pub span: Span,
    pub commands: Vec<Command>,
    /// Its failure stops nothing: `continue-on-error`.
    pub lenient: Option<Span>,
    /// Units of which it waits for the end.
    pub needs: Vec<String>,
    /// It is started again whenever it ends.
    pub restarts: bool,
}

/// A variable and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetVariable {
    pub name: String,
    pub value: String,
    pub span: Span,
    /// Whether child processes get it.
    pub exported: bool,
}

/// One command of a shell.
#[derive(Debug, Clone, Default)]
pub struct Command {
    /// Without quotes; `$NAME` is left as it is written. Empty for an assignment alone.
    pub words: Vec<String>,
    /// `NAME=value` before the words.
    pub sets: Vec<(String, String)>,
    pub at: Option<Span>,
    /// Commands joined by `&&` and `||` have one number.
    pub list: usize,
    /// What stands between it and the next of its list.
    pub joint: Joint,
    /// The shell ends at a failure (`set -e`).
    pub errexit: bool,
    pub background: bool,
    /// Its own failure is lost: another command follows in its pipeline, and `pipefail` is off.
    pub piped: bool,
    /// It decides a condition or a loop: the number that the commands inside refer to.
    pub test: Option<Test>,
    /// Conditions it stands under, outermost first, each with the number of the arm.
    pub under: Vec<(usize, usize)>,
    /// The function whose body it is part of.
    pub function: Option<String>,
    /// A document that it reads as its input.
    pub input: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Joint {
    #[default]
    End,
    And,
    Or,
    Pipe,
}

/// A command whose result is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Test {
    pub number: usize,
    /// `! command`
    pub negated: bool,
    /// It is run again until it succeeds.
    pub repeats: bool,
}

/// Something that application code does to a schema, or says of it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub what: Deed,
    pub path: String,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// `metadata.create_all()`, and whether it stands where programs start.
    CreateAll(Guard, bool),
    /// Alembic's `command.upgrade`, called by the program itself; the variable that switches it, if any.
    Upgrade(Option<String>),
    /// A statement that changes the schema: its words.
    Ddl(String),
    /// A string that has the form of a revision id, and the name it is bound to or compared with.
    TypedRevision { id: String, name: String },
    /// Rows are loaded without one transaction around them; why.
    LooseSeed(&'static str),
    /// A route that is asked whether the program is well.
    Health(String),
    /// The revision of the database is asked for.
    AsksRevision,
    /// A program that answers requests is made.
    Program,
}

/// What keeps a call from running where it should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    None,
    /// Closed unless a variable is set.
    Closed,
    /// Open unless a variable is set: which variable, and what it is when nobody sets it.
    Open {
        variable: String,
        default: String,
    },
}

impl Command {
    /// Returns the name of the program, without its folder.
    pub fn program(&self) -> &str {
        let first = self.words.first().map_or("", String::as_str);
        first.rsplit('/').next().unwrap_or(first)
    }
}
