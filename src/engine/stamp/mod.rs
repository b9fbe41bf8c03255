//! A whole schema and a chain → the revision at which the database stands, by what it holds.
//!
//! Every revision is weighed by the facts (tables, columns with types, keys, indexes, enum values) that only
//! one side has, and the nearest ones are then compared by meaning. Revisions that leave the schema as it is
//! (they move data, or merge) can't be told apart by any dump; they are named together.
//!
//! In: a [`Chain`] and the [`Schema`] of a database, all of it.
//! Out: a [`Fit`].
//! Never: what the version table says; running anything.

mod facts;

use crate::ordered::Map;

use super::chain::{Chain, RevisionIx};
use super::compare::{self, Change, Difference, Side};
use super::op;
use super::schema::{Schema, TableName};
use crate::limits;

use facts::Facts;

/// How well a database fits a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The newest of the nearest revisions.
    pub revision: RevisionIx,
    /// Other revisions after which the schema is the very same, oldest first.
    pub alike: Vec<RevisionIx>,
    /// Other revisions that are as near, with another schema, oldest first.
    pub ties: Vec<RevisionIx>,
    /// What the revision and the database have apart, in words; empty when nothing is.
    pub differences: Vec<String>,
    /// Differences in all.
    pub count: usize,
}

impl Fit {
    /// Returns whether the database holds what the revision makes, and what no other does.
    pub fn is_exact(&self) -> bool {
        self.count == 0 && self.ties.is_empty()
    }
}

/// Revisions in a row that have one schema.
struct Place {
    distance: usize,
    revisions: Vec<RevisionIx>,
}

/// Finds the revision whose schema a database has, or is nearest to. `skips` are tables that do not count:
/// those of migration tools. `None` where no revision shares a table with it.
pub fn find(chain: &Chain, given: &Schema, skips: fn(&TableName) -> bool) -> Option<Fit> {
    let places = weighed(chain, given, skips);
    let least = places.iter().map(|place| place.distance).min()?;
    let near = places.into_iter().filter(|place| place.distance == least);
    let mut judged: Vec<(usize, Vec<String>, Place)> = Vec::new();
    for place in near.take(limits::STAMP_PLACES_MAX) {
        let Some(at) = place.revisions.last() else { continue };
        let (schema, _) = chain.schema_at(&[*at]);
        let (count, words) = apart(schema, given, skips);
        judged.push((count, words, place));
    }
    let fewest = judged.iter().map(|(count, ..)| *count).min()?;
    judged.retain(|(count, ..)| *count == fewest);
    let (count, differences, best) = judged.pop()?;
    let (revision, alike) = best.revisions.split_last()?;
    Some(Fit {
        revision: *revision,
        alike: alike.to_vec(),
        ties: judged.into_iter().flat_map(|(_, _, place)| place.revisions).collect(),
        differences,
        count,
    })
}

/// How far every revision is from a database, in the order in which they run.
fn weighed(chain: &Chain, given: &Schema, skips: fn(&TableName) -> bool) -> Vec<Place> {
    let given = Facts::of(given, skips);
    let mut places: Vec<Place> = Vec::new();
    let mut schema = chain.replay.baseline().clone();
    let mut facts = Facts::of(&schema, skips);
    let mut distances: Map<TableName, usize> = given.distances(&facts);
    let mut last: Option<RevisionIx> = None;
    let mut jumps = 0;
    for (ix, revision) in chain.in_order() {
        let parents = chain.graph.normal_parents(ix);
        let follows = match last {
            None => parents.is_empty(),
            Some(last) => parents.as_slice() == [last],
        };
        let before = schema.clone();
        if follows {
            for step in &revision.upgrade {
                // What clashes, the replay of the chain has said.
                let _clash = op::apply(&mut schema, &step.op);
            }
        } else if jumps < limits::STAMP_JUMPS_MAX {
            jumps += 1;
            (schema, _) = chain.schema_at(&[ix]);
        } else {
            last = None;
            continue;
        }
        last = Some(ix);
        if follows
            && schema == before
            && let Some(place) = places.last_mut()
        {
            place.revisions.push(ix);
            continue;
        }
        facts.update(&before, &schema, skips, |table, own| {
            distances.insert(table.clone(), given.distance(table, own));
        });
        places.push(Place { distance: distances.values().sum(), revisions: vec![ix] });
    }
    if !given.is_empty() {
        // One that shares nothing is near to anything small.
        let shared = places.iter().any(|place| place.distance < given.count());
        if !shared {
            places.clear();
        }
    }
    places
}

/// What two schemas have apart by meaning: how much, and the first of it in words.
fn apart(made: Schema, given: &Schema, skips: fn(&TableName) -> bool) -> (usize, Vec<String>) {
    let side = |schema: Schema| Side { schema, ..Side::default() };
    let found = compare::compare(&side(made), &side(given.clone()));
    let counts =
        |one: &&Difference| !one.is_order() && !skips(&one.object) && !is_aside(&one.change);
    let count = found.differences.iter().filter(counts).count();
    let shown = found.differences.iter().filter(counts).take(limits::STAMP_DIFFERENCES_SHOWN);
    (count, shown.map(words).collect())
}

/// What a chain seldom makes and a database has for other reasons.
fn is_aside(change: &Change) -> bool {
    matches!(
        change,
        Change::OtherAdded(_)
            | Change::OtherRemoved(_)
            | Change::ObjectAdded(..)
            | Change::ObjectRemoved(..)
            | Change::ObjectChanged { .. }
            | Change::SequenceOwner { .. }
            | Change::TableChanged { .. }
            | Change::ColumnChanged { aspect: compare::Aspect::Comment, .. }
    )
}

/// A difference from the revision to the database.
fn words(one: &Difference) -> String {
    let table = one.object.to_string();
    let of = |name: &str| ["`", &table, ".", name, "`"].concat();
    let named = |name: Option<&super::schema::Ident>| {
        name.map_or("without a name", |name| name.as_str()).to_owned()
    };
    let (what, verb) = match &one.change {
        Change::TableAdded(_) => (["table `", &table, "`"].concat(), "is there"),
        Change::TableRemoved(_) => (["table `", &table, "`"].concat(), "is missing"),
        Change::ColumnAdded(column) => {
            (["column ", &of(column.name.as_str())].concat(), "is there")
        }
        Change::ColumnRemoved(column) => {
            (["column ", &of(column.name.as_str())].concat(), "is missing")
        }
        Change::ColumnChanged { to, aspect, .. } => {
            return ["column ", &of(to.name.as_str()), " has another ", aspect.word()].concat();
        }
        Change::ConstraintAdded(one) => {
            (["constraint ", &of(&named(one.name.as_ref()))].concat(), "is there")
        }
        Change::ConstraintRemoved(one) => {
            (["constraint ", &of(&named(one.name.as_ref()))].concat(), "is missing")
        }
        Change::IndexAdded(one) => {
            (["index ", &of(&named(one.name.as_ref()))].concat(), "is there")
        }
        Change::IndexRemoved(one) => {
            (["index ", &of(&named(one.name.as_ref()))].concat(), "is missing")
        }
        Change::EnumAdded(_) => (["type `", &table, "`"].concat(), "is there"),
        Change::EnumRemoved(_) => (["type `", &table, "`"].concat(), "is missing"),
        _ => (["something of `", &table, "`"].concat(), "differs"),
    };
    [&what, " ", verb].concat()
}
