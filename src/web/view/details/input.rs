//! An input: what it was taken for, why, and how to correct that.

use crate::web::view::parts::live::live;
use leptos::prelude::*;

use super::{section, way};
use crate::web::model::{Msg, Subject};
use crate::web::view::Desk;
use crate::web::view::panels::inputs::{kind_said, kind_select, role_select, understood};
use crate::web::view::parts::{prose, severity_badge};
use crate::web::words;
use crate::wire::{InputRow, Report};

/// Draws one input.
pub fn input(desk: Desk, report: &Report, path: &str) -> AnyView {
    let Some(row) = report.inputs.iter().find(|input| input.path == path) else {
        return ().into_any();
    };
    let notes: Vec<AnyView> =
        row.notes.iter().map(|note| view! { <li>{prose(note)}</li> }.into_any()).collect();
    let notes = (!notes.is_empty())
        .then(|| section("Notes", view! { <ul class="ev">{notes}</ul> }.into_any()));
    let source = row.role_source.filter(|_| row.role.is_some()).map(words::role_source);
    let moved = (row.path != row.name)
        .then(|| view! { <p class="dim sm mono">"Came as "{words::visible(&row.path)}</p> });
    view! {
        <div class="meta">{kind_said(row)}<span class="dim sm">{words::size(row.bytes)}</span></div>
        <h2 class="wrap">{words::visible(&row.name)}</h2>
        {moved}
        <p>{prose(&row.why)}</p>
        <dl class="form">
            <dt>"Role"</dt><dd>{role_select(desk, row)}<span class="dim sm">{source}</span></dd>
            <dt><label for="kind">"Kind"</label></dt><dd>{kind_select(desk, row)}</dd>
            <dt><label for="rename">"Name"</label></dt><dd>{rename(desk, row)}</dd>
            <dt>"Understood"</dt><dd>{understood(row)}</dd>
        </dl>
        {notes}
        {section("Findings", findings(desk, report, row))}
    }
    .into_any()
}

fn rename(desk: Desk, row: &InputRow) -> AnyView {
    let path = row.path.clone();
    let name = row.name.clone();
    let commit = move |event| {
        desk.send(Msg::Rename { path: path.clone(), name: event_target_value(&event) });
    };
    let editable = desk.read(|model| !model.uploads.is_empty());
    view! {
        <input type="text" id="rename" data-testid="rename" spellcheck="false" autocomplete="off" prop:value=name
            disabled=live(move || !editable.get()) on:change=commit />
    }
    .into_any()
}

fn findings(desk: Desk, report: &Report, row: &InputRow) -> AnyView {
    let of_it = report
        .findings
        .iter()
        .filter(|finding| finding.file == row.name || finding.file == row.path);
    let items: Vec<AnyView> = of_it
        .take(100)
        .map(|finding| {
            let subject = Subject::Finding(finding.id.clone());
            view! { <li>{severity_badge(finding.severity)}{way(desk, subject, prose(&finding.title))}</li> }.into_any()
        })
        .collect();
    if items.is_empty() {
        return view! { <p class="dim">"Nothing was found in it."</p> }.into_any();
    }
    view! { <ul class="found">{items}</ul> }.into_any()
}
