//! A name longer than the database keeps.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::schema::Ident;
use crate::wire::{Certainty, Severity};

use super::{Check, Note, Rule, StepView, made};

pub static RULE: Rule = Rule {
    name: RuleName("identifier-too-long"),
    severity: Severity::Warning,
    summary: "Gives a name that is longer than the database takes.",
    why: "PostgreSQL cuts it without an error, so that code which uses the long name does not find it, and two long names may become one; MySQL refuses it.",
    instead: "Use a name that is shorter than the limit.",
    fires: "
=== plan.sql role:plan
CREATE INDEX ix_customer_subscription_renewal_notifications_by_region_and_date ON notices (region);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ identifier-too-long
",
    silent: "
=== plan.sql role:plan
CREATE INDEX ix_notices_region ON notices (region);
",
    check: Check::Advice(check),
};

/// Bytes that PostgreSQL keeps of a name, and characters that MySQL takes.
const POSTGRESQL_MAX: usize = 63;
const MYSQL_MAX: usize = 64;

fn check(view: &StepView<'_>) -> Vec<Note> {
    let names = made::names(&view.step.op);
    let cut = |name: &Ident| name.as_str().as_bytes().get(..POSTGRESQL_MAX).map(<[u8]>::to_vec);
    let mut notes = Vec::new();
    for (kind, table, name) in &names {
        let text = name.as_str();
        let (is_long, says) = match view.dialect() {
            Dialect::PostgreSql => {
                (text.len() > POSTGRESQL_MAX, "PostgreSQL keeps its first 63 bytes")
            }
            Dialect::MySql => {
                (text.chars().count() > MYSQL_MAX, "MySQL refuses more than 64 characters")
            }
            Dialect::Sqlite => (false, ""),
        };
        if !is_long {
            continue;
        }
        let twin = names.iter().find(|(other_kind, _, other)| {
            other_kind == kind && other != name && cut(other) == cut(name)
        });
        let note = Note::new(format!("{} gives the name `{text}`: {says}", view.who()))
            .certainty(Certainty::Certain)
            .within(*kind, table, name)
            .step("Give it a shorter name before it is released; afterwards rename it in a revision of its own.");
        notes.push(match twin {
            Some((_, _, other)) => note
                .severity(Severity::Danger)
                .cause("collision")
                .step(format!("Make it differ from `{other}` within the first 63 bytes.")),
            None => note,
        });
    }
    notes
}
