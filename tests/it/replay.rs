//! What PostgreSQL's catalogue said, against what replay says. The answers were recorded from a server; the
//! counts may only get better.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use retort::wire::schema::{SchemaView, TableView};
use retort::{Alone, Input, Options, read};
use serde_json::Value;

use crate::inputs::replay_sample;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn oracle(name: &str) -> String {
    fs::read_to_string(root().join("tests/oracle").join(name)).unwrap()
}

#[track_caller]
fn schema(inputs: Vec<Input>, at: &str) -> SchemaView {
    schema_named(inputs, &[], at)
}

/// The same with a naming convention.
#[track_caller]
fn schema_named(inputs: Vec<Input>, naming: &[(&str, &str)], at: &str) -> SchemaView {
    let own = |text: &str| text.to_owned();
    let naming = naming.iter().map(|(key, pattern)| (own(key), own(pattern))).collect();
    let options = Options {
        settings: retort::wire::Settings {
            naming: Some(naming),
            ..retort::wire::Settings::default()
        },
        ..Options::default()
    };
    match read(inputs, &options, &Alone, &mut |_| ControlFlow::Continue(())) {
        ControlFlow::Continue(analysis) => analysis.schema(None, Some(at)).unwrap(),
        ControlFlow::Break(()) => unreachable!(),
    }
}

/// One fact per table and property, so that differences can be counted.
type Facts = BTreeMap<(String, String), String>;

fn recorded(state: &Value) -> Facts {
    let mut facts = Facts::new();
    for (name, table) in state["tables"].as_object().unwrap() {
        let mut add = |what: String, value: String| {
            facts.insert((name.clone(), what), value);
        };
        let list = |key: &str| table[key].as_array().cloned().unwrap_or_default();
        let mut order = Vec::new();
        for column in list("columns") {
            let of = column["name"].as_str().unwrap().to_owned();
            for key in ["type", "nullable", "default", "identity", "generated", "comment"] {
                add(format!("column {of} {key}"), plain(&column[key]));
            }
            order.push(of);
        }
        add("order".to_owned(), order.join(" "));
        for item in list("constraints").iter().filter(|item| item["kind"] != "x") {
            let text = item["def"].as_str().unwrap();
            // Neither is in the contract's shape.
            let text =
                text.replace(" MATCH FULL", "").replace(" DEFERRABLE INITIALLY DEFERRED", "");
            add(format!("constraint {}", plain(&item["name"])), text);
        }
        for item in list("indexes") {
            add(format!("index {}", plain(&item["name"])), plain(&item["def"]));
        }
    }
    for (name, values) in state["enums"].as_object().unwrap() {
        let values = values.as_array().unwrap().iter().map(plain).collect::<Vec<_>>();
        facts.insert((name.clone(), "enum".to_owned()), values.join(" "));
    }
    for name in state["sequences"].as_array().unwrap() {
        facts.insert((plain(name), "sequence".to_owned()), String::new());
    }
    facts
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn ours(schema: &SchemaView) -> Facts {
    let mut facts = Facts::new();
    for table in &schema.tables {
        for (what, value) in of_table(table) {
            facts.insert((qualified(&table.schema, &table.name), what), value);
        }
    }
    for one in &schema.enums {
        facts.insert((one.name.clone(), "enum".to_owned()), one.values.join(" "));
    }
    for one in &schema.sequences {
        facts.insert((one.name.clone(), "sequence".to_owned()), String::new());
    }
    facts
}

fn qualified(schema: &str, name: &str) -> String {
    if schema == "public" { name.to_owned() } else { format!("{schema}.{name}") }
}

fn of_table(table: &TableView) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for column in &table.columns {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let mut add = |key: &str, value: String| {
            facts.push((format!("column {} {key}", column.name), value));
        };
        add("type", text(&column.data_type));
        add("nullable", column.nullable.to_string());
        add("default", text(&column.default));
        add("identity", text(&column.identity).to_lowercase());
        add("generated", text(&column.generated));
        add("comment", text(&column.comment));
    }
    let order: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    facts.push(("order".to_owned(), order.join(" ")));
    let mut add = |kind: &str, name: &Option<String>, value: String| {
        facts.push((format!("{kind} {}", name.clone().unwrap_or_default()), value));
    };
    if let Some(key) = &table.primary_key {
        add("constraint", &key.name, format!("PRIMARY KEY ({})", key.columns.join(", ")));
    }
    for key in &table.uniques {
        add("constraint", &key.name, format!("UNIQUE ({})", key.columns.join(", ")));
    }
    for check in &table.checks {
        add("constraint", &check.name, format!("CHECK ({})", check.expression));
    }
    for key in &table.foreign_keys {
        let mut text = format!(
            "FOREIGN KEY ({}) REFERENCES {}({})",
            key.columns.join(", "),
            qualified(&key.ref_schema, &key.ref_table),
            key.ref_columns.join(", ")
        );
        for (word, action) in [("UPDATE", &key.on_update), ("DELETE", &key.on_delete)] {
            if let Some(action) = action {
                text.push_str(&format!(" ON {word} {action}"));
            }
        }
        add("constraint", &key.name, text);
    }
    for index in &table.indexes {
        let name = index.name.clone().unwrap_or_default();
        let unique = if index.unique { "UNIQUE " } else { "" };
        let include = match index.include.is_empty() {
            true => String::new(),
            false => format!(" INCLUDE ({})", index.include.join(", ")),
        };
        let filter = index.filter.as_ref().map(|text| format!(" WHERE {text}"));
        let (of, columns) = (&table.name, index.columns.join(", "));
        let text = format!(
            "CREATE {unique}INDEX {name} ON {}.{of} USING {} ({columns}){include}{}",
            table.schema,
            index.method,
            filter.unwrap_or_default()
        );
        add("index", &index.name, text);
    }
    facts
}

