//! PostgreSQL, and type names as its `format_type` spells them.
//!
//! From the server's documentation of its types and their aliases, and from what a server answered for the
//! types that SQLAlchemy prints (`tests/oracle/`).

use sqlparser::dialect::PostgreSqlDialect;

use super::{Dialect, Row};

/// The row of the catalogue.
pub static ROW: Row = Row {
    dialect: Dialect::PostgreSql,
    word: "postgresql",
    schemes: &["postgresql", "postgres"],
    title: "PostgreSQL",
    default_schema: "public",
    grammar: &PostgreSqlDialect {},
    type_name: format_type,
};

/// Returns the spelling of `format_type` for a type as written in SQL. Quoted names and names that are not
/// known stay, without the default schema; the serial pseudo-types stay what they are.
pub fn format_type(written: &str) -> String {
    let mut text = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = text.to_lowercase();
    if let Some(at) = lower.find(" collate ") {
        text.truncate(at);
    }
    let mut is_array = false;
    if text.to_lowercase().ends_with(" array") {
        text.truncate(text.len() - " array".len());
        is_array = true;
    }
    while text.ends_with(']') {
        let Some(open) = text.rfind('[') else { break };
        text.truncate(open);
        text.truncate(text.trim_end().len());
        is_array = true;
    }
    let end = if is_array { "[]" } else { "" };
    if text.contains('"') {
        return format!("{}{end}", text.strip_prefix("public.").unwrap_or(&text));
    }
    let (words, numbers) = take_apart(&text.to_lowercase());
    format!("{}{end}", spell(&words, &numbers))
}

/// `timestamp(3) with time zone` → `timestamp with time zone` and `["3"]`.
fn take_apart(text: &str) -> (String, Vec<String>) {
    let (Some(open), Some(close)) = (text.find('('), text.rfind(')')) else {
        return (text.to_owned(), Vec::new());
    };
    let inner = text.get(open + 1..close).unwrap_or_default();
    let before = text.get(..open).unwrap_or_default();
    let after = text.get(close + 1..).unwrap_or_default();
    let words = format!("{} {}", before.trim(), after.trim()).trim().to_owned();
    (words, inner.split(',').map(|number| number.trim().to_owned()).collect())
}

fn spell(words: &str, numbers: &[String]) -> String {
    let with = |name: &str| match numbers {
        [] => name.to_owned(),
        _ => format!("{name}({})", numbers.join(",")),
    };
    match words {
        "int" | "int4" | "integer" => "integer".to_owned(),
        "int8" | "bigint" => "bigint".to_owned(),
        "int2" | "smallint" => "smallint".to_owned(),
        "serial4" => "serial".to_owned(),
        "serial8" => "bigserial".to_owned(),
        "serial2" => "smallserial".to_owned(),
        "bool" | "boolean" => "boolean".to_owned(),
        "varchar"
        | "character varying"
        | "char varying"
        | "national character varying"
        | "national char varying"
        | "nchar varying" => with("character varying"),
        "char" | "character" | "nchar" | "national character" | "national char" => match numbers {
            [] => "character(1)".to_owned(),
            _ => with("character"),
        },
        "bpchar" => match numbers {
            [] => "bpchar".to_owned(),
            _ => with("character"),
        },
        "float" => match numbers.first().and_then(|bits| bits.parse::<u32>().ok()) {
            Some(bits) if bits <= 24 => "real".to_owned(),
            _ => "double precision".to_owned(),
        },
        "float4" | "real" => "real".to_owned(),
        "float8" | "double precision" => "double precision".to_owned(),
        "numeric" | "decimal" | "dec" => match numbers {
            [precision] => format!("numeric({precision},0)"),
            _ => with("numeric"),
        },
        "bit" => match numbers {
            [] => "bit(1)".to_owned(),
            _ => with("bit"),
        },
        "varbit" | "bit varying" => with("bit varying"),
        "timestamp" | "timestamp without time zone" => zoned("timestamp", "without", numbers),
        "timestamptz" | "timestamp with time zone" => zoned("timestamp", "with", numbers),
        "time" | "time without time zone" => zoned("time", "without", numbers),
        "timetz" | "time with time zone" => zoned("time", "with", numbers),
        other => with(other.strip_prefix("public.").unwrap_or(other)),
    }
}

fn zoned(name: &str, with: &str, numbers: &[String]) -> String {
    match numbers.first() {
        Some(digits) => format!("{name}({digits}) {with} time zone"),
        None => format!("{name} {with} time zone"),
    }
}

/// Returns a type of [`format_type`] without length, precision and the like: what a constant is cast to.
pub fn without_modifier(data_type: &str) -> String {
    let (inner, end) = match data_type.strip_suffix("[]") {
        Some(inner) => (inner, "[]"),
        None => (data_type, ""),
    };
    if inner.contains('"') {
        return data_type.to_owned();
    }
    let (words, _) = take_apart(inner);
    let words = if words == "character" { "bpchar" } else { &words };
    format!("{words}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_have_one_spelling() {
        for (written, spelled) in [
            ("VARCHAR(50)", "character varying(50)"),
            ("character varying (50)", "character varying(50)"),
            ("VARCHAR(50) COLLATE \"C\"", "character varying(50)"),
            ("NUMERIC(10, 2)", "numeric(10,2)"),
            ("decimal(10)", "numeric(10,0)"),
            ("TIMESTAMP(3) WITH TIME ZONE", "timestamp(3) with time zone"),
            ("timestamptz", "timestamp with time zone"),
            ("INTERVAL DAY TO SECOND (3)", "interval day to second(3)"),
            ("TEXT[][]", "text[]"),
            ("integer ARRAY", "integer[]"),
            ("FLOAT(24)", "real"),
            ("char", "character(1)"),
            ("\"Mood\"", "\"Mood\""),
            ("public.mood", "mood"),
            ("s.e", "s.e"),
            ("geometry(POINT,4326)", "geometry(point,4326)"),
        ] {
            assert_eq!(format_type(written), spelled, "{written}");
        }
        assert_eq!(without_modifier("character varying(20)[]"), "character varying[]");
        assert_eq!(without_modifier("character(2)"), "bpchar");
        assert_eq!(without_modifier("timestamp(3) with time zone"), "timestamp with time zone");
    }
}
