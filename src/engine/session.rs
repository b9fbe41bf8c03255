//! A conversation with the engine, whoever holds it: the worker, the page's thread, a test.
//!
//! In: [`Request`]s, with the bytes of their inputs.
//! Out: [`Response`]s.
//! Never: how messages travel.

use std::ops::ControlFlow;

use crate::wire::share::{self, Choice, LinkOffer};
use crate::wire::{
    Block, Book, ComparisonView, Input, Moment, Options, PlanStates, Progress, Report, Request,
    Response, RuleCard, Status, VERSION, read, redact,
};

use super::crew::Alone;
use super::offer::offer;
use super::pipeline::{self, Analysis};
use super::rules;

/// Characters of a head's id in the name of a file.
const HEAD_CHARS: usize = 8;

/// How the names of scripts begin among those of formats.
const SCRIPT: &str = "collect-";

/// Remembers the last report and answers requests about it.
#[derive(Debug, Default)]
pub struct Session {
    last: Option<Last>,
    /// The link that was looked at last, and what came in it.
    received: Option<(String, Last)>,
    lent: Option<Lent>,
    /// The day of the last review, as `2024-05-31`; empty where nobody said.
    today: String,
}

/// What the session speaks of.
#[derive(Debug)]
struct Last {
    report: Report,
    /// Not there when the report came in a link, in a file, or from a page whose engine was replaced.
    analysis: Option<Analysis>,
    /// The link that it came in.
    came: Option<share::Shared>,
}

