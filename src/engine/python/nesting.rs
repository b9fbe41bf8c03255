//! How deep a text would nest, found before the parser sees it.
//!
//! The parser recurses. Natively it grows its stack on the heap, in WebAssembly it cannot, and dropping a
//! deep tree recurses on both. Counting tokens is a loop, and gives an upper bound on the depth of the tree.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

use crate::limits;

/// Returns why a text must not be given to the parser, or `None` when it may.
pub(super) fn refuse(text: &str) -> Option<String> {
    if u32::try_from(text.len()).is_err() {
        return Some("the file is larger than the parser can count".to_owned());
    }
    if is_shallow(text) { None } else { measured(text) }
}

/// Whether a text has too few signs and words to nest deep, whatever they mean: true of most files, and found
/// without telling its tokens apart. Each level needs a sign or a keyword of its own, wherever the parser
/// takes strings to end; a stack of indentations has one width once.
fn is_shallow(text: &str) -> bool {
    let (mut levels, mut links, mut blanks, mut widest) = (0usize, 0usize, 0usize, 0usize);
    let bytes = text.as_bytes();
    let before =
        |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b'\n');
    // Where the word at hand begins, and where a blank would still be indentation.
    let (mut word, mut margin) = (0, 0);
    let of = |byte: u8| SIGNS.get(usize::from(byte)).copied().unwrap_or(Sign::Word);
    let next = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().position(|byte| of(*byte) != Sign::Word).map(|length| from + length)
    };
    while let Some(at) = next(word) {
        let byte = bytes.get(at).copied().unwrap_or_default();
        let sign = of(byte);
        let is_short = (KEYWORD_BYTES.0..=KEYWORD_BYTES.1).contains(&(at - word));
        if is_short && is_keyword(bytes.get(word..at).unwrap_or_default()) {
            (levels, links) = (levels + 1, links + 1);
        }
        word = at + 1;
        let opens = match sign {
            Sign::Line => {
                (blanks, margin) = (0, at + 1);
                continue;
            }
            Sign::Blank if margin == at => {
                (blanks, margin) = (blanks + 1, at + 1);
                widest = widest.max(blanks);
                continue;
            }
            Sign::Blank | Sign::Word | Sign::Control => continue,
            Sign::Tab => return false,
            Sign::Opener => true,
            Sign::Other if byte == b'=' => before(at) == b':',
            Sign::Other => matches!(byte, b'"' | b'\'') && before(at).is_ascii_alphabetic(),
        };
        (levels, links) = (levels + usize::from(opens), links + 1);
    }
    levels < limits::NESTING_MAX
        && links < limits::PYTHON_CHAIN_MAX
        && widest < limits::NESTING_MAX
        && levels < limits::PYTHON_BROKEN_OPENERS_MAX
}

/// What a byte may be to how deep a text nests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// Part of a name, or of anything that is not ASCII.
    Word,
    Line,
    Blank,
    Tab,
    Control,
    Opener,
    Other,
}

const SIGNS: [Sign; 256] = {
    let mut signs = [Sign::Word; 256];
    let mut at = 0;
    while at < 128 {
        let byte = at as u8;
        signs[at] = match byte {
            b'\n' | b'\r' => Sign::Line,
            b' ' => Sign::Blank,
            b'\t' | b'\x0c' => Sign::Tab,
            b'(' | b'[' | b'{' | b'-' | b'+' | b'*' | b'~' => Sign::Opener,
            b'_' => Sign::Word,
            _ if byte.is_ascii_alphanumeric() => Sign::Word,
            _ if byte.is_ascii_punctuation() => Sign::Other,
            _ => Sign::Control,
        };
        at += 1;
    }
    signs
};

/// The shortest and the longest keyword.
const KEYWORD_BYTES: (usize, usize) = (2, 8);

fn is_keyword(word: &[u8]) -> bool {
    matches!(
        word,
        b"False"
            | b"None"
            | b"True"
            | b"and"
            | b"as"
            | b"assert"
            | b"async"
            | b"await"
            | b"break"
            | b"case"
            | b"class"
            | b"continue"
            | b"def"
            | b"del"
            | b"elif"
            | b"else"
            | b"except"
            | b"finally"
            | b"for"
            | b"from"
            | b"global"
            | b"if"
            | b"import"
            | b"in"
            | b"is"
            | b"lambda"
            | b"match"
            | b"nonlocal"
            | b"not"
            | b"or"
            | b"pass"
            | b"raise"
            | b"return"
            | b"try"
            | b"type"
            | b"while"
            | b"with"
            | b"yield"
    )
}

fn measured(text: &str) -> Option<String> {
    if indentation(text) > limits::NESTING_MAX {
        return Some(too_deep("indentation"));
    }
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut depth = Depth::default();
    let mut broken = false;
    loop {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            break;
        }
        broken |= kind == TokenKind::Unknown;
        depth.step(kind);
        if depth.recursive > limits::NESTING_MAX || depth.indents > limits::NESTING_MAX {
            return Some(too_deep("nesting"));
        }
        if depth.chained > limits::PYTHON_CHAIN_MAX {
            return Some(too_deep("a chain of operators or attributes"));
        }
    }
    // In an f-string that does not end, the parser may look again and see code where the lexer saw text, so
    // the count above is no bound. Such a file is not Python anyway; a small one is still worth a reading.
    broken |= depth.brackets.iter().any(|level| level.closer == Some(TokenKind::FStringEnd));
    (broken && openers(text) > limits::PYTHON_BROKEN_OPENERS_MAX)
        .then(|| "it has an unterminated string and is too large to guess where it ends".to_owned())
}

