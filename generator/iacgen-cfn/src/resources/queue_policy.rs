//! `AWS::SQS::QueuePolicy`.

use serde::Serialize;

use crate::Expr;
use crate::policy::Document;

/// The policy of queues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueuePolicy {
    /// The queues' URLs.
    pub queues: Vec<Expr>,
    /// Its statements.
    pub policy_document: Document,
}
