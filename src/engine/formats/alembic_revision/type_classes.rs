//! Classes of types and what each dialect's compiler prints for them (alembic.md 5.1).
//!
//! One table from the name of a class to words; what is not in it is not known, and stays so.

use crate::engine::dialects::Dialect;
use crate::engine::python::{PyCall, PyKind, PyValue};

use super::context::Context;

/// Words on PostgreSQL, MySQL and SQLite; empty where the compiler refuses.
type Words = [&'static str; 3];

/// How the arguments of a class make the words that it prints.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// These words, whatever the arguments.
    Plain(Words),
    /// `WORD(length)` with a collation, or the word alone.
    Text(Words),
    /// The same, and MySQL must have a length.
    Varying(Words),
    /// Bytes; PostgreSQL and SQLite have no length for them.
    Bytes,
    /// `WORD(width) UNSIGNED ZEROFILL`, of which MySQL alone hears.
    Integer(Words),
    /// `WORD(precision, scale)`; a scale alone is lost.
    Numeric(Words),
    Float,
    Double(Words),
    /// With or without time zone and precision, of which PostgreSQL hears; `fsp` is MySQL's.
    Zoned(Words),
    Interval,
    Bit,
    /// MySQL's `SET('a','b')`.
    Set,
    Array,
    Enum,
    /// A native type, or text of this many characters.
    Uuid(&'static str),
    Domain,
    /// The type that another one wraps: `Variant`, `MutableDict.as_mutable(…)`.
    Inner,
}

const fn all(words: &'static str) -> Shape {
    Shape::Plain([words, words, words])
}

/// PostgreSQL's own.
const fn own(words: &'static str) -> Shape {
    Shape::Plain([words, "", ""])
}

/// MySQL's own.
const fn mys(words: &'static str) -> Shape {
    Shape::Text(["", words, ""])
}

const VARCHAR: Words = ["VARCHAR", "VARCHAR", "VARCHAR"];
const DATETIME: Words = ["DATETIME", "DATETIME", "DATETIME"];
const TIME: Words = ["TIME", "TIME", "TIME"];

/// Classes of SQLAlchemy and its neighbours.
const CLASSES: &[(&str, Shape)] = &[
    ("Integer", Shape::Integer(["INTEGER", "INTEGER", "INTEGER"])),
    ("INTEGER", Shape::Integer(["INTEGER", "INTEGER", "INTEGER"])),
    ("INT", Shape::Integer(["INTEGER", "INTEGER", "INTEGER"])),
    ("SmallInteger", Shape::Integer(["SMALLINT", "SMALLINT", "SMALLINT"])),
    ("SMALLINT", Shape::Integer(["SMALLINT", "SMALLINT", "SMALLINT"])),
    ("BigInteger", Shape::Integer(["BIGINT", "BIGINT", "BIGINT"])),
    ("BIGINT", Shape::Integer(["BIGINT", "BIGINT", "BIGINT"])),
    ("TINYINT", Shape::Integer(["", "TINYINT", ""])),
    ("MEDIUMINT", Shape::Integer(["", "MEDIUMINT", ""])),
    ("String", Shape::Varying(VARCHAR)),
    ("VARCHAR", Shape::Varying(VARCHAR)),
    ("Unicode", Shape::Varying(VARCHAR)),
    ("AutoString", Shape::Varying(VARCHAR)),
    ("NVARCHAR", Shape::Varying(["NVARCHAR", "NATIONAL VARCHAR", "NVARCHAR"])),
    ("CHAR", Shape::Text(["CHAR", "CHAR", "CHAR"])),
    ("NCHAR", Shape::Text(["NCHAR", "NATIONAL CHAR", "NCHAR"])),
    ("Text", Shape::Text(["TEXT", "TEXT", "TEXT"])),
    ("TEXT", Shape::Text(["TEXT", "TEXT", "TEXT"])),
    ("UnicodeText", Shape::Text(["TEXT", "TEXT", "TEXT"])),
    ("CLOB", Shape::Text(["CLOB", "CLOB", "CLOB"])),
    ("TINYTEXT", mys("TINYTEXT")),
    ("MEDIUMTEXT", mys("MEDIUMTEXT")),
    ("LONGTEXT", mys("LONGTEXT")),
    ("TINYBLOB", mys("TINYBLOB")),
    ("MEDIUMBLOB", mys("MEDIUMBLOB")),
    ("LONGBLOB", mys("LONGBLOB")),
    ("YEAR", Shape::Integer(["", "YEAR", ""])),
    ("SET", Shape::Set),
    ("Boolean", Shape::Plain(["BOOLEAN", "BOOL", "BOOLEAN"])),
    ("BOOLEAN", Shape::Plain(["BOOLEAN", "BOOL", "BOOLEAN"])),
    ("Float", Shape::Float),
    ("FLOAT", Shape::Float),
    ("REAL", Shape::Double(["REAL", "REAL", "REAL"])),
    ("Double", Shape::Double(["DOUBLE PRECISION", "DOUBLE", "DOUBLE"])),
    ("DOUBLE", Shape::Double(["DOUBLE", "DOUBLE", "DOUBLE"])),
    ("DOUBLE_PRECISION", all("DOUBLE PRECISION")),
    ("Numeric", Shape::Numeric(["NUMERIC", "NUMERIC", "NUMERIC"])),
    ("NUMERIC", Shape::Numeric(["NUMERIC", "NUMERIC", "NUMERIC"])),
    ("DECIMAL", Shape::Numeric(["DECIMAL", "DECIMAL", "DECIMAL"])),
    ("Date", all("DATE")),
    ("DATE", all("DATE")),
    ("DateTime", Shape::Zoned(["TIMESTAMP", "DATETIME", "DATETIME"])),
    ("DATETIME", Shape::Zoned(DATETIME)),
    ("TIMESTAMP", Shape::Zoned(["TIMESTAMP", "TIMESTAMP", "TIMESTAMP"])),
    ("Time", Shape::Zoned(TIME)),
    ("TIME", Shape::Zoned(TIME)),
    ("Interval", Shape::Interval),
    ("INTERVAL", Shape::Interval),
    ("LargeBinary", Shape::Bytes),
    ("PickleType", Shape::Plain(["BYTEA", "BLOB", "BLOB"])),
    ("BYTEA", own("BYTEA")),
    ("BLOB", Shape::Text(["BLOB", "BLOB", "BLOB"])),
    ("BINARY", Shape::Text(["BINARY", "BINARY", "BINARY"])),
    ("VARBINARY", Shape::Varying(["VARBINARY", "VARBINARY", "VARBINARY"])),
    ("JSON", all("JSON")),
    ("JSONB", Shape::Plain(["JSONB", "", "JSONB"])),
    ("JSONPATH", own("JSONPATH")),
    ("Uuid", Shape::Uuid("CHAR(32)")),
    ("UUID", all("UUID")),
    ("GUID", Shape::Uuid("CHAR(36)")),
    ("Enum", Shape::Enum),
    ("ENUM", Shape::Enum),
    ("ARRAY", Shape::Array),
    ("DOMAIN", Shape::Domain),
    ("INET", own("INET")),
    ("CIDR", own("CIDR")),
    ("MACADDR", own("MACADDR")),
    ("MACADDR8", own("MACADDR8")),
    ("MONEY", own("MONEY")),
    ("OID", own("OID")),
    ("REGCLASS", own("REGCLASS")),
    ("REGCONFIG", own("REGCONFIG")),
    ("BIT", Shape::Bit),
    ("HSTORE", own("HSTORE")),
    ("TSVECTOR", own("TSVECTOR")),
    ("TSVectorType", own("TSVECTOR")),
    ("TSQUERY", own("TSQUERY")),
    ("CITEXT", own("CITEXT")),
    ("LTREE", own("LTREE")),
    ("LtreeType", own("LTREE")),
    ("INT4RANGE", own("INT4RANGE")),
    ("INT8RANGE", own("INT8RANGE")),
    ("NUMRANGE", own("NUMRANGE")),
    ("DATERANGE", own("DATERANGE")),
    ("TSRANGE", own("TSRANGE")),
    ("TSTZRANGE", own("TSTZRANGE")),
    ("INT4MULTIRANGE", own("INT4MULTIRANGE")),
    ("INT8MULTIRANGE", own("INT8MULTIRANGE")),
    ("NUMMULTIRANGE", own("NUMMULTIRANGE")),
    ("DATEMULTIRANGE", own("DATEMULTIRANGE")),
    ("TSMULTIRANGE", own("TSMULTIRANGE")),
    ("TSTZMULTIRANGE", own("TSTZMULTIRANGE")),
    ("IntRangeType", own("INT4RANGE")),
    ("EmailType", all("VARCHAR(255)")),
    ("URLType", all("TEXT")),
    ("IPAddressType", all("VARCHAR(50)")),
    ("ScalarListType", all("TEXT")),
    ("CountryType", all("VARCHAR(2)")),
    ("CurrencyType", all("VARCHAR(3)")),
    ("LocaleType", all("VARCHAR(10)")),
    ("ColorType", all("VARCHAR(20)")),
    ("PhoneNumberType", all("VARCHAR(20)")),
    ("TimezoneType", all("VARCHAR(50)")),
    ("JSONType", Shape::Plain(["JSON", "TEXT", "TEXT"])),
    ("UUIDType", Shape::Uuid("BINARY(16)")),
    ("UTCDateTime", Shape::Plain(["TIMESTAMP WITH TIME ZONE", "DATETIME", "DATETIME"])),
    ("Vector", Shape::Text(["VECTOR", "", ""])),
    ("VECTOR", Shape::Text(["VECTOR", "", ""])),
    ("HALFVEC", Shape::Text(["HALFVEC", "", ""])),
    ("SPARSEVEC", Shape::Text(["SPARSEVEC", "", ""])),
    ("as_mutable", Shape::Inner),
    ("with_variant", Shape::Inner),
];

/// Returns how a class of this name prints. A class of a dialect's own module may differ from the one that
/// is SQLAlchemy's for all.
pub(super) fn shape(name: &str, module: Option<Dialect>) -> Option<Shape> {
    match (module, name) {
        (Some(Dialect::Sqlite), "DATETIME") => {
            return Some(Shape::Zoned(["TIMESTAMP", "DATETIME", "DATETIME"]));
        }
        (Some(Dialect::PostgreSql), "INTERVAL") => return Some(Shape::Interval),
        (Some(Dialect::MySql), "ENUM") => return Some(Shape::Enum),
        _ => {}
    }
    CLASSES.iter().find(|(known, _)| *known == name).map(|(_, shape)| *shape)
}

/// What a compiler prints for a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Printed {
    Sql(String),
    /// It raises an error.
    Refused,
    /// It depends on something that is not known.
    Unknown,
}

