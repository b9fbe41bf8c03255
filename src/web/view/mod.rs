//! What is on screen.
//!
//! In: the model, through selectors.
//! Out: elements, and messages when a person does something.
//! Never: rules of its own; the engine; markup made from text.

pub mod dom;
pub mod blocks;
pub mod state;
pub mod sight;
pub mod parts;
pub mod frame;
pub mod first;
pub mod verdict;
pub mod workspace;
pub mod panels;
pub mod details;
pub mod settings;
pub mod layers;
pub mod keys;

use self::dom::{View, el, part, text, watch};
use crate::web::browser::window::document;
use crate::web::view::state::{Memo, State};
use any_spawner::Executor;
use reactive_graph::owner::{LocalStorage, Owner, StoredValue};
use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;
use wasm_bindgen::JsCast;

use self::sight::Sight;
use super::browser::Performer;
use super::filter::Filter;
use super::model::{LinkState, Model, Msg, PanelId, Shared, Subject};
use super::rows;
use super::select;
use super::trail::{Trail, trail, tree};
use super::update::update;
use crate::wire::Report;

/// What every view is given: something to read and somewhere to speak.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    model: RwSignal<Model>,
    performer: StoredValue<Performer, LocalStorage>,
    pub sight: Sight,
    pub report: Memo<Option<Shared<Report>>>,
    pub panel: Memo<PanelId>,
    pub selected: Memo<Option<Subject>>,
    pub filter: Memo<String>,
    /// Every chain as rows; worked out when somebody looks.
    pub trail: Memo<Option<Shared<Trail>>>,
    /// Groups of findings that are shut, by name.
    pub closed: State<Vec<String>>,
    /// Runs of the chain that were unfolded, by their first revision.
    pub unfolded: State<Vec<String>>,
}

impl Desk {
    fn new() -> Self {
        let model = RwSignal::new(Model::default());
        let report = Memo::new(move || model.with(|model| model.report.clone()));
        let filter = Memo::new(move || model.with(|model| model.filter.clone()));
        let tree = Memo::new(move || report.with(|it| it.as_ref().map(|it| Shared::new(tree(it)))));
        Self {
            model,
            performer: StoredValue::new_local(Performer::default()),
            sight: Sight::new(),
            report,
            filter,
            trail: Memo::new(move || {
                let filter = filter.with(|filter| Filter::read(filter));
                let tree = tree.get()?;
                report.with(|report| Some(Shared::new(trail(tree, report.as_ref()?, &filter))))
            }),
            panel: Memo::new(move || model.with(|model| model.panel)),
            selected: Memo::new(move || model.with(|model| model.selected.clone())),
            closed: State::new(vec![rows::SUPPRESSED.to_owned()]),
            unfolded: State::new(Vec::new()),
        }
    }

    /// Lets something happen.
    pub fn send(self, msg: Msg) {
        let effects = self.model.try_update(|model| update(model, msg)).unwrap_or_default();
        for effect in effects {
            // Carrying it out can send further messages, so the performer must not stay borrowed.
            let performer = self.performer.get_value();
            performer.perform(self, effect);
        }
    }

    /// Reads something of the model; readers hear of it only when it changes.
    pub fn read<T>(self, read: impl Fn(&Model) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let read: Box<dyn Fn(&Model) -> T + Send + Sync> = Box::new(read);
        Memo::new(move || self.model.with(&read))
    }

    /// Keeps bytes in the browser and returns their number.
    pub fn keep(self, bytes: js_sys::Uint8Array) -> u32 {
        self.performer.with_value(|performer| performer.keep(bytes))
    }

    /// Returns bytes that were kept under a number.
    pub fn kept(self, id: u32) -> Option<js_sys::Uint8Array> {
        self.performer.with_value(|performer| performer.kept(id))
    }

    /// Lets the browser do something that no message asked for.
    pub fn perform(self, effect: super::model::Effect) {
        self.performer.get_value().perform(self, effect);
    }

    /// Looks at the model once.
    pub fn peek<T>(self, read: impl FnOnce(&Model) -> T) -> T {
        self.model.with_untracked(read)
    }

    /// What the detail pane shows: what was picked, or on a wide page the first thing of the panel.
    pub fn subject(self) -> Memo<Option<Subject>> {
        Memo::new(move || {
            let picked = self.selected.get();
            if picked.is_some() || self.sight.narrow.get() {
                return picked;
            }
            let panel = self.panel.get();
            if panel == PanelId::Chain {
                return self.trail.with(|trail| trail.as_ref()?.first());
            }
            self.report.with(|report| select::first_subject(report.as_ref()?, panel))
        })
    }
}

/// Puts the app where `index.html` has its still picture of it.
pub fn mount() {
    let Some(place) = document().get_element_by_id("app") else {
        return;
    };
    let text = early_text();
    place.set_text_content(None);
    // It runs what changes, and only the first to say so is heard.
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.with(|| dom::put_before(&place, app(text).node(), None));
    // The page lives as long as its window.
    std::mem::forget(owner);
}

/// What somebody typed into the still picture's paste box before the app was there.
fn early_text() -> String {
    let field = document().get_element_by_id("paste");
    let field = field.and_then(|field| field.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
    field.map(|field| field.value()).unwrap_or_default()
}

fn app(early_text: String) -> View {
    let desk = Desk::new();
    mirror(desk);
    super::browser::start(desk);
    keys::listen(desk);
    let page = desk.read(|model| match (&model.link, &model.report) {
        (LinkState::Broken { .. }, _) => Page::BrokenLink,
        (_, Some(_)) => Page::Workspace,
        (_, None) => Page::First,
    });
    let spoken = desk.read(|model| model.spoken.clone());
    let body = part(move || match page.get() {
        Page::BrokenLink => first::broken_link(desk),
        Page::Workspace => workspace::workspace(desk),
        Page::First => first::first(desk, &early_text),
    });
    View::none()
        .with(frame::top_bar(desk))
        .with(frame::bars(desk))
        .with(el("main.scroll").id("main").attr("tabindex", "-1").with(body))
        .with(frame::status(desk))
        .with(layers::layers(desk))
        .with(
            el("div.sr")
                .attr("aria-live", "polite")
                .test("spoken")
                .with(text(move || spoken.get())),
        )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    First,
    Workspace,
    BrokenLink,
}

/// Keeps what belongs to the document as a whole in step with the model.
fn mirror(desk: Desk) {
    let state = desk.read(select::state);
    let title = desk.read(select::title);
    let run = desk.read(|model| model.run.ticket);
    let engine = desk.read(|model| matches!(model.engine, super::model::Engine::Ready { .. }));
    watch(move || mark("data-state", state.get()));
    watch(move || mark("data-run", &run.get().to_string()));
    watch(move || mark("data-engine-ready", if engine.get() { "true" } else { "false" }));
    watch(move || document().set_title(&title.get()));
}

fn mark(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    focus_on(document().get_element_by_id(id));
}

/// Moves the focus to the row that is selected.
pub fn focus_selected() {
    let rows = "#panel :is([aria-selected=true],[aria-current=true])";
    focus_on(document().query_selector(rows).ok().flatten());
}

fn focus_on(element: Option<web_sys::Element>) {
    if let Some(element) =
        element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = element.focus();
    }
}
