//! Statements that the parser refuses, read from their tokens as far as they bear on the schema.
//!
//! What sqlparser 0.63 cannot read of PostgreSQL's DDL includes `DROP INDEX CONCURRENTLY`, every `ALTER
//! SEQUENCE`, identity options and much of what `pg_dump` writes. A drop must never be lost to that, and
//! what cannot destroy anything should not keep a verdict from green.

use sqlparser::tokenizer::{Token, Tokenizer};

use crate::engine::dialects::Dialect;
use crate::engine::op::{Asks, DropKind, Op, Server};
use crate::engine::schema::{Ident, Identity, TableName};

use super::lower_session;

/// Reads a statement from its tokens; `None` when it does not even tokenise, or means nothing here.
pub(super) fn read(text: &str, dialect: Dialect) -> Option<Vec<Op>> {
    let tokens = Tokenizer::new(dialect.row().grammar, text).tokenize().ok()?;
    let tokens: Vec<Token> = tokens
        .into_iter()
        .filter(|token| !matches!(token, Token::Whitespace(_) | Token::SemiColon))
        .collect();
    let mut cursor = Cursor { tokens: &tokens, at: 0 };
    if cursor.eat("pragma") {
        // The parser takes no bare word for a value.
        let name = cursor.name()?;
        cursor.at += usize::from(matches!(cursor.peek(), Some(Token::Eq | Token::LParen)));
        let value = cursor.ident()?;
        return lower_session::pragma_of(name.name.as_str(), Some(value.as_str()));
    }
    if let Some(server) = server(&mut cursor) {
        return Some(vec![Op::Server(server)]);
    }
    if cursor.eat("drop") {
        return drop(&mut cursor);
    }
    if cursor.eat("alter") {
        return alter(&mut cursor);
    }
    if cursor.eat("create") {
        return create(&mut cursor);
    }
    None
}

/// Statements about the server, by their first words.
const SERVER: &[(&[&str], &str, bool, Option<Asks>)] = &[
    (&["alter", "system"], "changes the settings of the server", true, Some(Asks::System)),
    (&["create", "tablespace"], "makes a tablespace", true, Some(Asks::System)),
    (&["drop", "tablespace"], "drops a tablespace", true, Some(Asks::System)),
    (&["create", "database"], "creates a database", true, None),
    (&["create", "subscription"], "makes a subscription", true, Some(Asks::System)),
    (&["drop", "subscription"], "drops a subscription", true, Some(Asks::System)),
    (&["create", "role"], "makes a role", false, Some(Asks::Role)),
    (&["create", "user"], "makes a role", false, Some(Asks::Role)),
    (&["alter", "role"], "changes a role", false, Some(Asks::Role)),
    (&["alter", "user"], "changes a role", false, Some(Asks::Role)),
    (&["load"], "loads a library", false, Some(Asks::System)),
];

fn server(cursor: &mut Cursor<'_>) -> Option<Server> {
    let (_, what, alone, asks) = SERVER.iter().find(|(words, ..)| cursor.eat_all(words))?;
    let is_mapping = cursor.eat("mapping");
    let (what, alone) = (*what, *alone);
    let asks = match asks {
        Some(Asks::Role) if cursor.rest_has("password") || cursor.rest_has("identified") => {
            Some(Asks::Secret)
        }
        other => *other,
    };
    (!is_mapping).then_some(Server { what, alone, asks })
}

