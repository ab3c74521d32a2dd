//! `AWS::IAM::Policy`.

use serde::Serialize;

use crate::Expr;
use crate::policy::Document;

/// An inline policy that is put on roles after they exist: for what a role may do to a resource that needs the role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// Its name.
    pub policy_name: &'static str,
    /// Its statements.
    pub policy_document: Document,
    /// The roles' names.
    pub roles: Vec<Expr>,
}
