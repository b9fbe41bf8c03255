//! `ALTER TABLE` → [`Op`]s, one per action.

use sqlparser::ast::{self, AlterColumnOperation, AlterTableOperation};

use crate::engine::dialects::Dialect;
use crate::engine::op::{self, Detail, DropKind, Op};
use crate::engine::schema::{Ident, Identity, TableName};

use super::{lower_create, names};

pub(super) fn read(alter: &ast::AlterTable, dialect: Dialect) -> Option<Vec<Op>> {
    let table = names::table(&alter.name)?;
    let mut ops = Vec::new();
    for operation in &alter.operations {
        action(&table, operation, dialect, &mut ops)?;
    }
    Some(ops)
}

/// Appends what one action does; `None` when it is not one we know.
fn action(
    table: &TableName,
    operation: &AlterTableOperation,
    dialect: Dialect,
    ops: &mut Vec<Op>,
) -> Option<()> {
    let table = table.clone();
    ops.push(match operation {
        AlterTableOperation::AddColumn { column_def, if_not_exists, .. } => {
            return add_column(&table, (column_def, dialect), *if_not_exists, ops);
        }
        AlterTableOperation::DropColumn { column_names, drop_behavior, if_exists, .. } => {
            let cascade = is_cascade(*drop_behavior);
            ops.extend(column_names.iter().map(|name| Op::DropColumn {
                table: table.clone(),
                column: names::ident(name),
                if_exists: *if_exists,
                cascade,
            }));
            return Some(());
        }
        AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
            Op::RenameColumn {
                table,
                from: names::ident(old_column_name),
                to: names::ident(new_column_name),
            }
        }
        AlterTableOperation::RenameTable { table_name } => {
            let (ast::RenameTableNameKind::To(name) | ast::RenameTableNameKind::As(name)) =
                table_name;
            let to = names::table(name)?;
            // RENAME TO takes a bare name and keeps the schema.
            let to =
                TableName { schema: to.schema.or_else(|| table.schema.clone()), name: to.name };
            Op::RenameTable { from: table, to }
        }
        AlterTableOperation::AlterColumn { column_name, op } => {
            alter_column(table, names::ident(column_name), op, dialect)?
        }
        AlterTableOperation::AddConstraint { constraint, not_valid } => {
            let made = lower_create::constraint(constraint)?;
            Op::AddConstraint { table, name: made.name, kind: made.kind, validated: !not_valid }
        }
        AlterTableOperation::EnableRowLevelSecurity => Op::RowSecurity { table, enabled: true },
        AlterTableOperation::DisableRowLevelSecurity => Op::RowSecurity { table, enabled: false },
        AlterTableOperation::ForceRowLevelSecurity => {
            Op::Detail { table, detail: Detail::Forced(true) }
        }
        AlterTableOperation::NoForceRowLevelSecurity => {
            Op::Detail { table, detail: Detail::Forced(false) }
        }
        AlterTableOperation::RenameConstraint { old_name, new_name } => {
            Op::RenameConstraint { table, from: names::ident(old_name), to: names::ident(new_name) }
        }
        AlterTableOperation::ValidateConstraint { name } => {
            Op::Detail { table, detail: Detail::Validated(names::ident(name)) }
        }
        other => dropped(table, other)?,
    });
    Some(())
}

/// Drops of what is inside a table.
fn dropped(table: TableName, operation: &AlterTableOperation) -> Option<Op> {
    Some(match operation {
        AlterTableOperation::DropConstraint { name, drop_behavior, if_exists } => {
            Op::DropConstraint {
                table,
                name: names::ident(name),
                if_exists: *if_exists,
                cascade: is_cascade(*drop_behavior),
            }
        }
        AlterTableOperation::DropForeignKey { name, drop_behavior } => Op::DropConstraint {
            table,
            name: names::ident(name),
            if_exists: false,
            cascade: is_cascade(*drop_behavior),
        },
        AlterTableOperation::DropPrimaryKey { .. } => Op::DropConstraint {
            table,
            name: Ident::exact(op::MYSQL_KEY),
            if_exists: false,
            cascade: false,
        },
        AlterTableOperation::DropIndex { name } => Op::DropIndex {
            name: TableName::plain(names::ident(name)),
            if_exists: false,
            concurrently: false,
        },
        AlterTableOperation::DropPartitions { .. } => Op::DropOther {
            kind: DropKind::Other,
            name: format!("partitions of {table}"),
            cascade: false,
        },
        _ => return None,
    })
}

fn add_column(
    table: &TableName,
    (definition, dialect): (&ast::ColumnDef, Dialect),
    if_not_exists: bool,
    ops: &mut Vec<Op>,
) -> Option<()> {
    let column = lower_create::column(definition, dialect)?;
    ops.push(Op::AddColumn { table: table.clone(), column, if_not_exists });
    for made in lower_create::of_column(definition)? {
        let table = table.clone();
        ops.push(Op::AddConstraint { table, name: made.name, kind: made.kind, validated: true });
    }
    Some(())
}

fn alter_column(
    table: TableName,
    column: Ident,
    operation: &AlterColumnOperation,
    dialect: Dialect,
) -> Option<Op> {
    Some(match operation {
        AlterColumnOperation::SetNotNull => Op::SetNotNull { table, column },
        AlterColumnOperation::DropNotNull => Op::DropNotNull { table, column },
        AlterColumnOperation::SetDefault { value } => {
            Op::SetDefault { table, column, default: value.to_string() }
        }
        AlterColumnOperation::DropDefault => Op::DropDefault { table, column },
        AlterColumnOperation::SetDataType { data_type, using, .. } => Op::AlterColumnType {
            table,
            column,
            to: Some(lower_create::type_text(data_type, dialect)),
            using: using.as_ref().map(ToString::to_string),
        },
        AlterColumnOperation::AddGenerated { generated_as, sequence_options: None } => {
            let identity = match generated_as {
                Some(ast::GeneratedAs::ByDefault) => Identity::ByDefault,
                _ => Identity::Always,
            };
            Op::SetIdentity { table, column, identity: Some(identity), sequence: None }
        }
        AlterColumnOperation::AddGenerated { .. } => return None,
    })
}

fn is_cascade(behavior: Option<ast::DropBehavior>) -> bool {
    behavior == Some(ast::DropBehavior::Cascade)
}
