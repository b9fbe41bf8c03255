//! The two shops of the samples: what production has apart from development comes out the same, whichever
//! formats the two are in.

use serde_json::Value;

use crate::cli::{folder, put, retort};
use crate::inputs::sample;

/// What `tests/samples/README.md` says of the way from prod to dev; the default of `products.weight_kg` differs
/// in its text alone, and is no difference.
const EXPECTED: &[&str] = &[
    "added column orders.channel",
    "added column products.name",
    "added constraint customers.customers_phone_unique",
    "added table wishlists",
    "changed column orders.total_cents type",
    "changed column reviews.rating type",
    "changed constraint order_items.order_items_order_id_fkey",
    "removed column customers.loyalty_points",
    "removed column products.title",
    "removed index orders.idx_orders_status_placed",
    "removed table gift_cards",
    "removed table legacy_import_errors",
];

fn text(path: &str) -> String {
    String::from_utf8(sample(path).bytes).unwrap()
}

/// The statements of a shop, without the line that reads the common part.
fn source(of: &str) -> String {
    let own = text(&format!("source/shop_{of}.sql"));
    let lines: Vec<&str> = own.lines().filter(|line| !line.starts_with("\\i ")).collect();
    format!("{}\n{}", text("source/shop_common.sql"), lines.join("\n"))
}

/// A shop in every format that can carry all of it.
fn forms(name: &str, dumps: &[&str]) -> Vec<(String, String)> {
    let folder = folder(&format!("pairs-{name}"));
    let mut all: Vec<(String, String)> =
        dumps.iter().map(|path| ((*path).to_owned(), text(&format!("pg_dump/{path}")))).collect();
    put(&folder, "a.sql", &all[0].1);
    for format in ["sql", "json"] {
        let printed = retort(&folder, &["schema", "a.sql", "--format", format]);
        assert_eq!(printed.code, 0, "{}", printed.err);
        all.push((format!("{name}-printed.{format}"), printed.out));
    }
    all.push((format!("{name}-source.sql"), source(name)));
    let crlf = all[0].1.replace('\n', "\r\n");
    all.push((format!("{name}-crlf.sql"), format!("\u{feff}{crlf}")));
    all
}

/// The differences, each in a few words.
fn rows(json: &Value) -> Vec<String> {
    let row = |one: &Value| {
        let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let object = &one["object"];
        let name = [of(&object["table"]), of(&object["name"])];
        let name =
            name.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(".");
        let row = [of(&one["kind"]), of(&object["kind"]), name, of(&one["aspect"])].join(" ");
        row.trim_end().to_owned()
    };
    let mut all: Vec<String> = json["differences"].as_array().unwrap().iter().map(row).collect();
    all.sort();
    all
}

#[test]
fn prod_and_dev_differ_the_same_in_every_pair_of_formats() {
    let folder = folder("pairs");
    let prods = forms(
        "prod",
        &[
            "prod-server15.18-schema.sql",
            "prod-server13.16-schema.sql",
            "prod-server18.6-schema.sql",
            "prod-server15.18-pg_dump17.12-schema.sql",
            "prod-server15.18-clean-if-exists-create.sql",
            "prod-server15.18-inserts.sql",
            "prod-server15.18-with-data.sql",
        ],
    );
    let devs = forms("dev", &["dev-server15.18-schema.sql"]);
    for (name, text) in prods.iter().chain(&devs) {
        put(&folder, name, text);
    }
    for (prod, _) in &prods {
        for (dev, _) in &devs {
            let ran = retort(&folder, &["diff", prod, dev, "--format", "json"]);
            assert_eq!(ran.code, 0, "{prod} {dev}: {}", ran.err);
            let found: Value = serde_json::from_str(&ran.out).unwrap();
            assert_eq!(rows(&found), EXPECTED, "{prod} {dev}");
            assert_eq!(found["undecided"], Value::Array(Vec::new()), "{prod} {dev}");
        }
    }
}

#[test]
fn listings_of_tables_differ_by_their_tables() {
    let folder = folder("pairs-listed");
    let tables: Vec<&str> =
        EXPECTED.iter().copied().filter(|row| row.contains(" table ")).collect();
    let prods = ["audit/prod-summary-behind.txt", "pg_dump/prod-pg_restore-list.txt"];
    let devs = ["audit/dev-summary.txt", "pg_dump/dev-server15.18-schema.sql"];
    for prod in prods {
        for dev in devs {
            put(&folder, "prod.txt", text(prod));
            put(&folder, "dev.txt", text(dev));
            let ran = retort(&folder, &["diff", "prod.txt", "dev.txt", "--format", "json"]);
            assert_eq!(ran.code, 0, "{prod} {dev}: {}", ran.err);
            let found: Value = serde_json::from_str(&ran.out).unwrap();
            assert_eq!(rows(&found), tables, "{prod} {dev}");
            // What a listing does not say is open.
            assert_ne!(found["undecided"], Value::Array(Vec::new()), "{prod} {dev}");
        }
    }
}

#[test]
fn a_policy_is_the_same_in_a_description_and_in_statements() {
    let folder = folder("pairs-policy");
    put(
        &folder,
        "d.txt",
        "               Table \"app.users\"\n Column |  Type   | Collation | Nullable | Default \n\
         --------+---------+-----------+----------+---------\n id     | integer |           | not null | \n\
         Policies (forced row security enabled):\n    POLICY \"own\" FOR SELECT\n      USING ((id = 1))\n\n",
    );
    put(
        &folder,
        "s.sql",
        "CREATE TABLE app.users (id integer NOT NULL);
         CREATE POLICY own ON app.users FOR SELECT USING ((id = 1));
         ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
         ALTER TABLE app.users FORCE ROW LEVEL SECURITY;",
    );
    let ran = retort(&folder, &["diff", "d.txt", "s.sql", "--format", "json"]);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(rows(&found), Vec::<String>::new(), "{found}");
    let ran = retort(&folder, &["schema", "d.txt", "--format", "sql"]);
    assert!(ran.out.contains("CREATE POLICY own ON app.users FOR SELECT USING"), "{}", ran.out);
}
