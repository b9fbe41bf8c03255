use super::*;
use crate::renderers::visible;
use crate::wire::schema::{OriginView, UndecidedView};
use crate::wire::share::{Choice, LinkOffer};
use crate::wire::{
    ComparisonView, Input, Is, Moment, ObjectKind, Part, PartLine, PlanState, PlanStates, Report,
    RuleCard, Severity, Sign,
};

/// A book with little in it: a report and a few made-up answers.
struct Shelf(Report);

fn report() -> Report {
    serde_json::from_str(include_str!("../../../tests/fixtures/report.json")).unwrap()
}

fn line(sign: Sign, text: &str, was: Option<&str>) -> PartLine {
    PartLine { sign, text: text.to_owned(), was: was.map(str::to_owned), origin: None }
}

fn parts(revision: &str) -> Vec<Part> {
    let made = |line| OriginView {
        revision: "5a9d6371e18c".to_owned(),
        file: "migrations/versions/5a9d6371_base.py".to_owned(),
        line,
    };
    let part = |kind, name: &str, sign, lines| Part {
        kind,
        name: name.to_owned(),
        sign,
        open: false,
        origin: Some(made(15)),
        lines,
    };
    vec![
        part(
            ObjectKind::Table,
            "accounts",
            Sign::Changed,
            vec![
                line(Sign::Same, "id integer not null", None),
                line(Sign::Changed, "email text not null", Some("email character varying(80)")),
                line(Sign::Added, "nick text", None),
                line(Sign::Removed, "unique accounts_email_key (email)", None),
            ],
        ),
        Part {
            open: true,
            ..part(
                ObjectKind::Table,
                "bookings",
                Sign::Added,
                vec![line(Sign::Added, "id integer not null", None)],
            )
        },
        part(
            ObjectKind::Table,
            &format!("of_{revision}"),
            Sign::Same,
            vec![line(Sign::Same, "id integer not null", None)],
        ),
        part(
            ObjectKind::Type,
            "mood",
            Sign::Removed,
            vec![line(Sign::Removed, "enum sad, happy", None)],
        ),
    ]
}

fn open(revision: &str, what: &str, affects: &str) -> UndecidedView {
    UndecidedView {
        revision: Some(revision.to_owned()),
        file: Some("migrations/versions/a.py".to_owned()),
        line: 21,
        what: what.to_owned(),
        affects: vec![affects.to_owned()],
    }
}

impl Book for Shelf {
    fn report(&self) -> &Report {
        &self.0
    }

    fn rules(&self) -> Vec<RuleCard> {
        let card = |name: &str, severity, summary: &str| RuleCard {
            name: name.to_owned(),
            severity,
            summary: summary.to_owned(),
            why: "Its rows are gone at once, and with CASCADE so is what points at it.".to_owned(),
            instead: "Rename it, wait, and drop it when nothing asks for it.".to_owned(),
            fires: "=== plan.sql\nDROP TABLE a;\n".to_owned(),
            silent: "=== plan.sql\nCREATE TABLE a (id int);\n".to_owned(),
        };
        vec![
            card("drop-table", Severity::Blocker, "A table that exists is dropped."),
            card("set-not-null-scan", Severity::Danger, "Every row is read under a lock."),
        ]
    }

    fn moment(&self, chain: usize, revision: &str) -> Option<Moment> {
        let known = self.0.chains.get(chain)?.revisions.iter().any(|one| one.id == revision);
        known.then(|| Moment {
            chain,
            revision: revision.to_owned(),
            parts: parts(revision),
            undecided: vec![
                open(revision, "`op.execute` of a text that is made at run time", "*"),
                open("0", "a loop over rows of the database", "accounts"),
            ],
        })
    }

    fn compare(&self, from: &str, to: &str) -> Result<ComparisonView, String> {
        if from == to {
            return Err(format!("There is no schema of `{from}` in this input."));
        }
        Ok(ComparisonView {
            id: format!("{from}-{to}"),
            title: format!("`{from}` and `{to}`"),
            answer: "3 things differ, and 1 is not known.".to_owned(),
            same: false,
            differences: 3,
            parts: parts("x"),
            undecided: vec![open("0", "a loop over rows of the database", "accounts")],
        })
    }

