//! Copying: a button that says that it did.

use super::live::{self, part};
use leptos::prelude::*;

use super::icons;
use crate::web::model::Msg;
use crate::web::view::Desk;
use crate::web::words;

/// Draws a button that copies a text and says so in place for a moment.
pub fn copy_button(desk: Desk, class: &'static str, label: &'static str, text: String) -> AnyView {
    let wanted = text.clone();
    let done = desk.read(move |model| model.copied.as_ref() == Some(&wanted));
    let copy = move |_| desk.send(Msg::Copy { text: text.clone() });
    let said = live::text(move || if done.get() { words::COPIED } else { label }.to_owned());
    view! {
        <button type="button" class=class data-testid="copy" on:click=copy>
            {said}
        </button>
    }
    .into_any()
}

/// Draws a command in code with a small button beside it.
pub fn code_line(desk: Desk, code: &str) -> AnyView {
    let text = code.to_owned();
    let wanted = text.clone();
    let done = desk.read(move |model| model.copied.as_ref() == Some(&wanted));
    let label = words::join(&[words::COPY, " ", &words::visible(code)]);
    let copy = move |_| desk.send(Msg::Copy { text: text.clone() });
    let icon = part(move || if done.get() { icons::check() } else { icons::copy() });
    view! {
        <span class="code-line">
            <code>{words::visible(code)}</code>
            <button type="button" class="icon" data-testid="copy" aria-label=label title=words::COPY on:click=copy>
                {icon}
            </button>
        </span>
    }
    .into_any()
}
