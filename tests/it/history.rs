//! History rewritten, locked and guarded: stories on the command line, each with the near miss that is
//! silent.

use std::path::Path;

use retort::Report;
use retort::wire::{Severity, Status};

use crate::cli::{folder, put, retort};

/// A revision file that creates or changes something.
fn revision(id: &str, down: &str, body: &str) -> String {
    let down = if down.is_empty() { "None".to_owned() } else { format!("\"{down}\"") };
    format!(
        "\"\"\"{id}\n\nRevision ID: {id}\n\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\n\
         revision = \"{id}\"\ndown_revision = {down}\n\n\ndef upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n"
    )
}

const CUSTOMERS: &str = "op.create_table(\"customers\", sa.Column(\"id\", sa.Integer(), primary_key=True, autoincrement=False), sa.Column(\"email\", sa.String(320)))";
const ADDED: &str = "op.add_column(\"customers\", sa.Column(\"phone\", sa.Text()))";

/// Two revisions under `at`.
fn two(at: &Path) {
    put(at, "versions/a1_customers.py", revision("a1", "", CUSTOMERS));
    put(at, "versions/b1_phone.py", revision("b1", "a1", ADDED));
}

/// `before` and `now` with two revisions each, the second changed by `change`.
fn changed(test: &str, change: impl Fn(&Path)) -> Report {
    let place = folder(test);
    two(&place.join("before"));
    two(&place.join("now"));
    change(&place.join("now"));
    retort(&place, &["check", "now", "--before", "before", "--format", "json"]).report()
}

/// The causes and severities of what is said of changed revisions.
fn said(report: &Report) -> Vec<(String, Severity)> {
    let rows = report.findings.iter().filter(|row| row.rule == "alembic-applied-revision-changed");
    rows.map(|row| (row.cause.clone().unwrap_or_default(), row.severity)).collect()
}

#[track_caller]
fn says(test: &str, expected: &[(&str, Severity)], change: impl Fn(&Path)) -> Report {
    let report = changed(test, change);
    let expected: Vec<(String, Severity)> =
        expected.iter().map(|(cause, severity)| ((*cause).to_owned(), *severity)).collect();
    assert_eq!(said(&report), expected, "{:?}", report.findings);
    report
}

#[test]
fn what_is_only_written_otherwise_is_silent() {
    for (test, text) in [
        ("same", revision("b1", "a1", ADDED)),
        ("comments", revision("b1", "a1", &format!("# why\n    {ADDED}  # and how"))),
        (
            "layout",
            revision(
                "b1",
                "a1",
                "op.add_column(\n        'customers',\n        sa.Column('phone', sa.Text()),\n    )",
            ),
        ),
        (
            "docstring",
            revision("b1", "a1", ADDED).replace("\"\"\"b1\n", "\"\"\"Phones.\n\nLong told.\n"),
        ),
        (
            "imports",
            revision("b1", "a1", "op.add_column(\"customers\", Column(\"phone\", Text()))")
                .replace("import sqlalchemy as sa", "from sqlalchemy import Column, Text"),
        ),
    ] {
        let report =
            changed(&format!("silent-{test}"), |now| put(now, "versions/b1_phone.py", &text));
        assert_eq!(said(&report), [], "{test}");
    }
    // The names of variables are the file's own.
    let with = |name: &str| {
        revision(
            "b1",
            "a1",
            &format!(
                "{name} = \"phone\"\n    op.add_column(\"customers\", sa.Column({name}, sa.Text()))"
            ),
        )
    };
    let place = folder("silent-renamed");
    for (state, name) in [("before", "column"), ("now", "which")] {
        two(&place.join(state));
        put(&place.join(state), "versions/b1_phone.py", with(name));
    }
    let report =
        retort(&place, &["check", "now", "--before", "before", "--format", "json"]).report();
    assert_eq!(said(&report), []);
}

#[test]
fn an_edited_type_is_said_with_both_types() {
    let report = says("edited", &[("upgrade", Severity::Danger)], |now| {
        put(now, "versions/a1_customers.py", revision("a1", "", &CUSTOMERS.replace("320", "100")));
    });
    let row = &report.findings[0];
    let evidence: Vec<&str> = row.evidence.iter().map(|one| one.text.as_str()).collect();
    assert!(evidence.iter().any(|text| text.contains("character varying(320)")), "{evidence:?}");
    assert!(evidence.iter().any(|text| text.contains("character varying(100)")), "{evidence:?}");
    assert_eq!(report.verdict.status, Status::Fail);
}

