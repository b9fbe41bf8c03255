//! `retort.lock`: the revisions of a project as they were released. A line that can't be read keeps the
//! verdict from green: it may be the one of a revision that has changed.

use crate::engine::facts::Facts;
use crate::engine::history::{LOCK_FILE, Lock};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::Lock, fit, read };

fn fit(source: &Source<'_>) -> Option<Fit> {
    let is_one = source.document.file_name() == LOCK_FILE || Lock::is_one(&source.document.text);
    let why = || ["`", LOCK_FILE, "` holds the revisions as they were released"].concat();
    is_one.then(|| Fit { sureness: Sureness::Certain, why: why() })
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let lock = Lock::read(source.id, &source.document.text);
    ledger.understood(source.id, lock.rows.len());
    for (span, what) in &lock.mistakes {
        ledger.undecided(Undecided {
            span: *span,
            what: (*what).to_owned(),
            affects: Affects::Everything,
            revision: None,
        });
    }
    facts.locks.push(lock);
}
