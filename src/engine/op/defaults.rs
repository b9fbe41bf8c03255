//! Column defaults as PostgreSQL's `pg_get_expr` prints them.
//!
//! A constant is cast to the type of its column and printed with that cast, save where the server finds it
//! plain without one (alembic.md 5.3; what a server answered is in `tests/oracle/`).

use crate::engine::dialects::Dialect;
use crate::engine::expression::{self, number_text, of_type};
use crate::engine::schema::{format_type, without_modifier};

/// A default in the words of the catalogue, or in those of whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spelling {
    Catalogue(String),
    /// How the server prints it is not known.
    AsWritten(String),
}

impl Spelling {
    /// Returns the text, whoever's words it is in.
    pub fn into_text(self) -> String {
        match self {
            Self::Catalogue(text) | Self::AsWritten(text) => text,
        }
    }
}

/// Spells a default, given as SQL, for a column of this type. Databases other than PostgreSQL keep it as it is
/// written, without parentheses around it.
pub fn spell_in(dialect: Dialect, written: &str, data_type: Option<&str>) -> Spelling {
    match dialect {
        Dialect::PostgreSql => spell(written, data_type),
        _ => Spelling::Catalogue(without_parentheses(written.trim()).to_owned()),
    }
}

/// Spells a default, given as SQL, for a column of this type on PostgreSQL.
pub fn spell(written: &str, data_type: Option<&str>) -> Spelling {
    let text = without_parentheses(written.trim());
    let known = constant(text, data_type)
        .or_else(|| number(text))
        .or_else(|| word(text, data_type))
        .or_else(|| interval(text))
        .or_else(|| call(text))
        .or_else(|| time_zone(text))
        .or_else(|| expression::value(text));
    match known {
        Some(known) => Spelling::Catalogue(known),
        None => Spelling::AsWritten(text.to_owned()),
    }
}

/// Takes pairs of parentheses off that stand around all of it.
fn without_parentheses(mut text: &str) -> &str {
    while let Some(inner) = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        let (mut depth, mut in_literal) = (0_i32, false);
        let around = inner.chars().all(|c| {
            in_literal ^= c == '\'';
            if !in_literal {
                depth += i32::from(c == '(') - i32::from(c == ')');
            }
            depth >= 0
        });
        if !around || in_literal {
            break;
        }
        text = inner.trim();
    }
    text
}

/// `'x'` and `'x'::type`.
fn constant(text: &str, data_type: Option<&str>) -> Option<String> {
    let (value, rest) = quoted(text)?;
    let cast = rest.trim();
    if cast.is_empty() {
        return of_type(&value, data_type?);
    }
    let named = cast.strip_prefix("::")?.trim();
    let is_type = named.chars().all(|c| c.is_alphanumeric() || " _.()[],\"".contains(c));
    is_type.then(|| of_type(&value, &cast_type(named)))?
}

/// The type of a cast: a length in it is part of the constant.
fn cast_type(named: &str) -> String {
    let spelled = format_type(named);
    if spelled == "character(1)" { "bpchar".to_owned() } else { spelled }
}

/// A leading string literal and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (before, after) = rest.split_once('\'')?;
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, after)),
        }
    }
}

/// A number that stands without quotes keeps the type it has by itself.
fn number(text: &str) -> Option<String> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if !number_text(text) {
        return None;
    }
    let own = match text.parse::<i64>() {
        Ok(number) if i32::try_from(number).is_ok() => "integer",
        Ok(_) => "bigint",
        Err(_) => "numeric",
    };
    let plain = !text.starts_with('-') && own != "bigint";
    Some(if plain { text.to_owned() } else { format!("'{text}'::{own}") })
}

/// Words that stand for a value.
fn word(text: &str, data_type: Option<&str>) -> Option<String> {
    let lower = text.to_lowercase();
    match lower.as_str() {
        "true" | "false" => Some(lower),
        "null" => Some(format!("NULL::{}", without_modifier(data_type?))),
        "current_timestamp" | "current_date" | "current_time" | "localtimestamp" | "localtime"
        | "current_user" | "session_user" => Some(text.to_uppercase()),
        _ => None,
    }
}

/// `interval '1 day'`.
fn interval(text: &str) -> Option<String> {
    let head = text.get(.."interval".len())?;
    let rest = text.get("interval".len()..)?;
    let (value, end) = quoted(rest.trim())?;
    (head.eq_ignore_ascii_case("interval") && end.is_empty())
        .then(|| of_type(&value, "interval"))?
}

/// A call without arguments, and `nextval`.
fn call(text: &str) -> Option<String> {
    let (name, arguments) = text.strip_suffix(')')?.split_once('(')?;
    let name = name.trim();
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    if name.is_empty() || !plain {
        return None;
    }
    let name = name.to_lowercase();
    let arguments = arguments.trim();
    if arguments.is_empty() {
        return Some(format!("{}()", name.strip_prefix("public.").unwrap_or(&name)));
    }
    match name.as_str() {
        "nextval" => {
            let (sequence, cast) = quoted(arguments)?;
            let cast = cast.trim().to_lowercase();
            let named = sequence.strip_prefix("public.").unwrap_or(&sequence);
            matches!(cast.as_str(), "" | "::regclass" | "::text")
                .then(|| format!("nextval('{named}'::regclass)"))
        }
        "timezone" => {
            let (zone, rest) = quoted(arguments)?;
            let rest = rest.trim_start().strip_prefix("::text").unwrap_or(rest);
            let moment = moment(rest.trim().strip_prefix(',')?.trim())?;
            Some(format!("timezone('{zone}'::text, {moment})"))
        }
        _ => None,
    }
}

/// `now() at time zone 'utc'`.
fn time_zone(text: &str) -> Option<String> {
    let at = text.to_lowercase().find(" at time zone ")?;
    let moment = moment(without_parentheses(text.get(..at)?.trim()))?;
    let zone = text.get(at + " at time zone ".len()..)?.trim();
    let (zone, rest) = quoted(zone)?;
    matches!(rest.trim(), "" | "::text").then(|| format!("({moment} AT TIME ZONE '{zone}'::text)"))
}

fn moment(text: &str) -> Option<String> {
    match text.to_lowercase().as_str() {
        "now()" | "statement_timestamp()" | "transaction_timestamp()" | "clock_timestamp()" => {
            Some(text.to_lowercase())
        }
        "current_timestamp" => Some(text.to_uppercase()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_stays_as_it_is_written() {
        for (written, data_type) in [
            ("'now'", Some("timestamp with time zone")),
            ("'{\"b\": 1,  \"a\": 2}'", Some("jsonb")),
            ("make_id('x', 3)", Some("text")),
            ("'x'", None),
            ("'x' || make_id()", Some("text")),
        ] {
            assert_eq!(spell(written, data_type), Spelling::AsWritten(written.to_owned()));
        }
    }

    #[test]
    fn parentheses_around_all_of_it_go() {
        assert_eq!(without_parentheses("((now()))"), "now()");
        assert_eq!(without_parentheses("(a) + (b)"), "(a) + (b)");
        assert_eq!(spell("(-1)", None), Spelling::Catalogue("'-1'::integer".to_owned()));
    }
}
