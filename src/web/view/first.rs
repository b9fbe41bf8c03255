//! The first screen, and the screen of a link that cannot be opened.

use crate::web::view::dom::{View, button, el, part_if, text};
use crate::web::view::state::State;
use web_sys::{HtmlTextAreaElement, KeyboardEvent};

use super::Desk;
use super::parts::{icons, passphrase};
use crate::web::browser::files;
use crate::web::browser::window::document;
use crate::web::model::{Engine, LinkState, Msg, SampleId};
use crate::web::{samples, words};

/// Draws the first screen: what this is, three ways in, four samples.
pub fn first(desk: Desk, early_text: &str) -> View {
    let unavailable = desk.read(|model| matches!(model.engine, Engine::Unavailable { .. }));
    let sorry = part_if(move || {
        unavailable.get().then(|| {
            el("div.card alert")
                .attr("role", "alert")
                .test("unavailable")
                .with(el("h2").with(words::UNAVAILABLE))
                .with(el("p").with(words::UNAVAILABLE_TEXT))
        })
    });
    el("div.first")
        .with(el("h1.serif").with(words::PURPOSE))
        .with(el("p.lead").with(words::PURPOSE_TEXT))
        .with(sorry)
        .with(ways_in(desk, early_text))
        .with(el("h2.serif").with(words::TRY_A_SAMPLE))
        .with(el("ul.samples").with(
            samples::ALL.into_iter().map(|sample| sample_card(desk, sample)).collect::<View>(),
        ))
        .with(audits(desk))
        .with(
            el("p.promise")
                .with(icons::lock())
                .with(el("span").with(words::PRIVACY).with(" ").with(words::PRIVACY_TEXTS[0])),
        )
}

/// Scripts that collect an audit, to be saved, and the pages of the documentation where they are served.
fn audits(desk: Desk) -> View {
    let save = |(format, name): (&'static str, &'static str)| {
        button("btn").test(format).tap(move || desk.send(Msg::Save(format))).with(name)
    };
    let served = document().query_selector("link[rel=help]").is_ok_and(|link| link.is_some());
    let docs = served.then(|| el("a").attr("href", "docs/").test("docs").with(words::DOCS));
    el("div.buttons")
        .with(el("span.dim sm").with(words::NO_AUDIT))
        .with(words::COLLECT_SCRIPTS.into_iter().map(save).collect::<View>())
        .with(docs.unwrap_or_else(View::none))
}

/// Draws the paste box and the two pickers.
pub fn ways_in(desk: Desk, early_text: &str) -> View {
    let filled = State::new(!early_text.is_empty());
    let starting = desk.read(|model| {
        model.engine == Engine::Starting && (model.run.due || model.uploads.is_empty())
    });
    let hint = text(move || {
        if starting.get() {
            words::join(&[words::STARTING, " ", words::STARTING_TEXT])
        } else {
            String::new()
        }
    });
    let field = el("textarea")
        .id("paste")
        .test("paste")
        .attr("placeholder", words::PASTE_HINT)
        .attr("rows", "6")
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .value(early_text);
    let written: HtmlTextAreaElement = field.element();
    let review = move || {
        let text = written.value();
        if !text.trim().is_empty() {
            written.set_value("");
            filled.set(false);
            files::offer_text(desk, text);
        }
    };
    let review_by_key = review.clone();
    let keys = move |event: &KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            review_by_key();
        }
    };
    el("div.ways")
        .with(el("label.sr").attr("for", "paste").with(words::PASTE_LABEL))
        .with(field.typed("input", move |value| filled.set(!value.trim().is_empty())).keys(keys))
        .with(
            el("div.buttons")
                .with(
                    button("btn primary")
                        .test("review")
                        .flag("disabled", move || !filled.get())
                        .tap(review)
                        .with(words::REVIEW_PASTED),
                )
                .with(
                    button("btn")
                        .test("choose-files")
                        .tap(move || files::choose_files(desk))
                        .with(icons::file())
                        .with(words::CHOOSE_FILES),
                )
                .with(
                    button("btn")
                        .test("choose-folder")
                        .attr("aria-describedby", "folder-hint")
                        .tap(move || files::choose_folder(desk))
                        .with(icons::folder())
                        .with(words::CHOOSE_FOLDER),
                )
                .with(el("span.dim sm").test("starting").with(hint)),
        )
        .with(el("p.dim sm").id("folder-hint").with(words::FOLDER_HINT))
}

