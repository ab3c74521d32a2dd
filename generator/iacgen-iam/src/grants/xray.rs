//! Grants on X-Ray. None of its actions takes a resource, so all stand on `*`. Page: "Actions, resources, and
//! condition keys for AWS X-Ray".

use iacgen_aws_types::ResourceArn;

use crate::{Action, Statement};

const PUT_TRACE_SEGMENTS: Action = Action::new("xray:PutTraceSegments");
const PUT_TELEMETRY_RECORDS: Action = Action::new("xray:PutTelemetryRecords");
const GET_SAMPLING_RULES: Action = Action::new("xray:GetSamplingRules");
const GET_SAMPLING_TARGETS: Action = Action::new("xray:GetSamplingTargets");

/// Allows a traced function to send its traces; Lambda refuses `Active` tracing without.
/// Page: "Visualize Lambda function invocations using AWS X-Ray", "Execution role permissions".
pub fn trace_function() -> Vec<Statement> {
    vec![Statement::allow("SendTraces", [PUT_TRACE_SEGMENTS, PUT_TELEMETRY_RECORDS], [ResourceArn::Any])]
}

/// Allows a traced state machine to send its traces and to sample.
/// Page: "IAM policies for X-Ray" of the Step Functions developer guide.
pub fn trace_state_machine() -> Vec<Statement> {
    let actions = [PUT_TRACE_SEGMENTS, PUT_TELEMETRY_RECORDS, GET_SAMPLING_RULES, GET_SAMPLING_TARGETS];
    vec![Statement::allow("SendTraces", actions, [ResourceArn::Any])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_actions_for_a_function_and_four_for_a_machine() {
        for (statements, count) in [(trace_function(), 2), (trace_state_machine(), 4)] {
            assert_eq!(statements.len(), 1);
            assert_eq!(statements[0].actions.len(), count);
            assert!(statements[0].actions.iter().all(|action| action.as_str().starts_with("xray:")));
            assert_eq!(statements[0].resources, [ResourceArn::Any]);
        }
    }
}
