//! What a person reads when there is no link or no report.

use super::{LinkError, TooLong};
use crate::limits::{LINK_CHARS_MAX, LINK_INFLATED_BYTES_MAX};
use crate::wire::words::thousands;

impl TooLong {
    /// The headline shown.
    pub fn title(&self) -> String {
        "Too long for a link".to_owned()
    }

    /// The line below it.
    pub fn text(&self) -> String {
        format!(
            "{} characters; most apps stop at {}.",
            thousands(self.chars),
            thousands(LINK_CHARS_MAX)
        )
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
            Self::TooLarge => format!(
                "It unpacks to more than {} MB, or far more than a report its size holds. \
                 Ask for it as a file.",
                LINK_INFLATED_BYTES_MAX / (1024 * 1024)
            ),
        }
    }
}
