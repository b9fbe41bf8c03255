//! `tests/e2e/musts.tsv`: each thing that the page must do, and the test that proves it.

use std::collections::BTreeSet;

use crate::inputs::root;

/// What is not met yet may only become less.
const OPEN_MAX: usize = 14;

/// Every id of the specification's sections 3 to 19: the letters, and the ranges of its numbers.
/// PF-01 to PF-06 are the build's and the benchmark's.
const IDS: &[(&str, &[(u32, u32)])] = &[
    ("IA", &[(1, 7), (10, 12), (20, 23)]),
    ("IN", &[(1, 14)]),
    ("PR", &[(1, 9)]),
    ("VE", &[(1, 8)]),
    ("FI", &[(1, 14)]),
    ("CH", &[(1, 4), (10, 13), (20, 31)]),
    ("SC", &[(1, 8)]),
    ("FX", &[(1, 4)]),
    ("SH", &[(1, 16), (20, 21)]),
    ("EX", &[(1, 8)]),
    ("OFF", &[(1, 13)]),
    ("SE", &[(1, 13)]),
    ("AX", &[(1, 16)]),
    ("PF", &[(7, 12)]),
    ("ST", &[(1, 3)]),
    ("VD", &[(1, 6)]),
    ("KB", &[(1, 2)]),
];

#[test]
fn every_must_has_a_test_or_is_open_with_a_reason() {
    let table = std::fs::read_to_string(root().join("tests/e2e/musts.tsv")).unwrap();
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for (letters, ranges) in IDS {
        for (from, to) in *ranges {
            wanted.extend((*from..=*to).map(|number| format!("{letters}-{number:02}")));
        }
    }
    let mut open = 0;
    for line in table.lines().skip(1) {
        let [id, proof, test] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}");
        };
        assert!(wanted.remove(id), "{id} is there twice, or in no section");
        assert!(!test.is_empty(), "{id} says nothing");
        if proof == "open" {
            open += 1;
            continue;
        }
        let text = std::fs::read_to_string(root().join(proof));
        let text = text.unwrap_or_else(|error| panic!("{id}: {proof}: {error}"));
        assert!(text.contains(test), "{id}: {proof} has no test “{test}”");
    }
    assert!(wanted.is_empty(), "no line for {wanted:?}");
    assert_eq!(open, OPEN_MAX, "lower OPEN_MAX in {} when fewer are open", file!());
}
