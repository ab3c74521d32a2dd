//! The names under which errors reach the state machine.

use std::fmt;

/// The `errorType` of a failed invocation. A `Retry` or `Catch` in the state machine names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorType {
    /// The event or the execution input is not what the function takes.
    InvalidInput,
    /// The function's environment variables or package are not what it needs.
    Misconfigured,
    /// No partition lies under the prefix.
    NoPartitions,
    /// A shard lists more partitions than the input of an execution has room for.
    ShardTooLarge,
    /// A partition or the model differs from the tensor contract.
    TensorMismatch,
    /// A partition is no readable safetensors file.
    MalformedPartition,
    /// The model failed to run.
    InferenceFailed,
    /// A prediction is not a finite number.
    NonFinitePrediction,
    /// A shard has no record.
    MissingShard,
    /// A shard has two records.
    DoubledShard,
    /// A partition was read by two shards.
    DoubledObject,
    /// A row was predicted twice.
    DoubledId,
    /// A record belongs to another run.
    ForeignShard,
    /// A record or its predictions disagree with the run's manifest.
    ShardMismatch,
    /// The predictions have no metrics: no rows, or a value outside the formulas.
    NoMetrics,
    /// S3 did not answer or answered with a server error, after the client's own retries. Worth a retry.
    S3Unavailable,
    /// S3 refused the request.
    S3Denied,
    /// The object or the bucket does not exist.
    S3NotFound,
    /// The object changed while it was read.
    S3ObjectChanged,
    /// An object's key or content cannot be used.
    S3Malformed,
}

impl ErrorType {
    /// Returns the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "InvalidInput",
            Self::Misconfigured => "Misconfigured",
            Self::NoPartitions => "NoPartitions",
            Self::ShardTooLarge => "ShardTooLarge",
            Self::TensorMismatch => "TensorMismatch",
            Self::MalformedPartition => "MalformedPartition",
            Self::InferenceFailed => "InferenceFailed",
            Self::NonFinitePrediction => "NonFinitePrediction",
            Self::MissingShard => "MissingShard",
            Self::DoubledShard => "DoubledShard",
            Self::DoubledObject => "DoubledObject",
            Self::DoubledId => "DoubledId",
            Self::ForeignShard => "ForeignShard",
            Self::ShardMismatch => "ShardMismatch",
            Self::NoMetrics => "NoMetrics",
            Self::S3Unavailable => "S3Unavailable",
            Self::S3Denied => "S3Denied",
            Self::S3NotFound => "S3NotFound",
            Self::S3ObjectChanged => "S3ObjectChanged",
            Self::S3Malformed => "S3Malformed",
        }
    }
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error of a handler, with the name under which the state machine sees it.
pub trait Failure: std::error::Error {
    /// Returns the name.
    fn error_type(&self) -> ErrorType;
}
