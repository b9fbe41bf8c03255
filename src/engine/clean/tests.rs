use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let cleaned = clean(text);
    assert_eq!(cleaned.text, expected);
    sound(text, &cleaned);
}

/// The way back never goes backwards, stays inside the text and never cuts a character.
#[track_caller]
fn sound(text: &str, cleaned: &Cleaned) {
    let mut last = 0;
    let edges = (0..=cleaned.text.len()).filter(|at| cleaned.text.is_char_boundary(*at));
    for at in edges {
        let original = cleaned.original(at);
        assert!(original >= last && original <= text.len(), "{text:?} at {at}");
        assert!(text.is_char_boundary(original), "{text:?} at {at}");
        let span = cleaned.span(DocumentId(0), at / 2, at);
        assert!(span.start <= span.end && span.end <= text.len(), "{text:?} at {at}");
        assert!(text.is_char_boundary(span.end), "{text:?} at {at}");
        last = original;
    }
}

/// What the original says where the cleaned text says `needle`.
fn behind(text: &str, needle: &str) -> String {
    let cleaned = clean(text);
    let at = cleaned.text.find(needle).unwrap();
    let span = cleaned.span(DocumentId(0), at, at + needle.len());
    text[span.start..span.end].to_owned()
}

#[test]
fn plain_text_is_untouched() {
    let cleaned = clean("SELECT 1;\n\tünïcode ✅\n");
    assert!(cleaned.is_untouched() && cleaned.notes.is_empty());
    assert_eq!(cleaned.original(9), 9);
    assert_eq!(cleaned.original(1000), cleaned.text.len());
    check("", "");
}

#[test]
fn a_captured_terminal_reads_as_the_screen_did() {
    let captured = include_str!("../../../tests/samples/drizzle/push-verbose-create.ansi.txt");
    let screen = include_str!("../../../tests/samples/drizzle/push-verbose-create.txt");
    let lines = |text: &str| {
        text.lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
    };
    let cleaned = clean(captured);
    assert_eq!(lines(&cleaned.text), lines(screen));
    sound(captured, &cleaned);
    assert_eq!(
        behind(captured, "DROP TABLE \"gift_cards\" CASCADE;"),
        "DROP TABLE \"gift_cards\" CASCADE;"
    );
    assert_eq!(
        behind(captured, "delete gift_cards table"),
        "delete \x1b[4mgift_cards\x1b[24m table"
    );
    assert_eq!(
        cleaned.notes,
        [
            "Terminal colours and cursor movements were removed.",
            "Lines that the terminal had erased were left out: 14."
        ]
    );
}

#[test]
fn a_coloured_diff_loses_its_colours_only() {
    let text = include_str!("../../../tests/samples/git/show-color.ansi.txt");
    let cleaned = clean(text);
    assert!(
        cleaned
            .text
            .contains("\n-down_revision = \"3f2a91c0d7e4\"\n+down_revision = \"9c10ab5512ef\"\n")
    );
    assert!(cleaned.text.contains("\n \n"));
    sound(text, &cleaned);
}

#[test]
fn escape_sequences_go_and_stray_escapes_hide_nothing() {
    check("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\\n", "ab\n");
    check("a\x1b]0;no end\nDROP TABLE b;\n", "a]0;no end\nDROP TABLE b;\n");
    check("a\x1b[12\u{e9}b\x1b", "a12\u{e9}b");
    check("a\x1b(Bb\x1b[1Cc\x1b=d", "ab cd");
    check("\x1b[31mrot\x1b[0m", "rot");
}

#[test]
fn erased_frames_go_but_what_could_run_stays() {
    check("⠋ Pulling\x1b[2K\x1b[G⠙ Pulling\x1b[2K\x1b[Gdone\n", "done\n");
    check("one\ntwo\n\x1b[2A\x1b[Jthree\n", "three\n");
    check("one\ntwo\n\x1b[1A\x1b[Kthree\n", "one\nthree\n");
    check("DROP TABLE users;\x1b[2K\x1b[G-- nothing\n", "DROP TABLE users;\n-- nothing\n");
    let cleaned = clean("op.drop_table('users')\x1b[2K\x1b[G# fine\n");
    assert_eq!(cleaned.text, "op.drop_table('users')\n# fine\n");
    assert!(cleaned.notes[1].contains("would have hidden"), "{:?}", cleaned.notes);
    // Moving up without erasing loses nothing, and the order stays that of the text.
    check("one\ntwo\n\x1b[2Athree\n", "one\ntwo\nthree\n");
    check("one\x1b[2Btwo\n", "one\ntwo\n");
}

#[test]
fn line_ends_become_one_kind_and_places_stay_right() {
    check("a\r\nb\r\n", "a\nb\n");
    check("a\r\r\nb", "a\nb");
    check("a\rb\rc", "a\nb\nc");
    check("a\r", "a\n");
    assert_eq!(behind("a;\r\nDROP TABLE b;\r\nc", "DROP TABLE b;"), "DROP TABLE b;");
    assert_eq!(behind("a\r\nb\r\nc", "a\nb\nc"), "a\r\nb\r\nc");
}

