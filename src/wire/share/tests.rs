use super::held::held;
use super::letters::spell;
use super::link::{digest_of, to_base36};
use super::*;
use crate::limits::LINK_CHARS_MAX;
use crate::wire::fixture::{self, Seeded};

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

fn small() -> String {
    encode(&fixture::report(12, 2), &Choice::default(), &Location::Verdict).unwrap()
}

/// A fragment around any payload, with the right digest: what only a crafted link can be.
fn forged(kind: &str, codec: &str, json: &[u8]) -> String {
    let text = spell(&miniz_oxide::deflate::compress_to_vec(json, 6));
    let length = to_base36(text.len());
    let digest = digest_of(kind, codec, &length, "v", &text);
    format!("r1.{kind}.{codec}.{length}.{digest}.v.{text}E")
}

#[test]
fn a_report_comes_back_as_it_was_without_its_sources() {
    let report = fixture::report(50, 30);
    let shared = decode(&encode(&report, &Choice::default(), &Location::Verdict).unwrap()).unwrap();
    assert_eq!(shared.report, held(&report, &Choice::default()));
    assert_eq!((shared.kind, shared.location), (LinkKind::Findings, Location::Verdict));

    let with_sources =
        decode(&encode(&report, &Choice::of(&["sources"]), &Location::Verdict).unwrap()).unwrap();
    assert_eq!(with_sources.report, held(&report, &Choice::of(&["sources"])));
    assert_eq!(with_sources.kind, LinkKind::Sources);
}

#[test]
fn a_known_empty_list_stays_apart_from_an_unknown_one() {
    let head = decode(&small()).unwrap().report.schemas.head.unwrap();
    assert_eq!(head.missing_from_head, Some(Vec::new()));
    assert_eq!(head.extra_to_head, None);
}

#[test]
fn only_characters_that_chat_clients_leave_alone_are_used() {
    let location = Location::Revision("ä b.c-d_e~*|#%".to_owned());
    let fragment = encode(&fixture::report(12, 4), &Choice::default(), &location).unwrap();
    assert!(fragment.chars().all(|c| ALPHABET.contains(c)), "{fragment}");
    assert!(fragment.ends_with('E'));
}

#[test]
fn locations_come_back_whatever_the_names_hold() {
    for location in [
        Location::Verdict,
        Location::Finding("0a1b2c3d".to_owned()),
        Location::Revision("5a9d6371e18c".to_owned()),
        Location::Revision("add-users_v1.2 (ü)".to_owned()),
        Location::Schemas { from: String::new(), to: "b-1.c".to_owned() },
    ] {
        let fragment = encode(&fixture::report(10, 1), &Choice::default(), &location).unwrap();
        assert_eq!(decode(&fragment).unwrap().location, location);
    }
    assert_eq!(Location::Revision("add-users".to_owned()).write(), "c-add_2d_users");
    let long = Location::Revision("x".repeat(5_000));
    let fragment = encode(&fixture::report(10, 1), &Choice::default(), &long).unwrap();
    assert_eq!(decode(&fragment).unwrap().location, Location::Verdict);
    for odd in ["", "q", "c-_zz_", "c-_2d", "s-a", "c-__", "c-_110000_", "f"] {
        assert_eq!(Location::read(odd), Location::Verdict, "{odd}");
    }
}

#[test]
fn cut_at_any_length_it_says_that_it_is_cut() {
    let fragment = small();
    let whole = fragment.len();
    for length in 0..whole {
        let cut = &fragment[..length];
        let answer = decode(cut).unwrap_err();
        if length < 2 {
            assert_eq!(answer, LinkError::NotOurs, "{cut}");
            continue;
        }
        let LinkError::Cut { arrived, stated } = answer else {
            panic!("{length}: {answer:?}");
        };
        assert_eq!(arrived, length);
        assert!(stated.is_none_or(|stated| stated == whole));
        assert_eq!(stated.is_some(), cut.matches('.').count() >= 6);
    }
    assert!(decode(&fragment).is_ok());
}

#[test]
fn one_changed_character_anywhere_is_noticed() {
    let fragment = small();
    let classes = ['A', 'z', '5', '-', '_', '.', ' ', '%', '#', 'é', '\u{202e}', '\0'];
    let header = fragment.rfind('.').unwrap() + 20;
    for (at, old) in fragment.char_indices().filter(|(at, _)| *at < header || at % 29 == 0) {
        for new in
            classes.into_iter().chain(old.is_ascii_lowercase().then_some(old.to_ascii_uppercase()))
        {
            if new == old {
                continue;
            }
            let mut text = fragment[..at].to_owned();
            text.push(new);
            text.push_str(&fragment[at + 1..]);
            assert!(decode(&text).is_err(), "{new:?} at {at} was not noticed");
        }
    }
}

#[test]
fn what_surrounds_a_link_in_running_text_is_forgiven() {
    let fragment = small();
    for text in [
        format!("#{fragment}"),
        format!(" {fragment}\n"),
        format!("{fragment}."),
        format!("{fragment})"),
        format!("{fragment}**"),
    ] {
        assert!(decode(&text).is_ok(), "{text}");
    }
    assert_eq!(decode(&format!("{fragment}x")).unwrap_err(), LinkError::Changed);
}

