//! Schemas side by side: the estate at a glance, two ends compared, and the schema at a revision.

use super::parts::{self, changed, listed};
use super::words::{button, code, link, nothing, section, short, text, unknown};
use super::{Query, holds};
use crate::renderers::visible::visible;
use crate::wire::escaped::escape;
use crate::wire::schema::UndecidedView;
use crate::wire::words::{count, thousands};
use crate::wire::{
    Block, Book, ChainView, ComparisonView, Is, ObjectKind, Part, Report, SchemaSummary, Sign,
};

/// Revisions that are offered in a menu, newest first.
const OFFERED_MAX: usize = 60;

/// Composes the panel: the schema at a revision where one is asked for, else two ends.
pub fn schema(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let words = query.words();
    match query.get("at") {
        "" => ends(query, book, &words),
        at => at_revision(at, query, book, &words),
    }
}

// The estate.

/// A database, or what one would be: its word, its name, and what is known of it.
type Side<'a> = (&'static str, &'static str, &'a SchemaSummary);

fn sides(report: &Report) -> Vec<Side<'_>> {
    let schemas = &report.schemas;
    let all = [
        ("dev", "dev", &schemas.dev),
        ("prod", "prod", &schemas.prod),
        ("plan", "prod after the plan", &schemas.after_plan),
        ("head", "head of the chain", &schemas.head),
    ];
    all.into_iter().filter_map(|(word, name, side)| Some((word, name, side.as_ref()?))).collect()
}

