//! A revision as a moment: what it did to the schema, and the schema it left.

use std::cell::Cell;

use super::section;
use crate::web::browser::window::next_frame;
use crate::web::model::Msg;
use crate::web::moments::{Look, look_at, touched};
use crate::web::view::Desk;
use crate::web::view::dom::{View, button, el, part};
use crate::web::view::parts::{prose, tag};
use crate::web::words;
use crate::wire::schema::{OriginView, UndecidedView};
use crate::wire::{ChainRevision, Changes, Moment, ObjectKind, Part, PartLine, Sign};

/// Things that are listed at once; more are counted.
const PARTS_MAX: usize = 400;
const UNKNOWN_MAX: usize = 20;

/// Draws both, as soon as the engine has told of them.
pub fn moment(desk: Desk, chain: usize, revision: &ChainRevision) -> View {
    let (id, asked) = (revision.id.clone(), revision.id.clone());
    let look = desk.read(move |model| look_at(model, chain, &id));
    let brief = revision.changes.clone();
    // Not while the page is being drawn.
    next_frame(move || desk.send(Msg::Look { chain, revision: asked }));
    part(move || match look.get() {
        Look::Known(moment) => known(&moment),
        other => View::none()
            .with(section("What it changes", tables(&brief)))
            .with(section("Schema here", absent(desk, &other))),
    })
}

fn absent(desk: Desk, look: &Look) -> View {
    let said = match look {
        Look::Waiting => words::WORKING,
        Look::NotInLink => words::NO_SCHEMA_IN_LINK,
        Look::Forgotten => words::ENGINE_FORGOT,
        Look::Refused(why) => why,
        Look::Known(_) => "",
    };
    let again = matches!(look, Look::Forgotten).then(|| {
        el("div.buttons")
            .with(button("btn").tap(move || desk.send(Msg::RunAgain)).with(words::RUN_AGAIN))
    });
    View::none().with(el("p.dim").test("no-schema").with(said)).with(again)
}

fn known(moment: &Moment) -> View {
    let (own, earlier): (Vec<&UndecidedView>, Vec<&UndecidedView>) =
        moment.undecided.iter().partition(|open| open.revision.as_ref() == Some(&moment.revision));
    let here: Vec<&Part> = moment.parts.iter().filter(|it| it.sign != Sign::Removed).collect();
    let parts: Vec<View> = here.iter().take(PARTS_MAX).map(|it| listed(it)).collect();
    let more = here.len().saturating_sub(PARTS_MAX);
    let more = (more > 0).then(|| {
        el("p.dim").with(words::join(&["And ", &words::number(more), " more, not listed."]))
    });
    View::none().with(section("What it changes", changes(moment, &own)).test("changes")).with(
        section("Schema here", el("p.dim").with(counted(&here)))
            .test("schema")
            .with(parts)
            .with(more)
            .with(unknown("Not known of it", &earlier)),
    )
}

/// `12 tables · 2 types`.
fn counted(parts: &[&Part]) -> String {
    let kinds = [
        (ObjectKind::Table, "table", "tables"),
        (ObjectKind::Type, "type", "types"),
        (ObjectKind::View, "view", "views"),
        (ObjectKind::Sequence, "sequence", "sequences"),
        (ObjectKind::Extension, "extension", "extensions"),
    ];
    let said = |(kind, one, many)| {
        let count = parts.iter().filter(|part| part.kind == kind).count();
        (count > 0 || kind == ObjectKind::Table).then(|| words::count(count, one, many))
    };
    kinds.into_iter().filter_map(said).collect::<Vec<_>>().join(" · ")
}

// What it changes.

fn changes(moment: &Moment, unknown_of_it: &[&UndecidedView]) -> View {
    let parts: Vec<&Part> = moment.parts.iter().filter(|it| it.sign != Sign::Same).collect();
    if parts.is_empty() && unknown_of_it.is_empty() {
        return el("p.dim").with("Nothing in the schema.");
    }
    let body: View = parts.into_iter().take(PARTS_MAX).map(changed).collect();
    View::none().with(body).with(unknown("", unknown_of_it))
}

fn changed(it: &Part) -> View {
    let (sign, class) = match it.sign {
        Sign::Added => ("+ ", "a"),
        Sign::Removed => ("− ", "d"),
        Sign::Same | Sign::Changed => ("", ""),
    };
    let name = words::join(&[sign, it.kind.word(), " ", &words::visible(&it.name)]);
    let lines: Vec<View> = touched(&it.lines).map(line).collect();
    el("div.diff mono").with(el("div").class(class).with(el("b").with(name))).with(lines)
}

