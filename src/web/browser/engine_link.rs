//! The engine as the page sees it: started, asked, stopped, started again.
//!
//! The engine runs in a worker; where workers can't be had, on the page's own thread. Either way it is
//! reached by messages, and what `src/web/boot` left in `__retort` knows how to bring it up.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

use super::hands;
use super::window::document;
use crate::web::words;
use crate::wire::{Progress, Request, Response, Ticketed, read};

/// What the engine has to say.
#[derive(Debug)]
pub enum EngineEvent {
    /// It takes requests. Comes again after every restart.
    Ready { engine: String, rules: usize },
    /// How far the request with this ticket is.
    Progress(u32, Progress),
    /// The answer to the request with this ticket.
    Answer(u32, Response),
    /// It broke and lost what it was doing. Another one is being started.
    Crashed { why: String },
    /// It can't be had at all, and what waited is forgotten. The next request tries again.
    Unavailable { why: String },
}

#[wasm_bindgen]
extern "C" {
    /// Brings the engine into the page, with or without what is hardly ever called, and returns its wasm as it
    /// travels or as a module; see `src/web/boot/page.js`.
    #[wasm_bindgen(catch, js_namespace = __retort, js_name = loadEngine)]
    async fn load_engine(whole: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = __retort, js_name = workerText)]
    fn worker_text() -> String;

    /// Starts an engine on this thread; see `src/web/boot/engine.js`.
    #[wasm_bindgen(catch, js_name = retortEngine)]
    async fn engine_on_page(wasm: &JsValue, post: &JsValue) -> Result<EngineOnPage, JsValue>;

    #[derive(Debug, Clone)]
    type EngineOnPage;
    #[wasm_bindgen(method)]
    fn announce(this: &EngineOnPage);
    #[wasm_bindgen(method)]
    fn answer(this: &EngineOnPage, json: &str, buffers: &Array);

    /// A message of the engine; exactly one of its parts is there.
    type Said;
    #[wasm_bindgen(method, getter)]
    fn json(this: &Said) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn panic(this: &Said) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn trap(this: &Said) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn module(this: &Said) -> JsValue;
}

/// A handle on the engine. Copies are handles on the same one.
#[derive(Clone)]
pub struct EngineLink(Rc<Link>);

impl EngineLink {
    /// Starts the engine in the background. `on_event` hears everything it says, never before this returns.
    pub fn start(on_event: impl Fn(EngineEvent) + 'static) -> Self {
        let link = Rc::new(Link {
            on_event: Box::new(on_event),
            wasm: RefCell::new(JsValue::UNDEFINED),
            worker_url: RefCell::new(None),
            place: Cell::new(Place::Worker),
            state: RefCell::new(State::Absent),
            starts: Cell::new(0),
            is_whole: Cell::new(false),
            waiting: RefCell::new(Vec::new()),
            asked: RefCell::new(Vec::new()),
            told: RefCell::new(None),
            reviewed: RefCell::new(None),
        });
        link.load();
        Self(link)
    }

    /// Asks. Waits its turn until the engine is ready. The buffers are copied: the page keeps its own.
    pub fn send(&self, ticket: u32, request: &Request, buffers: Vec<Uint8Array>) {
        let json = serde_json::to_string(&Ticketed { ticket, body: request })
            .expect("wire values hold nothing that JSON can't");
        let message = Message {
            json,
            buffers: buffers.into_iter().collect(),
            is_review: matches!(request, Request::Analyze { .. }),
            is_again: false,
        };
        if message.is_review {
            hands::remember(&message.json, &message.buffers);
        }
        self.0.waiting.borrow_mut().push(message);
        let absent = matches!(*self.0.state.borrow(), State::Absent);
        if absent {
            self.0.load();
        } else {
            self.0.hand_over();
        }
    }

    /// Stops whatever is being done, at once, and forgets what waits. The next engine starts in the
    /// background; a request may be sent right away.
    pub fn cancel(&self) {
        self.0.forget();
        let working = matches!(&*self.0.state.borrow(), State::Ready(_));
        if working {
            self.0.start_engine();
        }
    }
}

impl fmt::Debug for EngineLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineLink").field("state", &self.0.state).finish_non_exhaustive()
    }
}

