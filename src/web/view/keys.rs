//! Keys that work anywhere on the page, except while somebody types.

use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::{Desk, focus};
use crate::web::browser::window::{self, document};
use crate::web::keys::{self, Scope};
use crate::web::model::{Layer, Msg};
use crate::web::select;

/// What F6 goes through, in the order it is read.
const AREAS: [&str; 6] = [".top", ".verdict", ".tabbar", "#panel", "#detail", ".status"];
const REACHABLE: &str = "button:not([disabled]):not([tabindex='-1']), select:not([disabled]), [tabindex='0'], input:not([disabled])";

/// Starts to listen.
pub fn listen(desk: Desk) {
    window::listen("keydown", move |event| heard(desk, event.unchecked_ref()));
}

/// Returns the key, and on a layout without Latin letters the letter or number in its place.
pub fn letter(event: &KeyboardEvent) -> String {
    let key = event.key();
    let mut chars = key.chars();
    if let (Some(c), None) = (chars.next(), chars.next())
        && !c.is_ascii()
    {
        let code = event.code();
        let place = code.strip_prefix("Key").or_else(|| code.strip_prefix("Digit"));
        return place.map_or(key, str::to_ascii_lowercase);
    }
    key
}

fn heard(desk: Desk, event: &KeyboardEvent) {
    if event.default_prevented() || event.is_composing() || event.alt_key() {
        return;
    }
    // An open dialog has the keys to itself, and closes by itself on Escape.
    // What is open, not what the model believes: the browser tells late that Escape closed a dialog.
    if document().query_selector("dialog[open]").is_ok_and(|open| open.is_some()) {
        return;
    }
    let active = document().active_element();
    let is_in =
        |place: &str| active.as_ref().is_some_and(|it| it.closest(place).ok().flatten().is_some());
    let key = letter(event);
    if event.ctrl_key() || event.meta_key() {
        // Pressed again, in the field, it is the browser's.
        if key == "f" && is_in("[role=treegrid], .findings") {
            event.prevent_default();
            focus("filter");
        }
        return;
    }
    if !keys::means(Scope::Page, &key) {
        return;
    }
    match key.as_str() {
        "F6" => next_area(event.shift_key()),
        "Escape" => return desk.send(Msg::Escape),
        _ if event.repeat()
            || is_in("input, textarea, select, [contenteditable]")
            || desk.peek(|model| model.letters_off) =>
        {
            return;
        }
        "/" => focus("filter"),
        "?" => desk.send(Msg::Open(Layer::Keys)),
        _ => {
            let panel = key.parse::<usize>().ok().and_then(|number| {
                let at = number.checked_sub(1)?;
                desk.report.with_untracked(|report| select::tabs(report.as_ref()?).get(at).copied())
            });
            match panel {
                Some(panel) => desk.send(Msg::Show(panel)),
                None => return,
            }
        }
    }
    event.prevent_default();
}

fn next_area(back: bool) {
    let active = document().active_element();
    let is_in = |area: &str| {
        active.as_ref().is_some_and(|active| active.closest(area).ok().flatten().is_some())
    };
    let here = AREAS.iter().position(|area| is_in(area));
    let step = if back { AREAS.len() - 1 } else { 1 };
    let start = here.unwrap_or(if back { 0 } else { AREAS.len() - 1 });
    for ahead in 1..=AREAS.len() {
        let area = AREAS[(start + ahead * step) % AREAS.len()];
        if let Some(element) = reachable_in(area) {
            let _ = element.focus();
            return;
        }
    }
}

/// The row that is current, else the first thing that takes the focus. What is not displayed has no size.
fn reachable_in(area: &str) -> Option<web_sys::HtmlElement> {
    let area = document().query_selector(area).ok().flatten()?;
    let current = area
        .query_selector("[aria-selected=true][tabindex='0'], [aria-current=true][tabindex='0']")
        .ok()
        .flatten();
    let candidates = area.query_selector_all(REACHABLE).ok()?;
    let listed = (0..candidates.length())
        .filter_map(|ix| candidates.item(ix)?.dyn_into::<web_sys::Element>().ok());
    current
        .into_iter()
        .chain(listed)
        .filter_map(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        .find(|element| element.offset_width() > 0)
}
