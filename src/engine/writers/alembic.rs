//! Steps as Alembic's directives, one call for each, so that a person can read and change them. What has no
//! directive, or no type that is sure to come out the same, is SQL in `op.execute`.

use crate::engine::op::Op;
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, ConstraintTraits, Ident, Identity, Index, IndexPart,
    Schema, TableName,
};

use super::{Step, statements};
use crate::engine::dialects::Dialect;

/// Returns the lines of a step in a function of a revision. `before` is the schema that it changes.
pub fn lines(step: &Step, before: &Schema) -> Vec<String> {
    let op = &step.op;
    // What a directive has no words for is said in SQL as a whole.
    let plain = step.with.is_empty() && step.becomes.is_none();
    let directive = if plain { directive(op, before) } else { None };
    directive.unwrap_or_else(|| {
        let texts = statements(step, before);
        let calls = texts.iter().map(|text| format!("op.execute({})", sql(text)));
        match op {
            // It cannot run in a transaction before version 12, nor be used in the one that adds it. SQLite's
            // pragmas do nothing inside of one.
            _ if matches!(op, Op::AddEnumValue { .. })
                || texts.iter().any(|text| is_pragma(text)) =>
            {
                std::iter::once("with op.get_context().autocommit_block():".to_owned())
                    .chain(calls.map(|call| format!("    {call}")))
                    .collect()
            }
            _ => calls.collect(),
        }
    })
}

fn is_pragma(text: &str) -> bool {
    text.starts_with("PRAGMA ")
}

/// Returns the imports that some lines need, beside `op` and `sa`.
pub fn imports<'a>(mut lines: impl Iterator<Item = &'a String>) -> Vec<String> {
    match lines.any(|line| line.contains("postgresql.")) {
        true => vec!["from sqlalchemy.dialects import postgresql".to_owned()],
        false => Vec::new(),
    }
}

fn directive(op: &Op, before: &Schema) -> Option<Vec<String>> {
    // Of other databases no type is sure to come out the same.
    if before.dialect != Dialect::PostgreSql
        && !matches!(op, Op::DropTable { .. } | Op::RenameTable { .. })
    {
        return None;
    }
    let line = match op {
        Op::CreateTable { table, columns, constraints, .. } => {
            return create_table(table, columns, constraints, before);
        }
        Op::DropTable { table, .. } => call("drop_table", &[name(table)], &in_schema(table)),
        Op::RenameTable { from, to } if from.schema == to.schema => {
            call("rename_table", &[name(from), name(to)], &in_schema(from))
        }
        Op::AddColumn { table, column, .. } => {
            call("add_column", &[name(table), column_text(column, &[], before)?], &in_schema(table))
        }
        Op::DropColumn { table, column, cascade: false, .. } => {
            call("drop_column", &[name(table), text(column.as_str())], &in_schema(table))
        }
        Op::CreateIndex { table, index, .. } => create_index(table, index)?,
        Op::DropIndex { name, .. } => {
            let has = |index: &Index| index.name.as_ref() == Some(&name.name);
            let of = before.tables.iter().find(|(table, found)| {
                table.schema == name.schema && found.indexes.iter().any(has)
            });
            let table = of.map(|(table, _)| format!("table_name={}", self::name(table)));
            let named: Vec<String> = table.into_iter().chain(in_schema(name)).collect();
            call("drop_index", &[given(&name.name)], &named)
        }
        Op::AddConstraint { table, name, kind, .. } => add_constraint(table, name.as_ref()?, kind)?,
        Op::DropConstraint { table, name: own, cascade: false, .. } => {
            call("drop_constraint", &[given(own), name(table)], &in_schema(table))
        }
        _ => return alter_column(op, before),
    };
    Some(vec![line])
}

