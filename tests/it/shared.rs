//! What a link holds when something of it is hidden or trimmed, and what is said about it.

use ::retort::engine::offer::offer;
use ::retort::wire::share::{Choice, Location, WORDS, decode, encode};
use ::retort::wire::{Input, Report, Role};
use serde_json::Value;

use crate::cli::{folder, put, retort};
use crate::inputs::report;

const REVISIONS: [(&str, &str, &str); 3] = [
    (
        "a1b2c3d4e5f6",
        "Create zebra table",
        "op.create_table('zebra', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('quagga', sa.Text()))",
    ),
    (
        "b1b2c3d4e5f6",
        "Make quagga of zebra required",
        "op.alter_column('zebra', 'quagga', nullable=False)",
    ),
    ("c1b2c3d4e5f6", "Drop zebra", "op.drop_table('zebra')"),
];

fn inputs() -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut before = "None".to_owned();
    for (id, message, does) in REVISIONS {
        let slug = message.to_lowercase().replace(' ', "_");
        let text = format!(
            "\"\"\"{message}\n\nRevision ID: {id}\n\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\
             revision = '{id}'\ndown_revision = {before}\n\ndef upgrade():\n    {does}\n\ndef downgrade():\n    pass\n"
        );
        inputs.push(Input::new(format!("stables/versions/{id}_{slug}.py"), text));
        before = format!("'{id}'");
    }
    let mut plan = Input::new(
        "stables/plan.sql",
        "ALTER TABLE zebra DROP COLUMN quagga;\nDROP TABLE okapi CASCADE;\nALTER ROLE x PASSWORD 'hunter2';\n",
    );
    plan.role = Some(Role::Plan);
    inputs.push(plan);
    inputs
}

fn through_a_link(report: &Report, words: &[&str]) -> (Report, String) {
    let fragment = encode(report, &Choice::of(words), &Location::Verdict).unwrap();
    let received = decode(&fragment).unwrap().report;
    let text = serde_json::to_string(&received).unwrap();
    (received, text)
}

#[test]
fn what_is_hidden_is_nowhere_in_the_link() {
    let report = report(inputs());
    let whole = through_a_link(&report, &["sources", "steps"]).1;
    for word in ["zebra", "quagga", "okapi", "stables", "required", "op.alter_column"] {
        assert!(whole.contains(word), "{word}");
    }
    assert!(!whole.contains("hunter2"));
    for (words, gone) in [
        (&["paths"][..], &["stables"][..]),
        (&["messages"], &["Make quagga", "make_quagga", "Drop zebra", "drop_zebra"]),
        (&["names"], &["zebra", "quagga", "okapi", "stables", "required"]),
        (&["names", "steps", "sources"], &["zebra", "quagga", "okapi", "stables", "hunter2"]),
        (&["names", "paths", "messages", "near"], &["zebra", "quagga", "okapi", "stables"]),
    ] {
        let (received, text) = through_a_link(&report, words);
        for word in gone {
            assert!(!text.contains(word), "{words:?}: {word} in {text}");
        }
        assert!(!received.left_out.is_empty());
        assert_eq!(received.verdict.status, report.verdict.status);
        assert_eq!(received.findings.len(), report.findings.len());
        assert_eq!(received.chains[0].order, report.chains[0].order);
    }
}

#[test]
fn a_pseudonym_is_the_same_everywhere() {
    let (received, _) = through_a_link(&report(inputs()), &["names"]);
    let table =
        received.chains[0].revisions.iter().find_map(|it| it.changes.created.first()).unwrap();
    assert!(table.starts_with("table_"), "{table}");
    let drops = received.findings.iter().filter(|finding| finding.rule == "drop-table");
    let dropped: Vec<&str> =
        drops.flat_map(|finding| &finding.objects).filter_map(|it| it.table.as_deref()).collect();
    assert!(dropped.contains(&table.as_str()), "{dropped:?}");
    let told =
        received.findings.iter().filter(|finding| finding.title.contains(&format!("`{table}")));
    assert!(told.count() > 1);
}

