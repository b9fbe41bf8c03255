//! Text from outside inside of Markdown: it is shown as typed, links to nothing and mentions nobody.

use super::visible::visible;

/// Returns text as text. What stands between backticks is code, as in the titles of findings.
pub(super) fn text(text: &str) -> String {
    let shown = visible(text);
    let parts: Vec<&str> = shown.split('`').collect();
    // A single backtick is a character.
    let paired = parts.len() % 2 == 1;
    let mut out = String::new();
    for (ix, part) in parts.into_iter().enumerate() {
        match (paired, ix % 2) {
            (true, 1) if !part.is_empty() => out.push_str(&code(part)),
            (true, _) => plain(part, &mut out),
            (false, _) => {
                if ix > 0 {
                    out.push_str("\\`");
                }
                plain(part, &mut out);
            }
        }
    }
    out
}

/// GitHub finds mentions, issues and addresses in what is left after escapes were read; a comment in the
/// middle of one keeps it from being found, here and in GitLab.
fn plain(part: &str, out: &mut String) {
    const APART: &str = "<!-- -->";
    let mut before = ' ';
    for c in part.chars() {
        if "\\`*_{}[]<>()#+-!|~&$=".contains(c) {
            out.push('\\');
        }
        if c == '/' && before == ':' || c == '.' && before.eq_ignore_ascii_case(&'w') {
            out.push_str(APART);
        }
        out.push(c);
        if matches!(c, '@' | '#') {
            out.push_str(APART);
        }
        before = c;
    }
}

/// Returns a code span that holds any text, also in the cell of a table.
pub(super) fn code(text: &str) -> String {
    let text = visible(text).replace('|', "\u{2758}");
    let fence = "`".repeat(longest_run(&text) + 1);
    match text.contains('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// Returns lines as a block of code, fenced by more backticks than any of them holds.
pub(super) fn block(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let mut out = format!("{fence}{language}\n");
    for line in lines {
        // Printed in a log of GitHub's, a line with colons in front would be a command.
        out.push_str(if line.trim_start().starts_with("::") { " · " } else { "" });
        out.push_str(line);
        out.push('\n');
    }
    out + &fence + "\n"
}

fn longest_run(line: &str) -> usize {
    line.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_markup_a_link_or_a_mention() {
        assert_eq!(text("Drops `a_b` of [x](y) <b>"), "Drops `a_b` of \\[x\\]\\(y\\) \\<b\\>");
        assert_eq!(text("@me #1"), "@<!-- -->me \\#<!-- -->1");
        assert_eq!(text("http://a.b www.c"), "http:<!-- -->//a.b www<!-- -->.c");
        assert_eq!(text("one ` only"), "one \\` only");
        assert_eq!(code("a`b|c"), "`` a`b\u{2758}c ``");
        assert_eq!(block("sql", &["```".to_owned()]), "````sql\n```\n````\n");
    }
}
