//! What was typed. The only door to the argument parser.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};

use crate::engine::dialects::DIALECTS;
use crate::wire::settings::NAMING_KEYS;
use crate::wire::share::{Choice, HIDING, TRIMMING};
use crate::wire::{Kind, Role, Settings, Severity};

/// Is this database migration plan safe, and what should happen instead?
#[derive(Debug, Parser)]
#[command(name = "retort", version, disable_help_subcommand = true)]
#[command(
    after_help = "Nothing that is read is executed, and nothing leaves this machine; `collect --url` alone connects anywhere."
)]
struct Typed {
    #[command(subcommand)]
    asked: Asked,
}

/// A command with its arguments.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// Judge migrations, audits, plans and SQL
    #[command(after_help = CHECK_HELP)]
    Check(Check),
    /// The same review as the gate before a deploy: 0 on a pass and nothing else
    #[command(after_help = GUARD_HELP)]
    Guard(Check),
    /// Draw the revision graph
    Chain(Chain),
    /// Show the tables that a chain of migrations makes
    Schema(Schema),
    /// Compare two schemas, and write the way from one to the other
    #[command(after_help = DIFF_HELP)]
    Diff(Diff),
    /// Write ways out as files that only add: SQL, and revisions that follow the chain
    #[command(after_help = FIX_HELP)]
    Fix(Fix),
    /// Write the report as a link that holds all of it
    Share(Share),
    /// Print the report in a link, or compare it with files
    #[command(after_help = OPEN_HELP)]
    Open(Open),
    /// Write retort.lock, what each revision is at its release; or compare with it
    #[command(after_help = LOCK_HELP)]
    Lock(Lock),
    /// Show a rule's page, or the list of rules
    Explain(Explain),
    /// Print the read-only script that audits a database, or run it
    #[command(after_help = COLLECT_HELP)]
    Collect(Collect),
    /// Write starter settings, a workflow and a policy; never overwrites
    Init(Init),
}

const CHECK_HELP: &str = "\
Exit codes:
  0  pass, or warn without --strict
  1  fail or unknown, a finding at or above --fail-on, or warn with --strict
  2  misuse, or an input that could not be read at all

Example:
  retort check app/migrations --dev dev.md --prod prod.md --plan plan.txt";

const GUARD_HELP: &str = "\
Exit codes:
  0  pass
  1  warn, unknown or fail
  2  misuse, or an input that could not be read at all

Example:
  retort guard app/migrations --before main.zip --prod prod-summary.txt";

const OPEN_HELP: &str = "\
Exit codes:
  0  printed; with PATHs: a review of them now says the same
  1  with PATHs: something is different; what, is printed
  2  misuse, or a link that can't be opened

Example:
  pbpaste | retort open -";

const LOCK_HELP: &str = "\
Exit codes:
  0  written, or the same
  1  --check: something is not as it was locked; what, is printed
  2  misuse, or an input that could not be read at all";

/// What is reviewed, and what each of it is.
#[derive(Debug, Args)]
pub struct Given {
    /// Files, folders, archives, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Audit or dump of the development database
    #[arg(long, value_name = "FILE")]
    dev: Vec<PathBuf>,
    /// Audit or dump of the production database
    #[arg(long, value_name = "FILE")]
    prod: Vec<PathBuf>,
    /// The plan under review
    #[arg(long, value_name = "FILE")]
    plan: Vec<PathBuf>,
    /// The same files or folder before the change
    #[arg(long, value_name = "PATH")]
    before: Vec<PathBuf>,
    /// Deploy script or settings
    #[arg(long, value_name = "FILE")]
    deploy: Vec<PathBuf>,
    /// Take PATH for a document of this kind
    #[arg(long = "as", value_name = "KIND:PATH", value_parser = kind_and_path)]
    pub kinds: Vec<(Kind, PathBuf)>,
    /// The settings, instead of the nearest retort.toml upwards from the first path
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Given {
    /// Files and folders alone.
    pub fn of(paths: Vec<PathBuf>) -> Self {
        let none = Vec::new;
        Self {
            paths,
            dev: none(),
            prod: none(),
            plan: none(),
            before: none(),
            deploy: none(),
            kinds: Vec::new(),
            config: None,
        }
    }

    /// Returns the paths whose role was given, role by role.
    pub fn roles(&self) -> Vec<(Role, PathBuf)> {
        let given = [
            (Role::Dev, &self.dev),
            (Role::Prod, &self.prod),
            (Role::Plan, &self.plan),
            (Role::Before, &self.before),
            (Role::Deploy, &self.deploy),
        ];
        let pairs = given.into_iter();
        pairs.flat_map(|(role, paths)| paths.iter().map(move |path| (role, path.clone()))).collect()
    }
}

/// `retort check`
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub given: Given,
    /// Exit with 1 when a finding is at least this grave [default: danger]
    #[arg(long, value_name = "SEVERITY", value_parser = severities())]
    fail_on: Option<String>,
    /// Exit with 1 on a warning as well
    #[arg(long)]
    strict: bool,
    /// How to write the result: human, json, sarif, markdown, github, html, patch (ways out that are files)
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
}