struct Link {
    on_event: Box<dyn Fn(EngineEvent)>,
    /// The engine's text as it was loaded; once compiled, the module, so that a restart is quick.
    wasm: RefCell<JsValue>,
    worker_url: RefCell<Option<String>>,
    place: Cell<Place>,
    state: RefCell<State>,
    /// The number of starts. What an engine of an earlier start still says is dropped.
    starts: Cell<u32>,
    /// Whether the engine has everything, also what is hardly ever called.
    is_whole: Cell<bool>,
    waiting: RefCell<Vec<Message>>,
    /// What a ready engine was given and has not answered, in the order of its answers.
    asked: RefCell<Vec<Message>>,
    /// The message with the last report, which an engine that takes this one's place is told first.
    told: RefCell<Option<String>>,
    /// What the last report answers. The whole engine is asked it again, or what it remembers would be less.
    reviewed: RefCell<Option<Message>>,
}

#[derive(Clone)]
struct Message {
    json: String,
    buffers: Array,
    is_review: bool,
    /// Its answer has been told before.
    is_again: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Worker,
    Page,
}

#[derive(Debug)]
enum State {
    /// Given up.
    Absent,
    /// Being loaded or started; there may be something to stop already.
    Starting(Option<Engine>),
    Ready(Engine),
}

#[derive(Debug)]
enum Engine {
    Worker(Worker),
    Page(EngineOnPage),
}

impl Engine {
    fn take(&self, json: &str, buffers: &Array) -> Result<(), JsValue> {
        match self {
            Self::Worker(worker) => {
                worker.post_message(&object(&[("json", json.into()), ("buffers", buffers.into())]))
            }
            Self::Page(engine) => {
                engine.answer(json, buffers);
                Ok(())
            }
        }
    }

    fn stop(&self) {
        if let Self::Worker(worker) = self {
            worker.terminate();
        }
    }
}

impl Link {
    fn tell(&self, event: EngineEvent) {
        (self.on_event)(event);
    }

    /// Forgets what was asked.
    fn forget(&self) {
        self.waiting.borrow_mut().clear();
        self.asked.borrow_mut().clear();
    }

    /// Stops the engine that there is; another one is on its way.
    fn unseat(&self) {
        if let State::Starting(Some(old)) | State::Ready(old) =
            self.state.replace(State::Starting(None))
        {
            old.stop();
        }
    }

    fn load(self: &Rc<Self>) {
        let link = self.clone();
        link.unseat();
        spawn_local(async move {
            match load_engine(link.is_whole.get()).await {
                Ok(wasm) => {
                    *link.wasm.borrow_mut() = wasm;
                    link.start_engine();
                }
                Err(error) => link.give_up(words(&error)),
            }
        });
    }

    fn start_engine(self: &Rc<Self>) {
        self.unseat();
        let start = self.starts.get() + 1;
        self.starts.set(start);
        if self.place.get() == Place::Worker {
            match self.start_worker(start) {
                Ok(worker) => {
                    *self.state.borrow_mut() = State::Starting(Some(Engine::Worker(worker)))
                }
                Err(_) => self.place.set(Place::Page),
            }
        }
        if self.place.get() == Place::Page {
            let link = self.clone();
            spawn_local(async move { link.start_on_page(start).await });
        }
    }

    fn start_worker(self: &Rc<Self>, start: u32) -> Result<Worker, JsValue> {
        let worker = Worker::new(&self.worker_url()?)?;
        let link = self.clone();
        let hear = Closure::<dyn Fn(_)>::new(move |event: MessageEvent| {
            link.hear(start, event.data().unchecked_ref());
        });
        worker.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
        let link = self.clone();
        let fail = Closure::<dyn Fn(_)>::new(move |event: ErrorEvent| {
            link.broke(start, event.message());
        });
        worker.set_onerror(Some(fail.into_js_value().unchecked_ref()));
        worker.post_message(&object(&[("wasm", self.wasm.borrow().clone())]))?;
        Ok(worker)
    }

    /// The address of the worker's text. A blob, because a worker started from a blob is bound by the
    /// page's policy and one started from a file is not.
    fn worker_url(&self) -> Result<String, JsValue> {
        if let Some(url) = &*self.worker_url.borrow() {
            return Ok(url.clone());
        }
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        let text = Array::of1(&worker_text().into());
        let blob = Blob::new_with_str_sequence_and_options(&text, &kind)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        Ok(self.worker_url.borrow_mut().insert(url).clone())
    }

    async fn start_on_page(self: Rc<Self>, start: u32) {
        let link = self.clone();
        let hear = Closure::<dyn Fn(_)>::new(move |said: JsValue| {
            link.hear(start, said.unchecked_ref());
        });
        let wasm = self.wasm.borrow().clone();
        let started = engine_on_page(&wasm, &hear.into_js_value()).await;
        if start != self.starts.get() {
            return;
        }
        match started {
            Ok(engine) => {
                *self.state.borrow_mut() = State::Starting(Some(Engine::Page(engine.clone())));
                engine.announce();
            }
            Err(error) => self.broke(start, words(&error)),
        }
    }

