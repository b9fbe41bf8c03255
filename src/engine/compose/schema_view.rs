//! One chain at one place → its schema as a wire value.

use std::collections::BTreeSet;

use crate::engine::case::Case;
use crate::engine::chain::{Chain, Revision, RevisionIx, order};
use crate::engine::dialects::Dialect;
use crate::engine::facts::{OpenPart, Stated};
use crate::engine::ledger::{Affects, Ledger};
use crate::engine::op::{self, Op};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, Ident, Identity, Index, IndexPart, Schema, Table, TableName,
};
use crate::engine::span::Span;
use crate::wire::schema::{
    CheckView, ColumnView, EnumView, ForeignKeyView, IndexView, KeyView, NamedView, OwnerView,
    SchemaView, SequenceView, TableView, UndecidedView,
};
use crate::wire::{Understood, VERSION};

/// Why there is no schema to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSchema {
    /// No revision was read.
    NoChain,
    /// There are several, at these roots.
    Several(Vec<String>),
    /// There is no chain, and several databases are shown, in these documents.
    SeveralDatabases(Vec<String>),
    /// The place names no revision, or more than one.
    NoSuchRevision(String),
}

/// Replays the only chain up to a place: `heads` when none is given.
pub fn schema(case: &Case, ledger: &Ledger, at: Option<&str>) -> Result<SchemaView, NoSchema> {
    let chain = match case.chains.as_slice() {
        [] => return stated(case, ledger),
        [chain] => chain,
        several => {
            return Err(NoSchema::Several(several.iter().map(|c| c.root.clone()).collect()));
        }
    };
    let heads = place(chain, at.unwrap_or("heads"))?;
    let mut schema = Schema::empty(case.facts.dialect.dialect);
    let mut undecided = Vec::new();
    let mut understood = Understood::default();
    let mut assumed = BTreeSet::new();
    for ix in order::between(&chain.graph, &[], &heads) {
        let Some(revision) = chain.revision(ix) else { continue };
        let tally = ledger.tally(revision.span.document);
        understood.statements += tally.understood;
        understood.of += tally.seen;
        open_of_file(case, ledger, revision, &mut undecided);
        assumed.extend(revision.assumed_names.iter().cloned());
        for step in &revision.upgrade {
            if let Op::RenameTable { from, to } = &step.op
                && assumed.contains(from)
            {
                assumed.insert(to.clone());
            }
            let applied = op::apply(&mut schema, &step.op);
            for (what, table) in op::unmodelled(&schema, &step.op) {
                let affects = table.map_or_else(everything, |table| vec![table.to_string()]);
                undecided.push(entry(case, revision, step.span, what, affects));
            }
            if let (Ok(()), Op::RenameTable { from, to }) = (&applied, &step.op) {
                follow(&mut undecided, &from.to_string(), &to.to_string());
            }
            if let Err(clash) = applied {
                let what =
                    format!("{}, which cannot happen: {}", op::describe(&step.op), clash.text());
                let affects = vec![clash.table().to_string()];
                undecided.push(entry(case, revision, step.span, what, affects));
            }
        }
    }
    assumed.retain(|table| schema.tables.contains_key(table));
    undecided.splice(0..0, assumed_names(case, chain, &assumed));
    undecided.dedup();
    let ids = heads.iter().filter_map(|ix| chain.revision(*ix)).map(|found| found.id.clone());
    let dialect_why = case.facts.dialect.why.clone();
    Ok(SchemaView { at: ids.collect(), dialect_why, undecided, understood, ..view(&schema) })
}

/// The schema that the only document states, where there is no chain.
fn stated(case: &Case, ledger: &Ledger) -> Result<SchemaView, NoSchema> {
    let stated = match case.facts.stated.as_slice() {
        [] => return Err(NoSchema::NoChain),
        [stated] => stated,
        several => {
            let name = |one: &Stated| {
                let name = case.documents.get(one.document).map(|document| document.name.clone());
                name.unwrap_or_default()
            };
            return Err(NoSchema::SeveralDatabases(several.iter().map(name).collect()));
        }
    };
    let tally = ledger.tally(stated.document);
    let understood = Understood { statements: tally.understood, of: tally.seen };
    let document = case.documents.get(stated.document);
    let open = |part: &OpenPart| UndecidedView {
        revision: None,
        file: document.map(|document| document.name.clone()),
        line: document.map_or(0, |document| document.position(part.span.start).line),
        what: part.what.clone(),
        affects: part.tables.clone().unwrap_or_else(everything),
    };
    let undecided = stated.open.iter().map(open).collect();
    let rows = case.facts.audits.iter().filter(|audit| audit.document == stated.document);
    let at = rows.flat_map(|audit| audit.version.rows.iter().map(|(id, _)| id.clone())).collect();
    Ok(SchemaView { at, undecided, understood, ..view(&stated.schema) })
}

