//! The input tray: what was handed over, what Retort took it for, and how to correct that.

use std::sync::Arc;

use crate::web::view::parts::live::{current_if, live, part, part_if, tap, yes_no};
use leptos::prelude::*;

use super::nothing_matches;
use crate::web::filter::Filter;
use crate::web::model::{Msg, Subject};
use crate::web::rows::{self, InputLine};
use crate::web::view::Desk;
use crate::web::view::parts::{Lines, Pane, icons, row_id, tag};
use crate::web::words;
use crate::wire::{InputRow, Kind, Role, RoleSource, Sureness};

const NAME: &str = "input";

fn height(line: &InputLine, slim: bool) -> u32 {
    match (line, slim) {
        (InputLine::Archive { .. }, _) => 9,
        (InputLine::Document { .. }, false) => 13,
        (InputLine::Document { .. }, true) => 26,
        (InputLine::Excluded(_) | InputLine::LeftOut { .. } | InputLine::LeftOutHead { .. }, _) => {
            10
        }
    }
}

/// Draws the tray.
pub fn inputs(desk: Desk) -> AnyView {
    let open = RwSignal::new(false);
    // The names of uploads tell members of archives from files of their own.
    let uploads = desk
        .read(|model| model.uploads.iter().map(|upload| upload.name.clone()).collect::<Vec<_>>());
    let excluded = desk.read(rows::excluded);
    let left_out = desk.read(|model| model.left_out.len());
    let lines = Memo::new(move |_| {
        let filter = desk.filter.with(|filter| Filter::read(filter));
        let (stamp, mut lines) = desk.report.with(|report| match report {
            Some(report) => {
                let lines = uploads.with(|uploads| rows::input_lines(report, uploads, &filter));
                (report.address(), lines)
            }
            None => (0, Vec::new()),
        });
        lines.extend((0..excluded.with(Vec::len)).map(InputLine::Excluded));
        lines.extend(rows::left_out_lines(left_out.get(), open.get()));
        Lines { stamp, lines: Arc::new(lines) }
    });
    let pane = Pane::new(NAME, desk.sight, lines, height);
    let row = move |line, ix| match line {
        InputLine::Archive { of, count } => archive_row(desk, of, count),
        InputLine::Document { input, member } => document_row(desk, input, member, ix),
        InputLine::Excluded(at) => excluded_row(desk, excluded, at),
        InputLine::LeftOutHead { count } => left_out_head(open, count),
        InputLine::LeftOut(at) => left_out_row(desk, at),
    };
    let is_empty = Memo::new(move |_| lines.with(|lines| lines.lines.is_empty()));
    let body = part(move || match is_empty.get() {
        false => pane.view(lines, "list", row),
        true => nothing_matches(desk, "Inputs are hidden by the filter.".to_owned()),
    });
    view! { <div class="inputs">{body}</div> }.into_any()
}

fn archive_row(desk: Desk, of: usize, count: usize) -> AnyView {
    let path =
        desk.report.with_untracked(|report| Some(report.as_ref()?.inputs.get(of)?.path.clone()));
    let uploads = desk
        .peek(|model| model.uploads.iter().map(|upload| upload.name.clone()).collect::<Vec<_>>());
    let name =
        path.as_deref().and_then(|path| rows::archive_of(path, &uploads)).map(words::visible);
    view! {
        <div role="listitem" class="group">
            <h2>{icons::folder()}<span class="cut">{name}</span>
                <span class="dim sm">{words::count(count, "document", "documents")}</span></h2>
        </div>
    }
    .into_any()
}

fn document_row(desk: Desk, input: usize, member: bool, ix: usize) -> AnyView {
    let Some(report) = desk.report.get_untracked() else {
        return ().into_any();
    };
    let Some(row) = report.inputs.get(input) else {
        return ().into_any();
    };
    let subject = Subject::Input(row.path.clone());
    let mine = subject.clone();
    let shown = desk.subject();
    let current = Memo::new(move |_| shown.with(|shown| shown.as_ref() == Some(&mine)));
    let path = row.path.clone();
    let editable = desk.read(|model| !model.uploads.is_empty());
    let actions = part_if(move || {
        let path = path.clone();
        editable.get().then(|| {
            view! {
                <button type="button" class="icon" data-testid="remove" aria-label="Remove" title="Remove"
                    on:click=tap(move || desk.send(Msg::Remove { path: path.clone() }))>{icons::close()}</button>
            }
        })
    });
    let note = row.notes.first().map_or_else(|| words::plain(&row.why), |note| words::plain(note));
    let (folder, file) = row.name.rsplit_once('/').unwrap_or(("", &row.name));
    let folder = words::visible(folder);
    let note = if folder.is_empty() { note } else { words::join(&[&folder, " · ", &note]) };
    let total = report.inputs.len().to_string();
    let position = (input + 1).to_string();
    view! {
        <div role="listitem" class="row in" class:member=member class:current=current
            aria-setsize=total aria-posinset=position data-testid="input">
            <button type="button" class="name" id=row_id(NAME, ix) aria-current=current_if(current)
                on:click=tap(move || desk.send(Msg::Select(subject.clone())))>
                <span class="t cut">{words::visible(file)}</span>
                <span class="o cut">{note}</span>
            </button>
            <span class="k">{kind_said(row)}</span>
            {role_select(desk, row)}
            <span class="n" title="understood">{understood(row)}</span>
            <span class="n dim">{words::size(row.bytes)}</span>
            {actions}
        </div>
    }
    .into_any()
}

