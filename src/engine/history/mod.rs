//! Chains before and after a change → what the change does to revisions that were there.
//!
//! Revisions are compared by what they say to Alembic (id, parents, dependencies, labels) and by their code,
//! never by their looks. What a revision does is compared step by step, to say which.
//!
//! In: [`Chain`]s of both states, or a [`Lock`] in the place of the older one.
//! Out: [`Change`]s, in the order of the older state.
//! Never: whether a change is allowed.

mod lock;
#[cfg(test)]
mod tests;

pub use lock::{
    FILE_NAME as LOCK_FILE, Lock, Locked, against as against_lock, write as write_lock,
};

use crate::ordered::{Map, Set};

use super::chain::{Chain, Code, Codes, Revision, RevisionIx, order};
use super::op::{Op, Step, describe};
use super::schema::Column;
use super::span::Span;

/// What happened to one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its id after the change; of one that is gone, the id it had.
    pub id: String,
    pub what: What,
    /// Where it is now.
    pub now: Option<(usize, RevisionIx)>,
    /// Where it was; of a lock file, its line.
    pub was: Option<Span>,
}

/// Kinds of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Deleted,
    /// The same code under another id.
    RenamedId {
        from: String,
    },
    Reparented {
        from: Vec<String>,
        to: Vec<String>,
    },
    Dependencies {
        from: Vec<String>,
        to: Vec<String>,
    },
    Labels {
        from: Vec<String>,
        to: Vec<String>,
    },
    /// What its upgrade does, as far as steps tell: those that are gone, those that came.
    Upgrade {
        gone: Vec<String>,
        came: Vec<String>,
    },
    /// Its code is another, and what was understood of it does the same.
    Rewritten {
        /// Everything in it was understood.
        whole: bool,
    },
    /// Its code is the same and does something else: what it imports has changed.
    Imported,
    /// Only its downgrade.
    Downgrade,
    /// The file has another name or place.
    Moved {
        from: String,
    },
    /// New, and a revision that was there now comes after it.
    Inserted,
    /// New at the end of the chain.
    Added,
}

/// Steps that a change lists by name.
const STEPS_SHOWN: usize = 6;

/// Compares two states. New revisions come last.
pub fn compare(before: &[Chain], now: &[Chain], codes: &Codes) -> Vec<Change> {
    let mut found = Vec::new();
    let mut known = Set::new();
    for chain in before {
        let home = home(chain.revisions.iter().map(|one| one.id.as_str()), now);
        let Some(home) = home else {
            found.extend(live(chain).map(|(_, one)| gone(one)));
            continue;
        };
        for (_, old) in live(chain) {
            match now.get(home).and_then(|chain| Some((chain, chain.find(&old.id)?))) {
                Some((chain, ix)) => {
                    known.insert((home, ix));
                    let Some(new) = chain.revision(ix) else { continue };
                    let whats = differences(old, new, codes).into_iter();
                    found.extend(whats.map(|what| Change {
                        id: new.id.clone(),
                        what,
                        now: Some((home, ix)),
                        was: Some(old.span),
                    }));
                }
                None => found.push(gone(old)),
            }
        }
    }
    added(now, &known, &mut found);
    let code = |id: &str| {
        let old = before.iter().find_map(|chain| chain.revision(chain.find(id)?))?;
        (!old.upgrade.is_empty()).then(|| codes.of(old))
    };
    renamed(code, (now, codes), &mut found);
    found
}

fn gone(one: &Revision) -> Change {
    Change { id: one.id.clone(), what: What::Deleted, now: None, was: Some(one.span) }
}

/// The chain that has most of these revisions.
fn home<'a>(ids: impl Iterator<Item = &'a str>, chains: &[Chain]) -> Option<usize> {
    let mut shared = vec![0usize; chains.len()];
    for id in ids {
        for (count, chain) in shared.iter_mut().zip(chains) {
            *count += usize::from(chain.find(id).is_some());
        }
    }
    let best = shared.iter().enumerate().max_by_key(|(ix, count)| (**count, usize::MAX - ix))?;
    (*best.1 > 0).then_some(best.0)
}

fn live(chain: &Chain) -> impl Iterator<Item = (RevisionIx, &Revision)> {
    let all = chain.revisions.iter().enumerate().map(|(ix, one)| (RevisionIx(ix), one));
    all.filter(|(ix, _)| chain.graph.node(*ix).is_none_or(|node| !node.is_replaced))
}

/// Revisions that were not there.
fn added(now: &[Chain], known: &Set<(usize, RevisionIx)>, found: &mut Vec<Change>) {
    for (number, chain) in now.iter().enumerate() {
        let old: Vec<RevisionIx> =
            known.iter().filter(|(of, _)| *of == number).map(|(_, ix)| *ix).collect();
        let below = order::ancestors(&chain.graph, &old);
        for (ix, one) in live(chain).filter(|(ix, _)| !known.contains(&(number, *ix))) {
            let what = if below.contains(ix) { What::Inserted } else { What::Added };
            found.push(Change { id: one.id.clone(), what, now: Some((number, ix)), was: None });
        }
    }
}

