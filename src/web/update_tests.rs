use super::*;
use crate::web::fixture::{answer, feed, file, ready, report, reviewed};
use crate::web::model::{NoticeAction, SampleId, Theme};
use crate::web::select;
use crate::wire::share::{self, Location};
use crate::wire::{Kind, Role};

fn sent(effects: &[Effect]) -> Vec<u32> {
    let ticket = |effect: &Effect| match effect {
        Effect::Send { ticket, .. } => Some(*ticket),
        _ => None,
    };
    effects.iter().filter_map(ticket).collect()
}

fn progress(done: usize) -> Progress {
    Progress { phase: "Reading".to_owned(), done, total: 10, name: "a.py".to_owned() }
}

#[test]
fn input_waits_for_the_engine() {
    let mut model = Model::default();
    let effects = feed(&mut model, [file(1, "a.py")]);
    assert!(sent(&effects).is_empty());
    assert_eq!(select::state(&model), "starting");
    let effects = feed(&mut model, [ready()]);
    assert_eq!(sent(&effects), [1]);
}

#[test]
fn stale_answers_are_dropped() {
    let mut model = Model::default();
    feed(&mut model, [ready(), file(1, "a.py"), file(2, "b.py")]);
    assert_eq!(model.run.waiting, Some(2));
    feed(&mut model, [answer(1)]);
    assert!(model.report.is_none());
    feed(&mut model, [answer(2)]);
    assert!(model.report.is_some());
    assert_eq!(select::state(&model), "blocked");
    assert!(model.spoken.starts_with("Don’t approve this plan. Production was never stamped."));
}

#[test]
fn cancel_keeps_the_last_review() {
    let mut model = reviewed();
    feed(&mut model, [file(2, "b.py"), Msg::ProgressDue(2)]);
    assert_eq!(select::state(&model), "working");
    let effects = feed(&mut model, [Msg::Cancel]);
    assert!(effects.contains(&Effect::StopEngine));
    assert_eq!(select::state(&model), "blocked");
    let notice = model.notice.clone().expect("a notice");
    assert_eq!((notice.title.as_str(), notice.text.as_str()), ("Stopped", words::STOPPED_TEXT));
    assert_eq!(notice.action, Some(NoticeAction::RunAgain));
    // The answer that was on its way comes too late.
    feed(&mut model, [answer(2)]);
    assert!(!model.run.remembered);
    let effects = feed(&mut model, [Msg::RunAgain, ready()]);
    assert_eq!(sent(&effects), [3]);
}

#[test]
fn progress_shows_late_and_never_goes_back() {
    let mut model = Model::default();
    feed(&mut model, [ready(), file(1, "a.py"), Msg::EngineProgress(1, progress(5))]);
    assert_eq!(select::state(&model), "starting");
    feed(&mut model, [Msg::ProgressDue(1), Msg::EngineProgress(1, progress(3))]);
    assert_eq!(select::state(&model), "working");
    assert_eq!(model.run.progress, Some(progress(5)));
    feed(&mut model, [Msg::EngineProgress(9, progress(9))]);
    assert_eq!(model.run.progress, Some(progress(5)));
}

#[test]
fn silence_is_noticed() {
    let mut model = Model::default();
    feed(&mut model, [ready(), file(1, "a.py"), Msg::ProgressDue(1)]);
    feed(&mut model, [Msg::Watch { ticket: 1, beats: 0 }]);
    assert!(model.run.quiet);
    feed(&mut model, [Msg::EngineProgress(1, progress(1))]);
    assert!(!model.run.quiet);
    feed(&mut model, [Msg::Watch { ticket: 1, beats: 0 }]);
    assert!(!model.run.quiet);
}

#[test]
fn a_crash_keeps_the_inputs_and_can_be_tried_again() {
    let mut model = Model::default();
    let crash = || Msg::EngineCrashed { why: "panicked".to_owned() };
    feed(
        &mut model,
        [ready(), file(1, "a.py"), Msg::EngineProgress(1, progress(1)), crash(), ready()],
    );
    assert_eq!(select::state(&model), "crashed");
    assert_eq!(model.run.crash.as_deref(), Some("panicked\nwhile Reading a.py"));
    assert_eq!(model.uploads.len(), 1);
    let effects = feed(&mut model, [Msg::RunAgain]);
    assert_eq!(sent(&effects), [2]);
    assert_eq!(select::state(&model), "starting");
}

