//! What the engine composed, drawn: one element for each block, whatever it is about.

use std::cell::Cell;

use js_sys::Uint8Array;

use super::Desk;
use super::dom::{View, button, el, part, watch};
use super::parts::{code_line, copy_button, severity_badge};
use super::state::Memo;
use crate::web::browser::window::{document, next_frame};
use crate::web::model::{Effect, Msg, Offer};
use crate::web::views::{Look, look_at};
use crate::web::words;
use crate::wire::escaped::escape;
use crate::wire::{Block, Is, Severity};

/// Draws a place, as soon as the engine has told of it. What was there before stays until then.
pub fn shown(desk: Desk, at: impl Fn() -> String + Send + Sync + 'static) -> View {
    let at = Memo::new(at);
    watch(move || {
        desk.report.track();
        let at = at.get();
        // Not while the page is being drawn.
        next_frame(move || desk.send(Msg::Look(at)));
    });
    let look = desk.read(move |model| look_at(model, &at.get()));
    let last = Cell::new(None);
    part(move || match look.get() {
        Look::Known(blocks) => {
            // What had the focus has a name where it is drawn anew.
            let focused = document().active_element().map(|it| it.id()).filter(|id| !id.is_empty());
            next_frame(move || {
                let lost = document().active_element().is_none_or(|it| it.tag_name() == "BODY");
                if let Some(id) = focused.filter(|_| lost) {
                    super::focus(&id);
                }
            });
            let view = row(desk, &blocks);
            last.set(Some(blocks));
            view
        }
        Look::Refused(why) => el("p.dim pad").test("no-view").with(why),
        Look::Waiting => match last.take() {
            Some(blocks) => {
                let view = row(desk, &blocks);
                last.set(Some(blocks));
                view
            }
            None => el("p.dim pad").with(words::WORKING),
        },
    })
}

/// Draws blocks one after the other.
pub fn row(desk: Desk, blocks: &[Block]) -> View {
    blocks.iter().map(|block| draw(desk, block)).collect()
}

/// The element a block becomes; the rest are more than an element.
fn element(is: Is) -> &'static str {
    match is {
        Is::Title => "h2",
        Is::Heading => "h3",
        Is::Para => "p",
        Is::Dim => "p.dim",
        Is::Note => "span.dim sm",
        Is::Mono => "span.mono dim sm",
        Is::Code => "code",
        Is::Strong => "b",
        Is::Section => "section",
        Is::Meta => "div.meta",
        Is::Buttons => "div.buttons",
        Is::Page => "div.pad",
        Is::Card => "div.pad item",
        Is::Band => "div.pad band",
        Is::List => "ul.ev",
        Is::Found => "ul.found",
        Is::Steps => "ol.fix",
        Is::Item => "li",
        Is::Pairs => "dl.form",
        Is::Key => "dt",
        Is::Value => "dd",
        Is::Line => "tr",
        Is::Head => "th",
        Is::Cell => "td",
        Is::Pre => "pre",
        Is::Diff => "div.diff mono",
        Is::Same | Is::Numbered => "div",
        Is::Added => "div.a",
        Is::Removed => "div.d",
        Is::Source => "figure.src",
        Is::Caption => "figcaption",
        Is::Lines => "div.lines",
        Is::Hit => "div.hit",
        Is::Number => "span.ln",
        Is::Text => "span.tx",
        Is::Aside => "span.sr",
        Is::Keyword => "b",
        Is::Literal => "span.lit",
        Is::Comment => "i",
        Is::Badge => "span.badge",
        Is::Bad => "b.bad",
        Is::Good => "b.good",
        Is::Env => "span.badge env",
        Is::Hatch => "span.badge hatch",
        Is::Map => "div.map",
        Is::Box => "code.box",
        _ => "span",
    }
}

