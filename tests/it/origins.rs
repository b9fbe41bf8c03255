//! Where the things of a replayed schema come from: the revision and line that touched each last.

use std::ops::ControlFlow;

use retort::wire::schema::{OriginView, SchemaView, TableView};
use retort::{Alone, Input, Options, analyze};

/// Revisions in a row, whose `upgrade` has these lines; the first stands in line 5.
fn chain(bodies: &[&[&str]]) -> Vec<Input> {
    let file = |(ix, body): (usize, &&[&str])| {
        let parent = ix.checked_sub(1).map_or("None".to_owned(), |ix| format!("'r{ix}'"));
        let head = format!(
            "from alembic import op; import sqlalchemy as sa\nrevision = 'r{ix}'\ndown_revision = {parent}\ndef upgrade():\n"
        );
        let body: String = body.iter().map(|line| format!("    {line}\n")).collect();
        Input::new(format!("m/versions/r{ix}.py"), (head + &body).into_bytes())
    };
    bodies.iter().enumerate().map(file).collect()
}

fn schema(bodies: &[&[&str]], at: &str) -> SchemaView {
    let options = Options::default();
    match analyze(chain(bodies), &options, &Alone, &mut |_| ControlFlow::Continue(())) {
        ControlFlow::Continue(analysis) => analysis.reading.schema(None, Some(at)).unwrap(),
        ControlFlow::Break(()) => unreachable!(),
    }
}

fn place(origin: &Option<OriginView>) -> String {
    origin.as_ref().map_or("none".to_owned(), |of| format!("{}:{}", of.revision, of.line))
}

/// `name place` of each part of a table.
fn parts(table: &TableView) -> Vec<String> {
    let mut parts = vec![format!("{} {}", table.name, place(&table.origin))];
    let mut add = |name: Option<&str>, origin| {
        parts.push(format!("{} {}", name.unwrap_or("?"), place(origin)));
    };
    table.columns.iter().for_each(|one| add(Some(&one.name), &one.origin));
    table.primary_key.iter().for_each(|one| add(one.name.as_deref(), &one.origin));
    table.uniques.iter().for_each(|one| add(one.name.as_deref(), &one.origin));
    table.checks.iter().for_each(|one| add(one.name.as_deref(), &one.origin));
    table.foreign_keys.iter().for_each(|one| add(one.name.as_deref(), &one.origin));
    table.indexes.iter().for_each(|one| add(one.name.as_deref(), &one.origin));
    parts
}

const CHAIN: [&[&str]; 3] = [
    &[
        "op.create_table('a', sa.Column('id', sa.Integer, primary_key=True), sa.Column('n', sa.Text))",
        "op.create_table('b', sa.Column('id', sa.Integer, primary_key=True), sa.Column('m', sa.Enum('x', name='mood')))",
    ],
    &[
        "op.add_column('a', sa.Column('b_id', sa.Integer))",
        "op.create_foreign_key(None, 'a', 'b', ['b_id'], ['id'])",
        "op.create_index('ix_n', 'a', ['n'])",
        "op.alter_column('a', 'n', nullable=False)",
    ],
    &[
        "op.rename_table('a', 'c')",
        "op.alter_column('c', 'n', new_column_name='title')",
        "op.execute('ALTER INDEX ix_n RENAME TO ix_title')",
        "op.execute(\"ALTER TYPE mood ADD VALUE 'y'\")",
    ],
];

#[test]
fn every_part_of_a_table_knows_what_touched_it_last() {
    let before = schema(&CHAIN, "r1");
    let own = [
        "a r0:5",
        "id r0:5",
        "n r1:8",
        "b_id r1:5",
        "a_pkey r0:5",
        "a_b_id_fkey r1:6",
        "ix_n r1:7",
    ];
    assert_eq!(parts(&before.tables[0]), own);
    assert_eq!(place(&before.enums[0].origin), "r0:6");
    let after = schema(&CHAIN, "heads");
    let own = [
        "c r2:5",
        "id r0:5",
        "title r2:6",
        "b_id r1:5",
        "a_pkey r0:5",
        "a_b_id_fkey r1:6",
        "ix_title r2:7",
    ];
    assert_eq!(parts(&after.tables[1]), own);
    assert_eq!(place(&after.enums[0].origin), "r2:8");
    let id_of_b = &after.tables[0].columns[0];
    assert_eq!(place(&id_of_b.origin), "r0:6");
    assert_eq!(id_of_b.origin.as_ref().unwrap().file, "m/versions/r0.py");
}
