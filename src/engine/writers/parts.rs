//! The parts of a table as each database writes them.

use crate::engine::dialects::Dialect;
use crate::engine::op::Detail;
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, ConstraintTraits, ForeignKey, Ident, Identity, Index,
    IndexPart, TableName,
};

/// Returns a name as it is written: between marks where it needs them, or always outside of PostgreSQL,
/// whose reserved words are the ones that are known here.
pub fn quoted(name: &Ident, dialect: Dialect) -> String {
    let mark = match dialect {
        Dialect::PostgreSql => return name.quoted(),
        Dialect::MySql => '`',
        Dialect::Sqlite => '"',
    };
    let mut text = String::from(mark);
    for c in name.as_str().chars() {
        if c == mark {
            text.push(mark);
        }
        text.push(c);
    }
    text.push(mark);
    text
}

/// Returns a table's name as it is written.
pub fn named(table: &TableName, dialect: Dialect) -> String {
    let own = quoted(&table.name, dialect);
    match &table.schema {
        Some(schema) => [quoted(schema, dialect), own].join("."),
        None => own,
    }
}

fn list(names: &[Ident], dialect: Dialect) -> String {
    names.iter().map(|name| quoted(name, dialect)).collect::<Vec<_>>().join(", ")
}

/// A string as SQL. To PostgreSQL a backslash means itself, as the server has it since 9.1; control
/// characters are escaped where they can be, so that a statement has no line breaks but our own.
pub fn literal(text: &str, dialect: Dialect) -> String {
    let doubled = text.replace('\'', "''");
    if dialect == Dialect::Sqlite || !text.contains(|c: char| c.is_control() || c == '\\') {
        return ["'", &doubled, "'"].concat();
    }
    let is_mysql = dialect == Dialect::MySql;
    if !is_mysql && !text.contains(char::is_control) {
        return ["'", &doubled, "'"].concat();
    }
    let mut escaped = String::from(if is_mysql { "'" } else { "E'" });
    for c in doubled.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() && !is_mysql => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped.push('\'');
    escaped
}

/// Returns the words of an identity in PostgreSQL's SQL.
pub fn words(identity: Identity) -> &'static str {
    match identity {
        Identity::Always => "ALWAYS",
        Identity::ByDefault => "BY DEFAULT",
    }
}

/// Returns the statement that makes a table.
pub fn create_table(
    table: &TableName,
    (columns, constraints): (&[Column], &[Constraint]),
    with: &[Detail],
    dialect: Dialect,
) -> String {
    let (mut kind, mut tail, mut server) = (String::from("TABLE"), String::new(), None);
    for detail in with {
        match detail {
            Detail::Unlogged => kind.insert_str(0, "UNLOGGED "),
            Detail::Foreign => kind.insert_str(0, "FOREIGN "),
            Detail::Inherits(parents) => {
                let parents: Vec<String> = parents.iter().map(TableName::quoted).collect();
                tail.insert_str(0, &format!(" INHERITS ({})", parents.join(", ")));
            }
            Detail::PartitionBy(by) => tail.push_str(&format!(" PARTITION BY {by}")),
            Detail::Options(options) => server = Some(options),
            _ => {}
        }
    }
    if let Some(options) = server {
        tail.push_str(&match (dialect, kind.starts_with("FOREIGN")) {
            (Dialect::PostgreSql, true) => format!(" SERVER {options}"),
            (Dialect::PostgreSql, false) => format!(" WITH ({options})"),
            _ => format!(" {options}"),
        });
    }
    let items: Vec<String> = columns
        .iter()
        .map(|column| match dialect {
            Dialect::MySql => {
                [definition(column, dialect), inline_check(column, constraints)].concat()
            }
            _ => definition(column, dialect),
        })
        .chain(
            constraints
                .iter()
                .filter(|one| !is_inline(one, columns, dialect))
                .map(|one| constraint_text(one, dialect)),
        )
        .collect();
    let list = match items.is_empty() {
        true => "()".to_owned(),
        false => format!("(\n    {}\n)", items.join(",\n    ")),
    };
    format!("CREATE {kind} {} {list}{tail}", named(table, dialect))
}

/// MariaDB's check that stands with its column, and goes when the column is said again without it.
pub fn inline_check(column: &Column, constraints: &[Constraint]) -> String {
    let own = constraints.iter().find(|one| one.name.as_ref() == Some(&column.name));
    match own.map(|one| &one.kind) {
        Some(ConstraintKind::Check(check)) => [" CHECK (", &check.text, ")"].concat(),
        _ => String::new(),
    }
}

