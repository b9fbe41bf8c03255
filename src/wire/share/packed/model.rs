//! What the next bit is likely to be.
//!
//! Guesses come from what followed in the same context before (the last bytes, the word, the field), and
//! from what is being said again: the longest repetition, the field's value before, the table and the name
//! that were mentioned last. They are mixed by weights that learn from how well each of them did. All of it
//! is arithmetic on integers, so every machine guesses the same. Nothing in here may change: every link
//! leans on each constant.

/// Contexts, each of which gives two guesses: which way, and how sure.
const CONTEXTS: usize = 8;
/// What may be said again: [`REPEAT`], [`FIELD`], a table, a name.
const ECHOES: usize = 4;
const REPEAT: usize = 0;
const FIELD: usize = 1;
const NAMES: usize = 2;
/// The last guess is always the same, for the weights to lean on.
const GUESSES: usize = 2 * CONTEXTS + ECHOES + 1;
/// Bits of the number of a context's slots.
const SLOT_BITS: u32 = 18;
/// A slot that has seen nothing: a chance of one half in its upper 22 bits, a count of 0 in the lower 10.
const EVEN: u32 = 1 << 31;
/// By how much of its error a slot changes, by how often it was asked.
const PACE: [i32; 16] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 24, 28, 32];
/// Bytes that must have been said in the same way for a repetition.
const REPEAT_MIN: usize = 5;
const REPEAT_BITS: u32 = 16;
const FIELD_BITS: u32 = 11;
/// Sets of weights: by which echoes there are, and by the bits of the byte so far.
const WEIGHT_SETS: usize = 16 + 256;
const WEIGHT: i32 = 12_000;
/// How fast weights learn.
const RATE: i32 = 11;
/// Rows of the last correction: by the bits of the byte so far, and two bits of the field.
const LAST_ROWS: usize = 1024;
/// What a guess is at most, either way.
const LOGIT_MAX: i32 = 2047;
/// Sixteen bits of the logistic function at -8, -7.5, … 8.
const LOGISTIC: [i32; 33] = [
    22, 36, 60, 98, 162, 267, 439, 722, 1179, 1927, 3108, 4971, 7812, 11958, 17625, 24743, 32768,
    40793, 47911, 53578, 57724, 60565, 62428, 63609, 64357, 64814, 65097, 65269, 65374, 65438,
    65476, 65500, 65514,
];

/// Guesses bit after bit, and learns from what each of them was.
#[derive(Clone)]
pub(super) struct Model {
    /// The logit of each chance, by its upper 12 bits.
    stretch: Vec<i16>,
    slots: Vec<u32>,
    contexts: [u32; CONTEXTS],
    asked: [usize; CONTEXTS],
    echoes: [Echo; ECHOES],
    guesses: [i32; GUESSES],
    weights: Vec<i32>,
    /// The two sets in use, and the chance that each gave.
    mixes: [(usize, i32); 2],
    last: Vec<u16>,
    last_asked: usize,
    /// The bits of the byte so far, after a one.
    partial: u32,
    past: Vec<u8>,
    /// Where the same bytes ended before, by their hash.
    repeats: Vec<u32>,
    field: u32,
    /// Where the last value of each field began.
    fields: Vec<u32>,
    /// A hash of the value so far.
    value: u32,
    word: u32,
    word_before: u32,
    /// Where the last table and the last name began.
    names: [usize; ECHOES - NAMES],
}

/// Something that may be said again.
#[derive(Clone)]
struct Echo {
    /// Where in the past the next byte stands; 0 when nothing is said again.
    from: usize,
    /// How many bytes were the same so far.
    steps: usize,
    slots: [u32; 64],
    /// The slot that was asked; 0 for none.
    asked: usize,
}

fn at<T: Copy + Default>(all: &[T], index: usize) -> T {
    all.get(index).copied().unwrap_or_default()
}

fn put<T>(all: &mut [T], index: usize, value: T) {
    if let Some(place) = all.get_mut(index) {
        *place = value;
    }
}

/// The chance that belongs to a logit, of 65,536.
fn squash(logit: i32) -> i32 {
    let up = logit.clamp(-LOGIT_MAX, LOGIT_MAX) + LOGIT_MAX + 1;
    let (whole, part) = ((up >> 7) as usize, up & 127);
    (at(&LOGISTIC, whole) * (128 - part) + at(&LOGISTIC, whole + 1) * part + 64) >> 7
}

fn learn(slots: &mut [u32], index: usize, bit: u32) {
    let slot = at(slots, index);
    let (seen, chance) = (slot & 15, (slot >> 10) as i32);
    let error = (bit as i32 * ((1 << 22) - 1)) - chance;
    let chance = chance + error / at(&PACE, seen as usize).max(1);
    put(slots, index, ((chance as u32) << 10) | (seen + 1).min(15));
}

