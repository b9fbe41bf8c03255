//! The part of YAML 1.2 that deploy files are written in, and with it JSON.
//!
//! Block mappings and lists, flow mappings and lists, plain and quoted scalars, `|` and `>` texts, comments.
//! Anchors, aliases, tags, merge keys and keys that are no plain scalar are not followed: where one
//! stands, reading says so and the value there is nothing. Of several documents the first is read.

use std::ops::Range;

use crate::limits;

use super::tree::{Node, NodeKind};

/// What was not followed, and where.
pub type Open = (usize, &'static str);

/// Reads a text. Total and bounded: nesting has its limit, and each line is looked at once for each level.
pub fn read(text: &str) -> (Node, Vec<Open>) {
    let mut reader = Reader { text, lines: lines(text), line: 0, open: Vec::new() };
    let node = match text.trim_start().starts_with(['{', '[']) {
        true => {
            let start = text.len() - text.trim_start().len();
            Flow { text, at: start, open: &mut reader.open }.value(0)
        }
        false => reader.block(0, 0),
    };
    if let Some(line) = reader.lines.get(reader.line).filter(|_| reader.open.is_empty()) {
        let at = line.start;
        if !text.trim_start().starts_with(['{', '[']) {
            reader.open.push((at, "the file is not laid out as YAML from here on"));
        }
    }
    (node, reader.open)
}

/// A line that says something.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    indent: usize,
    end: usize,
}

fn lines(text: &str) -> Vec<Line> {
    let mut all = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        let indent = body.len() - body.trim_start_matches(' ').len();
        let rest = body.trim_start();
        if body.starts_with("---") && !all.is_empty() {
            break;
        }
        if !rest.is_empty()
            && !rest.starts_with('#')
            && !body.starts_with("---")
            && !body.starts_with('%')
        {
            all.push(Line { start, indent, end: start + body.len() });
        }
        start += line.len();
    }
    all
}

struct Reader<'a> {
    text: &'a str,
    lines: Vec<Line>,
    line: usize,
    open: Vec<Open>,
}