struct Cursor<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Takes the next token if it is this bare word.
    fn eat(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(next)) if next.quote_style.is_none() && next.value.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn eat_all(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        let all = words.iter().all(|word| self.eat(word));
        if !all {
            self.at = start;
        }
        all
    }

    fn ident(&mut self) -> Option<Ident> {
        let Some(Token::Word(word)) = self.peek() else {
            return None;
        };
        let name = if word.quote_style.is_some() {
            Ident::exact(word.value.clone())
        } else {
            Ident::unquoted(&word.value)
        };
        self.at += 1;
        Some(name)
    }

    fn name(&mut self) -> Option<TableName> {
        let mut last = self.ident()?;
        let mut schema = None;
        while self.peek() == Some(&Token::Period) {
            self.at += 1;
            schema = Some(std::mem::replace(&mut last, self.ident()?));
        }
        Some(match schema {
            Some(schema) => TableName::qualified(schema, last, "public"),
            None => TableName::plain(last),
        })
    }

    fn names(&mut self) -> Option<Vec<TableName>> {
        let mut names = vec![self.name()?];
        while self.peek() == Some(&Token::Comma) {
            self.at += 1;
            names.push(self.name()?);
        }
        Some(names)
    }

    fn rest_has(&self, word: &str) -> bool {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        rest.iter().any(|token| matches!(token, Token::Word(next) if next.quote_style.is_none() && next.value.eq_ignore_ascii_case(word)))
    }

    fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }
}

fn drop(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    if cursor.eat("index") {
        let concurrently = cursor.eat("concurrently");
        let if_exists = cursor.eat_all(&["if", "exists"]);
        let names = cursor.names()?.into_iter();
        return Some(names.map(|name| Op::DropIndex { name, if_exists, concurrently }).collect());
    }
    if cursor.eat("table") || cursor.eat_all(&["foreign", "table"]) {
        let if_exists = cursor.eat_all(&["if", "exists"]);
        let names = cursor.names()?;
        let cascade = cursor.rest_has("cascade");
        return Some(
            names.into_iter().map(|table| Op::DropTable { table, if_exists, cascade }).collect(),
        );
    }
    let kind = drop_kind(cursor);
    cursor.eat_all(&["if", "exists"]);
    let name = cursor.name()?.to_string();
    Some(vec![Op::DropOther { kind, name, cascade: cursor.rest_has("cascade") }])
}

/// The words after DROP; whatever is not known by name is still a drop.
fn drop_kind(cursor: &mut Cursor<'_>) -> DropKind {
    const KINDS: &[(&[&str], DropKind)] = &[
        (&["materialized", "view"], DropKind::MaterializedView),
        (&["view"], DropKind::View),
        (&["database"], DropKind::Database),
        (&["schema"], DropKind::Schema),
        (&["type"], DropKind::Type),
        (&["domain"], DropKind::Domain),
        (&["sequence"], DropKind::Sequence),
        (&["function"], DropKind::Function),
        (&["aggregate"], DropKind::Function),
        (&["routine"], DropKind::Function),
        (&["procedure"], DropKind::Procedure),
        (&["trigger"], DropKind::Trigger),
        (&["event", "trigger"], DropKind::Trigger),
        (&["policy"], DropKind::Policy),
        (&["extension"], DropKind::Extension),
        (&["role"], DropKind::Role),
        (&["user"], DropKind::Role),
        (&["owned", "by"], DropKind::Other),
        (&["rule"], DropKind::Other),
        (&["publication"], DropKind::Other),
        (&["subscription"], DropKind::Other),
        (&["statistics"], DropKind::Other),
        (&["server"], DropKind::Other),
    ];
    KINDS.iter().find(|(words, _)| cursor.eat_all(words)).map_or_else(
        || {
            cursor.at += 1;
            DropKind::Other
        },
        |(_, kind)| *kind,
    )
}

fn alter(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    if cursor.eat("index") {
        cursor.eat_all(&["if", "exists"]);
        cursor.name()?;
        return cursor
            .eat_all(&["attach", "partition"])
            .then(|| vec![Op::Neutral { what: "attaches an index partition" }]);
    }
    if cursor.eat("table") {
        cursor.eat_all(&["if", "exists"]);
        cursor.eat("only");
        let table = cursor.name()?;
        return alter_table(cursor, table);
    }
    if cursor.eat("type") {
        cursor.name()?;
        let owner = cursor.eat_all(&["owner", "to"]);
        return owner.then(|| vec![Op::Neutral { what: "changes an owner" }]);
    }
    let start = cursor.at;
    if cursor.eat("sequence") {
        match sequence(cursor) {
            Some(read) => return Some(read),
            None => cursor.at = start,
        }
    }
    const OWNED: &[&[&str]] = &[
        &["sequence"],
        &["view"],
        &["materialized", "view"],
        &["domain"],
        &["function"],
        &["schema"],
        &["aggregate"],
        &["procedure"],
    ];
    if OWNED.iter().any(|words| cursor.eat_all(words))
        && cursor.rest_has("owner")
        && !cursor.rest_has("restart")
    {
        return Some(vec![Op::Neutral { what: "changes an owner" }]);
    }
    None
}

