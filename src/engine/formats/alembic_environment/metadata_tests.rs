//! Files, and the naming convention that is found in them.

use expect_test::{Expect, expect};

use crate::engine::document::{Document, Documents};
use crate::engine::python::Modules;

/// `=== path` starts a file. Of each `env.py`: the patterns, or a question mark, and what is told.
#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&found(text));
}

fn found(text: &str) -> String {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.trim_start().lines() {
        match (line.strip_prefix("=== "), all.last_mut()) {
            (Some(path), _) => all.push((path.to_owned(), String::new())),
            (None, Some((_, body))) => *body += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    let documents = all.into_iter().map(|(path, body)| Document::new(path, body)).collect();
    let documents = Documents::new(documents);
    let modules =
        Modules::new(documents.iter().map(|(_, file)| (file.path.as_str(), file.text.as_str())));
    let mut shown = String::new();
    for found in super::environments(&documents, &modules) {
        let naming = found.naming;
        match &naming.convention {
            Some(convention) => {
                for (key, pattern) in convention.patterns() {
                    shown += &format!("{key}={} ", pattern.unwrap_or("?"));
                }
            }
            None => shown += "? ",
        }
        shown += &naming.told;
        if let Some(span) = naming.span {
            let document = documents.get(span.document).unwrap();
            let line = document.position(span.start).line;
            shown += &format!(" ({}:{line})", document.path);
        }
        shown.push('\n');
    }
    shown
}

/// An `env.py` that hands over what `target` is.
fn environment(imports: &str, target: &str) -> String {
    format!(
        "=== m/env.py\nfrom alembic import context\n{imports}\ntarget_metadata = {target}\n\
         def run():\n    context.configure(url='x', target_metadata=target_metadata)\n"
    )
}

const NAMES: &str =
    "=== app/names.py\nUSUAL = {'pk': 'pk_' + '%(table_name)s', 'uq': 'uq_%(table_name)s'}\n";

#[test]
fn conventions_are_found_where_projects_put_them() {
    check(
        &environment("from sqlalchemy import MetaData", "MetaData(naming_convention={'pk': 'p'})"),
        expect![[r#"
            pk=p the metadata has it (m/env.py:3)
        "#]],
    );
    let base = "=== app/db.py\nfrom sqlalchemy import MetaData\nfrom sqlalchemy.orm import DeclarativeBase\n\
                from .names import USUAL\nmetadata = MetaData(naming_convention=USUAL)\n";
    for (own, import, target) in [
        ("", "from app.db import metadata", "metadata"),
        (
            "class Base(DeclarativeBase):\n    metadata = metadata\n",
            "from app.db import Base",
            "Base.metadata",
        ),
        (
            "class Base(DeclarativeBase):\n    metadata = MetaData(naming_convention=USUAL)\nclass User(Base):\n    pass\n",
            "from app import db",
            "db.User.metadata",
        ),
        ("Base = declarative_base(metadata=metadata)\n", "import app.db", "app.db.Base.metadata"),
        (
            "@as_declarative(metadata=metadata)\nclass Base:\n    pass\n",
            "from app.db import *",
            "Base.metadata",
        ),
        (
            "mapper = registry(metadata=metadata)\nBase = mapper.generate_base()\n",
            "from app.db import Base as B",
            "B.metadata",
        ),
        ("db = SQLAlchemy(metadata=metadata)\n", "from app.db import db", "db.metadata"),
        (
            "Base = declarative_base()\nBase.metadata.naming_convention = USUAL\n",
            "from app.db import Base",
            "Base.metadata",
        ),
        (
            "Base = declarative_base()\nBase.metadata = MetaData(naming_convention=dict(pk='pk_%(table_name)s', uq='uq_%(table_name)s'))\n",
            "from app.db import Base",
            "Base.metadata",
        ),
        ("def made():\n    return metadata\n", "from app.db import made", "made()"),
    ] {
        let text = format!("{NAMES}{base}{own}{}", environment(import, target));
        let shown = found(&text);
        assert!(
            shown
                .starts_with("pk=pk_%(table_name)s uq=uq_%(table_name)s the metadata has it (app/"),
            "{import} {target}: {shown}"
        );
    }
}

#[test]
fn flask_and_sqlmodel_have_one_metadata_for_all() {
    let flask = "=== m/env.py\nfrom alembic import context\nfrom flask import current_app\n\
                 target_db = current_app.extensions['migrate'].db\n\
                 def get_metadata():\n    if hasattr(target_db, 'metadatas'):\n        return target_db.metadatas[None]\n    return target_db.metadata\n\
                 def run():\n    context.configure(target_metadata=get_metadata(), **conf)\n";
    check(
        flask,
        expect![[r#"
            ? the metadata of `m/env.py` is not known, because of Flask's database object, which is not among the inputs (m/env.py:9)
        "#]],
    );
    let app = "=== app/__init__.py\nfrom flask_sqlalchemy import SQLAlchemy\nfrom sqlalchemy import MetaData\n\
               db = SQLAlchemy(metadata=MetaData(naming_convention={'pk': 'pk_%(table_name)s'}))\n";
    check(
        &format!("{flask}{app}"),
        expect![[r#"
        pk=pk_%(table_name)s the metadata has it (app/__init__.py:3)
    "#]],
    );
    let old = flask.replace("get_metadata(),", "current_app.extensions['migrate'].db.metadata,");
    check(
        &format!("{old}{app}"),
        expect![[r#"
        pk=pk_%(table_name)s the metadata has it (app/__init__.py:3)
    "#]],
    );
    let own =
        environment("from sqlmodel import SQLModel\nfrom app.models import *", "SQLModel.metadata");
    check(
        &own,
        expect![[r#"
            ? `m/env.py` takes its metadata from `app.models`, which is not among the inputs (m/env.py:6)
        "#]],
    );
    check(
        &format!("{own}=== app/models.py\nx = 1\n"),
        expect![[r#"
        no module gives SQLModel one (m/env.py:6)
    "#]],
    );
    let given = "=== app/models.py\nfrom sqlmodel import SQLModel\nSQLModel.metadata.naming_convention = {'pk': 'p'}\n";
    check(
        &format!("{own}{given}"),
        expect![[r#"
        pk=p the metadata has it (app/models.py:2)
    "#]],
    );
}

#[test]
fn no_convention_is_certain_only_where_everything_was_seen() {
    check(
        &environment("", "None"),
        expect![[r#"
        `m/env.py` hands no metadata to Alembic (m/env.py:5)
    "#]],
    );
    check(
        &environment("", "[a.metadata, b.metadata]"),
        expect![[r#"
        `m/env.py` hands a list of metadata to Alembic, which takes no convention from it (m/env.py:5)
    "#]],
    );
    check(
        &environment("from sqlalchemy import MetaData", "MetaData()"),
        expect![[r#"
        the metadata has no naming convention (m/env.py:3)
    "#]],
    );
    check(
        "=== m/env.py\nfrom alembic import context\ncontext.configure(url='x')\n",
        expect![[r#"
        `m/env.py` hands no metadata to Alembic (m/env.py:2)
    "#]],
    );
    check(
        &environment("from app.models import Base", "Base.metadata"),
        expect![[r#"
        ? `m/env.py` takes its metadata from `app.models.Base`, which is not among the inputs (m/env.py:5)
    "#]],
    );
    check(
        &environment("", "config.attributes.get('metadata')"),
        expect![[r#"
            ? the metadata of `m/env.py` is not known, because of `config.attributes.get`, which is bound nowhere (m/env.py:5)
        "#]],
    );
    check(
        "=== m/env.py\nfrom alembic import context\nrun()\n",
        expect![[r#"
        ? `m/env.py` has no call of `context.configure`
    "#]],
    );
    check(
        "=== m/env.py\nfrom alembic import context\ncontext.configure(**settings)\n",
        expect![[r#"
            ? the metadata of `m/env.py` is not known, because of `**` arguments (m/env.py:2)
        "#]],
    );
    check(
        "=== m/env.py\nfrom alembic import context\ncontext.configure(target_metadata=None)\n\
         context.configure(target_metadata=Base.metadata)\n",
        expect![[r#"
            ? `m/env.py` hands different metadata to Alembic at different times (m/env.py:3)
        "#]],
    );
}

#[test]
fn patterns_that_are_not_text_are_not_guessed() {
    check(
        &format!(
            "{}=== app/db.py\nBase = declarative_base(metadata=MetaData(naming_convention={{'fk': lambda c, t: 'x', 'pk': 'p', **more}}))\n",
            environment("from app.db import Base", "Base.metadata")
        ),
        expect![[r#"
            ? the metadata of `m/env.py` is not known, because of a naming convention that is not followed (m/env.py:5)
        "#]],
    );
    check(
        &format!(
            "{}=== app/db.py\nmetadata = MetaData(naming_convention={{'short': short, 'fk': 'fk_%(short)s', 'pk': PK}})\n",
            environment("from app.db import metadata", "metadata")
        ),
        expect![[r#"
            fk=fk_%(short)s pk=? short=? the metadata has it (app/db.py:1)
        "#]],
    );
}

#[test]
fn names_that_lead_in_circles_end() {
    let text = format!(
        "{}=== app/a.py\nfrom app.b import Base\n=== app/b.py\nfrom app.a import Base\n",
        environment("from app.a import Base", "Base.metadata")
    );
    check(
        &text,
        expect![[r#"
        ? the metadata of `m/env.py` is not known, because of the many names that lead to it (m/env.py:5)
    "#]],
    );
    check(
        &environment("", "target_metadata"),
        expect![[r#"
        ? the metadata of `m/env.py` is not known, because of the many names that lead to it (m/env.py:5)
    "#]],
    );
}