#[test]
fn each_way_of_failing_has_its_own_words() {
    let title = |text: &str| decode(text).unwrap_err().title();
    assert_eq!(title("/chain?rev=1"), "Not a Retort link");
    assert_eq!(title("r1x.f.d"), "Not a Retort link");
    assert_eq!(title("r2.f.d.1.x.v.xE"), "This link needs Retort 2 or later");
    assert_eq!(title(&small().replacen(".v.", ".c-1.", 1)), "This link was changed");
    assert_eq!(title(&forged("x", "d", b"{}")), "This link can't be read");
    assert_eq!(title(&forged("f", "z", b"{}")), "This link can't be read");
    assert_eq!(title(&forged("f", "d", b"[1,2")), "This link can't be read");
    assert_eq!(title(&forged("f", "d", b"{\"version\":1}")), "This link can't be read");
    assert_eq!(title(&forged("f", "d", b"{\"version\":9}")), "This link needs Retort 9 or later");
    assert_eq!(title(&forged("f", "d", &vec![b' '; 3_000_000])), "This link is too large to open");
    assert_eq!(
        LinkError::Cut { arrived: 3_981, stated: Some(7_419) }.text(),
        "3,981 of 7,419 characters arrived. Something shortened it on the way, often a chat client. \
         Ask for it as a file."
    );
    assert_eq!(
        TooLong { chars: Some(146_000) }.text(),
        "146,000 characters; most apps stop at 65,000."
    );
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let deep = format!("{{\"version\":1,\"x\":{}", "[".repeat(100_000));
    assert!(matches!(
        decode(&forged("f", "d", deep.as_bytes())),
        Err(LinkError::Damaged { .. } | LinkError::TooLarge)
    ));
}

#[test]
fn noise_is_refused_without_a_panic() {
    let mut seeded = Seeded(3);
    let letters: Vec<char> = ALPHABET.chars().collect();
    for _ in 0..2_000 {
        let noise: String =
            (0..seeded.number() % 80).map(|_| seeded.pick(letters.as_slice())).collect();
        assert!(decode(&noise).is_err());
        assert!(decode(&format!("r1.f.d.{noise}")).is_err());
    }
}

#[test]
fn bytes_inside_a_valid_seal_are_still_not_trusted() {
    let mut seeded = Seeded(11);
    let json = serde_json::to_vec(&contents(&fixture::report(10, 2), &Choice::default())).unwrap();
    for _ in 0..100 {
        let mut bytes = json.clone();
        for _ in 0..3 {
            let at = usize::try_from(seeded.number()).unwrap() % bytes.len();
            bytes[at] = seeded.pick(b"{}[]\",:0x\xff ");
        }
        let _ = decode(&forged("f", "d", &bytes));
        let packed = spell(&bytes[..60]);
        let length = to_base36(packed.len());
        let digest = digest_of("f", "d", &length, "v", &packed);
        assert!(decode(&format!("r1.f.d.{length}.{digest}.v.{packed}E")).is_err());
    }
}

#[test]
fn fields_of_a_later_version_travel_on() {
    let mut payload = contents(&fixture::report(10, 1), &Choice::default());
    payload["weather"] = "sunny".into();
    payload["verdict"]["mood"] = 7.into();
    let shared = decode(&forged("f", "d", payload.to_string().as_bytes())).unwrap();
    let again = shared.reshare(&Location::Finding("0a1b2c3d".to_owned())).unwrap();
    let again = decode(&again).unwrap();
    assert_eq!(again.payload, shared.payload);
    assert_eq!(again.payload["weather"], "sunny");
    assert_eq!(again.payload["verdict"]["mood"], 7);
    assert_eq!(again.location, Location::Finding("0a1b2c3d".to_owned()));
}

#[test]
fn secrets_and_absolute_paths_do_not_travel() {
    let mut report = fixture::report(10, 1);
    report.findings[0].title = "Connects to postgres://app:hunter2@db/prod".to_owned();
    report.findings[0].file = "/home/alice/shop/versions/a.py".to_owned();
    report.findings[0].excerpt = Some("password = 'swordfish'".to_owned());
    for words in [&[][..], &["sources"]] {
        let text = contents(&report, &Choice::of(words)).to_string();
        for secret in ["hunter2", "alice", "swordfish"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(!contents(&report, &Choice::default()).to_string().contains("drop_column(\\\""));
}

#[test]
fn too_long_is_said_and_not_cut() {
    let mut report = fixture::report(10, 1);
    let mut seeded = Seeded(1);
    report.chains[0].revisions[0].depends_on = (0..9_000).map(|_| seeded.hex(12)).collect();
    let refused = encode(&report, &Choice::default(), &Location::Verdict).unwrap_err();
    assert!(refused.chars.unwrap() > LINK_CHARS_MAX);
}

#[test]
fn links_of_the_first_version_open_for_ever() {
    let vectors = include_str!("../../../tests/vectors/link-v1.txt");
    let mut opened = 0;
    for line in vectors.lines().filter(|line| !line.starts_with("//") && !line.is_empty()) {
        let (headline, fragment) = line.split_once('\t').unwrap();
        let shared = decode(fragment).unwrap();
        assert_eq!(shared.report.verdict.headline, headline);
        assert_eq!(shared.report.findings.len(), 2);
        opened += 1;
    }
    assert_eq!(opened, 5);
}

#[test]
fn typical_reports_fit_where_people_paste() {
    for (revisions, findings, budget) in [(20, 10, 1_300), (50, 30, 2_500)] {
        let fragment =
            encode(&fixture::report(revisions, findings), &Choice::default(), &Location::Verdict)
                .unwrap();
        println!("{revisions} revisions, {findings} findings: {} characters", fragment.len());
        assert!(fragment.len() < budget, "{}", fragment.len());
    }
}
