use super::*;

const OLD: &str = "one\ntwo\nthree\nfour\nfive\n";
const NEW: &str = "one\ntwo\nTHREE\nfour\nfive\nsix\n";
const DIFF: &str = "diff --git a/m/versions/a1_x.py b/m/versions/a1_x.py\n--- a/m/versions/a1_x.py\n+++ b/m/versions/a1_x.py\n@@ -2,4 +2,5 @@\n two\n-three\n+THREE\n four\n five\n+six\n";

fn sides(documents: Vec<Document>) -> Vec<(When, bool, String)> {
    let (documents, _) = unfold(documents);
    let python = documents.into_iter().filter(|one| one.path.ends_with(".py"));
    python.map(|one| (one.when, one.partial, one.text)).collect()
}

#[test]
fn files_as_they_were_tell_how_they_are_and_the_other_way_round() {
    let file = |text: &str| Document::new("repo/m/versions/a1_x.py", text);
    let diff = || Document::new("x.diff", DIFF);
    let expected = [(When::Before, false, OLD.to_owned()), (When::Now, false, NEW.to_owned())];
    assert_eq!(sides(vec![file(OLD), diff()]), expected);
    let mut found = sides(vec![file(NEW), diff()]);
    found.reverse();
    assert_eq!(found, expected);
}

#[test]
fn a_file_that_fits_neither_side_is_said() {
    let file = Document::new("m/versions/a1_x.py", "other\n");
    let (_, told) = unfold(vec![file, Document::new("x.diff", DIFF)]);
    assert_eq!(told[0].open.len(), 1);
}

#[test]
fn without_files_each_side_has_the_lines_that_are_shown_at_their_numbers() {
    let found = sides(vec![Document::new("x.diff", DIFF)]);
    let rest = "revision = 'a1'\ndown_revision = not_shown()\n";
    assert_eq!(
        found,
        [
            (When::Before, true, format!("\ntwo\nthree\nfour\nfive\n{rest}")),
            (When::Now, true, format!("\ntwo\nTHREE\nfour\nfive\nsix\n{rest}"))
        ]
    );
}

#[test]
fn names_are_read_in_every_spelling() {
    for (header, old, new) in [
        ("diff --git a/x y.py b/x y.py\nold mode 100644", Some("x y.py"), Some("x y.py")),
        ("diff --git m/a.py m/a.py\nindex 1..2", Some("m/a.py"), Some("m/a.py")),
        (
            "diff --git \"a/na\\303\\257ve.py\" \"b/na\\303\\257ve.py\"\nx",
            Some("naïve.py"),
            Some("naïve.py"),
        ),
        ("diff --git a/o.py b/n.py\nrename from o.py\nrename to n.py", Some("o.py"), Some("n.py")),
        ("diff --git a/n.py b/n.py\nnew file mode 100644", None, Some("n.py")),
        ("--- a/n.py\t2026-01-01\n+++ /dev/null\n@@ -1 +0,0 @@\n-x", Some("n.py"), None),
    ] {
        let found = read::changes(header);
        assert_eq!((found[0].old.as_deref(), found[0].new.as_deref()), (old, new), "{header}");
    }
}

#[test]
fn numbers_that_no_file_has_fill_no_memory() {
    let diff = "--- a/versions/a1.py\n+++ b/versions/a1.py\n@@ -99999999999,9 +99999999999,9 @@ def upgrade():\n x\n";
    let found = sides(vec![Document::new("x.diff", diff)]);
    assert!(found.iter().all(|(_, _, text)| text.len() < 1_000), "{found:?}");
}
