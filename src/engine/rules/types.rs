//! Types, as far as rules tell them apart.

use crate::engine::dialects::Dialect;
use crate::engine::schema::Schema;

/// Types that behave alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// With its width in bits.
    Integer(u8),
    Numeric,
    Float,
    Money,
    Bool,
    /// Of fixed length, filled up with blanks.
    Char,
    Text,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    Json,
    Jsonb,
    Bytes,
    Enum,
    Array,
}

/// A type: its family and its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub family: Family,
    /// Length, or precision.
    pub size: Option<u32>,
    pub scale: Option<u32>,
}

const FAMILIES: &[(&str, Family)] = &[
    ("smallint", Family::Integer(16)),
    ("smallserial", Family::Integer(16)),
    ("integer", Family::Integer(32)),
    ("int", Family::Integer(32)),
    ("serial", Family::Integer(32)),
    ("bigint", Family::Integer(64)),
    ("bigserial", Family::Integer(64)),
    ("tinyint", Family::Integer(8)),
    ("mediumint", Family::Integer(24)),
    ("numeric", Family::Numeric),
    ("decimal", Family::Numeric),
    ("real", Family::Float),
    ("double precision", Family::Float),
    ("double", Family::Float),
    ("float", Family::Float),
    ("money", Family::Money),
    ("boolean", Family::Bool),
    ("bool", Family::Bool),
    ("character", Family::Char),
    ("char", Family::Char),
    ("character varying", Family::Text),
    ("varchar", Family::Text),
    ("text", Family::Text),
    ("tinytext", Family::Text),
    ("mediumtext", Family::Text),
    ("longtext", Family::Text),
    ("citext", Family::Text),
    ("name", Family::Text),
    ("date", Family::Date),
    ("time without time zone", Family::Time),
    ("time with time zone", Family::Time),
    ("time", Family::Time),
    ("timestamp without time zone", Family::Timestamp),
    ("datetime", Family::Timestamp),
    ("timestamp", Family::Timestamp),
    ("timestamp with time zone", Family::TimestampTz),
    ("interval", Family::Interval),
    ("uuid", Family::Uuid),
    ("json", Family::Json),
    ("jsonb", Family::Jsonb),
    ("bytea", Family::Bytes),
    ("blob", Family::Bytes),
    ("varbinary", Family::Bytes),
    ("binary", Family::Bytes),
    ("enum", Family::Enum),
];

/// Returns what a type is; `None` for one that is not known here.
pub fn kind(schema: &Schema, data_type: &str) -> Option<Kind> {
    if data_type.ends_with("[]") {
        return Some(Kind { family: Family::Array, size: None, scale: None });
    }
    let labels = schema.enums.iter().find(|(known, _)| known.to_string() == data_type);
    if let Some((_, labels)) = labels {
        let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let size = u32::try_from(longest).ok();
        return Some(Kind { family: Family::Enum, size, scale: None });
    }
    let lower = data_type.to_ascii_lowercase();
    let (before, rest) = lower.split_once('(').unwrap_or((&lower, ""));
    let (inner, after) = rest.split_once(')').unwrap_or((rest, ""));
    let words = format!("{} {}", before.trim(), after.trim());
    let words = words.trim().trim_end_matches(" unsigned").trim_end_matches(" zerofill");
    let find = |name: &str| FAMILIES.iter().find(|(known, _)| *known == name);
    let (_, family) = find(words).or_else(|| find(before.trim()))?;
    let mut numbers = inner.split(',').map(|number| number.trim().parse().ok());
    let size = numbers.next().flatten();
    let scale = numbers.next().flatten();
    Some(Kind { family: *family, size, scale })
}

impl Kind {
    /// Returns whether PostgreSQL casts to the other by itself in `ALTER COLUMN … TYPE`, without USING.
    pub fn is_assignable_to(self, to: Self) -> bool {
        use Family::{
            Char, Date, Float, Integer, Interval, Json, Jsonb, Money, Numeric, Text, Time,
            Timestamp, TimestampTz,
        };
        let number = |family| matches!(family, Integer(_) | Numeric | Float);
        let dated = |family| matches!(family, Date | Timestamp | TimestampTz);
        let (from, to) = (self.family, to.family);
        from == to
            || matches!(to, Text | Char)
            || (number(from) && number(to))
            || (dated(from) && dated(to))
            || matches!(
                (from, to),
                (Timestamp | TimestampTz | Interval, Time)
                    | (Time, Interval)
                    | (Json, Jsonb)
                    | (Jsonb, Json)
                    | (Integer(_) | Numeric, Money)
                    | (Money, Numeric)
            )
    }

    /// Returns whether some value of the type has no place in the other.
    pub fn may_not_fit(self, to: Self) -> bool {
        use Family::{
            Bool, Char, Date, Float, Integer, Json, Jsonb, Numeric, Text, Timestamp, TimestampTz,
        };
        let narrows = |from: Option<u32>, to: Option<u32>| match (from, to) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(from), Some(to)) => to < from,
        };
        match (self.family, to.family) {
            (Integer(from), Integer(to)) => to < from,
            (Numeric | Float, Integer(_)) => true,
            (Integer(bits), Numeric) => {
                let digits = if bits > 32 { 19 } else { 10 };
                to.size.is_some_and(|size| size.saturating_sub(to.scale.unwrap_or(0)) < digits)
            }
            (Float, Numeric) => to.size.is_some(),
            (Numeric, Numeric) => {
                let whole = |kind: Self| {
                    kind.size.map(|size| size.saturating_sub(kind.scale.unwrap_or_default()))
                };
                narrows(whole(self), whole(to))
            }
            (Text | Char, Text | Char) => narrows(self.size, to.size),
            (Text | Char, Bool) => true,
            (Text | Char, _) => !matches!(to.family, Family::Bytes),
            (_, Text | Char) => match (self.text_size(), to.size) {
                (Some(most), Some(size)) => size < most,
                (_, size) => size.is_some(),
            },
            (Date | Timestamp | TimestampTz, Date | Timestamp | TimestampTz)
            | (_, Float)
            | (Json, Jsonb)
            | (Jsonb, Json) => false,
            (from, to) => from != to,
        }
    }

    /// The most characters that a value takes as text, where that is known.
    fn text_size(self) -> Option<u32> {
        Some(match self.family {
            Family::Integer(bits) if bits <= 32 => 11,
            Family::Integer(_) => 20,
            Family::Uuid => 36,
            Family::Bool => 5,
            Family::Date => 13,
            Family::Timestamp | Family::TimestampTz => 35,
            Family::Enum => self.size?,
            _ => return None,
        })
    }

    /// Returns whether two columns of these types can be compared without a cast.
    pub fn is_comparable_to(self, other: Self, dialect: Dialect) -> bool {
        use Family::{Char, Date, Float, Integer, Numeric, Text, Timestamp, TimestampTz};
        let (one, other) = (self.family, other.family);
        let group = |family| match family {
            Integer(_) | Numeric | Float => 1,
            Text | Char => 2,
            Date | Timestamp | TimestampTz => 3,
            _ => 0,
        };
        match dialect {
            Dialect::PostgreSql => one == other || (group(one) != 0 && group(one) == group(other)),
            // Sign, and the length of numbers, have to be the same.
            Dialect::MySql => one == other || (group(one) == 2 && group(other) == 2),
            Dialect::Sqlite => true,
        }
    }
}
