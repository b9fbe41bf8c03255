//! The window and what it does later.

use std::cell::OnceCell;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Event, Window};

/// Returns the window.
pub fn window() -> Window {
    web_sys::window().unwrap_or_else(|| unreachable!("a page has a window"))
}

/// Returns the document.
pub fn document() -> Document {
    thread_local!(static DOCUMENT: OnceCell<Document> = const { OnceCell::new() });
    let find = || window().document().unwrap_or_else(|| unreachable!("a window has a document"));
    DOCUMENT.with(|document| document.get_or_init(find).clone())
}

/// Returns the address of the page without its fragment.
pub fn address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// Does something before the next frame is drawn.
pub fn next_frame(act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    // A window takes any function.
    let _ = window().request_animation_frame(act.unchecked_ref());
}

/// Does something in a while, and returns the number by which [`not_later`] knows it.
pub fn later(ms: i32, act: impl FnOnce() + 'static) -> i32 {
    let act = Closure::once_into_js(act);
    let asked =
        window().set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), ms);
    asked.unwrap_or_default()
}

/// Does it not.
pub fn not_later(number: i32) {
    window().clear_timeout_with_handle(number);
}

/// Hears of an event for as long as the page is there.
pub fn listen(event: &str, hear: impl FnMut(Event) + 'static) {
    let hear: Box<dyn FnMut(Event)> = Box::new(hear);
    let hear = Closure::wrap(hear).into_js_value();
    let _ = window().add_event_listener_with_callback(event, hear.unchecked_ref());
}

/// Returns whether whoever put the page on a server lets reports be shared by link (docs/hosting.md).
pub fn may_share() -> bool {
    document().document_element().is_some_and(|root| !root.has_attribute("data-no-share"))
}
