//! Buckets.

use iacgen_aws_types::BucketName;

/// A bucket that functions are granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The name that the spec gives it.
    pub id: String,
    /// Whose it is.
    pub origin: BucketOrigin,
}

/// Whose a bucket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketOrigin {
    /// It exists already and is not touched.
    Existing(BucketName),
    /// The stack makes it.
    Managed {
        /// A set name, or `None` for one that CloudFormation generates.
        name: Option<BucketName>,
        /// Whether it outlives the stack. Such a bucket is versioned.
        retain: bool,
        /// What is deleted after a time.
        expire: Vec<Expiry>,
    },
}

/// A lifecycle rule that deletes objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// The prefix of the keys, without a leading slash. Empty for all.
    pub prefix: String,
    /// The age in days.
    pub after_days: u32,
}
