//! JSON that `retort schema` printed, read back into the schema that it shows.

use crate::engine::dialects::Dialect;
use crate::engine::facts::{Facts, OpenPart, Stated};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::op;
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, Expression, ForeignKey, Ident, Identity, Index, IndexPart,
    Schema, Table, TableName,
};
use crate::engine::span::Span;
use crate::engine::sql::{
    self,
    state::{Said, Setting},
};
use crate::limits;
use crate::wire::schema::{ColumnView, IndexView, SchemaView, TableView};
use crate::wire::{Kind, Sureness, VERSION, read};

use super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::RetortReport, fit, read };

/// The schema that is left out of names.
const DEFAULT_SCHEMA: &str = "public";

fn fit(source: &Source<'_>) -> Option<Fit> {
    let text = source.document.text.trim_start();
    let keys = ["\"version\"", "\"dialect\"", "\"tables\"", "\"undecided\"", "\"understood\""];
    (text.starts_with('{') && keys.iter().all(|key| text.contains(key))).then(|| Fit {
        sureness: Sureness::Certain,
        why: "it has the keys of a schema that Retort printed".to_owned(),
    })
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let place = Span::whole(source.id);
    let refused = match read::schema(&source.document.text) {
        Ok(view) if view.version <= VERSION => {
            ledger.understood(source.id, 1);
            let mut open = open_parts(&view, place);
            let mut schema = schema(&view);
            if !told(&mut schema, &view.statements) {
                let what = "a statement in `statements` that could not be read".to_owned();
                open.push(OpenPart { span: place, what, tables: None });
            }
            let assigned = source.assigned(None);
            let (document, database) = (source.id, None);
            facts.stated.push(Stated { document, database, assigned, schema, open });
            return;
        }
        Ok(view) => format!("a schema of version {}, which a later Retort printed", view.version),
        Err(why) => format!("JSON that is no schema of Retort's: {why}"),
    };
    let affects = Affects::Everything;
    ledger.undecided(Undecided { span: place, what: refused, affects, revision: None });
}

/// Puts what statements say in the place of what the fields do, which say less; of a table that no statement
/// makes the fields stay. False when not all of it was read.
fn told(schema: &mut Schema, statements: &[String]) -> bool {
    if statements.is_empty() {
        return true;
    }
    let dialect = schema.dialect;
    let setting = Setting { dialect, by_tool: true, ..Setting::default() };
    let apply = if dialect == Dialect::PostgreSql { op::apply_verbatim } else { op::apply };
    let mut made = Schema::empty(dialect);
    let mut is_whole = statements.len() <= limits::STATEMENTS_PER_DOCUMENT_MAX;
    for text in statements.iter().take(limits::STATEMENTS_PER_DOCUMENT_MAX) {
        match sql::state::read(text, &setting) {
            Some(Said::Makes(ops)) => {
                is_whole &= ops.iter().all(|op| apply(&mut made, op).is_ok());
            }
            Some(_) => {}
            None => is_whole = false,
        }
    }
    for (name, table) in std::mem::take(&mut schema.tables) {
        if !made.tables.contains_key(&name) {
            made.tables.insert(name, table);
        }
    }
    *schema = made;
    is_whole
}

fn open_parts(view: &SchemaView, span: Span) -> Vec<OpenPart> {
    let part = |one: &crate::wire::schema::UndecidedView| OpenPart {
        span,
        what: match &one.file {
            Some(file) => format!("{} ({file}:{})", one.what, one.line),
            None => one.what.clone(),
        },
        tables: (!one.affects.iter().any(|table| table == "*")).then(|| one.affects.clone()),
    };
    view.undecided.iter().map(part).collect()
}

/// Returns the schema that the fields of a view show. Exclusion constraints, which they have no room for, are
/// not in it.
pub fn schema(view: &SchemaView) -> Schema {
    let sequences = view.sequences.iter().map(|one| {
        let owner = one
            .owner
            .as_ref()
            .map(|owner| (named(&owner.schema, &owner.table), Ident::exact(owner.column.as_str())));
        (named(&one.schema, &one.name), owner)
    });
    let enums = view.enums.iter().map(|one| (named(&one.schema, &one.name), one.values.clone()));
    Schema {
        dialect: Dialect::from_word(&view.dialect).unwrap_or_default(),
        tables: view.tables.iter().map(|one| (named(&one.schema, &one.name), table(one))).collect(),
        enums: enums.collect(),
        sequences: sequences.collect(),
        views: view.views.iter().map(|one| named(&one.schema, &one.name)).collect(),
        extensions: view.extensions.iter().map(Ident::exact).collect(),
        ..Schema::default()
    }
}

fn named(schema: &str, name: &str) -> TableName {
    let name = Ident::exact(name);
    match schema {
        "" => TableName::plain(name),
        schema => TableName::qualified(Ident::exact(schema), name, DEFAULT_SCHEMA),
    }
}

