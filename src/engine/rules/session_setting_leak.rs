//! A setting that stays set for what runs later.

use crate::engine::ledger::RuleName;
use crate::engine::op::{Op, Reach};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, Within};

pub static RULE: Rule = Rule {
    name: RuleName("session-setting-leak"),
    severity: Severity::Warning,
    summary: "Changes a setting of the session and does not set it back.",
    why: "What runs later in the same connection runs under it: other revisions, other requests of a pool.",
    instead: "Use SET LOCAL inside the transaction, or set it back at the end.",
    fires: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.execute(\"SET search_path TO archive\")
    #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ session-setting-leak
    op.drop_index(\"ix_a\")
",
    silent: "
=== versions/a1_one.py
from alembic import op

revision = \"a1\"
down_revision = None


def upgrade():
    op.execute(\"SET LOCAL search_path TO archive\")
    op.drop_index(\"ix_a\")
",
    check: Check::Step(check),
};

const LEAKING: &[&str] = &[
    "search_path",
    "role",
    "session_authorization",
    "row_security",
    "sql_mode",
    "foreign_key_checks",
    "unique_checks",
    "sql_log_bin",
    "time_zone",
    "timezone",
];

/// They end with a script that is run by itself.
const OF_SCRIPTS: &[&str] = &["lock_timeout", "statement_timeout"];

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Setting { name, value: Some(value), reach } = &view.step.op else { return None };
    let known = LEAKING.contains(&name.as_str());
    let timed = OF_SCRIPTS.contains(&name.as_str());
    if *reach == Reach::Local && view.within == Within::Nothing && (known || timed) {
        return Some(
            Note::new(format!(
                "{} sets `{name}` with SET LOCAL outside of a transaction: it has no effect",
                view.who()
            ))
            .cause("no-effect")
            .step("Begin a transaction before it, or use SET."),
        );
    }
    if *reach != Reach::Session || !(known || (timed && view.is_revision())) {
        return None;
    }
    // Set back, or to something else: whoever wrote it thought of it.
    let is_set_back = view.later.iter().any(|step| match &step.op {
        Op::Setting { name: other, value: None, .. } if other == "all" => true,
        Op::Setting { name: other, value: other_value, .. } => {
            other == name && other_value.as_ref() != Some(value)
        }
        _ => false,
    });
    if is_set_back {
        return None;
    }
    let note = Note::new(format!(
        "{} sets `{name}` for the whole session and does not set it back",
        view.who()
    ));
    Some(match view.within {
        Within::Nothing => {
            note.run("Set it back at the end.", Language::Sql, format!("RESET {name};"))
        }
        _ => note.run(
            "Let it end with the transaction.",
            Language::Sql,
            format!("SET LOCAL {name} = '{value}';"),
        ),
    })
}
