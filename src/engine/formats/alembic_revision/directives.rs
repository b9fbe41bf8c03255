//! The directives of `op` and of a batch → [`Op`]s (alembic.md 4.1 to 4.7).

use std::collections::BTreeMap;

use crate::engine::op::{ConstraintKind, Op};
use crate::engine::python::{PyCall, PyKind, PyValue};
use crate::engine::schema::{Ident, TableName};

use super::columns;
use super::context::Context;
use super::reach::{Doubt, Reach};

/// One directive: its parameters in order, and how it is read. Parameters after the keyword-only mark are
/// listed too, since migrations older than Alembic 1.11 pass them by position.
struct Directive {
    name: &'static str,
    parameters: &'static [&'static str],
    /// Parameters of the method of the same name on a batch.
    batch: Option<&'static [&'static str]>,
    /// It can create, drop or rename a table.
    set_of_tables: bool,
    read: fn(&mut Context<'_>, &Arguments<'_>) -> Result<Vec<Op>, String>,
}

const ALTER: &[&str] = &["table_name", "column_name", "nullable"];

/// In the order of alembic.md, section 4.
static DIRECTIVES: &[Directive] = &[
    table_directive("create_table", &["table_name"], create_table),
    table_directive("create_geospatial_table", &["table_name"], create_table),
    table_directive("drop_table", &["table_name", "schema"], drop_table),
    table_directive("drop_geospatial_table", &["table_name", "schema"], drop_table),
    table_directive("rename_table", &["old_table_name", "new_table_name", "schema"], rename_table),
    within("create_table_comment", &["table_name", "comment"], &["comment"], comment),
    within("drop_table_comment", &["table_name"], &[], comment),
    within("add_column", &["table_name", "column", "schema"], &["column"], add_column),
    within("add_geospatial_column", &["table_name", "column", "schema"], &["column"], add_column),
    within("drop_column", &["table_name", "column_name", "schema"], &["column_name"], drop_column),
    within("drop_geospatial_column", &["table_name", "column_name"], &["column_name"], drop_column),
    within("alter_column", ALTER, &["column_name", "nullable"], alter_column),
    within("create_index", INDEX, &["index_name", "columns"], create_index),
    within("create_geospatial_index", INDEX, &["index_name", "columns"], create_index),
    within("drop_index", &["index_name", "table_name", "schema"], &["index_name"], drop_index),
    within("drop_geospatial_index", &["index_name", "table_name"], &["index_name"], drop_index),
    within("create_foreign_key", FOREIGN_KEY, FOREIGN_KEY_BATCH, create_foreign_key),
    within("create_primary_key", CONSTRAINT, &["constraint_name", "columns"], create_primary_key),
    within("create_unique_constraint", CONSTRAINT, &["constraint_name", "columns"], create_unique),
    within("create_check_constraint", CONSTRAINT, &["constraint_name", "columns"], create_check),
    within("create_exclude_constraint", CONSTRAINT, &["constraint_name"], create_exclude),
    within("drop_constraint", DROP_CONSTRAINT, &["constraint_name", "type_"], drop_constraint),
];

const INDEX: &[&str] = &["index_name", "table_name", "columns", "schema", "unique"];
const CONSTRAINT: &[&str] = &["constraint_name", "table_name", "columns", "schema"];
const DROP_CONSTRAINT: &[&str] = &["constraint_name", "table_name", "type_", "schema"];
const FOREIGN_KEY: &[&str] = &["constraint_name", "source_table", "referent_table"];
const FOREIGN_KEY_BATCH: &[&str] = &["constraint_name", "referent_table"];

/// Directives that leave tables and what is inside them alone, and the phrase for each.
static NEUTRAL: &[(&str, &str)] = &[
    ("bulk_insert", "inserts rows"),
    ("create_entity", "creates a view, function, trigger or policy"),
    ("replace_entity", "replaces a view, function, trigger or policy"),
    ("drop_entity", "drops a view, function, trigger or policy"),
    ("add_enum_value", "adds a value to an enum"),
    ("sync_enum_values", "changes the values of an enum"),
];

/// Methods of `op` that only return something.
static VALUES: &[&str] = &["get_bind", "get_context", "f", "inline_literal"];

type Read = fn(&mut Context<'_>, &Arguments<'_>) -> Result<Vec<Op>, String>;

const fn table_directive(
    name: &'static str,
    parameters: &'static [&'static str],
    read: Read,
) -> Directive {
    Directive { name, parameters, batch: None, set_of_tables: true, read }
}

const fn within(
    name: &'static str,
    parameters: &'static [&'static str],
    batch: &'static [&'static str],
    read: Read,
) -> Directive {
    Directive { name, parameters, batch: Some(batch), set_of_tables: false, read }
}

