//! A JSON value as bytes, each in the field it belongs to.
//!
//! An object is [`OBJECT`], its fields in the order of [`FIELDS`] (others behind, with their names), and
//! [`END`]; a list is [`LIST`], its items, and [`END`]. A text is its bytes and [`STOP`], in which ids are
//! replaced: a new one is written bare, one that was there by how far it stands from the last. A date is the
//! number of days since the last one.

use serde_json::{Map, Value};

use super::Unread;
use super::code::{Reader, Writer};
use super::said::{self, DATE, DAYS, LONG, NEW, NUMBERED, Part, Said};
use crate::limits::NESTING_MAX;

const STOP: u8 = 0;
/// A control character follows.
const CONTROL: u8 = 0x0e;
const OBJECT: u8 = 0x10;
const END: u8 = 0x11;
const LIST: u8 = 0x12;
/// A field that has no number: its name follows.
const NAMED: u8 = 0x13;
const NUMBER: u8 = 0x14;
const TRUE: u8 = 0x15;
const FALSE: u8 = 0x16;
const NULL: u8 = 0x17;
const FIRST_FIELD: u8 = 0x80;

/// Added to a field's number for what stands in it otherwise than as its value.
pub(super) const ITEM: u32 = 0x100;
const KEYS: u32 = 0x200;
pub(super) const MARKED: u32 = 0x400;

/// Names of fields. A field's number is its place.
const FIELDS: [&str; 121] = [
    "version",
    "left_out",
    "stats",
    "rules",
    "understood",
    "settings",
    "chains",
    "root",
    "from_output",
    "order",
    "revisions",
    "id",
    "create_date",
    "is_base",
    "is_head",
    "is_branch_point",
    "is_merge_point",
    "down",
    "depends_on",
    "labels",
    "changes",
    "created",
    "dropped",
    "renamed",
    "undecided",
    "message",
    "downgrade",
    "undoes",
    "left_behind",
    "lost",
    "changed",
    "fails",
    "emptied",
    "rows",
    "heads",
    "bases",
    "problems",
    "rule",
    "cause",
    "severity",
    "certainty",
    "pending",
    "revision",
    "file",
    "line",
    "column",
    "end_line",
    "objects",
    "kind",
    "schema",
    "table",
    "name",
    "path",
    "title",
    "alembic",
    "evidence",
    "object",
    "text",
    "remedy",
    "summary",
    "code",
    "language",
    "steps",
    "content",
    "patches",
    "excerpt",
    "context",
    "suppressed",
    "reason",
    "until",
    "audits",
    "role",
    "input",
    "database",
    "version_state",
    "tables",
    "table_names",
    "distance",
    "count",
    "schemas",
    "dev",
    "prod",
    "head",
    "missing_from_head",
    "extra_to_head",
    "findings",
    "plans",
    "statements",
    "verdict",
    "status",
    "headline",
    "because",
    "next_steps",
    "command",
    "files",
    "doubts",
    "not_evaluated",
    "inputs",
    "of",
    "complete",
    "why",
    "bytes",
    "role_source",
    "remarks",
    "diagnosis",
    "skipped",
    "notes",
    "ignored",
    "after_plan",
    "only_in_dev",
    "only_in_prod",
    "missing",
    "extra",
    "resembles",
    "value",
    "key",
    "certain",
    "unreadable",
    "first_line",
    "lines",
    "of_lines",
];
/// Fields that name a table, and those that name something within it.
const NAMING: [&[&str]; 2] = [&["table", "created", "dropped"], &["name"]];

/// Writes or reads one value.
#[derive(Default)]
pub(super) struct Talk {
    said: Said,
}

fn number_of(name: &str) -> Option<u8> {
    let place = FIELDS.iter().position(|field| *field == name)?;
    u8::try_from(place).ok()
}

fn naming(number: u32) -> Option<usize> {
    let name = FIELDS.get((number & (ITEM - 1)) as usize)?;
    NAMING.iter().position(|names| names.contains(name))
}

impl Talk {
    /// Writes a value.
    pub fn write(&mut self, value: &Value, to: &mut Writer) {
        self.write_in(value, 0, to);
    }

