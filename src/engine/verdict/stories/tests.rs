//! Each cause by its own evidence, and the nearest case that has it not.

use crate::engine::fixture;
use crate::wire::Report;

fn report(text: &str) -> Report {
    fixture::review(text).0
}

fn commands(report: &Report) -> Vec<&str> {
    report.verdict.next_steps.iter().filter_map(|step| step.command.as_deref()).collect()
}

/// A summary of a database: its role, its rows, its tables.
fn audit(role: &str, rows: &[&str], tables: &[&str]) -> String {
    let mut text = format!(
        "=== {role}.txt role:{role}\nDATABASE INFO:\ncurrent_database\tcurrent_user\nshop\towner\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\nalembic_version\n"
    );
    for table in tables {
        text.push_str(&format!("{table}\n"));
    }
    text.push_str("\nALEMBIC VERSION:\nversion_num\n");
    for row in rows {
        text.push_str(&format!("{row}\n"));
    }
    text
}

/// A revision that makes one table.
fn revision(id: &str, down: &str, table: &str) -> String {
    format!(
        "=== m/versions/{id}_x.py\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\ndef upgrade():\n    op.create_table(\"{table}\", sa.Column(\"id\", sa.Integer(), primary_key=True))\n\n\ndef downgrade():\n    op.drop_table(\"{table}\")\n"
    )
}

fn chain() -> String {
    revision("a1", "None", "users")
        + &revision("b2", "\"a1\"", "orders")
        + &revision("c3", "\"b2\"", "items")
}

/// Two bases in one folder: `a1`, `b2` and, apart from them, `x1`, `y2`.
fn two_bases() -> String {
    revision("a1", "None", "users")
        + &revision("b2", "\"a1\"", "orders")
        + &revision("x1", "None", "invoices")
        + &revision("y2", "\"x1\"", "payments")
}

fn plan(sql: &str) -> String {
    format!("=== plan.sql role:plan\n{sql}\n")
}

#[test]
fn a_plan_that_drops_only_what_one_of_two_bases_made_comes_from_the_other_ones_schema() {
    let drops = plan("DROP TABLE invoices;\nDROP TABLE payments;");
    let told = report(&(two_bases() + &drops));
    let reason = &told.verdict.reason;
    assert!(
        reason.contains("all from base `x1`, and nothing from `a1`")
            && reason.contains("lacks that base's tables"),
        "{reason}"
    );
    assert!(told.verdict.joined.len() >= 3, "{:#?}", told.verdict.joined);
    // It touches both, so no base is the one that is lacking.
    let both = report(&(two_bases() + &plan("DROP TABLE invoices;\nDROP TABLE users;")));
    assert!(!both.verdict.reason.contains("base"), "{}", both.verdict.reason);
    // The chain itself takes them away: the plan lacks nothing.
    let gone = revision("z3", "\"y2\"", "receipts").replace(
        "op.create_table(\"receipts\", sa.Column(\"id\", sa.Integer(), primary_key=True))",
        "op.drop_table(\"payments\")",
    );
    let meant = report(&(two_bases() + &gone + &plan("DROP TABLE payments;")));
    assert!(!meant.verdict.reason.contains("lacks"), "{}", meant.verdict.reason);
}

#[test]
fn a_plan_that_drops_what_no_revision_makes_took_another_services_tables_for_its_own() {
    let prod = audit("prod", &["c3"], &["users", "orders", "items", "ledger", "ledger_lines"]);
    let drops = plan("DROP TABLE ledger;\nDROP TABLE ledger_lines;");
    let told = report(&(chain() + &prod + &drops));
    let reason = &told.verdict.reason;
    assert!(
        reason.contains("(`ledger`, `ledger_lines`) that prod has and no revision makes"),
        "{reason}"
    );
    // Nothing says that prod has them, so nobody else's they are.
    let without = report(&(chain() + &drops));
    assert!(!without.verdict.reason.contains("another service"), "{}", without.verdict.reason);
}

#[test]
fn a_plan_made_from_a_dev_that_is_behind_says_so() {
    let (dev, prod) =
        (audit("dev", &["a1"], &["users"]), audit("prod", &["c3"], &["users", "orders", "items"]));
    let drops = plan("DROP TABLE orders;\nDROP TABLE items;");
    let told = report(&(chain() + &dev + &prod + &drops));
    let reason = &told.verdict.reason;
    assert!(reason.contains("a dev that has not run those revisions"), "{reason}");
    let dev = audit("dev", &["c3"], &["users", "orders", "items"]);
    let has = report(&(chain() + &dev + &prod + &drops)).verdict.reason;
    assert!(has.contains("the chain makes and dev has"), "{has}");
}

