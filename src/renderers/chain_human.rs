//! Chains for the terminal: the revision graph, newest on top.

use crate::ordered::{Map, Set};

use super::chain_downgrades;
use super::terminal::{Ink, Page};
use super::visible::{columns, visible};
use super::{Look, Render, Renderer};
use crate::wire::words::count;
use crate::wire::{AuditSide, ChainRevision, ChainView, Report};

/// The row of the catalogue.
pub const RENDERER: Renderer =
    Renderer { id: "human", title: "chains for the terminal", render: Render::Chains(render) };

/// Returns every chain as a graph with its problems below it.
pub fn render(report: &Report, look: &Look) -> String {
    let mut page = Page::new(look);
    for chain in &report.chains {
        let root = match chain.root.as_str() {
            "" if chain.from_output => "known from Alembic's output",
            "" => "revisions without a folder",
            root => root,
        };
        let heads = count(chain.heads.len(), "head", "heads");
        let number = count(chain.revisions.len(), "revision", "revisions");
        page.heading(&visible(&format!("{root}: {number}, {heads}")));
        page.gap();
        graph(chain, report, &mut page);
        past(chain, &mut page);
        strangers(chain, report, &mut page);
        chain_downgrades::draw(chain, &mut page);
        asides(chain, &mut page);
        if !chain.problems.is_empty() {
            page.gap();
        }
        for problem in &chain.problems {
            let file = problem.file.as_ref().map_or(String::new(), |file| format!(" ({file})"));
            let line = format!("{}: {}{file}", problem.rule, problem.message);
            page.prose("! ", &line, Ink::Plain);
        }
    }
    if report.chains.is_empty() {
        page.line("No revisions found.");
    }
    page.finish()
}

/// How the folder was read, and what of it Alembic would not load.
fn asides(chain: &ChainView, page: &mut Page<'_>) {
    if !chain.notes.is_empty() || !chain.ignored.is_empty() {
        page.gap();
    }
    for note in &chain.notes {
        page.prose("· ", note, Ink::Plain);
    }
    if !chain.ignored.is_empty() {
        let files = count(chain.ignored.len(), "revision file", "revision files");
        page.prose("· ", &format!("{files} that Alembic does not load:"), Ink::Plain);
    }
    for ignored in &chain.ignored {
        page.prose("  ", &format!("{}: {}", ignored.file, ignored.why), Ink::Plain);
    }
}

/// Returns "dev" and "prod" where an audit says that the database is at this revision.
pub(super) fn positions(report: &Report, id: &str) -> Vec<&'static str> {
    let stands = |side: &Option<AuditSide>| {
        side.as_ref().is_some_and(|side| side.revisions.iter().any(|at| at == id))
    };
    let audits = &report.audits;
    [("dev", stands(&audits.dev)), ("prod", stands(&audits.prod))]
        .into_iter()
        .filter_map(|(name, here)| here.then_some(name))
        .collect()
}

/// Returns what happened to a revision since the state before, in a word or two each.
pub(super) fn changes_of<'a>(chain: &'a ChainView, id: &str) -> Vec<&'a str> {
    let own = chain.changed.iter().filter(|change| change.revision == id);
    own.map(|change| match change.what.as_str() {
        "parent" => "other parent",
        "upgrade" | "code" | "imported" => "edited",
        "renamed-id" => "other id",
        "same-effect" => "written otherwise",
        "downgrade" => "other downgrade",
        "file" => "other file name",
        other => other,
    })
    .collect()
}

/// Revisions as they were, where the state before is given and they are not the same.
fn past(chain: &ChainView, page: &mut Page<'_>) {
    let rows = chain.changed.iter().filter(|change| {
        !change.down.is_empty() && change.what == "parent"
            || change.is_gone()
            || change.what == "renamed-id"
    });
    for (ix, change) in rows.enumerate() {
        if ix == 0 {
            page.gap();
            page.line("Before the change:");
        }
        let parents = match change.down.as_slice() {
            [] => "a base".to_owned(),
            down => ["after ", &down.join(", ")].concat(),
        };
        let gone = if change.is_gone() { "; gone now" } else { "" };
        page.prose("- ", &visible(&[&change.revision, ": ", &parents, gone].concat()), Ink::Plain);
    }
}

