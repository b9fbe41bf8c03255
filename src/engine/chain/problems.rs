//! What is wrong with a chain (rules.md 12), with Alembic's own words where it has some.

use crate::engine::span::Span;
use crate::ordered::{Map, Set};
use crate::wire::{Certainty, Severity};

use super::cycles;
use super::graph::{Edge, Graph, RevisionIx};
use super::group::Group;
use super::order;
use super::{PlainScript, Revision};

/// Characters of a `version_num`.
const ID_CHARS_MAX: usize = 32;
/// Hexadecimal digits of the ids that Alembic makes up.
const MADE_UP_ID_CHARS: usize = 12;

/// Something wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub rule: &'static str,
    pub cause: Option<&'static str>,
    pub severity: Severity,
    pub certainty: Certainty,
    /// The revision it is about, where it is about one.
    pub revision: Option<RevisionIx>,
    pub span: Option<Span>,
    /// A sentence; names stand between backticks.
    pub message: String,
    /// Every revision concerned, the first one included.
    pub revisions: Vec<RevisionIx>,
    /// What Alembic prints, where it refuses or warns.
    pub alembic: Option<String>,
}

/// Finds the problems of a chain, in the order of rules.md.
/// Of a folder that is there `in_part`, what the rest of it would settle is no problem yet.
pub(super) fn find(
    graph: &Graph,
    order: &[RevisionIx],
    group: &Group,
    in_part: bool,
) -> Vec<Problem> {
    let view = View { graph, order, revisions: &group.revisions };
    let mut problems = Vec::new();
    if !in_part {
        view.multiple_heads(&mut problems);
    }
    view.duplicates(&mut problems);
    view.missing_parents(&mut problems);
    for problem in problems.iter_mut().filter(|one| in_part && one.rule == "alembic-missing-parent")
    {
        problem.severity = Severity::Notice;
        problem.certainty = Certainty::Unverified;
        problem.message =
            problem.message.replace("no file of the folder has", "the diff does not show");
        problem.alembic = None;
    }
    view.cycles(&mut problems);
    if !in_part {
        view.multiple_bases(&mut problems);
    }
    view.headers(&mut problems);
    problems.extend(group.plain_scripts.iter().map(|script| view.plain_script(script)));
    problems
}

struct View<'a> {
    graph: &'a Graph,
    order: &'a [RevisionIx],
    revisions: &'a [Revision],
}

