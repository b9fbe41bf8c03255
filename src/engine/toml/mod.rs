//! TOML → tables of values that know where they stand.
//!
//! All of TOML 1.0 (toml.io) is read. What no setting has a use for (numbers with a fraction, dates, times)
//! is kept as it is written. At the first mistake reading stops, and what came before stands.
//!
//! In: text.
//! Out: a [`Table`], and the [`Mistake`] at which reading stopped.
//! Never: which keys mean something, and to whom.

mod strings;

use std::ops::Range;

use crate::limits;

/// Keys with their values, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub entries: Vec<Entry>,
    /// A header or a value made it: it may not be made again.
    made: bool,
}

/// One key of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    /// Byte range of the key.
    pub at: Range<usize>,
    pub value: Value,
}

/// What stands behind a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Whole(i64),
    Truth(bool),
    /// A number with a fraction, a date or a time, as it is written.
    Other(String),
    List(Vec<Value>),
    Table(Table),
}

/// Why reading stopped, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub at: usize,
    pub what: &'static str,
}

impl Table {
    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Returns the table behind a key.
    pub fn table(&self, key: &str) -> Option<&Self> {
        match self.get(key)? {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }
}

/// Reads a text. Total and bounded: nesting and the number of keys have their limits.
pub fn read(text: &str) -> (Table, Option<Mistake>) {
    let mut root = Table::default();
    let mistake = Reader { text, at: 0, keys: 0 }.document(&mut root).err();
    (root, mistake)
}

type Path = Vec<(String, Range<usize>)>;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    keys: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self, root: &mut Table) -> Result<(), Mistake> {
        let mut header: Path = Vec::new();
        loop {
            self.blank(true);
            if self.rest().is_empty() {
                return Ok(());
            }
            if self.eat("[") {
                let several = self.eat("[");
                header = self.path()?;
                if !self.eat(if several { "]]" } else { "]" }) {
                    return self.wrong("a header ends with `]`");
                }
                self.open(root, &header, several)?;
            } else {
                let Some(table) = reach(root, &header, true) else {
                    return self.wrong("this key stands under something that is no table");
                };
                self.pair(table, 0)?;
            }
            self.blank(false);
            if !self.rest().is_empty() && !self.rest().starts_with(['\n', '\r']) {
                return self.wrong("the line should end here");
            }
        }
    }

    /// Makes the table of a header, or one more of a list of tables.
    fn open(&mut self, root: &mut Table, header: &Path, several: bool) -> Result<(), Mistake> {
        let Some(((key, at), above)) = header.split_last() else {
            return self.wrong("a header names a table");
        };
        let Some(parent) = reach(root, above, true) else {
            return self.wrong("this header stands under something that is no table");
        };
        let fresh = Table { entries: Vec::new(), made: true };
        let known = parent.entries.iter_mut().find(|entry| entry.key == *key);
        match (known.map(|entry| &mut entry.value), several) {
            (None, false) => self.enter(parent, key, at, Value::Table(fresh)),
            (None, true) => self.enter(parent, key, at, Value::List(vec![Value::Table(fresh)])),
            (Some(Value::List(all)), true) if matches!(all.last(), Some(Value::Table(_))) => {
                all.push(Value::Table(fresh));
                self.count()
            }
            (Some(Value::Table(table)), false) if !table.made => {
                table.made = true;
                Ok(())
            }
            _ => Err(Mistake { at: at.start, what: "this is there already" }),
        }
    }

    /// `a.b = value`
    fn pair(&mut self, table: &mut Table, depth: usize) -> Result<(), Mistake> {
        let path = self.path()?;
        self.blank(false);
        if !self.eat("=") {
            return self.wrong("`=` and a value should follow the key");
        }
        self.blank(false);
        let value = self.value(depth)?;
        let Some(((key, at), above)) = path.split_last() else {
            return self.wrong("there is no key");
        };
        match reach(table, above, false) {
            Some(table) if table.get(key).is_none() => self.enter(table, key, at, value),
            _ => Err(Mistake { at: at.start, what: "this key is there already" }),
        }
    }

    fn enter(
        &mut self,
        table: &mut Table,
        key: &str,
        at: &Range<usize>,
        value: Value,
    ) -> Result<(), Mistake> {
        table.entries.push(Entry { key: key.to_owned(), at: at.clone(), value });
        self.count()
    }

    fn count(&mut self) -> Result<(), Mistake> {
        self.keys += 1;
        match self.keys > limits::TOML_KEYS_MAX {
            true => self.wrong("there are more keys than are read"),
            false => Ok(()),
        }
    }

    fn path(&mut self) -> Result<Path, Mistake> {
        let mut path = Vec::new();
        loop {
            self.blank(false);
            let start = self.at;
            let key = match self.rest().chars().next() {
                Some('"' | '\'') if !self.is_triple() => self.string()?,
                _ => self.take(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).to_owned(),
            };
            if self.at == start || path.len() >= limits::NESTING_MAX {
                return self.wrong("a key should stand here");
            }
            path.push((key, start..self.at));
            self.blank(false);
            if !self.eat(".") {
                return Ok(path);
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Mistake> {
        if depth > limits::NESTING_MAX {
            return self.wrong("this is nested too deeply");
        }
        if self.rest().starts_with(['"', '\'']) {
            return self.string().map(Value::Text);
        }
        if self.eat("[") {
            let mut all = Vec::new();
            loop {
                self.blank(true);
                if self.eat("]") {
                    return Ok(Value::List(all));
                }
                all.push(self.value(depth + 1)?);
                self.count()?;
                self.blank(true);
                if !self.eat(",") && !self.rest().starts_with(']') {
                    return self.wrong("`,` or `]` should stand here");
                }
            }
        }
        if self.eat("{") {
            let mut table = Table { entries: Vec::new(), made: true };
            loop {
                self.blank(true);
                if self.eat("}") {
                    return Ok(Value::Table(table));
                }
                self.pair(&mut table, depth + 1)?;
                self.blank(true);
                if !self.eat(",") && !self.rest().starts_with('}') {
                    return self.wrong("`,` or `}` should stand here");
                }
            }
        }
        self.bare()
    }

    fn is_triple(&self) -> bool {
        self.rest().starts_with("\"\"\"") || self.rest().starts_with("'''")
    }

    /// A number, a truth value, a date.
    fn bare(&mut self) -> Result<Value, Mistake> {
        let start = self.at;
        let is_part =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | ':');
        let word = self.take(is_part);
        if word.len() == 10 && word.contains('-') && self.rest().starts_with(" ") {
            // A blank may stand between a date and a time.
            let time = self.rest().chars().nth(1).is_some_and(|c| c.is_ascii_digit());
            if time && self.eat(" ") {
                self.take(is_part);
            }
        }
        let plain = word.replace('_', "");
        let radix = [("0x", 16), ("0o", 8), ("0b", 2)]
            .into_iter()
            .find_map(|(sign, radix)| Some((plain.strip_prefix(sign)?, radix)));
        let number = match radix {
            Some((digits, radix)) => i64::from_str_radix(digits, radix).ok(),
            None => plain.parse().ok(),
        };
        match (word, number) {
            ("true" | "false", _) => Ok(Value::Truth(word == "true")),
            (_, Some(number)) => Ok(Value::Whole(number)),
            _ if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'))
                || matches!(word, "inf" | "nan") =>
            {
                Ok(Value::Other(self.text.get(start..self.at).unwrap_or_default().to_owned()))
            }
            _ => Err(Mistake { at: start, what: "a value should stand here; texts need quotes" }),
        }
    }

    /// Skips blanks and comments, and line breaks where they mean nothing.
    fn blank(&mut self, lines: bool) {
        loop {
            self.take(|c| matches!(c, ' ' | '\t') || (lines && matches!(c, '\n' | '\r')));
            if !self.rest().starts_with('#') {
                return;
            }
            self.take(|c| c != '\n');
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, sign: &str) -> bool {
        let is_there = self.rest().starts_with(sign);
        self.at += if is_there { sign.len() } else { 0 };
        is_there
    }

    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn wrong<T>(&self, what: &'static str) -> Result<T, Mistake> {
        Err(Mistake { at: self.at, what })
    }
}

/// Walks to a table, making those that are missing on the way; of a list of tables it is the last, where
/// that may be.
fn reach<'t>(
    root: &'t mut Table,
    path: &[(String, Range<usize>)],
    lists: bool,
) -> Option<&'t mut Table> {
    let mut table = root;
    for (key, at) in path {
        let known = table.entries.iter().position(|entry| entry.key == *key);
        let ix = known.unwrap_or_else(|| {
            let value = Value::Table(Table::default());
            table.entries.push(Entry { key: key.clone(), at: at.clone(), value });
            table.entries.len() - 1
        });
        table = match &mut table.entries.get_mut(ix)?.value {
            Value::Table(table) => table,
            Value::List(all) if lists => match all.last_mut()? {
                Value::Table(table) => table,
                _ => return None,
            },
            _ => return None,
        };
    }
    Some(table)
}

#[cfg(test)]
mod tests;
