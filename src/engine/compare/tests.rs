//! What a comparison notices, and what it takes for the same.

use super::*;
use crate::engine::op;
use crate::engine::schema::Schema;
use crate::engine::sql;
use crate::engine::sql::split::{PieceKind, split};

fn schema(text: &str) -> Schema {
    let mut made = Schema::default();
    let pieces = split(text).into_iter().filter(|piece| piece.kind == PieceKind::Statement);
    for piece in pieces {
        let statement = &text[piece.start..piece.end];
        for op in sql::read(statement).ops {
            assert!(!matches!(op, op::Op::Unknown { .. }), "{statement}");
            op::apply(&mut made, &op).unwrap_or_else(|clash| panic!("{}", clash.text()));
        }
    }
    made
}

fn side(text: &str) -> Side {
    Side { schema: schema(text), open: Open::default() }
}

/// The differences in short, then what is undecided.
#[track_caller]
fn apart(from: &str, to: &str) -> Vec<String> {
    let found = compare(&side(from), &side(to));
    let short = |one: &Difference| {
        let text = format!("{:?}", one.change);
        let kind = text.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
        match &one.change {
            Change::ColumnChanged { to, aspect, .. } => {
                format!("{} {} {}", one.object, to.name, aspect.word())
            }
            _ => format!("{} {kind}", one.object),
        }
    };
    let mut lines: Vec<String> = found.differences.iter().map(short).collect();
    lines.extend(found.undecided.iter().map(|one| format!("? {}", one.what)));
    lines
}

#[test]
fn two_spellings_of_one_thing_are_no_difference() {
    let written = "
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE person (id int4 PRIMARY KEY, name varchar(20) DEFAULT 'x', at timestamptz DEFAULT now(),
            m mood DEFAULT 'sad', n decimal(8,2) DEFAULT 0, live bool DEFAULT 't',
            CONSTRAINT ck CHECK (name IN ('a', 'b')), CONSTRAINT up CHECK (n BETWEEN 1 AND 5),
            CONSTRAINT uq UNIQUE (name));
        CREATE INDEX ix ON person (lower(name)) WHERE live;
        CREATE TABLE loan (p int REFERENCES person ON DELETE NO ACTION);";
    let printed = "
        create type public.mood as enum ('sad', 'ok');
        create table public.person (id integer not null, name character varying(20) default 'x'::character varying,
            at timestamp with time zone default CURRENT_TIMESTAMP, m public.mood default 'sad'::public.mood,
            n numeric(8,2) default 0, live boolean default true,
            constraint person_pkey primary key (id), constraint uq unique (name),
            constraint up check (((n >= (1)::numeric) and (n <= (5)::numeric))),
            constraint ck check (((name)::text = any ((array['a'::character varying, 'b'::character varying])::text[]))));
        create index ix on public.person using btree (lower((name)::text)) where live;
        create table loan (p integer, constraint loan_p_fkey foreign key (p) references person(id));";
    assert_eq!(apart(written, printed), [""; 0]);
}

