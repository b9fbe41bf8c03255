use super::*;
use crate::web::fixture::{feed, file, reviewed};
use crate::web::model::Msg;

fn look(at: &str) -> Msg {
    Msg::Look(at.to_owned())
}

fn tell(ticket: u32) -> Msg {
    Msg::EngineAnswer(ticket, Box::new(Response::View(Vec::new())))
}

fn asked(effects: &[Effect]) -> Vec<(u32, String)> {
    let one = |effect: &Effect| match effect {
        Effect::Send { ticket, request: Request::View { at, .. }, .. } => {
            Some((*ticket, at.clone()))
        }
        _ => None,
    };
    effects.iter().filter_map(one).collect()
}

#[test]
fn one_is_asked_for_at_a_time_and_the_last_wanted_next() {
    let mut model = reviewed();
    let run = model.run.ticket;
    let first = asked(&feed(&mut model, [look("?rev=a")]));
    assert_eq!(first.len(), 1);
    assert_eq!(asked(&feed(&mut model, [look("?rev=b"), look("?rev=c")])), []);
    let second = asked(&feed(&mut model, [tell(first[0].0)]));
    assert_eq!(second.iter().map(|(_, at)| at.as_str()).collect::<Vec<_>>(), ["?rev=c"]);
    feed(&mut model, [tell(second[0].0)]);
    // Both are at hand now, and no run was counted.
    assert!(matches!(look_at(&model, "?rev=a"), Look::Known(_)));
    assert!(matches!(look_at(&model, "?rev=c"), Look::Known(_)));
    assert_eq!(model.run.ticket, run);
}

#[test]
fn what_is_known_goes_with_the_report() {
    let mut model = reviewed();
    let first = asked(&feed(&mut model, [look("?rev=a")]));
    feed(&mut model, [tell(first[0].0)]);
    feed(&mut model, [file(9, "more.py")]);
    let waiting = model.run.waiting.expect("a run");
    feed(&mut model, [crate::web::fixture::answer(waiting)]);
    assert_eq!(look_at(&model, "?rev=a"), Look::Waiting);
}

#[test]
fn an_engine_that_broke_over_one_is_not_asked_for_it_again() {
    let mut model = reviewed();
    feed(&mut model, [look("?rev=a")]);
    feed(&mut model, [Msg::EngineCrashed { why: "index".to_owned() }]);
    assert_eq!(look_at(&model, "?rev=a"), Look::Refused("index".to_owned()));
    assert_eq!(asked(&feed(&mut model, [look("?rev=a")])), []);
    // The next engine is handed the report, and can tell of others.
    assert_eq!(asked(&feed(&mut model, [look("?rev=b")])).len(), 1);
}

#[test]
fn two_places_that_are_refused_are_each_asked_for_once() {
    let mut model = reviewed();
    let refuse =
        |ticket| Msg::EngineAnswer(ticket, Box::new(Response::Refused { why: "no".to_owned() }));
    let first = asked(&feed(&mut model, [look("?f=a")]));
    feed(&mut model, [look("/plan")]);
    let second = asked(&feed(&mut model, [refuse(first[0].0)]));
    assert_eq!(asked(&feed(&mut model, [refuse(second[0].0)])), []);
    assert_eq!(look_at(&model, "?f=a"), Look::Refused("no".to_owned()));
}

#[test]
fn a_received_report_goes_along_with_the_question() {
    let mut model = reviewed();
    model.link = LinkState::Received { fragment: "r1".to_owned() };
    let effects = feed(&mut model, [look("?f=a")]);
    assert!(matches!(
        effects.as_slice(),
        [Effect::Send { request: Request::View { fragment: Some(fragment), .. }, .. }]
            if fragment == "r1"
    ));
}

#[test]
fn what_is_looked_at_during_a_review_is_asked_for_when_it_was_stopped() {
    let mut model = reviewed();
    feed(&mut model, [file(9, "more.py")]);
    assert_eq!(asked(&feed(&mut model, [look("?f=a")])), []);
    let effects = feed(&mut model, [Msg::Cancel]);
    assert_eq!(asked(&effects).len(), 1);
    let stopped = effects.iter().position(|effect| *effect == Effect::StopEngine);
    let sent = effects.iter().position(|effect| matches!(effect, Effect::Send { .. }));
    assert!(stopped < sent, "{effects:?}");
}
