//! What an audit or guard script printed: its counts, and its conclusion.
//!
//! Its conclusions are not trusted (`input-formats.md` 5.3: they compare how many tables there are, not
//! which, and take the caret of an error for a version). The document is recognised, so that the person
//! is told what to paste instead; it never decides anything.

use crate::engine::facts::Facts;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::AuditConsole, fit, read };

/// The words carry the meaning, whatever happened to the emoji before them.
const CONCLUSIONS: &[&str] = &["OK: ", "MISMATCH: ", "MISSING: ", "GUARD PASSED", "GUARD FAILED"];

fn fit(source: &Source<'_>) -> Option<Fit> {
    let concluded = |line: &str| {
        CONCLUSIONS
            .iter()
            .find(|word| line.find(**word).is_some_and(|at| line[..at].chars().count() <= 12))
            .copied()
    };
    let conclusion = source.lines().find_map(|line| concluded(line.text));
    let heading = source
        .lines()
        .any(|line| line.text.trim_end().ends_with("DIAGNOSIS") && line.text.chars().count() <= 24);
    match (conclusion, heading) {
        (Some(word), true) => Some(Fit {
            sureness: Sureness::Certain,
            why: format!(
                "a DIAGNOSIS heading, and it says `{}`",
                word.trim_end_matches([':', ' '])
            ),
        }),
        (None, true) => {
            Some(Fit { sureness: Sureness::Likely, why: "it has a DIAGNOSIS heading".to_owned() })
        }
        (Some(word), false) => Some(Fit {
            sureness: Sureness::Guess,
            why: format!("it says `{}`", word.trim_end_matches([':', ' '])),
        }),
        (None, false) => None,
    }
}

fn read(source: &Source<'_>, _facts: &mut Facts, ledger: &mut Ledger) {
    let what = "a script's own conclusion, which Retort does not rely on: paste the audit summaries it wrote for dev and prod".to_owned();
    ledger.undecided(Undecided {
        span: Span::whole(source.id),
        what,
        affects: Affects::Everything,
        revision: None,
    });
}
