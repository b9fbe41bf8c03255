//! What several files make together: conditions on the schema, functions of other files.

use std::fmt::Write;

use expect_test::{Expect, expect};

use crate::engine::crew::Alone;
use crate::engine::pipeline::read;
use crate::wire::{Input, Options, Settings};

const HEADER: &str = "from alembic import op, context\nimport sqlalchemy as sa\n";

/// A chain of two: what the first makes, and what the second does to it. Other files may lie beside.
pub(super) fn files(first: &str, second: &str, beside: &[(&str, &str)]) -> Vec<Input> {
    let revision = |id: &str, down: &str, text: &str| {
        let header = format!("{HEADER}revision = '{id}'\ndown_revision = {down}\n");
        let path = format!("app/migrations/versions/{id}.py");
        Input::new(path, format!("{header}{text}").into_bytes())
    };
    let mut all = vec![revision("a1", "None", first), revision("b2", "'a1'", second)];
    all.extend(beside.iter().map(|(path, text)| Input::new(*path, text.as_bytes().to_vec())));
    all
}

/// The schema at the head: a line for each table, then what is undecided.
pub(super) fn shown(inputs: Vec<Input>) -> String {
    let options = Options {
        settings: Settings { dialect: Some("postgresql".to_owned()), ..Settings::default() },
        ..Options::default()
    };
    let mut watch = |_| std::ops::ControlFlow::Continue(());
    let std::ops::ControlFlow::Continue(found) = read(inputs, &options, &Alone, &mut watch) else {
        panic!("nobody stops it");
    };
    let schema = found.schema(None, None).unwrap();
    let mut out = String::new();
    for table in &schema.tables {
        let column = |column: &crate::wire::schema::ColumnView| {
            let kind = column.data_type.as_deref().unwrap_or("?");
            format!("{} {kind}{}", column.name, if column.nullable { "" } else { "!" })
        };
        let columns: Vec<String> = table.columns.iter().map(column).collect();
        let indexes = table.indexes.iter().filter_map(|index| index.name.as_deref());
        let indexes: String = indexes.map(|name| format!(" +{name}")).collect();
        let _ = writeln!(out, "{}({}){indexes}", table.name, columns.join(", "));
    }
    for one in &schema.enums {
        let _ = writeln!(out, "{}: {}", one.name, one.values.join(" "));
    }
    for entry in &schema.undecided {
        let _ = writeln!(out, "? {}: {} [{}]", entry.line, entry.what, entry.affects.join(" "));
    }
    out
}

/// What the second revision's `upgrade()` with this body makes of a table `t` with a column `id`.
#[track_caller]
pub(super) fn check(body: &str, expect: Expect) {
    check_with("", body, &[], expect);
}

#[track_caller]
pub(super) fn check_with(above: &str, body: &str, beside: &[(&str, &str)], expect: Expect) {
    let first = "def upgrade():\n    op.create_table('t', sa.Column('id', sa.Integer()))\n    \
                 op.create_index('ix_t_id', 't', ['id'])\n";
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let second = format!("{above}def upgrade():\n{body}");
    expect.assert_eq(&shown(files(first, &second, beside)));
}