fn alter_column(op: &Op, before: &Schema) -> Option<Vec<String>> {
    let (table, column, named) = match op {
        Op::RenameColumn { table, from, to } => {
            (table, from, vec![format!("new_column_name={}", text(to.as_str()))])
        }
        Op::AlterColumnType { table, column, to, using } => {
            let mut named = vec![format!("type_={}", sa_type(to.as_deref()?, before)?)];
            let known = before.tables.get(table).and_then(|table| table.column(column));
            let existing = known.and_then(|known| sa_type(known.data_type.as_deref()?, before));
            named.extend(existing.map(|existing| format!("existing_type={existing}")));
            named.extend(using.as_ref().map(|using| format!("postgresql_using={}", text(using))));
            (table, column, named)
        }
        Op::SetNotNull { table, column } => (table, column, vec!["nullable=False".to_owned()]),
        Op::DropNotNull { table, column } => (table, column, vec!["nullable=True".to_owned()]),
        Op::SetDefault { table, column, default } => {
            (table, column, vec![format!("server_default=sa.text({})", sql(default))])
        }
        Op::DropDefault { table, column } => {
            (table, column, vec!["server_default=None".to_owned()])
        }
        Op::SetComment { table, column, comment } => {
            let comment = comment.as_ref().map_or_else(|| "None".to_owned(), |one| text(one));
            (table, column, vec![format!("comment={comment}")])
        }
        _ => return None,
    };
    let named: Vec<String> = named.into_iter().chain(in_schema(table)).collect();
    Some(vec![call("alter_column", &[name(table), text(column.as_str())], &named)])
}

fn create_table(
    table: &TableName,
    columns: &[Column],
    constraints: &[Constraint],
    before: &Schema,
) -> Option<Vec<String>> {
    let key = constraints.iter().find_map(|one| match &one.kind {
        ConstraintKind::PrimaryKey { columns } => Some(columns.as_slice()),
        _ => None,
    });
    let mut lines = vec!["op.create_table(".to_owned(), format!("    {},", name(table))];
    for column in columns {
        lines.push(format!("    {},", column_text(column, key.unwrap_or_default(), before)?));
    }
    for one in constraints {
        lines.push(format!("    {},", constraint_text(one)?));
    }
    lines.extend(in_schema(table).map(|schema| format!("    {schema},")));
    lines.push(")".to_owned());
    Some(lines)
}

/// A column; `None` where SQLAlchemy would make something else of it. An integer in a primary key of one
/// column becomes a serial one unless told otherwise.
fn column_text(column: &Column, key: &[Ident], before: &Schema) -> Option<String> {
    let data_type = column.data_type.as_deref()?;
    let serial = match data_type {
        "serial" => Some("integer"),
        "bigserial" => Some("bigint"),
        "smallserial" => Some("smallint"),
        _ => None,
    };
    let is_key = key == std::slice::from_ref(&column.name);
    let is_said = column.collation.is_some() || !column.also.is_empty();
    if (serial.is_some() && !is_key) || is_said || column.computed_on_read {
        return None;
    }
    let mut parts = vec![text(column.name.as_str()), sa_type(serial.unwrap_or(data_type), before)?];
    parts.extend(column.identity.map(|identity| match identity {
        Identity::Always => "sa.Identity(always=True)".to_owned(),
        Identity::ByDefault => "sa.Identity(always=False)".to_owned(),
    }));
    let generated = column.generated.as_ref();
    parts.extend(generated.map(|one| format!("sa.Computed({}, persisted=True)", sql(&one.text))));
    if let Some(default) = &column.default {
        parts.push(format!("server_default=sa.text({})", sql(default)));
    }
    let is_integer = matches!(data_type, "integer" | "bigint" | "smallint");
    if is_key && is_integer && column.identity.is_none() {
        parts.push("autoincrement=False".to_owned());
    }
    parts.push(format!("nullable={}", if column.nullable { "True" } else { "False" }));
    Some(format!("sa.Column({})", parts.join(", ")))
}

