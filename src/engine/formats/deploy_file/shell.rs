//! Shell scripts → commands in order, with what joins them, what they stand under, and who asks for their
//! result. Nothing is run or expanded; arithmetic, `select` and `coproc` are said to be not followed.

use std::ops::Range;

use crate::engine::facts::{Command, Joint, Test};
use crate::engine::span::Span;
use crate::limits;

use super::words::{Token, split};

/// How the shell is started.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flags {
    pub errexit: bool,
    pub pipefail: bool,
}

/// What a script runs, and what of it was not followed.
#[derive(Debug, Default)]
pub struct Script {
    pub commands: Vec<Command>,
    pub open: Vec<(Span, String)>,
}

/// Reads a script; `place` gives the place in its document of a range of it.
pub fn read(text: &str, flags: Flags, place: &dyn Fn(Range<usize>) -> Span) -> Script {
    let mut flags = flags;
    if let Some(line) = text.lines().next().filter(|line| line.starts_with("#!")) {
        let given = line.split_whitespace().skip(1).filter(|word| word.starts_with('-'));
        flags.errexit |= given.clone().any(|word| word.contains('e'));
    }
    let mut reader = Reader::new(flags, place);
    for (token, at) in split(text) {
        if reader.made.commands.len() > limits::DEPLOY_COMMANDS_MAX {
            let what = "there are more commands than are read".to_owned();
            reader.made.open.push((place(at), what));
            break;
        }
        reader.token(token, at);
    }
    reader.end(Joint::End);
    reader.made
}

/// What encloses a command.
#[derive(Debug, Clone)]
enum Around {
    /// `if`, `while`, `until`; `arm` counts from 0 for what runs when the test succeeds.
    Branch {
        number: usize,
        arm: usize,
        in_test: bool,
        repeats: bool,
    },
    Case {
        number: usize,
        arm: usize,
        pattern: bool,
    },
    /// `{` or `(`; `joined` when it is one side of `&&` or `||`.
    Group {
        joined: bool,
    },
    Function(String),
}