impl From<Option<String>> for Printed {
    fn from(words: Option<String>) -> Self {
        words.map_or(Self::Unknown, Self::Sql)
    }
}

/// Returns the words of a class with the arguments of a call, or with none.
pub(super) fn print(
    context: &mut Context<'_>,
    (name, module): (&str, Option<Dialect>),
    shape: Shape,
    call: Option<&PyCall>,
) -> Printed {
    if let Some(call) = call.filter(|call| call.kwargs.iter().any(|(name, _)| name.is_none())) {
        // Beside its length, a text hears of nothing that the catalogue has in a type.
        let is_text = matches!(shape, Shape::Text(_) | Shape::Varying(_));
        if !is_text || (call.keyword("length").is_none() && call.args.is_empty()) {
            return Printed::Unknown;
        }
    }
    let dialect = context.dialect;
    let [pg, my, sl] = match shape {
        Shape::Plain(words)
        | Shape::Text(words)
        | Shape::Varying(words)
        | Shape::Integer(words)
        | Shape::Numeric(words)
        | Shape::Double(words)
        | Shape::Zoned(words) => words,
        _ => ["?"; 3],
    };
    let word = match dialect {
        Dialect::PostgreSql => pg,
        Dialect::MySql => my,
        Dialect::Sqlite => sl,
    };
    if word.is_empty() {
        return Printed::Refused;
    }
    let mut of = Of { context, call, dialect, module };
    match shape {
        Shape::Plain(_) => Printed::Sql(word.to_owned()),
        Shape::Text(_) => of.text(word).into(),
        Shape::Varying(_) => match of.length() {
            Some(None) if dialect == Dialect::MySql && name == "AutoString" => {
                Printed::Sql(format!("{word}(255)"))
            }
            Some(None) if dialect == Dialect::MySql => Printed::Refused,
            _ => of.text(word).into(),
        },
        Shape::Bytes => match dialect {
            Dialect::PostgreSql => Printed::Sql("BYTEA".to_owned()),
            Dialect::MySql => of.text("BLOB").into(),
            Dialect::Sqlite => Printed::Sql("BLOB".to_owned()),
        },
        Shape::Integer(_) => of.integer(word).into(),
        Shape::Numeric(_) => of.numeric(word).into(),
        Shape::Float => of.float().into(),
        Shape::Double(_) => of.double(word).into(),
        Shape::Zoned(_) => of.zoned(word).into(),
        Shape::Interval => of.interval(),
        Shape::Bit => of.bit(),
        Shape::Uuid(text) => of.uuid(text).into(),
        _ => Printed::Unknown,
    }
}

