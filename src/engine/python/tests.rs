//! Reading Python: values, constants, places, and texts made to exhaust the stack.

use super::*;
use crate::engine::span::{DocumentId, Span};

/// The stack that a WebAssembly module gets by default.
const STACK_BYTES: usize = 1024 * 1024;

/// Parses, folds and drops on a small stack.
fn on_small_stack(text: String) -> (usize, bool, Option<String>) {
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let module = parse(DocumentId(0), &text);
            let scope = Scope::of_module(&module, "x.py");
            drop(scope);
            (module.statements.len(), module.errors.is_empty(), module.refused)
        })
        .unwrap()
        .join()
        .unwrap()
}

#[track_caller]
fn value_of(text: &str, name: &str) -> String {
    let module = parse(DocumentId(0), text);
    assert_eq!(module.refused, None);
    let scope = Scope::of_module(&module, "x.py");
    match scope.get(name) {
        None => "not bound".to_owned(),
        Some((Binding::Function(_), _)) => "a function".to_owned(),
        Some((Binding::Undecided(why), _)) => format!("? {why}"),
        Some((Binding::Value(value), _)) => shown(value),
    }
}

fn shown(value: &PyValue) -> String {
    let list = |all: &[PyValue]| all.iter().map(shown).collect::<Vec<_>>().join(", ");
    match &value.kind {
        PyKind::Str(text) => format!("{text:?}"),
        PyKind::Tuple(all) => format!("({})", list(all)),
        PyKind::List(all) => format!("[{}]", list(all)),
        PyKind::Set(all) => format!("{{{}}}", list(all)),
        PyKind::Int(Some(number)) => number.to_string(),
        PyKind::Path(parts) => parts.join("."),
        PyKind::None => "None".to_owned(),
        PyKind::Unknown { why, .. } => format!("? {why}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn names_are_compared_as_python_compares_them() {
    // A ligature, letters of full width, and an accent apart from its letter.
    for (bound, name) in [("ﬁ", "fi"), ("ｕｐ", "up"), ("e\u{301}", "é")] {
        assert_eq!(value_of(&format!("{bound} = 'ae10'"), name), "\"ae10\"");
    }
}

#[test]
fn constants_fold_where_they_are_certain() {
    let cases = [
        ("x = 'ae10'", "\"ae10\""),
        ("x: str = 'ae10'", "\"ae10\""),
        ("x, y = 'ae10', '9f31'", "\"ae10\""),
        ("x = 'ae' + '10'", "\"ae10\""),
        ("x = ('ae'\n  '10')", "\"ae10\""),
        ("y = 'ae'\nx = f'{y}10'", "\"ae10\""),
        ("y = 'ae'\nx = f'{y!r}10'", "? an f-string of values that are not known"),
        ("y = ('a',)\nx = y + ('b',)", "(\"a\", \"b\")"),
        ("y = ('a', 'b')\nx = (*y, 'c')", "(\"a\", \"b\", \"c\")"),
        ("x = 'a'\nx = 'b'", "\"b\""),
        ("x = 'a'\nx += 'b'", "\"ab\""),
        ("x = ['a']\nx.append('b')", "[\"a\", \"b\"]"),
        ("x = ['a']\nx.reverse()", "? changed by a method"),
        ("x = ['a']\ny = x\ny.append('b')", "? changed by a method"),
        ("x = ['a']\nz = x.pop()", "? changed by a method"),
        ("x = {}\nx['a'] = 1\nx = x['a']", "1"),
        ("x = {'a': []}\nx['a'].append(1)", "? changed by a method"),
        ("x = 'abc'[1:]", "\"bc\""),
        ("x = {'a', 'b'} - {'a'}", "{\"b\"}"),
        ("x = any(n == 'b' for n in ('a', 'b'))", "Bool(true)"),
        ("x: str", "not bound"),
        ("if y:\n    x = 'a'", "? bound inside a block"),
        ("try:\n    x = 'a'\nexcept E:\n    pass", "? bound inside a block"),
        ("def f():\n    x = 'a'", "not bound"),
        ("x = 'a'\ndel x", "? changed or deleted"),
        ("x = -1", "-1"),
        ("x = {'a', 'b'}", "{\"a\", \"b\"}"),
        ("from alembic import op as o\nx = o", "alembic.op"),
        ("import alembic.op\nx = alembic.op.create_table", "alembic.op.create_table"),
    ];
    for (text, expected) in cases {
        assert_eq!(value_of(text, "x"), expected, "{text}");
    }
    assert!(value_of("x = f()", "x").starts_with("Call"));
    assert!(value_of("x = any(n == 'b' for n in ('a', *more))", "x").starts_with("Call"));
}

#[test]
fn values_do_not_grow_without_bound() {
    let mut text = "x = 'aaaaaaaaaaaaaaaa'\n".to_owned();
    text += &"x = x + x\n".repeat(200);
    assert_eq!(value_of(&text, "x"), "? a value too large to work out");
    let mut text = "x = ('a',)\n".to_owned();
    text += &"x = (x, x)\n".repeat(200);
    assert!(value_of(&text, "x").contains("too large"));
    let nested = format!("x = ()\n{}", "x = (x,)\n".repeat(3_000));
    assert_eq!(on_small_stack(nested).0, 3_001);
}

#[test]
fn syntax_errors_are_places_and_the_rest_is_read() {
    let text = "a = 'é'\nb = = 1\nc = 2\n";
    let module = parse(DocumentId(0), text);
    assert_eq!(module.errors.len(), 1);
    let span = module.errors[0].span;
    assert_eq!(text.get(..span.start).unwrap().matches('\n').count(), 1);
    let scope = Scope::of_module(&module, "x.py");
    assert!(scope.get("a").is_some() && scope.get("c").is_some());
}

#[test]
fn spans_lie_on_character_boundaries() {
    let text =
        "\"\"\"é → ü\"\"\"\r\nx = f\"é{ 'ü' }\" + 'ß'\r\ndef upgrade():\r\n    op.f('é')\r\n";
    let module = parse(DocumentId(0), text);
    let mut seen = 0;
    for statement in module.statements.iter().flat_map(PyStatement::walk) {
        for value in statement.values().into_iter().flat_map(PyValue::walk) {
            assert!(text.get(value.span.start..value.span.end).is_some());
            seen += 1;
        }
    }
    assert!(seen > 5);
    assert_eq!(module.docstring.as_deref(), Some("é → ü"));
}

#[test]
fn deep_texts_are_refused_and_do_not_exhaust_the_stack() {
    let many = 20_000;
    let hostile = [
        "(".repeat(many),
        format!("x = {}1{}", "[".repeat(many), "]".repeat(many)),
        format!("x = {}1{}", "{1:".repeat(many), "}".repeat(many)),
        format!("x = {} y", "not ".repeat(many)),
        format!("x = {}1", "-".repeat(many)),
        format!("x = {}1", "- ".repeat(many)),
        format!("x = a{}", ".b".repeat(many)),
        format!("x = a{}", "()".repeat(many)),
        format!("x = a{}", "[0]".repeat(many)),
        format!("x = 1{}", " + 1".repeat(many)),
        format!("x = 2{}", " ** 2".repeat(many)),
        format!("x = {} 1", "lambda: ".repeat(many)),
        format!("x = {} 1", "lambda a=1, b=".repeat(many)),
        format!("x = {}1", "1 if 1 else ".repeat(many)),
        format!("x = {}1", "await ".repeat(many)),
        format!("x = {}", "f'{".repeat(many)),
        format!("x = {}", "f\"{f'{".repeat(many)),
        format!("x = f'''{{ '''\n{}", "(".repeat(many)),
        format!("x = f'''{{ '''\nx = {}", "not ".repeat(many)),
        format!("x = {}", "[)".repeat(many)),
        format!("x = f'{{ a:{}", "{a:".repeat(many)),
        format!("match x:\n  case {}", "[".repeat(many)),
        format!("{}pass", "if x: ".repeat(many)),
        format!("{}def f(): pass", "async ".repeat(many)),
        (0..5_000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect(),
        (0..5_000).map(|depth| format!("{}(if x:\n", " ".repeat(depth))).collect(),
    ];
    for text in hostile {
        let shown: String = text.chars().take(40).collect();
        let (_, _, refused) = on_small_stack(text);
        assert!(refused.is_some(), "{shown}");
    }
}

#[test]
fn flat_texts_are_read_however_long() {
    let many = 20_000;
    let flat = [
        "x = 1\n".repeat(many),
        format!("x = [{}]", "-1, ".repeat(many)),
        format!("x = [{}]", "{'a': 1, 'b': (2, 3)}, ".repeat(many)),
        format!("x = ({})", "'a' ".repeat(many)),
        format!("f({})", "a=b.c(d), ".repeat(many)),
        format!("if a:\n  pass\n{}", "elif b:\n  pass\n".repeat(many)),
        format!("x = 'a'{}", " + 'b'".repeat(900)),
        format!("x = {}1{}", "(".repeat(100), ")".repeat(100)),
        (0..100).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(100)
            + "pass\n",
    ];
    for text in flat {
        let shown: String = text.chars().take(40).collect();
        let (statements, sound, refused) = on_small_stack(text);
        assert_eq!((refused, sound), (None, true), "{shown}");
        assert!(statements > 0);
    }
}

#[test]
fn small_broken_texts_are_still_read() {
    let text = "revision = 'a'\ndown_revision = None\ndef upgrade():\n    op.drop_table('x)\n";
    let module = parse(DocumentId(0), text);
    assert_eq!(module.refused, None);
    assert!(!module.errors.is_empty());
    assert_eq!(value_of(text, "revision"), "\"a\"");
}

#[test]
fn imported_constants_are_put_in_where_the_module_is_known() {
    let files = [
        (
            "app/db/labels.py",
            "from .names import CORE as BASE\nSHOP = 'shop'\nBOTH = [SHOP, 'x']\nN = f()\n",
        ),
        ("app/db/names/__init__.py", "CORE = 'core'\n"),
        ("other/db/labels.py", "SHOP = 'other'\n"),
        ("loop.py", "from loop import X\n"),
    ];
    let modules = super::Modules::new(files.into_iter());
    let put = |from: &str, path: &str| {
        let parts = path.split('/').map(str::to_owned).collect();
        let span = Span::whole(DocumentId(0));
        let value = PyValue { kind: PyKind::Path(parts), span };
        match modules.put_in(from, &value).kind {
            PyKind::Str(text) => text,
            PyKind::List(all) => format!("{} texts", all.len()),
            other => format!("{other:?}").split(['(', ' ']).next().unwrap().to_owned(),
        }
    };
    assert_eq!(put("app/versions/1.py", "db/labels/SHOP"), "shop");
    assert_eq!(put("other/versions/1.py", "db/labels/SHOP"), "other");
    // Two are as near as each other.
    assert_eq!(put("third/1.py", "db/labels/SHOP"), "Path");
    assert_eq!(put("app/versions/1.py", "app/db/labels/BOTH"), "2 texts");
    // Of the package only the folder `app` was handed over.
    assert_eq!(put("app/versions/1.py", "shop/core/app/db/labels/SHOP"), "shop");
    assert_eq!(put("third/1.py", "shop/core/app/db/labels/SHOP"), "Path");
    assert_eq!(put("app/versions/1.py", "shop/core/xapp/db/labels/SHOP"), "Path");
    assert_eq!(put("app/versions/1.py", "app/db/labels/BASE"), "core");
    assert_eq!(put("app/versions/1.py", "..db/labels/SHOP"), "shop");
    assert_eq!(put("app/versions/1.py", "app/db/labels/N"), "Path");
    assert_eq!(put("a.py", "loop/X"), "Path");
    assert_eq!(put("a.py", "neutron/db/migration/cli/EXPAND_BRANCH"), "expand");
}
