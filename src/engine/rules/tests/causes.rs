//! The causes of a rule that its own example does not show, each with a near miss.

use crate::engine::fixture;

/// How a chain for one database begins; `{}` stands for what its last revision does.
pub(super) fn chain(url: &str, first: &str, second: &str) -> String {
    let revision = |id: &str, down: &str, body: &str| {
        format!(
            "=== versions/{id}_x.py\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\ndef upgrade():\n{body}\n\n\ndef downgrade():\n    pass\n"
        )
    };
    format!(
        "=== alembic.ini\n[alembic]\nscript_location = .\nsqlalchemy.url = {url}\n{}{}",
        revision("a1", "None", first),
        revision("b2", "\"a1\"", second)
    )
}

pub(super) fn plan(url: &str, prod: &str, sql: &str) -> String {
    format!(
        "=== alembic.ini\n[alembic]\nscript_location = .\nsqlalchemy.url = {url}\n=== prod.sql role:prod\n{prod}\n=== plan.sql role:plan\n{sql}\n"
    )
}

/// The causes that a rule gives, `""` for none.
pub(super) fn causes(text: &str, rule: &str) -> Vec<String> {
    let (report, _) = fixture::review(text);
    let own = report.findings.into_iter().filter(|one| one.rule == rule);
    own.map(|one| one.cause.unwrap_or_default()).collect()
}

pub(super) const LITE: &str = "sqlite:///shop.db";
pub(super) const MY: &str = "mysql://db/shop";
pub(super) const PG: &str = "postgresql://db/shop";

#[test]
fn a_batch_on_sqlite_loses_checks_without_a_name_and_stumbles_over_those_with_one() {
    let table = "    op.execute(\"CREATE TABLE orders (id integer PRIMARY KEY, total int, note text, CHECK (total > 0), CONSTRAINT short CHECK (note <> ''))\")";
    let batch = |inside: &str| {
        chain(
            LITE,
            table,
            &format!("    with op.batch_alter_table(\"orders\") as batch:\n{inside}"),
        )
    };
    let rule = "alembic-batch-hazards";
    let loses = batch("        batch.alter_column(\"total\", nullable=False)");
    assert_eq!(causes(&loses, rule), ["unnamed-check-lost"]);
    let adds = batch("        batch.add_column(sa.Column(\"at\", sa.Text()))");
    assert!(causes(&adds, rule).is_empty(), "an added column builds nothing anew");
    let fails = batch("        batch.drop_column(\"note\")");
    assert_eq!(causes(&fails, rule), ["column-in-check", "unnamed-check-lost"]);
    let drops = batch(
        "        batch.drop_constraint(\"short\", type_=\"check\")\n        batch.drop_column(\"note\")",
    );
    assert_eq!(causes(&drops, rule), ["unnamed-check-lost"]);
}

#[test]
fn a_pragma_after_a_change_of_rows_is_ignored() {
    let table =
        "    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True))";
    let off = "    op.execute(\"PRAGMA foreign_keys = OFF\")";
    let late = format!("    op.execute(\"DELETE FROM orders WHERE id < 3\")\n{off}");
    let rule = "alembic-batch-hazards";
    assert_eq!(causes(&chain(LITE, table, &late), rule), ["dml-before-pragma"]);
    assert!(causes(&chain(LITE, table, off), rule).is_empty());
}

#[test]
fn mysql_texts_are_judged_by_whose_they_are() {
    let prod = "CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20), total int);\nCREATE UNIQUE INDEX u ON orders (code);";
    let rule = "my-charset-collation-change";
    let of = |sql: &str| causes(&plan(MY, prod, sql), rule);
    assert_eq!(of("ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4;"), ["unique"]);
    assert_eq!(of("ALTER TABLE orders DEFAULT CHARSET = utf8mb4;"), ["default-only"]);
    assert_eq!(of("ALTER TABLE orders MODIFY code varchar(20) COLLATE utf8mb4_bin;"), ["unique"]);
    assert!(of("ALTER TABLE orders MODIFY code varchar(20);").is_empty());
}

#[test]
fn mysql_copies_for_an_engine_and_for_who_asks_for_it() {
    let prod = "CREATE TABLE orders (id bigint PRIMARY KEY, total int);";
    let of = |sql: &str| causes(&plan(MY, prod, sql), "my-blocking-alter");
    assert_eq!(of("ALTER TABLE orders ENGINE = InnoDB;"), ["engine"]);
    assert_eq!(of("ALTER TABLE orders ADD COLUMN note text, ALGORITHM=COPY;"), ["asked"]);
    assert!(of("ALTER TABLE orders ADD COLUMN note text, ALGORITHM=INSTANT;").is_empty());
    let rebuilds = plan(MY, prod, "ALTER TABLE orders FORCE;");
    assert_eq!(causes(&rebuilds, "my-inplace-rebuild"), [""]);
}

