//! A revision file as a format: recognised by its variables, its literal SQL handed to the SQL reader.

use crate::engine::dialects::Dialect;
use crate::engine::facts::Facts;
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op::{Op, Step};
use crate::engine::sql;
use crate::engine::sql::split::PieceKind;
use crate::wire::{Certainty, Kind};

use super::super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::AlembicRevision, fit, read };

fn fit(source: &Source<'_>) -> Option<Fit> {
    super::header::fit(source.document, || source.python())
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    if let Some(mut revision) = super::read_module(
        (source.modules, source.python(), &facts.surroundings.naming_of(&source.document.path)),
        source.id,
        source.document,
        source.dialect,
        ledger,
    ) {
        let id = revision.id.clone();
        revision.upgrade = lower(&mut revision.upgrade, &id, Direction::Up, source.dialect, ledger);
        revision.downgrade =
            lower(&mut revision.downgrade, &id, Direction::Down, source.dialect, ledger);
        facts.revisions.push(revision);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// Puts what literal SQL does in the place of the SQL. All of it has the span of the literal.
fn lower(
    steps: &mut Vec<Step>,
    revision: &str,
    direction: Direction,
    dialect: Dialect,
    ledger: &mut Ledger,
) -> Vec<Step> {
    let steps = std::mem::take(steps);
    let mut lowered = Vec::with_capacity(steps.len());
    for step in steps {
        let Op::Sql { text } = &step.op else {
            lowered.push(step);
            continue;
        };
        for piece in
            sql::split::split(text).into_iter().filter(|piece| piece.kind == PieceKind::Statement)
        {
            let reading =
                sql::read_in(dialect, text.get(piece.start..piece.end).unwrap_or_default());
            for op in reading.ops {
                let unknown = matches!(op, Op::Unknown { .. });
                if unknown {
                    // A downgrade does not run on the way up, so it cannot make the answer wrong.
                    let affects = if direction == Direction::Up {
                        Affects::Everything
                    } else {
                        Affects::Nothing
                    };
                    let what = "SQL that could not be parsed".to_owned();
                    ledger.undecided(Undecided {
                        span: step.span,
                        what,
                        affects,
                        revision: Some(revision.to_owned()),
                    });
                }
                let certainty = if unknown { Certainty::Unverified } else { step.certainty };
                lowered.push(Step { op, certainty, span: step.span });
            }
        }
    }
    lowered
}