#[test]
fn an_inspector_answers_from_what_the_chain_has_made() {
    check(
        "insp = sa.inspect(op.get_bind())\n\
         columns = {c['name'] for c in insp.get_columns('t')}\n\
         if 'id' not in columns:\n    op.add_column('t', sa.Column('never', sa.Text()))\n\
         if 'name' not in columns:\n    op.add_column('t', sa.Column('name', sa.Text()))\n\
         if not insp.has_table('u'):\n    op.create_table('u', sa.Column('id', sa.Integer()))\n\
         if 't' in insp.get_table_names():\n    op.add_column('t', sa.Column('more', sa.Text()))\n\
         if not any(i['name'] == 'ix_t_id' for i in insp.get_indexes('t')):\n    \
         op.drop_table('t')\n\
         for index in insp.get_indexes('t'):\n    op.drop_index(index['name'])",
        expect![[r#"
            t(id integer, name text, more text)
            u(id integer)
        "#]],
    );
}

#[test]
fn functions_around_an_inspector_are_followed() {
    let above = "def has(table, column, insp=None):\n    insp = insp or sa.inspect(op.get_bind())\n    \
                 if table not in insp.get_table_names():\n        return False\n    \
                 return column in [c['name'] for c in insp.get_columns(table)]\n";
    check_with(
        above,
        "if has('t', 'id') and not has('v', 'id'):\n    op.add_column('t', sa.Column('a', sa.Text()))\n\
         if has(column='a', table='t'):\n    op.add_column('t', sa.Column('b', sa.Text()))\n\
         if has('t', 'c'):\n    return\n\
         op.drop_column('t', 'id')",
        &[],
        expect![[r#"
            t(a text, b text)
        "#]],
    );
}

#[test]
fn an_inspector_remembers_what_it_has_said() {
    check(
        "insp = sa.inspect(op.get_bind())\n\
         if insp.has_table('u'):\n    return\n\
         op.create_table('u', sa.Column('id', sa.Integer()))\n\
         if not insp.has_table('u'):\n    op.add_column('u', sa.Column('stale', sa.Text()))\n\
         if sa.inspect(op.get_bind()).has_table('u'):\n    op.add_column('u', sa.Column('fresh', sa.Text()))",
        expect![[r#"
            t(id integer) +ix_t_id
            u(id integer, stale text, fresh text)
        "#]],
    );
}

#[test]
fn what_the_chain_has_not_made_is_not_decided() {
    // The table comes from elsewhere, so there may be others, and more in it.
    check(
        "op.add_column('old', sa.Column('a', sa.Text()))\n\
         insp = sa.inspect(op.get_bind())\n\
         if not insp.has_table('u'):\n    op.create_table('u', sa.Column('id', sa.Integer()))\n\
         if 'x' not in [c['name'] for c in insp.get_columns('old')]:\n    \
         op.add_column('old', sa.Column('x', sa.Text()))\n\
         if insp.has_table('t'):\n    op.add_column('t', sa.Column('sure', sa.Text()))",
        expect![[r#"
            t(id integer, sure text) +ix_t_id
            u(id integer)
            ? 9: creates table `u`, under a condition that is not known [u]
            ? 11: adds column `old.x`, under a condition that is not known [old]
            ? 6: adds column `old.a`: no migration creates `old`, so it comes from before the first one; give the schema that was there then with --baseline [old]
        "#]],
    );
}

#[test]
fn a_return_that_is_not_decided_leaves_the_rest_in_doubt_by_name() {
    check(
        "if settings.legacy:\n    return\n\
         op.add_column('t', sa.Column('a', sa.Text()))\n\
         op.execute('UPDATE t SET a = 1 WHERE id = 2')\n\
         op.create_table('u', sa.Column('id', sa.Integer()))",
        expect![[r#"
            t(id integer, a text) +ix_t_id
            u(id integer)
            ? 8: adds column `t.a`, under a condition that is not known [t]
            ? 10: creates table `u`, under a condition that is not known [u]
        "#]],
    );
    // A failure undoes all of it, so that what was applied did not fail.
    check(
        "if settings.legacy:\n    raise RuntimeError('too old')\n\
         op.add_column('t', sa.Column('a', sa.Text()))",
        expect![[r#"
            t(id integer, a text) +ix_t_id
        "#]],
    );
}

#[test]
fn two_ways_that_do_the_same_are_one() {
    check(
        "if settings.big:\n    size = 50\n    op.add_column('t', sa.Column('a', sa.Text()))\n\
         else:\n    size = 20\n    op.add_column('t', sa.Column('a', sa.Text()))\n\
         op.add_column('t', sa.Column('b', sa.String(size)))",
        expect![[r#"
            t(id integer, a text, b ?) +ix_t_id
            ? 12: the type of `t.b` is not known [t]
        "#]],
    );
}

#[test]
fn an_option_that_nobody_gave_is_off_and_still_in_doubt() {
    check(
        "if context.get_x_argument(as_dictionary=True).get('demo'):\n    \
         op.create_table('demo', sa.Column('id', sa.Integer()))\n\
         for row in op.get_bind().execute(sa.text('SELECT id FROM t')):\n    \
         op.execute(sa.text('UPDATE t SET id = 1').bindparams(x=row.id))\n    \
         if row.id:\n        op.drop_column('t', 'id')",
        expect![[r#"
            t()
            ? 7: creates table `demo`, under a condition that is not known [demo]
            ? 11: drops column `t.id`, under a condition that is not known [t]
        "#]],
    );
}

#[test]
fn names_of_other_files_are_followed_where_they_lie_beside() {
    let beside = [
        (
            "app/migrations/helpers.py",
            "import sqlalchemy as sa\nfrom .kinds import Color, SIZE\n\
             def stamps(*names, size=SIZE, **options):\n    \
             return [sa.Column(name, sa.String(size), **options) for name in names]\n\
             def add(op, table, *columns):\n    with op.batch_alter_table(table) as b:\n        \
             for column in columns:\n            b.add_column(column)\n\
             def color():\n    return sa.Column('color', sa.Enum(Color, name='color'))\n",
        ),
        (
            "app/migrations/kinds.py",
            "import enum\nSIZE = 7\nclass Color(enum.Enum):\n    RED = 'r'\n    BLUE = 'b'\n",
        ),
    ];
    check_with(
        "from app.migrations import helpers\nfrom ..helpers import stamps as made\n\
         from app.migrations.kinds import Color\nfrom app.missing import other\n",
        "helpers.add(op, 't', *made('made', 'seen', nullable=False), sa.Column('n', sa.Text()))\n\
         op.create_table('u', helpers.color(), *made('x'))\n\
         op.execute(f\"INSERT INTO t (made) VALUES ('{Color.RED.value}')\")\n\
         for color in Color:\n    op.add_column('u', sa.Column(color.value, sa.Text()))\n\
         other(op)",
        &beside,
        expect![[r#"
            t(id integer, made character varying(7)!, seen character varying(7)!, n text) +ix_t_id
            u(color color, x character varying(7), r text, b text)
            color: RED BLUE
            ? 15: a call of `app.missing.other`, whose effect is not known [*]
        "#]],
    );
}

#[test]
fn values_of_functions_and_classes_are_worked_out() {
    check_with(
        "import enum, functools\nclass Kind(str, enum.Enum):\n    A = 'x'\n    B = 'y'\n\
         add = functools.partial(op.add_column, 't')\n\
         text = functools.partial(sa.Column, type_=sa.Text())\n\
         def each(do, *all):\n    for one in all:\n        do(one)\n",
        "op.add_column('t', sa.Column('kind', sa.Enum(*[k.value for k in Kind], name='kind')))\n\
         def one(name):\n    op.add_column('t', sa.Column(prefix + name, sa.Text()))\n\
         prefix = 'p_'\n\
         each(one, 'a', 'b')\n\
         each(lambda name: op.drop_column('t', name), 'p_a')\n\
         names = []\n\
         for n in range(2):\n    names.append(f'c{n}')\n\
         for name in names:\n    one(name)\n\
         unknown(names)",
        &[],
        expect![[r#"
            t(id integer, kind kind, p_b text, p_c0 text, p_c1 text) +ix_t_id
            ? 26: a call of `unknown`, whose effect is not known [*]
        "#]],
    );
}

#[test]
fn types_of_the_project_are_what_they_wrap() {
    let beside = [
        (
            "app/migrations/kinds.py",
            "import sqlalchemy as sa\nfrom sqlalchemy import types\nfrom sqlalchemy.dialects import postgresql\n\
         from sqlalchemy.ext.compiler import compiles\n\
         class Json(types.TypeDecorator):\n    impl = sa.Text\n\
         class Name(types.TypeDecorator[str]):\n    impl = types.String\n\
         class Id(sa.TypeDecorator):\n    impl = sa.CHAR\n    \
         def load_dialect_impl(self, dialect):\n        if dialect.name == 'postgresql':\n            \
         return dialect.type_descriptor(postgresql.UUID())\n        return dialect.type_descriptor(sa.CHAR(36))\n\
         class Wrapped(types.TypeDecorator):\n    impl = Name(9)\n    \
         def load_dialect_impl(self, dialect):\n        if dialect.name == 'mysql':\n            return sa.Text()\n        \
         return super().load_dialect_impl(dialect)\n\
         class Stamp(sa.TIMESTAMP):\n    def __init__(self, *args, timezone=True, **kwargs):\n        \
         super().__init__(*args, timezone=timezone, **kwargs)\n\
         class Shorter(Name):\n    def __init__(self, size):\n        self.size = size\n        super().__init__(size - 1)\n\
         class Point(types.UserDefinedType):\n    def get_col_spec(self, **kw):\n        return 'point'\n\
         class Spelled(types.TypeDecorator):\n    impl = sa.Text\n\
         @compiles(Spelled)\n    \ndef spell(element, compiler, **kw):\n    return 'money'\n\
         from sqlalchemy.dialects.postgresql import INET as Own\n\
         class Address(types.TypeDecorator):\n    impl = sa.Text\n    \
         def load_dialect_impl(self, dialect):\n        return dialect.type_descriptor(Own())\n\
         from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n\
         class Chosen(types.TypeDecorator):\n    impl = sa.Text\n    \
         def load_dialect_impl(self, dialect):\n        return choose(dialect)\n",
        ),
        (
            "app/migrations/flask.py",
            "from .kinds import db\nclass Day(db.TypeDecorator):\n    impl = db.Date\n",
        ),
    ];
    check_with(
        "from ..kinds import *\nfrom ..flask import Day\n",
        "op.create_table('u', sa.Column('day', Day), sa.Column('address', Address()), sa.Column('json', Json()), sa.Column('bare', Json), sa.Column('name', Name(20)),\n    \
         sa.Column('id', Id()), sa.Column('wrapped', Wrapped()), sa.Column('stamp', Stamp()),\n    \
         sa.Column('plain', Stamp(timezone=False)), sa.Column('shorter', Shorter(8)), sa.Column('point', Point()))\n\
         op.create_table('v', sa.Column('spelled', Spelled()), sa.Column('chosen', Chosen()))",
        &beside,
        expect![[r#"
            t(id integer) +ix_t_id
            u(day date, address inet, json text, bare text, name character varying(20), id uuid, wrapped character varying(9), stamp timestamp with time zone, plain timestamp without time zone, shorter character varying(7), point point)
            v(spelled money, chosen ?)
            ? 11: the type of `v.chosen` is not known [v]
        "#]],
    );
}

#[test]
fn tables_are_read_back_as_the_chain_has_made_them() {
    check_with(
        "from sqlalchemy.types import NullType\nfrom sqlalchemy.ext.compiler import compiles\n\
         @compiles(sa.ForeignKeyConstraint, 'postgresql')\ndef process(element, compiler, **kw):\n    \
         element.name = None\n    return compiler.visit_foreign_key_constraint(element, **kw)\n",
        "bind = op.get_bind()\n\
         op.create_table('m', sa.Column('id', sa.Integer, primary_key=True),\n    \
         sa.Column('kind', sa.Enum('x', name='kind')), sa.Column('at', sa.DateTime(timezone=True)),\n    \
         sa.Column('t_id', sa.Integer), sa.ForeignKeyConstraint(['t_id'], ['m.id'], name='mine'))\n\
         meta = sa.MetaData()\nmeta.reflect(bind=bind)\n\
         for name in list(meta.tables.keys()):\n    \
         if name in ('alembic_version', 't'):\n        continue\n    \
         table = sa.Table(name, meta, autoload_with=bind)\n    columns = []\n    \
         for column in table.columns:\n        copied = None\n        \
         if isinstance(column.type, NullType):\n            copied = sa.Column(column.name, sa.Text())\n        \
         if column.name == 'kind':\n            kind = sa.Enum('y', name='other')\n            \
         copied = sa.Column(column.name, kind)\n        \
         if copied is None:\n            copied = column._copy()\n        columns.append(copied)\n    \
         op.create_table('shadow_' + name, meta, *columns)\n\
         for name in meta.tables['m'].c.keys():\n    op.drop_column('m', name)\n\
         op.execute('CREATE TABLE s (id int PRIMARY KEY, s_id int CONSTRAINT own REFERENCES s (id))')\n\
         op.drop_constraint('own', 's')",
        &[],
        expect![[r#"
            m(id integer!, kind kind, at timestamp with time zone, t_id integer)
            s(id integer!, s_id integer)
            shadow_m(id integer!, kind other, at timestamp with time zone, t_id integer)
            t(id integer) +ix_t_id
            kind: x
            other: y
            ? 0: names of constraints and indexes that the migrations leave to others: no `env.py` is among the inputs, so they are shown as they are without a naming convention [m shadow_m]
            ? 35: `op.drop_column` with a computed column name [m]
        "#]],
    );
}

#[test]
fn a_name_bound_again_does_not_change_what_was_made_of_it() {
    check(
        "kind = sa.String(5)\nfirst = sa.Column('a', kind)\nmore = [sa.Column('b', kind)]\nkind = sa.Integer()\n\
         op.add_column('t', first)\nop.add_column('t', more[0])\nop.add_column('t', sa.Column('c', kind))",
        expect![[r#"
            t(id integer, a character varying(5), b character varying(5), c integer) +ix_t_id
        "#]],
    );
    check(
        "kind = sa.Text()\nfor n in range(64):\n    kind = sa.and_(kind, kind)\nop.add_column('t', sa.Column('a', kind))",
        expect![[r#"
            t(id integer) +ix_t_id
            ? 9: `op.add_column` with a computed table name [*]
        "#]],
    );
    check(
        "bind = op.get_bind()\nrows = bind.execute(sa.text('SELECT 1'))\nbind = None\n\
         if rows.first():\n    op.add_column('t', sa.Column('a', sa.Text()))",
        expect![[r#"
            t(id integer, a text) +ix_t_id
            ? 10: adds column `t.a`, under a condition that is not known [t]
        "#]],
    );
}

#[test]
fn what_a_module_makes_on_demand_is_what_its_function_gives() {
    let beside = [(
        "app/lazy_types.py",
        "import sqlalchemy as sa\nfrom alembic import context\nfrom lazy_object_proxy import Proxy\n\n\
         def _mysql_AT():\n    return sa.DateTime\n\n\
         def _sa_AT():\n    class AT(sa.TIMESTAMP):\n        def __init__(self, *args, timezone=True, **more):\n            \
         super().__init__(*args, timezone=timezone, **more)\n    return AT\n\n\
         def __getattr__(name):\n    if name in ['AT']:\n        def load():\n            \
         dialect = context.get_bind().dialect.name\n            module = globals()\n            \
         made = module.get(f'_{dialect}_{name}', None) or module.get(f'_sa_{name}')\n            \
         val = module[name] = made()\n            return val\n        return Proxy(load)\n    raise AttributeError(name)\n",
    )];
    check_with(
        "from app.lazy_types import AT, NOT_THERE\n",
        "op.create_table('m', sa.Column('at', AT), sa.Column('on', AT(timezone=False)), sa.Column('no', NOT_THERE))",
        &beside,
        expect![[r#"
            m(at timestamp with time zone, on timestamp without time zone, no ?)
            t(id integer) +ix_t_id
            ? 7: the type of `m.no` is not known [m]
        "#]],
    );
}

#[test]
fn options_that_are_spread_are_arguments() {
    let body = "common = {'existing_type': sa.Integer(), 'nullable': False}\n\
                op.add_column('t', sa.Column('n', sa.Integer(), **{'nullable': True}))\n\
                op.alter_column('t', 'n', **common)\n\
                op.add_column('t', sa.Column('name', sa.String(length=9, **COLLATION)))\n\
                quote = op.get_bind().dialect.identifier_preparer.quote\n\
                op.execute(f'ALTER TABLE t ADD COLUMN {quote(\"Order\")} text')\n\
                op.alter_column('t', 'id', **elsewhere())";
    check(
        body,
        expect![[r#"
        t(id integer, n integer!, name character varying(9), Order text) +ix_t_id
        ? 12: `op.alter_column` with `**` arguments that may name a schema [*]
    "#]],
    );
}

#[test]
fn a_collation_stands_behind_the_brackets_of_an_array() {
    let body = "op.add_column('t', sa.Column('names', postgresql.ARRAY(sa.String(collation='C'))))";
    check(
        body,
        expect![[r#"
            t(id integer, names character varying[]) +ix_t_id
        "#]],
    );
}

#[test]
fn some_tables_are_read_back_with_their_keys() {
    let body = "op.create_table('a', sa.Column('id', sa.Integer()), \
                sa.Column('t_id', sa.Integer()))\n\
                op.create_foreign_key('a_t', 'a', 't', ['t_id'], ['id'])\n\
                metadata = sa.MetaData()\n\
                metadata.reflect(bind=op.get_bind(), only=['a'], extend_existing=True)\n\
                for fk in metadata.tables['a'].foreign_keys:\n    \
                op.drop_constraint(fk.name, 'a', type_='foreignkey')\n\
                op.drop_table('t')";
    check(
        body,
        expect![[r#"
            a(id integer, t_id integer)
        "#]],
    );
}

#[test]
fn tables_that_a_file_declares_are_made_by_their_metadata() {
    check_with(
        "from sqlalchemy.orm import declarative_base, relationship\nBase = declarative_base()\n\
         class Shelf(Base):\n    __tablename__ = 'shelf'\n    id = sa.Column(sa.Integer, primary_key=True)\n    \
         room_id = sa.Column('room', sa.ForeignKey('room.id'), index=True)\n    room = relationship('Room')\n    \
         __table_args__ = (sa.UniqueConstraint('room'), {'comment': 'a shelf'})\n\
         class Room(Base):\n    __tablename__ = 'room'\n    id = sa.Column(sa.BigInteger, primary_key=True)\n\
         class Table_(Base):\n    __tablename__ = 't'\n    other = sa.Column(sa.Text)\n",
        "Base.metadata.create_all(bind=op.get_bind())",
        &[],
        expect![[r#"
            room(id bigint!)
            shelf(id integer!, room bigint) +ix_shelf_room
            t(id integer) +ix_t_id
        "#]],
    );
    let tables = "metadata = sa.MetaData()\n\
                  b = sa.Table('b', metadata, sa.Column('a_id', sa.Integer, sa.ForeignKey('a.id')))\n\
                  a = sa.Table('a', metadata, sa.Column('id', sa.Integer, primary_key=True))\n";
    check(
        &format!("{tables}metadata.create_all(op.get_bind())"),
        expect![[r#"
        a(id integer!)
        b(a_id integer)
        t(id integer) +ix_t_id
    "#]],
    );
    check(
        &format!("{tables}a.create(op.get_bind(), checkfirst=True)\nb.create(op.get_bind())"),
        expect![[r#"
            a(id integer!)
            b(a_id integer)
            t(id integer) +ix_t_id
        "#]],
    );
    // One that has no name, metadata that says how to name, and models of another file are not guessed.
    check(
        &format!("{tables}sa.Table('c', metadata)\nmetadata.create_all(op.get_bind())"),
        expect![[r#"
            t(id integer) +ix_t_id
            ? 10: a call of `metadata.create_all`, whose effect is not known [*]
        "#]],
    );
    check_with(
        "from app.models import Base, User\nmetadata = sa.MetaData(naming_convention={'pk': 'pk_%(table_name)s'})\n\
         a = sa.Table('a', metadata, sa.Column('id', sa.Integer, primary_key=True))\n",
        "metadata.create_all(op.get_bind())\nBase.metadata.create_all(op.get_bind())\nUser.__table__.create(op.get_bind())",
        &[(
            "app/models.py",
            "from sqlalchemy.orm import declarative_base\nimport sqlalchemy as sa\nBase = declarative_base()\n\
           class User(Base):\n    __tablename__ = 'user'\n    id = sa.Column(sa.Integer, primary_key=True)\n",
        )],
        expect![[r#"
            t(id integer) +ix_t_id
            ? 9: a call of `metadata.create_all`, whose effect is not known [*]
            ? 10: a call of `app.models.Base.metadata.create_all`, whose effect is not known [*]
            ? 11: a call of `app.models.User.__table__.create`, whose effect is not known [*]
        "#]],
    );
}
