//! The constraints and indexes of a table that both sides have.
//!
//! One that has another name and is the same in all else was renamed: that is certain, and not a drop with
//! an addition. So is one that got its name from the server on one side and from a person on the other.

use crate::engine::dialects::Dialect;
use crate::engine::schema::{
    Constraint, ConstraintKind, Expression, ForeignKey, Ident, Index, IndexPart, Table, TableName,
};
use crate::engine::sql::Likeness;
use crate::limits::CONSTRAINT_PAIRS_MAX;

use super::tables::{Pair, by_name};
use super::{Change, values};

pub(super) fn compare(pair: &mut Pair<'_>) {
    let (from, to) = (pair.from, pair.to);
    let mut matched = by_name(&from.constraints, &to.constraints, |one| one.name.as_ref());
    for (one, other) in matched.both {
        match alike(one, other, to) {
            Likeness::Same => {}
            Likeness::Different => {
                pair.add(Change::ConstraintChanged { from: one.clone(), to: other.clone() });
            }
            Likeness::Unknown => {
                let what =
                    format!("whether constraint `{}` is the same", label(other.name.as_ref()));
                pair.undecided(what);
            }
        }
    }
    let same = |one: &Constraint, other: &Constraint| alike(one, other, to);
    let (renamed, unsure) = pairs(&mut matched.removed, &mut matched.added, same);
    for (one, other) in renamed {
        // MySQL and MariaDB invent different names for the same check.
        let invented = pair.dialect == Dialect::MySql
            && [one, other].iter().all(|one| is_invented(one, pair.name));
        if let (Some(name), Some(_)) = (&one.name, &other.name)
            && !invented
        {
            pair.add(Change::ConstraintRenamed { from: name.clone(), to: other.clone() });
        }
    }
    for (one, other) in unsure {
        let (one, other) = (label(one.name.as_ref()), label(other.name.as_ref()));
        pair.undecided(format!("whether constraint `{one}` is the same as `{other}`"));
    }
    for one in matched.removed {
        match to.open {
            true => pair.undecided(format!(
                "whether constraint `{}` is still there",
                label(one.name.as_ref())
            )),
            false => pair.add(Change::ConstraintRemoved(one.clone())),
        }
    }
    for one in matched.added {
        match from.open {
            true => pair.undecided(format!(
                "whether constraint `{}` is there already",
                label(one.name.as_ref())
            )),
            false => pair.add(Change::ConstraintAdded(one.clone())),
        }
    }
}

/// Whether a check has a name that a server of MySQL's family gives: `t_chk_1`, `CONSTRAINT_1`, or that of the
/// column it stands with.
fn is_invented(one: &Constraint, table: &TableName) -> bool {
    let (Some(name), ConstraintKind::Check(check)) = (&one.name, &one.kind) else { return false };
    let number = |start: &str| name.as_str().strip_prefix(start)?.parse::<u32>().ok();
    check.columns.contains(name)
        || number("CONSTRAINT_").is_some()
        || number(&[table.name.as_str(), "_chk_"].concat()).is_some()
}

pub(super) fn compare_indexes(pair: &mut Pair<'_>) {
    let (from, to) = (pair.from, pair.to);
    let mut matched = by_name(&from.indexes, &to.indexes, |one| one.name.as_ref());
    for (one, other) in matched.both {
        match indexes(one, other, to) {
            Likeness::Same => {}
            Likeness::Different => {
                pair.add(Change::IndexChanged { from: one.clone(), to: other.clone() });
            }
            Likeness::Unknown => {
                pair.undecided(format!(
                    "whether index `{}` is the same",
                    label(other.name.as_ref())
                ));
            }
        }
    }
    let same = |one: &Index, other: &Index| indexes(one, other, to);
    let (renamed, unsure) = pairs(&mut matched.removed, &mut matched.added, same);
    for (one, other) in renamed {
        if let (Some(name), Some(_)) = (&one.name, &other.name) {
            pair.add(Change::IndexRenamed { from: name.clone(), to: other.clone() });
        }
    }
    for (one, other) in unsure {
        let (one, other) = (label(one.name.as_ref()), label(other.name.as_ref()));
        pair.undecided(format!("whether index `{one}` is the same as `{other}`"));
    }
    for one in matched.removed {
        match to.open {
            true => {
                pair.undecided(format!(
                    "whether index `{}` is still there",
                    label(one.name.as_ref())
                ));
            }
            false => pair.add(Change::IndexRemoved(one.clone())),
        }
    }
    for one in matched.added {
        match from.open {
            true => pair.undecided(format!(
                "whether index `{}` is there already",
                label(one.name.as_ref())
            )),
            false => pair.add(Change::IndexAdded(one.clone())),
        }
    }
}

