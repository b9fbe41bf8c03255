//! The schema that `retort schema` prints, read back.

use crate::ordered::Map;

use serde_json::Value;

use super::{Fields, Read, Trouble, whole};
use crate::wire::schema::{
    CheckView, ColumnView, EnumView, ForeignKeyView, IndexView, KeyView, NamedView, NamingView,
    OwnerView, SchemaView, SequenceView, TableView,
};

/// Reads a schema. On `Err` what is wrong with it, for the person.
pub fn schema(json: &str) -> Result<SchemaView, String> {
    let value: Value = serde_json::from_str(json).map_err(|why| why.to_string())?;
    whole(value).map_err(|unread| format!("`{}` is missing or of another kind", unread.field))
}

impl Read for SchemaView {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        let mut fields = Fields::of(value, trouble);
        Self {
            version: fields.needed("version"),
            dialect: fields.other("dialect"),
            dialect_why: fields.other("dialect_why"),
            naming: fields.other("naming"),
            at: fields.other("at"),
            // Without its tables it would be an empty database.
            tables: fields.needed("tables"),
            enums: fields.other("enums"),
            views: fields.other("views"),
            sequences: fields.other("sequences"),
            extensions: fields.other("extensions"),
            undecided: fields.needed("undecided"),
            understood: fields.other("understood"),
            statements: fields.other("statements"),
            script: None,
        }
    }
}

impl<T: Read> Read for Map<String, T> {
    fn read(value: Value, trouble: &mut Trouble) -> Self {
        let fields = Fields::of(value, trouble);
        let mut all = Self::new();
        for (name, value) in fields.left {
            all.insert(name, T::read(value, fields.trouble));
        }
        all
    }
}

shapes! {
    NamingView { ; convention, why, file, line }
    TableView { name, columns; schema, primary_key, uniques, checks, foreign_keys, indexes, open, origin }
    ColumnView { name; data_type = "type", nullable, default, identity, generated, comment, origin }
    KeyView { columns; name, origin }
    CheckView { expression; name, origin }
    ForeignKeyView { columns, ref_table, ref_columns; name, ref_schema, on_delete, on_update, origin }
    IndexView { columns; name, include, unique, method, filter = "where", origin }
    EnumView { name, values; schema, origin }
    NamedView { name; schema, origin }
    SequenceView { name; schema, owner, origin }
    OwnerView { table, column; schema }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;

    #[test]
    fn what_is_printed_is_read_back() {
        let mut schema = fixture::schema();
        schema.naming = Some(NamingView {
            convention: Some(Map::from([
                ("ix".to_owned(), Some("ix_%(column_0_label)s".to_owned())),
                ("uq".to_owned(), None),
            ])),
            why: "seen".to_owned(),
            file: Some("env.py".to_owned()),
            line: 3,
        });
        let text = serde_json::to_string(&schema).unwrap();
        assert_eq!(super::schema(&text).unwrap(), schema);
        assert_eq!(serde_json::from_str::<SchemaView>(&text).unwrap(), schema);
    }

    #[test]
    fn what_decides_must_be_there() {
        let value = serde_json::to_value(fixture::schema()).unwrap();
        for name in ["version", "tables", "undecided"] {
            for other in [None, Some(Value::Null), Some(Value::from("x"))] {
                let mut less = value.clone();
                let fields = less.as_object_mut().unwrap();
                fields.remove(name);
                fields.extend(other.map(|other| (name.to_owned(), other)));
                let why = super::schema(&less.to_string()).unwrap_err();
                assert!(why.contains(name), "{why}");
            }
        }
        assert!(super::schema("{").is_err());
    }
}
