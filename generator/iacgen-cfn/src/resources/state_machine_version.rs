//! `AWS::StepFunctions::StateMachineVersion`.

use serde::Serialize;

use crate::Expr;

/// A version of a state machine: immutable, so that a change needs a resource with another logical id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StateMachineVersion {
    /// The state machine's ARN.
    pub state_machine_arn: Expr,
    /// The revision that it must be of: publishing fails where the machine has another by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_machine_revision_id: Option<Expr>,
    /// What the version is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
