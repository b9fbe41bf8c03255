use super::*;

fn value(text: &str) -> Value {
    let text = format!("k = {text}");
    let (table, mistake) = read(&text);
    assert_eq!(mistake, None, "{text}");
    table.get("k").unwrap().clone()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

#[test]
fn values_of_every_kind_are_read() {
    assert_eq!(value("\"a\\t\\u00e9\\\"b\" # c"), text("a\té\"b"));
    assert_eq!(value("'a\\b'"), text("a\\b"));
    assert_eq!(value("\"\"\"\na\\\n   b\"c\"\"\"\"\n"), text("ab\"c\""));
    assert_eq!(value("'''\na\nb'''"), text("a\nb"));
    assert_eq!(value("1_200_000"), Value::Whole(1_200_000));
    assert_eq!(value("+7"), Value::Whole(7));
    assert_eq!(value("0xff"), Value::Whole(255));
    assert_eq!(value("true"), Value::Truth(true));
    assert_eq!(value("2027-01-31"), Value::Other("2027-01-31".to_owned()));
    assert_eq!(value("2027-01-31 10:00:00Z"), Value::Other("2027-01-31 10:00:00Z".to_owned()));
    assert_eq!(value("1.5e3"), Value::Other("1.5e3".to_owned()));
    assert_eq!(
        value("[ 'a', # one\n  [1],\n]"),
        Value::List(vec![text("a"), Value::List(vec![Value::Whole(1)])])
    );
}

#[test]
fn tables_are_made_by_headers_dots_and_braces() {
    let (root, mistake) = read(
        "a.b = 1\n[t]\nx = 1\n[t.u]\n'y z' = 2\n[[l]]\nn = 1\n[[l]]\nn = 2\n[l.m]\no = 3\n[i]\nj = { p.q = 4, r = 5 }\n",
    );
    assert_eq!(mistake, None);
    assert_eq!(root.table("a").unwrap().get("b"), Some(&Value::Whole(1)));
    assert_eq!(root.table("t").unwrap().table("u").unwrap().get("y z"), Some(&Value::Whole(2)));
    let Some(Value::List(all)) = root.get("l") else { panic!("{root:?}") };
    let numbers: Vec<_> = all
        .iter()
        .map(|one| match one {
            Value::Table(table) => (table.get("n").cloned(), table.table("m").is_some()),
            _ => panic!(),
        })
        .collect();
    assert_eq!(numbers, [(Some(Value::Whole(1)), false), (Some(Value::Whole(2)), true)]);
    let inner = root.table("i").unwrap().table("j").unwrap();
    assert_eq!(inner.table("p").unwrap().get("q"), Some(&Value::Whole(4)));
}

#[test]
fn a_mistake_says_where_it_is_and_keeps_what_came_before() {
    for (text, at, kept) in [
        ("a = 1\nb = word\n", 10, 1),
        ("a = 1\na = 2\n", 6, 1),
        ("[t]\n[t]\n", 5, 1),
        ("a = 'x\n", 6, 0),
        ("a = 1 b = 2\n", 6, 1),
        ("a = [1 2]\n", 7, 0),
        ("a = {b = 1\n", 11, 0),
        ("a = 1\n[a.b]\n", 11, 1),
        ("= 1\n", 0, 0),
        ("a = \"\\q\"\n", 7, 0),
    ] {
        let (table, mistake) = read(text);
        assert_eq!(mistake.map(|mistake| mistake.at), Some(at), "{text}");
        assert_eq!(table.entries.len(), kept, "{text}");
    }
}

#[test]
fn hostile_text_costs_little() {
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(read(&deep).1.is_some());
    let dotted = format!("{}a = 1", "a.".repeat(100_000));
    assert!(read(&dotted).1.is_some());
    let many: String = (0..100_000).map(|n| format!("k{n} = 1\n")).collect();
    let (table, mistake) = read(&many);
    assert!(mistake.is_some() && table.entries.len() <= limits::TOML_KEYS_MAX + 1);
}
