//! Everything that is made beside tables and indexes, mostly kept by its definition.

use crate::engine::op::{Detail, DropKind, Op};
use crate::engine::schema::{Ident, ObjectKind, ObjectName, TableName};
use crate::engine::sql::lex::TokenKind;

use super::columns::{sequence_option, sequence_options};
use super::cursor::{Cursor, ident, literal};
use crate::engine::dialects::Dialect;

/// After `CREATE`, where it is neither a table nor an index.
pub(super) fn create(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    cursor.eat(&["or", "replace"]);
    let said = modifiers(cursor)?;
    if said.temporary && (cursor.sees(&["view"]) || cursor.sees(&["sequence"])) {
        return Some(vec![Op::Neutral { what: "creates a temporary view or sequence" }]);
    }
    let mut ops = named(cursor)?;
    if let [Op::Define { definition, .. }] = ops.as_mut_slice() {
        definition.insert_str(0, &said.kept);
    }
    Some(ops)
}

/// After the words that MySQL puts between CREATE and what is created.
fn named(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    if cursor.eat(&["materialized", "view"]) {
        return view(cursor, ObjectKind::MaterializedView);
    }
    if cursor.eat(&["recursive", "view"]) || cursor.eat(&["view"]) {
        return view(cursor, ObjectKind::View);
    }
    let unlogged = cursor.eat(&["unlogged"]);
    if cursor.eat(&["sequence"]) {
        return sequence(cursor, unlogged);
    }
    if unlogged {
        return None;
    }
    if cursor.eat(&["type"]) {
        return type_of(cursor);
    }
    if cursor.eat(&["extension"]) {
        return extension(cursor);
    }
    if cursor.eat(&["schema"]) {
        return schema(cursor);
    }
    let kinds: &[(&[&str], ObjectKind)] = &[
        (&["function"], ObjectKind::Function),
        (&["procedure"], ObjectKind::Procedure),
        (&["aggregate"], ObjectKind::Aggregate),
    ];
    if let Some((_, kind)) = kinds.iter().find(|(words, _)| cursor.eat(words)) {
        return routine(cursor, *kind);
    }
    if cursor.eat(&["constraint", "trigger"]) {
        return of_table(cursor, ObjectKind::Trigger, "CONSTRAINT ");
    }
    let of_tables: &[(&[&str], ObjectKind)] = &[
        (&["trigger"], ObjectKind::Trigger),
        (&["policy"], ObjectKind::Policy),
        (&["rule"], ObjectKind::Rule),
    ];
    if let Some((_, kind)) = of_tables.iter().find(|(words, _)| cursor.eat(words)) {
        return of_table(cursor, *kind, "");
    }
    let others: &[(&[&str], ObjectKind)] = &[
        (&["domain"], ObjectKind::Domain),
        (&["event", "trigger"], ObjectKind::EventTrigger),
        (&["event"], ObjectKind::Other),
        (&["statistics"], ObjectKind::Statistics),
        (&["publication"], ObjectKind::Publication),
        (&["subscription"], ObjectKind::Subscription),
        (&["role"], ObjectKind::Role),
        (&["user", "mapping"], ObjectKind::Other),
        (&["user"], ObjectKind::Role),
    ];
    if let Some((_, kind)) = others.iter().find(|(words, _)| cursor.eat(words)) {
        cursor.eat(&["if", "not", "exists"]);
        let name = cursor.name().unwrap_or_else(|| TableName::plain(Ident::exact("")));
        let definition = cursor.take_rest().text();
        return define(ObjectName::plain(*kind, name), definition);
    }
    unnamed(cursor)
}

/// `CREATE DATABASE`, and what is known by its whole text: casts, operators, text search objects, servers.
fn unnamed(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    if cursor.eat(&["database"]) || cursor.eat(&["tablespace"]) {
        return Some(vec![Op::Neutral { what: "creates a database" }]);
    }
    let known: &[&[&str]] = &[
        &["cast"],
        &["operator"],
        &["collation"],
        &["conversion"],
        &["default", "conversion"],
        &["text", "search"],
        &["server"],
        &["foreign", "data", "wrapper"],
        &["language"],
        &["trusted"],
        &["procedural"],
        &["transform"],
        &["access", "method"],
    ];
    if !known.iter().any(|words| cursor.sees(words)) {
        return None;
    }
    whole(ObjectKind::Other, "CREATE ", cursor)
}

/// An object that is known by its whole text, which these words begin.
pub(super) fn whole(kind: ObjectKind, words: &str, cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let text = cursor.take_rest().text();
    let name = TableName::plain(Ident::exact(text.clone()));
    define(ObjectName::plain(kind, name), format!("{words}{text}"))
}

