//! Functions of the server: the types that they take and give.

use super::operators::alike;
use super::typed::{Form, Typed, common, is_text, rank};

/// Name, types of the arguments (`*` takes any type as it is), type of the value (`*` that of the first argument).
/// Of several rows with a name, the first that fits is taken.
const FUNCTIONS: &[(&str, &[&str], &str)] = &[
    ("lower", &["text"], "text"),
    ("upper", &["text"], "text"),
    ("initcap", &["text"], "text"),
    ("length", &["text"], "integer"),
    ("char_length", &["text"], "integer"),
    ("character_length", &["text"], "integer"),
    ("octet_length", &["text"], "integer"),
    ("octet_length", &["bytea"], "integer"),
    ("btrim", &["text"], "text"),
    ("btrim", &["text", "text"], "text"),
    ("ltrim", &["text"], "text"),
    ("ltrim", &["text", "text"], "text"),
    ("rtrim", &["text"], "text"),
    ("rtrim", &["text", "text"], "text"),
    ("replace", &["text", "text", "text"], "text"),
    ("substr", &["text", "integer"], "text"),
    ("substr", &["text", "integer", "integer"], "text"),
    ("left", &["text", "integer"], "text"),
    ("right", &["text", "integer"], "text"),
    ("split_part", &["text", "text", "integer"], "text"),
    ("strpos", &["text", "text"], "integer"),
    ("starts_with", &["text", "text"], "boolean"),
    ("reverse", &["text"], "text"),
    ("repeat", &["text", "integer"], "text"),
    ("translate", &["text", "text", "text"], "text"),
    ("regexp_replace", &["text", "text", "text"], "text"),
    ("regexp_replace", &["text", "text", "text", "text"], "text"),
    ("md5", &["text"], "text"),
    ("encode", &["bytea", "text"], "text"),
    ("decode", &["text", "text"], "bytea"),
    ("to_tsvector", &["regconfig", "text"], "tsvector"),
    ("jsonb_array_length", &["jsonb"], "integer"),
    ("json_array_length", &["json"], "integer"),
    ("jsonb_typeof", &["jsonb"], "text"),
    ("json_typeof", &["json"], "text"),
    ("cardinality", &["*[]"], "integer"),
    ("array_length", &["*[]", "integer"], "integer"),
    ("date_trunc", &["text", "timestamp with time zone"], "timestamp with time zone"),
    ("date_trunc", &["text", "timestamp without time zone"], "timestamp without time zone"),
    ("date_part", &["text", "timestamp with time zone"], "double precision"),
    ("date_part", &["text", "timestamp without time zone"], "double precision"),
    ("date_part", &["text", "date"], "double precision"),
    ("num_nonnulls", &["*…"], "integer"),
    ("num_nulls", &["*…"], "integer"),
    ("now", &[], "timestamp with time zone"),
    ("clock_timestamp", &[], "timestamp with time zone"),
    ("statement_timestamp", &[], "timestamp with time zone"),
    ("transaction_timestamp", &[], "timestamp with time zone"),
    ("random", &[], "double precision"),
    ("gen_random_uuid", &[], "uuid"),
    ("uuid_generate_v4", &[], "uuid"),
    ("uuid_generate_v1", &[], "uuid"),
];

/// Returns a call with its arguments cast.
pub(super) fn call(name: &str, arguments: Vec<Typed>) -> Option<Typed> {
    match name {
        "coalesce" | "greatest" | "least" => return choice(name, arguments),
        "nullif" => return null_if(arguments),
        "abs" => {
            let [one] = <[Typed; 1]>::try_from(arguments).ok()?;
            let base = one.base()?;
            rank(&base)?;
            return Some(Typed::call(format!("abs({})", one.text), Some(&base)));
        }
        _ => {}
    }
    let rows = FUNCTIONS.iter().filter(|(known, ..)| *known == name);
    let mut fitting = rows.filter_map(|(_, wanted, given)| {
        let arguments = taken(&arguments, wanted)?;
        Some(Typed::call(format!("{}({})", printed(name), arguments.join(", ")), Some(given)))
    });
    let found = fitting.next();
    // A function of somebody's own is printed as it is, if there is nothing to cast.
    if found.is_none()
        && arguments.is_empty()
        && !FUNCTIONS.iter().any(|(known, ..)| *known == name)
    {
        return Some(Typed::call(format!("{name}()"), None));
    }
    found
}

