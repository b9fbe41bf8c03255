//! The rows of the chain.

use super::chain::{NAME, Tree};
use crate::web::model::{Layer, Msg, Subject};
use crate::web::trail::{Badge, Node, Shape, Trail, TrailRow};
use crate::web::view::Desk;
use crate::web::view::dom::{View, button, el, part_if};
use crate::web::view::parts::{gutter, role_badge, row_id, severity_badge, tag};
use crate::web::view::state::Memo;
use crate::web::words;
use crate::wire::Role;

/// A run in one line: how many, from where to where.
pub fn fold_row(tree: Tree, trail: Option<&Trail>, row: usize, count: usize, ix: usize) -> View {
    let lanes = trail.map_or(0, |trail| trail.lanes);
    let id = |row: usize| {
        let id = trail.and_then(|trail| trail.id_at(row)).unwrap_or_default();
        words::visible(words::short(id))
    };
    let (first, last) = (id(row), id(row + count - 1));
    let said =
        words::join(&[&words::count(count, "revision", "revisions"), " · ", &first, " … ", &last]);
    let lines = trail.and_then(|trail| match trail.rows.get(row)? {
        TrailRow::Node(node) => Some(gutter(node, lanes, true)),
        _ => None,
    });
    let open = move || {
        if let Some(trail) = tree.desk.trail.get_untracked() {
            tree.go(&trail, row);
        }
    };
    el("div.cr folded")
        .attr("role", "row")
        .id(&row_id(NAME, ix))
        .test("folded")
        .tab_stop(move || tree.cursor.get() == Some(ix))
        .attr("aria-level", "1")
        .attr("aria-expanded", "false")
        .attr("aria-rowindex", &(ix + 1).to_string())
        .class_if("faded", move || tree.is_aside(row))
        .on("focus", move |_| tree.cursor.set(Some(ix)))
        .tap(open)
        .with(el("div.g").attr("role", "gridcell").with(lines))
        .with(el("div.m dim").attr("role", "gridcell").with(said))
}

/// Heads a chain, where there are several.
pub fn chain_row(root: &str, count: usize) -> View {
    let count = words::count(count, "revision", "revisions");
    el("div.group").attr("role", "row").with(
        el("div.h")
            .attr("role", "gridcell")
            .with(el("b.cut").with(root.to_owned()))
            .with(" ")
            .with(el("span.dim sm").with(count)),
    )
}

/// Draws where a database stands that no row can show.
pub fn position_row(desk: Desk, role: Role, text: &str, revision: Option<(usize, String)>) -> View {
    let link = revision.map(|(chain, id)| {
        let short = words::visible(words::short(&id));
        let subject = Subject::Revision { chain, id };
        View::none()
            .with(
                button("link mono")
                    .tap(move || desk.send(Msg::Select(subject.clone())))
                    .with(short),
            )
            .with(".")
    });
    el("div.position").attr("role", "row").test("position").with(
        el("div")
            .attr("role", "gridcell")
            .with(tag(words::join(&[role.word(), ": ", words::NOT_KNOWN]), "dashed"))
            .with(el("span").with(text.to_owned()).with(link)),
    )
}