#[test]
fn a_trimmed_link_is_shorter_and_says_so() {
    let report = report(crate::projects_made::project(60, 6));
    let mut before = usize::MAX;
    for words in [&[][..], &["details"], &["near"], &["counts"]] {
        let offer = offer(&report, None, "https://example.com/", &Choice::of(words), "");
        assert!(offer.chars < before, "{words:?}: {} and {before} before", offer.chars);
        before = offer.chars;
        let (received, _) = through_a_link(&report, words);
        assert_eq!(received.left_out.is_empty(), words.is_empty());
        assert_eq!(received.verdict.headline, report.verdict.headline);
    }
    let (near, _) = through_a_link(&report, &["near"]);
    let (kept, all) = (near.chains[0].revisions.len(), report.chains[0].revisions.len());
    assert!(kept < all);
    let said = format!("Trimmed report: {} of {all} revisions left out.", all - kept);
    assert!(near.left_out.contains(&said), "{:?}", near.left_out);
    // Passed on, it still says what it lacks, and nothing twice.
    let (again, _) = through_a_link(&near, &["near", "paths"]);
    assert_eq!(again.left_out.len(), near.left_out.len() + 1, "{:?}", again.left_out);
    // No line leads to a revision that is not there.
    let ids: Vec<&str> = near.chains[0].revisions.iter().map(|it| it.id.as_str()).collect();
    for revision in &near.chains[0].revisions {
        assert!(revision.down.iter().all(|parent| ids.contains(&parent.as_str())), "{revision:?}");
    }
}

#[test]
fn what_is_in_a_link_is_told_before_it_is_copied() {
    let report = report(inputs());
    let told = offer(&report, None, "https://example.com/", &Choice::default(), "");
    assert_eq!(told.link.chars().count(), told.chars);
    assert_eq!(told.fits, ::retort::wire::share::fits(told.chars));
    assert!(told.left_out.iter().any(|line| line.contains("excerpts")), "{:?}", told.left_out);
    let held: Value = serde_json::from_str(&told.contents).unwrap();
    let fragment = told.link.split_once('#').unwrap().1;
    assert_eq!(::retort::wire::share::contents(&report, &Choice::default()), held);
    assert_eq!(decode(fragment).unwrap().report.verdict.headline, held["verdict"]["headline"]);
    for (word, _) in WORDS {
        assert_ne!(
            offer(&report, None, "", &Choice::of(&[word]), "").contents,
            told.contents,
            "{word} changes nothing"
        );
    }
}

/// Who came by a link passes the same on, whatever is in it that this version does not know.
#[test]
fn a_link_is_passed_on_as_it_came() {
    let sent = encode(&report(inputs()), &Choice::of(&["sources"]), &Location::Verdict).unwrap();
    let came = decode(&sent).unwrap();
    let told = offer(&came.report, Some(&came), "https://example.com/", &Choice::default(), "");
    assert_eq!(told.link, format!("https://example.com/#{sent}"));
    assert_eq!(serde_json::from_str::<Value>(&told.contents).unwrap(), came.contents());
    // It opens where it did, or where somebody is now.
    let at = offer(&came.report, Some(&came), "", &Choice::default(), "c-a1");
    assert!(at.link.contains(".c-a1.") && !told.link.contains(".c-a1."));
    let hidden = offer(&came.report, Some(&came), "", &Choice::of(&["names"]), "");
    assert!(hidden.link != told.link && !hidden.contents.contains("zebra"), "{}", hidden.contents);
}

#[test]
fn a_short_link_has_a_code_whose_squares_are_within_it() {
    let counts = Choice::of(&["counts"]);
    let told = offer(&report(inputs()), None, "https://example.com/", &counts, "");
    assert!(told.chars <= 1_200 && told.qr_side > 40, "{}", told.chars);
    for square in told.qr_path.split_terminator('z') {
        let (at, rest) = square.trim_start_matches('M').split_once('h').unwrap();
        let (x, y) = at.split_once(',').unwrap();
        let width: usize = rest.split('v').next().unwrap().parse().unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        assert!(x >= 4 && y >= 4 && x + width + 4 <= told.qr_side && y + 4 < told.qr_side);
    }
    assert_eq!(
        offer(&report(crate::projects_made::project(60, 6)), None, "", &Choice::default(), "")
            .qr_side,
        0
    );
}

#[test]
fn the_command_hides_trims_and_tells() {
    let folder = folder("shared");
    for input in inputs() {
        put(&folder, &input.name, std::str::from_utf8(&input.bytes).unwrap());
    }
    let args = [
        "share",
        "stables",
        "--base",
        "https://example.com/r/#x",
        "--redact",
        "paths,messages,names,excerpts",
    ];
    let ran = retort(&folder, &args);
    assert!(ran.out.starts_with("https://example.com/r/#r1.f.m."), "{}", ran.out);
    assert!(ran.err.contains("pseudonyms") && ran.err.contains("characters"), "{}", ran.err);
    let held = retort(&folder, &["share", "stables", "--redact", "names", "--format", "json"]).out;
    assert!(!held.contains("zebra") && held.contains("table_1"), "{held}");
    let code = retort(&folder, &["share", "stables", "--trim", "counts", "--format", "qr"]).out;
    assert!(code.starts_with("<svg ") && code.contains("<path d=\"M4,4h7"), "{code}");
    let marked = retort(&folder, &["share", "stables", "--format", "markdown"]).out;
    assert!(marked.starts_with('[') && marked.trim_end().ends_with("E)"), "{marked}");
}

