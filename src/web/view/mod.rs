//! What is on screen.
//!
//! In: what the page knows.
//! Out: elements.
//! Never: the engine; a view reads wire values.

use js_sys::Uint8Array;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::web::browser::{EngineEvent, EngineLink};
use crate::wire::{InputHead, Options, Request, Response};

/// Puts the app where `index.html` has its still picture of it.
pub fn mount() {
    let place = document().get_element_by_id("app").expect("index.html has a place for the app");
    place.set_inner_html("");
    mount_to(place.unchecked_into(), App).forget();
}

/// Shows that the engine is there and answers.
#[component]
fn App() -> impl IntoView {
    let (state, set_state) = signal("Starting…".to_owned());
    let (answer, set_answer) = signal(String::new());
    let link = EngineLink::start(move |event| match event {
        EngineEvent::Ready { engine, .. } => set_state.set(format!("Ready: engine {engine}")),
        EngineEvent::Progress(_, progress) => set_answer.set(progress.name),
        EngineEvent::Answer(_, Response::Refused { why }) => set_answer.set(why),
        EngineEvent::Answer(..) => set_answer.set("Answered.".to_owned()),
        EngineEvent::Crashed { why } => set_state.set(format!("Crashed: {why}")),
        EngineEvent::Unavailable { why } => set_state.set(format!("Unavailable: {why}")),
    });
    let head = InputHead { name: "one.sql".to_owned(), role: None, kind: None };
    let request = Request::Analyze { inputs: vec![head], options: Options::default() };
    let stopping = link.clone();
    let ask = move |_| link.send(1, &request, vec![Uint8Array::from(b"SELECT 1;".as_slice())]);
    view! {
        <main>
            <h1>"Check a migration before it ships"</h1>
            <p data-testid="state">{state}</p>
            <button data-testid="ask" on:click=ask>"Ask"</button>
            <button data-testid="stop" on:click=move |_| stopping.cancel()>"Stop"</button>
            <p data-testid="answer">{answer}</p>
        </main>
    }
}
