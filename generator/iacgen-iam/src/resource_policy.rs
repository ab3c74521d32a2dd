//! Policies that stand on a resource and bind everyone.

use iacgen_aws_types::ResourceArn;

use crate::Condition;

/// A policy of a resource. It only ever denies: what is allowed stands with the roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePolicy {
    /// What is denied to every principal.
    pub denials: Vec<Denial>,
}

/// Denies every action of a service on resources under conditions.
///
/// The one place of a wildcard action: in a denial it is the narrow form, since an action left out would stay allowed.
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

/// A service whose every action a denial covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Amazon S3.
    S3,
}

impl Service {
    /// Returns the pattern of all actions of the service.
    pub const fn every_action(self) -> &'static str {
        match self {
            Self::S3 => "s3:*",
        }
    }
}
