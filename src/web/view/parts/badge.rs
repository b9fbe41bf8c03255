//! Badges: shape, word and colour together.

use crate::web::view::dom::{View, el};

use crate::web::words;
use crate::wire::Severity;

/// Draws a severity's shape and word.
pub fn severity_badge(severity: Severity) -> View {
    let class = match severity {
        Severity::Blocker => "sev blocker",
        Severity::Danger => "sev danger",
        Severity::Warning => "sev warning",
        Severity::Notice => "sev notice",
    };
    el("span").class(class).with(shape(severity)).with(words::severity(severity))
}

/// Draws a severity's shape alone, for places where the word stands elsewhere.
pub fn shape(severity: Severity) -> View {
    let path = match severity {
        Severity::Blocker => "M5 0l5 5-5 5-5-5z",
        Severity::Danger => "M5 .5l5 9H0z",
        Severity::Warning => "M1 1h8v8H1z",
        Severity::Notice => "M5 .5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
    };
    el("svg")
        .attr("viewBox", "0 0 10 10")
        .attr("aria-hidden", "true")
        .with(el("path").attr("d", path).attr("fill", "currentColor"))
}

/// Draws a word in a box.
pub fn tag(text: impl Into<String>, class: &'static str) -> View {
    let text: String = text.into();
    el("span").class(&words::join(&["badge ", class])).with(text)
}

/// Draws where a database is.
pub fn role_badge(role: &'static str) -> View {
    tag(role, "env")
}
