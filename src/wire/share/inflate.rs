//! Raw deflate (RFC 1951), read for links of the first codec.
//!
//! The usual library weighs five times as much in the page, for speed that a link of some kilobytes has no
//! use for. This follows the description bit by bit, and stops at a bound.

use super::LinkError;

/// Lengths of the codes of a code, in the order in which they are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/// The longest code, in bits.
const CODE_BITS_MAX: usize = 15;

/// Why nothing came out.
pub(super) enum Stop {
    /// It isn't deflate, or is cut.
    Damaged,
    /// More would come out than is allowed.
    TooLarge,
}

impl From<Stop> for LinkError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Damaged => Self::Damaged { what: "Its data doesn't unpack.".to_owned() },
            Stop::TooLarge => Self::TooLarge,
        }
    }
}

/// A code for symbols: how many have each length, and the symbols by their codes.
struct Code {
    counts: [u16; CODE_BITS_MAX + 1],
    symbols: Vec<u16>,
}

struct Bits<'a> {
    packed: &'a [u8],
    at: usize,
}

/// Returns what `packed` says, unless that is more than `most` bytes.
pub(super) fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, Stop> {
    let mut bits = Bits { packed, at: 0 };
    let mut out = Vec::new();
    loop {
        let is_last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, most)?,
            1 => {
                let lengths: Vec<u8> = (0..288)
                    .map(|symbol| {
                        8 + u8::from(symbol > 143) - 2 * u8::from(symbol > 255)
                            + u8::from(symbol > 279)
                    })
                    .collect();
                let (literals, distances) = (Code::of(&lengths)?, Code::of(&[5; 30])?);
                block(&mut bits, &literals, &distances, &mut out, most)?;
            }
            2 => {
                let (literals, distances) = codes(&mut bits)?;
                block(&mut bits, &literals, &distances, &mut out, most)?;
            }
            _ => return Err(Stop::Damaged),
        }
        if is_last {
            return Ok(out);
        }
    }
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Result<usize, Stop> {
        let mut value = 0;
        for place in 0..count {
            let byte = self.packed.get(self.at / 8).ok_or(Stop::Damaged)?;
            value |= usize::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Ok(value)
    }
}

impl Code {
    fn of(lengths: &[u8]) -> Result<Self, Stop> {
        let mut counts = [0; CODE_BITS_MAX + 1];
        let mut symbols = Vec::new();
        for bits in 1..=CODE_BITS_MAX {
            let of_length =
                lengths.iter().enumerate().filter(|(_, length)| usize::from(**length) == bits);
            let before = symbols.len();
            symbols.extend(of_length.filter_map(|(symbol, _)| u16::try_from(symbol).ok()));
            let count = counts.get_mut(bits).ok_or(Stop::Damaged)?;
            *count = u16::try_from(symbols.len() - before).map_err(|_| Stop::Damaged)?;
        }
        Ok(Self { counts, symbols })
    }

