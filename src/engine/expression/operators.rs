//! Which operator the server takes for two operands, and so which of them it casts.

use super::typed::{Form, Typed, is_text, rank};

/// Types that have the operators of comparison, each with its own kind.
const BUILTIN: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
    "text",
    "character varying",
    "bpchar",
    "boolean",
    "date",
    "time without time zone",
    "time with time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "inet",
    "cidr",
    "macaddr",
    "bit",
    "bit varying",
    "tsvector",
];

/// Returns whether the server has this type of its own, and it is in the tables here.
pub(super) fn is_builtin(data_type: &str) -> bool {
    BUILTIN.contains(&data_type)
}

/// Returns an operator with its operands cast as it needs them.
pub(super) fn binary(sign: &str, left: Typed, right: Typed) -> Option<Typed> {
    match sign {
        "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => {
            let sign = if sign == "!=" { "<>" } else { sign };
            let (left, right) = alike(left, right)?;
            Some(joined(sign, &left, &right, Some("boolean")))
        }
        "+" | "-" | "*" | "/" | "%" => arithmetic(sign, left, right),
        "||" => concatenation(left, right),
        "~~" | "!~~" | "~~*" | "!~~*" | "~" | "!~" | "~*" | "!~*" => {
            let (left, right) = (textual(left)?, right.to("text")?);
            Some(joined(sign, &left, &right, Some("boolean")))
        }
        "->" | "->>" | "#>" | "#>>" | "?" | "?|" | "?&" => member(sign, left, right),
        "@>" | "<@" | "&&" => {
            let of = left.base().filter(|_| !left.is_untyped()).or_else(|| right.base())?;
            let has_it = of.ends_with("[]") || (of == "jsonb" && sign != "&&");
            if !has_it {
                return None;
            }
            let (left, right) = (same(left, &of)?, same(right, &of)?);
            Some(joined(sign, &left, &right, Some("boolean")))
        }
        _ => None,
    }
}

fn joined(sign: &str, left: &Typed, right: &Typed, data_type: Option<&str>) -> Typed {
    Typed::other(format!("({} {sign} {})", left.text, right.text), data_type)
}

/// A literal of a type, or a value that has it.
fn same(value: Typed, of: &str) -> Option<Typed> {
    match value.is_untyped() || value.base()? == of {
        true => value.to(of),
        false => None,
    }
}

/// Patterns are matched on `text` and `bpchar`.
fn textual(value: Typed) -> Option<Typed> {
    match value.base().as_deref() {
        Some("bpchar") => Some(value),
        Some(own) if is_text(own) => value.to("text"),
        None if value.is_untyped() => value.to("text"),
        _ => None,
    }
}

/// Returns two operands as an operator of comparison takes them.
pub(super) fn alike(left: Typed, right: Typed) -> Option<(Typed, Typed)> {
    let target = match (left.is_untyped(), right.is_untyped()) {
        (true, true) => "text".to_owned(),
        (false, false) => return both_typed(left, right),
        (true, false) => compared_as(&right.base()?)?,
        (false, true) => compared_as(&left.base()?)?,
    };
    Some((left.to(&target)?, right.to(&target)?))
}

/// The type in which a type is compared: that of its operator.
fn compared_as(data_type: &str) -> Option<String> {
    match data_type {
        "character varying" => Some("text".to_owned()),
        "json" => None,
        "cidr" => Some("inet".to_owned()),
        "bit varying" | "bit" => Some(data_type.to_owned()),
        other => Some(other.to_owned()),
    }
}

fn both_typed(left: Typed, right: Typed) -> Option<(Typed, Typed)> {
    let (one, other) = (left.base()?, right.base()?);
    if one == other {
        let target = compared_as(&one)?;
        return Some((left.to(&target)?, right.to(&target)?));
    }
    if is_text(&one) && is_text(&other) {
        return Some((left.to("text")?, right.to("text")?));
    }
    let is_integer = |place: usize| place <= 2;
    match (rank(&one), rank(&other)) {
        // The integers have operators between any two of them, and so have the two kinds of floats.
        (Some(a), Some(b)) if is_integer(a) && is_integer(b) => Some((left, right)),
        (Some(a), Some(b)) if a >= 4 && b >= 4 => Some((left, right)),
        (Some(a), Some(b)) if a != 4 && b != 4 => {
            let target = if a > b { one } else { other };
            Some((left.to(&target)?, right.to(&target)?))
        }
        // A real and an exact number meet as double precision, and the real has an operator for that.
        (Some(4), Some(_)) => Some((left, right.to("double precision")?)),
        (Some(_), Some(4)) => Some((left.to("double precision")?, right)),
        _ => {
            let is_moment = |name: &str| name == "date" || name.starts_with("timestamp");
            (is_moment(&one) && is_moment(&other)).then_some((left, right))
        }
    }
}

