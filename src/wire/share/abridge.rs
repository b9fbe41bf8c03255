//! The JSON of a report without what its reader can work out, and back.
//!
//! Every rule here has the form "absent means this"; where the real value differs it is written out. So a
//! rule may never change once a link was made with it. They are:
//!
//! - null, `[]`, `{}`, `false` and `0` are absent, except where one of the next rules says otherwise;
//! - a chain's `revisions` stand in the order of its `order`, which is absent; read, they are sorted by
//!   `file`;
//! - a revision without `down` follows the revision before it, the first one follows none;
//! - a revision without `file` has Alembic's usual file name (`<id>_<slug of message>.py`), in the folder
//!   of the file before it, the first one in `<root>/versions`;
//! - a finding without `end_line` ends on its `line`;
//! - a finding, and a piece of evidence, without `file` is in the file of its `revision`.
//!
//! What is packed by the codec `m` leaves out one thing more ([`abridge_inputs`]):
//!
//! - a revision's file without a row in `inputs` was read with certainty and understood, and its row stands
//!   where sorting by `path` puts it.

use crate::ordered::{Map, Set};

use serde_json::Value;

use crate::ordered;

/// Lists of which "empty" and "not known" are different answers.
const EMPTY_MEANS_SOMETHING: [&str; 2] = ["missing_from_head", "extra_to_head"];
/// Alembic's default for the length of the message part of a file name.
const SLUG_CHARS_MAX: usize = 40;

type Fields = serde_json::Map<String, Value>;
/// How letters are made small. The tables for that are large, and a browser has them already.
pub type Lower = fn(&str) -> String;

/// Returns the value without what [`restore`] puts back, with fields sorted whatever order the map keeps.
pub fn abridge(value: Value) -> Value {
    let mut value = without_defaults(value);
    for chain in rows(&mut value, "chains") {
        abridge_chain(chain);
    }
    let files = files_by_revision(&value, str::to_lowercase);
    for finding in rows(&mut value, "findings") {
        let line = finding.get("line").cloned().unwrap_or(Value::from(0));
        let end_line = finding.remove("end_line").unwrap_or(Value::from(0));
        keep_unless(finding, "end_line", end_line, &line);
        abridge_file(finding, &files);
        for evidence in rows_of(finding, "evidence") {
            abridge_file(evidence, &files);
        }
    }
    sorted(value)
}

/// Puts back what [`abridge`] left out. Total: whatever has another shape is left as it is.
pub fn restore(mut value: Value, lower: Lower) -> Value {
    for chain in rows(&mut value, "chains") {
        restore_chain(chain, lower);
    }
    let files = files_by_revision(&value, lower);
    for finding in rows(&mut value, "findings") {
        let line = finding.get("line").cloned().unwrap_or(Value::from(0));
        finding.entry("end_line").or_insert(line);
        restore_file(finding, &files);
        for evidence in rows_of(finding, "evidence") {
            restore_file(evidence, &files);
        }
    }
    value
}

/// Leaves the rows of `inputs` out that say nothing but that a revision's file was read.
pub fn abridge_inputs(value: &mut Value) {
    let files: Set<String> = files_of_revisions(value).into_iter().collect();
    let Some(rows) = value.get_mut("inputs").and_then(Value::as_array_mut) else { return };
    let by_path = rows.is_sorted_by(|a, b| text(a, "path") < text(b, "path"));
    let usual =
        |row: &&Value| files.contains(text(row, "path")) && **row == usual_input(text(row, "path"));
    // All or none of them: a file without a row would be given one.
    if by_path && rows.iter().filter(|row| files.contains(text(row, "path"))).count() == files.len()
    {
        let kept: Vec<Value> = rows.iter().filter(|row| !usual(row)).cloned().collect();
        *rows = kept;
    } else if let Some(fields) = value.as_object_mut() {
        fields.insert("inputs_listed".to_owned(), Value::Bool(true));
    }
}

/// Puts back what [`abridge_inputs`] left out, where files are known already.
pub fn restore_inputs(value: &mut Value) {
    let files = files_of_revisions(value);
    let Some(fields) = value.as_object_mut() else { return };
    if fields.remove("inputs_listed").is_some() || files.is_empty() {
        return;
    }
    let rows = fields.entry("inputs").or_insert_with(|| Value::Array(Vec::new()));
    let Some(rows) = rows.as_array_mut() else { return };
    let there: Set<String> = rows.iter().map(|row| text(row, "path").to_owned()).collect();
    rows.extend(files.iter().filter(|file| !there.contains(*file)).map(|file| usual_input(file)));
    ordered::sort_by(rows, |a, b| text(a, "path").cmp(text(b, "path")));
}

fn usual_input(path: &str) -> Value {
    let kind = ("kind", "alembic-revision");
    let fields = [("name", path), ("path", path), kind, ("certainty", "certain"), ("why", "")];
    Value::Object(fields.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect())
}

