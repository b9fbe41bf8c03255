//! A proposed plan, statement by statement in its own order: what each destroys, needs, locks and leaves, and
//! where the whole of it arrives.

use super::finding::numbered;
use super::highlight::Lexer;
use super::words::{file_name, finding, link, nothing, pair, place, prose, severity, text};
use super::{Query, holds};
use crate::wire::words::count;
use crate::wire::{
    Block, Book, FindingRow, Is, PlanState, PlanView, Severity, StatementView, Status,
};

/// Statements that are shown of one plan.
const STATEMENTS_MAX: usize = 500;
const LINES_MAX: usize = 60;
/// Lines of a plan's own words that stand one under the other before they are folded.
const REMARKS_MAX: usize = 2;

/// Composes the panel.
pub fn plan(query: &Query<'_>, book: &dyn Book) -> Result<Vec<Block>, String> {
    let words = query.words();
    let mut blocks = vec![answer(book)];
    for (number, view) in book.report().plans.iter().enumerate() {
        let states = book.plan(number);
        let of = count(view.statements.len(), "statement", "statements");
        let before = states
            .as_ref()
            .filter(|states| states.known)
            .map(|states| [" · runs on ", &count(states.tables, "table", "tables")].concat());
        let band = Block::of(Is::Band, vec![text(Is::Strong, file_name(&view.file))])
            .with(Block::new(Is::Note, [&of, before.as_deref().unwrap_or_default()].concat()));
        blocks.push(band);
        blocks.extend(lines(view, &states.unwrap_or_default().steps, &words, book));
    }
    if blocks.len() == 1 {
        return Ok(nothing(
            "No plan in this input",
            "Add a publish plan, or give a file the role plan.",
        ));
    }
    blocks.extend(arrival(book));
    Ok(blocks)
}

/// One sentence: approve it or not, and why.
fn answer(book: &dyn Book) -> Block {
    let verdict = &book.report().verdict;
    let (is, say) = match verdict.status {
        Status::Fail => (Is::Bad, "Do not approve. "),
        Status::Warn => (Is::Strong, "Approve only after a look. "),
        Status::Pass => (Is::Good, "Approve. "),
        Status::Unknown => (Is::Hatch, "Can't tell. "),
    };
    let reason = Block { is: Is::Row, ..prose(Is::Row, &verdict.reason) };
    let line =
        Block::of(Is::Para, vec![Block::new(is, say.trim_end()), Block::new(Is::Row, " "), reason]);
    Block::of(Is::Page, vec![line])
}

/// Remarks and statements, by their lines.
fn lines(view: &PlanView, states: &[PlanState], words: &[String], book: &dyn Book) -> Vec<Block> {
    let mut all: Vec<(usize, Block)> = Vec::new();
    for (ix, one) in view.statements.iter().enumerate() {
        let said =
            [one.summary.as_deref().unwrap_or_default(), one.text.as_deref().unwrap_or_default()];
        if holds(&said.concat(), words) {
            all.push((one.line, statement(view, one, states.get(ix), book)));
        }
    }
    let shown = all.len();
    all.truncate(STATEMENTS_MAX);
    if words.is_empty() && shown <= STATEMENTS_MAX {
        all.extend(remarks(view));
        crate::ordered::sort_by_key(&mut all, |(line, _)| *line);
    }
    let more = super::words::more(shown, STATEMENTS_MAX);
    all.into_iter().map(|(_, block)| block).chain(more).collect()
}

