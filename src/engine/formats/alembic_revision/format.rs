//! A revision file as a format: recognised by its variables.

use crate::engine::facts::Facts;
use crate::engine::ledger::Ledger;
use crate::wire::Kind;

use super::super::{Fit, Format, Source};
use super::File;

pub static FORMAT: Format = Format { kind: Kind::AlembicRevision, fit, read };

fn fit(source: &Source<'_>) -> Option<Fit> {
    super::header::fit(source.document, || (source.python(), source.names()))
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let (id, document, dialect) = (source.id, source.document, source.dialect);
    let naming = &facts.surroundings.naming_of(&document.path);
    let file = File { id, document, dialect, naming };
    if let Some(reading) =
        super::read_module(source.modules, (source.python(), source.names()), file, None, ledger)
    {
        facts.revisions.push(reading.revision);
        if reading.asks {
            facts.asking.insert(source.id);
        }
    }
}