/// One class with its arguments, for one dialect.
struct Of<'a, 'b> {
    context: &'a mut Context<'b>,
    call: Option<&'a PyCall>,
    dialect: Dialect,
    /// The dialect whose module the class is from.
    module: Option<Dialect>,
}

/// The inner `None` is an argument that is absent, the outer one that it is not known.
type Given<T> = Option<Option<T>>;

impl Of<'_, '_> {
    /// The argument of this name, without a call none.
    fn named(&self, name: &str) -> Option<&PyValue> {
        self.call?.keyword(name)
    }

    fn number(&mut self, position: usize, names: &[&str]) -> Given<i64> {
        let named = names.iter().find_map(|name| self.named(name)).cloned();
        let at = self.call.and_then(|call| call.args.get(position)).cloned();
        number(self.context, named.or(at).as_ref())
    }

    fn flag(&mut self, name: &str, absent: bool) -> Option<bool> {
        let given = self.named(name).cloned();
        flag(self.context, given.as_ref(), absent)
    }

    fn length(&mut self) -> Given<i64> {
        self.number(0, &["length", "dim"])
    }

    fn text(&mut self, word: &str) -> Option<String> {
        let mut text = match self.length()? {
            Some(length) => format!("{word}({length})"),
            None => word.to_owned(),
        };
        let call = self.call;
        let mut named = |name: &str| match call.and_then(|call| call.keyword(name)) {
            None => Some(None),
            Some(given) if self.context.fold(given).kind == PyKind::None => Some(None),
            Some(given) => self.context.text(given).map(Some),
        };
        if let Some(charset) = named("charset")?.filter(|_| self.dialect == Dialect::MySql) {
            text.push_str(&format!(" CHARACTER SET {charset}"));
        }
        if let Some(collation) = named("collation")? {
            let plain = self.dialect == Dialect::MySql;
            let name = crate::engine::schema::Ident::exact(collation);
            let name = if plain { name.to_string() } else { name.quoted() };
            text.push_str(&format!(" COLLATE {name}"));
        }
        Some(text)
    }

