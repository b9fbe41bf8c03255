//! Settings as text, and what is taken from them.

use expect_test::{Expect, expect};

use crate::engine::document::Document;
use crate::engine::facts::Facts;
use crate::engine::formats;
use crate::engine::ledger::Ledger;
use crate::engine::python::Modules;
use crate::engine::span::DocumentId;

#[track_caller]
fn check(path: &str, text: &str, expected: Expect) {
    let mut facts = Facts::default();
    let document = Document::new(path, text);
    let mut ledger = Ledger::default();
    formats::read(DocumentId(0), &document, &Modules::default(), &mut facts, &mut ledger);
    let mut shown = String::new();
    for own in &facts.settings {
        let place = |place: &super::Place| format!("{:?} {}", place.anchor, place.path);
        shown += &format!("[{}]", own.section);
        if let Some(root) = &own.script_location {
            shown += &format!(" root {}", place(root));
        }
        for location in own.version_locations.iter().flatten() {
            shown += &format!("; {}", place(location));
        }
        if let Some(recursive) = own.recursive {
            shown += &format!("; recursive {recursive}");
        }
        shown.push('\n');
    }
    for entry in ledger.undecided_entries() {
        shown += &format!("! {}\n", entry.what);
    }
    expected.assert_eq(&shown);
}

#[test]
fn ini_files_are_read_as_configparser_does() {
    check(
        "app/alembic.ini",
        "[DEFAULT]\nbase = db\n; no\n[alembic]\nScript_Location: %(base)s/100%%/m\n\
         version_locations = %(here)s/a\n    %(here)s/../b\n# inside\n\n    c\npath_separator = newline\n\
         recursive_version_locations = True\n[billing]\nscript_location = shop.billing:db\n[loggers]\nkeys = root\n",
        expect![[r#"
            [alembic] root WorkingFolder db/100%/m; Inputs app/a; Inputs b; WorkingFolder c; recursive false
            [billing] root Package shop/billing/db
        "#]],
    );
}

#[test]
fn separators_are_alembics() {
    for (separator, text) in
        [("os", "a:b"), (":", "a : b"), (";", "a;b"), ("space", "a  b"), ("newline", "\n  a\n  b")]
    {
        let ini = format!(
            "[alembic]\nscript_location = m\npath_separator = {separator}\nversion_locations = {text}\n"
        );
        check(
            "alembic.ini",
            &ini,
            expect![[r#"
                [alembic] root WorkingFolder m; WorkingFolder a; WorkingFolder b
            "#]],
        );
    }
    check(
        "alembic.ini",
        "[alembic]\nscript_location = m\nversion_locations = a, b c\n",
        expect![[r#"
            [alembic] root WorkingFolder m; WorkingFolder a; WorkingFolder b; WorkingFolder c
        "#]],
    );
    check(
        "alembic.ini",
        "[alembic]\nscript_location = m\nversion_locations = a\npath_separator = comma\n",
        expect![[r#"
            ! 'comma' is not a valid value for path_separator; expected 'space', 'newline', 'os', ':', ';'
        "#]],
    );
}

#[test]
fn pyproject_tables_are_read() {
    check(
        "x/pyproject.toml",
        "[tool.ruff]\nscript_location = 'no'\n[tool.alembic] # here\nscript_location = \"%(here)s/m\"\n\
         version_locations = [ # two\n  '%(here)s/a', # one\n  \"b\",\n]\nrecursive_version_locations = true\n\
         [[tool.alembic.post_write_hooks]]\nscript_location = \"no\"\n",
        expect![[r#"
            [tool.alembic] root Inputs x/m; Inputs x/a; WorkingFolder b; recursive true
        "#]],
    );
}

#[test]
fn broken_settings_are_read_as_far_as_they_go() {
    for text in [
        "[alembic\nscript_location",
        "script_location = x",
        "[alembic]\nscript_location = %(x)s\nx = %(script_location)s\n",
        "[alembic]\nscript_location = %\n",
    ] {
        let mut facts = Facts::default();
        let document = Document::new("alembic.ini", text);
        formats::read(
            DocumentId(0),
            &document,
            &Modules::default(),
            &mut facts,
            &mut Ledger::default(),
        );
        assert!(facts.settings.iter().all(|own| own.script_location.is_none()), "{text}");
    }
    for text in
        ["[tool.alembic]\nscript_location = \"x", "[tool.alembic]\nversion_locations = ['a',"]
    {
        let mut facts = Facts::default();
        let document = Document::new("pyproject.toml", text);
        formats::read(
            DocumentId(0),
            &document,
            &Modules::default(),
            &mut facts,
            &mut Ledger::default(),
        );
        assert_eq!(facts.settings.len(), 1);
        assert_eq!(facts.settings[0].version_locations, None);
    }
}
