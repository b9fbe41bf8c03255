//! Kinds that are recognised and not read yet. Each says so in the ledger: being recognised is not being
//! understood.

use crate::engine::facts::Facts;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Source};

pub static DIFF: Format = Format { kind: Kind::Diff, fit: fit_diff, read: matters };

/// What it says could change the answer.
fn matters(source: &Source<'_>, _facts: &mut Facts, ledger: &mut Ledger) {
    enter(source, Affects::Everything, ledger);
}

fn enter(source: &Source<'_>, affects: Affects, ledger: &mut Ledger) {
    let what = "recognised, and not read yet: nothing in it was checked".to_owned();
    ledger.undecided(Undecided { span: Span::whole(source.id), what, affects, revision: None });
}

fn certain(why: impl Into<String>) -> Fit {
    Fit { sureness: Sureness::Certain, why: why.into() }
}

/// The first line that starts with one of these.
fn line_starting<'a>(source: &Source<'_>, starts: &[&'a str]) -> Option<&'a str> {
    source
        .lines()
        .find_map(|line| starts.iter().find(|start| line.text.starts_with(**start)).copied())
}

fn fit_diff(source: &Source<'_>) -> Option<Fit> {
    if let Some(start) = line_starting(source, &["diff --git "]) {
        return Some(certain(format!("a line starts with `{}`", start.trim_end())));
    }
    let unified = line_starting(source, &["--- a/"]).is_some()
        && line_starting(source, &["+++ b/"]).is_some();
    unified.then(|| certain("it has `--- a/` and `+++ b/` lines"))
}
