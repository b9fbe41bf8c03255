//! Several chains, and what they have in common.

use crate::engine::case::{self, Case, Position};
use crate::engine::chain::Chain;
use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Op};
use crate::engine::schema::TableName;
use crate::engine::span::Span;
use crate::limits;
use crate::wire::{Certainty, Role, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("alembic-chains-overlap"),
    severity: Severity::Warning,
    summary: "Two chains make the same table, or one refers to a table of the other.",
    why: "In one database the second `CREATE TABLE` fails, and whichever chain drops the table takes it from the other. A reference across chains fixes the order in which their services are deployed.",
    instead: "Let one chain own each table, in a schema of its own; where services have databases of their own, review them one by one.",
    fires: "
=== billing/versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"accounts\")
=== shop/versions/b1_one.py
from alembic import op

revision = \"b1\"
#^^^^^^^^^^^^^^^ alembic-chains-overlap
down_revision = None


def upgrade():
    op.create_table(\"accounts\")
",
    silent: "
=== billing/versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(\"accounts\", schema=\"billing\")
=== shop/versions/b1_one.py
from alembic import op

revision = \"b1\"
down_revision = None


def upgrade():
    op.create_table(\"accounts\", schema=\"shop\")
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for (number, one) in case.chains.iter().enumerate() {
        for other in case.chains.iter().skip(number + 1).take(limits::CHAINS_COMPARED_MAX) {
            if is_variant(one, other) {
                continue;
            }
            notes.extend(same_tables(case, one, other));
            notes
                .extend([(one, other), (other, one)].into_iter().filter_map(|(a, b)| across(a, b)));
        }
    }
    notes
}

/// Whether two folders are one history for two databases, or two states of one.
fn is_variant(one: &Chain, other: &Chain) -> bool {
    let dialect = |chain: &Chain| chain.root.split(['/', '_', '-']).find_map(Dialect::from_word);
    let shares = one.revisions.iter().any(|revision| other.find(&revision.id).is_some());
    shares || (dialect(one).is_some() && dialect(one) != dialect(other))
}

/// Whether one database carries rows of both.
fn share_a_database(case: &Case, one: &Chain, other: &Chain) -> bool {
    [Role::Prod, Role::Dev].into_iter().any(|role| {
        let Position::At { rows, .. } = case.position(role) else { return false };
        let has = |chain: &Chain| rows.iter().any(|(id, _)| chain.find(id).is_some());
        has(one) && has(other)
    })
}

fn same_tables(case: &Case, one: &Chain, other: &Chain) -> Option<Note> {
    let (ours, theirs) = (case::made(one), case::made(other));
    let both: Vec<&TableName> = ours.intersection(&theirs).copied().collect();
    let first = both.first()?;
    let (ix, span) = other.origin(first)?.created?;
    let revision = other.revision(ix)?;
    let certain = share_a_database(case, one, other);
    let more = match both.len() {
        1 => String::new(),
        count => format!(" and {} more tables", count - 1),
    };
    let title = [
        "The chains `",
        &one.root,
        "` and `",
        &other.root,
        "` both make `",
        &first.to_string(),
        "`",
        &more,
    ]
    .concat();
    let mut note = Note::new(title)
        .cause("same-table")
        .severity(if certain { Severity::Danger } else { Severity::Notice })
        .certainty(if certain { Certainty::Certain } else { Certainty::Unverified })
        .at(revision.span)
        .because([Evidence::text(match certain {
            true => "One database has version rows of both",
            false => "Whether they run on one database is not known; where each has its own, this is nothing",
        })])
        .step("Decide which chain owns the table, and take it out of the other by a forward revision that drops nothing.");
    let made_here = one.origin(first).and_then(|origin| origin.created);
    if let Some((_, span)) = made_here {
        note = note.because([Evidence::text("The other chain makes it here").at(span)]);
    }
    note = note.because([Evidence::text("And this one here").at(span)]);
    for table in both.into_iter().take(limits::LOST_TABLES_SHOWN) {
        note = note.table(table);
    }
    Some(note)
}

/// A foreign key of one chain to a table that only the other makes.
fn across(one: &Chain, other: &Chain) -> Option<Note> {
    let (ours, theirs) = (case::made(one), case::made(other));
    let mut found: Vec<(&TableName, &TableName, Span, &str)> = Vec::new();
    for (_, revision) in one.in_order() {
        for step in &revision.upgrade {
            let (table, kinds): (&TableName, Vec<&ConstraintKind>) = match &step.op {
                Op::CreateTable { table, constraints, .. } => {
                    (table, constraints.iter().map(|one| &one.kind).collect())
                }
                Op::AddConstraint { table, kind, .. } => (table, vec![kind]),
                _ => continue,
            };
            for kind in kinds {
                let ConstraintKind::ForeignKey(key) = kind else { continue };
                if !ours.contains(&key.ref_table) && theirs.contains(&key.ref_table) {
                    found.push((table, &key.ref_table, step.span, &revision.id));
                }
            }
        }
    }
    let (table, target, span, id) = *found.first()?;
    let title = [
        "`",
        &table.to_string(),
        "` of the chain `",
        &one.root,
        "` refers to `",
        &target.to_string(),
        "`, which `",
        &other.root,
        "` makes",
    ];
    Some(
        Note::new(title.concat())
            .cause("reference")
            .severity(Severity::Notice)
            .at(span)
            .of_revision(id.to_owned())
            .table(target)
            .step("Run the other chain first wherever both are new; its table can't be dropped while this one refers to it."),
    )
}
