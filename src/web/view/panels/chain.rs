//! The chain: a table of revisions with its graph in the first column.

use crate::web::browser::window::next_frame;
use crate::web::view::dom::{View, button, el, part, part_if, watch};
use crate::web::view::state::{Memo, State};
use std::sync::Arc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlSelectElement, KeyboardEvent};

use super::chain_row::{chain_row, fold_row, node_row, open_menu, position_row};
use super::nothing;
use crate::web::folding::{self, Line, UNFOLD_ALL, What, line_of};
use crate::web::keys::{Scope, means};
use crate::web::model::{Msg, Shared, Subject};
use crate::web::trail::{Trail, TrailRow, leap};
use crate::web::view::parts::{Keyed, Lines, Pane};
use crate::web::view::{Desk, keys};
use crate::web::words;

/// Begins the ids of rows.
pub const NAME: &str = "revision";

impl Keyed for Line {
    fn key(&self) -> u64 {
        let (what, count) = match self.what {
            What::Chain => (0, 0),
            What::Node => (1, 0),
            What::Position => (2, 0),
            What::Fold(count) => (3, count),
        };
        what << 62 | (count as u64) << 31 | self.row as u64
    }
}

fn height(line: &Line, slim: bool) -> u32 {
    match (line.what, slim) {
        (What::Chain, _) => 9,
        (What::Node | What::Fold(_), false) => 8,
        (What::Node | What::Fold(_), true) => 12,
        (What::Position, false) => 11,
        (What::Position, true) => 18,
    }
}

/// The list and where the focus is in it.
#[derive(Debug, Clone, Copy)]
pub struct Tree {
    pub desk: Desk,
    lines: Memo<Lines<Line>>,
    pane: Pane,
    /// The line that the focus was on.
    pub cursor: State<Option<usize>>,
    /// The row that is pointed at or has the focus.
    pub near: State<Option<usize>>,
    /// Of each row, whether it belongs to that one's line; nothing while there is none.
    kin: Memo<Vec<bool>>,
}

/// Draws the tree.
pub fn chain(desk: Desk) -> View {
    let trail = desk.trail;
    let lines = Memo::new(move || {
        trail.with(|trail| match trail {
            Some(trail) => Lines {
                stamp: trail.address(),
                lines: Arc::new(desk.unfolded.with(|open| folding::lines(trail, open))),
            },
            None => Lines { stamp: 0, lines: Arc::default() },
        })
    });
    let pane = Pane::new(NAME, desk.sight, lines, height);
    let near = State::new(None);
    let kin = Memo::new(move || {
        let near = near.get();
        trail.with(|trail| match (trail, near) {
            (Some(trail), Some(row)) => trail.kin(row, false),
            _ => Vec::new(),
        })
    });
    let tree = Tree { desk, lines, pane, cursor: State::new(None), near, kin };
    let row = move |line: Line, ix| {
        let trail = trail.get_untracked();
        match trail.as_ref().and_then(|trail| trail.rows.get(line.row)) {
            Some(TrailRow::Node(node)) => match line.what {
                What::Fold(count) => fold_row(tree, trail.as_deref(), line.row, count, ix),
                _ => node_row(tree, node, trail.as_deref(), ix, line.row),
            },
            Some(TrailRow::Chain { root, count, .. }) => chain_row(root, *count),
            Some(TrailRow::Position { role, text, revision }) => {
                position_row(desk, *role, text, revision.clone())
            }
            None => View::none(),
        }
    };
    tree.reveal_selected();
    let count = move || lines.with(|lines| lines.lines.len().to_string());
    let is_empty = Memo::new(move || lines.with(|lines| lines.lines.is_empty()));

    part(move || {
        if is_empty.get() {
            return nothing(words::NO_CHAIN, words::NO_CHAIN_TEXT);
        }
        let list = el("div.chain")
            .attr("role", "treegrid")
            .label("Revisions, newest first")
            .live("aria-rowcount", count)
            .keys(move |event| tree.heard(event))
            .on("mouseleave", move |_| near.set(None))
            .on("focusout", move |_| near.set(None))
            .with(pane.view(lines, "rowgroup", row));
        View::none().with(tree.tools()).with(list)
    })
}

