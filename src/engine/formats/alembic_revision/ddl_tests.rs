//! Directives against the SQL that Alembic printed for them, on each dialect: both must do the same to a
//! schema. What doesn't is listed with its reason in `tests/oracle/ops-ddl.open.txt`, which may only shrink.

use crate::ordered::{Map, Set};
use std::path::Path;

use serde_json::Value;

use super::*;
use crate::engine::op::conventions::Pattern;
use crate::engine::op::{self, Op};
use crate::engine::schema::{
    Column, Constraint, ConstraintKind, Expression, Ident, Index, IndexPart, Schema, Table,
    TableName,
};
use crate::engine::sql;

/// What tables hold before, by name: columns, constraints and indexes that ops speak of.
#[derive(Default)]
struct Before {
    columns: Map<TableName, Vec<Ident>>,
    constraints: Set<(TableName, Ident)>,
    indexes: Set<TableName>,
}

impl Before {
    fn of(all: &[&Op]) -> Self {
        let mut before = Self::default();
        let mut made = Set::new();
        for op in all {
            before.look(op, &mut made);
        }
        before
    }

    /// Enters what an op needs, unless one before it has made it.
    fn look(&mut self, op: &Op, made: &mut Set<(TableName, Option<Ident>)>) {
        match op {
            Op::CreateTable { table, .. } => {
                made.insert((table.clone(), None));
            }
            Op::AddColumn { table, column, .. } => {
                self.need(table, &[], made);
                made.insert((table.clone(), Some(column.name.clone())));
            }
            Op::DropColumn { table, column, .. }
            | Op::AlterColumnType { table, column, .. }
            | Op::SetNotNull { table, column }
            | Op::DropNotNull { table, column }
            | Op::SetDefault { table, column, .. }
            | Op::DropDefault { table, column }
            | Op::SetIdentity { table, column, .. }
            | Op::SetComment { table, column, .. } => {
                self.need(table, std::slice::from_ref(column), made);
            }
            Op::RenameColumn { table, from, to } => {
                self.need(table, std::slice::from_ref(from), made);
                made.insert((table.clone(), Some(to.clone())));
            }
            Op::AddConstraint { table, kind, .. } => {
                let is_text =
                    matches!(kind, ConstraintKind::Check(_) | ConstraintKind::Exclusion(_));
                self.need(table, if is_text { &[] } else { kind.columns() }, made);
                if let ConstraintKind::ForeignKey(key) = kind {
                    self.need(&key.ref_table, &key.ref_columns, made);
                }
            }
            Op::CreateIndex { table, index, .. } => {
                for part in &index.parts {
                    if let IndexPart::Column(name) = part {
                        self.need(table, std::slice::from_ref(name), made);
                    }
                }
                self.need(table, &index.include, made);
            }
            Op::DropConstraint { table, name, .. } => {
                self.need(table, &[], made);
                self.constraints.insert((table.clone(), name.clone()));
            }
            Op::DropIndex { name, .. } => {
                self.indexes.insert(name.clone());
            }
            Op::DropTable { table, .. }
            | Op::RenameTable { from: table, .. }
            | Op::Detail { table, .. }
            | Op::WithinTable { table, .. } => self.need(table, &[], made),
            _ => {}
        }
    }

    fn need(
        &mut self,
        table: &TableName,
        columns: &[Ident],
        made: &Set<(TableName, Option<Ident>)>,
    ) {
        if made.contains(&(table.clone(), None)) {
            return;
        }
        let known = self.columns.entry(table.clone()).or_default();
        for column in columns {
            if !known.contains(column) && !made.contains(&(table.clone(), Some(column.clone()))) {
                known.push(column.clone());
            }
        }
    }

    /// With `full`, columns have everything that an op could take away.
    fn schema(&self, dialect: Dialect, full: bool) -> Schema {
        let mut schema = Schema::empty(dialect);
        for (name, columns) in &self.columns {
            let text = |text: &str| full.then(|| text.to_owned());
            let columns = columns.iter().map(|name| Column {
                name: name.clone(),
                data_type: Some("old".to_owned()),
                nullable: !full,
                default: text("old"),
                comment: text("old"),
                ..Column::default()
            });
            let columns = columns.collect();
            schema.tables.insert(name.clone(), Table { columns, ..Table::default() });
        }
        for (table, name) in &self.constraints {
            let kind = ConstraintKind::Check(Expression::default());
            if let Some(table) = schema.tables.get_mut(table) {
                table.constraints.push(Constraint::new(Some(name.clone()), kind));
            }
        }
        for index in &self.indexes {
            let mut tables =
                schema.tables.iter_mut().filter(|(table, _)| table.schema == index.schema);
            let made = Index { name: Some(index.name.clone()), ..Index::default() };
            if let Some((_, table)) = tables.next() {
                table.indexes.push(made);
            }
        }
        schema
    }
}

/// Runs ops; what clashes is counted.
fn outcome(ops: &[Op], before: &Before, dialect: Dialect, full: bool) -> (Schema, Vec<String>) {
    let mut schema = before.schema(dialect, full);
    let mut clashes = Vec::new();
    for op in ops {
        if let Err(clash) = op::apply(&mut schema, op) {
            clashes.push(clash.text());
        }
    }
    for table in schema.tables.values_mut() {
        // Engines, storage and the like: a directive's are not kept.
        table.options = None;
        let plain = |expression: &mut Expression| {
            expression.text.retain(|c| !c.is_whitespace());
            let inner = expression.text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
            expression.text = inner.unwrap_or(&expression.text).to_owned();
        };
        table.columns.iter_mut().for_each(|one| one.generated.iter_mut().for_each(plain));
        for one in &mut table.constraints {
            if let ConstraintKind::Check(check) = &mut one.kind {
                plain(check);
            }
        }
        for part in table.indexes.iter_mut().flat_map(|index| &mut index.parts) {
            if let IndexPart::Expression(expression) = part {
                plain(expression);
            }
        }
        table.constraints.sort_by_key(|one| format!("{one:?}"));
        table.indexes.sort_by_key(|one| format!("{one:?}"));
    }
    (schema, clashes)
}

