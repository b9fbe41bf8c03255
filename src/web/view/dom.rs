//! Elements by plain calls: `el("p.dim").with("No findings")`.
//!
//! Everything drawn is of one type, so that no view makes the compiler write its machinery again; that
//! keeps the page's WebAssembly small. What changes by itself is a closure: it runs at once, and again when
//! a signal that it read changes, until the part of the page around it is drawn anew.

use crate::web::browser::window::document;
use crate::web::view::state::Memo;
use reactive_graph::effect::RenderEffect;
use reactive_graph::owner::StoredValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, KeyboardEvent, Node};

const SVG: &str = "http://www.w3.org/2000/svg";

/// Something to draw: an element, or several things in a row.
#[derive(Debug, Clone)]
pub struct View(Node);

/// Draws an element, named with its classes: `el("span.badge tint")`.
pub fn el(what: &str) -> View {
    let (tag, class) = what.split_once('.').unwrap_or((what, ""));
    let element = match tag {
        "svg" | "path" | "circle" => document().create_element_ns(Some(SVG), tag),
        _ => document().create_element(tag),
    };
    // A browser refuses only names that aren't ones; ours are.
    let element = element.unwrap_or_else(|_| unreachable!("a fixed name is a valid one"));
    View(element.into()).class(class)
}

/// Draws a button with these classes.
pub fn button(class: &str) -> View {
    el("button").attr("type", "button").class(class)
}

/// Draws a text that changes.
pub fn text(words: impl Fn() -> String + 'static) -> View {
    let node: Node = document().create_text_node("").into();
    let changing = node.clone();
    watch(move || changing.set_text_content(Some(&words())));
    View(node)
}

/// Draws a part of the page that is drawn again when what it reads changes.
pub fn part(draw: impl Fn() -> View + 'static) -> View {
    region(Box::new(draw))
}

/// Draws a part that is there only at times.
pub fn part_if(draw: impl Fn() -> Option<View> + 'static) -> View {
    part(move || draw().unwrap_or_else(View::none))
}

/// What stands between two marks.
fn region(draw: Box<dyn Fn() -> View>) -> View {
    let whole = View::none();
    let (from, to) = (View::mark(), View::mark());
    whole.append(&from);
    whole.append(&to);
    let (from, to) = (from.0, to.0);
    watch(move || {
        let Some(parent) = to.parent_node() else {
            return;
        };
        let held = clear(&parent, &from, &to);
        put_before(&parent, &draw().0, Some(&to));
        if held {
            keep_focus_near(&parent);
        }
    });
    whole
}

/// Takes away what stands between two marks, and returns true when the focus was there.
fn clear(parent: &Node, from: &Node, to: &Node) -> bool {
    let focused = document().active_element();
    let mut held = false;
    while let Some(gone) = from.next_sibling().filter(|next| next != to) {
        held |= focused.as_ref().is_some_and(|focused| gone.contains(Some(focused)));
        take_away(parent, &gone);
    }
    held
}

/// Who reads by keyboard stays near a part that was drawn anew under the focus.
fn keep_focus_near(parent: &Node) {
    let around = parent.dyn_ref::<Element>().and_then(|near| near.closest("[tabindex]").ok()?);
    if let Some(around) =
        around.as_ref().and_then(|around| around.dyn_ref::<web_sys::HtmlElement>())
    {
        let _ = around.focus();
    }
}

/// Puts a view into a place; the place takes it if it is ours, and we ask for nothing else.
pub fn put_before(parent: &Node, view: &Node, before: Option<&Node>) {
    let _ = parent.insert_before(view, before);
}

/// Takes a view away.
pub fn take_away(parent: &Node, view: &Node) {
    let _ = parent.remove_child(view);
}

/// Runs now and again whenever what it reads changes, as long as the part of the page it belongs to.
pub fn watch(run: impl FnMut() + 'static) {
    watch_boxed(Box::new(run));
}

fn watch_boxed(mut run: Box<dyn FnMut()>) {
    // Kept by the owner at hand, and gone with it.
    StoredValue::new_local(RenderEffect::new(move |_| run()));
}

/// What can stand inside of an element.
pub trait Content {
    /// Adds it at the end.
    fn add_to(self, place: &View);
}

impl Content for View {
    fn add_to(self, place: &View) {
        place.append(&self);
    }
}

impl Content for &str {
    fn add_to(self, place: &View) {
        if !self.is_empty() {
            place.append(&View(document().create_text_node(self).into()));
        }
    }
}

impl Content for String {
    fn add_to(self, place: &View) {
        self.as_str().add_to(place);
    }
}

impl<C: Content> Content for Option<C> {
    fn add_to(self, place: &View) {
        if let Some(content) = self {
            content.add_to(place);
        }
    }
}

impl Content for Vec<View> {
    fn add_to(self, place: &View) {
        for view in &self {
            place.append(view);
        }
    }
}

/// Views in a row, with nothing around them.
impl FromIterator<View> for View {
    fn from_iter<I: IntoIterator<Item = Self>>(views: I) -> Self {
        let row = Self::none();
        for view in views {
            row.append(&view);
        }
        row
    }
}

impl View {
    /// Draws nothing; what is added stands in a row, with nothing around it.
    pub fn none() -> Self {
        Self(document().create_document_fragment().into())
    }

