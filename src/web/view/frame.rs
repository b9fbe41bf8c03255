//! What stands around every page: top bar, bars that come and go, status line.

use crate::web::view::parts::live::{live, part_if, tap, text};
use leptos::prelude::*;

use super::Desk;
use super::parts::{copy_button, icons};
use crate::web::model::{Engine, Layer, LinkState, Msg, Notice, NoticeAction, Theme};
use crate::web::{select, words};
use crate::wire::Progress;

/// Draws the top bar.
pub fn top_bar(desk: Desk) -> AnyView {
    let summary = text(move || {
        desk.report.with(|report| {
            report.as_ref().map(|report| select::input_summary(report)).unwrap_or_default()
        })
    });
    let sample = desk.read(|model| model.sample.is_some());
    let has_report = Memo::new(move |_| desk.report.with(Option::is_some));
    let actions = part_if(move || {
        has_report.get().then(|| {
            view! {
                <button type="button" class="btn" data-testid="add-input"
                    on:click=tap(move || desk.send(Msg::Open(Layer::AddInput)))>{words::ADD_INPUT}</button>
                <button type="button" class="btn primary" data-testid="share"
                    on:click=tap(move || desk.send(Msg::Open(Layer::Share)))>{words::SHARE}</button>
            }
        })
    });
    let tag = part_if(move || {
        sample.get().then(
            || view! { <span class="badge tint" data-testid="sample-tag">{words::SAMPLE}</span> },
        )
    });
    view! {
        <header class="top">
            <a class="skip" href="#main" on:click=move |event| { event.prevent_default(); super::focus("main"); }>
                "Skip to the review"
            </a>
            <button type="button" class="brand" data-testid="start-over" aria-label="Retort: start over"
                title=words::START_OVER on:click=tap(move || desk.send(Msg::StartOver))>
                {icons::brand()}<span>{words::NAME}</span>
            </button>
            {tag}
            <span class="summary" data-testid="summary">{summary}</span>
            <button type="button" class="quiet privacy" data-testid="privacy" aria-label=words::PRIVACY
                on:click=tap(move || desk.send(Msg::Open(Layer::Privacy)))>
                {icons::lock()}<span>{words::PRIVACY}</span>
            </button>
            {actions}
        </header>
    }
    .into_any()
}

/// Draws what wants attention for a while: a run, a crash, a notice, a received report.
pub fn bars(desk: Desk) -> AnyView {
    view! { <div class="bars">{received(desk)}{progress(desk)}{crash(desk)}{notice(desk)}</div> }
        .into_any()
}

fn received(desk: Desk) -> AnyView {
    let received = desk.read(|model| matches!(model.link, LinkState::Received { .. }));
    part_if(move || {
        received.get().then(|| {
            view! {
                <section class="bar" aria-label=words::RECEIVED data-testid="received">
                    <p><b>{words::RECEIVED}</b>" "{words::RECEIVED_TEXT}</p>
                    <button type="button" class="btn" on:click=tap(move || desk.send(Msg::StartOver))>
                        {words::CHECK_YOUR_OWN}
                    </button>
                </section>
            }
        })
    })
}

fn progress(desk: Desk) -> AnyView {
    let shown = desk.read(|model| model.run.shown && model.run.waiting.is_some());
    part_if(move || shown.get().then(|| progress_bar(desk)))
}

fn progress_bar(desk: Desk) -> AnyView {
    let quiet = desk.read(|model| model.run.quiet);
    let at = desk.read(|model| model.run.progress.clone());
    let line = text(move || {
        at.with(|at| at.as_ref().map_or_else(|| words::WORKING.to_owned(), progress_said))
    });
    let name = text(move || {
        at.with(|at| at.as_ref().map(|at| words::visible(&at.name)).unwrap_or_default())
    });
    let done = move || at.with(|at| at.as_ref().map_or(0, |at| at.done)).to_string();
    let total = move || at.with(|at| at.as_ref().map_or(1, |at| at.total.max(1))).to_string();
    let wait = part_if(move || {
        quiet.get().then(|| {
            view! {
                <span>{words::QUIET}</span>
                <button type="button" class="btn" on:click=tap(move || desk.send(Msg::KeepWaiting))>
                    {words::KEEP_WAITING}
                </button>
            }
        })
    });
    view! {
        <section class="bar run" aria-label=words::WORKING data-testid="progress">
            <progress max=live(total) value=live(done) aria-label=words::WORKING></progress>
            <p><b>{line}</b>" "<span class="mono dim cut">{name}</span></p>
            {wait}
            <button type="button" class="btn" data-testid="cancel" on:click=tap(move || desk.send(Msg::Cancel))>
                {words::CANCEL}
            </button>
        </section>
    }
    .into_any()
}

