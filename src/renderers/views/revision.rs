//! A revision: who is next to it, what it changes, what was found in it, and the schema it leaves.

use super::parts::{PARTS_MAX, changed, counted};
use super::words::{
    button, found, more, pair, place, prose, revision as way, section, text, unknown,
};
use super::{Query, share};
use crate::renderers::visible::visible;
use crate::wire::schema::UndecidedView;
use crate::wire::share::Location;
use crate::wire::words::count;
use crate::wire::{
    Block, Book, ChainRevision, ChainView, Changes, Downgrade, DowngradeKind, Is, Moment, Part,
    Sign,
};

/// Neighbours that are named.
const NEAR_MAX: usize = 50;

/// Composes one revision, or the hole where it should be.
pub fn revision(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let id = query.get("rev");
    let mut blocks = Vec::new();
    for (number, chain) in book.report().chains.iter().enumerate() {
        for one in chain.revisions.iter().filter(|one| one.id == id) {
            blocks.extend(of(one, chain, number, book));
        }
    }
    if blocks.is_empty() {
        let mut holes = book.report().chains.iter().filter_map(|chain| hole(chain, id));
        return holes.next().ok_or_else(|| "That revision isn't in this input.".to_owned());
    }
    Ok(blocks)
}

/// Composes what can be done with a revision, for a menu on its row.
pub fn menu(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let id = query.get("menu");
    let mut all = book.report().chains.iter().flat_map(|chain| &chain.revisions);
    let one = all.find(|one| one.id == id).ok_or("That revision isn't in this input.")?;
    let source = book.has_files().then(|| {
        let at = [one.file.as_str(), ":", &one.line.to_string()].concat();
        button("Open the file", "?source=", &at)
    });
    Ok(vec![
        text(Is::Para, one.message.as_deref().unwrap_or("No message")),
        copies(one).with(source),
        Block::of(Is::Buttons, schemas(one)),
    ])
}

fn copies(one: &ChainRevision) -> Block {
    let ways = vec![
        Block::new(Is::Copy, "Copy id").to(one.id.as_str()),
        share::at(Location::Revision(one.id.clone())),
    ];
    Block::of(Is::Buttons, ways)
}

fn schemas(one: &ChainRevision) -> Vec<Block> {
    vec![
        Block { is: Is::Primary, ..button("Open schema", "/schema?at=", &one.id) },
        button("Compare from here", "/schema?from=", &one.id),
        button("Compare to here", "/schema?to=", &one.id),
    ]
}

fn of(one: &ChainRevision, chain: &ChainView, number: usize, book: &dyn Book) -> Vec<Block> {
    let report = book.report();
    let mut badges = Vec::new();
    for (word, side) in [("dev", &report.audits.dev), ("prod", &report.audits.prod)] {
        let is_here = side.as_ref().is_some_and(|side| side.revisions.contains(&one.id));
        badges.extend(is_here.then(|| Block::new(Is::Env, word)));
    }
    for (holds, word) in [
        (one.is_head, "head"),
        (one.is_base, "base"),
        (one.is_merge_point, "merge"),
        (one.is_branch_point, "branch point"),
    ] {
        badges.extend(holds.then(|| Block::new(Is::Badge, word)));
    }
    badges.extend(one.labels.iter().map(|label| text(Is::Badge, label)));
    let date = one.create_date.iter().map(|date| [" · ", date].concat());
    let known = [one.id.as_str(), &date.collect::<String>()].concat();
    let children = chain.revisions.iter().filter(|other| other.down.contains(&one.id));
    let children: Vec<&String> = children.map(|other| &other.id).collect();
    let facts = Block::of(Is::Pairs, Vec::new())
        .with(pair("File", place(&one.file, one.line, book.has_files())))
        .with(near("Parent", &one.down.iter().collect::<Vec<_>>()))
        .with(near("Child", &children))
        .with(near("Needs", &one.depends_on.iter().collect::<Vec<_>>()))
        .with(one.downgrade.iter().flat_map(back));
    let mut blocks = vec![
        Block::of(Is::Meta, badges),
        text(Is::Title, one.message.as_deref().unwrap_or("No message")),
        text(Is::Mono, &known),
        facts,
    ];
    blocks.extend(problems(chain, one));
    match book.moment(number, &one.id) {
        Some(moment) => blocks.extend(seen(&moment, one, book)),
        None => {
            blocks.push(section("What it changes", brief(&one.changes)));
            let why = match book.has_files() {
                true => "There is no schema to show for that revision.",
                false => "A link holds no files, so there is no schema here.",
            };
            blocks.push(section("Schema here", Block::new(Is::Dim, why)));
        }
    }
    let findings = report.findings.iter().filter(|of| of.revision.as_ref() == Some(&one.id));
    blocks.push(section("Findings", found(findings, "Nothing was found in it.")));
    blocks.push(copies(one));
    blocks
}

