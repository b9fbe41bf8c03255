use crate::engine::fixture;
use crate::wire::Downgrade;

/// What a report says of the last revision of a chain, whose bodies these are.
fn undo(bodies: &[(&str, &str)]) -> Downgrade {
    let mut text = String::new();
    for (ix, (up, down)) in bodies.iter().enumerate() {
        let parent = ix.checked_sub(1).map_or("None".to_owned(), |ix| format!("\"r{ix}\""));
        let lines =
            |body: &str| body.lines().map(|line| format!("    {line}\n")).collect::<String>();
        text.push_str(&format!(
            "=== versions/r{ix}.py\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"r{ix}\"\n\
             down_revision = {parent}\n\n\ndef upgrade():\n{}\n\ndef downgrade():\n{}\n",
            lines(up),
            lines(down)
        ));
    }
    let (report, _) = fixture::review(&text);
    let last = format!("r{}", bodies.len() - 1);
    let found = report.chains[0].revisions.iter().find(|revision| revision.id == last).unwrap();
    found.downgrade.clone().unwrap()
}

const TABLE: (&str, &str) = (
    "op.create_table('a', sa.Column('id', sa.Integer, primary_key=True), sa.Column('n', sa.Text))",
    "op.drop_table('a')",
);

#[test]
fn the_inverse_of_every_step_leads_back() {
    let found = undo(&[
        TABLE,
        (
            "op.add_column('a', sa.Column('x', sa.Integer))\nop.create_index('ix', 'a', ['x'])\nop.alter_column('a', 'n', new_column_name='m')",
            "op.alter_column('a', 'm', new_column_name='n')\nop.drop_index('ix', table_name='a')\nop.drop_column('a', 'x')",
        ),
    ]);
    assert_eq!(found.undoes, Some(true), "{found:?}");
    assert!(found.left_behind.is_empty() && found.lost.is_empty() && found.changed.is_empty());
}

#[test]
fn what_stays_is_gone_or_differs_is_named() {
    let found = undo(&[
        TABLE,
        (
            "op.add_column('a', sa.Column('x', sa.Integer))\nop.alter_column('a', 'n', nullable=False)\nop.create_index('ix', 'a', ['id'])",
            "op.drop_index('ix', table_name='a')\nop.create_index('other', 'a', ['id'])",
        ),
    ]);
    assert_eq!(found.undoes, Some(false));
    assert_eq!(found.left_behind, ["column `a.x`", "index `a.other`"]);
    assert_eq!(found.changed, ["the nullability of column `a.n`"]);
    let found = undo(&[TABLE, ("op.drop_column('a', 'n')", "pass")]);
    assert_eq!(
        (found.lost, found.emptied),
        (vec!["column `a.n`".to_owned()], vec!["a.n".to_owned()])
    );
}

#[test]
fn rows_of_what_was_dropped_do_not_come_back() {
    let found =
        undo(&[TABLE, ("op.drop_column('a', 'n')", "op.add_column('a', sa.Column('n', sa.Text))")]);
    assert_eq!((found.undoes, found.emptied), (Some(true), vec!["a.n".to_owned()]));
}

#[test]
fn a_downgrade_that_cannot_run_is_said() {
    let found = undo(&[
        TABLE,
        ("op.add_column('a', sa.Column('x', sa.Integer))", "op.drop_column('a', 'y')"),
    ]);
    assert_eq!((found.undoes, found.fails.as_deref()), (Some(false), Some("`a` has no `y`")));
}

/// Keys of other tables that go with a table are seen, although no step names those tables.
#[test]
fn what_hangs_on_a_dropped_table_is_seen() {
    let found = undo(&[
        TABLE,
        (
            "op.create_table('b', sa.Column('a_id', sa.Integer, sa.ForeignKey('a.id', name='fk_b_a')))",
            "op.drop_table('b')",
        ),
        ("op.execute('DROP TABLE a CASCADE')", TABLE.0),
    ]);
    assert_eq!(found.lost, ["constraint `b.fk_b_a`"]);
}

#[test]
fn what_was_not_understood_leaves_the_answer_open() {
    for (up, down) in [
        ("op.execute(sql())", "pass"),
        (
            "op.add_column('a', sa.Column('x', sa.Integer))",
            "op.execute(sql())\nop.drop_column('a', 'x')",
        ),
        ("op.execute('CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()')", "pass"),
    ] {
        let found = undo(&[TABLE, (up, down)]);
        assert_eq!(found.undoes, None, "{up}: {found:?}");
        assert!(!found.undecided.is_empty());
    }
}

#[test]
fn kinds_of_downgrades_are_told_apart() {
    let kind =
        |body: &str| undo(&[TABLE, ("op.add_column('a', sa.Column('x', sa.Integer))", body)]).kind;
    use crate::wire::DowngradeKind::{Empty, Present, Raises};
    assert_eq!(kind("pass"), Empty);
    assert_eq!(kind("raise NotImplementedError"), Raises);
    assert_eq!(kind("op.drop_column('a', 'x')"), Present);
}

#[test]
fn pending_revisions_decide_and_history_does_not() {
    let text = |at: &str| {
        format!(
            "=== prod.txt role:prod\n$ alembic current\n{at}\n=== versions/r1.py\nrevision = \"r1\"\ndown_revision = None\n\
             === versions/r2.py\nfrom alembic import op\n\nrevision = \"r2\"\ndown_revision = \"r1\"\n\n\n\
             def upgrade():\n    op.create_table(\"a\")\n\n\ndef downgrade():\n    pass\n"
        )
    };
    for (at, pending) in [("r1", true), ("r2", false)] {
        let (report, _) = fixture::review(&text(at));
        let found =
            report.findings.iter().find(|one| one.rule == "alembic-missing-downgrade").unwrap();
        assert_eq!(found.pending, pending, "{at}");
    }
}
