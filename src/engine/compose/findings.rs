//! Findings → rows, with ids that survive moved lines and renamed files.

use crate::ordered::Map;

use sha2::{Digest, Sha256};

use crate::engine::case::Case;
use crate::engine::ledger::{Evidence, Finding, Ledger};
use crate::engine::span::Span;
use crate::wire::{self, FindingRow};

use super::{patches, places, severity_rank};

/// Hexadecimal digits of an id: 64 bits.
const ID_DIGITS: usize = 16;

/// The id of every finding: a hash of rule, cause, revision, objects, normalised statement, and the ordinal
/// among findings that agree in all of that (contract).
pub(super) fn ids(case: &Case, ledger: &Ledger) -> Vec<String> {
    let mut ordinals: Map<String, usize> = Map::new();
    let mut ids = vec![String::new(); ledger.findings().len()];
    // Ordinals follow the place, not the order in which rules ran.
    let mut order: Vec<usize> = (0..ids.len()).collect();
    crate::ordered::sort_by_key(&mut order, |ix| ledger.findings()[*ix].span);
    for ix in order {
        let key = identity(case, &ledger.findings()[ix]);
        let ordinal = ordinals.entry(key.clone()).or_default();
        let digest = Sha256::digest(format!("{key}\u{1f}{ordinal}").as_bytes());
        *ordinal += 1;
        ids[ix] = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()[..ID_DIGITS]
            .to_owned();
    }
    ids
}

fn identity(case: &Case, finding: &Finding) -> String {
    let objects: Vec<String> = finding.objects.iter().map(wire::ObjectRef::label).collect();
    let statement = finding
        .span
        .filter(|span| *span != Span::whole(span.document))
        .and_then(|span| Some(case.documents.get(span.document)?.slice(span)));
    let normalised: Vec<&str> = statement.unwrap_or_default().split_whitespace().collect();
    [
        finding.rule.0,
        finding.cause.unwrap_or_default(),
        finding.revision.as_deref().unwrap_or_default(),
        &objects.join(","),
        &normalised.join(" ").to_lowercase(),
    ]
    .join("\u{1f}")
}

/// The rows: what decides before history, then worst first, then in apply order, then the surest.
pub(super) fn rows(case: &Case, ledger: &Ledger, ids: &[String]) -> Vec<FindingRow> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    let findings = ledger.findings();
    crate::ordered::sort_by_key(&mut order, |ix| {
        let finding = &findings[*ix];
        (
            !finding.pending,
            severity_rank(finding.severity),
            apply_rank(case, finding),
            finding.span,
            // Of two about one statement, the surer one says more.
            finding.certainty,
            finding.rule,
            finding.title.clone(),
        )
    });
    order.into_iter().map(|ix| row(case, &findings[ix], ids[ix].clone())).collect()
}

/// Plans run as one piece; revisions in the chain's order.
fn apply_rank(case: &Case, finding: &Finding) -> usize {
    let Some(revision) = &finding.revision else {
        return 0;
    };
    let ranks = case.chains.iter().find_map(|chain| {
        let ix = chain.find(revision)?;
        chain.order.iter().position(|other| *other == ix)
    });
    ranks.map_or(usize::MAX, |rank| rank + 1)
}

fn row(case: &Case, finding: &Finding, id: String) -> FindingRow {
    let place = places::place(case, finding.span);
    let mut remedy = finding.remedy.clone();
    remedy.patches.extend(patches::patches(case, finding, &id));
    FindingRow {
        id,
        rule: finding.rule.0.to_owned(),
        cause: finding.cause.map(str::to_owned),
        severity: finding.severity,
        certainty: finding.certainty,
        pending: finding.pending,
        title: finding.title.clone(),
        file: place.file,
        line: place.start.line,
        column: place.start.column,
        end_line: place.end_line,
        excerpt: place.excerpt,
        context: place.context,
        revision: finding.revision.clone(),
        objects: finding.objects.clone(),
        evidence: finding.evidence.iter().map(|evidence| evidence_row(case, evidence)).collect(),
        remedy,
        suppressed: finding.suppressed.as_ref().map(|it| {
            let (file, line) = places::line(case, Some(it.span));
            wire::Suppressed { reason: it.reason.clone(), until: it.until.clone(), file, line }
        }),
    }
}

fn evidence_row(case: &Case, evidence: &Evidence) -> wire::Evidence {
    let (file, line) = places::line(case, evidence.span);
    wire::Evidence {
        text: evidence.text.clone(),
        file,
        line,
        revision: evidence.revision.clone(),
        object: evidence.object.clone(),
        objects: evidence.objects.clone(),
    }
}
