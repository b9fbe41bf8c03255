//! A table with rows becomes a partition.

use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Detail, LockMode, Op};
use crate::engine::schema::{Table, TableName};
use crate::wire::{Language, Severity};

use super::{Check, Note, Rule, StepView, locks};

pub static RULE: Rule = Rule {
    name: RuleName("attach-partition-scan"),
    severity: Severity::Danger,
    summary: "Attaches a table as a partition without a checked constraint that proves its bound.",
    why: "The table is read, and so is the default partition, both with reads and writes blocked (ACCESS EXCLUSIVE lock).",
    instead: "Add a CHECK with the bound NOT VALID, validate it, attach the table, drop the check.",
    fires: "
=== plan.sql role:plan
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM (100) TO (200);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ attach-partition-scan
",
    silent: "
=== plan.sql role:plan
ALTER TABLE events_2024 ADD CONSTRAINT bound CHECK (k IS NOT NULL AND k >= 100 AND k < 200) NOT VALID;
ALTER TABLE events_2024 VALIDATE CONSTRAINT bound;
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM (100) TO (200);
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let Op::Detail { table, detail: Detail::PartitionOf(parent, bound) } = &view.step.op else {
        return None;
    };
    let with_it = |op: &Op| matches!(op, Op::CreateTable { table: made, .. } if made == table);
    if view.done_with_it().last().is_some_and(|step| with_it(&step.op)) {
        return None; // CREATE TABLE … PARTITION OF.
    }
    let rest: Option<&TableName> = view.before.schema().tables.iter().find_map(|(name, found)| {
        let (of, values) = found.partition_of.as_ref()?;
        (of == parent && values.trim().eq_ignore_ascii_case("default")).then_some(name)
    });
    let rest = rest.filter(|rest| view.is_old(rest));
    let reads_own =
        view.is_old(table) && !view.table(table).is_some_and(|known| is_proven(known, bound));
    let (read, title) = match (reads_own, rest) {
        (true, _) => (table, format!("attaches `{table}` to `{parent}` and reads all of it")),
        (false, Some(rest)) => (
            rest,
            format!("attaches `{table}` to `{parent}` and reads its default partition `{rest}`"),
        ),
        (false, None) => return None,
    };
    let lock = (read, LockMode::AccessExclusive, locks::Cost::Scan);
    let note = locks::note(view, lock, Severity::Danger, title).table(parent);
    let note = match rest {
        Some(rest) => note.cause("default-scan").because([Evidence::text(format!(
            "`{rest}` is the default partition: it is read under the same lock, unless a checked constraint excludes the new bound"
        ))]),
        None => note,
    };
    let (sql, check) = (table.quoted(), format!("{}_bound", table.name));
    Some(
        note.run("Say the bound as a check, for new rows.", Language::Sql, format!("ALTER TABLE {sql} ADD CONSTRAINT {check} CHECK (… IS NOT NULL AND …) NOT VALID;"))
            .run("Check the old rows.", Language::Sql, format!("ALTER TABLE {sql} VALIDATE CONSTRAINT {check};"))
            .run("Attach it; the check proves the bound.", Language::Sql, format!("ALTER TABLE {} ATTACH PARTITION {sql} {bound};\nALTER TABLE {sql} DROP CONSTRAINT {check};", parent.quoted())),
    )
}

/// Whether checked constraints say every value of the bound: `k >= 100 AND k < 200`, or a list.
fn is_proven(table: &Table, bound: &str) -> bool {
    let plain = |text: &str| -> String {
        let mut out = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            // A cast says nothing more.
            if c == ':' && chars.next_if_eq(&':').is_some() {
                while chars
                    .next_if(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '[' | ']'))
                    .is_some()
                {
                    if chars.peek().is_some_and(|c| matches!(c, ')' | ',')) {
                        break;
                    }
                }
                continue;
            }
            if !c.is_whitespace() && !matches!(c, '(' | ')' | '"') {
                out.extend(c.to_lowercase());
            }
        }
        out
    };
    let inner = |from: &str| -> Option<String> {
        let text = bound.to_ascii_lowercase();
        let at = text.find(from)? + from.len();
        let (list, _) = bound.get(at..)?.trim_start().strip_prefix('(')?.split_once(')')?;
        Some(plain(list))
    };
    let (Some(low), Some(high)) = (inner("from"), inner(" to")) else { return false };
    let is_one = !low.contains(',') && !high.contains(',');
    let checks =
        table.constraints.iter().filter(|one| !one.traits.not_valid && !one.traits.not_enforced);
    is_one
        && checks.into_iter().any(|one| match &one.kind {
            ConstraintKind::Check(check) if !check.text.to_ascii_lowercase().contains(" or ") => {
                let text = plain(&check.text);
                let ends =
                    |mark: String| text.ends_with(&mark) || text.contains(&format!("{mark}and"));
                let says = |column: &crate::engine::schema::Ident| {
                    let name = column.as_str().to_lowercase();
                    let is_set = table.column(column).is_some_and(|known| !known.nullable)
                        || text.contains(&format!("{name}isnotnull"));
                    is_set && ends(format!("{name}>={low}")) && ends(format!("{name}<{high}"))
                };
                check.columns.iter().any(says)
            }
            _ => false,
        })
}
