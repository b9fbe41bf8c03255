use expect_test::{Expect, expect};

use super::*;
use crate::engine::schema::{Column, Constraint, ConstraintKind, IndexPart};
use crate::engine::sql;

/// Runs SQL on an empty schema and prints what is there afterwards, then the clashes.
#[track_caller]
fn check(script: &str, expect: Expect) {
    let mut schema = Schema::default();
    let mut clashes = Vec::new();
    for piece in script.split(';').filter(|piece| !piece.trim().is_empty()) {
        for op in sql::read(piece).ops {
            assert!(!matches!(op, Op::Unknown { .. }), "{piece}: {op:?}");
            let before = schema.clone();
            if let Err(clash) = apply(&mut schema, &op) {
                assert_eq!(schema, before, "half a change: {piece}");
                clashes.push(clash.text());
            }
        }
    }
    expect.assert_eq(
        &(outline(&schema) + &clashes.iter().map(|c| format!("! {c}\n")).collect::<String>()),
    );
}

fn outline(schema: &Schema) -> String {
    let mut text = String::new();
    for (name, table) in &schema.tables {
        text.push_str(&format!("{name}\n"));
        for Column { name, data_type, nullable, default, .. } in &table.columns {
            let null = if *nullable { "" } else { " not null" };
            let default = default.as_ref().map(|d| format!(" = {d}")).unwrap_or_default();
            text.push_str(&format!(
                "  {name} {}{null}{default}\n",
                data_type.as_deref().unwrap_or("?")
            ));
        }
        for Constraint { name, kind, .. } in &table.constraints {
            let name = name.as_ref().map(ToString::to_string).unwrap_or_default();
            let what = match kind {
                ConstraintKind::ForeignKey(key) => {
                    format!(
                        "{:?} -> {} {:?}",
                        names(&key.columns),
                        key.ref_table,
                        names(&key.ref_columns)
                    )
                }
                ConstraintKind::Check(check) => check.text.clone(),
                kind => format!("{:?}", names(kind.columns())),
            };
            text.push_str(&format!("  {name}: {what}\n"));
        }
        for index in &table.indexes {
            let name = index.name.as_ref().map(ToString::to_string).unwrap_or_default();
            let parts: Vec<&str> = index
                .parts
                .iter()
                .map(|part| match part {
                    IndexPart::Column(name) => name.as_str(),
                    IndexPart::Expression(expression) => &expression.text,
                })
                .collect();
            let filter = index.filter.as_ref().map(|filter| format!(" where {}", filter.text));
            let filter = filter.unwrap_or_default();
            text.push_str(&format!("  index {name}: {}{filter}\n", parts.join(", ")));
        }
    }
    for (name, values) in &schema.enums {
        text.push_str(&format!("type {name}: {}\n", values.join(" ")));
    }
    for name in schema.sequences.keys() {
        text.push_str(&format!("sequence {name}\n"));
    }
    text
}

fn names(idents: &[Ident]) -> Vec<&str> {
    idents.iter().map(Ident::as_str).collect()
}

