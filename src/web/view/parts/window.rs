//! A long list of which only the rows in sight exist.

use crate::web::browser::window::{document, next_frame, window};
use crate::web::view::state::{Memo, State};
use std::sync::Arc;

use crate::web::view::dom::{self, View, el, watch};
use reactive_graph::graph::untrack;
use reactive_graph::owner::Owner;
use wasm_bindgen::JsCast;

use crate::web::browser::hands;
use crate::web::view::sight::{self, Sight};
use crate::web::words;

/// Rows are added and taken away in steps of this many, with as many beyond either edge.
const STEP: usize = 8;
/// Heights are whole quarters of a rem, so that no number with a fraction needs to be written.
const UNITS_PER_REM: f64 = 4.0;

/// A line that can be told from any other by one number: hashing would be most of a list's machinery.
pub trait Keyed {
    /// A number that no other line of the list has.
    fn key(&self) -> u64;
}

/// The lines of a list.
#[derive(Debug)]
pub struct Lines<L> {
    /// Differs when the data behind equal lines differ.
    pub stamp: usize,
    pub lines: Arc<Vec<L>>,
}

impl<L> Clone for Lines<L> {
    fn clone(&self) -> Self {
        Self { stamp: self.stamp, lines: Arc::clone(&self.lines) }
    }
}

impl<L: PartialEq> PartialEq for Lines<L> {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp && self.lines == other.lines
    }
}

/// Where a list is and which of its rows exist.
#[derive(Debug, Clone, Copy)]
pub struct Pane {
    /// Begins the ids of its rows.
    name: &'static str,
    /// Where each row begins, in units, and where the last one ends.
    tops: Memo<Arc<Vec<u32>>>,
    range: State<(usize, usize)>,
}

impl Pane {
    /// Measures a list whose row heights are given in quarters of a rem.
    pub fn new<L: Send + Sync + 'static>(
        name: &'static str,
        sight: Sight,
        lines: Memo<Lines<L>>,
        height: fn(&L, bool) -> u32,
    ) -> Self {
        let tops = Memo::new(move || {
            let slim = sight.slim.get();
            lines.with(|lines| {
                let mut top = 0;
                let mut tops = Vec::with_capacity(lines.lines.len() + 1);
                tops.push(0);
                for line in lines.lines.iter() {
                    top += height(line, slim);
                    tops.push(top);
                }
                Arc::new(tops)
            })
        });
        let pane = Self { name, tops, range: State::new((0, 5 * STEP)) };
        watch(move || {
            sight.tick.track();
            tops.track();
            pane.measure();
        });
        pane
    }

    /// Returns whether the list is on the page: of one that is gone nothing may be asked.
    pub fn is_there(self) -> bool {
        self.node().is_some()
    }

    fn len(self) -> usize {
        self.tops.with_untracked(|tops| tops.len().saturating_sub(1))
    }

    /// Finds the rows in sight: those between the edges of the window, whatever it is that scrolls.
    fn measure(self) {
        let Some(node) = self.node() else {
            return;
        };
        let unit = hands::rem() / UNITS_PER_REM;
        let top = node.get_bounding_client_rect().top();
        let bottom = sight::pixels(window().inner_height());
        let from = (-top / unit).max(0.0) as u32;
        let to = ((bottom - top) / unit).max(0.0) as u32;
        let (first, last) = self.tops.with_untracked(|tops| {
            (tops.partition_point(|&top| top <= from), tops.partition_point(|&top| top < to))
        });
        let first = (first / STEP).saturating_sub(1) * STEP;
        let last = ((last / STEP + 2) * STEP).min(self.len());
        self.range.set((first, last));
    }

    /// Returns how many rows fit into the window.
    pub fn rows_in_sight(self) -> usize {
        let (first, last) = self.range.get_untracked();
        last.saturating_sub(first).saturating_sub(2 * STEP).max(1)
    }

    /// Scrolls until a row is in sight.
    pub fn reveal(self, ix: usize) {
        let place = self.tops.with_untracked(|tops| Some((*tops.get(ix)?, *tops.get(ix + 1)?)));
        let (Some(node), Some((top, bottom))) = (self.node(), place) else {
            return;
        };
        let unit = hands::rem() / UNITS_PER_REM;
        let Some(scroller) = scroller(&node) else {
            return;
        };
        let list_top = node.get_bounding_client_rect().top();
        let seen = scroller.get_bounding_client_rect();
        let above = seen.top() - (list_top + f64::from(top) * unit);
        let below = list_top + f64::from(bottom) * unit - seen.bottom();
        let by = if above > 0.0 { -above } else { below.max(0.0) };
        if by != 0.0 {
            scroller.set_scroll_top(scroller.scroll_top() + by.round() as i32);
        }
        self.measure();
    }

    /// Scrolls a row into sight and moves the focus to it, once it is drawn.
    pub fn focus(self, ix: usize) {
        self.reveal(ix);
        let id = row_id(self.name, ix);
        next_frame(move || super::super::focus(&id));
    }

    /// Returns the row a key leads to.
    pub fn step(self, key: &str, from: usize) -> Option<usize> {
        let last = self.len().checked_sub(1)?;
        let to = match key {
            "ArrowDown" => from + 1,
            "ArrowUp" => from.saturating_sub(1),
            "PageDown" => from + self.rows_in_sight(),
            "PageUp" => from.saturating_sub(self.rows_in_sight()),
            "Home" => 0,
            "End" => last,
            _ => return None,
        };
        Some(to.min(last))
    }

    /// Draws the rows in sight.
    pub fn view<L>(
        self,
        lines: Memo<Lines<L>>,
        role: &'static str,
        row: impl Fn(L, usize) -> View + 'static,
    ) -> View
    where
        L: Copy + Keyed + Send + Sync + 'static,
    {
        let key = move |ix: usize| {
            lines.with(|lines| (lines.stamp, ix, lines.lines.get(ix).map_or(0, Keyed::key)))
        };
        let row = move |ix: usize| {
            let line = lines.with_untracked(|lines| lines.lines.get(ix).copied());
            line.map_or_else(View::none, |line| row(line, ix))
        };
        self.draw(role, Box::new(key), Box::new(row))
    }

    /// One copy of this serves lists of every kind.
    fn draw(self, role: &'static str, key: KeyOf, row: RowOf) -> View {
        let edge = move |ix: usize, from_end: bool| {
            let units = self.tops.with(|tops| {
                let all = tops.last().copied().unwrap_or(0);
                let top = tops.get(ix).copied().unwrap_or(all);
                if from_end { all - top } else { top }
            });
            words::join(&["calc(.25rem*", &units.to_string(), ")"])
        };
        let rows = el("div.rows")
            .id(&rows_id(self.name))
            .attr("role", role)
            .live_style("padding-top", move || edge(self.range.get().0, false))
            .live_style("padding-bottom", move || edge(self.range.get().1, true));
        let place = rows.node().clone();
        let owner = Owner::current().unwrap_or_default();
        let mut drawn: Vec<Drawn> = Vec::new();
        watch(move || {
            let (first, last) = self.range.get();
            let last = last.min(self.tops.with(|tops| tops.len().saturating_sub(1)));
            let keys: Vec<Key> = (first..last).map(&key).collect();
            draw_rows(&place, &mut drawn, &keys, &|ix| {
                let owner = owner.with(Owner::new);
                let view = owner.with(|| untrack(|| row(ix)));
                (view, owner)
            });
        });
        // Once it is in the page it has a place, and with that rows in sight.
        next_frame(move || self.measure());
        rows
    }

    fn node(self) -> Option<web_sys::Element> {
        document().get_element_by_id(&rows_id(self.name))
    }
}

