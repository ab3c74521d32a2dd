//! Buckets.

use iacgen_aws_types::BucketName;

use super::Place;

/// A bucket that functions are granted, or that states read and write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The name that the spec gives it.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
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
        /// Whether the stack makes a second bucket that S3 writes access logs to.
        access_logs: bool,
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
