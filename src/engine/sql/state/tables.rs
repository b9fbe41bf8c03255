//! `CREATE TABLE` and `ALTER TABLE`.

use crate::engine::dialects::Dialect;
use crate::engine::op::{self, Detail, Op, Texts, Work};
use crate::engine::schema::{
    Constraint, ConstraintTraits, Ident, Identity, ObjectKind, ObjectName, TableName,
};
use crate::limits;

use super::columns;
use super::constraints::{self, Item};
use super::cursor::{Cursor, literal};

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
    let is_mysql = cursor.dialect() == Dialect::MySql;
    ops.extend(made.pointing.into_iter().filter(|_| is_mysql).map(|one| points(&table, one)));
    Some(ops)
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
        } else if cursor.eat(&["using"]) || cursor.eat(&["tablespace"]) {
            cursor.ident()?;
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
        && let Some(ops) = of_mysql(table, cursor)
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
    let elsewhere: &[&[&str]] = &[&["owner", "to"], &["set", "tablespace"], &["reset"]];
    if elsewhere.iter().any(|words| cursor.eat(words)) {
        return Some(vec![Op::Neutral { what: "changes the owner" }]);
    }
    let known: &[&[&str]] = &[
        &["cluster", "on"],
        &["set", "without", "cluster"],
        &["replica", "identity"],
        &["enable"],
        &["disable"],
    ];
    let is_known = known.iter().any(|words| cursor.sees(words))
        || (cursor.sees(&["set"]) && cursor.rest().get(1).is_some_and(|next| next.is_sign("(")));
    is_known.then(|| vec![said(table, &cursor.take_rest().text())])
}

/// How a table keeps its rows: nothing that a comparison looks at, and part of what makes it.
fn said(table: &TableName, action: &str) -> Op {
    let name = ObjectName::of_table(ObjectKind::Other, Ident::exact(action), table.clone());
    Op::Define { name, definition: format!("ALTER TABLE ONLY {} {action}", table.quoted()) }
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

/// Actions that MySQL alone knows; `Some(None)` for one of them with a clause that is not known.
fn of_mysql(table: &TableName, cursor: &mut Cursor<'_>) -> Option<Option<Vec<Op>>> {
    if cursor.eat(&["comment"]) {
        cursor.eat_sign("=");
        let text = cursor.peek().and_then(|token| literal(token, Dialect::MySql));
        return Some(text.map(|text| {
            let detail = Detail::Comment((!text.is_empty()).then_some(text));
            vec![Op::Detail { table: table.clone(), detail }]
        }));
    }
    let work = |work| vec![Op::Upkeep { work, on: vec![table.clone()], concurrently: false }];
    if let Some(found) = kept_otherwise(cursor) {
        return Some(found.map(work));
    }
    let works: &[(&[&str], Work)] = &[
        (&["drop", "partition"], Work::DropPartition),
        (&["truncate", "partition"], Work::TruncatePartition),
        (&["exchange", "partition"], Work::ExchangePartition),
        (&["remove", "partitioning"], Work::RemovePartitioning),
        (&["coalesce", "partition"], Work::CoalescePartition),
    ];
    if let Some((_, found)) = works.iter().find(|(words, _)| cursor.eat(words)) {
        cursor.take_rest();
        return Some(Some(work(found.clone())));
    }
    let renames = cursor.eat(&["change"]);
    if !renames && !cursor.eat(&["modify"]) {
        return None;
    }
    cursor.eat(&["column"]);
    let from = cursor.clone().ident()?;
    if renames {
        cursor.skip();
    }
    let read = columns::read(cursor).filter(|read| read.column.generated.is_none());
    Some(read.map(|read| {
        let mut ops = op::redefine(table, &from, &read.column);
        if read.says_texts {
            ops.extend(work(Work::Charset(Texts::Column(read.column.name))));
        }
        ops
    }))
}

/// How MySQL keeps the rows and goes about changing them; `Some(None)` for one of these with a clause that is
/// not known.
fn kept_otherwise(cursor: &mut Cursor<'_>) -> Option<Option<Work>> {
    let how = |cursor: &mut Cursor<'_>| {
        cursor.eat_sign("=");
        cursor.ident()
    };
    if cursor.eat(&["algorithm"]) || cursor.eat(&["lock"]) {
        return Some(how(cursor).map(Work::Asserts));
    }
    if cursor.eat(&["engine"]) {
        return Some(how(cursor).map(|_| Work::Engine));
    }
    if cursor.eat(&["force"]) || cursor.eat(&["row_format"]) || cursor.eat(&["key_block_size"]) {
        cursor.take_rest();
        return Some(Some(Work::Rebuild));
    }
    let all = cursor.eat(&["convert", "to"]);
    let is_default = cursor.eat(&["default"]);
    let names: &[&[&str]] = &[&["character", "set"], &["charset"], &["collate"]];
    if !all && !is_default && !names.iter().any(|words| cursor.sees(words)) {
        return None;
    }
    while names.iter().any(|words| cursor.eat(words)) {
        if how(cursor).is_none() {
            return Some(None);
        }
        cursor.eat(&["default"]);
    }
    let whose = if all { Texts::All } else { Texts::Default };
    Some(cursor.at_end().then_some(Work::Charset(whose)))
}

fn add(table: &TableName, cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let table = table.clone();
    if constraints::starts_item(cursor) {
        let whole = cursor.text();
        return Some(match constraints::item(cursor)? {
            Item::Constraint(one) => add_constraint(&table, one),
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
    let mut ops = vec![Op::AddColumn { table: table.clone(), column: read.column, if_not_exists }];
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

fn alter_column(table: &TableName, column: Ident, cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let table = table.clone();
    let action = format!("ALTER COLUMN {} {}", column.quoted(), cursor.text());
    let op = if cursor.eat(&["set", "default"]) {
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
