//! Actions of `ALTER TABLE` that MySQL alone knows.

use crate::engine::dialects::Dialect;
use crate::engine::op::{self, Detail, Op, Texts, Work};
use crate::engine::schema::TableName;

use super::columns;
use super::cursor::{Cursor, literal};

/// Returns what an action does that MySQL alone knows; `Some(None)` for one of them with a clause that is not known.
pub(super) fn of_table(table: &TableName, cursor: &mut Cursor<'_>) -> Option<Option<Vec<Op>>> {
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
        ops.extend(placed(table, &read));
        if read.says_texts {
            ops.extend(work(Work::Charset(Texts::Column(read.column.name))));
        }
        ops
    }))
}

/// Returns what `FIRST` and `AFTER` do.
pub(super) fn placed(table: &TableName, read: &columns::Read) -> Option<Op> {
    let detail = Detail::Place(read.column.name.clone(), read.place.clone()?);
    Some(Op::Detail { table: table.clone(), detail })
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
