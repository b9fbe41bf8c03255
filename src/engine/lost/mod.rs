//! A chain with a hole in it → what the lost revision must have made.
//!
//! Later revisions need things that no other revision makes: those are lost. What they were is told by the
//! downgrades that bring them back, by what they are changed from, and by a database that still has them. From
//! there the later revisions are walked back down to the hole, and what is then there beside what the earlier
//! ones make is what the lost one made.
//!
//! In: a [`Chain`], the id that no file has, and a schema of a database, where one is known.
//! Out: a [`Lost`].
//! Never: anything that nobody speaks of; the draft's text (`draft`).

mod draft;
mod needs;

pub use draft::{Draft, draft};

use crate::ordered::{Map, Set};

use super::chain::{Chain, DowngradeKind, Edge, Revision, RevisionIx, order};
use super::op::{self, EnumPlace, Op, Step};
use super::schema::{Column, Ident, Schema, Table, TableName};
use super::span::Span;
use crate::wire::Certainty;

use needs::Need;

/// A database that stands after the lost revision.
#[derive(Debug, Clone)]
pub struct Held<'a> {
    pub schema: &'a Schema,
    /// The revisions of its rows.
    pub at: Vec<RevisionIx>,
    /// "prod", "dev".
    pub name: &'static str,
}

/// What is known of a lost revision.
#[derive(Debug, Clone, Default)]
pub struct Lost {
    pub id: String,
    /// Revisions that follow it.
    pub children: Vec<RevisionIx>,
    /// Revisions that nothing follows, and that do not follow it: it has probably followed one of them.
    pub parents: Vec<RevisionIx>,
    /// A file that has its id in its name or docstring, and another one in its variable.
    pub mislabelled: Option<RevisionIx>,
    /// What is there without it, where it ran.
    pub before: Schema,
    /// The same with what it made, as far as that is known.
    pub after: Schema,
    /// Where each thing is spoken of: a table, or something in it.
    pub evidence: Map<(TableName, Option<Ident>), Why>,
    /// Columns and keys of which nothing but the name is known.
    pub open: Vec<(TableName, Ident)>,
    /// The revisions before it start on tables that none of them makes: what is missing later may be as old.
    pub may_be_older: bool,
}

/// Why something is known to have been there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    pub text: String,
    pub span: Option<Span>,
}

/// Works out what a missing parent was. `None` for an id that no revision follows.
pub fn find(chain: &Chain, id: &str, held: Option<&Held<'_>>) -> Option<Lost> {
    let missing = chain.graph.missing.iter().filter(|one| one.id == id && one.edge == Edge::Parent);
    let children: Vec<RevisionIx> = missing.map(|one| one.revision).collect();
    if children.is_empty() || id.is_empty() {
        return None;
    }
    let later = followers(chain, &children);
    let heads = chain.graph.heads.iter().filter(|head| !later.contains(head));
    let lacks = |ix: &RevisionIx| chain.graph.missing.iter().any(|one| one.revision == *ix);
    let mut parents: Vec<RevisionIx> = heads.filter(|head| !lacks(head)).copied().collect();
    parents.dedup();
    let before = match parents.as_slice() {
        [one] => chain.schema_at(&[*one]).0,
        _ => chain.replay.baseline().clone(),
    };
    let mut lost = Lost {
        id: id.to_owned(),
        mislabelled: mislabelled(chain, id),
        children,
        parents,
        may_be_older: starts_on_tables(chain, &before, &later),
        after: before.clone(),
        before,
        ..Lost::default()
    };
    let held = held.filter(|held| held.at.iter().any(|at| later.contains(at)));
    let run: Vec<RevisionIx> = match held {
        Some(held) => {
            let applied = order::ancestors(&chain.graph, &held.at);
            chain
                .order
                .iter()
                .copied()
                .filter(|ix| later.contains(ix) && applied.contains(*ix))
                .collect()
        }
        None => chain.order.iter().copied().filter(|ix| later.contains(ix)).collect(),
    };
    let mut walk = Walk { lost: &mut lost, made: Set::new(), needed: Set::new() };
    let up = walk.up(chain, &run);
    let top = held.map_or(up, |held| held.schema.clone());
    let bottom = down(chain, &run, top);
    walk.take(bottom, held);
    Some(lost)
}

