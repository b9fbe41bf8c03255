//! The text of an input, to be changed in place: a moment after the last key it is reviewed again.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Uint8Array;

use crate::web::browser::{hands, window};
use crate::web::model::{Msg, Subject};
use crate::web::view::Desk;
use crate::web::view::dom::{View, el, part_if};
use crate::web::view::state::Memo;
use crate::web::words;

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
        let edited = move |text: String| {
            window::not_later(waiting.get());
            let path = path.clone();
            let review = move || {
                let bytes = Uint8Array::from(text.as_bytes());
                let length = text.len();
                desk.send(Msg::Edited { path, id: desk.keep(bytes), bytes: length });
            };
            waiting.set(window::later(PAUSE_MS, review));
        };
        let field = el("textarea.mono")
            .test("editor")
            .attr("rows", "10")
            .attr("spellcheck", "false")
            .label(words::EDIT)
            .value(&text)
            .typed("input", edited);
        Some(el("details.patch").with(el("summary").with(words::EDIT)).with(field))
    })
}
