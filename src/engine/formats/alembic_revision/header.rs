//! The four variables and the docstring of a revision file (alembic.md 1.2, 1.3).

use std::borrow::Cow;

use crate::engine::chain::{DowngradeKind, Revision};
use crate::engine::document::Document;
use crate::engine::formats::Fit;
use crate::engine::ledger::{Affects, Evidence, Finding, Ledger, RuleName, Undecided};
use crate::engine::python::{Binding, Modules, PyKind, PyModule, PyValue, Scope};
use crate::engine::span::{DocumentId, Span};
use crate::ordered::Set;
use crate::wire::{Certainty, ObjectKind, ObjectRef, Remedy, Severity, Sureness};

const RULE: RuleName = RuleName("alembic-revision-header");

/// Recognises a revision file by its content: `revision` and `down_revision` assigned at module level.
pub(super) fn fit<'a>(
    document: &Document,
    parsed: impl FnOnce() -> (&'a PyModule, &'a Scope),
) -> Option<Fit> {
    // Most documents are none, and looking for a word is far cheaper than parsing.
    if !document.text.contains("down_revision") {
        return None;
    }
    let (module, scope) = parsed();
    if module.refused.is_some() {
        let assigned = |word: &str| {
            document.text.lines().position(|line| {
                line.strip_prefix(word)
                    .is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
            })
        };
        let line = assigned("down_revision")? + 1;
        assigned("revision")?;
        let why =
            format!("a line that assigns `down_revision`, line {line}; the file was not parsed");
        return Some(Fit { sureness: Sureness::Likely, why });
    }
    let (_, down) = scope.get("down_revision")?;
    let line = document.position(down.start).line;
    match scope.get("revision") {
        Some(_) => Some(Fit {
            sureness: Sureness::Certain,
            why: format!("`down_revision` assigned on line {line}"),
        }),
        None => legacy_id(document).map(|id| Fit {
            sureness: Sureness::Likely,
            why: format!(
                "`down_revision` assigned on line {line}, and the file name is the id {id}"
            ),
        }),
    }
}

/// The names of a revision file, with the constants that it imports.
pub(super) struct Names<'a> {
    pub document: &'a Document,
    pub module: &'a PyModule,
    pub scope: &'a Scope,
    pub modules: &'a Modules<'a>,
}

impl Names<'_> {
    fn get(&self, name: &str) -> Option<(Binding, Span)> {
        let (binding, span) = self.scope.get(name)?;
        Some((self.put_in(binding), span))
    }

    /// What a name stands for if nothing in a `try` failed: a guess, and only given beside the word that it
    /// is not known.
    fn guess(&self, name: &str) -> Ids {
        let scope = Scope::of_module_unfailing(self.module, &self.document.path);
        scope.get(name).map_or(Ids::Computed, |(binding, _)| ids(&self.put_in(binding)))
    }

    fn put_in(&self, binding: &Binding) -> Binding {
        match binding {
            Binding::Value(value) => {
                Binding::Value(self.modules.put_in(&self.document.path, value))
            }
            other => other.clone(),
        }
    }
}

/// Reads the header; `None` when there is no id.
pub(super) fn read(
    document_id: DocumentId,
    names: &Names<'_>,
    ledger: &mut Ledger,
) -> Option<Revision> {
    let document = names.document;
    let mut notes = Notes { document_id, revision: None, ledger };
    let (id, span) = id(names, &mut notes)?;
    notes.revision = Some(id.clone());
    let parents = parents(names, span, &mut notes);
    let depends_on = optional(names, "depends_on", &mut notes).unwrap_or_default();
    let labels = optional(names, "branch_labels", &mut notes).unwrap_or_default();
    let docstring = names.module.docstring.as_deref().unwrap_or_default();
    Some(Revision {
        id,
        down: parents.ids,
        depends_on,
        labels,
        message: message(docstring),
        create_date: header_line(docstring, "Create Date:").filter(|text| !text.is_empty()),
        header_id: header_line(docstring, "Revision ID:").filter(|text| !text.is_empty()),
        header_revises: header_line(docstring, "Revises:").map(|text| {
            text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
        }),
        upgrade: Vec::new(),
        downgrade: Vec::new(),
        downgrade_kind: DowngradeKind::Absent,
        text: number(&document.text),
        assumed_names: Set::new(),
        unnames_keys: false,
        keys_in_sql: Set::new(),
        unordered_parents: parents.unordered,
        unread_parents: parents.unread,
        span,
        path: document.path.clone(),
    })
}

/// Enters what is wrong with a header.
struct Notes<'a> {
    document_id: DocumentId,
    revision: Option<String>,
    ledger: &'a mut Ledger,
}

