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
    ("CREATE TABLE t (a int) TABLESPACE fast;", "ALTER TABLE ONLY t SET TABLESPACE fast"),
    ("CREATE TABLE t (a int) USING columnar;", "ALTER TABLE ONLY t SET ACCESS METHOD columnar"),
    (
        "SET default_tablespace = fast; CREATE TABLE t (a int); SET default_tablespace = ''; CREATE TABLE u (a int);",
        "ALTER TABLE ONLY t SET TABLESPACE fast",
    ),
    (
        "SET default_table_access_method = columnar; CREATE TABLE t (a int);",
        "ALTER TABLE ONLY t SET ACCESS METHOD columnar",
    ),
    (
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a) TABLESPACE slow;",
        "ALTER INDEX i SET TABLESPACE slow",
    ),
    (
        "CREATE TABLE t (a int NOT NULL); SET default_tablespace = fast; ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (a);",
        "ALTER INDEX k SET TABLESPACE fast",
    ),
    (
        "CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a) USING INDEX TABLESPACE slow);",
        "UNIQUE (a) USING INDEX TABLESPACE slow",
    ),
    (
        "CREATE TABLE t (a text, b text); ALTER TABLE t ALTER b SET STORAGE plain; ALTER TABLE t ALTER b SET STORAGE external; ALTER TABLE t RENAME b TO c; ALTER TABLE t RENAME TO u;",
        "ALTER TABLE ONLY u ALTER COLUMN c SET STORAGE external",
    ),
];

/// What is gone, or was said of something that is: nothing may be written of it.
const GONE: &[(&str, &str)] = &[
    ("CREATE TABLE t (a int) TABLESPACE fast; ALTER TABLE t SET TABLESPACE slow;", "fast"),
    (
        "CREATE TABLE t (a text, b int); ALTER TABLE t ALTER a SET STORAGE plain; ALTER TABLE t DROP a;",
        "STORAGE",
    ),
    (
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a) TABLESPACE slow; DROP INDEX i;",
        "TABLESPACE",
    ),
    ("CREATE TABLE t (a text COLLATE \"C\"); ALTER TABLE t ALTER a TYPE varchar(9);", "COLLATE"),
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
        assert_eq!(view.undecided, Vec::new(), "{words}");
        let again = read(&script, "postgresql").script(None, None).expect("one schema");
        assert_eq!(printed(&again, &schema_sql::RENDERER), script, "{words}");
    }
    for (given, words) in GONE {
        let view = read(given, "postgresql").script(None, None).expect("one schema");
        let script = printed(&view, &schema_sql::RENDERER);
        assert!(!script.contains(words), "{words}\n{script}");
        assert_eq!(view.undecided, Vec::new(), "{words}");
    }
}

/// Whose rights hold where a view, routine or trigger runs is written again; another owner is no difference,
/// other rights are.
#[test]
fn what_mysql_says_before_a_view_is_written_and_read_back() {
    const GIVEN: &str = "CREATE TABLE t (a int);
CREATE ALGORITHM=MERGE DEFINER=`app`@`%` SQL SECURITY INVOKER VIEW v AS select `t`.`a` AS `a` from `t`;
CREATE DEFINER=`a b`@`localhost` TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;
CREATE DEFINER=`app`@`%` PROCEDURE p(IN x INT) SQL SECURITY INVOKER SELECT 1;";
    let given = read(GIVEN, "mysql");
    let script = printed(&given.script(None, None).expect("one"), &schema_sql::RENDERER);
    for words in [
        "CREATE ALGORITHM=MERGE DEFINER=`app`@`%` SQL SECURITY INVOKER VIEW `v` AS",
        "CREATE DEFINER=`a b`@`localhost` TRIGGER `r` BEFORE",
        "CREATE DEFINER=`app`@`%` PROCEDURE `p`(IN x INT) SQL SECURITY INVOKER SELECT",
    ] {
        assert!(script.contains(words), "{words}\n{script}");
    }
    assert_same(&given, &read(&script, "mysql"), &script);
    assert_same(&given, &read(&GIVEN.replace("`app`@`%`", "`root`@`localhost`"), "mysql"), "owner");
    let other = read(&GIVEN.replace("SQL SECURITY INVOKER VIEW", "VIEW"), "mysql");
    assert_eq!(diff(&given, &other).differences.len(), 1);
}

/// `FIRST` and `AFTER` move a column.
#[test]
fn columns_stand_where_mysql_puts_them() {
    let given = "CREATE TABLE t (a int, b int); ALTER TABLE t ADD COLUMN c int FIRST, ADD d int AFTER a; \
                 ALTER TABLE t MODIFY b bigint AFTER c; ALTER TABLE t CHANGE a aa int FIRST;";
    let view = read(given, "mysql").schema(None, None).expect("one schema");
    let names: Vec<&str> =
        view.tables[0].columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["aa", "c", "b", "d"]);
}

