//! Code or a script changes the schema, past the chain.

use crate::engine::case::Case;
use crate::engine::facts::Deed;
use crate::engine::ledger::RuleName;
use crate::engine::span::Span;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("ddl-outside-chain"),
    severity: Severity::Warning,
    summary: "A script or the program itself changes the schema with statements of its own.",
    why: "No revision knows of it: databases differ by whether it ran, and the chain no longer makes what production holds.",
    instead: "Write the statement as a revision.",
    fires: "
=== versions/a.py
revision = 'a1'
down_revision = None
def upgrade():
    pass
=== app/boot.py
def prepare(connection):
    connection.execute('ALTER TABLE person ADD COLUMN nick text')
#                      ^^^^^^^^^^^^^^^^^^ ddl-outside-chain
",
    silent: "
=== versions/a.py
revision = 'a1'
down_revision = None
def upgrade():
    op.execute('ALTER TABLE person ADD COLUMN nick text')
=== app/boot.py
def prepare(connection):
    connection.execute('CREATE TEMPORARY TABLE pick (id int)')
",
    check: Check::Case(check),
};

/// Clients whose text is SQL.
const CLIENTS: [&str; 4] = ["psql", "mysql", "mariadb", "sqlite3"];

fn check(case: &Case) -> Vec<Note> {
    // Without a chain they may be what the project has for migrations.
    if case.chains.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(Span, String)> = Vec::new();
    for seen in &case.facts.seen {
        if let Deed::Ddl(text) = &seen.what {
            found.push((seen.span, text.clone()));
        }
    }
    for command in
        case.facts.deploys.iter().flat_map(|deploy| &deploy.units).flat_map(|unit| &unit.commands)
    {
        if !CLIENTS.contains(&command.program()) {
            continue;
        }
        let texts = command.words.iter().skip(1).chain(&command.input);
        let ddl = texts.flat_map(|text| text.split(';')).find(|text| is_ddl(text));
        found.extend(ddl.and_then(|text| Some((command.at?, text.trim().to_owned()))));
    }
    let note = |(span, text): (Span, String)| {
        let words: Vec<&str> = text.split_whitespace().take(3).collect();
        Note::new(format!("`{}` is run outside of the chain", words.join(" ").replace('`', "")))
            .at(span)
            .certainty(Certainty::Likely)
            .step("Write it as a revision, and take it out here.")
    };
    found.into_iter().map(note).collect()
}

fn is_ddl(text: &str) -> bool {
    let mut words = text.split_whitespace().map(str::to_ascii_lowercase);
    let (verb, object) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    matches!(verb.as_str(), "create" | "alter" | "drop")
        && matches!(
            object.as_str(),
            "table" | "index" | "unique" | "type" | "view" | "schema" | "sequence"
        )
}