/// Names that are words of the grammar stand between quotes.
fn printed(name: &str) -> String {
    match name {
        "left" | "right" => format!("\"{name}\""),
        _ => name.to_owned(),
    }
}

/// The arguments as a function takes them; nothing when it does not take them.
fn taken(arguments: &[Typed], wanted: &[&str]) -> Option<Vec<String>> {
    if let ["*…"] = wanted {
        return arguments.iter().cloned().map(Typed::into_text).collect();
    }
    if arguments.len() != wanted.len() {
        return None;
    }
    let pairs = arguments.iter().cloned().zip(wanted);
    pairs.map(|(argument, wanted)| Some(argument_for(argument, wanted)?.text)).collect()
}

fn argument_for(argument: Typed, wanted: &str) -> Option<Typed> {
    if argument.is_untyped() {
        return if wanted.starts_with('*') { None } else { argument.to(wanted) };
    }
    let own = argument.base()?;
    let fits = own == wanted
        || (wanted == "*[]" && own.ends_with("[]"))
        || (wanted == "text" && is_text(&own));
    if !fits {
        return None;
    }
    if wanted.starts_with('*') { Some(argument) } else { argument.to(wanted) }
}

/// `COALESCE`, `GREATEST`, `LEAST`: all of one type.
fn choice(name: &str, arguments: Vec<Typed>) -> Option<Typed> {
    let of = common(arguments.iter())?;
    let mut texts = Vec::new();
    for argument in arguments {
        texts.push(argument.to(&of)?.text);
    }
    Some(Typed::call(format!("{}({})", name.to_uppercase(), texts.join(", ")), Some(&of)))
}

fn null_if(arguments: Vec<Typed>) -> Option<Typed> {
    let [one, other] = <[Typed; 2]>::try_from(arguments).ok()?;
    let (one, other) = alike(one, other)?;
    let of = one.base()?;
    Some(Typed::call(format!("NULLIF({}, {})", one.text, other.text), Some(&of)))
}

/// Returns a value that is called without parentheses.
pub(super) fn keyword(name: &str) -> Option<Typed> {
    let data_type = match name {
        "current_timestamp" => "timestamp with time zone",
        "current_date" => "date",
        "localtimestamp" => "timestamp without time zone",
        _ => return None,
    };
    Some(Typed::call(name.to_uppercase(), Some(data_type)))
}

/// Returns a moment as it is told elsewhere.
pub(super) fn at_time_zone(moment: Typed, zone: Typed) -> Option<Typed> {
    let result = match moment.base()?.as_str() {
        "timestamp with time zone" => "timestamp without time zone",
        "timestamp without time zone" => "timestamp with time zone",
        _ => return None,
    };
    let zone = zone.to("text")?;
    Some(Typed::call(format!("({} AT TIME ZONE {})", moment.text, zone.text), Some(result)))
}

/// Returns a number with the type that it has by itself.
pub(super) fn number(digits: &str) -> Option<Typed> {
    let plain = digits.strip_prefix('-').unwrap_or(digits);
    if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let own = match digits.parse::<i64>() {
        Ok(number) if i32::try_from(number).is_ok() => "integer",
        Ok(_) => "bigint",
        Err(_) => "numeric",
    };
    let is_bare = own != "bigint" && plain == digits;
    let text = if is_bare { digits.to_owned() } else { format!("'{digits}'::{own}") };
    Some(Typed::new(text, Some(own), Form::Constant))
}
