//! Diffs: what one changes was put in the place of the files before any was read (`patch`).

use crate::engine::patch;
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::Diff, fit, read: |_, _, _| {} };

fn fit(source: &Source<'_>) -> Option<Fit> {
    let sign = patch::looks_like_one(&source.cleaned.text)?;
    let why = ["it has lines that start with `", sign, "`"].concat();
    Some(Fit { sureness: Sureness::Certain, why })
}
