//! What was not understood or not given, and could change the answer.

use crate::engine::case::{Case, Position};
use crate::engine::facts::{Audit, RemarkKind};
use crate::engine::ledger::{Affects, Ledger};
use crate::engine::span::{DocumentId, Span};
use crate::wire::{Kind, NextStep, Role, Severity, Sureness, VersionState};

/// One reason why this is not a pass, and what would settle it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// A sentence; names between backticks.
    pub text: String,
    pub span: Option<Span>,
    pub next: NextStep,
}

impl Doubt {
    fn new(text: impl Into<String>, span: Option<Span>, next: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            span,
            next: NextStep { title: next.into(), command: None, files: Vec::new() },
        }
    }
}

/// Collects them, gravest kind first.
pub(super) fn collect(case: &Case, ledger: &Ledger) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    nothing_to_judge(case, &mut doubts);
    left_out(case, &mut doubts);
    plans(case, &mut doubts);
    audits(case, &mut doubts);
    not_understood(case, ledger, &mut doubts);
    unconfirmed(case, &mut doubts);
    unknown_position(case, ledger, &mut doubts);
    doubts
}

fn nothing_to_judge(case: &Case, doubts: &mut Vec<Doubt>) {
    let facts = &case.facts;
    let add =
        "Add the plan that your host proposes, the audits of dev and prod, or the migration folder";
    if facts.plans.is_empty() && facts.revision_files == 0 && facts.audits.is_empty() {
        let text = match case.documents.len() {
            0 => "There is no input to review".to_owned(),
            _ if !facts.printed.is_empty() => {
                "Alembic's output alone does not tell what its revisions do".to_owned()
            }
            _ if !facts.deploys.is_empty() => {
                "How it is deployed is here, and not what is deployed: the migrations".to_owned()
            }
            count => format!(
                "None of the {count} inputs holds a plan, an audit or a migration that can be judged"
            ),
        };
        doubts.push(Doubt::new(text, None, add));
    } else if facts.plans.is_empty()
        && facts.revision_files == 0
        && (case.audit(Role::Dev).is_none() || case.audit(Role::Prod).is_none())
    {
        if case.is_given(Role::Dev) && case.is_given(Role::Prod) {
            return; // What of the tables is not known, `audits` says.
        }
        if case.settings.single_database == Some(true) {
            let text =
                "There is one database, and only its audit is here: nothing to compare it with";
            doubts.push(Doubt::new(text, None, "Add the migration folder: the database is then compared with the revision that it stands at"));
            return;
        }
        let (has, lacks) =
            if case.audit(Role::Prod).is_some() { ("prod", "dev") } else { ("dev", "prod") };
        let text = match case.audit(Role::Dev).or(case.audit(Role::Prod)) {
            Some(_) => format!("Only the audit of {has} is here: nothing to compare it with"),
            None => "The audit does not say which database it shows".to_owned(),
        };
        doubts.push(Doubt::new(text, None, format!("Add the audit of {lacks}")));
    }
}

/// Files over a limit, nested archives, links, names that could escape: nobody looked at them.
fn left_out(case: &Case, doubts: &mut Vec<Doubt>) {
    for file in &case.facts.left_out {
        let why = file.why.trim_end_matches('.');
        doubts.push(Doubt::new(
            format!("`{}` was left out: {why}", file.path),
            None,
            format!("Give `{}` by itself, or remove it", file.path),
        ));
    }
}

fn plans(case: &Case, doubts: &mut Vec<Doubt>) {
    for plan in &case.facts.plans {
        let name =
            case.documents.get(plan.document).map_or("The plan", |document| document.name.as_str());
        if let Some((_, span)) = plan.remark(|kind| *kind == RemarkKind::Question) {
            let text =
                format!("`{name}` still asks a question: what will run depends on the answer");
            doubts.push(Doubt::new(
                text,
                Some(span),
                "Answer the host's question, then paste the SQL that follows",
            ));
            continue;
        }
        if plan.statements().next().is_some()
            || plan.remark(|kind| *kind == RemarkKind::NoChanges).is_some()
        {
            continue;
        }
        let text = match plan.remark(|kind| *kind == RemarkKind::Validated) {
            Some(_) => format!(
                "`{name}` says “validated” and shows no SQL: it ran on a copy, and a perfect wipe validates too"
            ),
            None => format!("`{name}` shows no SQL: there is nothing to judge"),
        };
        doubts.push(Doubt::new(text, None, "Paste the SQL of the plan, all of it"));
    }
}

