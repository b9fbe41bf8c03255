//! What went and what came: the same thing under another name?
//!
//! Never more than a guess, and always with its reason: a column that is dropped and one that is added look
//! just like a rename, and taking one for the other loses the rows or keeps the wrong ones.

use crate::engine::dialects::Dialect;
use crate::engine::op::{self, Op};
use crate::engine::schema::{Column, Ident, Schema, Table, TableName};
use crate::engine::sql::Likeness;
use crate::limits::RENAME_PAIRS_MAX;
use crate::ordered::Set;

use super::{Change, Comparison, Difference, Rename, Renamed, values};

/// Of a hundred columns, how many must be alike for two tables to be taken for one.
const ALIKE_PERCENT_LIKELY: usize = 80;
const ALIKE_PERCENT_POSSIBLE: usize = 60;

pub(super) fn guess(from: &Schema, to: &Schema, found: &mut Comparison) {
    let dialect = to.dialect;
    let mut guesses = tables(from, to);
    for (name, one) in &from.tables {
        if let Some(other) = to.tables.get(name)
            && !one.open
            && !other.open
        {
            columns(dialect, name, (one, other), &mut guesses);
        }
    }
    found.renames = guesses;
}

/// Carries a guess out; `None` when it cannot be.
pub(super) fn follow(schema: &mut Schema, guess: Rename) -> Option<Difference> {
    let (op, change) = match guess.what {
        Renamed::Table { from } => (
            Op::RenameTable { from: from.clone(), to: guess.table.clone() },
            Change::TableRenamed { from },
        ),
        Renamed::Column { from, to } => (
            Op::RenameColumn { table: guess.table.clone(), from: from.clone(), to: to.clone() },
            Change::ColumnRenamed { from, to },
        ),
    };
    op::apply(schema, &op).ok()?;
    Some(Difference { object: guess.table, change, certain: false })
}

fn tables(from: &Schema, to: &Schema) -> Vec<Rename> {
    let only = |one: &Schema, other: &Schema| -> Vec<(TableName, Table)> {
        let gone = one.tables.iter().filter(|(name, _)| !other.tables.contains_key(*name));
        let known = gone.filter(|(_, table)| !table.open && !table.columns.is_empty());
        known.map(|(name, table)| (name.clone(), table.clone())).collect()
    };
    let (removed, added) = (only(from, to), only(to, from));
    if removed.len().saturating_mul(added.len()) > RENAME_PAIRS_MAX {
        return Vec::new();
    }
    let mut scored = Vec::new();
    for (old, one) in &removed {
        for (new, other) in &added {
            let (alike, of) = alike(to.dialect, one, other);
            if alike * 100 >= of * ALIKE_PERCENT_POSSIBLE {
                let near = names_alike(&old.name, &new.name);
                scored.push((alike * 100 / of.max(1), near, old, new, alike, of));
            }
        }
    }
    crate::ordered::sort_by(&mut scored, |a, b| {
        (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| (a.2, a.3).cmp(&(b.2, b.3)))
    });
    let mut used: Set<&TableName> = Set::new();
    let mut guesses = Vec::new();
    for (percent, near, old, new, alike, of) in &scored {
        if used.contains(old) || used.contains(new) {
            continue;
        }
        // Two candidates that are as good make neither likely.
        let rivals = scored.iter().filter(|other| {
            (other.2 == *old || other.3 == *new) && (other.0, other.1) == (*percent, *near)
        });
        let is_alone = rivals.count() == 1;
        used.extend([*old, *new]);
        guesses.push(Rename {
            table: (*new).clone(),
            what: Renamed::Table { from: (*old).clone() },
            likely: is_alone && *percent >= ALIKE_PERCENT_LIKELY && (*of > 1 || *near),
            reason: format!("{alike} of {of} columns have the same name and type"),
        });
    }
    crate::ordered::sort_by(&mut guesses, |a, b| a.table.cmp(&b.table));
    guesses
}

/// How many columns have the same name and type, of how many that either has.
fn alike(dialect: Dialect, one: &Table, other: &Table) -> (usize, usize) {
    let same = |column: &&Column| {
        other.column(&column.name).is_some_and(|partner| {
            values::types(dialect, column.data_type.as_deref(), partner.data_type.as_deref())
                == Likeness::Same
        })
    };
    let alike = one.columns.iter().filter(same).count();
    (alike, one.columns.len() + other.columns.len() - alike)
}

fn columns(
    dialect: Dialect,
    name: &TableName,
    (from, to): (&Table, &Table),
    guesses: &mut Vec<Rename>,
) {
    let only = |one: &Table, other: &Table| -> Vec<Column> {
        let gone = one.columns.iter().filter(|column| other.column(&column.name).is_none());
        gone.cloned().collect()
    };
    let (removed, added) = (only(from, to), only(to, from));
    if removed.len().saturating_mul(added.len()) > RENAME_PAIRS_MAX {
        return;
    }
    let fits = |one: &Column, other: &Column| {
        let types = values::types(dialect, one.data_type.as_deref(), other.data_type.as_deref());
        types == Likeness::Same
            && values::defaults(one, other) == Likeness::Same
            && one.nullable == other.nullable
            && one.generated == other.generated
            && one.identity == other.identity
    };
    for old in &removed {
        let candidates: Vec<&Column> = added.iter().filter(|new| fits(old, new)).collect();
        let near: Vec<&&Column> =
            candidates.iter().filter(|new| names_alike(&old.name, &new.name)).collect();
        let (new, is_near) = match (candidates.as_slice(), near.as_slice()) {
            (_, [new]) => (**new, true),
            ([new], _) => (*new, false),
            _ => continue,
        };
        let rivals = removed
            .iter()
            .filter(|other| fits(other, new) && (!is_near || names_alike(&other.name, &new.name)));
        if rivals.count() > 1 {
            continue;
        }
        let at = |table: &Table, column: &Ident| {
            table.columns.iter().position(|known| &known.name == column)
        };
        let same_place = at(from, &old.name) == at(to, &new.name);
        let data_type = new.data_type.clone().unwrap_or_default();
        guesses.push(Rename {
            table: name.clone(),
            what: Renamed::Column { from: old.name.clone(), to: new.name.clone() },
            likely: is_near || same_place,
            reason: match (is_near, same_place) {
                (true, true) => format!("both are {data_type} at the same place, with names alike"),
                (true, false) => format!("both are {data_type}, with names alike"),
                (false, true) => format!("both are {data_type} at the same place"),
                (false, false) => format!("both are {data_type}, the only one that went and came"),
            },
        });
    }
}

/// Whether one name holds the other or they share a word: `nick` and `nickname`, `old_price` and `price_net`.
fn names_alike(one: &Ident, other: &Ident) -> bool {
    let (one, other) = (one.as_str().to_lowercase(), other.as_str().to_lowercase());
    if one.contains(&other) || other.contains(&one) {
        return true;
    }
    let words = |name: &str| -> Set<String> {
        let words = name.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| word.len() > 2).map(str::to_owned).collect()
    };
    let (one, other) = (words(&one), words(&other));
    one.intersection(&other).count() > 0
}