fn define(name: ObjectName, definition: String) -> Option<Vec<Op>> {
    Some(vec![Op::Define { name, definition }])
}

/// What stands between CREATE and what is created.
#[derive(Default)]
struct Modifiers {
    /// For the session alone.
    temporary: bool,
    /// MySQL's words about whose rights hold and how a view is run, as the schema keeps them.
    kept: String,
}

fn modifiers(cursor: &mut Cursor<'_>) -> Option<Modifiers> {
    let mut found = Modifiers::default();
    loop {
        let start = cursor.clone();
        let mut is_usual = false;
        if cursor.eat(&["algorithm"]) {
            cursor.eat_sign("=");
            is_usual = cursor.sees(&["undefined"]);
            cursor.skip();
        } else if cursor.eat(&["definer"]) {
            cursor.eat_sign("=");
            cursor.skip();
            cursor.group();
            if cursor.eat_sign("@") {
                cursor.skip();
            }
        } else if cursor.eat(&["sql", "security"]) {
            is_usual = cursor.sees(&["definer"]);
            cursor.skip();
        } else if cursor.eat(&["temporary"]) || cursor.eat(&["temp"]) {
            found.temporary = true;
            is_usual = true;
        } else {
            return Some(found);
        }
        let taken = start.rest().len().checked_sub(cursor.rest().len())?;
        let words = start.rest().get(..taken).filter(|_| !is_usual).unwrap_or_default();
        found.kept.extend(words.iter().enumerate().map(|(at, token)| match (at, token.text) {
            (0, word) => word.to_uppercase(),
            (_, word) if start.sees(&["sql"]) => [" ", &word.to_uppercase()].concat(),
            (_, word) => word.to_owned(),
        }));
        found.kept.push_str(if is_usual { "" } else { " " });
    }
}

