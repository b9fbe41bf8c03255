//! Every word the page says by itself, in one place. What the report says comes from the report.

use super::model::{Reason, SampleId};
pub use crate::renderers::sentence::{badge as severity, short};
use crate::renderers::visible::hides;
use crate::wire::words::thousands;
use crate::wire::{Role, RoleSource, Severity, Sureness, VersionState};

pub const NAME: &str = "Retort";
pub const PURPOSE: &str = "Check a migration before it ships";
pub const PURPOSE_TEXT: &str =
    "Paste migrations, an audit dump, a publish plan or a pull request diff. Or drop a folder.";
pub const PRIVACY: &str = "Runs in this tab. Nothing is sent.";
pub const FOLDER_HINT: &str =
    "Your browser may call this an upload. Files are read in this tab and go nowhere.";
pub const STARTING: &str = "Starting…";
pub const STARTING_TEXT: &str = "You can add files now.";
pub const PASTE_LABEL: &str = "Paste anything";
pub const PASTE_HINT: &str = "Alembic files, SQL, audit output, a publish plan, a diff…";
pub const REVIEW_PASTED: &str = "Review";
pub const CHOOSE_FILES: &str = "Choose files";
pub const CHOOSE_FOLDER: &str = "Choose folder";
pub const TRY_A_SAMPLE: &str = "Or look at a sample";
pub const ADD_INPUT: &str = "Add input";
pub const SHARE: &str = "Share";
pub const START_OVER: &str = "Start over";
pub const WORKING: &str = "Working…";
pub const CANCEL: &str = "Cancel";
pub const CLOSE: &str = "Close";
pub const BACK: &str = "Back";
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub const COPY_FAILED: &str = "Copy it yourself";
pub const SAMPLE: &str = "Sample";
pub const FILTER: &str = "Filter";
pub const QUIET: &str = "Still working. Wait or stop?";
pub const KEEP_WAITING: &str = "Wait";
pub const RUN_AGAIN: &str = "Run again";
pub const STOPPED: &str = "Stopped";
pub const STOPPED_TEXT: &str = "Nothing changed. The last review is still here.";
pub const STOPPED_EMPTY: &str = "Your files are still here.";
pub const CRASHED: &str = "Something broke in the review";
pub const CRASHED_TEXT: &str = "Your files are still here. Nothing was sent.";
pub const TRY_AGAIN: &str = "Try again";
pub const COPY_DETAILS: &str = "Copy details";
pub const UNAVAILABLE: &str = "This browser can't run Retort";
pub const UNAVAILABLE_TEXT: &str =
    "WebAssembly is switched off or blocked. The command line does the same job.";
pub const REFUSED: &str = "That couldn't be reviewed";
pub const RECEIVED: &str = "A report somebody sent you";
pub const RECEIVED_TEXT: &str = "It came inside the link. It holds no files, and nobody vouches that it is unchanged or complete.";
pub const CHECK_YOUR_OWN: &str = "Start fresh";
pub const OPEN_FILE: &str = "Open a file";
pub const NOT_IN_INPUT: &str = "That revision isn't in this input.";
pub const FINDING_GONE: &str = "That finding isn't in this review.";
pub const NOTHING_MATCHES: &str = "Nothing matches";
pub const CLEAR_FILTER: &str = "Clear filter";
pub const NO_FINDINGS: &str = "Nothing found";
pub const WHY: &str = "Why this verdict";
pub const FIRST_PROBLEM: &str = "Show the first problem";
pub const WHAT_TO_REVIEW: &str = "Show what to review";
pub const WHATS_MISSING: &str = "Show what's missing";
pub const WHAT_WAS_CHECKED: &str = "See what was checked";
pub const NOT_UNDERSTOOD: &str = "Not understood";
pub const NO_CHAIN: &str = "No revisions in this input";
pub const NO_CHAIN_TEXT: &str = "Add the folder that holds your Alembic versions to see their order and to compare databases with it.";
pub const SHARE_TITLE: &str = "Share this review";
pub const REVISION: &str = "Revision";
pub const SETTINGS_TITLE: &str = "Settings";
pub const SETTINGS_TEXT: &str = "What is set here outweighs a retort.toml. Drop such a file to use it; severities and suppressions are written there. A baseline is an input with that role.";
pub const SETTINGS_GIVEN: &str = "Different from the defaults";
pub const SETTINGS_DEFAULT: &str = "Everything is as it comes.";
/// Where links are switched off.
pub const SAVE: &str = "Save";
pub const SAVE_TITLE: &str = "Save this review";
pub const SAVE_AS: &str = "Save as a file:";
/// Formats of files, as the engine knows them, and their names.
pub const SAVE_FORMATS: [(&str, &str); 8] = [
    ("markdown", "Markdown"),
    ("html", "HTML"),
    ("sarif", "SARIF"),
    ("json", "JSON"),
    ("svg", "Chain as SVG"),
    ("mermaid", "as Mermaid"),
    ("dot", "as DOT"),
    ("patch", "Fixes as a patch"),
];
pub const NO_AUDIT: &str = "No audit yet? Save a read-only script:";
/// Scripts that collect an audit, as the engine knows them, and their databases.
pub const COLLECT_SCRIPTS: [(&str, &str); 3] = [
    ("collect-postgresql", "PostgreSQL"),
    ("collect-mysql", "MySQL"),
    ("collect-sqlite", "SQLite"),
];
pub const DOCS: &str = "Documentation";
pub const SHARE_TEXT: &str =
    "The link is the report. Anyone who can read the message can read it. Nobody else hosts it.";
