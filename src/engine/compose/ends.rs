//! What was given for one side of a comparison → a schema with what is not known of it.

use crate::engine::case::{self, Case};
use crate::engine::facts::Audit;
use crate::engine::ledger::{Affects, Ledger};
use crate::engine::schema::{Schema, Table, TableName};
use crate::engine::span::{DocumentId, Span};
use crate::wire::Role;
use crate::wire::diff::EndView;
use crate::wire::schema::UndecidedView;

use super::origins::Causes;
use super::schema_view::{self, NoSchema};

/// One side, ready to be compared.
#[derive(Debug, Clone, Default)]
pub(super) struct End {
    pub schema: Schema,
    /// Tables are listed and nothing else.
    pub tables_only: bool,
    pub view: EndView,
    pub undecided: Vec<UndecidedView>,
    /// Which steps made it, where a chain did.
    pub causes: Option<Causes>,
}

/// Returns the schema that the inputs of a case hold: a chain at a place, a schema that was stated, or the
/// tables of an audit. Version tables of migration tools are left out.
pub(super) fn end(
    case: &Case,
    ledger: &Ledger,
    name: &str,
    at: Option<&str>,
) -> Result<End, NoSchema> {
    let has_schema = !case.chains.is_empty() || !case.facts.stated.is_empty();
    let mut end = if at.is_some() || has_schema {
        replayed(case, ledger, at)?
    } else if let Some(audit) = case.facts.audits.iter().find(|audit| audit.tables.is_some()) {
        listed(case, ledger, audit)
    } else {
        return Err(NoSchema::NoChain);
    };
    name.clone_into(&mut end.view.name);
    Ok(without_versions(end))
}

fn without_versions(mut end: End) -> End {
    end.schema.tables.retain(|table, _| !case::is_version_table(table));
    end.view.tables = end.schema.tables.len();
    end
}

fn listed(case: &Case, ledger: &Ledger, audit: &Audit) -> End {
    let mut end = of("an audit summary, which lists tables alone");
    let names = audit.tables.iter().flat_map(|tables| tables.keys());
    let open = |name: &TableName| (name.clone(), Table { open: true, ..Table::default() });
    end.schema.dialect = case.facts.dialect.dialect;
    end.schema.tables = names.map(open).collect();
    end.tables_only = true;
    left_open(case, ledger, audit.document, &mut end.undecided);
    end
}

/// The database of a role: as a dump of it has it, otherwise its tables; `None` when they are not known.
pub(super) fn of_role(case: &Case, ledger: &Ledger, role: Role) -> Option<End> {
    let audit = case.audit(role)?;
    audit.tables.as_ref()?;
    let end = match case.stated(role) {
        Some(stated) => End {
            tables_only: is_listing(&stated.schema),
            schema: stated.schema.clone(),
            undecided: schema_view::open_of_stated(case, stated).collect(),
            ..of("a dump")
        },
        None => listed(case, ledger, audit),
    };
    Some(without_versions(end))
}

/// Whether tables are there by name alone, as in the list of an archive: then of all else nothing is known.
fn is_listing(schema: &Schema) -> bool {
    let is_bare = |table: &Table| table.open && table.columns.is_empty();
    !schema.tables.is_empty() && schema.tables.values().all(is_bare)
}

/// The head of the chain that the databases are on.
pub(super) fn of_head(case: &Case, ledger: &Ledger) -> Option<End> {
    let chain = case.chains.get(case.main_chain()?)?;
    let shown = schema_view::run_to(case, ledger, chain, &chain.graph.heads).ok()?;
    Some(without_versions(of_shown(case, shown)))
}

/// A revision of any chain, by its id.
pub(super) fn of_revision(case: &Case, ledger: &Ledger, id: &str) -> Option<End> {
    let (chain, ix) = case.chains.iter().find_map(|chain| Some((chain, chain.find(id)?)))?;
    let shown = schema_view::run_to(case, ledger, chain, &[ix]).ok()?;
    Some(without_versions(of_shown(case, shown)))
}

fn of_shown(case: &Case, shown: schema_view::Shown<'_>) -> End {
    End {
        causes: shown.made.map(|(chain, touches)| Causes::of(case, chain, touches)),
        schema: shown.schema.into_owned(),
        undecided: shown.view.undecided,
        ..of("revisions")
    }
}

fn of(what: &str) -> End {
    End { view: EndView { what: what.to_owned(), ..EndView::default() }, ..End::default() }
}

fn replayed(case: &Case, ledger: &Ledger, at: Option<&str>) -> Result<End, NoSchema> {
    let shown = schema_view::replayed(case, ledger, None, at)?;
    let mut end = of(if case.chains.is_empty() { "a database as it was" } else { "revisions" });
    end.causes = shown.made.map(|(chain, touches)| Causes::of(case, chain, touches));
    end.tables_only = is_listing(&shown.schema);
    end.schema = shown.schema.into_owned();
    end.view.at = shown.view.at;
    end.undecided = shown.view.undecided;
    Ok(end)
}

/// What the reading of a document left open.
pub(super) fn left_open(
    case: &Case,
    ledger: &Ledger,
    document: DocumentId,
    open: &mut Vec<UndecidedView>,
) {
    for entry in ledger.undecided_entries().iter().filter(|one| one.span.document == document) {
        let affects = match &entry.affects {
            Affects::Nothing => continue,
            Affects::Everything => schema_view::everything(),
            Affects::Tables(tables) => tables.clone(),
        };
        open.push(undecided(case, entry.span, entry.what.clone(), affects));
    }
}

pub(super) fn undecided(
    case: &Case,
    span: Span,
    what: String,
    affects: Vec<String>,
) -> UndecidedView {
    let document = case.documents.get(span.document);
    UndecidedView {
        revision: None,
        file: document.map(|document| document.name.clone()),
        line: document.map_or(0, |document| document.position(span.start).line),
        what,
        affects,
    }
}
