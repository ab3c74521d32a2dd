//! `AWS::Lambda::Alias`.

use iacgen_aws_types::Provisioned;
use serde::Serialize;

use crate::Expr;

/// An alias: the name by which a version is invoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    /// The function.
    pub function_name: Expr,
    /// The version that it leads to.
    pub function_version: Expr,
    /// Its name.
    pub name: &'static str,
    /// Environments kept initialised. Lambda has them on a version or an alias, never on `$LATEST`.
    #[serde(rename = "ProvisionedConcurrencyConfig", skip_serializing_if = "Option::is_none")]
    pub provisioned_concurrency: Option<ProvisionedConcurrency>,
}

/// `ProvisionedConcurrencyConfig`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProvisionedConcurrency {
    /// The number of environments.
    pub provisioned_concurrent_executions: Provisioned,
}