/// The ending of a file's name, and its text.
pub type File = (&'static str, String);

/// What whoever opens the session lends it, since the engine knows no formats and no panels.
#[derive(Debug, Clone, Copy)]
pub struct Lent {
    /// Writes a report as a file of a format: the ending of its name, and its text.
    pub write: fn(&str, &Report, &[RuleCard]) -> Option<File>,
    /// Composes what a place of the page shows, by its address.
    pub draw: fn(&str, &dyn Book) -> Result<Vec<Block>, String>,
}

/// Reads a report that was saved as JSON. It says of itself that nothing was looked at again.
fn saved(input: &Input) -> Option<Report> {
    let text = std::str::from_utf8(&input.bytes).ok().filter(|text| text.starts_with('{'))?;
    let mut report = read::report(serde_json::from_str(text).ok()?).ok()?;
    if report.version != VERSION {
        return None;
    }
    if !report.left_out.iter().any(|line| line == SAVED) {
        report.left_out.push(SAVED.to_owned());
    }
    Some(report)
}

/// What is said of a report out of a file.
const SAVED: &str = "This is a saved report: nothing was looked at again.";

impl Session {
    /// Returns a session that has reviewed nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a session that can write files and draw panels.
    pub fn lent(lent: Lent) -> Self {
        Self { lent: Some(lent), ..Self::default() }
    }

    /// Says who is there: the engine's version and how many rules it has.
    pub fn ready() -> Response {
        Response::Ready { engine: env!("CARGO_PKG_VERSION").to_owned(), rules: rules::RULES.len() }
    }

    /// Takes a report back that an earlier session wrote.
    pub fn keep(&mut self, report: Report) {
        self.last = Some(Last { report, analysis: None, came: None });
    }

    /// Answers one request. `inputs` are what the request's heads describe, in the same order.
    pub fn answer(
        &mut self,
        request: Request,
        inputs: Vec<Input>,
        progress: &mut dyn FnMut(Progress),
    ) -> Response {
        let answer = match request {
            Request::Analyze { options, .. } => self.analyze(inputs, &options, progress),
            Request::Export { format, fragment } => self.export(&format, fragment),
            Request::View { at, fragment } => self.view(&at, fragment),
        };
        answer.unwrap_or_else(|why| Response::Refused { why })
    }

    fn analyze(
        &mut self,
        inputs: Vec<Input>,
        options: &Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Response, String> {
        self.today = options.today.clone().unwrap_or_default();
        if let [input] = inputs.as_slice()
            && let Some(report) = saved(input)
        {
            self.keep(report.clone());
            return Ok(Response::Report(Box::new(report)));
        }
        let mut watch = |at| {
            progress(at);
            ControlFlow::Continue(())
        };
        let ControlFlow::Continue(analysis) =
            pipeline::analyze(inputs, options, &Alone, &mut watch)
        else {
            return Err("The review was stopped.".to_owned());
        };
        let report = analysis.report();
        let answer = Response::Report(Box::new(report.clone()));
        self.last = Some(Last { report, analysis: Some(analysis), came: None });
        Ok(answer)
    }

    /// The last report, or the one in a link.
    fn open(&mut self, fragment: Option<String>) -> Result<&Last, &'static str> {
        let Some(fragment) = fragment else {
            return self.last.as_ref().ok_or("There is no report here. Run the review again.");
        };
        if self.received.as_ref().is_none_or(|(known, _)| *known != fragment) {
            let came = share::decode(&fragment).map_err(|_| "The link can't be read.")?;
            let last = Last { report: came.report.clone(), analysis: None, came: Some(came) };
            self.received = Some((fragment, last));
        }
        self.received.as_ref().map(|(_, last)| last).ok_or("The link can't be read.")
    }

    fn export(&mut self, format: &str, fragment: Option<String>) -> Result<Response, String> {
        let lent = self.lent.ok_or("Nothing can be written here.")?;
        // What needs no report has a name of its own.
        if format.starts_with(SCRIPT) {
            let written = (lent.write)(format, &Report::withheld(Status::Unknown), &[]);
            let (ending, text) = written.ok_or("There is no such script.")?;
            return Ok(Response::Export { name: format!("retort-{format}.{ending}"), text });
        }
        // What came in a link was reviewed some other day.
        let day = if fragment.is_none() { self.today.clone() } else { String::new() };
        let report = redact::report(&self.open(fragment)?.report);
        let (ending, text) = (lent.write)(format, &report, &rules::rule_cards())
            .ok_or("There is no such format.")?;
        let heads = report.chains.iter().flat_map(|chain| &chain.heads);
        let head: String = heads.take(1).flat_map(|id| id.chars()).take(HEAD_CHARS).collect();
        let head: String = head.chars().filter(char::is_ascii_alphanumeric).collect();
        let parts = ["retort", report.verdict.status.word(), &head, &day];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let name = [&said.join("-"), ".", ending].concat();
        Ok(Response::Export { name, text })
    }

    fn view(&mut self, at: &str, fragment: Option<String>) -> Result<Response, String> {
        let lent = self.lent.ok_or("Nothing can be drawn here.")?;
        Ok(Response::View((lent.draw)(at, self.open(fragment)?)?))
    }
}

impl Last {
    fn reading(&self) -> Option<&pipeline::Reading> {
        Some(&self.analysis.as_ref()?.reading)
    }
}

impl Book for Last {
    fn report(&self) -> &Report {
        &self.report
    }

    fn rules(&self) -> Vec<RuleCard> {
        rules::rule_cards()
    }

    fn moment(&self, chain: usize, revision: &str) -> Option<Moment> {
        self.reading()?.moment(chain, revision)
    }

    fn compare(&self, from: &str, to: &str) -> Result<ComparisonView, String> {
        self.reading().ok_or_else(String::new)?.compare(from, to)
    }

    fn source(&self, path: &str) -> Option<&str> {
        self.reading()?.source(path)
    }

    fn dependents(&self, revision: Option<&str>, table: &str) -> Vec<[String; 2]> {
        self.reading().map(|reading| reading.dependents(revision, table)).unwrap_or_default()
    }

    fn plan(&self, plan: usize) -> Option<PlanStates> {
        self.reading()?.plan(plan)
    }

    fn example(&self, text: &str) -> Option<(Vec<Input>, Report)> {
        let (inputs, _) = rules::example::parse(text);
        let run = pipeline::analyze(inputs.clone(), &Options::default(), &Alone, &mut |_| {
            ControlFlow::Continue(())
        });
        match run {
            ControlFlow::Continue(analysis) => Some((inputs, analysis.report())),
            ControlFlow::Break(()) => None,
        }
    }

    fn offer(&self, base: &str, choice: &Choice, at: &str) -> LinkOffer {
        offer(&self.report, self.came.as_ref(), base, choice, at)
    }

    fn has_files(&self) -> bool {
        self.analysis.is_some()
    }
}
