//! `retort diff`: what it takes, what it prints.

use serde_json::Value;

use crate::cli::{folder, put, retort};

const PEOPLE: &str = "CREATE TABLE person (id int PRIMARY KEY, nick text, born date);";

#[test]
fn diff_says_what_differs_and_writes_the_way() {
    let folder = folder("diff");
    put(&folder, "a.sql", PEOPLE);
    put(&folder, "b.sql", "CREATE TABLE person (id bigint PRIMARY KEY, nick text, city text);");
    let ran = retort(&folder, &["diff", "a.sql", "b.sql"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("3 differences."), "{}", ran.out);
    assert!(ran.out.contains("~ column id type: integer → bigint"), "{}", ran.out);

    let ran = retort(&folder, &["diff", "a.sql", "b.sql", "--format", "sql"]);
    assert!(ran.out.contains("ALTER TABLE person ALTER COLUMN id TYPE bigint;"), "{}", ran.out);
    assert!(ran.out.contains("LEFT OUT: 1 step that loses something"), "{}", ran.out);
    assert!(!ran.out.contains("\nALTER TABLE person DROP COLUMN"), "{}", ran.out);
    let ran = retort(&folder, &["diff", "a.sql", "b.sql", "--format", "sql", "--destructive"]);
    let last = ran.out.trim_end().lines().last().unwrap();
    assert_eq!(last, "ALTER TABLE person DROP COLUMN born;");

    let full = folder.join("a.sql");
    let ran = retort(&folder, &["diff", full.to_str().unwrap(), "b.sql"]);
    assert!(ran.out.contains("from a.sql:"), "{}", ran.out);

    let ran = retort(&folder, &["diff", "a.sql", "a.sql", "--format", "json"]);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&json["version"], &json["same"]), (&Value::from(1), &Value::from(true)));
}

