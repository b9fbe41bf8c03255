//! Ids and dates within a text, which are written as what tells them from those before.

use super::Unread;
use super::code::{Reader, Writer};
use super::grammar::{ITEM, MARKED};

/// The id's bytes follow.
pub(super) const NEW: u8 = 1;
/// The id that was said last.
const LAST: u8 = 2;
/// The id that was said before the last.
const BEFORE: u8 = 3;
/// An id by how many stand between it and the one from which such steps were counted last.
const AHEAD: u8 = 4;
/// An id by its number.
pub(super) const NUMBERED: u8 = 5;
/// What these are for short ids is this much more for long ones.
pub(super) const LONG: u8 = 0x17;
/// Days since the last date.
pub(super) const DAYS: u8 = 6;
/// A date by its number.
pub(super) const DATE: u8 = 7;
/// Characters of ids, short (of findings) and long (of revisions).
const ID_CHARS: [usize; 2] = [8, 12];
/// What has been said so far.
#[derive(Default)]
pub(super) struct Said {
    ids: [Ids; 2],
    date: u32,
}

/// Ids of one length, in the order in which they came up.
#[derive(Default)]
struct Ids {
    known: Vec<String>,
    last: usize,
    before: usize,
    from: usize,
}

/// A part of a text that is not written as its characters.
pub(super) enum Part<'a> {
    Id { sort: usize, id: &'a str },
    Date(u32),
    Byte(u8),
}

impl Ids {
    fn said(&mut self, at: usize) {
        if at != self.last {
            (self.before, self.last) = (self.last, at);
        }
    }
}

impl Said {
    pub fn write_date(&mut self, date: u32, field: u32, to: &mut Writer) {
        match date.checked_sub(self.date).and_then(|days| u8::try_from(days).ok()) {
            Some(days) => {
                to.byte(DAYS, field);
                to.byte(days, MARKED | u32::from(DAYS));
            }
            None => {
                to.byte(DATE, field);
                date.to_be_bytes()
                    .into_iter()
                    .for_each(|byte| to.byte(byte, MARKED | u32::from(DATE)));
            }
        }
        self.date = date;
    }

    pub fn write_id(&mut self, sort: usize, id: &str, field: u32, to: &mut Writer) {
        let Some(ids) = self.ids.get_mut(sort) else { return };
        let mark = |mark: u8| if sort == 0 { mark } else { mark + LONG };
        let marked = MARKED | (ITEM * sort as u32);
        let Some(at) = ids.known.iter().position(|known| known == id) else {
            to.byte(mark(NEW), field);
            for pair in id.as_bytes().chunks(2) {
                let digits = std::str::from_utf8(pair).unwrap_or_default();
                to.raw(u8::from_str_radix(digits, 16).unwrap_or(0));
            }
            ids.from = ids.known.len();
            ids.said(ids.from);
            ids.known.push(id.to_owned());
            return;
        };
        let ahead = at.checked_sub(ids.from).and_then(|steps| u8::try_from(steps).ok());
        if at == ids.last {
            to.byte(mark(LAST), field);
        } else if at == ids.before {
            to.byte(mark(BEFORE), field);
        } else if let Some(steps) = ahead {
            to.byte(mark(AHEAD), field);
            to.byte(steps, marked | u32::from(AHEAD));
            ids.from = at;
        } else {
            to.byte(mark(NUMBERED), field);
            let [.., high, middle, low] = at.to_be_bytes();
            to.byte(high, marked | u32::from(NUMBERED));
            to.byte(middle, marked | u32::from(NUMBERED) | 0x10);
            to.byte(low, marked | u32::from(NUMBERED) | 0x20 | u32::from(middle) << 11);
        }
        ids.said(at);
    }

    pub fn read_date(
        &mut self,
        mark: u8,
        text: &mut Vec<u8>,
        from: &mut Reader<'_>,
    ) -> Result<(), Unread> {
        let field = MARKED | u32::from(mark);
        self.date = if mark == DAYS {
            self.date.wrapping_add(u32::from(from.byte(field)?))
        } else {
            let mut date = 0;
            for _ in 0..4 {
                date = date << 8 | u32::from(from.byte(field)?);
            }
            date
        };
        let (year, month, day) = (self.date / 372, self.date / 31 % 12 + 1, self.date % 31 + 1);
        for (number, digits) in [(year, 4), (month, 2), (day, 2)] {
            if digits == 2 {
                text.push(b'-');
            }
            for place in (0..digits).rev() {
                text.push(b'0' + (number / 10_u32.pow(place) % 10) as u8);
            }
        }
        Ok(())
    }

    pub fn read_id(
        &mut self,
        sort: usize,
        mark: u8,
        text: &mut Vec<u8>,
        from: &mut Reader<'_>,
    ) -> Result<(), Unread> {
        let ids = self.ids.get_mut(sort).ok_or(Unread::Damaged)?;
        let marked = MARKED | (ITEM * sort as u32);
        let at = match mark {
            NEW => {
                let mut id = String::new();
                for _ in 0..ID_CHARS.get(sort).copied().unwrap_or(0) / 2 {
                    let byte = u32::from(from.raw()?);
                    id.extend(
                        [byte >> 4, byte & 15]
                            .map(|digit| char::from_digit(digit, 16).unwrap_or('0')),
                    );
                }
                ids.known.push(id);
                ids.from = ids.known.len() - 1;
                ids.from
            }
            LAST => ids.last,
            BEFORE => ids.before,
            AHEAD => {
                ids.from += usize::from(from.byte(marked | u32::from(AHEAD))?);
                ids.from
            }
            NUMBERED => {
                let high = from.byte(marked | u32::from(NUMBERED))?;
                let middle = from.byte(marked | u32::from(NUMBERED) | 0x10)?;
                let low =
                    from.byte(marked | u32::from(NUMBERED) | 0x20 | u32::from(middle) << 11)?;
                usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)
            }
            _ => return Err(Unread::Damaged),
        };
        text.extend(ids.known.get(at).ok_or(Unread::Damaged)?.bytes());
        ids.said(at);
        Ok(())
    }
}

/// What stands at a place of a text.
pub(super) fn part(text: &str, at: usize) -> Option<Part<'_>> {
    let bytes = text.as_bytes();
    if at == 0
        && let Some(date) = date(text)
    {
        return Some(Part::Date(date));
    }
    let first = bytes.get(at).copied()?;
    let begins = at
        .checked_sub(1)
        .and_then(|before| bytes.get(before))
        .is_none_or(|c| !c.is_ascii_alphanumeric());
    if begins {
        let digits = bytes
            .get(at..)?
            .iter()
            .take_while(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(*c))
            .count();
        let ends = bytes.get(at + digits).is_none_or(|c| !c.is_ascii_alphanumeric());
        if let (true, Some(sort), Some(id)) =
            (ends, ID_CHARS.iter().position(|chars| *chars == digits), text.get(at..at + digits))
        {
            return Some(Part::Id { sort, id });
        }
    }
    Some(Part::Byte(first))
}

/// The number of a date such as `2026-11-21`: its days, as if every month had 31.
fn date(text: &str) -> Option<u32> {
    let digits = |range: std::ops::Range<usize>| {
        let part = text.get(range)?;
        part.bytes().all(|c| c.is_ascii_digit()).then(|| part.parse::<u32>().ok())?
    };
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let is_date = text.len() == 10
        && text.get(4..5) == Some("-")
        && text.get(7..8) == Some("-")
        && (1..=12).contains(&month)
        && (1..=31).contains(&day);
    is_date.then(|| (year * 12 + month - 1) * 31 + day - 1)
}
