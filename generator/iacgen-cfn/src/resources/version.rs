//! `AWS::Lambda::Version`.

use serde::Serialize;

use crate::Expr;

/// A version of a function: immutable, so that a change needs a resource with another logical id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Version {
    /// The function.
    pub function_name: Expr,
    /// What the version is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
