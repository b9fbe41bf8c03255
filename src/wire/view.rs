//! What a panel shows, as data: the engine composes it, the page draws it and knows no panel by name.
//!
//! A place to go to is an address of the page's own grammar (`/chain?rev=5a9d`), without the `#`.

use serde::{Deserialize, Serialize};

use super::share::{Choice, LinkOffer};
use super::{ComparisonView, Input, Moment, Report, RuleCard};

/// A piece of a panel: what it is, its text, and what stands inside of it, after the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Block {
    pub is: Is,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Of what leads somewhere, the address; a menu's choice is put after it. Of code, the whole of
    /// what is shown shortened. Of what is copied or saved, the content.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kids: Vec<Block>,
}

/// What a block is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// Nothing around its text and kids.
    #[default]
    Row,
    Title,
    Heading,
    Para,
    Dim,
    Span,
    /// Smaller and quieter.
    Note,
    /// A place in a file, an id.
    Mono,
    Code,
    Strong,
    Section,
    /// Badges in a row.
    Meta,
    Buttons,
    /// Full width, for what stands in the list's place.
    Page,
    /// A statement of a plan, a fix: one thing of several that are read in turn.
    Card,
    /// A band between groups.
    Band,
    List,
    Found,
    Steps,
    Item,
    Pairs,
    Key,
    Value,
    /// May scroll sideways; the text is its name.
    Table,
    Line,
    Head,
    Cell,
    Pre,
    Diff,
    Same,
    Added,
    Removed,
    /// Lines of a document; the text is its name.
    Source,
    Caption,
    Lines,
    Numbered,
    Hit,
    Number,
    Text,
    /// For those who don't see it.
    Aside,
    Keyword,
    Literal,
    Comment,
    Badge,
    Bad,
    Good,
    Env,
    Hatch,
    Blocker,
    Danger,
    Warning,
    Notice,
    /// Shut at first; its first kid is always to be seen, the others are drawn once it is opened.
    Fold,
    /// What depends on what: a box, and a list of those that hang on it.
    Map,
    Box,
    Link,
    Button,
    Primary,
    /// A command with a button that copies it.
    Command,
    Copy,
    /// The text is its label, `to` the file's name; the first kid's text is the content.
    Save,
    /// A menu: kids are [`Is::Choice`]s, and the one that holds is [`Is::Chosen`].
    Menu,
    Choice,
    Chosen,
    /// Copies something as [`Is::Copy`] does; what most people want.
    CopyFirst,
    /// Text to be read and copied: the text is its name, `to` what is in it.
    Field,
    /// How full something is: the text is its name, `to` a number up to 100.
    Meter,
    /// A drawing in squares, dark on white: the text is its name, `to` the `d` of a path, the first kid's text how
    /// many squares there are on each side.
    Squares,
    /// Asks for words, or for a date: the text is its label, the first kid's text what it holds; what is typed
    /// is put after the address.
    Ask,
    AskDate,
    /// Puts a file among the inputs and reviews again: as [`Is::Save`].
    Give,
}

/// Where views look up what they show.
pub trait Book {
    /// What the review said.
    fn report(&self) -> &Report;
    /// Every rule there is.
    fn rules(&self) -> Vec<RuleCard>;
    /// What a revision of a chain did, and the schema there.
    fn moment(&self, chain: usize, revision: &str) -> Option<Moment>;
    /// Two ends side by side: `dev`, `prod`, `plan`, `head`, or a revision.
    fn compare(&self, from: &str, to: &str) -> Result<ComparisonView, String>;
    /// The text of a document, by the path or the name that the report lists it under.
    fn source(&self, path: &str) -> Option<&str>;
    /// What hangs on a table, as it is before a revision where one is named: how, and what.
    fn dependents(&self, revision: Option<&str>, table: &str) -> Vec<[String; 2]>;
    /// What each statement of a plan does to where it runs.
    fn plan(&self, plan: usize) -> Option<PlanStates>;
    /// Reviews a rule's example by itself: its inputs, and what the engine says of them now.
    fn example(&self, text: &str) -> Option<(Vec<Input>, Report)>;
    /// A link to the report, with the address of the page before its `#`, and what is said of it. `at` is where
    /// it opens, as a [`Location`](crate::wire::share::Location) is written, or empty.
    fn offer(&self, base: &str, choice: &Choice, at: &str) -> LinkOffer;
    /// False where only a report is there, and no files.
    fn has_files(&self) -> bool;
}

/// What a plan does to the database it is for, statement by statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanStates {
    /// Tables before it.
    pub tables: usize,
    /// False where the database it is for is not known, and it was run on an empty one.
    pub known: bool,
    pub steps: Vec<PlanState>,
}

/// A statement's effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanState {
    /// Tables after it.
    pub tables: usize,
    /// What it needs to be there, and is not.
    pub needs: Vec<String>,
    /// What is not known of it.
    pub open: Vec<String>,
    /// What it locks, in words.
    pub locks: Vec<String>,
}

/// Text and block kinds in short: what views are written with.
impl Block {
    /// A block with a text, as it is: pass text from outside through a renderer's `visible` first.
    pub fn new(is: Is, text: impl Into<String>) -> Self {
        Self { is, text: text.into(), ..Self::default() }
    }

    /// A block with others in it.
    pub fn of(is: Is, kids: Vec<Block>) -> Self {
        Self { is, kids, ..Self::default() }
    }

    /// Says where it leads, or what it carries.
    pub fn to(mut self, to: impl Into<String>) -> Self {
        self.to = to.into();
        self
    }

    /// Adds something at the end.
    pub fn with(mut self, kid: impl IntoIterator<Item = Block>) -> Self {
        self.kids.extend(kid);
        self
    }
}

/// One block stands wherever several may.
impl IntoIterator for Block {
    type Item = Self;
    type IntoIter = std::iter::Once<Self>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self)
    }
}
