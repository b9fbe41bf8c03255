//! A revision of a chain → the schema it leaves, marked with what it changed.

use crate::ordered::Map;

use super::schema_view::run_to;
use crate::engine::case::Case;
use crate::engine::chain::Revision;
use crate::engine::ledger::Ledger;
use crate::engine::op::Op;
use crate::engine::schema::TableName;
use crate::wire::schema::{ColumnView, OriginView, SchemaView, TableView, qualified};
use crate::wire::{Moment, ObjectKind, Part, PartLine, Sign};

/// Replays a chain up to a revision and up to what the revision follows, and compares. `None` when there is
/// no such chain or revision, or no schema to begin with.
pub fn moment(case: &Case, ledger: &Ledger, chain: usize, revision: &str) -> Option<Moment> {
    let of = case.chains.get(chain)?;
    let ix = of.find(revision)?;
    let found = of.revision(ix)?;
    let before = run_to(case, ledger, of, &of.graph.normal_parents(ix)).ok()?.view;
    let after = run_to(case, ledger, of, &[ix]).ok()?.view;
    let renamed = renamed(found);
    Some(Moment {
        chain,
        revision: found.id.clone(),
        parts: compare(listings(&before), listings(&after), &renamed),
        undecided: after.undecided,
    })
}

/// The tables that a revision renames, as they are called in views: new name, old name.
fn renamed(revision: &Revision) -> Map<String, String> {
    let mut names = Map::new();
    for step in &revision.upgrade {
        if let Op::RenameTable { from, to } = &step.op {
            let name = |table: &TableName| {
                let schema = table.schema.as_ref().map_or("", |schema| schema.as_str());
                qualified(schema, table.name.as_str())
            };
            let from = name(from);
            let first = names.remove(&from).unwrap_or(from);
            names.insert(name(to), first);
        }
    }
    names
}

/// Something with a name, and its lines by what they are about.
struct Listing {
    kind: ObjectKind,
    name: String,
    open: bool,
    origin: Option<OriginView>,
    lines: Vec<Line>,
}

/// A line: what it is about, its text, and the step that touched it last.
type Line = (String, String, Option<OriginView>);

/// Lays two lists of things side by side, in the order of the later one.
fn compare(before: Vec<Listing>, after: Vec<Listing>, renamed: &Map<String, String>) -> Vec<Part> {
    let mut old: Map<(ObjectKind, String), Listing> =
        before.into_iter().map(|it| ((it.kind, it.name.clone()), it)).collect();
    let mut parts = Vec::new();
    for it in after {
        let same_name = old.remove(&(it.kind, it.name.clone()));
        let other_name = renamed.get(&it.name).filter(|_| it.kind == ObjectKind::Table);
        let was = same_name.or_else(|| old.remove(&(it.kind, other_name?.clone())));
        parts.push(part(was, it));
    }
    parts.extend(old.into_values().map(removed));
    crate::ordered::sort_by(&mut parts, |a, b| {
        (place(a.kind), &a.name).cmp(&(place(b.kind), &b.name))
    });
    parts
}

fn place(kind: ObjectKind) -> usize {
    let order = [ObjectKind::Table, ObjectKind::Type, ObjectKind::View, ObjectKind::Sequence];
    order.iter().position(|other| *other == kind).unwrap_or(order.len())
}

fn part(was: Option<Listing>, is: Listing) -> Part {
    let Listing { kind, name, open, origin, lines } = is;
    let Some(was) = was else {
        let line = |(_, text, origin)| PartLine { sign: Sign::Added, text, was: None, origin };
        let lines = lines.into_iter().map(line).collect();
        return Part { kind, name, sign: Sign::Added, open, origin, lines };
    };
    let mut old: Map<String, String> =
        was.lines.into_iter().map(|(about, text, _)| (about, text)).collect();
    let mut compared = Vec::new();
    if was.name != name {
        let text = format!("renamed from {}", was.name);
        compared.push(PartLine { sign: Sign::Changed, text, was: None, origin: None });
    }
    for (about, text, origin) in lines {
        let (sign, was) = match old.remove(&about) {
            None => (Sign::Added, None),
            Some(was) if was == text => (Sign::Same, None),
            Some(was) => (Sign::Changed, Some(was)),
        };
        compared.push(PartLine { sign, text, was, origin });
    }
    compared.extend(old.into_values().map(gone));
    let changed = compared.iter().any(|line| line.sign != Sign::Same);
    let sign = if changed { Sign::Changed } else { Sign::Same };
    Part { kind, name, sign, open, origin, lines: compared }
}

