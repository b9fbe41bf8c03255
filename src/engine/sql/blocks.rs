//! `DO $$ … $$`: what stands in an anonymous block of PL/pgSQL, as far as it stands there as plain statements.
//!
//! A block that runs its statements one after the other does what they do. One that asks first whether the
//! object is there, or passes over the error that it is, does what `IF [NOT] EXISTS` does. Of any other its
//! statements are listed, and that they may run, or more than they.

use crate::engine::dialects::Dialect;
use crate::engine::op::Op;
use crate::engine::schema::Ident;

use super::lex::{self, Token, TokenKind};
use super::{light, understood, unknown};

/// Returns what a block does, an [`Op::Unknown`] at the end where there may be more to it; `None` for what is no
/// such block, or has no statement that is known.
pub(super) fn read(statement: &str) -> Option<Vec<Op>> {
    let tokens = lex::tokens(statement, Dialect::PostgreSql)?;
    if !tokens.first()?.is("do") {
        return None;
    }
    let speaks = |token: &Token<'_>| {
        token.kind == TokenKind::Dollar || token.is("language") || token.is("plpgsql")
    };
    let rest = tokens.iter().skip(1).filter(|token| !token.is_sign(";"));
    if !rest.clone().all(speaks) {
        return None;
    }
    let body = rest.into_iter().find(|token| token.kind == TokenKind::Dollar)?;
    let tag = body.text.get(1..)?.find('$')? + 2;
    let body = body.text.get(tag..body.text.len().checked_sub(tag)?)?;
    let tokens = lex::tokens(body, Dialect::PostgreSql)?;
    let begin = tokens.iter().position(|token| token.is("begin"))?;
    let mut reader = Reader {
        body,
        tokens: tokens.get(begin + 1..)?,
        ops: Vec::new(),
        // What is declared may stand in statements in place of a column.
        is_open: begin > 0,
    };
    reader.block();
    let Reader { mut ops, is_open, .. } = reader;
    if ops.is_empty() {
        return None;
    }
    ops.extend(is_open.then(|| unknown(statement)));
    Some(ops)
}

struct Reader<'a> {
    body: &'a str,
    /// Still to come.
    tokens: &'a [Token<'a>],
    ops: Vec<Op>,
    /// There may be more to it than the ops say, or less.
    is_open: bool,
}

impl<'a> Reader<'a> {
    /// The statements of the outermost block, with what passes over errors.
    fn block(&mut self) {
        let first = self.ops.len();
        while let Some(statement) = self.next() {
            let Some(word) = statement.first() else { continue };
            if word.is("end") && statement.len() == 1 {
                self.is_open |= !self.tokens.is_empty();
                return;
            }
            // What is done again and again may be done for no row at all.
            if let Some(at) = statement.iter().position(|token| token.is("loop")) {
                self.is_open = true;
                self.one(statement.get(at + 1..).unwrap_or_default());
            } else if word.is("exception") {
                self.handlers(statement, first);
            } else if word.is("if") {
                self.condition(statement);
            } else {
                self.one(statement);
            }
        }
        // It has no end.
        self.is_open = true;
    }

