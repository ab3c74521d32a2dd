//! IAM policy documents and the grants that build them.
//!
//! A grant is a function in [`grants`] that turns an intent ("write under this prefix") into exact
//! statements. Documents stay symbolic: a [`ResourceArn`](iacgen_aws_types::ResourceArn) may name a
//! resource of a template that does not exist yet, and only `iacgen-cfn` spells it as an intrinsic.

mod action;
pub mod compare;
mod condition;
pub mod deployer;
mod document;
pub mod evaluate;
pub mod grants;
pub mod integration;
#[cfg(test)]
mod oracle;
mod pattern;
mod resolution;
mod resource_policy;
pub mod trust;

pub use action::{Action, NotAnAction};
pub use condition::{Condition, ConditionOperator, ConditionValue};
pub use document::{Effect, PolicyDocument, Statement};
pub use resolution::Resolution;
pub use resource_policy::{Allowance, Denial, Principal, ResourcePolicy, Service};
pub use trust::{ServicePrincipal, TrustPolicy};