#[test]
fn the_sides_of_a_diff_may_be_places_in_a_chain_and_printed_schemas() {
    let folder = folder("diff-places");
    let revision = |id: &str, down: &str, body: &str| {
        format!(
            "from alembic import op\nimport sqlalchemy as sa\nrevision = '{id}'\n\
             down_revision = {down}\n\ndef upgrade():\n    {body}\n"
        )
    };
    let first = "op.create_table('person', sa.Column('id', sa.Integer(), primary_key=True))";
    put(&folder, "m/versions/1.py", revision("aaaa1111", "None", first));
    let second = "op.add_column('person', sa.Column('nick', sa.Text()))";
    put(&folder, "m/versions/2.py", revision("bbbb2222", "'aaaa1111'", second));
    let json = |from: &str, to: &str| -> Value {
        let ran = retort(&folder, &["diff", from, to, "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    };
    for from in ["m@aaaa1111", "m@head-1", "m@aaaa", "m@base+1", "m@bbbb2222-1"] {
        let found = json(from, "m@heads");
        assert_eq!(found["differences"].as_array().unwrap().len(), 1, "{from}");
        assert_eq!(found["differences"][0]["object"]["name"], "nick", "{from}");
        assert_eq!(found["revision"]["down"][0], "aaaa1111", "{from}");
        let cause = &found["differences"][0]["causes"][0];
        assert_eq!((&cause["revision"], &cause["line"]), (&"bbbb2222".into(), &7.into()), "{from}");
    }
    let printed = retort(&folder, &["schema", "m", "--format", "json"]);
    put(&folder, "printed.json", printed.out);
    let found = json("printed.json", "m@head");
    assert_eq!(found["differences"].as_array().unwrap().len(), 0, "{found}");
    let printed = retort(&folder, &["schema", "m", "--format", "sql"]);
    put(&folder, "printed.sql", printed.out);
    let found = json("m@head", "printed.sql");
    assert_eq!(found["differences"].as_array().unwrap().len(), 0, "{found}");

    let ran = retort(&folder, &["diff", "m@nope", "m@head"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("Can't locate revision identified by 'nope'"), "{}", ran.err);
}

#[test]
fn an_audit_summary_leaves_the_columns_undecided_in_every_format() {
    let folder = folder("diff-audit");
    put(&folder, "a.sql", PEOPLE);
    let audit = "DATABASE INFO:\ndatabase\tuser\nprod\tme\n\nTABLES IN PUBLIC SCHEMA:\ntable_name\nperson\n";
    put(&folder, "prod.txt", audit);
    for format in ["human", "json", "sql", "alembic", "markdown"] {
        let ran = retort(&folder, &["diff", "prod.txt", "a.sql", "--format", format]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("columns, keys and indexes of"), "{format}: {}", ran.out);
    }
}

#[test]
fn the_revision_follows_the_chain_and_goes_back() {
    let folder = folder("diff-revision");
    let first = "from alembic import op\nimport sqlalchemy as sa\nrevision = 'aaaa1111'\ndown_revision = None\n\n\
                 def upgrade():\n    op.create_table('person', sa.Column('id', sa.Integer(), primary_key=True))\n";
    put(&folder, "m/versions/1.py", first);
    put(
        &folder,
        "b.sql",
        "CREATE TABLE person (id serial PRIMARY KEY, tags jsonb DEFAULT '{}' NOT NULL);
         CREATE INDEX ix_tags ON person USING gin (tags);",
    );
    let ran = retort(&folder, &["diff", "m@head", "b.sql", "--format", "alembic"]);
    for line in [
        "from sqlalchemy.dialects import postgresql",
        "down_revision = 'aaaa1111'",
        "    op.create_index(op.f('ix_tags'), 'person', ['tags'], unique=False, postgresql_using='gin')",
        "    op.drop_index(op.f('ix_tags'), table_name='person')",
        "    op.drop_column('person', 'tags')",
    ] {
        assert!(ran.out.lines().any(|found| found == line), "{line}\n{}", ran.out);
    }
    // What was written is a revision, and leads where it says.
    put(&folder, "m/versions/2.py", &ran.out);
    let again = retort(&folder, &["diff", "m@head", "b.sql", "--format", "json"]);
    let again: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(again["differences"].as_array().unwrap().len(), 0, "{again}");
    assert_eq!(again["from"]["at"].as_array().unwrap().len(), 1);
}

/// A table that a key, a view, a sequence and a policy hang on.
const HELD: &str = "CREATE TABLE person (id serial PRIMARY KEY, nick text, loud text GENERATED ALWAYS AS (upper(nick)) STORED);
    CREATE INDEX ix_nick ON person (nick);
    CREATE TABLE loan (person_id int CONSTRAINT fk_person REFERENCES person (id));
    CREATE VIEW people AS SELECT id FROM person;
    CREATE POLICY own ON person USING (true);";

fn labels(objects: &Value) -> Vec<String> {
    let label = |one: &Value| format!("{} {}", one["kind"], one["name"]).replace('"', "");
    let mut all: Vec<String> = objects.as_array().unwrap().iter().map(label).collect();
    all.sort();
    all
}

#[test]
fn what_goes_lists_what_depends_on_it() {
    let folder = folder("diff-blast");
    put(&folder, "a.sql", HELD);
    put(&folder, "b.sql", "CREATE TABLE loan (person_id int);");
    let json =
        |args: &[&str]| -> Value { serde_json::from_str(&retort(&folder, args).out).unwrap() };
    let found = json(&["diff", "a.sql", "b.sql", "--format", "json"]);
    let differences = found["differences"].as_array().unwrap();
    let gone = differences
        .iter()
        .find(|one| one["object"]["table"] == "person" && one["kind"] == "removed")
        .unwrap();
    assert_eq!(
        labels(&gone["dependents"]),
        ["constraint fk_person", "policy own", "sequence person_id_seq", "view people"]
    );
    put(
        &folder,
        "c.sql",
        HELD.replace(", nick text, loud text GENERATED ALWAYS AS (upper(nick)) STORED", ""),
    );
    let found = json(&["diff", "a.sql", "c.sql", "--format", "json"]);
    let differences = found["differences"].as_array().unwrap();
    let gone = differences.iter().find(|one| one["object"]["name"] == "nick").unwrap();
    assert_eq!(labels(&gone["dependents"]), ["column loud", "index ix_nick"]);

    put(&folder, "plan.sql", "DROP TABLE person CASCADE;");
    let found = json(&["check", "--prod", "a.sql", "--plan", "plan.sql", "--format", "json"]);
    let findings = found["findings"].as_array().unwrap();
    let drop = findings.iter().find(|one| one["rule"] == "drop-table").unwrap();
    let evidence = drop["evidence"].as_array().unwrap().iter();
    let listed: Vec<String> = evidence
        .filter(|one| !one["objects"].is_null())
        .flat_map(|one| labels(&one["objects"]))
        .collect();
    assert_eq!(
        listed,
        ["constraint fk_person", "view people", "sequence person_id_seq", "policy own"]
    );
}
