//! Suppressing a finding: a reason, how far it reaches, until when; and what to write where (docs/settings.md).
//!
//! The address holds all of it: the finding's id, and after it `|s=` how far, `|u=` the last day, `|r=` the reason,
//! of which the last of each counts. So each field only adds to the address.

use super::Query;
use super::words::{finding as named, input, link, pre, prose, section, text};
use crate::renderers::visible::hides;
use crate::wire::escaped::escape;
use crate::wire::{Block, Book, FindingRow, Is, Kind};

/// A shorter reason tells nobody anything (ux.md FI-10).
const REASON_CHARS_MIN: usize = 8;
const FILE: &str = "retort.toml";

/// How far a suppression reaches: its word in the address, and its name.
const REACHES: [(&str, &str); 3] = [
    ("here", "this finding"),
    ("revision", "this rule in this revision or file"),
    ("all", "this rule, everywhere"),
];

/// What was filled in: the finding, and the keys that were said of it.
struct Form<'a> {
    id: &'a str,
    said: Vec<(&'a str, &'a str)>,
}

impl<'a> Form<'a> {
    fn read(value: &'a str) -> Self {
        let mut parts = value.split('|');
        let id = parts.next().unwrap_or_default();
        Self { id, said: parts.filter_map(|part| part.split_once('=')).collect() }
    }

    fn get(&self, key: &str) -> &'a str {
        self.said.iter().rfind(|(of, _)| *of == key).map_or("", |(_, value)| value.trim())
    }

    /// The address to which a value of this key is added.
    fn to(&self, key: &str) -> String {
        let mut value = self.id.to_owned();
        for other in ["s", "u", "r"].into_iter().filter(|other| *other != key) {
            let held = self.get(other);
            if !held.is_empty() {
                value.push_str(&["|", other, "=", held].concat());
            }
        }
        ["?ignore=", &escape(&[&value, "|", key, "="].concat())].concat()
    }
}

/// Composes the form, and what comes of it.
pub fn ignore(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let form = Form::read(query.get("ignore"));
    let of = named(book.report(), form.id).ok_or("That finding isn't in this review.")?;
    let say = "It stays in the report with the reason, and decides nothing. What Retort couldn't understand keeps \
        the verdict unknown all the same.";
    let reach = REACHES.iter().enumerate().map(|(ix, (word, name))| {
        let held = form.get("s");
        let chosen = *word == held || (ix == 0 && held.is_empty());
        Block::new(if chosen { Is::Chosen } else { Is::Choice }, *name).to(*word)
    });
    let field = |is, label: &str, key: &str| {
        Block::new(is, label).to(form.to(key)).with(text(Is::Row, form.get(key)))
    };
    let mut blocks = vec![
        Block::of(Is::Meta, vec![Block::new(Is::Badge, "Suppress"), text(Is::Note, &of.rule)]),
        Block::of(Is::Title, vec![link("?f=", &of.id, prose(Is::Span, &of.title))]),
        Block::new(Is::Dim, say),
        field(Is::Ask, "Reason", "r"),
        Block::new(Is::Menu, "Reaches").to(form.to("s")).with(reach),
        field(Is::AskDate, "Until", "u"),
    ];
    if form.get("r").chars().count() < REASON_CHARS_MIN {
        blocks.push(Block::new(Is::Dim, "A reason of eight characters or more is needed."));
    } else {
        blocks.extend(written(of, &form, book));
    }
    Ok(blocks)
}

/// The entry for the settings, and the comment where one counts.
fn written(of: &FindingRow, form: &Form<'_>, book: &dyn Book) -> Vec<Block> {
    let entry = entry(of, form);
    // What is there already is kept, and the entry put after it.
    let settings = book.report().inputs.iter().filter(|it| it.kind == Kind::Settings);
    let nearest = settings.min_by_key(|it| it.path.len());
    let before = nearest.and_then(|it| book.source(&it.path)).unwrap_or_default();
    let gap = if before.is_empty() { "" } else { "\n" };
    let whole = [before, gap, &entry].concat();
    let name = nearest.map_or(FILE, |it| it.path.as_str());
    let file =
        |is, label: &str| Block::new(is, label).to(name).with(Block::new(Is::Row, whole.as_str()));
    let mut ways = vec![Block::new(Is::Copy, "Copy the entry").to(entry.as_str())];
    if book.has_files() {
        ways.push(Block { is: Is::Give, ..file(Is::Save, "Use it here") });
        ways.push(file(Is::Save, "Save the file"));
    }
    let mut blocks =
        vec![section(&["In ", FILE].concat(), [pre(&entry), Block::of(Is::Buttons, ways)])];
    let mark = match input(book.report(), &of.file).map(|row| row.kind) {
        Some(Kind::AlembicRevision) => "#",
        Some(Kind::Sql) => "--",
        _ => return blocks,
    };
    let until = form.get("u");
    let until = if until.is_empty() { String::new() } else { [" until=", until].concat() };
    let comment = [mark, " retort: ignore ", &of.rule, " — ", form.get("r"), &until].concat();
    let shown = pre(&comment);
    let copy = Block::of(Is::Buttons, vec![Block::new(Is::Copy, "Copy the comment").to(comment)]);
    blocks.push(section("Or beside the statement", [shown, copy]));
    blocks
}

/// A `[[suppress]]` table.
fn entry(of: &FindingRow, form: &Form<'_>) -> String {
    let mut lines =
        vec!["[[suppress]]".to_owned(), line("rule", &of.rule), line("reason", form.get("r"))];
    let reach = form.get("s");
    if reach != "all" {
        let place = of.revision.as_deref().map(|revision| line("revision", revision));
        let file = || (!of.file.is_empty()).then(|| line("file", &of.file));
        lines.extend(place.or_else(file));
    }
    if reach.is_empty() || reach == "here" {
        lines.extend(of.objects.first().map(|object| line("object", &object.label())));
    }
    if !form.get("u").is_empty() {
        // Only what looks like a date, since it stands there without quotes.
        let date: String =
            form.get("u").chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
        lines.push(["until = ", &date].concat());
    }
    lines.push(String::new());
    lines.join("\n")
}

fn line(key: &str, value: &str) -> String {
    let mut quoted = [key, " = \""].concat();
    for c in value.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // As TOML writes what nobody would see.
            c if hides(c) => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