    fn hear(self: &Rc<Self>, start: u32, said: &Said) {
        if start != self.starts.get() {
            return;
        }
        if let Some(why) = said.panic() {
            return self.broke(start, why);
        }
        if let Some(why) = said.trap() {
            return self.trapped(start, why);
        }
        let Some(json) = said.json() else {
            *self.wasm.borrow_mut() = said.module();
            return;
        };
        match read::answer(&json) {
            Ok(Ticketed { body: Response::Ready { engine, rules }, .. }) => {
                self.ready(engine, rules)
            }
            Ok(Ticketed { ticket, body: Response::Progress(progress) }) => {
                let is_again = self.asked.borrow().first().is_some_and(|it| it.is_again);
                if !is_again {
                    self.tell(EngineEvent::Progress(ticket, progress));
                }
            }
            Ok(Ticketed { ticket, body }) => {
                let asked = self.next_answered();
                if asked.as_ref().is_some_and(|it| it.is_again) {
                    return;
                }
                if let Response::Report(_) = body {
                    *self.told.borrow_mut() = Some(json);
                    *self.reviewed.borrow_mut() = asked;
                }
                self.tell(EngineEvent::Answer(ticket, body));
            }
            Err(unread) => self.broke(start, words::join(&["An answer without ", unread.field])),
        }
    }

    /// What was asked first, which is what an answer is to.
    fn next_answered(&self) -> Option<Message> {
        let mut asked = self.asked.borrow_mut();
        (!asked.is_empty()).then(|| asked.remove(0))
    }

    fn ready(self: &Rc<Self>, engine: String, rules: usize) {
        let state = self.state.replace(State::Absent);
        let (State::Starting(Some(seated)) | State::Ready(seated)) = state else {
            unreachable!("an engine that speaks has been started");
        };
        if let Some(json) = &*self.told.borrow() {
            // One that can't even take this is replaced when it is asked something.
            let _ = seated.take(json, &Array::new());
        }
        *self.state.borrow_mut() = State::Ready(seated);
        show_place(self.place.get());
        self.tell(EngineEvent::Ready { engine, rules });
        self.hand_over();
    }

    /// Gives a ready engine what waits for it.
    fn hand_over(self: &Rc<Self>) {
        let taken = match &*self.state.borrow() {
            State::Ready(engine) => {
                let given = self.waiting.take();
                let taken = given.iter().try_for_each(|it| engine.take(&it.json, &it.buffers));
                self.asked.borrow_mut().extend(given);
                taken
            }
            State::Absent | State::Starting(_) => Ok(()),
        };
        // Copying can fail where memory is short.
        if let Err(error) = taken {
            self.broke(self.starts.get(), words(&error));
        }
    }

    /// An engine that ends without a word may have called what only the whole one has: that one is asked again,
    /// after the review that the questions are about.
    fn trapped(self: &Rc<Self>, start: u32, why: String) {
        if self.is_whole.replace(true) {
            return self.broke(start, why);
        }
        self.starts.set(start + 1);
        let asked = self.asked.take();
        let reviewed = self.reviewed.borrow().clone().map(|it| Message { is_again: true, ..it });
        let before = reviewed.filter(|_| !asked.first().is_some_and(|it| it.is_review));
        let later = self.waiting.take();
        *self.waiting.borrow_mut() = before.into_iter().chain(asked).chain(later).collect();
        self.load();
    }

    /// A ready engine that breaks is replaced. One that never got ready in a worker is tried on the page.
    fn broke(self: &Rc<Self>, start: u32, why: String) {
        if start != self.starts.get() {
            return;
        }
        let was_ready = matches!(&*self.state.borrow(), State::Ready(_));
        self.asked.borrow_mut().clear();
        if was_ready {
            self.start_engine();
            self.tell(EngineEvent::Crashed { why });
        } else if self.place.replace(Place::Page) == Place::Worker {
            self.start_engine();
        } else {
            self.give_up(why);
        }
    }

    fn give_up(&self, why: String) {
        *self.state.borrow_mut() = State::Absent;
        self.forget();
        self.tell(EngineEvent::Unavailable { why });
    }
}

/// Marks on the root where the engine runs, for whoever diagnoses a slow page, and for tests.
fn show_place(place: Place) {
    let word = match place {
        Place::Worker => "worker",
        Place::Page => "page",
    };
    if let Some(root) = document().document_element() {
        root.set_attribute("data-engine", word).expect("a fixed name is a valid attribute");
    }
}

fn object(parts: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in parts {
        Reflect::set(&object, &(*name).into(), value).expect("a fresh object takes properties");
    }
    object
}

fn words(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => error.as_string().unwrap_or_default(),
    }
}
