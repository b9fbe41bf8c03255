//! Type for the terminal: colour, wrapping and tables.

use super::visible::{columns, visible};

/// Columns where nothing is known of the reader's terminal.
const COLUMNS_DEFAULT: usize = 100;
/// Text is not wrapped narrower than this, so that one word a line is never the answer.
const COLUMNS_MIN: usize = 24;

/// How a text should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub colour: bool,
    pub columns: usize,
}

impl Look {
    /// Returns the look of a file or a pipe.
    pub fn plain() -> Self {
        Self { colour: false, columns: COLUMNS_DEFAULT }
    }

    /// Returns the text in a colour, when colours are wanted.
    pub fn paint(&self, ink: Ink, text: &str) -> String {
        match ink.code() {
            Some(code) if self.colour && !text.is_empty() => {
                format!("\u{1b}[{code}m{text}\u{1b}[0m")
            }
            _ => text.to_owned(),
        }
    }
}

/// What a stretch of text is drawn in. Meaning is never carried by ink alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Plain,
    Strong,
    Faint,
    Code,
    Bad,
    Doubtful,
    Good,
    Mild,
}

impl Ink {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Faint => Some("2"),
            Self::Code => Some("36"),
            Self::Bad => Some("1;31"),
            Self::Doubtful => Some("1;33"),
            Self::Good => Some("1;32"),
            Self::Mild => Some("34"),
        }
    }
}

/// A text being laid out, line by line.
#[derive(Debug)]
pub struct Page<'a> {
    pub look: &'a Look,
    text: String,
}

impl<'a> Page<'a> {
    /// Returns an empty page.
    pub fn new(look: &'a Look) -> Self {
        Self { look, text: String::new() }
    }

    /// Adds a line that is laid out already; its parts have been through [`visible`].
    pub fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Adds an empty line, unless the page is empty or ends with one.
    pub fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Adds a heading with a rule below it.
    pub fn heading(&mut self, title: &str) {
        self.gap();
        self.line(&self.look.paint(Ink::Strong, title));
        self.line(&self.look.paint(Ink::Faint, &"─".repeat(columns(title))));
    }

    /// Adds prose from outside, wrapped: `first` before its first line, as many spaces before the others.
    pub fn prose(&mut self, first: &str, text: &str, ink: Ink) {
        let indent = columns(first);
        let room = self.look.columns.saturating_sub(indent).max(COLUMNS_MIN);
        let mut before = first.to_owned();
        for line in wrap(text, room, ink, self.look) {
            self.line(&format!("{before}{line}"));
            before = " ".repeat(indent);
        }
    }

    /// Adds code from outside, line by line as it came.
    pub fn code(&mut self, indent: usize, text: &str) {
        for line in text.trim_end().lines() {
            let line = self.look.paint(Ink::Code, &visible(line));
            self.line(&format!("{}{line}", " ".repeat(indent)));
        }
    }

    /// Returns the text.
    pub fn finish(mut self) -> String {
        while self.text.ends_with("\n\n") {
            self.text.pop();
        }
        self.text
    }
}

/// Lays rows out in columns as wide as their widest cell. Cells have not been through [`visible`] yet.
pub fn table(rows: &[Vec<String>]) -> Vec<String> {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| visible(cell)).collect()).collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in &cells {
        for (ix, cell) in row.iter().enumerate() {
            match widths.get_mut(ix) {
                Some(width) => *width = (*width).max(columns(cell)),
                None => widths.push(columns(cell)),
            }
        }
    }
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| {
            format!("{cell}{}", " ".repeat(width.saturating_sub(columns(cell))))
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    cells.iter().map(line).collect()
}

/// Breaks a text between words. Code stands between backticks; with colours these become a colour.
fn wrap(text: &str, room: usize, ink: Ink, look: &Look) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    let mut in_code = false;
    for word in visible(text).split(' ').filter(|word| !word.is_empty()) {
        let (shown, width) = draw(word, ink, look, &mut in_code);
        if used > 0 && used + 1 + width > room {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(&shown);
        used += width;
    }
    lines.push(line);
    lines
}

fn draw(word: &str, ink: Ink, look: &Look, in_code: &mut bool) -> (String, usize) {
    if !look.colour {
        return (word.to_owned(), columns(word));
    }
    let mut shown = String::new();
    let mut width = 0;
    for (ix, part) in word.split('`').enumerate() {
        if ix > 0 {
            *in_code = !*in_code;
        }
        shown.push_str(&look.paint(if *in_code { Ink::Code } else { ink }, part));
        width += columns(part);
    }
    (shown, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_under_itself() {
        let look = Look { colour: false, columns: 40 };
        let mut page = Page::new(&look);
        page.prose("  1. ", "Stop using `accounts.email` in the code, then deploy it.", Ink::Plain);
        assert_eq!(
            page.finish(),
            "  1. Stop using `accounts.email` in the\n     code, then deploy it.\n"
        );
    }

    #[test]
    fn backticks_become_a_colour_only_with_colours() {
        let look = Look { colour: true, columns: 40 };
        let mut page = Page::new(&look);
        page.prose("", "Drops `a b`.", Ink::Plain);
        assert_eq!(page.finish(), "Drops \u{1b}[36ma\u{1b}[0m \u{1b}[36mb\u{1b}[0m.\n");
    }
}
