//! `CREATE TYPE` and `ALTER TYPE` → [`Op`]s.

use sqlparser::ast::{self, AlterTypeAddValuePosition, AlterTypeOperation};

use crate::engine::op::{EnumPlace, Op};
use crate::engine::schema::TableName;

use super::names;

pub(super) fn create(
    name: &ast::ObjectName,
    representation: Option<&ast::UserDefinedTypeRepresentation>,
) -> Option<Vec<Op>> {
    match representation {
        Some(ast::UserDefinedTypeRepresentation::Enum { labels }) => Some(vec![Op::CreateEnum {
            name: names::table(name)?,
            values: labels.iter().map(|label| label.value.clone()).collect(),
            if_not_exists: false,
        }]),
        // Composite and range types have no room in a schema; columns name them.
        _ => Some(vec![Op::Neutral { what: "creates a type" }]),
    }
}

pub(super) fn alter(alter: &ast::AlterType) -> Option<Vec<Op>> {
    let name = names::table(&alter.name)?;
    Some(vec![match &alter.operation {
        AlterTypeOperation::Rename(rename) => {
            let to = names::ident(&rename.new_name);
            let to = TableName { schema: name.schema.clone(), name: to };
            Op::RenameType { from: name, to }
        }
        AlterTypeOperation::AddValue(add) => Op::AddEnumValue {
            name,
            value: add.value.value.clone(),
            place: match &add.position {
                None => EnumPlace::Last,
                Some(AlterTypeAddValuePosition::Before(other)) => {
                    EnumPlace::Before(other.value.clone())
                }
                Some(AlterTypeAddValuePosition::After(other)) => {
                    EnumPlace::After(other.value.clone())
                }
            },
            if_not_exists: add.if_not_exists,
        },
        AlterTypeOperation::RenameValue(rename) => Op::RenameEnumValue {
            name,
            from: rename.from.value.clone(),
            to: rename.to.value.clone(),
        },
    }])
}
