//! The dialect of a run: asked for, found in the inputs, or PostgreSQL.

use crate::ordered::Set;

use super::{DIALECTS, Dialect};

/// A dialect and the reason for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub dialect: Dialect,
    /// Shown to the person, after the dialect's name.
    pub why: String,
    /// Somebody said so, and it holds whatever a folder is called.
    pub asked: bool,
}

impl Choice {
    /// Returns the dialect that a folder on the way to a file is named after. A project that writes a chain
    /// for each database has a folder for each.
    pub fn of_folder(&self, path: &str) -> Option<Dialect> {
        let (folders, _) = path.rsplit_once('/').filter(|_| !self.asked)?;
        folders.split('/').find_map(Dialect::from_word)
    }
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            why: "nothing in the files names a database".to_owned(),
            asked: false,
        }
    }
}

/// Chooses the dialect from paths and texts of the inputs.
///
/// A URL in the settings or `env.py` counts first, then what the revisions import: but for revisions that
/// also ask for a database by its name, which have a branch or a variant for one of several. A URL of SQLite is often
/// that of a developer's copy, so it counts only where no revision speaks of another database: else what
/// runs there alone would be missed.
pub fn choose<'a>(asked: Option<&str>, texts: impl Iterator<Item = (&'a str, &'a str)>) -> Choice {
    if let Some(dialect) = asked.and_then(Dialect::from_word) {
        return Choice { dialect, why: "you said so".to_owned(), asked: true };
    }
    let mut seen = Seen::default();
    for (path, text) in texts {
        seen.look(path, text);
    }
    seen.choice()
}

#[derive(Debug, Default)]
struct Seen<'a> {
    /// Schemes of URLs, and the file of each.
    urls: Vec<(Dialect, &'a str)>,
    /// Dialects whose types revisions import, and a file of each.
    imports: Vec<(Dialect, &'a str)>,
    /// Dialects that revisions speak of in any way.
    mentions: Set<Dialect>,
}

impl<'a> Seen<'a> {
    fn look(&mut self, path: &'a str, text: &'a str) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let settings = name == "alembic.ini"
            || name == "env.py"
            || (name.ends_with(".ini") && text.contains("script_location"))
            || (name == "pyproject.toml" && text.contains("tool.alembic"));
        if settings {
            let lines = text.lines().map(str::trim_start);
            for line in lines.filter(|line| !line.starts_with(['#', ';'])) {
                self.urls.extend(schemes(line).map(|dialect| (dialect, path)));
            }
        } else if name.ends_with(".py") && text.contains("down_revision") {
            for row in DIALECTS {
                let (dialect, word) = (row.dialect, row.word);
                if !text.contains(word) {
                    continue;
                }
                let dotted = format!("dialects.{word}");
                let imports = |line: &str| {
                    let after = line.split_once("dialects import").map(|(_, after)| after);
                    after.is_some_and(|after| {
                        after.split(|c: char| !c.is_alphanumeric()).any(|w| w == word)
                    }) || line.contains(&dotted)
                };
                if text.lines().any(imports) {
                    self.imports.push((dialect, path));
                }
                let quoted = [format!("'{word}"), format!("\"{word}")];
                if quoted.iter().any(|quoted| text.contains(quoted)) {
                    self.mentions.insert(dialect);
                }
            }
        }
    }

    fn choice(&self) -> Choice {
        let servers = |all: &[(Dialect, &'a str)]| -> Vec<(Dialect, &'a str)> {
            all.iter().filter(|(dialect, _)| *dialect != Dialect::Sqlite).copied().collect()
        };
        let made = |(dialect, path): (Dialect, &str), what: &str| Choice {
            dialect,
            why: format!("`{path}` {what}"),
            asked: false,
        };
        if let Some(found) = only(&servers(&self.urls)) {
            return made(found, "names such a database");
        }
        let imports = servers(&self.imports);
        let alone = |of: Dialect| of == Dialect::default() || self.mentions.is_empty();
        if let Some(found) = only(&imports).filter(|(dialect, _)| alone(*dialect)) {
            return made(found, "uses its types");
        }
        let other = self.mentions.iter().any(|dialect| *dialect != Dialect::Sqlite);
        let files = self.urls.iter().chain(&self.imports);
        let sqlite = files.filter(|(dialect, _)| *dialect == Dialect::Sqlite).min();
        match sqlite {
            _ if !imports.is_empty() => Choice {
                why: "revisions are written for more databases than one".to_owned(),
                ..Choice::default()
            },
            Some(found) if !other => made(*found, "names no other database"),
            Some(_) => Choice {
                why: "revisions speak of it, though a file names SQLite".to_owned(),
                ..Choice::default()
            },
            None => Choice::default(),
        }
    }
}

/// The first by path, if all are of one dialect.
fn only<'a>(all: &[(Dialect, &'a str)]) -> Option<(Dialect, &'a str)> {
    let first = all.iter().min_by_key(|(_, path)| *path)?;
    all.iter().all(|(dialect, _)| *dialect == first.0).then_some(*first)
}

