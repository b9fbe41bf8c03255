//! Names that SQLAlchemy makes from a metadata's naming convention (its `sql/naming.py`; alembic.md 5.4).
//!
//! What Alembic prints under several conventions is recorded in `tests/oracle/naming-postgresql.jsonl`.

use crate::ordered::Map;

use md5::{Digest, Md5};

use crate::engine::dialects::Dialect;
use crate::engine::schema::{Ident, TableName};
use crate::engine::span::Span;

/// What `env.py` hands to Alembic, as far as it decides names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Naming {
    /// `None` when it was not seen.
    pub convention: Option<Convention>,
    /// Where it was found, or why it was not, as a clause without an end.
    pub told: String,
    pub span: Option<Span>,
}

/// Patterns by key. Empty is SQLAlchemy's own: indexes alone get names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Convention {
    patterns: Map<String, Pattern>,
}

/// A value of the convention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    Text(String),
    /// A function, or text that was not worked out.
    Unknown,
}

/// What can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Index,
    Unique,
    Check,
    ForeignKey,
    PrimaryKey,
}

/// The name in the Python of a directive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Given {
    /// None, or `None`.
    #[default]
    Absent,
    /// A string, which some patterns are put around.
    Plain(String),
    /// `op.f("…")`: nothing is put around it.
    Final(String),
    /// Something that was not worked out.
    Unknown,
}

/// What gets the name.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    pub dialect: Dialect,
    pub kind: Kind,
    /// As it is written in the directive, the default schema included.
    pub schema: Option<&'a str>,
    pub table: &'a str,
    /// Name and key of each column; of a foreign key, those of its own table. `None` where they are not known.
    pub columns: Vec<Option<(&'a str, &'a str)>>,
    /// Of a foreign key. Its columns are `None` where SQLAlchemy looks for them in a table that it was not told
    /// of.
    pub referred: Option<(&'a TableName, Option<&'a [Ident]>)>,
}

/// The name that it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Name(Ident),
    /// None: the database chooses.
    Database,
    /// SQLAlchemy raises this.
    Refused(String),
    /// A function of the project's makes it, or something else that was not worked out.
    Unknown(&'static str),
}

/// What indexes are called where a metadata has no convention of its own.
const INDEX_DEFAULT: &str = "ix_%(column_0_label)s";
/// Characters that SQLAlchemy lets a name have on a database.
fn chars_max(dialect: Dialect) -> usize {
    match dialect {
        Dialect::PostgreSql => 63,
        Dialect::MySql => 64,
        Dialect::Sqlite => 9_999,
    }
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Self::Index => "ix",
            Self::Unique => "uq",
            Self::Check => "ck",
            Self::ForeignKey => "fk",
            Self::PrimaryKey => "pk",
        }
    }
}

impl Naming {
    /// Returns a convention that was seen.
    pub fn known(convention: Convention, told: impl Into<String>, span: Option<Span>) -> Self {
        Self { convention: Some(convention), told: told.into(), span }
    }

    /// Returns that none was seen, and why.
    pub fn unseen(told: impl Into<String>, span: Option<Span>) -> Self {
        Self { convention: None, told: told.into(), span }
    }
}

impl Convention {
    /// Sets the pattern of a key. A class of SQLAlchemy's is a key as well.
    pub fn set(&mut self, key: &str, pattern: Pattern) {
        let key = match key {
            "Index" => "ix",
            "UniqueConstraint" => "uq",
            "CheckConstraint" => "ck",
            "ForeignKeyConstraint" => "fk",
            "PrimaryKeyConstraint" => "pk",
            other => other,
        };
        self.patterns.insert(key.to_owned(), pattern);
    }

    /// Returns keys and patterns, `None` for one that is not known as text.
    pub fn patterns(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.patterns.iter().map(|(key, pattern)| match pattern {
            Pattern::Text(text) => (key.as_str(), Some(text.as_str())),
            Pattern::Unknown => (key.as_str(), None),
        })
    }

    /// Returns whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns the name that something gets.
    pub fn name(&self, subject: &Subject<'_>, given: &Given) -> Answer {
        let most = chars_max(subject.dialect);
        let text = match given {
            Given::Final(name) => return Answer::Name(shortened(name, most)),
            Given::Unknown => return Answer::Unknown("a computed name"),
            Given::Absent => None,
            Given::Plain(name) => Some(name.as_str()),
        };
        let pattern = match self.patterns.get(subject.kind.key()) {
            Some(Pattern::Text(pattern)) => pattern.as_str(),
            Some(Pattern::Unknown) => return Answer::Unknown("a pattern that is not text"),
            None if text.is_none() && subject.kind == Kind::Index => match self.is_empty() {
                true => INDEX_DEFAULT,
                false => return refused("an index without a name, and no `ix` in the convention"),
            },
            None => return text.map_or(Answer::Database, |name| plain(name, most)),
        };
        if let Some(name) = text.filter(|_| !pattern.contains("constraint_name")) {
            return plain(name, most);
        }
        match self.filled(pattern, subject, text) {
            Ok(name) => Answer::Name(shortened(&name, most)),
            Err(why) => why,
        }
    }