fn view(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Option<Vec<Op>> {
    cursor.eat(&["if", "not", "exists"]);
    let name = cursor.name()?;
    let rest = cursor.take_rest();
    // A materialized view that holds no rows yet is the same view.
    let text = rest.text();
    let definition = text.strip_suffix(" WITH NO DATA").map_or(text.clone(), str::to_owned);
    define(ObjectName::plain(kind, name), definition)
}

fn sequence(cursor: &mut Cursor<'_>, unlogged: bool) -> Option<Vec<Op>> {
    cursor.eat(&["if", "not", "exists"]);
    let name = cursor.name()?;
    let mut options = Vec::new();
    let mut owner = None;
    while !cursor.at_end() {
        if cursor.eat(&["owned", "by"]) {
            owner = Some(owned_by(cursor)?);
        } else {
            options.extend(sequence_option(cursor)?);
        }
    }
    let mut ops = vec![Op::CreateOther { kind: DropKind::Sequence, name: name.clone() }];
    if let Some(owner) = owner {
        ops.push(Op::OwnSequence { sequence: name.clone(), owner });
    }
    if unlogged {
        ops.push(unlogged_sequence(&name));
    }
    let definition = sequence_options(options);
    if !definition.is_empty() {
        ops.push(Op::Define { name: ObjectName::plain(ObjectKind::Sequence, name), definition });
    }
    Some(ops)
}

fn unlogged_sequence(name: &TableName) -> Op {
    let own = ObjectName {
        signature: "unlogged".to_owned(),
        ..ObjectName::plain(ObjectKind::Other, name.clone())
    };
    let definition = ["ALTER SEQUENCE ", &name.quoted(), " SET UNLOGGED"].concat();
    Op::Define { name: own, definition }
}

/// What `ALTER SEQUENCE` sets; `None` where it is more than options, or takes one back to its default.
fn options_set(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut set = Vec::new();
    while !cursor.at_end() {
        // Where it counts from is no part of what it is.
        if cursor.sees(&["restart"]) {
            sequence_option(cursor)?;
        } else {
            set.push(sequence_option(cursor)??);
        }
    }
    (!set.is_empty()).then(|| sequence_options(set))
}

/// After `OWNED BY`: the last part is the column.
fn owned_by(cursor: &mut Cursor<'_>) -> Option<Option<(TableName, Ident)>> {
    if cursor.eat(&["none"]) {
        return Some(None);
    }
    Some(Some(column_name(cursor)?))
}

/// `schema.table.column`.
fn column_name(cursor: &mut Cursor<'_>) -> Option<(TableName, Ident)> {
    let mut parts = vec![cursor.ident()?];
    while cursor.eat_sign(".") {
        parts.push(cursor.ident()?);
    }
    let column = parts.pop()?;
    let table = parts.pop()?;
    let schema = parts.pop().or_else(|| cursor.setting.home.clone());
    let table = match schema {
        Some(schema) => {
            TableName::qualified(schema, table, super::cursor::default_schema(cursor.dialect()))
        }
        None => TableName::plain(table),
    };
    Some((table, column))
}

fn type_of(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let name = cursor.name()?;
    if cursor.eat(&["as", "enum"]) {
        let items = cursor.group()?.items()?;
        let dialect = cursor.dialect();
        let values =
            items.iter().map(|item| literal(item.peek()?, dialect)).collect::<Option<Vec<_>>>()?;
        return Some(vec![Op::CreateEnum { name, values, if_not_exists: false }]);
    }
    let definition = cursor.take_rest().text();
    define(ObjectName::plain(ObjectKind::Type, name), definition)
}

/// A schema, with or without `AUTHORIZATION owner`. What PostgreSQL would make in it at once is not read.
fn schema(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    cursor.eat(&["if", "not", "exists"]);
    cursor.eat(&["authorization"]);
    let name = TableName::plain(cursor.ident()?);
    if cursor.eat(&["authorization"]) {
        cursor.ident()?;
    }
    let is_whole = cursor.at_end() || cursor.dialect() != Dialect::PostgreSql;
    is_whole.then(|| vec![Op::CreateOther { kind: DropKind::Schema, name }])
}

/// An extension, and in which schema it is where that is not the default one.
fn extension(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    cursor.eat(&["if", "not", "exists"]);
    let name = TableName::plain(cursor.ident()?);
    let home = cursor.rest().iter().position(|token| token.is("schema"));
    let home = home.and_then(|at| ident(cursor.rest().get(at + 1)?, cursor.dialect()));
    let mut ops = vec![Op::CreateOther { kind: DropKind::Extension, name: name.clone() }];
    ops.extend(home.and_then(|home| Op::extension_in(&name, &home)));
    Some(ops)
}

/// A function is known by its name and the types it takes.
fn routine(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Option<Vec<Op>> {
    cursor.eat(&["if", "not", "exists"]);
    let name = cursor.name()?;
    let signature = cursor.group().map(|arguments| arguments.text()).unwrap_or_default();
    let definition = cursor.take_rest().text();
    define(ObjectName { kind, name, signature, table: None }, definition)
}

/// A trigger, policy or rule: `… ON table …`, or `… TO table …` of a rule.
fn of_table(cursor: &mut Cursor<'_>, kind: ObjectKind, word_before: &str) -> Option<Vec<Op>> {
    cursor.eat(&["if", "not", "exists"]);
    let name = cursor.ident()?;
    let start = cursor.clone();
    let word = if kind == ObjectKind::Rule { "to" } else { "on" };
    while !cursor.eat(&[word]) {
        if cursor.at_end() {
            return None;
        }
        cursor.skip();
    }
    let table = cursor.name()?;
    let definition = format!("{word_before}{}", start.text());
    define(ObjectName::of_table(kind, name, table), definition)
}

/// After `ALTER`, where it is no table.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let start = cursor.clone();
    if cursor.eat(&["default", "privileges"]) {
        return whole(ObjectKind::DefaultPrivileges, "ALTER DEFAULT PRIVILEGES ", cursor);
    }
    if cursor.eat(&["index"]) {
        cursor.eat(&["if", "exists"]);
        let name = cursor.name()?;
        if cursor.eat(&["set", "tablespace"]) {
            return Some(vec![Op::place_of_index(name, &cursor.ident()?)]);
        }
    }
    if cursor.eat(&["sequence"]) {
        cursor.eat(&["if", "exists"]);
        let sequence = cursor.name()?;
        if cursor.eat(&["owned", "by"]) {
            let owner = owned_by(cursor)?;
            return Some(vec![Op::OwnSequence { sequence, owner }]);
        }
        if cursor.eat(&["set", "unlogged"]) {
            return Some(vec![unlogged_sequence(&sequence)]);
        }
        if let Some(definition) = options_set(&mut cursor.clone()) {
            return define(ObjectName::plain(ObjectKind::Sequence, sequence), definition);
        }
    }
    let text = cursor.take_rest();
    let owner = text
        .rest()
        .windows(2)
        .any(|pair| matches!(pair, [owner, to] if owner.is("owner") && to.is("to")));
    let attaches = start.sees(&["index"])
        && text.rest().windows(2).any(|pair| {
            matches!(pair, [attach, partition] if attach.is("attach") && partition.is("partition"))
        });
    if owner || attaches {
        return Some(vec![Op::Neutral { what: "changes the owner" }]);
    }
    let of_the_server: &[&[&str]] =
        &[&["database"], &["role"], &["user"], &["system"], &["event", "trigger"]];
    if of_the_server.iter().any(|words| start.sees(words)) {
        return Some(vec![Op::Neutral { what: "changes something beside the schema" }]);
    }
    // What adds to a definition is kept as text of its own.
    let known: &[&[&str]] = &[
        &["text", "search"],
        &["publication"],
        &["subscription"],
        &["operator"],
        &["extension"],
        &["domain"],
        &["function"],
        &["statistics"],
        &["view"],
    ];
    // Another name is no addition.
    let moves = text.rest().iter().any(|token| token.is("rename"))
        || text
            .rest()
            .windows(2)
            .any(|pair| matches!(pair, [set, schema] if set.is("set") && schema.is("schema")));
    if !moves && known.iter().any(|words| start.sees(words)) {
        return whole(ObjectKind::Other, "ALTER ", &mut start.clone());
    }
    None
}

/// After `COMMENT ON`.
pub(super) fn comment(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let start = cursor.clone();
    if cursor.eat(&["table"]) || cursor.eat(&["foreign", "table"]) {
        let table = cursor.name()?;
        let comment = comment_text(cursor)?;
        return Some(vec![Op::Detail { table, detail: Detail::Comment(comment) }]);
    }
    if cursor.eat(&["column"]) {
        let (table, column) = column_name(cursor)?;
        return Some(vec![Op::SetComment { table, column, comment: comment_text(cursor)? }]);
    }
    // Extensions bring their own comment; it says nothing of this database.
    if start.sees(&["extension"]) || start.sees(&["schema", "public"]) || start.sees(&["database"])
    {
        return Some(vec![Op::Neutral { what: "comments on an object" }]);
    }
    let mut start = start;
    let what = start.until(|cursor| cursor.sees(&["is"]) && cursor.rest().len() == 2)?;
    let name = TableName::plain(Ident::exact(what.text()));
    start.eat(&["is"]);
    define(ObjectName::plain(ObjectKind::Comment, name), comment_text_here(&start)?)
}

fn comment_text(cursor: &mut Cursor<'_>) -> Option<Option<String>> {
    if !cursor.eat(&["is"]) {
        return None;
    }
    if cursor.eat(&["null"]) {
        return Some(None);
    }
    Some(Some(comment_text_here(cursor)?))
}

fn comment_text_here(cursor: &Cursor<'_>) -> Option<String> {
    literal(cursor.peek()?, cursor.dialect())
}

/// After `GRANT` or `REVOKE`: known by its whole text, on what it names.
pub(super) fn grant(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    whole(ObjectKind::Grant, "", cursor)
}

/// After `DROP`: dumps drop what they are about to create.
pub(super) fn drop(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    if cursor.eat(&["table"]) || cursor.eat(&["foreign", "table"]) {
        let if_exists = cursor.eat(&["if", "exists"]);
        let names = cursor.names()?;
        let cascade = cursor.eat(&["cascade"]);
        let drop = |table| Op::DropTable { table, if_exists, cascade };
        return Some(names.into_iter().map(drop).collect());
    }
    if cursor.eat(&["index"]) {
        let concurrently = cursor.eat(&["concurrently"]);
        let if_exists = cursor.eat(&["if", "exists"]);
        let names = cursor.names()?;
        let drop = |name| Op::DropIndex { name, if_exists, concurrently };
        return Some(names.into_iter().map(drop).collect());
    }
    let kinds: &[(&[&str], DropKind)] = &[
        (&["materialized", "view"], DropKind::MaterializedView),
        (&["view"], DropKind::View),
        (&["sequence"], DropKind::Sequence),
        (&["type"], DropKind::Type),
        (&["domain"], DropKind::Domain),
        (&["extension"], DropKind::Extension),
        (&["schema"], DropKind::Schema),
        (&["function"], DropKind::Function),
        (&["aggregate"], DropKind::Function),
        (&["procedure"], DropKind::Procedure),
        (&["trigger"], DropKind::Trigger),
        (&["policy"], DropKind::Policy),
        (&["database"], DropKind::Database),
    ];
    let kind = match kinds.iter().find(|(words, _)| cursor.eat(words)) {
        Some((_, kind)) => *kind,
        // Text search configurations, rules, publications…: a name somewhere, and it is a drop.
        None => {
            let whole = cursor.take_rest();
            let named = whole.rest().iter().any(|token| token.kind != TokenKind::Sign);
            let (kind, name) = (DropKind::Other, whole.text());
            return named.then(|| vec![Op::DropOther { kind, name, cascade: false }]);
        }
    };
    cursor.eat(&["if", "exists"]);
    let name = cursor.name()?.to_string();
    let rest = cursor.take_rest();
    let cascade = rest.rest().iter().any(|token| token.is("cascade"));
    Some(vec![Op::DropOther { kind, name, cascade }])
}