    fn mark() -> Self {
        Self(document().create_comment("").into())
    }

    /// Returns what the browser knows it as.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// Returns the element it is; `E` must be its kind.
    pub fn element<E: JsCast>(&self) -> E {
        self.0.clone().unchecked_into()
    }

    fn append(&self, view: &Self) {
        put_before(&self.0, &view.0, None);
    }

    /// Adds something inside of it, after what is there.
    pub fn with(self, content: impl Content) -> Self {
        content.add_to(&self);
        self
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        set_attribute(&self.0, name, Some(value));
        self
    }

    /// Sets an attribute that is there or not.
    pub fn set(self, name: &str, is_there: bool) -> Self {
        if is_there { self.attr(name, "") } else { self }
    }

    /// Sets the id it is found by.
    pub fn id(self, id: &str) -> Self {
        self.attr("id", id)
    }

    /// Sets its classes.
    pub fn class(self, class: &str) -> Self {
        if class.is_empty() { self } else { self.attr("class", class) }
    }

    /// Sets what tests find it by.
    pub fn test(self, id: &str) -> Self {
        self.attr("data-testid", id)
    }

    /// Sets its name for those who don't see it.
    pub fn label(self, label: &str) -> Self {
        self.attr("aria-label", label)
    }

    /// Sets what a field holds.
    pub fn value(self, value: &str) -> Self {
        set_property(&self.0, "value", &value.into());
        self
    }

    /// Keeps a property in step, such as what a field holds.
    pub fn live_property(self, name: &'static str, value: impl Fn() -> JsValue + 'static) -> Self {
        let node = self.0.clone();
        watch(move || set_property(&node, name, &value()));
        self
    }

    /// Keeps an attribute in step.
    pub fn live(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let node = self.0.clone();
        watch(move || set_attribute(&node, name, Some(&value())));
        self
    }

    /// Keeps an attribute at one of two values, of which none means that it is not there.
    fn either(
        self,
        name: &'static str,
        values: [Option<&'static str>; 2],
        holds: impl Fn() -> bool + 'static,
    ) -> Self {
        let node = self.0.clone();
        let [no, yes] = values;
        watch(move || set_attribute(&node, name, if holds() { yes } else { no }));
        self
    }

    /// Keeps an attribute there while something holds.
    pub fn flag(self, name: &'static str, holds: impl Fn() -> bool + 'static) -> Self {
        self.either(name, [None, Some("")], holds)
    }

    /// Keeps an attribute at `true` or `false`, as ARIA wants it.
    pub fn yes_no(self, name: &'static str, holds: impl Fn() -> bool + 'static) -> Self {
        self.either(name, [Some("false"), Some("true")], holds)
    }

    /// Keeps the mark of the row that is current.
    pub fn current_if(self, state: Memo<bool>) -> Self {
        self.either("aria-current", [None, Some("true")], move || state.get())
    }

    /// Keeps it among what Tab goes through while something holds, and otherwise only within reach of a
    /// script.
    pub fn tab_stop(self, holds: impl Fn() -> bool + 'static) -> Self {
        self.either("tabindex", [Some("-1"), Some("0")], holds)
    }

    /// Keeps a style in step. The page's policy allows no `style` attribute, and this is none.
    pub fn live_style(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let element: web_sys::HtmlElement = self.element();
        watch(move || {
            let _ = element.style().set_property(name, &value());
        });
        self
    }

    /// Keeps a class while something holds.
    pub fn class_if(self, class: &'static str, holds: impl Fn() -> bool + 'static) -> Self {
        let element: Element = self.element();
        watch(move || {
            let _ = element.class_list().toggle_with_force(class, holds());
        });
        self
    }

    /// Does something when an event comes.
    pub fn on(self, event: &str, act: impl FnMut(Event) + 'static) -> Self {
        hear(&self.0, event, Box::new(act));
        self
    }

    /// Does something on a click.
    pub fn tap(self, act: impl Fn() + 'static) -> Self {
        self.on("click", move |_| act())
    }

    /// Does something with each key.
    pub fn keys(self, act: impl Fn(&KeyboardEvent) + 'static) -> Self {
        self.on("keydown", move |event| act(event.unchecked_ref()))
    }

    /// Does something with what a field holds, when this event comes.
    pub fn typed(self, event: &str, act: impl Fn(String) + 'static) -> Self {
        self.on(event, move |event| act(value_of(&event)))
    }
}

/// What the field holds that an event is about.
fn value_of(event: &Event) -> String {
    let field = event.target().and_then(|field| js_sys::Reflect::get(&field, &"value".into()).ok());
    field.and_then(|value| value.as_string()).unwrap_or_default()
}

fn set_attribute(node: &Node, name: &str, value: Option<&str>) {
    let element: &Element = node.unchecked_ref();
    // Our names are valid, and a valid name is never refused.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

fn set_property(node: &Node, name: &str, value: &JsValue) {
    let _ = js_sys::Reflect::set(node, &name.into(), value);
}

fn hear(node: &Node, event: &str, act: Box<dyn FnMut(Event)>) {
    // The browser lets the closure go with the element.
    let act = Closure::wrap(act).into_js_value();
    let _ = node.add_event_listener_with_callback(event, act.unchecked_ref());
}