#[test]
fn parents_ids_files_and_places_are_told_apart() {
    says("deleted", &[("deleted", Severity::Danger)], |now| {
        std::fs::remove_file(now.join("versions/b1_phone.py")).unwrap();
    });
    says("parent", &[("parent", Severity::Danger)], |now| {
        put(now, "versions/b1_phone.py", revision("b1", "", ADDED));
    });
    says("renamed-id", &[("renamed-id", Severity::Danger)], |now| {
        std::fs::remove_file(now.join("versions/b1_phone.py")).unwrap();
        put(now, "versions/b2_phone.py", revision("b2", "a1", ADDED));
    });
    says("renamed-file", &[("file", Severity::Notice)], |now| {
        let versions = now.join("versions");
        std::fs::rename(versions.join("b1_phone.py"), versions.join("b1_phones.py")).unwrap();
    });
    says("downgrade", &[("downgrade", Severity::Notice)], |now| {
        let text = revision("b1", "a1", ADDED).replace(
            "downgrade():\n    pass",
            "downgrade():\n    op.drop_column(\"customers\", \"phone\")",
        );
        put(now, "versions/b1_phone.py", text);
    });
    let report =
        says("inserted", &[("inserted", Severity::Danger), ("parent", Severity::Danger)], |now| {
            put(now, "versions/a2_more.py", revision("a2", "a1", "op.create_table(\"orders\")"));
            put(now, "versions/b1_phone.py", revision("b1", "a2", ADDED));
        });
    let marks: Vec<&str> = report.chains[0].changed.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(marks, ["parent", "inserted"]);
}

#[test]
fn a_new_revision_at_the_end_is_what_is_judged() {
    let add = |drop: &str| {
        let drop = drop.to_owned();
        changed("added", move |now| put(now, "versions/c1_last.py", revision("c1", "b1", &drop)))
    };
    let report = add("op.drop_table(\"customers\")");
    assert_eq!(said(&report), []);
    assert_eq!(report.verdict.status, Status::Fail);
    assert_eq!(
        add("op.create_table(\"notes\", sa.Column(\"id\", sa.BigInteger(), primary_key=True))")
            .verdict
            .status,
        Status::Warn
    );
    // Beside the head that the chain had, it forks.
    let report = changed("forked", |now| put(now, "versions/c1.py", revision("c1", "a1", "pass")));
    assert!(report.findings.iter().any(|row| row.rule == "alembic-stale-parent"));
}

#[test]
fn what_prod_has_not_run_yet_may_still_change() {
    for (at, expected) in [("a1", vec![]), ("b1", vec![("upgrade".to_owned(), Severity::Blocker)])]
    {
        let place = folder("not-yet");
        two(&place.join("before"));
        two(&place.join("now"));
        put(
            &place,
            "now/versions/b1_phone.py",
            revision("b1", "a1", &ADDED.replace("phone", "mobile")),
        );
        let columns = if at == "a1" { "customers" } else { "customers\nnotes" };
        put(
            &place,
            "prod.txt",
            format!(
                "DATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\n{columns}\n\nALEMBIC VERSION:\nversion_num\n{at}\n"
            ),
        );
        let args = ["check", "now", "--before", "before", "--prod", "prod.txt", "--format", "json"];
        assert_eq!(said(&retort(&place, &args).report()), expected, "{at}");
    }
}

#[test]
fn a_helper_that_changes_changes_the_revisions_that_call_it() {
    let report = {
        let place = folder("helper");
        for (state, size) in [("before", 320), ("now", 64)] {
            put(
                &place,
                &format!("{state}/versions/a1_customers.py"),
                revision(
                    "a1",
                    "",
                    "op.create_table(\"customers\", sa.Column(\"email\", sa.String(SIZE)))",
                )
                .replace(
                    "import sqlalchemy as sa",
                    "import sqlalchemy as sa\nfrom app.sizes import SIZE",
                ),
            );
            put(&place, &format!("{state}/app/sizes.py"), format!("SIZE = {size}\n"));
        }
        retort(&place, &["check", "now", "--before", "before", "--format", "json"]).report()
    };
    assert_eq!(said(&report), [("imported".to_owned(), Severity::Danger)]);
}

