//! Statements of a proposal that tokens tell better than the parser: work on what is stored, and what is made
//! beside tables, without its definition.

use crate::engine::op::{Asks, DomainChange, DropKind, LockMode, Made, Op, Server, Toggle, Work};
use crate::engine::schema::{Ident, ObjectKind, ObjectName, TableName};
use crate::engine::sql::lex;

use super::cursor::{Cursor, Setting};
use super::{objects, tables};

/// Reads one statement of PostgreSQL; `None` where it is none of these.
pub fn proposed(text: &str) -> Option<Vec<Op>> {
    const FIRST: &[&str] = &[
        "vacuum", "cluster", "repack", "reindex", "refresh", "lock", "create", "alter", "grant",
        "revoke", "security",
    ];
    let first = text.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty())?;
    let known = |word: &&str| word.eq_ignore_ascii_case(first);
    if !text.starts_with('/') && !text.starts_with('-') && !FIRST.iter().any(known) {
        return None;
    }
    let setting = Setting::default();
    let mut tokens = lex::tokens(text, setting.dialect)?;
    while tokens.last().is_some_and(|token| token.is_sign(";")) {
        tokens.pop();
    }
    let mut cursor = Cursor::new(&setting, &tokens);
    if cursor.sees(&["grant"]) || cursor.sees(&["revoke"]) {
        return rights(&mut cursor);
    }
    if cursor.eat(&["alter", "table"]) {
        return alter_table(&mut cursor);
    }
    let whole = cursor.clone();
    let (creates, alters) = (cursor.eat(&["create"]), cursor.eat(&["alter"]));
    let op = match (creates, alters) {
        (true, _) => create(&mut cursor.clone()),
        (_, true) => alter(&mut cursor.clone()),
        _ => None,
    };
    if creates || alters || cursor.sees(&["security"]) {
        return op.map(|op| vec![op]).or_else(|| beside(whole));
    }
    let op = work(&mut cursor)?;
    cursor.at_end().then(|| vec![op])
}

/// Statements about what stands beside tables, and of some what nobody can tell from the text. The rest make
/// something new, or change something, that no table and no running statement minds.
const BESIDE: &[(&[&str], Option<&str>)] = &[
    (&["create", "statistics"], None),
    (&["create", "aggregate"], None),
    (&["create", "collation"], None),
    (&["create", "text", "search"], None),
    (&["create", "conversion"], None),
    (&["create", "server"], None),
    (&["create", "foreign", "data", "wrapper"], None),
    (&["create", "access", "method"], None),
    (&["create", "publication"], Some(REPLICA)),
    (&["create", "event", "trigger"], Some("its function runs at later changes of the schema")),
    (&["create", "operator"], Some(MEANING)),
    (&["create", "cast"], Some(MEANING)),
    (&["create", "default", "conversion"], Some(MEANING)),
    (&["alter", "statistics"], None),
    (&["alter", "collation"], None),
    (&["alter", "text", "search"], None),
    (&["alter", "default", "privileges"], None),
    (&["alter", "publication"], Some(REPLICA)),
    (&["alter", "event", "trigger"], Some("its function runs at later changes of the schema")),
    (&["alter", "function"], Some("the function runs otherwise from now on")),
    (&["alter", "procedure"], Some("the procedure runs otherwise from now on")),
    (&["alter", "operator"], Some(MEANING)),
    (&["security", "label"], None),
];
const REPLICA: &str = "UPDATE and DELETE fail on its tables that have no replica identity";
const MEANING: &str = "statements may mean something else from now on";

/// Reads one of [`BESIDE`].
fn beside(mut cursor: Cursor<'_>) -> Option<Vec<Op>> {
    let start = cursor.clone();
    let (words, open) = BESIDE.iter().find(|(words, _)| cursor.eat(words))?;
    if words.contains(&"privileges") {
        return rights(&mut { start });
    }
    let is_explicit = words.contains(&"cast")
        && !["implicit", "assignment"].iter().any(|word| cursor.rest().iter().any(|t| t.is(word)));
    // A class or family of operators serves the indexes that name it.
    let is_family = ["class", "family"].iter().any(|word| cursor.sees(&[word]));
    if let Some(open) = open.filter(|_| !is_explicit && !is_family) {
        let what = [&words.join(" ").to_uppercase(), ": ", open].concat();
        return Some(vec![Op::UnknownWithin { what, tables: Vec::new() }]);
    }
    if words.contains(&"security") || words.contains(&"alter") {
        let text = start.text();
        let name = ObjectName::plain(ObjectKind::Other, TableName::plain(Ident::exact(&*text)));
        return Some(vec![Op::Define { name, definition: text }]);
    }
    let mut cursor = start;
    cursor.skip();
    objects::create(&mut cursor)
}

