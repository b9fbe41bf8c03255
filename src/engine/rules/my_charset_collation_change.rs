//! How MySQL keeps and compares texts changes.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::{Evidence, RuleName};
use crate::engine::op::{ConstraintKind, Op, Texts, Work};
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, Language, Severity};

use super::{Check, Note, Rule, StepView};

pub static RULE: Rule = Rule {
    name: RuleName("my-charset-collation-change"),
    severity: Severity::Danger,
    summary: "Changes the character set or collation of an existing MySQL table.",
    why: "The table is copied with writes blocked, values that differed become equal, and joins with columns of another collation no longer use an index.",
    instead: "Look for values that become equal first, and convert every column that is joined, in a window or with an online tool.",
    fires: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20) UNIQUE);
=== plan.sql role:plan
ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ my-charset-collation-change
",
    silent: "
=== alembic.ini
[alembic]
script_location = .
sqlalchemy.url = mysql://db/shop
=== prod.sql role:prod
CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20) UNIQUE);
=== plan.sql role:plan
CREATE TABLE notes (id bigint PRIMARY KEY, code varchar(20)) DEFAULT CHARSET=utf8mb4;
ALTER TABLE notes CONVERT TO CHARACTER SET utf8mb4;
",
    check: Check::Step(check),
};

fn check(view: &StepView<'_>) -> Option<Note> {
    let (table, whose) = changed(view)?;
    if view.dialect() != Dialect::MySql || view.fresh.is_empty(table) {
        return None;
    }
    let name = view.quoted(table);
    if matches!(whose, Texts::Default) {
        return Some(
            Note::new(format!(
                "{} gives `{table}` a character set that no column of it takes",
                view.who()
            ))
            .severity(Severity::Warning)
            .cause("default-only")
            .table(table)
            .because([Evidence::text("Only columns that are added later have it")])
            .run(
                "Where the columns are meant:",
                Language::Sql,
                format!("ALTER TABLE {name} CONVERT TO CHARACTER SET utf8mb4;"),
            ),
        );
    }
    let column = match &whose {
        Texts::Column(column) => Some(column),
        _ => None,
    };
    let key = keys(view, table, column);
    let of = match column {
        Some(column) => format!("`{table}.{column}`"),
        None => format!("every text of `{table}`"),
    };
    let note = Note::new(format!("{} changes how MySQL keeps and compares {of}", view.who()))
        .certainty(if column.is_some() { Certainty::Likely } else { Certainty::Certain })
        .table(table)
        .because(view.case.about(table));
    Some(match key {
        Some(key) => note
            .cause("unique")
            .because([Evidence::text(format!("`{key}` is part of a key: values that become equal are refused"))])
            .run(
                "Look for values that become equal, with the collation they are to have.",
                Language::Sql,
                format!("SELECT {key} COLLATE utf8mb4_0900_ai_ci AS k, count(*) FROM {name} GROUP BY k HAVING count(*) > 1;"),
            )
            .step("Convert with gh-ost or pt-online-schema-change, or in a window."),
        None => note.step("Convert with gh-ost or pt-online-schema-change, or in a window."),
    })
}

fn changed<'a>(view: &StepView<'a>) -> Option<(&'a TableName, Texts)> {
    match &view.step.op {
        Op::Upkeep { work: Work::Charset(whose), on, .. } => {
            // A dump may say the collation that the column has already.
            Some((on.first()?, whose.clone()))
        }
        Op::AlterColumnType { table, column, to: Some(to), .. } => {
            let words = says(to)?;
            let from = view.column(table, column)?.data_type.as_deref()?;
            (says(from) != Some(words)).then(|| (table, Texts::Column(column.clone())))
        }
        _ => None,
    }
}

/// What a type as SQLAlchemy writes it says of its texts.
fn says(data_type: &str) -> Option<String> {
    let lower = data_type.to_ascii_lowercase();
    let at = lower.find(" character set ").or_else(|| lower.find(" collate "))?;
    lower.get(at..).map(str::to_owned)
}

/// A text among what is unique in the table.
fn keys(view: &StepView<'_>, table: &TableName, only: Option<&Ident>) -> Option<Ident> {
    let (found, _) = view.before.columns_of(table)?;
    let is_text = |name: &&Ident| {
        let data_type = found.column(name).and_then(|column| column.data_type.as_deref());
        only.is_none_or(|only| only == *name)
            && data_type.is_some_and(|text| {
                let text = text.to_ascii_lowercase();
                text.contains("char") || text.contains("text") || text.contains("enum")
            })
    };
    let of_constraints = found.constraints.iter().filter_map(|one| match &one.kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => {
            columns.iter().find(is_text).cloned()
        }
        _ => None,
    });
    let of_indexes = found.indexes.iter().filter(|index| index.unique);
    let of_indexes = of_indexes.filter_map(|index| index.columns().iter().find(is_text).cloned());
    of_constraints.chain(of_indexes).next()
}
