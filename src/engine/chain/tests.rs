//! Chains against Alembic's recorded answers, and their own laws.

use crate::ordered::{Map, Set};

use serde_json::Value;

use super::moves::Move;
use super::resolve::{Command, Place, Refused};
use super::*;
use crate::engine::document::Document;
use crate::engine::formats::{self, alembic_revision};
use crate::engine::ledger::Ledger;
use crate::engine::schema::Ident;
use crate::engine::span::DocumentId;
use crate::sketch::{self, Dice, Shape, Sketch};

const ORACLE: &str = include_str!("../../../tests/oracle/graph-oracle.json");

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        other => panic!("not a list of texts: {other}"),
    }
}

fn links(graph: &Value) -> Vec<Link> {
    graph["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|revision| Link {
            id: revision["revision"].as_str().unwrap().to_owned(),
            down: texts(&revision["down_revision"]),
            depends_on: texts(&revision["depends_on"]),
            labels: texts(&revision["branch_labels"]),
        })
        .collect()
}

/// Counts what was compared, so that a silent skip shows.
#[derive(Default)]
struct Facts {
    compared: usize,
    skipped: usize,
}

impl Facts {
    #[track_caller]
    fn same(&mut self, name: &str, what: &str, ours: &[String], theirs: &Value) {
        if theirs.is_null() || theirs.is_object() {
            self.skipped += 1;
            return;
        }
        assert_eq!(ours, texts(theirs), "{name}: {what}");
        self.compared += 1;
    }
}

impl Facts {
    /// Compares an answer, or the class and the words of a refusal.
    #[track_caller]
    fn answer(
        &mut self,
        what: &str,
        ours: Result<Vec<String>, Refused>,
        theirs: &Value,
        command: Command,
        asked: &str,
    ) {
        self.compared += 1;
        match (ours, theirs.get("error")) {
            (Ok(ours), None) => assert_eq!(ours, texts(theirs), "{what}"),
            (Err(refused), Some(class)) => {
                assert_eq!(refused.class(), class.as_str().unwrap(), "{what}");
                let message = refused.message(command, asked);
                assert_eq!(message, theirs["message"].as_str().unwrap(), "{what}");
            }
            (ours, _) => panic!("{what}: ours {ours:?}, Alembic's {theirs}"),
        }
    }
}

fn ids(graph: &Graph, all: &[RevisionIx]) -> Vec<String> {
    all.iter().map(|ix| graph.node(*ix).unwrap().id.clone()).collect()
}

fn sorted(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    all
}

#[test]
fn alembic_agrees_on_every_graph() {
    let oracle: Vec<Value> = serde_json::from_str(ORACLE).unwrap();
    let mut facts = Facts::default();
    for case in &oracle {
        let name = case["name"].as_str().unwrap();
        let graph = Graph::new(&links(case));
        let expect = &case["expect"];
        match expect.get("load") {
            Some(load) => compare_refusal(name, &graph, load, &mut facts),
            None => {
                assert_eq!(graph.refusals, [], "{name}");
                facts.compared += 1;
                compare_graph(name, &graph, expect, &mut facts);
                compare_orders(name, &graph, expect, &mut facts);
            }
        }
    }
    assert_eq!(oracle.len(), 113);
    // One answer is not the same in every process of Alembic: which of two revisions with one label is blamed.
    assert_eq!((facts.compared, facts.skipped), (8733, 1));
}

fn compare_refusal(name: &str, graph: &Graph, load: &Value, facts: &mut Facts) {
    let first = graph.refusals.first().unwrap_or_else(|| panic!("{name} is refused"));
    assert_eq!(first.kind.name(), load["error"].as_str().unwrap(), "{name}");
    facts.compared += 1;
    match load["message"].as_str() {
        Some(message) => {
            assert_eq!(first.message, message, "{name}");
            facts.compared += 1;
        }
        None => facts.skipped += 1,
    }
}

