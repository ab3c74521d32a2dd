//! The rules: one a file, with its code, its page for `iacgen explain`, and its check or its finding.
//!
//! A rule that needs nothing but the file as it is written has a `check`; one that is about a value has a `finding`, and
//! `resolve/` calls it where the value is read.

pub(crate) mod absent_path;
pub(crate) mod argument_mismatch;
pub(crate) mod argument_value;
pub(crate) mod arn_elsewhere;
pub(crate) mod backoff_below_one;
pub(crate) mod bad_account;
pub(crate) mod bad_arn;
pub(crate) mod bad_bucket_name;
pub(crate) mod bad_csv_headers;
pub(crate) mod bad_duration;
pub(crate) mod bad_expression;
pub(crate) mod bad_intrinsic;
pub(crate) mod bad_log_retention;
pub(crate) mod bad_map_label;
pub(crate) mod bad_network;
pub(crate) mod bad_path;
pub(crate) mod bad_prefix;
pub(crate) mod bad_reference;
pub(crate) mod bad_region;
pub(crate) mod bad_release;
pub(crate) mod bad_resource;
pub(crate) mod bad_resource_type;
pub(crate) mod bad_scaling;
pub(crate) mod bad_schedule;
pub(crate) mod bad_schema;
pub(crate) mod bad_size;
pub(crate) mod bad_state_name;
pub(crate) mod bad_table_key;
pub(crate) mod bad_tag;
pub(crate) mod bad_tensor_type;
pub(crate) mod bad_time_zone;
pub(crate) mod bad_timestamp;
pub(crate) mod bad_variable_name;
pub(crate) mod buckets_unneeded;
pub(crate) mod call_mismatch;
pub(crate) mod cap_below_interval;
pub(crate) mod condition_mismatch;
pub(crate) mod conflicting_fields;
pub(crate) mod dead_handler;
pub(crate) mod description_too_long;
pub(crate) mod distributed_map_in_express;
pub(crate) mod dollar_without_path;
pub(crate) mod doubled_expiry;
pub(crate) mod doubled_state_name;
pub(crate) mod doubled_workflow;
pub(crate) mod duplicate_key;
pub(crate) mod empty_list;
pub(crate) mod empty_states;
pub(crate) mod endless_loop;
pub(crate) mod express_too_long;
pub(crate) mod expression_mismatch;
pub(crate) mod field_mismatch;
pub(crate) mod field_not_for_inline;
pub(crate) mod field_not_for_reader;
pub(crate) mod fifo_not_here;
pub(crate) mod function_timeout_limit;
pub(crate) mod handler_missing;
pub(crate) mod heartbeat_over_timeout;
pub(crate) mod input_missing;
pub(crate) mod invalid_name;
pub(crate) mod items_in_payload;
pub(crate) mod items_no_list;
pub(crate) mod json_syntax;
pub(crate) mod last_try_cut;
pub(crate) mod latest_version;
pub(crate) mod library_missing;
pub(crate) mod map_over_concurrency;
pub(crate) mod maybe_absent_path;
pub(crate) mod missing_argument;
pub(crate) mod missing_dollar;
pub(crate) mod missing_execution_type;
pub(crate) mod missing_field;
pub(crate) mod missing_value;
pub(crate) mod model_contract;
pub(crate) mod model_data_missing;
pub(crate) mod model_data_outside;
pub(crate) mod model_element_type;
pub(crate) mod model_missing;
pub(crate) mod model_operators;
pub(crate) mod model_too_new;
pub(crate) mod model_without_contract;
pub(crate) mod names_collide;
pub(crate) mod never_true;
pub(crate) mod no_default;
pub(crate) mod no_environment;
pub(crate) mod no_transition;
pub(crate) mod not_importable;
pub(crate) mod not_in_express;
pub(crate) mod objects_of_existing_bucket;
pub(crate) mod on_failure_unused;
pub(crate) mod operand_mismatch;
pub(crate) mod other_query_language;
pub(crate) mod out_of_range;
pub(crate) mod payload_key;
pub(crate) mod payload_mismatch;
pub(crate) mod processor_config_misplaced;
pub(crate) mod provisioned_latest;
pub(crate) mod provisioned_over_account;
pub(crate) mod provisioned_over_reserved;
pub(crate) mod query_downgrade;
pub(crate) mod release_without_alarms;
pub(crate) mod reserved_over_account;
pub(crate) mod reserved_variable;
pub(crate) mod result_out_of_range;
pub(crate) mod result_path_blocked;
pub(crate) mod snap_start;
pub(crate) mod state_timeout_too_short;
pub(crate) mod states_all_misplaced;
pub(crate) mod timeout_out_of_reach;
pub(crate) mod token_not_passed;
pub(crate) mod too_many_layers;
pub(crate) mod trigger_input;
pub(crate) mod uncatchable_error;
pub(crate) mod unexplained;
pub(crate) mod unknown_argument;
pub(crate) mod unknown_bucket;
pub(crate) mod unknown_context_field;
pub(crate) mod unknown_definition;
pub(crate) mod unknown_error_name;
pub(crate) mod unknown_field;
pub(crate) mod unknown_function;
pub(crate) mod unknown_region;
pub(crate) mod unknown_retry;
pub(crate) mod unknown_service_error;
pub(crate) mod unknown_state;
pub(crate) mod unknown_value;
pub(crate) mod unknown_word;
pub(crate) mod unlogged;
pub(crate) mod unmarked_expression;
pub(crate) mod unpinned_version;
pub(crate) mod unqualified_function;
pub(crate) mod unreachable_state;
pub(crate) mod unset_variable;
pub(crate) mod unused_definition;
pub(crate) mod unused_value;
pub(crate) mod variables_too_large;
pub(crate) mod visibility_too_short;
pub(crate) mod wait_without_end;
pub(crate) mod wrong_kind;
pub(crate) mod yaml_feature;
pub(crate) mod yaml_syntax;

