//! The arguments of a directive (alembic.md 4.0).

use crate::engine::op::conventions::Given;
use crate::engine::python::{PyCall, PyKind, PyValue};
use crate::engine::schema::{Ident, TableName};
use crate::ordered::Map;

use super::constraints;
use super::context::Context;

/// The arguments of one call, by parameter.
pub(super) struct Arguments<'a> {
    named: Map<&'a str, &'a PyValue>,
    pub call: &'a PyCall,
    /// Positional arguments beyond the named parameters: columns and constraints.
    pub rest: Vec<&'a PyValue>,
    /// `*` or `**` of something, so that what is absent here may still be given.
    pub open_args: bool,
    pub open_kwargs: bool,
    pub batch: Option<Option<TableName>>,
}

impl<'a> Arguments<'a> {
    pub fn new(
        parameters: &'static [&'static str],
        call: &'a PyCall,
        batch: Option<Option<TableName>>,
    ) -> Self {
        let mut named = Map::new();
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
        Self { named, call, rest, open_args, open_kwargs, batch }
    }

    pub fn get(&self, name: &str) -> Option<&'a PyValue> {
        self.named.get(name).copied()
    }

    pub fn text(&self, context: &mut Context<'_>, name: &str) -> Result<String, String> {
        let value = self.get(name).ok_or_else(|| format!("no {}", spoken(name)))?;
        context.text(value).ok_or_else(|| format!("a computed {}", spoken(name)))
    }

    /// The table of the directive, under whatever name the parameter has.
    pub fn table(&self, context: &mut Context<'_>) -> Result<TableName, String> {
        if let Some(table) = &self.batch {
            return table.clone().ok_or_else(|| "a computed table name".to_owned());
        }
        let names = ["table_name", "old_table_name", "source_table"];
        let name = names.into_iter().find_map(|name| self.get(name));
        let schema = self.get("schema").or_else(|| self.get("source_schema"));
        self.qualified(context, name, schema)
    }

    pub fn qualified(
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
    pub fn flag(&self, context: &mut Context<'_>, name: &str) -> Result<bool, String> {
        let Some(value) = self.get(name) else { return Ok(false) };
        match context.fold(value).kind {
            PyKind::Bool(truth) => Ok(truth),
            PyKind::None => Ok(false),
            _ => Err(format!("a computed `{name}`")),
        }
    }

    /// The name of an index or constraint, as it is given.
    pub fn name(&self, context: &mut Context<'_>, parameter: &str) -> Result<Given, String> {
        match context.given(self.get(parameter)) {
            Given::Unknown => Err(format!("a computed {}", spoken(parameter))),
            given => Ok(given),
        }
    }

    /// The schema as it is written; of a batch, that of its table.
    pub fn schema(&self, context: &mut Context<'_>) -> Option<String> {
        if let Some(table) = &self.batch {
            return Some(table.as_ref()?.schema.as_ref()?.as_str().to_owned());
        }
        let schema = self.get("schema").or_else(|| self.get("source_schema"))?;
        context.fold(schema).as_str().map(str::to_owned)
    }

    /// A list of column names.
    pub fn columns(
        &self,
        context: &mut Context<'_>,
        parameter: &str,
    ) -> Result<Vec<Ident>, String> {
        let value = self.get(parameter).ok_or("no columns")?;
        constraints::listed(context, value).ok_or_else(|| "computed columns".to_owned())
    }
}

fn spoken(parameter: &str) -> String {
    parameter.trim_end_matches('_').replace('_', " ")
}