/// Returns how many revisions pass the filter, and which of them is selected.
pub fn hits(desk: Desk) -> String {
    desk.trail.with(|trail| {
        let Some(trail) = trail else {
            return String::new();
        };
        let kept = trail.kept();
        let at = desk.selected.with(|it| trail.row_of(it.as_ref()));
        let of = words::count(kept.len(), "revision", "revisions");
        match kept.iter().position(|row| at == Some(*row)) {
            Some(at) => words::join(&[&words::number(at + 1), " of ", &of]),
            None => of,
        }
    })
}

/// Selects the next revision that passes the filter, or the one before; from the last it goes on at the first.
pub fn step(desk: Desk, back: bool) {
    let Some(trail) = desk.trail.get_untracked() else {
        return;
    };
    let kept = trail.kept();
    let selected = desk.selected.get_untracked();
    let at = trail.row_of(selected.as_ref());
    let at = kept.iter().position(|row| at == Some(*row));
    let to = match (at, back) {
        (None, false) => 0,
        (None, true) => kept.len().saturating_sub(1),
        (Some(at), false) => (at + 1) % kept.len(),
        (Some(at), true) => (at + kept.len() - 1) % kept.len(),
    };
    if let Some(subject) = kept.get(to).and_then(|row| subject_at(&trail, *row)) {
        desk.send(Msg::Follow(subject));
        desk.send(Msg::Say(hits(desk)));
    }
}

fn subject_at(trail: &Trail, row: usize) -> Option<Subject> {
    trail.rows.get(row)?.subject()
}

impl Tree {
    fn line(self, ix: usize) -> Option<Line> {
        self.lines.with_untracked(|lines| lines.lines.get(ix).copied())
    }

    /// Returns whether a row is on another line than the one that is pointed at.
    pub fn is_aside(self, row: usize) -> bool {
        self.kin.with(|kin| kin.get(row).is_some_and(|kin| !kin))
    }

    fn heard(self, event: &KeyboardEvent) {
        let (Some(from), Some(trail)) =
            (self.cursor.get_untracked(), self.desk.trail.get_untracked())
        else {
            return;
        };
        let Some(line) = self.line(from) else {
            return;
        };
        let key = keys::letter(event);
        let wants_menu = key == "ContextMenu" || (key == "F10" && event.shift_key());
        if let Some(subject) = subject_at(&trail, line.row).filter(|_| wants_menu) {
            event.prevent_default();
            return open_menu(self.desk, subject);
        }
        let to = match (key.as_str(), line.what) {
            ("ArrowRight" | "Enter", What::Fold(_)) => {
                event.prevent_default();
                return self.go(&trail, line.row);
            }
            ("ArrowLeft", _) => {
                event.prevent_default();
                return self.fold(&trail, line.row);
            }
            ("ArrowRight" | "Enter", _) => {
                event.prevent_default();
                if let Some(subject) = subject_at(&trail, line.row) {
                    self.desk.send(Msg::Select(subject));
                    next_frame(|| crate::web::view::focus("detail"));
                }
                return;
            }
            _ if event.ctrl_key() || event.meta_key() || event.alt_key() => None,
            (key, _) => match self.pane.step(key, from) {
                Some(to) => self.nearest(from, to),
                None => return self.leap(event, &trail, line.row, key),
            },
        };
        if let Some(to) = to {
            event.prevent_default();
            self.show(&trail, to);
        }
    }

    /// Goes where a letter leads, as far as letters are not switched off.
    fn leap(self, event: &KeyboardEvent, trail: &Shared<Trail>, from: usize, key: &str) {
        if means(Scope::Chain, key)
            && !self.desk.peek(|model| model.letters_off)
            && let Some(row) = self.leads(trail, from, key)
        {
            event.prevent_default();
            self.go(trail, row);
        }
    }

    fn leads(self, trail: &Trail, from: usize, key: &str) -> Option<usize> {
        self.desk.report.with_untracked(|report| leap(trail, report.as_ref()?, from, key))
    }

    /// Goes to a row, and unfolds the run it stands in.
    pub fn go(self, trail: &Shared<Trail>, row: usize) {
        let at = move || self.lines.with_untracked(|lines| line_of(&lines.lines, row));
        if !self.unfold(trail, row) {
            return self.show(trail, at());
        }
        let trail = trail.clone();
        // Once the list has the height that it has unfolded.
        next_frame(move || {
            if self.pane.is_there() {
                self.show(&trail, at());
            }
        });
    }

    /// Unfolds the run that a row stands in, and returns whether there was one to unfold.
    fn unfold(self, trail: &Trail, row: usize) -> bool {
        let is_open = |run: &str| {
            self.desk.unfolded.with(|open| open.iter().any(|one| one == run || one == UNFOLD_ALL))
        };
        let run = trail.run_of(row).filter(|run| !is_open(run));
        run.inspect(|run| self.desk.unfolded.update(|open| open.push((*run).to_owned()))).is_some()
    }