fn is_open(ops: &[Op]) -> bool {
    ops.iter().any(|op| {
        matches!(op, Op::Unknown { .. } | Op::UnknownWithin { .. })
            || matches!(op, Op::WithinTable { harmless: false, .. })
            || matches!(op, Op::CreateTable { open: true, .. })
    })
}

/// What a row of the oracle is beside what Retort makes of it.
fn compare(row: &Value) -> (&'static str, String) {
    let dialect = Dialect::from_word(row["dialect"].as_str().unwrap());
    let Some(dialect) = dialect else { return ("of a dialect that is not read", String::new()) };
    let python = row["python"].as_str().unwrap().replace('\n', "\n    ");
    let text = format!(
        "import datetime\nfrom alembic import op\nimport sqlalchemy as sa\n\
         from sqlalchemy.dialects import postgresql\n\
         revision = 'a'\ndown_revision = None\n\
         L = 'a_table_name_that_is_really_rather_long_indeed_for_testing'\n\
         def upgrade():\n    {python}\n"
    );
    let document = Document::new("versions/a.py", text);
    let mut ledger = Ledger::default();
    let module = python::parse(DocumentId(0), &document.text);
    let scope = Scope::of_module(&module, &document.path);
    let mut convention = Convention::default();
    for (key, pattern) in row["naming_convention"].as_object().into_iter().flatten() {
        convention.set(key, Pattern::Text(pattern.as_str().unwrap().to_owned()));
    }
    let naming = Naming::known(convention, "", None);
    let file = File { id: DocumentId(0), document: &document, dialect, naming: &naming };
    let modules = Modules::default();
    let revision =
        read_module(&modules, (&module, &scope), file, None, &mut ledger).unwrap().revision;
    let read = |text: &str| -> Vec<Op> {
        let pieces = sql::split::split(text).into_iter();
        let statements = pieces.filter(|piece| piece.kind == sql::split::PieceKind::Statement);
        statements
            .flat_map(|piece| sql::read_in(dialect, &text[piece.start..piece.end]).ops)
            .collect()
    };
    let ours: Vec<Op> = revision.upgrade.into_iter().map(|step| step.op).collect();
    let printed = row["sql"].as_array().cloned().unwrap_or_default();
    // A script doubles the percent signs of literals; the server gets them single.
    let theirs: Vec<Op> =
        printed.iter().flat_map(|one| read(&one.as_str().unwrap().replace("%%", "%"))).collect();
    let all: Vec<&Op> = ours.iter().chain(&theirs).collect();
    let before = Before::of(&all);
    let run = |ops: &[Op], full| outcome(ops, &before, dialect, full);
    let what = |ops: &[Op]| ops.iter().map(op::describe).collect::<Vec<_>>().join("; ");
    if row.get("error").is_some() {
        let clashes = !run(&ours, false).1.is_empty();
        let typeless =
            ours.iter().any(|op| !op::unmodelled(&Schema::empty(dialect), op).is_empty());
        let refused =
            clashes || typeless || is_open(&ours) || !ledger.undecided_entries().is_empty();
        return if refused { ("refused", String::new()) } else { ("taken", what(&ours)) };
    }
    if is_open(&ours) {
        return ("admitted", what(&ours));
    }
    if is_open(&theirs) {
        return ("SQL not read", what(&theirs));
    }
    for full in [false, true] {
        let (ours, theirs) = (run(&ours, full), run(&theirs, full));
        if ours != theirs {
            return ("different", format!("\n  {ours:?}\n  {theirs:?}"));
        }
    }
    ("same", String::new())
}

#[test]
fn directives_do_what_alembic_prints_for_them() {
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
    let read = |name: &str| std::fs::read_to_string(oracle.join(name)).unwrap();
    let listed: Set<String> = read("ops-ddl.open.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split(" — ").next().unwrap().to_owned())
        .collect();
    let (mut counts, mut found) = (Map::new(), Map::new());
    for line in read("ops-ddl.jsonl").lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let (dialect, title) = (row["dialect"].as_str().unwrap(), row["title"].as_str().unwrap());
        let (what, details) = compare(&row);
        *counts.entry((dialect.to_owned(), what)).or_insert(0) += 1;
        if !matches!(what, "same" | "refused") {
            found.insert(format!("{dialect} | {title} | {what}"), details);
        }
    }
    println!("ops-ddl.jsonl: {counts:?}");
    for (one, details) in &found {
        println!("{one} — {details}");
    }
    let new: Vec<String> = found
        .iter()
        .filter(|(one, _)| !listed.contains(*one))
        .map(|(one, details)| format!("{one} — {details}"))
        .collect();
    assert!(new.is_empty(), "{counts:?}\n{}", new.join("\n"));
    let gone: Vec<&String> = listed.iter().filter(|one| !found.contains_key(*one)).collect();
    assert!(gone.is_empty(), "no longer so, take them out of the list: {gone:#?}");
}