/// What a plan says between its statements, by the lines where it begins: a line or two as they stand, more of them
/// folded under the first, since it is the statements that run.
fn remarks(view: &PlanView) -> Vec<(usize, Block)> {
    let is_cut =
        |from: usize, to: usize| view.statements.iter().any(|one| from < one.line && one.line < to);
    let runs = view.remarks.chunk_by(|(from, _), (to, _)| !is_cut(*from, *to));
    let told = |(line, said): &(usize, String)| {
        let number = Block::new(Is::Number, line.to_string());
        Block::of(Is::Band, vec![number, text(Is::Note, said)])
    };
    let run = |run: &[(usize, String)]| {
        let line = run.first().map_or(0, |(line, _)| *line);
        let mut bands: Vec<Block> = run.iter().map(told).collect();
        if let [(_, first), rest @ ..] = run
            && rest.len() >= REMARKS_MAX
        {
            let more = [" · ", &count(rest.len(), "more line", "more lines")].concat();
            let head = text(Is::Span, first).with(Block::new(Is::Note, more));
            bands =
                vec![Block::of(Is::Page, vec![Block::of(Is::Fold, [vec![head], bands].concat())])];
        }
        (line, Block::of(Is::Row, bands))
    };
    runs.map(run).collect()
}

fn statement(
    view: &PlanView,
    one: &StatementView,
    state: Option<&PlanState>,
    book: &dyn Book,
) -> Block {
    let title = match &one.summary {
        Some(summary) => prose(Is::Strong, summary),
        None => Block::new(Is::Hatch, "Not understood"),
    };
    let place = place(&view.file, one.line, book.has_files());
    let mut card = Block::of(Is::Card, vec![Block::of(Is::Meta, vec![place, title])]);
    if let Some(words) = &one.text {
        let mut lexer = Lexer::new(false);
        let row = |(ix, line): (usize, &str)| numbered(one.line + ix, lexer.line(line), false);
        let rows = words.lines().take(LINES_MAX).enumerate().map(row).collect();
        card.kids.push(text(Is::Source, &view.file).with(Block::of(Is::Lines, rows)));
    }
    if one.summary.is_none() {
        let say = "What it does isn't known, so nothing after it on the same objects is certain.";
        card.kids.push(Block::new(Is::Dim, say));
    }
    let found: Vec<&FindingRow> =
        one.findings.iter().filter_map(|id| finding(book.report(), id)).collect();
    card.with(facts(&found, state))
}

/// What it destroys, needs, locks and leaves, as far as there is something to say.
fn facts(found: &[&FindingRow], state: Option<&PlanState>) -> Option<Block> {
    let mut pairs = Vec::new();
    for of in found {
        let key = match of.severity {
            Severity::Blocker | Severity::Danger => "Destroys or breaks",
            Severity::Warning | Severity::Notice => "To know",
        };
        let way = link("?f=", &of.id, prose(Is::Span, &of.title));
        let because = of.evidence.iter().take(3).map(|evidence| prose(Is::Note, &evidence.text));
        let value = [severity(of.severity), way].into_iter().chain(because);
        pairs.extend(pair(key, value.collect::<Vec<_>>()));
    }
    if let Some(state) = state {
        let said = |key: &str, words: &[String]| {
            let lines = words.iter().map(|words| prose(Is::Span, words)).collect::<Vec<_>>();
            if lines.is_empty() { Vec::new() } else { pair(key, lines).to_vec() }
        };
        pairs.extend(said("Needs", &state.needs));
        pairs.extend(said("Not known", &state.open));
        pairs.extend(said("Locks", &state.locks));
        let left = count(state.tables, "table", "tables");
        pairs.extend(pair("Leaves", Block::new(Is::Row, left)));
    }
    (!pairs.is_empty()).then(|| Block::of(Is::Pairs, pairs))
}

/// Whether it arrives at the chain's head.
fn arrival(book: &dyn Book) -> Option<Block> {
    let report = book.report();
    let view = report.comparisons.iter().find(|view| view.id == "plan-head")?;
    let said = match view.same {
        true => Block::new(Is::Good, "Arrives at the head of the chain. "),
        false => Block::new(Is::Bad, "Does not arrive at the head of the chain. "),
    };
    let way = super::schema::way("See what differs", "plan", "head");
    let line = Block::of(
        Is::Para,
        vec![said, prose(Is::Row, &view.answer), Block::new(Is::Row, " "), way],
    );
    Some(Block::of(Is::Page, vec![line]))
}
