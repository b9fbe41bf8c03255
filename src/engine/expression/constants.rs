//! Constants as the server prints them: cast to their type, save where it finds them plain without a cast
//! (alembic.md 5.3).

use crate::engine::schema::without_modifier;

/// Returns a constant of a type, as the server prints it; nothing where the type's own way to print a value
/// is not known.
pub fn of_type(value: &str, data_type: &str) -> Option<String> {
    let base = without_modifier(data_type);
    let cast = |value: &str| Some(format!("'{}'::{base}", value.replace('\'', "''")));
    let value_trimmed = value.trim();
    match base.as_str() {
        "integer" => {
            let number: i32 = value_trimmed.parse().ok()?;
            if number < 0 { cast(&number.to_string()) } else { Some(number.to_string()) }
        }
        "bigint" | "smallint" => cast(&value_trimmed.parse::<i64>().ok()?.to_string()),
        "numeric" if number_text(value_trimmed) && value_trimmed.contains('.') => {
            let is_bare = !value_trimmed.starts_with('-');
            if is_bare { Some(value_trimmed.to_owned()) } else { cast(value_trimmed) }
        }
        "numeric" => number_text(value_trimmed).then(|| cast(value_trimmed))?,
        // The server prints the shortest text of the number.
        "real" | "double precision" => {
            let digits = value_trimmed.trim_start_matches('-');
            let is_padded = (digits.contains('.') && digits.ends_with(['0', '.']))
                || digits.starts_with('.')
                || (digits.starts_with('0') && digits.len() > 1 && !digits.starts_with("0."));
            let is_short = digits.len() <= 6 && !is_padded;
            (number_text(value_trimmed) && is_short).then(|| cast(value_trimmed))?
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
        "interval" if value_trimmed == "0" => cast("00:00:00"),
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
        "bytea" if value.is_empty() => cast("\\x"),
        "bytea" => {
            let digits = value.strip_prefix("\\x")?;
            let is_hex = digits.len() % 2 == 0 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            is_hex.then(|| cast(&value.to_lowercase()))?
        }
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

/// Returns whether a text is a plain decimal number.
pub fn number_text(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut points = 0;
    let plain = digits.bytes().all(|b| {
        points += usize::from(b == b'.');
        b.is_ascii_digit() || b == b'.'
    });
    plain && points <= 1 && digits.bytes().any(|b| b.is_ascii_digit())
}
