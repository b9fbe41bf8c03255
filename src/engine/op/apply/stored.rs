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
    let is_same = |known: &ObjectName| {
        known.table == name.table && known.stored_action().is_some_and(|one| one.starts_with(head))
    };
    schema.objects.retain(|known, _| !is_same(known));
}

/// A column has another name, or is gone.
pub(super) fn column(schema: &mut Schema, table: &TableName, from: &Ident, to: Option<&Ident>) {
    let start = |column: &Ident| ["ALTER COLUMN ", &column.quoted(), " "].concat();
    let old = start(from);
    let of_it = |name: &&ObjectName| {
        name.table.as_ref() == Some(table)
            && name.stored_action().is_some_and(|action| action.starts_with(&old))
    };
    let found: Vec<ObjectName> = schema.objects.keys().filter(of_it).cloned().collect();
    for name in found {
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
