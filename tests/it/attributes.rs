//! What is said of a column, key or index beside the usual is kept, compared and written: a table that is made
//! anew would lose it otherwise.

use retort::renderers::{Look, Render, Renderer, diff_alembic, diff_sql, schema_sql};
use retort::wire::diff::DiffView;

use crate::ways::{assert_same, diff, printed, read};

/// Dialect, a schema, the same without the words, and the words as they are written.
const COMPARED: &[(&str, &str, &str, &str)] = &[
    (
        "mysql",
        "CREATE TABLE t (a int, b int INVISIBLE);",
        "CREATE TABLE t (a int, b int);",
        "INVISIBLE",
    ),
    (
        "mysql",
        "CREATE TABLE t (g point NOT NULL SRID 4326);",
        "CREATE TABLE t (g point NOT NULL);",
        "NOT NULL SRID 4326",
    ),
    (
        "mysql",
        "CREATE TABLE t (a varchar(9) CHARACTER SET latin1 DEFAULT 'x');",
        "CREATE TABLE t (a varchar(9) DEFAULT 'x');",
        "varchar(9) CHARACTER SET latin1 DEFAULT",
    ),
    (
        "mysql",
        "CREATE TABLE t (a varchar(9) COMPRESSED COLUMN_FORMAT FIXED);",
        "CREATE TABLE t (a varchar(9));",
        "varchar(9) COMPRESSED COLUMN_FORMAT FIXED",
    ),
    (
        "mysql",
        "CREATE TABLE t (a int, UNIQUE KEY u (a) COMMENT 'one');",
        "CREATE TABLE t (a int, UNIQUE KEY u (a));",
        "UNIQUE KEY `u` (`a`) COMMENT 'one'",
    ),
    (
        "mysql",
        "CREATE TABLE t (a int, KEY k (a) USING HASH INVISIBLE);",
        "CREATE TABLE t (a int, KEY k (a));",
        "USING hash INVISIBLE",
    ),
    (
        "mysql",
        "CREATE TABLE t (a text NOT NULL, PRIMARY KEY (a(10)));",
        "CREATE TABLE t (a text NOT NULL, PRIMARY KEY (a(20)));",
        "PRIMARY KEY (a(10))",
    ),
    (
        "mysql",
        "CREATE TABLE t (a int KEY);",
        "CREATE TABLE t (a int NOT NULL);",
        "PRIMARY KEY (`a`)",
    ),
    (
        "sqlite",
        "CREATE TABLE t (a INTEGER NOT NULL ON CONFLICT IGNORE);",
        "CREATE TABLE t (a INTEGER NOT NULL);",
        "NOT NULL ON CONFLICT IGNORE",
    ),
    (
        "sqlite",
        "CREATE TABLE t (a INTEGER UNIQUE ON CONFLICT FAIL);",
        "CREATE TABLE t (a INTEGER UNIQUE);",
        "ON CONFLICT FAIL",
    ),
    (
        "sqlite",
        "CREATE TABLE t (a TEXT, b TEXT, UNIQUE (a, b) ON CONFLICT REPLACE);",
        "CREATE TABLE t (a TEXT, b TEXT, UNIQUE (a, b));",
        "ON CONFLICT REPLACE",
    ),
    (
        "sqlite",
        "CREATE TABLE t (a TEXT, PRIMARY KEY (a COLLATE nocase DESC));",
        "CREATE TABLE t (a TEXT, PRIMARY KEY (a));",
        "PRIMARY KEY (a COLLATE nocase DESC)",
    ),
    (
        "postgresql",
        "CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a) INCLUDE (b));",
        "CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a));",
        "UNIQUE (a) INCLUDE (b)",
    ),
    (
        "postgresql",
        "CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a) WITH (fillfactor=70));",
        "CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a));",
        "WITH (fillfactor=70)",
    ),
    (
        "postgresql",
        "CREATE TABLE t (a int CONSTRAINT u UNIQUE DEFERRABLE);",
        "CREATE TABLE t (a int CONSTRAINT u UNIQUE);",
        "DEFERRABLE",
    ),
    (
        "postgresql",
        "CREATE TABLE t (a int, at tstzrange, CONSTRAINT k PRIMARY KEY (a, at WITHOUT OVERLAPS));",
        "CREATE TABLE t (a int, at tstzrange, CONSTRAINT k PRIMARY KEY (a, at));",
        "at WITHOUT OVERLAPS",
    ),
    (
        "postgresql",
        "CREATE TABLE t (a int, b text COLLATE \"C\" NOT NULL);",
        "CREATE TABLE t (a int, b text NOT NULL);",
        "COLLATE \"C\"",
    ),
    (
        "postgresql",
        "CREATE TABLE t (a int, CONSTRAINT n NOT NULL a NO INHERIT);",
        "CREATE TABLE t (a int NOT NULL);",
        "NOT NULL NO INHERIT",
    ),
    (
        "postgresql",
        "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;",
        "CREATE TABLE t (a int NOT NULL);",
        "ADD CONSTRAINT n NOT NULL a NOT VALID",
    ),
];