#[test]
fn a_diff_tells_the_other_side_of_the_files_that_are_given() {
    let edit = |now: &Path| {
        put(now, "versions/a1_customers.py", revision("a1", "", &CUSTOMERS.replace("320", "100")))
    };
    let diff = "diff --git a/versions/a1_customers.py b/versions/a1_customers.py\n--- a/versions/a1_customers.py\n+++ b/versions/a1_customers.py\n@@ -11,3 +11,3 @@ down_revision = None\n \n def upgrade():\n-    OLD\n+    NEW\n".replace("OLD", CUSTOMERS).replace("NEW", &CUSTOMERS.replace("320", "100"));
    // The folder may be as it was before the diff, or as it is after it.
    for after in [false, true] {
        let place = folder("diff");
        two(&place.join("app"));
        if after {
            edit(&place.join("app"));
        }
        put(&place, "change.diff", &diff);
        let report = retort(&place, &["check", "app", "change.diff", "--format", "json"]).report();
        assert_eq!(
            said(&report),
            [("upgrade".to_owned(), Severity::Danger)],
            "{after}: {:?}",
            report.doubts
        );
        assert_eq!(report.chains[0].revisions.len(), 2);
        assert!(!report.doubts.iter().any(|doubt| doubt.contains("diff")), "{:?}", report.doubts);
    }
    // Alone it tells what it shows, and that this is not all.
    let place = folder("diff-alone");
    put(&place, "change.diff", &diff);
    let report = retort(&place, &["check", "change.diff", "--format", "json"]).report();
    assert_eq!(said(&report), [("upgrade".to_owned(), Severity::Danger)]);
    // Only a comment: nothing to say of the revision, and still no pass.
    put(
        &place,
        "change.diff",
        diff.replace(&CUSTOMERS.replace("320", "100"), &format!("{CUSTOMERS}  # long")),
    );
    let report = retort(&place, &["check", "change.diff", "--format", "json"]).report();
    assert_eq!((said(&report), report.verdict.status), (vec![], Status::Unknown));
}

#[test]
fn a_lock_holds_revisions_to_what_they_were() {
    let place = folder("lock");
    two(&place);
    assert_eq!(retort(&place, &["lock", ".", "--check"]).code, 2);
    assert_eq!(retort(&place, &["lock", "."]).code, 0);
    let first = std::fs::read_to_string(place.join("retort.lock")).unwrap();
    assert_eq!(retort(&place, &["lock", ".", "--check"]).code, 0);
    // Written otherwise: the lock is the same, byte for byte.
    put(
        &place,
        "versions/b1_phone.py",
        revision("b1", "a1", &format!("# why\n    {}", ADDED.replace('"', "'"))),
    );
    assert_eq!(retort(&place, &["lock", ".", "--check"]).code, 0);
    let clean = retort(&place, &["check", "versions", "--format", "json"]).report();
    assert_eq!(said(&clean), []);
    // Something else: the lock says so, from the folder and from below it.
    put(&place, "versions/b1_phone.py", revision("b1", "a1", &ADDED.replace("phone", "mobile")));
    let ran = retort(&place, &["lock", ".", "--check"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "Revision b1 has other code than it had.\n"));
    for path in [".", "versions"] {
        let report = retort(&place, &["check", path, "--format", "json"]).report();
        assert_eq!(said(&report), [("code".to_owned(), Severity::Blocker)], "{path}");
    }
    // A new revision is not in it yet, and no finding.
    put(&place, "versions/b1_phone.py", revision("b1", "a1", ADDED));
    put(&place, "versions/c1_new.py", revision("c1", "b1", "pass"));
    let ran = retort(&place, &["lock", ".", "--check"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "Revision c1 is new.\n"));
    assert_eq!(said(&retort(&place, &["check", ".", "--format", "json"]).report()), []);
    assert_eq!(retort(&place, &["lock", "."]).code, 0);
    let second = std::fs::read_to_string(place.join("retort.lock")).unwrap();
    assert!(second.starts_with(&first), "lines that were there stay as they are");
}

