//! Badges: shape, word and colour together.

use leptos::prelude::*;

use crate::web::words;
use crate::wire::Severity;

/// Draws a severity's shape and word.
pub fn severity_badge(severity: Severity) -> AnyView {
    let class = match severity {
        Severity::Blocker => "sev blocker",
        Severity::Danger => "sev danger",
        Severity::Warning => "sev warning",
        Severity::Notice => "sev notice",
    };
    view! { <span class=class>{shape(severity)}{words::severity(severity)}</span> }.into_any()
}

/// Draws a severity's shape alone, for places where the word stands elsewhere.
pub fn shape(severity: Severity) -> AnyView {
    let path = match severity {
        Severity::Blocker => "M5 0l5 5-5 5-5-5z",
        Severity::Danger => "M5 .5l5 9H0z",
        Severity::Warning => "M1 1h8v8H1z",
        Severity::Notice => "M5 .5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
    };
    view! {
        <svg viewBox="0 0 10 10" aria-hidden="true">
            <path d=path fill="currentColor" />
        </svg>
    }
    .into_any()
}

/// Draws a word in a box.
pub fn tag(text: impl Into<String>, class: &'static str) -> AnyView {
    let text: String = text.into();
    view! { <span class=words::join(&["badge ", class])>{text}</span> }.into_any()
}

/// Draws where a database is.
pub fn role_badge(role: &'static str) -> AnyView {
    tag(role, "env")
}
