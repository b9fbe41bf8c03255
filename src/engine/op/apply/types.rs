//! Enum types. A dropped table leaves them behind; only a drop of the type takes them out.

use crate::engine::op::{EnumPlace, Op, respell};
use crate::engine::schema::{Ident, Schema, TableName};

use super::Clash;

pub(super) fn change(schema: &mut Schema, op: &Op) -> Result<(), Clash> {
    match op {
        Op::CreateEnum { name, values, if_not_exists } => {
            if schema.enums.contains_key(name) {
                return if *if_not_exists { Ok(()) } else { Err(Clash::Exists(name.clone())) };
            }
            schema.enums.insert(name.clone(), values.clone());
            Ok(())
        }
        Op::AddEnumValue { name, value, place, if_not_exists } => {
            let values = values_mut(schema, name)?;
            if values.contains(value) {
                let clash = Clash::PartExists(name.clone(), Ident::exact(value.clone()));
                return if *if_not_exists { Ok(()) } else { Err(clash) };
            }
            let (neighbour, offset) = match place {
                EnumPlace::Last => (None, 0),
                EnumPlace::Before(other) => (Some(other), 0),
                EnumPlace::After(other) => (Some(other), 1),
            };
            let at = match neighbour {
                None => values.len(),
                Some(other) => position(values, name, other)? + offset,
            };
            values.insert(at, value.clone());
            Ok(())
        }
        Op::SetEnumValues { name, values } => {
            values_mut(schema, name)?.clone_from(values);
            Ok(())
        }
        Op::RenameEnumValue { name, from, to } => {
            let values = values_mut(schema, name)?;
            let at = position(values, name, from)?;
            if let Some(value) = values.get_mut(at) {
                value.clone_from(to);
            }
            Ok(())
        }
        Op::RenameType { from, to } => rename(schema, from, to),
        _ => Ok(()),
    }
}

fn values_mut<'a>(schema: &'a mut Schema, name: &TableName) -> Result<&'a mut Vec<String>, Clash> {
    schema.enums.get_mut(name).ok_or_else(|| Clash::Missing(name.clone()))
}

fn position(values: &[String], name: &TableName, value: &str) -> Result<usize, Clash> {
    let absent = || Clash::PartMissing(name.clone(), Ident::exact(value));
    values.iter().position(|known| known == value).ok_or_else(absent)
}

/// Columns of the type, and defaults that are cast to it, follow the new name.
fn rename(schema: &mut Schema, from: &TableName, to: &TableName) -> Result<(), Clash> {
    if schema.enums.contains_key(to) {
        return Err(Clash::Exists(to.clone()));
    }
    let values = schema.enums.remove(from).ok_or_else(|| Clash::Missing(from.clone()))?;
    schema.enums.insert(to.clone(), values);
    let (old, new) = (from.quoted(), to.quoted());
    for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        let Some(data_type) = &column.data_type else { continue };
        let end = if data_type.ends_with("[]") { "[]" } else { "" };
        if data_type.trim_end_matches("[]") != old {
            continue;
        }
        column.data_type = Some(format!("{new}{end}"));
        if let Some(default) = &column.default
            && let Some(value) = default.strip_suffix(&format!("::{old}{end}"))
        {
            column.default = Some(format!("{value}::{new}{end}"));
        }
    }
    respell::rename_type(schema, &old, &new);
    Ok(())
}

/// Drops a type; its columns need it, or go with it.
pub(super) fn drop(schema: &mut Schema, name: &str, cascade: bool) -> Result<(), Clash> {
    let Some(found) = schema.enums.keys().find(|known| known.to_string() == name).cloned() else {
        return Ok(()); // Of another kind, or not there: a drop may be told not to mind.
    };
    let quoted = found.quoted();
    let uses = |data_type: &Option<String>| {
        data_type.as_ref().is_some_and(|text| text.trim_end_matches("[]") == quoted)
    };
    let mut columns: Vec<(TableName, Ident)> = Vec::new();
    for (table, known) in &schema.tables {
        let using = known.columns.iter().filter(|column| uses(&column.data_type));
        columns.extend(using.map(|column| (table.clone(), column.name.clone())));
    }
    if !cascade && !columns.is_empty() {
        return Err(Clash::Needed(found));
    }
    for (table, column) in columns {
        super::columns::drop(schema, &table, &column, true, true)?;
    }
    schema.enums.remove(&found);
    Ok(())
}