#[test]
fn a_lock_file_that_was_tampered_with_is_no_pass() {
    let place = folder("lock-broken");
    two(&place);
    retort(&place, &["lock", "."]);
    let text = std::fs::read_to_string(place.join("retort.lock")).unwrap();
    for broken in [text.replace(" - - ", " "), text.replace("lock 1", "lock 9")] {
        put(&place, "retort.lock", &broken);
        let report = retort(&place, &["check", ".", "--format", "json"]).report();
        assert!(matches!(report.verdict.status, Status::Unknown | Status::Fail), "{broken}");
    }
}

#[test]
fn the_guard_lets_a_pass_through_and_nothing_else() {
    let place = folder("guard");
    for state in ["before", "now"] {
        two(&place.join(state));
    }
    let guard = |args: &[&str]| {
        let all = ["guard", "now", "--before", "before"].iter().chain(args);
        retort(&place, &all.copied().collect::<Vec<_>>()).code
    };
    assert_eq!(guard(&[]), 0);
    put(
        &place,
        "now/versions/c1_more.py",
        revision(
            "c1",
            "b1",
            "op.execute(\"SET lock_timeout = 0\")\n    op.create_index(\"i\", \"customers\", [\"email\"])",
        ),
    );
    let checked =
        retort(&place, &["check", "now", "--before", "before", "--format", "json"]).report();
    assert_ne!(checked.verdict.status, Status::Pass);
    assert_eq!(guard(&[]), 1);
    assert_eq!(guard(&["--fail-on", "blocker"]), 1);
    assert_eq!(retort(&place, &["guard", "nowhere"]).code, 2);
}

#[test]
fn a_merge_that_does_more_than_merge_is_flagged() {
    let merge = |body: &str| {
        changed("merge", |now| {
            put(now, "versions/b2_side.py", revision("b2", "a1", "pass"));
            let text = revision("c1", "x", body).replace("\"x\"", "(\"b1\", \"b2\")");
            put(now, "versions/c1_merge.py", text);
        })
    };
    let rules = |report: &Report| {
        report.findings.iter().filter(|row| row.rule == "alembic-merge-does-more").count()
    };
    assert_eq!(rules(&merge("op.create_table(\"orders\")")), 1);
    assert_eq!(rules(&merge("pass")), 0);
}

const PROD: &str = "-- PostgreSQL database dump\n\nCREATE TABLE public.customers (\n    id integer NOT NULL,\n    email character varying(320)PHONE\n);\nALTER TABLE ONLY public.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);\n\n-- PostgreSQL database dump complete\n";

#[test]
fn a_database_that_was_never_stamped_is_known_by_what_it_holds() {
    let place = folder("stamp");
    two(&place.join("app"));
    put(
        &place,
        "app/versions/c1_rows.py",
        revision("c1", "b1", "op.execute(\"UPDATE customers SET phone = ''\")"),
    );
    put(
        &place,
        "app/versions/d1_more.py",
        revision("d1", "c1", "op.add_column(\"customers\", sa.Column(\"city\", sa.Text()))"),
    );
    let near = |phone: &str| {
        put(&place, "prod.sql", PROD.replace("PHONE", phone));
        let report =
            retort(&place, &["check", "app", "--prod", "prod.sql", "--format", "json"]).report();
        let note = report.findings.iter().find(|row| row.rule == "alembic-version-rows").unwrap();
        let commands: Vec<String> =
            note.remedy.steps.iter().filter_map(|step| step.code.clone()).collect();
        (report.chains[0].resembles[0].clone(), commands)
    };
    // One revision has this schema, and the stamp is named.
    let (exact, commands) = near("");
    assert_eq!((exact.revision.as_str(), exact.alike.len(), exact.ties.len()), ("a1", 0, 0));
    assert_eq!(commands, ["alembic stamp a1", "alembic current"]);
    // The one that moves rows leaves no trace in a schema: both are named, the stamp is the older one.
    let (alike, commands) = near(",\n    phone text");
    assert_eq!((alike.revision.as_str(), alike.alike.as_slice()), ("c1", &["b1".to_owned()][..]));
    assert_eq!(commands[0], "alembic stamp b1");
    // What no revision makes is said, and no stamp is proposed.
    let (nearest, commands) = near(",\n    phone integer");
    assert_eq!(nearest.differences, ["column `customers.phone` has another type"]);
    assert_eq!(commands, [] as [&str; 0]);
    // A list of tables does not tell columns: every revision fits, and none is named as the one.
    put(
        &place,
        "prod.txt",
        "DATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\ncustomers\n\nALEMBIC VERSION:\nversion_num\n",
    );
    let report =
        retort(&place, &["check", "app", "--prod", "prod.txt", "--format", "json"]).report();
    assert_eq!(report.chains[0].resembles[0].ties.len(), 3);
    let stamps = report.verdict.next_steps.iter().filter_map(|step| step.command.as_ref());
    assert!(
        !stamps.clone().any(|command| command.contains("stamp")),
        "{:?}",
        report.verdict.next_steps
    );
}

