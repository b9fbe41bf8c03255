//! `retort.toml`: Retort's own settings.
//!
//! One file counts: the one that a person named, else the one nearest to the root of the inputs. Nothing in
//! it is ignored: an unknown key or a value of the wrong kind is entered as not understood, with its line and
//! what to write instead, and the verdict is no pass until it is put right. `docs/settings.md` lists the keys.
//!
//! In: a document.
//! Out: [`Configured`].
//! Never: whether a rule of that name exists; the rules say so.

mod keys;
#[cfg(test)]
mod tests;

use crate::engine::document::{Document, Documents, When};
use crate::engine::facts::{Configured, Facts};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::engine::toml;
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::Settings, fit, read };

/// What the file is called.
pub const FILE_NAME: &str = "retort.toml";

fn fit(source: &Source<'_>) -> Option<Fit> {
    (source.document.file_name() == FILE_NAME).then(|| Fit {
        sureness: Sureness::Certain,
        why: format!("`{FILE_NAME}` holds Retort's settings"),
    })
}

/// Returns what the settings of a run are, from the file that counts.
pub fn configured(documents: &Documents) -> Configured {
    let named = |document: &Document| document.kind == Some(Kind::Settings);
    let is_one = |document: &Document| {
        document.when != When::Before
            && (named(document) || (document.kind.is_none() && document.file_name() == FILE_NAME))
    };
    let all = documents.iter().filter(|(_, document)| is_one(document) && !document.unreadable);
    let nearest = all.min_by_key(|(id, document)| {
        (!named(document), document.path.matches('/').count(), id.ix())
    });
    nearest.map(|(id, document)| keys::read(id, &document.text)).unwrap_or_default()
}

/// Returns the file that the settings in a text name as the baseline, relative to theirs.
pub fn baseline(text: &str) -> Option<String> {
    match toml::read(text).0.get("baseline")? {
        toml::Value::Text(path) => Some(path.clone()),
        _ => None,
    }
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let configured = &facts.surroundings.configured;
    if configured.document != Some(source.id) {
        return ledger.undecided(Undecided {
            span: Span::whole(source.id),
            what: format!("another `{FILE_NAME}` is nearer to the root: this one is not used"),
            affects: Affects::Nothing,
            revision: None,
        });
    }
    ledger.understood(source.id, configured.places.len() + configured.suppressions.len());
    for (span, what) in &configured.mistakes {
        let (span, what) = (*span, what.clone());
        ledger.undecided(Undecided { span, what, affects: Affects::Everything, revision: None });
    }
}

/// Notes a mistake at a place of the file that counts, found while it was put to use.
pub fn mistake(configured: &mut Configured, key: &str, what: String) {
    let whole = || configured.document.map(Span::whole);
    if let Some(span) = configured.place(key).or_else(whole) {
        configured.mistakes.push((span, what));
    }
}

/// Returns the path of a file that is named relative to the settings.
pub fn beside(documents: &Documents, configured: &Configured, path: &str) -> Option<String> {
    let own = documents.get(configured.document?)?;
    let folder = own.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(crate::engine::chain::settings::join(folder, path))
}
