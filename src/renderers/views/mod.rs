//! Catalogue: what the places of the page show, one file per place.
//!
//! In: an address of the page (`/schema?from=prod&to=head`, `?f=1a2b`) and a [`Book`] to look things up in.
//! Out: blocks, which the page draws without knowing what they are about.
//! Never: the engine, the browser. Text from outside goes through [`super::visible`] by the words below.

mod highlight;
mod words;
mod finding;
mod fixes;
mod ignore;
mod input;
mod parts;
mod plan;
mod revision;
mod rules;
mod schema;
pub mod share;
mod against;
mod source;
mod why;

use crate::wire::escaped::unescape;
use crate::wire::{Block, Book};

/// A place, and who composes what it shows.
#[derive(Debug)]
struct View {
    /// The panel's word; of a thing looked at closely, the key that names it.
    name: &'static str,
    draw: fn(&Query<'_>, &dyn Book) -> Result<Vec<Block>, String>,
}

/// Every view.
const VIEWS: &[View] = &[
    View { name: "schema", draw: schema::schema },
    View { name: "fixes", draw: fixes::fixes },
    View { name: "plan", draw: plan::plan },
    View { name: "rules", draw: rules::rules },
    View { name: "share", draw: share::share },
    View { name: "against", draw: against::against },
    View { name: "why", draw: why::why },
    View { name: "ignore", draw: ignore::ignore },
    View { name: "f", draw: finding::finding },
    View { name: "rev", draw: revision::revision },
    View { name: "menu", draw: revision::menu },
    View { name: "input", draw: input::input },
    View { name: "marks", draw: source::marks },
    View { name: "source", draw: source::source },
    View { name: "rule", draw: rules::rule },
];

/// Composes what a place shows. On `Err` says why there is nothing.
pub fn view(at: &str, book: &dyn Book) -> Result<Vec<Block>, String> {
    let query = Query::read(at);
    let name = if query.view.is_empty() { query.first() } else { query.view };
    let view = VIEWS.iter().find(|view| view.name == name).ok_or("There is nothing there.")?;
    (view.draw)(&query, book)
}

/// An address, read: which view, and what it is asked.
#[derive(Debug, Default)]
struct Query<'a> {
    view: &'a str,
    pairs: Vec<(&'a str, String)>,
}

impl<'a> Query<'a> {
    fn read(at: &'a str) -> Self {
        let (view, pairs) = at.split_once('?').unwrap_or((at, ""));
        let pair = |pair: &'a str| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key, unescape(value))
        };
        let pairs = pairs.split('&').filter(|pair| !pair.is_empty()).map(pair).collect();
        Self { view: view.trim_start_matches('/'), pairs }
    }

    fn first(&self) -> &str {
        self.pairs.first().map_or("", |(key, _)| key)
    }

    /// What it says for a key; empty where it says nothing.
    fn get(&self, key: &str) -> &str {
        self.pairs.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value)
    }

    /// The words that are looked for, in small letters.
    fn words(&self) -> Vec<String> {
        self.get("q").split_whitespace().map(str::to_lowercase).collect()
    }
}

/// Returns whether a text holds every word.
fn holds(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests;