fn hashed(seed: u32, bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(seed, |hash, byte| hash.wrapping_mul(0x2f0b_4c47).wrapping_add(u32::from(*byte) + 1))
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 128
}

impl Model {
    /// Returns a model that has seen nothing.
    pub fn new() -> Self {
        let mut stretch = vec![LOGIT_MAX as i16; 4096];
        let mut from = 0;
        for logit in -LOGIT_MAX..=LOGIT_MAX {
            let to = (squash(logit) >> 4) as usize;
            for place in stretch.iter_mut().take(to + 1).skip(from) {
                *place = logit as i16;
            }
            from = from.max(to + 1);
        }
        let row: Vec<u16> = (-16..=16).map(|step| squash(step * 128) as u16).collect();
        let echo = || Echo { from: 0, steps: 0, slots: [EVEN; 64], asked: 0 };
        Self {
            stretch,
            slots: vec![EVEN; CONTEXTS << SLOT_BITS],
            contexts: [0; CONTEXTS],
            asked: [0; CONTEXTS],
            echoes: [echo(), echo(), echo(), echo()],
            guesses: [0; GUESSES],
            weights: vec![WEIGHT; GUESSES * WEIGHT_SETS],
            mixes: [(0, 0); 2],
            last: row.repeat(LAST_ROWS),
            last_asked: 0,
            partial: 1,
            past: vec![0],
            repeats: vec![0; 1 << REPEAT_BITS],
            field: 0,
            fields: vec![0; 1 << FIELD_BITS],
            value: 0,
            word: 0,
            word_before: 0,
            names: [0; ECHOES - NAMES],
        }
    }

    /// The bytes so far.
    pub fn said(&self) -> usize {
        self.past.len()
    }

    /// Remembers where a table (0) or a name (1) began.
    pub fn remember(&mut self, sort: usize, began: usize) {
        put(&mut self.names, sort, began);
    }

    /// Says what the next byte belongs to.
    pub fn enter(&mut self, field: u32) {
        if field != self.field {
            self.field = field;
            self.value = 0;
            let index = (field.wrapping_mul(0x9e37_79b1) >> (32 - FIELD_BITS)) as usize;
            self.begin(FIELD, at(&self.fields, index) as usize);
            put(&mut self.fields, index, self.past.len() as u32);
        }
        let tail = |count: usize| {
            let from = self.past.len().saturating_sub(count);
            hashed(count as u32, self.past.get(from..).unwrap_or_default())
        };
        let own = field.wrapping_mul(0x3d4d_51cb);
        self.contexts = [
            own.wrapping_add(tail(1)),
            tail(2),
            tail(3),
            tail(4),
            tail(6),
            self.word.wrapping_mul(31).wrapping_add(self.word_before).wrapping_add(7),
            own.wrapping_add(self.value.wrapping_mul(3)).wrapping_mul(0x2c1b_3c6d),
            own.wrapping_mul(5).wrapping_add(tail(2)),
        ];
    }

    fn begin(&mut self, echo: usize, from: usize) {
        if let Some(echo) = self.echoes.get_mut(echo) {
            echo.from = from;
            echo.steps = 0;
        }
    }

    fn logit(&self, slot: u32) -> i32 {
        i32::from(at(&self.stretch, (slot >> 20) as usize))
    }

    /// The chance that the next bit is a one, of 65,536.
    pub fn chance(&mut self) -> u32 {
        for index in 0..CONTEXTS {
            let hash = at(&self.contexts, index)
                .wrapping_add(self.partial.wrapping_mul(0x9e37_79b1))
                .wrapping_mul(0x85eb_ca6b);
            let asked = (index << SLOT_BITS) + (hash >> (32 - SLOT_BITS)) as usize;
            put(&mut self.asked, index, asked);
            let slot = at(&self.slots, asked);
            let seen = (slot & 15) as i32;
            let known = i32::from(seen > 0);
            let which = known * self.logit(slot);
            put(&mut self.guesses, 2 * index, which);
            let sure = ((slot >> 20) as i32 - 2048) * (seen.min(8) + 1) / 8;
            put(&mut self.guesses, 2 * index + 1, known * sure);
        }
        let repeats = self.ask_echoes();
        put(&mut self.guesses, GUESSES - 1, 256);
        self.mix(repeats)
    }

