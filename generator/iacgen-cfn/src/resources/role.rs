//! `AWS::IAM::Role`.

use serde::Serialize;

use super::Tag;
use crate::Expr;
use crate::policy::Document;

/// A role. Its name is CloudFormation's to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    /// What the role is for.
    pub description: String,
    /// Who may assume it.
    pub assume_role_policy_document: Document,
    /// What it may do. Inline policies exist before whatever uses the role.
    pub policies: Vec<InlinePolicy>,
    /// The ARN of the policy that bounds what it may do, whatever its own policies say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<Expr>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A policy inside a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InlinePolicy {
    /// Its name.
    pub policy_name: &'static str,
    /// Its statements.
    pub policy_document: Document,
}
