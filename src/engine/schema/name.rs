//! Names, already folded the way the database folds them.

use std::fmt;

/// An identifier as the database stores it: quoted spelling kept, unquoted spelling folded.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Words that PostgreSQL reserves and that people give to tables and columns all the same.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "authorization",
    "between",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "position",
    "precision",
    "primary",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

impl Ident {
    /// Returns the name as it is written in SQL: between quotes where it needs them.
    pub fn quoted(&self) -> String {
        let plain = self.0.chars().enumerate().all(|(at, c)| {
            c.is_ascii_lowercase() || c == '_' || (at > 0 && (c.is_ascii_digit() || c == '$'))
        });
        if plain && !self.0.is_empty() && !RESERVED.contains(&self.0.as_str()) {
            return self.0.clone();
        }
        format!("\"{}\"", self.0.replace('"', "\"\""))
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

    /// Returns the name as it is written in SQL, without the default schema.
    pub fn quoted(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", schema.quoted(), self.name.quoted()),
            None => self.name.quoted(),
        }
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