/// What the catalogue held after each revision of the sample, against replay: how many facts are the same,
/// and how many are not and said to be unknown. Fails on any other.
fn compare(file: &str, naming: &[(&str, &str)]) -> (usize, usize) {
    let (mut right, mut admitted, mut silent) = (0, 0, Vec::new());
    for line in oracle(file).lines() {
        let state: Value = serde_json::from_str(line).unwrap();
        let at = state["after"].as_str().unwrap().trim_start_matches("upgrade ").to_owned();
        let found = schema_named(replay_sample(), naming, &at);
        let open: BTreeSet<&str> =
            found.undecided.iter().flat_map(|one| &one.affects).map(String::as_str).collect();
        let (theirs, mine) = (recorded(&state), ours(&found));
        let keys: BTreeSet<_> = theirs.keys().chain(mine.keys()).collect();
        for key in keys {
            if theirs.get(key) == mine.get(key) {
                right += 1;
            } else if open.contains(key.0.as_str()) {
                admitted += 1;
            } else {
                silent.push(format!(
                    "{at} {key:?}: {:?}, not {:?}",
                    mine.get(key),
                    theirs.get(key)
                ));
            }
        }
        assert!(!open.contains("*"), "{at}: {:?}", found.undecided);
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    (right, admitted)
}

#[test]
fn the_sample_is_what_postgresql_says_or_admits_that_it_is_not() {
    let (right, admitted) = compare("replay-postgresql.jsonl", &[]);
    assert!(right >= 2_547 && admitted <= 7, "{right} right, {admitted} admitted");
}

const USUAL: [(&str, &str); 5] = [
    ("ix", "ix_%(column_0_label)s"),
    ("uq", "uq_%(table_name)s_%(column_0_name)s"),
    ("ck", "ck_%(table_name)s_%(constraint_name)s"),
    ("fk", "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"),
    ("pk", "pk_%(table_name)s"),
];

#[test]
fn a_convention_in_the_models_counts_as_much_as_one_that_is_given() {
    let dict: Vec<String> = USUAL.iter().map(|(key, text)| format!("'{key}': '{text}'")).collect();
    let models = format!(
        "from sqlalchemy import MetaData\nfrom sqlalchemy.orm import DeclarativeBase\n\
         class Base(DeclarativeBase):\n    metadata = MetaData(naming_convention={{{}}})\n",
        dict.join(", ")
    );
    let environment = "from alembic import context\nfrom shed.models import Base\n\
                       context.configure(target_metadata=Base.metadata)\n";
    let mut inputs = replay_sample();
    inputs.push(Input::new("migrations/env.py", environment.as_bytes().to_vec()));
    inputs.push(Input::new("shed/models.py", models.into_bytes()));
    let found = match read(inputs, &Options::default(), &Alone, &mut |_| ControlFlow::Continue(()))
    {
        ControlFlow::Continue(analysis) => analysis.schema(None, None).unwrap(),
        ControlFlow::Break(()) => unreachable!(),
    };
    assert_eq!(found.tables, schema_named(replay_sample(), &USUAL, "heads").tables);
    assert_ne!(found.tables, schema(replay_sample(), "heads").tables);
    let naming = found.naming.unwrap();
    assert_eq!((naming.file.as_deref(), naming.line), (Some("shed/models.py"), 4));
    assert_eq!(naming.convention.unwrap().len(), 5);
}

/// The same migrations, run with a naming convention in the metadata.
#[test]
fn names_are_made_as_the_convention_has_it() {
    let (right, admitted) = compare("replay-naming-postgresql.jsonl", &USUAL);
    assert!(right >= 2_547 && admitted <= 7, "{right} right, {admitted} admitted");
}

/// A revision with one table, whose columns these are.
fn one_table(columns: &[String]) -> Vec<Input> {
    let text = format!(
        "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n\
         from sqlalchemy.dialects import postgresql as pg, mysql as my, sqlite as sl\n\
         revision = 'a1'\ndown_revision = None\n\ndef upgrade():\n    op.create_table('t', {})\n",
        columns.join(", ")
    );
    vec![Input::new("migrations/versions/a1.py", text.into_bytes())]
}

#[test]
fn types_are_spelled_as_format_type_spells_them() {
    let (mut right, mut unknown, mut wrong) = (0, Vec::new(), Vec::new());
    for line in oracle("type-postgresql-catalog.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [written, sent, spelled, typname, ..] = cells.as_slice() else { continue };
        if typname.is_empty() || sent.is_empty() {
            continue; // Refused by the compiler or by the server.
        }
        let found = schema(one_table(&[format!("sa.Column('c', {written})")]), "heads");
        let column = found.tables.first().and_then(|table| table.columns.first());
        match column.and_then(|column| column.data_type.as_deref()) {
            Some(ours) if ours == *spelled => right += 1,
            Some(ours) => wrong.push(format!("{written}: {ours}, not {spelled}")),
            None => {
                assert!(!found.undecided.is_empty(), "{written}");
                unknown.push((*written).to_owned());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A Python enum class, whose longest label makes the length.
    assert_eq!(unknown, ["sa.Enum(Color, native_enum=False)"]);
    assert!(right >= 134, "{right}");
}

#[test]
fn defaults_are_spelled_as_the_catalogue_spells_them() {
    let (mut right, mut admitted, mut wrong) = (0, Vec::new(), Vec::new());
    for line in oracle("server-default-postgresql-catalog.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [data_type, argument, spelled, generated] = cells.as_slice() else { continue };
        let found = schema(
            one_table(&[
                format!("sa.Column('c', {data_type}, {argument})"),
                // What a generated column speaks of.
                "sa.Column('b', sa.Integer)".to_owned(),
            ]),
            "heads",
        );
        let column = found.tables.first().and_then(|table| table.columns.first()).unwrap();
        let ours = column.default.clone().unwrap_or_default();
        let computed = column.generated.clone().unwrap_or_default();
        if ours == *spelled && computed == *generated {
            right += 1;
        } else if found.undecided.is_empty() {
            wrong.push(format!("{data_type} {argument}: {ours}, not {spelled}"));
        } else {
            admitted.push(format!("{data_type} {argument}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(right >= 36 && admitted.is_empty(), "{right}, {admitted:?}");
}

#[test]
fn a_place_may_be_several_revisions() {
    let file = |id: &str, parent: &str| {
        let text = format!(
            "from alembic import op\nrevision = '{id}'\ndown_revision = {parent}\n\n\
             def upgrade():\n    op.create_table('of_{id}')\n"
        );
        Input::new(format!("migrations/versions/{id}.py"), text.into_bytes())
    };
    let inputs =
        || vec![file("a1", "None"), file("b1", "'a1'"), file("c1", "'a1'"), file("d1", "'a1'")];
    let names = |at: &str| {
        schema(inputs(), at).tables.into_iter().map(|table| table.name).collect::<Vec<_>>()
    };
    assert_eq!(names("b1,d1"), ["of_a1", "of_b1", "of_d1"]);
    assert_eq!(names("heads,b1"), ["of_a1", "of_b1", "of_c1", "of_d1"]);
}

/// The undecided entries of a schema at its heads.
fn undecided(inputs: Vec<Input>) -> Vec<(String, Vec<String>)> {
    let found = match read(inputs, &Options::default(), &Alone, &mut |_| ControlFlow::Continue(()))
    {
        ControlFlow::Continue(analysis) => analysis.schema(None, None).unwrap(),
        ControlFlow::Break(()) => unreachable!(),
    };
    found.undecided.into_iter().map(|one| (one.what, one.affects)).collect()
}

#[test]
fn names_that_an_unseen_convention_would_make_are_said_once_with_their_tables() {
    let text = "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a1'\ndown_revision = None\n\n\
                def upgrade():\n\
                \x20   op.create_table('named', sa.Column('id', sa.Integer(), nullable=False),\n\
                \x20                   sa.PrimaryKeyConstraint('id', name=op.f('named_pkey')))\n\
                \x20   op.create_table('unnamed', sa.Column('id', sa.Integer(), primary_key=True))\n\
                \x20   op.create_table('dropped', sa.Column('id', sa.Integer(), primary_key=True))\n\
                \x20   op.drop_table('dropped')\n\
                \x20   op.create_table('old', sa.Column('id', sa.Integer(), unique=True))\n\
                \x20   op.rename_table('old', 'new')\n\
                \x20   op.execute('CREATE TABLE by_sql (id integer PRIMARY KEY)')\n";
    let inputs = vec![Input::new("migrations/versions/a1.py", text.as_bytes().to_vec())];
    let open = undecided(inputs);
    let [(what, affects)] = open.as_slice() else { unreachable!("{open:?}") };
    assert!(what.contains("no `env.py` is among the inputs"), "{what}");
    assert_eq!(affects, &["new", "unnamed"]);
}

/// A history that starts after its first tables were made by other means.
fn late_start() -> Vec<Input> {
    let text = "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a1'\ndown_revision = None\n\n\
                def upgrade():\n\
                \x20   op.add_column('users', sa.Column('team_id', sa.Integer(), nullable=True))\n\
                \x20   op.create_table('teams', sa.Column('id', sa.Integer(), primary_key=True))\n\
                \x20   op.drop_constraint('users_email_key', 'users', type_='unique')\n\
                \x20   op.drop_table('old')\n";
    vec![Input::new("migrations/versions/a1.py", text.as_bytes().to_vec())]
}

const BEFORE: &str = "CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE);\n\
                      CREATE TABLE old (id integer);\n\
                      CREATE TABLE kept (id integer, word varchar(5) DEFAULT 'x');\n";

#[test]
fn what_was_there_before_the_first_revision_is_admitted_and_never_invented() {
    let found = schema(late_start(), "heads");
    let tables: Vec<&str> = found.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(tables, ["teams"]);
    let affected: Vec<&str> =
        found.undecided.iter().flat_map(|one| &one.affects).map(String::as_str).collect();
    assert_eq!(affected, ["users", "users", "old"], "{:?}", found.undecided);
    let told = |one: &retort::wire::schema::UndecidedView| one.what.contains("--baseline");
    assert!(found.undecided.iter().all(told), "{:?}", found.undecided);
}

#[test]
fn replay_starts_from_the_baseline_whatever_it_is_written_in() {
    let with = |name: &str, bytes: Vec<u8>| {
        let mut inputs = late_start();
        inputs.push(Input::new(name, bytes).with_role(retort::wire::Role::Baseline));
        inputs
    };
    let base = schema(with("before.sql", BEFORE.into()), "base");
    assert_eq!(base.tables.len(), 3);
    let found = schema(with("before.sql", BEFORE.into()), "heads");
    assert!(found.undecided.is_empty(), "{:?}", found.undecided);
    let tables: Vec<&str> = found.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(tables, ["kept", "teams", "users"]);
    let users = &found.tables[2];
    let columns: Vec<&str> = users.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["id", "email", "team_id"]);
    assert!(users.uniques.is_empty());
    // The JSON that `retort schema` printed of the same state starts it just as well.
    let json = serde_json::to_vec(&base).unwrap();
    let again = schema(with("before.json", json.clone()), "heads");
    assert_eq!((&again.tables, &again.sequences), (&found.tables, &found.sequences));
    assert_eq!(schema(with("before.json", json), "base").tables, base.tables);
}

fn without_origins(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("origin");
            fields.values_mut().for_each(without_origins);
        }
        Value::Array(items) => items.iter_mut().for_each(without_origins),
        _ => {}
    }
}

#[test]
fn a_whole_schema_survives_being_printed_and_read() {
    let found = schema(replay_sample(), "heads");
    let mut inputs = late_start();
    let json = serde_json::to_vec(&found).unwrap();
    inputs.push(Input::new("s.json", json).with_role(retort::wire::Role::Baseline));
    let again = schema(inputs, "base");
    // Where things come from belongs to the migrations, and not to what they left.
    let mut bare = serde_json::to_value(&found).unwrap();
    without_origins(&mut bare);
    let found: SchemaView = serde_json::from_value(bare).unwrap();
    assert_eq!(again.tables, found.tables);
    assert_eq!((again.enums, again.views), (found.enums, found.views));
    assert_eq!((again.sequences, again.extensions), (found.sequences, found.extensions));
    assert_eq!(again.undecided.len(), found.undecided.len());
}

#[test]
fn places_are_given_in_alembics_words() {
    let ids = |at: &str| schema(replay_sample(), at).at;
    let heads = ids("heads");
    assert_eq!(ids("head"), heads);
    assert!(ids("base").is_empty());
    assert_eq!(ids("head-1"), ["e00000000011"]);
    assert_eq!(ids("e00000000003+2"), ["e00000000005"]);
    assert_eq!(ids("e00000000003-2"), ["e00000000001"]);
    assert!(ids("e00000000001-1").is_empty());
    assert_eq!(ids("e00000000004,head-3"), ["e00000000004", "e00000000009"]);
    let options = Options::default();
    let analysis = match read(replay_sample(), &options, &Alone, &mut |_| ControlFlow::Continue(()))
    {
        ControlFlow::Continue(analysis) => analysis,
        ControlFlow::Break(()) => unreachable!(),
    };
    for (at, words) in [
        ("e0", "Can't locate revision identified by 'e0'"),
        ("nothing", "Can't locate revision identified by 'nothing'"),
        ("head+1", "Can't locate revision identified by 'head+1'"),
    ] {
        let refused = analysis.schema(None, Some(at)).unwrap_err();
        assert_eq!(format!("{refused:?}"), format!("Refused({words:?})"));
    }
}
