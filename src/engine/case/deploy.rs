//! The ways of a deploy: what each file runs in the end, scripts and targets that it calls included.

use crate::engine::facts::{Command, Deed, Deploy, Facts, Host, Joint, Phase, Unit};
use crate::engine::span::{DocumentId, Span};
use crate::limits;

use super::programs::{self, Does};
use super::switches;

/// Files and functions that call each other, followed so deep.
const CALLS_MAX: usize = 8;

/// What one file runs, in order.
#[derive(Debug, Clone)]
pub struct DeployWay {
    pub document: DocumentId,
    pub host: Host,
    pub steps: Vec<DeployStep>,
    /// Scripts it calls that are not among the inputs, and what could not be followed.
    pub missing: Vec<(Span, String)>,
}

/// One command on the way.
#[derive(Debug, Clone)]
pub struct DeployStep {
    pub does: Does,
    pub phase: Phase,
    pub span: Span,
    pub text: String,
    pub runs: Runs,
    /// The job, service or process.
    pub unit: usize,
    frames: Vec<Frame>,
}

/// Whether a step runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    Always,
    /// A condition is not known.
    Perhaps,
    /// A variable that is set switches it off.
    Never {
        switch: String,
    },
    /// Only where a variable is set, which nothing here sets.
    OnlyIf {
        switch: String,
    },
}

/// Where in which file a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    deploy: usize,
    unit: usize,
    command: usize,
}

/// Returns every way that the deploy files have.
pub(super) fn ways(facts: &Facts) -> Vec<DeployWay> {
    let mut walker = Walker { facts, called: Vec::new(), way: None, steps: 0 };
    let mut ways = Vec::new();
    let mut scripts = Vec::new();
    for (ix, deploy) in facts.deploys.iter().enumerate() {
        let other = matches!(deploy.host, Host::Shell | Host::Make);
        if !programs::is_aside(&deploy.path) && !other {
            ways.extend(walker.walk(ix));
        } else if deploy.host == Host::Shell && !programs::is_aside(&deploy.path) {
            scripts.push(ix);
        }
    }
    // A script that nothing calls is a way of its own where it starts the program.
    let called = std::mem::take(&mut walker.called);
    for ix in scripts.into_iter().filter(|ix| !called.contains(ix)) {
        let starts = |way: &DeployWay| way.steps.iter().any(|step| step.does == Does::Serve);
        ways.extend(walker.walk(ix).filter(starts));
    }
    ways
}

struct Walker<'a> {
    facts: &'a Facts,
    called: Vec<usize>,
    way: Option<DeployWay>,
    steps: usize,
}