fn constraint_text(one: &Constraint) -> Option<String> {
    // How it is kept has no words here.
    if one.traits != ConstraintTraits::default() {
        return None;
    }
    let own = one.name.as_ref().map(|own| format!(", name={}", given(own))).unwrap_or_default();
    Some(match &one.kind {
        ConstraintKind::PrimaryKey { columns } => {
            format!("sa.PrimaryKeyConstraint({}{own})", texts(columns).join(", "))
        }
        ConstraintKind::Unique { columns } => {
            format!("sa.UniqueConstraint({}{own})", texts(columns).join(", "))
        }
        ConstraintKind::Check(check) => {
            format!("sa.CheckConstraint(sa.text({}){own})", sql(&check.text))
        }
        ConstraintKind::ForeignKey(key) => {
            let target = match &key.ref_table.schema {
                Some(schema) => format!("{schema}.{}", key.ref_table.name),
                None => key.ref_table.name.to_string(),
            };
            if key.ref_columns.is_empty() || target.matches('.').count() > 1 {
                return None;
            }
            let theirs = key.ref_columns.iter().map(|column| text(&format!("{target}.{column}")));
            let theirs: Vec<String> = theirs.collect();
            let mut actions = String::new();
            for (word, action) in [("ondelete", &key.on_delete), ("onupdate", &key.on_update)] {
                if let Some(action) = action {
                    actions.push_str(&format!(", {word}={}", text(action)));
                }
            }
            format!(
                "sa.ForeignKeyConstraint([{}], [{}]{own}{actions})",
                texts(&key.columns).join(", "),
                theirs.join(", ")
            )
        }
        ConstraintKind::Exclusion(_) => return None,
    })
}

fn add_constraint(table: &TableName, own: &Ident, kind: &ConstraintKind) -> Option<String> {
    let list = |columns: &[Ident]| format!("[{}]", texts(columns).join(", "));
    let named: Vec<String> = in_schema(table).into_iter().collect();
    Some(match kind {
        ConstraintKind::PrimaryKey { columns } => {
            call("create_primary_key", &[given(own), name(table), list(columns)], &named)
        }
        ConstraintKind::Unique { columns } => {
            call("create_unique_constraint", &[given(own), name(table), list(columns)], &named)
        }
        ConstraintKind::Check(check) => {
            let condition = format!("sa.text({})", sql(&check.text));
            call("create_check_constraint", &[given(own), name(table), condition], &named)
        }
        ConstraintKind::ForeignKey(key) if !key.ref_columns.is_empty() => {
            let mut named = Vec::new();
            for (word, action) in [("ondelete", &key.on_delete), ("onupdate", &key.on_update)] {
                named.extend(action.as_ref().map(|action| format!("{word}={}", text(action))));
            }
            let schema = |word: &str, table: &TableName| {
                let schema = table.schema.as_ref()?;
                Some(format!("{word}={}", text(schema.as_str())))
            };
            named.extend(schema("source_schema", table));
            named.extend(schema("referent_schema", &key.ref_table));
            let (ours, theirs) = (list(&key.columns), list(&key.ref_columns));
            let placed = [given(own), name(table), name(&key.ref_table), ours, theirs];
            call("create_foreign_key", &placed, &named)
        }
        _ => return None,
    })
}

fn create_index(table: &TableName, index: &Index) -> Option<String> {
    if index.nulls_not_distinct || index.options.is_some() {
        return None;
    }
    let part = |part: &IndexPart| match part {
        IndexPart::Column(column) => text(column.as_str()),
        IndexPart::Expression(expression) => format!("sa.text({})", sql(&expression.text)),
    };
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let unique = if index.unique { "True" } else { "False" };
    let mut named = vec![format!("unique={unique}")];
    named.extend(in_schema(table));
    named.extend(index.method.as_ref().map(|one| format!("postgresql_using={}", text(one))));
    if !index.include.is_empty() {
        named.push(format!("postgresql_include=[{}]", texts(&index.include).join(", ")));
    }
    let filter = index.filter.as_ref();
    named.extend(filter.map(|one| format!("postgresql_where=sa.text({})", sql(&one.text))));
    let parts = format!("[{}]", parts.join(", "));
    Some(call("create_index", &[given(index.name.as_ref()?), name(table), parts], &named))
}

fn call<'a>(
    directive: &str,
    placed: &'a [String],
    named: impl IntoIterator<Item = &'a String>,
) -> String {
    let all: Vec<&str> = placed.iter().chain(named).map(String::as_str).collect();
    format!("op.{directive}({})", all.join(", "))
}