/// The revisions that come after any of these, those included.
fn followers(chain: &Chain, of: &[RevisionIx]) -> Set<RevisionIx> {
    let mut later: Set<RevisionIx> = of.iter().copied().collect();
    for ix in &chain.order {
        if chain.graph.normal_parents(*ix).iter().any(|parent| later.contains(parent)) {
            later.insert(*ix);
        }
    }
    later
}

/// Whether what is before the hole starts on tables that were there already: some of them are changed there, or
/// nothing at all is made.
fn starts_on_tables(chain: &Chain, before: &Schema, later: &Set<RevisionIx>) -> bool {
    let earlier = chain.order.iter().any(|ix| !later.contains(ix));
    earlier && (before.tables.is_empty() || before.tables.values().any(|table| table.open))
}

/// Whose name or docstring says the lost id.
fn mislabelled(chain: &Chain, id: &str) -> Option<RevisionIx> {
    let says = |one: &Revision| {
        let file = one.path.rsplit('/').next().unwrap_or_default();
        let first = file.split(['_', '.']).next().unwrap_or_default();
        one.id != id && (one.header_id.as_deref() == Some(id) || first == id)
    };
    chain.revisions.iter().position(says).map(RevisionIx)
}

/// A name that is made or needed: of a table, or of something in one.
type Thing = (TableName, Option<Ident>);

struct Walk<'a> {
    lost: &'a mut Lost,
    /// What later revisions make themselves.
    made: Set<Thing>,
    /// What they need although nobody has made it.
    needed: Set<Thing>,
}