    /// Asks each echo for its bit; one that was wrong within this byte is over. Returns which there are.
    fn ask_echoes(&mut self) -> usize {
        let bits = 31 - self.partial.leading_zeros();
        let mut there = 0;
        for index in 0..ECHOES {
            let Some(echo) = self.echoes.get_mut(index) else { continue };
            echo.asked = 0;
            let mut guess = 0;
            if echo.from > 0 && echo.from < self.past.len() {
                let byte = u32::from(at(&self.past, echo.from)) | 256;
                if byte >> (8 - bits) == self.partial {
                    let bit = (byte >> (7 - bits)) & 1;
                    let long = usize::from(there & 1 > 0 || index == REPEAT && echo.steps > 15);
                    let steps =
                        if index == REPEAT { echo.steps.min(31) / 2 } else { echo.steps.min(15) };
                    echo.asked = steps * 4 + long * 2 + bit as usize;
                    guess =
                        i32::from(at(&self.stretch, (at(&echo.slots, echo.asked) >> 20) as usize));
                    there |= 1 << index;
                } else {
                    echo.from = 0;
                }
            }
            put(&mut self.guesses, 2 * CONTEXTS + index, guess);
        }
        there
    }

    fn mix(&mut self, echoes: usize) -> u32 {
        let mut sum = 0;
        for (place, set) in [echoes, 16 + self.partial as usize].into_iter().enumerate() {
            let weights = self.weights.get(set * GUESSES..(set + 1) * GUESSES).unwrap_or_default();
            let pairs = weights.iter().zip(&self.guesses);
            let dot: i64 =
                pairs.map(|(weight, guess)| i64::from(*weight) * i64::from(*guess)).sum();
            let limit = i64::from(LOGIT_MAX);
            let logit = (dot >> 16).clamp(-limit, limit) as i32;
            sum += logit;
            put(&mut self.mixes, place, (set * GUESSES, squash(logit)));
        }
        let logit = sum >> 1;
        // The last word: what such a chance came to before.
        let row = ((self.partial | ((self.field & 3) << 8)) as usize % LAST_ROWS) * LOGISTIC.len();
        let up = (logit + LOGIT_MAX + 1) * 32;
        let (low, part) = (row + (up >> 12) as usize, up & 4095);
        self.last_asked = low + (part >> 11) as usize;
        let corrected = (i32::from(at(&self.last, low)) * (4096 - part)) / 4096
            + (i32::from(at(&self.last, low + 1)) * part) / 4096;
        ((squash(logit) * 3 + corrected + 2) >> 2).clamp(32, 65_536 - 32) as u32
    }

    /// Learns what the bit was.
    pub fn learn(&mut self, bit: u32) {
        for (set, chance) in self.mixes {
            let error = ((((bit as i32) << 16) - chance) * RATE) >> 4;
            let weights = self.weights.get_mut(set..set + GUESSES).unwrap_or_default();
            for (weight, guess) in weights.iter_mut().zip(&self.guesses) {
                *weight = weight.saturating_add((guess * error + 0x8000) >> 16);
            }
        }
        for asked in self.asked {
            learn(&mut self.slots, asked, bit);
        }
        for echo in self.echoes.iter_mut().filter(|echo| echo.from > 0 && echo.asked > 0) {
            learn(&mut echo.slots, echo.asked, bit);
        }
        let was = i32::from(at(&self.last, self.last_asked));
        put(&mut self.last, self.last_asked, (was + (bit as i32 * 65_535 - was) / 32) as u16);
        self.partial = self.partial << 1 | bit;
        if self.partial > 255 {
            let byte = (self.partial & 255) as u8;
            self.partial = 1;
            self.hear(byte);
        }
    }

    /// A byte is complete.
    fn hear(&mut self, byte: u8) {
        for echo in &mut self.echoes {
            let same = echo.from > 0 && at(&self.past, echo.from) == byte;
            (echo.from, echo.steps) = if same { (echo.from + 1, echo.steps + 1) } else { (0, 0) };
        }
        self.past.push(byte);
        self.value = hashed(self.value, &[byte]);
        if in_word(byte) {
            self.word = hashed(self.word, &[byte.to_ascii_lowercase()]);
        } else if self.word != 0 {
            self.word_before = self.word;
            self.word = 0;
        }
        if !in_word(byte) && byte != b'_' {
            for (sort, from) in self.names.into_iter().enumerate() {
                self.begin(NAMES + sort, from);
            }
        }
        self.find_repeat();
    }

    fn find_repeat(&mut self) {
        let said = self.past.len();
        let Some(tail) = self.past.get(said.saturating_sub(REPEAT_MIN)..) else { return };
        let index = (hashed(0, tail) >> (32 - REPEAT_BITS)) as usize;
        let before = at(&self.repeats, index) as usize;
        put(&mut self.repeats, index, said as u32);
        let [repeat, ..] = &mut self.echoes;
        if repeat.from > 0 || before == 0 {
            return;
        }
        let ends = self.past.iter().rev().zip(self.past.iter().take(before).rev());
        let same = ends.take(32).take_while(|(new, old)| new == old).count();
        if same >= REPEAT_MIN - 1 {
            (repeat.from, repeat.steps) = (before, same);
        }
    }
}