#[test]
fn decisions_travel_with_the_next_run() {
    let mut model = reviewed();
    let set = |path: &str, role| Msg::SetRole { path: path.to_owned(), role };
    feed(&mut model, [set("prod-audit.txt", Some(Role::Prod))]);
    let effects = feed(&mut model, [set("dev-audit.txt", Some(Role::Prod))]);
    let Some(Effect::Send { request: Request::Analyze { options, .. }, .. }) = effects.first()
    else {
        panic!("{effects:?}");
    };
    let roles: Vec<_> = options.overrides.iter().map(|o| (o.path.as_str(), o.role)).collect();
    assert_eq!(roles, [("dev-audit.txt", Some(Role::Prod))]);
    // Deciding the same again asks for nothing.
    assert_eq!(feed(&mut model, [set("dev-audit.txt", Some(Role::Prod))]), []);
    let kind = Msg::SetKind { path: "plan.txt".to_owned(), kind: Kind::Sql };
    assert_eq!(sent(&feed(&mut model, [kind])).len(), 1);
}

#[test]
fn removing_the_last_upload_starts_over() {
    let mut model = reviewed();
    feed(&mut model, [file(2, "b.py")]);
    let remove = |path: &str| Msg::Remove { path: path.to_owned() };
    let effects = feed(&mut model, [remove("plan.txt")]);
    assert_eq!(effects.first(), Some(&Effect::Forget(vec![1])));
    assert_eq!(sent(&effects).len(), 1);
    feed(&mut model, [remove("b.py")]);
    assert_eq!(select::state(&model), "empty");
    assert!(model.report.is_none());
}

#[test]
fn a_member_of_an_archive_is_excluded_and_restored() {
    let mut model = Model::default();
    feed(&mut model, [ready(), file(1, "all.zip"), answer(1)]);
    let path = "all.zip/versions/a.py".to_owned();
    feed(&mut model, [Msg::Remove { path: path.clone() }]);
    assert!(model.decisions.iter().any(|decision| decision.path == path && decision.exclude));
    feed(&mut model, [Msg::Restore { path: path.clone() }]);
    assert!(model.decisions.is_empty());
}

#[test]
fn a_sample_is_replaced_by_what_a_person_brings() {
    let mut model = Model::default();
    feed(&mut model, [ready(), Msg::OpenSample(SampleId::TwoHeads), file(1, "a.py"), answer(1)]);
    assert_eq!(model.sample, Some(SampleId::TwoHeads));
    let effects = feed(&mut model, [file(2, "mine.py")]);
    assert_eq!(model.sample, None);
    assert_eq!(model.uploads.len(), 1);
    assert!(effects.contains(&Effect::Forget(vec![1])));
}

#[test]
fn equal_names_are_kept_apart() {
    let mut model = Model::default();
    feed(&mut model, [ready(), file(1, ""), file(2, ""), file(3, "a/x.py"), file(4, "a/x.py")]);
    let names: Vec<_> = model.uploads.iter().map(|upload| upload.name.as_str()).collect();
    assert_eq!(names, ["pasted text", "pasted text (2)", "a/x.py", "a/x (2).py"]);
}

#[test]
fn addresses_open_places_and_say_what_is_missing() {
    let mut model = reviewed();
    let go = |fragment: &str| Msg::Address(fragment.to_owned());
    feed(&mut model, [go("/chain?rev=9f02c1de7744")]);
    assert_eq!(model.panel, PanelId::Chain);
    let selected = Subject::Revision { chain: 0, id: "9f02c1de7744".to_owned() };
    assert_eq!(model.selected, Some(selected));
    feed(&mut model, [go("/findings?f=none")]);
    assert_eq!(
        model.notice.clone().map(|notice| notice.title).as_deref(),
        Some(words::FINDING_GONE)
    );
    feed(&mut model, [go("/tables")]);
    assert_eq!(model.panel, PanelId::Findings);
    assert_eq!(model.notice.clone().map(|notice| notice.text).as_deref(), Some("Ignored: tables."));
}

