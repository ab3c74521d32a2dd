//! Policies that stand on a resource: a bucket, a queue, a topic or a key.

use iacgen_aws_types::ResourceArn;

use crate::{Action, Condition, ServicePrincipal};

/// A policy of a resource. What the roles of the stack may do stands with the roles; here stands what binds everyone, and
/// what services may do that have no role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourcePolicy {
    /// What is allowed to principals that have no role of the stack.
    pub allowances: Vec<Allowance>,
    /// What is denied to every principal.
    pub denials: Vec<Denial>,
}

/// Allows a principal actions on the resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// What it is for, in letters and digits.
    pub sid: &'static str,
    /// Who is allowed.
    pub principal: Principal,
    /// The actions.
    pub actions: Vec<Action>,
    /// On what.
    pub resources: Vec<ResourceArn>,
    /// When.
    pub conditions: Vec<Condition>,
}

/// Who is allowed something by the policy of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal {
    /// The account: whoever its own policies allow it.
    Account,
    /// A service.
    Service(ServicePrincipal),
    /// CloudWatch Logs of the stack's region. Page: "Encrypt log data in CloudWatch Logs using AWS Key Management
    /// Service", whose key policy names `logs.REGION.amazonaws.com`.
    LogsOfRegion,
}

/// Denies actions of a service on resources under conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// What it is for, in letters and digits.
    pub sid: &'static str,
    /// The service whose actions are denied.
    pub service: Service,
    /// On what.
    pub resources: Vec<ResourceArn>,
    /// When.
    pub conditions: Vec<Condition>,
}

/// A service whose actions a denial covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Amazon S3.
    S3,
    /// Amazon SNS.
    Sns,
    /// Amazon SQS.
    Sqs,
}

impl Service {
    /// Returns what is denied: the one place of a wildcard action. In a denial it is the narrow form, since an action
    /// left out would stay allowed. SNS refuses `sns:*` in a topic's policy, so its data action stands there. Page:
    /// "Amazon SNS security best practices", "Enforce encryption of data in transit".
    pub const fn denied_actions(self) -> &'static [&'static str] {
        match self {
            Self::S3 => &["s3:*"],
            Self::Sns => &["sns:Publish"],
            Self::Sqs => &["sqs:*"],
        }
    }
}