/// What belongs to how things are stored, or to sequences and extensions: no comparison looks at it.
const WRITTEN: &[(&str, &str)] = &[
    ("CREATE TABLE t (a text STORAGE EXTERNAL);", "ALTER COLUMN a SET STORAGE external"),
    (
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START WITH 10));",
        "t_id_seq START WITH 10",
    ),
    ("CREATE UNLOGGED SEQUENCE s;", "ALTER SEQUENCE s SET UNLOGGED"),
    (
        "CREATE TABLE t (a int); CREATE RULE r AS ON DELETE TO t DO (DELETE FROM b; DELETE FROM c);",
        "DELETE FROM b; DELETE FROM c)",
    ),
    ("CREATE SEQUENCE s AS bigint MAXVALUE 2147483647;", "MAXVALUE 2147483647"),
    (
        "CREATE SCHEMA app; CREATE EXTENSION citext WITH SCHEMA app;",
        "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA app",
    ),
];

fn written(view: &DiffView, renderer: &Renderer) -> String {
    let Render::Diff(render) = renderer.render else { unreachable!("a renderer of differences") };
    render(view, &Look::plain())
}

#[test]
fn what_is_said_of_a_table_is_kept_compared_and_written() {
    for (dialect, with, without, words) in COMPARED {
        let (with, without) = (read(with, dialect), read(without, dialect));
        let view = with.script(None, None).expect("one schema");
        assert_eq!(view.undecided, Vec::new(), "{words}");
        let script = printed(&view, &schema_sql::RENDERER);
        assert!(script.contains(words), "{words}\n{script}");
        assert_same(&with, &read(&script, dialect), &script);

        let found = diff(&without, &with);
        assert!(!found.differences.is_empty(), "{words}");
        // PostgreSQL's ways leave these to a person, and say so.
        let way = written(&found, &diff_sql::RENDERER);
        assert!(way.contains(words) || !found.way.missing.is_empty(), "{words}\n{way}");

        let made = written(
            &diff(&read("CREATE TABLE other (a int);", dialect), &with),
            &diff_alembic::RENDERER,
        );
        let plain = made.replace("\\'", "'");
        assert!(plain.contains(words), "{words}\n{made}");
    }
}

#[test]
fn how_things_are_stored_is_written() {
    for (given, words) in WRITTEN {
        let view = read(given, "postgresql").script(None, None).expect("one schema");
        let script = printed(&view, &schema_sql::RENDERER);
        assert!(script.contains(words), "{words}\n{script}");
    }
}

/// A table beside it keeps what it has when it is made anew for another reason.
#[test]
fn a_table_that_is_made_anew_keeps_what_was_said_of_it() {
    let from = "CREATE TABLE t (a INTEGER NOT NULL ON CONFLICT IGNORE, b TEXT, UNIQUE (b) ON CONFLICT FAIL);";
    let to = from.replace("b TEXT", "b TEXT NOT NULL");
    let way = written(&diff(&read(from, "sqlite"), &read(&to, "sqlite")), &diff_sql::RENDERER);
    for words in ["NOT NULL ON CONFLICT IGNORE", "ON CONFLICT FAIL"] {
        assert!(way.contains(words), "{words}\n{way}");
    }
    let from = "CREATE TABLE t (a varchar(9) CHARACTER SET latin1 INVISIBLE, b int);";
    let to = from.replace("varchar(9)", "varchar(20)");
    let way = written(&diff(&read(from, "mysql"), &read(&to, "mysql")), &diff_sql::RENDERER);
    assert!(
        way.contains("varchar(20) CHARACTER SET latin1 NULL INVISIBLE")
            || way.contains("latin1 INVISIBLE NULL"),
        "{way}"
    );
}

/// What has no place in a schema is said.
#[test]
fn what_is_not_kept_is_said() {
    for (dialect, given) in [
        ("sqlite", "CREATE TABLE t (a INTEGER PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT);"),
        ("postgresql", "CREATE TABLE t (a int) FROBNICATED;"),
        ("postgresql", "CREATE SCHEMA s CREATE TABLE t (a int);"),
    ] {
        let view = read(given, dialect).schema(None, None).expect("one schema");
        let is_open = view.tables.iter().any(|table| table.open);
        assert!(is_open || !view.undecided.is_empty(), "{given}");
    }
}
