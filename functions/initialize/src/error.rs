//! Why a run cannot start.

use contract::{ErrorType, Failure, InvalidName, MissingVariable};
use object_io::{NoConnection, ObjectError};

/// Why a run cannot start.
#[derive(Debug, thiserror::Error)]
pub enum InitializeError {
    /// A name in it cannot be used.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The bucket is not the deployment's.
    #[error(
        "`data_bucket` is `{asked}`, but this deployment may read `{granted}`: name that one, or deploy an environment whose data bucket is `{asked}`"
    )]
    OtherBucket {
        /// The bucket of the input.
        asked: String,
        /// The bucket of the deployment.
        granted: String,
    },
    /// The prefix is empty.
    #[error("`data_prefix` is empty: name the folder that holds the partitions, such as `25MB`")]
    NoPrefix,
    /// There is nothing to read.
    #[error(
        "no *.safetensors object lies below s3://{bucket}/{prefix}/: check `data_prefix`, or upload the partitions"
    )]
    NoPartitions {
        /// The bucket.
        bucket: String,
        /// The folder.
        prefix: String,
    },
    /// The answer would not fit.
    #[error(
        "the list of {objects} partitions takes {bytes} bytes, and a state has room for {limit} beside what Step Functions and fmi add: set `file_limit` to about {fits}, or make larger partitions"
    )]
    TooManyShards {
        /// The number of partitions.
        objects: u32,
        /// The size of the answer in bytes.
        bytes: usize,
        /// The room for it in bytes.
        limit: usize,
        /// How many partitions would fit.
        fits: usize,
    },
    /// S3 failed.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The environment lacks a variable.
    #[error(transparent)]
    Variable(#[from] MissingVariable),
    /// S3 cannot be reached from the environment.
    #[error(transparent)]
    Connection(#[from] NoConnection),
}

impl Failure for InitializeError {
    fn error_type(&self) -> ErrorType {
        match self {
            Self::Name(_) | Self::OtherBucket { .. } | Self::NoPrefix => ErrorType::InvalidInput,
            Self::NoPartitions { .. } => ErrorType::NoPartitions,
            Self::TooManyShards { .. } => ErrorType::TooManyShards,
            Self::Object(error) => error.error_type(),
            Self::Variable(error) => error.error_type(),
            Self::Connection(error) => error.error_type(),
        }
    }
}
