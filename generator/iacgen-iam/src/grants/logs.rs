//! Grants on CloudWatch Logs.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};

use crate::{Action, Statement};

const CREATE_LOG_STREAM: Action = Action::new("logs:CreateLogStream");
const PUT_LOG_EVENTS: Action = Action::new("logs:PutLogEvents");

/// The actions of log delivery. Page: "Logging in CloudWatch Logs" of the Step Functions developer guide.
const DELIVERY: [Action; 8] = [
    Action::new("logs:CreateLogDelivery"),
    Action::new("logs:GetLogDelivery"),
    Action::new("logs:UpdateLogDelivery"),
    Action::new("logs:DeleteLogDelivery"),
    Action::new("logs:ListLogDeliveries"),
    Action::new("logs:PutResourcePolicy"),
    Action::new("logs:DescribeResourcePolicies"),
    Action::new("logs:DescribeLogGroups"),
];

/// Allows to write the streams of one log group, by the logical id of its `AWS::Logs::LogGroup` resource.
pub fn write_streams(log_group: &LogicalId) -> Vec<Statement> {
    // `Fn::GetAtt Arn` of a log group ends in `:*` already (page "AWS::Logs::LogGroup", "Return values"), which is
    // the pattern of its streams.
    let streams =
        ResourceArn::OfResource { id: log_group.clone(), attribute: "Arn", suffix: ArnSuffix::None };
    vec![Statement::allow("WriteLogs", [CREATE_LOG_STREAM, PUT_LOG_EVENTS], [streams])]
}

/// Allows a state machine to have its log delivered.
///
/// On `*`: log delivery takes no resource. Page: "Logging in CloudWatch Logs" of the Step Functions developer guide,
/// "IAM policies for logging to CloudWatch Logs".
pub fn deliver() -> Vec<Statement> {
    vec![Statement::allow("DeliverLogs", DELIVERY, [ResourceArn::Any])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_writes_its_own_streams_only() {
        let group = LogicalId::new("InferLogGroup").unwrap();
        let [statement] = <[Statement; 1]>::try_from(write_streams(&group)).unwrap();
        assert_eq!(names(&statement.actions), ["logs:CreateLogStream", "logs:PutLogEvents"]);
        assert_eq!(
            statement.resources,
            [ResourceArn::OfResource { id: group, attribute: "Arn", suffix: ArnSuffix::None }]
        );
    }

    #[test]
    fn delivery_is_eight_actions_on_everything() {
        let [statement] = <[Statement; 1]>::try_from(deliver()).unwrap();
        assert_eq!(statement.actions.len(), 8);
        assert!(names(&statement.actions).iter().all(|name| name.starts_with("logs:")));
        assert_eq!(statement.resources, [ResourceArn::Any]);
    }

    fn names(actions: &[Action]) -> Vec<&str> {
        actions.iter().map(Action::as_str).collect()
    }
}
