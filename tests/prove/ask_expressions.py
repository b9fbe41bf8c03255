#!/usr/bin/env python3
"""How PostgreSQL prints the expressions that it is given: writes tests/oracle/expression-postgresql.tsv.

    ask_expressions.py --work DIR [--record FILE]

Every expression below is made a check, or an element of an index, of a table with columns of many types, and
read back from the catalogue. What the server refuses is left out.
"""
import argparse
from pathlib import Path

from server import Server

COLUMNS = {
    "i": "integer", "s": "smallint", "b": "bigint", "n": "numeric(10,2)", "d": "double precision", "r": "real",
    "t": "text", "v": "character varying(40)", "c": "character(3)", "o": "boolean", "p": "boolean", "m": "mood",
    "u": "uuid", "j": "json", "k": "jsonb", "x": "bytea", "a": "date", "e": "timestamp without time zone",
    "z": "timestamp with time zone", "w": "interval", "g": "integer[]", "h": "text[]", "y": "character varying(9)[]",
    '"User"': "text", "l": "character varying(9)", "q": "time without time zone", '"end"': "integer",
}

COMPARED = ["i", "s", "b", "n", "d", "r", "t", "v", "c", "o", "m", "u", "k", "a", "e", "z", "w", "g", "h", "y", "q"]
LITERALS = ["'1'", "'1.5'", "'-1.5'", "'1.50'", "1", "-1", "1.5", "-0.5", "3000000000", "'a'", "''", "'it''s'", "true", "NULL", "'sad'", "'2020-01-01'",
            "'{}'", "'a'::text", "'a'::varchar", "'a'::varchar(5)", "1::bigint", "(-1)::bigint", "'1'::int", "now()", "CURRENT_TIMESTAMP",
            "current_date", "'1 day'::interval", "interval '2 days'", "date '2020-01-01'", "'00000000-0000-0000-0000-000000000000'"]


