//! What the settings say that new tables and columns have to be like.

use crate::engine::ledger::RuleName;
use crate::engine::op::{ConstraintKind, Detail, DropKind, Op, Step};
use crate::engine::schema::{Column, ForeignKey, ObjectKind, TableName};
use crate::wire::{Certainty, Severity};

use super::types::{self, Family};
use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("table-policy"),
    severity: Severity::Notice,
    summary: "Makes or fills a table in a way that the settings' policy does not want.",
    why: "Somebody wrote down under [policy] what tables of this project have in common.",
    instead: "Make it as the policy says, or change the policy on purpose.",
    fires: "
=== retort.toml
[policy]
required-columns = [\"created_at\"]
=== plan.sql role:plan
CREATE TABLE notes (id bigint PRIMARY KEY);
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ table-policy
",
    silent: "
=== retort.toml
[policy]
required-columns = [\"created_at\"]
=== plan.sql role:plan
CREATE TABLE notes (id bigint PRIMARY KEY, created_at timestamptz NOT NULL);
",
    check: Check::Advice(check),
};

fn check(view: &StepView<'_>) -> Vec<Note> {
    let mut found = Found { view, notes: Vec::new() };
    match &view.step.op {
        Op::Mutate { table, sets, .. } => {
            let mut names = sets.iter().enumerate();
            let twice = names
                .find(|(ix, (name, _))| sets.iter().skip(ix + 1).any(|(other, _)| other == name));
            if let Some((_, (name, _))) = twice {
                found.say(
                    "duplicate-column-assignment",
                    table,
                    format!("sets `{table}.{name}` twice"),
                );
            }
        }
        _ if view.case.settings.policy.is_empty() => {}
        Op::CreateTable { table, columns, constraints, open, .. } => {
            found.table(table, columns, *open);
            columns.iter().for_each(|column| found.column(table, column));
            for one in constraints {
                found.constraint(table, &one.kind);
            }
        }
        Op::AddColumn { table, column, .. } => found.column(table, column),
        Op::AddConstraint { table, kind, .. } => found.constraint(table, kind),
        Op::CreateIndex { table, index, .. } => {
            let method = index.method.as_deref().unwrap_or("btree").to_ascii_lowercase();
            if let Some(allowed) = found.words("require-index-type")
                && !allowed.contains(&method)
            {
                found.say(
                    "require-index-type",
                    table,
                    format!("makes an index of type {method} on `{table}`"),
                );
            }
        }
        Op::Detail { table, detail } => found.detail(table, detail),
        Op::CreateObject { name, .. } => found.object(name.kind, &name.name),
        Op::CreateOther { kind: DropKind::Trigger, name } => {
            found.object(ObjectKind::Trigger, name);
        }
        _ => {}
    }
    found.notes
}

struct Found<'a, 'b> {
    view: &'a StepView<'b>,
    notes: Vec<Note>,
}

impl Found<'_, '_> {
    fn words(&self, key: &str) -> Option<Vec<String>> {
        let said = self.view.case.settings.policy.get(key)?;
        (!said.is_empty()).then(|| said.iter().map(|word| word.to_ascii_lowercase()).collect())
    }

    fn is_on(&self, key: &str) -> bool {
        self.words(key).is_some()
    }

    fn number(&self, key: &str) -> Option<usize> {
        self.words(key)?.first()?.parse().ok()
    }

    fn say(&mut self, cause: &'static str, table: &TableName, what: String) {
        let note = Note::new(format!("{} {what}, against the policy `{cause}`", self.view.who()));
        self.notes.push(note.cause(cause).certainty(Certainty::Certain).table(table));
    }

    fn table(&mut self, table: &TableName, columns: &[Column], open: bool) {
        let beside = |what: fn(&Detail) -> bool| {
            let of = |step: &Step| matches!(&step.op, Op::Detail { table: own, detail } if own == table && what(detail));
            self.view.later.iter().any(of)
        };
        let (is_partition, has_comment) = (
            beside(|detail| matches!(detail, Detail::PartitionOf(..))),
            beside(|detail| matches!(detail, Detail::Comment(Some(_)))),
        );
        if is_partition {
            return;
        }
        let after = self.view.after.tables.get(table);
        let has = |name: &String| {
            let is_it = |column: &Column| column.name.as_str().eq_ignore_ascii_case(name);
            columns.iter().any(is_it) || after.is_some_and(|after| after.columns.iter().any(is_it))
        };
        let required = self.words("required-columns").unwrap_or_default();
        for name in required.iter().filter(|name| !open && !has(name)) {
            let name = name.replace('`', "'");
            self.say("required-columns", table, format!("makes `{table}` without column `{name}`"));
        }
        let says = has_comment || after.is_some_and(|after| after.comment.is_some());
        if self.is_on("require-comment") && !says {
            self.say("require-comment", table, format!("makes `{table}` without a comment"));
        }
        if let Some(most) = self.number("max-columns").filter(|most| columns.len() > *most) {
            let count = columns.len();
            self.say(
                "max-columns",
                table,
                format!("makes `{table}` of {count} columns, more than {most}"),
            );
        }
        let widths = columns.iter().map(|column| self.width(column));
        let bytes = widths.collect::<Option<Vec<_>>>().map(|all| all.into_iter().sum::<usize>());
        if let (Some(most), Some(bytes)) = (self.number("max-row-bytes"), bytes)
            && bytes > most
        {
            self.say(
                "max-row-bytes",
                table,
                format!("makes `{table}` with rows of up to {bytes} bytes"),
            );
        }
        if self.is_on("row-padding") && self.view.is_postgres() && self.pads(columns) {
            self.say(
                "row-padding",
                table,
                format!("puts narrow columns of `{table}` before wide ones"),
            );
        }
    }

    /// The most bytes that a column takes; `None` where that is not known or not bounded.
    fn width(&self, column: &Column) -> Option<usize> {
        let kind = types::kind(self.view.after, column.data_type.as_deref()?)?;
        Some(match kind.family {
            // MySQL counts four bytes for a character of utf8mb4.
            Family::Text | Family::Char => usize::try_from(kind.size?).ok()?.saturating_mul(4),
            _ => self.fixed(column).unwrap_or(16),
        })
    }

    /// The bytes of a type that always takes as many.
    fn fixed(&self, column: &Column) -> Option<usize> {
        let kind = types::kind(self.view.after, column.data_type.as_deref()?)?;
        Some(match kind.family {
            Family::Integer(bits) => usize::from(bits) / 8,
            Family::Timestamp | Family::TimestampTz => 8,
            Family::Date => 4,
            Family::Bool => 1,
            _ => return None,
        })
    }

    /// Whether a column of eight bytes stands right behind a narrower one, so that bytes between them are empty.
    fn pads(&self, columns: &[Column]) -> bool {
        let mut at = 0_usize;
        for column in columns {
            let Some(bytes) = self.fixed(column) else { return false };
            if bytes == 8 && !at.is_multiple_of(8) {
                return true;
            }
            at += bytes;
        }
        false
    }

    fn column(&mut self, table: &TableName, column: &Column) {
        let name = &column.name;
        let data_type = column.data_type.as_deref().unwrap_or_default().to_ascii_lowercase();
        let word = data_type.split('(').next().unwrap_or_default().trim();
        let forbidden = self.words("forbidden-types").unwrap_or_default();
        let word_is = |one: &String| {
            let like = self.view.dialect().type_name(one).to_ascii_lowercase();
            like == word || like == data_type || *one == data_type
        };
        if forbidden.iter().any(word_is) {
            let what = format!("gives `{table}.{name}` the type `{data_type}`");
            self.say("forbidden-types", table, what);
        }
        let is_key = self.view.after.tables.get(table).is_some_and(|one| one.key().contains(name));
        if self.is_on("require-not-null") && column.nullable && !is_key {
            self.say("require-not-null", table, format!("lets `{table}.{name}` be NULL"));
        }
    }

    fn constraint(&mut self, table: &TableName, kind: &ConstraintKind) {
        let ConstraintKind::ForeignKey(key) = kind else { return };
        let to = &key.ref_table;
        if self.is_on("no-foreign-keys") {
            self.say("no-foreign-keys", table, format!("points from `{table}` at `{to}`"));
        }
        if self.is_on("on-delete-cascade") && key.on_delete.as_deref() == Some("CASCADE") {
            self.say(
                "on-delete-cascade",
                table,
                format!("has rows of `{table}` go with those of `{to}`"),
            );
        }
        if self.is_on("nullable-fk") && self.is_nullable(table, key) {
            self.say("nullable-fk", table, format!("lets `{table}` point at nothing in `{to}`"));
        }
    }

    fn is_nullable(&self, table: &TableName, key: &ForeignKey) -> bool {
        let Some(after) = self.view.after.tables.get(table) else { return false };
        key.columns.iter().any(|name| after.column(name).is_some_and(|column| column.nullable))
    }

    fn detail(&mut self, table: &TableName, detail: &Detail) {
        match detail {
            Detail::Unlogged if self.is_on("no-unlogged") => {
                self.say("no-unlogged", table, format!("makes `{table}` unlogged"));
            }
            Detail::PartitionBy(_) | Detail::PartitionOf(..) if self.is_on("no-partitions") => {
                self.say("no-partitions", table, format!("partitions `{table}`"));
            }
            Detail::Options(text) => {
                let lower = text.to_ascii_lowercase().replace(['=', ','], " ");
                let words: Vec<&str> = lower.split_whitespace().collect();
                for (key, names) in
                    [("engine", ["engine", "engine"]), ("charset", ["charset", "set"])]
                {
                    let given = words.windows(2).find_map(|pair| match pair {
                        [name, value] if names.contains(name) => Some(*value),
                        _ => None,
                    });
                    let Some((given, allowed)) = given.zip(self.words(key)) else { continue };
                    if !allowed.iter().any(|one| one == given) {
                        let given = given.replace('`', "'");
                        self.say(key, table, format!("makes `{table}` with {key} {given}"));
                    }
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, kind: ObjectKind, name: &TableName) {
        let (cause, word) = match kind {
            ObjectKind::Trigger => ("no-triggers", "trigger"),
            ObjectKind::Function | ObjectKind::Procedure => ("no-routines", "routine"),
            _ => return,
        };
        if self.is_on(cause) {
            self.say(cause, name, format!("makes {word} `{name}`"));
        }
    }
}
