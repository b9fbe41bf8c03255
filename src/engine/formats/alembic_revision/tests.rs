//! What revision files say, line by line.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::engine::ledger::Affects;
use crate::engine::op;

const HEADER: &str = "from alembic import op\nimport sqlalchemy as sa\n\
                      revision = 'ae10'\ndown_revision = '9f31'\n";

/// Reads a file and prints its header, then one line per step, then the ledger.
#[track_caller]
fn check(path: &str, text: &str, expect: Expect) {
    expect.assert_eq(&outline(path, text));
}

/// Reads an `upgrade()` with this body, and prints steps and ledger.
#[track_caller]
fn check_body(body: &str, expect: Expect) {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("{HEADER}def upgrade():\n{body}");
    let outline = outline("versions/ae10_x.py", &text);
    let after = outline.split_once('\n').map_or("", |(_, rest)| rest);
    expect.assert_eq(after);
}

fn outline(path: &str, text: &str) -> String {
    let document = Document::new(path, text);
    let mut ledger = Ledger::default();
    let revision = read(DocumentId(0), &document, &mut ledger);
    let mut out = String::new();
    if let Some(revision) = &revision {
        let unordered = if revision.unordered_parents { " (unordered)" } else { "" };
        let _ = writeln!(
            out,
            "{} down {:?}{unordered} needs {:?} labels {:?} downgrade {:?}",
            revision.id,
            revision.down,
            revision.depends_on,
            revision.labels,
            revision.downgrade_kind
        );
        for (mark, steps) in [('+', &revision.upgrade), ('-', &revision.downgrade)] {
            for step in steps {
                let line = document.position(step.span.start).line;
                let what = op::describe(&step.op);
                let _ = writeln!(out, "{mark} {line}: {what} ({})", step.certainty.word());
            }
        }
    } else {
        out.push_str("no revision\n");
    }
    for finding in ledger.findings() {
        let line = finding.span.map_or(0, |span| document.position(span.start).line);
        let cause = finding.cause.unwrap_or("-");
        let _ = writeln!(out, "! {line}: {cause} {}: {}", finding.severity.word(), finding.title);
    }
    for entry in ledger.undecided_entries() {
        let line = document.position(entry.span.start).line;
        let affects = match &entry.affects {
            Affects::Nothing => "nothing".to_owned(),
            Affects::Everything => "everything".to_owned(),
            Affects::Tables(tables) => tables.join(" "),
        };
        let _ = writeln!(out, "? {line}: {} [{affects}]", entry.what);
    }
    let tally = ledger.total();
    let _ = writeln!(out, "{} of {}", tally.understood, tally.seen);
    assert_eq!(tally.seen, tally.understood + ledger.undecided_entries().len());
    out
}

#[test]
fn headers_in_every_spelling() {
    let shown = |text: &str| {
        let document = Document::new("x/versions/ae10.py", text);
        let mut ledger = Ledger::default();
        match read(DocumentId(0), &document, &mut ledger) {
            Some(found) => format!("{} {:?} {:?}", found.id, found.down, found.unread_parents),
            None => "none".to_owned(),
        }
    };
    let body = "def upgrade():\n    pass\n";
    let cases = [
        ("revision = 'b'\ndown_revision = None\n", "b [] None"),
        ("revision: str = 'b'\ndown_revision: Union[str, None] = 'a'\n", "b [\"a\"] None"),
        ("revision = 'b'\ndown_revision: str | None = ('a', 'c')\n", "b [\"a\", \"c\"] None"),
        ("revision, down_revision = 'b', 'a'\n", "b [\"a\"] None"),
        ("P = 'a'\nrevision = 'b' + '1'\ndown_revision = P\n", "b1 [\"a\"] None"),
        ("revision = 'b'\ndown_revision = []\n", "b [] None"),
        ("revision = 'b'\ndown_revision = {'c', 'a'}\n", "b [\"a\", \"c\"] None"),
        ("revision = 'b'\ndown_revision = ''\n", "b [\"\"] None"),
        ("down_revision = 'a'\n", "ae10 [\"a\"] None"),
        ("revision = 'b'\n", "b [] Some(\"`down_revision` is missing\")"),
        ("revision = 7\ndown_revision = None\n", "none"),
        ("revision = make()\ndown_revision = None\n", "none"),
        ("revision = 'b'\ndown_revision = make()\n", "b [] Some(\"`down_revision` is computed\")"),
        ("revision: str\ndown_revision = None\n", "ae10 [] None"),
    ];
    for (header, expected) in cases {
        assert_eq!(shown(&format!("{header}{body}")), expected, "{header}");
        let windows = format!("{header}{body}").replace('\n', "\r\n");
        assert_eq!(shown(&windows), expected, "{header} with CR LF");
    }
}