fn progress_said(at: &Progress) -> String {
    words::join(&[&at.phase, " ", &words::number(at.done), " of ", &words::number(at.total)])
}

fn crash(desk: Desk) -> AnyView {
    let crash = desk.read(|model| {
        let version = match &model.engine {
            Engine::Ready { version, .. } => version.clone(),
            _ => String::new(),
        };
        model.run.crash.clone().map(|why| words::join(&["Retort ", &version, "\n", &why]))
    });
    part_if(move || {
        crash.get().map(|details| {
            view! {
                <section class="bar alert" role="alert" data-testid="crash">
                    <p><b>{words::CRASHED}</b>" "{words::CRASHED_TEXT}</p>
                    {copy_button(desk, "btn", words::COPY_DETAILS, details)}
                    <button type="button" class="btn primary" data-testid="try-again"
                        on:click=tap(move || desk.send(Msg::RunAgain))>{words::TRY_AGAIN}</button>
                </section>
            }
        })
    })
}

fn notice(desk: Desk) -> AnyView {
    let notice = desk.read(|model| model.notice.clone());
    part_if(move || notice.get().map(|notice| notice_bar(desk, notice)))
}

fn notice_bar(desk: Desk, notice: Notice) -> AnyView {
    let action = notice.action.map(|action| {
        let label = match action {
            NoticeAction::RunAgain => words::RUN_AGAIN,
            NoticeAction::ShowLeftOut => "List",
            NoticeAction::ClearFilter => words::CLEAR_FILTER,
        };
        view! {
            <button type="button" class="btn" on:click=tap(move || desk.send(Msg::NoticeAction(action)))>{label}</button>
        }
    });
    view! {
        <section class="bar" role="status" data-testid="notice">
            <p><b>{notice.title}</b>" "{notice.text}</p>
            {action}
            <button type="button" class="icon" aria-label=words::CLOSE
                on:click=tap(move || desk.send(Msg::PutAwayNotice))>{icons::close()}</button>
        </section>
    }
    .into_any()
}

/// Draws the status line.
pub fn status(desk: Desk) -> AnyView {
    let engine = desk.read(|model| match &model.engine {
        Engine::Starting => words::STARTING.to_owned(),
        Engine::Ready { version, rules } => {
            let name = words::join(&[words::NAME, " ", version]);
            match rules.len() {
                0 => name,
                count => words::join(&[&name, " · ", &words::count(count, "rule", "rules")]),
            }
        }
        Engine::Unavailable { .. } => words::UNAVAILABLE.to_owned(),
    });
    let understood = text(move || {
        let said = desk.report.with(|report| {
            let stats = &report.as_ref()?.stats;
            let of = words::count(stats.statements, "statement", "statements");
            Some(words::join(&[&words::number(stats.understood), " of ", &of, " understood"]))
        });
        said.unwrap_or_default()
    });
    view! {
        <footer class="status">
            <span data-testid="engine">{engine}</span>
            <span data-testid="understood">{understood}</span>
            <span class="sp"></span>
            <span data-testid="offline">{offline()}</span>
            {theme(desk)}
            <button type="button" class="quiet" data-testid="keys" on:click=tap(move || desk.send(Msg::Open(Layer::Keys)))>
                {words::KEYS_TITLE}
            </button>
        </footer>
    }
    .into_any()
}

fn offline() -> impl IntoView {
    let online = RwSignal::new(window().navigator().on_line());
    let from_disk = window().location().protocol().is_ok_and(|protocol| protocol == "file:");
    for (event, now) in [("online", true), ("offline", false)] {
        let handle = window_event_listener_untyped(event, move |_| online.set(now));
        on_cleanup(move || handle.remove());
    }
    move || match (online.get(), from_disk) {
        (_, true) => "Single file",
        (false, _) => words::OFFLINE,
        (true, _) => "",
    }
}

fn theme(desk: Desk) -> impl IntoView {
    let chosen = desk.read(|model| model.theme);
    let option = move |theme: Theme| {
        view! { <option value=theme.word() selected=live(move || chosen.get() == theme)>{theme.word()}</option> }.into_any()
    };
    let choose = move |event| {
        if let Some(theme) = Theme::from_word(&event_target_value(&event)) {
            desk.send(Msg::SetTheme(theme));
        }
    };
    view! {
        <label class="theme">
            <span>"Theme"</span>
            <select data-testid="theme" on:change=choose>{Theme::ALL.map(option).into_iter().collect::<Vec<_>>()}</select>
        </label>
    }
}