#[test]
fn the_command_locks_a_link_and_opens_it() {
    let folder = folder("locked");
    for input in inputs() {
        put(&folder, &input.name, std::str::from_utf8(&input.bytes).unwrap());
    }
    put(&folder, "pass", "correct horse\nand what follows is not it\n");
    put(&folder, "wrong", "Correct horse\n");
    put(&folder, "empty", "\n");
    let base = ["share", "stables", "--base", "https://example.com/"];
    let ran = retort(&folder, &[&base[..], &["--passphrase-file", "pass"]].concat());
    let locked = ran.out.trim();
    assert!(locked.starts_with("https://example.com/#r1.f.e."), "{locked}");
    assert!(ran.err.contains("the passphrase can read"), "{}", ran.err);
    let length = format!("{} characters", locked.len());
    assert!(ran.err.replace(',', "").contains(&length), "{length}: {}", ran.err);
    put(&folder, "link.txt", locked);
    let plain = retort(&folder, &base).out;
    let told = retort(&folder, &["open", plain.trim(), "--format", "json"]);
    assert_eq!(told.code, 0);
    assert!(told.err.contains("nothing was looked at again"), "{}", told.err);
    let opened =
        retort(&folder, &["open", "link.txt", "--passphrase-file", "pass", "--format", "json"]);
    assert_eq!((opened.code, &opened.out), (0, &told.out));
    for (args, says) in [
        (
            &["open", "link.txt", "--passphrase-file", "wrong"][..],
            "That passphrase doesn't open it",
        ),
        (&["open", "link.txt", "--passphrase-file", "empty"], "The passphrase is empty"),
        (&["open", "link.txt"], "--passphrase-file"),
        (&["open", &locked[..locked.len() - 9]], "cut off"),
        (&["open", "r1.x"], "cut off"),
        (&["open", "no-such-file"], "Can't read"),
        (&["open", "pass"], "Not a Retort link"),
    ] {
        let ran = retort(&folder, args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(says), "{args:?}: {}", ran.err);
    }
}

/// A link says what was; the files say what is.
#[test]
fn a_link_is_compared_with_files() {
    let folder = folder("against");
    for input in inputs() {
        put(&folder, &input.name, std::str::from_utf8(&input.bytes).unwrap());
    }
    let link = |more: &[&str]| {
        retort(&folder, &[&["share", "stables"], more].concat()).out.trim().to_owned()
    };
    let (whole, near, hidden) = (
        link(&[]),
        link(&["--trim", "near", "--redact", "paths,messages"]),
        link(&["--redact", "names"]),
    );
    for same in [&whole, &near] {
        let ran = retort(&folder, &["open", same, "stables"]);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (0, "A review of these files now says the same as the link.\n")
        );
    }
    let ran = retort(&folder, &["open", &hidden, "stables"]);
    assert!(ran.code == 0 && ran.out.contains("no more can be compared"), "{}", ran.out);
    let revision = inputs().into_iter().find(|input| input.name.ends_with(".py")).unwrap();
    let text = String::from_utf8(revision.bytes).unwrap();
    put(
        &folder,
        &revision.name,
        text.replacen("def upgrade():\n", "def upgrade():\n    op.drop_table('foal')\n", 1),
    );
    put(&folder, "stables/extra.sql", "DROP TABLE paddock;\n");
    for other in [&whole, &near] {
        let ran = retort(&folder, &["open", other, "stables"]);
        assert_eq!(ran.code, 1, "{}", ran.out);
        for said in ["Something is different now.", "Revision changed: ", "Found now: "] {
            assert!(ran.out.contains(said), "{said}: {}", ran.out);
        }
    }
    assert!(
        retort(&folder, &["open", &whole, "stables"]).out.contains("Not in the link: extra.sql")
    );
    std::fs::remove_file(folder.join(&revision.name)).unwrap();
    let ran = retort(&folder, &["open", &whole, "stables"]);
    assert!(ran.out.contains("Revision missing here: "), "{}", ran.out);
}
