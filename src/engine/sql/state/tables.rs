//! `CREATE TABLE` and `ALTER TABLE`.

use crate::engine::dialects::Dialect;
use crate::engine::op::{Detail, Op, Work};
use crate::engine::schema::{
    Constraint, ConstraintKind, ConstraintTraits, Ident, Identity, ObjectKind, ObjectName,
    TableName,
};
use crate::limits;

use super::columns;
use super::constraints::{self, Item};
use super::cursor::{Cursor, Setting};
use super::mysql;

/// After `CREATE … TABLE`, when `details` say what stood between.
pub(super) fn create(cursor: &mut Cursor<'_>, mut details: Vec<Detail>) -> Option<Vec<Op>> {
    let if_not_exists = cursor.eat(&["if", "not", "exists"]);
    let table = cursor.name()?;
    // SQLite keeps it for itself.
    if cursor.dialect() == Dialect::Sqlite && table.name.as_str().starts_with("sqlite_") {
        return Some(vec![Op::Neutral { what: "creates a table of SQLite's own" }]);
    }
    let mut made = Made::default();
    if cursor.dialect() == Dialect::Sqlite && cursor.sees(&["using"]) {
        // The module of a virtual table decides what its columns are.
        made.open = true;
    } else if cursor.eat(&["partition", "of"]) {
        let parent = cursor.name()?;
        if let Some(items) = cursor.group() {
            made.items(&table, items)?;
        }
        let stop = |cursor: &Cursor<'_>| cursor.sees(&["partition", "by"]);
        let values = cursor.until(stop)?.text();
        details.push(Detail::PartitionOf(parent, values));
        made.open = true;
    } else if let Some(items) = cursor.group() {
        made.items(&table, items)?;
    } else if cursor.sees(&["as"]) || cursor.sees(&["of"]) || cursor.sees(&["like"]) {
        made.open = true;
        cursor.take_rest();
    } else {
        return None;
    }
    tail(cursor, &mut made, &mut details)?;
    let (columns, constraints, open) = (made.columns, made.constraints, made.open);
    let keys: Vec<Ident> = constraints.iter().filter_map(key_with_index).cloned().collect();
    let mut ops =
        vec![Op::CreateTable { table: table.clone(), columns, constraints, if_not_exists, open }];
    ops.extend(details.into_iter().map(|detail| Op::Detail { table: table.clone(), detail }));
    ops.extend(made.indexes.into_iter().map(|index| Op::CreateIndex {
        table: table.clone(),
        index,
        if_not_exists: false,
        concurrently: false,
    }));
    ops.append(&mut made.others);
    let setting = cursor.setting;
    let method =
        made.method.as_ref().or(setting.method.as_ref()).filter(|one| one.as_str() != HEAP);
    let place = made.tablespace.as_ref().or(setting.tablespace.as_ref());
    ops.extend(method.map(|one| said(&table, &["SET ACCESS METHOD ", &one.quoted()].concat())));
    ops.extend(place.map(|one| said(&table, &["SET TABLESPACE ", &one.quoted()].concat())));
    ops.extend(keys.iter().filter_map(|key| of_key(&table, key, setting)));
    let is_mysql = cursor.dialect() == Dialect::MySql;
    ops.extend(made.pointing.into_iter().filter(|_| is_mysql).map(|one| points(&table, one)));
    Some(ops)
}

/// The access method of a table that says nothing of it.
const HEAP: &str = "heap";

/// The name of a constraint that has an index of its own.
fn key_with_index(one: &Constraint) -> Option<&Ident> {
    let has_none = matches!(one.kind, ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_));
    one.name.as_ref().filter(|_| !has_none)
}

fn of_key(table: &TableName, key: &Ident, setting: &Setting) -> Option<Op> {
    let own = TableName { schema: table.schema.clone(), name: key.clone() };
    Some(Op::place_of_index(own, setting.tablespace.as_ref()?))
}

fn points(table: &TableName, column: Ident) -> Op {
    let (work, on) = (Work::InlineReferences(column), vec![table.clone()]);
    Op::Upkeep { work, on, concurrently: false }
}

/// What the list of a table makes.
#[derive(Default)]
struct Made {
    columns: Vec<crate::engine::schema::Column>,
    constraints: Vec<Constraint>,
    indexes: Vec<crate::engine::schema::Index>,
    others: Vec<Op>,
    /// Columns with `REFERENCES` beside them.
    pointing: Vec<Ident>,
    open: bool,
    tablespace: Option<Ident>,
    method: Option<Ident>,
}