impl View<'_> {
    fn problem(&self, rule: &'static str, about: &[RevisionIx], message: String) -> Problem {
        let revision = about.first().copied();
        Problem {
            rule,
            cause: None,
            severity: Severity::Blocker,
            certainty: Certainty::Certain,
            revision,
            span: revision.and_then(|ix| self.revisions.get(ix.0)).map(|found| found.span),
            message,
            revisions: about.to_vec(),
            alembic: None,
        }
    }

    /// Every command loads every file of the folder, and stops at one without an id.
    fn plain_script(&self, script: &PlainScript) -> Problem {
        let file = script.path.rsplit('/').next().unwrap_or_default();
        let message = format!(
            "`{file}` lies among the revisions and has no `revision`: Alembic stops at it, whatever the command"
        );
        let alembic = format!(
            "Could not determine revision id from filename {file}. Be sure the 'revision' variable is \
             declared inside the script (please see 'Upgrading from Alembic 0.1 to 0.2' in the documentation)."
        );
        Problem {
            cause: Some("missing-variables"),
            span: Some(Span::whole(script.document)),
            alembic: Some(alembic),
            ..self.problem("alembic-revision-header", &[], message)
        }
    }

    fn id(&self, ix: RevisionIx) -> &str {
        self.graph.node(ix).map_or("", |node| node.id.as_str())
    }

    fn path(&self, ix: RevisionIx) -> &str {
        self.revisions.get(ix.0).map_or("", |revision| revision.path.as_str())
    }

    fn ids(&self, all: &[RevisionIx]) -> String {
        let ids: Vec<String> = all.iter().map(|ix| format!("`{}`", self.id(*ix))).collect();
        ids.join(", ")
    }

    /// Whether every parent could be read; if not, a head or base may be one only in appearance.
    fn certainty(&self) -> Certainty {
        let open = self.revisions.iter().any(|revision| revision.unread_parents.is_some());
        if open || !self.graph.missing.is_empty() { Certainty::Likely } else { Certainty::Certain }
    }

    /// Heads that no label keeps apart: independent branches start at bases of their own with labels.
    fn multiple_heads(&self, problems: &mut Vec<Problem>) {
        let mut families: Map<Vec<RevisionIx>, Vec<RevisionIx>> = Map::new();
        for head in self.graph.heads.iter().copied() {
            if self.graph.node(head).is_some_and(|node| node.is_replaced) {
                continue;
            }
            let above = order::versioned_ancestors(self.graph, head);
            let mut bases = self.graph.bases.clone();
            bases.retain(|base| above.contains(*base));
            let labelled = |base: &RevisionIx| {
                self.revisions.get(base.0).is_some_and(|revision| !revision.labels.is_empty())
            };
            let family = if bases.iter().all(labelled) { bases } else { Vec::new() };
            families.entry(family).or_default().push(head);
        }
        for heads in families.into_values().filter(|heads| heads.len() > 1) {
            let named: Vec<String> = heads
                .iter()
                .map(|ix| format!("`{}` in `{}`", self.id(*ix), self.path(*ix)))
                .collect();
            let joint = match self.common_ancestor(&heads) {
                Some(ix) => format!("; they part after `{}`", self.id(ix)),
                None => "; they have no common ancestor".to_owned(),
            };
            let message = format!("{} heads: {}{joint}", heads.len(), named.join(", "));
            let alembic = "Multiple head revisions are present for given argument 'head'; please \
                           specify a specific target revision, '<branchname>@head' to narrow to a \
                           specific head, or 'heads' for all heads";
            problems.push(Problem {
                certainty: self.certainty(),
                alembic: Some(alembic.to_owned()),
                ..self.problem("alembic-multiple-heads", &heads, message)
            });
        }
    }

    /// The newest revision that is an ancestor of all.
    fn common_ancestor(&self, of: &[RevisionIx]) -> Option<RevisionIx> {
        let (first, rest) = of.split_first()?;
        let mut common = order::versioned_ancestors(self.graph, *first);
        for ix in rest {
            common.intersect(&order::versioned_ancestors(self.graph, *ix));
        }
        self.order.iter().rev().copied().find(|ix| common.contains(*ix))
    }

    fn duplicates(&self, problems: &mut Vec<Problem>) {
        for copies in &self.graph.duplicates {
            let Some((last, _)) = copies.split_last() else { continue };
            let files: Vec<String> =
                copies.iter().map(|ix| format!("`{}`", self.path(*ix))).collect();
            let id = self.id(*last);
            let message = format!(
                "{} files have the id `{id}`: {}; Alembic keeps `{}` alone and the others never run",
                copies.len(),
                files.join(", "),
                self.path(*last)
            );
            problems.push(Problem {
                alembic: Some(format!("Revision {id} is present more than once")),
                ..self.problem("alembic-duplicate-revision", copies, message)
            });
        }
    }

    fn missing_parents(&self, problems: &mut Vec<Problem>) {
        for missing in &self.graph.missing {
            let role = match missing.edge {
                Edge::Parent => "its parent",
                Edge::Dependency => "something it depends on",
            };
            let own = self.id(missing.revision);
            let message = match missing.id.as_str() {
                "" => format!("`{own}` names an empty text as {role}; a base is written `None`"),
                id => {
                    format!("`{own}` names `{id}` as {role}, and no file of the folder has that id")
                }
            };
            problems.push(Problem {
                alembic: Some(format!("KeyError: '{}'", missing.id)),
                ..self.problem("alembic-missing-parent", &[missing.revision], message)
            });
        }
    }

    fn cycles(&self, problems: &mut Vec<Problem>) {
        let refusal = |ix: &RevisionIx| {
            let found = self.graph.refusals.iter().find(|refusal| {
                refusal.message.contains("is detected in revisions")
                    && refusal.revisions.contains(ix)
            });
            found.map(|refusal| refusal.message.clone())
        };
        for (ix, edge) in &self.graph.self_loops {
            let what = match edge {
                Edge::Parent => "names itself as its parent",
                Edge::Dependency => "depends on itself",
            };
            let message = format!("`{}` {what}", self.id(*ix));
            let problem = self.problem("alembic-cycle", &[*ix], message);
            problems.push(Problem { alembic: refusal(ix), ..problem });
        }
        for members in &self.graph.cycles {
            let path = cycles::a_loop(self.graph, members);
            let shown: Vec<String> =
                path.iter().chain(path.first()).map(|ix| format!("`{}`", self.id(*ix))).collect();
            let alembic = members.iter().find_map(refusal);
            let also = match (&alembic, self.graph.refusals.is_empty()) {
                (None, true) => {
                    "; Alembic does not notice and runs them in an order that cannot be right"
                }
                _ => "",
            };
            let message = format!("revisions that need each other: {}{also}", shown.join(" → "));
            let problem = self.problem("alembic-cycle", members, message);
            problems.push(Problem { alembic, ..problem });
        }
    }

    fn multiple_bases(&self, problems: &mut Vec<Problem>) {
        let mut bases = self.graph.bases.clone();
        bases.retain(|ix| {
            let replaced = self.graph.node(*ix).is_some_and(|node| node.is_replaced);
            let plain = self.revisions.get(ix.0).is_some_and(|revision| {
                revision.labels.is_empty() && revision.unread_parents.is_none()
            });
            plain && !replaced
        });
        if bases.len() < 2 {
            return;
        }
        let message = format!(
            "{} revisions without a parent and without a branch label: {}; a forgotten \
             `down_revision` looks like this",
            bases.len(),
            self.ids(&bases)
        );
        problems.push(Problem {
            severity: Severity::Warning,
            ..self.problem("alembic-multiple-bases", &bases, message)
        });
    }

    fn headers(&self, problems: &mut Vec<Problem>) {
        for (position, revision) in self.revisions.iter().enumerate() {
            let ix = RevisionIx(position);
            let mut push = |cause, severity, message| {
                let problem = self.problem("alembic-revision-header", &[ix], message);
                problems.push(Problem { cause: Some(cause), severity, ..problem });
            };
            let id = &revision.id;
            let count = id.chars().count();
            if count > ID_CHARS_MAX {
                let message = format!(
                    "`{id}` has {count} characters, and `version_num` holds {ID_CHARS_MAX}: \
                     PostgreSQL and MySQL refuse the row"
                );
                push("too-long", Severity::Blocker, message);
            }
            let found: Set<char> = id.chars().filter(|c| "@+:-".contains(*c)).collect();
            if !found.is_empty() {
                let list: Vec<String> = found.iter().map(|c| format!("`{c}`")).collect();
                let message = format!("`{id}` contains {}, which Alembic forbids", list.join(", "));
                push("bad-chars", Severity::Warning, message);
            }
            if let Some(message) = docstring_mismatch(revision) {
                push("docstring", Severity::Warning, message);
            }
            if let Some(message) = file_name_mismatch(revision) {
                push("filename", Severity::Warning, message);
            }
        }
    }
}