fn compare_graph(name: &str, graph: &Graph, expect: &Value, facts: &mut Facts) {
    facts.same(name, "heads", &ids(graph, &graph.heads), &expect["heads"]);
    facts.same(name, "real heads", &ids(graph, &graph.real_heads), &expect["real_heads"]);
    facts.same(name, "bases", &ids(graph, &graph.bases), &expect["bases"]);
    facts.same(name, "real bases", &ids(graph, &graph.real_bases), &expect["real_bases"]);
    let pick = |test: fn(&Node) -> bool| {
        sorted(graph.nodes.iter().filter(|node| test(node)).map(|node| node.id.clone()).collect())
    };
    let branch = texts(&expect["branchpoints"]);
    assert_eq!(pick(|node| node.is_branch_point), sorted(branch), "{name}: branch points");
    let merge = texts(&expect["mergepoints"]);
    assert_eq!(pick(|node| node.is_merge_point), sorted(merge), "{name}: merge points");
    facts.compared += 2;
    // Facts by id are those of the copy that Alembic keeps.
    for node in graph.nodes.iter().filter(|node| !node.is_replaced) {
        let of = |key: &str| expect[key].get(&node.id).unwrap_or(&Value::Null).clone();
        let labels: Vec<String> = node.labels.iter().cloned().collect();
        let normal = sorted(ids(graph, &graph.normal_parents(graph.find(&node.id).unwrap())));
        let absent_is_empty =
            |value: Value| if value.is_null() { Value::Array(vec![]) } else { value };
        facts.same(name, "labels", &labels, &absent_is_empty(of("labels")));
        let children = sorted(ids(graph, &node.children));
        facts.same(name, "nextrev", &children, &absent_is_empty(of("nextrev")));
        let all = sorted(ids(graph, &node.all_children));
        facts.same(name, "all nextrev", &all, &absent_is_empty(of("all_nextrev")));
        facts.same(name, "normal parents", &normal, &absent_is_empty(of("normalized_down")));
    }
}

fn compare_orders(name: &str, graph: &Graph, expect: &Value, facts: &mut Facts) {
    let mut newest_first = ids(graph, &order::upgrade(graph));
    newest_first.reverse();
    match &expect["history"] {
        // The walk over all heads is refused as the upgrade to all of them is.
        refused if refused.is_object() => {
            let ours = moves::upgrade(graph, &[], "heads").map(|_| newest_first);
            facts.answer(&format!("{name}: history"), ours, refused, Command::Upgrade, "heads");
        }
        history => facts.same(name, "history", &newest_first, history),
    }
    for case in expect["resolve"].as_array().unwrap() {
        let asked = case[0].as_str().unwrap();
        let shown = |place: &Place| match place {
            Place::At(ix) => graph.node(*ix).unwrap().id.clone(),
            Place::Base => "base".to_owned(),
            Place::Beyond => "beyond".to_owned(),
        };
        let answer = resolve::revisions(graph, asked);
        let ours = answer.map(|places| places.iter().map(shown).collect());
        facts.answer(&format!("{name}: {asked}"), ours, &case[1], Command::Show, asked);
    }
    for case in expect["all_current"].as_array().unwrap() {
        let rows = texts(&case[0]);
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let current = resolve::current(graph, &rows).map(|all| sorted(ids(graph, &all)));
        let theirs = Value::from(sorted(texts(&case[1])));
        facts.answer(&format!("{name}: current {rows:?}"), current, &theirs, Command::Show, "");
    }
    for (key, command) in [
        ("upgrades", Command::Upgrade),
        ("downgrades", Command::Downgrade),
        ("stamps", Command::Stamp),
    ] {
        for case in expect[key].as_array().unwrap() {
            compare_move(name, graph, command, case, facts);
        }
    }
}

fn compare_move(name: &str, graph: &Graph, command: Command, case: &Value, facts: &mut Facts) {
    let (rows, to, truth) = (texts(&case[0]), texts(&case[1]), &case[2]);
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let asked = to[0];
    let done = match command {
        Command::Upgrade => moves::upgrade(graph, &rows, asked),
        Command::Downgrade => moves::downgrade(graph, &rows, asked),
        _ => moves::stamp(graph, &rows, &to).map(|rows| Move { steps: Vec::new(), rows }),
    };
    let what = format!("{name}: {command:?} {rows:?} {to:?}");
    let ours = done.map(|done| (ids(graph, &done.steps), sorted(ids(graph, &done.rows))));
    if let Some(steps) = truth.get("steps") {
        facts.answer(&what, ours.clone().map(|(steps, _)| steps), steps, command, asked);
    }
    let rows = truth.get("final").map_or(truth.clone(), |rows| Value::from(sorted(texts(rows))));
    facts.answer(&what, ours.map(|(_, rows)| rows), &rows, command, asked);
}

