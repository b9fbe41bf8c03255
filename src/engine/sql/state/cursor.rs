//! A walk over the tokens of one statement.

use crate::engine::dialects::Dialect;
use crate::engine::schema::{Expression, Ident, TableName};
use crate::engine::sql::expressions;
use crate::engine::sql::lex::{Token, TokenKind};

/// What holds for every statement of a document at this place.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    pub dialect: Dialect,
    /// Where names without a schema are, when that is not the default schema.
    pub home: Option<Ident>,
    /// The database's own tool wrote it.
    pub by_tool: bool,
    /// Where tables and indexes are put that say nothing of it.
    pub tablespace: Option<Ident>,
    /// How tables are kept that say nothing of it.
    pub method: Option<Ident>,
}

/// A walk over tokens, or over those between two parentheses.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub setting: &'a Setting,
    tokens: &'a [Token<'a>],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(setting: &'a Setting, tokens: &'a [Token<'a>]) -> Self {
        Self { setting, tokens, at: 0 }
    }

    pub fn dialect(&self) -> Dialect {
        self.setting.dialect
    }

    pub fn rest(&self) -> &'a [Token<'a>] {
        self.tokens.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at)
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub fn skip(&mut self) {
        self.at += 1;
    }

    /// Whether the next tokens are these bare words.
    pub fn sees(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(ix, word)| self.tokens.get(self.at + ix).is_some_and(|token| token.is(word)))
    }

    /// Takes these bare words if they come next.
    pub fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.sees(words);
        self.at += if found { words.len() } else { 0 };
        found
    }

    pub fn sees_sign(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| token.is_sign(sign))
    }

    pub fn eat_sign(&mut self, sign: &str) -> bool {
        let found = self.sees_sign(sign);
        self.at += usize::from(found);
        found
    }

    /// Takes a name of one part.
    pub fn ident(&mut self) -> Option<Ident> {
        let name = ident(self.peek()?, self.dialect())?;
        self.at += 1;
        Some(name)
    }

    /// Takes a name with or without a schema, as it stands.
    fn parts(&mut self) -> Option<(Option<Ident>, Ident)> {
        let mut last = self.ident()?;
        let mut schema = None;
        while self.sees_sign(".") {
            self.at += 1;
            schema = Some(std::mem::replace(&mut last, self.ident()?));
        }
        Some((schema, last))
    }

    /// Takes the name of a relation, type, function…: with the schema that it is in.
    pub fn name(&mut self) -> Option<TableName> {
        let (schema, last) = self.parts()?;
        Some(match schema.or_else(|| self.setting.home.clone()) {
            Some(schema) => TableName::qualified(schema, last, default_schema(self.dialect())),
            None => TableName::plain(last),
        })
    }

    /// Takes names between commas.
    pub fn names(&mut self) -> Option<Vec<TableName>> {
        let mut names = vec![self.name()?];
        while self.eat_sign(",") {
            names.push(self.name()?);
        }
        Some(names)
    }

    /// Takes what stands between parentheses, if that comes next.
    pub fn group(&mut self) -> Option<Cursor<'a>> {
        if !self.sees_sign("(") {
            return None;
        }
        let start = self.at + 1;
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            self.at += 1;
            if token.is_sign("(") {
                depth += 1;
            } else if token.is_sign(")") {
                depth -= 1;
                if depth == 0 {
                    let tokens = self.tokens.get(start..self.at - 1)?;
                    return Some(Cursor { tokens, at: 0, ..self.clone() });
                }
            }
        }
        None
    }

    /// Takes everything up to a place outside of parentheses and brackets where `stop` says so; the first
    /// token is always taken.
    pub fn until(&mut self, stop: impl Fn(&Cursor<'a>) -> bool) -> Option<Cursor<'a>> {
        let start = self.at;
        // Of `ARRAY['a', 'b']`.
        let mut brackets = 0_usize;
        while !self.at_end() && (self.at == start || brackets > 0 || !stop(self)) {
            brackets += usize::from(self.sees_sign("["));
            brackets -= usize::from(brackets > 0 && self.sees_sign("]"));
            if self.sees_sign("(") {
                self.group()?;
            } else {
                self.at += 1;
            }
        }
        let tokens = self.tokens.get(start..self.at).filter(|tokens| !tokens.is_empty())?;
        Some(Cursor { tokens, at: 0, ..self.clone() })
    }

    /// Takes the rest.
    pub fn take_rest(&mut self) -> Cursor<'a> {
        let rest = Cursor { tokens: self.rest(), at: 0, ..self.clone() };
        self.at = self.tokens.len();
        rest
    }

    /// Cuts at commas outside of parentheses.
    pub fn items(mut self) -> Option<Vec<Cursor<'a>>> {
        let mut items = Vec::new();
        while !self.at_end() {
            items.push(self.until(|cursor| cursor.sees_sign(","))?);
            if !self.eat_sign(",") && !self.at_end() {
                return None;
            }
        }
        Some(items)
    }

    /// Takes plain names between parentheses: `(a, "b")`.
    pub fn idents(&mut self) -> Option<Vec<Ident>> {
        self.group()?
            .items()?
            .into_iter()
            .map(|mut item| item.ident().filter(|_| item.at_end()))
            .collect()
    }

    /// Returns the tokens from here on as text: one blank where there was room between two, without the
    /// default schema and without comments.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut end = None;
        let rest = self.rest();
        let mut at = 0;
        while let Some(token) = rest.get(at) {
            if end.is_some_and(|end| token.start > end) {
                text.push(' ');
            }
            end = Some(token.end());
            if self.is_default_schema(at) {
                // The schema and its point; what follows stands where they stood.
                at += 2;
                end = rest.get(at).map(|next| next.start);
                continue;
            }
            text.push_str(token.text);
            at += 1;
        }
        if text.contains("'public.") { short_classes(&text) } else { text }
    }

    /// Whether `public.` stands here, with a name behind it.
    fn is_default_schema(&self, at: usize) -> bool {
        let rest = self.rest();
        let is_it = |token: &Token<'_>| {
            token.is("public") || (token.kind == TokenKind::Quoted && token.text == "\"public\"")
        };
        let after_point = at.checked_sub(1).and_then(|before| rest.get(before));
        self.dialect() == Dialect::PostgreSql
            && rest.get(at).is_some_and(is_it)
            && rest.get(at + 1).is_some_and(|token| token.is_sign("."))
            && !after_point.is_some_and(|token| token.is_sign("."))
    }

    /// Returns the tokens from here on as an expression.
    pub fn expression(&self) -> Expression {
        let columns = expressions::columns(self.rest(), self.dialect());
        Expression { text: self.text(), columns, kept: true }
    }
}