impl Made {
    fn items(&mut self, table: &TableName, list: Cursor<'_>) -> Option<()> {
        let items = list.items()?;
        if items.len() > limits::TABLE_COLUMNS_MAX {
            return None;
        }
        for mut item in items {
            if item.sees(&["like"]) || item.sees(&["period", "for"]) {
                self.open = true;
            } else if constraints::starts_item(&item) {
                match constraints::item(&mut item)? {
                    Item::Constraint(constraint) => self.constraints.push(constraint),
                    Item::Index(index) => self.indexes.push(index),
                    Item::NotNull(name, also) => {
                        for column in self.columns.iter_mut().filter(|one| one.name == name) {
                            column.nullable = false;
                            column.also.clone_from(&also);
                        }
                    }
                }
            } else {
                let mut read = columns::read(&mut item)?;
                self.others.extend(beside(table, &mut read));
                self.constraints.extend(read.constraints);
                if read.says_references {
                    self.pointing.push(read.column.name.clone());
                }
                self.columns.push(read.column);
            }
        }
        Some(())
    }
}

/// The options of a sequence as an object, where they are not the defaults.
fn options_of(name: TableName, definition: String) -> Option<Op> {
    let name = ObjectName::plain(ObjectKind::Sequence, name);
    (!definition.is_empty()).then_some(Op::Define { name, definition })
}

/// What was read and is not kept.
fn lost(table: &TableName, column: &Ident, what: &str) -> Op {
    let what = ["`", column.as_str(), "` of `", &table.to_string(), "`: ", what].concat();
    Op::UnknownWithin { what, tables: vec![table.clone()] }
}

/// What a column makes beside itself: its sequence, how it is stored.
fn beside(table: &TableName, read: &mut columns::Read) -> Vec<Op> {
    let mut ops = Vec::new();
    let column = &read.column.name;
    if let Some((given, options)) = read.sequence.take() {
        let usual = Ident::exact([table.name.as_str(), "_", column.as_str(), "_seq"].concat());
        let from = TableName { schema: table.schema.clone(), name: usual };
        let to = given.unwrap_or_else(|| from.clone());
        ops.extend((to != from).then(|| Op::RenameSequence { from, to: to.clone() }));
        ops.extend(options_of(to, options));
    }
    let stored = |action: String| ["ALTER COLUMN ", &column.quoted(), " ", &action].concat();
    let stored = std::mem::take(&mut read.stored).into_iter().map(stored);
    ops.extend(stored.map(|action| said(table, &action)));
    ops.extend(read.lost.map(|what| lost(table, column, what)));
    ops
}

/// What follows the list.
fn tail(cursor: &mut Cursor<'_>, made: &mut Made, details: &mut Vec<Detail>) -> Option<()> {
    if cursor.dialect() != Dialect::PostgreSql {
        if cursor.at_end() {
            return Some(());
        }
        // CREATE TABLE … AS SELECT makes columns of its own.
        let takes = |cursor: &Cursor<'_>| cursor.sees(&["as"]) || cursor.sees(&["select"]);
        made.open |= takes(cursor);
        let options = cursor.until(takes)?;
        made.open |= !cursor.at_end();
        cursor.take_rest();
        details.push(Detail::Options(without_counter(&options.text())));
        return Some(());
    }
    while !cursor.at_end() {
        if cursor.eat(&["inherits"]) {
            let parents = cursor.group()?.names()?;
            made.open = true;
            details.push(Detail::Inherits(parents));
        } else if cursor.eat(&["partition", "by"]) {
            let stop = |cursor: &Cursor<'_>| {
                ["with", "tablespace", "using"].iter().any(|word| cursor.sees(&[word]))
            };
            details.push(Detail::PartitionBy(cursor.until(stop)?.text()));
        } else if cursor.eat(&["with"]) {
            details.push(Detail::Options(cursor.group()?.text()));
        } else if cursor.eat(&["using"]) {
            made.method = Some(cursor.ident()?);
        } else if cursor.eat(&["tablespace"]) {
            made.tablespace = Some(cursor.ident()?);
        } else if cursor.eat(&["server"]) {
            details.push(Detail::Foreign);
            details.push(Detail::Options(cursor.take_rest().text()));
        } else if !cursor.eat(&["without", "oids"]) {
            return None;
        }
    }
    Some(())
}

/// `AUTO_INCREMENT=7` is where the counter stands, not what the table is.
fn without_counter(options: &str) -> String {
    let words = options.split(' ');
    let kept: Vec<&str> =
        words.filter(|word| !word.to_ascii_lowercase().starts_with("auto_increment=")).collect();
    kept.join(" ")
}

/// After `ALTER TABLE`.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    cursor.eat(&["if", "exists"]);
    cursor.eat(&["only"]);
    let table = cursor.name()?;
    cursor.eat_sign("*");
    let mut ops = Vec::new();
    for mut action in cursor.take_rest().items()? {
        ops.extend(change(&table, &mut action)?);
    }
    (!ops.is_empty()).then_some(ops)
}

