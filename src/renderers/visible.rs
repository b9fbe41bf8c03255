//! Text from outside, made safe to look at: nothing in it can move the cursor, turn the reading order
//! around or hide. Every renderer passes every text from outside through here.

use std::fmt::Write as _;

/// Returns the text with control, direction and invisible characters written as `\u{…}`, and each tab as
/// four spaces. A line break is a control character too: split into lines first where lines are meant.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\t' {
            shown.push_str("    ");
        } else if hides(c) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Returns how many terminal columns a visible text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Returns whether a character would be obeyed or not be seen.
pub fn hides(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(
            u32::from(c),
            0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f
                | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f
                | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff
        )
}

fn width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x1ab0..=0x1aff | 0x20d0..=0x20ff => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_is_written_out() {
        assert_eq!(
            visible("a\u{1b}[0m\u{202e}b\u{200b}\n\tc"),
            "a\\u{1b}[0m\\u{202e}b\\u{200b}\\u{a}    c"
        );
        assert_eq!(visible("accounts — naïve 日本"), "accounts — naïve 日本");
    }

    #[test]
    fn columns_are_those_of_a_terminal() {
        assert_eq!(columns("abc"), 3);
        assert_eq!(columns("日本"), 4);
        assert_eq!(columns("e\u{301}"), 1);
    }
}
