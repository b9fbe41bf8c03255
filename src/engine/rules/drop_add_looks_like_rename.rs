//! A rename is written as a drop and an addition.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Mutation, Op, Step};
use crate::engine::schema::{Column, Ident, Table, TableName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("drop-add-looks-like-rename"),
    severity: Severity::Blocker,
    summary: "Drops a column or table and adds one that looks like the same under another name.",
    why: "Written so, a rename loses every value: tools that compare schemas cannot tell the two apart.",
    instead: "If it is a rename, write RENAME; if not, move the data between the addition and the drop, and drop in a later release.",
    fires: "
=== base.sql role:baseline
CREATE TABLE people (id int PRIMARY KEY, fullname varchar(80));
=== versions/1_name.py
from alembic import op
import sqlalchemy as sa
revision = \"1\"
down_revision = None
def upgrade():
    op.add_column(\"people\", sa.Column(\"full_name\", sa.String(80)))
    op.drop_column(\"people\", \"fullname\")
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ drop-add-looks-like-rename
",
    silent: "
=== plan.sql role:plan
ALTER TABLE people ADD COLUMN full_name varchar(80);
UPDATE people SET full_name = fullname;
ALTER TABLE people DROP COLUMN fullname;
",
    check: Check::Step(check),
};

/// The score from which on two are taken for the same, of 100.
const ALIKE: usize = 66;
/// How much less like a new name another may be, and still fit it.
const AS_LIKE: usize = 10;
/// What it adds that both columns point at the same table.
const POINTS_ALIKE: usize = 20;

fn check(view: &StepView<'_>) -> Option<Note> {
    match &view.step.op {
        Op::DropColumn { table, column, .. } if !view.fresh.has_column(table, column) => {
            of_column(view, table, column)
        }
        Op::DropTable { table, .. } if !view.fresh.has_table(table) => of_table(view, table),
        _ => None,
    }
}

fn around<'a>(view: &StepView<'a>) -> impl Iterator<Item = &'a Step> {
    view.earlier.iter().chain(view.later)
}

fn of_column(view: &StepView<'_>, table: &TableName, column: &Ident) -> Option<Note> {
    let old = view.column(table, column);
    // What is worked out holds nothing of its own, and what was emptied nothing at all.
    if old.is_some_and(|old| old.generated.is_some()) || view.fresh.is_empty(table) {
        return None;
    }
    // Values may have gone where nobody can say.
    if view.may_be_backfilled(table, column) && view.step.certainty == Certainty::Unverified {
        return None;
    }
    let scored = around(view).filter_map(|step| match &step.op {
        Op::AddColumn { table: to, column: new, .. } if to == table && &new.name != column => {
            let points = usize::from(points_alike(view, table, (column, &new.name)));
            Some((score(column, old, new) + points * POINTS_ALIKE, &new.name))
        }
        _ => None,
    });
    let (score, new) =
        scored.max_by_key(|(score, _)| *score).filter(|(score, _)| *score >= ALIKE)?;
    let copies = |step: &&Step| match &step.op {
        Op::Mutate { table: of, verb: Mutation::Update, sets, .. } => {
            of == table && sets.iter().any(|(to, from)| to == new && from.columns.contains(column))
        }
        _ => false,
    };
    if around(view).any(|step| copies(&step)) {
        return None;
    }
    let title = format!(
        "{} drops `{table}.{column}` and adds `{new}`: that looks like a rename",
        view.who()
    );
    let note = match others_fit(view, table, (column, new)) {
        // One column cannot be the new name of several.
        true => Note::new(title).severity(Severity::Warning),
        false => Note::new(title),
    };
    Some(told(note, score, old.is_some()).within(ObjectKind::Column, table, column).run(
        "If it is one, in place of both:",
        Language::Sql,
        format!("ALTER TABLE {} RENAME COLUMN {} TO {};", table.quoted(), column.quoted(), new.quoted()),
    ).run(
        "In Alembic:",
        Language::Python,
        format!("op.alter_column(\"{}\", \"{column}\", new_column_name=\"{new}\")", table.name),
    ).step("If it is not, copy the values between the two, and drop the old column in a later release."))
}

