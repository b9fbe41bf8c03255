//! Settings and transactions → [`Op`]s.

use sqlparser::ast::{self, Expr, Statement};

use crate::engine::op::{Op, Reach, Transact};

use super::names;

/// Settings whose meaning is known: most say nothing about safety, and rules look at the others.
const KNOWN: &[&str] = &[
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",
    "client_encoding",
    "standard_conforming_strings",
    "check_function_bodies",
    "xmloption",
    "client_min_messages",
    "row_security",
    "default_tablespace",
    "default_table_access_method",
    "search_path",
    "role",
    "session_authorization",
    "session_replication_role",
    "timezone",
    "time_zone",
    "maintenance_work_mem",
    "foreign_key_checks",
    "unique_checks",
    "sql_mode",
    "sql_log_bin",
    "sql_notes",
    "lock_wait_timeout",
    "innodb_lock_wait_timeout",
];

/// The same of SQLite.
const PRAGMAS: &[&str] = &[
    "foreign_keys",
    "defer_foreign_keys",
    "ignore_check_constraints",
    "legacy_alter_table",
    "journal_mode",
    "synchronous",
    "busy_timeout",
    "recursive_triggers",
    "cache_size",
    "temp_store",
];

/// Those that only look.
const LOOKING: &[&str] = &["foreign_key_check", "integrity_check", "quick_check", "table_info"];

pub(super) fn set(set: &ast::Set) -> Option<Vec<Op>> {
    match set {
        ast::Set::SingleAssignment { scope, variable, values, .. } => {
            let value = match values.as_slice() {
                [value] => said(value),
                _ => Some(values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            };
            Some(vec![one(variable, value, *scope)?])
        }
        ast::Set::MultipleAssignments { assignments } => assignments
            .iter()
            .map(|given| one(&given.name, said(&given.value), given.scope))
            .collect(),
        ast::Set::SetRole { context_modifier, role_name } => {
            let value = role_name.as_ref().map(|name| name.value.clone());
            Some(vec![setting("role".to_owned(), value, reach(*context_modifier))])
        }
        ast::Set::SetSessionAuthorization(given) => {
            let value = match &given.kind {
                ast::SetSessionAuthorizationParamKind::Default => None,
                ast::SetSessionAuthorizationParamKind::User(name) => Some(name.value.clone()),
            };
            Some(vec![setting("session_authorization".to_owned(), value, reach(Some(given.scope)))])
        }
        ast::Set::SetTimeZone { local, value } => {
            let reach = if *local { Reach::Local } else { Reach::Session };
            Some(vec![setting("timezone".to_owned(), said(value), reach)])
        }
        _ => None,
    }
}

/// A variable of MySQL's own session, `@x`, changes nothing; a setting has to be a known one.
fn one(
    variable: &ast::ObjectName,
    value: Option<String>,
    scope: Option<ast::ContextModifier>,
) -> Option<Op> {
    let name = names::text(variable)?.to_ascii_lowercase();
    let Some(global) = name.strip_prefix("@@") else {
        if name.starts_with('@') {
            return Some(Op::Neutral { what: "sets a variable" });
        }
        return is_known(&name).then(|| setting(name, value, reach(scope)));
    };
    let reach = if global.starts_with("global.") { Reach::Global } else { Reach::Session };
    let name = global.rsplit('.').next().unwrap_or(global).to_owned();
    is_known(&name).then(|| setting(name, value, reach))
}

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

fn reach(scope: Option<ast::ContextModifier>) -> Reach {
    match scope {
        Some(ast::ContextModifier::Local) => Reach::Local,
        Some(ast::ContextModifier::Global) => Reach::Global,
        _ => Reach::Session,
    }
}

fn setting(name: String, value: Option<String>, reach: Reach) -> Op {
    Op::Setting { name, value, reach }
}

/// A value without quotes, in lower case; none where it is what the setting was before.
fn said(value: &Expr) -> Option<String> {
    let text = value.to_string();
    let text = text.trim_matches(['\'', '"']).to_ascii_lowercase();
    (text != "default" && !text.starts_with('@')).then_some(text)
}

pub(super) fn pragma(
    name: &ast::ObjectName,
    value: Option<&ast::ValueWithSpan>,
) -> Option<Vec<Op>> {
    let value = value.map(ToString::to_string);
    pragma_of(&names::text(name)?, value.as_deref())
}

/// A setting of SQLite, with its value where one is given.
pub(super) fn pragma_of(name: &str, value: Option<&str>) -> Option<Vec<Op>> {
    let name = name.to_ascii_lowercase();
    let is_look = LOOKING.contains(&name.as_str());
    let is_known = PRAGMAS.contains(&name.as_str());
    match value {
        Some(value) if !is_look && is_known => {
            let value = value.trim_matches(['\'', '"']).to_ascii_lowercase();
            Some(vec![setting(name, Some(value), Reach::Session)])
        }
        None if is_known => Some(vec![Op::Neutral { what: "shows a setting" }]),
        _ => is_look.then(|| vec![Op::Neutral { what: "shows a setting" }]),
    }
}

pub(super) fn reset(reset: &ast::ResetStatement) -> Option<Op> {
    let name = match &reset.reset {
        ast::Reset::ALL => "all".to_owned(),
        ast::Reset::SessionAuthorization => "session_authorization".to_owned(),
        ast::Reset::ConfigurationParameter(name) => {
            names::text(name).map(|name| name.to_ascii_lowercase()).filter(|name| is_known(name))?
        }
    };
    Some(setting(name, None, Reach::Session))
}

pub(super) fn transact(statement: &Statement) -> Option<Transact> {
    Some(match statement {
        Statement::StartTransaction { statements, .. } if statements.is_empty() => Transact::Begin,
        Statement::Commit { chain: true, .. }
        | Statement::Rollback { chain: true, savepoint: None } => Transact::Chain,
        Statement::Commit { .. } => Transact::Commit,
        Statement::Rollback { savepoint: None, .. } => Transact::Rollback,
        Statement::Rollback { .. } => Transact::RollbackTo,
        Statement::Savepoint { .. } => Transact::Savepoint,
        Statement::ReleaseSavepoint { .. } => Transact::Release,
        _ => return None,
    })
}
