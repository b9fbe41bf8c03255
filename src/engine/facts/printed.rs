//! What Alembic printed when somebody ran it, and the SQL scripts that it writes.

use crate::engine::op::Step;
use crate::engine::span::{DocumentId, Span};

use super::Assigned;

/// One paste of Alembic's output: several commands of one database, or of none.
#[derive(Debug, Clone)]
pub struct Printed {
    pub document: DocumentId,
    pub assigned: Option<Assigned>,
    /// The database of `Current revision(s) for …`.
    pub database: Option<String>,
    /// Where the database stands after all that was printed.
    pub stands: Option<Stands>,
    /// Revisions of `history`, `show` and the like, each id once.
    pub entries: Vec<Entry>,
    /// A `history` that reaches from heads to bases without a gap.
    pub whole_history: Option<Span>,
    /// Ids that `branches` names.
    pub named: Vec<(String, Span)>,
    /// What `heads` listed.
    pub heads: Vec<Entry>,
    /// What `upgrade`, `downgrade` and `stamp` ran, in order.
    pub moves: Vec<Move>,
    /// What `check` found.
    pub check: Option<Check>,
    pub failures: Vec<Failure>,
    /// What was read in it, as sentences for the person.
    pub says: Vec<String>,
}

/// Where a database stands. `current` hides a row that is an ancestor of another one, so this is the tips
/// of what was applied and not the version table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// No row: nothing was applied.
    pub rows: Vec<(String, Span)>,
    pub span: Span,
    pub by: KnownBy,
}

/// What a position was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownBy {
    /// `alembic current`, or the mark `(current)` of a history.
    Current,
    /// A log of revisions that ran: a branch that it does not mention may be applied too.
    Log,
}

/// One revision of a listing, as far as the listing tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    /// `None` where the listing does not show parents.
    pub down: Option<Vec<String>>,
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    pub message: Option<String>,
    pub create_date: Option<String>,
    /// Marked `(head)` or `(effective head)`.
    pub is_head: bool,
    /// Marked `(current)`.
    pub is_current: bool,
    pub span: Option<Span>,
}

/// `Running upgrade a -> b`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub way: Way,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub span: Span,
}

/// What kind of function ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
    Stamp,
    /// A function of another name.
    Unknown,
}

/// What `alembic check`, or an autogenerate run that wrote nothing, found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub span: Span,
    /// None: models and database agree.
    pub differences: Vec<Difference>,
    /// The list was cut.
    pub is_cut: bool,
}

/// One operation that autogenerate would write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// `add_table`, `modify_type` and so on.
    pub verb: String,
    pub schema: Option<String>,
    pub table: Option<String>,
    /// Column, index or constraint.
    pub name: Option<String>,
}

/// A command that failed, or warned that the folder is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    /// Alembic's, or the driver's, own words.
    pub text: String,
    /// Ids that it names.
    pub about: Vec<String>,
    /// The revision that ran when it happened.
    pub during: Option<String>,
    /// The id was given on the command line, so that it says nothing about the database.
    pub is_argument: bool,
    pub span: Span,
}

/// What failed (alembic.md 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    UnknownRevision,
    SeveralHeads,
    DuplicateRevision,
    MissingParent,
    Cycle,
    /// A file without its variables, an id that is too long or has forbidden characters.
    Header(&'static str),
    OverlappingRows,
    /// A version row changed under Alembic's hands.
    ChangedRow,
    /// The database is not at the heads.
    Behind,
    /// An exception while a revision ran.
    Run,
    /// The command was given something that it does not take.
    Usage,
    /// Anything else.
    Other,
}

/// SQL that `upgrade --sql` or `downgrade --sql` wrote.
#[derive(Debug, Clone)]
pub struct Script {
    pub document: DocumentId,
    pub blocks: Vec<Block>,
}

/// The statements of one revision.
#[derive(Debug, Clone)]
pub struct Block {
    pub moved: Move,
    /// The version table's bookkeeping is not among them.
    pub steps: Vec<Step>,
    /// The rows that the block's own statements write: removed, then added.
    pub removed: Vec<String>,
    pub added: Vec<String>,
}

impl Printed {
    /// Returns a paste of which nothing was read yet.
    pub fn new(document: DocumentId) -> Self {
        Self {
            document,
            assigned: None,
            database: None,
            stands: None,
            entries: Vec::new(),
            whole_history: None,
            named: Vec::new(),
            heads: Vec::new(),
            moves: Vec::new(),
            check: None,
            failures: Vec::new(),
            says: Vec::new(),
        }
    }
}

impl Move {
    /// Returns the revision whose function ran.
    pub fn revision(&self) -> Option<&str> {
        match self.way {
            Way::Down => self.from.first(),
            Way::Up | Way::Stamp | Way::Unknown => self.to.first(),
        }
        .map(String::as_str)
    }

    /// Returns which revision follows which, as this move tells: child, then its parents.
    pub fn link(&self) -> Option<(&str, &[String])> {
        match (self.way, self.from.as_slice(), self.to.as_slice()) {
            (Way::Up, parents, [child]) | (Way::Down, [child], parents) => Some((child, parents)),
            _ => None,
        }
    }
}

impl Block {
    /// Returns whether the statements write the rows that the marker tells of. A merge keeps one row of
    /// its parents, and a branch point may stay for others, so only the revision itself is looked for.
    pub fn books_its_revision(&self) -> bool {
        let revision = self.moved.revision();
        let among = |rows: &[String]| rows.iter().any(|row| Some(row.as_str()) == revision);
        match self.moved.way {
            Way::Down => among(&self.removed),
            Way::Up | Way::Stamp | Way::Unknown => among(&self.added),
        }
    }
}
