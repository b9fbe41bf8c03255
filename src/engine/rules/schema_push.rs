//! The schema is pushed from the models, past the migrations.

use crate::engine::case::{Case, Does, does};
use crate::engine::facts::{Host, Phase};
use crate::engine::ledger::RuleName;
use crate::engine::span::Span;
use crate::wire::Severity;

use super::{Check, Note, Rule};

pub static RULE: Rule = Rule {
    name: RuleName("schema-push"),
    severity: Severity::Danger,
    summary: "A deploy brings the schema about from the models, past the migrations.",
    why: "The tool makes up the statements at that moment and drops what the models lack; with `--force` it does not even ask.",
    instead: "Generate migrations, review them, and have the deploy run those.",
    fires: "
=== post-merge.sh
#!/bin/bash
npx drizzle-kit push --force
#^^ schema-push
",
    silent: "
=== post-merge.sh
#!/bin/bash
npx drizzle-kit migrate
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut found: Vec<(Span, String, bool)> = Vec::new();
    let ways = case.deploy_ways().iter().flat_map(|way| &way.steps);
    for step in ways {
        if let Does::Push(loses) = step.does {
            found.push((step.span, step.text.clone(), loses));
        }
    }
    // Hooks and scripts that nothing else calls; a script of `package.json` runs when somebody types it.
    for deploy in
        case.facts.deploys.iter().filter(|deploy| matches!(deploy.host, Host::Shell | Host::Replit))
    {
        let units = deploy.units.iter().filter(|unit| unit.phase == Phase::Named);
        for command in units.flat_map(|unit| &unit.commands) {
            if let (Does::Push(loses), Some(span)) = (does(command), command.at) {
                found.push((span, command.words.join(" "), loses));
            }
        }
    }
    crate::ordered::sort_by_key(&mut found, |(span, ..)| *span);
    found.dedup_by_key(|(span, ..)| *span);
    found
        .into_iter()
        .map(|(span, text, loses)| {
            let text = text.replace('`', "");
            let what = if loses {
                "drops what the models lack, without asking"
            } else {
                "changes the schema without a migration"
            };
            Note::new(format!("`{text}` {what}"))
                .at(span)
                .severity(if loses { Severity::Danger } else { Severity::Warning })
                .step(
                    "Generate migrations from the models, review them, and run them in its place.",
                )
        })
        .collect()
}