fn line(line: &PartLine) -> View {
    let row = |class: &str, sign: &str, text: &str| {
        el("div").class(class).with(words::join(&[sign, " ", &words::visible(text)]))
    };
    match (line.sign, &line.was) {
        (Sign::Added, _) => row("a", "+", &line.text),
        (Sign::Removed, _) => row("d", "−", &line.text),
        (_, Some(was)) => View::none().with(row("d", "−", was)).with(row("a", "+", &line.text)),
        _ => row("", "~", &line.text),
    }
}

/// What the report alone tells, also one that came in a link.
fn tables(changes: &Changes) -> View {
    let line = |class: &str, sign: &str, text: &str| {
        el("div").class(class).with(words::join(&[sign, " table ", &words::visible(text)]))
    };
    let mut lines: Vec<View> = changes.created.iter().map(|table| line("a", "+", table)).collect();
    lines.extend(changes.dropped.iter().map(|table| line("d", "−", table)));
    lines.extend(
        changes.renamed.iter().map(|[from, to]| line("", "~", &words::join(&[from, " → ", to]))),
    );
    let unknown = (changes.undecided > 0).then(|| {
        let said = words::count(changes.undecided, "step", "steps");
        el("p")
            .with(tag(words::NOT_UNDERSTOOD, "hatch"))
            .with(" ")
            .with(said)
            .with(" whose effect wasn't worked out.")
    });
    let none = (lines.is_empty() && changes.undecided == 0)
        .then(|| el("p.dim").with("No table is created, dropped or renamed."));
    let lines = (!lines.is_empty()).then(|| el("div.diff mono").with(lines));
    View::none().with(lines).with(unknown).with(none)
}

// The schema there.

/// Draws something that is there; its lines exist once somebody wants to see them.
fn listed(it: &Part) -> View {
    let kind = if it.kind == ObjectKind::Table { "" } else { it.kind.word() };
    let sign = match it.sign {
        Sign::Added => Some(tag("added", "")),
        Sign::Changed => Some(tag("changed", "")),
        Sign::Same | Sign::Removed => None,
    };
    let head = el("summary")
        .with(el("code").with(words::visible(&it.name)))
        .with(el("span.dim sm").with(words::join(&[" ", kind, " "])))
        .with(sign);
    let body = el("div.diff mono");
    let (place, lines, open) = (body.clone(), it.lines.clone(), it.open);
    let made = it.origin.clone();
    let drawn = Cell::new(false);
    let draw = move |_| {
        if !drawn.replace(true) {
            let here = lines.iter().filter(|line| line.sign != Sign::Removed);
            // What was there from the start needs no word of it on every line.
            let row = |line: &PartLine| {
                let since = line.origin.as_ref().filter(|_| line.origin != made).map(origin);
                el("div").with(words::visible(&line.text)).with(since)
            };
            let rows: Vec<View> = here.map(row).collect();
            let first = made.as_ref().map(|made| el("div").with(origin(made)));
            let more = open.then(|| el("div.dim").with("There may be more in it."));
            let none = rows.is_empty().then(|| el("div.dim").with("No more is known of it."));
            let _drawn = place.clone().with(first).with(rows).with(none).with(more);
        }
    };
    el("details.patch").test("part").on("toggle", draw).with(head).with(body)
}

/// `5a9d6371e18c · 5a9d_add.py:12`, what touched it last.
fn origin(of: &OriginView) -> View {
    let file = of.file.rsplit('/').next().unwrap_or_default();
    let (revision, file) = (words::visible(&of.revision), words::visible(file));
    let line = of.line.to_string();
    el("span.dim sm").test("origin").with(words::join(&[" ", &revision, " · ", &file, ":", &line]))
}

fn unknown(title: &str, open: &[&UndecidedView]) -> Option<View> {
    if open.is_empty() {
        return None;
    }
    let item = |it: &&UndecidedView| {
        let affects = match it.affects.as_slice() {
            [all] if all == "*" => "could affect anything".to_owned(),
            tables => words::join(&["affects ", &words::visible(&tables.join(", "))]),
        };
        let place = it.file.as_deref().map(|file| {
            let file = file.rsplit('/').next().unwrap_or_default();
            words::join(&[" · ", &words::visible(file), ":", &it.line.to_string()])
        });
        el("li")
            .with(prose(&it.what))
            .with(el("span.dim sm").with(words::join(&[" · ", &affects])).with(place))
    };
    let items: Vec<View> = open.iter().take(UNKNOWN_MAX).map(item).collect();
    let more = open.len().saturating_sub(UNKNOWN_MAX);
    let more = (more > 0)
        .then(|| el("p.dim").with(words::join(&["And ", &words::number(more), " more."])));
    let title = (!title.is_empty()).then(|| el("h4").with(title));
    let badge = el("p").with(tag(words::NOT_UNDERSTOOD, "hatch"));
    Some(
        View::none()
            .with(title)
            .with(badge)
            .with(el("ul.ev").test("unknown").with(items))
            .with(more),
    )
}
