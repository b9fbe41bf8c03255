//! What happens, and what is asked for because of it.

use super::model::{
    Effect, Engine, Layer, LinkState, Model, Msg, Notice, NoticeAction, PanelId, Reason, Run,
    Shared, Subject, Timed,
};
use super::views::Views;
use super::{places, saving, select, settings, tray, views, words};
use crate::wire::share::LinkError;
use crate::wire::{Options, Progress, Report, Request, Response};

/// Runs shorter than this show no progress (ux.md PR-02).
const PROGRESS_AFTER_MS: u32 = 300;
/// Silence after which the page asks whether to wait (ux.md PR-09).
const WATCH_EVERY_MS: u32 = 20_000;
/// How long a copy button says so.
const COPIED_FOR_MS: u32 = 2_000;

/// Changes the model as a message demands, and returns what the browser must do.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = changed(model, msg);
    effects.extend(views::ask(model));
    effects
}

fn changed(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Offered { offers, left_out } => tray::offered(model, offers, left_out),
        Msg::DragOver(count) => {
            model.dragged = u32::try_from(count).ok();
            Vec::new()
        }
        Msg::OpenSample(sample) => tray::open_sample(model, sample),
        Msg::Remove { path } => tray::remove(model, path),
        Msg::Edited { path, id, bytes } => tray::edited(model, &path, id, bytes),
        Msg::Restore { path } => tray::decide(model, path, |decision| decision.exclude = false),
        Msg::Rename { path, name } => tray::rename(model, path, &name),
        Msg::SetRole { path, role } => tray::set_role(model, path, role),
        Msg::SetKind { path, kind } => {
            tray::decide(model, path, |decision| decision.kind = Some(kind))
        }
        Msg::StartOver => tray::start_over(model),
        Msg::Give(offer) => tray::give(model, offer),

        Msg::EngineReady { version, rules } => {
            model.engine = Engine::Ready { version, rules };
            if model.run.due { start(model) } else { Vec::new() }
        }
        Msg::EngineProgress(ticket, progress) => {
            note_progress(&mut model.run, ticket, progress);
            Vec::new()
        }
        Msg::EngineAnswer(ticket, response) => answered(model, ticket, *response),
        Msg::EngineCrashed { why } => crashed(model, why),
        Msg::EngineUnavailable { why } => {
            views::crashed(model, words::UNAVAILABLE_TEXT);
            model.engine = Engine::Unavailable { why };
            end_run(&mut model.run);
            Vec::new()
        }
        Msg::ProgressDue(ticket) => progress_due(model, ticket),
        Msg::Watch { ticket, beats } => watch(model, ticket, beats),
        Msg::Cancel => cancel(model),
        Msg::RunAgain => {
            model.notice = None;
            start(model)
        }
        Msg::KeepWaiting => {
            model.run.quiet = false;
            Vec::new()
        }
        other => navigate(model, other),
    }
}

fn navigate(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Show(panel) => {
            model.panel = panel;
            places::write_address(model, true)
        }
        Msg::Select(subject) => {
            model.selected = Some(subject);
            places::write_address(model, true)
        }
        Msg::Follow(subject) => {
            if let (PanelId::Schema, Subject::Revision { id, .. }) = (model.panel, &subject) {
                model.ask = words::join(&["at=", id]);
            }
            model.selected = Some(subject);
            places::write_address(model, false)
        }
        Msg::Jump(subject) => {
            model.panel = select::home(&subject);
            model.filter.clear();
            model.selected = Some(subject);
            model.layer = None;
            places::write_address(model, true)
        }
        Msg::FirstProblem => first_problem(model),
        Msg::Look(at) => views::look(model, at),
        Msg::Go(to) => places::go(model, &to),
        Msg::ToggleWhy => {
            model.why_open = !model.why_open;
            Vec::new()
        }
        Msg::Back => {
            model.selected = None;
            places::write_address(model, true)
        }
        Msg::Filter(text) => {
            model.filter = text;
            if let Some(report) = &model.report {
                model.spoken = select::filter_said(report, &model.filter);
            }
            places::write_address(model, false)
        }
        Msg::Address(fragment) => places::go_to(model, fragment),
        Msg::Escape => escape(model),
        other => layers(model, other),
    }
}

