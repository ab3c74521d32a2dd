//! Synchronises the shards and aggregates their predictions into one object.
//!
//! The barrier is in S3: it passes when every shard's record is there, once. No communicator, no rank that must be
//! alive: a retried shard or a retried aggregation gives the same objects.

use contract::{Aggregate, ErrorType, Failure, MissingVariable, Moments, StagedRun, results_bucket};
use lambda_entry::Invocation;
use object_io::{NoConnection, ObjectError, Store};
use run_results::{
    Gathered, MalformedPredictions, NoMetrics, Predictions, ResultsError, gather, moments, read_shards,
};

/// What an execution environment keeps between events.
#[derive(Debug)]
pub struct State {
    store: Store,
    results_bucket: String,
}

/// Why the shards cannot be aggregated.
#[derive(Debug, thiserror::Error)]
pub enum FmiError {
    /// The run writes to another bucket.
    #[error("the run's results bucket is not that of this deployment, which is `{0}`")]
    OtherBuckets(String),
    /// The shards' results are not whole.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The merged predictions lack a tensor.
    #[error("the merged predictions cannot be used: {0}")]
    Predictions(#[from] MalformedPredictions),
    /// The predictions have no sums.
    #[error(transparent)]
    NoMetrics(#[from] NoMetrics),
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

impl Failure for FmiError {
    fn error_type(&self) -> ErrorType {
        match self {
            Self::OtherBuckets(_) => ErrorType::InvalidInput,
            Self::Results(error) => error.error_type(),
            Self::Predictions(_) => ErrorType::ShardMismatch,
            Self::NoMetrics(error) => error.error_type(),
            Self::Object(error) => error.error_type(),
            Self::Variable(error) => error.error_type(),
            Self::Connection(error) => error.error_type(),
        }
    }
}

impl State {
    /// Makes the state.
    pub fn new(store: Store, results_bucket: String) -> Self {
        Self { store, results_bucket }
    }

    /// Makes the state from the function's environment.
    ///
    /// # Errors
    /// [`FmiError`] for a variable that is missing.
    pub fn from_env() -> Result<Self, FmiError> {
        let results_bucket = results_bucket(|name| std::env::var(name).ok())?;
        Ok(Self::new(Store::from_env()?, results_bucket))
    }
}

/// Answers an event: the same run, with the aggregate.
///
/// # Errors
/// [`FmiError`] for shards that are missing, doubled or different, and failures of S3.
pub async fn handle(state: &State, invocation: Invocation<StagedRun>) -> Result<StagedRun, FmiError> {
    let mut staged = invocation.event;
    if state.results_bucket != staged.run.results_bucket {
        return Err(FmiError::OtherBuckets(state.results_bucket.clone()));
    }
    let gathered = gather(&state.store, &staged.run).await?;
    let predictions = read_shards(&state.store, &gathered).await?;
    gathered.check_ids(&predictions.ids()?)?;
    let aggregate = write(&state.store, &gathered, &predictions).await?;
    tracing::info!(shards = aggregate.shards, count = aggregate.count, "predictions merged");
    staged.aggregate = Some(aggregate);
    Ok(staged)
}

async fn write(store: &Store, gathered: &Gathered, predictions: &Predictions) -> Result<Aggregate, FmiError> {
    let run = &gathered.manifest.run;
    let key = run.predictions_key();
    let sums = sums(predictions)?;
    let stored = store.write(&run.results_bucket, &key, predictions.encode()?.into()).await?;
    let aggregate = Aggregate {
        key,
        sha256: stored.sha256,
        bytes: stored.bytes,
        count: predictions.rows() as u64,
        shards: run.shards,
        moments: sums,
    };
    store.write_json(&run.results_bucket, &run.aggregate_key(), &aggregate).await?;
    Ok(aggregate)
}

fn sums(predictions: &Predictions) -> Result<Option<Moments>, FmiError> {
    let Some(truth) = predictions.truth()? else {
        return Ok(None);
    };
    Ok(Some(moments(&predictions.predicted()?, &truth)?))
}