    /// Folds the run that a row stands in again.
    fn fold(self, trail: &Trail, row: usize) {
        let Some(run) = trail.run_of(row) else {
            return;
        };
        self.desk.unfolded.update(|open| open.retain(|one| one != run));
        let to = self.lines.with_untracked(|lines| line_of(&lines.lines, row));
        self.cursor.set(Some(to));
        self.pane.focus(to);
    }

    /// Moves the focus to a line; on a wide page the details follow it.
    fn show(self, trail: &Trail, to: usize) {
        self.cursor.set(Some(to));
        self.pane.focus(to);
        let line = self.line(to).filter(|line| line.what == What::Node);
        if let (false, Some(subject)) = (
            self.desk.sight.narrow.get_untracked(),
            line.and_then(|line| subject_at(trail, line.row)),
        ) {
            self.desk.send(Msg::Follow(subject));
        }
    }

    /// Returns the line of revisions at a place or the nearest one, first in the direction of the move.
    fn nearest(self, from: usize, to: usize) -> Option<usize> {
        let is_it = |ix: &usize| {
            self.line(*ix).is_some_and(|line| matches!(line.what, What::Node | What::Fold(_)))
        };
        let last = self.lines.with_untracked(|lines| lines.lines.len());
        let above = || (0..=to).rev().find(is_it);
        let below = || (to..last).find(is_it);
        if to < from { above().or_else(below) } else { below().or_else(above) }
    }

    /// What was selected elsewhere is unfolded and scrolled into sight here.
    fn reveal_selected(self) {
        watch(move || {
            let selected = self.desk.selected.get();
            self.desk.trail.with(|trail| {
                let Some(trail) = trail else {
                    return;
                };
                if let Some(row) = trail.row_of(selected.as_ref()) {
                    let trail = trail.clone();
                    // By the time it is in sight, another one may be selected.
                    let holds = move || self.desk.selected.with_untracked(|it| *it == selected);
                    // Not while the page is being drawn.
                    next_frame(move || {
                        self.unfold(&trail, row);
                        next_frame(move || {
                            // The panel may be gone by now, and its values with it.
                            if holds() && self.pane.is_there() {
                                let lines = self.lines.get_untracked();
                                let to = line_of(&lines.lines, row);
                                self.cursor.set(Some(to));
                                self.pane.reveal(to);
                            }
                        });
                    });
                }
            });
        });
    }

    /// Places to go to, and the switch of folding where there is something to fold.
    fn tools(self) -> View {
        let option = |(key, name): &(&'static str, &'static str)| {
            el("option").attr("value", key).with(*name)
        };
        let places: View = words::CHAIN_PLACES.iter().map(option).collect();
        let choose = move |event: web_sys::Event| {
            let Some(menu) = event.target().and_then(|it| it.dyn_into::<HtmlSelectElement>().ok())
            else {
                return;
            };
            let key = menu.value();
            menu.set_value("");
            let Some(trail) = self.desk.trail.get_untracked() else {
                return;
            };
            let at = self.cursor.get_untracked().and_then(|at| self.line(at));
            // Whoever is nowhere yet begins at the top.
            let first = || trail.rows.iter().position(|row| row.subject().is_some()).unwrap_or(0);
            let from = at.map_or_else(first, |line| line.row);
            if let Some(row) = self.leads(&trail, from, &key) {
                self.go(&trail, row);
            }
        };
        let has_runs = Memo::new(move || {
            self.desk.trail.with(|trail| trail.as_ref().is_some_and(|it| !it.runs.is_empty()))
        });
        let folded =
            move || self.desk.unfolded.with(|open| !open.iter().any(|it| it == UNFOLD_ALL));
        let toggle = move || {
            let all = if folded() { vec![UNFOLD_ALL.to_owned()] } else { Vec::new() };
            self.desk.unfolded.set(all);
        };
        let switch = part_if(move || {
            has_runs.get().then(|| {
                button("btn")
                    .test("fold")
                    .yes_no("aria-pressed", folded)
                    .tap(toggle)
                    .with(words::FOLD)
            })
        });
        el("div.bar tools")
            .with(el("select").label(words::GO_TO).test("go-to").on("change", choose).with(places))
            .with(switch)
    }
}