pub(super) fn change(table: &TableName, cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let detail = |detail: Detail| vec![Op::Detail { table: table.clone(), detail }];
    if cursor.eat(&["add"]) {
        return add(table, cursor);
    }
    if cursor.eat(&["alter"]) {
        cursor.eat(&["column"]);
        let column = cursor.ident()?;
        return alter_column(table, column, cursor);
    }
    if cursor.dialect() == Dialect::MySql
        && let Some(ops) = mysql::of_table(table, cursor)
    {
        return ops;
    }
    if let Some(op) = of_whole(table, cursor) {
        return Some(vec![op]);
    }
    if cursor.eat(&["inherit"]) {
        return Some(detail(Detail::Inherits(vec![cursor.name()?])));
    }
    if cursor.eat(&["drop", "constraint"]) {
        let if_exists = cursor.eat(&["if", "exists"]);
        let name = cursor.ident()?;
        let cascade = cursor.eat(&["cascade"]);
        return Some(vec![Op::DropConstraint { table: table.clone(), name, if_exists, cascade }]);
    }
    if cursor.eat(&["validate", "constraint"]) {
        return Some(detail(Detail::Validated(cursor.ident()?)));
    }
    let security: &[(&[&str], bool, bool)] = &[
        (&["enable", "row", "level", "security"], false, true),
        (&["disable", "row", "level", "security"], false, false),
        (&["force", "row", "level", "security"], true, true),
        (&["no", "force", "row", "level", "security"], true, false),
    ];
    if let Some((_, forced, on)) = security.iter().find(|(words, _, _)| cursor.eat(words)) {
        return Some(match forced {
            true => detail(Detail::Forced(*on)),
            false => vec![Op::RowSecurity { table: table.clone(), enabled: *on }],
        });
    }
    if cursor.eat(&["owner", "to"]) {
        return Some(vec![Op::Neutral { what: "changes the owner" }]);
    }
    let known: &[&[&str]] = &[
        &["cluster", "on"],
        &["set", "without", "cluster"],
        &["replica", "identity"],
        &["set", "tablespace"],
        &["set", "access", "method"],
        &["reset"],
        &["enable"],
        &["disable"],
    ];
    let is_known = known.iter().any(|words| cursor.sees(words))
        || (cursor.sees(&["set"]) && cursor.rest().get(1).is_some_and(|next| next.is_sign("(")));
    is_known.then(|| vec![said(table, &cursor.take_rest().text())])
}

/// How a table keeps its rows: nothing that a comparison looks at, and part of what makes it.
pub(super) fn said(table: &TableName, action: &str) -> Op {
    let name = ObjectName::stored(action, table.clone());
    let definition = name.stored_as().unwrap_or_default();
    Op::Define { name, definition }
}

/// What is done to the table as a whole.
fn of_whole(table: &TableName, cursor: &mut Cursor<'_>) -> Option<Op> {
    let attaches = cursor.eat(&["attach", "partition"]);
    if attaches || cursor.eat(&["detach", "partition"]) {
        let child = cursor.name()?;
        let detail = if attaches {
            Detail::PartitionOf(table.clone(), cursor.take_rest().text())
        } else {
            let concurrently = cursor.eat(&["concurrently"]);
            cursor.eat(&["finalize"]);
            Detail::Detached { parent: table.clone(), concurrently }
        };
        return Some(Op::Detail { table: child, detail });
    }
    let table = table.clone();
    if cursor.eat(&["set", "logged"]) {
        return Some(Op::Detail { table, detail: Detail::Logged });
    }
    if cursor.eat(&["set", "unlogged"]) {
        return Some(Op::Detail { table, detail: Detail::Unlogged });
    }
    if cursor.eat(&["set", "schema"]) {
        let to = TableName::qualified(cursor.ident()?, table.name.clone(), "public");
        return Some(Op::RenameTable { from: table, to });
    }
    None
}

fn add(table: &TableName, cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let table = table.clone();
    if constraints::starts_item(cursor) {
        let whole = cursor.text();
        return Some(match constraints::item(cursor)? {
            Item::Constraint(one) => {
                let key = key_with_index(&one).and_then(|key| of_key(&table, key, cursor.setting));
                add_constraint(&table, one).into_iter().chain(key).collect()
            }
            Item::Index(index) => {
                vec![Op::CreateIndex { table, index, if_not_exists: false, concurrently: false }]
            }
            Item::NotNull(column, also) => {
                let detail = (!also.is_empty()).then(|| Op::Detail {
                    table: table.clone(),
                    detail: Detail::Also(column.clone(), also.clone()),
                });
                let is_later = also.iter().any(|one| one == constraints::NOT_VALID);
                let text = is_later.then(|| said(&table, &["ADD ", &whole].concat()));
                let set = Op::SetNotNull { table, column };
                [set].into_iter().chain(detail).chain(text).collect()
            }
        });
    }
    cursor.eat(&["column"]);
    let if_not_exists = cursor.eat(&["if", "not", "exists"]);
    let mut read = columns::read(cursor)?;
    let beside = beside(&table, &mut read);
    let pointing = (read.says_references && cursor.dialect() == Dialect::MySql)
        .then(|| points(&table, read.column.name.clone()));
    let placed = mysql::placed(&table, &read);
    let mut ops = vec![Op::AddColumn { table: table.clone(), column: read.column, if_not_exists }];
    ops.extend(placed);
    for one in read.constraints {
        ops.extend(add_constraint(&table, one));
    }
    ops.extend(beside);
    ops.extend(pointing);
    Some(ops)
}

