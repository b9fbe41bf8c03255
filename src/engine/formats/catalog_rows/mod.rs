//! What somebody's query or psql's `\d` printed of the catalogue: a listing of tables, columns, constraints,
//! indexes or version rows, in any of the ways in which clients print rows.
//!
//! In: a document, cleaned.
//! Out: the part of a schema that its rows show; whether that is all of the database only a table list says.
//! Never: a guess at what a query left out.

mod describe;
mod grids;
mod meaning;
mod separated;

use crate::engine::facts::{Audit, Facts, OpenPart, Stated};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Source};
use grids::Grid;
use meaning::{Collected, Means};

pub static FORMAT: Format = Format { kind: Kind::CatalogRows, fit, read };

/// What psql says where `\dt` finds nothing.
const NO_RELATIONS: &str = "Did not find any relations.";

fn fit(source: &Source<'_>) -> Option<Fit> {
    if source.cleaned.text.trim() == NO_RELATIONS {
        let why = format!("psql says “{NO_RELATIONS}”");
        return Some(Fit { sureness: Sureness::Certain, why });
    }
    let found = all(source).into_iter().find_map(|grid| Some((meaning::of(&grid)?, grid)))?;
    let (means, grid) = found;
    let sureness = match means {
        Means::Relations | Means::Described if grid.title.is_some() => Sureness::Certain,
        _ => Sureness::Likely,
    };
    Some(Fit { sureness, why: format!("rows of {}: `{}`", means.words(), grid.headers.join(", ")) })
}

/// Every table in the document, however it is written.
fn all(source: &Source<'_>) -> Vec<Grid> {
    let whole = separated::json(source)
        .or_else(|| separated::html(source))
        .or_else(|| separated::asciidoc(source));
    if let Some(grid) = whole {
        return vec![grid];
    }
    let grids = grids::find(source);
    if grids.iter().any(|grid| meaning::of(grid).is_some()) {
        return grids;
    }
    separated::values(source, meaning::is_known).into_iter().collect()
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let mut collected = Collected::default();
    if source.cleaned.text.contains(NO_RELATIONS) {
        collected.lists_tables = true;
        ledger.understood(source.id, 1);
    }
    for grid in all(source) {
        let Some(means) = meaning::of(&grid) else {
            let span = grid.span.unwrap_or(Span::whole(source.id));
            let what = format!("rows of something else: {}", grid.headers.join(", "));
            let affects = Affects::Nothing;
            ledger.undecided(Undecided { span, what, affects, revision: None });
            continue;
        };
        collected.grid(means, &grid);
    }
    for part in collected.unread() {
        let affects = part.tables.clone().map_or(Affects::Everything, Affects::Tables);
        let (span, what) = (part.span, part.what.clone());
        ledger.undecided(Undecided { span, what, affects, revision: None });
    }
    ledger.understood(source.id, collected.understood);
    enter(source, collected, facts);
}

fn enter(source: &Source<'_>, collected: Collected, facts: &mut Facts) {
    let assigned = source.assigned(None);
    let document = source.id;
    let (schema, mut open, version) = collected.finish();
    let lists = schema.lists;
    if !lists {
        let what = "the rows show some tables; whether there are others is not known".to_owned();
        open.push(OpenPart { span: Span::whole(document), what, tables: None });
    }
    facts.audits.push(Audit {
        document,
        assigned,
        database: None,
        tables: lists.then_some(schema.places),
        version,
    });
    facts.stated.push(Stated { document, database: None, assigned, schema: schema.schema, open });
}