fn sequence(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    cursor.eat_all(&["if", "exists"]);
    let from = cursor.name()?;
    let op = if cursor.eat_all(&["rename", "to"]) {
        let to = TableName { schema: from.schema.clone(), name: cursor.ident()? };
        Op::RenameSequence { from, to }
    } else if cursor.eat_all(&["owned", "by", "none"]) {
        Op::OwnSequence { sequence: from, owner: None }
    } else if cursor.eat_all(&["owned", "by"]) {
        let mut parts = vec![cursor.ident()?];
        while cursor.peek() == Some(&Token::Period) {
            cursor.at += 1;
            parts.push(cursor.ident()?);
        }
        let column = parts.pop()?;
        let table = match (parts.pop()?, parts.pop()) {
            (table, Some(schema)) => TableName::qualified(schema, table, "public"),
            (table, None) => TableName::plain(table),
        };
        Op::OwnSequence { sequence: from, owner: Some((table, column)) }
    } else {
        return None;
    };
    cursor.at_end().then(|| vec![op])
}

/// Actions that the parser does not know, when the statement holds exactly one.
fn alter_table(cursor: &mut Cursor<'_>, table: TableName) -> Option<Vec<Op>> {
    let within = |table, what: String| Some(vec![Op::WithinTable { table, what, harmless: true }]);
    if cursor.eat_all(&["set", "schema"]) {
        let schema = cursor.ident()?;
        let to = TableName::qualified(schema, table.name.clone(), "public");
        return Some(vec![Op::RenameTable { from: table, to }]);
    }
    if !cursor.eat("alter") {
        return None;
    }
    cursor.eat("column");
    let column = cursor.ident()?;
    let single = !cursor.tokens.get(cursor.at..).unwrap_or_default().contains(&Token::Comma);
    if !single {
        return None;
    }
    let harmless = cursor.eat_all(&["set", "statistics"])
        || cursor.eat_all(&["set", "storage"])
        || cursor.eat_all(&["set", "compression"]);
    if harmless && !cursor.at_end() {
        return within(table, format!("changes how `{column}` is stored"));
    }
    if cursor.eat_all(&["add", "generated"]) {
        let by_default = cursor.eat_all(&["by", "default"]);
        let identity = if by_default { Identity::ByDefault } else { Identity::Always };
        return Some(vec![Op::SetIdentity {
            table,
            column,
            identity: Some(identity),
            sequence: None,
        }]);
    }
    None
}

fn create(cursor: &mut Cursor<'_>) -> Option<Vec<Op>> {
    if cursor.eat("sequence") {
        cursor.eat_all(&["if", "not", "exists"]);
        let name = cursor.name()?;
        return Some(vec![Op::CreateOther { kind: DropKind::Sequence, name }]);
    }
    if cursor.eat_all(&["materialized", "view"]) {
        cursor.eat_all(&["if", "not", "exists"]);
        let name = cursor.name()?;
        return Some(vec![Op::CreateOther { kind: DropKind::MaterializedView, name }]);
    }
    if cursor.eat("table") {
        let if_not_exists = cursor.eat_all(&["if", "not", "exists"]);
        let table = cursor.name()?;
        // Identity options and the like: the table is certain, its columns are not known.
        let (columns, constraints, open) = (Vec::new(), Vec::new(), true);
        return (cursor.peek() == Some(&Token::LParen))
            .then(|| vec![Op::CreateTable { table, columns, constraints, if_not_exists, open }]);
    }
    None
}