impl Walker<'_> {
    fn walk(&mut self, ix: usize) -> Option<DeployWay> {
        let deploy = self.facts.deploys.get(ix)?;
        let alone = deploy.host == Host::Shell;
        let (document, host) = (deploy.document, deploy.host);
        let mut missing = deploy.open.clone();
        if deploy.units.len() > limits::DEPLOY_UNITS_MAX {
            let whole = Span::whole(document);
            missing.push((whole, "it has more steps than are put into their order".to_owned()));
        }
        self.way = Some(DeployWay { document, host, steps: Vec::new(), missing });
        self.steps = 0;
        for unit in order(deploy) {
            let Some(found) = deploy.units.get(unit) else { continue };
            let phase = if alone { Phase::Start } else { found.phase };
            if phase == Phase::Named {
                continue;
            }
            let before = self.way.as_ref().map_or(0, |way| way.steps.len());
            self.unit(&[], (ix, unit), phase, None, unit);
            self.serve(before, host, phase);
        }
        self.way.take().filter(|way| !way.steps.is_empty())
    }

    /// Whatever a start command ends with is the program, unless it is known to be something else.
    fn serve(&mut self, before: usize, host: Host, phase: Phase) {
        let Some(way) = self.way.as_mut().filter(|_| phase == Phase::Start) else { return };
        if matches!(host, Host::Node | Host::Compose | Host::Shell) {
            return;
        }
        let own = way.steps.get_mut(before..).unwrap_or_default();
        if own.iter().any(|step| step.does == Does::Serve) {
            return;
        }
        if let Some(last) = own.last_mut().filter(|last| last.does == Does::Other) {
            last.does = Does::Serve;
        }
    }

    fn unit(
        &mut self,
        frames: &[Frame],
        (deploy_ix, unit_ix): (usize, usize),
        phase: Phase,
        function: Option<&str>,
        top: usize,
    ) {
        let Some(deploy) = self.facts.deploys.get(deploy_ix) else { return };
        let Some(unit) = deploy.units.get(unit_ix) else { return };
        for (ix, command) in unit.commands.iter().enumerate() {
            if command.function.as_deref() != function || self.steps > limits::DEPLOY_COMMANDS_MAX {
                continue;
            }
            self.steps += 1;
            let mut own = frames.to_vec();
            own.push(Frame { deploy: deploy_ix, unit: unit_ix, command: ix });
            if !self.calls(&own, command, phase, top) {
                let does = self.does(command);
                self.step(does, command, phase, own, top);
            }
        }
    }

    fn step(
        &mut self,
        does: Does,
        command: &Command,
        phase: Phase,
        frames: Vec<Frame>,
        unit: usize,
    ) {
        let Some(span) = command.at else { return };
        let runs = switches::runs(self.facts, frames.iter().filter_map(|frame| self.at(*frame)));
        let text = command.words.join(" ");
        if let Some(way) = &mut self.way {
            way.steps.push(DeployStep { does, phase, span, text, runs, unit, frames });
        }
    }

    fn at(&self, frame: Frame) -> Option<(&Deploy, &Unit, &Command)> {
        let deploy = self.facts.deploys.get(frame.deploy)?;
        let unit = deploy.units.get(frame.unit)?;
        Some((deploy, unit, unit.commands.get(frame.command)?))
    }

    /// What a command does by itself; a Python file does what its code does.
    fn does(&self, command: &Command) -> Does {
        let does = programs::does(command);
        let words = programs::inner(&command.words);
        let script = words.first().filter(|first| first.ends_with(".py"));
        let migrates = script.is_some_and(|script| {
            let name = script.trim_start_matches("./");
            self.facts
                .seen
                .iter()
                .any(|seen| matches!(seen.what, Deed::Upgrade(_)) && is_same(&seen.path, name))
        });
        if does == Does::Other && migrates { Does::Migrate } else { does }
    }

    /// Whether a command calls a function, a script, a target; its commands then stand for it.
    fn calls(&mut self, frames: &[Frame], command: &Command, phase: Phase, top: usize) -> bool {
        let Some(frame) = frames.last().filter(|_| frames.len() <= CALLS_MAX) else { return false };
        let words = programs::inner(&command.words);
        let Some(first) = words.first() else { return true };
        let own = self.at(*frame).map(|(_, unit, _)| unit);
        let is_function = own.is_some_and(|unit| {
            unit.commands.iter().any(|one| one.function.as_ref() == Some(first))
        });
        if is_function && command.function.as_ref() != Some(first) {
            let name = first.clone();
            self.unit(frames, (frame.deploy, frame.unit), phase, Some(&name), top);
            return true;
        }
        let Some(target) = target(words) else { return false };
        let found = self.find(frame.deploy, &target);
        if found.is_empty() {
            let known = matches!(programs::does(command), Does::Serve);
            let Some(span) = command.at.filter(|_| !known) else { return false };
            let (what, does) = match &target {
                Target::Script(path) => {
                    let stem = path.rsplit('/').next().unwrap_or(path).to_lowercase();
                    let deploys =
                        ["release", "deploy", "publish"].iter().any(|word| stem.contains(word));
                    (path.clone(), if deploys { Does::Deploy } else { Does::Other })
                }
                Target::Make(name) => (format!("make {name}"), Does::Other),
                Target::Node(name) => (format!("npm run {name}"), Does::Other),
            };
            if let Some(way) = &mut self.way {
                way.missing.push((span, format!("`{what}` is not among the inputs")));
            }
            self.step(does, command, phase, frames.to_vec(), top);
            return true;
        }
        for (deploy, unit) in found {
            self.called.push(deploy);
            let is_open = frames.iter().any(|frame| (frame.deploy, frame.unit) == (deploy, unit));
            if !is_open {
                self.unit(frames, (deploy, unit), phase, None, top);
            }
        }
        true
    }

    /// The units that a name stands for, seen from a file.
    fn find(&self, from: usize, target: &Target) -> Vec<(usize, usize)> {
        let all = || self.facts.deploys.iter().enumerate();
        let folder = self.facts.deploys.get(from).map_or("", |deploy| folder(&deploy.path));
        match target {
            Target::Script(path) => {
                let path = path.trim_start_matches("./");
                let near = |deploy: &Deploy| match folder.is_empty() {
                    true => deploy.path == path,
                    false => deploy.path == format!("{folder}/{path}"),
                };
                let shell = |deploy: &&(usize, &Deploy)| deploy.1.host == Host::Shell;
                let beside = all().filter(|one| shell(&one)).find(|(_, deploy)| near(deploy));
                let found = beside.or_else(|| {
                    all().filter(|one| shell(&one)).find(|(_, deploy)| is_same(&deploy.path, path))
                });
                found.map(|(ix, _)| vec![(ix, 0)]).unwrap_or_default()
            }
            Target::Make(name) => self.named(Host::Make, name),
            Target::Node(name) => {
                let (before, after) = (format!("pre{name}"), format!("post{name}"));
                [before.as_str(), name, after.as_str()]
                    .into_iter()
                    .flat_map(|name| self.named(Host::Node, name))
                    .collect()
            }
        }
    }

    /// Units of the first file of a host that has one of this name.
    fn named(&self, host: Host, name: &str) -> Vec<(usize, usize)> {
        let mut files =
            self.facts.deploys.iter().enumerate().filter(|(_, deploy)| deploy.host == host);
        let has = |deploy: &Deploy| -> Vec<usize> {
            let units = deploy.units.iter().enumerate();
            let own = units.filter(|(_, unit)| unit.phase == Phase::Named && unit.name == name);
            own.map(|(ix, _)| ix).collect()
        };
        let found = files
            .find_map(|(ix, deploy)| Some((ix, has(deploy))).filter(|(_, all)| !all.is_empty()));
        found
            .into_iter()
            .flat_map(|(ix, all)| all.into_iter().map(move |unit| (ix, unit)))
            .collect()
    }
}