/// What stands with its column: such a check, and the key of SQLite's that never gives a number twice.
fn is_inline(one: &Constraint, columns: &[Column], dialect: Dialect) -> bool {
    let of = |column: &Column| one.name.as_ref() == Some(&column.name);
    let is_check = matches!(one.kind, ConstraintKind::Check(_)) && columns.iter().any(of);
    is_check && dialect == Dialect::MySql
        || dialect == Dialect::Sqlite
            && matches!(&one.kind, ConstraintKind::PrimaryKey { columns: key }
            if columns.iter().any(|column| column.identity.is_some() && key.contains(&column.name)))
}

/// Returns a column as CREATE TABLE and ADD COLUMN take it.
pub fn definition(column: &Column, dialect: Dialect) -> String {
    [quoted(&column.name, dialect), column_text(column, dialect)].join(" ").trim_end().to_owned()
}

/// What MySQL says of a type behind it.
const OF_TYPE: [&str; 5] = ["CHARACTER SET", "BINARY", "ASCII", "UNICODE", "COMPRESSED"];

/// Returns what stands after a column's name.
pub fn column_text(column: &Column, dialect: Dialect) -> String {
    let mut text = column.data_type.clone().unwrap_or_else(|| "?".to_owned());
    // What belongs to the type stands there.
    let of_type = |one: &&String| OF_TYPE.iter().any(|word| one.starts_with(word));
    for one in column.also.iter().filter(of_type) {
        text.extend([" ", one]);
    }
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    let counts = column.identity.is_some();
    if counts && dialect == Dialect::Sqlite {
        text.push_str(" PRIMARY KEY AUTOINCREMENT");
    } else if let Some(identity) = column.identity.filter(|_| dialect == Dialect::PostgreSql) {
        text.push_str(&format!(" GENERATED {} AS IDENTITY", words(identity)));
    } else if let Some(generated) = &column.generated {
        let kept = if column.computed_on_read { "VIRTUAL" } else { "STORED" };
        text.push_str(&format!(" GENERATED ALWAYS AS ({}) {kept}", generated.text));
    } else if let Some(default) = column.default.as_ref().filter(|one| !counts && *one != "NULL") {
        text.push_str(" DEFAULT ");
        text.push_str(&default_text(default, dialect));
    }
    // One that is not valid is a constraint for later.
    let is_later = column.also.iter().any(|one| one == "NOT VALID");
    if !column.nullable && !is_later {
        text.push_str(" NOT NULL");
    }
    for one in column.also.iter().filter(|one| !is_later && !of_type(one)) {
        text.extend([" ", one]);
    }
    if dialect == Dialect::MySql {
        // Some types are NOT NULL to it unless told otherwise.
        if column.nullable && column.generated.is_none() {
            text.push_str(" NULL");
        }
        if counts {
            text.push_str(" AUTO_INCREMENT");
        }
        if let Some(comment) = &column.comment {
            text.push_str(" COMMENT ");
            text.push_str(&literal(comment, dialect));
        }
    }
    text
}

/// A default that is more than a value stands between parentheses, but to PostgreSQL.
pub fn default_text(default: &str, dialect: Dialect) -> String {
    let is_word =
        default.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-'));
    let is_text = default.ends_with('\'') && !default.contains(' ') || default.starts_with('\'');
    let upper = default.to_ascii_uppercase();
    let is_clock = ["CURRENT_", "NOW(", "LOCALTIME", "NULL "].iter().any(|w| upper.starts_with(w));
    let is_plain = is_word || is_text || (is_clock && dialect == Dialect::MySql);
    match is_plain || dialect == Dialect::PostgreSql {
        true => default.to_owned(),
        false => ["(", default, ")"].concat(),
    }
}

/// Returns a constraint with its name.
pub fn constraint_text(constraint: &Constraint, dialect: Dialect) -> String {
    let body = constraint_body(constraint, dialect);
    let is_key = dialect == Dialect::MySql
        && matches!(
            constraint.kind,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. }
        );
    match &constraint.name {
        Some(name) if !is_key => format!("CONSTRAINT {} {body}", quoted(name, dialect)),
        _ => body,
    }
}

