//! What stands around every page: top bar, bars that come and go, status line.

use crate::web::browser::window::{self, window};
use crate::web::view::dom::{View, button, el, part_if, text};
use crate::web::view::state::{Memo, State};

use super::parts::{copy_button, icons};
use super::{Desk, blocks};
use crate::web::model::{Engine, Layer, LinkState, Msg, Notice, NoticeAction, Theme};
use crate::web::{select, words};
use crate::wire::Progress;

/// Draws the top bar.
pub fn top_bar(desk: Desk) -> View {
    let summary = text(move || {
        desk.report.with(|report| {
            report.as_ref().map(|report| select::input_summary(report)).unwrap_or_default()
        })
    });
    let sample = desk.read(|model| model.sample.is_some());
    let has_report = Memo::new(move || desk.report.with(Option::is_some));
    let actions = part_if(move || {
        has_report.get().then(|| {
            View::none()
                .with(
                    button("btn")
                        .test("add-input")
                        .tap(move || desk.send(Msg::Open(Layer::AddInput)))
                        .with(words::ADD_INPUT),
                )
                .with(
                    button("btn primary")
                        .test("share")
                        .tap(move || desk.send(Msg::Open(Layer::Share)))
                        .with(if window::may_share() { words::SHARE } else { words::SAVE }),
                )
        })
    });
    let tag = part_if(move || {
        sample.get().then(|| el("span.badge tint").test("sample-tag").with(words::SAMPLE))
    });
    el("header.top")
        .with(
            el("a.skip")
                .attr("href", "#main")
                .on("click", move |event| {
                    event.prevent_default();
                    super::focus("main");
                })
                .with("Skip to the review"),
        )
        .with(
            button("brand")
                .test("start-over")
                .label("Retort: start over")
                .attr("title", words::START_OVER)
                .tap(move || desk.send(Msg::StartOver))
                .with(icons::brand())
                .with(el("span").with(words::NAME)),
        )
        .with(tag)
        .with(el("span.summary").test("summary").with(summary))
        .with(
            button("quiet privacy")
                .test("privacy")
                .label(words::PRIVACY)
                .tap(move || desk.send(Msg::Open(Layer::Privacy)))
                .with(icons::lock())
                .with(el("span").with(words::PRIVACY)),
        )
        .with(actions)
}

/// Draws what wants attention for a while: a run, a crash, a notice, a received report.
pub fn bars(desk: Desk) -> View {
    el("div.bars")
        .with(received(desk))
        .with(against(desk))
        .with(progress(desk))
        .with(crash(desk))
        .with(notice(desk))
}

fn received(desk: Desk) -> View {
    let received = desk.read(|model| matches!(model.link, LinkState::Received { .. }));
    part_if(move || {
        let left_out = desk.report.with(|report| Some(report.as_ref()?.left_out.join(" ")));
        let left_out = left_out.unwrap_or_default();
        // A report that says what it lacks was made somewhere else, by a link or in a file.
        let (by_link, in_file) = (received.get(), !left_out.is_empty());
        (by_link || in_file).then(|| {
            el("section.bar")
                .label(words::RECEIVED)
                .test("received")
                .with(
                    el("p")
                        .with(el("b").with(words::RECEIVED))
                        .with(" ")
                        .with(if by_link { words::RECEIVED_TEXT } else { "" })
                        .with(" ")
                        .with(words::visible(&left_out)),
                )
                .with(
                    button("btn")
                        .tap(move || desk.send(Msg::StartOver))
                        .with(words::CHECK_YOUR_OWN),
                )
        })
    })
}

/// What a review of the files that were dropped on a link says beside it.
fn against(desk: Desk) -> View {
    let came = desk.read(|model| model.against.clone().filter(|_| model.report.is_some()));
    part_if(move || {
        came.get().map(|fragment| {
            let at = move || words::join(&["/against?link=", &fragment]);
            el("section.bar").label(words::AGAINST).test("against").with(blocks::shown(desk, at))
        })
    })
}

fn progress(desk: Desk) -> View {
    let shown = desk.read(|model| model.run.shown && model.run.waiting.is_some());
    part_if(move || shown.get().then(|| progress_bar(desk)))
}

fn progress_bar(desk: Desk) -> View {
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
            View::none().with(el("span").with(words::QUIET)).with(
                button("btn").tap(move || desk.send(Msg::KeepWaiting)).with(words::KEEP_WAITING),
            )
        })
    });
    el("section.bar run")
        .label(words::WORKING)
        .test("progress")
        .with(el("progress").live("max", total).live("value", done).label(words::WORKING))
        .with(el("p").with(el("b").with(line)).with(" ").with(el("span.mono dim cut").with(name)))
        .with(wait)
        .with(button("btn").test("cancel").tap(move || desk.send(Msg::Cancel)).with(words::CANCEL))
}

