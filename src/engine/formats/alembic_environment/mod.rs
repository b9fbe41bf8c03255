//! The files that configure Alembic: `alembic.ini` and `pyproject.toml` for the folders that they name,
//! `env.py` and `script.py.mako` so that they are known for what they are.
//!
//! In: a document.
//! Out: [`Settings`] for each section that names a script folder.
//! Never: whether those folders are among the inputs; the chain finds that out.

mod bindings;
mod ini;
mod metadata;
mod things;
mod toml;
#[cfg(test)]
mod metadata_tests;
#[cfg(test)]
mod tests;

use crate::engine::chain::settings::{Anchor, Place, Settings, join};
use crate::engine::document::{Document, Documents};
use crate::engine::facts::{Environment, Facts};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::python::Modules;
use crate::engine::span::Span;
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Source};

pub static FORMAT: Format = Format { kind: Kind::AlembicEnvironment, fit, read };

/// The settings of one section, as text: Alembic's keys that name folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Section {
    name: String,
    script_location: Option<String>,
    version_locations: Option<Listed>,
    separator: Option<String>,
    recursive: Option<bool>,
}

/// A list as its file writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Listed {
    Text(String),
    List(Vec<String>),
}

fn fit(source: &Source<'_>) -> Option<Fit> {
    let name = source.document.file_name();
    let text = &source.cleaned.text;
    let ini = name == "alembic.ini" || (name.ends_with(".ini") && text.contains("script_location"));
    let toml = name == "pyproject.toml" && text.contains("tool.alembic");
    let env = name == "env.py" && text.contains("alembic");
    let template = name == "script.py.mako";
    (ini || toml || env || template)
        .then(|| Fit { sureness: Sureness::Certain, why: format!("`{name}` configures Alembic") })
}

/// Returns what every `env.py` of a run hands to Alembic.
pub fn environments(documents: &Documents, modules: &Modules<'_>) -> Vec<Environment> {
    let is_environment =
        |document: &Document| document.file_name() == "env.py" && document.text.contains("alembic");
    if !documents.iter().any(|(_, document)| is_environment(document)) {
        return Vec::new();
    }
    let files = documents
        .iter()
        .map(|(id, document)| (document.path.as_str(), (id, document.text.as_str())))
        .collect();
    let found = documents.iter().filter(|(_, document)| is_environment(document));
    found
        .map(|(_, document)| {
            let look = metadata::Look::new(modules, &files);
            let (per_migration, lock_timeout) = look.running(&document.path);
            let path = document.path.clone();
            Environment { naming: look.naming(&path), path, per_migration, lock_timeout }
        })
        .collect()
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    let name = source.document.file_name();
    let sections = match name.rsplit_once('.') {
        Some((_, "ini")) => ini::read(&source.cleaned.text),
        Some((_, "toml")) => toml::read(&source.cleaned.text).into_iter().collect(),
        Some(("env", "py")) => {
            let what = "read for what it hands to Alembic (the naming convention, transactions, lock timeouts), and for nothing else";
            return aside(source, what.to_owned(), ledger);
        }
        _ => {
            let what = "recognised, and not read yet: nothing in it was checked";
            return aside(source, what.to_owned(), ledger);
        }
    };
    for section in sections {
        match settings(source, section) {
            Ok(settings) => {
                ledger.understood(source.id, 1);
                facts.settings.push(settings);
            }
            Err(what) => aside(source, what, ledger),
        }
    }
}

/// What is not known here is which files count; without it every revision file does.
fn aside(source: &Source<'_>, what: String, ledger: &mut Ledger) {
    let affects = Affects::Nothing;
    ledger.undecided(Undecided { span: Span::whole(source.id), what, affects, revision: None });
}

fn settings(source: &Source<'_>, section: Section) -> Result<Settings, String> {
    let path = source.document.path.clone();
    let here = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let pieces = match &section.version_locations {
        None => None,
        Some(Listed::List(all)) => Some(all.clone()),
        Some(Listed::Text(text)) => Some(split(text, section.separator.as_deref())?),
    };
    Ok(Settings {
        document: source.id,
        script_location: section.script_location.as_deref().map(|text| place(text, &here)),
        version_locations: pieces
            .map(|pieces| pieces.iter().map(|text| place(text, &here)).collect()),
        recursive: section.recursive,
        section: section.name,
        path,
    })
}

/// Stands for `%(here)s` in a value until it is known what the value is.
const HERE: char = '\u{1}';

/// `%(here)s/x` is in the inputs, `package:x` in a package, and anything else where Alembic is run.
fn place(text: &str, here: &str) -> Place {
    let text = text.trim().replace('\\', "/");
    if let Some(rest) = text.strip_prefix(HERE) {
        return Place { path: join(here, rest), anchor: Anchor::Inputs };
    }
    let is_absolute = text.starts_with('/') || text.get(1..3) == Some(":/");
    if let Some((package, folder)) = text.split_once(':').filter(|_| !is_absolute) {
        let path = join(&package.replace('.', "/"), &folder.replace(':', "/"));
        return Place { path, anchor: Anchor::Package };
    }
    let up =
        text.split('/').take_while(|part| matches!(*part, "." | "..")).any(|part| part == "..");
    if up {
        return Place { path: join(here, &text), anchor: Anchor::Inputs };
    }
    Place { path: join("", &text), anchor: Anchor::WorkingFolder }
}

/// Alembic's splitting of `version_locations`. `os` is taken as it is on POSIX systems unless drive letters
/// say otherwise.
fn split(text: &str, separator: Option<&str>) -> Result<Vec<String>, String> {
    let windows = text.contains(":\\") || text.contains(":/");
    let by = match separator {
        None => {
            let pieces = text.split([',', ' ', '\n', '\t']).map(str::trim);
            return Ok(pieces.filter(|piece| !piece.is_empty()).map(str::to_owned).collect());
        }
        Some("space") => ' ',
        Some("newline") => '\n',
        Some("os") if windows => ';',
        Some("os" | ":") => ':',
        Some(";") => ';',
        Some(other) => {
            return Err(format!(
                "'{other}' is not a valid value for path_separator; expected 'space', 'newline', \
                 'os', ':', ';'"
            ));
        }
    };
    let pieces = text.split(by).map(str::trim);
    Ok(pieces.filter(|piece| !piece.is_empty()).map(str::to_owned).collect())
}
