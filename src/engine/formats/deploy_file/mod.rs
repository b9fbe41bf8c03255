//! Files that say how a product is deployed: what they run, in which order, and what a failure stops.
//!
//! In: a document.
//! Out: [`Deploy`], and what of it was not followed.
//! Never: whether that is a good deploy; what other files say.

mod code;
mod docker;
mod hosts;
mod shell;
mod tree;
mod words;
mod yaml;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::engine::facts::{Deploy, Facts, Host, Phase, SetVariable, Unit};
use crate::engine::ledger::{Affects, Ledger, Undecided};
use crate::engine::span::Span;
use crate::engine::toml;
use crate::wire::{Kind, Sureness};

use super::{Fit, Format, Source};

use shell::Flags;
use tree::Node;

pub use code::{is_startup, read as read_code};

pub static FORMAT: Format = Format { kind: Kind::DeployFile, fit, read };

/// A deploy file while it is read.
struct Reading<'a> {
    source: &'a Source<'a>,
    made: Deploy,
}

/// Names of files, as they end, and whose they are.
const NAMES: &[(&str, Host)] = &[
    ("procfile", Host::Procfile),
    ("dockerfile", Host::Docker),
    ("containerfile", Host::Docker),
    (".replit", Host::Replit),
    ("dot-replit", Host::Replit),
    ("replit.nix", Host::Replit),
    ("railway.json", Host::Railway),
    ("railway.toml", Host::Railway),
    ("render.yaml", Host::Render),
    ("render.yml", Host::Render),
    ("fly.toml", Host::Fly),
    ("vercel.json", Host::Vercel),
    ("makefile", Host::Make),
    ("gnumakefile", Host::Make),
    ("package.json", Host::Node),
];

/// What a file of another name shows itself by: all of these at the start of a line.
const MARKS: &[(&[&str], Host)] = &[
    (&["jobs:", "on:"], Host::Workflow),
    (&["FROM ", "RUN "], Host::Docker),
    (&["FROM ", "CMD "], Host::Docker),
    (&["FROM ", "ENTRYPOINT "], Host::Docker),
    (&["[deployment]"], Host::Replit),
    (&["app = ", "[http_service]"], Host::Fly),
    (&["app = ", "[deploy]"], Host::Fly),
];

/// Returns whose file it is, by its name and place, else by what stands in it.
fn host(source: &Source<'_>) -> Option<(Host, Sureness, String)> {
    let name = source.document.file_name().to_lowercase();
    let path = source.document.path.as_str();
    let stem = name.split('.').next().unwrap_or_default();
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let by_name = NAMES.iter().find(|(known, _)| {
        name == *known
            || (stem == *known && matches!(*known, "dockerfile" | "makefile" | "procfile"))
    });
    let compose = yaml && (name.starts_with("docker-compose") || name.starts_with("compose."));
    let found = match by_name {
        Some((_, host)) => Some(*host),
        None if path.contains(".github/workflows/") && yaml => Some(Host::Workflow),
        None if compose => Some(Host::Compose),
        None => None,
    };
    if let Some(host) = found {
        let why = format!("files named `{}` configure a deploy", source.document.file_name());
        return Some((host, Sureness::Certain, why));
    }
    let text = source.cleaned.as_str();
    if text.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("sh")) {
        return Some((
            Host::Shell,
            Sureness::Likely,
            "it starts with a shell's `#!` line".to_owned(),
        ));
    }
    if name.ends_with(".sh") || name.ends_with(".bash") {
        return Some((Host::Shell, Sureness::Likely, "its name is a shell script's".to_owned()));
    }
    let has = |mark: &&str| text.lines().any(|line| line.starts_with(*mark));
    let (marks, host) = MARKS.iter().find(|(marks, _)| marks.iter().all(has))?;
    Some((
        *host,
        Sureness::Likely,
        format!("it has lines that start with `{}`", marks.join("` and `")),
    ))
}

fn fit(source: &Source<'_>) -> Option<Fit> {
    if is_startup(source) {
        let why = "it changes the schema when the program starts".to_owned();
        return Some(Fit { sureness: Sureness::Likely, why });
    }
    host(source).map(|(_, sureness, why)| Fit { sureness, why })
}

