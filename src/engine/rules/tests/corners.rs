//! What a rule's example and its near miss leave open: conditions that nothing else holds, each from both sides.

use super::causes::{MY, PG, causes, chain, plan};
use crate::engine::fixture;

/// The severities that a rule gives.
fn weights(text: &str, rule: &str) -> Vec<&'static str> {
    let (report, _) = fixture::review(text);
    let own = report.findings.into_iter().filter(|one| one.rule == rule);
    own.map(|one| one.severity.word()).collect()
}

#[test]
fn mysql_compares_texts_of_any_length_and_nothing_else_across_types() {
    let prod = "CREATE TABLE a (id varchar(10) PRIMARY KEY);\nCREATE TABLE b (id int PRIMARY KEY, c char(10), d date);";
    let of = |column: &str| {
        let sql = format!("ALTER TABLE b ADD FOREIGN KEY ({column}) REFERENCES a (id);");
        weights(&plan(MY, prod, &sql), "fk-target-mismatch")
    };
    assert_eq!(of("c"), ["warning"]);
    assert_eq!(of("d"), ["blocker"]);
}

#[test]
fn a_check_that_is_not_enforced_reads_no_row() {
    let of = |rest: &str| {
        let sql = format!("ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0){rest};");
        causes(&plan(PG, "CREATE TABLE orders (total int);", &sql), "add-check-validated").len()
    };
    assert_eq!((of(""), of(" NOT ENFORCED")), (1, 0));
}

#[test]
fn everything_has_a_form_in_json() {
    let of = |to: &str, using: &str| {
        let sql = format!("ALTER TABLE t ALTER COLUMN a TYPE {to} USING {using};");
        causes(&plan(PG, "CREATE TABLE t (a text);", &sql), "cast-may-fail").len()
    };
    assert_eq!(of("jsonb", "to_jsonb(a)"), 0);
    assert_eq!(of("jsonb", "jsonb_build_object('a', a)"), 0);
    assert_eq!((of("jsonb", "a::jsonb"), of("integer", "a::integer")), (1, 1));
}

#[test]
fn a_plan_has_a_constraint_of_the_chain_if_it_is_the_same_of_the_same_table() {
    let of = |plan: &str| {
        let first = "    op.create_table(\"orders\", sa.Column(\"a\", sa.Integer()), sa.Column(\"b\", sa.Integer()))\n    op.create_table(\"notes\", sa.Column(\"a\", sa.Integer()))";
        let second = "    op.create_unique_constraint(\"u\", \"orders\", [\"a\"])";
        let audit = "DATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\nnotes\norders\n\nALEMBIC VERSION:\nversion_num\na1";
        let text = [
            &chain(PG, first, second),
            "=== prod.txt role:prod\n",
            audit,
            "\n=== plan.sql role:plan\n",
            plan,
            "\n",
        ];
        causes(&text.concat(), "chain-not-in-plan").len()
    };
    assert_eq!(of("ALTER TABLE orders ADD CONSTRAINT u UNIQUE (a);"), 0);
    assert_eq!(of("ALTER TABLE orders ADD CONSTRAINT u UNIQUE (b);"), 1);
    assert_eq!(of("ALTER TABLE notes ADD CONSTRAINT u UNIQUE (a);"), 1);
}

#[test]
fn a_table_that_comes_with_the_columns_of_one_that_goes_may_be_its_new_name() {
    let columns = "(id bigint, customer text, total int, note text)";
    let prod = format!("CREATE TABLE orders {columns};");
    let of = |new: &str| {
        let sql = format!("DROP TABLE orders;\nCREATE TABLE {new};");
        causes(&plan(PG, &prod, &sql), "drop-add-looks-like-rename").len()
    };
    assert_eq!(of(&format!("purchases {columns}")), 1);
    assert_eq!(of(&format!("orders {columns}")), 0);
    assert_eq!(of("purchases (serial text, price int)"), 0);
}

#[test]
fn two_tools_are_no_second_run_of_one() {
    let of = |first: &str, second: &str| {
        let text =
            format!("=== start.sh\n#!/bin/sh\nset -e\n{first}\n{second}\nexec gunicorn shop\n");
        causes(&text, "migration-run-twice").len()
    };
    assert_eq!(of("alembic upgrade head", "python -m alembic upgrade head"), 1);
    assert_eq!(of("flask db upgrade", "flask db upgrade"), 1);
    assert_eq!(of("flask db upgrade", "npx prisma migrate deploy"), 0);
}