def expressions():
    for column in COMPARED:
        for literal in LITERALS:
            yield f"{column} = {literal}"
        for sign in ("<>", "!=", "<", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"):
            for literal in ("1", "'a'", "'sad'", "'2020-01-01'"):
                yield f"{column} {sign} {literal}"
        for other in COMPARED:
            yield f"{column} = {other}"
            yield f"{column} > {other}"
            yield f"{column} + {other} = {other}"
            yield f"{column} - {other} IS NULL"
            yield f"{column} || {other} IS NULL"
            yield f"coalesce({column}, {other}) IS NULL"
            yield f"{column} IN ({other}, {column})"
        for one, more in (("1", "2"), ("'a'", "'b'"), ("'sad'", "'happy'"), ("'2020-01-01'", "'2021-01-01'"), ("true", "false"), ("1.5", "2")):
            yield f"{column} IN ({one}, {more})"
            yield f"{column} NOT IN ({one}, {more})"
            yield f"{column} IN ({one})"
            yield f"{column} NOT IN ({one})"
            yield f"{column} BETWEEN {one} AND {more}"
            yield f"{column} NOT BETWEEN {one} AND {more}"
            yield f"{column} = ANY (ARRAY[{one}, {more}])"
            yield f"{column} <> ALL (ARRAY[{one}, {more}])"
            yield f"coalesce({column}, {one}) = {more}"
            yield f"nullif({column}, {one}) IS NULL"
            yield f"greatest({column}, {one}, {more}) = {one}"
            yield f"CASE WHEN o THEN {column} ELSE {one} END = {more}"
            yield f"CASE {column} WHEN {one} THEN 1 ELSE 2 END = 1"
            yield f"{column} = ANY ('{{1,2}}')"
        for cast in ("text", "varchar", "varchar(5)", "varchar(40)", "integer", "bigint", "numeric", "numeric(5,1)", "date", "timestamp", "timestamptz", "char(3)", "mood", "jsonb", "double precision"):
            yield f"{column}::{cast} IS NOT NULL"
            yield f"CAST({column} AS {cast}) IS NULL"
            yield f"'1'::{cast} IS NULL"
        for sign in ("LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE", "~", "~*", "!~", "!~*", "~~"):
            yield f"{column} {sign} 'a%'"
            yield f"{column} {sign} t"
        for function in ("lower", "upper", "length", "char_length", "octet_length", "btrim", "trim", "md5", "abs", "reverse",
                         "jsonb_typeof", "json_typeof", "jsonb_array_length", "json_array_length", "cardinality", "character_length"):
            yield f"{function}({column}) IS NOT NULL"
        for sign in ("+", "-", "*", "/", "%"):
            for literal in ("1", "1.5", "'1'", "interval '1 day'"):
                yield f"{column} {sign} {literal} IS NOT NULL"
        for sign in ("->", "->>", "#>", "#>>", "?", "@>", "<@", "&&", "||"):
            for literal in ("'a'", "1", "'{a,b}'", "'{}'", "t", "v"):
                yield f"{column} {sign} {literal} IS NOT NULL"
    yield from (
        "j -> 'a' IS NULL", "j ->> 'a' = 'b'", "j #>> '{a,b}' = 'c'", "(k -> 'a' ->> 'b')::int > 3", "(k ->> 'n')::integer >= 0",
        "o", "NOT o", "o AND p", "o AND p AND i > 0", "o AND (p AND i > 0)", "(o AND p) AND (i > 0 AND b > 0)", "o OR p OR NOT o",
        "o AND p OR i > 0", "o AND (p OR i > 0)", "NOT (o AND p)", "NOT o AND p", "o IS TRUE", "o IS NOT TRUE", "o IS FALSE",
        "o IS NOT FALSE", "o IS UNKNOWN", "o = true", "o = 't'", "(i > 0) = (b > 0)", "(i > 0) IS TRUE", "i IS NULL", "NOT i IS NULL",
        "(i IS NULL) <> (t IS NULL)", "(i IS NOT NULL AND t IS NULL) OR (i IS NULL AND t IS NOT NULL)", "(i IS NULL)::int = 1",
        "i + 1 > b * 2", "-i < 0", "- (i + 1) < 0", "+i > 0", "i % 2 = 0", "(i + s) * b / 2 >= n", "i > 0 AND i < 100",
        "length(t) > 0", "length(v) > 0", "length(btrim(v)) > 0", "length(trim(both from v)) > 0", "trim(leading from t) <> ''",
        "char_length(v) <= 256", "lower(v) = v", "lower(t) = 'a'", "upper(left(v, 1)) = 'A'", "t = lower(t)", "v ~ '^[a-z]+$'",
        "substr(v, 1, 3) = 'abc'", "replace(t, 'a', 'b') <> ''", "split_part(v, ':', 1) = 'x'", "left(t, 2) = 'ab'", "right(v, 2) = 'x'",
        "strpos(t, 'a') > 0", "starts_with(t, 'a')", "concat(t, v) <> ''", "position('a' in t) > 0", "substring(t from 1 for 2) = 'a'",
        "t || v = 'x'", "t || ' ' || v = 'x'", "v || 'x' = t", "'x' || v = t", "v || v = t", "t || i = 'x'", "c || t = 'x'",
        "z > now()", "z > now() - interval '1 day'", "z >= CURRENT_TIMESTAMP", "e > z", "a > e", "z - z > interval '1 day'", "e + w > e",
        "a + 1 > a", "a - a > 3", "(z AT TIME ZONE 'utc') > e", "date_trunc('day', e) = e", "date_trunc('day', z) = z", "extract(year from a) > 2000",
        "extract(epoch from z) > 0", "date_part('year', e) > 2000", "z::date = a", "e::date >= a",
        "num_nonnulls(i, t, v) = 1", "num_nulls(i, t) <= 1", "coalesce(i, 0) > 0", "coalesce(v, 'x') <> ''", "coalesce(v, t, 'x') <> ''",
        "coalesce(n, 0) >= 0", "coalesce(o, false)", "nullif(t, '') IS NOT NULL", "greatest(i, b) > 0", "least(i, 5) > 0",
        "CASE WHEN i > 0 THEN t ELSE v END = 'x'", "CASE WHEN o THEN 1 END = 1", "CASE v WHEN 'a' THEN true ELSE false END",
        "CASE WHEN v IS NULL OR v = '' THEN t ELSE v END = 'x'",
        "v IN ('a', 'b') AND o", "v NOT IN ('a', 'b') OR m IN ('sad')", "m IN ('sad', 'happy')", "m = 'sad'::mood", "m <> 'sad'", "m::text = 'sad'",
        "m::text IN ('sad', 'happy')", "h @> ARRAY['a']", "h @> ARRAY['a']::text[]", "h && '{a}'", "cardinality(g) > 0", "array_length(g, 1) > 0",
        "'a' = ANY (h)", "t = ANY (h)", "v = ANY (h)", "i = ANY (g)", "v = ANY (y)", "i = ANY (ARRAY[1,2,3])", "v = ANY (ARRAY['a','b'])",
        "v = ANY (ARRAY['a','b']::varchar[])", "v = ANY (ARRAY['a'::varchar,'b'::varchar])", "((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        "(v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])", "\"User\" <> ''", "\"end\" > 0", "\"User\" = t",
        "k @> '{\"a\": 1}'", "k ? 'a'", "k -> 'a' ? 'b'", "(k -> 'a') IS NOT NULL", "k ->> 'a' IS NOT NULL", "k -> 0 IS NULL", "jsonb_typeof(k) = 'object'",
        "jsonb_array_length(k) > 0", "octet_length(x) <= 1024", "x <> ''", "u <> '00000000-0000-0000-0000-000000000000'", "w > '1 day'", "w >= interval '0'",
        "q > '10:00'", "i = '5'", "i = 5::bigint", "b = 5::integer", "n = 5", "n > 0.5", "n >= 0 AND n <= 100", "d > 0", "d >= 0.5", "r > 0", "r > 0.5", "s > 0", "s IN (1, 2)",
        "b IN (1, 2)", "n IN (1, 2)", "d IN (1, 2)", "b BETWEEN 0 AND 3000000000", "i > 2147483647", "i > 2147483648", "i = 1e3", "d = 1e3",
        "((i > 0))", "( ( v = 'a' ) )", "v like 'a\\_%'", "TRUE", "1 = 1", "'a' = 'b'", "i = i", "xmin IS NULL", "i <> 0::smallint",
    )


