//! A report on screen: verdict, tabs, the open panel and the detail pane.

use crate::web::view::parts::live::{live, part, tap, text, yes_no};
use leptos::prelude::*;

use super::panels::{self, PANELS, Panel};
use super::{Desk, details, verdict};
use crate::web::model::{Msg, PanelId};
use crate::web::{select, words};

/// Draws the report at hand.
pub fn workspace(desk: Desk) -> AnyView {
    let open = part(move || {
        let panel = panels::of(desk.panel.get());
        view! {
            <div class="list scroll" id="panel" role="tabpanel" tabindex="-1" data-testid=words::join(&["panel-", panel.id.word()])
                aria-labelledby=words::join(&["tab-", panel.id.word()])>{(panel.view)(desk)}</div>
        }
    });
    view! {
        {verdict::verdict(desk)}
        <div class="tabbar">{tabs(desk)}{filter(desk)}</div>
        <div class="panes">{open}{details::pane(desk)}</div>
    }
    .into_any()
}

fn tabs(desk: Desk) -> AnyView {
    let shown = Memo::new(move |_| {
        desk.report
            .with(|report| report.as_ref().map(|report| select::tabs(report)).unwrap_or_default())
    });
    let tab = move |panel: &'static Panel| {
        let count = text(move || {
            let count = desk.report.with(|report| {
                report.as_ref().map_or(0, |report| select::tab_count(report, panel.id))
            });
            words::number(count)
        });
        let is_open = Memo::new(move |_| desk.panel.get() == panel.id);
        view! {
            <button type="button" role="tab" class="tab" id=words::join(&["tab-", panel.id.word()])
                data-testid=words::join(&["tab-", panel.id.word()]) aria-controls="panel"
                aria-selected=yes_no(move || is_open.get())
                tabindex=live(move || if is_open.get() { "0" } else { "-1" })
                on:click=tap(move || desk.send(Msg::Show(panel.id)))>{panel.title}<b>{count}</b></button>
        }
        .into_any()
    };
    let list = part(move || {
        let shown = shown.get();
        PANELS.iter().filter(|panel| shown.contains(&panel.id)).map(tab).collect::<Vec<_>>()
    });
    // Arrows move the focus only: a panel can be large, and opening one is a decision.
    let arrows = move |event: leptos::ev::KeyboardEvent| {
        let shown = shown.get_untracked();
        let focused = document().active_element().map(|element| element.id()).unwrap_or_default();
        let named = |panel: &PanelId| focused.strip_prefix("tab-") == Some(panel.word());
        let Some(at) = shown.iter().position(named) else {
            return;
        };
        let to = match event.key().as_str() {
            "ArrowRight" => at + 1,
            "ArrowLeft" => at + shown.len() - 1,
            "Home" => 0,
            "End" => shown.len() - 1,
            _ => return,
        };
        event.prevent_default();
        if let Some(panel) = shown.get(to % shown.len()) {
            super::focus(&words::join(&["tab-", panel.word()]));
        }
    };
    view! { <div class="tabs" role="tablist" aria-label="Views" on:keydown=arrows>{list}</div> }
        .into_any()
}

fn filter(desk: Desk) -> AnyView {
    let hint = "Words, or sev: rule: table: rev: file:";
    view! {
        <div class="search">
            <input type="search" id="filter" data-testid="filter" placeholder=words::FILTER aria-label=words::FILTER
                title=hint autocomplete="off" spellcheck="false" prop:value=desk.filter
                on:input=move |event| desk.send(Msg::Filter(event_target_value(&event))) />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
    .into_any()
}
