//! MySQL with MariaDB, and type names as `SHOW COLUMNS` spells them, from the documentation of types and their
//! aliases.
//!
//! Display widths of integers are left out, as MySQL 8 does and MariaDB doesn't: they say nothing.

use sqlparser::dialect::MySqlDialect;

use super::{Dialect, Row};

/// The row of the catalogue. The default schema is the database, whose name migrations don't say.
pub static ROW: Row = Row {
    dialect: Dialect::MySql,
    word: "mysql",
    schemes: &["mysql", "mariadb"],
    title: "MySQL",
    default_schema: "",
    grammar: &MySqlDialect {},
    type_name: spelled,
};

/// Returns the spelling of a type as written in SQL, without character set and collation.
fn spelled(written: &str) -> String {
    let text = lower(written);
    let text = text.split(" character set ").next().unwrap_or(&text);
    let text = text.split(" charset ").next().unwrap_or(text);
    let text = text.split(" collate ").next().unwrap_or(text);
    let (words, numbers, sign) = take_apart(text);
    let plain = |word: &str| format!("{word}{sign}");
    let with = |word: &str| match numbers {
        "" => plain(word),
        _ => format!("{word}({numbers}){sign}"),
    };
    match words {
        "bool" | "boolean" => "tinyint(1)".to_owned(),
        "tinyint" | "int1" if numbers == "1" => with("tinyint"),
        "tinyint" | "int1" => integer("tinyint", numbers, sign),
        "smallint" | "int2" => integer("smallint", numbers, sign),
        "mediumint" | "int3" | "middleint" => integer("mediumint", numbers, sign),
        "int" | "integer" | "int4" => integer("int", numbers, sign),
        "bigint" | "int8" => integer("bigint", numbers, sign),
        "serial" => "bigint unsigned".to_owned(),
        "decimal" | "numeric" | "dec" | "fixed" => match numbers.split_once(',') {
            Some(_) => with("decimal"),
            None if numbers.is_empty() => format!("decimal(10,0){sign}"),
            None => format!("decimal({numbers},0){sign}"),
        },
        "float" | "float4" => match numbers.parse::<u32>() {
            Ok(bits) if bits > 24 => plain("double"),
            Ok(_) => plain("float"),
            Err(_) => with("float"),
        },
        "double" | "double precision" | "real" | "float8" => with("double"),
        "varchar" | "character varying" | "national varchar" | "nvarchar" => with("varchar"),
        "char" | "character" | "national char" | "nchar" | "binary" | "bit" => {
            let word = if matches!(words, "binary" | "bit") { words } else { "char" };
            if numbers.is_empty() { format!("{word}(1)") } else { with(word) }
        }
        "text" => sized(numbers, "text", 4),
        "blob" => sized(numbers, "blob", 1),
        "year" => "year".to_owned(),
        _ => with(words),
    }
}

/// Lower case outside of quotes, with one blank between words and none around commas and parentheses.
fn lower(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let (mut in_literal, mut blank) = (false, false);
    for c in written.trim().chars() {
        if c == '\'' {
            in_literal = !in_literal;
        }
        if in_literal {
            text.push(c);
            blank = false;
        } else if c.is_whitespace() {
            blank = true;
        } else {
            let tight = matches!(c, ',' | '(' | ')') || text.ends_with(['(', ',']);
            if blank && !tight {
                text.push(' ');
            }
            blank = false;
            text.extend(c.to_lowercase());
        }
    }
    text
}

/// `decimal(10,2)unsigned` → the words before, what is in parentheses, and ` unsigned`.
fn take_apart(text: &str) -> (&str, &str, &'static str) {
    let sign = match (text.contains("unsigned"), text.contains("zerofill")) {
        _ if text.contains('\'') => "",
        (_, true) => " unsigned zerofill",
        (true, false) => " unsigned",
        _ => "",
    };
    let words = match text.find('(') {
        Some(open) => text.get(..open).unwrap_or(text),
        None if sign.is_empty() => text,
        None => {
            text.split(" unsigned").next().and_then(|t| t.split(" zerofill").next()).unwrap_or(text)
        }
    };
    let inner = text.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')'));
    (words.trim(), inner.map_or("", |(inner, _)| inner), sign)
}

/// Zeros are filled up to a width, so that it is kept with them.
fn integer(word: &str, width: &str, sign: &str) -> String {
    if sign.ends_with("zerofill") && !width.is_empty() {
        return format!("{word}({width}){sign}");
    }
    format!("{word}{sign}")
}

/// `TEXT(n)` is the smallest of its family that holds as many characters; utf8mb4 needs four bytes for one.
fn sized(length: &str, word: &str, bytes: u64) -> String {
    let size = match length.parse::<u64>().map(|length| length.saturating_mul(bytes)) {
        Ok(0..=255) => "tiny",
        Err(_) | Ok(256..=65_535) => "",
        Ok(65_536..=16_777_215) => "medium",
        Ok(_) => "long",
    };
    format!("{size}{word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_have_one_spelling() {
        for (written, expected) in [
            ("INTEGER", "int"),
            ("INTEGER(11) UNSIGNED", "int unsigned"),
            ("INTEGER UNSIGNED ZEROFILL", "int unsigned zerofill"),
            ("BOOL", "tinyint(1)"),
            ("NUMERIC(10, 2)", "decimal(10,2)"),
            ("DECIMAL(10, 2) UNSIGNED", "decimal(10,2) unsigned"),
            ("NUMERIC", "decimal(10,0)"),
            ("FLOAT(53)", "double"),
            ("FLOAT(7, 3)", "float(7,3)"),
            ("VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "varchar(50)"),
            ("NATIONAL VARCHAR(20)", "varchar(20)"),
            ("ENUM('A', 'b,c (unsigned)')", "enum('A','b,c (unsigned)')"),
            ("TEXT(100)", "text"),
            ("BLOB(16)", "tinyblob"),
            ("CHAR", "char(1)"),
            ("DATETIME(6)", "datetime(6)"),
            ("YEAR(4)", "year"),
        ] {
            assert_eq!(spelled(written), expected, "{written}");
        }
    }
}