/// One that is gone and one that is new, with the same code, are one under two ids.
fn renamed(
    code: impl Fn(&str) -> Option<Code>,
    (now, of): (&[Chain], &Codes),
    found: &mut Vec<Change>,
) {
    let mut codes: Map<(u64, u64), (String, Option<Span>)> = Map::new();
    for change in found.iter().filter(|change| change.what == What::Deleted) {
        let Some(code) = code(&change.id) else { continue };
        codes.insert((code.upgrade, code.downgrade), (change.id.clone(), change.was));
    }
    let mut taken = Set::new();
    for change in found.iter_mut() {
        if !matches!(change.what, What::Added | What::Inserted) {
            continue;
        }
        let new = change.now.and_then(|(number, ix)| now.get(number)?.revision(ix));
        let code = new.map(|new| of.of(new)).map(|code| (code.upgrade, code.downgrade));
        if let Some((from, span)) = code.and_then(|code| codes.remove(&code)) {
            taken.insert(from.clone());
            (change.what, change.was) = (What::RenamedId { from }, span);
        }
    }
    found.retain(|change| change.what != What::Deleted || !taken.contains(&change.id));
}

/// What two states of one revision have apart.
fn differences(old: &Revision, new: &Revision, codes: &Codes) -> Vec<What> {
    let (was, is) = (codes.of(old), codes.of(new));
    let mut found = graph_differences((&old.down, &old.depends_on, &old.labels), new);
    if old.unread_parents.is_some() || new.unread_parents.is_some() {
        found.retain(|what| !matches!(what, What::Reparented { .. }));
    }
    let (gone, came) = apart(&old.upgrade, &new.upgrade);
    let same_steps = gone.is_empty() && came.is_empty();
    if was.upgrade == is.upgrade {
        if !same_steps {
            found.push(What::Imported);
        }
    } else if same_steps {
        let straight = was.is_straight && is.is_straight;
        let whole = straight && old.upgrade.iter().chain(&new.upgrade).all(is_told_whole);
        found.push(What::Rewritten { whole });
    } else {
        found.push(What::Upgrade { gone, came });
    }
    if was.downgrade != is.downgrade && was.upgrade == is.upgrade {
        found.push(What::Downgrade);
    }
    if file(&old.path) != file(&new.path) {
        found.push(What::Moved { from: file(&old.path).to_owned() });
    }
    found
}

