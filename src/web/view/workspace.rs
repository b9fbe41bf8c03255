//! A report on screen: verdict, tabs, the open panel and the detail pane.

use crate::web::browser::window::document;
use crate::web::view::dom::{View, button, el, part, text};
use crate::web::view::state::Memo;
use web_sys::KeyboardEvent;

use super::panels::{self, PANELS, Panel};
use super::{Desk, details, verdict};
use crate::web::filter::{Filter, completions};
use crate::web::model::{Msg, PanelId};
use crate::web::{select, words};

/// Draws the report at hand.
pub fn workspace(desk: Desk) -> View {
    let open = part(move || {
        let panel = panels::of(desk.panel.get());
        el("div.list scroll")
            .id("panel")
            .attr("role", "tabpanel")
            .attr("tabindex", "-1")
            .test(&words::join(&["panel-", panel.id.word()]))
            .label(panel.title)
            .with((panel.view)(desk))
    });
    View::none()
        .with(verdict::verdict(desk))
        .with(el("div.tabbar").with(tabs(desk)).with(filter(desk)))
        .with(el("div.panes").with(open).with(details::pane(desk)))
}

fn tabs(desk: Desk) -> View {
    let shown = Memo::new(move || {
        desk.report
            .with(|report| report.as_ref().map(|report| select::tabs(report)).unwrap_or_default())
    });
    let tab = move |panel: &'static Panel| {
        let count = text(move || {
            desk.report.with(|report| {
                report.as_ref().map_or_else(String::new, |it| select::tab_count(it, panel.id))
            })
        });
        let is_open = Memo::new(move || desk.panel.get() == panel.id);
        button("tab")
            .attr("role", "tab")
            .id(&words::join(&["tab-", panel.id.word()]))
            .test(&words::join(&["tab-", panel.id.word()]))
            .attr("aria-controls", "panel")
            .yes_no("aria-selected", move || is_open.get())
            .tab_stop(move || is_open.get())
            .tap(move || desk.send(Msg::Show(panel.id)))
            .with(panel.title)
            .with(el("b").with(count))
    };
    let list = part(move || {
        let shown = shown.get();
        PANELS.iter().filter(|panel| shown.contains(&panel.id)).map(tab).collect::<View>()
    });
    // Arrows move the focus only: a panel can be large, and opening one is a decision.
    let arrows = move |event: &KeyboardEvent| {
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
    let tabs = el("div.tabs").attr("role", "tablist").label("Views").keys(arrows).with(list);
    part(move || if desk.sight.slim.get() { menu(desk, shown) } else { tabs.clone() })
}

/// On a slim page the tabs are a menu.
fn menu(desk: Desk, shown: Memo<Vec<PanelId>>) -> View {
    let option = move |panel: &'static Panel| {
        let count = desk.report.with(|report| {
            report.as_ref().map_or_else(String::new, |it| select::tab_count(it, panel.id))
        });
        el("option")
            .attr("value", panel.id.word())
            .flag("selected", move || desk.panel.get() == panel.id)
            .with(words::join(&[panel.title, " ", &count]))
    };
    let list = part(move || {
        let shown = shown.get();
        PANELS.iter().filter(|panel| shown.contains(&panel.id)).map(option).collect::<View>()
    });
    let choose = move |word: String| {
        if let Some(panel) = PanelId::from_word(&word) {
            desk.send(Msg::Show(panel));
        }
    };
    el("select.tabs").label("Views").test("tabs-menu").typed("change", choose).with(list)
}

/// The filter, what its last word may become, and how many things pass it.
fn filter(desk: Desk) -> View {
    let offers = part(move || {
        let text = desk.filter.get();
        let offers = desk.report.with(|report| {
            report.as_ref().map_or_else(Vec::new, |report| completions(&text, report))
        });
        offers.iter().map(|offer| el("option").attr("value", offer)).collect::<View>()
    });
    let hits = Memo::new(move || {
        let text = desk.filter.get();
        match desk.panel.get() {
            _ if text.is_empty() => String::new(),
            PanelId::Findings => desk.report.with(|report| {
                report.as_ref().map_or_else(String::new, |it| select::filter_said(it, &text))
            }),
            PanelId::Chain => panels::chain::hits(desk),
            _ => String::new(),
        }
    });
    // A token that nobody knows is a word like any other; who mistyped one sees which.
    let unknown = part(move || {
        let unknown = desk.filter.with(|text| Filter::read(text).unknown);
        unknown
            .iter()
            .map(|word| View::none().with(" ").with(el("u").with(words::visible(word))))
            .collect::<View>()
    });
    let enter = move |event: &KeyboardEvent| {
        if event.key() == "Enter" && desk.panel.get_untracked() == PanelId::Chain {
            panels::chain::step(desk, event.shift_key());
        }
    };
    View::none()
        .with(el("span.dim sm hits").test("hits").with(text(move || hits.get())).with(unknown))
        .with(
            el("div.search")
                .with(
                    el("input")
                        .attr("type", "search")
                        .id("filter")
                        .test("filter")
                        .attr("placeholder", words::FILTER)
                        .label(words::FILTER)
                        .attr("title", "Words, or sev: rule: table: rev: file: is: has:")
                        .attr("autocomplete", "off")
                        .attr("spellcheck", "false")
                        .attr("list", "tokens")
                        .live_property("value", move || desk.filter.get().into())
                        .keys(enter)
                        .typed("input", move |value| desk.send(Msg::Filter(value))),
                )
                .with(el("kbd").attr("aria-hidden", "true").with("/"))
                .with(el("datalist").id("tokens").with(offers)),
        )
}
