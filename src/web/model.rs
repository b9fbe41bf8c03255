//! What the page knows, what can happen to it, and what it can ask for. Plain values: no Leptos, no
//! browser.

pub use super::shared::Shared;
use super::views::Views;
use super::words;
use crate::ordered::Map;
use crate::wire::escaped::escape;
use crate::wire::share::Choice;
use crate::wire::{Kind, Override, Progress, Report, Request, Response, Role};

/// Everything the page knows.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub engine: Engine,
    pub uploads: Vec<Upload>,
    /// What was offered and not taken.
    pub left_out: Vec<LeftOut>,
    /// What the person decided about single documents, one entry for each [`crate::wire::InputRow::path`].
    pub decisions: Vec<Override>,
    /// What was set in the page, by the key of its field.
    pub settings: Map<String, String>,
    pub sample: Option<SampleId>,
    pub report: Option<Shared<Report>>,
    /// The ticket of the file that is being written.
    pub saving: Option<u32>,
    pub link: LinkState,
    pub panel: PanelId,
    /// A finding, revision, input or statement: shared by all panels.
    pub selected: Option<Subject>,
    pub filter: String,
    pub run: Run,
    pub views: Views,
    /// What the schema panel is asked to compare, as its address has it.
    pub ask: String,
    pub notice: Option<Notice>,
    pub layer: Option<Layer>,
    /// Where the link opens that is about to be copied, as it is written there; empty for the verdict.
    pub opens_at: String,
    /// What the link is to hold, hide and leave out.
    pub choice: Choice,
    /// What closes the link, or was typed to open one.
    pub passphrase: String,
    /// The link that the files were dropped on, to be compared with.
    pub against: Option<String>,
    pub theme: Theme,
    /// Keys of one letter or sign do nothing.
    pub letters_off: bool,
    /// The headline before something was put in to try it.
    pub before: Option<String>,
    /// What the live region says.
    pub spoken: String,
    /// What an address asked for before there was a report.
    pub wanted: Option<Place>,
    /// “Why this verdict” is open.
    pub why_open: bool,
    /// Files that hang over the page; 0 when there are some and nobody knows how many.
    pub dragged: Option<u32>,
    /// What was copied a moment ago.
    pub copied: Option<String>,
    /// What the clipboard refused, for copying by hand.
    pub by_hand: String,
}

/// The engine, as far as the page has heard.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Engine {
    #[default]
    Starting,
    Ready {
        version: String,
        rules: usize,
    },
    /// This browser cannot run it at all.
    Unavailable {
        why: String,
    },
}

/// One thing handed over; its bytes are with the browser, under the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub id: u32,
    /// Unique among the uploads: what the engine and the decisions know it by.
    pub name: String,
    pub bytes: usize,
}

/// Something offered whose bytes are already kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub id: u32,
    /// Empty for pasted text.
    pub path: String,
    pub bytes: usize,
}

/// Something offered that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub path: String,
    pub why: Reason,
}

/// Why something offered was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// `.git`, `node_modules`, virtual environments, caches.
    Machinery,
    /// Images, libraries, compiled code.
    Binary,
    TooLarge,
    TooMany,
    TooMuch,
    Unreadable,
}

/// The samples on the first screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleId {
    NeverStamped,
    TwoHeads,
    DeletedRevision,
    CleanPublish,
}

/// Where the report on screen came from, and what became of a link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LinkState {
    /// The person's own session.
    #[default]
    None,
    /// A report that somebody sent, and the text it came in.
    Received { fragment: String },
    /// A link that could not be opened: title and text; and the link, if a passphrase opens it.
    Broken { title: String, text: String, locked: Option<String> },
}

/// The panels, in the order of their tabs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PanelId {
    #[default]
    Findings,
    Chain,
    Plan,
    Schema,
    Fixes,
    Inputs,
    /// The rules; no tab leads there.
    Rules,
}

impl PanelId {
    /// Every panel, in order.
    pub const ALL: [Self; 7] = [
        Self::Findings,
        Self::Chain,
        Self::Plan,
        Self::Schema,
        Self::Fixes,
        Self::Inputs,
        Self::Rules,
    ];

    /// The word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Chain => "chain",
            Self::Plan => "plan",
            Self::Schema => "schema",
            Self::Fixes => "fixes",
            Self::Inputs => "inputs",
            Self::Rules => "rules",
        }
    }

    /// Reads [`PanelId::word`] back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|panel| panel.word() == word)
    }
}

/// What the detail pane shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// By [`crate::wire::FindingRow::id`].
    Finding(String),
    Revision {
        chain: usize,
        id: String,
    },
    /// By [`crate::wire::InputRow::path`].
    Input(String),
    /// What only the engine knows how to show: one of [`OTHER_KEYS`], and a value.
    Other {
        key: &'static str,
        value: String,
    },
}

/// Keys of an address that name something only the engine knows how to show.
pub const OTHER_KEYS: [&str; 3] = ["rule", "source", "ignore"];

impl Subject {
    /// Returns the part of an address that names it.
    pub fn address(&self) -> String {
        let (key, value) = match self {
            Self::Finding(id) => ("f", id),
            Self::Revision { id, .. } => ("rev", id),
            Self::Input(path) => ("input", path),
            Self::Other { key, value } => (*key, value),
        };
        words::join(&[key, "=", &escape(value)])
    }
}

