//! What Alembic's own output adds to a case: positions, a chain known from listings alone, failures, and
//! where a listing and the files that were given do not say the same.

use crate::engine::chain::{self, Chain, Problem, RevisionIx, order};
use crate::engine::facts::{Entry, Failure, FailureKind, KnownBy, Printed};
use crate::engine::span::Span;
use crate::ordered::Set;
use crate::wire::{Certainty, Role, Severity};

use super::{Case, Position};

/// A listing that names a revision which the files lack, or lacks one which they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contradiction {
    /// Printed, and in no file.
    NotInFiles { ids: Vec<String>, span: Span },
    /// In a file of the chain, and not in a history that shows the whole of it.
    NotPrinted { chain: usize, ids: Vec<String>, span: Span },
    /// Both have the revision, with other parents.
    OtherParents { id: String, printed: Vec<String>, files: Vec<String>, span: Span },
}

impl Case {
    /// Returns the output that tells where a role's database stands.
    pub fn printed(&self, role: Role) -> Option<&Printed> {
        self.printed_all(role).next()
    }

    fn printed_all(&self, role: Role) -> impl Iterator<Item = &Printed> {
        self.facts.printed.iter().filter(move |printed| {
            printed.stands.is_some()
                && printed.assigned.is_some_and(|assigned| assigned.role == role)
        })
    }

    /// Returns outputs that tell where a database stands, and not which one it is.
    pub fn unassigned_outputs(&self) -> impl Iterator<Item = &Printed> {
        self.facts.printed.iter().filter(|printed| {
            let is_side = |role| matches!(role, Role::Dev | Role::Prod);
            printed.stands.is_some()
                && !printed.assigned.is_some_and(|assigned| is_side(assigned.role))
        })
    }

    /// Returns whether anything tells of a role's database.
    pub fn is_given(&self, role: Role) -> bool {
        self.audit(role).is_some() || self.printed(role).is_some()
    }

    /// Returns outputs that place a role's database elsewhere than what was used.
    pub fn disagreeing_outputs(&self, role: Role) -> Vec<&Printed> {
        let used = self.position(role);
        self.printed_all(role)
            .filter(|printed| {
                let other = self.position_of_output(printed);
                match (used, &other) {
                    (Position::At { rows: a, .. }, Position::At { rows: b, .. }) => {
                        !self.are_same_revisions(a, b)
                    }
                    (Position::At { .. }, Position::NeverStamped { .. })
                    | (Position::NeverStamped { .. }, Position::At { .. }) => true,
                    _ => false,
                }
            })
            .collect()
    }

    /// The position that an output gives.
    pub(super) fn position_of_output(&self, printed: &Printed) -> Position {
        let Some(stands) = &printed.stands else { return Position::NotGiven };
        if stands.rows.is_empty() && stands.by == KnownBy::Log && printed.failures.is_empty() {
            return Position::NotGiven; // Taken back to base on purpose.
        }
        if stands.rows.is_empty() {
            let near = printed.assigned.and_then(|assigned| self.resembling(assigned.role));
            return Position::NeverStamped { span: Some(stands.span), resembles: near };
        }
        let chain = stands.rows.iter().find_map(|(id, _)| self.chain_of(id));
        Position::At { chain, rows: stands.rows.clone() }
    }

    /// Returns whether two sets of rows say that the same revisions are applied. `alembic current` leaves
    /// out what a row of a version table may name, so the ancestors are compared where they are known.
    pub fn are_same_revisions(&self, a: &[(String, Span)], b: &[(String, Span)]) -> bool {
        let ids = |rows: &[(String, Span)]| -> Set<String> {
            rows.iter().map(|(id, _)| id.clone()).collect()
        };
        if ids(a) == ids(b) {
            return true;
        }
        self.chains.iter().any(|chain| match (tips(chain, a), tips(chain, b)) {
            (Some(a), Some(b)) => {
                let (a, b) =
                    (order::ancestors(&chain.graph, &a), order::ancestors(&chain.graph, &b));
                chain.order.iter().all(|ix| a.contains(*ix) == b.contains(*ix))
            }
            _ => false,
        })
    }

