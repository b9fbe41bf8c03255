//! What lies over the page: dialogs, and the sign that something can be dropped.

use crate::web::browser::hands;
use crate::web::browser::window;
use crate::web::view::dom::{View, button, el, part_if, watch};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

use super::first::ways_in;
use super::parts::{icons, passphrase};
use super::settings::settings;
use super::{Desk, blocks};
use crate::web::keys::{KEYS, Key};
use crate::web::model::{Layer, Msg, Subject};
use crate::web::words;
use crate::wire::escaped::escape;
use crate::wire::share;

/// Draws the dialog, open or not, and the drop overlay.
pub fn layers(desk: Desk) -> View {
    let layer = desk.read(|model| model.layer);
    let sheet = el("dialog").attr("aria-labelledby", "layer-title").test("dialog");
    let dialog: HtmlDialogElement = sheet.element();
    // The browser tells late that Escape closed it; by then another may have been opened.
    let shown = dialog.clone();
    let closed = move |_| {
        if layer.get_untracked().is_some() && !shown.open() {
            desk.send(Msg::Close);
        }
    };
    let beside = move |event: web_sys::Event| {
        if event.target() == event.current_target() {
            desk.send(Msg::Close);
        }
    };
    let body = part_if(move || layer.get().map(|layer| content(desk, layer)));
    let sheet = sheet.on("close", closed).on("click", beside).with(body);
    watch(move || {
        // Closing it, rather than taking it away, gives the focus back to where it was.
        // Also before another one is shown, which takes the focus only as it opens.
        dialog.close();
        if layer.get().is_some() {
            let _ = dialog.show_modal();
        }
    });
    View::none().with(sheet).with(drop_overlay(desk))
}

fn content(desk: Desk, layer: Layer) -> View {
    let (title, body) = match layer {
        Layer::AddInput => (words::ADD_INPUT, ways_in(desk, "")),
        Layer::Share if window::may_share() => (words::SHARE_TITLE, share(desk)),
        Layer::Share => (words::SAVE_TITLE, files(desk)),
        Layer::Keys => (words::KEYS_TITLE, keys(desk)),
        Layer::Privacy => (words::PRIVACY_TITLE, privacy()),
        Layer::CopyByHand => (words::COPY_FAILED, by_hand(desk)),
        Layer::Settings => (words::SETTINGS_TITLE, settings(desk)),
        Layer::Revision => (words::REVISION, revision(desk)),
    };
    el("div.sheet")
        .with(
            el("header").with(el("h2.serif").id("layer-title").with(title)).with(
                button("icon")
                    .test("close")
                    .label(words::CLOSE)
                    .tap(move || desk.send(Msg::Close))
                    .with(icons::close()),
            ),
        )
        .with(body)
}

fn keys(desk: Desk) -> View {
    let line = |(.., shown, does): &Key| {
        el("tr")
            .with(el("th").attr("scope", "row").with(el("kbd").with(*shown)))
            .with(el("td").with(*does))
    };
    let lines: Vec<View> = KEYS.iter().map(line).collect();
    let on = desk.read(|model| !model.letters_off);
    let toggle = move |_| desk.send(Msg::LettersOff(on.get_untracked()));
    let switch = el("input").attr("type", "checkbox").test("letters").on("change", toggle);
    View::none()
        .with(el("table.keys").with(el("tbody").with(lines)))
        .with(
            el("label.theme")
                .with(switch.live_property("checked", move || on.get().into()))
                .with(words::LETTERS),
        )
        .with(el("p.dim sm").with("Keys do nothing while you type."))
}

fn revision(desk: Desk) -> View {
    let id = desk.peek(|model| match &model.selected {
        Some(Subject::Revision { id, .. }) => id.clone(),
        _ => String::new(),
    });
    let at = words::join(&["?menu=", &escape(&id)]);
    View::none()
        .with(el("p.mono").with(words::visible(&id)))
        .with(blocks::shown(desk, move || at.clone()))
}

fn privacy() -> View {
    let single = el("p").test("single-file");
    hands::tell_single_file(single.node());
    let memory = el("div.buttons").test("memory");
    hands::offer_memory(memory.node());
    let texts = words::PRIVACY_TEXTS.iter().map(|text| el("p").with(*text)).collect::<View>();
    texts.with(memory).with(single)
}

fn by_hand(desk: Desk) -> View {
    let text = desk.peek(|model| model.by_hand.clone());
    let select = |event: web_sys::Event| {
        if let Some(field) =
            event.target().and_then(|field| field.dyn_into::<web_sys::HtmlTextAreaElement>().ok())
        {
            field.select();
        }
    };
    View::none()
        .with(
            el("p").with(
                "The browser didn't let the page write to the clipboard. Select it and copy.",
            ),
        )
        .with(
            el("textarea.mono")
                .attr("rows", "6")
                .attr("readonly", "")
                .attr("autofocus", "")
                .label(words::COPY_FAILED)
                .test("by-hand")
                .value(&text)
                .on("focus", select),
        )
}

fn share(desk: Desk) -> View {
    // Whoever came by a link can pass it on without choosing anything.
    let base = escape(&window::address());
    let chosen = desk.read(|model| {
        let locks = if model.passphrase.is_empty() { "" } else { ",locked" };
        words::join(&[&model.choice.0.join(","), locks, "&at=", &model.opens_at])
    });
    let at = move || words::join(&["/share?base=", &base, "&w=", &chosen.get()]);
    View::none()
        .with(el("p").with(words::SHARE_TEXT))
        .with(choices(desk))
        .with(passphrase(desk))
        .with(el("div.offer").test("offer").with(blocks::shown(desk, at)))
        .with(files(desk))
        .with(el("p.dim sm").with(words::SHARE_HISTORY))
}

/// The ways to keep the report as a file.
fn files(desk: Desk) -> View {
    let save = |(format, name): &(&'static str, &'static str)| {
        let format = *format;
        button("btn").test(format).tap(move || desk.send(Msg::Save(format))).with(*name)
    };
    el("div.buttons")
        .test("save-as")
        .label(words::SAVE_AS)
        .with(el("span").with(words::SAVE_AS))
        .with(words::SAVE_FORMATS.iter().map(save).collect::<View>())
}

fn choices(desk: Desk) -> View {
    let line = |(word, said): &(&'static str, &'static str)| {
        let word = *word;
        let chosen = desk.peek(|model| model.choice.has(word));
        let tick = el("input").attr("type", "checkbox").test(word).set("checked", chosen);
        let tick = tick.on("change", move |_| desk.send(Msg::Choose(word)));
        el("label").with(tick).with(" ").with(*said)
    };
    let lines = share::WORDS.iter().map(|row| el("div").with(line(row))).collect::<View>();
    el("details.patch").with(el("summary").with(words::CHOOSE)).with(lines)
}

fn drop_overlay(desk: Desk) -> View {
    let dragged = desk.read(|model| model.dragged);

    part_if(move || {
        dragged.get().map(|count| {
            let said = match count {
                0 | 1 => words::DROP.to_owned(),
                // A folder is one item however much it holds.
                _ => words::join(&[words::DROP, " ", &words::number(count as usize), " items"]),
            };
            el("div.drop")
                .attr("aria-hidden", "true")
                .test("drop")
                .with(el("span.serif").with(said))
        })
    })
}