    fn source(&self, path: &str) -> Option<&str> {
        (path == "plan.txt").then_some(
            "-- Publish plan for marina\n\n\n\n/* notice:\n 1812 items */\n\n\nDROP TABLE \"bookings\" CASCADE;\nDROP TABLE \"accounts\" CASCADE;\nALTER TABLE widgets SOMETHING odd;\n",
        )
    }

    fn dependents(&self, _revision: Option<&str>, table: &str) -> Vec<[String; 2]> {
        let one = |how: &str, what: &str| [how.to_owned(), what.to_owned()];
        if table != "bookings" {
            return Vec::new();
        }
        vec![
            one("foreign key", "invoices.booking_id"),
            one("foreign key", "berth_log.booking_id"),
            one("view reads it", "booking_summary"),
            one("sequence", "bookings_id_seq"),
        ]
    }

    fn plan(&self, plan: usize) -> Option<PlanStates> {
        let statements = &self.0.plans.get(plan)?.statements;
        let state = |ix: usize| PlanState {
            tables: 35 - ix.min(2),
            locks: vec!["ACCESS EXCLUSIVE on `bookings`, until it is over".to_owned()],
            open: (ix == 2)
                .then(|| "a statement that was not understood".to_owned())
                .into_iter()
                .collect(),
            needs: Vec::new(),
        };
        Some(PlanStates {
            tables: 36,
            known: true,
            steps: (0..statements.len()).map(state).collect(),
        })
    }

    fn example(&self, text: &str) -> Option<(Vec<Input>, Report)> {
        let body = text.lines().skip(1).collect::<Vec<_>>().join("\n");
        let mut report = report();
        for finding in &mut report.findings {
            (finding.file, finding.line, finding.end_line) = ("plan.sql".to_owned(), 1, 1);
        }
        if text.contains("CREATE") {
            report.findings.clear();
        }
        Some((vec![Input::new("plan.sql", body)], report))
    }

    fn offer(&self, base: &str, choice: &Choice, at: &str) -> LinkOffer {
        LinkOffer {
            link: [base, "#r1.f.m.", if at.is_empty() { "x" } else { at }].concat(),
            chars: 3_000,
            fits: "Too long for Discord; fine for Slack.".to_owned(),
            included: vec![format!("chosen: {}", choice.0.join(" and "))],
            left_out: vec!["\u{202e}excerpts".to_owned()],
            contents: "{\"version\": 1}".to_owned(),
            qr_side: 29,
            qr_path: "M4,4h7v1h-7z".to_owned(),
        }
    }

    fn has_files(&self) -> bool {
        true
    }
}

/// The same book when its report came in a link.
struct Received(Report);

impl Book for Received {
    fn report(&self) -> &Report {
        &self.0
    }
    fn rules(&self) -> Vec<RuleCard> {
        Shelf(self.0.clone()).rules()
    }
    fn moment(&self, _chain: usize, _revision: &str) -> Option<Moment> {
        None
    }
    fn compare(&self, _from: &str, _to: &str) -> Result<ComparisonView, String> {
        Err(String::new())
    }
    fn source(&self, _path: &str) -> Option<&str> {
        None
    }
    fn dependents(&self, _revision: Option<&str>, _table: &str) -> Vec<[String; 2]> {
        Vec::new()
    }
    fn plan(&self, _plan: usize) -> Option<PlanStates> {
        None
    }
    fn example(&self, _text: &str) -> Option<(Vec<Input>, Report)> {
        None
    }
    fn offer(&self, _base: &str, _choice: &Choice, _at: &str) -> LinkOffer {
        let fits = "80,000 characters; most apps stop at 65,000.".to_owned();
        LinkOffer { chars: 80_000, fits, ..LinkOffer::default() }
    }
    fn has_files(&self) -> bool {
        false
    }
}