#[test]
fn a_lost_base_is_drafted_from_what_speaks_of_it() {
    let place = folder("lost");
    put(&place, "versions/b1.py", revision("b1", "a1", "op.create_index(\"i\", \"customers\", [\"email\"])\n    op.drop_column(\"customers\", \"fax\")").replace("downgrade():\n    pass", "downgrade():\n    op.add_column(\"customers\", sa.Column(\"fax\", sa.String(20)))\n    op.drop_index(\"i\", \"customers\")"));
    put(
        &place,
        "versions/c1.py",
        revision("c1", "b1", "op.create_table(\"notes\", sa.Column(\"text\", sa.Text()))"),
    );
    let draft = |args: &[&str]| {
        let all = ["check", "versions", "--format", "json"].iter().chain(args);
        let report = retort(&place, &all.copied().collect::<Vec<_>>()).report();
        let row =
            report.findings.into_iter().find(|row| row.rule == "alembic-missing-parent").unwrap();
        row.remedy.patches
    };
    // What a downgrade brings back is written, what is only named is left to complete, what is new is no part.
    let alone = &draft(&[])[0].content;
    assert!(alone.contains("revision = 'a1'") && alone.contains("down_revision = None"), "{alone}");
    assert!(
        alone.contains(
            "sa.Column('fax', sa.String(length=20), nullable=True),  # b1 drops it (versions/b1.py:"
        ),
        "{alone}"
    );
    assert!(
        alone.contains(
            "# customers.email was made here, as what is not known: b1 builds an index on it"
        ),
        "{alone}"
    );
    assert!(
        alone.contains("raise NotImplementedError('A draft") && !alone.contains("notes"),
        "{alone}"
    );
    // A database that has run it tells the rest.
    let dump = PROD.replace("PHONE", "").replace("\n\n-- PostgreSQL database dump complete", "\nCREATE TABLE public.notes (\n    text text\n);\nCREATE INDEX i ON public.customers USING btree (email);\nCREATE TABLE public.alembic_version (\n    version_num character varying(32) NOT NULL\n);\nCOPY public.alembic_version (version_num) FROM stdin;\nc1\n\\.\n\n-- PostgreSQL database dump complete");
    put(&place, "prod.sql", dump);
    let told = &draft(&["--prod", "prod.sql"])[0].content;
    assert!(told.contains("sa.Column('email', sa.String(length=320), nullable=True)"), "{told}");
    assert!(
        !told.contains("A draft: complete") && !told.contains("notes") && !told.contains("'i'"),
        "{told}"
    );
    // Where a file only has another id than its name, that is said, and nothing is drafted.
    put(&place, "versions/a1_customers.py", revision("x9", "", CUSTOMERS));
    assert_eq!(draft(&[]), []);
    // With the file there is nothing to say.
    put(&place, "versions/a1_customers.py", revision("a1", "", CUSTOMERS));
    let report = retort(&place, &["check", "versions", "--format", "json"]).report();
    assert!(!report.findings.iter().any(|row| row.rule == "alembic-missing-parent"));
}

/// A dump of a shop's tables, at this revision.
fn shop_at(revision: &str, tables: &str) -> String {
    format!(
        "-- PostgreSQL database dump\n\n{tables}CREATE TABLE public.alembic_version (version_num character varying(32) NOT NULL);\nCOPY public.alembic_version (version_num) FROM stdin;\n{revision}\n\\.\n\n-- PostgreSQL database dump complete\n"
    )
}