#[test]
fn an_online_tool_is_told_what_stands_in_its_way() {
    let rule = "my-online-tool-prerequisites";
    let of = |prod: &str| causes(&plan(MY, prod, "ALTER TABLE orders MODIFY total bigint;"), rule);
    assert_eq!(of("CREATE TABLE orders (id bigint, total int);"), ["no-key"]);
    let pointed = "CREATE TABLE orders (id bigint PRIMARY KEY, total int);\nCREATE TABLE parts (id bigint PRIMARY KEY, o bigint, FOREIGN KEY (o) REFERENCES orders (id));";
    assert_eq!(of(pointed), ["foreign-key"]);
    assert!(of("CREATE TABLE orders (id bigint PRIMARY KEY, total int);").is_empty());
}

#[test]
fn mysql_passes_over_a_reference_beside_a_column_by_its_version() {
    let sql = "ALTER TABLE orders ADD COLUMN who bigint REFERENCES people (id);";
    let prod = "CREATE TABLE orders (id bigint PRIMARY KEY);";
    let with = |version: &str| {
        format!("=== retort.toml\nserver-version = \"{version}\"\n{}", plan(MY, prod, sql))
    };
    let rule = "my-inline-references";
    assert_eq!(causes(&with("8.4"), rule), [""]);
    assert!(causes(&with("9.1"), rule).is_empty());
    let elsewhere = plan(PG, prod, sql);
    assert!(causes(&elsewhere, rule).is_empty());
}

#[test]
fn a_table_takes_a_limited_number_of_instant_changes() {
    let table =
        "    op.create_table(\"orders\", sa.Column(\"id\", sa.BigInteger(), primary_key=True))";
    let adds = |count: usize| {
        let lines = (0..count)
            .map(|n| format!("    op.add_column(\"orders\", sa.Column(\"c{n}\", sa.Integer()))\n"));
        chain(MY, table, &lines.collect::<String>())
    };
    let rule = "my-algorithm-not-asserted";
    assert!(causes(&adds(66), rule).contains(&"instant-limit".to_owned()));
    assert!(!causes(&adds(64), rule).contains(&"instant-limit".to_owned()));
}

#[test]
fn each_knob_of_the_policy_is_its_own_cause() {
    let of = |policy: &str, sql: &str| {
        let text = format!("=== retort.toml\n[policy]\n{policy}\n=== plan.sql role:plan\n{sql}\n");
        causes(&text, "table-policy")
    };
    let table = "CREATE TABLE notes (id bigint PRIMARY KEY, body text);";
    let cases = [
        ("forbidden-types = [\"text\"]", table, "forbidden-types"),
        ("require-not-null = true", table, "require-not-null"),
        ("require-comment = true", table, "require-comment"),
        ("max-columns = 1", table, "max-columns"),
        (
            "max-row-bytes = 100",
            "CREATE TABLE n (id bigint PRIMARY KEY, b varchar(90));",
            "max-row-bytes",
        ),
        (
            "row-padding = true",
            "CREATE TABLE n (ok boolean, id bigint PRIMARY KEY);",
            "row-padding",
        ),
        ("no-unlogged = true", "CREATE UNLOGGED TABLE n (id bigint PRIMARY KEY);", "no-unlogged"),
        (
            "no-partitions = true",
            "CREATE TABLE n (id bigint) PARTITION BY RANGE (id);",
            "no-partitions",
        ),
        (
            "no-foreign-keys = true",
            "CREATE TABLE n (id bigint PRIMARY KEY, o bigint NOT NULL REFERENCES orders (id));",
            "no-foreign-keys",
        ),
        (
            "nullable-fk = true",
            "CREATE TABLE n (id bigint PRIMARY KEY, o bigint REFERENCES orders (id));",
            "nullable-fk",
        ),
        (
            "on-delete-cascade = true",
            "CREATE TABLE n (id bigint PRIMARY KEY, o bigint REFERENCES orders (id) ON DELETE CASCADE);",
            "on-delete-cascade",
        ),
        (
            "require-index-type = \"btree\"",
            "CREATE INDEX i ON orders USING hash (id);",
            "require-index-type",
        ),
        (
            "no-routines = true",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "no-routines",
        ),
        (
            "no-triggers = true",
            "CREATE TRIGGER t AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();",
            "no-triggers",
        ),
    ];
    for (policy, sql, cause) in cases {
        assert_eq!(of(policy, sql), [cause], "{policy}\n{sql}");
        assert!(of("hot-tables = \"people\"", sql).is_empty(), "{sql}");
    }
}

#[test]
fn what_mysql_keeps_tables_in_and_what_is_set_twice_are_policy_too() {
    let of = |policy: &str, sql: &str| {
        let text = format!("=== retort.toml\n[policy]\n{policy}\n=== plan.sql role:plan\n{sql}\n");
        causes(&text, "table-policy")
    };
    assert_eq!(
        of("", "UPDATE orders SET a = 1, a = 2 WHERE id = 3;"),
        ["duplicate-column-assignment"]
    );
    let text = format!(
        "=== retort.toml\n[policy]\nengine = \"innodb\"\ncharset = \"utf8mb4\"\n{}",
        plan(
            MY,
            "",
            "CREATE TABLE n (id bigint PRIMARY KEY) ENGINE=MyISAM DEFAULT CHARSET=latin1;"
        )
    );
    assert_eq!(causes(&text, "table-policy"), ["charset", "engine"]);
}