/// Draws what a document was taken for, and that it was a guess.
pub fn kind_said(row: &InputRow) -> AnyView {
    if row.unreadable {
        return tag("couldn't be read", "bad");
    }
    let guess =
        (row.certainty != Sureness::Certain).then(|| tag(words::sureness(row.certainty), "dashed"));
    view! { <span>{row.kind.title()}</span>" "{guess} }.into_any()
}

/// Returns how much of a document was understood.
pub fn understood(row: &InputRow) -> String {
    if row.understood.of == 0 {
        return "—".to_owned();
    }
    words::join(&[
        &words::number(row.understood.statements),
        " of ",
        &words::number(row.understood.of),
    ])
}

/// Draws the menu of roles. A role that Retort found by itself is the first entry, marked as its own.
pub fn role_select(desk: Desk, row: &InputRow) -> AnyView {
    let own = row.role_source == Some(RoleSource::Person);
    let guessed = matches!(row.role_source, Some(RoleSource::DatabaseName | RoleSource::FileName));
    let automatic = match (row.role, own) {
        (Some(role), false) => {
            words::join(&[words::role(role), if guessed { " (a guess)" } else { " (found)" }])
        }
        (_, true) => "let Retort decide".to_owned(),
        (None, false) => words::NO_ROLE.to_owned(),
    };
    let chosen = row.role.filter(|_| own);
    let option = |role: Role| {
        view! { <option value=role.word() selected=chosen == Some(role)>{words::role(role)}</option> }.into_any()
    };
    let options: Vec<AnyView> = Role::ALL.into_iter().map(option).collect();
    let path = row.path.clone();
    let choose = move |event| {
        let role = Role::from_word(&event_target_value(&event));
        desk.send(Msg::SetRole { path: path.clone(), role });
    };
    let label = words::join(&["Role of ", &words::visible(&row.name)]);
    let editable = desk.read(|model| !model.uploads.is_empty());
    view! {
        <select class="role" class:guess=guessed data-testid="role" aria-label=label disabled=live(move || !editable.get())
            title=if guessed { words::ROLE_GUESSED } else { "" } on:change=choose>
            <option value="" selected=chosen.is_none()>{automatic}</option>
            {options}
        </select>
    }
    .into_any()
}

/// Draws the menu of kinds.
pub fn kind_select(desk: Desk, row: &InputRow) -> AnyView {
    let now = row.kind;
    let option = |kind: Kind| {
        view! { <option value=kind.word() selected=kind == now>{kind.title()}</option> }.into_any()
    };
    let options: Vec<AnyView> = Kind::ALL.into_iter().map(option).collect();
    let path = row.path.clone();
    let choose = move |event| {
        if let Some(kind) = Kind::from_word(&event_target_value(&event)) {
            desk.send(Msg::SetKind { path: path.clone(), kind });
        }
    };
    let editable = desk.read(|model| !model.uploads.is_empty());
    view! {
        <select id="kind" data-testid="kind" disabled=live(move || !editable.get()) on:change=choose>{options}</select>
    }
    .into_any()
}

fn excluded_row(desk: Desk, excluded: Memo<Vec<String>>, at: usize) -> AnyView {
    let path = excluded.with_untracked(|excluded| excluded.get(at).cloned()).unwrap_or_default();
    let restore = path.clone();
    view! {
        <div role="listitem" class="row in out">
            <span class="t cut"><s>{words::visible(&path)}</s></span>
            <button type="button" class="btn" data-testid="restore"
                on:click=tap(move || desk.send(Msg::Restore { path: restore.clone() }))>"Put back"</button>
        </div>
    }
    .into_any()
}

fn left_out_head(open: RwSignal<bool>, count: usize) -> AnyView {
    view! {
        <div role="listitem" class="group">
            <h2>
                <button type="button" id="left-out" data-testid="left-out"
                    aria-expanded=yes_no(move || open.get())
                    on:click=tap(move || open.update(|open| *open = !*open))>
                    {icons::chevron()}<span>{words::count(count, "file", "files")}" skipped"</span>
                </button>
            </h2>
        </div>
    }
    .into_any()
}

fn left_out_row(desk: Desk, at: usize) -> AnyView {
    let item = desk.peek(|model| model.left_out.get(at).cloned());
    view! {
        <div role="listitem" class="row in out">
            <span class="t cut">{item.as_ref().map(|item| words::visible(&item.path))}</span>
            <span class="dim">{item.as_ref().map(|item| words::reason(item.why))}</span>
        </div>
    }
    .into_any()
}