/// Columns for what there is, and between neighbours what they have apart.
fn estate(sides: &[Side<'_>], book: &dyn Book) -> Option<Block> {
    if sides.len() < 2 {
        return None;
    }
    let cell = |is, kids: Vec<Block>| Block::of(is, kids);
    let mut heads = vec![Block::of(Is::Cell, Vec::new())];
    let mut revisions = vec![Block::new(Is::Head, "revision")];
    let mut tables = vec![Block::new(Is::Head, "tables")];
    for (ix, (word, name, side)) in sides.iter().enumerate() {
        if let Some((before, ..)) = ix.checked_sub(1).and_then(|ix| sides.get(ix)) {
            let apart = apart(book, before, word);
            heads.push(cell(Is::Cell, vec![apart]));
            revisions.push(cell(Is::Cell, Vec::new()));
            tables.push(cell(Is::Cell, Vec::new()));
        }
        heads.push(Block::new(Is::Head, *name));
        let at = side.revisions.iter().map(|id| super::words::revision(id)).collect::<Vec<_>>();
        let none = at.is_empty().then(|| Block::new(Is::Note, "—"));
        revisions.push(cell(Is::Cell, at).with(none));
        let more = if side.complete { "" } else { " or more" };
        tables.push(Block::new(Is::Cell, [&thousands(side.tables), more].concat()));
    }
    let rows = [heads, revisions, tables].map(|row| Block::of(Is::Line, row));
    Some(Block::new(Is::Table, "The estate").with(rows))
}

/// How many things two ends have apart, as a way to them.
fn apart(book: &dyn Book, from: &str, to: &str) -> Block {
    let said = match compared(book, from, to) {
        Ok(view) if view.same => Block::new(Is::Good, "= same"),
        Ok(view) if view.differences == 0 => Block::new(Is::Note, "≟ not all known"),
        Ok(view) => {
            Block::new(Is::Bad, ["≠ ", &count(view.differences, "differs", "differ")].concat())
        }
        Err(_) => Block::new(Is::Note, "? not known"),
    };
    Block::of(Is::Link, vec![said]).to(["/schema?from=", from, "&to=", to].concat())
}

/// Compares two ends. What the report has compared already need not be worked out again.
fn compared(book: &dyn Book, from: &str, to: &str) -> Result<ComparisonView, String> {
    let id = [from, "-", to].concat();
    match book.report().comparisons.iter().find(|view| view.id == id) {
        Some(view) => Ok(view.clone()),
        None => book.compare(from, to),
    }
}

// Two ends.

fn ends(query: &Query<'_>, book: &dyn Book, words: &[String]) -> Result<Vec<Block>, String> {
    let report = book.report();
    let known = sides(report);
    let is_known = |word: &str| known.iter().any(|(side, ..)| *side == word);
    let bases = report.chains.iter().flat_map(|chain| &chain.order).next();
    let base = bases.map_or("", String::as_str);
    // Prod to head, or as near to that as what is here comes.
    let first = |choice: &[&'static str]| choice.iter().copied().find(|word| is_known(word));
    let from = match query.get("from") {
        "" => first(&["prod", "dev"]).unwrap_or(base),
        from => from,
    };
    let to = match query.get("to") {
        "" => first(&["head", "plan", "dev", "prod"]).filter(|to| *to != from).unwrap_or(""),
        to => to,
    };
    if from.is_empty() || to.is_empty() {
        let say =
            "Add a chain, dumps or audits of two databases, and what they have apart is here.";
        return Ok(nothing("No two schemas to compare", say));
    }
    let mut head = Block::of(Is::Page, Vec::new()).with(estate(&known, book));
    head.kids.push(choice(report, &known, from, to));
    let view = match compared(book, from, to) {
        Ok(view) => view,
        Err(why) => {
            let why = if why.is_empty() {
                "A link holds no schemas. Add the files to compare them."
            } else {
                &why
            };
            head.kids.push(super::words::prose(Is::Dim, why));
            return Ok(vec![head]);
        }
    };
    head.kids.push(super::words::prose(
        Is::Title,
        &["From ", &view.title.replace(" and ", " to ")].concat(),
    ));
    head.kids.push(super::words::prose(Is::Para, &view.answer));
    head.kids.push(Block::of(
        Is::Buttons,
        vec![Block::new(Is::Copy, "Copy as Markdown").to(as_markdown(&view))],
    ));
    let shown: Vec<&Part> = view.parts.iter().filter(|part| asked_for(part, words)).collect();
    let open: Vec<&UndecidedView> = view.undecided.iter().collect();
    let at = ["from=", &escape(from), "&to=", &escape(to)].concat();
    head.kids.extend(parts::all(&shown, changed, query, &at, book));
    if !open.is_empty() {
        head.kids.push(section("Neither the same nor different", unknown(&open, book.has_files())));
    }
    Ok(vec![head])
}

/// Menus of both ends, and the way to turn them around.
fn choice(report: &Report, known: &[Side<'_>], from: &str, to: &str) -> Block {
    let menu = |label: &str, key: &str, chosen: &str, [other, value]: [&str; 2]| {
        let to = ["/schema?", other, "=", &escape(value), "&", key, "="].concat();
        let mut menu = Block::new(Is::Menu, label).to(to);
        menu.kids.extend(offers(report, known, chosen));
        menu
    };
    let swapped = ["/schema?from=", &escape(to), "&to=", &escape(from)].concat();
    Block::of(
        Is::Buttons,
        vec![
            menu("Compare from", "from", from, ["to", to]),
            menu("to", "to", to, ["from", from]),
            Block::new(Is::Button, "Swap").to(swapped),
        ],
    )
}

fn asked_for(part: &Part, words: &[String]) -> bool {
    holds(&part.name, words) || part.lines.iter().any(|line| holds(&line.text, words))
}

/// What a menu of ends offers; what is chosen is always among it.
fn offers(report: &Report, known: &[Side<'_>], chosen: &str) -> Vec<Block> {
    let mut all: Vec<(String, String)> =
        known.iter().map(|(word, name, _)| ((*word).to_owned(), (*name).to_owned())).collect();
    for chain in &report.chains {
        let newest = chain.order.iter().rev().take(OFFERED_MAX);
        all.extend(newest.map(|id| (id.clone(), named(chain, id))));
    }
    if !all.iter().any(|(word, _)| word == chosen) {
        all.push((chosen.to_owned(), visible(chosen)));
    }
    let offer = |(word, name): (String, String)| {
        let is = if word == chosen { Is::Chosen } else { Is::Choice };
        Block::new(is, name).to(word)
    };
    all.into_iter().map(offer).collect()
}

fn named(chain: &ChainView, id: &str) -> String {
    let found = chain.revisions.iter().find(|one| one.id == id);
    let message = found.and_then(|one| one.message.as_deref()).unwrap_or_default();
    let message: String = message.chars().take(40).collect();
    visible(&[short(id), " ", &message].concat())
}

fn as_markdown(view: &ComparisonView) -> String {
    let mut out = ["### ", &view.title, "\n\n", &view.answer, "\n\n```diff\n"].concat();
    let mut push = |sign: &str, words: &str| {
        out.push_str(&[sign, " ", &visible(words), "\n"].concat());
    };
    for part in &view.parts {
        let sign = match part.sign {
            Sign::Added => "+",
            Sign::Removed => "-",
            Sign::Same | Sign::Changed => " ",
        };
        push(sign, &[part.kind.word(), " ", &part.name].concat());
        for line in &part.lines {
            line.was.iter().for_each(|was| push("-", was));
            push(if line.sign == Sign::Removed { "-" } else { "+" }, &line.text);
        }
    }
    out.push_str("```\n");
    out
}

// A revision's.

fn at_revision(
    at: &str,
    query: &Query<'_>,
    book: &dyn Book,
    words: &[String],
) -> Result<Vec<Block>, String> {
    let chain = book
        .report()
        .chains
        .iter()
        .position(|chain| chain.revisions.iter().any(|one| one.id == at))
        .ok_or("That revision isn't in this input.")?;
    let why = "There is no schema to show for that revision.";
    let moment = book.moment(chain, at).ok_or(why)?;
    let here: Vec<&Part> = moment
        .parts
        .iter()
        .filter(|part| part.sign != Sign::Removed && asked_for(part, words))
        .collect();
    let title = Block::of(Is::Title, vec![Block::new(Is::Row, "Schema at "), code(short(at))]);
    let ways = Block::of(
        Is::Buttons,
        vec![
            button("Show in chain", "/chain?rev=", at),
            button("Compare from here", "/schema?from=", at),
            Block::new(Is::Copy, "Copy as text").to(as_text(&here)),
            Block::new(Is::Button, "Compare databases").to("/schema"),
        ],
    );
    let open: Vec<&UndecidedView> = moment.undecided.iter().collect();
    let unknown =
        (!open.is_empty()).then(|| section("Not known of it", unknown(&open, book.has_files())));
    let place = ["at=", &escape(at)].concat();
    Ok(vec![
        Block::of(Is::Page, vec![title, text(Is::Dim, &parts::counted(&here)), ways])
            .with(parts::all(&here, listed, query, &place, book))
            .with(unknown),
    ])
}

fn as_text(parts: &[&Part]) -> String {
    let mut out = String::new();
    for part in parts {
        let kind = if part.kind == ObjectKind::Table { "table" } else { part.kind.word() };
        out.push_str(&[kind, " ", &visible(&part.name), "\n"].concat());
        for line in part.lines.iter().filter(|line| line.sign != Sign::Removed) {
            out.push_str(&["  ", &visible(&line.text), "\n"].concat());
        }
    }
    out
}

/// The way to what two ends have apart, for other views.
pub fn way(label: &str, from: &str, to: &str) -> Block {
    let shown = Block::new(Is::Row, label);
    link("/schema?from=", from, shown)
        .to(["/schema?from=", &escape(from), "&to=", &escape(to)].concat())
}