pub const SHARE_HISTORY: &str = "Browsers keep the part after # in their history and may sync it. A link doesn't prove who made it.";
pub const PASSPHRASE: &str = "Passphrase";
pub const OPEN_LINK: &str = "Open";
pub const WRONG_PASSPHRASE: &str = "That passphrase doesn't open it. Capitals and spaces count.";
pub const AGAINST: &str = "Compared with the link";
pub const CHOOSE: &str = "Choose what is in it";
pub const KEYS_TITLE: &str = "Keyboard";
pub const PRIVACY_TITLE: &str = "Nothing is sent";
pub const PRIVACY_TEXTS: [&str; 3] = [
    "Your files are read by this tab and stay in its memory. Closing the tab forgets them, unless you let the browser remember them.",
    "The page forbids itself every connection (its content security policy says connect-src 'none'). To check, open your browser's developer tools, watch the network list while you add files, and see that it stays empty.",
    "What a policy can't promise: browser extensions can read pages, and a share link is kept in your browser's history.",
];
pub const DROP: &str = "Drop to add";
pub const OFFLINE: &str = "Offline. Everything works.";
pub const NOT_KNOWN: &str = "not known";
pub const SCRUB: &str = "Along the chain";
pub const SOURCE: &str = "Source";
pub const EDIT: &str = "Edit the text";
pub const SUPPRESSED: &str = "Suppressed";
pub const HISTORY: &str = "already applied; for information";
pub const ROLE_GUESSED: &str = "Guessed: confirm or change it";
pub const NO_ROLE: &str = "no role";

/// Returns a number with thousands separators.
pub fn number(value: usize) -> String {
    thousands(value)
}

/// Returns a number and its noun: `1 file`, `2,000 files`.
pub fn count(value: usize, one: &str, many: &str) -> String {
    join(&[&number(value), " ", if value == 1 { one } else { many }])
}

/// Puts pieces together; smaller in WebAssembly than a format string.
pub fn join(pieces: &[&str]) -> String {
    pieces.concat()
}

/// Returns a size as people say it: `512 B`, `4.1 kB`, `23 MB`.
pub fn size(bytes: usize) -> String {
    const UNITS: [&str; 3] = [" B", " kB", " MB"];
    let mut tenths = bytes.saturating_mul(10);
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths = (tenths + 500) / 1000;
        unit += 1;
    }
    let whole = number(tenths / 10);
    match (unit, tenths % 10) {
        (0, _) | (_, 0) => join(&[&whole, UNITS[unit]]),
        (_, _) if tenths >= 1000 => join(&[&whole, UNITS[unit]]),
        (_, tenth) => join(&[&whole, ".", &tenth.to_string(), UNITS[unit]]),
    }
}

/// Returns the text in small letters. The tables for that are large, and the browser has them already.
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    #[cfg(feature = "app")]
    return super::browser::lower(text);
    #[cfg(not(feature = "app"))]
    text.to_lowercase()
}

/// Returns the text with what nobody can see (controls, direction marks, joiners) made visible.
pub fn visible(text: &str) -> String {
    let hidden = |c: char| hides(c) && !matches!(c, '\n' | '\t');
    if !text.contains(hidden) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Returns the text without its backticks, for titles and spoken words.
pub fn plain(text: &str) -> String {
    visible(text).replace('`', "")
}

/// Returns what to call several findings of a severity.
pub fn severities(severity: Severity, value: usize) -> String {
    let (one, many) = match severity {
        Severity::Blocker => ("blocker", "blockers"),
        Severity::Danger => ("danger", "dangers"),
        Severity::Warning => ("warning", "warnings"),
        Severity::Notice => ("notice", "notices"),
    };
    count(value, one, many)
}

/// Returns why something was left out, to stand after a number of files.
pub fn reason(why: Reason) -> &'static str {
    match why {
        Reason::Machinery => "tools and caches",
        Reason::Binary => "not text",
        Reason::TooLarge => "over 64 MB",
        Reason::TooMany => "more than 20,000 files",
        Reason::TooMuch => "more than 200 MB in all",
        Reason::Unreadable => "couldn't be read",
    }
}

