//! What each host's file runs, by its documentation.

use crate::engine::facts::{Host, Phase, SetVariable, Unit};

use super::Reading;
use super::shell::Flags;
use super::tree::Node;

/// A step of GitHub's Actions runs in `bash -e`.
const STEP: Flags = Flags { errexit: true, pipefail: false };

/// Keys whose value is run, and when. A `*` stands for every key or member.
type Row = (&'static [&'static str], Phase);

const RAILWAY: &[Row] = &[
    (&["build", "buildCommand"], Phase::Build),
    (&["deploy", "preDeployCommand"], Phase::Release),
    (&["deploy", "startCommand"], Phase::Start),
];
const RENDER: &[Row] = &[
    (&["services", "*", "buildCommand"], Phase::Build),
    (&["services", "*", "preDeployCommand"], Phase::Release),
    (&["services", "*", "startCommand"], Phase::Start),
    (&["services", "*", "dockerCommand"], Phase::Start),
];
const FLY: &[Row] = &[
    (&["deploy", "release_command"], Phase::Release),
    (&["processes", "*"], Phase::Start),
    (&["experimental", "cmd"], Phase::Start),
];
const VERCEL: &[Row] = &[(&["installCommand"], Phase::Build), (&["buildCommand"], Phase::Build)];
const REPLIT: &[Row] =
    &[(&["deployment", "build"], Phase::Build), (&["deployment", "run"], Phase::Start)];
const NODE: &[Row] = &[
    (&["scripts", "preinstall"], Phase::Build),
    (&["scripts", "postinstall"], Phase::Build),
    (&["scripts", "vercel-build"], Phase::Build),
    (&["scripts", "heroku-postbuild"], Phase::Build),
    (&["scripts", "build"], Phase::Build),
    (&["scripts", "release"], Phase::Release),
    (&["scripts", "prestart"], Phase::Start),
    (&["scripts", "start"], Phase::Start),
];

/// Reads a file that is a tree.
pub(super) fn of_tree(reading: &mut Reading<'_>, tree: &Node) {
    let rows = match reading.made.host {
        Host::Workflow => return workflow(reading, tree),
        Host::Compose => return compose(reading, tree),
        Host::Railway => RAILWAY,
        Host::Render => RENDER,
        Host::Fly => FLY,
        Host::Vercel => VERCEL,
        Host::Replit => REPLIT,
        Host::Node => NODE,
        Host::Shell | Host::Procfile | Host::Docker | Host::Make => return,
    };
    for (path, phase) in rows {
        for (name, node) in reach(tree, path) {
            // Railway takes a list of whole commands, others a list of words.
            let whole = reading.made.host == Host::Railway && !node.items().is_empty();
            if whole {
                for one in node.items() {
                    reading.either(*phase, &name, one, Flags::default());
                }
            } else {
                reading.either(*phase, &name, node, Flags::default());
            }
        }
    }
    match reading.made.host {
        Host::Replit => replit(reading, tree),
        Host::Fly => reading.variables(tree.get("env")),
        Host::Render => {
            for variable in
                tree.get("services").items().iter().flat_map(|one| one.get("envVars").items())
            {
                variable_row(reading, variable);
            }
        }
        Host::Node => {
            for (name, node) in tree.get("scripts").entries() {
                reading.either(Phase::Named, name, node, Flags::default());
            }
        }
        _ => {}
    }
}

/// The nodes at a path, each with the last name in it.
fn reach<'a>(tree: &'a Node, path: &[&str]) -> Vec<(String, &'a Node)> {
    let mut found = vec![(String::new(), tree)];
    for key in path {
        let mut next = Vec::new();
        for (_, node) in found {
            if *key == "*" {
                next.extend(node.entries().iter().map(|(name, value)| (name.clone(), value)));
                next.extend(
                    node.items()
                        .iter()
                        .map(|item| (item.get("name").text().unwrap_or_default().to_owned(), item)),
                );
            } else if node.get(key).is_there() {
                next.push(((*key).to_owned(), node.get(key)));
            }
        }
        found = next;
    }
    found
}

fn replit(reading: &mut Reading<'_>, tree: &Node) {
    for table in ["env", "run"] {
        let node = match table {
            "env" => tree.get("env"),
            _ => tree.at(&["run", "env"]),
        };
        reading.variables(node);
    }
    for (_, shared) in tree.get("userenv").entries() {
        reading.variables(shared);
    }
    let switch = tree.at(&["deployment", "databaseMigrations"]);
    if switch.is_there() {
        reading.made.placebo = Some(reading.span(switch.at.clone()));
    }
    let hook = tree.at(&["postMerge", "path"]);
    if let Some(path) = hook.text() {
        let text = format!("sh {path}");
        reading.script(Phase::Named, "postMerge", &text, hook.at.clone(), Flags::default());
    }
}

