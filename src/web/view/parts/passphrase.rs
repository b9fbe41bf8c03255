//! The field for a passphrase that closes a link, or opens one.

use crate::web::model::Msg;
use crate::web::view::Desk;
use crate::web::view::dom::{View, el};
use crate::web::words;

/// Draws the field. It is shown as it is typed: it has to be told to somebody.
pub fn passphrase(desk: Desk) -> View {
    let now = desk.peek(|model| model.passphrase.clone());
    let field = el("input")
        .attr("type", "text")
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .value(&now)
        .typed("change", move |typed| desk.send(Msg::Passphrase(typed)));
    el("dl.form")
        .with(el("dt").with(el("label").attr("for", "passphrase").with(words::PASSPHRASE)))
        .with(el("dd").with(field.id("passphrase").test("passphrase")))
}