fn arithmetic(sign: &str, left: Typed, right: Typed) -> Option<Typed> {
    if let (Some(one), Some(other)) = (left.base(), right.base())
        && let Some(result) = of_time(sign, &one, &other)
    {
        return Some(joined(sign, &left, &right, Some(result)));
    }
    let (left, right) = alike(left, right)?;
    let (one, other) = (left.base()?, right.base()?);
    let result = if rank(&one)? >= rank(&other)? { one } else { other };
    if result == "real" || result == "double precision" {
        let is_mixed = left.base() != right.base();
        let result = if is_mixed { "double precision" } else { result.as_str() };
        return (sign != "%").then(|| joined(sign, &left, &right, Some(result)));
    }
    let (left, right) = match sign {
        "%" => (left.to(&result)?, right.to(&result)?),
        _ => (left, right),
    };
    Some(joined(sign, &left, &right, Some(&result)))
}

/// Sums of times and spans, whose operators take the operands as they are.
fn of_time(sign: &str, left: &str, right: &str) -> Option<&'static str> {
    match (left, sign, right) {
        ("timestamp with time zone", "+" | "-", "interval") => Some("timestamp with time zone"),
        ("timestamp without time zone", "+" | "-", "interval") => {
            Some("timestamp without time zone")
        }
        ("date", "+" | "-", "interval") => Some("timestamp without time zone"),
        ("date", "-", "date") => Some("integer"),
        ("date", "+" | "-", "integer") => Some("date"),
        ("interval", "+" | "-", "interval") => Some("interval"),
        ("timestamp with time zone", "-", "timestamp with time zone")
        | ("timestamp without time zone", "-", "timestamp without time zone") => Some("interval"),
        _ => None,
    }
}

fn concatenation(left: Typed, right: Typed) -> Option<Typed> {
    let textlike = |value: &Typed| value.base().as_deref().is_some_and(is_text);
    match (textlike(&left), textlike(&right)) {
        (true, true) => {}
        (false, false) if left.is_untyped() && right.is_untyped() => {}
        (true, false) if right.is_untyped() => {}
        (false, true) if left.is_untyped() => {}
        _ if left.base().as_deref() == Some("jsonb")
            && right.base().as_deref() == Some("jsonb") =>
        {
            return Some(joined("||", &left, &right, Some("jsonb")));
        }
        // Text takes any value of a type that is no array.
        (true, false) => return of_any(left, right, true),
        (false, true) => return of_any(right, left, false),
        _ => return None,
    }
    let (left, right) = (left.to("text")?, right.to("text")?);
    Some(joined("||", &left, &right, Some("text")))
}

fn of_any(text: Typed, value: Typed, text_first: bool) -> Option<Typed> {
    let of = value.base()?;
    if of.ends_with("[]") || of == "bpchar" {
        return None;
    }
    let text = text.to("text")?;
    let (left, right) = if text_first { (text, value) } else { (value, text) };
    Some(joined("||", &left, &right, Some("text")))
}

/// Operators that look into a document.
fn member(sign: &str, left: Typed, right: Typed) -> Option<Typed> {
    let document = left.base()?;
    let is_document = document == "jsonb" || (document == "json" && !sign.starts_with('?'));
    if !is_document {
        return None;
    }
    let right = match sign {
        "->" | "->>" if right.base().as_deref() == Some("integer") => right,
        "->" | "->>" | "?" => match right.base() {
            Some(own) if !is_text(&own) => return None,
            _ => right.to("text")?,
        },
        _ => match &right.form {
            Form::Literal(_) => right.to("text[]")?,
            _ => same(right, "text[]")?,
        },
    };
    let result = match sign {
        "->" | "#>" => document.as_str(),
        "->>" | "#>>" => "text",
        _ => "boolean",
    };
    Some(joined(sign, &left, &right, Some(result)))
}

/// Returns `a = ANY (array)` or the like.
pub(super) fn of_array(sign: &str, word: &str, left: Typed, array: Typed) -> Option<Typed> {
    let sign = if sign == "!=" { "<>" } else { sign };
    let array = match &array.form {
        Form::Literal(_) => {
            let of = format!("{}[]", left.base()?);
            array.to(&of)?
        }
        _ => array,
    };
    let of = array.base()?.strip_suffix("[]")?.to_owned();
    let element = Typed::other("", Some(&of));
    let (left, element) = match sign {
        "=" | "<>" | "<" | ">" | "<=" | ">=" => alike(left, element)?,
        "~~" | "!~~" | "~~*" | "!~~*" => (textual(left)?, element.to("text")?),
        _ => return None,
    };
    let target = format!("{}[]", element.base()?);
    let array =
        if array.base()? == target { array.text } else { format!("({})::{target}", array.text) };
    Some(Typed::boolean(format!("({} {sign} {word} ({array}))", left.text)))
}