fn file(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Parents, dependencies and labels as they were, beside what a revision says now.
fn graph_differences(was: (&[String], &[String], &[String]), now: &Revision) -> Vec<What> {
    let sorted = |ids: &[String]| -> Set<String> { ids.iter().cloned().collect() };
    let differs = |a: &[String], b: &[String]| sorted(a) != sorted(b);
    let pair = |a: &[String], b: &[String]| (a.to_vec(), b.to_vec());
    let mut found = Vec::new();
    if differs(was.0, &now.down) {
        let (from, to) = pair(was.0, &now.down);
        found.push(What::Reparented { from, to });
    }
    if differs(was.1, &now.depends_on) {
        let (from, to) = pair(was.1, &now.depends_on);
        found.push(What::Dependencies { from, to });
    }
    if differs(was.2, &now.labels) {
        let (from, to) = pair(was.2, &now.labels);
        found.push(What::Labels { from, to });
    }
    found
}

/// The steps that only one list has, in words. Lists of the same steps in another order differ in all that
/// lies between the first and the last that is not where it was.
fn apart(old: &[Step], new: &[Step]) -> (Vec<String>, Vec<String>) {
    let same = |(a, b): &(&Step, &Step)| placeless(&a.op) == placeless(&b.op);
    let front = old.iter().zip(new).take_while(same).count();
    let (old, new) = (old.get(front..).unwrap_or_default(), new.get(front..).unwrap_or_default());
    let back = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let words = |steps: &[Step]| {
        let steps = steps.get(..steps.len().saturating_sub(back)).unwrap_or_default();
        let mut words: Vec<String> =
            steps.iter().take(STEPS_SHOWN).map(|step| describe(&step.op)).collect();
        if steps.len() > STEPS_SHOWN {
            words.push("more".to_owned());
        }
        words
    };
    let (gone, came) = (words(old), words(new));
    match (old, new) {
        ([old, ..], [new, ..]) if gone == came => within(&old.op, &new.op).unwrap_or((gone, came)),
        _ => (gone, came),
    }
}

/// What two steps of one description have apart: the columns of a table, or one column.
fn within(old: &Op, new: &Op) -> Option<(Vec<String>, Vec<String>)> {
    let columns = |op: &Op| -> Option<Vec<Column>> {
        match op {
            Op::CreateTable { columns, .. } => Some(columns.clone()),
            Op::AddColumn { column, .. } => Some(vec![column.clone()]),
            _ => None,
        }
    };
    let (old, new) = (columns(old)?, columns(new)?);
    let only = |own: &[Column], other: &[Column]| -> Vec<String> {
        let apart = own.iter().filter(|one| !other.contains(one));
        apart.take(STEPS_SHOWN).map(column_words).collect()
    };
    let (gone, came) = (only(&old, &new), only(&new, &old));
    (!gone.is_empty() || !came.is_empty()).then_some((gone, came))
}

fn column_words(column: &Column) -> String {
    let mut words = ["column `", column.name.as_str(), "`"].concat();
    for (word, value) in [("", &column.data_type), ("default ", &column.default)] {
        if let Some(value) = value {
            words.push_str(&[" ", word, "`", value, "`"].concat());
        }
    }
    if !column.nullable {
        words.push_str(" NOT NULL");
    }
    words
}

/// A step without the places that its words give.
fn placeless(op: &Op) -> Op {
    match op {
        Op::Unknown { tables, opaque, .. } => {
            Op::Unknown { what: String::new(), tables: tables.clone(), opaque: *opaque }
        }
        Op::UnknownWithin { tables, .. } => {
            Op::UnknownWithin { what: String::new(), tables: tables.clone() }
        }
        other => other.clone(),
    }
}

/// Whether a step holds all that the code says of it: two that are equal do the same.
fn is_told_whole(step: &Step) -> bool {
    matches!(
        step.op,
        Op::CreateTable { open: false, .. }
            | Op::DropTable { .. }
            | Op::RenameTable { .. }
            | Op::RenameSequence { .. }
            | Op::AddColumn { .. }
            | Op::DropColumn { .. }
            | Op::RenameColumn { .. }
            | Op::AlterColumnType { to: Some(_), .. }
            | Op::SetNotNull { .. }
            | Op::DropNotNull { .. }
            | Op::SetDefault { .. }
            | Op::DropDefault { .. }
            | Op::SetComment { .. }
            | Op::AddConstraint { .. }
            | Op::DropConstraint { .. }
            | Op::RenameConstraint { .. }
            | Op::CreateIndex { .. }
            | Op::DropIndex { .. }
            | Op::RenameIndex { .. }
            | Op::CreateEnum { .. }
            | Op::AddEnumValue { .. }
            | Op::Transaction(_)
    )
}

impl What {
    /// Returns whether it can make databases differ, or lead Alembic astray.
    pub fn matters(&self) -> bool {
        !matches!(
            self,
            Self::Rewritten { whole: true } | Self::Downgrade | Self::Moved { .. } | Self::Added
        )
    }

    /// Returns its short name, as findings and reports have it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::RenamedId { .. } => "renamed-id",
            Self::Reparented { .. } => "parent",
            Self::Dependencies { .. } => "dependencies",
            Self::Labels { .. } => "labels",
            Self::Upgrade { .. } => "upgrade",
            Self::Rewritten { whole: true } => "same-effect",
            Self::Rewritten { whole: false } => "code",
            Self::Imported => "imported",
            Self::Downgrade => "downgrade",
            Self::Moved { .. } => "file",
            Self::Inserted => "inserted",
            Self::Added => "added",
        }
    }
}

impl Change {
    /// Returns it as a sentence; names stand between backticks.
    pub fn text(&self) -> String {
        ["Revision `", &self.id, "` ", &words(&self.what), "."].concat()
    }
}

fn words(what: &What) -> String {
    let from_to = |verb: &str, from: &[String], to: &[String]| {
        [verb, " ", &ids(from), " and now ", verb, " ", &ids(to)].concat()
    };
    match what {
        What::Deleted => "was deleted".to_owned(),
        What::RenamedId { from } => ["is what was `", from, "`, under another id"].concat(),
        What::Reparented { from, to } => {
            from_to("followed", from, to).replace("now followed", "now follows")
        }
        What::Dependencies { from, to } => {
            from_to("needed", from, to).replace("now needed", "now needs")
        }
        What::Labels { from, to } => {
            ["had the labels ", &ids(from), " and now has ", &ids(to)].concat()
        }
        What::Upgrade { .. } => "was edited: its `upgrade()` does something else".to_owned(),
        What::Rewritten { whole: true } => "is written otherwise and does the same".to_owned(),
        What::Rewritten { whole: false } => "has other code than it had".to_owned(),
        What::Imported => "does something else, since what it imports has changed".to_owned(),
        What::Downgrade => "has another `downgrade()`".to_owned(),
        What::Moved { from } => ["has another file name; it was `", from, "`"].concat(),
        What::Inserted => "is new, and released revisions follow it".to_owned(),
        What::Added => "is new".to_owned(),
    }
}

fn ids(ids: &[String]) -> String {
    match ids {
        [] => "nothing".to_owned(),
        ids => ["`", &ids.join("`, `"), "`"].concat(),
    }
}