#[test]
fn a_lone_return_draws_over_progress_but_never_over_what_could_run() {
    check("Pulling 10%\rPulling 50%\rPulling 100% done\nnext\n", "Pulling 100% done\nnext\n");
    check("DROP TABLE a;\rDROP TABLE b;\nx\n", "DROP TABLE a;\nDROP TABLE b;\nx\n");
    check("DROP TABLE users;\r-- nothing\nx\n", "DROP TABLE users;\n-- nothing\nx\n");
    check("DROP TABLE a1;\rDROP TABLE a2;\nx\n", "DROP TABLE a1;\nDROP TABLE a2;\nx\n");
    check("one thing\ranother\nx\n", "one thing\nanother\nx\n");
}

#[test]
fn invisible_characters_go_outside_quotes_and_stay_inside() {
    check("DROP\u{a0}TABLE\u{200b} a;\u{feff}\n", "DROP TABLE a;\n");
    check("VALUES ('a\u{a0}b', \"c\u{200b}\")\u{a0};\n", "VALUES ('a\u{a0}b', \"c\u{200b}\") ;\n");
    check("You're about to\u{a0}delete\n", "You're about to delete\n");
    check("👨\u{200d}👩 x\u{a0}y", "👨\u{200d}👩 x y");
    assert_eq!(behind("DROP\u{a0}TABLE", "DROP TABLE"), "DROP\u{a0}TABLE");
}

#[test]
fn quotations_lose_their_marks() {
    check("> DROP TABLE a;\n>\n> -- b > c\n", "DROP TABLE a;\n\n-- b > c\n");
    check("> > a\n>> b\n\n> > c", "a\nb\n\nc");
    check("< a\n> b\n", "< a\n> b\n");
    assert_eq!(behind("> a\n> b", "a\nb"), "a\n> b");
}

#[test]
fn line_numbers_go_when_they_count_and_code_follows() {
    check(
        " 9 | def upgrade():\n10 |\n11 |     op.drop_table('a')\n",
        "def upgrade():\n\n    op.drop_table('a')\n",
    );
    check("1: DROP TABLE a;\n2: DROP TABLE b;", "DROP TABLE a;\nDROP TABLE b;");
    // Rows of a table count up too.
    check(" 1 | anna\n 2 | ben\n", " 1 | anna\n 2 | ben\n");
    check("1: DROP TABLE a;\n5: DROP TABLE b;", "1: DROP TABLE a;\n5: DROP TABLE b;");
}

#[test]
fn prompts_go_when_there_is_nothing_but_input() {
    check(
        "mydb=> CREATE TABLE a (\nmydb(>   id int\nmydb(> );\nmydb=*# DROP TABLE b;\n",
        "CREATE TABLE a (\n  id int\n);\nDROP TABLE b;\n",
    );
    check("mysql> CREATE TABLE a (\n    -> id int\n    -> );\n", "CREATE TABLE a (\nid int\n);\n");
    check("MariaDB [shop]> DROP TABLE a;\n", "DROP TABLE a;\n");
    let transcript = "mydb=# DROP TABLE a;\nDROP TABLE\nmydb=# \\dt\nDid not find any relations.\n";
    check(transcript, transcript);
    check("a => b\nkey=>value\n", "a => b\nkey=>value\n");
    check("$1, $2\n$2\n", "$1, $2\n$2\n");
}

#[test]
fn dirt_upon_dirt_still_leads_back() {
    let text =
        "> \x1b[32mmydb=>\x1b[0m DROP\u{a0}TABLE \x1b[1mgröße\x1b[0m;\r\n> mydb=> SELECT 1;\r\n";
    check(text, "DROP TABLE größe;\nSELECT 1;\n");
    assert_eq!(behind(text, "größe"), "größe");
    assert_eq!(behind(text, "SELECT 1;"), "SELECT 1;");
    assert_eq!(behind(text, "DROP TABLE größe"), "DROP\u{a0}TABLE \x1b[1mgröße");
}

fn noise(seed: u64, length: usize) -> String {
    const WORDS: [&str; 34] = [
        "a", "Z", " ", "\n", "\r", "\r\n", "\x1b", "\x1b[", "\x1b[2K", "\x1b[1A", "\x1b[J",
        "\x1b[G", "\x1b[3B", "\x1b]0;", "\x07", "\x1b\\", "\u{a0}", "\u{200b}", "'", "\"", "`",
        "> ", "12 | ", "1: ", "mydb=> ", "-> ", ";", "“", "’", "ü", "✅", "ðŸ", "```\n", "\0",
    ];
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    while text.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(WORDS[(state >> 11) as usize % WORDS.len()]);
    }
    text
}

/// Law: any text is cleaned, and every place leads back into it.
#[test]
fn any_text_is_cleaned_and_leads_back() {
    for seed in 1..600 {
        let text = noise(seed, 1 + seed as usize % 160);
        let cleaned = clean(&text);
        sound(&text, &cleaned);
        let again = clean(&text);
        assert_eq!((again.text, again.notes), (cleaned.text, cleaned.notes), "seed {seed}");
        if let Some(straight) = quotes::straighten(&text) {
            sound(&text, &straight);
        }
        let _ = mojibake::repair(&text);
        for fence in fences(&text) {
            assert!(text.get(fence.body).is_some(), "seed {seed}");
        }
    }
}

/// Law: text that could run survives cleaning, whatever stands around it.
#[test]
fn statements_survive_any_surroundings() {
    for seed in 1..400 {
        let text = format!("{}\nDROP TABLE users;{}", noise(seed, 60), noise(seed + 1000, 60));
        assert!(clean(&text).text.contains("DROP TABLE users;"), "seed {seed}: {text:?}");
    }
}