/// A change of a type takes the collation back to that of the type, so the way has to name it.
#[test]
fn a_way_on_postgresql_says_the_collation() {
    let way = |from: &str, to: &str| {
        let found = diff(&read(from, "postgresql"), &read(to, "postgresql"));
        assert_eq!(found.way.missing, Vec::<String>::new(), "{from}");
        (written(&found, &diff_sql::RENDERER), written(&found, &diff_alembic::RENDERER))
    };
    let plain = "CREATE TABLE t (a varchar(9));";
    let own = "CREATE TABLE t (a varchar(9) COLLATE \"C\");";
    let wide = "CREATE TABLE t (a text COLLATE \"C\");";
    for (from, to, words) in [
        (plain, own, "ALTER COLUMN a TYPE character varying(9) COLLATE \"C\""),
        (own, plain, "ALTER COLUMN a TYPE character varying(9);"),
        (own, wide, "ALTER COLUMN a TYPE text COLLATE \"C\""),
    ] {
        let (sql, alembic) = way(from, to);
        assert!(sql.contains(words), "{words}\n{sql}");
        let up = alembic.split("def downgrade").next().expect("an upgrade");
        let collates = to.contains("COLLATE");
        assert_eq!(up.replace("\\'", "'").contains("COLLATE"), collates, "{words}\n{alembic}");
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

/// The SQL of what the body of one `upgrade()` makes.
fn replayed(body: &str, dialect: &str) -> (String, Vec<String>) {
    let text = format!(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a'\ndown_revision = None\n\n\n\
         def upgrade():\n{body}"
    );
    let input = retort::Input::new("migrations/versions/a.py", text);
    let settings =
        retort::wire::Settings { dialect: Some(dialect.to_owned()), ..Default::default() };
    let options = retort::Options { settings, ..Default::default() };
    let never = &mut |_| std::ops::ControlFlow::Continue(());
    let std::ops::ControlFlow::Continue(found) =
        retort::read(vec![input], &options, &retort::Alone, never)
    else {
        unreachable!("nothing stops this run")
    };
    let view = found.script(None, None).expect("one schema");
    let open = view.undecided.iter().map(|one| one.what.clone());
    let open = open.filter(|what| !what.starts_with("names of constraints")).collect();
    (printed(&view, &schema_sql::RENDERER), open)
}

/// What the dialect in force takes of the options that a directive may have for each.
const OPTIONS: &str = "    op.create_table('t', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('a', sa.Text()),\n\
    \x20       mysql_collate='utf8mb4_bin', mysql_engine='InnoDB', mysql_default_charset='utf8mb4', mysql_row_format='DYNAMIC',\n\
    \x20       postgresql_tablespace='fast', postgresql_using='columnar', sqlite_strict=True, sqlite_autoincrement=True,\n\
    \x20       sqlite_with_rowid=False)\n    \
    op.create_index('i', 't', ['a'], mysql_prefix='FULLTEXT', mysql_with_parser='ngram', postgresql_tablespace='slow')\n";

#[test]
fn options_of_directives_are_those_of_the_dialect() {
    for (dialect, words) in [
        (
            "mysql",
            &[
                ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC COLLATE utf8mb4_bin;",
                "FULLTEXT INDEX `i`",
            ][..],
        ),
        (
            "postgresql",
            &[
                "ALTER TABLE ONLY t SET TABLESPACE fast;",
                "ALTER TABLE ONLY t SET ACCESS METHOD columnar;",
                "ALTER INDEX i SET TABLESPACE slow;",
            ],
        ),
        ("sqlite", &["PRIMARY KEY AUTOINCREMENT", ") WITHOUT ROWID, STRICT;"]),
    ] {
        let (script, open) = replayed(OPTIONS, dialect);
        assert_eq!(open, Vec::<String>::new(), "{dialect}\n{script}");
        for one in words {
            assert!(script.contains(one), "{one}\n{script}");
        }
    }
    let refused = "    op.create_table('t', sa.Column('id', sa.Integer()), postgresql_with='x')\n";
    assert!(
        replayed(refused, "postgresql")
            .1
            .join("")
            .contains("`postgresql_with`, which SQLAlchemy refuses")
    );
}

/// A batch makes another table than the one that was there; what of it is not known is said.
#[test]
fn a_batch_that_makes_the_table_anew_puts_columns_where_it_says() {
    let made =
        "    op.create_table('t', sa.Column('id', sa.Integer()), sa.Column('a', sa.Text()))\n";
    let added = "    with op.batch_alter_table('t') as batch:\n        batch.alter_column('a', nullable=False)\n        \
                 batch.add_column(sa.Column('z', sa.Text()), insert_after='id')\n";
    let (script, open) = replayed(&[made, added].concat(), "sqlite");
    assert_eq!(open, Vec::<String>::new(), "{script}");
    assert!(script.find("\"z\"") < script.find("\"a\""), "{script}");
    for (dialect, head) in [
        ("sqlite", "table_kwargs={'sqlite_strict': True}"),
        ("sqlite", "partial_reordering=[('a', 'id')]"),
        ("postgresql", "recreate='always'"),
    ] {
        let batch = format!(
            "    with op.batch_alter_table('t', {head}) as batch:\n        batch.drop_column('a')\n"
        );
        let (script, open) = replayed(&[made, &batch].concat(), dialect);
        assert!(
            open.iter().any(|what| what.starts_with("a batch that")),
            "{head}\n{script}\n{open:?}"
        );
    }
}
