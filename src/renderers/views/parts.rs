//! Tables and what stands beside them, as lines with signs.

use super::Query;
use super::words::{more, place, short};
use crate::renderers::visible::visible;
use crate::wire::schema::OriginView;
use crate::wire::words::count;
use crate::wire::{Block, Book, Is, ObjectKind, Part, PartLine, Sign};

/// Things that are listed at once; more are counted.
pub const PARTS_MAX: usize = 400;

/// Longer lines are folded.
const LINE_CHARS_MAX: usize = 2_000;

/// Lists parts, each drawn by `draw`; of very many the first ones, and the way to the place with all of them.
pub fn all(
    parts: &[&Part],
    draw: fn(&Part, bool) -> Block,
    query: &Query<'_>,
    place: &str,
    book: &dyn Book,
) -> Vec<Block> {
    let shown = if query.get("all").is_empty() { PARTS_MAX } else { parts.len() };
    let mut blocks: Vec<Block> =
        parts.iter().take(shown).map(|part| draw(part, book.has_files())).collect();
    if let Some(said) = more(parts.len(), shown) {
        let anyway =
            Block::new(Is::Button, "Show anyway").to(["/schema?", place, "&all=1"].concat());
        blocks.extend([said, Block::of(Is::Buttons, vec![anyway])]);
    }
    blocks
}

/// A line, or how long it is and the line once it is asked for.
fn text(is: Is, words: &str) -> Block {
    let line = super::words::text(is, words);
    if words.len() <= LINE_CHARS_MAX {
        return line;
    }
    let beginning: String = words.chars().take(80).collect();
    let long = count(words.len(), "character", "characters");
    let head = super::words::text(Is::Row, &[&beginning, "… ", &long, ". Show anyway"].concat());
    Block::of(is, vec![Block::of(Is::Fold, vec![head, line])])
}

/// What changed in something: only the lines that did.
pub fn changed(it: &Part, has_files: bool) -> Block {
    let (sign, is) = match it.sign {
        Sign::Added => ("+ ", Is::Added),
        Sign::Removed => ("− ", Is::Removed),
        Sign::Same | Sign::Changed => ("", Is::Same),
    };
    let name = [sign, it.kind.word(), " ", &it.name].concat();
    let mut head = Block::of(is, vec![text(Is::Strong, &name)]);
    head.kids.extend(it.origin.iter().map(|made| origin(made, has_files)));
    let open =
        it.open.then(|| Block::of(Is::Same, vec![Block::new(Is::Hatch, "part is not known")]));
    let lines = it.lines.iter().filter(|line| line.sign != Sign::Same);
    Block::of(Is::Diff, vec![head]).with(lines.flat_map(|one| line(one, has_files))).with(open)
}

fn line(line: &PartLine, has_files: bool) -> Vec<Block> {
    let row = |is, sign: &str, said: &str| text(is, &[sign, " ", said].concat());
    let mut rows = match (line.sign, &line.was) {
        (Sign::Added, _) => vec![row(Is::Added, "+", &line.text)],
        (Sign::Removed, _) => vec![row(Is::Removed, "−", &line.text)],
        (_, Some(was)) => vec![row(Is::Removed, "−", was), row(Is::Added, "+", &line.text)],
        _ => vec![row(Is::Same, "~", &line.text)],
    };
    if let (Some(last), Some(of)) = (rows.last_mut(), &line.origin) {
        last.kids.push(origin(of, has_files));
    }
    rows
}

/// Something that is there, folded.
pub fn listed(it: &Part, has_files: bool) -> Block {
    let kind = if it.kind == ObjectKind::Table { "" } else { it.kind.word() };
    let sign = match it.sign {
        Sign::Added => Some(Block::new(Is::Badge, "added")),
        Sign::Changed => Some(Block::new(Is::Badge, "changed")),
        Sign::Same | Sign::Removed => None,
    };
    let head = Block::of(Is::Span, vec![text(Is::Code, &it.name)])
        .with(Block::new(Is::Note, [" ", kind, " "].concat()))
        .with(sign);
    let here = it.lines.iter().filter(|line| line.sign != Sign::Removed);
    // What was there from the start needs no word of it on every line.
    let row = |line: &PartLine| {
        let since = line.origin.as_ref().filter(|_| line.origin != it.origin);
        text(Is::Same, &line.text).with(since.map(|of| origin(of, has_files)))
    };
    let made = it.origin.iter().map(|of| Block::of(Is::Same, vec![origin(of, has_files)]));
    let mut lines: Vec<Block> = made.chain(here.map(row)).collect();
    if it.lines.is_empty() {
        lines.push(Block::new(Is::Same, "No more is known of it."));
    }
    if it.open {
        lines.push(Block::new(Is::Same, "There may be more in it."));
    }
    Block::of(Is::Fold, vec![head, Block::of(Is::Diff, lines)])
}

/// The step that touched something last.
fn origin(of: &OriginView, has_files: bool) -> Block {
    let revision = Block::new(Is::Note, visible(short(&of.revision)));
    let way = super::words::link("?rev=", &of.revision, revision);
    let mut kids = vec![Block::new(Is::Row, " "), way];
    if !of.file.is_empty() {
        kids.push(Block::new(Is::Row, " "));
        kids.push(place(&of.file, of.line, has_files));
    }
    Block::of(Is::Note, kids)
}

/// `12 tables · 2 types`.
pub fn counted(parts: &[&Part]) -> String {
    let kinds = [
        (ObjectKind::Table, "table", "tables"),
        (ObjectKind::Type, "type", "types"),
        (ObjectKind::View, "view", "views"),
        (ObjectKind::Sequence, "sequence", "sequences"),
        (ObjectKind::Extension, "extension", "extensions"),
    ];
    let said = |(kind, one, many)| {
        let of_kind = parts.iter().filter(|part| part.kind == kind).count();
        (of_kind > 0 || kind == ObjectKind::Table).then(|| count(of_kind, one, many))
    };
    kinds.into_iter().filter_map(said).collect::<Vec<_>>().join(" · ")
}