/// Alembic's words for a place, an id, or the beginning of one; several with commas between them, as the
/// version table of a branched history has several rows.
fn place(chain: &Chain, at: &str) -> Result<Vec<RevisionIx>, NoSchema> {
    let mut found = Vec::new();
    for one in at.split(',') {
        for ix in one_place(chain, one)? {
            if !found.contains(&ix) {
                found.push(ix);
            }
        }
    }
    Ok(found)
}

fn one_place(chain: &Chain, at: &str) -> Result<Vec<RevisionIx>, NoSchema> {
    let unknown = || NoSchema::NoSuchRevision(at.to_owned());
    match at {
        "heads" => return Ok(chain.graph.heads.clone()),
        "head" if chain.graph.heads.len() == 1 => return Ok(chain.graph.heads.clone()),
        "base" => return Ok(Vec::new()),
        _ => {}
    }
    if let Some(found) = chain.find(at) {
        return Ok(vec![found]);
    }
    let starts = |revision: &Revision| !at.is_empty() && revision.id.starts_with(at);
    let mut fitting = chain.revisions.iter().enumerate().filter(|(_, found)| starts(found));
    match (fitting.next(), fitting.next()) {
        (Some((ix, _)), None) => Ok(vec![RevisionIx(ix)]),
        _ => Err(unknown()),
    }
}

/// Names that a convention would have made which nobody has seen: said once, with the tables they are in.
fn assumed_names(
    case: &Case,
    chain: &Chain,
    assumed: &BTreeSet<TableName>,
) -> Option<UndecidedView> {
    let naming = case.facts.surroundings.naming_of(&chain.revisions.first()?.path);
    if assumed.is_empty() || naming.convention.is_some() {
        return None;
    }
    let document = naming.span.and_then(|span| Some((span, case.documents.get(span.document)?)));
    Some(UndecidedView {
        revision: None,
        file: document.map(|(_, document)| document.name.clone()),
        line: document.map_or(0, |(span, document)| document.position(span.start).line),
        what: format!(
            "names of constraints and indexes that the migrations leave to others: {}, so they are \
             shown as they are without a naming convention",
            naming.told
        ),
        affects: assumed.iter().map(ToString::to_string).collect(),
    })
}

/// What was open of a table is open of it under its new name.
fn follow(undecided: &mut [UndecidedView], from: &str, to: &str) {
    for entry in undecided {
        let names_it = entry.affects.iter().any(|table| table == from);
        if names_it && !entry.affects.iter().any(|table| table == to) {
            entry.affects.push(to.to_owned());
        }
    }
}

fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}

/// What the reading of a revision's file left open.
fn open_of_file(case: &Case, ledger: &Ledger, revision: &Revision, open: &mut Vec<UndecidedView>) {
    let document = revision.span.document;
    for found in ledger.undecided_entries().iter().filter(|e| e.span.document == document) {
        let affects = match &found.affects {
            Affects::Nothing => continue,
            Affects::Everything => everything(),
            Affects::Tables(tables) => tables.clone(),
        };
        open.push(entry(case, revision, found.span, found.what.clone(), affects));
    }
}

fn entry(
    case: &Case,
    revision: &Revision,
    span: Span,
    what: String,
    affects: Vec<String>,
) -> UndecidedView {
    let document = case.documents.get(span.document);
    UndecidedView {
        revision: Some(revision.id.clone()),
        file: document.map(|document| document.name.clone()),
        line: document.map_or(0, |document| document.position(span.start).line),
        what,
        affects,
    }
}

