//! Ways of carrying documents: by themselves, in a zip, in a tar, behind gzip.
//!
//! In: [`Input`]s, and what the person decided about single documents.
//! Out: [`Opened`]: documents with unique paths, and what was left out.
//! Never: disk, nested archives, memory beyond the limits, or what a document is about.

use std::ops::ControlFlow;

use crate::wire::{Input, Override};

use super::document::{Document, Documents};
use super::intake::{Giving, Intake, Origin, Skipped, Watch, Weight, member_name};

mod plain;
mod tar_gz;
mod pasted;
mod zip;

/// A way of carrying documents.
#[derive(Debug)]
pub struct Container {
    pub id: &'static str,
    pub title: &'static str,
    /// Whether bytes are carried this way, by their content; names are not trusted.
    pub recognise: fn(&[u8]) -> bool,
    /// Brings the documents in; `Break` when the person wants to stop.
    pub open: fn(Origin, Vec<u8>, &mut Intake<'_>) -> ControlFlow<()>,
}

/// Every container; the first that recognises the bytes opens them. The last recognises anything.
pub static CONTAINERS: &[Container] =
    &[zip::CONTAINER, tar_gz::GZIP, tar_gz::TAR, plain::CONTAINER];

/// What came out of the inputs.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// In path order; paths are unique.
    pub documents: Vec<Document>,
    /// In path order.
    pub skipped: Vec<Skipped>,
}

/// Opens inputs. A damaged, forbidden or oversized one costs only itself; `watch` is called before each
/// document and can stop the work.
///
/// An override applies to the document with its path, as the report lists it, or, when it names an
/// archive, to all that is inside.
pub fn open(
    inputs: Vec<Input>,
    overrides: &[Override],
    watch: Watch<'_>,
) -> ControlFlow<(), Opened> {
    let mut intake = Intake::new(inputs.len(), watch);
    for input in inputs {
        let name = member_name::harmless(&input.name);
        intake.step(&name)?;
        let said = input.role.is_some() || input.kind.is_some();
        if let Some(why) = member_name::noise(&name.replace('\\', "/"))
            && !said
        {
            intake.skip(name, why, Weight::Noise);
            continue;
        }
        let mut notes = Vec::new();
        if name != input.name {
            notes.push("Control characters in its name are shown as \u{fffd}.".to_owned());
        }
        let giving = if (name.contains('/') || input.along) && !said {
            Giving::Bulk
        } else {
            Giving::Single
        };
        let origin = Origin { path: name, notes, role: input.role, kind: input.kind, giving };
        if let Some(container) = CONTAINERS.iter().find(|row| (row.recognise)(&input.bytes)) {
            (container.open)(origin, input.bytes, &mut intake)?;
        }
    }
    let (documents, mut skipped) = intake.finish();
    crate::ordered::sort_by(&mut skipped, |a, b| (&a.path, &a.why).cmp(&(&b.path, &b.why)));
    ControlFlow::Continue(Opened {
        documents: decide(pasted::cut_all(documents), overrides),
        skipped,
    })
}

/// Applies what the person decided. Paths are made unique first, because that is how the report, and so
/// the person, names them.
fn decide(documents: Vec<Document>, overrides: &[Override]) -> Vec<Document> {
    let mut documents = Documents::new(documents).into_vec();
    documents.retain_mut(|document| {
        let around = overrides.iter().filter(|decision| is_inside(&document.path, &decision.path));
        let exact = overrides.iter().filter(|decision| document.path == decision.path);
        let (mut kept, mut role, mut kind, mut name) = (true, None, None, None);
        for decision in around.chain(exact.clone()) {
            kept &= !decision.exclude;
            role = decision.role.or(role);
            kind = decision.kind.or(kind);
        }
        for decision in exact {
            name = decision.rename.clone().or(name);
        }
        document.role = role.or(document.role);
        document.kind = kind.or(document.kind);
        document.name = name.unwrap_or_else(|| std::mem::take(&mut document.name));
        kept
    });
    documents
}

fn is_inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
