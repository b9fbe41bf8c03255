//! The dialog of settings: what can be said here, and what differs from the defaults.

use crate::web::model::Msg;
use crate::web::settings::{FIELDS, Field, value};
use crate::web::view::Desk;
use crate::web::view::dom::{View, el, part};
use crate::web::words;
use crate::wire::SettingRow;

/// Draws the dialog's body.
pub fn settings(desk: Desk) -> View {
    let fields: Vec<View> = FIELDS.into_iter().map(|one| field(desk, one)).collect();
    let given = part(move || {
        let rows = desk.report.with(|report| {
            let rows = report.as_ref().map(|report| report.settings.iter().map(row).collect());
            rows.unwrap_or_else(Vec::new)
        });
        if rows.is_empty() {
            return el("p.dim").with(words::SETTINGS_DEFAULT);
        }
        el("ul.ev").with(rows)
    });
    View::none()
        .with(el("p.dim sm").with(words::SETTINGS_TEXT))
        .with(el("dl.form").with(fields))
        .with(el("h3").with(words::SETTINGS_GIVEN))
        .with(el("div").test("settings-given").with(given))
}

fn row(row: &SettingRow) -> View {
    let file = row.file.as_deref().unwrap_or("set here");
    let line = words::join(&[&row.key, " = ", &row.value]);
    el("li")
        .with(el("code").with(words::visible(&line)))
        .with(" ")
        .with(el("span.dim sm").with(words::visible(file)))
}

fn field(desk: Desk, (key, label, choice): Field) -> View {
    let now = desk.peek(|model| value(model, key));
    let id = words::join(&["set-", key]);
    let set = move |value: String| desk.send(Msg::Set { key, value });
    let input = match choice {
        [] => el("input")
            .attr("type", "text")
            .attr("spellcheck", "false")
            .attr("autocomplete", "off")
            .value(&now),
        choice => {
            let option = |word: &'static str, shown: &'static str| {
                el("option").attr("value", word).set("selected", word == now).with(shown)
            };
            let all = choice.iter().map(|word| option(word, word));
            el("select").with(option("", "found in the files")).with(all.collect::<View>())
        }
    };
    View::none()
        .with(el("dt").with(el("label").attr("for", &id).with(label)))
        .with(el("dd").with(input.id(&id).test(&id).typed("change", set)))
}
