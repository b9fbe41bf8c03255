//! MySQL's `MODIFY` and `CHANGE`: a column is from now on exactly what is written.

use crate::engine::schema::{Column, Ident, TableName};

use super::{Detail, Op};

/// Returns what it does. What is not repeated is lost: NOT NULL, default, comment, counting up, INVISIBLE (alembic.md
/// 4.2).
pub fn redefine(table: &TableName, from: &Ident, column: &Column) -> Vec<Op> {
    let (t, c) = (|| table.clone(), || from.clone());
    let to = column.data_type.clone();
    let mut ops = vec![Op::AlterColumnType { table: t(), column: c(), to, using: None }];
    ops.push(match column.nullable {
        true => Op::DropNotNull { table: t(), column: c() },
        false => Op::SetNotNull { table: t(), column: c() },
    });
    ops.push(match &column.default {
        Some(default) => Op::SetDefault { table: t(), column: c(), default: default.clone() },
        None => Op::DropDefault { table: t(), column: c() },
    });
    let identity = column.identity;
    ops.push(Op::SetIdentity { table: t(), column: c(), identity, sequence: None });
    ops.push(Op::SetComment { table: t(), column: c(), comment: column.comment.clone() });
    let also = Detail::Also(c(), column.also.clone());
    let collation =
        column.collation.is_some().then(|| Detail::Collation(c(), column.collation.clone()));
    let details = std::iter::once(also).chain(collation);
    ops.extend(details.map(|detail| Op::Detail { table: t(), detail }));
    if &column.name != from {
        ops.push(Op::RenameColumn { table: t(), from: c(), to: column.name.clone() });
    }
    ops
}
