//! The address grammar (`#/view?key=value`), both ways.

use super::model::{PanelId, Place};

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
            "f" => place.finding = Some(value),
            "rev" => place.revision = Some(value),
            "q" => place.filter = value,
            _ => ignored.push(key.to_owned()),
        }
    }
    Address::Local { place, ignored }
}

/// Writes a place as the part after `#`, without it.
pub fn write(place: &Place) -> String {
    let mut out = format!("/{}", place.panel.word());
    let mut mark = '?';
    let mut pair = |key: &str, value: &str| {
        out.push(mark);
        out.push_str(key);
        out.push('=');
        escape(value, &mut out);
        mark = '&';
    };
    if let Some(finding) = &place.finding {
        pair("f", finding);
    }
    if let Some(revision) = &place.revision {
        pair("rev", revision);
    }
    if !place.filter.is_empty() {
        pair("q", &place.filter);
    }
    out
}

fn escape(value: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// Bytes that are no UTF-8 become replacement characters: an address is typed by anybody.
fn unescape(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let pair = (byte == b'%').then(|| after.get(..2)).flatten();
        let code = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
            finding: None,
            revision: Some("5a9d6371e18c".to_owned()),
            filter: "sev:blocker täglich&100%".to_owned(),
        };
        let text = write(&place);
        assert_eq!(text, "/chain?rev=5a9d6371e18c&q=sev:blocker%20t%C3%A4glich%26100%25");
        assert_eq!(local(&text), (place, Vec::new()));
    }

    #[test]
    fn unknown_words_fall_back_and_are_named() {
        let (place, ignored) = local("/schema?at=x&f=ab12");
        assert_eq!(place.panel, PanelId::Findings);
        assert_eq!(place.finding.as_deref(), Some("ab12"));
        assert_eq!(ignored, ["schema", "at"]);
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