impl Check {
    /// Returns what was typed that settings could say as well.
    pub fn settings(&self) -> Settings {
        Settings {
            fail_on: self.fail_on.as_deref().and_then(Severity::from_word),
            strict: self.strict.then_some(true),
            ..Settings::default()
        }
    }
}

const FIX_HELP: &str = "\
Only findings whose way out can be written whole get files, and only of what has not run yet. What is in
DIR already stays as it is.

Example:
  retort fix app/migrations --prod prod.md --only set-not-null-scan --out proposed";

/// `retort fix`
#[derive(Debug, Args)]
pub struct Fix {
    #[command(flatten)]
    pub given: Given,
    /// Findings of this rule alone; may be given several times
    #[arg(long, value_name = "RULE")]
    pub only: Vec<String>,
    /// Where the files go
    #[arg(long, value_name = "DIR", default_value = "retort-fix")]
    pub out: PathBuf,
}

/// `retort share`
#[derive(Debug, Args)]
pub struct Share {
    #[command(flatten)]
    pub given: Given,
    /// The address of the Retort that opens the link; without it, only what comes behind that is printed
    #[arg(long, value_name = "URL", default_value = "")]
    pub base: String,
    /// Put more into the link: sources (excerpts and statements of the files), steps (of remedies)
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = PossibleValuesParser::new(["sources", "steps"]))]
    include: Vec<String>,
    /// The same as --include sources
    #[arg(long)]
    include_sources: bool,
    /// Hide: paths (folders), messages (of revisions), names (of tables and columns, by pseudonyms), excerpts
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = redactions())]
    redact: Vec<String>,
    /// Make the link shorter: details (of warnings), near (revisions near a finding alone), counts (and the verdict)
    #[arg(long, value_name = "HOW", value_parser = PossibleValuesParser::new(TRIMMING))]
    trim: Option<String>,
    /// Lock it: only the passphrase on the first line of FILE opens it (- for standard input)
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// How to write it: link, markdown (with the verdict), qr (SVG, up to 1,200 characters), json (what it holds)
    #[arg(long, value_name = "FORMAT", default_value = "link", value_parser = PossibleValuesParser::new(["link", "markdown", "qr", "json"]))]
    pub format: String,
}

impl Share {
    /// Returns what the link is to hold.
    pub fn choice(&self) -> Choice {
        let mut words: Vec<String> =
            self.include.iter().chain(&self.redact).chain(&self.trim).cloned().collect();
        if self.include_sources {
            words.push("sources".to_owned());
        }
        // Excerpts are left out unless they are asked for; who says both means the safer.
        if words.iter().any(|word| word == "excerpts") {
            words.retain(|word| word != "excerpts" && word != "sources");
        }
        Choice(words)
    }
}

/// `retort open`
#[derive(Debug, Args)]
pub struct Open {
    /// The link, a file that holds it, or - for standard input
    #[arg(value_name = "LINK")]
    pub link: String,
    /// What the report is compared with: the files, folders or archives that it should be of
    #[arg(value_name = "PATH")]
    pub against: Vec<PathBuf>,
    /// The file whose first line is the passphrase
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// How to write the report: human, json, sarif, markdown, html, github, patch
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
}

/// `retort lock`
#[derive(Debug, Args)]
pub struct Lock {
    /// The folder that holds the migrations; retort.lock lies in it
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Compare and change nothing
    #[arg(long)]
    pub check: bool,
    /// The settings, instead of the nearest retort.toml upwards from the folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `retort chain`
#[derive(Debug, Args)]
pub struct Chain {
    /// Files, folders, archives, or - for standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// The same files or folder before the change: what happened since is marked
    #[arg(long, value_name = "PATH")]
    pub before: Vec<PathBuf>,
    /// The settings, instead of the nearest retort.toml upwards from the first path
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to write the result: human, json, dot, mermaid, svg
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
}

/// `retort schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// Folder, file or archive, or - for standard input
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Where to stop: an id, the beginning of one, head, heads, base, REV+N, REV-N or LABEL@head; several
    /// with commas between them
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// Of several chains, the one of this folder, as the list of them names it
    #[arg(long, value_name = "FOLDER")]
    pub chain: Option<String>,
    /// Of several databases in a dump, the one of this name
    #[arg(long, value_name = "NAME", conflicts_with = "chain")]
    pub database: Option<String>,
    /// The schema before the first revision: a dump, SQL, or JSON that `retort schema` printed
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// The database that it is for; found in the files where it isn't given
    #[arg(long, value_name = "DIALECT", value_parser = dialects())]
    pub dialect: Option<String>,
    /// Naming convention of the metadata that env.py hands to Alembic: ix, uq, ck, fk or pk, and a pattern
    #[arg(long, value_name = "KEY=PATTERN", value_parser = key_and_pattern)]
    pub naming: Vec<(String, String)>,
    /// The settings, instead of the nearest retort.toml upwards from the first path
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to write the result: human, json, sql, dbml
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
}