#[test]
fn a_host_that_would_drop_alembics_own_table_does_not_know_alembic() {
    let prod = audit("prod", &["c3"], &["users", "orders", "items"]);
    let told = report(&(chain() + &prod + &plan("DROP TABLE \"alembic_version\";")));
    let reason = &told.verdict.reason;
    assert!(reason.starts_with("The host's diff tool does not know Alembic"), "{reason}");
    assert_eq!(commands(&told), ["alembic stamp c3"]);
    let other = report(&(chain() + &prod + &plan("DROP TABLE \"django_migrations\";")));
    assert!(!other.verdict.reason.contains("does not know Alembic"), "{}", other.verdict.reason);
}

#[test]
fn dev_and_prod_apart_are_told_by_the_revisions_between_them() {
    let all = ["users", "orders", "items"];
    let (dev, prod) = (audit("dev", &["c3"], &all), audit("prod", &["a1"], &["users"]));
    let behind = report(&(chain() + &dev + &prod));
    assert!(
        behind.verdict.reason.ends_with("Prod has still to run 2 revisions: `b2`, `c3`."),
        "{}",
        behind.verdict.reason
    );
    assert_eq!(commands(&behind), ["alembic upgrade c3"]);
    // Beside that prod holds a table that nobody knows: no longer only behind, and the revisions still told.
    let odd = audit("prod", &["a1"], &["users", "scratch"]);
    let told = report(&(chain() + &dev + &odd));
    assert!(told.verdict.reason.contains("differ by 3 tables"), "{}", told.verdict.reason);
    assert!(told.verdict.reason.contains("2 revisions: `b2`, `c3`"), "{}", told.verdict.reason);
    let forked =
        chain() + &revision("d4", "\"a1\"", "notes") + &revision("e5", "(\"c3\", \"d4\")", "tags");
    let (dev, prod) = (audit("dev", &["c3"], &all), audit("prod", &["d4"], &["users", "notes"]));
    let told = report(&(forked + &dev + &prod)).verdict.reason;
    assert!(
        told.contains("Dev has run 2 revisions that prod has not (`b2`, `c3`), and prod 1 revision that dev has not (`d4`)"),
        "{told}"
    );
}

#[test]
fn tables_that_are_there_before_their_revisions_ran_were_made_by_something_else() {
    let app =
        "=== app/main.py\nfrom app.db import Base, engine\n\nBase.metadata.create_all(engine)\n";
    let prod = audit("prod", &["a1"], &["users", "orders", "items"]);
    let told = report(&(chain() + &prod + app));
    let reason = &told.verdict.reason;
    assert!(
        reason.starts_with("Production stands at `a1` and already has `orders`, `items`, which `b2`, `c3` would make: `create_all` in `app/main.py` line 3"),
        "{reason}"
    );
    assert_eq!(commands(&told), ["alembic stamp c3"]);
    assert!(told.verdict.next_steps.iter().any(|step| step.files == ["app/main.py:3"]));
    // Where it is in the tests, and prod where it says that it is, nothing raced.
    let tests = app.replace("app/main.py", "tests/conftest.py");
    let at_rest = audit("prod", &["a1"], &["users"]);
    let calm = report(&(chain() + &at_rest + &tests));
    assert!(!calm.verdict.reason.contains("create_all"), "{}", calm.verdict.reason);
    assert!(!calm.verdict.reason.contains("already has"), "{}", calm.verdict.reason);
    // Never stamped, and the application makes tables: the same cause, said with the stamp.
    let never = report(&(chain() + &audit("prod", &[], &["users", "orders", "items"]) + app));
    assert!(
        never
            .verdict
            .reason
            .starts_with("Production was never stamped: `create_all` in `app/main.py`"),
        "{}",
        never.verdict.reason
    );
}

#[test]
fn a_chain_whose_first_revisions_are_gone_has_lost_its_base() {
    let rest = revision("b2", "\"a1\"", "orders") + &revision("c3", "\"b2\"", "items");
    let prod = audit("prod", &["c3"], &["users", "orders", "items"]);
    let told = report(&(rest.clone() + &prod));
    let reason = &told.verdict.reason;
    assert!(
        reason.starts_with("The chain has lost its base: `b2` follows `a1`, which is in no file, so nothing makes `users`, which prod has."),
        "{reason}"
    );
    // A parent is missing in the middle: there is a base.
    let holed = revision("z0", "None", "users") + &rest;
    let told = report(&(holed + &prod));
    assert!(!told.verdict.reason.contains("lost its base"), "{}", told.verdict.reason);
}

#[test]
fn several_heads_are_told_with_the_merge() {
    let told = report(&(chain() + &revision("d4", "\"b2\"", "notes")));
    assert!(told.verdict.reason.contains("2 heads"), "{}", told.verdict.reason);
    assert!(commands(&told)[0].starts_with("alembic merge"), "{:?}", commands(&told));
}
