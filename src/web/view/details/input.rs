//! An input: what it was taken for, why, and how to correct that.

use crate::web::view::dom::{View, el};

use super::{section, way};
use crate::web::model::{Msg, Subject};
use crate::web::view::Desk;
use crate::web::view::panels::inputs::{kind_said, kind_select, role_select, understood};
use crate::web::view::parts::{prose, severity_badge};
use crate::web::words;
use crate::wire::{InputRow, Kind, Report, SettingRow};

/// Draws one input.
pub fn input(desk: Desk, report: &Report, path: &str) -> View {
    let Some(row) = report.inputs.iter().find(|input| input.path == path) else {
        return View::none();
    };
    let notes: Vec<View> = row.notes.iter().map(|note| el("li").with(prose(note))).collect();
    let notes = (!notes.is_empty()).then(|| section("Notes", el("ul.ev").with(notes)));
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
        .with(notes)
        .with((row.kind == Kind::Settings).then(|| section("Settings", settings(report))))
        .with(section("Findings", findings(desk, report, row)))
}

/// What differs from the defaults.
fn settings(report: &Report) -> View {
    let line = |row: &SettingRow| {
        el("li.mono").with(words::visible(&words::join(&[&row.key, " = ", &row.value])))
    };
    el("ul.ev").test("settings").with(report.settings.iter().map(line).collect::<View>())
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

fn findings(desk: Desk, report: &Report, row: &InputRow) -> View {
    let of_it = report
        .findings
        .iter()
        .filter(|finding| finding.file == row.name || finding.file == row.path);
    let items: Vec<View> = of_it
        .take(100)
        .map(|finding| {
            let subject = Subject::Finding(finding.id.clone());
            el("li").with(severity_badge(finding.severity)).with(way(
                desk,
                subject,
                prose(&finding.title),
            ))
        })
        .collect();
    if items.is_empty() {
        return el("p.dim").with("Nothing was found in it.");
    }
    el("ul.found").with(items)
}
