//! The directives of `op` and of a batch → [`Op`]s (alembic.md 4.1 to 4.7).

use crate::engine::op::Op;
use crate::engine::python::PyCall;
use crate::engine::schema::TableName;

use super::arguments::Arguments;
use super::column_directives::{add_column, alter_column, drop_column};
use super::constraint_directives::{
    create_check, create_exclude, create_foreign_key, create_index, create_primary_key,
    create_unique, drop_constraint, drop_index,
};
use super::context::Context;
use super::reach::{Doubt, Reach};
use super::table_directives::{comment, create_table, drop_table, rename_table};
use super::type_directives::{add_enum_value, create_entity, drop_entity, sync_enum_values};

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
    within("create_check_constraint", CHECK, &["constraint_name", "condition"], create_check),
    within("create_exclude_constraint", EXCLUDE, &["constraint_name"], create_exclude),
    within("drop_constraint", DROP_CONSTRAINT, &["constraint_name", "type_"], drop_constraint),
    within("create_entity", &["entity"], &["entity"], create_entity),
    within("replace_entity", &["entity"], &["entity"], create_entity),
    within("drop_entity", &["entity"], &["entity"], drop_entity),
    within("add_enum_value", ENUM_VALUE, &[], add_enum_value),
    within("sync_enum_values", ENUM_VALUES, &[], sync_enum_values),
];

const INDEX: &[&str] = &["index_name", "table_name", "columns", "schema", "unique"];
const CONSTRAINT: &[&str] = &["constraint_name", "table_name", "columns", "schema"];
const DROP_CONSTRAINT: &[&str] = &["constraint_name", "table_name", "type_", "schema"];
const FOREIGN_KEY: &[&str] =
    &["constraint_name", "source_table", "referent_table", "local_cols", "remote_cols"];
const FOREIGN_KEY_BATCH: &[&str] =
    &["constraint_name", "referent_table", "local_cols", "remote_cols"];
const EXCLUDE: &[&str] = &["constraint_name", "table_name"];
const CHECK: &[&str] = &["constraint_name", "table_name", "condition", "schema"];
const ENUM_VALUE: &[&str] = &["enum_schema", "enum_name", "new_value", "before_value"];
const ENUM_VALUES: &[&str] = &["enum_schema", "enum_name", "new_values", "affected_columns"];

/// Directives that leave tables and what is inside them alone, and the phrase for each.
static NEUTRAL: &[(&str, &str)] = &[("bulk_insert", "inserts rows")];

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
