//! Why a shard fails.

use contract::{ErrorType, Failure, MissingVariable};
use iacgen_tensors::Mismatch;
use object_io::{NoConnection, ObjectError};
use onnx_session::ModelError;
use run_results::MalformedPredictions;

use crate::InvalidContract;

/// Why a shard fails.
#[derive(Debug, thiserror::Error)]
pub enum InferError {
    /// The run is of another deployment.
    #[error("the run's buckets are not those of this deployment: it reads `{data}` and writes `{results}`")]
    OtherBuckets {
        /// The bucket it may read.
        data: String,
        /// The bucket it may write.
        results: String,
    },
    /// A partition is not what the contract says.
    #[error(
        "{object} differs from the tensor contract: {}; write the partition again as the contract says, or change `tensors` in workflow.yaml",
        list(mismatches)
    )]
    TensorMismatch {
        /// The partition.
        object: String,
        /// Every difference.
        mismatches: Vec<Mismatch>,
    },
    /// A partition cannot be read.
    #[error("{object} is no safetensors partition: {reason}")]
    MalformedPartition {
        /// The partition.
        object: String,
        /// Why.
        reason: String,
    },
    /// The model gave something that is no number.
    #[error(
        "the model gave {value} for `{tensor}` of row {row} of {object}: look for bad values in that row's inputs"
    )]
    NonFinite {
        /// The partition.
        object: String,
        /// The row in it, from 0.
        row: u64,
        /// The output.
        tensor: String,
        /// What it gave.
        value: f32,
    },
    /// The model does not load or run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The contract is not JSON.
    #[error("the environment variable `TENSORS` is no tensor contract: {0}")]
    Tensors(String),
    /// The contract cannot be run in batches.
    #[error(transparent)]
    Contract(#[from] InvalidContract),
    /// The predictions cannot be written.
    #[error(transparent)]
    Predictions(#[from] MalformedPredictions),
    /// A thread ended early.
    #[error("a worker thread ended early: {0}")]
    Thread(String),
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

fn list(mismatches: &[Mismatch]) -> String {
    mismatches.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Failure for InferError {
    fn error_type(&self) -> ErrorType {
        match self {
            Self::OtherBuckets { .. } => ErrorType::InvalidInput,
            Self::TensorMismatch { .. } | Self::Model(ModelError::Mismatch { .. }) => {
                ErrorType::TensorMismatch
            }
            Self::MalformedPartition { .. } => ErrorType::MalformedPartition,
            Self::NonFinite { .. } => ErrorType::NonFinitePrediction,
            Self::Model(ModelError::Run { .. }) | Self::Predictions(_) | Self::Thread(_) => {
                ErrorType::InferenceFailed
            }
            Self::Model(_) | Self::Tensors(_) | Self::Contract(_) => ErrorType::Misconfigured,
            Self::Object(error) => error.error_type(),
            Self::Variable(error) => error.error_type(),
            Self::Connection(error) => error.error_type(),
        }
    }
}
