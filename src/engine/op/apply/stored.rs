//! What says how a table, a column or an index is kept, as these change their names or go.

use crate::engine::schema::{Ident, ObjectName, Schema, TableName};

/// Settings of which the last one holds.
const SETTINGS: &[&str] = &[
    "SET STORAGE",
    "SET STATISTICS",
    "SET COMPRESSION",
    "SET TABLESPACE",
    "SET ACCESS METHOD",
    "CLUSTER ON",
    "REPLICA IDENTITY",
];

/// Takes out what a new statement of the same setting takes the place of.
pub(super) fn replace(schema: &mut Schema, name: &ObjectName) {
    let Some(action) = name.stored_action() else { return };
    let head = SETTINGS.iter().find_map(|word| action.get(..action.find(word)? + word.len()));
    let Some(head) = head else { return };
    let Some(table) = &name.table else { return };
    for known in so(schema, table, head) {
        schema.objects.remove(&known);
    }
}

/// What is stored of a table by actions that begin so.
fn so(schema: &Schema, table: &TableName, start: &str) -> Vec<ObjectName> {
    let first = ObjectName::stored("", table.clone());
    let own = schema.objects.range(first..).map(|(name, _)| name);
    let own = own.take_while(|name| name.table.as_ref() == Some(table));
    let begins =
        |name: &&ObjectName| name.stored_action().is_some_and(|one| one.starts_with(start));
    own.filter(begins).cloned().collect()
}

/// A column has another name, or is gone.
pub(super) fn column(schema: &mut Schema, table: &TableName, from: &Ident, to: Option<&Ident>) {
    let start = |column: &Ident| ["ALTER COLUMN ", &column.quoted(), " "].concat();
    let old = start(from);
    for name in so(schema, table, &old) {
        let Some(mut object) = schema.objects.remove(&name) else { continue };
        let rest = name.stored_action().and_then(|action| action.strip_prefix(&old));
        let Some((to, rest)) = to.zip(rest) else { continue };
        let name = ObjectName::stored(&[&start(to), rest].concat(), table.clone());
        object.definition = name.stored_as().unwrap_or(object.definition);
        schema.objects.insert(name, object);
    }
}

/// An index, or the key that it belongs to, has another name.
pub(super) fn index(schema: &mut Schema, from: &TableName, to: &Ident) {
    let Some(object) = schema.objects.remove(&ObjectName::place_of_index(from.clone())) else {
        return;
    };
    let to = TableName { schema: from.schema.clone(), name: to.clone() };
    let mut object = object;
    object.definition = object.definition.replacen(&from.quoted(), &to.quoted(), 1);
    schema.objects.insert(ObjectName::place_of_index(to), object);
}

/// Options of a sequence with those that are set anew; the others stay.
pub(super) fn options(before: &str, set: &str) -> String {
    const KEYS: &[&str] =
        &["AS ", "START WITH ", "INCREMENT BY ", "MINVALUE ", "MAXVALUE ", "CACHE ", "CYCLE"];
    let of = |text: &str, key: &str| -> Option<String> {
        let (_, rest) = text.split_once(key)?;
        let value = rest.split(' ').next().unwrap_or_default();
        Some([key, value].concat())
    };
    let kept = KEYS.iter().filter_map(|key| of(set, key).or_else(|| of(before, key)));
    kept.collect::<Vec<String>>().join(" ")
}
