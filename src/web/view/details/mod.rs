//! The detail pane: one file per kind of thing it can show.
//!
//! In: what is selected.
//! Out: its details, with ways onward.
//! Never: a list of its own.

pub mod finding;
pub mod input;
pub mod revision;
pub mod statement;

use crate::web::view::parts::live::{part, tap, text};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Desk;
use super::parts::icons;
use crate::web::model::{Msg, PanelId, Subject};
use crate::web::words;

/// Draws the pane; on a narrow page it is a sheet that is there only while something is picked.
pub fn pane(desk: Desk) -> AnyView {
    let subject = desk.subject();
    let body = part(move || {
        let Some(report) = desk.report.get() else {
            return ().into_any();
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
    let picked = Memo::new(move |_| desk.selected.with(Option::is_some));
    Effect::new(move |was: Option<bool>| {
        let now = picked.get() && desk.sight.narrow.get();
        if now && was == Some(false) {
            request_animation_frame(|| super::focus("detail-back"));
        }
        now
    });
    view! {
        <aside class="detail scroll" id="detail" class:open=picked tabindex="-1" aria-label="Details"
            data-testid="detail">
            <button type="button" class="btn back" id="detail-back" data-testid="back" on:click=tap(move || back(desk))>
                {icons::back()}{words::BACK}
            </button>
            {body}
        </aside>
    }
    .into_any()
}

/// Closes the sheet and returns the focus to the row it came from.
fn back(desk: Desk) {
    let row = document()
        .query_selector("#panel [aria-current=true], #panel [aria-selected=true]")
        .ok()
        .flatten();
    desk.send(Msg::Back);
    request_animation_frame(move || {
        if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = row.focus();
        }
    });
}

fn hint(desk: Desk) -> AnyView {
    let hint = text(move || match desk.panel.get() {
        PanelId::Findings => words::PICK_FINDING.to_owned(),
        PanelId::Chain => words::PICK_REVISION.to_owned(),
        PanelId::Plan => words::PICK_STATEMENT.to_owned(),
        PanelId::Inputs => words::PICK_INPUT.to_owned(),
    });
    view! { <p class="dim">{hint}</p> }.into_any()
}

/// Draws a button that leads to something else.
fn way(desk: Desk, subject: Subject, label: AnyView) -> AnyView {
    view! {
        <button type="button" class="link" on:click=tap(move || desk.send(Msg::Jump(subject.clone())))>{label}</button>
    }
    .into_any()
}

/// Draws a heading and what belongs under it.
fn section(title: &'static str, body: AnyView) -> AnyView {
    view! { <section><h3>{title}</h3>{body}</section> }.into_any()
}