fn of_table(view: &StepView<'_>, table: &TableName) -> Option<Note> {
    let old = view.table(table).filter(|old| !old.columns.is_empty())?;
    let scored = around(view).filter_map(|step| match &step.op {
        Op::CreateTable { table: new, columns, .. } if new != table => {
            Some((overlap(old, columns), new))
        }
        _ => None,
    });
    let (score, new) =
        scored.max_by_key(|(score, _)| *score).filter(|(score, _)| *score >= ALIKE)?;
    let copies = |step: &Step| matches!(&step.op, Op::Mutate { table: to, verb: Mutation::Insert, .. } if to == new);
    // A table that takes the name afterwards is a rebuild.
    let takes = |step: &Step| matches!(&step.op, Op::RenameTable { from, to } if from == new && to == table);
    if around(view).any(|step| copies(step) || takes(step)) {
        return None;
    }
    let title =
        format!("{} drops `{table}` and makes `{new}`: that looks like a rename", view.who());
    Some(told(Note::new(title), score, true).table(table).table(new).run(
        "If it is one, in place of both:",
        Language::Sql,
        format!("ALTER TABLE {} RENAME TO {};", table.quoted(), new.name.quoted()),
    ).step("If it is not, copy the rows between the two, and drop the old table in a later release."))
}

fn told(note: Note, score: usize, known: bool) -> Note {
    let from = if known {
        "types, options, place and names"
    } else {
        "the names; the old type is in no input"
    };
    note.certainty(Certainty::Likely)
        .because([Evidence::text(format!("They are alike to {score} of 100, by {from}"))])
}

/// How much of a table's columns, by name and type, the new one has.
fn overlap(old: &Table, new: &[Column]) -> usize {
    let has = |column: &&Column| {
        new.iter().any(|other| other.name == column.name && other.data_type == column.data_type)
    };
    let shared = old.columns.iter().filter(has).count();
    100 * shared / old.columns.len().max(new.len()).max(1)
}

/// Whether more columns go than come, and another of them is as much like the new one.
fn others_fit(view: &StepView<'_>, table: &TableName, (column, new): (&Ident, &Ident)) -> bool {
    let all = || around(view).chain(std::iter::once(view.step));
    let go: Vec<&Ident> = all()
        .filter_map(|step| match &step.op {
            Op::DropColumn { table: of, column, .. } if of == table => Some(column),
            _ => None,
        })
        .collect();
    let comes = |step: &&Step| matches!(&step.op, Op::AddColumn { table: to, .. } if to == table);
    let like = |name: &Ident| likeness(name.as_str(), new.as_str()) + AS_LIKE;
    go.len() > all().filter(comes).count()
        && go
            .iter()
            .any(|other| *other != column && like(other) >= likeness(column.as_str(), new.as_str()))
}

/// Whether both columns point at the same table, by foreign keys of their own.
fn points_alike(view: &StepView<'_>, table: &TableName, (old, new): (&Ident, &Ident)) -> bool {
    let target = |kind: &'_ ConstraintKind, of: &Ident| match kind {
        ConstraintKind::ForeignKey(key) if key.columns == [of.clone()] => {
            Some(key.ref_table.clone())
        }
        _ => None,
    };
    let known = view.table(table).into_iter().flat_map(|known| &known.constraints);
    let before = known.filter_map(|one| target(&one.kind, old)).next();
    let dropped = || view.fresh.had_of(table).find_map(|kind| target(kind, old));
    let mut added = around(view).filter_map(|step| match &step.op {
        Op::AddConstraint { table: of, kind, .. } if of == table => target(kind, new),
        _ => None,
    });
    before.or_else(dropped).is_some_and(|old| added.any(|new| new == old))
}

fn score(name: &Ident, old: Option<&Column>, new: &Column) -> usize {
    let names = likeness(name.as_str(), new.name.as_str());
    // By the names alone they have to be nearly the same.
    let Some(old) = old else { return names.saturating_sub(20) };
    let head = |column: &Column| {
        let text = column.data_type.as_deref().unwrap_or_default();
        text.split('(').next().unwrap_or_default().trim().to_owned()
    };
    let of_type = match (&old.data_type, &new.data_type) {
        (Some(a), Some(b)) if a == b => 40,
        (Some(_), Some(_)) if head(old) == head(new) => 30,
        _ => 0,
    };
    let fits = usize::from(old.nullable == new.nullable || new.default.is_some()) * 10;
    // Without a shared type names alone are not enough.
    if of_type == 0 { names / 3 } else { of_type + fits + names / 2 }
}

/// Letters that two names share at both ends, in 100 of the longer one; lines between words don't count.
fn likeness(a: &str, b: &str) -> usize {
    let plain =
        |text: &str| -> Vec<char> { text.to_lowercase().chars().filter(|c| *c != '_').collect() };
    let (a, b) = (plain(a), plain(b));
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let shared = (head + tail).min(a.len()).min(b.len());
    100 * shared / a.len().max(b.len()).max(1)
}
