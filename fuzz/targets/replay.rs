//! Any sequence of directives on a handful of names, in a few revisions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use review::{review, revision};

/// `{t}` and `{u}` become tables, `{c}` and `{d}` columns, `{n}` a name.
const DIRECTIVES: &[&str] = &[
    "op.create_table('{t}', sa.Column('{c}', sa.Integer, primary_key=True), sa.Column('{d}', sa.String(9)))",
    "op.create_table('{t}', sa.Column('{c}', sa.Enum('a', 'b', name='{n}')), sa.UniqueConstraint('{c}'))",
    "op.create_table('{t}', sa.Column('{c}', sa.Integer, sa.ForeignKey('{u}.{d}'), index=True))",
    "op.drop_table('{t}')",
    "op.rename_table('{t}', '{u}')",
    "op.add_column('{t}', sa.Column('{c}', sa.BigInteger(), server_default='0', nullable=False))",
    "op.add_column('{t}', sa.Column('{c}', sa.Integer(), sa.Identity()))",
    "op.drop_column('{t}', '{c}')",
    "op.alter_column('{t}', '{c}', new_column_name='{d}')",
    "op.alter_column('{t}', '{c}', type_=sa.Text(), nullable=True)",
    "op.create_primary_key(None, '{t}', ['{c}'])",
    "op.create_unique_constraint('{n}', '{t}', ['{c}', '{d}'])",
    "op.create_foreign_key(None, '{t}', '{u}', ['{c}'], ['{d}'], ondelete='CASCADE')",
    "op.create_check_constraint('{n}', '{t}', '{c} > 0')",
    "op.drop_constraint('{n}', '{t}')",
    "op.create_index('{n}', '{t}', ['{c}'], unique=True)",
    "op.drop_index('{n}', table_name='{t}')",
    "op.execute('ALTER TABLE {t} RENAME COLUMN {c} TO {d}')",
    "op.execute('DROP TABLE IF EXISTS {t} CASCADE')",
    "op.execute('CREATE VIEW {n} AS SELECT {c} FROM {t}')",
];
const DIRECTIVES_MAX: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    let mut bodies = [String::new(), String::new(), String::new()];
    for row in bytes.chunks_exact(3).take(DIRECTIVES_MAX) {
        let [which, tables, columns] = row else { unreachable!() };
        let text = DIRECTIVES[usize::from(*which) % DIRECTIVES.len()]
            .replace("{t}", &format!("t{}", tables % 4))
            .replace("{u}", &format!("t{}", tables / 4 % 4))
            .replace("{n}", &format!("n{}", tables / 16 % 4))
            .replace("{c}", &format!("c{}", columns % 4))
            .replace("{d}", &format!("c{}", columns / 4 % 4));
        let body = &mut bodies[usize::from(columns / 16) % 3];
        body.push_str(&format!("    {text}\n"));
    }
    let [one, two, three] = &bodies;
    let analysis = review(vec![
        revision("a1", "None", one),
        revision("b2", "'a1'", two),
        revision("c3", "'b2'", three),
    ]);
    for at in ["a1", "b2", "c3"] {
        let Ok(schema) = analysis.reading.schema(None, Some(at)) else { panic!("no schema at {at}") };
        for table in &schema.tables {
            let columns: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
            let key = table.primary_key.iter().flat_map(|key| &key.columns);
            assert!(
                key.clone().all(|name| columns.contains(&name)),
                "a key on a column that is not there"
            );
        }
    }
});
