//! Where the strings of a JSON text stand.

use std::ops::Range;

/// Returns the place of every string, names of fields included, with its quotes. One that never ends is left
/// out.
pub fn quoted(json: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + json.get(from..)?.find('"')?;
        let mut escaped = false;
        let length = json.get(start + 1..)?.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        from = start + length + 2;
        Some(start..from)
    })
}
