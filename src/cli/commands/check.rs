//! `retort check`: judge, print, and say it in the exit code.

use super::{Command, renderer};
use crate::cli::args::{Check, Given};
use crate::cli::failure::Failure;
use crate::cli::files::Gathered;
use crate::cli::progress::review;
use crate::cli::{Io, Outcome};
use crate::cli::{secrets, settings};
use crate::engine::pipeline::Analysis;
use crate::engine::rules::rule_cards;
use crate::renderers::{Render, human};
use crate::wire::words::count;
use crate::wire::{Kind, Options, Report, Settings, Severity, Status};

/// The row of the catalogue.
pub const COMMAND: Command = Command { name: "check", title: "judge migrations, audits and plans" };

/// Runs the command.
pub fn run(args: &Check, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    judged(args, io, |report, settings| {
        let fail_on = settings.fail_on.unwrap_or(Severity::Danger);
        outcome(report, fail_on, settings.strict.unwrap_or(false))
    })
}

/// Reviews, prints, and says it in the exit code as `outcome` has it.
pub(super) fn judged(
    args: &Check,
    io: &mut Io<'_>,
    outcome: fn(&Report, &Settings) -> Outcome,
) -> Result<Outcome, Failure> {
    let render = renderer(&args.format, &human::RENDERER)?;
    let Reviewed { analysis, named } = reviewed(&args.given, args.settings(), io)?;
    let report = analysis.report();
    if let Render::Report(render) = render {
        io.print(&render(&secrets::without(&report), &rule_cards(), &io.look))?;
    }
    if has_lost(&report, &named) {
        return Ok(Outcome::Failed);
    }
    Ok(outcome(&report, analysis.reading.settings()))
}

/// A review, and the names of what was reviewed.
pub(super) struct Reviewed {
    pub analysis: Analysis,
    pub named: Vec<String>,
}

/// Reads what was given and judges it.
pub(super) fn reviewed(
    given: &Given,
    settings: Settings,
    io: &mut Io<'_>,
) -> Result<Reviewed, Failure> {
    let config = given.config.as_deref();
    let Gathered { mut inputs, skipped } =
        settings::gather(&given.paths, &given.roles(), &given.kinds, config, io)?;
    inputs.extend(settings::lock(&given.paths, &inputs, io));
    if inputs.iter().all(|input| matches!(input.kind, Some(Kind::Settings | Kind::Lock))) {
        return Err(Failure::Misuse {
            what: "There is nothing to check.".to_owned(),
            next: "Name files or folders, or - for standard input: retort check app/migrations"
                .to_owned(),
        });
    }
    if skipped > 0 {
        io.say(&format!(
            "Passed over {} (binary, or linked from elsewhere).",
            count(skipped, "file", "files")
        ));
    }
    let named = inputs.iter().map(|input| input.name.clone()).collect();
    let options = Options { settings, today: io.today.clone(), ..Options::default() };
    Ok(Reviewed { analysis: review(inputs, &options, io)?, named })
}

/// Whether something that was named could not be read at all.
pub(super) fn has_lost(report: &Report, named: &[String]) -> bool {
    let lost = |path: &String| report.inputs.iter().any(|row| row.unreadable && row.path == *path);
    named.iter().any(lost)
}

/// What the exit code says of a report. History and suppressed findings decide nothing.
fn outcome(report: &Report, fail_on: Severity, strict: bool) -> Outcome {
    let grave = report
        .findings
        .iter()
        .any(|row| row.pending && row.suppressed.is_none() && row.severity >= fail_on);
    match report.verdict.status {
        Status::Fail | Status::Unknown => Outcome::Findings,
        Status::Warn if strict => Outcome::Findings,
        Status::Pass | Status::Warn if grave => Outcome::Findings,
        Status::Pass | Status::Warn => Outcome::Clear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Suppressed;
    use crate::wire::fixture;

    fn with(status: Status, severity: Option<Severity>) -> Report {
        let mut report = fixture::report(12, 1);
        report.verdict.status = status;
        match severity {
            Some(severity) => report.findings[0].severity = severity,
            None => report.findings.clear(),
        }
        report
    }

    #[test]
    fn exit_codes_are_those_of_the_contract() {
        use Severity::{Danger, Notice, Warning};
        for (status, severity, fail_on, strict, code) in [
            (Status::Pass, None, Danger, false, 0),
            (Status::Pass, None, Danger, true, 0),
            (Status::Warn, Some(Warning), Danger, false, 0),
            (Status::Warn, Some(Warning), Danger, true, 1),
            (Status::Warn, Some(Warning), Warning, false, 1),
            (Status::Pass, Some(Notice), Notice, false, 1),
            (Status::Pass, Some(Notice), Warning, true, 0),
            (Status::Unknown, None, Danger, false, 1),
            (Status::Fail, None, Danger, false, 1),
        ] {
            let report = with(status, severity);
            let case = format!("{status:?} {severity:?} {fail_on:?} {strict}");
            assert_eq!(outcome(&report, fail_on, strict).code(), code, "{case}");
        }
    }

    #[test]
    fn history_and_suppressed_findings_do_not_count() {
        let mut report = with(Status::Pass, Some(Severity::Blocker));
        report.findings[0].pending = false;
        assert_eq!(outcome(&report, Severity::Notice, true), Outcome::Clear);
        report.findings[0].pending = true;
        report.findings[0].suppressed =
            Some(Suppressed { reason: "known".to_owned(), until: None, file: None, line: 0 });
        assert_eq!(outcome(&report, Severity::Notice, true), Outcome::Clear);
    }

    #[test]
    fn an_input_that_could_not_be_read_at_all_is_seen() {
        let mut report = with(Status::Fail, None);
        report.inputs[0].unreadable = true;
        let named = [report.inputs[0].path.clone()];
        assert!(has_lost(&report, &named));
        assert!(!has_lost(&report, &["other".to_owned()]));
    }
}