fn draw(desk: Desk, block: &Block) -> View {
    let Block { is, text, to, kids } = block;
    let inside = |view: View| view.with(text.as_str()).with(row(desk, kids));
    match is {
        Is::Row => inside(View::none()),
        Is::Blocker => severity_badge(Severity::Blocker),
        Is::Danger => severity_badge(Severity::Danger),
        Is::Warning => severity_badge(Severity::Warning),
        Is::Notice => severity_badge(Severity::Notice),
        Is::Link => inside(go(desk, "link", to)),
        Is::Button => inside(go(desk, "btn", to)),
        Is::Primary => inside(go(desk, "btn primary", to)),
        Is::Command => code_line(desk, to),
        Is::Copy => copy_button(desk, "btn", text.clone(), to.clone()),
        Is::CopyFirst => copy_button(desk, "btn primary", text.clone(), to.clone()),
        Is::Field => {
            el("textarea.mono").attr("rows", "4").attr("readonly", "").label(text).value(to)
        }
        Is::Meter => el("meter").attr("max", "100").attr("value", to).label(text),
        Is::Squares => squares(block),
        Is::Save => save(desk, block),
        Is::Menu => menu(desk, block),
        Is::Ask => field(desk, block, "text"),
        Is::AskDate => field(desk, block, "date"),
        Is::Give => give(desk, block),
        Is::Fold => fold(desk, kids),
        Is::Table => {
            let table = el("table").label(text).with(row(desk, kids));
            el("div.scroll-x").attr("tabindex", "0").attr("role", "group").label(text).with(table)
        }
        Is::Source => el(element(*is)).with(row(desk, kids)).label(text),
        Is::Lines | Is::Pre => inside(el(element(*is)))
            .attr("tabindex", "0")
            .attr("role", "group")
            .label(words::SOURCE),
        Is::Number => inside(el(element(*is))).attr("aria-hidden", "true"),
        _ if to.is_empty() => inside(el(element(*is))),
        _ => inside(el(element(*is))).attr("title", to),
    }
}

fn go(desk: Desk, class: &str, to: &str) -> View {
    let to = to.to_owned();
    button(class).test("go").tap(move || desk.send(Msg::Go(to.clone())))
}

fn save(desk: Desk, block: &Block) -> View {
    let name = block.to.clone();
    let text = block.kids.first().map(|kid| kid.text.clone()).unwrap_or_default();
    let save = move || desk.perform(Effect::Save { name: name.clone(), text: text.clone() });
    button("btn").test("save").tap(save).with(block.text.as_str())
}

fn give(desk: Desk, block: &Block) -> View {
    let name = block.to.clone();
    let text = block.kids.first().map(|kid| kid.text.clone()).unwrap_or_default();
    let give = move || {
        let bytes = Uint8Array::from(text.as_bytes());
        let offer = Offer { id: desk.keep(bytes), path: name.clone(), bytes: text.len() };
        desk.send(Msg::Give(offer));
    };
    button("btn").test("give").tap(give).with(block.text.as_str())
}

fn field(desk: Desk, block: &Block, kind: &str) -> View {
    let held = block.kids.first().map_or("", |kid| &kid.text);
    let to = block.to.clone();
    let typed = move |value: String| desk.send(Msg::Go(words::join(&[&to, &escape(&value)])));
    let input = el("input").attr("type", kind).id(&block.text).test("field").value(held);
    el("label.theme").with(block.text.as_str()).with(input.typed("change", typed))
}

fn menu(desk: Desk, block: &Block) -> View {
    let option = |kid: &Block| {
        el("option")
            .attr("value", &kid.to)
            .set("selected", kid.is == Is::Chosen)
            .with(kid.text.as_str())
    };
    let options: View = block.kids.iter().map(option).collect();
    let to = block.to.clone();
    let choose = move |value: String| desk.send(Msg::Go(words::join(&[&to, &escape(&value)])));
    el("label.theme")
        .with(block.text.as_str())
        .with(el("select").id(&block.text).test("menu").typed("change", choose).with(options))
}

/// White around and between the squares, whatever the theme: cameras expect it.
fn squares(block: &Block) -> View {
    let side = block.kids.first().map_or("", |kid| &kid.text);
    let paper = words::join(&["M0,0h", side, "v", side, "H0z"]);
    let path = |fill, d: &str| el("path").attr("fill", fill).attr("d", d);
    el("svg")
        .attr("viewBox", &words::join(&["0 0 ", side, " ", side]))
        .attr("role", "img")
        .attr("width", "300")
        .label(&block.text)
        .with(path("#fff", &paper))
        .with(path("#000", &block.to))
}

/// What is in it is drawn once somebody opens it.
fn fold(desk: Desk, kids: &[Block]) -> View {
    let Some((head, rest)) = kids.split_first() else {
        return View::none();
    };
    let body = el("div");
    let (place, rest) = (body.clone(), rest.to_vec());
    let drawn = Cell::new(false);
    let open = move |_| {
        if !drawn.replace(true) {
            let _drawn = place.clone().with(row(desk, &rest));
        }
    };
    let head = el("summary").with(draw(desk, head));
    el("details.patch").test("part").on("toggle", open).with(head).with(body)
}