    /// Python's `pattern % tokens`.
    fn filled(
        &self,
        pattern: &str,
        subject: &Subject<'_>,
        given: Option<&str>,
    ) -> Result<String, Answer> {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(before);
            if let Some(after) = after.strip_prefix('%') {
                out.push('%');
                rest = after;
                continue;
            }
            let token = after.strip_prefix('(').and_then(|inner| inner.split_once(")s"));
            let Some((token, after)) = token.filter(|(token, _)| !token.contains(['(', ')']))
            else {
                return Err(Answer::Unknown("a pattern with more than `%(…)s` in it"));
            };
            out.push_str(&self.token(token, subject, given)?);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn token(
        &self,
        token: &str,
        subject: &Subject<'_>,
        given: Option<&str>,
    ) -> Result<String, Answer> {
        if self.patterns.contains_key(token) {
            return Err(Answer::Unknown("a pattern with a function of the project's in it"));
        }
        let no_such = || refused(&format!("KeyError: '{token}'"));
        match token {
            "constraint_name" => match given {
                Some(name) => Ok(name.to_owned()),
                None => Err(refused(
                    "Naming convention including %(constraint_name)s token requires that constraint is \
                     explicitly named.",
                )),
            },
            "table_name" => Ok(subject.table.to_owned()),
            "referred_table_name" => match subject.referred {
                Some((table, _)) => Ok(table.name.as_str().to_owned()),
                None => Err(no_such()),
            },
            _ => {
                let (of_referred, column) = match token.strip_prefix("referred_") {
                    Some(column) => (true, column),
                    None => (false, token),
                };
                let column = column.strip_prefix("column_").ok_or_else(no_such)?;
                if of_referred && matches!(subject.referred, Some((_, None))) {
                    return Err(refused("could not find the table of the foreign key"));
                }
                let parts = subject.parts(column, of_referred).ok_or_else(no_such)?;
                match parts {
                    Some(text) => Ok(text),
                    None => Err(Answer::Unknown("columns that are not known")),
                }
            }
        }
    }
}

impl Subject<'_> {
    /// What `0_name`, `0N_name` and `0_N_name` stand for, after `column_`. `None` when it is none of these;
    /// inside, `None` when columns are not known. A column that is not there is empty.
    fn parts(&self, text: &str, of_referred: bool) -> Option<Option<String>> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0)?;
        let (number, rest) = text.split_at_checked(digits)?;
        let (between, what) = match rest.strip_prefix("N_") {
            Some(what) => (Some(""), what),
            None => match rest.strip_prefix("_N_") {
                Some(what) => (Some("_"), what),
                None => (None, rest.strip_prefix('_')?),
            },
        };
        let known =
            if of_referred { what == "name" } else { matches!(what, "name" | "key" | "label") };
        if !known || (between.is_some() && number != "0") {
            return None;
        }
        let theirs = if of_referred { self.referred?.1? } else { &[] };
        let count = if of_referred { theirs.len() } else { self.columns.len() };
        let one = |at: usize| match of_referred {
            true => Some(theirs.get(at)?.as_str().to_owned()),
            false => self.columns.get(at)?.map(|(name, key)| match what {
                "key" => key.to_owned(),
                "label" => self.label(name),
                _ => name.to_owned(),
            }),
        };
        match (between, number.parse::<usize>()) {
            (Some(between), _) => {
                let all: Option<Vec<String>> = (0..count).map(one).collect();
                Some(all.map(|all| all.join(between)))
            }
            (None, Ok(at)) if at < count => Some(one(at)),
            // A foreign key is asked for an element that it does not have, which raises; all else is empty.
            (None, _) if of_referred => None,
            (None, _) => Some(Some(String::new())),
        }
    }

    fn label(&self, column: &str) -> String {
        let schema = self.schema.map(|schema| format!("{}_", schema.replace('.', "_")));
        format!("{}{}_{column}", schema.unwrap_or_default(), self.table)
    }
}

/// A name that is given as a string is never shortened.
fn plain(name: &str, most: usize) -> Answer {
    if name.chars().count() > most {
        return refused(&format!(
            "Identifier '{name}' exceeds maximum length of {most} characters"
        ));
    }
    Answer::Name(Ident::exact(name))
}

fn refused(what: &str) -> Answer {
    Answer::Refused(what.to_owned())
}

/// What SQLAlchemy makes of a name that is longer than the server takes.
fn shortened(name: &str, most: usize) -> Ident {
    if name.chars().count() <= most {
        return Ident::exact(name);
    }
    let digest = Md5::digest(name.as_bytes());
    let hash: String = digest.iter().skip(14).map(|byte| format!("{byte:02x}")).collect();
    let start: String = name.chars().take(most.saturating_sub(8)).collect();
    Ident::exact(format!("{start}_{hash}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_is_never_guessed() {
        let mut convention = Convention::default();
        convention.set("short", Pattern::Unknown);
        convention.set("uq", Pattern::Text("uq_%(short)s".to_owned()));
        convention.set("pk", Pattern::Unknown);
        convention.set("fk", Pattern::Text("fk_%(table_name).10s".to_owned()));
        let columns = vec![Some(("a", "a")), None];
        let subject = |kind| Subject {
            dialect: Dialect::PostgreSql,
            kind,
            schema: None,
            table: "t",
            columns: columns.clone(),
            referred: None,
        };
        for kind in [Kind::Unique, Kind::PrimaryKey, Kind::ForeignKey] {
            let answer = convention.name(&subject(kind), &Given::Absent);
            assert!(matches!(answer, Answer::Unknown(_)), "{kind:?} {answer:?}");
        }
        convention.set("ck", Pattern::Text("%(column_0_name)s".to_owned()));
        let first = convention.name(&subject(Kind::Check), &Given::Absent);
        assert_eq!(first, Answer::Name(Ident::exact("a")));
        convention.set("ck", Pattern::Text("%(column_0N_name)s".to_owned()));
        let all = convention.name(&subject(Kind::Check), &Given::Absent);
        assert!(matches!(all, Answer::Unknown(_)));
    }
}
