//! Settings and suppressions, brought to bear on what the rules found.
//!
//! A finding whose rule is switched off is counted and not kept. A suppressed one stays, with the reason, and
//! decides nothing. What does not count (no reason, past its day, in a plan) is said beside the finding.

use crate::engine::case::Case;
use crate::engine::document::Document;
use crate::engine::facts::{Covers, Suppression};
use crate::engine::ledger::{Evidence, Finding, Ledger, Suppressed};
use crate::wire::{ObjectRef, words};

use super::RULES;

/// Something about a suppression, or about a severity that somebody set, that should be put right.
#[derive(Debug)]
pub struct Lapse {
    pub cause: &'static str,
    pub title: String,
    pub step: String,
    pub span: crate::engine::span::Span,
    /// It may let pass what somebody meant to stop.
    pub grave: bool,
}

/// Applies the settings' severities to one finding; `false` where its rule is switched off.
pub(super) fn weigh(case: &Case, finding: &mut Finding) -> bool {
    let set = &case.settings.severity;
    let by_cause = finding.cause.map(|cause| format!("{}/{cause}", finding.rule.0));
    let known = by_cause
        .and_then(|key| Some((set.get(&key)?, key)))
        .or_else(|| Some((set.get(finding.rule.0)?, finding.rule.0.to_owned())));
    let Some((severity, key)) = known else { return true };
    let Some(severity) = *severity else { return false };
    if severity != finding.severity {
        let text = format!(
            "The settings make it a {}; by itself it is a {}",
            severity.word(),
            finding.severity.word()
        );
        let place = case.facts.surroundings.configured.place(&format!("severity.{key}"));
        finding.evidence.push(Evidence { span: place, ..Evidence::text(text) });
        finding.severity = severity;
    }
    true
}

/// Marks what is suppressed, and returns what is to be said of the suppressions themselves.
pub(super) fn apply(case: &Case, ledger: &mut Ledger) -> Vec<Lapse> {
    let all = case.facts.suppressions.iter();
    let all: Vec<&Suppression> =
        all.chain(&case.facts.surroundings.configured.suppressions).collect();
    let mut lapses: Vec<Lapse> = unknown_rules(case, &all);
    lapses.extend(unknown_release(case));
    for suppression in all {
        let idle = why_idle(case, suppression);
        let mut matched = false;
        ledger.each_finding(|finding| {
            if !covers(case, suppression, finding) {
                return true;
            }
            matched = true;
            match &idle {
                None if finding.suppressed.is_none() => {
                    finding.suppressed = Some(Suppressed {
                        reason: suppression.reason.clone(),
                        until: suppression.until.clone(),
                        span: suppression.span,
                    });
                }
                None => {}
                Some((_, why)) => {
                    let text = format!("A suppression of it does not count: {why}");
                    finding.evidence.push(Evidence::text(text).at(suppression.span));
                }
            }
            true
        });
        let rules = suppression.rules.join(", ");
        let lapse = match idle {
            Some((cause, why)) => Some((
                cause,
                format!("A suppression of `{}` does not count: {why}", or_nothing(&rules)),
                "Put it right, or remove it: `retort: ignore RULE — reason until=2027-01-31`, or the \
                 settings file.",
            )),
            None if !matched && is_known(suppression) && is_in_sight(case, suppression) => Some((
                "unused",
                format!("A suppression of `{rules}` matches no finding"),
                "Remove it, or correct what it names; what it should cover could come back unseen.",
            )),
            None => None,
        };
        lapses.extend(lapse.map(|(cause, title, step)| Lapse {
            cause,
            title,
            step: step.to_owned(),
            span: suppression.span,
            grave: false,
        }));
    }
    answer(ledger);
    lapses
}

/// A finding whose cause is another rule asks whether anybody has thought of what that one found: who
/// suppressed it with a reason has.
fn answer(ledger: &mut Ledger) {
    let suppressed = ledger.findings().iter().filter(|one| one.suppressed.is_some());
    let answered: Vec<_> = suppressed.map(|one| (one.rule.0, one.span)).collect();
    let hangs =
        |one: &Finding| one.cause.is_some_and(|cause| answered.contains(&(cause, one.span)));
    ledger.drop_findings(hangs);
}

fn or_nothing(rules: &str) -> &str {
    if rules.is_empty() { "nothing" } else { rules }
}

