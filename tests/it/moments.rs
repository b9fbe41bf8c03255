//! A revision looked at closely: what it did, and the schema there.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use retort::wire::{Block, InputHead, Moment, ObjectKind, Part, Request, Response, Sign};
use retort::{Alone, Input, Options, Reading, Session, read};

use crate::inputs::replay_sample;

fn reading(inputs: Vec<Input>) -> Reading {
    match read(inputs, &Options::default(), &Alone, &mut |_| ControlFlow::Continue(())) {
        ControlFlow::Continue(reading) => reading,
        ControlFlow::Break(()) => unreachable!(),
    }
}

fn revision(id: &str, down: &str, upgrade: &str) -> Input {
    let body: String = upgrade.lines().map(|line| format!("    {}\n", line.trim())).collect();
    let text = format!(
        "from alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\n\
         down_revision = {down}\n\n\ndef upgrade():\n{body}\n\ndef downgrade():\n    pass\n"
    );
    Input::new(format!("migrations/versions/{id}_step.py"), text)
}

fn inputs() -> Vec<Input> {
    vec![
        revision(
            "a1",
            "None",
            "op.create_table(\"users\", sa.Column(\"id\", sa.Integer(), primary_key=True), sa.Column(\"email\", sa.String(80)))
             op.create_table(\"notes\", sa.Column(\"id\", sa.Integer()), sa.Column(\"text\", sa.Text()))",
        ),
        revision(
            "b2",
            "\"a1\"",
            "op.alter_column(\"users\", \"email\", nullable=False, type_=sa.Text())
             op.create_index(\"ix_users_email\", \"users\", [\"email\"], unique=True)
             op.drop_column(\"notes\", \"text\")
             op.execute(text_from_elsewhere())",
        ),
        revision("c3", "\"b2\"", "op.rename_table(\"notes\", \"remarks\")"),
        revision("d4", "\"c3\"", "op.drop_table(\"remarks\")"),
    ]
}

#[track_caller]
fn part<'a>(moment: &'a Moment, name: &str) -> &'a Part {
    moment.parts.iter().find(|part| part.name == name).unwrap()
}

fn said(part: &Part) -> Vec<String> {
    let sign = |sign| match sign {
        Sign::Same => ' ',
        Sign::Added => '+',
        Sign::Removed => '-',
        Sign::Changed => '~',
    };
    let line = |line: &retort::wire::PartLine| match &line.was {
        Some(was) => format!("~{} <- {was}", line.text),
        None => format!("{}{}", sign(line.sign), line.text),
    };
    part.lines.iter().map(line).collect()
}

#[test]
fn a_revision_says_what_it_added_removed_changed_and_renamed() {
    let reading = reading(inputs());
    let a1 = reading.moment(0, "a1").unwrap();
    assert!(a1.parts.iter().all(|part| part.sign == Sign::Added), "{a1:?}");

    let b2 = reading.moment(0, "b2").unwrap();
    assert_eq!(
        said(part(&b2, "users")),
        [
            " id integer not null default nextval('users_id_seq'::regclass)",
            "~email text not null <- email character varying(80)",
            " primary key users_pkey (id)",
            "+unique index ix_users_email (email)",
        ]
    );
    assert_eq!(said(part(&b2, "notes")), [" id integer", "-text text"]);
    // What could not be read is said, of the revision itself and of all later ones.
    let unknown = |moment: &Moment| -> Vec<String> {
        moment.undecided.iter().filter_map(|open| open.revision.clone()).collect()
    };
    assert_eq!(unknown(&b2), ["b2"]);

    let c3 = reading.moment(0, "c3").unwrap();
    assert_eq!(part(&c3, "remarks").sign, Sign::Changed);
    assert_eq!(said(part(&c3, "remarks")), ["~renamed from notes", " id integer"]);
    assert_eq!(unknown(&c3), ["b2"]);

    let d4 = reading.moment(0, "d4").unwrap();
    assert_eq!(part(&d4, "remarks").sign, Sign::Removed);
    assert_eq!(part(&d4, "users").sign, Sign::Same);
    assert_eq!(reading.moment(0, "e5"), None);
    assert_eq!(reading.moment(1, "a1"), None);
}

#[test]
fn what_is_there_is_what_retort_schema_shows() {
    let reading = reading(replay_sample());
    let outline = reading.outline();
    let tables = |moment: &Moment, keeps: &dyn Fn(Sign) -> bool| -> BTreeSet<String> {
        let of_table = |part: &&Part| part.kind == ObjectKind::Table && keeps(part.sign);
        moment.parts.iter().filter(of_table).map(|part| part.name.clone()).collect()
    };
    assert!(outline.chains[0].revisions.len() > 3);
    for row in &outline.chains[0].revisions {
        let moment = reading.moment(0, &row.id).unwrap();
        let schema = reading.schema(None, Some(&row.id)).unwrap();
        let there: BTreeSet<String> = schema
            .tables
            .iter()
            .map(|table| match table.schema.as_str() {
                "" | "public" => table.name.clone(),
                schema => format!("{schema}.{}", table.name),
            })
            .collect();
        assert_eq!(tables(&moment, &|sign| sign != Sign::Removed), there, "{}", row.id);
        assert_eq!(moment.undecided, schema.undecided, "{}", row.id);
        let columns: usize = schema.tables.iter().map(|table| table.columns.len()).sum();
        let lines: usize = moment.parts.iter().map(|part| part.lines.len()).sum();
        assert!(lines >= columns, "{}", row.id);
    }
}

/// What somebody would read of blocks.
fn read_out(blocks: &[Block]) -> String {
    blocks.iter().map(|block| [block.text.as_str(), " ", &read_out(&block.kids)].concat()).collect()
}

fn session() -> Session {
    let (write, draw) = (retort::renderers::export, retort::renderers::views::view);
    Session::lent(retort::Lent { write, draw })
}

fn ask(at: &str) -> Request {
    Request::View { at: at.to_owned(), fragment: None }
}

#[test]
fn a_session_draws_places_of_its_last_report() {
    let mut session = session();
    let silent = &mut |_| ();
    assert!(matches!(session.answer(ask("?rev=b2"), Vec::new(), silent), Response::Refused { .. }));
    let inputs = inputs();
    let heads = inputs.iter().map(|it| InputHead { name: it.name.clone(), role: None, kind: None });
    let request = Request::Analyze { inputs: heads.collect(), options: Box::default() };
    let Response::Report(report) = session.answer(request, inputs, silent) else { panic!() };
    let mut draw = |at: &str| match session.answer(ask(at), Vec::new(), &mut |_| ()) {
        Response::View(blocks) => read_out(&blocks),
        other => panic!("{at}: {other:?}"),
    };
    assert!(draw("?rev=b2").contains("email text not null"));
    assert!(draw("/schema?at=a1").contains("notes"));
    // Any two revisions can be laid side by side, and each difference says which one made it.
    let compared = draw("/schema?from=a1&to=d4");
    assert!(compared.contains("− table notes") && compared.contains("b2"), "{compared}");
    assert!(draw("?source=migrations/versions/b2_step.py:9").contains("op.create_index"));
    // The example of a rule is reviewed as it is asked for.
    assert!(draw("?rule=drop-table").contains("Blocker"));
    for finding in &report.findings {
        assert!(draw(&format!("?f={}", finding.id)).contains(&finding.rule));
    }
}

#[test]
fn a_report_that_is_handed_back_can_still_be_drawn() {
    let inputs = inputs();
    let finding = crate::inputs::report(inputs.clone()).findings.first().cloned().unwrap();
    let mut session = session();
    session.keep(crate::inputs::report(inputs));
    let silent = &mut |_| ();
    let at = format!("?f={}", finding.id);
    let Response::View(blocks) = session.answer(ask(&at), Vec::new(), silent) else { panic!() };
    assert!(read_out(&blocks).contains(&finding.rule));
    let Response::View(blocks) = session.answer(ask("?rev=b2"), Vec::new(), silent) else {
        panic!()
    };
    assert!(read_out(&blocks).contains("holds no files"));
}