/// Before a link is copied a person reads how long it is, where it fits, what is in it and what is not.
#[test]
fn a_link_is_shown_before_it_is_copied() {
    let all =
        view("/share?base=https%3A%2F%2Fx.example%2F&w=names,near", &Shelf(report())).unwrap();
    let said = read(&all);
    for words in
        ["3,000 characters", "fine for Slack", "chosen: names and near", "\\u{202e}excerpts"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    let shown = |is: Is| all.iter().flat_map(|block| &block.kids).find(|kid| kid.is == is);
    let link = "https://x.example/#r1.f.m.x";
    assert_eq!(shown(Is::CopyFirst).unwrap().to, link);
    let headline = "[Don’t approve this plan](";
    assert_eq!(shown(Is::Copy).unwrap().to, [headline, link, ")"].concat());
    assert_eq!(shown(Is::Squares).unwrap().kids[0].text, "29");
    // Where it is too long there is nothing to copy, and it is said why.
    let none = view("/share?base=&w=", &Received(report())).unwrap();
    assert!(read(&none).contains("80,000 characters; most apps stop"));
    let kinds = none.iter().flat_map(|block| &block.kids).map(|kid| kid.is);
    assert!(!kinds.into_iter().any(|is| matches!(is, Is::CopyFirst | Is::Copy | Is::Squares)));
}

#[test]
fn a_link_to_a_finding_or_a_revision_opens_there() {
    for (at, opens, says) in [
        ("?f=f-drop-bookings", "f-f_2d_drop_2d_b", "the finding"),
        ("?rev=c41e9a7b20dd", "c-c41e9a7b20dd", "the revision"),
        ("?menu=c41e9a7b20dd", "c-c41e9a7b20dd", "the revision"),
    ] {
        let mut ways = Vec::new();
        each(&view(at, &Shelf(report())).unwrap(), &mut |block| {
            if block.text == "Copy link…" {
                ways.push(block.to.clone());
            }
        });
        assert_eq!(ways, [["#", opens].concat()], "{at}");
        let asked = ["/share?base=https%3A%2F%2Fx.example%2F&w=&at=", opens].concat();
        let dialog = view(&asked, &Shelf(report())).unwrap();
        assert!(read(&dialog).contains(&["It opens at ", says].concat()), "{at}");
        let link = ["https://x.example/#r1.f.m.", opens].concat();
        assert!(dialog.iter().flat_map(|block| &block.kids).any(|kid| kid.to == link), "{at}");
    }
}

#[test]
fn of_very_much_the_first_is_shown_and_the_rest_when_it_is_asked_for() {
    let mut report = report();
    let mut compared = Shelf(self::report()).compare("prod", "head").unwrap();
    compared.id = "prod-head".to_owned();
    let mut part = compared.parts[0].clone();
    part.lines.truncate(1);
    part.lines[0].sign = Sign::Added;
    part.lines[0].text = "CHECK ".repeat(500);
    compared.parts = vec![part; 1_000];
    report.comparisons.insert(0, compared);
    let book = Shelf(report);
    let drawn = |at: &str| {
        let blocks = view(at, &book).unwrap();
        let (mut parts, mut folds, mut anyway) = (0, 0, None);
        each(&blocks, &mut |block| {
            parts += usize::from(block.is == Is::Diff);
            folds += usize::from(block.is == Is::Fold);
            anyway = anyway.take().or((block.text == "Show anyway").then(|| block.to.clone()));
        });
        (parts, folds, anyway, read(&blocks))
    };
    let (parts, folds, anyway, said) = drawn("/schema");
    assert_eq!((parts, folds), (400, 400), "long lines are folded");
    assert!(said.contains("And 600 more.") && said.contains("characters. Show anyway"));
    let (parts, _, none, _) = drawn(&anyway.unwrap());
    assert_eq!((parts, none), (1_000, None));
}

#[test]
fn what_a_fix_takes_away_for_good_is_said_on_it() {
    use crate::wire::{Patch, Remedy, RemedyStep};
    let mut report = report();
    let mut said = |remedy: Remedy| {
        report.findings[0].remedy = remedy;
        let id = report.findings[0].id.clone();
        [["?f=", &id].concat(), "/fixes".to_owned()]
            .map(|at| read(&view(&at, &Shelf(report.clone())).unwrap()))
            .map(|said| said.contains("Can’t be undone: it drops a column with its values."))
    };
    let step = |code: &str| RemedyStep {
        text: "Do it.".to_owned(),
        code: Some(code.to_owned()),
        language: None,
    };
    let file = |upgrade: &str, downgrade: &str| Patch {
        file: "versions/x.py".to_owned(),
        content: ["def upgrade():\n    ", upgrade, "\n\n\ndef downgrade():\n    ", downgrade]
            .concat(),
        ..Patch::default()
    };
    let (drop, add) = ("op.drop_column(\"t\", \"c\")", "op.add_column(\"t\", c)");
    let steps = |code| Remedy { steps: vec![step(code)], ..Remedy::default() };
    let files = |patch| Remedy { patches: vec![patch], ..Remedy::default() };
    assert_eq!(said(steps("ALTER TABLE t\n  DROP COLUMN c;")), [true, true]);
    assert_eq!(said(files(file(drop, add))), [true, true]);
    // Its way back is no part of it.
    assert_eq!(said(files(file(add, drop))), [false, false]);
    assert_eq!(said(steps("CREATE INDEX CONCURRENTLY i ON t (c);")), [false, false]);
}

/// What somebody would read.
fn read(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        out.push_str(&block.text);
        out.push_str(&read(&block.kids));
        let within =
            [Is::Row, Is::Code, Is::Span, Is::Link, Is::Note, Is::Mono, Is::Keyword, Is::Literal];
        if !within.contains(&block.is) {
            out.push('\n');
        }
    }
    out
}

