//! Up and down through each revision, against the states that PostgreSQL's catalogue was in on the way up and
//! on the way down.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use retort::wire::Downgrade;
use serde_json::Value;

use crate::inputs::{replay_sample, report, root};

/// Objects by name, with all that is known of each.
type State = BTreeMap<String, String>;

fn states(file: &str) -> BTreeMap<String, State> {
    let text = fs::read_to_string(root().join("tests/oracle").join(file)).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| (row["after"].as_str().unwrap().to_owned(), state(&row))).collect()
}

fn state(row: &Value) -> State {
    let mut found = State::new();
    for (table, value) in row["tables"].as_object().unwrap() {
        found.insert(format!("table `{table}`"), String::new());
        for (list, kind) in
            [("columns", "column"), ("constraints", "constraint"), ("indexes", "index")]
        {
            for item in value[list].as_array().into_iter().flatten() {
                let name = item["name"].as_str().unwrap();
                found.insert(format!("{kind} `{table}.{name}`"), item.to_string());
            }
        }
    }
    for (name, values) in row["enums"].as_object().unwrap() {
        found.insert(format!("type `{name}`"), values.to_string());
    }
    for name in row["sequences"].as_array().unwrap() {
        found.insert(format!("sequence `{}`", name.as_str().unwrap()), String::new());
    }
    for name in row["extensions"].as_array().unwrap() {
        found.insert(format!("extension `{}`", name.as_str().unwrap()), String::new());
    }
    found
}

/// What is other in the second state, a table as one object when it is new or gone.
fn differences(before: &State, after: &State) -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let fate = match (before.get(key), after.get(key)) {
            (None, Some(_)) => "left behind",
            (Some(_), None) => "lost",
            (a, b) if a != b => "changed",
            _ => continue,
        };
        let table = key.split_once('`').and_then(|(_, name)| name.rsplit_once('.'));
        let whole = table.map(|(table, _)| format!("table `{table}`"));
        let part_of_whole =
            whole.is_some_and(|whole| before.contains_key(&whole) != after.contains_key(&whole));
        if !part_of_whole {
            found.insert((fate, key.clone()));
        }
    }
    found
}

fn ours(downgrade: &Downgrade) -> BTreeSet<(&'static str, String)> {
    let object = |text: &String| {
        text.split_once(" of ")
            .filter(|_| text.starts_with("the "))
            .map_or(text.clone(), |(_, object)| object.to_owned())
    };
    let lists = [
        ("left behind", &downgrade.left_behind),
        ("lost", &downgrade.lost),
        ("changed", &downgrade.changed),
    ];
    lists
        .into_iter()
        .flat_map(|(fate, list)| list.iter().map(move |text| (fate, object(text))))
        .collect()
}

#[test]
fn downgrades_leave_what_postgresql_says_they_leave() {
    let (up, down) = (states("replay-postgresql.jsonl"), states("replay-down-postgresql.jsonl"));
    let report = report(replay_sample());
    let chain = &report.chains[0];
    let (mut traces, mut different) = (0, Vec::new());
    for (ix, id) in chain.order.iter().enumerate() {
        let revision = chain.revisions.iter().find(|revision| revision.id == *id).unwrap();
        let found = revision.downgrade.as_ref().unwrap();
        let (before, below) = match ix.checked_sub(1).and_then(|ix| chain.order.get(ix)) {
            Some(parent) => {
                (&up[&format!("upgrade {parent}")], &down[&format!("downgrade to {parent}")])
            }
            None => (&down["base"], &down["downgrade to base"]),
        };
        let after = &up[&format!("upgrade {id}")];
        // What later downgrades had left already is not this one's doing, under a former name neither.
        let mut carried = match chain.order.get(ix + 1) {
            Some(_) => differences(after, &down[&format!("downgrade to {id}")]),
            None => BTreeSet::new(),
        };
        for [from, to] in &revision.changes.renamed {
            let renamed = carried
                .iter()
                .map(|(fate, key)| (*fate, key.replace(&format!("`{to}."), &format!("`{from}."))));
            let renamed: Vec<_> = renamed.collect();
            carried.extend(renamed);
        }
        let theirs: BTreeSet<_> =
            differences(before, below).difference(&carried).cloned().collect();
        let mine = ours(found);
        traces += theirs.len();
        if mine != theirs {
            different.push(format!(
                "{id}: only ours {:?}, only theirs {:?}",
                mine.difference(&theirs).collect::<Vec<_>>(),
                theirs.difference(&mine).collect::<Vec<_>>()
            ));
        }
        assert_eq!(found.fails, None, "{id}");
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(traces > 0);
    println!("{traces} traces of {} downgrades, all as PostgreSQL has them", chain.order.len());
}