    fn read(&self, bits: &mut Bits<'_>) -> Result<usize, Stop> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in self.counts.iter().skip(1).map(|count| usize::from(*count)) {
            code |= bits.take(1)?;
            if code < first + count {
                let symbol = (index + code).checked_sub(first).and_then(|at| self.symbols.get(at));
                return symbol.map(|symbol| usize::from(*symbol)).ok_or(Stop::Damaged);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(Stop::Damaged)
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, most: usize) -> Result<(), Stop> {
    bits.at = bits.at.next_multiple_of(8);
    let (length, other) = (bits.take(16)?, bits.take(16)?);
    if length ^ other != 0xffff {
        return Err(Stop::Damaged);
    }
    let from = bits.at / 8;
    out.extend(bits.packed.get(from..from + length).ok_or(Stop::Damaged)?);
    bits.at += length * 8;
    if out.len() > most { Err(Stop::TooLarge) } else { Ok(()) }
}

/// Reads the two codes that a block brings along.
fn codes(bits: &mut Bits<'_>) -> Result<(Code, Code), Stop> {
    let (literals, distances, count) = (bits.take(5)? + 257, bits.take(5)? + 1, bits.take(4)? + 4);
    let mut lengths = [0; ORDER.len()];
    for at in ORDER.iter().take(count) {
        let length = bits.take(3)?;
        if let Some(place) = lengths.get_mut(*at) {
            *place = u8::try_from(length).unwrap_or(0);
        }
    }
    let code = Code::of(&lengths)?;
    let mut lengths: Vec<u8> = Vec::new();
    while lengths.len() < literals + distances {
        let (length, times) = match code.read(bits)? {
            16 => (*lengths.last().ok_or(Stop::Damaged)?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (u8::try_from(length).unwrap_or(0), 1),
        };
        lengths.extend(std::iter::repeat_n(length, times));
    }
    let of_literals = lengths.get(..literals).unwrap_or_default();
    let of_distances = lengths.get(literals..literals + distances).unwrap_or_default();
    Ok((Code::of(of_literals)?, Code::of(of_distances)?))
}

fn block(
    bits: &mut Bits<'_>,
    literals: &Code,
    distances: &Code,
    out: &mut Vec<u8>,
    most: usize,
) -> Result<(), Stop> {
    loop {
        let symbol = literals.read(bits)?;
        match symbol {
            0..=255 => out.push(u8::try_from(symbol).unwrap_or(0)),
            256 => return Ok(()),
            257..=285 => {
                let length = match symbol - 257 {
                    28 => 258,
                    short @ 0..=7 => short + 3,
                    long => grown(long, 4, bits)? + 3,
                };
                let distance = match distances.read(bits)? {
                    near @ 0..=3 => near + 1,
                    far @ 4..=29 => grown(far, 2, bits)? + 1,
                    _ => return Err(Stop::Damaged),
                };
                for _ in 0..length {
                    let from = out.len().checked_sub(distance).ok_or(Stop::Damaged)?;
                    let byte = *out.get(from).ok_or(Stop::Damaged)?;
                    out.push(byte);
                }
            }
            _ => return Err(Stop::Damaged),
        }
        if out.len() > most {
            return Err(Stop::TooLarge);
        }
    }
}

/// A number from its symbol: of each `step` symbols the next ones stand for ranges twice as long.
fn grown(symbol: usize, step: usize, bits: &mut Bits<'_>) -> Result<usize, Stop> {
    let extra = symbol / step - 1;
    Ok(((step + symbol % step) << extra) + bits.take(extra)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::fixture::Seeded;
    use miniz_oxide::deflate::compress_to_vec;

    #[test]
    fn what_was_deflated_comes_back() {
        let mut seeded = Seeded(9);
        for length in [0, 1, 2, 300, 5_000, 70_000] {
            for kinds in [1, 3, 40, 256] {
                let bytes: Vec<u8> = (0..length).map(|_| (seeded.number() % kinds) as u8).collect();
                for level in [0, 1, 6, 10] {
                    let packed = compress_to_vec(&bytes, level);
                    assert!(
                        inflate(&packed, length).is_ok_and(|out| out == bytes),
                        "{length} {kinds} {level}"
                    );
                    assert!(
                        length == 0 || matches!(inflate(&packed, length - 1), Err(Stop::TooLarge))
                    );
                    let cut = &packed[..packed.len() - 1];
                    assert!(!inflate(cut, length).is_ok_and(|out| out != bytes));
                }
            }
        }
    }

    #[test]
    fn noise_stops() {
        let mut seeded = Seeded(4);
        for _ in 0..5_000 {
            let noise: Vec<u8> = (0..seeded.number() % 40).map(|_| seeded.number() as u8).collect();
            assert!(inflate(&noise, 10_000).map_or(0, |out| out.len()) <= 10_000);
        }
    }
}
