//! The first screen, and the screen of a link that cannot be opened.

use crate::web::view::parts::live::{live, part_if, tap, text};
use leptos::html::Textarea;
use leptos::prelude::*;

use super::Desk;
use super::parts::icons;
use crate::web::browser::files;
use crate::web::model::{Engine, LinkState, Msg, SampleId};
use crate::web::{samples, words};

/// Draws the first screen: what this is, three ways in, three samples.
pub fn first(desk: Desk, early_text: &str) -> AnyView {
    let unavailable = desk.read(|model| matches!(model.engine, Engine::Unavailable { .. }));
    let sorry = part_if(move || {
        unavailable.get().then(|| {
            view! {
                <div class="card alert" role="alert" data-testid="unavailable">
                    <h2>{words::UNAVAILABLE}</h2><p>{words::UNAVAILABLE_TEXT}</p>
                </div>
            }
        })
    });
    view! {
        <div class="first">
            <h1 class="serif">{words::PURPOSE}</h1>
            <p class="lead">{words::PURPOSE_TEXT}</p>
            {sorry}
            {ways_in(desk, early_text)}
            <h2 class="serif">{words::TRY_A_SAMPLE}</h2>
            <ul class="samples">{samples::ALL.map(|sample| sample_card(desk, sample)).into_iter().collect::<Vec<_>>()}</ul>
            <p class="promise">{icons::lock()}<span>{words::PRIVACY}" "{words::PRIVACY_TEXTS[0]}</span></p>
        </div>
    }
    .into_any()
}

/// Draws the paste box and the two pickers.
pub fn ways_in(desk: Desk, early_text: &str) -> AnyView {
    let field = NodeRef::<Textarea>::new();
    let early = early_text.to_owned();
    let filled = RwSignal::new(!early.is_empty());
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
    let review = move || {
        if let Some(field) = field.get_untracked() {
            let text = field.value();
            if !text.trim().is_empty() {
                field.set_value("");
                filled.set(false);
                files::offer_text(desk, text);
            }
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            review();
        }
    };
    view! {
        <div class="ways">
            <label class="sr" for="paste">{words::PASTE_LABEL}</label>
            <textarea id="paste" node_ref=field data-testid="paste" placeholder=words::PASTE_HINT rows="6"
                spellcheck="false" autocomplete="off" prop:value=early
                on:input=move |event| filled.set(!event_target_value(&event).trim().is_empty())
                on:keydown=keys></textarea>
            <div class="buttons">
                <button type="button" class="btn primary" data-testid="review" disabled=live(move || !filled.get())
                    on:click=tap(review)>{words::REVIEW_PASTED}</button>
                <button type="button" class="btn" data-testid="choose-files"
                    on:click=tap(move || files::choose_files(desk))>{icons::file()}{words::CHOOSE_FILES}</button>
                <button type="button" class="btn" data-testid="choose-folder" aria-describedby="folder-hint"
                    on:click=tap(move || files::choose_folder(desk))>{icons::folder()}{words::CHOOSE_FOLDER}</button>
                <span class="dim sm" data-testid="starting">{hint}</span>
            </div>
            <p class="dim sm" id="folder-hint">{words::FOLDER_HINT}</p>
        </div>
    }
    .into_any()
}

fn sample_card(desk: Desk, sample: SampleId) -> AnyView {
    let (title, text) = words::sample(sample);
    let id = match sample {
        SampleId::NeverStamped => "sample-never-stamped",
        SampleId::TwoHeads => "sample-two-heads",
        SampleId::CleanPublish => "sample-clean-publish",
    };
    view! {
        <li>
            <button type="button" class="card" data-testid=id on:click=tap(move || desk.send(Msg::OpenSample(sample)))>
                {picture(sample)}<b>{title}</b><span>{text}</span>
            </button>
        </li>
    }
    .into_any()
}

/// A chain in miniature, as the sample's own would be drawn: lines, revisions, heads, and holes.
fn picture(sample: SampleId) -> AnyView {
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
        SampleId::CleanPublish => {
            ("M8 12H120", "M8 12h0M45 12h0M82 12h0", "M120 8a4 4 0 1 1-.01 0z", "")
        }
    };
    view! {
        <svg class="picture" viewBox="0 0 128 24" aria-hidden="true">
            <path d=lines />
            <path class="dots" d=dots />
            <path class="heads" d=heads />
            <path class="holes" d=holes />
        </svg>
    }
    .into_any()
}

/// Draws what is wrong with a link, and never a report in its place.
pub fn broken_link(desk: Desk) -> AnyView {
    let words_of = desk.read(|model| match &model.link {
        LinkState::Broken { title, text } => (title.clone(), text.clone()),
        _ => Default::default(),
    });
    view! {
        <div class="first">
            <div class="card alert" role="alert" data-testid="link-error">
                <h1 class="serif">{text(move || words_of.get().0)}</h1>
                <p>{text(move || words_of.get().1)}</p>
                <div class="buttons">
                    <button type="button" class="btn primary" data-testid="start-fresh"
                        on:click=tap(move || desk.send(Msg::StartOver))>{words::CHECK_YOUR_OWN}</button>
                    <button type="button" class="btn" on:click=tap(move || files::choose_files(desk))>{words::OPEN_FILE}</button>
                </div>
            </div>
        </div>
    }
    .into_any()
}
