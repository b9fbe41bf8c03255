//! Directives against the SQL that Alembic printed for them: both must make the same schema.

use std::collections::BTreeMap;

use super::*;
use crate::engine::op::{self, Op};
use crate::engine::schema::{Schema, Table};
use crate::engine::sql;

/// Runs ops on tables that are there already, as far as they are spoken of.
fn outcome(ops: &[Op], all: &[&Op]) -> Schema {
    let mut schema = Schema::default();
    for op in all {
        for table in tables(op) {
            schema.tables.insert(table, Table { open: true, ..Table::default() });
        }
    }
    for op in all {
        if let Op::CreateTable { table, .. } = op {
            schema.tables.remove(table);
        }
    }
    for op in ops {
        let _clash = op::apply(&mut schema, op);
    }
    for table in schema.tables.values_mut() {
        table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}

fn tables(op: &Op) -> Vec<crate::engine::schema::TableName> {
    match op {
        Op::AddColumn { table, .. }
        | Op::AddConstraint { table, .. }
        | Op::CreateIndex { table, .. }
        | Op::DropTable { table, .. }
        | Op::RenameTable { from: table, .. }
        | Op::SetComment { table, .. } => vec![table.clone()],
        _ => Vec::new(),
    }
}

#[test]
fn directives_do_what_alembic_prints_for_them() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/ops-postgresql.jsonl");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut different = Vec::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let python = row["python"].as_str().unwrap().replace('\n', "\n    ");
        let text = format!(
            "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql as pg\n\
             from sqlalchemy.dialects import postgresql\nrevision = 'a'\ndown_revision = None\n\
             def upgrade():\n    {python}\n"
        );
        let document = Document::new("versions/a.py", text);
        let mut ledger = Ledger::default();
        let revision = read(DocumentId(0), &document, &mut ledger).unwrap();
        let mut ours = Vec::new();
        for step in revision.upgrade {
            match step.op {
                Op::Sql { text } => ours.extend(sql::read(&text).ops),
                op => ours.push(op),
            }
        }
        let printed = row["sql"].as_array().cloned().unwrap_or_default();
        let theirs: Vec<Op> =
            printed.iter().flat_map(|one| sql::read(one.as_str().unwrap()).ops).collect();
        let is_open = |ops: &[Op]| {
            ops.iter().any(|op| {
                let unknown = matches!(op, Op::Unknown { .. } | Op::UnknownWithin { .. });
                unknown
                    || matches!(op, Op::WithinTable { harmless: false, .. })
                    || matches!(op, Op::CreateTable { open: true, .. })
            })
        };
        let all: Vec<&Op> = ours.iter().chain(&theirs).collect();
        let found = if row.get("error").is_some() {
            "refused by Alembic"
        } else if is_open(&ours) {
            "admitted"
        } else if is_open(&theirs) {
            "not read from SQL"
        } else if outcome(&ours, &all) == outcome(&theirs, &all) {
            "same"
        } else {
            let (ours, theirs) = (outcome(&ours, &all), outcome(&theirs, &all));
            different.push(format!("{}\n  {ours:?}\n  {theirs:?}", row["python"]));
            "different"
        };
        *counts.entry(found).or_default() += 1;
    }
    // A schema with a dot in its name, which Alembic takes apart; and `CAST`, spelled by another hand.
    let count = |what| counts.get(what).copied().unwrap_or_default();
    assert!(count("different") <= 2, "{}", different.join("\n"));
    assert!(count("same") >= 98, "{counts:?}");
}