    /// Only MySQL's own classes have a width and a sign.
    fn integer(&mut self, word: &str) -> Option<String> {
        if self.dialect != Dialect::MySql || self.module != Some(Dialect::MySql) {
            return Some(word.to_owned());
        }
        let width = self.number(0, &["display_width"])?;
        let width = width.map(|width| format!("({width})")).unwrap_or_default();
        Some(format!("{word}{width}{}", self.sign()?))
    }

    fn sign(&mut self) -> Option<&'static str> {
        if self.dialect != Dialect::MySql {
            return Some("");
        }
        Some(match (self.flag("unsigned", false)?, self.flag("zerofill", false)?) {
            (true, true) => " UNSIGNED ZEROFILL",
            (true, false) => " UNSIGNED",
            (false, true) => " ZEROFILL",
            (false, false) => "",
        })
    }

    fn numeric(&mut self, word: &str) -> Option<String> {
        let (precision, scale) = (self.number(0, &["precision"])?, self.number(1, &["scale"])?);
        let sign = self.sign()?;
        Some(match (precision, scale) {
            (Some(precision), Some(scale)) => format!("{word}({precision}, {scale}){sign}"),
            (Some(precision), None) => format!("{word}({precision}){sign}"),
            (None, _) => format!("{word}{sign}"),
        })
    }

    fn float(&mut self) -> Option<String> {
        let precision = self.number(0, &["precision"])?;
        let own = self.module == Some(Dialect::MySql);
        let scale = if own { self.number(1, &["scale"])? } else { None };
        let sign = self.sign()?;
        Some(match (self.dialect, precision, scale) {
            (Dialect::Sqlite, ..) | (_, None, _) => format!("FLOAT{sign}"),
            (Dialect::MySql, Some(bits), Some(scale)) => format!("FLOAT({bits}, {scale}){sign}"),
            (_, Some(bits), _) => format!("FLOAT({bits}){sign}"),
        })
    }

    fn double(&mut self, word: &str) -> Option<String> {
        let (precision, scale) = (self.number(0, &["precision"])?, self.number(1, &["scale"])?);
        let sign = self.sign()?;
        Some(match (self.dialect, precision, scale) {
            (Dialect::MySql, Some(digits), Some(scale)) => {
                format!("{word}({digits}, {scale}){sign}")
            }
            _ => format!("{word}{sign}"),
        })
    }

    fn zoned(&mut self, word: &str) -> Option<String> {
        if self.dialect == Dialect::MySql && self.module == Some(Dialect::MySql) {
            let digits = self.number(1, &["fsp"])?.map(|digits| format!("({digits})"));
            return Some(format!("{word}{}", digits.unwrap_or_default()));
        }
        if self.dialect != Dialect::PostgreSql || word == "DATETIME" {
            return Some(word.to_owned());
        }
        let first = self.call.and_then(|call| call.args.first());
        let zone = self.named("timezone").or(first).cloned();
        let zone = flag(self.context, zone.as_ref(), false)?;
        let digits = match self.module {
            Some(Dialect::PostgreSql) => self.number(1, &["precision"])?,
            _ => None,
        };
        let digits = digits.map(|digits| format!("({digits})")).unwrap_or_default();
        let with = if zone { "WITH" } else { "WITHOUT" };
        Some(format!("{word}{digits} {with} TIME ZONE"))
    }

    fn interval(&mut self) -> Printed {
        let own = self.module == Some(Dialect::PostgreSql);
        match self.dialect {
            Dialect::PostgreSql => {}
            _ if own => return Printed::Refused,
            _ => return Printed::Sql("DATETIME".to_owned()),
        }
        let fields = match self.named("fields").cloned() {
            None => Some(String::new()),
            Some(given) => self.context.text(&given).map(|fields| format!(" {fields}")),
        };
        let digits = self.number(usize::MAX, &["precision", "second_precision"]);
        let (Some(fields), Some(digits)) = (fields, digits) else { return Printed::Unknown };
        let digits = digits.map(|digits| format!(" ({digits})")).unwrap_or_default();
        Printed::Sql(format!("INTERVAL{fields}{digits}"))
    }

    fn bit(&mut self) -> Printed {
        let own = self.module == Some(Dialect::MySql);
        let word = match (self.dialect, own) {
            (Dialect::Sqlite, _) | (Dialect::PostgreSql, true) => return Printed::Refused,
            _ => "BIT",
        };
        let (Some(length), Some(varying)) = (self.length(), self.flag("varying", false)) else {
            return Printed::Unknown;
        };
        let length = length.or((!varying && !own).then_some(1));
        let varies = varying && self.dialect == Dialect::PostgreSql;
        let length = length.map(|length| format!("({length})")).unwrap_or_default();
        Printed::Sql(format!("{word}{}{length}", if varies { " VARYING" } else { "" }))
    }

    fn uuid(&mut self, text: &str) -> Option<String> {
        let text = match self.flag("binary", true)? {
            true => text,
            false => "CHAR(32)",
        };
        let native = self.flag("native_uuid", true)? && self.flag("native", true)?;
        let is_native = self.dialect == Dialect::PostgreSql && native;
        Some(if is_native { "UUID".to_owned() } else { text.to_owned() })
    }
}

pub(super) fn number(context: &mut Context<'_>, value: Option<&PyValue>) -> Option<Option<i64>> {
    let Some(value) = value else { return Some(None) };
    match context.fold(value).kind {
        PyKind::Int(Some(number)) => Some(Some(number)),
        PyKind::None => Some(None),
        _ => None,
    }
}

pub(super) fn flag(
    context: &mut Context<'_>,
    value: Option<&PyValue>,
    absent: bool,
) -> Option<bool> {
    let Some(value) = value else { return Some(absent) };
    match context.fold(value).kind {
        PyKind::Bool(truth) => Some(truth),
        PyKind::None => Some(false),
        _ => None,
    }
}