fn audits(case: &Case, doubts: &mut Vec<Doubt>) {
    for (role, name) in [(Role::Prod, "prod"), (Role::Dev, "dev")] {
        let Some(audit) = case.audit(role) else { continue };
        let place = Some(Span::whole(audit.document));
        if audit.tables.is_none() {
            let text = format!("The tables of {name} are not in its audit: unknown is not empty");
            doubts.push(Doubt::new(
                text,
                place,
                format!("Run the audit of {name} again, with its table list"),
            ));
        }
        match case.position(role) {
            Position::Unreadable(span) => doubts.push(Doubt::new(
                format!("The version table of {name} could not be read"),
                Some(*span),
                format!(
                    "Run the audit of {name} again, with a role that may read `alembic_version`"
                ),
            )),
            Position::NotGiven if case.audit(role).is_some() => doubts.push(Doubt::new(
                format!("The audit of {name} has no version section"),
                place,
                format!("Run the audit of {name} again, with its ALEMBIC VERSION section"),
            )),
            _ => {}
        }
    }
    outputs(case, doubts);
    for audit in case.idle_audits() {
        let name = case
            .documents
            .get(audit.document)
            .map_or("an audit", |document| document.name.as_str());
        let place = Some(Span::whole(audit.document));
        let (text, next) = match audit.assigned.map(|assigned| assigned.role) {
            // Two that say the same: `input-mismatch` speaks of it.
            Some(Role::Dev | Role::Prod) => continue,
            Some(role) => (
                format!(
                    "`{name}` is an audit and was given the role {}, so it was not compared",
                    role.word()
                ),
                format!("Say whether `{name}` is dev or prod"),
            ),
            None => (
                format!("`{name}` does not say which database it shows, so it was not compared"),
                format!("Say whether `{name}` is dev or prod"),
            ),
        };
        doubts.push(Doubt::new(text, place, next));
    }
}

/// Alembic's output shows revisions and no tables, and not always whose they are.
fn outputs(case: &Case, doubts: &mut Vec<Doubt>) {
    let compared = case.is_given(Role::Dev) && case.is_given(Role::Prod);
    for (role, name) in [(Role::Prod, "prod"), (Role::Dev, "dev")] {
        let Some(printed) = case.printed(role).filter(|_| compared && case.audit(role).is_none())
        else {
            continue;
        };
        let text =
            format!("Of {name} the revision alone is known: its tables may differ all the same");
        let place = printed.stands.as_ref().map(|stands| stands.span);
        doubts.push(Doubt::new(
            text,
            place,
            format!("Add the audit of {name}, with its table list"),
        ));
    }
    for printed in case.unassigned_outputs() {
        let document =
            case.documents.get(printed.document).map_or("", |document| document.name.as_str());
        let place = printed.stands.as_ref().map(|stands| stands.span);
        doubts.push(Doubt::new(
            format!(
                "`{document}` does not say which database it shows, so its revision was not used"
            ),
            place,
            format!("Say whether `{document}` is dev or prod"),
        ));
    }
}