const DIFF_HELP: &str = "\
A side is a file (a dump, an audit summary, SQL, JSON that `retort schema` printed) or FOLDER@REV, where
REV is head, heads, base, an id or the beginning of one, REV+N, REV-N or LABEL@head.

Example:
  retort diff prod.json app/migrations@head --format alembic > app/migrations/versions/next.py";

/// `retort diff`
#[derive(Debug, Args)]
pub struct Diff {
    /// Where it starts: a file, or FOLDER@REV
    #[arg(value_name = "FROM")]
    pub from: String,
    /// Where it leads: a file, or FOLDER@REV
    #[arg(value_name = "TO")]
    pub to: String,
    /// The database that both sides are written for
    #[arg(long, value_name = "DIALECT", value_parser = dialects())]
    pub dialect: Option<String>,
    /// Write the steps that lose something as well, such as dropped columns
    #[arg(long)]
    pub destructive: bool,
    /// Take likely renames for renames
    #[arg(long)]
    pub renames: bool,
    /// The settings, instead of the nearest retort.toml upwards from the first path
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to write the result: human, json, sql, alembic, markdown
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
}

/// `retort explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule, such as drop-table
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// How to write the result: human, markdown
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
}

const COLLECT_HELP: &str = "\
With --url the script is handed to psql, to mysql and mysqldump, or to sqlite3, which have to be installed.
It reads the catalogue in one read-only transaction, and no row of a table but Alembic's own.

Example:
  retort collect --dialect postgresql > collect.sql
  psql --no-psqlrc --file collect.sql \"$DATABASE_URL\" > prod-audit.sql";

/// `retort collect`
#[derive(Debug, Args)]
pub struct Collect {
    /// The database that the script is for [default: postgresql]
    #[arg(long, value_name = "DIALECT", value_parser = dialects())]
    pub dialect: Option<String>,
    /// Connect to this database and print its audit
    #[arg(long, value_name = "URL", conflicts_with = "summary")]
    pub url: Option<String>,
    /// The script that writes dev-summary.txt and prod-summary.txt instead
    #[arg(long)]
    pub summary: bool,
}

/// `retort init`
#[derive(Debug, Args)]
pub struct Init {
    /// The repository [default: here]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Why nothing was asked.
#[derive(Debug)]
pub enum Unusable {
    /// Help or the version, which are results.
    Text(String),
    /// Something that makes no sense.
    Misuse(String),
}

/// Reads what was typed.
pub fn read(typed: impl IntoIterator<Item = OsString>, colour: bool) -> Result<Asked, Unusable> {
    Typed::try_parse_from(typed).map(|typed| typed.asked).map_err(|error| {
        let styled = error.render();
        let text = if colour { styled.ansi().to_string() } else { styled.to_string() };
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Unusable::Text(text),
            _ => Unusable::Misuse(text),
        }
    })
}

fn dialects() -> PossibleValuesParser {
    PossibleValuesParser::new(DIALECTS.map(|row| row.word))
}

fn redactions() -> PossibleValuesParser {
    PossibleValuesParser::new(HIDING.into_iter().chain(["excerpts"]))
}

fn severities() -> PossibleValuesParser {
    PossibleValuesParser::new(Severity::ALL.map(Severity::word))
}

fn key_and_pattern(text: &str) -> Result<(String, String), String> {
    let keys = || NAMING_KEYS.join(", ");
    let Some((key, pattern)) = text.split_once('=').filter(|(_, pattern)| !pattern.is_empty())
    else {
        return Err(format!("expected KEY=PATTERN, where KEY is one of {}", keys()));
    };
    if !NAMING_KEYS.contains(&key) {
        return Err(format!("there is no key `{key}`; keys are {}", keys()));
    }
    Ok((key.to_owned(), pattern.to_owned()))
}

fn kind_and_path(text: &str) -> Result<(Kind, PathBuf), String> {
    let kinds = || Kind::ALL.map(Kind::word).join(", ");
    let Some((word, path)) = text.split_once(':').filter(|(_, path)| !path.is_empty()) else {
        return Err(format!("expected KIND:PATH, where KIND is one of {}", kinds()));
    };
    let kind = Kind::from_word(word)
        .ok_or_else(|| format!("there is no kind `{word}`; kinds are {}", kinds()))?;
    Ok((kind, PathBuf::from(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::commands::COMMANDS;
    use clap::CommandFactory as _;

    #[test]
    fn the_parser_and_the_catalogue_agree() {
        let command = Typed::command();
        let parsed: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        let listed: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
        assert_eq!(parsed, listed);
        Typed::command().debug_assert();
    }
}