/// `- key: NAME` with `value: …`.
fn variable_row(reading: &mut Reading<'_>, node: &Node) {
    let Some(name) = node.get("key").text() else { return };
    let value = node.get("value").text().unwrap_or_default().to_owned();
    let span = reading.span(node.at.clone());
    let name = name.to_owned();
    reading.made.sets.push(SetVariable { name, value, span, exported: true });
}

/// Jobs in the order of their needs, each with its steps.
fn workflow(reading: &mut Reading<'_>, tree: &Node) {
    reading.variables(tree.get("env"));
    for (job, node) in tree.get("jobs").entries() {
        reading.variables(node.get("env"));
        let needs: Vec<String> = node.get("needs").texts().into_iter().map(str::to_owned).collect();
        for step in node.get("steps").items() {
            let lenient = [step, node]
                .into_iter()
                .map(|node| node.get("continue-on-error"))
                .find(|node| node.text() == Some("true"))
                .map(|node| reading.span(node.at.clone()));
            if let Some(action) = step.get("uses").text() {
                let words = vec!["uses:".to_owned(), action.to_owned()];
                let at = step.get("uses").at.clone();
                let place = Some(reading.span(at.clone()));
                let command =
                    crate::engine::facts::Command { words, at: place, ..Default::default() };
                reading.unit(Phase::Job, job, at, vec![command]).needs.clone_from(&needs);
            }
            if let Some(text) = step.get("run").text() {
                let (text, at) = (text.to_owned(), step.get("run").at.clone());
                let pipefail = step.get("shell").text() == Some("bash");
                let unit = reading.script(Phase::Job, job, &text, at, Flags { pipefail, ..STEP });
                unit.needs.clone_from(&needs);
                unit.lenient = lenient;
            }
        }
    }
}

/// Services, with what each waits for.
fn compose(reading: &mut Reading<'_>, tree: &Node) {
    for (name, node) in tree.get("services").entries() {
        reading.variables(node.get("environment"));
        let waits = node.get("depends_on").entries().iter().filter(|(_, how)| {
            how.get("condition").text() == Some("service_completed_successfully")
        });
        let needs: Vec<String> = waits.map(|(of, _)| of.clone()).collect();
        let restarts = matches!(node.get("restart").text(), Some("always" | "unless-stopped"));
        for key in ["entrypoint", "command"] {
            let before = reading.made.units.len();
            reading.either(Phase::Start, name, node.get(key), Flags::default());
            for unit in reading.made.units.iter_mut().skip(before) {
                unit.needs.clone_from(&needs);
                unit.restarts = restarts;
            }
        }
    }
}

/// `name: command` lines.
pub(super) fn procfile(reading: &mut Reading<'_>, text: &str) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((name, command)) = line.split_once(':').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let phase = if name.trim() == "release" { Phase::Release } else { Phase::Start };
        let command = command.trim();
        let from = start + line.find(command).unwrap_or(0);
        let text = command.to_owned();
        reading.script(phase, name.trim(), &text, from..from + command.len(), Flags::default());
    }
}

/// Targets and their recipes: each line runs in a shell of its own, and the first failure ends the target.
pub(super) fn makefile(reading: &mut Reading<'_>, text: &str) {
    let (mut at, mut target, mut names) = (0, String::new(), Vec::new());
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some(recipe) = line.strip_prefix('\t') {
            let body = recipe.trim();
            let ignored =
                body.chars().take_while(|c| matches!(c, '@' | '-' | '+')).any(|c| c == '-');
            let body = body.trim_start_matches(['@', '-', '+']).trim();
            let from = start + line.find(body).unwrap_or(0);
            if body.is_empty() || body.starts_with('#') || target.is_empty() {
                continue;
            }
            let (text, name) = (body.to_owned(), target.clone());
            let unit: &mut Unit = reading.script(
                Phase::Named,
                &name,
                &text,
                from..from + body.len(),
                Flags::default(),
            );
            unit.lenient = ignored.then_some(unit.span);
            unit.needs.clone_from(&names);
        } else if let Some((head, needs)) = line.split_once(':').filter(|(head, needs)| {
            !head.contains(['=', '#', ' ', '\t'])
                && !needs.starts_with('=')
                && !head.starts_with('.')
        }) {
            head.trim().clone_into(&mut target);
            names = needs.split_whitespace().map(str::to_owned).collect();
        }
    }
}