/// Everything that could make a level, wherever it stands.
fn openers(text: &str) -> usize {
    const SIGNS: &[u8] = b"([{-+~*";
    const WORDS: &[&str] =
        &["not", "lambda", "await", "async", "if", "else", "for", "while", "with"];
    let signs = text.bytes().filter(|byte| SIGNS.contains(byte)).count();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    signs + words.filter(|word| WORDS.contains(word)).count()
}

fn too_deep(what: &str) -> String {
    format!("{what} deeper than {} levels", limits::NESTING_MAX)
}

/// Levels of indentation over all lines, whatever stands in them: the parser may take a line inside an
/// unclosed bracket for a statement, and its indentation for a block.
fn indentation(text: &str) -> usize {
    let mut stack: Vec<usize> = Vec::new();
    let mut deepest = 0;
    for line in text.split(['\n', '\r']) {
        let width = line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len();
        if width == line.len() {
            continue;
        }
        while stack.last().is_some_and(|top| *top >= width) {
            stack.pop();
        }
        if width > 0 {
            stack.push(width);
        }
        deepest = deepest.max(stack.len());
    }
    deepest
}

/// One open bracket, or the line itself.
#[derive(Default, Clone, Copy)]
struct Level {
    /// What closes it. Another closing bracket does not: the parser skips it and stays inside.
    closer: Option<TokenKind>,
    /// Nests to the right until the bracket closes.
    kept: usize,
    /// Nests to the right until the next comma.
    prefix: usize,
    /// Nests to the left until the next comma.
    chained: usize,
}

#[derive(Default)]
struct Depth {
    line: Level,
    brackets: Vec<Level>,
    recursive: usize,
    chained: usize,
    indents: usize,
    /// The last token ends an operand, so that what follows is a binary operator or a call.
    after_operand: bool,
}

impl Depth {
    fn step(&mut self, kind: TokenKind) {
        use TokenKind as T;
        let after_operand = self.after_operand;
        self.after_operand = matches!(
            kind,
            T::Name | T::Int | T::Float | T::Complex | T::String | T::Rpar | T::Rsqb | T::Rbrace
        ) || matches!(
            kind,
            T::FStringEnd | T::TStringEnd | T::None | T::True | T::False
        );
        match kind {
            T::Lpar | T::Lsqb | T::Lbrace | T::FStringStart | T::TStringStart => {
                self.chain();
                let closer = Some(match kind {
                    T::Lpar => T::Rpar,
                    T::Lsqb => T::Rsqb,
                    T::Lbrace => T::Rbrace,
                    _ => T::FStringEnd,
                });
                self.brackets.push(Level { closer, kept: 1, ..Level::default() });
                self.recursive += 1;
            }
            T::Rpar | T::Rsqb | T::Rbrace | T::FStringEnd | T::TStringEnd => {
                let kind = if kind == T::TStringEnd { T::FStringEnd } else { kind };
                if let Some(level) = self.brackets.pop_if(|level| level.closer == Some(kind)) {
                    self.forget(level);
                }
            }
            T::Comma => {
                let level = *self.level();
                self.recursive -= level.prefix;
                self.chained -= level.chained;
                *self.level() = Level { prefix: 0, chained: 0, ..level };
            }
            T::Newline => {
                let level = std::mem::take(&mut self.line);
                self.forget(level);
            }
            T::Indent => self.indents += 1,
            T::Dedent => self.indents = self.indents.saturating_sub(1),
            T::Minus | T::Plus | T::Star if after_operand => self.chain(),
            T::Lambda => {
                self.level().kept += 1;
                self.recursive += 1;
            }
            T::Minus | T::Plus | T::Star | T::Tilde | T::DoubleStar | T::ColonEqual => {
                self.prefix()
            }
            kind if kind.is_keyword()
                && !matches!(kind, T::And | T::Or | T::None | T::True | T::False) =>
            {
                self.prefix();
            }
            T::Name | T::Int | T::Float | T::Complex | T::String | T::Comment => {}
            T::NonLogicalNewline | T::FStringMiddle | T::TStringMiddle => {}
            _ => self.chain(),
        }
    }

    fn level(&mut self) -> &mut Level {
        self.brackets.last_mut().unwrap_or(&mut self.line)
    }

    fn chain(&mut self) {
        self.level().chained += 1;
        self.chained += 1;
    }

    fn prefix(&mut self) {
        self.level().prefix += 1;
        self.recursive += 1;
    }

    fn forget(&mut self, level: Level) {
        self.recursive -= level.kept + level.prefix;
        self.chained -= level.chained;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plainly_shallow_is_never_refused() {
        let pieces = [
            "(",
            ")",
            "[",
            "{",
            "f\"{",
            "f'",
            "\"",
            "'",
            "\"\"\"",
            "not ",
            "lambda: ",
            "x.y",
            "if a:\n",
            " ",
            "    ",
            "\n",
            "x",
            "-",
            "**",
            ":=",
            "await ",
            ",",
            "é",
            "\\\n",
            "match x:\n",
            "# (",
            "rf\"{x:{",
        ];
        let mut state = 7u64;
        let (mut shallow, mut refused) = (0, 0);
        for length in (0..4000).map(|n| n % 400) {
            let mut text = String::new();
            for _ in 0..length {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // A few pieces again and again nest deeper than a mixture of all.
                let among = if length % 3 == 0 { pieces.len() } else { 3 };
                let at = (state >> 33) as usize % among + length % (pieces.len() - among + 1);
                text.push_str(pieces[at]);
            }
            let why = measured(&text);
            shallow += usize::from(is_shallow(&text));
            refused += usize::from(why.is_some());
            assert!(why.is_none() || !is_shallow(&text), "{why:?} of {text:?}");
        }
        assert!(shallow > 500 && refused > 500, "{shallow} {refused}");
    }
}