impl Walk<'_> {
    /// Runs the later revisions over what is there without the lost one; what they stumble over is put there.
    fn up(&mut self, chain: &Chain, run: &[RevisionIx]) -> Schema {
        let mut schema = self.lost.before.clone();
        for ix in run {
            let Some(revision) = chain.revision(*ix) else { continue };
            for step in &revision.upgrade {
                // What only runs where something is there does not need it.
                let needs = match step.certainty {
                    Certainty::Certain => needs::of(&step.op),
                    Certainty::Likely | Certainty::Unverified => Vec::new(),
                };
                for need in needs {
                    self.need(&mut schema, &need, revision, step.span);
                }
                for thing in needs::made_by(&step.op) {
                    if !self.needed.contains(&thing) {
                        self.made.insert(thing);
                    }
                }
                // What still clashes is not for want of the lost revision.
                let _clash = op::apply(&mut schema, &step.op);
            }
        }
        schema
    }

    fn need(&mut self, schema: &mut Schema, need: &Need, by: &Revision, span: Span) {
        let Need { table, columns, others, is_enum, does } = need;
        let text = ["`", &by.id, "` ", does].concat();
        let why = |text: &str| Why { text: text.to_owned(), span: Some(span) };
        if *is_enum {
            if !schema.enums.contains_key(table) {
                schema.enums.insert(table.clone(), Vec::new());
                self.note((table.clone(), None), why(&text));
            }
            return;
        }
        if !schema.tables.contains_key(table) {
            schema.tables.insert(table.clone(), Table { open: true, ..Table::default() });
            self.note((table.clone(), None), why(&text));
        }
        let is_lost = self.needed.contains(&(table.clone(), None));
        let Some(found) = schema.tables.get_mut(table) else { return };
        for column in columns {
            // Of a table that is there, and not known whole, a column may be anything's.
            if found.column(column).is_none() && (is_lost || !found.open) {
                found.columns.push(Column {
                    name: column.clone(),
                    nullable: true,
                    ..Column::default()
                });
                self.note((table.clone(), Some(column.clone())), why(&text));
            }
        }
        for other in others {
            let known = found.constraints.iter().any(|one| one.name.as_ref() == Some(other))
                || found.indexes.iter().any(|one| one.name.as_ref() == Some(other));
            if !known {
                self.note((table.clone(), Some(other.clone())), why(&text));
            }
        }
    }

    fn note(&mut self, thing: Thing, why: Why) {
        self.needed.insert(thing.clone());
        self.lost.evidence.entry(thing).or_insert(why);
    }

    /// What is there at the hole beside what was there before it.
    fn take(&mut self, bottom: Schema, held: Option<&Held<'_>>) {
        let by_database = |text: &str| Why {
            text: [text, " has it, and no revision makes it"].concat(),
            span: None,
        };
        let is_its = !self.lost.may_be_older;
        for (name, values) in &bottom.enums {
            let is_new = is_its
                && !self.lost.before.enums.contains_key(name)
                && !self.made.contains(&(name.clone(), None));
            if is_new && !values.is_empty() && name.name.as_str() != "alembic_version" {
                self.lost.after.enums.insert(name.clone(), values.clone());
            }
        }
        for (name, owner) in bottom.sequences {
            let of_new = is_its
                && owner.as_ref().is_some_and(|(table, _)| {
                    !self.lost.before.tables.contains_key(table)
                        && !self.made.contains(&(table.clone(), None))
                });
            if of_new && !self.lost.before.sequences.contains_key(&name) {
                self.lost.after.sequences.insert(name, owner);
            }
        }
        for (name, table) in bottom.tables {
            let own = (name.clone(), None);
            let is_known = self.lost.before.tables.contains_key(&name);
            if name.name.as_str() == "alembic_version" || (!is_known && self.made.contains(&own)) {
                continue;
            }
            if !is_known && !self.needed.contains(&own) {
                let Some(held) = held else { continue };
                self.lost.evidence.insert(own, by_database(held.name));
            }
            if is_known || is_its {
                self.take_table(&name, table, held.map(|held| held.name));
            }
        }
        self.open_things();
    }

    fn take_table(&mut self, name: &TableName, table: Table, held: Option<&str>) {
        let before = self.lost.before.tables.get(name).cloned();
        let known = before.clone().unwrap_or_default();
        let mut after = before.clone().unwrap_or_default();
        let made = |part: &Ident| self.made.contains(&(name.clone(), Some(part.clone())));
        let named = |part: &Option<Ident>| part.as_ref().is_some_and(&made);
        let mut new = Vec::new();
        for column in table.columns {
            let thing = (name.clone(), Some(column.name.clone()));
            let is_told = held.is_some() || before.is_none() || self.needed.contains(&thing);
            if known.column(&column.name).is_some() || made(&column.name) || !is_told {
                continue;
            }
            match column.data_type {
                None => self.lost.open.push((name.clone(), column.name)),
                Some(_) => {
                    new.push(thing);
                    after.columns.push(column);
                }
            }
        }
        let names: Set<Ident> = after.columns.iter().map(|one| one.name.clone()).collect();
        let has = |columns: &[Ident]| columns.iter().all(|one| names.contains(one));
        for one in table.constraints {
            let is_known = known.constraints.iter().any(|own| own.name == one.name);
            if !is_known && !named(&one.name) && has(&needs::columns_of(&one.kind)) {
                new.extend(one.name.clone().map(|part| (name.clone(), Some(part))));
                after.constraints.push(one);
            }
        }
        for one in table.indexes {
            let is_known = known.indexes.iter().any(|own| own.name == one.name);
            if !is_known && !named(&one.name) && has(&one.columns()) {
                new.extend(one.name.clone().map(|part| (name.clone(), Some(part))));
                after.indexes.push(one);
            }
        }
        for thing in new {
            let table = self.lost.evidence.get(&(name.clone(), None)).cloned();
            let by = held.map(|held| Why { text: [held, " has it"].concat(), span: None });
            let why = by
                .or(table)
                .unwrap_or(Why { text: "a downgrade brings it back".to_owned(), span: None });
            self.lost.evidence.entry(thing).or_insert(why);
        }
        after.open = false;
        self.lost.after.tables.insert(name.clone(), after);
    }

    /// Keys and indexes that are needed by name, and that nothing describes.
    fn open_things(&mut self) {
        for (table, part) in &self.needed {
            let Some(part) = part else { continue };
            let found = self.lost.after.tables.get(table);
            let known = found.is_some_and(|found| {
                found.column(part).is_some()
                    || found.constraints.iter().any(|one| one.name.as_ref() == Some(part))
                    || found.indexes.iter().any(|one| one.name.as_ref() == Some(part))
            });
            let thing = (table.clone(), part.clone());
            if !known && !self.lost.open.contains(&thing) {
                self.lost.open.push(thing);
            }
        }
    }
}