#[test]
fn much_at_once_is_told_once() {
    let of = |policy: &str, sql: &str| {
        let text = format!("=== retort.toml\n{policy}\n=== plan.sql role:plan\n{sql}\n");
        causes(&text, "hot-or-large-table")
    };
    let sql = "ALTER TABLE a ADD COLUMN x int;\nALTER TABLE b ADD COLUMN x int;\nALTER TABLE b ADD COLUMN y int;";
    assert_eq!(of("[policy]\nmax-tables = 1", sql), ["many-tables"]);
    assert!(of("[policy]\nmax-tables = 2", sql).is_empty());
    let block = format!("BEGIN;\n{sql}");
    assert_eq!(of("[policy]\nmax-statements = 3", &block), ["many-statements"]);
    assert!(of("[policy]\nmax-statements = 4", &block).is_empty());
    assert_eq!(of("[tables]\nb = 5_000_000", sql), ["large"]);
    assert!(of("[tables]\nb = 500_000", sql).is_empty());
}

#[test]
fn what_was_put_aside_may_be_destroyed() {
    let of = |sql: &str| {
        let text = format!("=== retort.toml\n[tables]\nempty = 0\n=== plan.sql role:plan\n{sql}\n");
        causes(&text, "destructive-without-guard")
    };
    assert_eq!(of("ALTER TABLE orders DROP COLUMN note;"), ["drop-column"]);
    assert_eq!(of("TRUNCATE orders;"), ["truncate-table"]);
    assert_eq!(of("DELETE FROM orders;"), ["unfiltered-mutation"]);
    for silent in [
        "DELETE FROM orders WHERE id < 3;",
        "DROP TABLE zz_retired_orders;",
        "DROP TABLE empty;",
        "CREATE TABLE kept AS SELECT * FROM orders;\nTRUNCATE orders;",
    ] {
        assert!(of(silent).is_empty(), "{silent}");
    }
}

#[test]
fn sql_in_a_revision_for_sqlite_is_held_to_what_sqlite_knows() {
    let table = "    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True), sa.Column(\"code\", sa.Text()))\n    op.create_index(\"ix\", \"orders\", [\"code\"])";
    let of = |body: &str, rule: &str| causes(&chain(LITE, table, body), rule).len();
    let alters = "    op.execute(\"ALTER TABLE orders ALTER COLUMN code SET NOT NULL\")";
    assert_eq!(of(alters, "lite-unsupported-alter"), 1);
    let batch = "    with op.batch_alter_table(\"orders\") as batch:\n        batch.alter_column(\"code\", nullable=False)";
    assert_eq!(of(batch, "lite-unsupported-alter"), 0);
    let drops = "    op.drop_column(\"orders\", \"code\")";
    assert_eq!(of(drops, "lite-drop-column-limits"), 1);
    let batch =
        "    with op.batch_alter_table(\"orders\") as batch:\n        batch.drop_column(\"code\")";
    assert_eq!(of(batch, "lite-drop-column-limits"), 0);
}

#[test]
fn what_commits_on_its_own_is_told_inside_of_a_transaction() {
    let of =
        |sql: &str, rule: &str| causes(&format!("=== plan.sql role:plan\n{sql}\n"), rule).len();
    for sql in [
        "DROP INDEX CONCURRENTLY i;",
        "REINDEX TABLE CONCURRENTLY t;",
        "ALTER TABLE t DETACH PARTITION t_1 CONCURRENTLY;",
    ] {
        let rule = "concurrently-in-transaction";
        assert_eq!(of(&format!("BEGIN;\n{sql}\nCOMMIT;"), rule), 1, "{sql}");
        assert_eq!(of(sql, rule), 0, "{sql}");
    }
    for sql in [
        "VACUUM t;",
        "VACUUM FULL t;",
        "CREATE DATABASE d;",
        "DROP DATABASE d;",
        "ALTER SYSTEM SET work_mem = '1GB';",
        "CREATE TABLESPACE s LOCATION '/x';",
        "DROP SUBSCRIPTION s;",
        "REINDEX DATABASE d;",
        "CLUSTER;",
    ] {
        let rule = "non-transactional-statement";
        assert_eq!(of(&format!("BEGIN;\n{sql}\nCOMMIT;"), rule), 1, "{sql}");
        assert_eq!(of(sql, rule), 0, "{sql}");
    }
    let adds = "=== retort.toml\nserver-version = \"11\"\n=== plan.sql role:plan\nBEGIN;\nALTER TYPE e ADD VALUE 'x';\nCOMMIT;\n";
    assert_eq!(causes(adds, "non-transactional-statement").len(), 1);
    assert!(causes(&adds.replace("11", "12"), "non-transactional-statement").is_empty());
}