fn view(schema: &Schema) -> SchemaView {
    let dialect = schema.dialect;
    let mut tables: Vec<TableView> =
        schema.tables.iter().map(|(name, table)| table_view(name, table, dialect)).collect();
    tables.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    let named =
        |name: &TableName| NamedView { schema: namespace(name, dialect), name: text(&name.name) };
    SchemaView {
        version: VERSION,
        dialect: dialect.word().to_owned(),
        tables,
        enums: schema
            .enums
            .iter()
            .map(|(name, values)| EnumView {
                schema: namespace(name, dialect),
                name: text(&name.name),
                values: values.clone(),
            })
            .collect(),
        views: schema.views.iter().map(named).collect(),
        sequences: schema
            .sequences
            .iter()
            .map(|(name, owner)| sequence_view(name, owner.as_ref(), dialect))
            .collect(),
        extensions: schema.extensions.iter().map(text).collect(),
        ..SchemaView::default()
    }
}

fn namespace(name: &TableName, dialect: Dialect) -> String {
    name.schema.as_ref().map_or_else(|| dialect.row().default_schema.to_owned(), text)
}

fn text(name: &Ident) -> String {
    name.as_str().to_owned()
}

fn texts(names: &[Ident]) -> Vec<String> {
    names.iter().map(text).collect()
}

fn table_view(name: &TableName, table: &Table, dialect: Dialect) -> TableView {
    let mut view = TableView {
        schema: namespace(name, dialect),
        name: text(&name.name),
        columns: table.columns.iter().map(column_view).collect(),
        indexes: table.indexes.iter().map(index_view).collect(),
        open: table.open,
        ..TableView::default()
    };
    for Constraint { name, kind, .. } in &table.constraints {
        let name = name.as_ref().map(text);
        match kind {
            ConstraintKind::PrimaryKey { columns } => {
                view.primary_key = Some(KeyView { name, columns: texts(columns) });
            }
            ConstraintKind::Unique { columns } => {
                view.uniques.push(KeyView { name, columns: texts(columns) });
            }
            ConstraintKind::Check(check) => {
                view.checks.push(CheckView { name, expression: check.text.clone() });
            }
            ConstraintKind::ForeignKey(key) => view.foreign_keys.push(ForeignKeyView {
                name,
                columns: texts(&key.columns),
                ref_schema: namespace(&key.ref_table, dialect),
                ref_table: text(&key.ref_table.name),
                ref_columns: texts(&key.ref_columns),
                on_delete: key.on_delete.clone(),
                on_update: key.on_update.clone(),
            }),
            // The contract has no room for exclusion constraints yet.
            ConstraintKind::Exclusion(_) => {}
        }
    }
    view.uniques.sort_by(|a, b| a.name.cmp(&b.name));
    view.checks.sort_by(|a, b| a.name.cmp(&b.name));
    view.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
    view.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    view
}

fn sequence_view(
    name: &TableName,
    owner: Option<&(TableName, Ident)>,
    dialect: Dialect,
) -> SequenceView {
    let owner = owner.map(|(table, column)| OwnerView {
        schema: namespace(table, dialect),
        table: text(&table.name),
        column: text(column),
    });
    SequenceView { schema: namespace(name, dialect), name: text(&name.name), owner }
}

fn column_view(column: &Column) -> ColumnView {
    let identity = column.identity.map(|identity| match identity {
        Identity::Always => "ALWAYS".to_owned(),
        Identity::ByDefault => "BY DEFAULT".to_owned(),
    });
    ColumnView {
        name: text(&column.name),
        data_type: column.data_type.clone(),
        nullable: column.nullable,
        default: column.default.clone(),
        identity,
        generated: column.generated.as_ref().map(|generated| generated.text.clone()),
        comment: column.comment.clone(),
    }
}

fn index_view(index: &Index) -> IndexView {
    let part = |part: &IndexPart| match part {
        IndexPart::Column(name) => text(name),
        IndexPart::Expression(expression) => expression.text.clone(),
    };
    IndexView {
        name: index.name.as_ref().map(text),
        columns: index.parts.iter().map(part).collect(),
        include: texts(&index.include),
        unique: index.unique,
        method: index.method.clone().unwrap_or_else(|| "btree".to_owned()),
        filter: index.filter.as_ref().map(|filter| filter.text.clone()),
    }
}
