//! Texts between quotes, in all four ways of TOML.

use super::{Mistake, Reader};

impl Reader<'_> {
    /// Reads the text at a quote.
    pub(super) fn string(&mut self) -> Result<String, Mistake> {
        for (fence, escapes, lines) in
            [("\"\"\"", true, true), ("'''", false, true), ("\"", true, false), ("'", false, false)]
        {
            if self.eat(fence) {
                return self.inside(fence, escapes, lines);
            }
        }
        self.wrong("a text should stand here")
    }

    fn inside(&mut self, fence: &str, escapes: bool, lines: bool) -> Result<String, Mistake> {
        let mut text = String::new();
        if lines && !self.eat("\r\n") {
            self.eat("\n");
        }
        while let Some(c) = self.rest().chars().next() {
            // Quotes before the closing ones belong to the text.
            let longer = lines
                && self.rest().get(fence.len()..).is_some_and(|rest| {
                    fence.chars().next().is_some_and(|quote| rest.starts_with(quote))
                });
            if !longer && self.eat(fence) {
                return Ok(text);
            }
            if c == '\n' && !lines {
                break;
            }
            self.at += c.len_utf8();
            if c == '\\' && escapes {
                self.escape(&mut text, lines)?;
            } else {
                text.push(c);
            }
        }
        self.wrong("this text does not end")
    }

    fn escape(&mut self, text: &mut String, lines: bool) -> Result<(), Mistake> {
        let c = self.rest().chars().next().unwrap_or(' ');
        if lines && (c.is_ascii_whitespace()) {
            self.take(|c| c.is_ascii_whitespace());
            return Ok(());
        }
        self.at += c.len_utf8();
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let plain = match c {
            'b' => Some('\u{8}'),
            't' => Some('\t'),
            'n' => Some('\n'),
            'f' => Some('\u{c}'),
            'r' => Some('\r'),
            'e' => Some('\u{1b}'),
            '"' | '\\' => Some(c),
            _ => None,
        };
        let code = self.rest().get(..digits).filter(|code| !code.is_empty());
        let named = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        match plain.or_else(|| char::from_u32(named?)) {
            Some(c) => {
                text.push(c);
                self.at += digits;
                Ok(())
            }
            None => self.wrong("`\\` begins no escape here; a text between `'` has none"),
        }
    }
}
