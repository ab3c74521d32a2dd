//! Policies that say who may assume a role.

use iacgen_aws_types::ResourceArn;

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

/// A service that assumes roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServicePrincipal {
    /// AWS Lambda.
    Lambda,
    /// AWS Step Functions.
    States,
}

impl ServicePrincipal {
    /// Returns the principal's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lambda => "lambda.amazonaws.com",
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
            Condition {
                operator: ConditionOperator::ArnLike,
                key: "aws:SourceArn",
                values: vec![ConditionValue::Arn(ResourceArn::Sub(machines.to_owned()))],
            },
        ],
    }
}

fn same_account() -> Condition {
    Condition {
        operator: ConditionOperator::StringEquals,
        key: "aws:SourceAccount",
        values: vec![ConditionValue::Account],
    }
}