/// Takes the later revisions back, the newest first: by their downgrades, and where there is none, by the
/// contrary of what they did. What the upgrade renamed gets back the name that it had there, whatever the
/// downgrade says.
fn down(chain: &Chain, run: &[RevisionIx], mut schema: Schema) -> Schema {
    for revision in run.iter().rev().filter_map(|ix| chain.revision(*ix)) {
        let contrary = revision.upgrade.iter().rev().filter_map(|step| contrary(&step.op));
        if revision.downgrade_kind == DowngradeKind::Present {
            let renames: Vec<Op> = contrary.filter(is_rename).collect();
            let is_other = |op: &Op| renames.iter().any(|own| source(own) == source(op));
            for op in revision.downgrade.iter().map(|step| &step.op) {
                let is_told = !is_rename(op) || renames.contains(op) || !is_other(op);
                if is_told && !makes_perhaps(op, &revision.upgrade) {
                    let _clash = op::apply(&mut schema, op);
                }
            }
            for op in &renames {
                let _clash = op::apply(&mut schema, op);
            }
        } else {
            for op in contrary {
                let _clash = op::apply(&mut schema, &op);
            }
        }
    }
    schema
}

/// Whether a downgrade makes a table that the upgrade drops only where it is: that tells of no table.
fn makes_perhaps(op: &Op, upgrade: &[Step]) -> bool {
    let Op::CreateTable { table, .. } = op else { return false };
    upgrade.iter().any(|step| {
        let drops = matches!(&step.op, Op::DropTable { table: own, .. } if own == table);
        drops && step.certainty != Certainty::Certain
    })
}

fn is_rename(op: &Op) -> bool {
    source(op).is_some()
}

/// What a step gives another name to.
fn source(op: &Op) -> Option<(&TableName, Option<&Ident>)> {
    match op {
        Op::RenameTable { from, .. } => Some((from, None)),
        Op::RenameColumn { table, from, .. } => Some((table, Some(from))),
        _ => None,
    }
}

/// What takes an op back, where that needs nothing that the op does not say.
fn contrary(op: &Op) -> Option<Op> {
    Some(match op {
        Op::CreateTable { table, .. } => {
            Op::DropTable { table: table.clone(), if_exists: true, cascade: true }
        }
        Op::AddColumn { table, column, .. } => Op::DropColumn {
            table: table.clone(),
            column: column.name.clone(),
            if_exists: true,
            cascade: true,
        },
        Op::RenameTable { from, to } => Op::RenameTable { from: to.clone(), to: from.clone() },
        Op::RenameColumn { table, from, to } => {
            Op::RenameColumn { table: table.clone(), from: to.clone(), to: from.clone() }
        }
        Op::SetNotNull { table, column } => {
            Op::DropNotNull { table: table.clone(), column: column.clone() }
        }
        Op::AddConstraint { table, name: Some(name), .. } => Op::DropConstraint {
            table: table.clone(),
            name: name.clone(),
            if_exists: true,
            cascade: true,
        },
        Op::CreateIndex { table, index, .. } => Op::DropIndex {
            name: TableName { name: index.name.clone()?, ..table.clone() },
            if_exists: true,
            concurrently: false,
        },
        Op::AddEnumValue { place: EnumPlace::Last, .. } => return None,
        _ => return None,
    })
}
