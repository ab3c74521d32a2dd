//! Counts the shards, computes metrics, cost and throughput, writes the report.

mod cost;
mod error;
mod metrics;
mod report;
mod spread;

use contract::{Report, StagedRun, results_bucket};
use iacgen_aws_types::Region;
use jiff::Timestamp;
use lambda_entry::Invocation;
use object_io::Store;
use run_results::{gather, read_aggregate, read_shards};

pub use cost::PriceList;
pub use error::SummarizeError;
pub use metrics::measure;

/// What an execution environment keeps between events.
#[derive(Debug)]
pub struct State {
    store: Store,
    results_bucket: String,
    prices: PriceList,
}

impl State {
    /// Makes the state.
    pub fn new(store: Store, results_bucket: String, prices: PriceList) -> Self {
        Self { store, results_bucket, prices }
    }

    /// Makes the state from the function's environment.
    ///
    /// # Errors
    /// [`SummarizeError`] for a variable that is missing.
    pub fn from_env() -> Result<Self, SummarizeError> {
        let results_bucket = results_bucket(|name| std::env::var(name).ok())?;
        let region = std::env::var("AWS_REGION").ok().and_then(|name| Region::new(&name).ok());
        Ok(Self::new(Store::from_env()?, results_bucket, PriceList::of(region.as_ref())))
    }
}

/// Answers an event with the report, which is also written to S3.
///
/// # Errors
/// [`SummarizeError`] for shards that are missing, doubled or different, and failures of S3.
pub async fn handle(state: &State, invocation: Invocation<StagedRun>) -> Result<Report, SummarizeError> {
    let staged = invocation.event;
    if state.results_bucket != staged.run.results_bucket {
        return Err(SummarizeError::OtherBuckets(state.results_bucket.clone()));
    }
    let gathered = gather(&state.store, &staged.run).await?;
    let predictions = match &staged.aggregate {
        Some(aggregate) => read_aggregate(&state.store, &gathered, aggregate).await?,
        None => read_shards(&state.store, &gathered).await?,
    };
    gathered.check_ids(&predictions.ids()?)?;
    let finished_at = Timestamp::now();
    let metrics = match predictions.truth()? {
        Some(truth) => {
            let (metrics, moments) = measure(&predictions.predicted()?, &truth)?;
            if let Some(aggregate) = &staged.aggregate {
                metrics::check_moments(&aggregate.key, aggregate.moments.as_ref(), &moments)?;
            }
            Some(metrics)
        }
        None => None,
    };
    let report = report::write(staged, &gathered.records, metrics, &state.prices, finished_at);
    let bucket = &gathered.manifest.run.results_bucket;
    state.store.write_json(bucket, &report.key, &report).await?;
    tracing::info!(shards = report.shards, images = report.images, wall_s = report.wall_s, "run summarised");
    Ok(report)
}