/// `GRANT` and `REVOKE`: what they ask for, and what of it a schema keeps.
fn rights(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    let rest = cursor.rest();
    let has = |word: &str| rest.iter().any(|token| token.is(word));
    let at = rest.iter().position(|token| token.is("grant") || token.is("revoke"))?;
    let grants = rest.get(at).is_some_and(|token| token.is("grant"));
    let is_all = rest.get(at + 1).is_some_and(|token| token.is("all"));
    let (what, asks) = match (grants, has("on")) {
        (true, false) => ("gives a role to another", Some(Asks::Role)),
        (false, false) => ("takes a role from another", Some(Asks::Role)),
        (true, true) if is_all || has("public") || has("option") => {
            ("grants broad rights", Some(Asks::Broad))
        }
        (true, true) => ("grants rights", None),
        (false, true) => ("revokes rights", Some(Asks::Revokes)),
    };
    let mut ops = vec![Op::Server(Server { what, alone: false, asks })];
    if cursor.eat(&["alter", "default", "privileges"]) {
        let words = "ALTER DEFAULT PRIVILEGES ";
        ops.extend(objects::whole(ObjectKind::DefaultPrivileges, words, cursor)?);
    } else if has("on") {
        ops.extend(objects::grant(cursor)?);
    }
    Some(ops)
}

fn work(cursor: &mut Cursor<'_>) -> Option<Op> {
    let upkeep = |work, on, concurrently| Some(Op::Upkeep { work, on, concurrently });
    if cursor.eat(&["vacuum"]) {
        let full = options(cursor, &["full"]) | cursor.eat(&["full"]);
        while ["freeze", "verbose", "analyze"].iter().any(|word| cursor.eat(&[word])) {}
        let on = tables_listed(cursor)?;
        return match full {
            true => upkeep(Work::VacuumFull, on, false),
            false => {
                Some(Op::Server(Server { what: "gathers free space", alone: true, asks: None }))
            }
        };
    }
    if cursor.sees(&["cluster"]) || cursor.sees(&["repack"]) {
        let work = if cursor.eat(&["cluster"]) { Work::Cluster } else { Work::Repack };
        cursor.eat(&["repack"]);
        let concurrently = options(cursor, &["concurrently"]) | cursor.eat(&["concurrently"]);
        cursor.eat(&["verbose"]);
        let on = tables_listed(cursor)?;
        if cursor.eat(&["using"]) {
            cursor.eat(&["index"]);
            cursor.ident();
        }
        return upkeep(work, on, concurrently);
    }
    if cursor.eat(&["reindex"]) {
        let first = options(cursor, &["concurrently"]);
        let works: &[(&str, Work)] = &[
            ("index", Work::ReindexIndex),
            ("table", Work::ReindexTable),
            ("schema", Work::ReindexAll),
            ("database", Work::ReindexAll),
            ("system", Work::ReindexSystem),
        ];
        let (_, work) = works.iter().find(|(word, _)| cursor.eat(&[word]))?;
        let concurrently = cursor.eat(&["concurrently"]) | first;
        let on = if cursor.at_end() { Vec::new() } else { vec![cursor.name()?] };
        return upkeep(work.clone(), on, concurrently);
    }
    if cursor.eat(&["refresh", "materialized", "view"]) {
        let concurrently = cursor.eat(&["concurrently"]);
        let on = vec![cursor.name()?];
        let _either = cursor.eat(&["with", "data"]) || cursor.eat(&["with", "no", "data"]);
        return upkeep(Work::Refresh, on, concurrently);
    }
    if cursor.eat(&["lock"]) {
        cursor.eat(&["table"]);
        let on = tables_listed(cursor)?;
        let mut mode = LockMode::AccessExclusive;
        if cursor.eat(&["in"]) {
            let words = cursor.until(|cursor| cursor.sees(&["mode"]))?.text().to_uppercase();
            mode = LockMode::from_word(&words)?;
            cursor.eat(&["mode"]);
        }
        cursor.eat(&["nowait"]);
        return upkeep(Work::Lock(mode), on, false);
    }
    None
}