fn lost_draft(place: &Path) -> String {
    let report =
        retort(place, &["check", "versions", "--prod", "prod.sql", "--format", "json"]).report();
    let mut rows = report.findings.into_iter();
    let row = rows.find(|row| row.rule == "alembic-missing-parent").unwrap();
    row.remedy.patches[0].content.clone()
}

/// All that a database still has of a lost base is in its draft, under the names that it had there, whatever later
/// revisions do around it.
#[test]
fn a_draft_has_all_that_the_database_still_has() {
    let place = folder("lost_whole");
    let later = [
        "op.add_column(\"orders\", sa.Column(\"paid\", sa.Boolean()))\n    op.execute(build_report())",
        "op.rename_table(\"clients\", \"customers\")\n    op.alter_column(\"customers\", \"mail\", new_column_name=\"email\")",
        "if sa.inspect(op.get_bind()).has_table(\"orders\"):\n        op.create_index(\"i\", \"orders\", [\"client_id\"])",
        "op.create_table(\"notes\", sa.Column(\"text\", sa.Text()))",
    ];
    let mut before = "a1".to_owned();
    for (ix, body) in later.iter().enumerate() {
        let id = format!("b{ix}");
        put(&place, &format!("versions/{id}.py"), revision(&id, &before, body));
        before = id;
    }
    let tables = "CREATE TABLE public.customers (id integer NOT NULL, email text, city text);\nCREATE TABLE public.orders (id integer NOT NULL, client_id integer, total numeric(10,2), paid boolean);\nCREATE TABLE public.notes (text text);\nCREATE INDEX i ON public.orders USING btree (client_id);\n";
    put(&place, "prod.sql", shop_at(&before, tables));
    let draft = lost_draft(&place);
    for (table, columns) in
        [("clients", &["id", "mail", "city"][..]), ("orders", &["id", "client_id", "total"][..])]
    {
        let from = draft.find(&format!("'{table}',")).unwrap_or_else(|| panic!("{table}: {draft}"));
        let end = draft[from..].find("\n    )").map_or(draft.len(), |end| from + end);
        let own = draft[from..end].matches("sa.Column(").count();
        assert_eq!(own, columns.len(), "{table}: {draft}");
        for column in columns {
            assert!(
                draft[from..end].contains(&format!("sa.Column('{column}'")),
                "{column}: {draft}"
            );
        }
    }
    assert!(!draft.contains("notes") && !draft.contains("'i'"), "{draft}");
}

/// A downgrade that gives a table another name than it had, or makes one only where it is not, tells of no table.
#[test]
fn a_draft_takes_no_name_from_a_downgrade_that_errs() {
    let place = folder("lost_errs");
    let with = |text: String, down: &str| {
        text.replace("downgrade():\n    pass", &format!("downgrade():\n    {down}"))
    };
    let rename = revision("b1", "a1", "op.rename_table(\"members\", \"people\")");
    put(&place, "versions/b1.py", with(rename, "op.rename_table(\"people\", \"users\")"));
    let has = "sa.inspect(op.get_bind()).has_table(\"styles\")";
    let drops = format!("if {has}:\n        op.drop_table(\"styles\")");
    let makes = format!(
        "if not {has}:\n        op.create_table(\"styles\", sa.Column(\"id\", sa.Integer()))"
    );
    put(&place, "versions/c1.py", with(revision("c1", "b1", &drops), &makes));
    put(&place, "prod.sql", shop_at("c1", "CREATE TABLE public.people (id integer NOT NULL);\n"));
    let draft = lost_draft(&place);
    assert!(draft.contains("op.create_table(\n        'members'"), "{draft}");
    assert!(!draft.contains("users") && !draft.contains("styles"), "{draft}");
}