    /// Returns whether dev and prod stand at the same revisions; `None` unless both are known.
    pub fn same_revisions(&self) -> Option<bool> {
        match (self.position(Role::Dev), self.position(Role::Prod)) {
            (Position::At { rows: dev, .. }, Position::At { rows: prod, .. }) => {
                Some(self.are_same_revisions(dev, prod))
            }
            _ => None,
        }
    }

    /// Returns the chain that listings show, where no revision file was given.
    pub fn printed_chain(&self) -> Option<Chain> {
        if !self.chains.is_empty() {
            return None;
        }
        let listed = self.facts.printed.iter().flat_map(|printed| &printed.entries);
        let mut seen = Set::new();
        let entries: Vec<&Entry> = listed.filter(|entry| seen.insert(entry.id.as_str())).collect();
        let shown: Vec<chain::Shown> = entries.into_iter().filter_map(shown).collect();
        (!shown.is_empty()).then(|| chain::from_listing(shown))
    }

    /// Returns the problems of a chain that Alembic itself named, and that the files do not show already.
    pub fn said_problems(&self) -> Vec<Problem> {
        let failures = self.facts.printed.iter().flat_map(|printed| &printed.failures);
        let mut problems: Vec<Problem> = failures.filter_map(problem).collect();
        if self.chains.is_empty() {
            problems.extend(self.facts.printed.iter().filter_map(several_heads));
        }
        let known: Set<&str> =
            self.chains.iter().flat_map(|chain| &chain.problems).map(|known| known.rule).collect();
        problems.retain(|problem| !known.contains(problem.rule));
        if !self.chains.is_empty() {
            // The files are another state of the folder than the one that Alembic ran in.
            for problem in &mut problems {
                problem.severity = Severity::Warning;
                problem.certainty = Certainty::Likely;
                problem.message.push_str("; the files given here do not show it");
            }
        }
        let mut said = Set::new();
        problems.retain(|problem| said.insert((problem.rule, problem.cause)));
        problems
    }

    /// Returns where listings and files do not say the same.
    pub fn contradictions(&self) -> Vec<Contradiction> {
        if self.chains.is_empty() {
            return Vec::new();
        }
        self.facts.printed.iter().flat_map(|printed| self.contradictions_of(printed)).collect()
    }

    fn contradictions_of(&self, printed: &Printed) -> Vec<Contradiction> {
        let mut found = Vec::new();
        let listed = printed.entries.iter().chain(&printed.heads);
        let named: Vec<(&str, Option<Span>)> = listed
            .map(|entry| (entry.id.as_str(), entry.span))
            .chain(printed.named.iter().map(|(id, span)| (id.as_str(), Some(*span))))
            .chain(printed.moves.iter().filter_map(|one| Some((one.revision()?, Some(one.span)))))
            .collect();
        let missing: Vec<&(&str, Option<Span>)> =
            named.iter().filter(|(id, _)| self.chain_of(id).is_none()).collect();
        let place = |span: Option<Span>| span.unwrap_or(Span::whole(printed.document));
        if let Some((_, span)) = missing.first() {
            let mut ids: Vec<String> = missing.iter().map(|(id, _)| (*id).to_owned()).collect();
            crate::ordered::sort(&mut ids);
            ids.dedup();
            found.push(Contradiction::NotInFiles { ids, span: place(*span) });
        }
        for entry in &printed.entries {
            let (Some(down), Some(chain)) = (&entry.down, self.chain_of(&entry.id)) else {
                continue;
            };
            let Some(chain) = self.chains.get(chain) else { continue };
            let Some(revision) = chain.find(&entry.id).and_then(|ix| chain.revision(ix)) else {
                continue;
            };
            let set = |ids: &[String]| ids.iter().cloned().collect::<Set<_>>();
            if revision.unread_parents.is_none() && set(down) != set(&revision.down) {
                found.push(Contradiction::OtherParents {
                    id: entry.id.clone(),
                    printed: down.clone(),
                    files: revision.down.clone(),
                    span: place(entry.span),
                });
            }
        }
        found.extend(self.not_printed(printed));
        found
    }