#[test]
fn names_are_those_that_the_server_invents() {
    check(
        "CREATE TABLE u (id serial PRIMARY KEY, email text UNIQUE, n int CHECK (n > 0));
         CREATE TABLE t (a int REFERENCES u, b int, c int CHECK (b < c), UNIQUE (a, b));
         CREATE INDEX ON t (a, lower(b::text));
         CREATE INDEX ON t (a, lower(b::text));
         ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)",
        expect![[r#"
            t
              a integer
              b integer
              c integer
              t_check: (b < c)
              t_a_b_key: ["a", "b"]
              t_a_fkey: ["a"] -> u ["id"]
              t_a_fkey1: ["a"] -> u ["id"]
              index t_a_lower_idx: a, lower((b)::text)
              index t_a_lower_idx1: a, lower((b)::text)
            u
              id integer not null = nextval('u_id_seq'::regclass)
              email text
              n integer
              u_n_check: (n > 0)
              u_pkey: ["id"]
              u_email_key: ["email"]
            sequence u_id_seq
        "#]],
    );
}

#[test]
fn what_hangs_on_a_column_goes_with_it() {
    check(
        "CREATE TABLE t (id serial PRIMARY KEY, a int, b int, UNIQUE (a, b), CHECK (a > 0));
         CREATE INDEX i ON t (b) WHERE a > 0;
         CREATE INDEX j ON t (b) INCLUDE (a);
         CREATE INDEX k ON t (b);
         ALTER TABLE t DROP COLUMN a;
         ALTER TABLE t DROP COLUMN id",
        expect![[r#"
            t
              b integer
              index k: b
        "#]],
    );
}

#[test]
fn what_others_need_stays() {
    check(
        "CREATE TABLE u (id int PRIMARY KEY, x int);
         CREATE TABLE t (a int REFERENCES u);
         DROP TABLE u;
         ALTER TABLE u DROP COLUMN id;
         ALTER TABLE u DROP CONSTRAINT u_pkey;
         ALTER TABLE u RENAME TO v;
         ALTER TABLE v RENAME COLUMN id TO key;
         DROP TABLE v CASCADE",
        expect![[r#"
            t
              a integer
            ! something else needs `u`
            ! something else needs `u`
            ! something else needs `u`
        "#]],
    );
}

#[test]
fn the_same_key_twice_in_one_statement_is_one() {
    check(
        "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b), UNIQUE (a, b), CONSTRAINT n UNIQUE (b), UNIQUE (b))",
        expect![[r#"
            t
              a integer not null
              b integer not null
              t_pkey: ["a", "b"]
              n: ["b"]
        "#]],
    );
}

#[test]
fn enums_outlive_their_tables() {
    check(
        "CREATE TYPE mood AS ENUM ('a', 'c');
         CREATE TABLE t (m mood DEFAULT 'a');
         ALTER TYPE mood ADD VALUE 'b' BEFORE 'c';
         ALTER TYPE mood RENAME TO temper;
         DROP TYPE temper;
         CREATE TYPE mood AS ENUM ('x');
         CREATE TYPE mood AS ENUM ('x')",
        expect![[r#"
            t
              m temper = 'a'::temper
            type mood: x
            type temper: a b c
            ! something else needs `temper`
            ! `mood` exists already
        "#]],
    );
}

#[test]
fn clashes_change_nothing() {
    check(
        "CREATE TABLE t (a int);
         CREATE TABLE t (b int);
         ALTER TABLE t ADD COLUMN a int;
         ALTER TABLE t DROP COLUMN z;
         ALTER TABLE t DROP CONSTRAINT z;
         ALTER TABLE t ADD PRIMARY KEY (z);
         CREATE TABLE u (a int, b serial, a int);
         DROP INDEX i;
         ALTER TABLE t ALTER COLUMN z SET NOT NULL",
        expect![[r#"
            t
              a integer
            ! `t` exists already
            ! `a` of `t` exists already
            ! `t` has no `z`
            ! `t` has no `z`
            ! `t` has no `z`
            ! `a` of `u` exists already
            ! `i` does not exist
            ! `t` has no `z`
        "#]],
    );
}

#[test]
fn what_draws_from_a_sequence_follows_its_name() {
    check(
        "CREATE TABLE t (id serial, note text);
         ALTER SEQUENCE t_id_seq RENAME TO numbers;
         ALTER SEQUENCE nobody RENAME TO somebody",
        expect![[r#"
            t
              id integer not null = nextval('numbers'::regclass)
              note text
            sequence numbers
            ! `nobody` does not exist
        "#]],
    );
}

#[test]
fn names_are_cut_where_the_server_cuts_them() {
    check(
        "CREATE TABLE t (a int, b int);
         CREATE INDEX a_name_of_an_index_that_is_so_long_that_the_server_does_not_keep_it ON t (a);
         ALTER TABLE t ADD CONSTRAINT a_name_of_a_constraint_that_is_so_long_that_the_server_cuts_it_off UNIQUE (b);
         ALTER TABLE t DROP CONSTRAINT a_name_of_a_constraint_that_is_so_long_that_the_server_cuts_it_off",
        expect![[r#"
            t
              a integer
              b integer
              index a_name_of_an_index_that_is_so_long_that_the_server_does_not_kee: a
        "#]],
    );
}

#[test]
fn expressions_follow_the_types_that_they_speak_of() {
    check(
        "CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE TABLE t (m mood, v varchar(9), CONSTRAINT c CHECK (m <> 'sad'));
         CREATE INDEX i ON t (v) WHERE v IN ('a', 'b');
         ALTER TYPE mood RENAME TO spirit;
         ALTER TABLE t ALTER COLUMN v TYPE text",
        expect![[r#"
            t
              m spirit
              v text
              c: (m <> 'sad'::spirit)
              index i: v where (v = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))
            type spirit: sad ok
        "#]],
    );
}