/// Tells rows apart: the data they are from, their place, and what they say.
type Key = (usize, usize, u64);
type KeyOf = Box<dyn Fn(usize) -> Key>;
type RowOf = Box<dyn Fn(usize) -> View>;

/// A row that exists, and who owns what changes in it.
struct Drawn {
    key: Key,
    view: View,
    owner: Owner,
}

/// Draws the rows that are new, takes away those that are no longer wanted, and leaves the rest alone.
fn draw_rows(
    place: &web_sys::Node,
    drawn: &mut Vec<Drawn>,
    keys: &[Key],
    row: &dyn Fn(usize) -> (View, Owner),
) {
    drawn.retain(|old| {
        let stays = keys.contains(&old.key);
        if !stays {
            old.owner.cleanup();
            dom::take_away(place, old.view.node());
        }
        stays
    });
    // The old rows that are left stand in the order of the new ones, as both are in the list's.
    let mut old = std::mem::take(drawn).into_iter().peekable();
    for key in keys {
        if let Some(kept) = old.next_if(|old| old.key == *key) {
            drawn.push(kept);
            continue;
        }
        let (view, owner) = row(key.1);
        dom::put_before(place, view.node(), old.peek().map(|next| next.view.node()));
        drawn.push(Drawn { key: *key, view, owner });
    }
}

fn rows_id(name: &str) -> String {
    words::join(&[name, "-rows"])
}

/// Returns the id of a row's element.
pub fn row_id(name: &str, ix: usize) -> String {
    words::join(&[name, "-", &ix.to_string()])
}

/// The nearest element around a list that really scrolls.
fn scroller(node: &web_sys::Element) -> Option<web_sys::Element> {
    let mut around = node.closest(".scroll").ok().flatten();
    while let Some(element) = around {
        if element.scroll_height() > element.client_height() {
            return Some(element);
        }
        around =
            element.parent_element().and_then(|parent| parent.closest(".scroll").ok().flatten());
    }
    node.dyn_ref::<web_sys::Element>().and_then(|node| node.closest(".scroll").ok().flatten())
}