    /// Revisions of the chain that a whole history is of, and that it does not show.
    fn not_printed(&self, printed: &Printed) -> Option<Contradiction> {
        let span = printed.whole_history?;
        let ids: Set<&str> = printed.entries.iter().map(|entry| entry.id.as_str()).collect();
        let shared = |chain: &Chain| {
            chain.revisions.iter().filter(|revision| ids.contains(revision.id.as_str())).count()
        };
        let (chain, number) = self
            .chains
            .iter()
            .enumerate()
            .max_by_key(|(ix, chain)| (shared(chain), usize::MAX - ix))?;
        let lacking: Vec<String> = number
            .revisions
            .iter()
            .filter(|revision| !ids.contains(revision.id.as_str()))
            .map(|revision| revision.id.clone())
            .collect();
        (shared(number) > 0 && !lacking.is_empty()).then_some(Contradiction::NotPrinted {
            chain,
            ids: lacking,
            span,
        })
    }
}

/// The rows as revisions of one chain; `None` when it lacks one of them.
fn tips(chain: &Chain, rows: &[(String, Span)]) -> Option<Vec<RevisionIx>> {
    rows.iter().map(|(id, _)| chain.find(id)).collect()
}

fn shown(entry: &Entry) -> Option<chain::Shown> {
    Some(chain::Shown {
        id: entry.id.clone(),
        down: entry.down.clone()?,
        depends_on: entry.depends_on.clone(),
        labels: entry.labels.clone(),
        message: entry.message.clone(),
        create_date: entry.create_date.clone(),
        span: entry.span?,
    })
}

/// The problem of a chain that a failure speaks of, under the name of its rule.
fn problem(failure: &Failure) -> Option<Problem> {
    let (rule, cause, severity, message) = match failure.kind {
        FailureKind::SeveralHeads => (
            "alembic-multiple-heads",
            None,
            Severity::Blocker,
            "Alembic found several heads".to_owned(),
        ),
        FailureKind::DuplicateRevision => (
            "alembic-duplicate-revision",
            None,
            Severity::Blocker,
            format!("Alembic found {} in several files and keeps one of them", named(failure)),
        ),
        FailureKind::MissingParent => (
            "alembic-missing-parent",
            None,
            Severity::Blocker,
            format!("Alembic finds no file of {}, which another revision names", named(failure)),
        ),
        FailureKind::Cycle => (
            "alembic-cycle",
            None,
            Severity::Blocker,
            format!("Alembic found revisions that need each other: {}", named(failure)),
        ),
        FailureKind::Header(cause) => (
            "alembic-revision-header",
            Some(cause),
            Severity::Blocker,
            "Alembic stopped at a revision file".to_owned(),
        ),
        _ => return None,
    };
    Some(Problem {
        rule,
        cause,
        severity,
        certainty: Certainty::Certain,
        revision: None,
        span: Some(failure.span),
        message,
        revisions: Vec::new(),
        alembic: Some(failure.text.clone()),
    })
}

fn named(failure: &Failure) -> String {
    match failure.about.as_slice() {
        [] => "a revision".to_owned(),
        ids => ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "),
    }
}

/// `heads` with more than one line. Labels that no two heads share keep independent branches apart.
fn several_heads(printed: &Printed) -> Option<Problem> {
    let heads: &[Entry] = &printed.heads;
    let ids: Set<&str> = heads.iter().map(|head| head.id.as_str()).collect();
    let labels: Vec<&String> = heads.iter().flat_map(|head| &head.labels).collect();
    let apart = heads.iter().all(|head| !head.labels.is_empty())
        && labels.iter().copied().collect::<Set<&String>>().len() == labels.len();
    if ids.len() < 2 || apart {
        return None;
    }
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    Some(Problem {
        rule: "alembic-multiple-heads",
        cause: None,
        severity: Severity::Blocker,
        certainty: Certainty::Certain,
        revision: None,
        span: heads.first().and_then(|head| head.span),
        message: format!("{} heads: {}", ids.len(), ids.join(", ")),
        revisions: Vec::new(),
        alembic: None,
    })
}
