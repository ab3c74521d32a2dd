//! `AWS::SNS::TopicPolicy`.

use serde::Serialize;

use crate::Expr;
use crate::policy::Document;

/// The policy of topics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicPolicy {
    /// The topics' ARNs.
    pub topics: Vec<Expr>,
    /// Its statements.
    pub policy_document: Document,
}
