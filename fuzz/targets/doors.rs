//! The doors that noise is thrown at, one function each, and the promises that hold for any input. The targets
//! beside this file lend them libFuzzer's bytes; `tests/it/fuzz.rs` compiles the same file and lends it a few of
//! its own, so that no door is renamed under a target.

use std::ops::ControlFlow;

use retort::wire::share;
use retort::{Alone, Analysis, Input, Options, analyze};

/// Reviews inputs and holds the report to what is promised of all of them.
fn review(inputs: Vec<Input>) -> Analysis {
    let run = analyze(inputs, &Options::default(), &Alone, &mut |_| ControlFlow::Continue(()));
    let ControlFlow::Continue(analysis) = run else { unreachable!("nothing stops this run") };
    let report = analysis.report();
    assert!(report.stats.understood <= report.stats.statements, "more understood than there is");
    for row in &report.findings {
        assert!(row.line <= row.end_line || row.end_line == 0, "a finding ends before it starts");
    }
    for chain in &report.chains {
        let mut ran: Vec<&String> = chain.order.iter().collect();
        ran.sort();
        ran.dedup();
        assert_eq!(ran.len(), chain.order.len(), "a revision runs twice");
    }
    analysis
}

/// A revision file with this body of `upgrade()`.
fn revision(id: &str, down: &str, body: &str) -> Input {
    let text = format!(
        "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {id:?}\ndown_revision = {down}\n\n\n\
         def upgrade():\n{body}\n    pass\n"
    );
    Input::new(format!("migrations/versions/{id}.py"), text.into_bytes())
}

/// Any text as a revision file, and any text as the body of `upgrade()`.
pub fn python(text: &str) {
    review(vec![Input::new("migrations/versions/a.py", text.as_bytes().to_vec())]);
    let body: String = text.lines().map(|line| format!("    {line}\n")).collect();
    let analysis = review(vec![revision("a1", "None", &body)]);
    let _ = analysis.reading.schema(None, Some("heads"));
}

/// Revisions of one graph.
const REVISIONS_MAX: usize = 48;

/// Any graph of revisions: two parents, a dependency and a label each, from one byte apiece.
pub fn graph(bytes: &[u8]) {
    let rows = bytes.chunks_exact(4).take(REVISIONS_MAX);
    // One more than there are, so that some are missing; the same id twice now and then.
    let count = rows.len() as u8 + 1;
    let name = |byte: u8| format!("r{}", byte % count);
    let files = rows.enumerate().map(|(at, row)| {
        let [one, other, needs, flags] = row else { unreachable!() };
        let own = if flags & 0b1000_0000 != 0 { name(*other) } else { name(at as u8) };
        let down = match flags & 0b11 {
            0 => "None".to_owned(),
            1 => format!("{:?}", name(*one)),
            _ => format!("({:?}, {:?})", name(*one), name(*other)),
        };
        let depends = if flags & 0b100 != 0 { format!("{:?}", name(*needs)) } else { "None".to_owned() };
        let label = if flags & 0b1000 != 0 { format!("'b{}'", needs % 5) } else { "None".to_owned() };
        let text = format!(
            "revision = {own:?}\ndown_revision = {down}\ndepends_on = {depends}\nbranch_labels = {label}\n\n\n\
             def upgrade():\n    pass\n"
        );
        Input::new(format!("migrations/versions/{at:03}.py"), text.into_bytes())
    });
    let analysis = review(files.collect());
    for chain in analysis.report().chains {
        for revision in &chain.revisions {
            let place = |id: &String| chain.order.iter().position(|other| other == id);
            let Some(own) = place(&revision.id) else { continue };
            // Where Alembic would refuse the folder there is no order to speak of.
            let before = revision.down.iter().filter_map(place).all(|parent| parent < own);
            assert!(before || !chain.problems.is_empty(), "{} runs before a parent", revision.id);
        }
        for at in ["heads", "head", "base", "r0", "r1+1", "r2-2", "b1@head", "b"] {
            let _ = analysis.reading.schema(None, Some(at));
        }
    }
}

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

/// Any sequence of directives on a handful of names, in a few revisions.
pub fn replay(bytes: &[u8]) {
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
        let Ok(schema) = analysis.reading.schema(None, Some(at)) else {
            panic!("no schema at {at}")
        };
        for table in &schema.tables {
            let columns: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
            let key = table.primary_key.iter().flat_map(|key| &key.columns);
            assert!(
                key.clone().all(|name| columns.contains(&name)),
                "a key on a column that is not there"
            );
        }
    }
}

const NAMES: &[&str] = &[
    "pasted",
    "plan.txt",
    "dump.sql",
    "prod-summary.txt",
    "a.zip",
    "a.tar.gz",
    "change.diff",
    "alembic.ini",
    "pyproject.toml",
    "migrations/env.py",
    "out.csv",
    "schema.json",
    "retort.toml",
];

/// Any bytes as anything: the first byte chooses what the input is called.
pub fn input(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    review(vec![Input::new(name, rest.to_vec())]);
}

/// Any text as what follows `#` in a link.
pub fn link(text: &str) {
    let _ = share::decode(text);
    let _ = share::decode(&format!("r1.{text}"));
    // No noise has the right digest: what comes behind it is tried by itself.
    for codec in ["m", "d"] {
        let _ = share::opened(codec, text.as_bytes(), str::to_lowercase);
    }
}
