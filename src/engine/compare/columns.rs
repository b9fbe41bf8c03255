//! The columns of a table that both sides have.

use crate::engine::schema::{Column, Ident};
use crate::engine::sql::Likeness;

use super::tables::{Pair, by_name};
use super::{Aspect, Change, values};

pub(super) fn compare(pair: &mut Pair<'_>) {
    let (from, to) = (pair.from, pair.to);
    let matched = by_name(&from.columns, &to.columns, |column| Some(&column.name));
    for (one, other) in &matched.both {
        aspects(pair, one, other);
    }
    for column in matched.removed {
        if to.open {
            let what = format!("whether `{}.{}` is still there", pair.name, column.name);
            pair.undecided(what);
        } else {
            pair.add(Change::ColumnRemoved(column.clone()));
        }
    }
    for column in matched.added {
        if from.open {
            let what = format!("whether `{}.{}` is there already", pair.name, column.name);
            pair.undecided(what);
        } else {
            pair.add(Change::ColumnAdded(column.clone()));
        }
    }
    let order = |of: &[Column], other: &[Column]| -> Vec<Ident> {
        let known = |name: &Ident| other.iter().any(|column| &column.name == name);
        of.iter().map(|column| column.name.clone()).filter(known).collect()
    };
    let (one, other) = (order(&from.columns, &to.columns), order(&to.columns, &from.columns));
    if one != other {
        pair.add(Change::ColumnOrder { from: one, to: other });
    }
}

fn aspects(pair: &mut Pair<'_>, from: &Column, to: &Column) {
    let generated = values::optional(from.generated.as_ref(), to.generated.as_ref(), pair.to);
    let answers = [
        (
            Aspect::Type,
            values::types(pair.dialect, from.data_type.as_deref(), to.data_type.as_deref()),
        ),
        (Aspect::Nullable, values::equal(from.nullable, to.nullable)),
        (Aspect::Default, values::defaults(from, to)),
        (Aspect::Identity, values::equal(from.identity, to.identity)),
        (
            Aspect::Generated,
            values::all([generated, values::equal(from.computed_on_read, to.computed_on_read)]),
        ),
        (Aspect::Collation, values::equal(&from.collation, &to.collation)),
        (Aspect::Comment, values::equal(&from.comment, &to.comment)),
        (Aspect::Also, values::equal(&from.also, &to.also)),
    ];
    for (aspect, answer) in answers {
        match answer {
            Likeness::Same => {}
            Likeness::Different => {
                pair.add(Change::ColumnChanged { from: from.clone(), to: to.clone(), aspect });
            }
            Likeness::Unknown => {
                let what = format!(
                    "whether the {} of `{}.{}` is the same",
                    match aspect {
                        Aspect::Generated => "expression",
                        other => other.word(),
                    },
                    pair.name,
                    to.name
                );
                pair.undecided(what);
            }
        }
    }
}
