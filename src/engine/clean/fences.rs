//! Fenced blocks of Markdown, as chats and issues carry them.

use std::ops::Range;

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// What stands between the fences, line ends included.
    pub body: Range<usize>,
    /// What stands behind the opening fence: usually a language.
    pub info: String,
}

/// Finds the fenced blocks of a text, in order. One that is not closed ends with the text.
pub fn fences(text: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<(char, usize, Fence)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        if let Some((mark, length, rest)) = fence(line) {
            match open.take() {
                None => {
                    let info = rest.trim().to_owned();
                    // "```sql```" on one line quotes code within a sentence.
                    if mark != '`' || !info.contains('`') {
                        open = Some((mark, length, Fence { body: next..next, info }));
                    }
                }
                Some((opened, least, mut block))
                    if opened == mark && length >= least && rest.trim().is_empty() =>
                {
                    block.body.end = at;
                    found.push(block);
                }
                Some(block) => open = Some(block),
            }
        }
        at = next;
    }
    if let Some((_, _, mut block)) = open {
        block.body.end = text.len();
        found.push(block);
    }
    found
}

/// The mark of a fence line, how many there are, and what follows. Chats indent as they like.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let line = line.trim_start_matches([' ', '\t']);
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(mark);
    let length = line.len() - rest.len();
    (length >= 3).then_some((mark, length, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = fences(text);
        let found: Vec<_> =
            found.iter().map(|fence| (fence.info.as_str(), &text[fence.body.clone()])).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn blocks_are_found_with_their_language() {
        check(
            "Hey\n```sql\nDROP TABLE a;\n```\nand\n  ~~~\nx\n~~~\n",
            &[("sql", "DROP TABLE a;\n"), ("", "x\n")],
        );
        check("````\n```\ninner\n```\n````\n", &[("", "```\ninner\n```\n")]);
    }

    #[test]
    fn an_open_block_ends_with_the_text_and_inline_code_is_no_block() {
        check("```\nDROP TABLE a;", &[("", "DROP TABLE a;")]);
        check("run ```x``` or\n```y``` now\n", &[]);
        check("", &[]);
        check("```", &[("", "")]);
    }
}
