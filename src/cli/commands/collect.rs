//! `retort collect`: the read-only script that audits a database, printed, or handed to the database's own
//! client.
//!
//! Connecting is left to `psql`, `mysql` and `sqlite3`, which have to be installed: they know service files,
//! certificates and option files, and what they do can be read. A password is passed to them in their
//! environment, never as an argument, and is taken out of whatever they say.

use std::io::Write as _;
use std::process::{Command as Process, Stdio};

use super::Command;
use crate::cli::args::Collect;
use crate::cli::failure::Failure;
use crate::cli::{Io, Outcome};
use crate::renderers::collect::{SCRIPTS, Script, script};

/// The row of the catalogue.
pub const COMMAND: Command =
    Command { name: "collect", title: "print the script that audits a database" };

/// Runs the command.
pub fn run(args: &Collect, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let target = args.url.as_deref().map(Target::read).transpose()?;
    let by_url = target.as_ref().map(|target| target.dialect);
    if let (Some(given), Some(found)) = (args.dialect.as_deref(), by_url)
        && given != found
    {
        return Err(Failure::Misuse {
            what: format!("The URL is one of {found}, and --dialect says {given}."),
            next: "Leave --dialect out: the URL says which database it is.".to_owned(),
        });
    }
    let id = match (args.summary, by_url.or(args.dialect.as_deref())) {
        (true, _) => "summary",
        (false, id) => id.unwrap_or("postgresql"),
    };
    let Some(script) = script(id) else { return Err(no_script(id)) };
    match target {
        None => io.print(script.text)?,
        Some(target) => {
            let audit = target.ask(script)?;
            io.print(&audit)?;
        }
    }
    Ok(Outcome::Clear)
}

fn no_script(id: &str) -> Failure {
    let ids: Vec<&str> = SCRIPTS.iter().map(|script| script.id).collect();
    Failure::Misuse {
        what: format!("There is no script for `{id}`."),
        next: format!("There are scripts for {}.", ids.join(", ")),
    }
}

/// A database that a URL names.
#[derive(Debug)]
struct Target {
    dialect: &'static str,
    user: Option<String>,
    password: Option<String>,
    host: Option<String>,
    port: Option<String>,
    /// The name of the database, or the path of its file.
    name: String,
    /// What follows `?`, without a password.
    options: Vec<(String, String)>,
}

