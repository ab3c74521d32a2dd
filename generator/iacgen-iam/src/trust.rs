//! Policies that say who may assume a role.

use iacgen_aws_types::ResourceArn;

use crate::pattern::{exactly, in_sub};
use crate::{Condition, ConditionOperator, ConditionValue};

/// A trust policy: one service may assume the role under conditions that keep it from acting for another account.
/// Page: "The confused deputy problem".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPolicy {
    /// Who assumes the role.
    pub service: ServicePrincipal,
    /// What must hold.
    pub conditions: Vec<Condition>,
}

/// A service, as a principal of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServicePrincipal {
    /// Amazon CloudWatch, as its alarms act.
    CloudWatch,
    /// Amazon EventBridge.
    Events,
    /// AWS Lambda.
    Lambda,
    /// The delivery of logs.
    LogDelivery,
    /// Amazon S3, as it writes server access logs.
    S3Logging,
    /// Amazon EventBridge Scheduler.
    Scheduler,
    /// Amazon SNS.
    Sns,
    /// AWS Step Functions.
    States,
}

impl ServicePrincipal {
    /// Returns the principal's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudWatch => "cloudwatch.amazonaws.com",
            Self::Events => "events.amazonaws.com",
            Self::Lambda => "lambda.amazonaws.com",
            Self::LogDelivery => "delivery.logs.amazonaws.com",
            Self::S3Logging => "logging.s3.amazonaws.com",
            Self::Scheduler => "scheduler.amazonaws.com",
            Self::Sns => "sns.amazonaws.com",
            Self::States => "states.amazonaws.com",
        }
    }
}

/// Returns the trust policy of a function's role.
///
/// `aws:SourceArn` stays out: the function's name is CloudFormation's to choose, and the role comes before it.
pub fn lambda() -> TrustPolicy {
    TrustPolicy { service: ServicePrincipal::Lambda, conditions: vec![same_account()] }
}

/// Returns the trust policy of a state machine's role: for machines of this account and region.
///
/// The machine's own ARN cannot stand here, since the role comes before it. Page: "Prevent cross-service confused
/// deputy issue" of the Step Functions developer guide, which gives this pattern.
pub fn states() -> TrustPolicy {
    let machines = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:*";
    TrustPolicy {
        service: ServicePrincipal::States,
        conditions: vec![
            same_account(),
            source(ConditionOperator::ArnLike, ResourceArn::Sub(machines.to_owned())),
        ],
    }
}

/// Returns the trust policy of a role that EventBridge Scheduler starts the machine with.
///
/// `aws:SourceArn` is the schedule's *group*, `default` unless another is named. Page: "Confused deputy prevention in
/// EventBridge Scheduler", which says that a single schedule cannot stand there.
pub fn scheduler(group: &str) -> TrustPolicy {
    let group = in_sub(&exactly(group));
    let group = format!(
        "arn:${{AWS::Partition}}:scheduler:${{AWS::Region}}:${{AWS::AccountId}}:schedule-group/{group}"
    );
    TrustPolicy {
        service: ServicePrincipal::Scheduler,
        conditions: vec![same_account(), source(ConditionOperator::ArnEquals, ResourceArn::Sub(group))],
    }
}

/// Returns the trust policy of a role that rules of EventBridge act with, on the default bus of this account and region.
///
/// The rule's own ARN cannot stand here, since the role comes before it; its generated name begins with the stack's.
/// Page: "Using resource-based policies for Amazon EventBridge", "Confused deputy prevention".
pub fn events() -> TrustPolicy {
    let rules = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/${AWS::StackName}-*";
    TrustPolicy {
        service: ServicePrincipal::Events,
        conditions: vec![
            same_account(),
            source(ConditionOperator::ArnLike, ResourceArn::Sub(rules.to_owned())),
        ],
    }
}

pub(crate) fn source(operator: ConditionOperator, arn: ResourceArn) -> Condition {
    sources(operator, [arn])
}

pub(crate) fn sources(operator: ConditionOperator, arns: impl IntoIterator<Item = ResourceArn>) -> Condition {
    let values = arns.into_iter().map(ConditionValue::Arn).collect();
    Condition { operator, key: "aws:SourceArn", values }
}

pub(crate) fn same_account() -> Condition {
    Condition {
        operator: ConditionOperator::StringEquals,
        key: "aws:SourceAccount",
        values: vec![ConditionValue::Account],
    }
}
