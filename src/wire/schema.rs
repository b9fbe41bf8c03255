//! A schema, as `retort schema` prints it.

use crate::ordered::Map;

use serde::{Deserialize, Serialize};

use super::Understood;

/// Returns a name with its schema; what stands in the default one is called by its name alone.
pub fn qualified(schema: &str, name: &str) -> String {
    if matches!(schema, "" | "public") { name.to_owned() } else { format!("{schema}.{name}") }
}

/// The step that touched something last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OriginView {
    pub revision: String,
    pub file: String,
    /// 1-based.
    pub line: usize,
}

/// What a database is after some revisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SchemaView {
    pub version: u32,
    pub dialect: String,
    /// Why it is this one.
    pub dialect_why: String,
    /// The naming convention that the migrations ran with; null where there are none.
    pub naming: Option<NamingView>,
    /// The revisions it stands at; empty before the first.
    pub at: Vec<String>,
    /// By schema and name.
    pub tables: Vec<TableView>,
    pub enums: Vec<EnumView>,
    pub views: Vec<NamedView>,
    pub sequences: Vec<SequenceView>,
    pub extensions: Vec<String>,
    /// What is not known of it, in the order in which it happens.
    pub undecided: Vec<UndecidedView>,
    pub understood: Understood,
    /// What makes it, in order, in the dialect and without semicolons: what has no field above stands here too
    /// (definitions of views, functions, triggers, policies; how a constraint is kept). Only where a schema is
    /// printed by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<String>,
    /// Statements that make it, in the dialect, and what they leave out. Only where they were asked for, and
    /// never in JSON.
    #[serde(skip)]
    pub script: Option<ScriptView>,
}

/// A schema as statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptView {
    /// Without their semicolons.
    pub statements: Vec<String>,
    /// What no statement makes, for the person.
    pub missing: Vec<String>,
}

/// What `env.py` hands to Alembic for the names of constraints and indexes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamingView {
    /// Patterns by key, null for one that is not text; empty: none. Null as a whole: it was not seen.
    pub convention: Option<Map<String, Option<String>>>,
    /// How that is known, or why it is not.
    pub why: String,
    pub file: Option<String>,
    /// 1-based.
    pub line: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableView {
    pub schema: String,
    pub name: String,
    /// In their order in the table.
    pub columns: Vec<ColumnView>,
    pub primary_key: Option<KeyView>,
    pub uniques: Vec<KeyView>,
    pub checks: Vec<CheckView>,
    pub foreign_keys: Vec<ForeignKeyView>,
    /// Not those of constraints.
    pub indexes: Vec<IndexView>,
    /// There may be more in it than is listed here.
    pub open: bool,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnView {
    pub name: String,
    /// As `format_type` spells it; null when it is not known.
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    pub nullable: bool,
    /// Null: none.
    pub default: Option<String>,
    /// `ALWAYS` or `BY DEFAULT`.
    pub identity: Option<String>,
    pub generated: Option<String>,
    pub comment: Option<String>,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

/// A primary key or unique constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyView {
    pub name: Option<String>,
    pub columns: Vec<String>,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckView {
    pub name: Option<String>,
    pub expression: String,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ForeignKeyView {
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub ref_schema: String,
    pub ref_table: String,
    pub ref_columns: Vec<String>,
    pub on_delete: Option<String>,
    pub on_update: Option<String>,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IndexView {
    pub name: Option<String>,
    /// Expressions as text.
    pub columns: Vec<String>,
    /// Columns that ride along.
    pub include: Vec<String>,
    pub unique: bool,
    pub method: String,
    #[serde(rename = "where")]
    pub filter: Option<String>,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnumView {
    pub schema: String,
    pub name: String,
    pub values: Vec<String>,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

/// A view.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamedView {
    pub schema: String,
    pub name: String,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SequenceView {
    pub schema: String,
    pub name: String,
    /// The column that it goes with; null: none.
    pub owner: Option<OwnerView>,
    /// Absent where no revision touched it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<OriginView>,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnerView {
    pub schema: String,
    pub table: String,
    pub column: String,
}

/// Something that replay leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UndecidedView {
    pub revision: Option<String>,
    pub file: Option<String>,
    /// 1-based.
    pub line: usize,
    pub what: String,
    /// Tables; `*` could be anything.
    pub affects: Vec<String>,
}