fn table(view: &TableView) -> Table {
    let columns: Vec<Column> = view.columns.iter().map(column).collect();
    let mut table = Table { columns, open: view.open, ..Table::default() };
    let mut add = |name: &Option<String>, kind: ConstraintKind| {
        let name = name.as_ref().map(Ident::exact);
        table.constraints.push(Constraint::new(name, kind));
    };
    for one in &view.checks {
        add(&one.name, ConstraintKind::Check(expression(view, &one.expression)));
    }
    if let Some(key) = &view.primary_key {
        add(&key.name, ConstraintKind::PrimaryKey { columns: idents(&key.columns) });
    }
    for key in &view.uniques {
        add(&key.name, ConstraintKind::Unique { columns: idents(&key.columns) });
    }
    for key in &view.foreign_keys {
        let kind = ForeignKey {
            columns: idents(&key.columns),
            ref_table: named(&key.ref_schema, &key.ref_table),
            ref_columns: idents(&key.ref_columns),
            on_delete: key.on_delete.clone(),
            on_update: key.on_update.clone(),
        };
        add(&key.name, ConstraintKind::ForeignKey(kind));
    }
    table.indexes = view.indexes.iter().map(|one| index(view, one)).collect();
    table
}

fn column(view: &ColumnView) -> Column {
    Column {
        name: Ident::exact(view.name.as_str()),
        data_type: view.data_type.clone(),
        nullable: view.nullable,
        default: view.default.clone(),
        identity: view.identity.as_deref().map(|word| match word {
            "ALWAYS" => Identity::Always,
            _ => Identity::ByDefault,
        }),
        generated: view.generated.as_deref().map(|text| Expression {
            text: text.to_owned(),
            columns: sql::expression(text).columns,
            kept: false,
        }),
        comment: view.comment.clone(),
        ..Column::default()
    }
}

fn index(table: &TableView, view: &IndexView) -> Index {
    let part = |text: &String| match table.columns.iter().any(|column| &column.name == text) {
        true => IndexPart::Column(Ident::exact(text.as_str())),
        false => IndexPart::Expression(expression(table, text)),
    };
    Index {
        name: view.name.as_ref().map(Ident::exact),
        parts: view.columns.iter().map(part).collect(),
        include: idents(&view.include),
        unique: view.unique,
        method: Some(view.method.clone()).filter(|method| method != "btree" && !method.is_empty()),
        filter: view.filter.as_ref().map(|text| expression(table, text)),
        ..Index::default()
    }
}

/// An expression as it stands, with those of its words that are columns of the table.
fn expression(table: &TableView, text: &str) -> Expression {
    let mut read = sql::expression(text);
    read.columns.retain(|name| {
        table.open || table.columns.iter().any(|column| column.name == name.as_str())
    });
    Expression { text: text.to_owned(), columns: read.columns, kept: false }
}

fn idents(names: &[String]) -> Vec<Ident> {
    names.iter().map(Ident::exact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::document::Document;
    use crate::engine::formats;
    use crate::engine::python::Modules;
    use crate::engine::span::DocumentId;
    use crate::wire::fixture;

    fn stated(text: &str) -> (Facts, Ledger) {
        let document = Document::new("schema.json", text);
        let (mut facts, mut ledger) = (Facts::default(), Ledger::default());
        formats::read(DocumentId(0), &document, &Modules::default(), &mut facts, &mut ledger);
        (facts, ledger)
    }

    #[test]
    fn printed_json_is_the_schema_again() {
        let text = serde_json::to_string_pretty(&fixture::schema()).unwrap();
        let (facts, ledger) = stated(&text);
        let [found] = facts.stated.as_slice() else { unreachable!("{:?}", facts.recognised) };
        let name = TableName::plain(Ident::exact("accounts"));
        let id = Ident::exact("id");
        let table = &found.schema.tables[&name];
        assert_eq!(table.key(), std::slice::from_ref(&id));
        assert_eq!(table.constraints.len(), 4);
        assert!(table.constraints.iter().all(|one| one.kind.columns() == [id.clone()]));
        assert_eq!(table.indexes[0].parts, [IndexPart::Column(id.clone())]);
        assert_eq!(table.indexes[0].method, None);
        let sequence = TableName::plain(Ident::exact("accounts_id_seq"));
        assert_eq!(found.schema.sequences[&sequence], Some((name, id)));
        let mood = TableName { schema: Some(Ident::exact("archive")), name: Ident::exact("mood") };
        assert_eq!(found.schema.enums[&mood], ["calm"]);
        assert_eq!(found.open[0].tables.as_deref(), Some(&["accounts".to_owned()][..]));
        assert!(found.is_complete() && ledger.undecided_entries().is_empty());
    }

    #[test]
    fn json_that_is_cut_is_no_empty_schema() {
        let text = serde_json::to_string_pretty(&fixture::schema()).unwrap();
        let (facts, ledger) = stated(&text[..text.len() - 3]);
        assert!(facts.stated.is_empty());
        assert_eq!(ledger.undecided_entries()[0].affects, Affects::Everything);
        let (facts, _) = stated(&text.replacen("\"version\": 1", "\"version\": 9", 1));
        assert!(facts.stated.is_empty());
    }
}