/// Names of tables, each with `ONLY`, `*` or a list of columns; none at the end.
fn tables_listed(cursor: &mut Cursor<'_>) -> Option<Vec<TableName>> {
    let mut names = Vec::new();
    while !cursor.at_end() {
        cursor.eat(&["only"]);
        names.push(cursor.name()?);
        cursor.eat_sign("*");
        cursor.group();
        if !cursor.eat_sign(",") {
            break;
        }
    }
    Some(names)
}

/// `(FULL, VERBOSE)`: whether one of the words is among them, and not switched off.
fn options(cursor: &mut Cursor<'_>, words: &[&str]) -> bool {
    let Some(items) = cursor.group().and_then(Cursor::items) else { return false };
    items.iter().any(|item| {
        let off = item.rest().get(1).is_some_and(|value| {
            ["off", "false"].iter().any(|word| value.is(word)) || value.text == "0"
        });
        words.iter().any(|word| item.sees(&[word])) && !off
    })
}

/// After `ALTER TABLE`, where one of the actions is about the table as a whole.
fn alter_table(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    cursor.eat(&["if", "exists"]);
    cursor.eat(&["only"]);
    let table = cursor.name()?;
    cursor.eat_sign("*");
    let mut ops = Vec::new();
    let mut is_own = false;
    for mut action in cursor.take_rest().items()? {
        match of_table(&table, &mut action) {
            Some(op) => {
                is_own = true;
                ops.push(op);
            }
            None => ops.extend(tables::change(&table, &mut action)?),
        }
    }
    is_own.then_some(ops)
}

/// After `ALTER TABLE t`: what is done to the table as a whole.
fn of_table(table: &TableName, cursor: &mut Cursor<'_>) -> Option<Op> {
    let upkeep = |work| Some(Op::Upkeep { work, on: vec![table.clone()], concurrently: false });
    let toggles: &[(&[&str], Toggle)] = &[
        (&["enable", "replica"], Toggle::Replica),
        (&["enable", "always"], Toggle::Always),
        (&["enable"], Toggle::Enable),
        (&["disable"], Toggle::Disable),
    ];
    for (words, toggle) in toggles {
        let mut after = cursor.clone();
        if !after.eat(words) {
            continue;
        }
        let is_rule = after.eat(&["rule"]);
        if is_rule || after.eat(&["trigger"]) {
            *cursor = after;
            let name = cursor.ident()?;
            let toggle = *toggle;
            return upkeep(match is_rule {
                true => Work::Rule(name, toggle),
                false => Work::Trigger(name, toggle),
            });
        }
    }
    let works: &[(&[&str], Work)] = &[
        (&["owner", "to"], Work::Owner),
        (&["replica", "identity"], Work::ReplicaIdentity),
        (&["set", "tablespace"], Work::Tablespace),
        (&["set", "access", "method"], Work::AccessMethod),
        (&["set", "with", "oids"], Work::Oids),
    ];
    let (_, work) = works.iter().find(|(words, _)| cursor.eat(words))?;
    cursor.take_rest();
    upkeep(work.clone())
}

/// After `CREATE`.
fn create(cursor: &mut Cursor<'_>) -> Option<Op> {
    let replaces = cursor.eat(&["or", "replace"]);
    let kinds: &[(&[&str], ObjectKind)] = &[
        (&["view"], ObjectKind::View),
        (&["recursive", "view"], ObjectKind::View),
        (&["materialized", "view"], ObjectKind::MaterializedView),
        (&["function"], ObjectKind::Function),
        (&["procedure"], ObjectKind::Procedure),
        (&["trigger"], ObjectKind::Trigger),
        (&["constraint", "trigger"], ObjectKind::Trigger),
        (&["policy"], ObjectKind::Policy),
        (&["rule"], ObjectKind::Rule),
        (&["domain"], ObjectKind::Domain),
    ];
    let (_, kind) = kinds.iter().find(|(words, _)| cursor.eat(words))?;
    let is_before = cursor.rest().get(1).is_some_and(|token| token.is("before"));
    cursor.eat(&["if", "not", "exists"]);
    let mut name = ObjectName::plain(*kind, cursor.name()?);
    let has = |word: &str| cursor.rest().iter().any(|token| token.is(word));
    let mut made = Made { replaces, ..Made::default() };
    match kind {
        ObjectKind::View | ObjectKind::MaterializedView => made.reads = reads(cursor),
        ObjectKind::Function | ObjectKind::Procedure => {
            made.exposed = has("definer") && !has("search_path");
        }
        ObjectKind::Domain => made.constrained = has("check") || has("null"),
        ObjectKind::Policy => made.restricts = has("restrictive"),
        ObjectKind::Trigger => made.restricts = is_before,
        _ => made.restricts = true,
    }
    let word = match kind {
        ObjectKind::Trigger | ObjectKind::Policy => "on",
        ObjectKind::Rule => "to",
        _ => return Some(Op::CreateObject { name, made }),
    };
    while !cursor.eat(&[word]) {
        cursor.peek()?;
        cursor.skip();
    }
    name.table = Some(cursor.name()?);
    Some(Op::CreateObject { name, made })
}

