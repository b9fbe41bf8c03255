//! Rules that had nothing to hold against what they would judge, and why.

use crate::engine::case::Case;
use crate::engine::dialects::Dialect;
use crate::engine::ledger::Ledger;
use crate::wire::{self, NotEvaluated, Role};

/// What is missing, when it is, and the rules that say nothing, or less, without it.
type Need = (&'static str, fn(&Case) -> bool, &'static [&'static str]);

const NEEDS: &[Need] = &[
    (
        "it needs the tables of dev and of prod",
        |case| case.settings.single_database != Some(true) && case.distance().is_none(),
        &["dev-prod-mismatch"],
    ),
    (
        "there is one database: it is compared with the chain instead",
        |case| case.settings.single_database == Some(true),
        &["dev-prod-mismatch"],
    ),
    (
        "it needs the migration folder",
        |case| case.chains.is_empty(),
        &[
            "alembic-chains-overlap",
            "alembic-stamp-mismatch",
            "alembic-unknown-db-revision",
            "alembic-unversioned-change",
            "chain-not-in-plan",
            "plan-not-in-chain",
        ],
    ),
    (
        "it needs the migration folder",
        |case| case.chains.is_empty() && !case.facts.seen.is_empty(),
        &["ddl-outside-chain", "typed-head"],
    ),
    (
        "it needs the audit of prod",
        |case| case.audit(Role::Prod).is_none(),
        &["alembic-version-rows"],
    ),
    (
        "it needs the revision that prod stands at",
        |case| !case.chains.is_empty() && case.pending().is_none(),
        &["alembic-unknown-db-revision"],
    ),
    (
        "it needs the revision that prod stands at",
        |case| !case.facts.plans.is_empty() && !case.chains.is_empty() && case.pending().is_none(),
        &["chain-not-in-plan", "plan-not-in-chain"],
    ),
    (
        "it needs the tables of prod, or of dev",
        |case| {
            let lacks = |role| case.tables(role).is_none() && case.stated(role).is_none();
            !case.chains.is_empty() && lacks(Role::Prod) && lacks(Role::Dev)
        },
        &["alembic-stamp-mismatch", "alembic-unversioned-change"],
    ),
    (
        "it needs the state before the change: `--before`, a diff, or `retort.lock`",
        |case| !case.chains.is_empty() && case.before.is_none() && case.facts.locks.is_empty(),
        &["alembic-applied-revision-changed", "alembic-stale-parent"],
    ),
    (
        "it needs the files that the deploy runs by",
        |case| !case.chains.is_empty() && case.facts.deploys.is_empty(),
        &[
            "migration-after-start",
            "migration-at-build",
            "migration-failure-ignored",
            "migration-not-run",
            "migration-run-twice",
            "migration-switch",
        ],
    ),
    (
        "it needs the schema that the plan meets: a dump of prod, or its position in a migration folder",
        |case| !case.facts.plans.is_empty() && !case.before_plan().is_whole(),
        NEED_SCHEMA,
    ),
    (
        "it needs the schema before the first revision: a baseline, or a dump of prod",
        |case| case.chains.iter().any(|chain| !chain.replay.before_all().is_whole()),
        NEED_SCHEMA,
    ),
    (
        "it needs the schema before the first revision: a baseline, or a dump of prod",
        |case| {
            let is_given = case.facts.baseline().is_some() || case.stated(Role::Prod).is_some();
            !case.chains.is_empty() && !is_given
        },
        &["rls-missing-on-new-table"],
    ),
    (
        "it needs how large tables are: a collected audit, or [tables] in the settings",
        |case| {
            let acts =
                !case.facts.plans.is_empty() || case.pending().is_some_and(|all| !all.is_empty());
            acts && case.settings.tables.is_empty()
                && !case.settings.policy.contains_key("hot-tables")
                && case.facts.measured.iter().all(|one| one.sizes.is_empty())
        },
        &["hot-or-large-table"],
    ),
];

/// Rules that say something of a step only where they know what is there before it.
const NEED_SCHEMA: &[&str] = &[
    "cast-may-fail",
    "cast-missing-using",
    "drop-blocked-by-dependents",
    "drop-column-collateral",
    "drop-locks-referenced-tables",
    "fk-target-mismatch",
    "index-advice",
    "lite-drop-column-limits",
    "lite-rebuild-cascade-delete",
    "lite-rebuild-lossy",
    "lossy-type-change",
    "my-enum-set-change",
    "my-inplace-rebuild",
    "my-modify-drops-attributes",
    "my-online-tool-prerequisites",
    "object-state-mismatch",
    "pending-trigger-events",
    "rls-missing-on-new-table",
    "type-change-blocked",
];

/// Returns the rules that something is missing for, with what it is. What is of another database is left out.
pub(super) fn rows(case: &Case, ledger: &Ledger) -> Vec<NotEvaluated> {
    let dialect = case.facts.dialect.dialect;
    let is_of = |rule: &&&str| match rule.split_once('-') {
        Some(("my", _)) => dialect == Dialect::MySql,
        Some(("lite", _)) => dialect == Dialect::Sqlite,
        _ => true,
    };
    let mut rows: Vec<NotEvaluated> = Vec::new();
    let mut add = |rule: &str, why: &str| {
        // The first reason is the one to begin with.
        if !rows.iter().any(|known| known.rule == rule) {
            rows.push(NotEvaluated { rule: rule.to_owned(), why: why.to_owned() });
        }
    };
    for (why, is_missing, rules) in NEEDS {
        if is_missing(case) {
            rules.iter().filter(is_of).for_each(|rule| add(rule, why));
        }
    }
    if ledger.dropped_findings() > 0 {
        add("unparsed-input", "there were more findings than one report holds");
    }
    for (rule, number) in ledger.switched_off() {
        let found = wire::words::count(*number, "finding", "findings");
        add(rule.0, &format!("it is switched off in the settings; it would have {found}"));
    }
    crate::ordered::sort(&mut rows);
    rows
}
