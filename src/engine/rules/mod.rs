//! What is dangerous: one file per rule.
//!
//! In: a [`Case`], step by step and as a whole.
//! Out: findings, in the ledger.
//! Never: text of statements, parsers, output formats. A rule reads steps, schemas, audits and the graph.

mod deploys;
mod evidence;
pub mod example;
pub mod locks;
mod made;
mod note;
mod retype;
mod run;
mod suppress;
mod types;
mod view;
mod volatile;
mod way;
mod words;
mod access_control_change;
mod add_check_validated;
mod add_column_inline_constraint;
mod add_column_rewrite;
mod add_exclusion_constraint;
mod add_foreign_key_validated;
mod add_primary_key_blocking;
mod add_required_column;
mod add_unique_blocking;
mod alembic_applied_revision_changed;
mod alembic_autocommit;
mod alembic_batch_hazards;
mod alembic_chains_overlap;
mod alembic_command_failed;
mod alembic_cycle;
mod alembic_downgrade_mismatch;
mod alembic_duplicate_revision;
mod alembic_enum_lifecycle;
mod alembic_merge_does_more;
mod alembic_missing_downgrade;
mod alembic_missing_existing_info;
mod alembic_missing_parent;
mod alembic_multiple_bases;
mod alembic_multiple_heads;
mod alembic_revision_header;
mod alembic_stale_parent;
mod alembic_stamp_mismatch;
mod alembic_unknown_db_revision;
mod alembic_unresolvable_call;
mod alembic_unversioned_change;
mod alembic_version_rows;
mod alter_type_rewrite;
mod attach_partition_scan;
mod audits_of_one_database;
mod cast_may_fail;
mod cast_missing_using;
mod chain_not_in_plan;
mod compiled_revision;
mod concurrently_in_transaction;
mod constraint_checks_disabled;
mod constraint_on_existing_data;
mod create_all_in_program;
mod ddl_outside_chain;
mod destructive_without_guard;
mod dev_prod_mismatch;
mod domain_constraint_validated;
mod drop_add_looks_like_rename;
mod drop_blocked_by_dependents;
mod drop_bookkeeping_table;
mod drop_cascade;
mod drop_code_object;
mod drop_column;
mod drop_column_collateral;
mod drop_constraint;
mod drop_database_or_schema;
mod drop_index;
mod drop_index_not_concurrent;
mod drop_locks_referenced_tables;
mod drop_not_null;
mod drop_or_reset_sequence;
mod drop_partition;
mod drop_table;
mod enum_advice;
mod enum_type_swap;
mod enum_value_removed;
mod enum_value_used_before_commit;
mod expand_contract_collapsed;
mod fk_target_mismatch;
mod foreign_key_locks_parent;
mod foreign_key_without_index;
mod generated_value_change;
mod health_without_revision;
mod heavy_lock_statement;
mod hot_or_large_table;
mod identifier_rules;
mod identifier_too_long;
mod implicit_commit;
mod index_advice;
mod index_not_concurrent;
mod input_mismatch;
mod json_column;
mod lite_add_column_limits;
mod lite_drop_column_limits;
mod lite_rebuild_cascade_delete;
mod lite_rebuild_lossy;
mod lite_type_change_not_enforced;
mod lite_unsupported_alter;
mod lossy_type_change;
mod migration_after_start;
mod migration_at_build;
mod migration_failure_ignored;
mod migration_not_run;
mod migration_run_twice;
mod migration_switch;
mod missing_primary_key;
mod missing_timeouts;
mod multiple_alters_one_table;
mod my_algorithm_not_asserted;
mod my_blocking_alter;
mod my_charset_collation_change;
mod my_enum_set_change;
mod my_foreign_key_add;
mod my_implicit_default_fill;
mod my_inline_references;
mod my_inplace_rebuild;
mod my_modify_drops_attributes;
mod my_online_tool_prerequisites;
mod my_primary_key_change;
mod new_write_restriction;
mod non_transactional_statement;
mod not_null_on_existing_data;
mod not_rerunnable;
mod object_state_mismatch;
mod opaque_statement;
mod partition_ddl_locks_parent;
mod pending_trigger_events;
mod plan_not_in_chain;
mod plan_prose_unverified;
mod plan_protected_object;
mod privileged_or_secret_statement;
mod refresh_matview_blocking;
mod reindex_not_concurrent;
mod rename_column;
mod rename_or_move_object;
mod rename_table;
mod replace_view_or_function;
mod replication_impact;
mod rls_missing_on_new_table;
mod schema_push;
mod script_conclusion;
mod seed_without_transaction;
mod session_setting_leak;
mod set_not_null_scan;
mod short_integer_key;
mod suppression_hygiene;
mod table_policy;
mod table_rewrite_command;
mod transaction_control;
mod trigger_disabled;
mod truncate_table;
mod type_advice;
mod type_change_blocked;
mod typed_head;
mod unbatched_backfill;
mod unfiltered_mutation;
mod unique_on_existing_data;
mod unnamed_constraint;
mod unparsed_input;
mod unqualified_name;
mod validate_in_same_transaction;
mod work_under_exclusive_lock;

