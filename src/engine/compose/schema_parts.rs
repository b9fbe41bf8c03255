//! A schema → its tables and other things as wire values.

use crate::engine::dialects::Dialect;
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, Ident, Identity, Index, IndexPart, Schema, Table, TableName,
};
use crate::wire::VERSION;
use crate::wire::schema::{
    CheckView, ColumnView, EnumView, ForeignKeyView, IndexView, KeyView, NamedView, OwnerView,
    SchemaView, SequenceView, TableView,
};

/// Takes a schema apart: what it holds is moved.
pub(super) fn view(schema: Schema) -> SchemaView {
    let dialect = schema.dialect;
    let tables = schema.tables.into_iter();
    let mut tables: Vec<TableView> =
        tables.map(|(name, table)| table_view(&name, table, dialect)).collect();
    crate::ordered::sort_by(&mut tables, |a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    let named = |name: &TableName| NamedView {
        schema: namespace(name, dialect),
        name: text(&name.name),
        origin: None,
    };
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
                origin: None,
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

fn texts(names: Vec<Ident>) -> Vec<String> {
    names.into_iter().map(|name| name.0).collect()
}

fn table_view(name: &TableName, table: Table, dialect: Dialect) -> TableView {
    let mut view = TableView {
        schema: namespace(name, dialect),
        name: text(&name.name),
        columns: table.columns.into_iter().map(column_view).collect(),
        indexes: table.indexes.into_iter().map(index_view).collect(),
        open: table.open,
        ..TableView::default()
    };
    for Constraint { name, kind, .. } in table.constraints {
        let (name, origin) = (name.map(|name| name.0), None);
        match kind {
            ConstraintKind::PrimaryKey { columns } => {
                view.primary_key = Some(KeyView { name, columns: texts(columns), origin });
            }
            ConstraintKind::Unique { columns } => {
                view.uniques.push(KeyView { name, columns: texts(columns), origin });
            }
            ConstraintKind::Check(check) => {
                view.checks.push(CheckView { name, expression: check.text, origin });
            }
            ConstraintKind::ForeignKey(key) => view.foreign_keys.push(ForeignKeyView {
                name,
                columns: texts(key.columns),
                ref_schema: namespace(&key.ref_table, dialect),
                ref_table: key.ref_table.name.0,
                ref_columns: texts(key.ref_columns),
                on_delete: key.on_delete,
                on_update: key.on_update,
                origin,
            }),
            // The contract has no room for exclusion constraints yet.
            ConstraintKind::Exclusion(_) => {}
        }
    }
    crate::ordered::sort_by(&mut view.uniques, |a, b| a.name.cmp(&b.name));
    crate::ordered::sort_by(&mut view.checks, |a, b| a.name.cmp(&b.name));
    crate::ordered::sort_by(&mut view.foreign_keys, |a, b| a.name.cmp(&b.name));
    crate::ordered::sort_by(&mut view.indexes, |a, b| a.name.cmp(&b.name));
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
    SequenceView { schema: namespace(name, dialect), name: text(&name.name), owner, origin: None }
}

fn column_view(column: Column) -> ColumnView {
    let identity = column.identity.map(|identity| match identity {
        Identity::Always => "ALWAYS".to_owned(),
        Identity::ByDefault => "BY DEFAULT".to_owned(),
    });
    ColumnView {
        name: column.name.0,
        data_type: column.data_type,
        nullable: column.nullable,
        default: column.default,
        identity,
        generated: column.generated.map(|generated| generated.text),
        comment: column.comment,
        origin: None,
    }
}

fn index_view(index: Index) -> IndexView {
    let part = |part: IndexPart| match part {
        IndexPart::Column(name) => name.0,
        IndexPart::Expression(expression) => expression.text,
    };
    IndexView {
        name: index.name.map(|name| name.0),
        columns: index.parts.into_iter().map(part).collect(),
        include: texts(index.include),
        unique: index.unique,
        method: index.method.unwrap_or_else(|| "btree".to_owned()),
        filter: index.filter.map(|filter| filter.text),
        origin: None,
    }
}
