//! One line of a terminal or a log: what a log collector put before it, the command typed, the message.
//!
//! Loggers are configured by each project, so a message is looked for anywhere in its line.

/// What Alembic says in one line (alembic.md 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// It connected to a database.
    Context,
    Transactional(bool),
    /// `--sql`: nothing runs.
    Offline,
    /// What follows `Running `.
    Ran(&'a str),
    /// What autogenerate sees.
    Detected(&'a str),
    /// It says nothing about a database or a chain.
    Noise,
    /// `Current revision(s) for …:`.
    CurrentFor(&'a str),
    /// `check` found nothing.
    Clean,
    Failed(&'a str),
    Warned(&'a str),
    /// A revision file was written.
    Wrote,
}

/// What somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub verb: String,
    pub arguments: Vec<String>,
    /// A shell's prompt stands before it, so that it was typed and is not part of a script.
    pub is_prompted: bool,
}

impl Command {
    /// Returns whether one of these is among the arguments.
    pub fn has(&self, options: &[&str]) -> bool {
        self.arguments.iter().any(|argument| options.contains(&argument.as_str()))
    }
}

const VERBS: &[&str] = &[
    "branches",
    "check",
    "current",
    "downgrade",
    "edit",
    "ensure_version",
    "heads",
    "history",
    "init",
    "list_templates",
    "merge",
    "migrate",
    "revision",
    "show",
    "stamp",
    "upgrade",
];

/// What may stand before `alembic` in a command.
const RUNNERS: &[&str] = &[
    "bash", "compose", "docker", "exec", "flask", "pdm", "pipenv", "poetry", "py", "python",
    "python3", "rye", "run", "RUN", "sudo", "time", "uv", "hatch", "-m", "-it", "--rm",
];

/// Returns the command that a line shows, with or without a prompt before it.
pub(super) fn command(line: &str) -> Option<Command> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let tool = words.iter().enumerate().position(|(ix, word)| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
        let flask = *word == "db"
            && ix > 0
            && words
                .get(ix - 1)
                .is_some_and(|before| *before == "flask" || before.ends_with(".py"));
        matches!(name, "alembic" | "alembic.exe") || flask
    })?;
    let before = words.get(..tool)?;
    let prompted =
        before.iter().rposition(|word| word.ends_with(['$', '#', '%', '>', '❯', '➜', '»', '+']));
    let wrappers = before.get(prompted.map_or(0, |at| at + 1)..)?;
    let is_wrapper = |word: &&str| {
        RUNNERS.contains(word) || word.contains('=') || word.ends_with(".py") || prompted.is_some()
    };
    if !wrappers.iter().all(is_wrapper) {
        return None;
    }
    let mut rest = words.get(tool + 1..)?.iter();
    let mut arguments = Vec::new();
    loop {
        let word = rest.next()?;
        if ["-c", "--config", "-n", "--name", "-x", "-d", "--directory"].contains(word) {
            rest.next();
        } else if !word.starts_with('-') {
            if !VERBS.contains(word) {
                return None;
            }
            arguments.extend(rest.map(|word| word.trim_matches(['"', '\'']).to_owned()));
            let (verb, is_prompted) = ((*word).to_owned(), prompted.is_some());
            return Some(Command { verb, arguments, is_prompted });
        }
    }
}

/// Returns how long what a log collector put before the line is: a container's name, a time.
pub(super) fn prefix(line: &str) -> usize {
    let mut at = 0;
    // A container, a time, and a process: no collector puts more before a line.
    for _ in 0..4 {
        let rest = line.get(at..).unwrap_or_default();
        match container(rest).or_else(|| time(rest)).or_else(|| process(rest)) {
            Some(length) => at += length,
            None => break,
        }
    }
    at
}

/// `web-1  | `.
fn container(line: &str) -> Option<usize> {
    let name =
        line.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"-_./".contains(b)).count();
    let rest = line.get(name..)?;
    let bar = rest.trim_start_matches(' ');
    let spaces = rest.len() - bar.len();
    let behind = bar.strip_prefix('|')?;
    (name > 0 && spaces > 0 && (behind.is_empty() || behind.starts_with(' ')))
        .then(|| name + spaces + 1 + usize::from(!behind.is_empty()))
}

