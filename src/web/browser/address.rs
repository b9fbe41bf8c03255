//! The part of the address after `#`: read, watched, and written not too often.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::hands;
use super::window::{self, window};
use crate::web::model::Msg;
use crate::web::view::Desk;

/// Browsers slow down or refuse pages that write more often (ux.md IA-12).
const STEPS_MAX: usize = 10;
const WITHIN_MS: f64 = 10_000.0;
/// What only replaces waits until typing or scrolling pauses.
const PAUSE_MS: i32 = 400;

/// Writes addresses.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    waiting: Rc<RefCell<Option<(i32, String)>>>,
    steps: Rc<RefCell<VecDeque<f64>>>,
}

impl Writer {
    /// Writes now and as a step for the Back button, or in a while and in place.
    pub fn write(&self, fragment: String, push: bool) {
        if let Some((waiting, earlier)) = self.waiting.take() {
            window::not_later(waiting);
            if push {
                // The step leads away from a place whose address was still to be written.
                hands::write_address(&earlier, false);
            }
        }
        if push && self.may_step() {
            return hands::write_address(&fragment, true);
        }
        let waiting = self.waiting.clone();
        let later = move || {
            if let Some((_, fragment)) = waiting.take() {
                hands::write_address(&fragment, false);
            }
        };
        *self.waiting.borrow_mut() = Some((window::later(PAUSE_MS, later), fragment));
    }

    fn may_step(&self) -> bool {
        let now = js_sys::Date::now();
        let mut steps = self.steps.borrow_mut();
        while steps.front().is_some_and(|step| now - step > WITHIN_MS) {
            steps.pop_front();
        }
        let may = steps.len() < STEPS_MAX;
        if may {
            steps.push_back(now);
        }
        may
    }
}

/// Returns what stands after `#`.
pub fn fragment() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

/// Reports every address that somebody else writes: the person, or Back and Forward.
pub fn listen(desk: Desk) {
    window::listen("popstate", move |_| desk.send(Msg::Address(fragment())));
}