fn addresses(report: &Report) -> Vec<String> {
    let mut all: Vec<String> =
        ["/schema", "/fixes", "/plan", "/rules", "?rule=drop-table"].map(str::to_owned).to_vec();
    all.push("/schema?from=dev&to=prod".to_owned());
    all.extend(report.findings.iter().map(|finding| format!("?f={}", finding.id)));
    for chain in &report.chains {
        all.extend(chain.revisions.iter().map(|one| format!("?rev={}", one.id)));
        all.extend(chain.revisions.iter().take(3).map(|one| format!("?menu={}", one.id)));
        let holes = chain.revisions.iter().flat_map(|one| &one.down);
        all.extend(holes.map(|id| format!("?rev={id}")));
        all.extend(chain.revisions.iter().take(1).map(|one| format!("/schema?at={}", one.id)));
    }
    all.extend(report.inputs.iter().map(|input| format!("?input={}", input.path)));
    all.push("?source=plan.txt:9".to_owned());
    all.push("?marks=plan.txt".to_owned());
    all.push("/why".to_owned());
    let first = report.findings.iter().take(1);
    let ignored = first.flat_map(|of| {
        let filled =
            ["|r=the table is empty since March", "|s=revision|u=2027-01-31|r=kept “here”"];
        [""].into_iter().chain(filled).map(|said| format!("?ignore={}{said}", of.id))
    });
    all.extend(ignored);
    all
}

fn each(blocks: &[Block], see: &mut dyn FnMut(&Block)) {
    for block in blocks {
        see(block);
        each(&block.kids, see);
    }
}

/// The page's own tests draw these: they are what the engine would say of `tests/fixtures/report.json`.
#[test]
fn the_pages_tests_have_what_the_engine_says() {
    let shelf = Shelf(report());
    let mut all = serde_json::Map::new();
    for at in addresses(&shelf.0) {
        let blocks = view(&at, &shelf).unwrap_or_else(|why| panic!("{at}: {why}"));
        all.insert(at, serde_json::to_value(blocks).unwrap());
    }
    let text = serde_json::to_string(&all).unwrap() + "\n";
    expect_test::expect_file!["../../../tests/fixtures/views.json"].assert_eq(&text);
}