/// Returns what stands after a constraint's name.
pub fn constraint_body(constraint: &Constraint, dialect: Dialect) -> String {
    let traits = &constraint.traits;
    let period = if traits.period { " WITHOUT OVERLAPS" } else { "" };
    let list = |columns: &[Ident]| match &traits.parts {
        Some(parts) => parts.clone(),
        None => [&list(columns, dialect), period].concat(),
    };
    let mut text = match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } => ["PRIMARY KEY (", &list(columns), ")"].concat(),
        ConstraintKind::Unique { columns } => {
            let nulls = if traits.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            // The key's own name, which is the index's.
            let own = constraint.name.as_ref().filter(|_| dialect == Dialect::MySql);
            let own = own.map(|own| [" KEY ", &quoted(own, dialect)].concat()).unwrap_or_default();
            format!("UNIQUE{own}{nulls} ({})", list(columns))
        }
        ConstraintKind::Check(check) => ["CHECK (", &check.text, ")"].concat(),
        ConstraintKind::ForeignKey(key) => foreign_key(key, traits, dialect),
        // A dump has all of it, a directive the elements alone.
        ConstraintKind::Exclusion(all) if all.text.ends_with(')') => {
            ["EXCLUDE ", &all.text].concat()
        }
        ConstraintKind::Exclusion(parts) => ["EXCLUDE USING gist (", &parts.text, ")"].concat(),
    };
    if let Some(also) = &traits.also {
        text.extend([" ", also]);
    }
    let words = [
        (traits.no_inherit, " NO INHERIT"),
        (traits.deferrable, " DEFERRABLE"),
        (traits.initially_deferred, " INITIALLY DEFERRED"),
        (traits.not_enforced, " NOT ENFORCED"),
        (traits.not_valid, " NOT VALID"),
    ];
    for (_, word) in words.iter().filter(|(is_so, _)| *is_so) {
        text.push_str(word);
    }
    text
}

fn foreign_key(key: &ForeignKey, traits: &ConstraintTraits, dialect: Dialect) -> String {
    let list = |columns: &[Ident]| {
        let mut names: Vec<String> = columns.iter().map(|name| quoted(name, dialect)).collect();
        if let Some(last) = names.last_mut().filter(|_| traits.period) {
            last.insert_str(0, "PERIOD ");
        }
        names.join(", ")
    };
    let columns = match key.ref_columns.as_slice() {
        [] => String::new(),
        columns => format!(" ({})", list(columns)),
    };
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {}{columns}",
        list(&key.columns),
        named(&key.ref_table, dialect)
    );
    if traits.match_full {
        text.push_str(" MATCH FULL");
    }
    for (word, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if let Some(action) = action {
            text.push_str(&format!(" ON {word} {action}"));
        }
    }
    text
}

/// Returns the statement that makes an index.
pub fn create_index(
    table: &TableName,
    index: &Index,
    concurrently: bool,
    dialect: Dialect,
) -> String {
    let part = |part: &IndexPart| match part {
        IndexPart::Column(name) => quoted(name, dialect),
        IndexPart::Expression(expression) => expression.text.clone(),
    };
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let mut text = String::from("CREATE ");
    let (method, kind) = match (dialect, index.method.as_deref()) {
        (Dialect::MySql, Some("fulltext")) => (None, "FULLTEXT "),
        (Dialect::MySql, Some("spatial")) => (None, "SPATIAL "),
        (_, method) => (method, if index.unique { "UNIQUE " } else { "" }),
    };
    text.push_str(kind);
    text.push_str(if concurrently { "INDEX CONCURRENTLY" } else { "INDEX" });
    // To SQLite it is the index that has a schema.
    let in_schema = dialect == Dialect::Sqlite;
    if let Some(name) = &index.name {
        let schema = table.schema.clone().filter(|_| in_schema);
        text.push(' ');
        text.push_str(&named(&TableName { schema, name: name.clone() }, dialect));
    }
    text.push_str(" ON ");
    text.push_str(&match in_schema {
        true => quoted(&table.name, dialect),
        false => named(table, dialect),
    });
    let parts = [" (", &parts.join(", "), ")"].concat();
    let using = method.map(|method| [" USING ", method].concat()).unwrap_or_default();
    let is_mysql = dialect == Dialect::MySql;
    let (one, other) = if is_mysql { (parts, using) } else { (using, parts) };
    text.extend([one, other]);
    if !index.include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", list(&index.include, dialect)));
    }
    if index.nulls_not_distinct {
        text.push_str(" NULLS NOT DISTINCT");
    }
    match &index.options {
        Some(options) if is_mysql => text.extend([" ", options]),
        Some(options) => text.extend([" WITH (", options, ")"]),
        None => {}
    }
    if let Some(filter) = &index.filter {
        text.push_str(&format!(" WHERE {}", filter.text));
    }
    text
}