    // Recursion is bounded by the shape of a report, and by the 128 levels at which the decoder stops.
    fn write_in(&mut self, value: &Value, field: u32, to: &mut Writer) {
        match value {
            Value::Null => to.byte(NULL, field),
            Value::Bool(is) => to.byte(if *is { TRUE } else { FALSE }, field),
            Value::Number(number) => {
                to.byte(NUMBER, field);
                number.to_string().bytes().chain([STOP]).for_each(|byte| to.byte(byte, field));
            }
            Value::String(text) => self.write_text(text, field, to),
            Value::Array(items) => {
                to.byte(LIST, field);
                items.iter().for_each(|item| self.write_in(item, field | ITEM, to));
                to.byte(END, field | ITEM);
            }
            Value::Object(fields) => {
                to.byte(OBJECT, field);
                for (number, name) in FIELDS.iter().enumerate() {
                    let (Some(value), Ok(number)) = (fields.get(*name), u8::try_from(number))
                    else {
                        continue;
                    };
                    to.byte(FIRST_FIELD + number, field | KEYS);
                    self.write_in(value, u32::from(number), to);
                }
                for (name, value) in fields.iter().filter(|(name, _)| number_of(name).is_none()) {
                    to.byte(NAMED, field | KEYS);
                    self.write_text(name, KEYS, to);
                    self.write_in(value, KEYS | ITEM, to);
                }
                to.byte(END, field | KEYS);
            }
        }
    }

    fn write_text(&mut self, text: &str, field: u32, to: &mut Writer) {
        let began = to.model.said();
        let mut at = 0;
        while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
            at += match said::part(text, at) {
                Some(Part::Date(date)) => {
                    self.said.write_date(date, field, to);
                    rest.len()
                }
                Some(Part::Id { sort, id }) => {
                    self.said.write_id(sort, id, field, to);
                    id.len()
                }
                Some(Part::Byte(byte)) => {
                    if byte < 0x20 && byte != b'\n' {
                        to.byte(CONTROL, field);
                    }
                    to.byte(byte, field);
                    1
                }
                None => break,
            };
        }
        to.byte(STOP, field);
        if let Some(sort) = naming(field) {
            to.model.remember(sort, began);
        }
    }

    /// Reads a value.
    pub fn read(&mut self, from: &mut Reader<'_>) -> Result<Value, Unread> {
        let first = from.byte(0)?;
        self.read_in(first, 0, NESTING_MAX, from)
    }

    fn read_in(
        &mut self,
        first: u8,
        field: u32,
        levels: usize,
        from: &mut Reader<'_>,
    ) -> Result<Value, Unread> {
        let levels = levels.checked_sub(1).ok_or(Unread::Damaged)?;
        match first {
            NULL => Ok(Value::Null),
            TRUE | FALSE => Ok(Value::Bool(first == TRUE)),
            NUMBER => {
                let mut digits = Vec::new();
                loop {
                    match from.byte(field)? {
                        STOP => break,
                        digit => digits.push(digit),
                    }
                }
                serde_json::from_slice(&digits).ok().filter(Value::is_number).ok_or(Unread::Damaged)
            }
            LIST => {
                let mut items = Vec::new();
                loop {
                    match from.byte(field | ITEM)? {
                        END => return Ok(Value::Array(items)),
                        first => items.push(self.read_in(first, field | ITEM, levels, from)?),
                    }
                }
            }
            OBJECT => {
                let mut fields = Map::new();
                loop {
                    let (name, within) = match from.byte(field | KEYS)? {
                        END => return Ok(Value::Object(fields)),
                        NAMED => {
                            let first = from.byte(KEYS)?;
                            (self.read_text(first, KEYS, from)?, KEYS | ITEM)
                        }
                        key => {
                            let number = key.checked_sub(FIRST_FIELD).ok_or(Unread::Damaged)?;
                            let name = FIELDS.get(usize::from(number)).ok_or(Unread::Damaged)?;
                            ((*name).to_owned(), u32::from(number))
                        }
                    };
                    let first = from.byte(within)?;
                    fields.insert(name, self.read_in(first, within, levels, from)?);
                }
            }
            first => Ok(Value::String(self.read_text(first, field, from)?)),
        }
    }

    fn read_text(
        &mut self,
        first: u8,
        field: u32,
        from: &mut Reader<'_>,
    ) -> Result<String, Unread> {
        let began = from.model.said() - 1;
        let mut text = Vec::new();
        let mut byte = first;
        while byte != STOP {
            match byte {
                NEW..=NUMBERED => self.said.read_id(0, byte, &mut text, from)?,
                DAYS | DATE => self.said.read_date(byte, &mut text, from)?,
                CONTROL => text.push(from.byte(field)?),
                b'\n' | 0x20.. => text.push(byte),
                _ => self.said.read_id(
                    1,
                    byte.checked_sub(LONG).ok_or(Unread::Damaged)?,
                    &mut text,
                    from,
                )?,
            }
            byte = from.byte(field)?;
        }
        if let Some(sort) = naming(field) {
            from.model.remember(sort, began);
        }
        String::from_utf8(text).map_err(|_| Unread::Damaged)
    }
}