/// A constraint, and how it is kept where that is not as usual.
fn add_constraint(table: &TableName, one: Constraint) -> Vec<Op> {
    let Constraint { name, kind, traits } = one;
    let (own, validated) = (table.clone(), !traits.not_valid);
    let usual = ConstraintTraits { not_valid: traits.not_valid, ..ConstraintTraits::default() };
    let is_usual = traits == usual;
    let detail = Detail::Constraint(name.clone(), traits);
    let mut ops = vec![Op::AddConstraint { table: own.clone(), name, kind, validated }];
    ops.extend((!is_usual).then_some(Op::Detail { table: own, detail }));
    ops
}

/// After `TYPE`: the collation is that of the type, unless one is named.
fn retyped(table: TableName, column: Ident, cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let ends = |cursor: &Cursor<'_>| cursor.sees(&["collate"]) || cursor.sees(&["using"]);
    let to = Some(columns::type_text(&cursor.until(ends)?));
    let mut ops = Vec::new();
    if cursor.eat(&["collate"]) {
        let collation = Some(cursor.until(ends)?.text());
        let detail = Detail::Collation(column.clone(), collation);
        ops.push(Op::Detail { table: table.clone(), detail });
    }
    let using = if cursor.eat(&["using"]) { Some(cursor.take_rest().text()) } else { None };
    cursor.at_end().then_some(())?;
    ops.insert(0, Op::AlterColumnType { table, column, to, using });
    Some(ops)
}

fn alter_column(table: &TableName, column: Ident, cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let table = table.clone();
    let action = format!("ALTER COLUMN {} {}", column.quoted(), cursor.text());
    let op = if cursor.eat(&["type"]) || cursor.eat(&["set", "data", "type"]) {
        return retyped(table, column, cursor);
    } else if cursor.eat(&["set", "default"]) {
        let default = cursor.take_rest().text();
        Op::SetDefault { table, column, default }
    } else if cursor.eat(&["drop", "default"]) {
        Op::DropDefault { table, column }
    } else if cursor.eat(&["set", "not", "null"]) {
        Op::SetNotNull { table, column }
    } else if cursor.eat(&["drop", "not", "null"]) {
        Op::DropNotNull { table, column }
    } else if cursor.eat(&["drop", "identity"]) {
        cursor.eat(&["if", "exists"]);
        Op::SetIdentity { table, column, identity: None, sequence: None }
    } else if cursor.sees(&["set", "generated"]) {
        cursor.eat(&["set", "generated"]);
        let identity = if cursor.eat(&["always"]) { Identity::Always } else { Identity::ByDefault };
        // Where its sequence stands is no part of a schema.
        cursor.take_rest();
        Op::SetIdentity { table, column, identity: Some(identity), sequence: None }
    } else if cursor.eat(&["add", "generated"]) {
        let identity = match cursor.eat(&["by", "default"]) {
            true => Identity::ByDefault,
            false => Identity::Always,
        };
        cursor.eat(&["always"]);
        if !cursor.eat(&["as", "identity"]) {
            return None;
        }
        let (sequence, options) = match cursor.group() {
            Some(options) => columns::sequence(options)?,
            None => (None, String::new()),
        };
        let usual = Ident::exact([table.name.as_str(), "_", column.as_str(), "_seq"].concat());
        let usual = TableName { schema: table.schema.clone(), name: usual };
        let options = options_of(sequence.clone().unwrap_or(usual), options);
        let op = Op::SetIdentity { table, column, identity: Some(identity), sequence };
        return Some(std::iter::once(op).chain(options).collect());
    } else if cursor.eat(&["set", "statistics"])
        || cursor.eat(&["set", "storage"])
        || cursor.eat(&["set", "compression"])
        || cursor.eat(&["reset"])
        || cursor.eat(&["options"])
        || (cursor.eat(&["set"]) && cursor.sees_sign("("))
    {
        said(&table, &action)
    } else {
        return None;
    };
    Some(vec![op])
}