#[test]
fn a_column_outside_of_the_key_leaves_the_key_alone() {
    let prod = "CREATE TABLE orders (id int PRIMARY KEY, n int);";
    let of = |column: &str| {
        let sql = format!("ALTER TABLE orders MODIFY COLUMN {column} bigint;");
        causes(&plan(MY, prod, &sql), "my-primary-key-change").len()
    };
    assert_eq!((of("id"), of("n")), (1, 0));
}

#[test]
fn what_no_revision_makes_may_come_from_elsewhere() {
    let text = chain(PG, "    op.execute(\"SELECT 1\")", "    op.drop_column(\"orders\", \"n\")");
    assert_eq!(weights(&text, "object-state-mismatch"), ["warning"]);
    let made = "    op.create_table(\"orders\", sa.Column(\"m\", sa.Integer()))";
    let text = chain(PG, made, "    op.drop_column(\"orders\", \"n\")");
    assert_ne!(weights(&text, "object-state-mismatch"), ["warning"]);
}

#[test]
fn a_publication_is_of_the_tables_that_it_names_whole() {
    let of = |table: &str| {
        let prod = "CREATE TABLE order_items (id int);\nCREATE TABLE items (id int);\nCREATE PUBLICATION p FOR TABLE order_items;";
        let sql = format!("ALTER TABLE {table} ADD COLUMN n int;");
        causes(&plan(PG, prod, &sql), "replication-impact").len()
    };
    assert_eq!((of("order_items"), of("items")), (1, 0));
}

#[test]
fn another_access_method_writes_the_table_anew() {
    let of = |change: &str| {
        let sql = format!("ALTER TABLE orders {change};");
        causes(&plan(PG, "CREATE TABLE orders (id int);", &sql), "table-rewrite-command")
    };
    assert_eq!(of("SET ACCESS METHOD heap2"), ["access-method"]);
    assert_eq!(of("SET TABLESPACE fast"), ["tablespace"]);
}

#[test]
fn a_partition_key_blocks_a_change_of_its_columns_alone() {
    let prod =
        "CREATE TABLE events (id bigint, made_at date, made int) PARTITION BY RANGE (made_at);";
    let of = |column: &str, to: &str| {
        let sql = format!("ALTER TABLE events ALTER COLUMN {column} TYPE {to};");
        causes(&plan(PG, prod, &sql), "type-change-blocked").len()
    };
    assert_eq!((of("made_at", "timestamp"), of("made", "bigint")), (1, 0));
}

#[test]
fn an_index_under_a_lock_is_told_as_one() {
    let of = |then: &str| {
        let sql = format!("BEGIN;\nALTER TABLE orders ADD COLUMN n int;\n{then}\nCOMMIT;");
        causes(&plan(PG, "CREATE TABLE orders (id int);", &sql), "work-under-exclusive-lock")
    };
    assert_eq!(of("CREATE INDEX i ON orders (id);"), ["index-under-lock"]);
    assert_ne!(of("ALTER TABLE orders ALTER COLUMN id SET NOT NULL;"), ["index-under-lock"]);
}

#[test]
fn a_clean_verdict_says_what_was_seen() {
    let of = |plan: &str| {
        let revision = "=== versions/a1.py\nfrom alembic import op\nimport sqlalchemy as sa\nrevision = \"a1\"\ndown_revision = None\n\n\ndef upgrade():\n    op.create_table(\"orders\", sa.Column(\"id\", sa.Integer(), primary_key=True))\n\n\ndef downgrade():\n    op.drop_table(\"orders\")\n";
        let audit = |role: &str| {
            format!(
                "=== {role}.txt role:{role}\nDATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\norders\n\nALEMBIC VERSION:\nversion_num\na1\n"
            )
        };
        let text = [revision, &audit("dev"), &audit("prod"), "=== plan.sql role:plan\n", plan];
        let (report, _) = fixture::review(&text.concat());
        report.verdict.reason
    };
    let seen = of("CREATE TABLE notes (id bigint PRIMARY KEY);\n");
    assert!(seen.contains("1 statement, dev and prod hold the same tables, 1 revision"), "{seen}");
}
