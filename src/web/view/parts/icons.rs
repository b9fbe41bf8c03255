//! Icons: 16 px, 1.5 px stroke, drawn for this page.

use crate::web::view::dom::{View, el};

fn icon(path: &'static str) -> View {
    el("svg.ico")
        .attr("viewBox", "0 0 16 16")
        .attr("aria-hidden", "true")
        .with(el("path").attr("d", path))
}

/// The mark: a vessel in which something is distilled.
pub fn brand() -> View {
    el("svg.mark")
        .attr("viewBox", "0 0 22 22")
        .attr("aria-hidden", "true")
        .with(el("path").attr(
            "d",
            "M8.2 2.5h3.6v3.2c3.1.7 5 3 5 6.2a6.8 6.8 0 1 1-13.6 0c0-3.2 1.9-5.5 5-6.2z",
        ))
        .with(el("path").attr("d", "M15.3 8.3l4.2 1.6v3.4"))
        .with(el("path").attr("d", "M4.6 13.2c2.4-1.4 4.2 1 6.4.2 1.6-.6 2.8-1 4.6-.2"))
        .with(el("circle").attr("cx", "19.5").attr("cy", "16.6").attr("r", ".9"))
}

pub fn copy() -> View {
    icon("M5.5 5.5h7v8h-7zM3.5 10.500v-8h7")
}

pub fn check() -> View {
    icon("M3 8.500l3.500 3.500 6.500-7.500")
}

pub fn close() -> View {
    icon("M4 4l8 8M12 4l-8 8")
}

pub fn back() -> View {
    icon("M9.500 3.500L5 8l4.500 4.500")
}

pub fn chevron() -> View {
    icon("M6 4l4 4-4 4")
}

pub fn file() -> View {
    icon("M4 2.500h5l3 3v8H4zM9 2.500v3h3")
}

pub fn folder() -> View {
    icon("M2.500 4h4l1.500 2h5.500v7h-11z")
}

pub fn pencil() -> View {
    icon("M3 13l.7-3 7-7 2.300 2.300-7 7zM9.500 4.200l2.300 2.300")
}

pub fn lock() -> View {
    icon("M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500")
}
