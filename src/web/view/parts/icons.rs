//! Icons: 16 px, 1.5 px stroke, drawn for this page.

use leptos::prelude::*;

fn icon(path: &'static str) -> AnyView {
    view! {
        <svg class="ico" viewBox="0 0 16 16" aria-hidden="true">
            <path d=path />
        </svg>
    }
    .into_any()
}

/// The mark: a vessel in which something is distilled.
pub fn brand() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 22 22" aria-hidden="true">
            <path d="M8.2 2.5h3.6v3.2c3.1.7 5 3 5 6.2a6.8 6.8 0 1 1-13.6 0c0-3.2 1.9-5.5 5-6.2z" />
            <path d="M15.3 8.3l4.2 1.6v3.4" />
            <path d="M4.6 13.2c2.4-1.4 4.2 1 6.4.2 1.6-.6 2.8-1 4.6-.2" />
            <circle cx="19.5" cy="16.6" r=".9" />
        </svg>
    }
    .into_any()
}

pub fn copy() -> AnyView {
    icon("M5.5 5.5h7v8h-7zM3.5 10.500v-8h7")
}

pub fn check() -> AnyView {
    icon("M3 8.500l3.500 3.500 6.500-7.500")
}

pub fn close() -> AnyView {
    icon("M4 4l8 8M12 4l-8 8")
}

pub fn back() -> AnyView {
    icon("M9.500 3.500L5 8l4.500 4.500")
}

pub fn chevron() -> AnyView {
    icon("M6 4l4 4-4 4")
}

pub fn file() -> AnyView {
    icon("M4 2.500h5l3 3v8H4zM9 2.500v3h3")
}

pub fn folder() -> AnyView {
    icon("M2.500 4h4l1.500 2h5.500v7h-11z")
}

pub fn pencil() -> AnyView {
    icon("M3 13l.7-3 7-7 2.300 2.300-7 7zM9.500 4.200l2.300 2.300")
}

pub fn lock() -> AnyView {
    icon("M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500")
}