fn read(source: &Source<'_>, facts: &mut Facts, ledger: &mut Ledger) {
    if source.document.file_name().ends_with(".py") {
        return ledger.understood(source.id, 1);
    }
    let host = host(source).map_or(Host::Shell, |(host, ..)| host);
    let made = Deploy {
        document: source.id,
        path: source.document.path.clone(),
        host,
        units: Vec::new(),
        sets: Vec::new(),
        placebo: None,
        open: Vec::new(),
    };
    let mut reading = Reading { source, made };
    let text = source.cleaned.as_str();
    match host {
        Host::Shell => {
            let name = source.document.file_name().to_owned();
            reading.script(Phase::Named, &name, text, 0..text.len(), Flags::default());
        }
        Host::Procfile => hosts::procfile(&mut reading, text),
        Host::Docker => docker::read(&mut reading, text),
        Host::Make => hosts::makefile(&mut reading, text),
        _ if source.document.file_name().ends_with(".nix") => {}
        _ => {
            let tree = reading.tree(text);
            hosts::of_tree(&mut reading, &tree);
        }
    }
    let made = reading.made;
    let understood: usize = made.units.iter().map(|unit| unit.commands.len()).sum();
    ledger.understood(source.id, understood.max(1));
    for (span, what) in &made.open {
        // Where it matters for the way of a deploy, the rule about it says so.
        let (span, what) = (*span, what.clone());
        ledger.undecided(Undecided { span, what, affects: Affects::Nothing, revision: None });
    }
    facts.deploys.push(made);
}

impl Reading<'_> {
    fn span(&self, at: Range<usize>) -> Span {
        self.source.cleaned.span(self.source.id, at.start, at.end)
    }

    fn open(&mut self, at: usize, what: &str) {
        let span = self.span(at..at);
        self.made.open.push((span, what.to_owned()));
    }

    /// The file as a tree, by its name.
    fn tree(&mut self, text: &str) -> Node {
        if self.source.document.file_name().ends_with(".toml") || self.made.host == Host::Replit {
            let (table, mistake) = toml::read(text);
            if let Some(mistake) = mistake {
                self.open(mistake.at, mistake.what);
            }
            return tree::of_toml(&table);
        }
        let (node, open) = yaml::read(text);
        for (at, what) in open {
            self.open(at, what);
        }
        node
    }

    /// Reads commands that stand at a place of the file. Each is found again there, since a text in YAML or
    /// JSON may be written otherwise than it reads.
    fn script(
        &mut self,
        phase: Phase,
        name: &str,
        text: &str,
        at: Range<usize>,
        flags: Flags,
    ) -> &mut Unit {
        let source = self.source;
        let whole = source.cleaned.text.get(at.clone()).unwrap_or_default();
        let verbatim = whole.find(text).map(|offset| at.start + offset);
        let place = |range: Range<usize>| match verbatim {
            Some(start) => source.cleaned.span(source.id, start + range.start, start + range.end),
            None => {
                let line = text
                    .get(range.start..)
                    .and_then(|rest| rest.lines().next())
                    .unwrap_or_default();
                let found = whole.find(line.trim()).filter(|_| !line.trim().is_empty());
                let start = at.start + found.unwrap_or(0);
                let end = if found.is_some() { start + line.trim().len() } else { at.end };
                source.cleaned.span(source.id, start, end.max(start))
            }
        };
        let script = shell::read(text, flags, &place);
        self.made.open.extend(script.open);
        self.unit(phase, name, at, script.commands)
    }

    /// A command given as its words: `["bash", "start.sh"]`. `sh -c TEXT` is read as a script.
    fn words(&mut self, phase: Phase, name: &str, node: &Node) {
        let words: Vec<String> =
            node.items().iter().filter_map(|one| one.text()).map(str::to_owned).collect();
        let shells =
            |word: &String| matches!(word.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash"));
        if let [shell, flag, text, ..] = words.as_slice()
            && shells(shell)
            && flag.starts_with('-')
            && flag.ends_with('c')
        {
            let flags = Flags { errexit: flag.contains('e'), pipefail: false };
            let text = text.clone();
            self.script(phase, name, &text, node.at.clone(), flags);
            return;
        }
        if !words.is_empty() {
            let at = Some(self.span(node.at.clone()));
            let command = crate::engine::facts::Command { words, at, ..Default::default() };
            self.unit(phase, name, node.at.clone(), vec![command]);
        }
    }

    /// A text, or a list of words.
    fn either(&mut self, phase: Phase, name: &str, node: &Node, flags: Flags) {
        match node.text() {
            Some(text) => {
                let text = text.to_owned();
                self.script(phase, name, &text, node.at.clone(), flags);
            }
            None => self.words(phase, name, node),
        }
    }

    fn unit(
        &mut self,
        phase: Phase,
        name: &str,
        at: Range<usize>,
        commands: Vec<crate::engine::facts::Command>,
    ) -> &mut Unit {
        let span = self.span(at);
        let name = name.to_owned();
        let needs = Vec::new();
        self.made.units.push(Unit {
            phase,
            name,
            span,
            commands,
            lenient: None,
            needs,
            restarts: false,
        });
        let last = self.made.units.len() - 1;
        &mut self.made.units[last]
    }

    /// Variables that every process of the deploy gets.
    fn variables(&mut self, node: &Node) {
        for (name, value) in node.entries() {
            let span = self.span(value.at.clone());
            let value = value.text().unwrap_or_default().to_owned();
            self.made.sets.push(SetVariable { name: name.clone(), value, span, exported: true });
        }
    }
}
