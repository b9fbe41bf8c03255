//! Chains of our own folders against what Alembic said of them (`tests/oracle/projects.json`, asked again by
//! `scripts/prove quick`).

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::inputs::{folder, report};

#[test]
fn alembic_agrees_on_our_own_folders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(root.join("tests/oracle").join(name)).unwrap();
    let truth: BTreeMap<String, Value> = serde_json::from_str(&read("projects.json")).unwrap();
    let listed: Vec<String> = read("projects.txt").lines().map(str::to_owned).collect();
    let mut known: Vec<&String> = truth.keys().collect();
    known.sort();
    let mut wanted: Vec<&String> = listed.iter().collect();
    wanted.sort();
    assert_eq!(known, wanted);
    let (mut revisions, mut refusals) = (0, 0);
    for (name, answer) in &truth {
        let report = report(folder(name));
        if let Some(error) = answer["errors"].get(0) {
            refused(name, &report.chains, error["error"].as_str().unwrap());
            refusals += 1;
            continue;
        }
        let [chain] = report.chains.as_slice() else {
            panic!("{name}: {} chains", report.chains.len());
        };
        assert_eq!(chain.order, texts(&answer["upgrade_order"]), "{name}: order");
        assert_eq!(sorted(&chain.heads), texts(&answer["heads"]), "{name}: heads");
        assert_eq!(sorted(&chain.bases), texts(&answer["bases"]), "{name}: bases");
        let theirs = answer["revisions"].as_array().unwrap();
        assert_eq!(chain.revisions.len(), theirs.len(), "{name}");
        for their in theirs {
            let file = their["file"].as_str().unwrap();
            let our = chain.revisions.iter().find(|our| our.file == file);
            let our = our.unwrap_or_else(|| panic!("{name}: {file} is not in the chain"));
            assert_eq!(our.id, their["revision"].as_str().unwrap(), "{name}: {file}");
            assert_eq!(our.down, texts(&their["down_revision"]), "{name}: {file}");
            assert_eq!(
                sorted(&our.depends_on),
                sorted(&texts(&their["depends_on"])),
                "{name}: {file}"
            );
            assert_eq!(sorted(&our.labels), texts(&their["branch_labels"]), "{name}: {file}");
            let flags = [our.is_head, our.is_base, our.is_branch_point, our.is_merge_point];
            let names = ["is_head", "is_base", "is_branch_point", "is_merge_point"];
            assert_eq!(flags, names.map(|name| their[name].as_bool().unwrap()), "{name}: {file}");
            revisions += 1;
        }
    }
    assert_eq!((revisions, refusals), (85, 2));
}

#[track_caller]
fn refused(folder: &str, chains: &[retort::wire::ChainView], error: &str) {
    let (kind, words) = error.split_once(": ").unwrap();
    let printed = if kind == "KeyError" { error } else { words };
    let named = chains
        .iter()
        .flat_map(|chain| &chain.problems)
        .any(|problem| problem.alembic.as_deref() == Some(printed));
    assert!(named, "{folder}: no problem says {printed}");
}

fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().unwrap().iter();
    all.map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn sorted(all: &[String]) -> Vec<String> {
    let mut all = all.to_vec();
    all.sort();
    all
}

#[test]
fn files_that_alembic_passes_over_are_counted_with_a_reason() {
    let ignored = |name: &str| {
        let chain = report(folder(name)).chains.into_iter().next().unwrap();
        let lines = chain.ignored.iter().map(|one| format!("{}: {}\n", one.file, one.why));
        lines.collect::<String>()
    };
    expect_test::expect![[r#"
        migrations/versions/01_left_behind.py: alembic.ini [alembic] does not name its folder
        plugins/shop/old/05_first_try.py: it is in a sub-folder, and alembic.ini [alembic] does not say `recursive_version_locations = true`
    "#]].assert_eq(&ignored("tests/oracle/projects/locations"));
    expect_test::expect![[r#"
        db/versions/drafts/4_fines.py: it is in a sub-folder, and alembic.ini [alembic] does not say `recursive_version_locations = true`
    "#]].assert_eq(&ignored("tests/oracle/projects/flat"));
    expect_test::expect![[r#"
        versions/.#0002_lock.py: its name is that of an editor's lock file
        versions/0002_tools.py.bak: its name does not end in `.py`
        versions/__init__helpers.py: its name begins with `__init__`
    "#]]
    .assert_eq(&ignored("tests/oracle/projects/names/migrations"));
}
