//! Why a run has no report.

use contract::{ErrorType, Failure, MissingVariable};
use object_io::{NoConnection, ObjectError};
use run_results::{MalformedPredictions, NoMetrics, ResultsError};

/// Why a run has no report.
#[derive(Debug, thiserror::Error)]
pub enum SummarizeError {
    /// The run writes to another bucket.
    #[error("the run's results bucket is not that of this deployment, which is `{0}`")]
    OtherBuckets(String),
    /// The shards' results are not whole.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The predictions lack a tensor.
    #[error("the predictions cannot be used: {0}")]
    Predictions(#[from] MalformedPredictions),
    /// The predictions have no metrics.
    #[error(transparent)]
    NoMetrics(#[from] NoMetrics),
    /// The aggregate's sums are not those of its predictions.
    #[error(
        "the sums in the aggregate are not those of {key}: it was written by another version; run the workflow again"
    )]
    OtherMoments {
        /// The merged predictions.
        key: String,
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

impl Failure for SummarizeError {
    fn error_type(&self) -> ErrorType {
        match self {
            Self::OtherBuckets(_) => ErrorType::InvalidInput,
            Self::Results(error) => error.error_type(),
            Self::Predictions(_) | Self::OtherMoments { .. } => ErrorType::ShardMismatch,
            Self::NoMetrics(error) => error.error_type(),
            Self::Object(error) => error.error_type(),
            Self::Variable(error) => error.error_type(),
            Self::Connection(error) => error.error_type(),
        }
    }
}