fn sample_card(desk: Desk, sample: SampleId) -> View {
    let (title, text) = words::sample(sample);
    let id = words::join(&["sample-", samples::folder(sample)]);
    el("li").with(
        button("card")
            .test(&id)
            .tap(move || desk.send(Msg::OpenSample(sample)))
            .with(picture(sample))
            .with(el("b").with(title))
            .with(el("span").with(text)),
    )
}

/// A chain in miniature, as the sample's own would be drawn: lines, revisions, heads, and holes.
fn picture(sample: SampleId) -> View {
    let (lines, dots, heads, holes) = match sample {
        SampleId::NeverStamped => (
            "M8 12H92",
            "M8 12h0M36 12h0M64 12h0",
            "M92 8a4 4 0 1 1-.01 0z",
            "M120 8a4 4 0 1 1-.01 0z",
        ),
        SampleId::TwoHeads => (
            "M8 18H36C52 18 48 6 64 6M36 18H64M106 18H120",
            "M8 18h0M36 18h0",
            "M64 2a4 4 0 1 1-.01 0zM64 14a4 4 0 1 1-.01 0zM120 14a4 4 0 1 1-.01 0z",
            "M94 14a4 4 0 1 1-.01 0z",
        ),
        SampleId::DeletedRevision => (
            "M8 12H36C50 12 48 6 64 6S78 12 92 12H120",
            "M8 12h0M36 12h0M92 12h0",
            "M120 8a4 4 0 1 1-.01 0z",
            "M64 12a4 4 0 1 1-.01 0zm-2.500 1.500l5 5m0-5l-5 5",
        ),
        SampleId::CleanPublish => {
            ("M8 12H120", "M8 12h0M45 12h0M82 12h0", "M120 8a4 4 0 1 1-.01 0z", "")
        }
    };
    el("svg.picture")
        .attr("viewBox", "0 0 128 24")
        .attr("aria-hidden", "true")
        .with(el("path").attr("d", lines))
        .with(el("path.dots").attr("d", dots))
        .with(el("path.heads").attr("d", heads))
        .with(el("path.holes").attr("d", holes))
}

fn locked_link(desk: Desk) -> View {
    let again = move || desk.send(Msg::Passphrase(desk.peek(|model| model.passphrase.clone())));
    passphrase(desk).with(button("btn").test("unlock").tap(again).with(words::OPEN_LINK))
}

/// Draws what is wrong with a link, and never a report in its place.
pub fn broken_link(desk: Desk) -> View {
    let words_of = desk.read(|model| match &model.link {
        LinkState::Broken { title, text, .. } => (title.clone(), text.clone()),
        _ => Default::default(),
    });
    let locked = desk.read(|model| matches!(model.link, LinkState::Broken { locked: Some(_), .. }));
    el("div.first").with(
        el("div.card alert")
            .attr("role", "alert")
            .test("link-error")
            .with(el("h1.serif").with(text(move || words_of.get().0)))
            .with(el("p").with(text(move || words_of.get().1)))
            .with(part_if(move || locked.get().then(|| locked_link(desk))))
            .with(
                el("div.buttons")
                    .with(
                        button("btn primary")
                            .test("start-fresh")
                            .tap(move || desk.send(Msg::StartOver))
                            .with(words::CHECK_YOUR_OWN),
                    )
                    .with(
                        button("btn").tap(move || files::choose_files(desk)).with(words::OPEN_FILE),
                    ),
            ),
    )
}