impl<'a> Reader<'a> {
    fn slice(&self, at: Range<usize>) -> &'a str {
        self.text.get(at).unwrap_or_default()
    }

    /// The mapping, list or scalar whose lines are indented by `indent` or more.
    fn block(&mut self, indent: usize, depth: usize) -> Node {
        let Some(first) = self.lines.get(self.line).copied().filter(|line| line.indent >= indent)
        else {
            return Node::default();
        };
        if depth > limits::NESTING_MAX {
            self.open.push((first.start, "nested too deeply to be read"));
            self.line = self.lines.len();
            return Node::default();
        }
        let body = self.slice(first.start + first.indent..first.end);
        if body == "-" || body.starts_with("- ") {
            return self.list(first.indent, depth);
        }
        match key_of(body) {
            Some(_) => self.map(first.indent, depth),
            None => {
                let (start, end) = (first.start + first.indent, first.end);
                self.line += 1;
                self.inline(start, end, indent)
            }
        }
    }

    fn list(&mut self, indent: usize, depth: usize) -> Node {
        let mut items = Vec::new();
        let mut at = 0..0;
        while let Some(line) = self.lines.get(self.line).copied() {
            let body = self.slice(line.start + line.indent..line.end);
            if line.indent != indent || !(body == "-" || body.starts_with("- ")) {
                break;
            }
            if items.is_empty() {
                at.start = line.start + line.indent;
            }
            let after = body.trim_start_matches('-').trim_start();
            if after.is_empty() || after.starts_with('#') {
                self.line += 1;
                items.push(self.block(indent + 1, depth + 1));
            } else {
                // What follows the dash is read as a line of its own, further in.
                let column = indent + body.len() - after.len();
                if let Some(own) = self.lines.get_mut(self.line) {
                    own.indent = column;
                }
                items.push(self.block(column, depth + 1));
            }
            at.end = items.last().map_or(at.end, |item| item.at.end);
        }
        Node { kind: NodeKind::List(items), at }
    }

    fn map(&mut self, indent: usize, depth: usize) -> Node {
        let mut entries = Vec::new();
        let mut at = 0..0;
        while let Some(line) =
            self.lines.get(self.line).copied().filter(|line| line.indent == indent)
        {
            let start = line.start + indent;
            let body = self.slice(start..line.end);
            let Some((key, length)) = key_of(body) else { break };
            if entries.is_empty() {
                at.start = start;
            }
            if key == "<<" {
                self.open.push((start, "a merge key (`<<`) is not followed"));
            }
            let rest = body.get(length..).unwrap_or_default();
            let value_at = line.end - rest.trim_start().len();
            self.line += 1;
            let mut value = match rest.trim_start() {
                "" => self.under(indent, depth),
                comment if comment.starts_with('#') => self.under(indent, depth),
                _ => self.inline(value_at, line.end, indent + 1),
            };
            if value.at.is_empty() {
                value.at = start..start + key.len();
            }
            at.end = value.at.end;
            entries.push((key, value));
        }
        Node { kind: NodeKind::Map(entries), at }
    }

    /// The value below a key: further in, or a list that stands as far out as the key.
    fn under(&mut self, indent: usize, depth: usize) -> Node {
        let next = self.lines.get(self.line).copied();
        let dash = |line: Line| self.slice(line.start + line.indent..line.end).starts_with('-');
        match next {
            Some(line) if line.indent > indent => self.block(indent + 1, depth + 1),
            Some(line) if line.indent == indent && dash(line) => self.list(indent, depth + 1),
            _ => Node::default(),
        }
    }

    /// A value that begins in a line of a key or dash; `inner` is how far in its other lines stand.
    fn inline(&mut self, start: usize, end: usize, inner: usize) -> Node {
        let body = self.slice(start..end);
        match body.chars().next() {
            Some('|' | '>') => self.literal(start, end, inner),
            Some('{' | '[' | '"' | '\'') => {
                let mut flow = Flow { text: self.text, at: start, open: &mut self.open };
                let node = flow.value(0);
                let at = flow.at;
                // Lines that the value took belong to nothing else.
                while self.lines.get(self.line).is_some_and(|line| line.start < at) {
                    self.line += 1;
                }
                node
            }
            Some('&' | '*' | '!') => {
                self.open.push((start, "an anchor, alias or tag is not followed"));
                while self.lines.get(self.line).is_some_and(|line| line.indent >= inner) {
                    self.line += 1;
                }
                Node { kind: NodeKind::Nothing, at: start..end }
            }
            _ => self.plain(start, end, inner),
        }
    }

    fn plain(&mut self, start: usize, mut end: usize, inner: usize) -> Node {
        let mut text = uncommented(self.slice(start..end)).to_owned();
        // A plain scalar goes on in lines that stand further in than its key.
        while let Some(line) =
            self.lines.get(self.line).copied().filter(|line| line.indent >= inner)
        {
            if key_of(self.slice(line.start + line.indent..line.end)).is_some() {
                self.open.push((line.start, "a key stands further in than its neighbours"));
            }
            text.push(' ');
            text.push_str(uncommented(self.slice(line.start + line.indent..line.end)));
            end = line.end;
            self.line += 1;
        }
        let kind = match text.as_str() {
            "" | "~" | "null" => NodeKind::Nothing,
            _ => NodeKind::Text(text),
        };
        Node { kind, at: start..end }
    }

    /// `|` and `>`: the lines that stand further in, comments and empty lines among them.
    fn literal(&mut self, start: usize, end: usize, inner: usize) -> Node {
        let folds = self.slice(start..end).starts_with('>');
        let mut stop = self.text.len();
        while let Some(line) = self.lines.get(self.line).copied() {
            if line.indent < inner {
                stop = line.start;
                break;
            }
            self.line += 1;
        }
        let from =
            self.text.get(end..).and_then(|rest| rest.find('\n')).map_or(stop, |at| end + at + 1);
        let body = self.slice(from.min(stop)..stop);
        let indent = body
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| line.len() - line.trim_start_matches(' ').len())
            .next()
            .unwrap_or(0);
        let stripped = body.lines().map(|line| line.get(indent..).unwrap_or_default());
        let joined = stripped.collect::<Vec<_>>().join(if folds { " " } else { "\n" });
        let text = joined.trim_end().to_owned();
        Node {
            kind: NodeKind::Text(text),
            at: from.min(stop)..from.min(stop) + body.trim_end().len(),
        }
    }
}

