//! Where the page is: places taken from addresses, and written into them.

use super::address::{self, Address};
use super::model::{Effect, Layer, LinkState, Model, Notice, PanelId, Place, Subject};
use super::update::open_link;
use super::{select, tray, words};

pub(super) fn go_to(model: &mut Model, fragment: String) -> Vec<Effect> {
    match address::read(&fragment) {
        Address::Empty => {
            if matches!(model.link, LinkState::Broken { .. }) {
                return tray::clear(model);
            }
            if model.link == LinkState::None && model.report.is_some() {
                take_place(model, Place::default());
            }
            Vec::new()
        }
        Address::Report => match &model.link {
            LinkState::Received { fragment: shown } if *shown == fragment => Vec::new(),
            _ => open_link(model, fragment),
        },
        Address::Local { place, ignored } => {
            if model.link != LinkState::None {
                let effects = tray::clear(model);
                model.wanted = Some(place);
                return effects;
            }
            take_place(model, place);
            if !ignored.is_empty() {
                model.notice = Some(select::ignored_notice(&ignored));
            }
            model.selected.iter().map(|_| Effect::FocusSelected).collect()
        }
    }
}

/// Shows a place as far as it exists, and says what does not.
pub(super) fn take_place(model: &mut Model, place: Place) {
    let Some(report) = model.report.clone() else {
        model.wanted = Some(place);
        return;
    };
    model.panel = place.panel;
    if model.panel == PanelId::Plan && report.plans.is_empty() {
        model.panel = PanelId::Findings;
    }
    model.filter = place.filter;
    model.ask = place.ask;
    model.selected = None;
    let found = match place.subject {
        Some(("f", id)) => select::finding_named(&report, &id).ok_or(words::FINDING_GONE).map(Some),
        Some(("rev", id)) => {
            select::revision_named(&report, &id).ok_or(words::NOT_IN_INPUT).map(Some)
        }
        Some(("input", path)) => Ok(Some(Subject::Input(path))),
        Some((key, value)) => Ok(Some(Subject::Other { key, value })),
        None => Ok(None),
    };
    match found {
        Ok(subject) => model.selected = subject,
        Err(text) => {
            model.notice =
                Some(Notice { title: text.to_owned(), text: String::new(), action: None });
        }
    }
}

/// Goes where a block leads. What stays in the panel leaves its filter and its question alone.
pub(super) fn go(model: &mut Model, to: &str) -> Vec<Effect> {
    // A link that opens at a place is looked at before it is copied, as any other.
    if let Some(at) = to.strip_prefix('#') {
        at.clone_into(&mut model.opens_at);
        model.layer = Some(Layer::Share);
        return Vec::new();
    }
    let here = to.starts_with('?');
    let to = if here { words::join(&["/", model.panel.word(), to]) } else { to.to_owned() };
    let Address::Local { mut place, .. } = address::read(&to) else {
        return Vec::new();
    };
    if here {
        (place.filter, place.ask) = (model.filter.clone(), model.ask.clone());
    }
    take_place(model, place);
    model.layer = None;
    write_address(model, true)
}

/// A received link stays in the address bar, so that reloading and copying it work (ux.md SH-11).
pub(super) fn write_address(model: &Model, push: bool) -> Vec<Effect> {
    if model.link != LinkState::None || model.report.is_none() {
        return Vec::new();
    }
    vec![Effect::WriteAddress { fragment: address::write(&select::place(model)), push }]
}