#[test]
fn what_stands_plainly_in_a_block_is_judged() {
    let report = |sql: &str| fixture::review(&format!("=== plan.sql role:plan\n{sql}\n")).0;
    let of =
        |sql: &str, rule: &str| report(sql).findings.iter().filter(|one| one.rule == rule).count();
    let plain = "DO $$ BEGIN\n DROP TABLE orders;\n ALTER TABLE t ADD COLUMN x int;\nEND $$;";
    assert_eq!((of(plain, "drop-table"), of(plain, "opaque-statement")), (1, 0));
    let dynamic = "DO $$ BEGIN DROP TABLE orders; EXECUTE 'DROP TABLE ' || x; END $$;";
    assert_eq!((of(dynamic, "drop-table"), of(dynamic, "opaque-statement")), (1, 1));
    let guarded = "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;";
    assert_eq!(of(guarded, "opaque-statement"), 0);
    let asks = "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('a'); END IF; END $$;";
    assert_eq!(of(asks, "opaque-statement"), 0);
    // Each of these may do other than it says.
    for open in [
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'other') THEN CREATE TYPE mood AS ENUM ('a'); END IF; END $$;",
        "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN OTHERS THEN NULL; END $$;",
        "DO $$ BEGIN FOR r IN SELECT 1 LOOP DROP TABLE orders; END LOOP; END $$;",
        "DO $$ DECLARE n int; BEGIN DELETE FROM orders WHERE id = n; END $$;",
        "DO $$ BEGIN IF x THEN DROP TABLE orders; ELSE DROP TABLE people; END IF; END $$;",
        "DO LANGUAGE plpython3u $$ import os $$;",
        "DO $$ BEGIN DROP TABLE orders;",
        "DO $$ BEGIN DROP TABLE orders; END; DROP TABLE b; $$;",
    ] {
        assert_eq!(of(open, "opaque-statement"), 1, "{open}");
    }
    let both = "DO $$ BEGIN IF x THEN DROP TABLE orders; ELSE DROP TABLE people; END IF; END $$;";
    assert_eq!(of(both, "drop-table"), 2);
}

