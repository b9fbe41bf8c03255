//! `CREATE INDEX`, and MySQL's indexes inside of a table.

use crate::engine::dialects::Dialect;
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::{Constraint, ConstraintTraits, Ident, Index, IndexPart, TableName};

use super::constraints::{self, Item};
use super::cursor::Cursor;

/// After `CREATE [UNIQUE] INDEX`. MySQL's `FULLTEXT` and `SPATIAL` stand before that word.
pub(super) fn create(cursor: &mut Cursor<'_>, unique: bool, kind: Option<&str>) -> Option<Vec<Op>> {
    let concurrently = cursor.eat(&["concurrently"]);
    let if_not_exists = cursor.eat(&["if", "not", "exists"]);
    let mut index = Index { unique, ..Index::default() };
    let mut home = None;
    if !cursor.sees(&["on"]) {
        let name = cursor.name()?;
        home = name.schema;
        index.name = Some(name.name);
    }
    let mut method = kind.map(Ident::exact);
    if cursor.eat(&["using"]) {
        method = Some(cursor.ident()?);
    }
    if !cursor.eat(&["on"]) {
        return None;
    }
    cursor.eat(&["only"]);
    let mut table = cursor.name()?;
    // SQLite says with the index where the table is.
    table.schema = table.schema.or(home);
    if cursor.eat(&["using"]) {
        method = Some(cursor.ident()?);
    }
    index.parts = parts(cursor)?;
    let mut place = None;
    while !cursor.at_end() {
        if cursor.eat(&["include"]) {
            index.include = cursor.idents()?;
        } else if cursor.eat(&["nulls", "not", "distinct"]) {
            index.nulls_not_distinct = true;
        } else if cursor.eat(&["nulls", "distinct"]) {
        } else if cursor.dialect() == Dialect::MySql {
            let (own, options) = tail(cursor)?;
            method = own.or(method);
            index.options = options;
        } else if cursor.eat(&["with"]) {
            index.options = Some(cursor.group()?.text());
        } else if cursor.eat(&["tablespace"]) {
            place = Some(cursor.ident()?);
        } else if cursor.eat(&["where"]) {
            index.filter = Some(cursor.take_rest().expression());
        } else {
            return None;
        }
    }
    index.method =
        method.map(|method| method.as_str().to_lowercase()).filter(|method| method != "btree");
    let place = place.or_else(|| cursor.setting.tablespace.clone());
    let own = index.name.clone().map(|name| TableName { schema: table.schema.clone(), name });
    let place = own.zip(place).map(|(own, place)| Op::place_of_index(own, &place));
    let make = Op::CreateIndex { table, index, if_not_exists, concurrently };
    Some(std::iter::once(make).chain(place).collect())
}

/// The parts of an index between parentheses.
fn parts(cursor: &mut Cursor<'_>) -> Option<Vec<IndexPart>> {
    Some(cursor.group()?.items()?.into_iter().map(part).collect())
}

/// A column and nothing else, or anything else.
fn part(item: Cursor<'_>) -> IndexPart {
    let mut rest = item.clone();
    if let Some(name) = rest.ident() {
        rest.eat(&["asc"]);
        if rest.at_end() {
            return IndexPart::Column(name);
        }
    }
    let mut expression = item.expression();
    // Operator classes and the words of an order are no columns.
    if let Some(name) = item.clone().ident()
        && !item
            .rest()
            .get(1)
            .is_some_and(|next| next.is_sign("(") && item.dialect() != Dialect::MySql)
    {
        expression.columns = vec![name];
    }
    IndexPart::Expression(expression)
}

/// `[UNIQUE|FULLTEXT|SPATIAL] KEY n (…)`; `Some(None)` when the item is none of these.
pub(super) fn of_mysql(cursor: &mut Cursor<'_>, named: Option<Ident>) -> Option<Option<Item>> {
    let unique = cursor.sees(&["unique"]);
    let method = ["fulltext", "spatial"].into_iter().find(|word| cursor.sees(&[word]));
    if unique || method.is_some() {
        cursor.skip();
    }
    let is_key = cursor.eat(&["key"]) || cursor.eat(&["index"]);
    if !unique && method.is_none() && !is_key {
        return Some(None);
    }
    let own = if cursor.sees_sign("(") { None } else { Some(cursor.ident()?) };
    let name = own.or(named);
    let before = if cursor.eat(&["using"]) { Some(cursor.ident()?) } else { None };
    let parts = parts(cursor)?;
    let (using, options) = tail(cursor)?;
    let using = using.or(before).map(|using| using.as_str().to_lowercase());
    let using = using.filter(|using| using != "btree");
    if unique && let Some(columns) = constraints::plain(&parts) {
        let using = using.map(|using| ["USING ", &using].concat());
        let also: Vec<String> = using.into_iter().chain(options).collect();
        let also = (!also.is_empty()).then(|| also.join(" "));
        let traits = ConstraintTraits { also, ..ConstraintTraits::default() };
        let kind = ConstraintKind::Unique { columns };
        return Some(Some(Item::Constraint(Constraint { name, kind, traits })));
    }
    let method = method.map(str::to_owned).or(using);
    let index = Index { name, parts, unique, method, options, ..Index::default() };
    Some(Some(Item::Index(index)))
}

/// What MySQL says behind the elements of an index: by which method, and all else as text. How the statement
/// is to run is no part of it.
fn tail(cursor: &mut Cursor<'_>) -> Option<(Option<Ident>, Option<String>)> {
    const STARTS: &[&str] = &[
        "using",
        "visible",
        "invisible",
        "not",
        "ignored",
        "comment",
        "key_block_size",
        "with",
        "clustering",
        "algorithm",
        "lock",
        "engine_attribute",
    ];
    let starts = |cursor: &Cursor<'_>| STARTS.iter().any(|word| cursor.sees(&[word]));
    let (mut method, mut kept) = (None, Vec::new());
    while !cursor.at_end() {
        if cursor.eat(&["using"]) {
            method = Some(cursor.ident()?);
            continue;
        }
        let says_nothing = ["visible", "not", "algorithm", "lock"];
        let says_nothing = says_nothing.iter().any(|word| cursor.sees(&[word]));
        // `NOT IGNORED`.
        cursor.eat(&["not"]);
        let option = cursor.until(starts)?;
        if !says_nothing {
            kept.push(option.text());
        }
    }
    Some((method, (!kept.is_empty()).then(|| kept.join(" "))))
}