/// The databases that URLs in a line are for: `mysql+pymysql://…`.
fn schemes(line: &str) -> impl Iterator<Item = Dialect> {
    line.match_indices("://").filter_map(|(at, _)| {
        let before = line.get(..at)?;
        let start = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '_')))
            .map_or(0, |found| found + 1);
        let scheme = before.get(start..)?;
        Dialect::from_word(scheme.split('+').next().unwrap_or(scheme))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn chosen(files: &[(&str, &str)]) -> Dialect {
        choose(None, files.iter().copied()).dialect
    }

    const REVISION: &str = "down_revision = None\n";

    #[test]
    fn a_url_decides() {
        let ini = |url: &str| format!("[alembic]\nscript_location = m\nsqlalchemy.url = {url}\n");
        for (url, dialect) in [
            ("mysql+pymysql://u:p@h/db", Dialect::MySql),
            ("mariadb://h/db", Dialect::MySql),
            ("postgres://h/db", Dialect::PostgreSql),
            ("sqlite:///app.db", Dialect::Sqlite),
            ("driver://user:pass@localhost/dbname", Dialect::PostgreSql),
        ] {
            assert_eq!(chosen(&[("alembic.ini", &ini(url))]), dialect, "{url}");
        }
        assert_eq!(chosen(&[("alembic.ini", "# sqlite:///x.db\n")]), Dialect::PostgreSql);
    }

    #[test]
    fn revisions_decide_where_no_url_does() {
        let mysql = format!("from sqlalchemy.dialects import mysql\n{REVISION}");
        let both = format!("from sqlalchemy.dialects import mysql, postgresql\n{REVISION}");
        assert_eq!(chosen(&[("v/1.py", &mysql)]), Dialect::MySql);
        assert_eq!(chosen(&[("v/1.py", &both)]), Dialect::PostgreSql);
        assert_eq!(chosen(&[("v/1.py", &both), ("v/2.py", &mysql)]), Dialect::PostgreSql);
        let variant =
            format!("{REVISION}kind = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql')\n");
        assert_eq!(chosen(&[("v/1.py", &mysql), ("v/2.py", &variant)]), Dialect::PostgreSql);
    }

    #[test]
    fn a_developers_copy_does_not_hide_what_runs_elsewhere() {
        let url = ("env.py", "url = 'sqlite:///dev.db'\n");
        let branch = format!("{REVISION}if name == 'postgresql': pass\n");
        assert_eq!(chosen(&[url, ("v/1.py", REVISION)]), Dialect::Sqlite);
        assert_eq!(chosen(&[url, ("v/1.py", &branch)]), Dialect::PostgreSql);
    }

    #[test]
    fn the_person_decides_first() {
        let files = [("env.py", "mysql://h/db")];
        let choice = choose(Some("sqlite"), files.into_iter());
        assert_eq!((choice.dialect, choice.why.as_str()), (Dialect::Sqlite, "you said so"));
    }
}