fn near(key: &str, ids: &[&String]) -> Vec<Block> {
    if ids.is_empty() {
        return Vec::new();
    }
    let ways = ids.iter().take(NEAR_MAX).flat_map(|id| [way(id), Block::new(Is::Row, " ")]);
    pair(key, ways.collect::<Vec<_>>()).into()
}

fn back(downgrade: &Downgrade) -> Vec<Block> {
    let said = match (downgrade.kind, downgrade.undoes) {
        (DowngradeKind::Absent, _) => "There is no downgrade().",
        (DowngradeKind::Empty, _) => "downgrade() is empty.",
        (DowngradeKind::Raises, _) => "downgrade() raises: it can't be taken back.",
        (DowngradeKind::Present, Some(true)) => "downgrade() takes it back.",
        (DowngradeKind::Present, Some(false)) => "downgrade() doesn't take all of it back.",
        (DowngradeKind::Present, None) => "Whether downgrade() takes it back isn't known.",
    };
    pair("Down again", Block::new(Is::Row, said)).into()
}

fn problems(chain: &ChainView, one: &ChainRevision) -> Option<Block> {
    let about = chain.problems.iter().filter(|problem| {
        problem.revision.as_ref() == Some(&one.id) || problem.file.as_ref() == Some(&one.file)
    });
    let items: Vec<Block> = about.map(|problem| prose(Is::Item, &problem.message)).collect();
    (!items.is_empty()).then(|| section("What's wrong with it", Block::of(Is::List, items)))
}

fn seen(moment: &Moment, one: &ChainRevision, book: &dyn Book) -> Vec<Block> {
    let (own, earlier): (Vec<&UndecidedView>, Vec<&UndecidedView>) =
        moment.undecided.iter().partition(|open| open.revision.as_ref() == Some(&moment.revision));
    let parts: Vec<&Part> = moment.parts.iter().filter(|it| it.sign != Sign::Same).collect();
    let mut changes: Vec<Block> =
        parts.iter().take(PARTS_MAX).map(|part| changed(part, book.has_files())).collect();
    changes.extend(more(parts.len(), PARTS_MAX));
    changes.extend(unknown(&own, book.has_files()));
    if changes.is_empty() {
        changes.push(Block::new(Is::Dim, "Nothing in the schema."));
    }
    let here: Vec<&Part> = moment.parts.iter().filter(|it| it.sign != Sign::Removed).collect();
    let open = match earlier.len() {
        0 => None,
        some => Some([" ", &count(some, "thing is", "things are"), " not known of it."].concat()),
    };
    let said = Block::new(Is::Dim, counted(&here)).with(open.map(|open| Block::new(Is::Row, open)));
    let ways = Block::of(Is::Buttons, schemas(one));
    vec![section("What it changes", changes), section("Schema here", [said, ways])]
}

/// What the report alone tells, also one that came in a link.
fn brief(changes: &Changes) -> Vec<Block> {
    let line = |is, sign: &str, words: &str| text(is, &[sign, " table ", words].concat());
    let mut lines: Vec<Block> =
        changes.created.iter().map(|table| line(Is::Added, "+", table)).collect();
    lines.extend(changes.dropped.iter().map(|table| line(Is::Removed, "−", table)));
    lines.extend(
        changes.renamed.iter().map(|[from, to]| line(Is::Same, "~", &[from, " → ", to].concat())),
    );
    let none = (lines.is_empty() && changes.undecided == 0)
        .then(|| Block::new(Is::Dim, "No table is created, dropped or renamed."));
    let unknown = (changes.undecided > 0).then(|| {
        let steps = count(changes.undecided, "step", "steps");
        let said = [" ", &steps, " whose effect wasn't worked out."].concat();
        Block::of(
            Is::Para,
            vec![Block::new(Is::Hatch, "Not understood"), Block::new(Is::Row, said)],
        )
    });
    let lines = (!lines.is_empty()).then(|| Block::of(Is::Diff, lines));
    lines.into_iter().chain(unknown).chain(none).collect()
}

fn hole(chain: &ChainView, id: &str) -> Option<Vec<Block>> {
    let follows = |one: &&ChainRevision| one.down.iter().chain(&one.depends_on).any(|to| to == id);
    let children: Vec<&String> =
        chain.revisions.iter().filter(follows).map(|one| &one.id).collect();
    if children.is_empty() {
        return None;
    }
    let say = "Other revisions follow this one, and its file isn't here. Add it, or find out who deleted it.";
    Some(vec![
        Block::of(Is::Meta, vec![Block::new(Is::Bad, "missing")]),
        Block::new(Is::Title, "Not in the input"),
        Block::new(Is::Mono, visible(id)),
        Block::new(Is::Para, say),
        Block::of(Is::Pairs, Vec::new()).with(near("Followed by", &children)),
    ])
}
