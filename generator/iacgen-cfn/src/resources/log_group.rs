//! `AWS::Logs::LogGroup`.

use serde::Serialize;

use super::Tag;
use crate::Expr;

/// A log group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroup {
    /// Its name; CloudFormation chooses one where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_group_name: Option<String>,
    /// How long it keeps events, in days.
    pub retention_in_days: u32,
    /// The ARN of the key that events are encrypted with; one of CloudWatch Logs' own where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Expr>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}
