//! The address grammar (`#/view?key=value`), both ways.

use super::model::{OTHER_KEYS, PanelId, Place};
use super::words;
use crate::wire::escaped::{escape, unescape};

/// What the part after `#` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Nothing there.
    Empty,
    Local {
        place: Place,
        /// Words that no view or key is called; the nearest valid place is shown instead.
        ignored: Vec<String>,
    },
    /// A link that holds a report, or tries to.
    Report,
}

/// Reads the part after `#`, without it.
pub fn read(fragment: &str) -> Address {
    if fragment.is_empty() || fragment == "/" {
        return Address::Empty;
    }
    let Some(local) = fragment.strip_prefix('/') else {
        return Address::Report;
    };
    let (view, query) = local.split_once('?').unwrap_or((local, ""));
    let mut ignored = Vec::new();
    let panel = PanelId::from_word(view).unwrap_or_else(|| {
        ignored.push(view.to_owned());
        PanelId::default()
    });
    let mut place = Place { panel, ..Place::default() };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = unescape(value);
        match key {
            "q" => place.filter = value,
            "from" | "to" | "at" | "all" => {
                let mark = if place.ask.is_empty() { "" } else { "&" };
                place.ask.push_str(&words::join(&[mark, key, "=", &escape(&value)]));
            }
            _ => match subject_key(key) {
                Some(key) => place.subject = Some((key, value)),
                None => ignored.push(key.to_owned()),
            },
        }
    }
    Address::Local { place, ignored }
}

/// Writes a place as the part after `#`, without it.
pub fn write(place: &Place) -> String {
    let pair = |key: &str, value: &str| words::join(&[key, "=", &escape(value)]);
    let subject = place.subject.as_ref().map(|(key, value)| pair(key, value));
    let filter = (!place.filter.is_empty()).then(|| pair("q", &place.filter));
    let ask = (!place.ask.is_empty()).then(|| place.ask.clone());
    let pairs: Vec<String> = [subject, ask, filter].into_iter().flatten().collect();
    let mark = if pairs.is_empty() { "" } else { "?" };
    words::join(&["/", place.panel.word(), mark, &pairs.join("&")])
}

/// The key of something that can be selected.
fn subject_key(key: &str) -> Option<&'static str> {
    ["f", "rev", "input"].into_iter().chain(OTHER_KEYS).find(|known| *known == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(fragment: &str) -> (Place, Vec<String>) {
        match read(fragment) {
            Address::Local { place, ignored } => (place, ignored),
            other => panic!("{fragment} is {other:?}"),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let place = Place {
            panel: PanelId::Chain,
            subject: Some(("rev", "5a9d6371e18c".to_owned())),
            filter: "sev:blocker täglich&100%".to_owned(),
            ask: String::new(),
        };
        let text = write(&place);
        assert_eq!(text, "/chain?rev=5a9d6371e18c&q=sev:blocker%20t%C3%A4glich%26100%25");
        assert_eq!(local(&text), (place, Vec::new()));
    }

    #[test]
    fn unknown_words_fall_back_and_are_named() {
        let (place, ignored) = local("/tables?of=x&f=ab12");
        assert_eq!(place.panel, PanelId::Findings);
        assert_eq!(place.subject, Some(("f", "ab12".to_owned())));
        assert_eq!(ignored, ["tables", "of"]);
    }

    #[test]
    fn what_a_panel_is_asked_stays_as_it_was_written() {
        let (place, ignored) = local("/schema?from=a%20b&to=head&rule=drop-table");
        assert_eq!((place.ask.as_str(), ignored.len()), ("from=a%20b&to=head", 0));
        assert_eq!(write(&place), "/schema?rule=drop-table&from=a%20b&to=head");
    }

    #[test]
    fn everything_else_is_a_report_or_nothing() {
        assert_eq!(read(""), Address::Empty);
        assert_eq!(read("r1.f.d.5.abc.v.xE"), Address::Report);
        assert_eq!(read("somewhere"), Address::Report);
        let (place, _) = local("/findings?q=%ZZ%4");
        assert_eq!(place.filter, "%ZZ%4");
    }
}
