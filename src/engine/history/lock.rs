//! `retort.lock`: each revision as it was released, one line each.
//!
//! A line has the id, the parents, what it depends on, its labels, the code of its upgrade, the code of its
//! downgrade, and the folder of its chain. Lines are in the order of folders and ids, so that two branches
//! that add revisions rarely touch the same line. The folder only says which lines belong together: a chain
//! is known again by its ids.

use crate::engine::chain::{Chain, Code, Codes};
use crate::engine::span::{DocumentId, Span};

use super::{Change, What, added, graph_differences, home, live, renamed};

/// What the file is called.
pub const FILE_NAME: &str = "retort.lock";
/// The first line, up to the version. What a code is made of (`python/fingerprint.rs`) may change only with
/// the version.
const TITLE: &str = "# retort.lock ";
const VERSION: &str = "1";
const ABOUT: &str = "# Written by `retort lock`: id, parents, dependencies, labels, code of upgrade and downgrade, folder.";
/// Parents that could not be read.
const NOT_READ: &str = "?";

/// What a lock file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    pub document: DocumentId,
    pub rows: Vec<Locked>,
    /// Lines that can't be read, and why.
    pub mistakes: Vec<(Span, &'static str)>,
}

/// One revision of a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    pub id: String,
    /// `None` where they could not be read when the file was written.
    pub down: Option<Vec<String>>,
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    pub code: Code,
    pub root: String,
    pub span: Span,
}

/// Writes the lock of some chains; the same chains always give the same text.
pub fn write(chains: &[Chain], codes: &Codes) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    for chain in chains {
        for (_, one) in live(chain) {
            let down = match &one.unread_parents {
                Some(_) => NOT_READ.to_owned(),
                None => list(&one.down),
            };
            let code = |code: u64| format!("{code:016x}");
            let own = codes.of(one);
            let parts = [
                escaped(&one.id),
                down,
                list(&one.depends_on),
                list(&one.labels),
                code(own.upgrade),
                code(own.downgrade),
                word(&escaped(&chain.root)),
            ];
            lines.push((chain.root.clone(), parts.join(" ")));
        }
    }
    crate::ordered::sort(&mut lines);
    let mut text = [TITLE, VERSION, "\n", ABOUT, "\n"].concat();
    for (_, line) in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Sorted, since Alembic gives their order no meaning.
fn list(ids: &[String]) -> String {
    let mut ids: Vec<String> = ids.iter().map(|id| escaped(id)).collect();
    crate::ordered::sort(&mut ids);
    word(&ids.join(","))
}

fn word(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.to_owned() }
}

/// What would end a word or a list, as `%` and its code; a lone `-` and `?` too.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let plain = !c.is_whitespace() && !c.is_control() && !matches!(c, ',' | '%');
        if plain && !matches!(text, "-" | NOT_READ) {
            out.push(c);
        } else {
            out.push_str(&format!("%{:x};", u32::from(c)));
        }
    }
    out
}

fn plain(word: &str) -> String {
    let mut parts = word.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once(';').unwrap_or((part, ""));
        out.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
        out.push_str(rest);
    }
    out
}

impl Lock {
    /// Returns whether a text begins like a lock file.
    pub fn is_one(text: &str) -> bool {
        text.starts_with(TITLE)
    }

    /// Reads a lock file. Total: a line that can't be read is a mistake.
    pub fn read(document: DocumentId, text: &str) -> Self {
        let mut lock = Self { document, rows: Vec::new(), mistakes: Vec::new() };
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let trimmed = line.trim();
            let span = Span::new(document, start, start + line.trim_end().len());
            start += line.len();
            if number == 0 && trimmed.strip_prefix(TITLE) != Some(VERSION) {
                let what =
                    "a lock file of another version of Retort: write it anew with `retort lock`";
                lock.mistakes.push((span, what));
                return lock;
            }
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            match row(trimmed, span) {
                Some(row) => lock.rows.push(row),
                None => lock
                    .mistakes
                    .push((span, "no line of a lock file: write it anew with `retort lock`")),
            }
        }
        lock
    }
}

fn row(line: &str, span: Span) -> Option<Locked> {
    let words: Vec<&str> = line.split(' ').collect();
    let [id, down, depends_on, labels, upgrade, downgrade, root] = words.as_slice() else {
        return None;
    };
    let list = |word: &str| -> Vec<String> {
        if word == "-" { Vec::new() } else { word.split(',').map(plain).collect() }
    };
    let code = |word: &str| u64::from_str_radix(word, 16).ok();
    Some(Locked {
        id: plain(id),
        down: (*down != NOT_READ).then(|| list(down)),
        depends_on: list(depends_on),
        labels: list(labels),
        code: Code { upgrade: code(upgrade)?, downgrade: code(downgrade)?, is_straight: false },
        root: if *root == "-" { String::new() } else { plain(root) },
        span,
    })
}

/// Compares chains with what a lock file says of them.
pub fn against(lock: &Lock, now: &[Chain], codes: &Codes) -> Vec<Change> {
    let mut found = Vec::new();
    let mut known = crate::ordered::Set::new();
    let mut rows = lock.rows.as_slice();
    while let Some(first) = rows.first() {
        let count = rows.iter().take_while(|row| row.root == first.root).count();
        let (own, rest) = rows.split_at(count);
        rows = rest;
        let home = home(own.iter().map(|row| row.id.as_str()), now);
        for row in own {
            let there = home.and_then(|home| {
                let chain = now.get(home)?;
                let ix = chain.find(&row.id)?;
                Some((home, ix, chain.revision(ix)?))
            });
            let change = |what, now| Change { id: row.id.clone(), what, now, was: Some(row.span) };
            let Some((home, ix, one)) = there else {
                found.push(change(What::Deleted, None));
                continue;
            };
            known.insert((home, ix));
            let down = match one.unread_parents {
                Some(_) => &one.down,
                None => row.down.as_ref().unwrap_or(&one.down),
            };
            let mut whats = graph_differences((down, &row.depends_on, &row.labels), one);
            let code = codes.of(one);
            if row.code.upgrade != code.upgrade {
                whats.push(What::Rewritten { whole: false });
            } else if row.code.downgrade != code.downgrade {
                whats.push(What::Downgrade);
            }
            found.extend(whats.into_iter().map(|what| change(what, Some((home, ix)))));
        }
    }
    added(now, &known, &mut found);
    let code = |id: &str| lock.rows.iter().find(|row| row.id == id).map(|row| row.code);
    renamed(code, (now, codes), &mut found);
    found
}
