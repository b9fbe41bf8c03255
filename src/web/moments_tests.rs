use super::*;
use crate::web::fixture::{feed, file, reviewed};
use crate::web::model::Msg;

fn look(revision: &str) -> Msg {
    Msg::Look { chain: 0, revision: revision.to_owned() }
}

fn tell(ticket: u32, revision: &str) -> Msg {
    let moment = Moment {
        chain: 0,
        revision: revision.to_owned(),
        parts: Vec::new(),
        undecided: Vec::new(),
    };
    Msg::EngineAnswer(ticket, Box::new(Response::Moment(moment)))
}

fn asked(effects: &[Effect]) -> Vec<(u32, String)> {
    let one = |effect: &Effect| match effect {
        Effect::Send { ticket, request: Request::Moment { revision, .. }, .. } => {
            Some((*ticket, revision.clone()))
        }
        _ => None,
    };
    effects.iter().filter_map(one).collect()
}

#[test]
fn one_is_asked_for_at_a_time_and_the_last_wanted_next() {
    let mut model = reviewed();
    let run = model.run.ticket;
    let first = asked(&feed(&mut model, [look("a")]));
    assert_eq!(first.len(), 1);
    assert_eq!(asked(&feed(&mut model, [look("b"), look("c")])), []);
    let second = asked(&feed(&mut model, [tell(first[0].0, "a")]));
    assert_eq!(second.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), ["c"]);
    feed(&mut model, [tell(second[0].0, "c")]);
    // Both are at hand now, and no run was counted.
    assert_eq!(asked(&feed(&mut model, [look("a"), look("c")])), []);
    assert!(matches!(look_at(&model, 0, "c"), Look::Known(_)));
    assert_eq!(model.run.ticket, run);
}

#[test]
fn what_is_known_goes_with_the_report() {
    let mut model = reviewed();
    let first = asked(&feed(&mut model, [look("a")]));
    feed(&mut model, [tell(first[0].0, "a")]);
    feed(&mut model, [file(9, "more.py")]);
    let waiting = model.run.waiting.expect("a run");
    feed(&mut model, [crate::web::fixture::answer(waiting)]);
    assert_eq!(look_at(&model, 0, "a"), Look::Waiting);
}

#[test]
fn an_engine_that_broke_over_one_is_not_asked_for_it_again() {
    let mut model = reviewed();
    feed(&mut model, [look("a")]);
    feed(&mut model, [Msg::EngineCrashed { why: "index".to_owned() }]);
    assert_eq!(look_at(&model, 0, "a"), Look::Refused("index".to_owned()));
    assert_eq!(look_at(&model, 0, "b"), Look::Forgotten);
    assert_eq!(asked(&feed(&mut model, [look("a"), look("b")])), []);
}

#[test]
fn a_link_holds_no_schemas() {
    let mut model = reviewed();
    model.link = LinkState::Received { fragment: "r1".to_owned() };
    assert_eq!(look_at(&model, 0, "a"), Look::NotInLink);
    assert_eq!(asked(&feed(&mut model, [look("a")])), []);
}