/// Databases that stand where no file is, or that carry no revision and look like one.
fn strangers(chain: &ChainView, report: &Report, page: &mut Page<'_>) {
    let sides = [("dev", &report.audits.dev), ("prod", &report.audits.prod)];
    for (name, side) in sides {
        let revisions = side.iter().flat_map(|side| &side.revisions);
        for at in revisions.filter(|at| chain.revisions.iter().all(|known| known.id != **at)) {
            page.prose(
                "! ",
                &format!("{name} is at `{at}`, which isn't in the input."),
                Ink::Plain,
            );
        }
    }
    for near in &chain.resembles {
        let line = format!("{} has the tables of `{}`", near.role.word(), near.revision);
        let line = match near.missing.len() + near.extra.len() {
            0 if !near.ties.is_empty() => format!("{line}, and so have {}.", near.ties.join(", ")),
            0 if !near.differences.is_empty() => format!("{line}, and differs inside of them."),
            0 => format!("{line}."),
            number => format!("{line}, {} apart.", count(number, "table", "tables")),
        };
        page.prose("· ", &line, Ink::Plain);
    }
}

fn graph(chain: &ChainView, report: &Report, page: &mut Page<'_>) {
    let drawn = draw(chain);
    let width = drawn.iter().map(|line| columns(&line.lanes)).max().unwrap_or(0);
    let ids = drawn.iter().map(|line| columns(&visible(line.row.id()))).max().unwrap_or(0);
    for line in &drawn {
        let lanes = format!("{}{}", line.lanes, " ".repeat(width - columns(&line.lanes)));
        let id = visible(line.row.id());
        let gap = " ".repeat(ids - columns(&id));
        let first = format!("{lanes}  {}{gap}  ", page.look.paint(Ink::Code, &id));
        let text = match line.row {
            Row::Missing(_) => page.look.paint(Ink::Bad, "not in the input"),
            Row::Known(revision) => about(chain, revision, report, page.look),
            Row::Joint => String::new(),
        };
        page.line(&format!("{first}{text}"));
    }
}

fn about(chain: &ChainView, revision: &ChainRevision, report: &Report, look: &Look) -> String {
    let mut text = visible(revision.message.as_deref().unwrap_or(""));
    let mut badges: Vec<String> = Vec::new();
    if revision.is_head {
        badges.push("head".to_owned());
    }
    if revision.is_merge_point {
        badges.push("merge".to_owned());
    }
    if revision.is_base {
        badges.push("base".to_owned());
    }
    badges.extend(positions(report, &revision.id).into_iter().map(str::to_owned));
    badges.extend(changes_of(chain, &revision.id).into_iter().map(str::to_owned));
    badges.extend(revision.labels.iter().map(|label| visible(label)));
    badges.extend(revision.depends_on.iter().map(|id| format!("needs {}", visible(id))));
    if !badges.is_empty() {
        let badges = look.paint(Ink::Doubtful, &format!("[{}]", badges.join(", ")));
        text = if text.is_empty() { badges } else { format!("{text}  {badges}") };
    }
    text
}

/// One line of the drawing.
struct Line<'a> {
    lanes: String,
    row: Row<'a>,
}

enum Row<'a> {
    Known(&'a ChainRevision),
    /// A parent that no file has.
    Missing(&'a str),
    /// Lanes that part or meet, and nothing else.
    Joint,
}

impl Row<'_> {
    fn id(&self) -> &str {
        match self {
            Self::Known(revision) => &revision.id,
            Self::Missing(id) => id,
            Self::Joint => "",
        }
    }
}

