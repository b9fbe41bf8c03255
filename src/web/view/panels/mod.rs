//! The panels behind the tabs, one file each.
//!
//! In: the desk.
//! Out: a list with a selection.
//! Never: another panel. They meet in what is selected.

pub mod findings;
pub mod chain;
pub mod chain_row;
pub mod inputs;

use crate::web::view::dom::{View, button, el};

use super::{Desk, blocks};
use crate::web::filter::Filter;
use crate::web::model::{Msg, NoticeAction, PanelId};
use crate::web::words;
use crate::wire::escaped::escape;

/// One tab and what it opens.
#[derive(Debug)]
pub struct Panel {
    pub id: PanelId,
    pub title: &'static str,
    pub view: fn(Desk) -> View,
}

/// Every panel, in the order of the tabs.
pub const PANELS: &[Panel] = &[
    Panel { id: PanelId::Findings, title: "Findings", view: findings::findings },
    Panel { id: PanelId::Chain, title: "Chain", view: chain::chain },
    Panel { id: PanelId::Plan, title: "Plan", view: composed },
    Panel { id: PanelId::Schema, title: "Schema diff", view: composed },
    Panel { id: PanelId::Fixes, title: "Fixes", view: composed },
    Panel { id: PanelId::Inputs, title: "Inputs", view: inputs::inputs },
    Panel { id: PanelId::Rules, title: "Rules", view: composed },
];

/// Returns the panel with this id.
pub fn of(id: PanelId) -> &'static Panel {
    PANELS.iter().find(|panel| panel.id == id).unwrap_or(&PANELS[0])
}

/// Draws a panel that the engine composes; it is told what to look for and what to compare.
fn composed(desk: Desk) -> View {
    let panel = desk.panel.get_untracked();
    let ask = desk.read(|model| model.ask.clone());
    let at = move || {
        let (ask, filter) = (ask.get(), desk.filter.get());
        let ask = if panel == PanelId::Schema { ask } else { String::new() };
        let plain = Filter::read(&filter).words();
        words::join(&["/", panel.word(), "?", &ask, "&q=", &escape(&plain)])
    };
    el("div.composed").with(blocks::shown(desk, at))
}

/// Draws what stands where a filter left nothing.
fn nothing_matches(desk: Desk, hidden: String) -> View {
    el("div.empty")
        .test("nothing-matches")
        .with(el("h2").with(words::NOTHING_MATCHES))
        .with(el("p").with(hidden))
        .with(
            button("btn")
                .tap(move || desk.send(Msg::NoticeAction(NoticeAction::ClearFilter)))
                .with(words::CLEAR_FILTER),
        )
}

/// Draws what stands where there is nothing at all.
fn nothing(title: &'static str, text: &'static str) -> View {
    el("div.empty").with(el("h2").with(title)).with(el("p").with(text))
}
