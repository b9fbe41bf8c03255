//! Dumps of the samples: what each is taken for, what is read of it, and what two of them say together.

use std::ops::ControlFlow;

use retort::wire::schema::SchemaView;
use retort::wire::{Diagnosis, Input, Kind, Options, Role, Status, Sureness};

use crate::inputs::{report, sample};

#[track_caller]
fn schema(input: Input) -> SchemaView {
    let options = Options::default();
    let crew = retort::engine::crew::Alone;
    match retort::read(vec![input], &options, &crew, &mut |_| ControlFlow::Continue(())) {
        ControlFlow::Continue(analysis) => analysis.schema(None, None).expect("one schema"),
        ControlFlow::Break(()) => unreachable!("nothing stops this run"),
    }
}

/// Every dump among the samples, with its tables, columns, and statements understood.
const DUMPS: &[(&str, usize, usize)] = &[
    ("pg_dump/depot-server13.16-schema.sql", 17, 64),
    ("pg_dump/depot-server15.18-schema.sql", 18, 67),
    ("pg_dump/depot-server15.18-with-data.sql", 18, 67),
    ("pg_dump/depot-server18.6-schema.sql", 20, 73),
    ("pg_dump/dev-server15.18-schema.sql", 12, 66),
    ("pg_dump/pg_dumpall-globals-only.sql", 0, 0),
    ("pg_dump/prod-pg_restore-list.txt", 13, 0),
    ("pg_dump/prod-server13.16-schema.sql", 13, 68),
    ("pg_dump/prod-server15.18-clean-if-exists-create.sql", 13, 68),
    ("pg_dump/prod-server15.18-inserts.sql", 13, 68),
    ("pg_dump/prod-server15.18-pg_dump17.12-schema.sql", 13, 68),
    ("pg_dump/prod-server15.18-schema.sql", 13, 68),
    ("pg_dump/prod-server15.18-with-data.sql", 13, 68),
    ("pg_dump/prod-server18.6-schema.sql", 13, 68),
    ("mysql/mariadb-dump-full.sql", 3, 18),
    ("mysql/mariadb-dump-no-data-routines.sql", 3, 18),
    ("reconstructed/mysqldump-8.0-header.sql", 1, 4),
    ("sqlite/sqlite-dump.sql", 9, 22),
    ("sqlite/sqlite-schema.sql", 9, 22),
    ("sqlite/sqlite-schema-indent.sql", 9, 22),
    ("rails/structure.sql", 4, 17),
];

