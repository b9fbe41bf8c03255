//! A report that came in a link, beside a review of files now: does it still say the same?
//!
//! Only what both hold is compared. What was hidden or left out of the link can't be, which is said.

use crate::ordered::{Map, Set};
use crate::wire::words::count;
use crate::wire::{ChainRevision, FindingRow, Kind, Report};

/// Differences that are named one by one; more are counted.
const NAMED_MAX: usize = 20;

/// What a comparison came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Against {
    /// Nothing that could be compared is different.
    pub same: bool,
    /// Nothing but the verdict can be compared.
    pub unable: bool,
    /// The sentence to read first, and then each difference.
    pub lines: Vec<String>,
}

/// Compares what came with what is now.
pub fn against(came: &Report, now: &Report) -> Against {
    let lacks = |word: &str| came.left_out.iter().any(|line| line.contains(word));
    // Pseudonyms are nobody's names, and counts are all that is left then.
    let unable = lacks("pseudonyms") || lacks("counts only");
    let mut found = verdicts(came, now);
    if !unable {
        let trimmed = lacks("Trimmed");
        inputs(came, now, trimmed, &mut found);
        findings(came, now, &mut found);
        revisions(came, now, trimmed, lacks("Messages"), &mut found);
    }
    let other_rules = came.stats.rules != now.stats.rules;
    let first = match (found.is_empty(), unable, other_rules) {
        (true, false, _) => "A review of these files now says the same as the link.".to_owned(),
        (true, true, _) => {
            "The verdict is the same. The link hides the rest, so no more can be compared."
                .to_owned()
        }
        (false, _, true) => [
            "Something is different. The link was made with ",
            &count(came.stats.rules, "rule", "rules"),
            " and this Retort has ",
            &now.stats.rules.to_string(),
            ", which may be why.",
        ]
        .concat(),
        (false, _, false) => "Something is different now.".to_owned(),
    };
    let same = found.is_empty();
    let more = found.len().saturating_sub(NAMED_MAX);
    found.truncate(NAMED_MAX);
    let mut lines = vec![first];
    lines.extend(found);
    if more > 0 {
        lines.push([&count(more, "more difference", "more differences"), "."].concat());
    }
    Against { same, unable, lines }
}

fn verdicts(came: &Report, now: &Report) -> Vec<String> {
    let (before, after) = (&came.verdict, &now.verdict);
    if before.status == after.status && before.headline == after.headline {
        return Vec::new();
    }
    vec![["Verdict: “", &before.headline, "” in the link, “", &after.headline, "” now"].concat()]
}

fn inputs(came: &Report, now: &Report, trimmed: bool, found: &mut Vec<String>) {
    // A folder may have been handed over from further up or down, and a link may hide folders.
    let names = |report: &Report| -> Set<String> {
        let last = |path: &str| path.rsplit(['/', '!']).next().unwrap_or_default().to_owned();
        // Files of revisions are compared as revisions.
        let others = report.inputs.iter().filter(|input| input.kind != Kind::AlembicRevision);
        others.map(|input| last(&input.path)).collect()
    };
    let (before, after) = (names(came), names(now));
    each(&before, &after, "Missing here: ", found);
    if !trimmed {
        each(&after, &before, "Not in the link: ", found);
    }
}

fn findings(came: &Report, now: &Report, found: &mut Vec<String>) {
    let keys = |report: &Report| -> Set<String> {
        let key = |it: &FindingRow| match &it.revision {
            Some(revision) => [it.title.as_str(), " in ", revision].concat(),
            None => it.title.clone(),
        };
        report.findings.iter().map(key).collect()
    };
    let (before, after) = (keys(came), keys(now));
    each(&before, &after, "No longer found: ", found);
    each(&after, &before, "Found now: ", found);
}

fn revisions(came: &Report, now: &Report, trimmed: bool, silent: bool, found: &mut Vec<String>) {
    let all = |report: &Report| -> Map<String, ChainRevision> {
        let each = report.chains.iter().flat_map(|chain| &chain.revisions);
        each.map(|it| (it.id.clone(), it.clone())).collect()
    };
    let (before, after) = (all(came), all(now));
    let ids = |of: &Map<String, ChainRevision>| of.keys().cloned().collect::<Set<String>>();
    each(&ids(&before), &ids(&after), "Revision missing here: ", found);
    if !trimmed {
        each(&ids(&after), &ids(&before), "Revision that the link lacks: ", found);
    }
    for (id, then) in &before {
        let Some(it) = after.get(id) else { continue };
        let moved = !trimmed && it.down != then.down;
        if moved || it.changes != then.changes || !silent && it.message != then.message {
            found.push(["Revision changed: ", id].concat());
        }
    }
}

fn each(these: &Set<String>, those: &Set<String>, said: &str, found: &mut Vec<String>) {
    found.extend(these.iter().filter(|one| !those.contains(*one)).map(|one| [said, one].concat()));
}
