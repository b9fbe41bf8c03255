//! The input tray: what was handed over, what Retort took it for, and how to correct that.

use crate::web::view::state::{Memo, State};
use std::sync::Arc;

use crate::web::view::dom::{View, button, el, part, part_if};

use super::nothing_matches;
use crate::web::filter::Filter;
use crate::web::model::{Msg, Subject};
use crate::web::rows::{self, InputLine};
use crate::web::view::Desk;
use crate::web::view::parts::{Keyed, Lines, Pane, icons, row_id, tag};
use crate::web::words;
use crate::wire::{InputRow, Kind, Role, RoleSource, Sureness};

const NAME: &str = "input";

impl Keyed for InputLine {
    fn key(&self) -> u64 {
        let (what, one, other) = match *self {
            Self::Archive { of, count } => (1, of, count),
            Self::Document { input, member } => (2, input, usize::from(member)),
            Self::Excluded(at) => (3, at, 0),
            Self::LeftOutHead { count } => (4, count, 0),
            Self::LeftOut(at) => (5, at, 0),
        };
        what << 60 | (one as u64) << 30 | other as u64
    }
}

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
pub fn inputs(desk: Desk) -> View {
    let open = State::new(false);
    // The names of uploads tell members of archives from files of their own.
    let uploads = desk
        .read(|model| model.uploads.iter().map(|upload| upload.name.clone()).collect::<Vec<_>>());
    let excluded = desk.read(rows::excluded);
    let left_out = desk.read(|model| model.left_out.len());
    let lines = Memo::new(move || {
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
    let is_empty = Memo::new(move || lines.with(|lines| lines.lines.is_empty()));
    let body = part(move || match is_empty.get() {
        false => pane.view(lines, "list", row),
        true => nothing_matches(desk, "Inputs are hidden by the filter.".to_owned()),
    });
    el("div.inputs").with(body)
}

fn archive_row(desk: Desk, of: usize, count: usize) -> View {
    let path =
        desk.report.with_untracked(|report| Some(report.as_ref()?.inputs.get(of)?.path.clone()));
    let uploads = desk
        .peek(|model| model.uploads.iter().map(|upload| upload.name.clone()).collect::<Vec<_>>());
    let name =
        path.as_deref().and_then(|path| rows::archive_of(path, &uploads)).map(words::visible);
    el("div.group").attr("role", "listitem").with(
        el("h2")
            .with(icons::folder())
            .with(el("span.cut").with(name))
            .with(el("span.dim sm").with(words::count(count, "document", "documents"))),
    )
}

fn document_row(desk: Desk, input: usize, member: bool, ix: usize) -> View {
    let Some(report) = desk.report.get_untracked() else {
        return View::none();
    };
    let Some(row) = report.inputs.get(input) else {
        return View::none();
    };
    let subject = Subject::Input(row.path.clone());
    let mine = subject.clone();
    let shown = desk.subject();
    let current = Memo::new(move || shown.with(|shown| shown.as_ref() == Some(&mine)));
    let path = row.path.clone();
    let editable = desk.read(|model| !model.uploads.is_empty());
    let actions = part_if(move || {
        let path = path.clone();
        editable.get().then(|| {
            button("icon")
                .test("remove")
                .label("Remove")
                .attr("title", "Remove")
                .tap(move || desk.send(Msg::Remove { path: path.clone() }))
                .with(icons::close())
        })
    });
    let note = row.notes.first().map_or_else(|| words::plain(&row.why), |note| words::plain(note));
    let (folder, file) = row.name.rsplit_once('/').unwrap_or(("", &row.name));
    let folder = words::visible(folder);
    let note = if folder.is_empty() { note } else { words::join(&[&folder, " · ", &note]) };
    let total = report.inputs.len().to_string();
    let position = (input + 1).to_string();
    el("div.row in")
        .attr("role", "listitem")
        .class_if("member", move || member)
        .class_if("current", move || current.get())
        .attr("aria-setsize", &total)
        .attr("aria-posinset", &position)
        .test("input")
        .with(
            button("name")
                .id(&row_id(NAME, ix))
                .current_if(current)
                .tap(move || desk.send(Msg::Select(subject.clone())))
                .with(el("span.t cut").with(words::visible(file)))
                .with(el("span.o cut").with(note)),
        )
        .with(el("span.k").with(kind_said(row)))
        .with(role_select(desk, row))
        .with(el("span.n").attr("title", "understood").with(understood(row)))
        .with(el("span.n dim").with(words::size(row.bytes)))
        .with(actions)
}

/// Draws what a document was taken for, and that it was a guess.
pub fn kind_said(row: &InputRow) -> View {
    if row.unreadable {
        return tag("couldn't be read", "bad");
    }
    let guess =
        (row.certainty != Sureness::Certain).then(|| tag(words::sureness(row.certainty), "dashed"));
    View::none().with(el("span").with(row.kind.title())).with(" ").with(guess)
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
pub fn role_select(desk: Desk, row: &InputRow) -> View {
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
        el("option")
            .attr("value", role.word())
            .set("selected", chosen == Some(role))
            .with(words::role(role))
    };
    let options: Vec<View> = Role::ALL.into_iter().map(option).collect();
    let path = row.path.clone();
    let choose = move |word: String| {
        let role = Role::from_word(&word);
        desk.send(Msg::SetRole { path: path.clone(), role });
    };
    let label = words::join(&["Role of ", &words::visible(&row.name)]);
    let editable = desk.read(|model| !model.uploads.is_empty());
    el("select.role")
        .class_if("guess", move || guessed)
        .test("role")
        .label(&label)
        .flag("disabled", move || !editable.get())
        .attr("title", if guessed { words::ROLE_GUESSED } else { "" })
        .typed("change", choose)
        .with(el("option").attr("value", "").set("selected", chosen.is_none()).with(automatic))
        .with(options)
}

/// Draws the menu of kinds.
pub fn kind_select(desk: Desk, row: &InputRow) -> View {
    let now = row.kind;
    let option = |kind: Kind| {
        el("option").attr("value", kind.word()).set("selected", kind == now).with(kind.title())
    };
    let options: Vec<View> = Kind::ALL.into_iter().map(option).collect();
    let path = row.path.clone();
    let choose = move |word: String| {
        if let Some(kind) = Kind::from_word(&word) {
            desk.send(Msg::SetKind { path: path.clone(), kind });
        }
    };
    let editable = desk.read(|model| !model.uploads.is_empty());
    el("select")
        .id("kind")
        .test("kind")
        .flag("disabled", move || !editable.get())
        .typed("change", choose)
        .with(options)
}

fn excluded_row(desk: Desk, excluded: Memo<Vec<String>>, at: usize) -> View {
    let path = excluded.with_untracked(|excluded| excluded.get(at).cloned()).unwrap_or_default();
    let restore = path.clone();
    el("div.row in out")
        .attr("role", "listitem")
        .with(el("span.t cut").with(el("s").with(words::visible(&path))))
        .with(
            button("btn")
                .test("restore")
                .tap(move || desk.send(Msg::Restore { path: restore.clone() }))
                .with("Put back"),
        )
}

fn left_out_head(open: State<bool>, count: usize) -> View {
    el("div.group").attr("role", "listitem").with(
        el("h2").with(
            button("")
                .id("left-out")
                .test("left-out")
                .yes_no("aria-expanded", move || open.get())
                .tap(move || open.update(|open| *open = !*open))
                .with(icons::chevron())
                .with(el("span").with(words::count(count, "file", "files")).with(" skipped")),
        ),
    )
}

fn left_out_row(desk: Desk, at: usize) -> View {
    let item = desk.peek(|model| model.left_out.get(at).cloned());
    el("div.row in out")
        .attr("role", "listitem")
        .with(el("span.t cut").with(item.as_ref().map(|item| words::visible(&item.path))))
        .with(el("span.dim").with(item.as_ref().map(|item| words::reason(item.why))))
}
