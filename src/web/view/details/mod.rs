//! The detail pane: one file per kind of thing it can show.
//!
//! In: what is selected.
//! Out: its details, with ways onward.
//! Never: a list of its own.

pub mod editor;
pub mod input;

use crate::web::browser::window::{document, next_frame};
use crate::web::view::dom::{View, button, el, part, part_if, watch};
use crate::web::view::state::Memo;
use wasm_bindgen::JsCast;

use super::parts::icons;
use super::{Desk, blocks};
use crate::web::model::{Msg, Subject};
use crate::web::words;

/// Draws the pane; on a narrow page it is a sheet that is there only while something is picked.
pub fn pane(desk: Desk) -> View {
    let subject = desk.subject();
    let body = part(move || {
        let Some(report) = desk.report.get() else {
            return View::none();
        };
        match subject.get() {
            Some(Subject::Input(path)) => input::input(desk, &report, &path),
            _ => View::none(),
        }
    });
    // One place for all of them, so that what was shown stays until the next is there.
    let at = move || subject.with(|subject| subject.as_ref().map(Subject::address));
    let is_there = Memo::new(move || subject.with(Option::is_some));
    let composed = part_if(move || {
        is_there
            .get()
            .then(|| blocks::shown(desk, move || words::join(&["?", &at().unwrap_or_default()])))
    });
    let picked = Memo::new(move || desk.selected.with(Option::is_some));
    let mut was = true;
    watch(move || {
        let now = picked.get() && desk.sight.narrow.get();
        if now && !was {
            next_frame(|| super::focus("detail-back"));
        }
        was = now;
    });
    el("aside.detail scroll")
        .id("detail")
        .class_if("open", move || picked.get())
        .class_if("none", move || !is_there.get())
        .attr("tabindex", "-1")
        .label("Details")
        .test("detail")
        .with(
            button("btn back")
                .id("detail-back")
                .test("back")
                .tap(move || back(desk))
                .with(icons::back())
                .with(words::BACK),
        )
        .with(scrub(desk, subject))
        .with(body)
        .with(editor::editor(desk, subject))
        .with(composed)
}

/// Closes the sheet and returns the focus to the row it came from.
fn back(desk: Desk) {
    let row = document()
        .query_selector("#panel [aria-current=true], #panel [aria-selected=true]")
        .ok()
        .flatten();
    desk.send(Msg::Back);
    next_frame(move || {
        if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = row.focus();
        }
    });
}

/// A ruler along the chain: dragging it or an arrow key leads from revision to revision.
fn scrub(desk: Desk, subject: Memo<Option<Subject>>) -> View {
    let chain = Memo::new(move || match subject.get() {
        Some(Subject::Revision { chain, .. }) => Some(chain),
        _ => None,
    });
    part_if(move || {
        let (chain, report) = (chain.get()?, desk.report.get()?);
        let last = report.chains.get(chain)?.order.len().checked_sub(1).filter(|last| *last > 0)?;
        let (here, there) = (report.clone(), report);
        let at = move || {
            let at = subject.with(|subject| match subject {
                Some(Subject::Revision { id, .. }) => {
                    here.chains.get(chain)?.order.iter().position(|one| one == id)
                }
                _ => None,
            });
            at.unwrap_or(last).to_string().into()
        };
        let follow = move |value: String| {
            let at = value.parse::<usize>().ok();
            let id = at.and_then(|at| there.chains.get(chain)?.order.get(at).cloned());
            if let Some(id) = id {
                desk.send(Msg::Follow(Subject::Revision { chain, id }));
            }
        };
        let ruler = el("input")
            .attr("type", "range")
            .attr("max", &last.to_string())
            .label(words::SCRUB)
            .test("scrub")
            .live_property("value", at)
            .typed("input", follow);
        Some(
            el("div.scrub")
                .with(el("span.dim sm").with("base"))
                .with(ruler)
                .with(el("span.dim sm").with("head")),
        )
    })
}