pub use note::Note;
pub use run::run;
pub use view::{Fresh, Setting, StepView, Within};

use crate::wire::{RuleCard, Severity};

use super::case::Case;
use super::chain;
use super::ledger::{RuleName, Undecided};
use super::op::Clash;

/// One rule: its page, its example, its near miss, and its check.
#[derive(Debug)]
pub struct Rule {
    pub name: RuleName,
    /// The default; a note may say otherwise for its case.
    pub severity: Severity,
    pub summary: &'static str,
    pub why: &'static str,
    pub instead: &'static str,
    /// A fixture that raises it exactly where marked.
    pub fires: &'static str,
    /// A near miss that does not.
    pub silent: &'static str,
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug)]
pub enum Check {
    /// Every step of a plan and of a revision's `upgrade()`.
    Step(fn(&StepView<'_>) -> Option<Note>),
    /// A step, and one that cannot happen to what is there: it is known for certain that it can't.
    Meets {
        step: fn(&StepView<'_>) -> Option<Note>,
        clash: fn(&StepView<'_>, &Clash) -> Option<Note>,
    },
    /// Like a step, for what is new, and what one plan or revision gives is told together.
    Advice(fn(&StepView<'_>) -> Vec<Note>),
    /// Everything at once.
    Case(fn(&Case) -> Vec<Note>),
    /// A problem that building the chain met under this rule's name.
    Chain(fn(&chain::Problem, &chain::Chain) -> Note),
    /// Something that a stage saw and could not decide.
    Doubt(fn(&Undecided, &Case) -> Option<Note>),
    /// Something about a suppression, or a severity that the settings give to a rule.
    Suppression(fn(&suppress::Lapse) -> Note),
}

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &access_control_change::RULE,
    &add_check_validated::RULE,
    &add_column_inline_constraint::RULE,
    &add_column_rewrite::RULE,
    &add_exclusion_constraint::RULE,
    &add_foreign_key_validated::RULE,
    &add_primary_key_blocking::RULE,
    &add_required_column::RULE,
    &add_unique_blocking::RULE,
    &alembic_applied_revision_changed::RULE,
    &alembic_autocommit::RULE,
    &alembic_batch_hazards::RULE,
    &alembic_chains_overlap::RULE,
    &alembic_command_failed::RULE,
    &alembic_cycle::RULE,
    &alembic_downgrade_mismatch::RULE,
    &alembic_duplicate_revision::RULE,
    &alembic_enum_lifecycle::RULE,
    &alembic_merge_does_more::RULE,
    &alembic_missing_downgrade::RULE,
    &alembic_missing_existing_info::RULE,
    &alembic_missing_parent::RULE,
    &alembic_multiple_bases::RULE,
    &alembic_multiple_heads::RULE,
    &alembic_revision_header::RULE,
    &alembic_stale_parent::RULE,
    &alembic_stamp_mismatch::RULE,
    &alembic_unknown_db_revision::RULE,
    &alembic_unresolvable_call::RULE,
    &alembic_unversioned_change::RULE,
    &alembic_version_rows::RULE,
    &alter_type_rewrite::RULE,
    &attach_partition_scan::RULE,
    &audits_of_one_database::RULE,
    &cast_may_fail::RULE,
    &cast_missing_using::RULE,
    &chain_not_in_plan::RULE,
    &compiled_revision::RULE,
    &concurrently_in_transaction::RULE,
    &constraint_checks_disabled::RULE,
    &constraint_on_existing_data::RULE,
    &create_all_in_program::RULE,
    &ddl_outside_chain::RULE,
    &destructive_without_guard::RULE,
    &dev_prod_mismatch::RULE,
    &domain_constraint_validated::RULE,
    &drop_add_looks_like_rename::RULE,
    &drop_blocked_by_dependents::RULE,
    &drop_bookkeeping_table::RULE,
    &drop_cascade::RULE,
    &drop_code_object::RULE,
    &drop_column::RULE,
    &drop_column_collateral::RULE,
    &drop_constraint::RULE,
    &drop_database_or_schema::RULE,
    &drop_index::RULE,
    &drop_index_not_concurrent::RULE,
    &drop_locks_referenced_tables::RULE,
    &drop_not_null::RULE,
    &drop_or_reset_sequence::RULE,
    &drop_partition::RULE,
    &drop_table::RULE,
    &enum_advice::RULE,
    &enum_type_swap::RULE,
    &enum_value_removed::RULE,
    &enum_value_used_before_commit::RULE,
    &expand_contract_collapsed::RULE,
    &fk_target_mismatch::RULE,
    &foreign_key_locks_parent::RULE,
    &foreign_key_without_index::RULE,
    &generated_value_change::RULE,
    &health_without_revision::RULE,
    &heavy_lock_statement::RULE,
    &hot_or_large_table::RULE,
    &identifier_rules::RULE,
    &identifier_too_long::RULE,
    &implicit_commit::RULE,
    &index_advice::RULE,
    &index_not_concurrent::RULE,
    &input_mismatch::RULE,
    &json_column::RULE,
    &lite_add_column_limits::RULE,
    &lite_drop_column_limits::RULE,
    &lite_rebuild_cascade_delete::RULE,
    &lite_rebuild_lossy::RULE,
    &lite_type_change_not_enforced::RULE,
    &lite_unsupported_alter::RULE,
    &lossy_type_change::RULE,
    &migration_after_start::RULE,
    &migration_at_build::RULE,
    &migration_failure_ignored::RULE,
    &migration_not_run::RULE,
    &migration_run_twice::RULE,
    &migration_switch::RULE,
    &missing_primary_key::RULE,
    &missing_timeouts::RULE,
    &multiple_alters_one_table::RULE,
    &my_algorithm_not_asserted::RULE,
    &my_blocking_alter::RULE,
    &my_charset_collation_change::RULE,
    &my_enum_set_change::RULE,
    &my_foreign_key_add::RULE,
    &my_implicit_default_fill::RULE,
    &my_inline_references::RULE,
    &my_inplace_rebuild::RULE,
    &my_modify_drops_attributes::RULE,
    &my_online_tool_prerequisites::RULE,
    &my_primary_key_change::RULE,
    &new_write_restriction::RULE,
    &non_transactional_statement::RULE,
    &not_null_on_existing_data::RULE,
    &not_rerunnable::RULE,
    &object_state_mismatch::RULE,
    &opaque_statement::RULE,
    &partition_ddl_locks_parent::RULE,
    &pending_trigger_events::RULE,
    &plan_not_in_chain::RULE,
    &plan_prose_unverified::RULE,
    &plan_protected_object::RULE,
    &privileged_or_secret_statement::RULE,
    &refresh_matview_blocking::RULE,
    &reindex_not_concurrent::RULE,
    &rename_column::RULE,
    &rename_or_move_object::RULE,
    &rename_table::RULE,
    &replace_view_or_function::RULE,
    &replication_impact::RULE,
    &rls_missing_on_new_table::RULE,
    &schema_push::RULE,
    &script_conclusion::RULE,
    &seed_without_transaction::RULE,
    &session_setting_leak::RULE,
    &set_not_null_scan::RULE,
    &short_integer_key::RULE,
    &suppression_hygiene::RULE,
    &table_policy::RULE,
    &table_rewrite_command::RULE,
    &transaction_control::RULE,
    &trigger_disabled::RULE,
    &truncate_table::RULE,
    &type_advice::RULE,
    &type_change_blocked::RULE,
    &typed_head::RULE,
    &unbatched_backfill::RULE,
    &unfiltered_mutation::RULE,
    &unique_on_existing_data::RULE,
    &unnamed_constraint::RULE,
    &unparsed_input::RULE,
    &unqualified_name::RULE,
    &validate_in_same_transaction::RULE,
    &work_under_exclusive_lock::RULE,
];

/// Returns every rule's page, by name.
pub fn rule_cards() -> Vec<RuleCard> {
    RULES
        .iter()
        .map(|rule| RuleCard {
            name: rule.name.0.to_owned(),
            severity: rule.severity,
            summary: rule.summary.to_owned(),
            why: rule.why.to_owned(),
            instead: rule.instead.to_owned(),
            fires: rule.fires.trim_start_matches('\n').to_owned(),
            silent: rule.silent.trim_start_matches('\n').to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