/// Reads a directive; `batch` is the table of the block it is called on.
pub(super) fn read(
    context: &mut Context<'_>,
    name: &str,
    call: &PyCall,
    batch: Option<Option<TableName>>,
) -> Result<Vec<Op>, Doubt> {
    if VALUES.contains(&name) {
        return Ok(Vec::new());
    }
    if let Some((_, what)) = NEUTRAL.iter().find(|(known, _)| *known == name) {
        return Ok(vec![Op::Neutral { what }]);
    }
    let row = DIRECTIVES.iter().find(|row| row.name == name);
    let parameters =
        row.and_then(|row| if batch.is_some() { row.batch } else { Some(row.parameters) });
    let (Some(row), Some(parameters)) = (row, parameters) else {
        return Err(Doubt::everything(format!("`op.{name}`, which Retort does not know")));
    };
    let arguments = Arguments::new(parameters, call, batch);
    (row.read)(context, &arguments).map_err(|why| {
        let table = arguments.table(context).ok();
        let reach = match (row.set_of_tables, &table) {
            (false, table) => Reach::within(table.as_ref()),
            // Where a rename leads is as open as where it starts.
            (true, Some(table)) if name != "rename_table" => Reach::table(table),
            (true, _) => Reach::everything(),
        };
        Doubt { what: format!("`op.{name}` with {why}"), reach }
    })
}

/// The arguments of one call, by parameter.
struct Arguments<'a> {
    named: BTreeMap<&'a str, &'a PyValue>,
    /// Positional arguments beyond the named parameters: columns and constraints.
    rest: Vec<&'a PyValue>,
    /// `*` or `**` of something, so that what is absent here may still be given.
    open_args: bool,
    open_kwargs: bool,
    batch: Option<Option<TableName>>,
}

impl<'a> Arguments<'a> {
    fn new(
        parameters: &'static [&'static str],
        call: &'a PyCall,
        batch: Option<Option<TableName>>,
    ) -> Self {
        let mut named = BTreeMap::new();
        let mut rest = Vec::new();
        let mut open_args = false;
        for (position, value) in call.args.iter().enumerate() {
            open_args |= matches!(value.kind, PyKind::Starred(_));
            match parameters.get(position).filter(|_| !open_args) {
                Some(parameter) => {
                    named.insert(*parameter, value);
                }
                None => rest.push(value),
            }
        }
        let mut open_kwargs = false;
        for (name, value) in &call.kwargs {
            match name {
                Some(name) => {
                    named.insert(name.as_str(), value);
                }
                None => open_kwargs = true,
            }
        }
        Self { named, rest, open_args, open_kwargs, batch }
    }

    fn get(&self, name: &str) -> Option<&'a PyValue> {
        self.named.get(name).copied()
    }

    fn text(&self, context: &mut Context<'_>, name: &str) -> Result<String, String> {
        let value = self.get(name).ok_or_else(|| format!("no {}", spoken(name)))?;
        context.text(value).ok_or_else(|| format!("a computed {}", spoken(name)))
    }

    /// The table of the directive, under whatever name the parameter has.
    fn table(&self, context: &mut Context<'_>) -> Result<TableName, String> {
        if let Some(table) = &self.batch {
            return table.clone().ok_or_else(|| "a computed table name".to_owned());
        }
        let names = ["table_name", "old_table_name", "source_table"];
        let name = names.into_iter().find_map(|name| self.get(name));
        let schema = self.get("schema").or_else(|| self.get("source_schema"));
        self.qualified(context, name, schema)
    }

    fn qualified(
        &self,
        context: &mut Context<'_>,
        name: Option<&PyValue>,
        schema: Option<&PyValue>,
    ) -> Result<TableName, String> {
        let name = name.ok_or("no table name")?;
        if schema.is_none() && self.open_kwargs {
            return Err("`**` arguments that may name a schema".to_owned());
        }
        context.table(name, schema).ok_or_else(|| "a computed table name".to_owned())
    }

    /// A flag that is off unless it is written `True`.
    fn flag(&self, context: &mut Context<'_>, name: &str) -> Result<bool, String> {
        let Some(value) = self.get(name) else { return Ok(false) };
        match context.fold(value).kind {
            PyKind::Bool(truth) => Ok(truth),
            PyKind::None => Ok(false),
            _ => Err(format!("a computed `{name}`")),
        }
    }

    /// The name of an index or constraint; `None` when the database or a convention chooses it, or when it
    /// is computed.
    fn name(&self, context: &mut Context<'_>, parameter: &str) -> Option<Ident> {
        self.get(parameter).and_then(|value| context.text(value)).map(Ident::exact)
    }
}

fn spoken(parameter: &str) -> String {
    parameter.trim_end_matches('_').replace('_', " ")
}

fn create_table(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let if_not_exists = given.flag(context, "if_not_exists")?;
    let mut columns = Vec::new();
    let mut keys = Vec::new();
    for value in &given.rest {
        columns.extend(columns::column(context, value));
        keys.extend(columns::primary_key_columns(context, value));
    }
    for column in &mut columns {
        if keys.iter().any(|key| key == column.name.as_str()) {
            column.nullable = false;
        }
    }
    Ok(vec![Op::CreateTable { table, columns, if_not_exists }])
}

fn drop_table(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let if_exists = given.flag(context, "if_exists")?;
    Ok(vec![Op::DropTable { table, if_exists, cascade: false }])
}

fn rename_table(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let from = given.table(context)?;
    let name = given.text(context, "new_table_name")?;
    let to = TableName { schema: from.schema.clone(), name: Ident::exact(name) };
    Ok(vec![Op::RenameTable { from, to }])
}