type Pairs<'a, T> = Vec<(&'a T, &'a T)>;

/// Takes those out of both lists that are the same thing, and those of which nobody can say.
fn pairs<'a, T>(
    removed: &mut Vec<&'a T>,
    added: &mut Vec<&'a T>,
    same: impl Fn(&T, &T) -> Likeness,
) -> (Pairs<'a, T>, Pairs<'a, T>) {
    if removed.len().saturating_mul(added.len()) > CONSTRAINT_PAIRS_MAX {
        return (Vec::new(), Vec::new());
    }
    let mut taken = |wanted: Likeness| {
        let mut found = Vec::new();
        removed.retain(|one| match added.iter().position(|other| same(one, other) == wanted) {
            Some(at) => {
                found.push((*one, added.remove(at)));
                false
            }
            None => true,
        });
        found
    };
    let renamed = taken(Likeness::Same);
    (renamed, taken(Likeness::Unknown))
}

fn label(name: Option<&Ident>) -> &str {
    name.map_or("without a name", Ident::as_str)
}

/// Compares two constraints, their names left out.
fn alike(one: &Constraint, other: &Constraint, table: &Table) -> Likeness {
    values::all([kinds(&one.kind, &other.kind, table), values::equal(&one.traits, &other.traits)])
}

fn kinds(one: &ConstraintKind, other: &ConstraintKind, table: &Table) -> Likeness {
    match (one, other) {
        (
            ConstraintKind::PrimaryKey { columns: one },
            ConstraintKind::PrimaryKey { columns: other },
        )
        | (ConstraintKind::Unique { columns: one }, ConstraintKind::Unique { columns: other }) => {
            values::equal(one, other)
        }
        (ConstraintKind::Check(one), ConstraintKind::Check(other)) => {
            values::expressions(one, other, table)
        }
        (ConstraintKind::Exclusion(one), ConstraintKind::Exclusion(other)) => {
            // What makes no other choice of method speaks of GiST.
            let plain = |text: &str| {
                let inner =
                    text.strip_prefix("USING gist (").and_then(|rest| rest.strip_suffix(')'));
                inner.unwrap_or(text).to_owned()
            };
            let of = |one: &Expression| Expression { text: plain(&one.text), ..one.clone() };
            match values::expressions(&of(one), &of(other), table) {
                // It is a list with operators, which nobody reads as an expression.
                Likeness::Different => Likeness::Unknown,
                found => found,
            }
        }
        (ConstraintKind::ForeignKey(one), ConstraintKind::ForeignKey(other)) => keys(one, other),
        _ => Likeness::Different,
    }
}

fn keys(one: &ForeignKey, other: &ForeignKey) -> Likeness {
    let action = |given: &Option<String>| given.clone().filter(|text| text != "NO ACTION");
    let targets = match (one.ref_columns.as_slice(), other.ref_columns.as_slice()) {
        // A primary key that nobody saw.
        (one, other) if one.is_empty() != other.is_empty() => Likeness::Unknown,
        (one, other) => values::equal(one, other),
    };
    values::all([
        values::equal(&one.columns, &other.columns),
        values::equal(&one.ref_table, &other.ref_table),
        values::equal(action(&one.on_delete), action(&other.on_delete)),
        values::equal(action(&one.on_update), action(&other.on_update)),
        targets,
    ])
}

fn indexes(one: &Index, other: &Index, table: &Table) -> Likeness {
    let method = |index: &Index| index.method.clone().filter(|method| method != "btree");
    let parts = match one.parts.len() == other.parts.len() {
        false => Likeness::Different,
        true => {
            let both = one.parts.iter().zip(&other.parts);
            values::all(both.map(|(one, other)| part(one, other, table)))
        }
    };
    values::all([
        parts,
        values::equal(&one.include, &other.include),
        values::equal(one.unique, other.unique),
        values::equal(one.nulls_not_distinct, other.nulls_not_distinct),
        values::equal(one.invalid, other.invalid),
        values::equal(&one.options, &other.options),
        values::equal(method(one), method(other)),
        values::optional(one.filter.as_ref(), other.filter.as_ref(), table),
    ])
}

fn part(one: &IndexPart, other: &IndexPart, table: &Table) -> Likeness {
    match (one, other) {
        (IndexPart::Column(one), IndexPart::Column(other)) => values::equal(one, other),
        (IndexPart::Expression(one), IndexPart::Expression(other)) => {
            values::expressions(one, other, table)
        }
        (IndexPart::Column(name), IndexPart::Expression(expression))
        | (IndexPart::Expression(expression), IndexPart::Column(name)) => {
            let column =
                Expression { text: name.quoted(), columns: vec![name.clone()], kept: false };
            values::expressions(expression, &column, table)
        }
    }
}
