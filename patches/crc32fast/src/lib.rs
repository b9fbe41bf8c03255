//! CRC-32 as zip and gzip have it (polynomial 0xEDB88320, reflected), a byte at a time.
//!
//! The real crate reads sixteen bytes at a time with tables of 16 kB, in which compression finds nothing to
//! save: 16 of the engine's kilobytes for sums that inflating outweighs anyway.

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut rest = at as u32;
        let mut bit = 0;
        while bit < 8 {
            rest = (rest >> 1) ^ (0xEDB8_8320 & (rest & 1).wrapping_neg());
            bit += 1;
        }
        table[at] = rest;
        at += 1;
    }
    table
}

fn step(register: u32, byte: u8) -> u32 {
    (register >> 8) ^ TABLE[usize::from(register as u8 ^ byte)]
}

/// A check sum under way.
#[derive(Debug, Clone, Default)]
pub struct Hasher {
    sum: u32,
    length: u64,
}

impl Hasher {
    /// Returns the sum of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the sum of so many bytes that were taken in elsewhere.
    pub fn new_with_initial_len(sum: u32, length: u64) -> Self {
        Self { sum, length }
    }

    /// Takes more bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sum = !bytes.iter().fold(!self.sum, |register, byte| step(register, *byte));
        self.length += bytes.len() as u64;
    }

    /// Returns the sum of all bytes so far.
    pub fn finalize(self) -> u32 {
        self.sum
    }

    /// Forgets all bytes.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Takes in what another sum was made of, as if its bytes came next.
    pub fn combine(&mut self, other: &Self) {
        let shifted = (0..other.length).fold(self.sum, |register, _| step(register, 0));
        self.sum = shifted ^ other.sum;
        self.length += other.length;
    }
}

/// Returns the sum of some bytes.
pub fn hash(bytes: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standard() {
        assert_eq!(hash(b""), 0);
        assert_eq!(hash(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn parts_add_up() {
        let (mut one, mut other) = (Hasher::new(), Hasher::new());
        one.update(b"1234");
        other.update(b"56");
        other.update(b"789");
        one.combine(&other);
        assert_eq!(one.finalize(), 0xCBF4_3926);
    }
}
