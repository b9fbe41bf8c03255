//! The migrations run while the image or bundle is built.

use crate::engine::case::{Case, Does};
use crate::engine::facts::{Host, Phase};
use crate::engine::ledger::RuleName;
use crate::wire::Severity;

use super::{Check, Note, Rule, deploys};

pub static RULE: Rule = Rule {
    name: RuleName("migration-at-build"),
    severity: Severity::Danger,
    summary: "The migrations run while the image or bundle is built.",
    why: "There is no database then, or the wrong one; a build for a preview changes production, and a release that is never made has changed it too.",
    instead: "Run them as the host's release step, or before the program starts.",
    fires: "
=== Dockerfile
FROM python:3.12-slim
RUN pip install -r requirements.txt && alembic upgrade head
#                                      ^^^^^^^ migration-at-build
CMD [\"uvicorn\", \"app.main:app\"]
",
    silent: "
=== Dockerfile
FROM python:3.12-slim
RUN pip install -r requirements.txt
CMD [\"sh\", \"-c\", \"alembic upgrade head && exec uvicorn app.main:app\"]
",
    check: Check::Case(check),
};

fn check(case: &Case) -> Vec<Note> {
    let mut notes = Vec::new();
    for way in case.deploy_ways() {
        for (_, step) in deploys::doing(way, Does::Migrate) {
            if step.phase != Phase::Build {
                continue;
            }
            let text = step.text.replace('`', "");
            let mut note = Note::new(format!("`{text}` runs at build time")).at(step.span);
            if matches!(way.host, Host::Vercel | Host::Node) {
                note = Note::new(format!("`{text}` runs with every build, previews included"))
                    .at(step.span)
                    .cause("previews");
            }
            notes.push(note.step("Move it to the step that the host runs once before the new code gets requests: `release`, `preDeployCommand`, `release_command`, or a job of the pipeline."));
        }
    }
    notes
}