/// Returns where a role comes from.
pub fn role_source(source: RoleSource) -> &'static str {
    match source {
        RoleSource::Person => "you said so",
        RoleSource::Title => "its title says so",
        RoleSource::Kind => "from its kind",
        RoleSource::DatabaseName => "guessed from the database name",
        RoleSource::FileName => "guessed from the file name",
    }
}

/// Returns how a role is offered in a menu.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Dev => "dev",
        Role::Prod => "prod",
        Role::Plan => "plan",
        Role::Before => "before",
        Role::After => "after",
        Role::Deploy => "deploy",
        Role::Baseline => "before the first revision",
    }
}

/// Returns how sure a kind is.
pub fn sureness(sureness: Sureness) -> &'static str {
    match sureness {
        Sureness::Certain => "certain",
        Sureness::Likely => "likely",
        Sureness::Guess => "a guess",
    }
}

/// Returns what the estate table says of a side without a version row.
pub fn version_state(state: VersionState) -> &'static str {
    match state {
        VersionState::Stamped => "stamped",
        VersionState::Empty => "version table empty",
        VersionState::Absent => "never stamped",
        VersionState::Unreadable => "couldn't be read",
        VersionState::NotGiven => NOT_KNOWN,
    }
}

/// Returns a sample's title and its one sentence.
pub fn sample(sample: SampleId) -> (&'static str, &'static str) {
    match sample {
        SampleId::NeverStamped => (
            "Production was never stamped",
            "A publish plan wants to drop most of the tables, with CASCADE.",
        ),
        SampleId::TwoHeads => (
            "Two heads and a hole",
            "A branch nobody merged, a parent that is gone, a file whose name lies.",
        ),
        SampleId::DeletedRevision => (
            "A revision deleted in a pull request",
            "Production ran it already; the diff takes it out and moves the next one.",
        ),
        SampleId::CleanPublish => {
            ("A clean publish", "Dev and prod agree and the plan has nothing to do.")
        }
    }
}

pub const FOLD: &str = "Fold long runs";
pub const GO_TO: &str = "Go to";
pub const LETTERS: &str = "Keys of one letter or sign";
/// Where one can go in the chain: the word that leads there, and its name.
pub const CHAIN_PLACES: [(&str, &str); 8] = [
    ("", "Go to…"),
    ("h", "Head"),
    ("base", "Base"),
    ("dev", "Dev"),
    ("prod", "Prod"),
    ("]", "Next finding"),
    ("[", "Previous finding"),
    ("b", "Next branch point"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_plurals() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_204_000), "1,204,000");
        assert_eq!(count(1, "file", "files"), "1 file");
        assert_eq!(count(0, "file", "files"), "0 files");
        assert_eq!(count(5_000, "file", "files"), "5,000 files");
    }

    #[test]
    fn sizes() {
        let cases = [(0, "0 B"), (999, "999 B"), (4_100, "4.1 kB"), (15_000, "15 kB")];
        for (bytes, said) in cases {
            assert_eq!(size(bytes), said);
        }
        assert_eq!(size(23_400_000), "23.4 MB");
        assert_eq!(size(200 * 1024 * 1024), "209 MB");
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(visible("a\u{202e}b\u{0}c\n"), "a\\u{202e}b\\u{0}c\n");
        assert_eq!(visible("été 漢字 🙂"), "été 漢字 🙂");
    }

    #[test]
    fn spoken_words_have_no_backticks() {
        assert_eq!(plain("drops `a`"), "drops a");
    }

    #[test]
    fn titles_stay_short_and_calm() {
        let titles =
            [PURPOSE, STOPPED, CRASHED, UNAVAILABLE, REFUSED, RECEIVED, SHARE_TITLE, NO_CHAIN];
        for title in titles {
            assert!(title.len() <= 48, "{title}");
        }
        let texts =
            [PURPOSE_TEXT, STOPPED_TEXT, CRASHED_TEXT, UNAVAILABLE_TEXT, SHARE_TEXT, RECEIVED_TEXT];
        for text in texts {
            assert!(!text.contains('!') && !text.to_lowercase().contains("sorry"), "{text}");
        }
    }
}
