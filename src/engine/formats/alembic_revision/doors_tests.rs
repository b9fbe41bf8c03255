//! Schemas that come about by other doors than a plain directive: operations as objects, async functions, queries.

use expect_test::expect;

use super::schema_tests::{check, check_with, files, shown};

#[test]
fn an_operation_that_is_invoked_is_the_directive() {
    check_with(
        "from alembic.operations import ops\nfrom alembic.operations.ops import AddColumnOp\n",
        "op.invoke(ops.CreateTableOp('u', [sa.Column('id', sa.Integer(), primary_key=True)]))\n\
         add = AddColumnOp('u', sa.Column('name', sa.String(9)))\n\
         op.invoke(add)\n\
         op.invoke(ops.AlterColumnOp('u', 'name', modify_nullable=False, modify_name='title'))\n\
         op.invoke(ops.CreateIndexOp('ix_u', 'u', ['title']))\n\
         op.invoke(ops.DropTableOp('t'))\n\
         op.invoke(ops.ExecuteSQLOp('CREATE TABLE v (id int)'))",
        &[],
        expect![[r#"
            u(id integer!, title character varying(9)!) +ix_u
            v(id integer)
            ? 0: names of constraints and indexes that the migrations leave to others: no `env.py` is among the inputs, so they are shown as they are without a naming convention [u]
        "#]],
    );
}

#[test]
fn an_operation_of_the_projects_own_stays_unknown() {
    check_with(
        "from alembic.operations import ops\nclass DropTableOp(ops.MigrateOperation):\n    pass\n",
        "op.invoke(DropTableOp('t'))\n\
         op.invoke(ops.CreateTableOp('u', [sa.Column(n, sa.Integer()) for n in names()]))",
        &[],
        expect![[r#"
            t(id integer) +ix_t_id
            ? 9: `op.invoke` of an operation that Retort does not know [*]
            ? 10: `op.invoke` of an operation that Retort does not know [*]
        "#]],
    );
}

#[test]
fn an_async_function_that_is_waited_for_is_followed() {
    let above = "async def more(connection, table):\n    \
                 await connection.execute(sa.text(f'ALTER TABLE {table} ADD COLUMN a text'))\n\
                 def by_itself(connection):\n    \
                 connection.execute(sa.text('CREATE TABLE u (id int)'))\n\
                 async def all(connection, table):\n    await more(connection, table)\n    \
                 await connection.run_sync(by_itself)\n";
    check_with(
        above,
        "op.run_async(all, 't')",
        &[],
        expect![[r#"
        t(id integer, a text) +ix_t_id
        u(id integer)
    "#]],
    );
}

#[test]
fn an_async_function_that_nobody_waits_for_does_nothing_certain() {
    let above = "async def more(connection):\n    \
                 await connection.execute(sa.text('ALTER TABLE t ADD COLUMN a text'))\n\
                 async def all(connection):\n    more(connection)\n";
    check_with(
        above,
        "op.run_async(all)\nmore(op.get_bind())",
        &[],
        expect![[r#"
        t(id integer) +ix_t_id
        ? 8: a call of the helper function `more` [t]
        ? 11: a call of the helper function `more` [t]
    "#]],
    );
}

#[test]
fn tables_come_in_the_order_of_their_keys() {
    check(
        "op.create_table('a', sa.Column('t_id', sa.Integer(), sa.ForeignKey('z.id')))\n\
         op.create_table('z', sa.Column('id', sa.Integer(), primary_key=True))\n\
         metadata = sa.MetaData()\n\
         metadata.reflect(op.get_bind())\n\
         for table in reversed(metadata.sorted_tables):\n    \
         if table.name in ('a', 'z'):\n        op.drop_table(table.name)",
        expect![[r#"
            t(id integer) +ix_t_id
        "#]],
    );
}

#[test]
fn tables_in_a_circle_have_no_certain_order() {
    check(
        "op.create_table('a', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('z', sa.Integer()))\n\
         op.create_table('z', sa.Column('id', sa.Integer(), sa.ForeignKey('a.id'), primary_key=True))\n\
         op.create_foreign_key('fk', 'a', 'z', ['z'], ['id'])\n\
         metadata = sa.MetaData()\n\
         metadata.reflect(op.get_bind())\n\
         for table in metadata.sorted_tables:\n    op.add_column(table.name, sa.Column('n', sa.Text()))",
        expect![[r#"
            a(id integer!, z integer)
            t(id integer) +ix_t_id
            z(id integer!)
            ? 0: names of constraints and indexes that the migrations leave to others: no `env.py` is among the inputs, so they are shown as they are without a naming convention [a z]
            ? 12: `op.add_column` with a computed table name [*]
        "#]],
    );
}

#[test]
fn a_type_that_the_compiler_is_told_to_print() {
    let types = "import sqlalchemy as sa\nfrom sqlalchemy.ext.compiler import compiles\n\
                 from sqlalchemy.types import UserDefinedType\n\
                 class Search(UserDefinedType):\n    pass\n\
                 class Blob(sa.LargeBinary):\n    pass\n\
                 class Odd(sa.String):\n    pass\n\
                 @compiles(Search)\ndef anywhere(element, compiler, **kw):\n    return 'TEXT'\n\
                 @compiles(Search, 'postgresql')\ndef here(element, compiler, **kw):\n    \
                 \"\"\"Of the server.\"\"\"\n    return 'TSVECTOR'\n\
                 @compiles(Blob, 'mysql', 'mariadb')\ndef there(element, compiler, **kw):\n    return 'LONGBLOB'\n\
                 @compiles(Odd)\ndef odd(element, compiler, **kw):\n    return compiler.visit_text(element)\n";
    check_with(
        "from app.types import Search, Blob, Odd\n",
        "op.create_table('u', sa.Column('s', Search()), sa.Column('b', Blob()))\n\
         op.create_table('v', sa.Column('o', Odd()))",
        &[("app/types.py", types)],
        expect![[r#"
            t(id integer) +ix_t_id
            u(s tsvector, b bytea)
            v(o ?)
            ? 8: the type of `v.o` is not known [v]
        "#]],
    );
}

#[test]
fn a_table_of_a_query_has_the_types_of_what_it_reads() {
    check(
        "op.add_column('t', sa.Column('name', sa.String(9), nullable=False, server_default='x'))\n\
         op.create_table('u', sa.Column('id', sa.BigInteger(), primary_key=True), sa.Column('at', sa.DateTime()))\n\
         op.execute('CREATE TABLE n AS SELECT a.name, u.id AS u_id, at FROM t a '\n           \
         'JOIN u ON u.id = a.id WHERE u.at IS NOT NULL ORDER BY 1')\n\
         op.execute('CREATE TABLE copy AS SELECT * FROM u')\n\
         op.execute('CREATE TABLE part AS SELECT DISTINCT u.*, t.name FROM t, u')\n\
         op.drop_table('t')\n\
         op.rename_table('n', 't')",
        expect![[r#"
            copy(id bigint, at timestamp without time zone)
            part(id bigint, at timestamp without time zone, name character varying(9))
            t(name character varying(9), u_id bigint, at timestamp without time zone)
            u(id bigint!, at timestamp without time zone)
            ? 0: names of constraints and indexes that the migrations leave to others: no `env.py` is among the inputs, so they are shown as they are without a naming convention [u]
        "#]],
    );
}

#[test]
fn a_table_of_another_query_has_columns_that_are_not_known() {
    check(
        "op.create_table('u', sa.Column('id', sa.BigInteger(), primary_key=True))\n\
         op.execute('CREATE TABLE a AS SELECT id + 1 AS id FROM u')\n\
         op.execute('CREATE TABLE b AS SELECT id FROM u, t')\n\
         op.execute('CREATE TABLE c AS SELECT id FROM elsewhere')\n\
         op.execute('CREATE TABLE d AS SELECT * FROM u JOIN t USING (id)')\n\
         op.execute('CREATE TABLE e AS WITH u AS (SELECT 1 AS x) SELECT * FROM u')",
        expect![[r#"
            a()
            b()
            c()
            d()
            e()
            t(id integer) +ix_t_id
            u(id bigint!)
            ? 0: names of constraints and indexes that the migrations leave to others: no `env.py` is among the inputs, so they are shown as they are without a naming convention [u]
            ? 7: table `a` has columns that are not known [a]
            ? 8: table `b` has columns that are not known [b]
            ? 9: table `c` has columns that are not known [c]
            ? 10: table `d` has columns that are not known [d]
            ? 11: table `e` has columns that are not known [e]
        "#]],
    );
}

#[test]
fn a_query_on_the_catalogue_is_answered_from_what_the_chain_has_made() {
    check(
        "conn = op.get_bind()\n\
         op.execute(\"CREATE TYPE mood AS ENUM ('a')\")\n\
         def has(table, column):\n    \
         found = conn.execute(sa.text('SELECT 1 FROM information_schema.columns WHERE table_name = :t '\n        \
         'AND column_name = :c'), {'t': table, 'c': column}).fetchone()\n    \
         return found is not None\n\
         if has('t', 'id') and not has('t', 'name') and not has('u', 'id'):\n    \
         op.add_column('t', sa.Column('a', sa.Text()))\n\
         result = conn.execute(sa.text(\"SELECT EXISTS (SELECT FROM information_schema.tables \"\n    \
         \"WHERE table_schema = 'public' AND table_name = 't')\"))\n\
         if result.scalar():\n    op.add_column('t', sa.Column('b', sa.Text()))\n\
         if conn.scalar(sa.text(\"SELECT count(*) FROM pg_indexes WHERE indexname IN ('ix_t_id', 'x') \"\n        \
         \"AND tablename = 't'\")) == 1:\n    op.drop_index('ix_t_id')\n\
         if conn.execute(sa.text(\"SELECT 1 FROM pg_type WHERE typname = 'mood'\")).fetchone() and not \\\n    \
         conn.execute(sa.text(\"SELECT 1 FROM pg_type WHERE typname = 'moods'\")).fetchone():\n    \
         op.execute('ALTER TYPE mood RENAME TO moods')\n\
         names = [row[0] for row in conn.execute(sa.text(\n    \
         \"SELECT column_name FROM information_schema.columns WHERE table_name = 't'\")).fetchall()]\n\
         op.create_table('_'.join(names), sa.Column('id', sa.Integer()))",
        expect![[r#"
            id_a_b(id integer)
            t(id integer, a text, b text)
            moods: a
        "#]],
    );
}

#[test]
fn a_query_that_asks_for_more_than_names_is_not_answered() {
    check(
        "conn = op.get_bind()\n\
         op.execute('CREATE VIEW v AS SELECT 1 AS id')\n\
         if conn.execute(sa.text(\"SELECT 1 FROM information_schema.columns WHERE table_name = 'v'\")).first():\n    \
         op.add_column('t', sa.Column('a', sa.Text()))\n\
         if conn.execute(sa.text(\"SELECT 1 FROM pg_type WHERE typname = 't'\")).first():\n    \
         op.add_column('t', sa.Column('b', sa.Text()))\n\
         if conn.execute(sa.text(\"SELECT 1 FROM information_schema.tables WHERE table_name LIKE 't%'\")).first():\n    \
         op.add_column('t', sa.Column('c', sa.Text()))\n\
         if conn.execute(sa.text(\"SELECT 1 FROM information_schema.tables WHERE table_name = 't' \"\n        \
         \"AND table_schema = 'other'\")).first():\n    op.add_column('t', sa.Column('d', sa.Text()))",
        expect![[r#"
            t(id integer, a text, b text, c text, d text) +ix_t_id
            ? 9: adds column `t.a`, under a condition that is not known [t]
            ? 11: adds column `t.b`, under a condition that is not known [t]
            ? 12: SQL that could not be parsed: SELECT 1 FROM information_schema.tables; adds column `t.c`, under a condition that is not known [*]
            ? 16: adds column `t.d`, under a condition that is not known [t]
        "#]],
    );
}

const ENV: (&str, &str) = (
    "app/migrations/env.py",
    "from alembic import context\nfrom app.models import Base\n\
     context.configure(target_metadata=Base.metadata)\n",
);
const MODELS: &str = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base, relationship\n\
     Base = declarative_base()\n\
     class Stamped:\n    made = sa.Column(sa.DateTime(), nullable=False)\n\
     class User(Stamped, Base):\n    __tablename__ = 'users'\n    \
     id = sa.Column(sa.Integer, primary_key=True)\n    mail = sa.Column(sa.String(80), unique=True)\n    \
     age = sa.Column(sa.BigInteger)\n    nick = sa.Column(sa.Text)\n    pets = relationship('Pet')\n\
     notes = sa.Table('notes', Base.metadata, sa.Column('text', sa.Text()))\n";

/// What the chain does to tables that it never makes.
const CHANGES: &str = "def upgrade():\n    op.add_column('users', sa.Column('nick', sa.Text()))\n    \
     op.alter_column('users', 'age', type_=sa.BigInteger())\n    op.drop_column('users', 'phone')\n    \
     op.create_index('ix_notes', 'notes', ['text'])\n\
     def downgrade():\n    op.drop_index('ix_notes')\n    \
     op.add_column('users', sa.Column('phone', sa.String(20)))\n    \
     op.alter_column('users', 'age', type_=sa.Integer())\n    op.drop_column('users', 'nick')\n";

#[test]
fn tables_that_no_revision_makes_are_taken_from_the_models() {
    let beside = [ENV, ("app/models.py", MODELS)];
    let before = files(CHANGES, "def upgrade():\n    pass\n", &beside);
    expect![[r#"
        notes(text text) +ix_notes
        users(id integer!, mail character varying(80), age bigint, made timestamp without time zone!, nick text)
        ? 9: table `notes`, which no revision is known to make, is taken for what `app/models.py` declares, without what the revisions do to it [notes]
        ? 6: table `users`, which no revision is known to make, is taken for what `app/models.py` declares, without what the revisions do to it [users]
    "#]].assert_eq(&shown(before));
}

#[test]
fn a_column_of_a_model_without_a_type_has_that_of_the_column_it_points_at() {
    let models = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n\
                  from app.people import Base\n\
                  class Note(Base):\n    __tablename__ = 'notes'\n    \
                  id = sa.Column(sa.BigInteger, primary_key=True)\n    \
                  by = sa.Column(sa.ForeignKey('people.id'), nullable=False)\n    \
                  after = sa.Column(sa.ForeignKey('notes.id'))\n    \
                  of = sa.Column(sa.ForeignKey('elsewhere.id'))\n";
    let people = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n\
                  Base = declarative_base()\n\
                  class Person(Base):\n    __tablename__ = 'people'\n    \
                  id = sa.Column(sa.Uuid, primary_key=True)\n";
    let beside = [ENV, ("app/models.py", models), ("app/people.py", people)];
    let change = "def upgrade():\n    op.add_column('notes', sa.Column('text', sa.Text()))\n";
    expect![[r#"
        notes(id bigint!, by uuid!, after bigint, of ?, text text)
        ? 6: table `notes`, which no revision is known to make, is taken for what `app/models.py` declares, without what the revisions do to it; it has columns that are not known [notes]
    "#]].assert_eq(&shown(files(change, "def upgrade():\n    pass\n", &beside)));
}

#[test]
fn models_that_env_py_does_not_hand_over_are_nobodys() {
    let plain = "from alembic import context\ncontext.configure(target_metadata=None)\n";
    let beside = [("app/migrations/env.py", plain), ("app/models.py", MODELS)];
    expect![[r#"
        ? 6: adds column `users.nick`: no migration creates `users`, so it comes from before the first one; give the schema that was there then with --baseline [users]
        ? 7: changes the type of `users.age` to `bigint`: no migration creates `users`, so it comes from before the first one; give the schema that was there then with --baseline [users]
        ? 8: drops column `users.phone`: no migration creates `users`, so it comes from before the first one; give the schema that was there then with --baseline [users]
        ? 9: builds index `ix_notes` on `notes`: no migration creates `notes`, so it comes from before the first one; give the schema that was there then with --baseline [notes]
    "#]].assert_eq(&shown(files(CHANGES, "def upgrade():\n    pass\n", &beside)));
}

#[test]
fn two_models_of_a_table_stay_open() {
    let other = "import sqlalchemy as sa\nfrom app.models import Base\n\
                 class Old(Base):\n    __tablename__ = 'notes'\n    id = sa.Column(sa.Integer, primary_key=True)\n";
    let modern = "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\
                  class Base(DeclarativeBase):\n    pass\n\
                  class User(Base):\n    __tablename__ = 'users'\n    \
                  id: Mapped[int] = mapped_column(primary_key=True)\n    \
                  mail: Mapped[str] = mapped_column(sa.String(80), nullable=False)\n    \
                  age: Mapped[dict[str, int]]\n\
                  notes = sa.Table('notes', Base.metadata, sa.Column('text', sa.Text()))\n";
    let beside = [ENV, ("app/models.py", modern), ("app/old.py", other)];
    expect![[r#"
        users(id integer!, mail character varying(80)!, nick text)
        ? 6: table `users`, which no revision is known to make, is taken for what `app/models.py` declares, without what the revisions do to it; it has columns that are not known [users]
        ? 9: builds index `ix_notes` on `notes`: no migration creates `notes`, so it comes from before the first one; give the schema that was there then with --baseline [notes]
    "#]].assert_eq(&shown(files(CHANGES, "def upgrade():\n    pass\n", &beside)));
}

/// Annotations of every kind, mixins, methods that make a column, and what a base says of types.
const ANNOTATED: &str = r#"
import datetime, decimal, enum, uuid
from typing import Annotated, ClassVar, List, Optional, Union
from sqlalchemy import BigInteger, DateTime, ForeignKey, JSON, Numeric, String, Text, func
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship, validates

key = Annotated[int, mapped_column(primary_key=True)]
short = Annotated[str, 50]
stamp = Annotated[datetime.datetime, mapped_column(server_default=func.now())]

class Kind(enum.Enum):
    one = "1"
    two = "2"

class Base(DeclarativeBase):
    type_annotation_map = {datetime.datetime: DateTime(timezone=True), short: String(50), int: BigInteger}

class Stamped:
    created_at: Mapped[stamp]
    gone_at: Mapped[Union[datetime.datetime, None]]

    @declared_attr
    def owner(cls) -> Mapped[str | None]:
        return mapped_column(String(9))

class User(Stamped, Base):
    __tablename__ = "users"
    limit: ClassVar[int] = 3
    id: Mapped[key]
    name: Mapped[short]
    nick: Mapped[Optional[str]] = mapped_column(Text)
    other: Mapped[Optional[str]] = mapped_column("alias", index=True)
    age: Mapped[int | None]
    paid: Mapped[decimal.Decimal] = mapped_column(Numeric(8, 2), nullable=True)
    token: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    data: Mapped[dict[str, int]] = mapped_column(JSON)
    kind: Mapped[Kind]
    notes: Mapped[List["Note"]] = relationship(back_populates="user")

    @validates("nick")
    def check(self, key, value):
        return value

    @property
    def title(self):
        return self.name

class Note(Base):
    __tablename__ = "notes"
    id: Mapped[key]
    text: Mapped[str] = mapped_column(Text)
"#;

#[test]
fn columns_that_an_annotation_types_are_those_of_sqlalchemy() {
    let beside = [ENV, ("app/models.py", ANNOTATED)];
    expect![[r#"
        notes(id bigint!, text text!) +ix_notes
        users(id bigint!, name character varying(50)!, alias character varying, age bigint, paid numeric(8,2), token uuid!, data json!, kind kind!, created_at timestamp with time zone!, gone_at timestamp with time zone, owner character varying(9), nick text) +ix_users_alias
        kind: one two
        ? 9: table `notes`, which no revision is known to make, is taken for what `app/models.py` declares, without what the revisions do to it [notes]
        ? 6: table `users`, which no revision is known to make, is taken for what `app/models.py` declares, without what the revisions do to it [users]
    "#]].assert_eq(&shown(files(CHANGES, "def upgrade():\n    pass\n", &beside)));
}

/// A base of another package may give other types, and other columns.
#[test]
fn annotations_under_a_base_that_is_not_there_stay_open() {
    let models = "from sqlalchemy.orm import Mapped, mapped_column\nfrom platform_db import Base\n\
                  class User(Base):\n    __tablename__ = 'users'\n    \
                  id: Mapped[int] = mapped_column(primary_key=True)\n    \
                  age: Mapped[int]\n";
    let beside = [ENV, ("app/models.py", models)];
    expect![[r#"
        ? 6: adds column `users.nick`: no migration creates `users`, so it comes from before the first one; give the schema that was there then with --baseline [users]
        ? 7: changes the type of `users.age` to `bigint`: no migration creates `users`, so it comes from before the first one; give the schema that was there then with --baseline [users]
        ? 8: drops column `users.phone`: no migration creates `users`, so it comes from before the first one; give the schema that was there then with --baseline [users]
        ? 9: builds index `ix_notes` on `notes`: no migration creates `notes`, so it comes from before the first one; give the schema that was there then with --baseline [notes]
    "#]].assert_eq(&shown(files(CHANGES, "def upgrade():\n    pass\n", &beside)));
}