fn files_of_revisions(value: &Value) -> Vec<String> {
    let list = |value: &Value, name| value.get(name).and_then(Value::as_array).cloned();
    let chains = list(value, "chains").unwrap_or_default();
    let revisions = chains.iter().flat_map(|chain| list(chain, "revisions").unwrap_or_default());
    revisions.map(|revision| text(&revision, "file").to_owned()).collect()
}

/// Drops what an absent field means anyway.
///
/// An empty text is kept: for some fields it differs from one that is not known. Recursion is bounded by
/// the shape of a report, and by the 128 levels at which the decoder stops.
pub fn without_defaults(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(without_defaults).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, field)| (name, without_defaults(field)));
            Value::Object(fields.filter(|(name, field)| !is_default(name, field)).collect())
        }
        other => other,
    }
}

fn is_default(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(_) => false,
        Value::Array(items) => items.is_empty() && !EMPTY_MEANS_SOMETHING.contains(&name),
        Value::Object(fields) => fields.is_empty(),
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(fields) => {
            let fields: Map<String, Value> =
                fields.into_iter().map(|(name, field)| (name, sorted(field))).collect();
            Value::Object(fields.into_iter().collect())
        }
        other => other,
    }
}

fn abridge_chain(chain: &mut Fields) {
    let Some(Value::Array(revisions)) = chain.remove("revisions") else { return };
    let order = chain.remove("order").unwrap_or_else(|| Value::Array(Vec::new()));
    let mut revisions = match in_order(&revisions, &order) {
        Some(arranged) => arranged,
        None => {
            chain.insert("order".to_owned(), order);
            revisions
        }
    };
    let mut before = Before::new(chain, str::to_lowercase);
    for revision in revisions.iter_mut().filter_map(Value::as_object_mut) {
        let down = revision.remove("down").unwrap_or_else(|| Value::Array(Vec::new()));
        keep_unless(revision, "down", down, &before.down());
        let file = revision.remove("file").unwrap_or(Value::Null);
        let usual = before.file(revision);
        before.enter(revision, &file);
        keep_unless(revision, "file", file, &usual);
    }
    chain.insert("revisions".to_owned(), Value::Array(revisions));
}

fn restore_chain(chain: &mut Fields, lower: Lower) {
    let Some(Value::Array(mut revisions)) = chain.remove("revisions") else { return };
    let mut before = Before::new(chain, lower);
    for revision in revisions.iter_mut().filter_map(Value::as_object_mut) {
        revision.entry("down").or_insert_with(|| before.down());
        let usual = before.file(revision);
        let file = revision.entry("file").or_insert(usual).clone();
        before.enter(revision, &file);
    }
    if !chain.contains_key("order") {
        let order = revisions.iter().filter_map(|revision| revision.get("id").cloned()).collect();
        chain.insert("order".to_owned(), Value::Array(order));
        ordered::sort_by(&mut revisions, |a, b| text(a, "file").cmp(text(b, "file")));
    }
    chain.insert("revisions".to_owned(), Value::Array(revisions));
}

/// The revisions in the chain's order, if sorting them by file gives back the order they had.
fn in_order(revisions: &[Value], order: &Value) -> Option<Vec<Value>> {
    let order = order.as_array()?;
    let by_id: Map<&str, &Value> =
        revisions.iter().map(|revision| (text(revision, "id"), revision)).collect();
    let distinct: Set<&str> = order.iter().filter_map(Value::as_str).collect();
    let by_file = revisions.is_sorted_by(|a, b| text(a, "file") < text(b, "file"));
    if !by_file || by_id.len() != revisions.len() || distinct.len() != order.len() {
        return None;
    }
    if order.len() != revisions.len() {
        return None;
    }
    order.iter().map(|id| by_id.get(id.as_str()?).map(|revision| (*revision).clone())).collect()
}

/// What the revisions so far say about the next one.
struct Before {
    id: Option<Value>,
    folder: String,
    lower: Lower,
}

impl Before {
    fn new(chain: &Fields, lower: Lower) -> Self {
        let root = chain.get("root").and_then(Value::as_str).unwrap_or("");
        let folder =
            if root.is_empty() { "versions".to_owned() } else { format!("{root}/versions") };
        Self { id: None, folder, lower }
    }

    fn down(&self) -> Value {
        Value::Array(self.id.iter().cloned().collect())
    }

    fn file(&self, revision: &Fields) -> Value {
        let field = |name| revision.get(name).and_then(Value::as_str).unwrap_or("");
        let name = format!("{}_{}.py", field("id"), slug(field("message"), self.lower));
        Value::String(if self.folder.is_empty() { name } else { format!("{}/{name}", self.folder) })
    }

    fn enter(&mut self, revision: &Fields, file: &Value) {
        self.id = revision.get("id").cloned();
        if let Some(file) = file.as_str() {
            self.folder =
                file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        }
    }
}

