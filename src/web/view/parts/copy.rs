//! Copying: a button that says that it did.

use crate::web::view::dom::{View, button, el, part, text};

use super::icons;
use crate::web::model::Msg;
use crate::web::view::Desk;
use crate::web::words;

/// Draws a button that copies a text and says so in place for a moment.
pub fn copy_button(
    desk: Desk,
    class: &'static str,
    label: impl Into<String>,
    code: String,
) -> View {
    let label = label.into();
    let wanted = code.clone();
    let done = desk.read(move |model| model.copied.as_ref() == Some(&wanted));
    let copy = move || desk.send(Msg::Copy { text: code.clone() });
    let said = text(move || if done.get() { words::COPIED.to_owned() } else { label.clone() });
    button(class).test("copy").tap(copy).with(said)
}

/// Draws a command in code with a small button beside it.
pub fn code_line(desk: Desk, code: &str) -> View {
    let text = code.to_owned();
    let wanted = text.clone();
    let done = desk.read(move |model| model.copied.as_ref() == Some(&wanted));
    let label = words::join(&[words::COPY, " ", &words::visible(code)]);
    let copy = move || desk.send(Msg::Copy { text: text.clone() });
    let icon = part(move || if done.get() { icons::check() } else { icons::copy() });
    el("span.code-line").with(el("code").with(words::visible(code))).with(
        button("icon").test("copy").label(&label).attr("title", words::COPY).tap(copy).with(icon),
    )
}
