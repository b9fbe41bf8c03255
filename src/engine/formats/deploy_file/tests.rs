//! YAML and shell, by what is read of them.

use super::shell::{self, Flags};
use super::tree::{Node, NodeKind};
use super::yaml;
use crate::engine::facts::Joint;
use crate::engine::span::{DocumentId, Span};

/// A tree in one line.
fn shown(node: &Node) -> String {
    match &node.kind {
        NodeKind::Nothing => "~".to_owned(),
        NodeKind::Text(text) => format!("{text:?}"),
        NodeKind::List(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        NodeKind::Map(entries) => {
            let shown = entries.iter().map(|(key, value)| format!("{key}: {}", shown(value)));
            format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
        }
    }
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    let (node, open) = yaml::read(text);
    assert_eq!((shown(&node).as_str(), open.len()), (expected, 0), "{text}");
}

#[test]
fn yaml_is_read_as_it_is_written_for_deploys() {
    reads("a: 1\nb:\n  c: two words # comment\n  d:\n", r#"{a: "1", b: {c: "two words", d: ~}}"#);
    reads(
        "on:\n  push:\n    branches: [main, 'next']\n",
        r#"{on: {push: {branches: ["main", "next"]}}}"#,
    );
    reads(
        "steps:\n- run: a\n  name: b\n- c\n-\n  d: e\n",
        r#"{steps: [{run: "a", name: "b"}, "c", {d: "e"}]}"#,
    );
    reads(
        "a: |\n  one\n    two\n\n  # three\nb: >-\n  four\n  five\n",
        r#"{a: "one\n  two\n\n# three", b: "four five"}"#,
    );
    reads("url: http://x/y#z\ncmd: \"a: b\\n\"\n", r#"{url: "http://x/y#z", cmd: "a: b\n"}"#);
    reads(
        "a: {b: [1, {c: d}],\n    e: 'it''s'}\nf: g\n",
        r#"{a: {b: ["1", {c: "d"}], e: "it's"}, f: "g"}"#,
    );
    reads("long: one\n  two\nb: 3\n", r#"{long: "one two", b: "3"}"#);
    reads(
        "{\"scripts\": {\"start\": \"node x && \\\"y\\\"\"}, \"n\": 1, \"t\": true}",
        r#"{scripts: {start: "node x && \"y\""}, n: "1", t: "true"}"#,
    );
    reads("---\na: b\n---\nc: d\n", r#"{a: "b"}"#);
}

#[test]
fn yaml_that_is_not_followed_is_said() {
    for text in [
        "a: &x\n  b: c\nd: *x\n",
        "a:\n  <<: *base\n  b: c\n",
        "a: !Ref name\n",
        "a: b\n   stray\n c: [d\n",
        "{\"a\": [1, 2}",
    ] {
        assert_ne!(yaml::read(text).1, [], "{text}");
    }
}

#[test]
fn deep_yaml_ends() {
    for text in
        ["[".repeat(100_000), "- ".repeat(100_000), "a:\n".repeat(10), "{a: ".repeat(50_000)]
    {
        let _ = yaml::read(&text);
    }
    let nested: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_ne!(yaml::read(&nested).1, []);
}

/// The programs that a script runs, each with what joins it to the next.
fn programs(text: &str) -> Vec<(String, Joint)> {
    let place = |at: std::ops::Range<usize>| Span::new(DocumentId(0), at.start, at.end);
    let script = shell::read(text, Flags::default(), &place);
    script.commands.iter().map(|command| (command.words.join(" "), command.joint)).collect()
}

#[test]
fn shell_words_and_lists_are_those_of_the_shell() {
    use Joint::{And, End, Or, Pipe};
    let expect = |text: &str, expected: &[(&str, Joint)]| {
        let expected: Vec<_> =
            expected.iter().map(|(text, joint)| ((*text).to_owned(), *joint)).collect();
        assert_eq!(programs(text), expected, "{text}");
    };
    expect("a 'b c' \"d $E\" f\\ g", &[("a b c d $E f g", End)]);
    expect(
        "a && b || c; d | e\nf",
        &[("a", And), ("b", Or), ("c", End), ("d", Pipe), ("e", End), ("f", End)],
    );
    expect("a > out 2>&1 && b < in", &[("a 2", And), ("b", End)]);
    expect("a \\\n  b # c && d\n", &[("a b", End)]);
    expect("x=$(a | b; c) d \"${e:-f && g}\"", &[("d ${e:-f && g}", End)]);
    expect("cat <<END | a\nb && c\nEND\nd", &[("cat", Pipe), ("a", End), ("d", End)]);
    expect("for x in 1 2 3; do a; done", &[("a", End)]);
    expect(
        "case \"$1\" in\n  a|b) c ;;\n  *) d ;;\nesac\ne",
        &[("c", End), ("d", End), ("e", End)],
    );
    expect("f() { a; }\nf", &[("a", End), ("f", End)]);
}

#[test]
fn broken_scripts_end() {
    for text in ["'", "\"$(", "<<", "<<END\n", "case x in", "((((", "if if if", "&&&&", "`"] {
        let _ = programs(text);
    }
    let _ = programs(&"if true; then ".repeat(20_000));
    let _ = programs(&"( ".repeat(50_000));
}