use iacgen_diagnostics::Code;

/// Every code, in order: what `iacgen explain` can explain.
pub fn codes() -> &'static [&'static Code] {
    static CODES: &[&Code] = &[
        &yaml_syntax::CODE,
        &duplicate_key::CODE,
        &yaml_feature::CODE,
        &unknown_field::CODE,
        &missing_field::CODE,
        &wrong_kind::CODE,
        &conflicting_fields::CODE,
        &invalid_name::CODE,
        &unknown_value::CODE,
        &missing_value::CODE,
        &unused_value::CODE,
        &bad_reference::CODE,
        &no_environment::CODE,
        &bad_tag::CODE,
        &bad_size::CODE,
        &bad_duration::CODE,
        &function_timeout_limit::CODE,
        &bad_region::CODE,
        &bad_account::CODE,
        &bad_bucket_name::CODE,
        &unknown_word::CODE,
        &out_of_range::CODE,
        &bad_log_retention::CODE,
        &description_too_long::CODE,
        &unknown_state::CODE,
        &unknown_function::CODE,
        &unknown_bucket::CODE,
        &unknown_retry::CODE,
        &unused_definition::CODE,
        &no_transition::CODE,
        &unreachable_state::CODE,
        &endless_loop::CODE,
        &empty_states::CODE,
        &bad_state_name::CODE,
        &doubled_state_name::CODE,
        &distributed_map_in_express::CODE,
        &express_too_long::CODE,
        &state_timeout_too_short::CODE,
        &bad_path::CODE,
        &bad_map_label::CODE,
        &payload_key::CODE,
        &unknown_context_field::CODE,
        &library_missing::CODE,
        &unpinned_version::CODE,
        &backoff_below_one::CODE,
        &cap_below_interval::CODE,
        &states_all_misplaced::CODE,
        &unknown_error_name::CODE,
        &last_try_cut::CODE,
        &model_data_missing::CODE,
        &model_data_outside::CODE,
        &model_too_new::CODE,
        &model_element_type::CODE,
        &model_operators::CODE,
        &handler_missing::CODE,
        &model_missing::CODE,
        &model_without_contract::CODE,
        &model_contract::CODE,
        &bad_tensor_type::CODE,
        &bad_prefix::CODE,
        &reserved_variable::CODE,
        &provisioned_over_account::CODE,
        &field_not_for_inline::CODE,
        &names_collide::CODE,
        &doubled_expiry::CODE,
        &buckets_unneeded::CODE,
        &unexplained::CODE,
        &empty_list::CODE,
        &no_default::CODE,
        &query_downgrade::CODE,
        &bad_expression::CODE,
        &unmarked_expression::CODE,
        &bad_intrinsic::CODE,
        &uncatchable_error::CODE,
        &heartbeat_over_timeout::CODE,
        &token_not_passed::CODE,
        &not_in_express::CODE,
        &bad_variable_name::CODE,
        &bad_timestamp::CODE,
        &field_not_for_reader::CODE,
        &bad_csv_headers::CODE,
        &bad_resource::CODE,
        &wait_without_end::CODE,
        &json_syntax::CODE,
        &processor_config_misplaced::CODE,
        &missing_dollar::CODE,
        &dollar_without_path::CODE,
        &missing_execution_type::CODE,
        &other_query_language::CODE,
        &not_importable::CODE,
        &bad_arn::CODE,
        &arn_elsewhere::CODE,
        &bad_network::CODE,
        &too_many_layers::CODE,
        &reserved_over_account::CODE,
        &provisioned_over_reserved::CODE,
        &bad_scaling::CODE,
        &snap_start::CODE,
        &bad_schedule::CODE,
        &bad_time_zone::CODE,
        &bad_release::CODE,
        &release_without_alarms::CODE,
        &visibility_too_short::CODE,
        &fifo_not_here::CODE,
        &bad_table_key::CODE,
        &objects_of_existing_bucket::CODE,
        &input_missing::CODE,
        &bad_schema::CODE,
        &trigger_input::CODE,
        &unknown_definition::CODE,
        &bad_resource_type::CODE,
        &unlogged::CODE,
        &on_failure_unused::CODE,
        &variables_too_large::CODE,
        &doubled_workflow::CODE,
        &map_over_concurrency::CODE,
        &latest_version::CODE,
        &unqualified_function::CODE,
        &timeout_out_of_reach::CODE,
        &dead_handler::CODE,
        &absent_path::CODE,
        &maybe_absent_path::CODE,
        &payload_mismatch::CODE,
        &items_no_list::CODE,
        &items_in_payload::CODE,
        &never_true::CODE,
        &result_path_blocked::CODE,
        &unset_variable::CODE,
        &call_mismatch::CODE,
        &expression_mismatch::CODE,
        &field_mismatch::CODE,
        &unknown_argument::CODE,
        &missing_argument::CODE,
        &argument_mismatch::CODE,
        &argument_value::CODE,
        &operand_mismatch::CODE,
        &condition_mismatch::CODE,
        &result_out_of_range::CODE,
        &unknown_service_error::CODE,
        &unknown_region::CODE,
        &provisioned_latest::CODE,
    ];
    CODES
}

/// Finds a code by its number or its name, in any case.
pub fn find_code(word: &str) -> Option<&'static Code> {
    codes()
        .iter()
        .copied()
        .find(|code| code.id.eq_ignore_ascii_case(word) || code.name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ordered_and_unique_and_have_their_page() {
        for pair in codes().windows(2) {
            assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
        }
        for code in codes() {
            assert!(codes().iter().filter(|other| other.name == code.name).count() == 1, "{}", code.name);
            assert!(code.explanation.contains("\n## Why\n"), "{}", code.id);
            assert!(code.explanation.contains("\n## What to write instead\n"), "{}", code.id);
        }
        assert_eq!(find_code("iac020").map(|code| code.name), Some("bad-size"));
        assert_eq!(find_code("bad-size").map(|code| code.id), Some("IAC020"));
    }
}