fn sketched(sketches: &[Sketch]) -> Graph {
    let links: Vec<Link> = sketches
        .iter()
        .map(|sketch| Link {
            id: sketch.id.clone(),
            down: sketch.down.clone(),
            depends_on: sketch.depends_on.clone(),
            labels: sketch.labels.clone(),
        })
        .collect();
    Graph::new(&links)
}

/// A revision with the given body of `upgrade()`.
fn revision(number: usize, sketch: &Sketch, body: &str) -> Revision {
    let list = |all: &[String]| {
        format!("({})", all.iter().map(|id| format!("{id:?},")).collect::<String>())
    };
    let text = format!(
        "revision = {:?}\ndown_revision = {}\ndepends_on = {}\nbranch_labels = {}\n\n\
         def upgrade():\n    pass\n{body}\n",
        sketch.id,
        list(&sketch.down),
        list(&sketch.depends_on),
        list(&sketch.labels)
    );
    let document = Document::new(format!("m/versions/{number:06}.py"), text);
    let id = DocumentId(u32::try_from(number).unwrap());
    alembic_revision::read(id, &document, &mut Ledger::default()).unwrap()
}

/// Builds the only chain of `id: parent parent | op.line` lines.
#[track_caller]
fn chain(lines: &str) -> Chain {
    let mut all = Vec::new();
    for (number, line) in lines.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        let (graph, body) = line.split_once('|').unwrap_or((line, ""));
        let (id, down) = graph.split_once(':').unwrap();
        let sketch = Sketch {
            id: id.trim().to_owned(),
            down: down.split_whitespace().map(str::to_owned).collect(),
            depends_on: Vec::new(),
            labels: Vec::new(),
            date: String::new(),
        };
        let body: Vec<String> =
            body.split(';').map(|line| format!("    {}", line.trim())).collect();
        all.push(revision(number, &sketch, &body.join("\n")));
    }
    let mut chains = build(all);
    assert_eq!(chains.len(), 1);
    chains.remove(0)
}

fn outline(chain: &Chain) -> String {
    let lines: Vec<String> = chain
        .problems
        .iter()
        .map(|problem| {
            let cause = problem.cause.map(|cause| format!(" {cause}")).unwrap_or_default();
            format!("{}{cause}: {}\n", problem.rule, problem.message)
        })
        .collect();
    lines.concat()
}

fn tables(names: &[&str]) -> Set<TableName> {
    names.iter().map(|name| TableName::plain(Ident::exact(*name))).collect()
}