/// The template writes both, so a difference is the trace of an edit by hand.
fn docstring_mismatch(revision: &Revision) -> Option<String> {
    let id = &revision.id;
    if let Some(header) = revision.header_id.as_ref().filter(|header| *header != id) {
        return Some(format!("the docstring says `Revision ID: {header}`, the variable `{id}`"));
    }
    let header = revision.header_revises.as_ref()?;
    let sorted = |ids: &[String]| ids.iter().cloned().collect::<Set<_>>();
    if revision.unread_parents.is_some() || sorted(header) == sorted(&revision.down) {
        return None;
    }
    let text = |ids: &[String]| if ids.is_empty() { "nothing".to_owned() } else { ids.join(", ") };
    Some(format!(
        "the docstring of `{id}` says it revises {}, the variable says {}",
        text(header),
        text(&revision.down)
    ))
}

/// A file name carries no meaning, and templates may leave the id out; only a name that begins with
/// another made-up id misleads.
fn file_name_mismatch(revision: &Revision) -> Option<String> {
    let file = revision.path.rsplit('/').next().unwrap_or_default();
    let first = file.split(['_', '.']).next().unwrap_or_default();
    let is_id = |text: &str| {
        text.len() == MADE_UP_ID_CHARS
            && text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
            && text.chars().any(|c| c.is_ascii_alphabetic())
    };
    (is_id(first) && !file.contains(&revision.id))
        .then(|| format!("the file `{file}` holds revision `{}`", revision.id))
}