/// Draws from the newest revision down. A lane carries the id that it waits for; lanes that wait for the
/// same revision meet above it, and a merge opens a lane for each of its parents below it.
fn draw(chain: &ChainView) -> Vec<Line<'_>> {
    let by_id: Map<&str, &ChainRevision> =
        chain.revisions.iter().rev().map(|revision| (revision.id.as_str(), revision)).collect();
    let mut drawn: Set<&str> = Set::new();
    let mut lines = Vec::new();
    let mut lanes: Vec<Option<&str>> = Vec::new();
    // What the order leaves out (a cycle) is listed below it rather than not at all.
    let left_out = chain.revisions.iter().map(|revision| revision.id.as_str());
    let rows = chain.order.iter().rev().map(String::as_str).chain(left_out);
    for revision in rows.filter_map(|id| by_id.get(id)) {
        let id = revision.id.as_str();
        if !drawn.insert(id) {
            continue;
        }
        let at = take_lane(&mut lanes, id, &mut lines);
        lines.push(Line { lanes: row(&lanes, at, mark(revision)), row: Row::Known(revision) });
        open_lanes(&mut lanes, at, revision, &mut lines);
        // A missing parent ends its lane right below its child.
        for lane in 0..lanes.len() {
            let Some(Some(waits)) = lanes.get(lane).copied() else { continue };
            if !by_id.contains_key(waits) && drawn.insert(waits) {
                let row = Line { lanes: row(&lanes, lane, '◌'), row: Row::Missing(waits) };
                lines.push(row);
                lanes.iter_mut().filter(|other| **other == Some(waits)).for_each(|l| *l = None);
            } else if drawn.contains(waits) {
                set(&mut lanes, lane, None);
            }
        }
        while lanes.last().is_some_and(Option::is_none) {
            lanes.pop();
        }
    }
    lines
}

/// Lanes that wait for `id` meet in the leftmost of them; returns that one, or a free one.
fn take_lane<'a>(
    lanes: &mut Vec<Option<&'a str>>,
    id: &'a str,
    lines: &mut Vec<Line<'a>>,
) -> usize {
    let waiting: Vec<usize> =
        (0..lanes.len()).filter(|lane| lanes.get(*lane) == Some(&Some(id))).collect();
    let Some((&at, others)) = waiting.split_first() else {
        let free = lanes.iter().position(Option::is_none).unwrap_or(lanes.len());
        set(lanes, free, Some(id));
        return free;
    };
    if !others.is_empty() {
        lines
            .push(Line { lanes: joint(lanes, at, others, ('├', '╯', '┴')), row: Row::Joint });
        others.iter().for_each(|lane| set(lanes, *lane, None));
    }
    at
}

fn open_lanes<'a>(
    lanes: &mut Vec<Option<&'a str>>,
    at: usize,
    revision: &'a ChainRevision,
    lines: &mut Vec<Line<'a>>,
) {
    let mut parents = revision.down.iter().map(String::as_str);
    set(lanes, at, parents.next());
    let mut opened = Vec::new();
    for parent in parents {
        let free = (at + 1..lanes.len()).find(|lane| lanes.get(*lane) == Some(&None));
        let lane = free.unwrap_or(lanes.len().max(at + 1));
        set(lanes, lane, Some(parent));
        opened.push(lane);
    }
    if !opened.is_empty() {
        lines.push(Line {
            lanes: joint(lanes, at, &opened, ('├', '╮', '┬')), row: Row::Joint
        });
    }
}

fn mark(revision: &ChainRevision) -> char {
    match (revision.is_head, revision.is_merge_point, revision.is_base) {
        (true, ..) => '○',
        (_, true, _) => '◆',
        (_, _, true) => '■',
        _ => '●',
    }
}

fn set<'a>(lanes: &mut Vec<Option<&'a str>>, lane: usize, id: Option<&'a str>) {
    while lanes.len() <= lane {
        lanes.push(None);
    }
    if let Some(slot) = lanes.get_mut(lane) {
        *slot = id;
    }
}

fn row(lanes: &[Option<&str>], at: usize, mark: char) -> String {
    let signs = lanes.iter().enumerate().map(|(lane, waits)| match waits {
        _ if lane == at => mark,
        Some(_) => '│',
        None => ' ',
    });
    signs.map(String::from).collect::<Vec<_>>().join(" ")
}

