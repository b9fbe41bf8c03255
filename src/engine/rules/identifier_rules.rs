//! A name that has to be quoted for ever.

use crate::engine::dialects::Dialect;
use crate::engine::ledger::RuleName;
use crate::engine::schema::{Ident, TableName};
use crate::wire::{Certainty, ObjectKind, Severity};

use super::{Check, Note, Rule, StepView, made};

pub static RULE: Rule = Rule {
    name: RuleName("identifier-rules"),
    severity: Severity::Notice,
    summary: "Gives a name that every statement has to quote, or that differs from another by case alone.",
    why: "Whoever writes it without quotes gets an error, or another object.",
    instead: "Use lower-case words with underscores, and no keyword.",
    fires: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN \"user\" text;
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ identifier-rules
",
    silent: "
=== plan.sql role:plan
ALTER TABLE orders ADD COLUMN username text;
",
    check: Check::Advice(check),
};

/// Words that PostgreSQL or MySQL keep for themselves.
const RESERVED: &str = " all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing primary references returning select session_user some symmetric table then to trailing true union unique user using variadic when where window with ";
const RESERVED_MYSQL: &str = " add all alter analyze and as asc before between both by call cascade case change check collate column condition constraint continue convert create cross cube cursor database databases default delayed delete desc describe distinct div drop dual each else empty except exists exit explain false fetch float for force foreign from function fulltext generated get grant group grouping groups having if ignore in index infile inner insert interval into is join key keys kill lag lead leading left like limit lines load lock long loop match mod natural not null of on option or order out outer over partition primary procedure range rank read references regexp release rename repeat replace require restrict return revoke right row rows row_number schema schemas select separator set show signal sql ssl starting system table then to trailing trigger true undo union unique unlock unsigned update usage use using values virtual when where while window with write xor ";

fn check(view: &StepView<'_>) -> Vec<Note> {
    let names = made::names(&view.step.op).into_iter();
    names.filter_map(|(kind, table, name)| judge(view, kind, table, name)).collect()
}

fn judge(view: &StepView<'_>, kind: ObjectKind, table: &TableName, name: &Ident) -> Option<Note> {
    let text = name.as_str();
    let reserved = match view.dialect() {
        Dialect::MySql => RESERVED_MYSQL,
        _ => RESERVED,
    };
    let folded = text.to_lowercase();
    let twin =
        (kind == ObjectKind::Column).then(|| view.before.columns_of(table)).flatten().and_then(
            |(known, _)| {
                known.columns.iter().find(|other| {
                    &other.name != name && other.name.as_str().to_lowercase() == folded
                })
            },
        );
    let is_odd = |sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == '$');
    let (cause, says) = if twin.is_some() {
        ("ambiguous", "which differs from another by case alone")
    } else if reserved.contains(&format!(" {folded} ")) {
        ("reserved", "which is a keyword")
    } else if text.contains(is_odd) || text.starts_with(|sign: char| sign.is_ascii_digit()) {
        ("chars", "which has to be quoted everywhere")
    } else if folded != text && view.dialect() == Dialect::PostgreSql {
        ("case", "whose capitals have to be quoted everywhere")
    } else {
        return None;
    };
    Some(
        Note::new(format!("{} gives the name `{}`, {says}", view.who(), text.replace('`', "")))
            .cause(cause)
            .certainty(Certainty::Certain)
            .within(kind, table, name)
            .step(
                "Choose a name of lower-case letters, digits and underscores that is no keyword.",
            ),
    )
}