fn layers(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Open(layer) => {
            model.opens_at.clear();
            model.layer = Some(layer);
            Vec::new()
        }
        Msg::Close => {
            model.layer = None;
            Vec::new()
        }
        Msg::Choose(word) => {
            model.choice.toggle(word);
            Vec::new()
        }
        Msg::Set { key, value } => settings::set(model, key, &value),
        Msg::Save(format) => saving::ask(model, format),
        Msg::Passphrase(passphrase) => {
            model.passphrase = passphrase;
            match &model.link {
                LinkState::Broken { locked: Some(fragment), .. } => {
                    let (fragment, passphrase) = (fragment.clone(), model.passphrase.clone());
                    vec![Effect::Unlock { fragment, passphrase }]
                }
                _ => Vec::new(),
            }
        }
        Msg::Unlocked(fragment) => unlocked(model, fragment),
        Msg::Copy { text } => {
            let locks = model.layer == Some(Layer::Share);
            let passphrase = if locks { model.passphrase.clone() } else { String::new() };
            vec![Effect::Copy { text, passphrase }]
        }
        Msg::Copied { text, done } => copied(model, text, done),
        Msg::ForgetCopied => {
            model.copied = None;
            Vec::new()
        }
        Msg::SetTheme(theme) => {
            model.theme = theme;
            vec![Effect::KeepTheme(theme)]
        }
        Msg::LettersOff(off) => {
            model.letters_off = off;
            vec![Effect::Keep("letters", if off { "off" } else { "" })]
        }
        Msg::Say(text) => {
            model.spoken = text;
            Vec::new()
        }
        Msg::PutAwayNotice => {
            model.notice = None;
            Vec::new()
        }
        Msg::NoticeAction(action) => notice_action(model, action),
        _ => Vec::new(),
    }
}

// Runs.

