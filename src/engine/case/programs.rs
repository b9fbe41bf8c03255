//! What commands of a deploy do, by their words.

use crate::engine::facts::Command;

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Runs migrations.
    Migrate,
    /// Brings the schema about from the models, without migrations; `true` where it may drop data unasked.
    Push(bool),
    /// Starts the program.
    Serve,
    /// Puts the new code in place.
    Deploy,
    Other,
}

/// Programs that run another, and how many words of their own they take.
const WRAPPERS: &[(&str, usize)] = &[
    ("exec", 1),
    ("sudo", 1),
    ("time", 1),
    ("env", 1),
    ("nohup", 1),
    ("command", 1),
    ("npx", 1),
    ("bunx", 1),
    ("dumb-init", 1),
    ("tini", 1),
    ("gosu", 2),
    ("su-exec", 2),
    ("poetry", 2),
    ("uv", 2),
    ("pipenv", 2),
    ("pdm", 2),
    ("rye", 2),
    ("hatch", 2),
    ("doppler", 2),
    ("bundle", 2),
    ("python", 1),
    ("python3", 1),
];

/// The program, then words that follow in this order.
const TABLE: &[(&[&str], Does)] = &[
    (&["alembic", "upgrade"], Does::Migrate),
    (&["flask", "db", "upgrade"], Does::Migrate),
    (&["manage.py", "migrate"], Does::Migrate),
    (&["django-admin", "migrate"], Does::Migrate),
    (&["airflow", "db", "migrate"], Does::Migrate),
    (&["airflow", "db", "upgrade"], Does::Migrate),
    (&["superset", "db", "upgrade"], Does::Migrate),
    (&["prisma", "migrate", "deploy"], Does::Migrate),
    (&["drizzle-kit", "migrate"], Does::Migrate),
    (&["rails", "db:migrate"], Does::Migrate),
    (&["rake", "db:migrate"], Does::Migrate),
    (&["rails", "db:prepare"], Does::Migrate),
    (&["flyway", "migrate"], Does::Migrate),
    (&["liquibase", "update"], Does::Migrate),
    (&["atlas", "migrate", "apply"], Does::Migrate),
    (&["knex", "migrate:latest"], Does::Migrate),
    (&["typeorm", "migration:run"], Does::Migrate),
    (&["sequelize", "db:migrate"], Does::Migrate),
    (&["sequelize-cli", "db:migrate"], Does::Migrate),
    (&["supabase", "db", "push"], Does::Migrate),
    (&["goose", "up"], Does::Migrate),
    (&["migrate", "-path"], Does::Migrate),
    (&["diesel", "migration", "run"], Does::Migrate),
    (&["sqlx", "migrate", "run"], Does::Migrate),
    (&["dbmate", "up"], Does::Migrate),
    (&["pgroll", "migrate"], Does::Migrate),
    (&["drizzle-kit", "push", "--force"], Does::Push(true)),
    (&["drizzle-kit", "push"], Does::Push(false)),
    (&["prisma", "db", "push", "--accept-data-loss"], Does::Push(true)),
    (&["prisma", "db", "push"], Does::Push(false)),
    (&["rails", "db:schema:load"], Does::Push(true)),
    (&["rake", "db:schema:load"], Does::Push(true)),
    (&["uvicorn"], Does::Serve),
    (&["gunicorn"], Does::Serve),
    (&["hypercorn"], Does::Serve),
    (&["granian"], Does::Serve),
    (&["daphne"], Does::Serve),
    (&["waitress-serve"], Does::Serve),
    (&["uwsgi"], Does::Serve),
    (&["flask", "run"], Does::Serve),
    (&["fastapi", "run"], Does::Serve),
    (&["streamlit", "run"], Does::Serve),
    (&["manage.py", "runserver"], Does::Serve),
    (&["puma"], Does::Serve),
    (&["rails", "server"], Does::Serve),
    (&["rails", "s"], Does::Serve),
    (&["node"], Does::Serve),
    (&["next", "start"], Does::Serve),
    (&["npm", "start"], Does::Serve),
    (&["$@"], Does::Serve),
    (&["flyctl", "deploy"], Does::Deploy),
    (&["fly", "deploy"], Does::Deploy),
    (&["vercel", "--prod"], Does::Deploy),
    (&["railway", "up"], Does::Deploy),
    (&["kubectl", "apply"], Does::Deploy),
    (&["kubectl", "set"], Does::Deploy),
    (&["kubectl", "rollout"], Does::Deploy),
    (&["helm", "upgrade"], Does::Deploy),
    (&["gcloud", "deploy"], Does::Deploy),
    (&["aws", "ecs", "update-service"], Does::Deploy),
    (&["eb", "deploy"], Does::Deploy),
    (&["serverless", "deploy"], Does::Deploy),
    (&["netlify", "deploy"], Does::Deploy),
    (&["heroku", "container:release"], Does::Deploy),
    (&["git", "push", "heroku"], Does::Deploy),
    (&["git", "push", "dokku"], Does::Deploy),
    (&["docker", "stack", "deploy"], Does::Deploy),
];

/// Returns the words from the program on that is run in the end: without `exec`, `poetry run` and their kin.
pub fn inner(words: &[String]) -> &[String] {
    let mut words = words;
    for _ in 0..8 {
        let Some(first) = words.first() else { return words };
        let name = first.rsplit('/').next().unwrap_or(first);
        let Some((_, own)) = WRAPPERS.iter().find(|(known, _)| *known == name) else {
            return words;
        };
        let mut rest = words.get(*own..).unwrap_or_default();
        // `python -c` runs its text.
        while let Some(word) = rest.first() {
            match word.as_str() {
                "-c" | "-" => return words,
                option if option.starts_with('-') || (name == "env" && option.contains('=')) => {
                    rest = rest.get(1..).unwrap_or_default();
                }
                _ => break,
            }
        }
        if rest.is_empty() {
            return words;
        }
        words = rest;
    }
    words
}

/// Returns what a command does.
pub fn does(command: &Command) -> Does {
    let words = inner(&command.words);
    let Some(first) = words.first() else { return Does::Other };
    let program = first.rsplit('/').next().unwrap_or(first);
    if program == "uses:" {
        let action = words.get(1).map_or("", String::as_str).to_lowercase();
        let pages = action.contains("pages") || action.contains("docs");
        return if action.contains("deploy") && !pages { Does::Deploy } else { Does::Other };
    }
    let follows = |rest: &[&str]| {
        let mut left = rest.iter().peekable();
        for word in words.iter().skip(1) {
            if left.peek().is_some_and(|wanted| *wanted == word) {
                left.next();
            }
        }
        left.peek().is_none()
    };
    let row = TABLE.iter().find(|(known, _)| {
        known.split_first().is_some_and(|(name, rest)| *name == program && follows(rest))
    });
    row.map_or(Does::Other, |(_, does)| *does)
}

/// Returns whether only developers or tests use a file.
pub fn is_aside(path: &str) -> bool {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric());
    words.map(str::to_ascii_lowercase).any(|word| {
        matches!(
            word.as_str(),
            "dev"
                | "develop"
                | "development"
                | "devcontainer"
                | "local"
                | "test"
                | "tests"
                | "testing"
                | "docs"
                | "examples"
                | "example"
                | "override"
                | "node_modules"
        )
    })
}