#[test]
fn every_aspect_that_alembic_does_not_look_at_is_looked_at() {
    let table = |rest: &str| format!("CREATE TABLE t (id int, a text, b int{rest});");
    for (from, to, expected) in [
        (table(""), table(", c int"), "t ColumnAdded"),
        (table(", c int"), table(""), "t ColumnRemoved"),
        (table(", v varchar(5)"), table(", v varchar"), "t v type"),
        (table(", v int"), table(", v int DEFAULT 3"), "t v default"),
        (table(", v int"), table(", v int NOT NULL"), "t v nullable"),
        (table(", UNIQUE (a)"), table(", UNIQUE (a, b)"), "t ConstraintAdded"),
        (table(", CHECK (b > 0)"), table(", CHECK (b > 1)"), "t ConstraintChanged"),
        (table(", PRIMARY KEY (id)"), table(", PRIMARY KEY (b)"), "t id nullable"),
        (
            table("") + "CREATE INDEX i ON t (a) WHERE b > 0;",
            table("") + "CREATE INDEX i ON t (a);",
            "t IndexChanged",
        ),
        (
            table("") + "CREATE INDEX i ON t (a);",
            table("") + "CREATE INDEX i ON t USING hash (a);",
            "t IndexChanged",
        ),
        (
            table("") + "CREATE UNIQUE INDEX i ON t (a);",
            table("") + "CREATE INDEX i ON t (a);",
            "t IndexChanged",
        ),
        (
            "CREATE TYPE m AS ENUM ('a');".into(),
            "CREATE TYPE m AS ENUM ('a', 'b');".into(),
            "m EnumChanged",
        ),
        (
            "CREATE TYPE m AS ENUM ('b', 'a');".into(),
            "CREATE TYPE m AS ENUM ('a', 'b');".into(),
            "m EnumChanged",
        ),
        (String::new(), "CREATE SEQUENCE s;".into(), "s OtherAdded"),
        ("CREATE VIEW v AS SELECT 1;".into(), String::new(), "v OtherRemoved"),
        (String::new(), "CREATE EXTENSION citext;".into(), "citext OtherAdded"),
    ] {
        let found = apart(&from, &to);
        assert!(found.iter().any(|line| line == expected), "{from} → {to}: {found:?}");
        assert_eq!(apart(&from, &from), [""; 0]);
    }
}

#[test]
fn a_constraint_or_index_of_another_name_is_renamed() {
    let found = apart(
        "CREATE TABLE t (a int UNIQUE, CHECK (a > 0)); CREATE INDEX ON t (a);",
        "CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a), CONSTRAINT c CHECK ((a > 0))); CREATE INDEX i ON t (a);",
    );
    assert_eq!(found, ["t ConstraintRenamed", "t ConstraintRenamed", "t IndexRenamed"]);
}

#[test]
fn the_order_of_columns_is_reported_and_is_no_drift() {
    let found =
        compare(&side("CREATE TABLE t (a int, b int);"), &side("CREATE TABLE t (b int, a int);"));
    assert!(matches!(found.differences[0].change, Change::ColumnOrder { .. }));
    assert!(found.is_same());
}

#[test]
fn renames_are_guessed_with_their_reason_and_followed_only_when_told() {
    let from = side("CREATE TABLE person (id int, nick text, born date);");
    let to = side("CREATE TABLE people (id int, nickname text, born date);");
    let found = compare(&from, &to);
    assert_eq!(found.differences.len(), 2, "{:?}", found.differences);
    assert!(found.renames.is_empty(), "two of four columns are not enough: {:?}", found.renames);

    let to = side("CREATE TABLE people (id int, nick text, born date);");
    let found = compare(&from, &to);
    assert_eq!(found.differences.len(), 2);
    assert_eq!(found.renames[0].reason, "3 of 3 columns have the same name and type");
    let followed = compare_renamed(&from, &to);
    assert!(matches!(
        followed.differences.as_slice(),
        [Difference { change: Change::TableRenamed { .. }, .. }]
    ));

    let to = side("CREATE TABLE person (id int, nickname text, born date);");
    let found = compare(&from, &to);
    assert!(found.renames[0].likely && found.renames[0].reason.contains("names alike"));
    let followed = compare_renamed(&from, &to);
    assert!(matches!(
        followed.differences.as_slice(),
        [Difference { change: Change::ColumnRenamed { .. }, .. }]
    ));
}

#[test]
fn what_is_not_known_is_never_equal() {
    let known = side("CREATE TABLE t (a int, b text);");
    let mut names = side("");
    let open = Table { open: true, ..Table::default() };
    names.schema.tables.insert(TableName::plain(Ident::exact("t")), open);
    names.open.tables_only = true;
    for (from, to) in [(&known, &names), (&names, &known), (&names, &names)] {
        let found = compare(from, to);
        assert!(found.differences.is_empty() && !found.is_same(), "{found:?}");
    }
    let mut untyped = known.clone();
    for table in untyped.schema.tables.values_mut() {
        table.columns[0].data_type = None;
    }
    assert!(!compare(&untyped, &untyped).is_same());

    let mut doubtful = side("");
    doubtful.open.everything = true;
    let found = compare(&doubtful, &known);
    assert!(!found.differences[0].certain);
}