#[test]
fn a_finding_says_where_why_what_hangs_on_it_and_what_instead() {
    let said = read(&view("?f=f-drop-bookings", &Shelf(report())).unwrap());
    for part in [
        "Blocker",
        "drop-table",
        "certain",
        "DROP TABLE \"bookings\" CASCADE;",
        "here: ",
        "line 9 of 11",
        "Made by c41e9a7b",
        "What hangs on it",
        "foreign key invoices.booking_id",
        "view reads it booking_summary",
        "Cancel the publish",
        "Show in chain",
        "Open the source",
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
}

#[test]
fn a_plan_says_first_whether_to_approve_it_and_then_goes_statement_by_statement() {
    let said = read(&view("/plan", &Shelf(report())).unwrap());
    assert!(said.starts_with("Do not approve."), "{said}");
    let at = |part: &str| said.find(part).unwrap_or_else(|| panic!("{part} is not in:\n{said}"));
    assert!(at("drops table bookings") < at("drops table accounts"));
    assert!(at("drops table accounts") < at("Not understood"));
    assert!(
        said.contains("Locks\nACCESS EXCLUSIVE") && said.contains("Leaves\n34 tables"),
        "{said}"
    );
    let said = read(&view("/plan?q=accounts", &Shelf(report())).unwrap());
    assert!(
        said.contains("drops table accounts") && !said.contains("drops table bookings"),
        "{said}"
    );
}

#[test]
fn two_ends_can_be_chosen_and_the_estate_leads_to_each_pair() {
    let blocks = view("/schema?from=dev&to=prod", &Shelf(report())).unwrap();
    let (mut ways, mut chosen) = (Vec::new(), Vec::new());
    each(&blocks, &mut |block| match block.is {
        Is::Link | Is::Button => ways.push(block.to.clone()),
        Is::Chosen => chosen.push(block.to.clone()),
        _ => {}
    });
    assert_eq!(chosen, ["dev", "prod"]);
    assert!(ways.contains(&"/schema?from=prod&to=dev".to_owned()), "{ways:?}");
    let said = read(&blocks);
    assert!(said.contains("3 things differ") && said.contains("+ nick text"), "{said}");
    assert!(said.contains("− email character varying(80)") && said.contains("Not understood"));
}

#[test]
fn a_fix_says_what_it_rests_on_and_its_files_can_be_saved() {
    let mut report = report();
    let first = &mut report.findings[0];
    first.certainty = crate::wire::Certainty::Likely;
    first.remedy.patches = ["a.py", "versions/b.py"]
        .map(|file| crate::wire::Patch {
            file: file.to_owned(),
            content: "x = 1\ny = 2\n".to_owned(),
            ..crate::wire::Patch::default()
        })
        .to_vec();
    let blocks = view("/fixes", &Shelf(report)).unwrap();
    let mut saved = Vec::new();
    each(&blocks, &mut |block| {
        if block.is == Is::Save {
            saved.push((block.to.clone(), block.kids[0].text.clone()));
        }
    });
    let content = "x = 1\ny = 2\n".to_owned();
    assert_eq!(saved[0].0, "retort-fixes.patch");
    assert!(saved[0].1.contains("+++ b/versions/b.py\n@@ -0,0 +1,2 @@\n+x = 1\n+y = 2\n"));
    assert_eq!(saved[1..], [("a.py".to_owned(), content.clone()), ("b.py".to_owned(), content)]);
    assert!(read(&blocks).contains("Rests on what is only likely."));
}

#[test]
fn a_suppression_needs_a_reason_and_is_written_for_the_settings_and_beside_the_statement() {
    let mut report = report();
    report.inputs[2].kind = crate::wire::Kind::Sql;
    let shelf = Shelf(report);
    let at = |said: &str| read(&view(&format!("?ignore=f-drop-bookings{said}"), &shelf).unwrap());
    assert!(at("|r=empty").contains("eight characters"), "{}", at("|r=empty"));
    let said = at("|r=\"empty\" since March|u=2027-01-31");
    for part in [
        "[[suppress]]",
        "rule = \"drop-table\"",
        "reason = \"\\\"empty\\\" since March\"",
        "file = \"plan.txt\"",
        "object = \"public.bookings\"",
        "until = 2027-01-31",
        "-- retort: ignore drop-table — \"empty\" since March until=2027-01-31",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let wide = at("|s=all|r=never in use");
    assert!(!wide.contains("object =") && !wide.contains("file ="), "{wide}");
}

#[test]
fn why_names_what_decided_by_which_rule_and_what_was_not_looked_at() {
    let said = read(&view("/why", &Shelf(report())).unwrap());
    for part in [
        "What decided",
        "a blocker or a danger is pending",
        "Not evaluated",
        "Not understood",
        "2 of 3 understood",
        "Looked at",
        "more than 5 tables",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn what_a_plan_says_at_length_is_folded_before_what_it_does() {
    let mut report = report();
    report.plans[0].remarks = (1..=8).map(|line| (line, format!("You're told {line}"))).collect();
    let blocks = view("/plan", &Shelf(report)).unwrap();
    let is_fold =
        |block: &Block| block.kids.iter().flat_map(|it| &it.kids).any(|it| it.is == Is::Fold);
    let fold = blocks.iter().position(is_fold).unwrap();
    let first = blocks.iter().position(|block| block.is == Is::Card).unwrap();
    assert_eq!(fold + 1, first);
    assert!(read(&blocks[fold..first]).contains("You're told 1 · 7 more lines"));
}

#[test]
fn what_a_link_does_not_hold_is_said() {
    let book = Received(report());
    for at in addresses(&book.0) {
        match view(&at, &book) {
            Ok(blocks) => {
                let mut sources = 0;
                each(&blocks, &mut |block| sources += usize::from(block.to.contains("source=")));
                assert_eq!(sources, 0, "{at} leads to files that are not there");
            }
            Err(why) => assert!(!why.is_empty(), "{at}"),
        }
    }
    let said = read(&view("?rev=c41e9a7b20dd", &book).unwrap());
    assert!(said.contains("A link holds no files"), "{said}");
    let said = read(&view("/schema", &book).unwrap());
    assert!(said.contains("A link holds no schemas"), "{said}");
}

#[test]
fn nothing_that_is_drawn_hides_or_leads_elsewhere() {
    const HOSTILE: &str = "\u{202e}\u{200b}<b>`\u{0}&to=x#\"%zz🙂";
    let mut value = serde_json::to_value(report()).unwrap();
    poison(&mut value, HOSTILE);
    let shelf = Shelf(serde_json::from_value(value).unwrap());
    for at in addresses(&shelf.0) {
        let (name, asked) = at.split_once('=').unwrap_or((&at, ""));
        let mark = if asked.is_empty() { "" } else { "=" };
        let at = match at.starts_with('/') {
            true => at.clone(),
            false => [name, mark, &crate::wire::escaped::escape(asked)].concat(),
        };
        let Ok(blocks) = view(&at, &shelf) else { continue };
        each(&blocks, &mut |block| {
            if !matches!(block.is, Is::Save) {
                let text = block.text.replace('\n', "");
                assert_eq!(visible::visible(&text), text, "{at}: {block:?}");
            }
            if matches!(block.is, Is::Link | Is::Button | Is::Primary) {
                assert!(block.to.starts_with(['/', '?', '#']) && block.to.is_ascii(), "{block:?}");
                assert!(!block.to[1..].contains(['#', '"', '<', ' ']), "{at}: {block:?}");
            }
        });
    }
}

fn poison(value: &mut serde_json::Value, with: &str) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let closed = [
                    "status",
                    "severity",
                    "certainty",
                    "kind",
                    "role",
                    "language",
                    "role_source",
                    "version_state",
                    "diagnosis",
                ];
                if !closed.contains(&name.as_str()) {
                    poison(field, with);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| poison(item, with)),
        serde_json::Value::String(text) => text.push_str(with),
        _ => {}
    }
}

#[test]
fn words_literals_and_comments_are_told_apart_across_lines() {
    let mut lexer = highlight::Lexer::new(false);
    let said = |pieces: Vec<Block>| {
        pieces.into_iter().map(|piece| (piece.is, piece.text)).collect::<Vec<_>>()
    };
    let piece = |is, text: &str| (is, text.to_owned());
    assert_eq!(
        said(lexer.line("DROP table_x -- it's gone")),
        [
            piece(Is::Keyword, "DROP"),
            piece(Is::Row, " table_x "),
            piece(Is::Comment, "-- it's gone"),
        ]
    );
    assert_eq!(said(lexer.line("You're lost")), [piece(Is::Row, "You're lost")]);
    assert_eq!(
        said(lexer.line("E'a' x")),
        [piece(Is::Row, "E"), piece(Is::Literal, "'a'"), piece(Is::Row, " x")]
    );
    assert_eq!(said(lexer.line("/* one")), [piece(Is::Comment, "/* one")]);
    assert_eq!(
        said(lexer.line("two */ 'a''b'")),
        [piece(Is::Comment, "two */"), piece(Is::Row, " "), piece(Is::Literal, "'a''b'"),]
    );
    assert_eq!(said(lexer.line("$x$ select")), [piece(Is::Literal, "$x$ select")]);
    let mut lexer = highlight::Lexer::new(true);
    assert_eq!(
        said(lexer.line("def f(): \"\"\"doc")),
        [piece(Is::Keyword, "def"), piece(Is::Row, " f(): "), piece(Is::Literal, "\"\"\"doc"),]
    );
    assert_eq!(
        said(lexer.line("é\"\"\" # été")),
        [piece(Is::Literal, "é\"\"\""), piece(Is::Row, " "), piece(Is::Comment, "# été"),]
    );
}

#[test]
fn no_line_is_lost_whatever_it_holds() {
    for line in ["", "'", "\"", "$", "$1", "é$é$", "/*", "\u{202e}", "'\\", "\"\"\"", "1.5e9x"] {
        for python in [false, true] {
            let pieces = highlight::Lexer::new(python).line(line);
            let whole: String = pieces.into_iter().map(|piece| piece.text).collect();
            assert_eq!(whole, visible::visible(line));
        }
    }
}