impl Notes<'_> {
    fn find(
        &mut self,
        cause: &'static str,
        severity: Severity,
        span: Span,
        title: String,
        fix: &str,
    ) {
        let name = self.revision.clone();
        let object = ObjectRef { kind: ObjectKind::Revision, schema: None, table: None, name };
        self.ledger.find(Finding {
            rule: RULE,
            cause: Some(cause),
            severity,
            certainty: Certainty::Certain,
            pending: true,
            span: Some(span),
            revision: self.revision.clone(),
            title,
            objects: self.revision.is_some().then_some(object).into_iter().collect(),
            evidence: vec![Evidence::text(
                "Alembic reads every file of the folder for every command.",
            )],
            remedy: Remedy { summary: fix.to_owned(), ..Remedy::default() },
            stages: Vec::new(),
            suppressed: None,
        });
    }

    /// A variable whose value was not worked out.
    fn undecided(&mut self, span: Span, what: String) {
        self.ledger.undecided(Undecided {
            span,
            what,
            affects: Affects::Everything,
            revision: self.revision.clone(),
        });
    }
}

fn id(names: &Names<'_>, notes: &mut Notes<'_>) -> Option<(String, Span)> {
    let document = names.document;
    let Some((binding, span)) = names.get("revision") else {
        let whole = Span::whole(notes.document_id);
        if let Some(id) = legacy_id(document) {
            return Some((id, whole));
        }
        let file = document.file_name();
        notes.find(
            "missing-variables",
            Severity::Blocker,
            whole,
            format!("`{file}` has no `revision`, and Alembic cannot take one from the file name"),
            "Add `revision = \"…\"`, or move the file out of the versions folder.",
        );
        notes
            .undecided(whole, format!("`{file}` has no `revision`; add it, or move the file away"));
        return None;
    };
    match binding {
        Binding::Value(PyValue { kind: PyKind::Str(id), .. }) => Some((id, span)),
        Binding::Value(PyValue {
            kind: kind @ (PyKind::Int(_) | PyKind::None | PyKind::Bool(_)),
            ..
        }) => {
            notes.find(
                "missing-variables",
                Severity::Blocker,
                span,
                format!("`revision` is {}, and Alembic accepts text only", spoken(&kind)),
                "Write the id between quotes, as the template does.",
            );
            notes.undecided(
                span,
                "a `revision` that is not text; write it between quotes".to_owned(),
            );
            None
        }
        other => {
            computed(notes, "revision", &other, span);
            match names.guess("revision") {
                Ids::Known(ids) if ids.len() == 1 => ids.into_iter().next().map(|id| (id, span)),
                _ => None,
            }
        }
    }
}

/// The value is there and was not worked out.
fn computed(notes: &mut Notes<'_>, name: &str, binding: &Binding, span: Span) {
    let why = match binding {
        Binding::Undecided(why) => (*why).to_owned(),
        Binding::Function(_) => "a function".to_owned(),
        Binding::Value(value) => spoken(&value.kind),
    };
    notes.find(
        "not-literal",
        Severity::Warning,
        span,
        format!("`{name}` is {why}, so its value is only known when the file runs"),
        "Write the value as plain text, as the template does.",
    );
    notes.undecided(span, format!("`{name}` is {why}; write it as plain text"));
}

fn spoken(kind: &PyKind) -> String {
    match kind {
        PyKind::None => "`None`".to_owned(),
        PyKind::Bool(_) => "a truth value".to_owned(),
        PyKind::Int(_) => "a number".to_owned(),
        PyKind::Unknown { why, .. } => (*why).to_owned(),
        PyKind::Call(_) => "the result of a call".to_owned(),
        PyKind::Path(parts) => format!("`{}`, whose value is not known", parts.join(".")),
        _ => "computed".to_owned(),
    }
}

#[derive(Default)]
struct Parents {
    ids: Vec<String>,
    unordered: bool,
    unread: Option<String>,
}

fn parents(names: &Names<'_>, place: Span, notes: &mut Notes<'_>) -> Parents {
    let Some((binding, span)) = names.get("down_revision") else {
        notes.find(
            "missing-variables",
            Severity::Blocker,
            place,
            "`down_revision` is missing, and Alembic cannot load the file".to_owned(),
            "Add `down_revision = None` for the first revision, or the id of its parent.",
        );
        notes.undecided(place, "no `down_revision`; add it".to_owned());
        let unread = Some("`down_revision` is missing".to_owned());
        return Parents { unread, ..Parents::default() };
    };
    match ids(&binding) {
        Ids::Known(ids) => Parents { ids, ..Parents::default() },
        Ids::Unordered(ids) => Parents { ids, unordered: true, unread: None },
        Ids::WrongType(what) => {
            let title = format!("`down_revision` is {what}, and Alembic accepts text only");
            let fix = "Write ids between quotes, as the template does.";
            notes.find("missing-variables", Severity::Blocker, span, title.clone(), fix);
            notes.undecided(span, format!("{title}; write ids between quotes"));
            Parents { unread: Some(title), ..Parents::default() }
        }
        Ids::Computed | Ids::Partly(_) => {
            computed(notes, "down_revision", &binding, span);
            let unread = Some("`down_revision` is computed".to_owned());
            Parents { ids: names.guess("down_revision").known(), unread, ..Parents::default() }
        }
    }
}

