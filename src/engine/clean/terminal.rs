//! Terminal output, as it stood on the screen in the end.
//!
//! Colours go; lines that the program itself erased or drew over go too, since otherwise each frame of a
//! menu stays behind. The model is a screen of whole lines: enough for prompts and spinners, and it
//! cannot lose part of a line.

use super::rewrite::{Rewrite, narrow};
use super::{Washed, begins_a_statement, holds_code};

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
/// Longest control sequence; beyond it the escape character was a stray one.
const SEQUENCE_BYTES_MAX: usize = 64;
/// A move to the left by this much or more is a move to the start of the line.
const FAR_LEFT: usize = 80;

pub(super) fn render(text: &str) -> Option<Washed> {
    if !text.as_bytes().contains(&ESCAPE) {
        return None;
    }
    let mut screen = Screen::new(text);
    screen.draw();
    Some(screen.wash())
}

/// A run of text, a line end, or something put in the place of a sequence.
#[derive(Clone, Copy)]
struct Part {
    start: u32,
    end: u32,
    line: u32,
    instead: Option<&'static str>,
}

#[derive(Clone, Copy)]
struct Line {
    erased: bool,
    blank: bool,
    could_run: bool,
}

struct Screen<'a> {
    text: &'a str,
    /// In the order of the text, so that places never go backwards, whatever the cursor does.
    parts: Vec<Part>,
    lines: Vec<Line>,
    /// The line that each row of the screen shows.
    rows: Vec<u32>,
    row: usize,
    at_start: bool,
    erased: usize,
    spared: usize,
}

impl<'a> Screen<'a> {
    fn new(text: &'a str) -> Self {
        let mut screen = Self {
            text,
            parts: Vec::new(),
            lines: Vec::new(),
            rows: Vec::new(),
            row: 0,
            at_start: true,
            erased: 0,
            spared: 0,
        };
        let line = screen.new_line();
        screen.rows.push(line);
        screen
    }

