//! An input: what it was taken for, why, and how to correct that.

use crate::web::view::dom::{View, el};

use crate::web::model::Msg;
use crate::web::view::Desk;
use crate::web::view::panels::inputs::{kind_said, kind_select, role_select, understood};
use crate::web::view::parts::prose;
use crate::web::words;
use crate::wire::{InputRow, Report};

/// Draws one input.
pub fn input(desk: Desk, report: &Report, path: &str) -> View {
    let Some(row) = report.inputs.iter().find(|input| input.path == path) else {
        return View::none();
    };
    let source = row.role_source.filter(|_| row.role.is_some()).map(words::role_source);
    let moved = (row.path != row.name)
        .then(|| el("p.dim sm mono").with("Came as ").with(words::visible(&row.path)));
    View::none()
        .with(
            el("div.meta")
                .with(kind_said(row))
                .with(el("span.dim sm").with(words::size(row.bytes))),
        )
        .with(el("h2.wrap").with(words::visible(&row.name)))
        .with(moved)
        .with(el("p").with(prose(&row.why)))
        .with(
            el("dl.form")
                .with(el("dt").with("Role"))
                .with(el("dd").with(role_select(desk, row)).with(el("span.dim sm").with(source)))
                .with(el("dt").with(el("label").attr("for", "kind").with("Kind")))
                .with(el("dd").with(kind_select(desk, row)))
                .with(el("dt").with(el("label").attr("for", "rename").with("Name")))
                .with(el("dd").with(rename(desk, row)))
                .with(el("dt").with("Understood"))
                .with(el("dd").with(understood(row))),
        )
}

fn rename(desk: Desk, row: &InputRow) -> View {
    let path = row.path.clone();
    let name = row.name.clone();
    let commit = move |name: String| desk.send(Msg::Rename { path: path.clone(), name });
    let editable = desk.read(|model| !model.uploads.is_empty());
    el("input")
        .attr("type", "text")
        .id("rename")
        .test("rename")
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .value(&name)
        .flag("disabled", move || !editable.get())
        .typed("change", commit)
}
