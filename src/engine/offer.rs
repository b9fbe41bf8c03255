//! A link before it is copied.
//!
//! In: a report, the address of the Retort that opens it, and what was chosen.
//! Out: an [`LinkOffer`]: the link, where it fits, exactly what is in it and what is not, and a QR code.
//! Never: how it is shown.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

use crate::limits::{LINK_CHARS_MAX, QR_CHARS_MAX};
use crate::wire::redact::MASK;
use crate::wire::share::locked::locked_chars;
use crate::wire::share::{self, Choice, LinkOffer, Location, Shared, TooLong};
use crate::wire::words::count;
use crate::wire::{Report, read};

/// White squares around a QR code, which its readers need.
const QUIET_ZONE: usize = 4;

/// Returns the link to a report and all that is said about it. What `came` in a link goes on as it came, unless
/// something is chosen. It opens where `at` says, as a [`Location`] is written; where that is empty, as it came.
pub fn offer(
    report: &Report,
    came: Option<&Shared>,
    base: &str,
    choice: &Choice,
    at: &str,
) -> LinkOffer {
    let came_at = came.filter(|_| at.is_empty()).map(|came| came.location.clone());
    let location = came_at.unwrap_or_else(|| Location::read(at));
    let locks = choice.has("locked");
    let came = came.filter(|_| choice.0.iter().all(|word| word == "locked"));
    let contents = came.map_or_else(|| share::contents(report, choice), Shared::contents);
    let mut offer = LinkOffer {
        contents: serde_json::to_string_pretty(&contents).unwrap_or_default(),
        ..LinkOffer::default()
    };
    let held = read::report(contents).unwrap_or_else(|_| Report::withheld(report.verdict.status));
    (offer.included, offer.left_out) = (included(&held), left_out(&held, choice, &offer.contents));
    let written = match came {
        Some(came) => came.reshare(&location),
        None => share::encode(report, choice, &location),
    };
    let length = |fragment: &String| {
        if locks { locked_chars(fragment) } else { fragment.len() }
    };
    let written = written.and_then(|fragment| match length(&fragment) {
        0..=LINK_CHARS_MAX => Ok(fragment),
        chars => Err(TooLong { chars: Some(chars) }),
    });
    match written {
        Ok(fragment) => {
            // An address may hold other letters than ASCII's; what is pasted then is longer than what is shown.
            offer.chars = base.chars().count() + 1 + length(&fragment);
            offer.fits = share::fits(offer.chars).to_owned();
            offer.link = [base, "#", &fragment].concat();
            if !locks {
                (offer.qr_side, offer.qr_path) = qr(&offer.link);
            }
        }
        Err(too_long) => {
            offer.chars = too_long.chars.unwrap_or_default();
            offer.fits = [&too_long.text(), " Leave something out, or save it as a file."].concat();
        }
    }
    offer
}

fn included(held: &Report) -> Vec<String> {
    let revisions = held.chains.iter().map(|chain| chain.revisions.len()).sum();
    let messages =
        held.chains.iter().flat_map(|chain| &chain.revisions).filter(|it| it.message.is_some());
    let steps = held.findings.iter().filter(|finding| !finding.remedy.steps.is_empty());
    let excerpts = held.findings.iter().filter(|finding| finding.excerpt.is_some());
    let statements: usize = held.plans.iter().map(|plan| plan.statements.len()).sum();
    let counted = [
        (held.findings.len(), "finding", "findings"),
        (steps.count(), "remedy step by step", "remedies step by step"),
        (excerpts.count(), "excerpt", "excerpts"),
        (revisions, "revision", "revisions"),
        (messages.count(), "message", "messages"),
        (statements, "statement of the plan", "statements of the plan"),
        (held.inputs.len(), "name of an input", "names of inputs"),
    ];
    let counted = counted.into_iter().filter(|(number, ..)| *number > 0);
    let first = "The verdict, its reason and the next steps".to_owned();
    [first].into_iter().chain(counted.map(|(number, one, many)| count(number, one, many))).collect()
}

fn left_out(held: &Report, choice: &Choice, contents: &str) -> Vec<String> {
    let mut said = held.left_out.clone();
    if held.findings.iter().all(|finding| finding.excerpt.is_none()) {
        said.push("Contents, excerpts and statements of your files".to_owned());
    }
    if !choice.has("steps") && !choice.has("sources") {
        said.push("What to do, step by step".to_owned());
    }
    let secrets = contents.matches(MASK).count();
    if secrets > 0 {
        said.push(
            [&count(secrets, "secret", "secrets"), ", removed before anything else"].concat(),
        );
    }
    said
}

/// The side of a QR code and its dark squares as the `d` of a path, a unit each; nothing where it is too long.
fn qr(link: &str) -> (usize, String) {
    let code =
        (link.len() <= QR_CHARS_MAX).then(|| QrCode::encode_text(link, QrCodeEcc::Medium).ok());
    let Some(code) = code.flatten() else { return (0, String::new()) };
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let from = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > from {
                let quiet = QUIET_ZONE as i32;
                let _ =
                    write!(path, "M{},{}h{}v1h-{}z", from + quiet, y + quiet, x - from, x - from);
            }
            x += 1;
        }
    }
    (usize::try_from(code.size()).unwrap_or(0) + 2 * QUIET_ZONE, path)
}