/// Where history starts on tables that were there already, what later revisions lack may be as old.
#[test]
fn a_lost_revision_is_not_drafted_from_what_may_be_older_than_the_history() {
    let draft = |base: &str| {
        let place = folder("lost_middle");
        put(&place, "versions/a1.py", revision("a1", "", base));
        let adds = "op.add_column(\"invoices\", sa.Column(\"paid\", sa.Boolean()))";
        put(&place, "versions/c1.py", revision("c1", "b1", adds));
        let report = retort(&place, &["check", "versions", "--format", "json"]).report();
        let mut rows = report.findings.into_iter();
        let row = rows.find(|row| row.rule == "alembic-missing-parent").unwrap();
        row.remedy.patches[0].content.clone()
    };
    let known = draft(CUSTOMERS);
    assert!(known.contains("op.create_table(\n        'invoices'"), "{known}");
    for older in ["pass", "op.add_column(\"customers\", sa.Column(\"age\", sa.Integer()))"] {
        let older = draft(older);
        assert!(!older.contains("create_table"), "{older}");
        let said = "# invoices was made here or is older than the first revision: c1 adds a column";
        assert!(older.contains(said), "{older}");
    }
}

#[test]
fn chains_that_claim_one_table_are_told_and_variants_of_one_chain_are_not() {
    let causes = |one: &str, other: &str, body: &str| {
        let place = folder("services");
        put(&place, &format!("{one}/versions/a1.py"), revision("a1", "", CUSTOMERS));
        put(&place, &format!("{other}/versions/b1.py"), revision("b1", "", body));
        let report = retort(&place, &["check", ".", "--format", "json"]).report();
        let own = report.findings.into_iter().filter(|row| row.rule == "alembic-chains-overlap");
        own.filter_map(|row| row.cause).collect::<Vec<String>>()
    };
    assert_eq!(causes("shop", "billing", CUSTOMERS), ["same-table"]);
    let reference = "op.create_table(\"bills\", sa.Column(\"whose\", sa.Integer(), sa.ForeignKey(\"customers.id\")))";
    assert_eq!(causes("shop", "billing", reference), ["reference"]);
    assert_eq!(causes("app/postgresql", "app/sqlite", CUSTOMERS), [] as [&str; 0]);
    assert_eq!(causes("shop", "billing", "op.create_table(\"bills\")"), [] as [&str; 0]);
}

#[test]
fn of_several_chains_each_says_which_tables_are_its_own() {
    let place = folder("owners");
    let bills = "op.create_table(\"bills\", schema=\"billing\")\n    op.create_table(\"rates\", schema=\"billing\")\n    op.create_table(\"terms\")";
    put(&place, "billing/versions/b1.py", revision("b1", "", bills));
    let owned = || retort(&place, &["chain", "."]).out.matches("Makes ").count();
    assert_eq!(owned(), 0, "one chain alone owns what there is");
    put(&place, "shop/versions/a1.py", revision("a1", "", CUSTOMERS));
    let ran = retort(&place, &["chain", "."]);
    assert!(
        ran.out.contains("Makes 1 table in the default schema, 2 tables in `billing`."),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("Makes 1 table in the default schema."), "{}", ran.out);
}

#[test]
fn one_database_is_held_to_its_chain_and_asked_for_no_other() {
    let place = folder("one-database");
    put(
        &place,
        "versions/a1.py",
        revision("a1", "", CUSTOMERS)
            .replace("downgrade():\n    pass", "downgrade():\n    op.drop_table(\"customers\")"),
    );
    put(
        &place,
        "summary.txt",
        "Shop Database Audit\nGenerated: 2026-11-20\n\nDATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\nalembic_version\ncustomers\n\nALEMBIC VERSION:\nversion_num\na1\n",
    );
    let check = || retort(&place, &["check", ".", "--format", "json"]).report();
    // Nobody said which database it is: it is not used, and that is asked for.
    assert_eq!(check().verdict.status, Status::Unknown);
    put(&place, "retort.toml", "single-database = true\n");
    let report = check();
    assert_eq!(report.verdict.status, Status::Pass, "{:?}", report.doubts);
    assert_eq!(report.verdict.diagnosis, None);
    // A table that the chain makes and the database lacks is found all the same.
    put(
        &place,
        "versions/a1.py",
        revision("a1", "", &format!("{CUSTOMERS}\n    op.create_table(\"orders\")")),
    );
    assert!(check().findings.iter().any(|row| row.rule == "alembic-stamp-mismatch"));
}
