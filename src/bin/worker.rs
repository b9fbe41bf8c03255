//! The engine's door in the browser: message in, `Session::answer`, message out.
//!
//! `src/web/boot/engine.js` holds an [`Engine`] in a worker, or on the page's thread where there are no
//! workers. It is the same code in both places.

use std::panic;

use js_sys::{Date, Function, Uint8Array};
use retort::renderers;
use retort::wire::{Input, InputHead, Progress, Request, Response, Ticketed, read};
use retort::{Lent, Session};
use wasm_bindgen::prelude::*;

/// The least time between two messages of progress: more often would only keep the page busy.
const PROGRESS_EVERY_MS: f64 = 50.0;

/// Everything starts with an [`Engine`]; loading the module does nothing by itself.
fn main() {}

/// The engine, and where its messages go.
#[wasm_bindgen]
pub struct Engine {
    session: Session,
    post: Function,
}

#[wasm_bindgen]
impl Engine {
    /// Returns an engine that posts the JSON of a `Ticketed<Response>` to `post`. To `panicked` goes the text
    /// of a panic: the last thing ever heard from this instance.
    #[wasm_bindgen(constructor)]
    pub fn new(post: Function, panicked: Function) -> Self {
        panic::set_hook(Box::new(move |info| {
            // Nobody is left to tell when telling fails.
            let _ = panicked.call1(&JsValue::NULL, &info.to_string().into());
        }));
        let lent = Lent { write: renderers::export, draw: renderers::views::view };
        Self { session: Session::lent(lent), post }
    }

    /// Says that requests are welcome: whoever holds the engine is listening from now on.
    pub fn announce(&self) {
        say(&self.post, 0, Session::ready());
    }

    /// Answers the JSON of a `Ticketed<Request>`, whose inputs' bytes are in `buffers`.
    pub fn answer(&mut self, json: &str, buffers: Vec<Uint8Array>) {
        let Ticketed { ticket, mut body } = match serde_json::from_str::<Ticketed<Request>>(json) {
            Ok(message) => message,
            Err(error) => {
                // A page whose engine was replaced hands the last report back as it came.
                if let Ok(Ticketed { body: Response::Report(report), .. }) = read::answer(json) {
                    return self.session.keep(*report);
                }
                let why = format!("The page and the engine don't understand each other: {error}");
                return say(&self.post, 0, Response::Refused { why });
            }
        };
        let inputs = match &mut body {
            Request::Analyze { inputs, options } => {
                options.today =
                    String::from(Date::new_0().to_iso_string()).get(..10).map(str::to_owned);
                with_bytes(inputs, &buffers)
            }
            Request::Export { .. } | Request::View { .. } => Vec::new(),
        };
        let mut last = Date::now();
        let mut progress = |progress: Progress| {
            let now = Date::now();
            if now - last >= PROGRESS_EVERY_MS {
                last = now;
                say(&self.post, ticket, Response::Progress(progress));
            }
        };
        let response = self.session.answer(body, inputs, &mut progress);
        say(&self.post, ticket, response);
    }
}

/// Puts heads and bytes back together.
fn with_bytes(heads: &[InputHead], buffers: &[Uint8Array]) -> Vec<Input> {
    assert_eq!(heads.len(), buffers.len(), "one buffer per head");
    let input = |(head, bytes): (&InputHead, &Uint8Array)| Input {
        name: head.name.clone(),
        bytes: bytes.to_vec(),
        role: head.role,
        kind: head.kind,
        along: false,
    };
    heads.iter().zip(buffers).map(input).collect()
}

fn say(post: &Function, ticket: u32, body: Response) {
    let json = serde_json::to_string(&Ticketed { ticket, body })
        .expect("wire values hold nothing that JSON can't");
    post.call1(&JsValue::NULL, &json.into()).expect("the page takes messages");
}
