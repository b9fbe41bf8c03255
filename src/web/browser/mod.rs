//! Browser interfaces, and nothing else: carries out effects, and reports what happens as messages.
//!
//! In: what the page wants done.
//! Out: what came of it.
//! Never: what is on screen.

pub mod engine_link;
pub mod window;
pub mod address;
pub mod files;
pub mod hands;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::spawn_local;

pub use engine_link::{EngineEvent, EngineLink};

use super::address::Address;
use super::model::{Effect, Msg, Theme};
use super::view::Desk;

/// Until a list has scrolled to what was selected elsewhere, and drawn it.
const SETTLED_MS: i32 = 100;

/// Carries out effects. Copies are handles on the same one.
#[derive(Debug, Clone, Default)]
pub struct Performer {
    /// The engine, once there is a use for it.
    link: Rc<RefCell<Option<EngineLink>>>,
    /// The bytes of the uploads, by number.
    bytes: Rc<RefCell<Vec<Option<Uint8Array>>>>,
    address: address::Writer,
}

impl Performer {
    /// Does what was asked for.
    pub fn perform(&self, desk: Desk, effect: Effect) {
        match effect {
            Effect::StartEngine => {
                self.link(desk);
            }
            Effect::Send { ticket, request, uploads } => {
                let buffers = uploads.iter().filter_map(|id| self.kept(*id)).collect();
                self.link(desk).send(ticket, &request, buffers);
            }
            Effect::StopEngine => {
                if let Some(link) = &*self.link.borrow() {
                    link.cancel();
                }
            }
            Effect::LoadSample(sample) => spawn_local(files::load_sample(desk, sample)),
            Effect::Forget(uploads) => {
                let mut bytes = self.bytes.borrow_mut();
                for id in &uploads {
                    if let Some(kept) = bytes.get_mut(*id as usize) {
                        *kept = None;
                    }
                }
                if !uploads.is_empty() && bytes.iter().all(Option::is_none) {
                    hands::remember("", &Array::new());
                }
            }
            Effect::Later { ms, msg } => {
                window::later(ms as i32, move || desk.send(msg.into()));
            }
            Effect::WriteAddress { fragment, push } => self.address.write(fragment, push),
            Effect::Copy { text, passphrase } => spawn_local(async move {
                let locked = match passphrase.is_empty() {
                    true => Some(text.clone()),
                    false => hands::lock(&text, &passphrase).await.as_string(),
                };
                // What could not be locked is not given away open.
                let done = match &locked {
                    Some(locked) => hands::copy(locked).await.is_truthy(),
                    None => false,
                };
                let text = if done { text } else { locked.unwrap_or_default() };
                desk.send(Msg::Copied { text, done });
            }),
            Effect::Unlock { fragment, passphrase } => spawn_local(async move {
                let plain = hands::unlock(&fragment, &passphrase).await.as_string();
                desk.send(Msg::Unlocked(plain));
            }),
            Effect::Save { name, text } => hands::save(&name, &text),
            Effect::Keep(key, value) => hands::keep(key, value),
            Effect::KeepTheme(theme) => hands::set_theme(theme.word()),
            Effect::Focus(id) => window::next_frame(move || super::view::focus(id)),
            Effect::FocusSelected => {
                window::later(SETTLED_MS, super::view::focus_selected);
            }
        }
    }

    /// Keeps bytes and returns their number.
    pub fn keep(&self, bytes: Uint8Array) -> u32 {
        let mut kept = self.bytes.borrow_mut();
        kept.push(Some(bytes));
        kept.len() as u32 - 1
    }

    /// Returns the bytes of a number.
    pub fn kept(&self, id: u32) -> Option<Uint8Array> {
        self.bytes.borrow().get(id as usize)?.clone()
    }

    fn link(&self, desk: Desk) -> EngineLink {
        let hear = move |event| {
            desk.send(match event {
                EngineEvent::Ready { engine, rules } => Msg::EngineReady { version: engine, rules },
                EngineEvent::Progress(ticket, progress) => Msg::EngineProgress(ticket, progress),
                EngineEvent::Answer(ticket, response) => {
                    Msg::EngineAnswer(ticket, Box::new(response))
                }
                EngineEvent::Crashed { why } => Msg::EngineCrashed { why },
                EngineEvent::Unavailable { why } => Msg::EngineUnavailable { why },
            });
        };
        self.link.borrow_mut().get_or_insert_with(|| EngineLink::start(hear)).clone()
    }
}

/// Returns the text in small letters.
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Starts to listen, and looks at what is there already: an address, a theme, early input. A report that
/// came in a link is shown without the engine.
pub fn start(desk: Desk) {
    if let Some(theme) = Theme::from_word(&hands::kept_theme()) {
        desk.send(Msg::SetTheme(theme));
    }
    if hands::kept("letters") == "off" {
        desk.send(Msg::LettersOff(true));
    }
    let fragment = address::fragment();
    if super::address::read(&fragment) != Address::Report {
        desk.perform(Effect::StartEngine);
    }
    desk.send(Msg::Address(fragment));
    address::listen(desk);
    files::listen(desk);
}