#[test]
fn a_block_leads_within_its_panel_or_to_another() {
    let mut model = reviewed();
    feed(&mut model, [Msg::Go("/schema?from=dev&to=prod".to_owned())]);
    assert_eq!((model.panel, model.ask.as_str()), (PanelId::Schema, "from=dev&to=prod"));
    feed(&mut model, [Msg::Filter("acc".to_owned())]);
    let effects = feed(&mut model, [Msg::Go("?f=f-old".to_owned())]);
    assert_eq!((model.panel, model.ask.as_str()), (PanelId::Schema, "from=dev&to=prod"));
    assert_eq!(model.selected, Some(Subject::Finding("f-old".to_owned())));
    let fragment = "/schema?f=f-old&from=dev&to=prod&q=acc".to_owned();
    assert_eq!(effects, [Effect::WriteAddress { fragment, push: true }]);
    // Scrubbing takes the schema along.
    feed(&mut model, [Msg::Go("/schema?at=5a9d6371e18c".to_owned())]);
    let next = Subject::Revision { chain: 0, id: "9f02c1de7744".to_owned() };
    feed(&mut model, [Msg::Follow(next)]);
    assert_eq!(model.ask, "at=9f02c1de7744");
}

#[test]
fn an_address_before_the_report_is_remembered() {
    let mut model = Model::default();
    let go = Msg::Address("/chain?rev=9f02c1de7744".to_owned());
    feed(&mut model, [go, ready(), file(1, "a.py"), answer(1)]);
    assert_eq!(model.panel, PanelId::Chain);
    assert!(model.selected.is_some());
}

#[test]
fn selecting_writes_a_step_and_typing_does_not() {
    let mut model = reviewed();
    let effects = feed(&mut model, [Msg::Select(Subject::Finding("f-old".to_owned()))]);
    let step = Effect::WriteAddress { fragment: "/findings?f=f-old".to_owned(), push: true };
    assert_eq!(effects, [step]);
    let effects = feed(&mut model, [Msg::Filter("sev:blocker".to_owned())]);
    let fragment = "/findings?f=f-old&q=sev:blocker".to_owned();
    assert_eq!(effects, [Effect::WriteAddress { fragment, push: false }]);
    assert_eq!(model.spoken, "2 of 5 findings");
}

#[test]
fn the_first_problem_is_the_first_that_decided() {
    let mut model = reviewed();
    feed(&mut model, [Msg::Show(PanelId::Inputs), Msg::FirstProblem]);
    assert_eq!(model.panel, PanelId::Findings);
    assert_eq!(model.selected, Some(Subject::Finding("f-drop-bookings".to_owned())));
}

#[test]
fn escape_closes_one_thing_at_a_time() {
    let mut model = reviewed();
    let select = Msg::Select(Subject::Finding("f-old".to_owned()));
    feed(&mut model, [select, Msg::Filter("x".to_owned()), Msg::Open(Layer::Keys), Msg::Escape]);
    assert_eq!(model.layer, None);
    feed(&mut model, [Msg::Escape]);
    assert_eq!(model.filter, "");
    feed(&mut model, [Msg::Escape]);
    assert_eq!(model.selected, None);
}

