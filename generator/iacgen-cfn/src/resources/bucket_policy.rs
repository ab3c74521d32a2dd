//! `AWS::S3::BucketPolicy`.

use serde::Serialize;

use crate::Expr;
use crate::policy::Document;

/// The policy of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicy {
    /// The bucket's name.
    pub bucket: Expr,
    /// Its statements.
    pub policy_document: Document,
}