#[test]
fn rights_owners_and_policies_are_told_by_cause() {
    let of = |sql: &str| {
        let mut found =
            causes(&format!("=== plan.sql role:plan\n{sql}\n"), "access-control-change");
        found.sort();
        found
    };
    let cases = [
        ("GRANT ALL ON orders TO app;", "grant-broad"),
        ("GRANT SELECT ON orders TO PUBLIC;", "grant-broad"),
        ("GRANT SELECT ON orders TO app WITH GRANT OPTION;", "grant-broad"),
        ("REVOKE SELECT ON orders FROM app;", "revoke"),
        ("ALTER TABLE orders OWNER TO app;", "owner"),
        ("CREATE POLICY p ON orders USING (true);", "policy"),
        ("ALTER POLICY p ON orders USING (true);", "policy"),
        ("DROP POLICY p ON orders;", "policy"),
        ("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;", "rls-disabled"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';", "definer"),
    ];
    for (sql, cause) in cases {
        assert_eq!(of(sql), [cause], "{sql}");
    }
    for silent in [
        "GRANT SELECT ON orders TO app;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE TABLE t (id int PRIMARY KEY);\nALTER TABLE t OWNER TO app;\nREVOKE ALL ON t FROM app;",
    ] {
        assert!(of(silent).is_empty(), "{silent}");
    }
}

/// Two pending revisions, and what their `env.py` says.
fn pending(env: &str, first: &str, second: &str) -> String {
    let base = "    op.create_table(\"orders\", sa.Column(\"id\", sa.BigInteger(), primary_key=True), sa.Column(\"total\", sa.BigInteger()))";
    let text = chain(PG, base, first);
    format!(
        "{text}=== env.py\nfrom alembic import context\n{env}\n=== versions/c3_x.py\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"c3\"\ndown_revision = \"b2\"\n\n\ndef upgrade():\n{second}\n\n\ndef downgrade():\n    pass\n=== retort.toml\nreleased = \"a1\"\n"
    )
}

#[test]
fn revisions_of_one_run_share_a_transaction_unless_env_py_says_otherwise() {
    let adds = "    op.execute(\"ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID\")";
    let validates = "    op.execute(\"ALTER TABLE orders VALIDATE CONSTRAINT positive\")";
    let rule = "validate-in-same-transaction";
    let one = "context.configure(target_metadata=None)";
    let each = "context.configure(target_metadata=None, transaction_per_migration=True)";
    let computed = "context.configure(target_metadata=None, transaction_per_migration=own())";
    assert_eq!(causes(&pending(one, adds, validates), rule).len(), 1);
    assert_eq!(causes(&pending(each, adds, validates), rule).len(), 0);
    assert_eq!(causes(&pending(computed, adds, validates), rule).len(), 0);
    let block = "    with op.get_context().autocommit_block():\n        pass\n    op.execute(\"ALTER TABLE orders VALIDATE CONSTRAINT positive\")";
    assert_eq!(causes(&pending(one, adds, block), rule).len(), 0);
    let scans = "    op.alter_column(\"orders\", \"total\", nullable=False)";
    let rule = "work-under-exclusive-lock";
    assert_eq!(causes(&pending(one, adds, scans), rule), ["mixed-revisions"]);
    assert!(causes(&pending(each, adds, scans), rule).is_empty());
}

#[test]
fn what_is_pending_waits_for_locks_as_long_as_env_py_says() {
    let adds = "    op.add_column(\"orders\", sa.Column(\"note\", sa.Text()))";
    let nothing = "    pass";
    let rule = "missing-timeouts";
    let plain = "context.configure(target_metadata=None)";
    assert_eq!(causes(&pending(plain, adds, nothing), rule).len(), 1);
    assert_eq!(causes(&pending(plain, nothing, adds), rule).len(), 1);
    let waits = "context.configure(target_metadata=None)\noptions = {\"options\": \"-c lock_timeout=4000\"}";
    assert!(causes(&pending(waits, adds, nothing), rule).is_empty());
    let own = format!("    op.execute(\"SET LOCAL lock_timeout = '2s'\")\n{adds}");
    assert!(causes(&pending(plain, &own, nothing), rule).is_empty());
}

#[test]
fn what_rows_kept_to_until_now_they_keep_to() {
    let prod = "CREATE TABLE people (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, who bigint, code text, CONSTRAINT k FOREIGN KEY (who) REFERENCES people (id), CONSTRAINT u UNIQUE (who));\nCREATE TABLE other (id bigint PRIMARY KEY);";
    let of = |sql: &str, rule: &str| causes(&plan(PG, prod, sql), rule).len();
    let (orphans, twice) = ("constraint-on-existing-data", "unique-on-existing-data");
    let drop = "ALTER TABLE orders DROP CONSTRAINT k;\n";
    let add = |to: &str| {
        format!(
            "{drop}ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (who) REFERENCES {to} (id) ON DELETE CASCADE;"
        )
    };
    assert_eq!(of(&add("people"), orphans), 0);
    assert_eq!(of(&add("other"), orphans), 1, "another table");
    let drop = "ALTER TABLE orders DROP CONSTRAINT u;\n";
    let add =
        |columns: &str| format!("{drop}ALTER TABLE orders ADD CONSTRAINT u UNIQUE ({columns});");
    assert_eq!(of(&add("who, code"), twice), 0);
    assert_eq!(of(&add("code"), twice), 1, "other columns");
    let check = "ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0);";
    assert_eq!(of(&format!("DELETE FROM orders;\n{check}"), orphans), 0);
    let filled = format!("DELETE FROM orders;\nINSERT INTO orders (id) VALUES (1);\n{check}");
    assert_eq!(of(&filled, orphans), 1);
}

#[test]
fn a_cast_by_way_of_what_keeps_all_loses_nothing() {
    let prod = "CREATE TYPE kind AS ENUM ('a', 'longer');\nCREATE TABLE t (id bigint PRIMARY KEY, k kind, n int, s varchar(20), at timestamp);";
    let of = |change: &str| {
        let sql = format!("ALTER TABLE t ALTER COLUMN {change};");
        causes(&plan(PG, prod, &sql), "lossy-type-change").len()
    };
    for keeps in [
        "k TYPE varchar(64) USING k::text",
        "n TYPE varchar(80) USING n::integer",
        "at TYPE timestamptz USING at AT TIME ZONE 'UTC'",
        "s TYPE interval USING s::interval",
    ] {
        assert_eq!(of(keeps), 0, "{keeps}");
    }
    for loses in [
        "k TYPE varchar(3) USING k::text",
        "s TYPE varchar(3) USING s::varchar(3)",
        "n TYPE smallint",
        "s TYPE varchar(30) USING left(s, 3)",
    ] {
        assert_eq!(of(loses), 1, "{loses}");
    }
    let prod = "CREATE TABLE t (id bigint PRIMARY KEY, k mood, s varchar(20));";
    let of = |change: &str| {
        let sql = format!("ALTER TABLE t ALTER COLUMN {change};");
        let (report, _) = fixture::review(&plan(PG, prod, &sql));
        let own = report.findings.into_iter().filter(|one| one.rule == "lossy-type-change");
        own.map(|one| one.severity.word()).collect::<Vec<_>>()
    };
    assert!(of("k TYPE varchar(8) USING k::text").is_empty(), "what is too long makes it fail");
    assert_eq!(of("k TYPE varchar(8) USING k::text::varchar(8)"), ["blocker"]);
    assert_eq!(of("s TYPE mood USING s::mood"), ["warning"]);
}

#[test]
fn row_security_that_is_back_in_the_same_change_is_silent() {
    let of = |sql: &str| {
        causes(&format!("=== plan.sql role:plan\n{sql}\n"), "access-control-change").len()
    };
    let (off, on) =
        ("ALTER TABLE t DISABLE ROW LEVEL SECURITY;", "ALTER TABLE t ENABLE ROW LEVEL SECURITY;");
    assert_eq!(of(&format!("{off}\nUPDATE t SET a = 1 WHERE b = 2;\n{on}")), 0);
    assert_eq!((of(off), of(on)), (1, 1));
    assert_eq!(of("ALTER TABLE t FORCE ROW LEVEL SECURITY;"), 0);
}

#[test]
fn what_rows_kept_to_is_known_under_names_that_change() {
    let prod = "CREATE TABLE orders (id bigint PRIMARY KEY, who bigint, code text, CONSTRAINT u UNIQUE (who, code));";
    let of = |sql: &str| causes(&plan(PG, prod, sql), "unique-on-existing-data").len();
    let drop = "ALTER TABLE orders DROP CONSTRAINT u;\nALTER TABLE orders RENAME TO sales;\nALTER TABLE sales RENAME COLUMN who TO buyer;\n";
    let add = |columns: &str| format!("{drop}ALTER TABLE sales ADD UNIQUE ({columns});");
    assert_eq!(of(&add("buyer, code")), 0);
    assert_eq!(of(&add("buyer")), 1, "fewer columns");
    let other = "ALTER TABLE orders DROP CONSTRAINT u;\nALTER TABLE orders RENAME COLUMN who TO buyer;\nALTER TABLE orders ADD COLUMN who bigint DEFAULT 1;\nALTER TABLE orders ADD UNIQUE (who, code);";
    assert_eq!(of(other), 1, "another column of that name");
}

#[test]
fn a_key_that_is_replaced_under_a_name_nobody_knows_holds_already() {
    let first = "    op.create_table(\"people\", sa.Column(\"id\", sa.Integer(), primary_key=True))\n    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True), sa.Column(\"who\", sa.Integer(), sa.ForeignKey(\"people.id\")), sa.Column(\"whose\", sa.Integer()))";
    let of = |drop: &str, column: &str| {
        let body = format!(
            "{drop}    op.create_foreign_key(\"new\", \"orders\", \"people\", [\"{column}\"], [\"id\"])"
        );
        causes(&chain(PG, first, &body), "constraint-on-existing-data").len()
    };
    let drop = "    op.drop_constraint(\"fk_orders_who\", \"orders\", type_=\"foreignkey\")\n";
    assert_eq!(of(drop, "who"), 0);
    assert_eq!(of(drop, "whose"), 1, "another column");
}

#[test]
fn a_loop_runs_statements_of_their_own() {
    let first =
        "    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True))";
    let body = "    for sql in (\"ALTER TABLE orders ADD COLUMN total int\", \"ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0)\"):\n        op.execute(sql)";
    let rule = "add-column-inline-constraint";
    assert!(causes(&chain(PG, first, body), rule).is_empty());
    let one = "    op.execute(\"ALTER TABLE orders ADD COLUMN total int CONSTRAINT positive CHECK (total > 0)\")";
    assert_eq!(causes(&chain(PG, first, one), rule).len(), 1);
}

#[test]
fn a_folder_named_after_a_database_is_read_for_it() {
    let of = |folder: &str, url: &str| {
        let text = chain(
            url,
            "    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True), sa.Column(\"note\", sa.Text()))",
            "    with op.batch_alter_table(\"orders\") as batch:\n        batch.alter_column(\"note\", nullable=False)",
        );
        let text = text.replace("=== versions/", &format!("=== {folder}versions/"));
        (causes(&text, "lite-unsupported-alter").len(), causes(&text, "set-not-null-scan").len())
    };
    assert_eq!(of("sqlite/", PG), (0, 0), "a batch builds the table anew");
    assert_eq!(of("", PG), (0, 1));
}

#[test]
fn columns_that_point_at_one_table_are_alike() {
    let prod = "CREATE TABLE people (id bigint PRIMARY KEY);\nCREATE TABLE jobs (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, source_id bigint CONSTRAINT k REFERENCES people (id));";
    let of = |to: &str| {
        let sql = format!(
            "ALTER TABLE orders ADD COLUMN user_id bigint;\nALTER TABLE orders DROP CONSTRAINT k;\nALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES {to} (id);\nALTER TABLE orders DROP COLUMN source_id;"
        );
        causes(&plan(PG, prod, &sql), "drop-add-looks-like-rename").len()
    };
    assert_eq!(of("people"), 1);
    assert_eq!(of("jobs"), 0);
}

#[test]
fn of_two_findings_about_one_statement_the_surer_comes_first() {
    let (report, _) = fixture::review("=== plan.sql role:plan\nDROP TABLE orders CASCADE;\n");
    let first: Vec<&str> = report.findings.iter().map(|one| one.rule.as_str()).take(2).collect();
    assert_eq!(first, ["drop-table", "drop-cascade"]);
}

#[test]
fn a_constant_by_the_name_of_its_class_is_no_function() {
    let first =
        "    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True))";
    let of = |default: &str| {
        let adds = format!(
            "    op.add_column(\"orders\", sa.Column(\"paid\", sa.Boolean(), server_default={default}, nullable=False))"
        );
        causes(&chain(PG, first, &adds), "add-column-rewrite").len()
    };
    assert_eq!((of("sa.sql.False_()"), of("sa.sql.true()")), (0, 0));
    assert_eq!(of("sa.func.pick_one()"), 1);
}

#[test]
fn what_rows_were_held_to_is_forgotten_once_they_change() {
    let prod = "CREATE TABLE people (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, who bigint, CONSTRAINT k FOREIGN KEY (who) REFERENCES people (id));";
    let of = |between: &str| {
        let sql = format!(
            "ALTER TABLE orders DROP CONSTRAINT k;\n{between}\nALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (who) REFERENCES people (id);"
        );
        causes(&plan(PG, prod, &sql), "constraint-on-existing-data").len()
    };
    for keeps in ["", "INSERT INTO people VALUES (1);", "UPDATE orders SET id = 1 WHERE id = 2;"] {
        assert_eq!(of(keeps), 0, "{keeps}");
    }
    for breaks in [
        "UPDATE people SET id = id + 1 WHERE id > 5;",
        "INSERT INTO orders (who) VALUES (7);",
        "DELETE FROM people WHERE id = 3;",
        "ALTER TABLE orders DROP COLUMN who;\nALTER TABLE orders ADD COLUMN who bigint DEFAULT 7;",
    ] {
        assert_eq!(of(breaks), 1, "{breaks}");
    }
}

#[test]
fn another_collation_builds_the_indexes_anew() {
    let prod = "CREATE TABLE t (id bigint PRIMARY KEY, s varchar(20));";
    let of = |change: &str| {
        let sql = format!("ALTER TABLE t ALTER COLUMN s TYPE {change};");
        causes(&plan(PG, prod, &sql), "alter-type-rewrite")
    };
    assert_eq!(of("varchar(20) COLLATE \"C\""), ["rescan"]);
    assert!(of("varchar(20)").is_empty());
}

#[test]
fn a_second_semicolon_ends_nothing() {
    let (report, _) = fixture::review("=== plan.sql role:plan\nDROP TABLE orders;;\n;\n");
    let rules: Vec<&str> = report.findings.iter().map(|one| one.rule.as_str()).collect();
    assert!(rules.contains(&"drop-table") && !rules.contains(&"unparsed-input"), "{rules:?}");
    let body = "    op.execute(\"ALTER TABLE orders ADD COLUMN total int;;\")";
    let first =
        "    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True))";
    assert!(causes(&chain(PG, first, body), "unparsed-input").is_empty());
}

#[test]
fn a_constraint_that_comes_back_under_its_name_weighs_less() {
    let first = "    op.execute(\"SELECT 1\")";
    let of = |drop: &str, between: &str| {
        let body = format!(
            "    op.drop_constraint(\"{drop}\", \"orders\", type_=\"foreignkey\")\n{between}    op.create_foreign_key(\"k\", \"orders\", \"people\", [\"who\"], [\"id\"], ondelete=\"CASCADE\")"
        );
        let (report, _) = fixture::review(&chain(PG, first, &body));
        let own =
            report.findings.into_iter().filter(|one| one.rule == "constraint-on-existing-data");
        own.map(|one| one.severity.word()).collect::<Vec<_>>()
    };
    assert_eq!(of("k", ""), ["warning"]);
    assert_eq!(of("other", ""), ["danger"]);
    assert_eq!(of("k", "    op.execute(\"DELETE FROM people WHERE id > 5\")\n"), ["danger"]);
}

#[test]
fn one_new_column_is_not_the_new_name_of_several() {
    let prod =
        "CREATE TABLE t (id bigint PRIMARY KEY, call_after_file text, call_before_file text);";
    let of = |sql: &str| {
        let (report, _) = fixture::review(&plan(PG, prod, sql));
        let own =
            report.findings.into_iter().filter(|one| one.rule == "drop-add-looks-like-rename");
        own.map(|one| one.severity.word()).collect::<Vec<_>>()
    };
    let (add, after) = (
        "ALTER TABLE t ADD COLUMN calls_file text;\n",
        "ALTER TABLE t DROP COLUMN call_after_file;\n",
    );
    let before = "ALTER TABLE t DROP COLUMN call_before_file;\n";
    assert_eq!(of(&format!("{add}{after}")), ["blocker"]);
    assert!(of(&format!("{add}{after}{before}")).iter().all(|word| *word == "warning"));
}

#[test]
fn a_table_that_is_built_anew_is_no_loss() {
    let of = |copy: &str| {
        let sql = format!(
            "CREATE TABLE fresh (id bigint);\n{copy}DROP TABLE orders;\nALTER TABLE fresh RENAME TO orders;"
        );
        let (report, _) = fixture::review(&plan(PG, "CREATE TABLE orders (id bigint);", &sql));
        let own = report.findings.into_iter().filter(|one| one.rule == "drop-table");
        own.map(|one| one.severity.word()).collect::<Vec<_>>()
    };
    assert_eq!(of("INSERT INTO fresh SELECT id FROM orders;\n"), ["warning"]);
    assert_eq!(of(""), ["blocker"]);
}

#[test]
fn one_row_by_its_key_is_no_batch() {
    let prod = "CREATE TABLE t (id bigint PRIMARY KEY, name text, n int);";
    let of = |filter: &str| {
        let sql = format!("ALTER TABLE t ADD COLUMN m int;\nUPDATE t SET m = 1 WHERE {filter};");
        causes(&plan(PG, prod, &sql), "unbatched-backfill").len()
    };
    assert_eq!((of("id = 7"), of("7 = t.id AND n > 3")), (0, 0));
    assert_eq!((of("name = 'x'"), of("id > 7"), of("id = 7 OR n = 3"), of("id = n")), (1, 1, 1, 1));
}

#[test]
fn a_constraint_that_goes_with_what_it_is_about_weighs_less() {
    let prod = "CREATE TABLE people (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, who bigint, n int, CONSTRAINT k FOREIGN KEY (who) REFERENCES people (id), CONSTRAINT u UNIQUE (who));";
    let of = |sql: &str| {
        let (report, _) = fixture::review(&plan(PG, prod, sql));
        let own = report.findings.into_iter().filter(|one| one.rule == "drop-constraint");
        own.map(|one| one.severity.word()).collect::<Vec<_>>()
    };
    let drop = |name: &str| format!("ALTER TABLE orders DROP CONSTRAINT IF EXISTS {name};\n");
    assert_eq!(of(&drop("k")), ["danger"]);
    // Its target, its column, and the column of which its name tells.
    assert_eq!(of(&(drop("k") + "DROP TABLE people;")), ["notice"]);
    assert_eq!(of(&(drop("k") + "ALTER TABLE orders DROP COLUMN who;")), ["notice"]);
    assert_eq!(of(&(drop("orders_n_fkey") + "ALTER TABLE orders DROP COLUMN n;")), ["notice"]);
    assert_eq!(of(&(drop("orders_n_fkey") + "ALTER TABLE orders DROP COLUMN who;")), ["danger"]);
    // One that holds for more columns lets in what this one refused; one over others says nothing of it.
    let wider = "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (who, n);";
    assert_eq!(of(&(drop("u") + wider)), ["warning"]);
    assert_eq!(of(&(drop("u") + "ALTER TABLE orders ADD CONSTRAINT v UNIQUE (n);")), ["danger"]);
}

#[test]
fn code_that_may_be_made_again_weighs_less() {
    let first = "    op.execute(\"CREATE VIEW seen AS SELECT 1 AS one\")";
    let of = |around: [&str; 2]| {
        let drop = "    op.execute(\"DROP VIEW IF EXISTS seen\")\n";
        let body = [around[0], drop, around[1]].concat();
        let (report, _) = fixture::review(&chain(PG, first, &body));
        let own = report.findings.into_iter().filter(|one| one.rule == "drop-code-object");
        own.map(|one| one.severity.word()).collect::<Vec<_>>()
    };
    let unread = "    op.execute(sql_of_the_view())\n";
    assert_eq!(of(["", "    pass"]), ["danger"]);
    assert_eq!(of(["", unread]), ["warning"]);
    assert_eq!(of([unread, "    pass"]), ["danger"]);
    // What is there once more was made in between.
    assert_eq!(of(["    op.execute(\"DROP VIEW IF EXISTS seen\")\n", "    pass"]), ["danger"]);
    // Triggers of two tables may have one name.
    let both = "DROP TRIGGER touched ON a;\nDROP TRIGGER touched ON b;";
    assert_eq!(causes(&plan(PG, "CREATE TABLE a (id int);", both), "drop-code-object").len(), 2);
}

#[test]
fn a_new_column_of_an_emptied_table_fails_for_code_alone() {
    let prod = "CREATE TABLE t (id bigint PRIMARY KEY);";
    let of = |before: &str| {
        let sql = format!("{before}ALTER TABLE t ADD COLUMN n int NOT NULL;");
        let (report, _) = fixture::review(&plan(PG, prod, &sql));
        let own = report.findings.into_iter().filter(|one| one.rule == "add-required-column");
        own.map(|one| one.severity.word()).collect::<Vec<_>>()
    };
    assert_eq!(of(""), ["danger"]);
    assert_eq!(of("DELETE FROM t;\n"), ["warning"]);
    assert_eq!(of("DELETE FROM t WHERE id > 5;\n"), ["danger"]);
    assert_eq!(of("DELETE FROM t;\nINSERT INTO t VALUES (1);\n"), ["danger"]);
}