fn not_understood(case: &Case, ledger: &Ledger, doubts: &mut Vec<Doubt>) {
    let position_known = case.pending().is_some();
    for entry in ledger.undecided_entries().iter().filter(|entry| entry.affects != Affects::Nothing)
    {
        // What ran already is judged by what the database shows.
        let history = entry
            .revision
            .as_deref()
            .is_some_and(|revision| position_known && !case.is_pending(revision));
        if history {
            continue;
        }
        if said_elsewhere(case, entry.span.document) {
            continue;
        }
        let Some(document) = case.documents.get(entry.span.document) else { continue };
        let line = document.position(entry.span.start).line;
        let (text, next) = if entry.span.end == 0 {
            let next =
                format!("Say what `{}` is, give it in another form, or remove it", document.name);
            (format!("`{}`: {}", document.name, entry.what), next)
        } else {
            let is_settings =
                case.facts.surroundings.configured.document == Some(entry.span.document);
            let next = match is_settings {
                true => format!("Correct line {line} of `{}`", document.name),
                false => format!("Read `{}` line {line} yourself: Retort can't", document.name),
            };
            (format!("`{}` line {line}: {}", document.name, entry.what), next)
        };
        doubts.push(Doubt::new(text, Some(entry.span), next));
    }
}

/// An audit with errors in it has its doubts from [`audits`]; a script's conclusion is worth nothing next to
/// the two audits it was drawn from.
fn said_elsewhere(case: &Case, document: DocumentId) -> bool {
    let broken =
        |audit: &Audit| audit.tables.is_none() || audit.version.state == VersionState::Unreadable;
    let broken_audit =
        case.facts.audits.iter().any(|audit| audit.document == document && broken(audit));
    let kind = case
        .facts
        .recognised
        .iter()
        .find(|recognised| recognised.document == document)
        .map(|recognised| recognised.kind);
    broken_audit || (kind == Some(Kind::AuditConsole) && case.distance().is_some())
}

fn unconfirmed(case: &Case, doubts: &mut Vec<Doubt>) {
    for recognised in &case.facts.recognised {
        let Some(document) = case.documents.get(recognised.document) else { continue };
        if recognised.sureness == Sureness::Guess && recognised.kind != Kind::Unknown {
            let text =
                format!("`{}` was only guessed to be a {}", document.name, recognised.kind.title());
            doubts.push(Doubt::new(
                text,
                Some(Span::whole(recognised.document)),
                format!("Confirm what `{}` is", document.name),
            ));
        }
    }
    let audits =
        case.facts.audits.iter().filter_map(|audit| Some((audit.document, audit.assigned?)));
    let plans = case.facts.plans.iter().map(|plan| (plan.document, plan.assigned));
    let stand = case.facts.printed.iter().filter(|printed| printed.stands.is_some());
    let printed = stand.filter_map(|printed| Some((printed.document, printed.assigned?)));
    for (id, assigned) in
        audits.chain(plans).chain(printed).filter(|(_, assigned)| assigned.is_guess())
    {
        let Some(document) = case.documents.get(id) else { continue };
        let role = assigned.role.word();
        let text = format!("`{}` was taken for {role} by its name alone", document.name);
        doubts.push(Doubt::new(
            text,
            Some(Span::whole(id)),
            format!("Confirm that `{}` is {role}", document.name),
        ));
    }
}

/// Revisions that destroy something, while nobody said where prod stands.
fn unknown_position(case: &Case, ledger: &Ledger, doubts: &mut Vec<Doubt>) {
    if !case.facts.plans.is_empty() || case.chains.is_empty() || case.pending().is_some() {
        return;
    }
    let dangerous = ledger.findings().iter().filter(|finding| {
        !finding.pending
            && finding.suppressed.is_none()
            && finding.severity >= Severity::Danger
            && finding.revision.is_some()
    });
    let mut revisions: Vec<&str> =
        dangerous.filter_map(|finding| finding.revision.as_deref()).collect();
    crate::ordered::sort(&mut revisions);
    revisions.dedup();
    let count = revisions.len();
    let Some(first) = revisions.first() else { return };
    let whose = if count == 1 {
        format!("Revision `{first}` is")
    } else {
        format!("`{first}` and {} more revisions are", count - 1)
    };
    let text =
        format!("{whose} dangerous to run, and whether prod has run them already is not known");
    doubts.push(Doubt::new(
        text,
        None,
        "Add the audit of prod, so that pending and applied revisions can be told apart",
    ));
}
