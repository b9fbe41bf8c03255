//! What a person reads when there is no link or no report.

use super::{LinkError, TooLong};
use crate::limits::{LINK_CHARS_MAX, LINK_INFLATED_BYTES_MAX};
use crate::wire::words::thousands;

/// Where a link of this many characters first stops fitting, and where it still fits (ux.md 11.1).
pub fn fits(chars: usize) -> &'static str {
    match chars {
        0..=1_200 => "Fits everywhere people paste links, and into a QR code.",
        1_201..=2_000 => "Fits everywhere people paste links; too long for a QR code.",
        2_001..=3_900 => "Too long for Discord and old mail clients; fine for Slack.",
        3_901..=8_000 => "Too long for one Slack message; fine for Teams and GitHub.",
        8_001..=28_000 => "Too long for Slack; fine for Teams and GitHub.",
        28_001..=65_000 => "Too long for Teams; fine for a GitHub comment.",
        _ => "Too long for a link: most apps stop at 65,000 characters.",
    }
}

impl TooLong {
    /// The headline shown.
    pub fn title(&self) -> String {
        "Too long for a link".to_owned()
    }

    /// The line below it.
    pub fn text(&self) -> String {
        let chars = self.chars.map_or("Very many".to_owned(), thousands);
        [&chars, " characters; most apps stop at ", &thousands(LINK_CHARS_MAX), "."].concat()
    }
}

impl LinkError {
    /// The headline shown.
    pub fn title(&self) -> String {
        match self {
            Self::Cut { .. } => "This link is cut off".to_owned(),
            Self::Changed => "This link was changed".to_owned(),
            Self::Newer { version } => format!("This link needs Retort {version} or later"),
            Self::NotOurs => "Not a Retort link".to_owned(),
            Self::Damaged { .. } => "This link can't be read".to_owned(),
            Self::Locked => "This link needs its passphrase".to_owned(),
            Self::TooLarge => "This link is too large to open".to_owned(),
        }
    }

    /// The line below it.
    pub fn text(&self) -> String {
        match self {
            Self::Cut { arrived, stated: Some(stated) } => format!(
                "{} of {} characters arrived. Something shortened it on the way, often a chat client. \
                 Ask for it as a file.",
                thousands(*arrived),
                thousands(*stated)
            ),
            Self::Cut { arrived, stated: None } => format!(
                "Only {} characters arrived. Something shortened it on the way, often a chat client. \
                 Ask for it as a file.",
                thousands(*arrived)
            ),
            Self::Changed => "It doesn't match its own checksum, so it isn't shown.".to_owned(),
            Self::Newer { .. } => format!("You have {}.", env!("CARGO_PKG_VERSION")),
            Self::NotOurs => "The part after # isn't something Retort wrote.".to_owned(),
            Self::Damaged { what } => format!("{what} Ask for it as a file."),
            Self::Locked => {
                "Whoever made it knows the passphrase. Without it nobody can read the report."
                    .to_owned()
            }
            Self::TooLarge => format!(
                "It unpacks to more than {} MB, or far more than a report its size holds. \
                 Ask for it as a file.",
                LINK_INFLATED_BYTES_MAX / (1024 * 1024)
            ),
        }
    }
}