/// `'public.t_id_seq'::regclass` → `'t_id_seq'::regclass`, as the catalogue prints it on a default search
/// path.
pub(super) fn short_classes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("'public.") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inner = from.get("'public.".len()..).unwrap_or_default();
        let is_class = inner
            .find('\'')
            .and_then(|end| inner.get(end..))
            .is_some_and(|after| after.starts_with("'::regclass"));
        out.push_str(if is_class { "'" } else { "'public." });
        rest = inner;
    }
    out.push_str(rest);
    out
}

/// A token as a name.
pub(super) fn ident(token: &Token<'_>, dialect: Dialect) -> Option<Ident> {
    match token.kind {
        TokenKind::Word if dialect == Dialect::PostgreSql => Some(Ident::unquoted(token.text)),
        TokenKind::Word => Some(Ident::exact(token.text)),
        // SQLite takes a string for a name where it expects one.
        TokenKind::Text if dialect == Dialect::Sqlite => literal(token, dialect).map(Ident::exact),
        TokenKind::Quoted => {
            let quote = token.text.get(..1)?;
            let inner = token.text.get(1..token.text.len() - 1)?;
            if quote == "[" {
                return Some(Ident::exact(inner));
            }
            Some(Ident::exact(inner.replace(&format!("{quote}{quote}"), quote)))
        }
        _ => None,
    }
}

/// A string literal's value.
pub(super) fn literal(token: &Token<'_>, dialect: Dialect) -> Option<String> {
    if token.kind == TokenKind::Dollar {
        let tag = token.text.get(1..)?.find('$')? + 2;
        return Some(token.text.get(tag..token.text.len() - tag)?.to_owned());
    }
    if token.kind != TokenKind::Text {
        return None;
    }
    let open = token.text.find(['\'', '"'])?;
    let escapes = dialect == Dialect::MySql || token.text.starts_with(['e', 'E']);
    let quote = token.text.get(open..=open)?.chars().next()?;
    let inner = token.text.get(open + 1..token.text.len() - 1)?;
    let mut value = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c == quote {
            chars.next(); // Doubled.
            value.push(c);
        } else if c == '\\' && escapes {
            value.push(match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                other => other,
            });
        } else {
            value.push(c);
        }
    }
    Some(value)
}

pub(super) fn default_schema(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::PostgreSql => "public",
        Dialect::MySql => "",
        Dialect::Sqlite => "main",
    }
}
