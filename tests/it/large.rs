//! Dumps of several databases, and schemas in which much hangs together.

use retort::engine::pipeline::NoSchema;
use retort::renderers::{Look, Render, Renderer, diff_human, diff_markdown, schema_sql};

use crate::ways::{assert_same, diff, printed, read};

const CLUSTER: &str = "--
-- PostgreSQL database cluster dump
--

CREATE ROLE app;

\\connect template1

--
-- PostgreSQL database dump
--

\\connect shop

--
-- PostgreSQL database dump
--

CREATE TABLE public.orders (
    id bigint NOT NULL
);

\\connect stock

--
-- PostgreSQL database dump
--

CREATE TABLE public.bins (
    id bigint NOT NULL
);

--
-- PostgreSQL database cluster dump complete
--
";

#[test]
fn columns_beyond_those_that_are_looked_at_are_said() {
    let head = "table_schema,table_name,column_name,data_type,is_nullable,column_default\n";
    let rows: String = (0..4_100).map(|n| format!("public,wide,c{n},integer,YES,\n")).collect();
    let view = read(&[head, &rows].concat(), "postgresql").schema(None, None).expect("a listing");
    let table = view.tables.first().expect("one table");
    assert_eq!(table.columns.len(), 4_096);
    let said = view.undecided.iter().filter(|one| one.what.contains("more than are looked at"));
    assert_eq!(said.count(), 4);
}

#[test]
fn a_database_of_a_cluster_is_chosen_by_its_name() {
    let cluster = read(CLUSTER, "postgresql");
    let names = vec!["shop".to_owned(), "stock".to_owned()];
    assert_eq!(cluster.schema(None, None), Err(NoSchema::SeveralDatabases(names.clone())));
    assert_eq!(cluster.schema(Some("other"), None), Err(NoSchema::SeveralDatabases(names)));
    for (name, table) in [("shop", "orders"), ("stock", "bins")] {
        let view = cluster.schema(Some(name), None).expect("it is there");
        let tables: Vec<&str> = view.tables.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(tables, [table]);
        // `retort diff FILE@NAME`
        assert_eq!(cluster.schema(None, Some(name)).expect("it is there").tables, view.tables);
        let mut taken = read(CLUSTER, "postgresql");
        assert_eq!(taken.take_schema(Some(name), None, true), cluster.script(Some(name), None));
    }
    let one = read(
        &CLUSTER.replace("CREATE TABLE public.bins (\n    id bigint NOT NULL\n);", ""),
        "postgresql",
    );
    assert_eq!(one.schema(None, None).expect("the only one with tables").tables.len(), 1);
}

fn written(from: &str, to: &str, renderer: &Renderer) -> String {
    let found = diff(&read(from, "postgresql"), &read(to, "postgresql"));
    let Render::Diff(render) = renderer.render else { unreachable!("a renderer of differences") };
    render(&found, &Look::plain())
}

#[test]
fn what_hangs_on_something_that_is_gone_is_named() {
    let from = "CREATE TABLE a (id int PRIMARY KEY, n int);
        CREATE TABLE b (a_id int CONSTRAINT to_a REFERENCES a);
        CREATE VIEW seen AS SELECT id FROM a;";
    let to = "CREATE TABLE b (a_id int);";
    for renderer in [&diff_human::RENDERER, &diff_markdown::RENDERER] {
        let text = written(from, to, renderer);
        let line = text.lines().find(|line| line.contains("hangs on it")).expect("said");
        assert!(line.contains("constraint b.to_a") && line.contains("view seen"), "{text}");
        assert!(!written(to, from, renderer).contains("hangs on it"));
    }
    // Briefly: five, and how many more.
    let keys = (0..9).map(|n| format!("CREATE TABLE c{n} (a_id int REFERENCES a);"));
    let text = written(&(from.to_owned() + &keys.collect::<String>()), to, &diff_human::RENDERER);
    assert!(text.contains("6 more"), "{text}");
}

/// The same tables in many schemas, each with keys to its own, and a circle in the last.
#[test]
fn tables_of_many_schemas_are_made_in_an_order_that_runs() {
    let mut text = String::new();
    for number in 0..60 {
        let s = format!("s{number:02}");
        text.push_str(&format!(
            "CREATE SCHEMA {s}; CREATE TABLE {s}.c (id int PRIMARY KEY, a int); \
             CREATE TABLE {s}.a (id int PRIMARY KEY, b int); CREATE TABLE {s}.b (id int PRIMARY KEY); \
             ALTER TABLE {s}.c ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES {s}.a (id); \
             ALTER TABLE {s}.a ADD CONSTRAINT l FOREIGN KEY (b) REFERENCES {s}.b (id); \
             CREATE VIEW {s}.v AS SELECT id FROM {s}.w; CREATE VIEW {s}.w AS SELECT id FROM {s}.c;\n"
        ));
    }
    text.push_str("ALTER TABLE s59.b ADD CONSTRAINT m FOREIGN KEY (id) REFERENCES s59.c (id);");
    let made = read(&text, "postgresql");
    let script = printed(&made.script(None, None).expect("one schema"), &schema_sql::RENDERER);
    let place = |what: &str| script.find(what).unwrap_or_else(|| panic!("{what}\n{script}"));
    for number in 0..60 {
        let s = format!("s{number:02}");
        let tables = [
            place(&format!("TABLE {s}.c ")),
            place(&format!("VIEW {s}.w")),
            place(&format!("VIEW {s}.v")),
        ];
        assert!(tables.is_sorted(), "{s}\n{script}");
        if number < 59 {
            assert!(place(&format!("TABLE {s}.b ")) < place(&format!("TABLE {s}.a ")), "{s}");
            assert!(place(&format!("TABLE {s}.a ")) < place(&format!("TABLE {s}.c ")), "{s}");
        }
    }
    assert_same(&made, &read(&script, "postgresql"), &script);
}