/// `2026-01-31T10:00:00.123Z `, also in brackets, and with a job's and a step's name before it.
fn time(line: &str) -> Option<usize> {
    let tabs = line.rfind('\t').map_or(0, |tab| tab + 1);
    let lead = tabs + usize::from(line.get(tabs..)?.starts_with('['));
    let rest = line.get(lead..)?;
    let bytes = rest.as_bytes();
    let digits = |from: usize, to: usize| {
        bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let is_time = digits(0, 4)
        && bytes.get(4) == Some(&b'-')
        && digits(5, 7)
        && digits(8, 10)
        && matches!(bytes.get(10), Some(b'T' | b' '))
        && digits(11, 13)
        && bytes.get(13) == Some(&b':');
    if !is_time {
        return None;
    }
    let clock = rest.bytes().skip(11).take_while(|b| b.is_ascii_digit() || b":.,Z+-".contains(b));
    let mut end = 11 + clock.count();
    // A time zone may stand apart, and a bracket may close.
    let zone = rest.get(end..)?.trim_start_matches([']', ' ']);
    if let Some(sign) = zone.strip_prefix(['+', '-'])
        && sign.bytes().take(4).filter(u8::is_ascii_digit).count() == 4
    {
        end = rest.len() - sign.len() + 4;
    }
    let behind = rest.get(end..)?;
    let spaces = behind.len() - behind.trim_start_matches([']', ' ', '\t']).len();
    // One blank belongs to the collector; more of them may be the line's own.
    let own = behind.get(..spaces)?.find(' ').map_or(spaces, |blank| blank + 1);
    (spaces > 0 || behind.is_empty()).then_some(lead + end + own)
}

/// `app[release.1]: `, `May 01 10:00:00 host alembic[12]: `.
fn process(line: &str) -> Option<usize> {
    let colon = line.find("]: ")?;
    let head = line.get(..colon)?;
    let open = head.rfind('[')?;
    let words = head.get(..open)?.split(' ').filter(|word| !word.is_empty()).count();
    let known = words == 1 || (words >= 4 && head.contains(':'));
    (known && !head.contains("alembic.") && head.len() < 80).then_some(colon + 3)
}

/// Returns what Alembic says in a line.
pub(super) fn message(line: &str) -> Option<Message<'_>> {
    let after = |words: &str| line.find(words).and_then(|at| line.get(at + words.len()..));
    let begins = |words: &str| line.trim_start().strip_prefix(words);
    if let Some(text) = begins("FAILED: ").or_else(|| after("[flask_migrate] Error: ")) {
        return Some(Message::Failed(text));
    }
    if let Some(text) = after("alembic.util.messaging") {
        return Some(Message::Failed(text.trim_start_matches([']', ':', ' ', '-'])));
    }
    if let Some(text) = after("UserWarning: ") {
        return Some(Message::Warned(text));
    }
    if let Some(text) =
        after("Running ").filter(|text| text.contains(" -> ") && is_log_or_bare(line))
    {
        return Some(Message::Ran(text));
    }
    if after("Generating static SQL").is_some() {
        return Some(Message::Offline);
    }
    if after("Context impl ").is_some_and(|rest| rest.contains("Impl")) {
        return Some(Message::Context);
    }
    if after("Will assume non-transactional DDL").is_some() {
        return Some(Message::Transactional(false));
    }
    if after("Will assume transactional DDL").is_some() {
        return Some(Message::Transactional(true));
    }
    if let Some(url) = after("Current revision(s) for ") {
        return Some(Message::CurrentFor(url.trim_end().trim_end_matches(':')));
    }
    if after("No new upgrade operations detected").is_some() {
        return Some(Message::Clean);
    }
    if after("assuming SERIAL and omitting").is_some()
        || after("setting up autogenerate plugin").is_some()
    {
        return Some(Message::Noise);
    }
    if let Some(what) = after("Detected ").filter(|_| line.contains("autogenerate")) {
        return Some(Message::Detected(what));
    }
    if after("detected server default on column").is_some() && line.contains("autogenerate") {
        return Some(Message::Detected("server default"));
    }
    if begins("Generating ").is_some_and(|rest| rest.contains(".py")) {
        return Some(Message::Wrote);
    }
    None
}

/// Whether "Running" is a logger's word and not a sentence's: a level or a logger before it, or nothing.
fn is_log_or_bare(line: &str) -> bool {
    line.trim_start().starts_with("Running ")
        || line.contains("alembic")
        || level(line).is_some()
        || line.trim_start().starts_with('{')
}

/// Returns the level of a line that a logger wrote, whoever's it is.
pub(super) fn level(line: &str) -> Option<&str> {
    const LEVELS: &[&str] =
        &["DEBUG", "INFO", "WARN", "WARNI", "WARNING", "ERROR", "CRITICAL", "NOTICE"];
    let words = line.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let mut first = words.take(4);
    first.find(|word| LEVELS.contains(word))
}

/// Whether text can be a revision id (alembic.md 3.2).
pub(super) fn is_id(text: &str) -> bool {
    const CHARS_MAX: usize = 100;
    !text.is_empty()
        && text.len() <= CHARS_MAX
        && text.chars().any(char::is_alphanumeric)
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '#' | '=' | '!'))
}

/// Whether text looks like an id and not like a word of a sentence.
pub(super) fn is_plausible_id(text: &str) -> bool {
    is_id(text) && (text.contains('_') || text.bytes().any(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_collectors_put_before_a_line_is_seen() {
        for before in [
            "web-1  | ",
            "2026-01-31T10:00:00.1234567Z ",
            "2026-01-31 10:00:00,123 ",
            "[2026-01-31 10:00:00 +0000] ",
            "build\tRun migrations\t2026-01-31T10:00:00.1234567Z ",
            "2026-01-31T10:00:00.000000+00:00 app[release.12]: ",
            "Jan 31 10:00:00 db-1 alembic[12]: ",
            "api-1 | 2026-01-31T10:00:00Z ",
        ] {
            assert_eq!(prefix(&format!("{before}a1b2 (head)")), before.len(), "{before}");
            assert_eq!(prefix(&format!("{before}    doc")), before.len(), "{before}");
        }
        for bare in ["a1b2 (head)", "a -> b, message: c]: d", "    doc", "Rev: a1", ""] {
            assert_eq!(prefix(bare), 0, "{bare}");
        }
    }

    #[test]
    fn commands_are_seen_behind_prompts_and_runners() {
        for (line, verb) in [
            ("$ alembic current -v", "current"),
            ("(venv) me@host:~/app$ alembic -c x.ini upgrade head", "upgrade"),
            ("poetry run alembic heads", "heads"),
            ("PS C:\\app> flask db history", "history"),
            ("❯ docker compose exec web alembic check", "check"),
            ("DATABASE_URL=x python -m alembic stamp head", "stamp"),
        ] {
            assert_eq!(command(line).map(|found| found.verb).as_deref(), Some(verb), "{line}");
        }
        for line in
            ["I ran alembic current yesterday", "alembic is a tool", "INFO [alembic.runtime]"]
        {
            assert_eq!(command(line), None, "{line}");
        }
    }
}