fn progress_said(at: &Progress) -> String {
    words::join(&[&at.phase, " ", &words::number(at.done), " of ", &words::number(at.total)])
}

fn crash(desk: Desk) -> View {
    let crash = desk.read(|model| {
        let version = match &model.engine {
            Engine::Ready { version, .. } => version.clone(),
            _ => String::new(),
        };
        model.run.crash.clone().map(|why| words::join(&["Retort ", &version, "\n", &why]))
    });
    part_if(move || {
        crash.get().map(|details| {
            el("section.bar alert")
                .attr("role", "alert")
                .test("crash")
                .with(
                    el("p").with(el("b").with(words::CRASHED)).with(" ").with(words::CRASHED_TEXT),
                )
                .with(copy_button(desk, "btn", words::COPY_DETAILS, details))
                .with(
                    button("btn primary")
                        .test("try-again")
                        .tap(move || desk.send(Msg::RunAgain))
                        .with(words::TRY_AGAIN),
                )
        })
    })
}

fn notice(desk: Desk) -> View {
    let notice = desk.read(|model| model.notice.clone());
    part_if(move || notice.get().map(|notice| notice_bar(desk, notice)))
}

fn notice_bar(desk: Desk, notice: Notice) -> View {
    let action = notice.action.map(|action| {
        let label = match action {
            NoticeAction::RunAgain => words::RUN_AGAIN,
            NoticeAction::ShowLeftOut => "List",
            NoticeAction::ClearFilter => words::CLEAR_FILTER,
        };
        button("btn").tap(move || desk.send(Msg::NoticeAction(action))).with(label)
    });
    el("section.bar")
        .attr("role", "status")
        .test("notice")
        .with(el("p").with(el("b").with(notice.title)).with(" ").with(notice.text))
        .with(action)
        .with(
            button("icon")
                .label(words::CLOSE)
                .tap(move || desk.send(Msg::PutAwayNotice))
                .with(icons::close()),
        )
}

/// Draws the status line.
pub fn status(desk: Desk) -> View {
    let engine = desk.read(|model| match &model.engine {
        Engine::Starting => words::STARTING.to_owned(),
        Engine::Ready { version, .. } => words::join(&[words::NAME, " ", version]),
        Engine::Unavailable { .. } => words::UNAVAILABLE.to_owned(),
    });
    // Their pages stand beside a report.
    let rules = desk.read(|model| match (&model.engine, &model.report) {
        (Engine::Ready { rules, .. }, Some(_)) => *rules,
        _ => 0,
    });
    let understood = text(move || {
        let said = desk.report.with(|report| {
            let stats = &report.as_ref()?.stats;
            let of = words::count(stats.statements, "statement", "statements");
            Some(words::join(&[&words::number(stats.understood), " of ", &of, " understood"]))
        });
        said.unwrap_or_default()
    });
    el("footer.status")
        .with(el("span").test("engine").with(text(move || engine.get())))
        .with(part_if(move || {
            let rules = rules.get();
            (rules > 0).then(|| {
                button("quiet")
                    .test("rules")
                    .tap(move || desk.send(Msg::Go("/rules".to_owned())))
                    .with(words::count(rules, "rule", "rules"))
            })
        }))
        .with(el("span").test("understood").with(understood))
        .with(el("span.sp"))
        .with(el("span").test("offline").with(offline()))
        .with(theme(desk))
        .with(
            button("quiet")
                .test("settings")
                .tap(move || desk.send(Msg::Open(Layer::Settings)))
                .with(words::SETTINGS_TITLE),
        )
        .with(
            button("quiet")
                .test("keys")
                .tap(move || desk.send(Msg::Open(Layer::Keys)))
                .with(words::KEYS_TITLE),
        )
}

fn offline() -> View {
    let online = State::new(window().navigator().on_line());
    let from_disk = window().location().protocol().is_ok_and(|protocol| protocol == "file:");
    for (event, now) in [("online", true), ("offline", false)] {
        window::listen(event, move |_| online.set(now));
    }
    text(move || {
        let said = match (online.get(), from_disk) {
            (_, true) => "Single file",
            (false, _) => words::OFFLINE,
            (true, _) => "",
        };
        said.to_owned()
    })
}

fn theme(desk: Desk) -> View {
    let chosen = desk.read(|model| model.theme);
    let option = move |theme: Theme| {
        el("option")
            .attr("value", theme.word())
            .flag("selected", move || chosen.get() == theme)
            .with(theme.word())
    };
    let choose = move |word: String| {
        if let Some(theme) = Theme::from_word(&word) {
            desk.send(Msg::SetTheme(theme));
        }
    };
    el("label.theme").with(el("span").with("Theme")).with(
        el("select")
            .label("Theme")
            .test("theme")
            .typed("change", choose)
            .with(Theme::ALL.into_iter().map(option).collect::<View>()),
    )
}