/// A line between the lane `at` and others to its right; `signs` are its left end, right end and middle.
fn joint(lanes: &[Option<&str>], at: usize, others: &[usize], signs: (char, char, char)) -> String {
    let last = others.iter().copied().max().unwrap_or(at);
    let mut text = String::new();
    for (lane, waits) in lanes.iter().enumerate() {
        let inside = lane > at && lane <= last;
        if lane > 0 {
            text.push(if inside { '─' } else { ' ' });
        }
        text.push(match waits {
            _ if lane == at => signs.0,
            _ if lane == last => signs.1,
            _ if others.contains(&lane) => signs.2,
            Some(_) if inside => '┼',
            Some(_) => '│',
            None if inside => '─',
            None => ' ',
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// `c: a b` is a revision c with the parents a and b; oldest first.
    #[track_caller]
    fn check(edges: &str, expect: Expect) {
        let mut chain = ChainView {
            root: "app/migrations".to_owned(),
            revisions: Vec::new(),
            heads: Vec::new(),
            bases: Vec::new(),
            order: Vec::new(),
            problems: Vec::new(),
            ignored: Vec::new(),
            notes: Vec::new(),
            resembles: Vec::new(),
            changed: Vec::new(),
            from_output: false,
        };
        for line in edges.lines() {
            let (id, down) = line.split_once(':').unwrap();
            let down: Vec<String> = down.split_whitespace().map(str::to_owned).collect();
            chain.order.push(id.to_owned());
            chain.revisions.push(ChainRevision {
                id: id.to_owned(),
                depends_on: Vec::new(),
                labels: Vec::new(),
                message: Some(format!("message {id}")),
                create_date: None,
                file: format!("{id}.py"),
                line: 1,
                is_head: !edges.lines().any(|other| {
                    other.split_once(':').unwrap().1.split_whitespace().any(|parent| parent == id)
                }),
                is_base: down.is_empty(),
                is_branch_point: false,
                is_merge_point: down.len() > 1,
                changes: crate::wire::Changes::default(),
                downgrade: None,
                down,
            });
        }
        chain.heads = vec!["x".to_owned()];
        let mut report = Report::withheld(crate::wire::Status::Pass);
        report.chains = vec![chain];
        report.audits.prod = Some(AuditSide {
            input: String::new(),
            database: None,
            revisions: vec!["b".to_owned()],
            version_state: crate::wire::VersionState::Stamped,
            tables: Some(0),
            table_names: Vec::new(),
        });
        let text = render(&report, &Look::plain());
        let graph: Vec<&str> = text.lines().skip(3).collect();
        expect.assert_eq(&(graph.join("\n") + "\n"));
    }

    #[test]
    fn a_line_is_one_lane() {
        check(
            "a:\nb: a\nc: b",
            expect![[r#"
                ○  c  message c  [head]
                ●  b  message b  [prod]
                ■  a  message a  [base]
            "#]],
        );
    }

    #[test]
    fn branches_part_and_merge() {
        check(
            "a:\nb: a\nc: a\nd: b c\ne: d",
            expect![[r#"
                ○    e  message e  [head]
                ◆    d  message d  [merge]
                ├─╮
                │ ●  c  message c
                ● │  b  message b  [prod]
                ├─╯
                ■    a  message a  [base]
            "#]],
        );
    }

    #[test]
    fn several_heads_stand_side_by_side() {
        check(
            "a:\nb: a\nc: a\nd: c",
            expect![[r#"
                ○    d  message d  [head]
                ●    c  message c
                │ ○  b  message b  [head, prod]
                ├─╯
                ■    a  message a  [base]
            "#]],
        );
    }

    #[test]
    fn a_missing_parent_is_named() {
        check(
            "b: gone\nc: b",
            expect![[r#"
                ○  c     message c  [head]
                ●  b     message b  [prod]
                ◌  gone  not in the input
            "#]],
        );
    }

    #[test]
    fn three_parents_open_two_lanes() {
        check(
            "a:\nb: a\nc: a\nd: a\ne: b c d",
            expect![[r#"
                ○      e  message e  [head, merge]
                ├─┬─╮
                │ │ ●  d  message d
                │ ● │  c  message c
                ● │ │  b  message b  [prod]
                ├─┴─╯
                ■      a  message a  [base]
            "#]],
        );
    }

    #[test]
    fn independent_bases_do_not_touch() {
        check(
            "a:\nx:\nb: a\ny: x",
            expect![[r#"
                ○    y  message y  [head]
                │ ○  b  message b  [head, prod]
                ■ │  x  message x  [base]
                  ■  a  message a  [base]
            "#]],
        );
    }
}