fn name(table: &TableName) -> String {
    text(table.name.as_str())
}

fn in_schema(table: &TableName) -> Option<String> {
    table.schema.as_ref().map(|schema| format!("schema={}", text(schema.as_str())))
}

/// A name that is final: no naming convention is put around it again.
fn given(own: &Ident) -> String {
    format!("op.f({})", text(own.as_str()))
}

fn texts(names: &[Ident]) -> Vec<String> {
    names.iter().map(|one| text(one.as_str())).collect()
}

/// The words of a type that SQLAlchemy spells in the same way again; `None` for all others.
fn sa_type(data_type: &str, before: &Schema) -> Option<String> {
    if let Some(inner) = data_type.strip_suffix("[]") {
        return Some(format!("postgresql.ARRAY({})", sa_type(inner, before)?));
    }
    let (base, numbers) = match data_type.split_once('(') {
        Some((base, rest)) => {
            let (inside, after) = rest.split_once(')')?;
            (format!("{base}{after}"), inside.split(',').map(str::to_owned).collect())
        }
        None => (data_type.to_owned(), Vec::new()),
    };
    let plain = match (base.as_str(), numbers.as_slice()) {
        ("integer", []) => "sa.Integer()",
        ("bigint", []) => "sa.BigInteger()",
        ("smallint", []) => "sa.SmallInteger()",
        ("boolean", []) => "sa.Boolean()",
        ("text", []) => "sa.Text()",
        ("character varying", []) => "sa.String()",
        ("numeric", []) => "sa.Numeric()",
        ("real", []) => "sa.REAL()",
        ("double precision", []) => "sa.Float(precision=53)",
        ("date", []) => "sa.Date()",
        ("timestamp without time zone", []) => "sa.DateTime()",
        ("timestamp with time zone", []) => "sa.DateTime(timezone=True)",
        ("time without time zone", []) => "sa.Time()",
        ("time with time zone", []) => "sa.Time(timezone=True)",
        ("bytea", []) => "sa.LargeBinary()",
        ("interval", []) => "postgresql.INTERVAL()",
        ("uuid", []) => "postgresql.UUID()",
        ("json", []) => "postgresql.JSON()",
        ("jsonb", []) => "postgresql.JSONB()",
        ("inet", []) => "postgresql.INET()",
        ("cidr", []) => "postgresql.CIDR()",
        ("tsvector", []) => "postgresql.TSVECTOR()",
        ("character varying", [length]) => return Some(format!("sa.String(length={length})")),
        ("character", [length]) => return Some(format!("sa.CHAR(length={length})")),
        ("numeric", [precision, scale]) => {
            return Some(format!("sa.Numeric(precision={precision}, scale={scale})"));
        }
        _ => return enum_type(data_type, before),
    };
    Some(plain.to_owned())
}

/// An enum type that is there already.
fn enum_type(data_type: &str, before: &Schema) -> Option<String> {
    let (name, values) = before.enums.iter().find(|(name, _)| name.quoted() == data_type)?;
    let mut parts: Vec<String> = values.iter().map(|value| text(value)).collect();
    parts.push(format!("name={}", text(name.name.as_str())));
    parts.extend(in_schema(name));
    parts.push("create_type=False".to_owned());
    Some(format!("postgresql.ENUM({})", parts.join(", ")))
}

/// SQL as the argument of `sa.text` and `op.execute`, where a colon before a word is a parameter.
fn sql(given: &str) -> String {
    let flat: Vec<&str> = given.lines().map(str::trim).collect();
    let mut escaped = String::new();
    let mut last = ' ';
    let joined = flat.join(" ");
    let mut rest = joined.chars().peekable();
    while let Some(c) = rest.next() {
        let starts_word = rest.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_');
        let free = !(last == ':' || last == '\\' || last == '_' || last.is_alphanumeric());
        if c == ':' && free && starts_word {
            escaped.push('\\');
        }
        escaped.push(c);
        last = c;
    }
    text(&escaped)
}

/// A string as Python writes it.
fn text(given: &str) -> String {
    let quote = if given.contains('\'') && !given.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in given.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}
