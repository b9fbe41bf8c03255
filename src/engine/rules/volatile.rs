//! Which defaults PostgreSQL works out for every row when a column is added.

use crate::engine::schema::{Column, ObjectKind, Schema};

/// Why a new column makes PostgreSQL write the table anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    Volatile,
    Serial,
    Identity,
    Stored,
    Domain,
    /// Any default, before PostgreSQL 11.
    Old,
    /// A function whose volatility is not known; volatile is what a function is by default.
    Function,
}

impl Fill {
    /// Returns the cause under which it is told, and why.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Volatile => ("volatile-default", "its default has another value for every row"),
            Self::Serial => ("serial", "every row gets a number of its own"),
            Self::Identity => ("identity", "every row gets a number of its own"),
            Self::Stored => {
                ("stored-generated", "its value is worked out and stored for every row")
            }
            Self::Domain => ("constrained-domain", "its domain has a constraint"),
            Self::Old => ("default-before-11", "before PostgreSQL 11 any default does that"),
            Self::Function => {
                ("unknown-function", "its default calls a function that may be volatile")
            }
        }
    }
}

/// Functions with another value for every row.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "gen_random_uuid",
    "nextval",
    "random",
    "timeofday",
    "txid_current",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// Functions of the server with one value for the whole statement, and words that look like calls.
const STABLE: &[&str] = &[
    "abs",
    "age",
    "and",
    "any",
    "array",
    "array_length",
    "array_to_string",
    "as",
    "bit",
    "cast",
    "ceil",
    "char",
    "character",
    "chr",
    "coalesce",
    "concat",
    "concat_ws",
    "current_setting",
    "current_timestamp",
    "current_time",
    "date",
    "date_part",
    "date_trunc",
    "decimal",
    "decode",
    "encode",
    "extract",
    "floor",
    "format",
    "greatest",
    "in",
    "int4range",
    "interval",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "least",
    "left",
    "length",
    "localtime",
    "localtimestamp",
    "lower",
    "make_date",
    "make_interval",
    "md5",
    "not",
    "now",
    "nullif",
    "numeric",
    "or",
    "regexp_replace",
    "replace",
    "right",
    "round",
    "row",
    "row_to_json",
    "sha256",
    "split_part",
    "statement_timestamp",
    "string_to_array",
    "substr",
    "substring",
    "time",
    "timestamp",
    "timestamptz",
    "timezone",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_timestamp",
    "to_tsvector",
    "transaction_timestamp",
    "trim",
    "tstzrange",
    "upper",
    "values",
    "varchar",
    "varying",
    "zone",
];

/// Returns why adding a column writes the table anew; `None` when it changes the catalogue alone. A domain
/// counts where the schema has its definition.
pub fn fills(column: &Column, schema: &Schema) -> Option<Fill> {
    let data_type = column.data_type.as_deref().unwrap_or_default();
    if column.generated.is_some() {
        return (!column.computed_on_read).then_some(Fill::Stored);
    }
    if column.identity.is_some() {
        return Some(Fill::Identity);
    }
    if data_type.to_ascii_lowercase().contains("serial") {
        return Some(Fill::Serial);
    }
    let is_it = |name: &str| name == data_type || name.rsplit('.').next() == Some(data_type);
    let mut domains = schema.objects.iter().filter(|(name, _)| name.kind == ObjectKind::Domain);
    let of_domain = domains.find(|(name, _)| is_it(&name.name.quoted()));
    if of_domain.is_some_and(|(_, made)| is_constrained(&made.definition)) {
        return Some(Fill::Domain);
    }
    column.default.as_deref().and_then(of_default)
}

fn is_constrained(definition: &str) -> bool {
    let text = definition.to_ascii_lowercase();
    text.contains("check") || text.contains("not null")
}

/// Reads the calls in a default, outside of its strings.
fn of_default(default: &str) -> Option<Fill> {
    let mut worst = None;
    for (ix, part) in default.split('\'').enumerate() {
        if ix % 2 == 1 {
            continue;
        }
        for (at, _) in part.match_indices('(') {
            let before = part.get(..at).unwrap_or_default().trim_end();
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = before.rsplit(|c| !is_name(c)).next().unwrap_or_default();
            let name = name.to_ascii_lowercase();
            if VOLATILE.contains(&name.as_str()) {
                return Some(Fill::Volatile);
            }
            if !name.is_empty() && !STABLE.contains(&name.as_str()) {
                worst = Some(Fill::Function);
            }
        }
    }
    worst
}
