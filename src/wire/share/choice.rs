//! What a person may choose about a link, and what they are shown before it is copied.

/// Words that add to a link, hide something of it, or trim it. What none of them names is as it is by default:
/// verdict, findings with what to do in a sentence, revision graph, names, counts.
pub const WORDS: [(&str, &str); 8] = [
    ("sources", "Excerpts and statements of your files"),
    ("steps", "What to do, step by step"),
    ("paths", "Only names of files, no folders"),
    ("messages", "No messages of revisions"),
    ("names", "Pseudonyms for tables and columns"),
    ("details", "Trim: evidence of blockers and dangers alone"),
    ("near", "Trim: revisions near a finding, a head or a database alone"),
    ("counts", "Trim: verdict and counts alone"),
];
/// The words that hide.
pub const HIDING: [&str; 3] = ["paths", "messages", "names"];
/// The words that trim, each more than the one before.
pub const TRIMMING: [&str; 3] = ["details", "near", "counts"];

/// Some of [`WORDS`]; and `locked`, when a passphrase is to close the link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice(pub Vec<String>);

impl Choice {
    /// Returns the choice of these words.
    pub fn of(words: &[&str]) -> Self {
        Self(words.iter().map(|word| (*word).to_owned()).collect())
    }

    /// Chooses a word, or takes it back.
    pub fn toggle(&mut self, word: &str) {
        let before = self.0.len();
        self.0.retain(|one| one != word);
        if self.0.len() == before {
            self.0.push(word.to_owned());
        }
    }

    /// Whether a word was chosen.
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|one| one == word)
    }
}

/// A link before it is copied, with all that is said about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkOffer {
    /// The whole of it, not locked yet; empty where there can be none.
    pub link: String,
    /// Its characters, once it is locked where that was chosen.
    pub chars: usize,
    /// Where it fits, or why there is none.
    pub fits: String,
    /// What is in it, as sentences.
    pub included: Vec<String>,
    /// What is not, as sentences.
    pub left_out: Vec<String>,
    /// Exactly what is in it, as JSON.
    pub contents: String,
    /// The squares of a QR code on each side, quiet zone included; 0 where it is too long for one.
    pub qr_side: usize,
    /// Its dark squares, as the `d` of an SVG path.
    pub qr_path: String,
}
