//! Against what a server answered for one table whose columns have these types.

use crate::engine::schema::{Column, Ident, Schema, TableName};

use super::*;

/// Columns of the recorded table, as `tests/prove/ask_expressions.py` makes it.
fn columns() -> Vec<Column> {
    let head = ORACLE.lines().find_map(|line| line.strip_prefix("# columns: ")).unwrap();
    head.split("; ")
        .map(|pair| {
            let (name, data_type) = pair.split_once(' ').unwrap();
            Column {
                name: Ident::exact(name.trim_matches('"')),
                data_type: Some(data_type.to_owned()),
                nullable: true,
                ..Column::default()
            }
        })
        .collect()
}

const ORACLE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/expression-postgresql.tsv"));

#[test]
fn expressions_are_printed_as_the_server_prints_them() {
    let columns = columns();
    let mut schema = Schema::default();
    schema.enums.insert(TableName::plain(Ident::exact("mood")), vec!["sad".to_owned()]);
    let scope = Scope { columns: &columns, schema: &schema };
    let (mut right, mut silent, mut wrong) = (0, Vec::new(), Vec::new());
    for line in ORACLE.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [kind, written, answer] = cells.as_slice() else { continue };
        let ours = match *kind {
            "element" => element(written, "btree", scope).map(|element| match element {
                Element::Column(name) => name.quoted(),
                Element::Text(text) => text,
            }),
            _ => spell(written, scope),
        };
        match ours {
            Some(ours) if ours.replace('\n', "\\n") == *answer => right += 1,
            Some(ours) => wrong.push(format!("{written}\n  ours   {ours}\n  server {answer}")),
            None => silent.push((*written).to_owned()),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(right >= RIGHT, "{right} right, {} silent:\n{}", silent.len(), silent.join("\n"));
}

/// How many are not left open; it may only grow.
const RIGHT: usize = 1_515;