impl Target {
    fn read(url: &str) -> Result<Self, Failure> {
        // What was typed may hold a password, so it is not repeated.
        let misuse = |what: &str| Failure::Misuse {
            what: what.to_owned(),
            next: "Give postgresql://USER@HOST/NAME, mysql://USER@HOST/NAME or sqlite:///FILE."
                .to_owned(),
        };
        let (scheme, rest) =
            url.split_once("://").ok_or_else(|| misuse("That is no URL of a database."))?;
        let dialect = match scheme.split('+').next() {
            Some("postgres" | "postgresql") => "postgresql",
            Some("mysql" | "mariadb") => "mysql",
            Some("sqlite") => "sqlite",
            _ => return Err(misuse("Audits are collected from PostgreSQL, MySQL and SQLite.")),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut password = None;
        let mut options = Vec::new();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "password" => password = Some(decoded(value)),
                _ => options.push((name.to_owned(), decoded(value))),
            }
        }
        let none = Self {
            dialect,
            user: None,
            password,
            host: None,
            port: None,
            name: String::new(),
            options,
        };
        if dialect == "sqlite" {
            // SQLAlchemy's spelling: three slashes before a relative path, four before an absolute one.
            let name = decoded(rest.strip_prefix('/').unwrap_or(rest));
            return Ok(Self { name, ..none });
        }
        let (server, name) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, place) =
            server.rsplit_once('@').map_or((None, server), |(login, place)| (Some(login), place));
        let (user, given) = match login.map(|login| login.split_once(':').unwrap_or((login, ""))) {
            Some((user, word)) => {
                (Some(decoded(user)), Some(decoded(word)).filter(|word| !word.is_empty()))
            }
            None => (None, None),
        };
        let (host, port) = match place
            .rsplit_once(':')
            .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        {
            Some((host, port)) => (host, Some(port.to_owned())),
            None => (place, None),
        };
        let host = Some(decoded(host.trim_matches(['[', ']']))).filter(|host| !host.is_empty());
        Ok(Self {
            user,
            password: given.or(none.password),
            host,
            port,
            name: decoded(name),
            ..none
        })
    }

    /// Has the client of the database run the script, and returns what it prints.
    fn ask(&self, script: &Script) -> Result<String, Failure> {
        let (program, mut process) = self.process();
        let mut child = process
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|why| Failure::Misuse {
                what: format!("`{program}` could not be started: {why}."),
                next: format!(
                    "Install the database's client, or run the script elsewhere: retort collect --dialect {}",
                    self.dialect
                ),
            })?;
        if let Some(mut input) = child.stdin.take() {
            // A client that ended early says why by itself.
            let _ = input.write_all(script.text.as_bytes());
        }
        let done =
            child.wait_with_output().map_err(|why| self.failed(program, &why.to_string()))?;
        let audit = String::from_utf8_lossy(&done.stdout).into_owned();
        // SQLite's client goes on where there is no version table, and says so in its exit code.
        let whole = audit.trim_end().ends_with("-- Retort audit complete");
        let tolerated = self.dialect == "sqlite" || done.status.success();
        match whole && tolerated {
            true => Ok(audit),
            false => Err(self.failed(program, String::from_utf8_lossy(&done.stderr).trim())),
        }
    }

    fn process(&self) -> (&'static str, Process) {
        let option = |flag: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!("{flag}{value}"))
        };
        match self.dialect {
            "postgresql" => {
                let mut process = Process::new("psql");
                process.args(["--no-psqlrc", "--no-password", "--file=-"]);
                process.args(option("--username=", &self.user));
                let words = [
                    ("host", self.host.as_ref()),
                    ("port", self.port.as_ref()),
                    ("dbname", Some(&self.name)),
                ];
                let given =
                    words.into_iter().filter_map(|(key, value)| Some((key, value?.as_str())));
                let more = self.options.iter().map(|(key, value)| (key.as_str(), value.as_str()));
                let words: Vec<String> = given
                    .chain(more)
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(key, value)| {
                        format!("{key}='{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
                    })
                    .collect();
                process.arg(format!("--dbname={}", words.join(" ")));
                process.envs(self.password.as_ref().map(|word| ("PGPASSWORD", word)));
                ("psql", process)
            }
            "mysql" => {
                let mut process = Process::new("sh");
                process.args(["-s", "--"]);
                process.args(option("--host=", &self.host));
                process.args(option("--port=", &self.port));
                process.args(option("--user=", &self.user));
                let more = self
                    .options
                    .iter()
                    .filter(|(name, _)| name.starts_with("ssl") || name == "socket");
                process.args(
                    more.map(|(name, value)| format!("--{}={value}", name.replace('_', "-"))),
                );
                process.arg(&self.name);
                process.envs(self.password.as_ref().map(|word| ("MYSQL_PWD", word)));
                ("mysql", process)
            }
            _ => {
                let mut process = Process::new("sqlite3");
                process.args(["-batch", "-readonly"]).arg(&self.name);
                ("sqlite3", process)
            }
        }
    }

    fn failed(&self, program: &str, said: &str) -> Failure {
        let mut said = said.to_owned();
        for word in self.password.iter().filter(|word| !word.is_empty()) {
            said = said.replace(word.as_str(), "…");
        }
        Failure::Misuse {
            what: format!("`{program}` said: {said}"),
            next: "Check the address, the password and the rights of the role, and run it again."
                .to_owned(),
        }
    }
}

/// Takes `%40` and its kin back.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let code = rest.strip_prefix('%').and_then(|after| after.get(..2));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = rest.get(3..).unwrap_or_default();
            }
            None => {
                rest = rest.get(next.len_utf8()..).unwrap_or_default();
                bytes.extend(next.to_string().into_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_sqlalchemy_spells_them() {
        let read = |url: &str| Target::read(url).unwrap();
        let found = read(
            "postgresql+psycopg2://me:s%40c%2Fret@db.example.com:6543/shop?sslmode=require&password=other",
        );
        assert_eq!((found.dialect, found.name.as_str()), ("postgresql", "shop"));
        assert_eq!(
            (found.user.as_deref(), found.password.as_deref()),
            (Some("me"), Some("s@c/ret"))
        );
        assert_eq!(
            (found.host.as_deref(), found.port.as_deref()),
            (Some("db.example.com"), Some("6543"))
        );
        assert_eq!(found.options, [("sslmode".to_owned(), "require".to_owned())]);
        assert_eq!(read("mysql://db/shop").host.as_deref(), Some("db"));
        assert_eq!(read("sqlite:///shop.db").name, "shop.db");
        assert_eq!(read("sqlite:////srv/shop.db").name, "/srv/shop.db");
        assert!(Target::read("oracle://x/y").is_err());
    }

    #[test]
    fn a_password_is_no_argument_and_is_not_repeated() {
        for url in [
            "postgresql://me:hunter2@db/shop",
            "mysql://me:hunter2@db/shop",
            "postgresql://db/shop?password=hunter2",
        ] {
            let target = Target::read(url).unwrap();
            let (_, process) = target.process();
            assert!(
                process.get_args().all(|argument| !argument.to_string_lossy().contains("hunter2")),
                "{url}"
            );
            let said = target.failed("psql", "no login for me with hunter2").text();
            assert!(!said.contains("hunter2"), "{said}");
        }
        let Err(refused) = Target::read("hunter2") else { panic!("no URL") };
        assert!(!refused.text().contains("hunter2"));
    }
}
