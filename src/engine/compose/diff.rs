//! Two ends → their comparison as a wire value.

use crate::ordered::{Map, Set};

use sha2::{Digest as _, Sha256};

use crate::engine::compare::{
    Change, Comparison, Difference, Open, Rename, Renamed, Side, compare, compare_renamed,
};
use crate::engine::op::{self, Op};
use crate::engine::schema::{Schema, dependents};
use crate::engine::writers::{self, Step, Way, alembic};
use crate::wire::diff::{
    DiffCounts, DiffView, DifferenceKind, DifferenceView, RenameView, RevisionHead,
    UndecidedDifference, WayStep, WayView,
};
use crate::wire::schema::UndecidedView;
use crate::wire::{ObjectKind, VERSION};

use super::diff_rows::{difference, object};
use super::ends::End;
use super::origins;

/// Digits of a new revision's id, as Alembic gives it.
const REVISION_DIGITS: usize = 12;

/// What a person may choose about a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Choices {
    /// Steps that lose something are part of the way.
    pub losing: bool,
    /// Likely renames are taken for renames.
    pub renames: bool,
}

/// Compares two ends.
/// `same_inputs` says that both were read from the same inputs.
pub(super) fn diff(from: &End, to: &End, same_inputs: bool, choices: Choices) -> DiffView {
    let shared = if same_inputs { shared(from, to) } else { Set::new() };
    let (one, other) = (side(from, &shared), side(to, &shared));
    let comparison = match choices.renames {
        true => compare_renamed(&one, &other),
        false => compare(&one, &other),
    };
    let (start, goal) = (&from.schema, &to.schema);
    let way = writers::way(start, goal, &comparison, choices.losing);
    let differences = rows(&comparison, from, to);
    let undecided = undecided(&comparison, (from, to), &shared);
    let counts = counts(&differences, undecided.len());
    let (back, reached) = back(start, &way);
    let mut view = DiffView {
        version: VERSION,
        dialect: goal.dialect.word().to_owned(),
        from: from.view.clone(),
        to: to.view.clone(),
        same: counts.total() == 0 && undecided.is_empty(),
        counts,
        differences,
        renames: comparison.renames.iter().map(rename).collect(),
        undecided,
        way: way_view(&way, start),
        back: way_view(&back, &reached),
        revision: RevisionHead { down: from.view.at.clone(), ..RevisionHead::default() },
    };
    let steps = view.way.steps.iter().chain(&view.back.steps);
    view.revision.imports = alembic::imports(steps.flat_map(|step| &step.python));
    view.revision.message = message(&view);
    view.revision.id = revision_id(&view);
    view
}

/// Compares two ends that have no inputs in common, without a way from one to the other.
pub(super) fn found(
    from: &End,
    to: &End,
) -> (Comparison, Vec<DifferenceView>, Vec<UndecidedDifference>) {
    let none = Set::new();
    let comparison = compare(&side(from, &none), &side(to, &none));
    let rows = rows(&comparison, from, to);
    let open = undecided(&comparison, (from, to), &none);
    (comparison, rows, open)
}

/// Differences with what made them.
fn rows(comparison: &Comparison, from: &End, to: &End) -> Vec<DifferenceView> {
    let row = |one: &Difference| {
        let row = difference(one, &to.schema);
        let sides = [from.causes.as_ref(), to.causes.as_ref()];
        let causes = origins::causes(sides, &row.object, &one.object);
        let gone = match &one.change {
            Change::TableRemoved(_) => dependents(&from.schema, &one.object, None),
            Change::ColumnRemoved(column) => {
                dependents(&from.schema, &one.object, Some(&column.name))
            }
            _ => Vec::new(),
        };
        let dependents = gone.into_iter().map(|one| one.object).collect();
        DifferenceView { causes, dependents, ..row }
    };
    comparison.differences.iter().map(row).collect()
}

/// The way back from where a way leads, and that place. What was made on the way there may go again.
fn back(start: &Schema, way: &Way) -> (Way, Schema) {
    let mut reached = start.clone();
    for step in &way.steps {
        let _clash = step.apply(&mut reached);
    }
    let side = |schema: &Schema| Side { schema: schema.clone(), ..Side::default() };
    let renames = way
        .steps
        .iter()
        .any(|step| matches!(step.op, Op::RenameTable { .. } | Op::RenameColumn { .. }));
    let (from, to) = (side(&reached), side(start));
    let comparison = if renames { compare_renamed(&from, &to) } else { compare(&from, &to) };
    (writers::way(&reached, start, &comparison, true), reached)
}