/// A place in the page, as an address names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub panel: PanelId,
    /// What is selected: the key of the address, and its value.
    pub subject: Option<(&'static str, String)>,
    pub filter: String,
    /// What the schema panel is asked to compare, as it stands in the address.
    pub ask: String,
}

/// The review at hand. Answers to any ticket but `waiting` are dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// Number of the latest run; also the last ticket given out.
    pub ticket: u32,
    pub waiting: Option<u32>,
    pub progress: Option<Progress>,
    /// True once it has taken long enough to be worth showing.
    pub shown: bool,
    /// Messages of progress so far; the watchdog compares it.
    pub beats: u32,
    /// True when nothing has been heard for a long time.
    pub quiet: bool,
    /// Inputs changed while no engine was there to ask.
    pub due: bool,
    /// What the engine said when it broke, until the person tries again.
    pub crash: Option<String>,
    /// The engine remembers the report on screen, and can write a link to it.
    pub remembered: bool,
}

/// A line under the top bar that can be put away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub title: String,
    pub text: String,
    pub action: Option<NoticeAction>,
}

/// The button of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeAction {
    RunAgain,
    ShowLeftOut,
    ClearFilter,
}

/// What lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    AddInput,
    Share,
    Keys,
    Privacy,
    CopyByHand,
    Settings,
    /// What can be done with the revision that is selected.
    Revision,
}

/// Light, dark, or whatever the system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// Every theme, in the switch's order.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word that is kept.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads [`Theme::word`] back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }
}

/// Everything that can happen.
#[derive(Debug)]
pub enum Msg {
    Offered {
        offers: Vec<Offer>,
        left_out: Vec<LeftOut>,
    },
    /// How many files hang over the page: -1 for none, 0 for some.
    DragOver(i32),
    OpenSample(SampleId),
    Remove {
        path: String,
    },
    Restore {
        path: String,
    },
    /// The text of an upload was changed; its bytes are kept under a new number.
    Edited {
        path: String,
        id: u32,
        bytes: usize,
    },
    Rename {
        path: String,
        name: String,
    },
    /// `None` takes the person's word back.
    SetRole {
        path: String,
        role: Option<Role>,
    },
    SetKind {
        path: String,
        kind: Kind,
    },
    StartOver,

    EngineReady {
        version: String,
        rules: usize,
    },
    EngineProgress(u32, Progress),
    EngineAnswer(u32, Box<Response>),
    EngineCrashed {
        why: String,
    },
    EngineUnavailable {
        why: String,
    },
    ProgressDue(u32),
    Watch {
        ticket: u32,
        beats: u32,
    },
    Cancel,
    RunAgain,
    KeepWaiting,

    Show(PanelId),
    Select(Subject),
    /// Select what the focus came to; no step for the Back button.
    Follow(Subject),
    /// A place is looked at, by the address that the engine knows it by.
    Look(String),
    /// Goes to a place by its address; one without a panel stays in the panel.
    Go(String),
    /// Select it where it is at home.
    Jump(Subject),
    FirstProblem,
    ToggleWhy,
    Back,
    Filter(String),
    Address(String),

    Open(Layer),
    Close,
    Escape,
    Choose(&'static str),
    Passphrase(String),
    /// The fragment that was locked, if the passphrase was right.
    Unlocked(Option<String>),
    Save(&'static str),
    /// Set something; an empty value is the default.
    Set {
        key: &'static str,
        value: String,
    },
    Copy {
        text: String,
    },
    Copied {
        text: String,
        done: bool,
    },
    ForgetCopied,
    SetTheme(Theme),
    LettersOff(bool),
    /// Say something in the live region.
    Say(String),
    /// Put a file in, in the place of one of its name, and say what became of the verdict.
    Give(Offer),
    PutAwayNotice,
    NoticeAction(NoticeAction),
}

/// What the page asks the browser for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Sends a request with the bytes of these uploads, in order.
    Send {
        ticket: u32,
        request: Request,
        uploads: Vec<u32>,
    },
    /// Brings the engine up, if it is not there yet.
    StartEngine,
    /// Stops the run; the engine is replaced.
    StopEngine,
    /// Offers the files of a sample, as if they had been dropped.
    LoadSample(SampleId),
    /// Lets the bytes of these uploads go.
    Forget(Vec<u32>),
    Later {
        ms: u32,
        msg: Timed,
    },
    /// Writes the part after `#`; `push` makes a step for the Back button.
    WriteAddress {
        fragment: String,
        push: bool,
    },
    /// With a passphrase, the link in the text is locked first.
    Copy {
        text: String,
        passphrase: String,
    },
    Unlock {
        fragment: String,
        passphrase: String,
    },
    /// Gives the person a file.
    Save {
        name: String,
        text: String,
    },
    KeepTheme(Theme),
    /// Keeps a preference in the browser.
    Keep(&'static str, &'static str),
    /// Moves the focus to an element, once it is drawn.
    Focus(&'static str),
    /// Moves it to the row that is selected, once it is in sight.
    FocusSelected,
}

/// Messages that come by themselves after a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timed {
    ProgressDue(u32),
    Watch { ticket: u32, beats: u32 },
    ForgetCopied,
}

impl From<Timed> for Msg {
    fn from(timed: Timed) -> Self {
        match timed {
            Timed::ProgressDue(ticket) => Self::ProgressDue(ticket),
            Timed::Watch { ticket, beats } => Self::Watch { ticket, beats },
            Timed::ForgetCopied => Self::ForgetCopied,
        }
    }
}