    fn draw(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\n' => {
                    self.put(at, at + 1, None);
                    self.down();
                    at += 1;
                }
                &ESCAPE => at = self.escape(at),
                _ => {
                    let rest = bytes.get(at..).unwrap_or(&[]);
                    let length = rest
                        .iter()
                        .position(|byte| matches!(*byte, b'\n' | ESCAPE))
                        .unwrap_or(rest.len());
                    self.write(at, at + length);
                    at += length;
                }
            }
        }
    }

    /// Carries out the sequence at `at` and returns where it ends.
    fn escape(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        match bytes.get(at + 1) {
            Some(b'[') => {
                let body = bytes.get(at + 2..).unwrap_or(&[]);
                let body = body.get(..SEQUENCE_BYTES_MAX).unwrap_or(body);
                let length = body.iter().position(|byte| !(0x20..=0x3f).contains(byte));
                let Some((length, last)) = length.and_then(|n| Some((n, *body.get(n)?))) else {
                    return at + 2;
                };
                if !(0x40..=0x7e).contains(&last) {
                    return at + 2;
                }
                let end = at + 2 + length + 1;
                self.control(at, end, body.get(..length).unwrap_or(&[]), last);
                end
            }
            // Titles, links and the like. They end on the same line; one that does not is a stray escape
            // character, and what follows it is text.
            Some(b']' | b'P' | b'X' | b'^' | b'_') => {
                let body = bytes.get(at + 2..).unwrap_or(&[]);
                let stop = body.iter().position(|byte| matches!(*byte, BELL | ESCAPE | b'\n'));
                match stop.and_then(|n| Some((n, body.get(n)?, body.get(n + 1)))) {
                    Some((length, &BELL, _)) => at + 2 + length + 1,
                    Some((length, &ESCAPE, Some(b'\\'))) => at + 2 + length + 2,
                    _ => at + 1,
                }
            }
            Some(b'(' | b')' | b'*' | b'+' | b'#' | b'%') if at + 2 < bytes.len() => {
                // One of them names a character set with one more byte.
                let next = bytes.get(at + 2).copied().unwrap_or(b' ');
                if next.is_ascii_graphic() { at + 3 } else { at + 2 }
            }
            Some(b'=' | b'>' | b'7' | b'8' | b'c' | b'M' | b'D' | b'E' | b'H') => at + 2,
            _ => at + 1,
        }
    }

    fn control(&mut self, start: usize, end: usize, parameters: &[u8], last: u8) {
        let number = |missing: usize| {
            let digits: String = parameters
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .map(|byte| char::from(*byte))
                .collect();
            digits.parse().unwrap_or(missing)
        };
        match last {
            b'A' | b'F' => {
                self.row = self.row.saturating_sub(number(1).max(1));
                self.at_start |= last == b'F';
            }
            b'B' | b'E' => self.move_down(number(1).max(1), last == b'E'),
            b'C' => self.put(start, end, Some(" ")),
            b'G' if number(1) <= 1 => self.start_over(start, end),
            b'D' if number(1) >= FAR_LEFT => self.start_over(start, end),
            b'K' if number(0) == 2 || (number(0) == 0 && self.at_start) => self.erase(self.row),
            b'J' if number(0) == 0 => self.erase_below(),
            _ => {}
        }
    }

    /// The cursor goes to the start of a line that may hold text: what follows is drawn over it, which
    /// the next step sorts out like a carriage return.
    fn start_over(&mut self, start: usize, end: usize) {
        let line = self.rows.get(self.row).copied().unwrap_or(0);
        if self.lines.get(line as usize).is_some_and(|line| !line.blank) {
            self.put(start, end, Some("\r"));
        }
        self.at_start = true;
    }

    fn move_down(&mut self, by: usize, to_start: bool) {
        let lowest = self.rows.len().saturating_sub(1);
        let wanted = self.row.saturating_add(by);
        self.row = wanted.min(lowest);
        self.at_start |= to_start;
        // Rows that were never written to are not kept; what is written there is a line of its own.
        if wanted > lowest {
            let line = self.new_line();
            self.show(lowest, line);
        }
    }

    /// Erased rows are forgotten, so that erasing over and over costs nothing.
    fn erase_below(&mut self) {
        let first = self.row + usize::from(!self.at_start);
        for row in first..self.rows.len() {
            self.erase(row);
        }
        self.rows.truncate(self.row + 1);
    }

    fn show(&mut self, row: usize, line: u32) {
        if let Some(shown) = self.rows.get_mut(row) {
            *shown = line;
        }
    }

    fn write(&mut self, start: usize, end: usize) {
        let run = self.text.get(start..end).unwrap_or("");
        self.put(start, end, None);
        let line = self.rows.get(self.row).copied().unwrap_or(0);
        if let Some(line) = self.lines.get_mut(line as usize) {
            // A menu may say "create table" further on in a line, in a colour of its own.
            line.could_run |= holds_code(run) || (line.blank && begins_a_statement(run));
            line.blank &= run.trim().is_empty();
        }
        self.at_start = run.ends_with('\r');
    }

    fn put(&mut self, start: usize, end: usize, instead: Option<&'static str>) {
        let line = self.rows.get(self.row).copied().unwrap_or(0);
        let (start, end) = (narrow(start), narrow(end));
        self.parts.push(Part { start, end, line, instead });
    }

    fn down(&mut self) {
        self.row += 1;
        if self.row >= self.rows.len() {
            let line = self.new_line();
            self.rows.push(line);
        }
        self.at_start = true;
    }

    fn erase(&mut self, row: usize) {
        let Some(line) = self.rows.get(row).copied() else { return };
        if let Some(line) = self.lines.get_mut(line as usize) {
            if line.could_run {
                self.spared += 1;
            } else {
                line.erased = true;
                self.erased += usize::from(!line.blank);
            }
        }
        let fresh = self.new_line();
        self.show(row, fresh);
    }

    fn new_line(&mut self) -> u32 {
        self.lines.push(Line { erased: false, blank: true, could_run: false });
        narrow(self.lines.len() - 1)
    }

    fn wash(self) -> Washed {
        let mut rewrite = Rewrite::new(self.text);
        let mut line = None;
        for part in &self.parts {
            if self.lines.get(part.line as usize).is_some_and(|line| line.erased) {
                continue;
            }
            let range = part.start as usize..part.end as usize;
            if line.is_some_and(|line| line != part.line) && !rewrite.is_at_line_start() {
                rewrite.replace(range.start..range.start, "\n");
            }
            line = Some(part.line);
            match part.instead {
                Some(instead) => rewrite.replace(range, instead),
                None => rewrite.keep(range),
            }
        }
        let mut notes = vec!["Terminal colours and cursor movements were removed.".to_owned()];
        if self.erased > 0 {
            notes.push(format!(
                "Lines that the terminal had erased were left out: {}.",
                self.erased
            ));
        }
        if self.spared > 0 {
            notes.push(format!(
                "Lines that a terminal would have hidden were kept, because they could run: {}.",
                self.spared
            ));
        }
        Washed::new(rewrite, notes)
    }
}