pub(super) fn start(model: &mut Model) -> Vec<Effect> {
    model.run.crash = None;
    if model.uploads.is_empty() {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if model.run.shown {
        // The engine answers in turn; what is no longer wanted should not be waited for.
        effects.extend(stop_engine(model));
    }
    if model.engine == Engine::Starting {
        model.run.due = true;
        return effects;
    }
    let ticket = model.run.ticket + 1;
    model.run = Run { ticket, waiting: Some(ticket), ..Run::default() };
    let options = Options {
        said: model.settings.clone(),
        overrides: model.decisions.clone(),
        ..Options::default()
    };
    let head = |upload: &super::model::Upload| crate::wire::InputHead {
        name: upload.name.clone(),
        role: None,
        kind: None,
    };
    effects.push(Effect::Send {
        ticket,
        request: Request::Analyze {
            inputs: model.uploads.iter().map(head).collect(),
            options: Box::new(options),
        },
        uploads: model.uploads.iter().map(|upload| upload.id).collect(),
    });
    effects.push(Effect::Later { ms: PROGRESS_AFTER_MS, msg: Timed::ProgressDue(ticket) });
    effects
}

pub(super) fn stop_engine(model: &mut Model) -> Vec<Effect> {
    end_run(&mut model.run);
    model.run.remembered = false;
    model.views.asked = None;
    model.engine = Engine::Starting;
    vec![Effect::StopEngine]
}

fn end_run(run: &mut Run) {
    run.waiting = None;
    run.progress = None;
    run.shown = false;
    run.quiet = false;
}

fn note_progress(run: &mut Run, ticket: u32, progress: Progress) {
    if run.waiting != Some(ticket) {
        return;
    }
    run.beats += 1;
    run.quiet = false;
    let goes_back = run
        .progress
        .as_ref()
        .is_some_and(|last| last.phase == progress.phase && last.done > progress.done);
    if !goes_back {
        run.progress = Some(progress);
    }
}

fn progress_due(model: &mut Model, ticket: u32) -> Vec<Effect> {
    if model.run.waiting != Some(ticket) {
        return Vec::new();
    }
    model.run.shown = true;
    let beats = model.run.beats;
    vec![Effect::Later { ms: WATCH_EVERY_MS, msg: Timed::Watch { ticket, beats } }]
}

fn watch(model: &mut Model, ticket: u32, beats: u32) -> Vec<Effect> {
    if model.run.waiting != Some(ticket) {
        return Vec::new();
    }
    model.run.quiet = model.run.beats == beats;
    let beats = model.run.beats;
    vec![Effect::Later { ms: WATCH_EVERY_MS, msg: Timed::Watch { ticket, beats } }]
}

fn answered(model: &mut Model, ticket: u32, response: Response) -> Vec<Effect> {
    match response {
        Response::Report(report) if model.run.waiting == Some(ticket) => {
            end_run(&mut model.run);
            model.run.remembered = true;
            show_report(model, *report)
        }
        Response::Refused { why } if model.run.waiting == Some(ticket) => {
            end_run(&mut model.run);
            let title = words::REFUSED.to_owned();
            model.notice = Some(Notice { title, text: why, action: None });
            Vec::new()
        }
        other => saving::answered(model, ticket, other),
    }
}

fn show_report(model: &mut Model, report: Report) -> Vec<Effect> {
    model.spoken = select::verdict_said(&report);
    if let Some(before) = model.before.take() {
        let title = words::join(&["Now: ", &words::plain(&report.verdict.headline)]);
        let text = words::join(&["Before: ", &before, ". "]);
        let text = words::join(&[&text, "What you put in is among the inputs."]);
        model.notice = Some(Notice { title, text, action: None });
    }
    let keeps = |subject: &Subject| select::exists(&report, subject);
    if !model.selected.as_ref().is_some_and(keeps) {
        model.selected = None;
    }
    if model.panel == PanelId::Plan && report.plans.is_empty() {
        model.panel = PanelId::Findings;
    }
    model.report = Some(Shared::new(report));
    model.views = Views { requests: model.views.requests, ..Views::default() };
    if let Some(place) = model.wanted.take() {
        places::take_place(model, place);
    }
    places::write_address(model, false)
}

fn crashed(model: &mut Model, why: String) -> Vec<Effect> {
    let was_running = model.run.waiting.is_some();
    let phase =
        model.run.progress.as_ref().map(|progress| (progress.phase.clone(), progress.name.clone()));
    end_run(&mut model.run);
    model.run.remembered = false;
    views::crashed(model, &why);
    model.engine = Engine::Starting;
    if was_running {
        let at = phase.map(|(phase, name)| words::join(&["\nwhile ", &phase, " ", &name]));
        model.run.crash = Some(words::join(&[&why, at.as_deref().unwrap_or_default()]));
    }
    Vec::new()
}

fn cancel(model: &mut Model) -> Vec<Effect> {
    if model.run.waiting.is_none() && !model.run.due {
        return Vec::new();
    }
    model.run.due = false;
    let effects = stop_engine(model);
    let text = if model.report.is_some() { words::STOPPED_TEXT } else { words::STOPPED_EMPTY };
    model.notice = Some(Notice {
        title: words::STOPPED.to_owned(),
        text: text.to_owned(),
        action: Some(NoticeAction::RunAgain),
    });
    effects
}

// Links.

pub(super) fn open_link(model: &mut Model, fragment: String) -> Vec<Effect> {
    let mut effects = tray::clear(model);
    // A received report needs no engine.
    effects.retain(|effect| *effect != Effect::StartEngine);
    match select::open_link(&fragment) {
        Ok((report, place)) => {
            model.link = LinkState::Received { fragment };
            model.spoken = select::verdict_said(&report);
            model.report = Some(Shared::new(report));
            places::take_place(model, place);
        }
        Err(why) => {
            let (title, text) = (why.title(), why.text());
            model.spoken = title.clone();
            let locked = (why == LinkError::Locked).then_some(fragment);
            model.link = LinkState::Broken { title, text, locked };
        }
    }
    effects
}

/// What opened a link closes it again when it is passed on, unless the person says otherwise.
fn unlocked(model: &mut Model, fragment: Option<String>) -> Vec<Effect> {
    match (fragment, &mut model.link) {
        (Some(fragment), LinkState::Broken { locked: Some(_), .. }) => {
            let passphrase = std::mem::take(&mut model.passphrase);
            let effects = open_link(model, fragment);
            model.passphrase = passphrase;
            effects
        }
        (None, LinkState::Broken { text, locked: Some(_), .. }) => {
            *text = words::WRONG_PASSPHRASE.to_owned();
            model.spoken.clone_from(text);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

// The rest.

fn first_problem(model: &mut Model) -> Vec<Effect> {
    let Some(report) = model.report.clone() else {
        return Vec::new();
    };
    match select::first_problem(&report) {
        Some(finding) => {
            let mut effects = navigate(model, Msg::Jump(Subject::Finding(finding)));
            effects.push(Effect::Focus("detail"));
            effects
        }
        None => {
            model.why_open = true;
            vec![Effect::Focus("why")]
        }
    }
}

fn escape(model: &mut Model) -> Vec<Effect> {
    if model.layer.take().is_some() || model.notice.take().is_some() {
        return Vec::new();
    }
    if !model.filter.is_empty() {
        return navigate(model, Msg::Filter(String::new()));
    }
    if model.selected.take().is_some() {
        return places::write_address(model, true);
    }
    Vec::new()
}

fn copied(model: &mut Model, text: String, done: bool) -> Vec<Effect> {
    if !done {
        model.spoken = words::COPY_FAILED.to_owned();
        model.layer = Some(Layer::CopyByHand);
        model.by_hand = text;
        return Vec::new();
    }
    model.spoken = words::COPIED.to_owned();
    model.copied = Some(text);
    vec![Effect::Later { ms: COPIED_FOR_MS, msg: Timed::ForgetCopied }]
}

fn notice_action(model: &mut Model, action: NoticeAction) -> Vec<Effect> {
    model.notice = None;
    match action {
        NoticeAction::RunAgain => start(model),
        NoticeAction::ClearFilter => navigate(model, Msg::Filter(String::new())),
        NoticeAction::ShowLeftOut => {
            let mut effects = navigate(model, Msg::Show(PanelId::Inputs));
            effects.push(Effect::Focus("left-out"));
            effects
        }
    }
}

/// Returns true for what a person should hear of: what was skipped as machinery is only counted.
pub fn is_refusal(why: Reason) -> bool {
    !matches!(why, Reason::Machinery | Reason::Binary)
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