/// The tables that a query names after FROM and JOIN, those of its parts included.
fn reads(cursor: &Cursor<'_>) -> Vec<TableName> {
    let mut cursor = cursor.clone();
    let mut found = Vec::new();
    let mut after_from = false;
    while !cursor.at_end() {
        let lists = cursor.eat(&["from"]) || cursor.eat(&["join"]);
        if lists || (after_from && cursor.eat_sign(",")) {
            after_from = true;
            while cursor.eat(&["only"]) || cursor.eat(&["lateral"]) {}
            if let Some(name) = cursor.name()
                && !cursor.sees_sign("(")
                && !found.contains(&name)
            {
                found.push(name);
            }
            continue;
        }
        const ENDS: &[&str] = &["where", "select", "group", "order", "on", "limit", "having"];
        after_from &= !ENDS.iter().any(|word| cursor.sees(&[word])) && !cursor.sees_sign("(");
        cursor.skip();
    }
    found
}

/// After `ALTER`.
fn alter(cursor: &mut Cursor<'_>) -> Option<Op> {
    if cursor.eat(&["domain"]) {
        let from = cursor.name()?;
        return match moved(cursor, &from) {
            Some(to) => Some(Op::RenameOther { kind: DropKind::Domain, from, to }),
            None => domain(cursor, from),
        };
    }
    let kinds: &[(&[&str], DropKind)] = &[
        (&["schema"], DropKind::Schema),
        (&["materialized", "view"], DropKind::MaterializedView),
        (&["view"], DropKind::View),
        (&["function"], DropKind::Function),
        (&["procedure"], DropKind::Procedure),
        (&["trigger"], DropKind::Trigger),
        (&["policy"], DropKind::Policy),
        (&["type"], DropKind::Type),
        (&["sequence"], DropKind::Sequence),
    ];
    let (_, kind) = kinds.iter().find(|(words, _)| cursor.eat(words))?;
    cursor.eat(&["if", "exists"]);
    let from = cursor.name()?;
    let mut on = None;
    match kind {
        DropKind::Function | DropKind::Procedure => {
            cursor.group();
        }
        DropKind::Trigger | DropKind::Policy => {
            cursor.eat(&["on"]);
            on = Some(cursor.name()?);
        }
        // Their names are in the schema, and read elsewhere.
        DropKind::Type | DropKind::Sequence if !cursor.sees(&["set", "schema"]) => return None,
        _ => {}
    }
    if *kind == DropKind::Policy && !cursor.sees(&["rename"]) {
        let made = Made { replaces: true, ..Made::default() };
        let name = ObjectName::of_table(ObjectKind::Policy, from.name, on?);
        return Some(Op::CreateObject { name, made });
    }
    let to = moved(cursor, &from)?;
    cursor.at_end().then_some(Op::RenameOther { kind: *kind, from, to })
}

fn moved(cursor: &mut Cursor<'_>, from: &TableName) -> Option<TableName> {
    if cursor.eat(&["rename", "to"]) {
        return Some(TableName { schema: from.schema.clone(), name: cursor.ident()? });
    }
    cursor.eat(&["set", "schema"]).then_some(())?;
    Some(TableName::qualified(cursor.ident()?, from.name.clone(), "public"))
}

fn domain(cursor: &mut Cursor<'_>, name: TableName) -> Option<Op> {
    let has = |word: &str| cursor.rest().iter().any(|token| token.is(word));
    let change = if cursor.sees(&["add"]) {
        DomainChange::Adds { validated: !has("valid") }
    } else if cursor.sees(&["set", "not", "null"]) {
        DomainChange::SetNotNull
    } else if cursor.sees(&["validate"]) {
        DomainChange::Validates
    } else if ["set", "drop", "rename"].iter().any(|word| cursor.sees(&[word])) {
        DomainChange::Other
    } else if cursor.sees(&["owner", "to"]) {
        return Some(Op::Neutral { what: "changes the owner" });
    } else {
        return None;
    };
    Some(Op::AlterDomain { name, change })
}