ELEMENTS = """i
i ASC
i DESC
i desc nulls last
i asc nulls first
i NULLS FIRST
i nulls last
"User"
"User" desc
"end"
"end" DESC
lower(v)
lower(v) DESC
lower(t)
lower("User")
lower(v) text_pattern_ops
v varchar_pattern_ops
v text_pattern_ops
t text_pattern_ops
t text_pattern_ops DESC
t text_ops
v text_ops
i int4_ops
(i + 1)
(i + 1) DESC
(i)
((i))
(lower(v))
(v || t)
(v::text)
(i::bigint)
(k ->> 'a')
((k ->> 'a'))
((k ->> 'a')::int)
(k -> 'a' ->> 'b') DESC
coalesce(i, 0)
(coalesce(v, t))
(CASE WHEN o THEN t ELSE v END)
(z AT TIME ZONE 'utc')
date_trunc('day', e)
(e::date)
md5(v)
(o IS TRUE)
(i IS NULL)
(NOT o)
upper(btrim(v))
greatest(i, s)
(abs(i)) DESC NULLS LAST
('a'::text)
nullif(t, '')
(left(v, 3))
(extract(year from a))""".splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--record", type=Path)
    args = parser.parse_args()
    asked = [("check", text) for text in dict.fromkeys(expressions())] + [("element", text) for text in ELEMENTS]
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    script = ["set client_min_messages = error; drop schema public cascade; create schema public;",
              "create type mood as enum ('sad', 'ok', 'happy');", f"create table t ({columns});"]
    for kind, text in asked:
        print_it = text.replace("'", "''").replace("\\", "\\\\")
        if kind == "check":
            script += [f"alter table t add constraint k check ({text}) not valid;",
                       f"select 'check', E'{print_it}', replace(pg_get_expr(conbin, conrelid), E'\\n', '\\n') from pg_constraint where conname = 'k';",
                       "alter table t drop constraint if exists k;"]
        else:
            script += [f"create index k on t ({text});",
                       f"select 'element', E'{print_it}', replace(pg_get_indexdef('k'::regclass), E'\\n', '\\n') from pg_class where relname = 'k';",
                       "drop index if exists k;"]
    with Server(args.work) as server:
        answered = server.psql("\n".join(script), more=["-F", "\t"]).stdout
    lines = ["# What PostgreSQL prints for an expression: kind, as written, as printed. tests/prove/ask_expressions.py wrote it.",
             "# columns: " + "; ".join(f"{name} {kind}" for name, kind in COLUMNS.items())]
    for line in answered.splitlines():
        if line.count("\t") != 2:
            raise SystemExit(f"not an answer: {line}")
        kind, text, printed = line.split("\t")
        if kind == "element":
            printed = printed.split(" USING btree (", 1)[1][:-1]
        lines.append(f"{kind}\t{text}\t{printed}")
    print(f"{len(asked)} expressions asked, {len(lines) - 2} answered")
    if args.record:
        args.record.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