struct Reader<'a> {
    flags: Flags,
    place: &'a dyn Fn(Range<usize>) -> Span,
    made: Script,
    around: Vec<Around>,
    command: Command,
    at: Option<Range<usize>>,
    negated: bool,
    /// The number of the list that is open.
    list: usize,
    conditions: usize,
    /// The word after a redirection belongs to it.
    redirects: bool,
    /// `for` and `case` read their heads up to here.
    head: Option<&'static str>,
    function: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(flags: Flags, place: &'a dyn Fn(Range<usize>) -> Span) -> Self {
        Self {
            flags,
            place,
            made: Script::default(),
            around: Vec::new(),
            command: Command::default(),
            at: None,
            negated: false,
            list: 0,
            conditions: 0,
            redirects: false,
            head: None,
            function: None,
        }
    }

    fn token(&mut self, token: Token, at: Range<usize>) {
        match token {
            Token::Document(body) => {
                let last = self.made.commands.last_mut();
                if let Some(command) = last {
                    command.input = Some(body);
                }
            }
            Token::Operator(operator) => self.operator(operator, at),
            Token::Word(..) if std::mem::take(&mut self.redirects) => {}
            Token::Word(word, quoted) => {
                if let Some(until) = self.head {
                    if word == until {
                        self.head = None;
                    }
                } else if matches!(self.around.last(), Some(Around::Case { pattern: true, .. })) {
                    if word == "esac" {
                        self.around.pop();
                    }
                } else if quoted || !self.command.words.is_empty() || !self.keyword(&word, &at) {
                    self.word(word, at);
                }
            }
        }
    }

    fn word(&mut self, word: String, at: Range<usize>) {
        let start = self.at.as_ref().map_or(at.start, |known| known.start);
        self.at = Some(start..at.end);
        let assigned = word.split_once('=').filter(|(name, _)| {
            self.command.words.is_empty()
                && !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        match assigned {
            Some((name, value)) => self.command.sets.push((name.to_owned(), value.to_owned())),
            None => self.command.words.push(word),
        }
    }

    /// Whether a word at the place of a command is a keyword; it is then dealt with.
    fn keyword(&mut self, word: &str, at: &Range<usize>) -> bool {
        match word {
            "if" | "while" | "until" => {
                self.conditions += 1;
                let (number, repeats) = (self.conditions, word != "if");
                self.negated = word == "until";
                self.open(Around::Branch { number, arm: 0, in_test: true, repeats }, at);
            }
            "then" | "do" => {
                self.negated = false;
                if let Some(Around::Branch { in_test, .. }) = self.around.last_mut() {
                    *in_test = false;
                }
            }
            "else" | "elif" => {
                if let Some(Around::Branch { arm, in_test, .. }) = self.around.last_mut() {
                    *arm += 1;
                    *in_test = word == "elif";
                }
            }
            "for" | "select" => {
                self.conditions += 1;
                let number = self.conditions;
                self.open(Around::Branch { number, arm: 0, in_test: false, repeats: false }, at);
                self.head = Some("");
            }
            "case" => {
                self.conditions += 1;
                let number = self.conditions;
                self.open(Around::Case { number, arm: 0, pattern: true }, at);
                self.head = Some("in");
            }
            "fi" | "done" | "esac" => {
                self.around.pop();
            }
            "{" => self.group(at),
            "}" => {
                self.around.pop();
            }
            "!" => self.negated = !self.negated,
            "function" => self.function = Some(String::new()),
            "coproc" | "((" => {
                let what = format!("`{word}` is not followed");
                self.made.open.push(((self.place)(at.clone()), what));
            }
            _ => match &mut self.function {
                Some(name) if name.is_empty() => word.clone_into(name),
                _ => return false,
            },
        }
        true
    }

    fn group(&mut self, at: &Range<usize>) {
        let around = match self.function.take().filter(|name| !name.is_empty()) {
            Some(name) => Around::Function(name),
            None => {
                let last = self.made.commands.last();
                let joined = last.is_some_and(|last| last.joint != Joint::End);
                Around::Group { joined }
            }
        };
        self.open(around, at);
    }

    fn open(&mut self, around: Around, at: &Range<usize>) {
        if self.around.len() < limits::NESTING_MAX {
            self.around.push(around);
        } else {
            let what = "nested too deeply to be followed".to_owned();
            self.made.open.push(((self.place)(at.clone()), what));
        }
    }

    fn operator(&mut self, operator: &'static str, at: Range<usize>) {
        if self.head.is_some() {
            // `for x in …;` ends with its line.
            if matches!(operator, ";" | "\n") && self.head == Some("") {
                self.head = None;
            }
            return;
        }
        if let Some(Around::Case { pattern, .. }) = self.around.last_mut()
            && *pattern
        {
            *pattern = operator != ")";
            return;
        }
        match operator {
            ">" | "<" | "&>" => self.redirects = true,
            // `2>&1`
            "&" if self.redirects => {}
            "(" if self.command.words.len() == 1 => self.function = self.command.words.pop(),
            "(" => self.group(&at),
            ")" if self.function.is_some() => {}
            ")" => {
                self.end(Joint::End);
                self.around.pop();
            }
            "&&" => self.end(Joint::And),
            "||" => self.end(Joint::Or),
            "|" | "|&" => {
                self.command.piped = !self.flags.pipefail;
                self.end(Joint::Pipe);
            }
            ";;" => {
                self.end(Joint::End);
                if let Some(Around::Case { arm, pattern, .. }) = self.around.last_mut() {
                    *arm += 1;
                    *pattern = true;
                }
            }
            "&" => self.background(),
            _ => {
                self.redirects = false;
                self.end(Joint::End);
            }
        }
    }

    /// `command &`, `( … ) &`.
    fn background(&mut self) {
        self.command.background = true;
        let alone = !self.command.words.is_empty();
        self.end(Joint::End);
        if !alone && let Some(last) = self.made.commands.last_mut() {
            last.background = true;
        }
    }

    /// Ends a command.
    fn end(&mut self, joint: Joint) {
        let mut command = std::mem::take(&mut self.command);
        let at = self.at.take();
        let joined = self.around.iter().rev().find_map(|around| match around {
            Around::Group { joined } => Some(*joined),
            _ => None,
        });
        if command.words.is_empty() && command.sets.is_empty() {
            // `}` and `fi` may be joined to what follows.
            if joint != Joint::End
                && let Some(last) = self.made.commands.last_mut()
            {
                last.joint = joint;
            }
            return;
        }
        command.at = at.map(|at| (self.place)(at));
        command.list = self.list;
        // What follows in a group that is one side of `||` belongs to that side.
        command.joint =
            if joint == Joint::End && joined == Some(true) { Joint::And } else { joint };
        command.errexit = self.flags.errexit;
        self.enclose(&mut command);
        self.set(&command);
        if joint == Joint::End && joined != Some(true) {
            self.list += 1;
        }
        if !self.around.iter().any(|around| matches!(around, Around::Branch { in_test: true, .. }))
        {
            self.negated = false;
        }
        self.made.commands.push(command);
    }

    fn enclose(&self, command: &mut Command) {
        for around in &self.around {
            match around {
                Around::Branch { number, in_test: true, repeats, .. } => {
                    let (number, negated, repeats) = (*number, self.negated, *repeats);
                    command.test = Some(Test { number, negated, repeats });
                }
                Around::Branch { number, arm, .. } | Around::Case { number, arm, .. } => {
                    command.under.push((*number, *arm));
                }
                Around::Function(name) => command.function = Some(name.clone()),
                Around::Group { .. } => {}
            }
        }
    }

    /// `set -e` and its kin.
    fn set(&mut self, command: &Command) {
        if command.words.first().is_none_or(|word| word != "set") {
            return;
        }
        let mut on = true;
        for word in command.words.iter().skip(1) {
            match (word.as_str(), word.strip_prefix(['-', '+'])) {
                ("errexit", _) => self.flags.errexit = on,
                ("pipefail", _) => self.flags.pipefail = on,
                (_, Some(flags)) => {
                    on = word.starts_with('-');
                    if flags.contains('e') {
                        self.flags.errexit = on;
                    }
                }
                _ => {}
            }
        }
    }
}