#[test]
fn a_file_is_asked_of_the_engine_and_kept_or_refused_with_words() {
    let mut model = reviewed();
    let effects = feed(&mut model, [Msg::Save("sarif")]);
    let [Effect::Send { ticket, request, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let expected = Request::Export { format: "sarif".to_owned(), fragment: None };
    assert_eq!(*request, expected);
    let file = Response::Export { name: "retort-fail.sarif".to_owned(), text: "{}".to_owned() };
    let effects = feed(&mut model, [Msg::EngineAnswer(*ticket, Box::new(file))]);
    assert!(
        matches!(effects.as_slice(), [Effect::Save { name, .. }] if name == "retort-fail.sarif")
    );
    let again = sent(&feed(&mut model, [Msg::Save("dot")]));
    let no = Response::Refused { why: "There is no report.".to_owned() };
    feed(&mut model, [Msg::EngineAnswer(again[0], Box::new(no))]);
    assert_eq!(model.notice.map(|notice| notice.text), Some("There is no report.".to_owned()));
}

#[test]
fn a_broken_link_shows_neither_sample_nor_report() {
    let mut model = reviewed();
    feed(&mut model, [Msg::Address("something".to_owned())]);
    assert_eq!(select::state(&model), "link-error");
    assert!(model.report.is_none() && model.sample.is_none());
}

#[test]
fn preferences_survive_starting_over() {
    let mut model = reviewed();
    feed(&mut model, [Msg::SetTheme(Theme::Dark), Msg::StartOver]);
    assert_eq!(model.theme, Theme::Dark);
    assert!(matches!(model.engine, Engine::Ready { .. }));
    assert_eq!(select::state(&model), "empty");
}

#[test]
fn a_selection_survives_a_new_review_if_it_still_exists() {
    let mut model = reviewed();
    feed(
        &mut model,
        [Msg::Select(Subject::Finding("f-old".to_owned())), file(2, "b.py"), answer(2)],
    );
    assert_eq!(model.selected, Some(Subject::Finding("f-old".to_owned())));
    let mut other = report();
    other.findings.clear();
    let answer = Msg::EngineAnswer(3, Box::new(Response::Report(Box::new(other))));
    feed(&mut model, [file(3, "c.py"), answer]);
    assert_eq!(model.selected, None);
}

#[test]
fn a_link_opens_its_report_without_an_engine() {
    let fragment = share::encode(
        &report(),
        &share::Choice::default(),
        &Location::Revision("9f02c1de7744".to_owned()),
    )
    .expect("a link");
    let mut model = Model::default();
    let effects = feed(&mut model, [Msg::Address(fragment.clone())]);
    assert!(!effects.contains(&Effect::StartEngine));
    assert_eq!(select::state(&model), "blocked");
    assert_eq!(model.link, LinkState::Received { fragment: fragment.clone() });
    assert_eq!(model.panel, PanelId::Chain);
    assert_eq!(model.selected, Some(Subject::Revision { chain: 0, id: "9f02c1de7744".to_owned() }));
    // The link stays in the address bar, and is what is passed on.
    assert!(feed(&mut model, [Msg::Show(PanelId::Inputs)]).is_empty());
    // Bringing files of one's own puts the report away.
    let effects = feed(&mut model, [file(1, "a.py")]);
    assert!(effects.contains(&Effect::StartEngine));
    assert_eq!(model.link, LinkState::None);
    assert!(model.report.is_none());
}

#[test]
fn a_cut_link_says_how_much_arrived() {
    let fragment =
        share::encode(&report(), &share::Choice::default(), &Location::Verdict).expect("a link");
    let cut: String = fragment.chars().take(fragment.len() / 2).collect();
    let mut model = Model::default();
    feed(&mut model, [Msg::Address(cut)]);
    let LinkState::Broken { title, text, locked: None } = &model.link else {
        panic!("{:?}", model.link);
    };
    assert_eq!(title, "This link is cut off");
    assert!(text.contains("characters arrived"), "{text}");
}

#[test]
fn a_locked_link_asks_for_its_passphrase() {
    let plain =
        share::encode(&report(), &share::Choice::default(), &Location::Verdict).expect("a link");
    let locked = share::Parts { codec: "e", ..share::Parts::read(&plain).unwrap() }.sealed();
    let mut model = Model::default();
    feed(&mut model, [Msg::Address(locked.clone())]);
    let said = |model: &Model| match &model.link {
        LinkState::Broken { title, text, locked: Some(_) } => format!("{title}: {text}"),
        other => panic!("{other:?}"),
    };
    assert!(said(&model).starts_with("This link needs its passphrase"));
    let effects = feed(&mut model, [Msg::Passphrase("horse".to_owned())]);
    let unlock = Effect::Unlock { fragment: locked, passphrase: "horse".to_owned() };
    assert_eq!(effects, [unlock]);
    feed(&mut model, [Msg::Unlocked(None)]);
    assert!(said(&model).contains("That passphrase doesn't open it"));
    feed(&mut model, [Msg::Unlocked(Some(plain.clone()))]);
    assert_eq!(model.link, LinkState::Received { fragment: plain });
    // Passed on, it is locked again.
    feed(&mut model, [Msg::Open(Layer::Share)]);
    let copied = feed(&mut model, [Msg::Copy { text: "x#r1".to_owned() }]);
    let copy = Effect::Copy { text: "x#r1".to_owned(), passphrase: "horse".to_owned() };
    assert_eq!(copied, [copy]);
    // What is copied elsewhere is copied as it is.
    let copied = feed(&mut model, [Msg::Close, Msg::Copy { text: "x".to_owned() }]);
    let copy = Effect::Copy { text: "x".to_owned(), passphrase: String::new() };
    assert_eq!(copied, [copy]);
}

#[test]
fn files_that_are_dropped_on_a_link_are_compared_with_it() {
    let fragment =
        share::encode(&report(), &share::Choice::default(), &Location::Verdict).expect("a link");
    let mut model = Model::default();
    feed(&mut model, [Msg::Address(fragment.clone()), file(1, "a.py"), file(2, "b.py")]);
    assert_eq!(model.against, Some(fragment));
    feed(&mut model, [Msg::StartOver]);
    assert_eq!(model.against, None);
}