fn way_view(way: &Way, start: &Schema) -> WayView {
    let mut schema = start.clone();
    let mut steps = Vec::new();
    for step in &way.steps {
        steps.push(step_view(step, &schema));
        let _clash = step.apply(&mut schema);
    }
    let left_out = way.left_out.iter().map(|step| step_view(step, &schema)).collect();
    let mut missing = way.missing.clone();
    // What this database has no words for.
    let silent = steps.iter().filter(|step| step.sql.is_empty());
    missing.extend(silent.map(|step| step.summary.clone()));
    WayView { steps, left_out, missing }
}

fn step_view(step: &Step, before: &Schema) -> WayStep {
    WayStep {
        summary: step.summary(),
        sql: writers::statements(step, before),
        python: alembic::lines(step, before),
        loses: step.loses.clone(),
        note: step.note.clone(),
    }
}

fn counts(differences: &[DifferenceView], undecided: usize) -> DiffCounts {
    let of = |kind| differences.iter().filter(|one| one.kind == kind).count();
    DiffCounts {
        added: of(DifferenceKind::Added),
        removed: of(DifferenceKind::Removed),
        changed: of(DifferenceKind::Changed),
        renamed: of(DifferenceKind::Renamed),
        reordered: of(DifferenceKind::Reordered),
        undecided,
    }
}

fn message(view: &DiffView) -> String {
    let first = view.way.steps.first().map(|step| step.summary.replace('`', ""));
    match (first, view.way.steps.len()) {
        (None, _) => "nothing to do".to_owned(),
        (Some(first), 1) => first,
        (Some(first), steps) => format!("{first} and {} more", steps - 1),
    }
}

/// The same difference has the same id, wherever it is worked out.
fn revision_id(view: &DiffView) -> String {
    let mut hasher = Sha256::new();
    for part in view.from.at.iter().chain([&view.dialect]) {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    for text in view.way.steps.iter().flat_map(|step| &step.sql) {
        hasher.update(text.as_bytes());
        hasher.update([0]);
    }
    let digits: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    digits.chars().take(REVISION_DIGITS).collect()
}

/// What both sides left open at the same place: they ran the same revisions up to there, so whatever it did
/// is no difference between them.
fn shared(from: &End, to: &End) -> Set<UndecidedDifference> {
    let of = |end: &End| -> Set<UndecidedDifference> {
        end.undecided.iter().map(|entry| view("both", entry)).collect()
    };
    of(from).intersection(&of(to)).cloned().collect()
}

/// A side with what is open of it alone. How an expression is spelled is for the comparison.
fn side(end: &End, shared: &Set<UndecidedDifference>) -> Side {
    let mut open = Open { tables_only: end.tables_only, ..Open::default() };
    for entry in own(end, shared) {
        open.everything |= entry.affects.iter().any(|table| table == "*");
        open.tables.extend(entry.affects.iter().cloned());
    }
    Side { schema: end.schema.clone(), open }
}

fn own<'a>(
    end: &'a End,
    shared: &'a Set<UndecidedDifference>,
) -> impl Iterator<Item = &'a UndecidedView> {
    let real = end.undecided.iter().filter(|entry| !op::is_spelling(&entry.what));
    real.filter(|entry| !shared.contains(&view("both", entry)))
}

fn view(side: &str, entry: &UndecidedView) -> UndecidedDifference {
    UndecidedDifference {
        side: Some(side.to_owned()),
        what: entry.what.clone(),
        revision: entry.revision.clone(),
        file: entry.file.clone(),
        line: entry.line,
        affects: entry.affects.clone(),
    }
}

/// What is undecided between the sides, then on either; the same words about several tables once.
fn undecided(
    comparison: &Comparison,
    (from, to): (&End, &End),
    shared: &Set<UndecidedDifference>,
) -> Vec<UndecidedDifference> {
    let mut between: Map<&str, Vec<String>> = Map::new();
    for one in &comparison.undecided {
        let tables = between.entry(&one.what).or_default();
        let table = one.object.to_string();
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    let between = between.into_iter().map(|(what, affects)| UndecidedDifference {
        what: what.to_owned(),
        affects,
        ..UndecidedDifference::default()
    });
    let mut all: Vec<UndecidedDifference> = between.collect();
    all.extend(own(from, shared).map(|entry| view("from", entry)));
    all.extend(own(to, shared).map(|entry| view("to", entry)));
    all.extend(shared.iter().filter(|entry| !op::is_spelling(&entry.what)).cloned());
    all
}

fn rename(one: &Rename) -> RenameView {
    let (object, from) = match &one.what {
        Renamed::Table { from } => (object(ObjectKind::Table, &one.table, None), from.to_string()),
        Renamed::Column { from, to } => {
            (object(ObjectKind::Column, &one.table, Some(to)), from.to_string())
        }
    };
    let likelihood = if one.likely { "likely" } else { "possible" };
    RenameView { object, from, likelihood: likelihood.to_owned(), reason: one.reason.clone() }
}
