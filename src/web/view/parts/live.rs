//! Closures behind one type each. Leptos compiles its machinery once for every closure type it meets, and a
//! page has hundreds; behind these few it is compiled a handful of times.

use std::sync::{Arc, Mutex};

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A value of an attribute that changes.
pub type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// Returns an attribute's value that is worked out again when what it reads changes.
pub fn live<T: 'static>(value: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(value))
}

/// Returns a part of the page that is drawn again when what it reads changes.
pub fn part<V: IntoAny>(draw: impl Fn() -> V + Send + 'static) -> AnyView {
    let draw: Box<dyn Fn() -> AnyView + Send> = Box::new(move || draw().into_any());
    (move || draw()).into_any()
}

/// Returns a part that is there only at times.
pub fn part_if<V: IntoAny>(draw: impl Fn() -> Option<V> + Send + 'static) -> AnyView {
    part(move || draw().map_or_else(nothing, IntoAny::into_any))
}

/// Returns a text that changes.
pub fn text(words: impl Fn() -> String + Send + 'static) -> AnyView {
    let words: Box<dyn Fn() -> String + Send> = Box::new(words);
    (move || words()).into_any()
}

/// Draws nothing.
pub fn nothing() -> AnyView {
    ().into_any()
}

/// Returns what a click does.
pub fn tap(act: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| act())
}

/// Returns `true` or `false` in letters, as ARIA wants it.
pub fn yes_no(state: impl Fn() -> bool + Send + 'static) -> Live<&'static str> {
    live(move || if state() { "true" } else { "false" })
}

/// Returns the mark of the row that is current.
pub fn current_if(state: Memo<bool>) -> Live<Option<&'static str>> {
    live(move || state.get().then_some("true"))
}