/// What a command calls by its name.
enum Target {
    Script(String),
    Make(String),
    Node(String),
}

fn target(words: &[String]) -> Option<Target> {
    let (first, rest) = words.split_first()?;
    let name = first.rsplit('/').next().unwrap_or(first);
    let plain = || rest.iter().find(|word| !word.starts_with('-'));
    match name {
        "bash" | "sh" | "ash" | "dash" | "source" | "." => Some(Target::Script(plain()?.clone())),
        "make" => Some(Target::Make(plain()?.clone())),
        "npm" | "yarn" | "pnpm" | "bun" => {
            let mut plain = rest.iter().filter(|word| !word.starts_with('-'));
            let verb = plain.next()?;
            match verb.as_str() {
                "run" => Some(Target::Node(plain.next()?.clone())),
                "start" => Some(Target::Node(verb.clone())),
                _ => None,
            }
        }
        _ if first.ends_with(".sh") || (first.starts_with("./") && !first.ends_with(".py")) => {
            Some(Target::Script(first.clone()))
        }
        _ => None,
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path is the other, seen from some folder above it.
fn is_same(path: &str, other: &str) -> bool {
    let other = other.trim_start_matches('/');
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    ends(path, other) || ends(other, path)
}

/// The units of a file, each after those that it needs.
fn order(deploy: &Deploy) -> Vec<usize> {
    let mut made: Vec<usize> = Vec::new();
    let mut left: Vec<usize> = (0..deploy.units.len()).collect();
    crate::ordered::sort_by_key(&mut left, |ix| deploy.units.get(*ix).map(|unit| unit.phase));
    while !left.is_empty() && deploy.units.len() <= limits::DEPLOY_UNITS_MAX {
        let waits = |ix: &usize| {
            let needs = deploy.units.get(*ix).map_or(&[][..], |unit| &unit.needs);
            left.iter().any(|other| {
                other != ix
                    && deploy.units.get(*other).is_some_and(|unit| needs.contains(&unit.name))
            })
        };
        let next = left.iter().position(|ix| !waits(ix)).unwrap_or(0);
        made.push(left.remove(next));
    }
    made.extend(left);
    made
}

impl super::Case {
    /// Returns what every deploy file runs, scripts that it calls included.
    pub fn deploy_ways(&self) -> &[DeployWay] {
        &self.deploy_ways
    }

    /// Returns whether the failure of one step keeps a later one of the same way from running.
    pub fn stops(&self, first: &DeployStep, later: &DeployStep) -> bool {
        let both = first.frames.iter().zip(&later.frames);
        let shared = both.take_while(|(one, other)| one == other).count();
        // What calls it has to pass the failure on, script by script.
        let mut inner = first.frames.iter().skip(shared + 1);
        let passed = inner.all(|frame| {
            self.command(*frame).is_some_and(|(unit, at)| {
                unit.lenient.is_none() && ends_with_failure(&unit.commands, at)
            })
        });
        let (Some(one), Some(other)) = (first.frames.get(shared), later.frames.get(shared)) else {
            return passed;
        };
        let Some((unit, at)) = self.command(*one) else { return false };
        if unit.lenient.is_some() {
            return false;
        }
        if (one.deploy, one.unit) != (other.deploy, other.unit) {
            return passed && ends_with_failure(&unit.commands, at);
        }
        passed && keeps_from(&unit.commands, at, other.command)
    }

    /// Returns whether two steps stand in different arms of one condition.
    pub fn excludes(&self, one: &DeployStep, other: &DeployStep) -> bool {
        let both = one.frames.iter().zip(&other.frames);
        let Some((one, other)) = both.clone().find(|(one, other)| one != other) else {
            return false;
        };
        if (one.deploy, one.unit) != (other.deploy, other.unit) {
            return false;
        }
        let (Some((unit, one)), Some((_, other))) = (self.command(*one), self.command(*other))
        else {
            return false;
        };
        let under = |ix: usize| unit.commands.get(ix).map_or(&[][..], |command| &command.under);
        under(one).iter().any(|(number, arm)| {
            under(other).iter().any(|(known, own)| known == number && own != arm)
        })
    }

    /// Returns the unit that a way's step belongs to.
    pub fn deploy_unit(&self, step: &DeployStep) -> Option<&Unit> {
        let first = step.frames.first()?;
        self.facts.deploys.get(first.deploy)?.units.get(first.unit)
    }

    /// Returns the command of a step, as it is written.
    pub fn deploy_command(&self, step: &DeployStep) -> Option<&Command> {
        let (unit, at) = self.command(*step.frames.last()?)?;
        unit.commands.get(at)
    }

    fn command(&self, frame: Frame) -> Option<(&Unit, usize)> {
        let unit = self.facts.deploys.get(frame.deploy)?.units.get(frame.unit)?;
        Some((unit, frame.command))
    }
}

/// Whether a script ends with a failure where this command fails.
fn ends_with_failure(commands: &[Command], at: usize) -> bool {
    let at = pipeline_end(commands, at);
    let Some(command) = commands.get(at) else { return false };
    if command.background || command.piped {
        return false;
    }
    let own = |other: &&Command| other.list == command.list;
    let is_last = commands
        .iter()
        .skip(at + 1)
        .filter(|other| other.function == command.function)
        .all(|other| own(&other));
    match (command.test, command.joint) {
        (Some(test), _) => answers(commands, test),
        (None, Joint::Or) => leaves(commands.iter().skip(at + 1).take_while(own)),
        // `a && b` fails with `a`, and `set -e` does not see it: the last of a script all the same.
        (None, Joint::And) => is_last,
        (None, Joint::End | Joint::Pipe) => command.errexit || is_last,
    }
}

/// The command whose joint is that of the pipeline; the command itself where its own failure is lost.
fn pipeline_end(commands: &[Command], at: usize) -> usize {
    let mut end = at;
    while commands.get(end).is_some_and(|one| one.joint == Joint::Pipe && !one.piped) {
        end += 1;
    }
    end
}

/// Whether a later command of the same script does not run where this one fails.
fn keeps_from(commands: &[Command], at: usize, later: usize) -> bool {
    let at = pipeline_end(commands, at);
    let (Some(command), Some(target)) = (commands.get(at), commands.get(later)) else {
        return false;
    };
    if command.background || command.piped {
        return false;
    }
    if let Some(test) = command.test {
        let failed = usize::from(!test.negated);
        let needs_success =
            target.under.iter().any(|(number, arm)| *number == test.number && *arm != failed);
        return needs_success || answers(commands, test);
    }
    let between = commands.get(at..later).unwrap_or_default();
    if target.list == command.list {
        return between.iter().all(|one| one.joint == Joint::And)
            || (command.joint == Joint::Or && leaves(between.iter().skip(1)));
    }
    ends_with_failure(commands, at) && (command.errexit || command.joint == Joint::Or)
}

/// Whether a test that fails ends the script, or is made again until it does not fail.
fn answers(commands: &[Command], test: crate::engine::facts::Test) -> bool {
    if test.repeats {
        return test.negated;
    }
    let failed = usize::from(!test.negated);
    leaves(commands.iter().filter(|command| command.under.contains(&(test.number, failed))))
}

fn leaves<'a>(mut commands: impl Iterator<Item = &'a Command>) -> bool {
    commands.any(|command| match command.words.first().map(String::as_str) {
        Some("exit" | "return") => command.words.get(1).is_none_or(|code| code != "0"),
        Some("false" | "kill") => true,
        _ => false,
    })
}
