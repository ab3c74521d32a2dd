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
    /// What infer would get would not fit.
    #[error(
        "shard {index} lists {objects} partitions, which takes {bytes} bytes, and the input of an execution has room for {limit}: leave `world_size` out, or set it to at least {enough}"
    )]
    ShardTooLarge {
        /// The shard's place among the shards, from 0.
        index: u32,
        /// The number of its partitions.
        objects: usize,
        /// The size of infer's event in bytes.
        bytes: usize,
        /// The room for it in bytes.
        limit: usize,
        /// A number of shards at which every one fits.
        enough: u32,
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
            Self::ShardTooLarge { .. } => ErrorType::ShardTooLarge,
            Self::Object(error) => error.error_type(),
            Self::Variable(error) => error.error_type(),
            Self::Connection(error) => error.error_type(),
        }
    }
}