fn gone(text: String) -> PartLine {
    PartLine { sign: Sign::Removed, text, was: None, origin: None }
}

fn removed(was: Listing) -> Part {
    Part {
        kind: was.kind,
        name: was.name,
        sign: Sign::Removed,
        open: false,
        origin: None,
        lines: was.lines.into_iter().map(|(_, text, _)| gone(text)).collect(),
    }
}

fn listings(schema: &SchemaView) -> Vec<Listing> {
    let mut all: Vec<Listing> = schema.tables.iter().map(table).collect();
    let mut other = |kind, schema: &str, name: &str, text: Option<Line>, origin: &Option<_>| {
        let (name, origin, lines) =
            (qualified(schema, name), origin.clone(), text.into_iter().collect());
        all.push(Listing { kind, name, open: false, origin, lines });
    };
    for it in &schema.enums {
        let line = ("values".to_owned(), format!("enum {}", it.values.join(", ")), None);
        other(ObjectKind::Type, &it.schema, &it.name, Some(line), &it.origin);
    }
    for it in &schema.views {
        other(ObjectKind::View, &it.schema, &it.name, None, &it.origin);
    }
    for it in &schema.sequences {
        let owner = it.owner.as_ref().map(|owner| {
            let table = qualified(&owner.schema, &owner.table);
            ("owner".to_owned(), format!("owned by {table}.{}", owner.column), None)
        });
        other(ObjectKind::Sequence, &it.schema, &it.name, owner, &it.origin);
    }
    for name in &schema.extensions {
        other(ObjectKind::Extension, "", name, None, &None);
    }
    all
}

fn table(table: &TableView) -> Listing {
    let mut lines: Vec<Line> = table.columns.iter().map(column).collect();
    // What has no name is known by all that it is.
    let mut push = |what: &str, name: &Option<String>, rest: String, origin: &Option<_>| {
        let text = match name {
            Some(name) => format!("{what} {name} {rest}"),
            None => format!("{what} {rest}"),
        };
        let about = name.as_ref().map_or_else(|| text.clone(), |name| format!("{what} {name}"));
        lines.push((about, text, origin.clone()));
    };
    let list = |names: &[String]| format!("({})", names.join(", "));
    if let Some(key) = &table.primary_key {
        push("primary key", &key.name, list(&key.columns), &key.origin);
    }
    for key in &table.uniques {
        push("unique", &key.name, list(&key.columns), &key.origin);
    }
    for check in &table.checks {
        push("check", &check.name, format!("({})", check.expression), &check.origin);
    }
    for key in &table.foreign_keys {
        let to = qualified(&key.ref_schema, &key.ref_table);
        let mut rest = format!("{} to {to} {}", list(&key.columns), list(&key.ref_columns));
        for (when, what) in [("delete", &key.on_delete), ("update", &key.on_update)] {
            rest.extend(what.iter().map(|what| format!(" on {when} {}", what.to_lowercase())));
        }
        push("foreign key", &key.name, rest, &key.origin);
    }
    for index in &table.indexes {
        let what = if index.unique { "unique index" } else { "index" };
        let mut rest = list(&index.columns);
        if index.method != "btree" {
            rest = format!("using {} {rest}", index.method);
        }
        if !index.include.is_empty() {
            rest = format!("{rest} include {}", list(&index.include));
        }
        rest.extend(index.filter.iter().map(|filter| format!(" where {filter}")));
        push(what, &index.name, rest, &index.origin);
    }
    Listing {
        kind: ObjectKind::Table,
        name: qualified(&table.schema, &table.name),
        open: table.open,
        origin: table.origin.clone(),
        lines,
    }
}

fn column(column: &ColumnView) -> Line {
    let mut text = column.name.clone();
    let mut add = |words: &str, value: &str| {
        for part in [words, value].into_iter().filter(|part| !part.is_empty()) {
            text.push(' ');
            text.push_str(part);
        }
    };
    add(column.data_type.as_deref().unwrap_or("type not known"), "");
    if !column.nullable {
        add("not null", "");
    }
    for (words, value) in [
        ("default", &column.default),
        ("identity", &column.identity),
        ("generated", &column.generated),
        ("comment", &column.comment),
    ] {
        if let Some(value) = value {
            add(words, value);
        }
    }
    // No other line begins so.
    (format!("column {}", column.name), text, column.origin.clone())
}
