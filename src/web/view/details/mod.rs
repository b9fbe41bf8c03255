//! The detail pane: one file per kind of thing it can show.
//!
//! In: what is selected.
//! Out: its details, with ways onward.
//! Never: a list of its own.

pub mod finding;
pub mod input;
pub mod moment;
pub mod revision;
pub mod statement;

use crate::web::browser::window::{document, next_frame};
use crate::web::view::dom::{View, button, el, part, text, watch};
use crate::web::view::state::Memo;
use wasm_bindgen::JsCast;

use super::Desk;
use super::parts::icons;
use crate::web::model::{Msg, PanelId, Subject};
use crate::web::words;

/// Draws the pane; on a narrow page it is a sheet that is there only while something is picked.
pub fn pane(desk: Desk) -> View {
    let subject = desk.subject();
    let body = part(move || {
        let Some(report) = desk.report.get() else {
            return View::none();
        };
        match subject.get() {
            Some(Subject::Finding(id)) => finding::finding(desk, &report, &id),
            Some(Subject::Revision { chain, id }) => revision::revision(desk, &report, chain, &id),
            Some(Subject::Statement { plan, statement }) => {
                statement::statement(desk, &report, plan, statement)
            }
            Some(Subject::Input(path)) => input::input(desk, &report, &path),
            None => hint(desk),
        }
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
        .with(body)
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

fn hint(desk: Desk) -> View {
    let hint = text(move || match desk.panel.get() {
        PanelId::Findings => words::PICK_FINDING.to_owned(),
        PanelId::Chain => words::PICK_REVISION.to_owned(),
        PanelId::Plan => words::PICK_STATEMENT.to_owned(),
        PanelId::Inputs => words::PICK_INPUT.to_owned(),
    });
    el("p.dim").with(hint)
}

/// Draws a button that leads to something else.
fn way(desk: Desk, subject: Subject, label: View) -> View {
    button("link").tap(move || desk.send(Msg::Jump(subject.clone()))).with(label)
}

/// Draws a heading and what belongs under it.
fn section(title: &'static str, body: View) -> View {
    el("section").with(el("h3").with(title)).with(body)
}