#[test]
fn docstrings_are_read_as_alembic_reads_them() {
    let text = "\"\"\"add, tools -> x\n\nRevision ID: ae10\nRevises: 9f31, 77c0\n\
                Create Date: 2024-05-01 10:00:00+02:00\n\n\"\"\"\n";
    let text = format!("{text}{HEADER}def upgrade():\n    pass\n");
    let document = Document::new("a.py", text);
    let found = read(DocumentId(0), &document, &mut Ledger::default()).unwrap();
    assert_eq!(found.message.as_deref(), Some("add, tools -> x"));
    assert_eq!(found.create_date.as_deref(), Some("2024-05-01 10:00:00+02:00"));
    assert_eq!(found.header_id.as_deref(), Some("ae10"));
    assert_eq!(found.header_revises, Some(vec!["9f31".to_owned(), "77c0".to_owned()]));
}

#[test]
fn broken_headers_say_what_to_do() {
    let body = "def upgrade():\n    pass\n";
    check(
        "versions/helpers.py",
        body,
        expect![[r#"
        no revision
        ! 1: missing-variables blocker: `helpers.py` has no `revision`, and Alembic cannot take one from the file name
        ? 1: `helpers.py` has no `revision`; add it, or move the file away [everything]
        0 of 1
    "#]],
    );
    check(
        "versions/b.py",
        &format!("revision = 1\ndown_revision = None\n{body}"),
        expect![[r#"
        no revision
        ! 1: missing-variables blocker: `revision` is a number, and Alembic accepts text only
        ? 1: a `revision` that is not text; write it between quotes [everything]
        0 of 1
    "#]],
    );
    check(
        "versions/b.py",
        &format!("revision = 'b'\n{body}"),
        expect![[r#"
        b down [] needs [] labels [] downgrade Absent
        ! 1: missing-variables blocker: `down_revision` is missing, and Alembic cannot load the file
        ? 1: no `down_revision`; add it [everything]
        1 of 2
    "#]],
    );
    let text = format!("revision = 'b'\ndown_revision = None\n{body}    op.drop_table('x'\n");
    check(
        "versions/b.py",
        &text,
        expect![[r#"
        b down [] needs [] labels [] downgrade Absent
        + 6: not understood: a syntax error, unexpected EOF while parsing: Python cannot load this file, so fix it first (unverified)
        + 5: drops table `x` (certain)
        ? 6: a syntax error, unexpected EOF while parsing: Python cannot load this file, so fix it first [everything]
        2 of 3
    "#]],
    );
    check(
        "versions/b.py",
        "revision = 'b'\ndown_revision = None\n",
        expect![[r#"
        b down [] needs [] labels [] downgrade Absent
        + 1: not understood: a file without `upgrade()`, which Alembic cannot run; add the function (unverified)
        ? 1: a file without `upgrade()`, which Alembic cannot run; add the function [everything]
        0 of 1
    "#]],
    );
}

#[test]
fn tables() {
    check_body(
        "op.create_table('t', sa.Column('id', sa.Integer(), primary_key=True), \
         sa.Column('n', sa.String(5), server_default='x'))\n\
         op.create_table('u', *columns(), schema='s', if_not_exists=True)\n\
         op.create_table(op.f('v'), schema=None)\n\
         op.drop_table('w', if_exists=True)\n\
         op.rename_table('a', 'b', schema='s')\n\
         op.rename_table('a', name)\n\
         op.create_table(name)\n\
         op.drop_table(f'x_{name}')\n\
         op.drop_table('y', **options)",
        expect![[r#"
            + 6: creates table `t` (certain)
            + 7: creates table `s.u` (certain)
            + 8: creates table `v` (certain)
            + 9: drops table `w` (certain)
            + 10: renames table `s.a` to `s.b` (certain)
            + 11: not understood: `op.rename_table` with a computed new table name (unverified)
            + 12: not understood: `op.create_table` with a computed table name (unverified)
            + 13: not understood: `op.drop_table` with a computed table name (unverified)
            + 14: not understood: `op.drop_table` with `**` arguments that may name a schema (unverified)
            ? 11: `op.rename_table` with a computed new table name [everything]
            ? 12: `op.create_table` with a computed table name [everything]
            ? 13: `op.drop_table` with a computed table name [everything]
            ? 14: `op.drop_table` with `**` arguments that may name a schema [everything]
            5 of 9
        "#]],
    );
}

#[test]
fn columns_and_constraints() {
    check_body(
        "op.add_column('t', sa.Column('c', sa.Text(), nullable=False))\n\
         op.add_column('t', make_column())\n\
         op.drop_column('t', 'c', 's')\n\
         op.alter_column('t', 'c', new_column_name='d', type_=sa.Integer(), nullable=False, \
         server_default=None)\n\
         op.alter_column('t', 'c', existing_type=sa.Integer())\n\
         op.create_index('ix', 't', ['c'], unique=True, postgresql_concurrently=True)\n\
         op.create_index(None, 't', [sa.text('lower(c)')])\n\
         op.drop_index('ix', table_name='t')\n\
         op.create_foreign_key(None, 't', 'u', ['a'], ['b'], referent_schema='s')\n\
         op.create_unique_constraint('uq', 't', ['a'])\n\
         op.create_check_constraint('ck', 't', 'a > 0')\n\
         op.create_primary_key('pk', 't', ['a'])\n\
         op.drop_constraint('uq', 't', type_='unique')\n\
         op.drop_constraint(None, 't')\n\
         op.create_table_comment('t', 'x')\n\
         op.bulk_insert(tag, [{'a': 1}])\n\
         op.no_such_thing('t')",
        expect![[r#"
            + 6: adds column `t.c` (certain)
            + 7: not understood: `op.add_column` with a computed column (unverified)
            + 8: drops column `s.t.c` (certain)
            + 9: changes the type of `t.c` to `integer` (certain)
            + 9: makes `t.c` NOT NULL (certain)
            + 9: drops the default of `t.c` (certain)
            + 9: renames column `t.c` to `d` (certain)
            + 10: changes nothing of column `c` on `t` (certain)
            + 11: builds index `ix` on `t` (certain)
            + 12: builds index `ix_t_lower(c)` on `t` (certain)
            + 13: drops index `ix` (certain)
            + 14: adds a constraint to `t` (certain)
            + 15: adds constraint `uq` to `t` (certain)
            + 16: adds constraint `ck` to `t` (certain)
            + 17: adds constraint `pk` to `t` (certain)
            + 18: drops constraint `uq` of `t` (certain)
            + 19: not understood: `op.drop_constraint` with no constraint name (unverified)
            + 20: changes the comment on `t` (certain)
            + 21: inserts rows (certain)
            + 22: not understood: `op.no_such_thing`, which Retort does not know (unverified)
            ? 7: `op.add_column` with a computed column [t]
            ? 19: `op.drop_constraint` with no constraint name [t]
            ? 22: `op.no_such_thing`, which Retort does not know [everything]
            14 of 17
        "#]],
    );
}

#[test]
fn batches_and_blocks() {
    check_body(
        "with op.batch_alter_table('t', schema='s') as b:\n    \
         b.add_column(sa.Column('c', sa.Text()))\n    \
         b.drop_constraint('uq')\n    \
         b.create_index(b.f('ix'), ['c'])\n    \
         b.execute('SELECT 1')\n\
         with op.batch_alter_table(name) as b:\n    b.drop_column('x')\n\
         with op.get_context().autocommit_block():\n    op.execute('VACUUM')\n\
         with open('x') as f:\n    op.execute(f.read())",
        expect![[r#"
            + 10: reads rows (certain)
            + 7: adds column `s.t.c` (certain)
            + 8: drops constraint `uq` of `s.t` (certain)
            + 9: builds index `ix` on `s.t` (certain)
            + 12: not understood: `op.drop_column` with a computed table name (unverified)
            + 13: commits, and from here on each statement by itself (certain)
            + 14: gathers free space (certain)
            + 13: begins a transaction again (certain)
            + 15: not understood: a call of `open`, whose effect is not known (unverified)
            + 16: not understood: a call of `read`, whose effect is not known (unverified)
            + 16: not understood: op.execute with a computed string (unverified)
            ? 12: `op.drop_column` with a computed table name [everything]
            ? 15: a call of `open`, whose effect is not known; a call of `read`, whose effect is not known; op.execute with a computed string [everything]
            2 of 4
        "#]],
    );
}

#[test]
fn sql_and_connections() {
    check_body(
        "op.execute('DROP TABLE a')\n\
         op.execute(sa.text('DROP ' 'TABLE b').bindparams(x=1))\n\
         sql = 'DROP TABLE c'\n\
         op.execute(sql)\n\
         op.execute(f'DROP TABLE {name}')\n\
         bind = op.get_bind()\n\
         bind.execute(sa.text('DROP TABLE d'))\n\
         rows = op.get_bind().execute('SELECT 1').fetchall()\n\
         op.get_bind().execute(statement)\n\
         session = Session(bind=bind)\n\
         session.execute(sa.text('DROP TABLE e'))\n\
         tag = sa.table('tag', sa.column('n'))\n\
         op.execute(tag.update().where(tag.c.n == 'x').values(n='y'))\n\
         op.execute(sa.insert(tag).values(n=1))\n\
         op.execute(other.update())\n\
         sa.Enum('a', name='mood').create(op.get_bind(), checkfirst=True)\n\
         mood = sa.Enum('a', name='mood')\n\
         mood.drop(bind)\n\
         print(run(bind))\n\
         op.add_column('t', sa.Column('c', kinds.money()))\n\
         op.add_column('t', make(op))\n\
         Base.metadata.create_all(bind)",
        expect![[r#"
            + 6: drops table `a` (certain)
            + 7: drops table `b` (certain)
            + 8: drops table `c` (certain)
            + 10: not understood: op.execute with a computed string (unverified)
            + 12: drops table `d` (certain)
            + 13: reads rows (certain)
            + 14: not understood: execute on the connection with a computed string (unverified)
            + 16: drops table `e` (certain)
            + 18: reads or changes rows (certain)
            + 19: reads or changes rows (certain)
            + 20: not understood: op.execute with a computed string (unverified)
            + 21: creates type `mood` (certain)
            + 23: drops type `mood` (certain)
            + 24: not understood: a call of `run`, whose effect is not known (unverified)
            + 25: adds column `t.c` (certain)
            + 26: not understood: a call of `make`, whose effect is not known (unverified)
            + 26: not understood: `op.add_column` with a computed column (unverified)
            + 27: not understood: a call of `Base.metadata.create_all`, whose effect is not known (unverified)
            ? 10: op.execute with a computed string [everything]
            ? 14: execute on the connection with a computed string [everything]
            ? 20: op.execute with a computed string [everything]
            ? 24: a call of `run`, whose effect is not known [everything]
            ? 26: a call of `make`, whose effect is not known; `op.add_column` with a computed column [everything]
            ? 27: a call of `Base.metadata.create_all`, whose effect is not known [everything]
            16 of 22
        "#]],
    );
}

#[test]
fn harmless_statements_and_control_flow() {
    check_body(
        "'''docs'''\npass\nprint('x')\nn = 1 + 2\nimport os\nlogger.info('x')\n\
         assert n\n\
         for t in ('a', 'b'):\n    op.add_column(t, sa.Column('c', sa.Text()))\n\
         if op.get_bind().dialect.name == 'postgresql':\n    op.drop_table('p')\n\
         if n:\n    print('x')\n\
         try:\n    op.drop_index('ix')\nexcept Exception:\n    pass\n\
         helper()\n\
         if n:\n    return\n\
         op.drop_table('q')\n\
         return\n\
         op.drop_table('never')",
        expect![[r#"
            + 14: adds column `a.c` (certain)
            + 14: adds column `b.c` (certain)
            + 16: drops table `p` (certain)
            + 20: drops index `ix` (certain)
            + 23: not understood: a call of `helper`, whose effect is not known (unverified)
            + 26: drops table `q` (unverified)
            + 26: not understood: drops table `q`, under a condition that is not known (unverified)
            ? 23: a call of `helper`, whose effect is not known [everything]
            ? 26: drops table `q`, under a condition that is not known [q]
            14 of 16
        "#]],
    );
}

#[test]
fn helpers_are_followed_for_what_they_could_do() {
    let text = format!(
        "{HEADER}def name(t):\n    return f'ix_{{t}}'\n\
         def drop(t):\n    op.drop_table(t)\n\
         def column(t):\n    op.drop_column('u', t)\n\
         def loop(t):\n    return loop(t)\n\
         def upgrade():\n    name('x')\n    drop('y')\n    column('z')\n    loop('w')\n\
         def downgrade():\n    drop('x')\n    op.create_table('z')\n"
    );
    check(
        "versions/ae10.py",
        &text,
        expect![[r#"
            ae10 down ["9f31"] needs [] labels [] downgrade Present
            + 8: drops table `y` (certain)
            + 10: drops column `u.z` (certain)
            + 12: not understood: a call of the helper function `loop` (unverified)
            - 8: drops table `x` (certain)
            - 20: creates table `z` (certain)
            ? 12: a call of the helper function `loop` [everything]
            5 of 6
        "#]],
    );
}

#[test]
fn every_way_to_reach_op() {
    let text = "import alembic\nfrom alembic import op as o\nfrom alembic.op import drop_table as gone\n\
                revision = 'b'\ndown_revision = None\nalso = o\n\
                def up():\n    alembic.op.drop_table('a')\n    o.drop_table('b')\n    gone('c')\n    \
                also.drop_table('d')\nupgrade = up\n\
                def downgrade():\n    raise NotImplementedError\n";
    check(
        "versions/b.py",
        text,
        expect![[r#"
        b down [] needs [] labels [] downgrade Raises
        + 8: drops table `a` (certain)
        + 9: drops table `b` (certain)
        + 10: drops table `c` (certain)
        + 11: drops table `d` (certain)
        5 of 5
    "#]],
    );
    let text = "revision = 'b'\ndown_revision = None\n@wrapped\ndef upgrade():\n    pass\n\
                async def downgrade():\n    pass\n";
    check(
        "versions/b.py",
        text,
        expect![[r#"
        b down [] needs [] labels [] downgrade Present
        + 3: not understood: `upgrade` is a decorated function (unverified)
        - 6: not understood: `downgrade` is an async function (unverified)
        ? 3: `upgrade` is a decorated function [everything]
        ? 6: `downgrade` is an async function [nothing]
        0 of 2
    "#]],
    );
}

#[test]
fn recognition_names_the_line_and_near_misses_are_not_claimed() {
    let why = |text: &str| {
        let module = python::parse(DocumentId(0), text);
        let scope = Scope::of_module(&module, "x.py");
        header::fit(&Document::new("x.py", text), || (&module, &scope)).map(|fit| fit.why)
    };
    let text = format!("\n\n{HEADER}");
    assert_eq!(why(&text).as_deref(), Some("`down_revision` assigned on line 6"));
    for near_miss in [
        "# revision = 'a'\n# down_revision = 'b'\n",
        "def f():\n    revision = 'a'\n    down_revision = 'b'\n",
        "print('revision', 'down_revision')\n",
        "revision = 'a'\ndown = 'down_revision'\n",
        "SELECT revision, down_revision FROM t;",
    ] {
        assert_eq!(why(near_miss), None, "{near_miss}");
    }
}

#[test]
fn what_is_certain_is_followed() {
    check_body(
        "bind = op.get_bind()\n\
         is_mysql = bind.dialect.name == 'mysql'\n\
         if is_mysql and exists(bind, 't'):\n    op.drop_table('mysql')\n\
         elif op.get_context().dialect.name in ('postgresql', 'x'):\n    op.drop_table('pg')\n\
         if context.is_offline_mode() or bind.engine.name != 'postgresql':\n    op.drop_table('no')\n\
         for name, kind in {'a': sa.Integer(), 'b': sa.String(3)}.items():\n    \
         op.add_column('t', sa.Column(f'{name}_{len(name)}', kind))\n\
         for n in range(5):\n    if n == 1:\n        continue\n    if n > 2:\n        break\n    \
         op.drop_index('ix_%d' % n)\n\
         [op.drop_column('t', c) for c in unknown]\n\
         op.drop_column('t', 'x') if unknown else None\n\
         op.drop_column('t', 'y') if is_mysql else None\n\
         op.create_table('u', *[sa.Column(c, sa.Text()) for c in ('d', 'e')], *more)",
        expect![[r#"
            + 11: drops table `pg` (certain)
            + 15: adds column `t.a_1` (certain)
            + 15: adds column `t.b_1` (certain)
            + 21: drops index `ix_0` (certain)
            + 21: drops index `ix_2` (certain)
            + 22: not understood: `op.drop_column` with a computed column name (unverified)
            + 23: not understood: a condition around schema changes (unverified)
            + 25: creates table `u` (certain)
            ? 22: `op.drop_column` with a computed column name [t]
            ? 23: a condition around schema changes [t]
            8 of 10
        "#]],
    );
}

#[test]
fn hostile_depth_and_length_end() {
    let mut text = HEADER.to_owned();
    let deep = |inner: &str| format!("{}{inner}{}", "str([".repeat(60), "])".repeat(60));
    for level in 0..10 {
        let inner = deep(&format!("f{}(x)", level + 1));
        let _ = writeln!(text, "def f{level}(x):\n    return {inner}");
    }
    text.push_str("def f10(x):\n    op.drop_table(x)\n\ndef upgrade():\n    f0('t')\n");
    text.push_str("    for a in range(10000):\n        for b in range(10000):\n            pass\n");
    let document = Document::new("a.py", text);
    let mut ledger = Ledger::default();
    let revision = read(DocumentId(0), &document, &mut ledger).unwrap();
    assert!(!revision.upgrade.is_empty());
    assert_eq!(ledger.undecided_entries().len(), 2);
}