/// The part that Alembic makes of a message for a file name.
fn slug(message: &str, lower: Lower) -> String {
    let words: Vec<&str> = message
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let slug = lower(&words.join("_"));
    if slug.chars().count() <= SLUG_CHARS_MAX {
        return slug;
    }
    let cut: String = slug.chars().take(SLUG_CHARS_MAX).collect();
    format!("{}_", cut.rsplit_once('_').map_or(cut.as_str(), |(kept, _)| kept))
}

fn files_by_revision(value: &Value, lower: Lower) -> Map<String, Value> {
    let mut files = Map::new();
    let chains = value.get("chains").and_then(Value::as_array);
    for chain in chains.into_iter().flatten() {
        let mut before = Before::new(chain.as_object().unwrap_or(&Fields::new()), lower);
        let revisions = chain.get("revisions").and_then(Value::as_array);
        for revision in revisions.into_iter().flatten().filter_map(Value::as_object) {
            let file = revision.get("file").cloned().unwrap_or_else(|| before.file(revision));
            before.enter(revision, &file);
            if let Some(id) = revision.get("id").and_then(Value::as_str) {
                files.entry(id.to_owned()).or_insert(file);
            }
        }
    }
    files
}

fn abridge_file(row: &mut Fields, files: &Map<String, Value>) {
    if let Some(usual) = usual_file(row, files) {
        let file = row.remove("file").unwrap_or(Value::Null);
        keep_unless(row, "file", file, &usual);
    }
}

fn restore_file(row: &mut Fields, files: &Map<String, Value>) {
    if let Some(usual) = usual_file(row, files) {
        row.entry("file").or_insert(usual);
    }
}

fn usual_file(row: &Fields, files: &Map<String, Value>) -> Option<Value> {
    files.get(row.get("revision")?.as_str()?).cloned()
}

fn keep_unless(row: &mut Fields, name: &str, value: Value, usual: &Value) {
    if value != *usual {
        row.insert(name.to_owned(), value);
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn rows<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Fields> {
    let list = value.get_mut(name).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

fn rows_of<'a>(fields: &'a mut Fields, name: &str) -> impl Iterator<Item = &'a mut Fields> {
    let list = fields.get_mut(name).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture;
    use crate::wire::{Report, Status};
    use serde::Deserialize as _;

    #[track_caller]
    fn check(report: &Report) {
        let value = serde_json::to_value(report).unwrap();
        let restored = restore(abridge(value), str::to_lowercase);
        assert_eq!(&Report::deserialize(&restored).unwrap(), report);
        assert_eq!(sorted(without_defaults(restored.clone())), sorted(without_defaults(restored)));
    }

    #[test]
    fn whatever_is_left_out_comes_back() {
        for size in [0, 1, 2, 13, 60] {
            let mut report = Report::withheld(Status::Pass);
            if size > 10 {
                report = fixture::report(size, 5);
            }
            check(&report);
        }
    }

    #[test]
    fn unusual_chains_come_back_as_well() {
        let usual = fixture::report(14, 4);
        let mut cyclic = usual.clone();
        cyclic.chains[0].order.clear();
        check(&cyclic);
        let mut doubled = usual.clone();
        doubled.chains[0].revisions[3].id = doubled.chains[0].revisions[4].id.clone();
        check(&doubled);
        let mut shuffled = usual.clone();
        shuffled.chains[0].revisions.reverse();
        check(&shuffled);
        let mut renamed = usual.clone();
        for (ix, revision) in renamed.chains[0].revisions.iter_mut().enumerate() {
            revision.file = format!("{ix:02}.py");
        }
        check(&renamed);
        let mut placeless = usual.clone();
        placeless.findings[0].end_line = 0;
        placeless.findings[1].file = String::new();
        placeless.findings[2].evidence[0].file = None;
        placeless.findings[3].revision = Some("gone".to_owned());
        placeless.chains[0].revisions[5].down = Vec::new();
        placeless.chains[0].root = String::new();
        check(&placeless);
    }

    #[test]
    fn values_of_any_other_shape_are_left_alone() {
        for text in [
            "null",
            "[]",
            "{\"chains\":3}",
            "{\"chains\":[{\"revisions\":[1,{\"id\":2}]}]}",
            "{\"findings\":[{\"evidence\":{}},7],\"chains\":[{\"revisions\":{}}]}",
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            let _ = restore(value.clone(), str::to_lowercase);
            let _ = abridge(value);
        }
    }

    #[test]
    fn slugs_are_alembics() {
        assert_eq!(slug("Add users.email, again!", str::to_lowercase), "add_users_email_again");
        assert_eq!(
            slug("create the very long named table for things", str::to_lowercase),
            "create_the_very_long_named_table_for_"
        );
        assert_eq!(slug("", str::to_lowercase), "");
    }
}