    /// The tokens up to the next semicolon outside of brackets.
    fn next(&mut self) -> Option<&'a [Token<'a>]> {
        let mut depth = 0_usize;
        let end = self.tokens.iter().position(|token| {
            depth += usize::from(token.is_sign("("));
            depth = depth.saturating_sub(usize::from(token.is_sign(")")));
            depth == 0 && token.is_sign(";")
        });
        let (statement, rest) = match end {
            Some(end) => (self.tokens.get(..end)?, self.tokens.get(end + 1..)?),
            None if self.tokens.is_empty() => return None,
            None => (self.tokens, self.tokens.get(..0)?),
        };
        self.tokens = rest;
        Some(statement)
    }

    /// One plain statement.
    fn one(&mut self, statement: &[Token<'a>]) {
        let Some(first) = statement.first() else { return };
        if (first.is("null") && statement.len() == 1) || first.is("raise") {
            return;
        }
        let read = |text| {
            let dialect = Dialect::PostgreSql;
            understood(text, dialect).or_else(|| light::read(text, dialect))
        };
        match self.text(statement).and_then(read) {
            Some(ops) => self.ops.extend(ops),
            None => self.is_open = true,
        }
    }

    fn text(&self, statement: &[Token<'a>]) -> Option<&'a str> {
        self.body.get(statement.first()?.start..statement.last()?.end())
    }

    /// `IF … THEN one; … END IF`, `statement` being its beginning with the first that is conditional.
    fn condition(&mut self, statement: &'a [Token<'a>]) {
        let Some(then) = statement.iter().position(|token| token.is("then")) else {
            self.is_open = true;
            return;
        };
        let (asks, inside) = statement.split_at(then);
        let from = self.ops.len();
        self.one(inside.get(1..).unwrap_or_default());
        loop {
            let Some(next) = self.next() else {
                self.is_open = true;
                return;
            };
            match next {
                [end, what] if end.is("end") && what.is("if") => break,
                [first, ..]
                    if ["else", "elsif", "elseif", "if", "end"].iter().any(|w| first.is(w)) =>
                {
                    self.is_open = true;
                    // What another way does is listed as well.
                    let skipped =
                        next.iter().position(|token| token.is("then") || token.is("else"));
                    self.one(next.get(skipped.map_or(0, |at| at + 1)..).unwrap_or_default());
                }
                _ => self.one(next),
            }
        }
        let exists = asks.iter().any(|token| token.is("exists"));
        let lacks = asks.iter().any(|token| token.is("not"));
        let is_alone = !asks.iter().any(|token| token.is("or") || token.is("else"));
        for op in self.ops.iter_mut().skip(from) {
            let names = |name: &Ident| {
                let quoted = format!("'{}'", name.as_str());
                asks.iter().any(|token| token.kind == TokenKind::Text && token.text == quoted)
            };
            let is_it = exists
                && is_alone
                && if lacks { if_absent(op, names) } else { if_there(op, names) };
            self.is_open |= !is_it;
        }
    }

    /// `EXCEPTION WHEN duplicate_object THEN NULL; … END`.
    fn handlers(&mut self, statement: &'a [Token<'a>], first: usize) {
        let mut handler = statement.get(1..).unwrap_or_default();
        let mut passes = true;
        while let Some(then) = handler.iter().position(|token| token.is("then")) {
            let (when, does) = handler.split_at(then);
            let is_duplicate = |token: &Token<'_>| {
                token.text.to_ascii_lowercase().starts_with("duplicate_")
                    || token.is("when")
                    || token.is("or")
            };
            let idle = does.get(1).is_some_and(|word| word.is("null") || word.is("raise"));
            passes &= idle && when.iter().all(is_duplicate);
            let ahead = self.tokens;
            match self.next() {
                Some(next) if next.first().is_some_and(|word| word.is("when")) => handler = next,
                _ => {
                    self.tokens = ahead;
                    break;
                }
            }
        }
        // An error takes back all of the block.
        let one = self.ops.len() == first + 1;
        let is_it =
            passes && one && self.ops.iter_mut().skip(first).all(|op| if_absent(op, |_| true));
        self.is_open |= !is_it;
    }
}

/// Makes it one that does nothing where its object is there; false for one that has no such form.
fn if_absent(op: &mut Op, names: impl Fn(&Ident) -> bool) -> bool {
    match op {
        Op::CreateTable { table, if_not_exists, .. } if names(&table.name) => *if_not_exists = true,
        Op::AddColumn { column, if_not_exists, .. } if names(&column.name) => *if_not_exists = true,
        Op::CreateEnum { name, if_not_exists, .. } if names(&name.name) => *if_not_exists = true,
        Op::CreateIndex { index, if_not_exists, .. } if index.name.as_ref().is_some_and(&names) => {
            *if_not_exists = true;
        }
        _ => return false,
    }
    true
}

/// Makes it one that does nothing where its object is absent.
fn if_there(op: &mut Op, names: impl Fn(&Ident) -> bool) -> bool {
    match op {
        Op::DropTable { table, if_exists, .. } if names(&table.name) => *if_exists = true,
        Op::DropColumn { column, if_exists, .. } if names(column) => *if_exists = true,
        Op::DropConstraint { name, if_exists, .. } if names(name) => *if_exists = true,
        Op::DropIndex { name, if_exists, .. } if names(&name.name) => *if_exists = true,
        _ => return false,
    }
    true
}
