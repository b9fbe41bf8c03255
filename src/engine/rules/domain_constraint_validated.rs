//! A domain gets a constraint that every table using it is read for.

use crate::engine::ledger::RuleName;
use crate::engine::op::{DomainChange, Op};
use crate::engine::schema::{ObjectKind as Kind, TableName};
use crate::wire::{Certainty, Language, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("domain-constraint-validated"),
    severity: Severity::Danger,
    summary: "Adds a constraint to a domain, and reads every table that uses it.",
    why: "Writes to each of those tables wait during the scans (SHARE lock), and one value that does not fit makes it fail.",
    instead: "Add the constraint NOT VALID, then validate it in a window; better, check the base type per column.",
    fires: "
=== plan.sql role:plan
ALTER DOMAIN price ADD CONSTRAINT price_check CHECK (value >= 0);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ domain-constraint-validated
",
    silent: "
=== plan.sql role:plan
ALTER DOMAIN price ADD CONSTRAINT price_check CHECK (value >= 0) NOT VALID;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let about = |name: &TableName, title: String| {
        Note::new(format!("{} {title}", view.who())).named(ObjectKind::Type, name.to_string())
    };
    match &view.step.op {
        Op::AlterDomain { name, change } => {
            let (does, how) = match change {
                DomainChange::Adds { validated: true } => ("adds a constraint to", "NOT VALID first, then VALIDATE CONSTRAINT."),
                DomainChange::SetNotNull => ("sets NOT NULL on", "It has no NOT VALID form: add CHECK (VALUE IS NOT NULL) NOT VALID instead."),
                _ => return None,
            };
            let made = view.earlier.iter().any(|step| matches!(&step.op, Op::CreateObject { name: known, .. } if &known.name == name));
            if made {
                return None;
            }
            Some(
                about(name, format!("{does} domain `{name}` and reads every table that uses it"))
                    .certainty(Certainty::Likely)
                    .run(how, Language::Sql, format!("ALTER DOMAIN {0} ADD CONSTRAINT {1}_check CHECK (VALUE IS NOT NULL) NOT VALID;\nALTER DOMAIN {0} VALIDATE CONSTRAINT {1}_check;", name.quoted(), name.name)),
            )
        }
        Op::CreateObject { name, made } if name.kind == Kind::Domain && made.constrained => Some(
            about(&name.name, format!("makes domain `{}` with a constraint: no column of it can be added to a table without a rewrite", name.name))
                .severity(Severity::Notice)
                .step("Use the base type, and a CHECK on each column."),
        ),
        _ => None,
    }
}
