//! Every key that means something, in one table: the handlers ask it, and the sheet lists it.

/// Where a key means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Anywhere but in a field.
    Page,
    Chain,
    Findings,
}

/// Keys as the browser names them, how the sheet shows them, and what they do.
pub type Key = (Scope, &'static [&'static str], &'static str, &'static str);

/// Every key.
pub const KEYS: [Key; 15] = [
    (
        Scope::Page,
        &["/"],
        "/, Ctrl F",
        "Filter the current tab; Enter goes from match to match in the chain",
    ),
    (Scope::Page, &["1", "2", "3", "4", "5", "6"], "1 – 6", "The tabs, from left to right"),
    (Scope::Page, &["F6"], "F6, Shift F6", "Next and previous pane"),
    (Scope::Page, &["Escape"], "Esc", "Close what lies on top, then clear the filter"),
    (Scope::Page, &["?"], "?", "This sheet"),
    (Scope::Page, &[], "↑ ↓ Page Up, Page Down, Home, End", "In lists: rows"),
    (Scope::Page, &[], "Enter", "Open the details"),
    (Scope::Chain, &[], "→ ←", "In the chain: unfold and fold a run"),
    (Scope::Chain, &[], "Shift F10", "In the chain: what can be done with the row"),
    (Scope::Chain, &["p", "c"], "p c", "In the chain: parent, child"),
    (Scope::Chain, &["]", "["], "] [", "In the chain: next and previous finding"),
    (Scope::Chain, &["b", "h"], "b h", "In the chain: next branch point, head"),
    (Scope::Findings, &["s"], "s", "In the findings: suppress"),
    (Scope::Findings, &["o", "r"], "o r", "In the findings: open the source, show in the chain"),
    (Scope::Findings, &["y"], "y", "In the findings: copy the steps"),
];

/// Returns whether a key means something there.
pub fn means(scope: Scope, key: &str) -> bool {
    KEYS.iter().any(|(of, keys, ..)| *of == scope && keys.contains(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_means_one_thing_and_none_that_browsers_have() {
        let mut seen = Vec::new();
        for (scope, keys, shown, does) in KEYS {
            assert!(!shown.is_empty() && !does.is_empty());
            for key in keys {
                assert!(!seen.contains(&(scope, *key)), "{key} twice");
                // What holds on the whole page holds within its lists, too.
                assert!(scope == Scope::Page || !means(Scope::Page, key), "{key} twice");
                seen.push((scope, *key));
            }
        }
        assert!(means(Scope::Chain, "p") && !means(Scope::Page, "p"));
    }
}
