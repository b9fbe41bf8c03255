//! `ALTER TABLE` → [`Op`]s, one per action.

use sqlparser::ast::{self, AlterColumnOperation, AlterTableOperation, TableConstraint};

use crate::engine::op::{ConstraintKind, DropKind, Op};
use crate::engine::schema::{Ident, TableName};

use super::{lower, names};

pub(super) fn read(alter: &ast::AlterTable) -> Option<Vec<Op>> {
    let table = names::table(&alter.name)?;
    let mut ops = Vec::new();
    for operation in &alter.operations {
        action(&table, operation, &mut ops)?;
    }
    Some(ops)
}

/// Appends what one action does; `None` when it is not one we know.
fn action(table: &TableName, operation: &AlterTableOperation, ops: &mut Vec<Op>) -> Option<()> {
    let table = table.clone();
    let within = |table, what: &str| Op::WithinTable { table, what: what.to_owned() };
    ops.push(match operation {
        AlterTableOperation::AddColumn { column_def, .. } => {
            return add_column(&table, column_def, ops);
        }
        AlterTableOperation::DropColumn { column_names, drop_behavior, .. } => {
            let cascade = is_cascade(*drop_behavior);
            ops.extend(column_names.iter().map(|name| Op::DropColumn {
                table: table.clone(),
                column: names::ident(name),
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
            alter_column(table, names::ident(column_name), op)?
        }
        AlterTableOperation::AddConstraint { constraint, not_valid } => {
            add_constraint(table, constraint, !not_valid)?
        }
        AlterTableOperation::DropConstraint { name, drop_behavior, .. }
        | AlterTableOperation::DropForeignKey { name, drop_behavior } => Op::DropConstraint {
            table,
            name: names::ident(name),
            cascade: is_cascade(*drop_behavior),
        },
        AlterTableOperation::DropPrimaryKey { .. } => {
            Op::DropConstraint { table, name: Ident::exact("PRIMARY KEY"), cascade: false }
        }
        AlterTableOperation::DropIndex { name } => {
            Op::DropIndex { name: TableName::plain(names::ident(name)), concurrently: false }
        }
        AlterTableOperation::EnableRowLevelSecurity
        | AlterTableOperation::ForceRowLevelSecurity => Op::RowSecurity { table, enabled: true },
        AlterTableOperation::DisableRowLevelSecurity
        | AlterTableOperation::NoForceRowLevelSecurity => Op::RowSecurity { table, enabled: false },
        AlterTableOperation::RenameConstraint { .. } => within(table, "renames a constraint"),
        AlterTableOperation::ValidateConstraint { .. } => within(table, "validates a constraint"),
        AlterTableOperation::OwnerTo { .. } => within(table, "changes the owner"),
        AlterTableOperation::EnableTrigger { .. } | AlterTableOperation::EnableRule { .. } => {
            within(table, "enables a trigger or rule")
        }
        AlterTableOperation::DropPartitions { .. } => Op::DropOther {
            kind: DropKind::Other,
            name: format!("partitions of {table}"),
            cascade: false,
        },
        _ => return None,
    });
    Some(())
}

fn add_column(table: &TableName, definition: &ast::ColumnDef, ops: &mut Vec<Op>) -> Option<()> {
    ops.push(Op::AddColumn { table: table.clone(), column: lower::column(definition) });
    for option in &definition.options {
        let name = option.name.as_ref().map(names::ident);
        let kind = match &option.option {
            ast::ColumnOption::Unique(_) => {
                ConstraintKind::Unique { columns: vec![names::ident(&definition.name)] }
            }
            ast::ColumnOption::PrimaryKey(_) => ConstraintKind::PrimaryKey,
            ast::ColumnOption::ForeignKey(key) => {
                ConstraintKind::ForeignKey { ref_table: names::table(&key.foreign_table)? }
            }
            _ => continue,
        };
        ops.push(Op::AddConstraint { table: table.clone(), name, kind, validated: true });
    }
    Some(())
}

fn alter_column(table: TableName, column: Ident, operation: &AlterColumnOperation) -> Option<Op> {
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
            to: lower::type_text(data_type),
            using: using.as_ref().map(ToString::to_string),
        },
        AlterColumnOperation::AddGenerated { .. } => {
            Op::WithinTable { table, what: format!("makes `{column}` an identity column") }
        }
    })
}

fn add_constraint(table: TableName, constraint: &TableConstraint, validated: bool) -> Option<Op> {
    let (name, kind) = match constraint {
        TableConstraint::Unique(unique) => {
            let columns = unique.columns.iter().filter_map(index_column).collect();
            (unique.name.as_ref(), ConstraintKind::Unique { columns })
        }
        TableConstraint::PrimaryKey(key) => (key.name.as_ref(), ConstraintKind::PrimaryKey),
        TableConstraint::ForeignKey(key) => (
            key.name.as_ref(),
            ConstraintKind::ForeignKey { ref_table: names::table(&key.foreign_table)? },
        ),
        TableConstraint::Check(check) => (check.name.as_ref(), ConstraintKind::Check),
        TableConstraint::PrimaryKeyUsingIndex(_) => (None, ConstraintKind::PrimaryKey),
        TableConstraint::UniqueUsingIndex(_) => {
            (None, ConstraintKind::Unique { columns: Vec::new() })
        }
        _ => return None,
    };
    Some(Op::AddConstraint { table, name: name.map(names::ident), kind, validated })
}

fn index_column(column: &ast::IndexColumn) -> Option<Ident> {
    match &column.column.expr {
        ast::Expr::Identifier(name) => Some(names::ident(name)),
        _ => None,
    }
}

fn is_cascade(behavior: Option<ast::DropBehavior>) -> bool {
    behavior == Some(ast::DropBehavior::Cascade)
}
