//! The text of an input, to be changed in place: a moment after the last key it is reviewed again.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Uint8Array;
use web_sys::{Element, HtmlTextAreaElement};

use crate::web::browser::window::next_frame;
use crate::web::browser::{hands, window};
use crate::web::model::{Msg, Subject};
use crate::web::view::dom::{View, el, part, part_if, watch};
use crate::web::view::state::Memo;
use crate::web::view::{Desk, blocks};
use crate::web::views::{Look, look_at};
use crate::web::words;
use crate::wire::Block;
use crate::wire::escaped::escape;

/// Larger texts are for a real editor.
const EDITED_BYTES_MAX: usize = 200_000;
/// Silence after which the text is reviewed.
const PAUSE_MS: i32 = 60;

/// Draws the field for whatever input is looked at. It is not drawn anew when a review is done, so that nobody
/// loses the place in the text.
pub fn editor(desk: Desk, subject: Memo<Option<Subject>>) -> View {
    let path = Memo::new(move || match subject.get() {
        Some(Subject::Input(path)) => Some(path),
        _ => None,
    });
    part_if(move || {
        let path = path.get()?;
        let upload =
            desk.peek(|model| model.uploads.iter().find(|upload| upload.name == path).cloned())?;
        let bytes = desk.kept(upload.id).filter(|_| upload.bytes <= EDITED_BYTES_MAX)?;
        let text = hands::text_of(&bytes)?;
        let waiting = Rc::new(Cell::new(0));
        let field = el("textarea.mono")
            .test("editor")
            .attr("rows", "10")
            .attr("spellcheck", "false")
            .label(words::EDIT)
            .value(&text);
        let under = marks(desk, &path, &field);
        let own: HtmlTextAreaElement = field.element();
        let edited = move |text: String| {
            // What lies under it is of the text before, until the review of this one is there.
            let _ = own.class_list().remove_1("clear");
            window::not_later(waiting.get());
            let path = path.clone();
            let review = move || {
                let bytes = Uint8Array::from(text.as_bytes());
                let length = text.len();
                desk.send(Msg::Edited { path, id: desk.keep(bytes), bytes: length });
            };
            waiting.set(window::later(PAUSE_MS, review));
        };
        let field = el("div.editor").with(field.typed("input", edited)).with(under);
        Some(el("details.patch").with(el("summary").with(words::EDIT)).with(field))
    })
}

/// The same text in colours, to be seen through the field as soon as it is the same.
fn marks(desk: Desk, path: &str, field: &View) -> View {
    let at = words::join(&["?marks=", &escape(path)]);
    let own: HtmlTextAreaElement = field.element();
    let asked = at.clone();
    watch(move || {
        desk.report.track();
        let at = asked.clone();
        // Not while the page is being drawn.
        next_frame(move || desk.send(Msg::Look(at)));
    });
    let look = desk.read(move |model| look_at(model, &at));
    let under = el("div.marks mono").attr("aria-hidden", "true");
    let (place, scrolled) = (under.element::<Element>(), own.clone());
    let _heard = field.clone().on("scroll", move |_| place.set_scroll_top(scrolled.scroll_top()));
    under.with(part(move || {
        let look = look.get();
        let known = match &look {
            Look::Known(blocks) if text_of(blocks) == own.value() => Some(blocks),
            _ => None,
        };
        let _ = own.class_list().toggle_with_force("clear", known.is_some());
        known.map_or_else(View::none, |blocks| blocks::row(desk, blocks))
    }))
}

fn text_of(lines: &[Block]) -> String {
    let line = |line: &Block| line.kids.iter().map(|it| it.text.as_str()).collect::<String>();
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
