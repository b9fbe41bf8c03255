//! What an audit or guard script printed: its counts, and its conclusion.
//!
//! Its conclusions are not trusted (`input-formats.md` 5.3: they compare how many tables there are, not
//! which, and take the caret of an error for a version). What it claims is kept, so that a rule can hold it
//! against what the audits show; by itself it makes nothing green.

use crate::engine::facts::{Claim, Concludes, Facts};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Line, Source};

pub static FORMAT: Format = Format { kind: Kind::AuditConsole, fit, read };

/// The words carry the meaning, whatever happened to the emoji before them.
const CONCLUSIONS: &[(&str, Concludes)] = &[
    ("OK: ", Concludes::Ok),
    ("MISMATCH: ", Concludes::Mismatch),
    ("MISSING: ", Concludes::Missing),
    ("GUARD PASSED", Concludes::Passed),
    ("GUARD FAILED", Concludes::Failed),
];

/// What a line concludes, after up to 12 characters of anything.
fn concludes(line: &str) -> Option<(&'static str, Concludes)> {
    let near = |word: &str| line.find(word).is_some_and(|at| line[..at].chars().count() <= 12);
    CONCLUSIONS.iter().find(|(word, _)| near(word)).copied()
}

fn fit(source: &Source<'_>) -> Option<Fit> {
    let conclusion = source.lines().find_map(|line| concludes(line.text)).map(|(word, _)| word);
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

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let mut claim = Claim::new(source.id);
    for line in source.lines() {
        take(&mut claim, &line);
    }
    facts.claims.push(claim);
    let what = "a script's own conclusion, which Retort does not rely on: paste the audit summaries it wrote for dev and prod".to_owned();
    ledger.undecided(Undecided {
        span: Span::whole(source.id),
        what,
        affects: Affects::Everything,
        revision: None,
    });
}

fn take(claim: &mut Claim, line: &Line<'_>) {
    let text = line.text.trim();
    let number = |text: &str| text.trim().parse().ok();
    if let Some((key, value)) = text.split_once(':') {
        match key {
            "Dev tables" => claim.dev_tables = number(value),
            "Prod tables" => claim.prod_tables = number(value),
            "Prod Alembic version" => {
                claim.prod_version = Some((value.trim().to_owned(), line.span));
            }
            _ => {}
        }
    }
    if text.ends_with("Deploy Guard") {
        claim.guard = Some(line.span);
    }
    if let Some((_, conclusion)) = concludes(line.text) {
        claim.says.push((conclusion, line.span));
    }
}
