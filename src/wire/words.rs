//! Numbers as people read them.

/// Returns a whole number with a comma between thousands.
pub fn thousands(number: impl std::fmt::Display) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (ix, digit) in digits.chars().enumerate() {
        if ix > 0 && (digits.len() - ix).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns "1 finding", "2 findings", "1,000 findings".
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// Suggestions for a name that nothing has.
const SUGGESTIONS_MAX: usize = 3;

/// Returns the few names that are nearest to what was asked for.
pub fn nearest<'a>(asked: &str, mut names: Vec<&'a str>) -> Vec<&'a str> {
    crate::ordered::sort_by_key(&mut names, |name| (apart(asked, name), *name));
    names.truncate(SUGGESTIONS_MAX);
    names
}

/// Levenshtein's distance, with names that contain one another counted as near.
fn apart(asked: &str, name: &str) -> usize {
    let name_chars: Vec<char> = name.chars().collect();
    let mut row: Vec<usize> = (0..=name_chars.len()).collect();
    for (ix, a) in asked.chars().take(100).enumerate() {
        let mut left = ix + 1;
        let mut next = vec![left];
        for (b, pair) in name_chars.iter().zip(row.windows(2)) {
            let [diagonal, above] = pair else { continue };
            left = (diagonal + usize::from(a != *b)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    let distance = row.last().copied().unwrap_or(usize::MAX);
    if !asked.is_empty() && (name.contains(asked) || asked.contains(name)) {
        distance.min(2)
    } else {
        distance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_near() {
        assert_eq!(apart("drop-tabel", "drop-table"), 2);
        assert_eq!(apart("drop", "drop-table"), 2);
        assert_eq!(apart("", "ab"), 2);
        assert_eq!(apart("drop-table", "drop-table"), 0);
        assert_eq!(nearest("b", vec!["aaaa", "ba", "b", "bb"]), ["b", "ba", "bb"]);
    }

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(count(1, "finding", "findings"), "1 finding");
        assert_eq!(count(0, "finding", "findings"), "0 findings");
    }
}
