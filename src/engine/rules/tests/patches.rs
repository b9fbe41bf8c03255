//! Ways out are tried: put in place of what they are for, they take its finding away and add none.

use crate::ordered::Set;

use crate::engine::fixture;
use crate::wire::{FindingRow, Input, Report, Role};

use super::super::RULES;

/// What an old table, a revision's directive and its downgrade look like.
fn revision(directive: &str, back: &str) -> String {
    format!(
        "
=== m/versions/a1_first.py
from alembic import op
import sqlalchemy as sa

revision = \"a1\"
down_revision = None


def upgrade():
    op.create_table(
        \"customers\",
        sa.Column(\"id\", sa.BigInteger(), primary_key=True),
        sa.Column(\"email\", sa.Text()),
    )
    op.create_table(
        \"orders\",
        sa.Column(\"id\", sa.BigInteger(), primary_key=True),
        sa.Column(\"customer_id\", sa.BigInteger()),
        sa.Column(\"status\", sa.Text()),
    )
    op.create_index(\"ix_orders_customer\", \"orders\", [\"customer_id\"])


def downgrade():
    op.drop_table(\"orders\")
    op.drop_table(\"customers\")
=== m/versions/b2_second.py
from alembic import op
import sqlalchemy as sa

revision = \"b2\"
down_revision = \"a1\"


def upgrade():
    {directive}


def downgrade():
    {back}
=== prod.txt role:prod
DATABASE INFO:
current_database\tcurrent_user
shop\towner

TABLES IN PUBLIC SCHEMA:
table_name
alembic_version
customers
orders

ALEMBIC VERSION:
version_num
a1
"
    )
}

/// Directives whose way out is known whole, with the rule that speaks of them.
const DIRECTIVES: &[(&str, &str, &str)] = &[
    (
        "index-not-concurrent",
        "op.create_index(\"ix_orders_status\", \"orders\", [\"status\"])",
        "op.drop_index(\"ix_orders_status\", \"orders\")",
    ),
    (
        "drop-index-not-concurrent",
        "op.drop_index(\"ix_orders_customer\", \"orders\")",
        "op.create_index(\"ix_orders_customer\", \"orders\", [\"customer_id\"])",
    ),
    (
        "add-foreign-key-validated",
        "op.create_foreign_key(\"fk_orders_customer\", \"orders\", \"customers\", [\"customer_id\"], [\"id\"], ondelete=\"CASCADE\")",
        "op.drop_constraint(\"fk_orders_customer\", \"orders\", type_=\"foreignkey\")",
    ),
    (
        "add-check-validated",
        "op.create_check_constraint(\"ck_status\", \"orders\", \"status <> ''\")",
        "op.drop_constraint(\"ck_status\", \"orders\", type_=\"check\")",
    ),
    (
        "set-not-null-scan",
        "op.alter_column(\"orders\", \"status\", nullable=False)",
        "op.alter_column(\"orders\", \"status\", nullable=True)",
    ),
    (
        "add-unique-blocking",
        "op.create_unique_constraint(\"uq_customers_email\", \"customers\", [\"email\"])",
        "op.drop_constraint(\"uq_customers_email\", \"customers\", type_=\"unique\")",
    ),
];

#[test]
fn revisions_that_are_offered_take_the_place_of_a_directive() {
    for (rule, directive, back) in DIRECTIVES {
        let text = revision(directive, back);
        let tried = try_each(&text, rule);
        assert!(tried > 0, "{rule} offers nothing for {directive}");
        // On prod it has run already: nothing takes its place any more.
        let released = text.replace("version_num\na1", "version_num\nb2");
        let (report, _) = fixture::review(&released);
        assert!(report.findings.iter().all(|row| row.remedy.patches.is_empty()), "{rule}");
    }
}

#[test]
fn the_merge_that_is_offered_leaves_one_head() {
    let heads = |text: &str| try_each(text, "alembic-multiple-heads");
    let two = "
=== versions/a1_one.py
revision = \"a1\"
down_revision = None
=== versions/b1_two.py
revision = \"b1\"
down_revision = \"a1\"
=== versions/c1_three.py
revision = \"c1\"
down_revision = \"a1\"
";
    assert_eq!(heads(two), 1);
    // Whether they are heads is not known while a file is missing.
    assert_eq!(heads(&two.replace("down_revision = None", "down_revision = \"zz\"")), 0);
}

#[test]
fn scripts_that_are_offered_take_the_place_of_a_statement() {
    let tried: usize = RULES.iter().map(|rule| try_each(rule.fires, rule.name.0)).sum();
    assert!(tried >= 6, "{tried}");
}

/// Tries every patch that a rule offers in a fixture; how many there were.
fn try_each(text: &str, rule: &str) -> usize {
    let (inputs, _) = fixture::parse(text);
    let before = fixture::report(inputs.clone());
    let offered =
        before.findings.iter().filter(|row| row.rule == rule && !row.remedy.patches.is_empty());
    offered
        .map(|row| {
            let after = fixture::report(applied(inputs.clone(), row));
            let left: Vec<String> = new_findings(&before, &after, rule);
            assert!(left.is_empty(), "{rule}: {left:#?}\n{:#?}", row.remedy.patches);
        })
        .count()
}

/// The statement is taken out, and what is offered is there.
fn applied(mut inputs: Vec<Input>, row: &FindingRow) -> Vec<Input> {
    let replaces = |input: &&mut Input| {
        input.name == row.file
            && row.remedy.patches.iter().any(|patch| patch.content.contains("In place of"))
    };
    for input in inputs.iter_mut().filter(replaces) {
        let mut text = String::from_utf8_lossy(&input.bytes).into_owned();
        if let Some(back) = text.find("def downgrade()") {
            text.truncate(back);
            text.push_str("def downgrade():\n    pass\n");
        }
        let kept = text.lines().enumerate().map(|(ix, line)| {
            let is_it = (row.line..=row.end_line).contains(&(ix + 1));
            match (is_it, row.file.ends_with(".py")) {
                (false, _) => line,
                (true, true) => "    pass",
                (true, false) => "",
            }
        });
        input.bytes = kept.collect::<Vec<_>>().join("\n").into_bytes();
    }
    for patch in &row.remedy.patches {
        let mut input = Input::new(&patch.file, patch.content.clone().into_bytes());
        if patch.file.ends_with(".sql") {
            input.role = Some(Role::Plan);
        }
        inputs.push(input);
    }
    inputs
}

/// What the rule still says, and what others say that said nothing before.
fn new_findings(before: &Report, after: &Report, rule: &str) -> Vec<String> {
    let mut known: Set<&str> = before.findings.iter().map(|row| row.rule.as_str()).collect();
    // A row that does not fit makes both fail; what is left is where it fails, and what waits meanwhile.
    if known.contains("not-null-on-existing-data") {
        known.insert("constraint-on-existing-data");
    }
    let of_old = before.findings.iter().filter(|row| row.rule == rule).count();
    let of_new = after.findings.iter().filter(|row| row.rule == rule).count();
    let fresh = after
        .findings
        .iter()
        .filter(|row| !known.contains(row.rule.as_str()) || (row.rule == rule && of_new >= of_old));
    fresh.map(|row| format!("{} {:?} {}: {}", row.rule, row.cause, row.file, row.title)).collect()
}
