//! What SQLAlchemy's compilers print, on each dialect, against what Retort makes of the same Python. Figures
//! are printed with `cargo test --test it dialects -- --nocapture`.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use retort::engine::dialects::DIALECTS;
use retort::wire::schema::SchemaView;
use retort::{Alone, Input, Options, read};

fn oracle(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracle").join(name);
    fs::read_to_string(path).unwrap()
}

/// The schema that one table with this column makes.
fn column(dialect: &str, items: &str) -> SchemaView {
    let text = format!(
        "import enum\nfrom alembic import op\nimport sqlalchemy as sa\n\
         from sqlalchemy.dialects import postgresql as pg, mysql as my, sqlite as sl\n\
         revision = 'a1'\ndown_revision = None\n\n\
         class Color(enum.Enum):\n    red = 1\n    green = 2\n\n\
         def upgrade():\n    op.create_table('t', sa.Column('c', {items}))\n"
    );
    let inputs = vec![Input::new("migrations/versions/a1.py", text.into_bytes())];
    let options = Options {
        settings: retort::wire::Settings {
            dialect: Some(dialect.to_owned()),
            ..retort::wire::Settings::default()
        },
        ..Options::default()
    };
    match read(inputs, &options, &Alone, &mut |_| ControlFlow::Continue(())) {
        ControlFlow::Continue(analysis) => analysis.schema(None, Some("heads")).unwrap(),
        ControlFlow::Break(()) => unreachable!(),
    }
}

#[test]
fn types_are_those_that_the_compilers_print() {
    let mut wrong = Vec::new();
    let mut figures = Vec::new();
    // What compiles for PostgreSQL and what its server answered to it.
    let catalogue = oracle("type-postgresql-catalog.tsv");
    let answers = catalogue.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let unknown: BTreeSet<String> = answers
        .filter(|cells| cells[1] == "ProgrammingError" && !cells[0].starts_with("pg.ENUM"))
        .map(|cells| cells[0].to_owned())
        .collect();
    let refused_by_server = |ddl: &str| {
        let ddls = oracle("type-ddl.tsv");
        let base = |ddl: &str| ddl.split('(').next().unwrap_or_default().to_owned();
        ddls.lines().any(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            unknown.contains(cells[0])
                && base(cells[1]) == base(ddl)
                && (base(ddl) != "TEXT" || ddl.contains('('))
        })
    };
    for (at, row) in DIALECTS.iter().enumerate() {
        let (mut printed, mut refused, mut admitted, mut of) = (0, 0, 0, 0);
        for line in oracle("type-ddl.tsv").lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let (written, ddl) = (cells[0], cells[at + 1]);
            let found = column(row.word, written);
            let spelled =
                found.tables.first().and_then(|table| table.columns.first()?.data_type.clone());
            let is_error =
                ddl.ends_with("Error") || (row.word == "postgresql" && refused_by_server(ddl));
            of += 1;
            match spelled {
                None if is_error && !found.undecided.is_empty() => refused += 1,
                Some(ours) if !is_error && ours == (row.type_name)(ddl) => printed += 1,
                None if written.contains("Color") && !found.undecided.is_empty() => admitted += 1,
                ours => wrong.push(format!("{} {written}: {ours:?}, not {ddl}", row.word)),
            }
        }
        figures.push(format!(
            "{}: {printed} printed, {refused} refused, {admitted} admitted, of {of}",
            row.word
        ));
        assert!(admitted <= 2, "{admitted}");
    }
    println!("type-ddl.tsv: {}", figures.join("; "));
    assert!(wrong.is_empty(), "{}\n{}", figures.join("\n"), wrong.join("\n"));
}
