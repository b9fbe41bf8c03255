//! Column defaults as PostgreSQL's `pg_get_expr` prints them.
//!
//! A constant is cast to the type of its column and printed with that cast, save where the server finds it
//! plain without one (alembic.md 5.3; what a server answered is in `tests/oracle/`).

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

/// Spells a default, given as SQL, for a column of this type.
pub fn spell(written: &str, data_type: Option<&str>) -> Spelling {
    let text = without_parentheses(written.trim());
    let known = constant(text, data_type)
        .or_else(|| number(text))
        .or_else(|| word(text, data_type))
        .or_else(|| interval(text))
        .or_else(|| call(text))
        .or_else(|| time_zone(text))
        .or_else(|| sum(text))
        .or_else(|| empty_array(text));
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

/// A constant of a type, as the server prints it.
fn of_type(value: &str, data_type: &str) -> Option<String> {
    let base = without_modifier(data_type);
    let cast = |value: &str| Some(format!("'{}'::{base}", value.replace('\'', "''")));
    let value_trimmed = value.trim();
    match base.as_str() {
        "integer" => {
            let number: i32 = value_trimmed.parse().ok()?;
            if number < 0 { cast(&number.to_string()) } else { Some(number.to_string()) }
        }
        "bigint" | "smallint" => cast(&value_trimmed.parse::<i64>().ok()?.to_string()),
        "numeric" | "real" | "double precision" => {
            number_text(value_trimmed).then(|| cast(value_trimmed))?
        }
        "boolean" => match value_trimmed.to_lowercase().as_str() {
            "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1" => Some("true".into()),
            "f" | "fa" | "fal" | "fals" | "false" | "n" | "no" | "of" | "off" | "0" => {
                Some("false".into())
            }
            _ => None,
        },
        "date" => is_date(value).then(|| cast(value))?,
        "time without time zone" => match clock(value)? {
            true => cast(value),
            false => cast(&format!("{value}:00")),
        },
        "timestamp without time zone" => match value.split_once([' ', 'T']) {
            None => is_date(value).then(|| cast(&format!("{value} 00:00:00")))?,
            Some((day, time)) => {
                let whole = is_date(day) && clock(time)?;
                whole.then(|| cast(&format!("{day} {time}")))?
            }
        },
        // Where the server stands in time, or how it prints a document or a span, is not in the text.
        "timestamp with time zone" | "time with time zone" => None,
        "interval" => {
            let (count, unit) = value.split_once(' ')?;
            let plain = match count.parse::<u32>().ok()? {
                1 => unit == "day",
                _ => unit == "days",
            };
            plain.then(|| cast(value))?
        }
        "jsonb" => {
            let plain = matches!(value, "{}" | "[]" | "null" | "true" | "false" | "\"\"");
            (plain || value.parse::<u32>().is_ok()).then(|| cast(value))?
        }
        "uuid" => cast(&value.to_lowercase()),
        "bytea" => value.is_empty().then(|| cast("\\x"))?,
        array if array.ends_with("[]") => (value == "{}").then(|| cast(value))?,
        _ => cast(value),
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.as_slice(), [y, m, d] if digits(y, 4) && digits(m, 2) && digits(d, 2))
}

/// Whether a time of day has seconds; `None` when it is none.
fn clock(text: &str) -> Option<bool> {
    let parts: Vec<&str> = text.split(':').collect();
    let all = parts.iter().all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()));
    (all && (2..=3).contains(&parts.len())).then_some(parts.len() == 3)
}

fn number_text(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut points = 0;
    let plain = digits.bytes().all(|b| {
        points += usize::from(b == b'.');
        b.is_ascii_digit() || b == b'.'
    });
    plain && points <= 1 && digits.bytes().any(|b| b.is_ascii_digit())
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

/// `ARRAY[]::text[]`
fn empty_array(text: &str) -> Option<String> {
    let head = text.get(.."array[]::".len())?;
    let named = text.get("array[]::".len()..)?;
    let is_type = named.chars().all(|c| c.is_alphanumeric() || " _.()[],\"".contains(c));
    (is_type && head.eq_ignore_ascii_case("array[]::"))
        .then(|| format!("ARRAY[]::{}", format_type(named)))
}

/// `1 + 1`: arithmetic is kept as it is, with spaces and parentheses.
fn sum(text: &str) -> Option<String> {
    let at = text.find(['+', '*', '/'])?;
    let (left, right) = (text.get(..at)?.trim(), text.get(at + 1..)?.trim());
    let sign = text.get(at..at + 1)?;
    let plain = |side: &str| !side.is_empty() && side.bytes().all(|b| b.is_ascii_digit());
    (plain(left) && plain(right)).then(|| format!("({left} {sign} {right})"))
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
            ("'x' || 'y'", Some("text")),
            ("lower('X')::text", Some("text")),
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
