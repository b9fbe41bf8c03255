//! Parts of a report left out so that its link gets shorter; what is left says so.

use crate::ordered::{Map, Set};

use super::held::say;
use crate::wire::words::{count, thousands};
use crate::wire::{ChainView, Kind, Report, Severity};

/// How far from something of interest a revision is kept.
const STEPS: usize = 2;

/// Drops evidence and remedies of what is neither blocker nor danger, and how each revision is undone.
pub(super) fn details(report: &mut Report) {
    for finding in report.findings.iter_mut().filter(|finding| finding.severity < Severity::Danger)
    {
        finding.evidence.clear();
        finding.remedy = Default::default();
    }
    for revision in report.chains.iter_mut().flat_map(|chain| &mut chain.revisions) {
        revision.downgrade = None;
    }
    say(report, "Evidence of warnings and notices is left out.");
}

/// Keeps the revisions within two steps of a finding, a head, a base, a branch or a database.
pub(super) fn near(report: &mut Report) {
    let mut wanted: Set<&str> = Set::new();
    let findings = report.findings.iter().filter_map(|finding| finding.revision.as_deref());
    let sides = [&report.audits.dev, &report.audits.prod].into_iter().flatten();
    wanted.extend(findings.chain(sides.flat_map(|side| &side.revisions).map(String::as_str)));
    let wanted: Set<String> = wanted.into_iter().map(str::to_owned).collect();
    let all: usize = report.chains.iter().map(|chain| chain.revisions.len()).sum();
    report.chains.iter_mut().for_each(|chain| keep_near(chain, &wanted));
    let kept: usize = report.chains.iter().map(|chain| chain.revisions.len()).sum();
    let said = [
        "Trimmed report: ",
        &thousands(all - kept),
        " of ",
        &count(all, "revision", "revisions"),
        " left out.",
    ];
    if kept < all {
        say(report, &said.concat());
    }
    let files: Set<&str> = report
        .chains
        .iter()
        .flat_map(|chain| &chain.revisions)
        .map(|revision| revision.file.as_str())
        .collect();
    report
        .inputs
        .retain(|input| input.kind != Kind::AlembicRevision || files.contains(input.path.as_str()));
}

fn keep_near(chain: &mut ChainView, wanted: &Set<String>) {
    let mut beside: Map<&str, Vec<&str>> = Map::new();
    for revision in &chain.revisions {
        for parent in &revision.down {
            beside.entry(&revision.id).or_default().push(parent);
            beside.entry(parent).or_default().push(&revision.id);
        }
    }
    let special = chain.revisions.iter().filter(|revision| {
        let of_interest = revision.is_head
            || revision.is_base
            || revision.is_branch_point
            || revision.is_merge_point;
        of_interest || wanted.contains(&revision.id)
    });
    let mut kept: Set<&str> = special.map(|revision| revision.id.as_str()).collect();
    for _ in 0..STEPS {
        let next: Vec<&str> =
            kept.iter().flat_map(|id| beside.get(id).into_iter().flatten().copied()).collect();
        kept.extend(next);
    }
    let parents: Map<&str, &[String]> = chain
        .revisions
        .iter()
        .map(|revision| (revision.id.as_str(), revision.down.as_slice()))
        .collect();
    let rewired: Vec<Vec<String>> =
        chain.revisions.iter().map(|revision| nearest(&revision.down, &parents, &kept)).collect();
    let kept: Set<String> = kept.into_iter().map(str::to_owned).collect();
    for (revision, down) in chain.revisions.iter_mut().zip(rewired) {
        revision.down = down;
    }
    chain.revisions.retain(|revision| kept.contains(&revision.id));
    chain.order.retain(|id| kept.contains(id));
}

/// The nearest ancestors that are kept. Between two branch points there is one way, so this ends.
fn nearest(down: &[String], parents: &Map<&str, &[String]>, kept: &Set<&str>) -> Vec<String> {
    let of = |parent: &String| {
        let mut at = parent.as_str();
        let mut steps = parents.len();
        while !kept.contains(at) && steps > 0 {
            steps -= 1;
            match parents.get(at) {
                Some([before, ..]) => at = before,
                _ => break,
            }
        }
        at.to_owned()
    };
    down.iter().map(of).collect()
}

/// Keeps the verdict and how many there are of what.
pub(super) fn counts(report: &mut Report) {
    let mut said = Vec::new();
    for severity in Severity::ALL {
        let number = report.findings.iter().filter(|finding| finding.severity == severity).count();
        if number > 0 {
            let word = severity.word();
            said.push(count(number, word, &[word, "s"].concat()));
        }
    }
    let revisions: usize = report.chains.iter().map(|chain| chain.revisions.len()).sum();
    said.push(count(revisions, "revision", "revisions"));
    say(report, &["Trimmed report: counts only. There were ", &said.join(", "), "."].concat());
    report.findings.clear();
    report.chains.clear();
    report.plans.clear();
    report.inputs.clear();
    report.doubts.clear();
    report.not_evaluated.clear();
    report.verdict.because.clear();
    let schemas = &mut report.schemas;
    for schema in [&mut schemas.dev, &mut schemas.prod, &mut schemas.head, &mut schemas.after_plan]
    {
        schema.iter_mut().for_each(|schema| schema.table_names.clear());
    }
    for side in [&mut report.audits.dev, &mut report.audits.prod].into_iter().flatten() {
        side.table_names.clear();
    }
}