/// Why a suppression does not count, with the cause under which that is reported.
fn why_idle(case: &Case, suppression: &Suppression) -> Option<(&'static str, String)> {
    if let Some(why) = suppression.void {
        return Some(("void", why.to_owned()));
    }
    if !suppression.reason.chars().any(char::is_alphanumeric) {
        return Some(("no-reason", "it gives no reason".to_owned()));
    }
    let until = suppression.until.as_deref()?;
    match case.today.as_deref() {
        // Days of this form are in the order of their letters.
        Some(today) if today <= until => None,
        Some(_) => Some(("expired", format!("it ended with {until}"))),
        None => Some(("expired", format!("it ends with {until}, and today's date is not known"))),
    }
}

fn covers(case: &Case, suppression: &Suppression, finding: &Finding) -> bool {
    let names = |rule: &String| match rule.split_once('/') {
        Some((rule, cause)) => rule == finding.rule.0 && finding.cause == Some(cause),
        None => rule == finding.rule.0,
    };
    if !suppression.rules.iter().any(names) {
        return false;
    }
    let document = finding.span.and_then(|span| case.documents.get(span.document));
    match &suppression.covers {
        Covers::Line(line) => {
            let (Some(span), Some(document)) = (finding.span, document) else { return false };
            let last = span.end.saturating_sub(1).max(span.start);
            span.document == suppression.span.document
                && span.end > 0
                && (document.position(span.start).line..=document.position(last).line)
                    .contains(line)
        }
        Covers::Matching { object, file, revision } => {
            object.as_deref().is_none_or(|name| finding.objects.iter().any(|it| is_of(it, name)))
                && file.as_deref().is_none_or(|path| document.is_some_and(|it| is_at(it, path)))
                && revision.as_deref().is_none_or(|id| finding.revision.as_deref() == Some(id))
        }
    }
}

/// Whether an object is the named one or within it; the schema `public` may be left out.
fn is_of(object: &ObjectRef, name: &str) -> bool {
    let label = object.label();
    let within = |label: &str| {
        label.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    within(&label) || label.strip_prefix("public.").is_some_and(within)
}

/// Whether a document has this path, or one that ends in it.
fn is_at(document: &Document, path: &str) -> bool {
    let ends = |own: &str| {
        own.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    ends(&document.path) || ends(&document.name)
}

/// Whether what a suppression is about was among the inputs: of a part of a project the others say nothing.
fn is_in_sight(case: &Case, suppression: &Suppression) -> bool {
    let Covers::Matching { file, revision, .. } = &suppression.covers else { return true };
    let has_file = |path: &String| case.documents.iter().any(|(_, document)| is_at(document, path));
    let has_revision = |id: &String| case.chains.iter().any(|chain| chain.find(id).is_some());
    file.as_ref().is_none_or(has_file) && revision.as_ref().is_none_or(has_revision)
}

fn is_known(suppression: &Suppression) -> bool {
    suppression.rules.iter().all(|rule| exists(rule))
}

fn exists(rule: &str) -> bool {
    let name = rule.split('/').next().unwrap_or(rule);
    RULES.iter().any(|known| known.name.0 == name)
}

/// A released revision that no chain has.
fn unknown_release(case: &Case) -> Option<Lapse> {
    let id = case.settings.released.as_deref()?;
    let span = case.facts.surroundings.configured.place("released")?;
    let is_unknown = !case.chains.is_empty() && case.chain_of(id).is_none();
    is_unknown.then(|| Lapse {
        cause: "unknown-revision",
        title: format!(
            "The settings call `{}` released, and no chain has it",
            id.replace('`', "'")
        ),
        step: "Write the whole id of a revision; `retort chain` lists them.".to_owned(),
        span,
        grave: true,
    })
}

/// Names that no rule has, in suppressions and among the severities of the settings.
fn unknown_rules(case: &Case, suppressions: &[&Suppression]) -> Vec<Lapse> {
    let configured = &case.facts.surroundings.configured;
    let severities = configured
        .settings
        .severity
        .keys()
        .filter_map(|rule| Some((rule, configured.place(&format!("severity.{rule}"))?, true)));
    let named = suppressions.iter().flat_map(|suppression| {
        suppression.rules.iter().map(|rule| (rule, suppression.span, false))
    });
    let unknown = severities.chain(named).filter(|(rule, ..)| !exists(rule));
    unknown
        .map(|(rule, span, grave)| {
            let near = words::nearest(rule, RULES.iter().map(|known| known.name.0).collect());
            Lapse {
                cause: "unknown-rule",
                title: format!("There is no rule `{}`", rule.replace('`', "'")),
                step: format!("Nearest: {}. `retort explain` lists all rules.", near.join(", ")),
                span,
                grave,
            }
        })
        .collect()
}
