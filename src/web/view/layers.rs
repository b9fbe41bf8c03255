//! What lies over the page: dialogs, and the sign that something can be dropped.

use crate::web::view::parts::live::{part, part_if, tap, text};
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Desk;
use super::first::ways_in;
use super::parts::{copy_button, icons};
use crate::limits::LINK_CHARS_MAX;
use crate::web::model::{Layer, LinkState, Msg, Share};
use crate::web::words;

/// Draws the dialog, open or not, and the drop overlay.
pub fn layers(desk: Desk) -> AnyView {
    let layer = desk.read(|model| model.layer);
    let node = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else {
            return;
        };
        // Closing it, rather than taking it away, gives the focus back to where it was.
        if layer.get().is_none() {
            dialog.close();
        } else if !dialog.open() {
            let _ = dialog.show_modal();
        }
    });
    // The browser tells late that Escape closed it; by then another may have been opened.
    let closed = move |_| {
        let reopened = node.get_untracked().is_some_and(|dialog| dialog.open());
        if layer.get_untracked().is_some() && !reopened {
            desk.send(Msg::Close);
        }
    };
    let beside = move |event: leptos::ev::MouseEvent| {
        if event.target() == event.current_target() {
            desk.send(Msg::Close);
        }
    };
    let body = part_if(move || layer.get().map(|layer| content(desk, layer)));
    view! {
        <dialog node_ref=node aria-labelledby="layer-title" on:close=closed on:click=beside data-testid="dialog">{body}</dialog>
        {drop_overlay(desk)}
    }
    .into_any()
}

fn content(desk: Desk, layer: Layer) -> AnyView {
    let (title, body) = match layer {
        Layer::AddInput => (words::ADD_INPUT, ways_in(desk, "")),
        Layer::Share => (words::SHARE_TITLE, share(desk)),
        Layer::Keys => (words::KEYS_TITLE, keys()),
        Layer::Privacy => (words::PRIVACY_TITLE, privacy()),
        Layer::CopyByHand => (words::COPY_FAILED, by_hand(desk)),
    };
    view! {
        <div class="sheet">
            <header>
                <h2 class="serif" id="layer-title">{title}</h2>
                <button type="button" class="icon" data-testid="close" aria-label=words::CLOSE
                    on:click=tap(move || desk.send(Msg::Close))>{icons::close()}</button>
            </header>
            {body}
        </div>
    }
    .into_any()
}

fn keys() -> AnyView {
    let line = |(keys, does): &(&'static str, &'static str)| {
        view! { <tr><th scope="row"><kbd>{*keys}</kbd></th><td>{*does}</td></tr> }.into_any()
    };
    let lines: Vec<AnyView> = words::KEYS.iter().map(line).collect();
    view! {
        <table class="keys"><tbody>{lines}</tbody></table>
        <p class="dim sm">"Keys do nothing while you type."</p>
    }
    .into_any()
}

fn privacy() -> AnyView {
    words::PRIVACY_TEXTS
        .iter()
        .map(|text| view! { <p>{*text}</p> }.into_any())
        .collect::<Vec<_>>()
        .into_any()
}

fn by_hand(desk: Desk) -> AnyView {
    let text = desk.peek(|model| model.by_hand.clone());
    let select = |event: leptos::ev::FocusEvent| {
        if let Some(field) =
            event.target().and_then(|field| field.dyn_into::<web_sys::HtmlTextAreaElement>().ok())
        {
            field.select();
        }
    };
    view! {
        <p>"The browser didn't let the page write to the clipboard. Select it and copy."</p>
        <textarea class="mono" rows="6" readonly autofocus aria-label=words::COPY_FAILED data-testid="by-hand"
            prop:value=text on:focus=select></textarea>
    }
    .into_any()
}

fn share(desk: Desk) -> AnyView {
    let share = desk.read(|model| model.share.clone());
    let received = desk.read(|model| matches!(model.link, LinkState::Received { .. }));
    let state = part(move || {
        match share.get() {
        Share::None | Share::Making { .. } => view! { <p data-testid="making">{words::MAKING_LINK}</p> }.into_any(),
        Share::Refused { why } => {
            view! { <div class="card alert" role="alert" data-testid="share-refused"><b>{words::LINK_REFUSED}</b><p>{why}</p></div> }
                .into_any()
        }
        Share::Made { fragment } => made(desk, &fragment),
    }
    });
    let note = text(move || {
        if received.get() { "This is the link you came by, unchanged." } else { "" }.to_owned()
    });
    view! {
        <p>{words::SHARE_TEXT}</p>
        <p class="dim sm">{note}</p>
        {state}
        <dl class="parts">
            <dt>{words::INCLUDED}</dt><dd>{words::INCLUDED_TEXT}</dd>
            <dt>{words::LEFT_OUT}</dt><dd>{words::LEFT_OUT_TEXT}</dd>
        </dl>
        <p class="dim sm">{words::SHARE_HISTORY}</p>
    }
    .into_any()
}

fn made(desk: Desk, fragment: &str) -> AnyView {
    let here = window().location().href().unwrap_or_default();
    let base = here.split('#').next().unwrap_or_default();
    let link = words::join(&[base, "#", fragment]);
    // The fragment is ASCII; an address the browser gives is, too.
    let chars = link.len();
    let share = (chars.min(LINK_CHARS_MAX) * 100 / LINK_CHARS_MAX).to_string();
    let said = words::count(chars, "character", "characters");
    view! {
        <div class="meter">
            <meter min="0" max="100" value=share aria-label="Length of the link"></meter>
            <span><b data-testid="link-length">{said}</b>" "{words::link_tier(chars)}</span>
        </div>
        <div class="buttons">{copy_button(desk, "btn primary", words::COPY_LINK, link.clone())}</div>
        <details class="patch">
            <summary>"Show the link"</summary>
            <textarea class="mono" rows="4" readonly aria-label="The link" data-testid="link" prop:value=link></textarea>
        </details>
    }
    .into_any()
}

fn drop_overlay(desk: Desk) -> AnyView {
    let dragged = desk.read(|model| model.dragged);
    let shown = part_if(move || {
        dragged.get().map(|count| {
            let said = match count {
                0 | 1 => words::DROP.to_owned(),
                // A folder is one item however much it holds.
                _ => words::join(&[words::DROP, " ", &words::number(count as usize), " items"]),
            };
            view! { <div class="drop" aria-hidden="true" data-testid="drop"><span class="serif">{said}</span></div> }
        })
    });
    view! { {shown} }.into_any()
}