fn comment(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    Ok(vec![Op::WithinTable {
        table: given.table(context)?,
        what: "changes the comment".to_owned(),
    }])
}

fn add_column(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let value = given.get("column").ok_or("no column")?;
    let column = columns::column(context, value).ok_or("a computed column")?;
    Ok(vec![Op::AddColumn { table, column }])
}

fn drop_column(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let column = Ident::exact(given.text(context, "column_name")?);
    Ok(vec![Op::DropColumn { table, column, cascade: false }])
}

/// In the order in which PostgreSQL gets the statements: type, nullability, default, comment, rename.
fn alter_column(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let column = Ident::exact(given.text(context, "column_name")?);
    let mut ops = Vec::new();
    let (t, c) = (|| table.clone(), || column.clone());
    if let Some(value) = given.get("type_").filter(|value| value.kind != PyKind::None) {
        let using = given.get("postgresql_using").and_then(|using| context.text(using));
        ops.push(Op::AlterColumnType { table: t(), column: c(), to: context.source(value), using });
    }
    if let Some(value) = given.get("nullable") {
        match context.fold(value).kind {
            PyKind::Bool(true) => ops.push(Op::DropNotNull { table: t(), column: c() }),
            PyKind::Bool(false) => ops.push(Op::SetNotNull { table: t(), column: c() }),
            PyKind::None => {}
            _ => return Err("a computed `nullable`".to_owned()),
        }
    }
    if let Some(value) = given.get("server_default") {
        match columns::server_default(context, value) {
            None => ops.push(Op::DropDefault { table: t(), column: c() }),
            // `False` is how the directive spells "not given".
            Some(_) if value.kind == PyKind::Bool(false) => {}
            Some(default) => ops.push(Op::SetDefault { table: t(), column: c(), default }),
        }
    }
    if given.get("comment").is_some_and(|value| value.kind != PyKind::Bool(false)) {
        let what = format!("changes the comment of `{column}`");
        ops.push(Op::WithinTable { table: t(), what });
    }
    if given.get("new_column_name").is_some_and(|value| value.kind != PyKind::None) {
        let to = Ident::exact(given.text(context, "new_column_name")?);
        ops.push(Op::RenameColumn { table: t(), from: c(), to });
    }
    if given.open_kwargs {
        return Err("`**` arguments".to_owned());
    }
    if ops.is_empty() {
        ops.push(Op::WithinTable { table, what: format!("changes nothing of column `{column}`") });
    }
    Ok(ops)
}

fn create_index(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    Ok(vec![Op::CreateIndex {
        table: given.table(context)?,
        name: given.name(context, "index_name"),
        unique: given.flag(context, "unique")?,
        concurrently: given.flag(context, "postgresql_concurrently")?,
    }])
}

fn drop_index(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let name = Ident::exact(given.text(context, "index_name")?);
    let concurrently = given.flag(context, "postgresql_concurrently")?;
    let schema = match &given.batch {
        Some(table) => table.as_ref().and_then(|table| table.schema.clone()),
        None => match given.get("schema") {
            Some(schema) => context.fold(schema).as_str().map(Ident::exact),
            None => None,
        },
    };
    Ok(vec![Op::DropIndex { name: TableName { schema, name }, concurrently }])
}

fn create_foreign_key(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let ref_table =
        given.qualified(context, given.get("referent_table"), given.get("referent_schema"))?;
    let validated = !given.flag(context, "postgresql_not_valid")?;
    constraint(context, given, ConstraintKind::ForeignKey { ref_table }, validated)
}

fn create_primary_key(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    constraint(context, given, ConstraintKind::PrimaryKey, true)
}

fn create_unique(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let columns = given.get("columns").map(|value| context.fold(value));
    let columns = match columns.map(|value| value.kind) {
        Some(PyKind::List(all) | PyKind::Tuple(all)) => {
            let names: Option<Vec<_>> = all.iter().map(|value| context.text(value)).collect();
            names.ok_or("computed columns")?.into_iter().map(Ident::exact).collect()
        }
        _ => return Err("computed columns".to_owned()),
    };
    constraint(context, given, ConstraintKind::Unique { columns }, true)
}

fn create_check(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let validated = !given.flag(context, "postgresql_not_valid")?;
    constraint(context, given, ConstraintKind::Check, validated)
}

fn create_exclude(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    constraint(context, given, ConstraintKind::Exclusion, true)
}

fn constraint(
    context: &mut Context<'_>,
    given: &Arguments<'_>,
    kind: ConstraintKind,
    validated: bool,
) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    if given.open_args {
        return Err("`*` arguments".to_owned());
    }
    let name = given.name(context, "constraint_name");
    Ok(vec![Op::AddConstraint { table, name, kind, validated }])
}

fn drop_constraint(context: &mut Context<'_>, given: &Arguments<'_>) -> Result<Vec<Op>, String> {
    let table = given.table(context)?;
    let name = Ident::exact(given.text(context, "constraint_name")?);
    Ok(vec![Op::DropConstraint { table, name, cascade: false }])
}