fn optional(names: &Names<'_>, name: &str, notes: &mut Notes<'_>) -> Option<Vec<String>> {
    let (binding, span) = names.get(name)?;
    match ids(&binding) {
        Ids::Known(ids) | Ids::Unordered(ids) => Some(ids),
        Ids::WrongType(what) => {
            notes.undecided(span, format!("`{name}` is {what}; write text between quotes"));
            None
        }
        Ids::Computed => {
            computed(notes, name, &binding, span);
            Some(names.guess(name).known())
        }
        Ids::Partly(ids) => {
            computed(notes, name, &binding, span);
            Some(ids)
        }
    }
}

enum Ids {
    Known(Vec<String>),
    /// A set: sorted here, since Python does not define its order.
    Unordered(Vec<String>),
    WrongType(String),
    /// A sequence of which some texts are known.
    Partly(Vec<String>),
    Computed,
}

impl Ids {
    fn known(self) -> Vec<String> {
        match self {
            Self::Known(ids) | Self::Unordered(ids) | Self::Partly(ids) => ids,
            Self::WrongType(_) | Self::Computed => Vec::new(),
        }
    }
}

/// `None`, a text, or a sequence of texts (Alembic's `to_tuple`).
fn ids(binding: &Binding) -> Ids {
    let Binding::Value(value) = binding else { return Ids::Computed };
    match &value.kind {
        PyKind::None => Ids::Known(Vec::new()),
        PyKind::Str(id) => Ids::Known(vec![id.clone()]),
        PyKind::Tuple(all) | PyKind::List(all) => sequence(all).map_or_else(|e| e, Ids::Known),
        PyKind::Set(all) => match sequence(all) {
            Ok(mut ids) => {
                crate::ordered::sort(&mut ids);
                ids.dedup();
                if ids.len() > 1 { Ids::Unordered(ids) } else { Ids::Known(ids) }
            }
            Err(other) => other,
        },
        PyKind::Call(call) if call.args.is_empty() && call.kwargs.is_empty() => {
            match call.function.as_name() {
                Some("tuple" | "list" | "set") => Ids::Known(Vec::new()),
                _ => Ids::Computed,
            }
        }
        kind @ (PyKind::Int(_) | PyKind::Bool(_)) => Ids::WrongType(spoken(kind)),
        _ => Ids::Computed,
    }
}

fn sequence(all: &[PyValue]) -> Result<Vec<String>, Ids> {
    let mut ids = Vec::with_capacity(all.len());
    let mut partly = false;
    for value in all {
        match &value.kind {
            PyKind::Str(id) => ids.push(id.clone()),
            kind @ (PyKind::Int(_) | PyKind::Bool(_) | PyKind::None) => {
                return Err(Ids::WrongType(format!("a sequence that holds {}", spoken(kind))));
            }
            _ => partly = true,
        }
    }
    if partly {
        return Err(Ids::Partly(ids));
    }
    Ok(ids)
}

/// A file without `revision` whose name is `[a-f0-9]+\.py` has its stem as id (Alembic's `_legacy_rev`).
fn legacy_id(document: &Document) -> Option<String> {
    let stem = document.file_name().split_once(".py").map(|(stem, _)| stem)?;
    let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    (!stem.is_empty() && stem.chars().all(hexadecimal)).then(|| stem.to_owned())
}

/// Alembic's `doc`: the docstring up to the first empty line.
fn message(docstring: &str) -> Option<String> {
    let normal = match docstring.contains('\r') {
        true => Cow::Owned(docstring.replace("\r\n", "\n")),
        false => Cow::Borrowed(docstring),
    };
    let text = normal.trim().split("\n\n").next().unwrap_or_default();
    (!text.is_empty()).then(|| text.to_owned())
}

/// FNV-1a over what is no blank.
fn number(text: &str) -> u64 {
    let filled = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    filled.fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn header_line(docstring: &str, label: &str) -> Option<String> {
    docstring
        .lines()
        .find_map(|line| line.trim().strip_prefix(label))
        .map(|rest| rest.trim().to_owned())
}
