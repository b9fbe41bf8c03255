//! Names, already folded the way the database folds them.

use std::fmt;

/// An identifier as the database stores it: quoted spelling kept, unquoted spelling folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident(pub String);

impl Ident {
    /// Returns the identifier that was written without quotes: PostgreSQL folds it to lower case.
    pub fn unquoted(text: &str) -> Self {
        Self(text.to_lowercase())
    }

    /// Returns the identifier that stood between quotes, or that came from a catalogue.
    pub fn exact(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A table's name. No schema means the default one, so that `public.t` and `t` are the same table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    pub schema: Option<Ident>,
    pub name: Ident,
}

impl TableName {
    /// Returns the name of a table in the default schema.
    pub fn plain(name: Ident) -> Self {
        Self { schema: None, name }
    }

    /// Returns a name with a schema; the default schema is dropped.
    pub fn qualified(schema: Ident, name: Ident, default_schema: &str) -> Self {
        let schema = (schema.as_str() != default_schema).then_some(schema);
        Self { schema, name }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}