/// Draws a revision.
pub fn node_row(tree: Tree, node: &Node, trail: Option<&Trail>, ix: usize, row: usize) -> View {
    let lanes = trail.map_or(0, |trail| trail.lanes);
    let passes = trail.is_some_and(|trail| trail.passes(row));
    let beside = trail.map(|trail| beside_said(&trail.beside(row))).unwrap_or_default();
    let Tree { desk, cursor, .. } = tree;
    let subject = Subject::Revision { chain: node.chain, id: node.id.clone() };
    let (mine, own) = (subject.clone(), subject.clone());
    let shown = desk.subject();
    let selected = Memo::new(move || shown.with(|shown| shown.as_ref() == Some(&mine)));
    let tab = move || {
        let at = cursor.get();
        at == Some(ix) || (at.is_none() && selected.get())
    };
    let message = message(desk, node);
    let described = words::join(&["said-", &ix.to_string()]);
    let said = el("span.sr").id(&described.clone()).with(node.said.clone()).with(beside.as_str());
    let badges: Vec<View> = node.badges.iter().map(badge).collect();
    let class = match (node.shape, node.pending) {
        (Shape::Gone, _) => "cr ghost gone",
        (Shape::Missing, _) => "cr ghost",
        (_, true) => "cr pending",
        _ => "cr",
    };
    // The ends of a comparison that were chosen here.
    let (from, to) = (words::join(&["from=", &node.id]), words::join(&["to=", &node.id]));
    let end = desk.read(move |model| {
        let ends = |it: &str| model.ask.split('&').any(|one| one == it);
        (ends(&from), ends(&to))
    });
    let end = part_if(move || match end.get() {
        (false, false) => None,
        (is_from, _) => Some(tag(if is_from { "compared from" } else { "compared to" }, "tint")),
    });
    el("div")
        .attr("role", "row")
        .class(class)
        .id(&row_id(NAME, ix))
        .test("revision")
        .tab_stop(tab)
        .attr("aria-level", "1")
        .attr("aria-rowindex", &(ix + 1).to_string())
        .attr("aria-describedby", &described)
        .yes_no("aria-selected", move || selected.get())
        .class_if("faded", move || !passes || tree.is_aside(row))
        .on("focus", move |_| {
            cursor.set(Some(ix));
            tree.near.set(Some(row));
        })
        .on("mouseenter", move |_| tree.near.set(Some(row)))
        .tap(move || desk.send(Msg::Select(subject.clone())))
        .attr("title", beside.trim_start())
        .with(el("div.g").attr("role", "gridcell").with(gutter(node, lanes, false)))
        .with(
            el("div.id")
                .attr("role", "gridcell")
                .with(el("code").with(words::visible(words::short(&node.id)))),
        )
        .with(el("div.m").attr("role", "gridcell").with(message))
        .with(el("div.bs").attr("role", "gridcell").with(end).with(badges))
        .with(
            el("div.c")
                .attr("role", "gridcell")
                .with(node.changes.clone())
                .with(said)
                .with(node.revision.map(|_| menu(desk, &node.id, own))),
        )
}

/// ` Parallel to 7b44e2d8 and 9c10ab55.`
fn beside_said(ids: &[&str]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let ids: Vec<String> = ids.iter().map(|id| words::visible(words::short(id))).collect();
    words::join(&[" Parallel to ", &ids.join(" and "), "."])
}

fn menu(desk: Desk, id: &str, subject: Subject) -> View {
    let open = move |event: web_sys::Event| {
        event.stop_propagation();
        open_menu(desk, subject.clone());
    };
    button("icon")
        .test("row-menu")
        .label(&words::join(&[words::REVISION, " ", words::short(id)]))
        .attr("tabindex", "-1")
        .on("click", open)
        .with("⋯")
}

/// Shows what can be done with a revision.
pub fn open_menu(desk: Desk, subject: Subject) {
    desk.send(Msg::Follow(subject));
    desk.send(Msg::Open(Layer::Revision));
}

fn message(desk: Desk, node: &Node) -> String {
    let Some(ix) = node.revision else {
        let why = if node.shape == Shape::Gone { ", deleted" } else { ", not in the input" };
        return words::join(&[&words::visible(&node.id), why]);
    };
    desk.report.with_untracked(|report| {
        let chain = report.as_ref().and_then(|report| report.chains.get(node.chain));
        let revision = chain.and_then(|chain| chain.revisions.get(ix));
        revision
            .map(|revision| revision.message.as_deref().unwrap_or(&revision.file))
            .map(words::visible)
            .unwrap_or_default()
    })
}

fn badge(badge: &Badge) -> View {
    match badge {
        Badge::Plain(text) => tag(text.clone(), ""),
        Badge::Database(role) => role_badge(role),
        Badge::Problem(text) => tag(text.clone(), "bad"),
        Badge::Finding(severity) => severity_badge(*severity),
    }
}