#[test]
fn problems_name_what_they_are_about() {
    let found = chain("a1:\nb1: a1\nb2: a1\nc1: nope\nc1: b1\n");
    expect_test::expect![[r#"
        alembic-multiple-heads: 2 heads: `b2` in `m/versions/000002.py`, `c1` in `m/versions/000004.py`; they part after `a1`
        alembic-duplicate-revision: 2 files have the id `c1`: `m/versions/000003.py`, `m/versions/000004.py`; Alembic keeps `m/versions/000004.py` alone and the others never run
        alembic-missing-parent: `c1` names `nope` as its parent, and no file of the folder has that id
    "#]].assert_eq(&outline(&found));
}

#[test]
fn cycles_are_found_whether_alembic_notices_or_not() {
    let found = chain("a:\nb: a c\nc: b\nd: c\n");
    expect_test::expect![[r#"
        alembic-cycle: revisions that need each other: `b` → `c` → `b`; Alembic does not notice and runs them in an order that cannot be right
    "#]].assert_eq(&outline(&found));
    let found = chain("a: b\nb: a\nc: c\n");
    expect_test::expect![[r#"
        alembic-cycle: `c` names itself as its parent
        alembic-cycle: revisions that need each other: `a` → `b` → `a`
    "#]]
    .assert_eq(&outline(&found));
}

#[test]
fn replay_follows_branches_and_merges() {
    let found = chain(
        "a: | op.create_table('t'); op.create_table('old')
         b: a | op.rename_table('old', 'new')
         c: a | op.create_table('u')
         m: b c | op.drop_table('t')
         z: m | op.execute(computed())",
    );
    let after = |id: &str| {
        let (tables, complete) = found.replay.tables_after(found.find(id).unwrap());
        let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
        (names.join(" "), complete)
    };
    assert_eq!(after("a"), ("old t".to_owned(), true));
    assert_eq!(after("b"), ("new t".to_owned(), true));
    assert_eq!(after("c"), ("old t u".to_owned(), true));
    assert_eq!(after("m"), ("new u".to_owned(), true));
    assert_eq!(after("z"), ("new u".to_owned(), false));
    let (schema, complete) = found.schema_at(&[found.find("b").unwrap(), found.find("c").unwrap()]);
    let names: Vec<String> = schema.table_names().map(ToString::to_string).collect();
    assert_eq!((names.join(" "), complete), ("new t u".to_owned(), true));
    let old = found.origin(&TableName::plain(Ident::exact("old"))).unwrap();
    assert_eq!(old.dropped.map(|(ix, _)| ix), found.find("b"));
    let nearest = |names: &[&str]| {
        let best = found.nearest(&tables(names)).unwrap();
        (found.revision(best.revision).unwrap().id.clone(), best.missing.len(), best.extra.len())
    };
    assert_eq!(nearest(&["old", "t", "alembic_version"]), ("a".to_owned(), 0, 0));
    assert_eq!(nearest(&["old", "t", "u", "alien"]), ("c".to_owned(), 0, 1));
    assert_eq!(nearest(&["new", "u"]), ("z".to_owned(), 0, 0));
    assert_eq!(found.nearest(&tables(&["alien"])), None);
}

#[test]
fn replay_keeps_going_after_a_clash() {
    let found =
        chain("a: | op.drop_table('x'); op.create_table('t')\nb: a | op.create_table('t')\n");
    let clashes: Vec<(usize, bool)> =
        found.replay.clashes.iter().map(|clash| (clash.revision.0, clash.certain)).collect();
    assert_eq!(clashes, [(0, true), (1, true)]);
    let (names, complete) = found.replay.tables_after(RevisionIx(1));
    assert_eq!((names, complete), (tables(&["t"]), false));
}

#[test]
fn moments_agree_with_whole_replays() {
    let mut compared = 0;
    for seed in 0..60 {
        let sketches = sketch::chain(seed, Shape::sound(40));
        let mut dice = Dice::new(seed);
        let all: Vec<Revision> = sketches
            .iter()
            .enumerate()
            .map(|(n, sketch)| {
                // Every revision has tables of its own, so that the order of branches does not matter.
                let mut body = format!("    op.create_table('t{n}')\n");
                if dice.roll(3) == 0 {
                    body += &format!("    op.rename_table('t{n}', 'r{n}')\n");
                }
                revision(n, sketch, &body)
            })
            .collect();
        let found = build(all).remove(0);
        for ix in &found.order {
            let (schema, complete) = found.schema_at(&[*ix]);
            let whole: Set<TableName> = schema.tables.into_keys().collect();
            assert_eq!(found.replay.tables_after(*ix), (whole, complete), "seed {seed}, {ix:?}");
            compared += 1;
        }
    }
    assert_eq!(compared, 60 * 40);
}

#[test]
fn order_is_a_permutation_with_parents_first() {
    for seed in 0..300 {
        let sketches = sketch::chain(seed, Shape::sound(60));
        let graph = sketched(&sketches);
        let order = order::upgrade(&graph);
        let place: Map<RevisionIx, usize> =
            order.iter().enumerate().map(|(n, ix)| (*ix, n)).collect();
        assert_eq!(place.len(), sketches.len(), "seed {seed}");
        for ix in graph.all() {
            for parent in graph.normal_parents(ix) {
                assert!(place[&parent] < place[&ix], "seed {seed}");
            }
        }
    }
}

#[test]
fn broken_chains_are_ordered_too() {
    for seed in 0..300 {
        let sketches = sketch::chain(seed, Shape::broken(60));
        let order = order::upgrade(&sketched(&sketches));
        assert_eq!(order.len(), sketches.len(), "seed {seed}");
        let unique: Set<&RevisionIx> = order.iter().collect();
        assert_eq!(unique.len(), sketches.len(), "seed {seed}");
    }
}

#[test]
fn folders_are_chains_and_a_file_pasted_twice_is_one() {
    let at = |path: &str, id: &str, down: &str| {
        let text =
            format!("revision = '{id}'\ndown_revision = {down}\n\ndef upgrade():\n    pass\n");
        let document = Document::new(path, text);
        alembic_revision::read(DocumentId(0), &document, &mut Ledger::default()).unwrap()
    };
    let chains = build(vec![
        at("x/versions/b.py", "b", "'a'"),
        at("x/versions/sub/a.py", "a", "None"),
        at("y/versions/a.py", "q", "None"),
        at("pasted.py", "c", "'b'"),
        at("pasted.py (2)", "c", "'b'"),
    ]);
    let shown: Vec<(String, Vec<String>, usize)> = chains
        .iter()
        .map(|chain| {
            let ids = chain.revisions.iter().map(|revision| revision.id.clone()).collect();
            (chain.root.clone(), ids, chain.notes.len())
        })
        .collect();
    let list = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        shown,
        [("x".to_owned(), list(&["c", "b", "a"]), 1), ("y".to_owned(), list(&["q"]), 0)]
    );
}

/// Builds chains of `path id parent parent` lines and of settings, and shows them with all that was said.
fn folders(lines: &str, ini: Option<&str>) -> String {
    let mut sources = Sources::default();
    for (number, line) in lines.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        let mut words = line.split_whitespace().map(str::to_owned);
        let (path, id) = (words.next().unwrap(), words.next().unwrap());
        let down: Vec<String> = words.collect();
        let document = DocumentId(u32::try_from(number).unwrap());
        if id == "-" {
            sources.plain_scripts.push(PlainScript { document, path, creates_all: None });
            continue;
        }
        let text =
            format!("revision = {id:?}\ndown_revision = {down:?}\n\ndef upgrade():\n    pass\n");
        let file = Document::new(path, text);
        let read = alembic_revision::read(document, &file, &mut Ledger::default());
        sources.revisions.push(read.unwrap());
    }
    if let Some(ini) = ini {
        let mut facts = crate::engine::facts::Facts::default();
        let document = Document::new("alembic.ini", ini);
        let modules = crate::engine::python::Modules::default();
        let mut ledger = Ledger::default();
        formats::read(DocumentId(99), &document, &modules, &mut facts, &mut ledger);
        sources.settings = facts.settings;
    }
    let mut shown = String::new();
    for chain in build(sources) {
        let files: Vec<&str> = chain.revisions.iter().map(|r| r.path.as_str()).collect();
        shown += &format!("{}: {}\n", chain.root, files.join(" "));
        let problems = chain.problems.iter().filter(|p| !p.rule.ends_with("bases"));
        shown += &problems.map(|p| format!("  ! {}\n", p.message)).collect::<String>();
        shown += &chain.notes.iter().map(|note| format!("  · {note}\n")).collect::<String>();
        let ignored = chain.ignored.iter().map(|one| format!("  - {}: {}\n", one.path, one.why));
        shown += &ignored.collect::<String>();
    }
    shown
}

#[test]
fn folders_that_need_each_other_are_one_chain_and_copies_are_not() {
    let both = "core/versions/a.py a
                shop/versions/c.py c b
                shop/versions/b.py b a
                other/versions/x.py x";
    expect_test::expect![[r#"
        core: core/versions/a.py shop/versions/b.py shop/versions/c.py
          · `core`, `shop` name each other's revisions and were read as locations of one chain
        other: other/versions/x.py
    "#]]
    .assert_eq(&folders(both, None));
    // Without the first, the second is what Alembic refuses.
    expect_test::expect![[r#"
        shop: shop/versions/b.py
          ! `b` names `a` as its parent, and no file of the folder has that id
    "#]]
    .assert_eq(&folders("shop/versions/b.py b a", None));
    // An older copy of a project is a chain of its own.
    let copies = "new/versions/a.py a
                  new/versions/b.py b a
                  old/versions/a.py a
                  old/versions/z.py z b";
    expect_test::expect![[r#"
        new: new/versions/a.py new/versions/b.py
        old: old/versions/a.py old/versions/z.py
          ! 2 heads: `a` in `old/versions/a.py`, `z` in `old/versions/z.py`; they have no common ancestor
          ! `z` names `b` as its parent, and no file of the folder has that id
    "#]].assert_eq(&folders(copies, None));
}

#[test]
fn sub_folders_with_the_same_ids_are_chains_of_their_own() {
    let kinds = "m/versions/pg/a.py a
                 m/versions/pg/b.py b a
                 m/versions/lite/a.py a
                 m/versions/lite/c.py c a";
    expect_test::expect![[r#"
        m/versions/lite: m/versions/lite/a.py m/versions/lite/c.py
          · `m/versions` has 2 sub-folders that hold the same ids: each was read as a chain of its own
        m/versions/pg: m/versions/pg/a.py m/versions/pg/b.py
          · `m/versions` has 2 sub-folders that hold the same ids: each was read as a chain of its own
    "#]].assert_eq(&folders(kinds, None));
    let ini = "[alembic]\nscript_location = m\n";
    expect_test::expect![[r#"
        m/versions/lite: m/versions/lite/a.py m/versions/lite/c.py
          · `m/versions` has 2 sub-folders that hold the same ids: each was read as a chain of its own
        m/versions/pg: m/versions/pg/a.py m/versions/pg/b.py
          · `m/versions` has 2 sub-folders that hold the same ids: each was read as a chain of its own
    "#]].assert_eq(&folders(kinds, Some(ini)));
}

#[test]
fn settings_that_say_nothing_of_sub_folders_are_weighed_against_the_files() {
    let ini = Some("[alembic]\nscript_location = m\n");
    let stale = "m/versions/a.py a
                 m/versions/b.py b a
                 m/versions/old/z.py z a
                 m/versions/words.py -";
    expect_test::expect![[r#"
        m: m/versions/a.py m/versions/b.py
          ! `words.py` lies among the revisions and has no `revision`: Alembic stops at it, whatever the command
          - m/versions/old/z.py: it is in a sub-folder, and alembic.ini [alembic] does not say `recursive_version_locations = true`
    "#]].assert_eq(&folders(stale, ini));
    let needed = "m/versions/a.py a
                  m/versions/c.py c b
                  m/versions/2024/b.py b a";
    expect_test::expect![[r#"
        m: m/versions/a.py m/versions/c.py m/versions/2024/b.py
          · alembic.ini [alembic] does not set `recursive_version_locations`, without which Alembic leaves 1 file in sub-folders out; the history needs them, so they were read
    "#]].assert_eq(&folders(needed, ini));
    // Settings that lead nowhere change nothing.
    let elsewhere = Some("[alembic]\nscript_location = n\n");
    expect_test::expect![[r#"
        m: m/versions/a.py m/versions/b.py m/versions/old/z.py
          ! 2 heads: `b` in `m/versions/b.py`, `z` in `m/versions/old/z.py`; they part after `a`
          ! `words.py` lies among the revisions and has no `revision`: Alembic stops at it, whatever the command
    "#]].assert_eq(&folders(stale, elsewhere));
}

/// The files of a sample project in the repository.
fn project(name: &str) -> (Chain, String) {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/alembic").join(name);
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder.join("versions")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let file = path.file_name().unwrap().to_str().unwrap();
        let document = Document::new(format!("{name}/versions/{file}"), text);
        let mut ledger = Ledger::default();
        all.push(alembic_revision::read(DocumentId(0), &document, &mut ledger).unwrap());
    }
    let answers = ["history.txt", "tables.txt"];
    let answer =
        answers.into_iter().find_map(|file| std::fs::read_to_string(folder.join(file)).ok());
    (build(all).remove(0), answer.unwrap())
}

#[test]
fn sample_projects_have_the_history_that_alembic_prints() {
    for name in ["linear", "branched", "depends"] {
        let (chain, history) = project(name);
        let printed: Vec<&str> = history
            .lines()
            .map(|line| line.split_once(" -> ").unwrap().1.split([' ', ',']).next().unwrap())
            .collect();
        let mut ours = ids(&chain.graph, &chain.order);
        ours.reverse();
        assert_eq!(ours, printed, "{name}");
        let headers: Vec<_> =
            chain.problems.iter().filter(|p| p.rule.ends_with("header")).collect();
        assert!(headers.is_empty(), "{headers:?}");
    }
}

/// The tables that PostgreSQL has after each revision; where ours differ, the moment says that it is open.
#[test]
fn sample_replay_is_right_or_says_that_it_is_open() {
    let (chain, answer) = project("replay");
    let mut complete = 0;
    for line in answer.lines() {
        let (id, names) = line.split_once(": ").unwrap();
        let (tables, is_complete) = chain.replay.tables_after(chain.find(id).unwrap());
        let ours: Vec<String> = tables.iter().map(ToString::to_string).collect();
        if is_complete {
            let theirs: Vec<&str> = names.split(' ').collect();
            let sorted: Set<&str> = ours.iter().map(String::as_str).collect();
            assert_eq!(sorted, theirs.into_iter().collect(), "{id}");
            complete += 1;
        }
    }
    // The last one has SQL that is not understood.
    assert_eq!((complete, chain.replay.clashes.iter().filter(|c| c.certain).count()), (11, 0));
}