#[test]
fn every_dump_is_recognised_and_read_whole() {
    let mut complaints = Vec::new();
    for (path, tables, columns) in DUMPS {
        let input = sample(path);
        let row = report(vec![input.clone()]).inputs.remove(0);
        let is_schema = path.starts_with("sqlite/sqlite-schema");
        let sureness = if is_schema { Sureness::Likely } else { Sureness::Certain };
        if row.kind != Kind::SchemaDump || (row.certainty != sureness && !is_schema) {
            complaints.push(format!("{path}: {:?}, {:?}: {}", row.kind, row.certainty, row.why));
        }
        let view = schema(input);
        let found = view.tables.iter().map(|table| table.columns.len()).sum::<usize>();
        if (view.tables.len(), found) != (*tables, *columns) {
            complaints.push(format!("{path}: {} tables, {found} columns", view.tables.len()));
        }
        if view.understood.statements != view.understood.of {
            let open: Vec<_> = view.undecided.iter().map(|one| (one.line, &one.what)).collect();
            complaints.push(format!("{path}: {:?}", open));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_drops_of_a_restore_are_no_red_flags() {
    let clean = sample("pg_dump/prod-server15.18-clean-if-exists-create.sql").with_role(Role::Prod);
    let drops = |input: Input| {
        report(vec![input]).findings.iter().filter(|found| found.rule.starts_with("drop-")).count()
    };
    assert_eq!(drops(clean), 0);
    let plan = Input::new("plan.sql", "DROP TABLE IF EXISTS public.orders;").with_role(Role::Plan);
    assert_eq!(drops(plan), 1);
}

#[test]
fn two_dumps_differ_by_the_tables_that_only_one_has() {
    let dev = sample("pg_dump/dev-server15.18-schema.sql").with_role(Role::Dev);
    for prod in [
        "pg_dump/prod-server13.16-schema.sql",
        "pg_dump/prod-server15.18-schema.sql",
        "pg_dump/prod-server15.18-with-data.sql",
        "pg_dump/prod-server15.18-inserts.sql",
        "pg_dump/prod-server15.18-clean-if-exists-create.sql",
        "pg_dump/prod-server15.18-pg_dump17.12-schema.sql",
        "pg_dump/prod-server18.6-schema.sql",
        "pg_dump/prod-pg_restore-list.txt",
    ] {
        let report = report(vec![dev.clone(), sample(prod).with_role(Role::Prod)]);
        let distance = report.audits.distance.expect("both sides are known");
        assert_eq!(distance.only_in_dev, ["wishlists"], "{prod}");
        assert_eq!(distance.only_in_prod, ["gift_cards", "legacy_import_errors"], "{prod}");
        // Neither database has a version table.
        assert_eq!(report.verdict.diagnosis, Some(Diagnosis::Missing), "{prod}");
        assert_eq!(report.verdict.status, Status::Fail, "{prod}");
    }
}

const STAMPED: &str = "--
-- PostgreSQL database dump
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.orders (
    id integer NOT NULL
);

COPY public.alembic_version (version_num) FROM stdin;
5a9d6371e18c
\\.

COPY public.orders (id) FROM stdin;
DROP TABLE orders;
\\.

--
-- PostgreSQL database dump complete
--
";

#[test]
fn the_version_row_is_read_from_the_data() {
    let dump = |text: &str, role| Input::new(format!("{role:?}.sql"), text).with_role(role);
    let same = report(vec![dump(STAMPED, Role::Dev), dump(STAMPED, Role::Prod)]);
    assert_eq!(same.verdict.diagnosis, Some(Diagnosis::Ok));
    assert!(same.findings.is_empty(), "{:?}", same.findings);

    let inserted = STAMPED.replace(
        "COPY public.alembic_version (version_num) FROM stdin;\n5a9d6371e18c\n\\.",
        "INSERT INTO public.alembic_version VALUES ('0123456789ab');",
    );
    let apart = report(vec![dump(STAMPED, Role::Dev), dump(&inserted, Role::Prod)]);
    assert_eq!(apart.verdict.diagnosis, Some(Diagnosis::Mismatch));

    let never = STAMPED.replace("5a9d6371e18c\n", "");
    let missing = report(vec![dump(STAMPED, Role::Dev), dump(&never, Role::Prod)]);
    assert_eq!(missing.verdict.diagnosis, Some(Diagnosis::Missing));
}

#[test]
fn a_summary_and_a_dump_of_one_database_add_up() {
    let audit = "Shop Database Audit - prod\n\nDATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\nalembic_version\norders\n\nALEMBIC VERSION:\nversion_num\n5a9d6371e18c\n";
    let without_rows = STAMPED
        .replace("COPY public.alembic_version (version_num) FROM stdin;\n5a9d6371e18c\n\\.\n", "")
        .replace("COPY public.orders (id) FROM stdin;\nDROP TABLE orders;\n\\.\n", "");
    let inputs = || {
        vec![
            Input::new("audit.txt", audit),
            Input::new("prod.sql", without_rows.as_str()).with_role(Role::Prod),
            Input::new("dev.sql", STAMPED).with_role(Role::Dev),
        ]
    };
    assert_eq!(report(inputs()).verdict.diagnosis, Some(Diagnosis::Ok));
    let mut contradicting = inputs();
    contradicting[0].bytes = audit.replace("orders", "invoices").into_bytes();
    let rules: Vec<_> =
        report(contradicting).findings.into_iter().map(|found| found.rule).collect();
    assert!(rules.iter().any(|rule| rule == "input-mismatch"), "{rules:?}");
}

#[test]
fn a_dump_that_was_cut_is_never_a_pass() {
    let cut = STAMPED.replace("-- PostgreSQL database dump complete", "");
    let inputs = [Role::Dev, Role::Prod]
        .map(|role| Input::new(format!("{role:?}.sql"), cut.as_str()).with_role(role));
    let report = report(inputs.to_vec());
    assert_eq!(report.verdict.status, Status::Unknown, "{:?}", report.verdict);
}

#[test]
fn what_was_not_understood_of_a_dump_is_never_a_pass() {
    let odd = STAMPED.replace(
        "CREATE TABLE public.orders",
        "DO $$ BEGIN PERFORM 1; END $$;\nCREATE TABLE public.orders",
    );
    let inputs = [Role::Dev, Role::Prod]
        .map(|role| Input::new(format!("{role:?}.sql"), odd.as_str()).with_role(role));
    let report = report(inputs.to_vec());
    assert_eq!(report.verdict.status, Status::Unknown);
}

/// Listings of the catalogue: tables, columns, and whether the list of tables is whole.
const LISTINGS: &[(&str, usize, usize, bool)] = &[
    ("psql/columns-aligned.txt", 3, 21, false),
    ("psql/columns-json_agg.json", 3, 21, false),
    ("psql/columns-unaligned-pipe.txt", 3, 21, false),
    ("psql/columns.csv", 3, 21, false),
    ("psql/columns.tsv", 3, 21, false),
    ("psql/columns.html", 1, 2, false),
    ("psql/constraints-aligned.txt", 13, 0, false),
    ("psql/d-coupons-border2.txt", 1, 4, false),
    ("psql/d-coupons-unicode.txt", 1, 4, false),
    ("psql/d-depot.txt", 4, 27, false),
    ("psql/d-plus-orders.txt", 1, 6, false),
    ("psql/d-plus-orders-psql18.txt", 1, 6, false),
    ("psql/d-relations.txt", 13, 0, true),
    ("psql/d-tables.txt", 2, 15, false),
    ("psql/dt-plus.txt", 13, 0, true),
    ("psql/dt.txt", 13, 0, true),
    ("psql/indexes.csv", 13, 0, false),
    ("psql/tables-asciidoc.txt", 13, 0, true),
    ("psql/x-expanded.txt", 1, 4, false),
    ("gui-exports/browser-table-copy.tsv", 2, 11, false),
    ("gui-exports/dbeaver-result.csv", 2, 11, false),
    ("gui-exports/dbeaver-result.json", 2, 11, false),
    ("gui-exports/dbeaver-result.md", 2, 11, false),
    ("gui-exports/neon-export.json", 2, 11, false),
    ("gui-exports/pgadmin-result.csv", 2, 11, false),
    ("gui-exports/spreadsheet-semicolon-bom.csv", 2, 11, false),
    ("gui-exports/supabase-copy-as-json.json", 2, 11, false),
    ("gui-exports/supabase-copy-as-markdown.md", 2, 11, false),
    ("gui-exports/supabase-download.csv", 2, 11, false),
    ("gui-exports/table-names-json.json", 3, 0, true),
];

#[test]
fn every_listing_is_recognised_and_read_whole() {
    let mut complaints = Vec::new();
    for (path, tables, columns, is_whole) in LISTINGS {
        let input = sample(path);
        let row = report(vec![input.clone()]).inputs.remove(0);
        if row.kind != Kind::CatalogRows || row.certainty == Sureness::Guess {
            complaints.push(format!("{path}: {:?}, {:?}: {}", row.kind, row.certainty, row.why));
        }
        let view = schema(input);
        let found = view.tables.iter().map(|table| table.columns.len()).sum::<usize>();
        if (view.tables.len(), found) != (*tables, *columns) {
            complaints.push(format!("{path}: {} tables, {found} columns", view.tables.len()));
        }
        if view.understood.statements != view.understood.of {
            complaints.push(format!("{path}: {:?}", view.undecided));
        }
        // A part of a database is never taken for all of it.
        let is_open = view.undecided.iter().any(|one| one.affects == ["*"]);
        if is_open == *is_whole {
            complaints.push(format!("{path}: {:?}", view.undecided));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_dump_and_a_listing_differ_by_the_tables_that_only_one_has() {
    let dev = sample("pg_dump/dev-server15.18-schema.sql").with_role(Role::Dev);
    for prod in
        ["psql/dt.txt", "psql/dt-plus.txt", "psql/d-relations.txt", "psql/tables-asciidoc.txt"]
    {
        let report = report(vec![dev.clone(), sample(prod).with_role(Role::Prod)]);
        let distance = report.audits.distance.expect("both sides are known");
        assert_eq!(distance.only_in_dev, ["wishlists"], "{prod}");
        assert_eq!(distance.only_in_prod, ["gift_cards", "legacy_import_errors"], "{prod}");
    }
    let part = report(vec![dev, sample("psql/columns.csv").with_role(Role::Prod)]);
    assert_eq!(part.audits.distance, None, "three tables are not a database");
    assert_ne!(part.verdict.status, Status::Pass);
}

/// What `\d` prints and what `pg_dump` writes of one table are the same table.
#[test]
fn a_description_says_what_a_dump_says() {
    let dump = schema(sample("pg_dump/prod-server15.18-schema.sql"));
    for path in ["psql/d-tables.txt", "psql/d-plus-orders.txt", "psql/d-coupons-unicode.txt"] {
        for described in schema(sample(path)).tables {
            let dumped = dump.tables.iter().find(|table| table.name == described.name);
            let dumped = dumped.expect("the dump has it");
            assert_eq!(described.columns, dumped.columns, "{path}");
            assert_eq!(described.primary_key, dumped.primary_key, "{path}");
            assert_eq!(described.uniques, dumped.uniques, "{path}");
            assert_eq!(described.foreign_keys, dumped.foreign_keys, "{path}");
            assert_eq!(described.indexes, dumped.indexes, "{path}");
        }
    }
}
