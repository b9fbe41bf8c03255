//! The arithmetic coder: bits into as little as their chances say, and back.

use super::Unread;
use super::model::Model;
use crate::limits::{LINK_INFLATE_RATIO_MAX, LINK_PACKED_BYTES_MAX};

/// Bytes that a reader takes beyond the end before it says that the end is missing.
const BEYOND: usize = 4;

/// Takes bytes.
pub(super) struct Writer {
    pub model: Model,
    low: u32,
    high: u32,
    out: Vec<u8>,
    /// Bytes that were taken.
    taken: usize,
}

/// Gives the bytes that a [`Writer`] took, or anything at all from what no writer wrote, within bounds.
pub(super) struct Reader<'a> {
    pub model: Model,
    low: u32,
    high: u32,
    now: u32,
    packed: &'a [u8],
    at: usize,
    /// Bytes that may still be given.
    left: usize,
}

fn split(low: u32, high: u32, chance: u32) -> u32 {
    let range = u64::from(high - low);
    low + u32::try_from((range * u64::from(chance)) >> 16).unwrap_or(0)
}

impl Writer {
    pub fn new(model: Model) -> Self {
        Self { model, low: 0, high: u32::MAX, out: Vec::new(), taken: 0 }
    }

    /// Writes a byte of a field.
    pub fn byte(&mut self, byte: u8, field: u32) {
        self.taken += 1;
        self.model.enter(field);
        for bit in (0..8).rev().map(|place| u32::from(byte >> place) & 1) {
            let chance = self.model.chance();
            self.bit(bit, chance);
            self.model.learn(bit);
        }
    }

    /// Writes a byte that nothing foretells.
    pub fn raw(&mut self, byte: u8) {
        self.taken += 1;
        for place in (0..8).rev() {
            self.bit(u32::from(byte >> place) & 1, 1 << 15);
        }
    }

    fn bit(&mut self, bit: u32, chance: u32) {
        let middle = split(self.low, self.high, chance);
        if bit == 1 {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.out.extend(self.high.to_be_bytes().first());
            self.low <<= 8;
            self.high = self.high << 8 | 255;
        }
    }

    /// Returns what was written, unless it is more than a reader takes.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        // A reader goes on with zeros. So of the numbers left, the one with the most zeros at its end will do.
        let zeros =
            (0..32).rev().find(|zeros| self.high >> zeros << zeros >= self.low).unwrap_or(0);
        self.out.extend((self.high >> zeros << zeros).to_be_bytes());
        while self.out.last() == Some(&0) {
            self.out.pop();
        }
        (self.taken <= most_bytes(self.out.len())).then_some(self.out)
    }
}

/// How many bytes so many packed ones may say.
fn most_bytes(packed: usize) -> usize {
    packed.saturating_mul(LINK_INFLATE_RATIO_MAX).min(LINK_PACKED_BYTES_MAX)
}

impl<'a> Reader<'a> {
    pub fn new(model: Model, packed: &'a [u8]) -> Self {
        let left = most_bytes(packed.len());
        let mut reader = Self { model, low: 0, high: u32::MAX, now: 0, packed, at: 0, left };
        (0..4).for_each(|_| reader.shift());
        reader
    }

    fn shift(&mut self) {
        self.now = self.now << 8 | u32::from(self.packed.get(self.at).copied().unwrap_or(0));
        self.at += 1;
    }

    /// Reads a byte of a field.
    pub fn byte(&mut self, field: u32) -> Result<u8, Unread> {
        self.model.enter(field);
        self.read(|reader| {
            let chance = reader.model.chance();
            let bit = reader.bit(chance);
            reader.model.learn(bit);
            bit
        })
    }

    /// Reads a byte that nothing foretells.
    pub fn raw(&mut self) -> Result<u8, Unread> {
        self.read(|reader| reader.bit(1 << 15))
    }

    fn read(&mut self, bit: impl Fn(&mut Self) -> u32) -> Result<u8, Unread> {
        self.left = self.left.checked_sub(1).ok_or(Unread::TooLarge)?;
        if self.at > self.packed.len() + 4 + BEYOND {
            return Err(Unread::Damaged);
        }
        Ok((0..8).fold(0, |byte, _| byte << 1 | u8::from(bit(self) == 1)))
    }

    fn bit(&mut self, chance: u32) -> u32 {
        let middle = split(self.low, self.high, chance);
        let bit = u32::from(self.now <= middle);
        if bit == 1 {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 255;
            self.shift();
        }
        bit
    }
}
