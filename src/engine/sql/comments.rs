//! Where the comments of a script are, those inside of statements included.

use std::ops::Range;

use super::lex::tokens;
use super::split::{PieceKind, comment_end, split_in};
use crate::engine::dialects::Dialect;

/// Returns the byte range of every comment, without the line break behind it. What stands in a quote is
/// none; of a statement with a quote that never closes there are none either.
pub fn comments(text: &str, dialect: Dialect) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for piece in split_in(text, dialect) {
        let own = text.get(piece.start..piece.end).unwrap_or_default();
        match piece.kind {
            PieceKind::Comment => found.push(piece.start..piece.start + own.trim_end().len()),
            PieceKind::Statement => {
                let Some(tokens) = tokens(own, dialect) else { continue };
                let mut at = 0;
                for (start, end) in
                    tokens.iter().map(|token| (token.start, token.end())).chain([(own.len(), 0)])
                {
                    between(own, at..start, piece.start, dialect, &mut found);
                    at = end;
                }
            }
            PieceKind::Meta | PieceKind::CopyData | PieceKind::Blank => {}
        }
    }
    found
}

/// Between two tokens there are blanks and comments.
fn between(
    text: &str,
    gap: Range<usize>,
    offset: usize,
    dialect: Dialect,
    found: &mut Vec<Range<usize>>,
) {
    let mut at = gap.start;
    while at < gap.end {
        match comment_end(text.as_bytes(), at, dialect) {
            Some((end, _)) => {
                let own = text.get(at..end).unwrap_or_default();
                found.push(offset + at..offset + at + own.trim_end().len());
                at = end;
            }
            None => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_found_everywhere_but_in_quotes() {
        let text = "-- a\nDROP TABLE t -- b\n  CASCADE; -- c\nSELECT '-- no', $$-- no$$ /* d */;\n/* e\n*/ SELECT 1 -- f";
        let found: Vec<&str> =
            comments(text, Dialect::PostgreSql).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, ["-- a", "-- b", "-- c", "/* d */", "/* e\n*/", "-- f"]);
        let text = "SELECT 1; # a\n";
        assert_eq!(comments(text, Dialect::MySql), vec![10..13]);
    }
}