/// Returns the key that a line begins with, and how long it is with its colon.
fn key_of(body: &str) -> Option<(String, usize)> {
    if let Some(quote) = body.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = body.get(1..)?;
        let end = inner.find(quote)?;
        let after = inner.get(end + 1..)?;
        let is_key = after.trim_start().starts_with(':');
        let length = end + 2 + after.find(':').unwrap_or(0) + 1;
        return is_key.then(|| (inner.get(..end).unwrap_or_default().to_owned(), length));
    }
    if body.starts_with(['{', '[', '#', '|', '>', '&', '*', '!', '?']) {
        return None;
    }
    let at = body.match_indices(':').map(|(at, _)| at).find(|at| {
        body.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })?;
    let key = body.get(..at)?.trim_end();
    (!key.is_empty() && !key.contains(" #")).then(|| (key.to_owned(), at + 1))
}

fn uncommented(text: &str) -> &str {
    text.find(" #").map_or(text, |at| text.get(..at).unwrap_or(text)).trim_end()
}

/// `{…}`, `[…]` and quoted scalars, over as many lines as they take.
struct Flow<'a, 'o> {
    text: &'a str,
    at: usize,
    open: &'o mut Vec<Open>,
}

impl Flow<'_, '_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blank(&mut self) {
        loop {
            self.at = self.text.len() - self.rest().trim_start().len();
            if !self.rest().starts_with('#') {
                return;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    fn value(&mut self, depth: usize) -> Node {
        self.blank();
        let start = self.at;
        if depth > limits::NESTING_MAX {
            self.open.push((start, "nested too deeply to be read"));
            self.at = self.text.len();
            return Node::default();
        }
        let kind = match self.rest().chars().next() {
            Some('{') => self.members('}', depth),
            Some('[') => self.members(']', depth),
            Some('"' | '\'') => NodeKind::Text(self.quoted()),
            _ => {
                let length = self.rest().find([',', '}', ']', '\n']).unwrap_or(self.rest().len());
                // `key: value` stops at the colon.
                let body = self.rest().get(..length).unwrap_or_default();
                let length = body.find(": ").unwrap_or(body.trim_end_matches(':').len());
                let text = body.get(..length).unwrap_or_default().trim().to_owned();
                self.at += length;
                if text.is_empty() || text == "null" {
                    NodeKind::Nothing
                } else {
                    NodeKind::Text(text)
                }
            }
        };
        Node { kind, at: start..self.at }
    }

    fn members(&mut self, close: char, depth: usize) -> NodeKind {
        let (mut items, mut entries) = (Vec::new(), Vec::new());
        self.at += 1;
        loop {
            self.blank();
            let Some(next) = self.rest().chars().next() else {
                self.open.push((self.at, "a bracket is not closed"));
                break;
            };
            if next == close {
                self.at += 1;
                break;
            }
            if next == ',' {
                self.at += 1;
                continue;
            }
            let before = self.at;
            let item = self.value(depth + 1);
            self.blank();
            if close == '}' {
                let value = match self.rest().starts_with(':') {
                    true => {
                        self.at += 1;
                        self.value(depth + 1)
                    }
                    false => Node::default(),
                };
                entries.push((item.text().unwrap_or_default().to_owned(), value));
            } else {
                items.push(item);
            }
            if self.at == before {
                // A bracket of the other kind, or the like.
                self.open.push((before, "this is not YAML that can be read"));
                self.at = self.text.len();
            }
        }
        if close == '}' { NodeKind::Map(entries) } else { NodeKind::List(items) }
    }

    fn quoted(&mut self) -> String {
        let mut text = String::new();
        let body = self.rest();
        let quote = body.chars().next().unwrap_or('"');
        let mut chars = body.char_indices().skip(1).peekable();
        let mut length = body.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' if quote == '"' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, '\n')) => {}
                    Some((_, other)) => text.push(other),
                    None => {}
                },
                c if c == quote => {
                    if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') {
                        chars.next();
                        text.push('\'');
                        continue;
                    }
                    length = at + 1;
                    break;
                }
                c => text.push(c),
            }
        }
        self.at += length;
        text
    }
}
