//! Reads the execution input, lists the partitions, shards them, writes the map's items and the run manifest.
//!
//! It may be retried: the same event over the same bucket gives the same shards under the same keys. What it returns does
//! not grow with their number: Step Functions would pass on no more than 256 KiB.

mod error;
mod items;
mod natural;
mod shards;
mod unused;

use contract::{
    Deployment, ExecutionInput, InitializeEvent, PartitionObject, Run, RunManifest, RunPrefix, StagedRun,
};
use lambda_entry::Invocation;
use object_io::Store;

pub use error::InitializeError;
pub use natural::compare;
pub use shards::split;

/// What an execution environment keeps between events.
#[derive(Debug)]
pub struct State {
    store: Store,
    deployment: Deployment,
}

/// The partitions' file name extension.
const EXTENSION: &str = ".safetensors";

impl State {
    /// Makes the state.
    pub fn new(store: Store, deployment: Deployment) -> Self {
        Self { store, deployment }
    }

    /// Makes the state from the function's environment.
    ///
    /// # Errors
    /// [`InitializeError`] for a variable that is missing.
    pub fn from_env() -> Result<Self, InitializeError> {
        let deployment = Deployment::from_variables(|name| std::env::var(name).ok())?;
        Ok(Self::new(Store::from_env()?, deployment))
    }
}

/// Answers an event.
///
/// # Errors
/// [`InitializeError`] for an input that does not fit, no partitions, and failures of S3.
pub async fn handle(
    state: &State,
    invocation: Invocation<InitializeEvent>,
) -> Result<StagedRun, InitializeError> {
    let InitializeEvent { execution, started_at, input } = invocation.event;
    if input.data_bucket != state.deployment.data_bucket {
        return Err(InitializeError::OtherBucket {
            asked: input.data_bucket,
            granted: state.deployment.data_bucket.clone(),
        });
    }
    let prefix = RunPrefix::new(&input.result_path, &execution)?;
    let objects = partitions(&state.store, &input).await?;
    let files = u32::try_from(objects.len()).unwrap_or(u32::MAX);
    let shards = split(objects, input.world_size.map_or(files, |size| size.get().min(files)));
    let run = Run {
        id: execution,
        data_bucket: input.data_bucket.clone(),
        results_bucket: state.deployment.results_bucket.clone(),
        prefix,
        batch_size: input.batch_size.get(),
        shards: u32::try_from(shards.len()).unwrap_or(u32::MAX),
        objects: files,
        bytes: shards.iter().map(|shard| shard.bytes).sum(),
        started_at,
    };
    let items = items::lines(&run, &shards)?;
    state.store.write(&run.results_bucket, &run.items_key(), items.into()).await?;
    let manifest = RunManifest { run, shards };
    state.store.write_json(&manifest.run.results_bucket, &manifest.run.manifest_key(), &manifest).await?;
    let run = manifest.run;
    let folder = run.prefix.folder().to_owned();
    Ok(StagedRun { status_code: 200, run, folder, unused: unused::fields(&input), aggregate: None })
}

/// Lists the partitions in natural order, as many as the input's limit allows.
async fn partitions(store: &Store, input: &ExecutionInput) -> Result<Vec<PartitionObject>, InitializeError> {
    let prefix = input.data_prefix.trim_matches('/');
    if prefix.is_empty() {
        return Err(InitializeError::NoPrefix);
    }
    let mut objects: Vec<PartitionObject> = store
        .list(&input.data_bucket, prefix)
        .await?
        .into_iter()
        .filter(|object| object.key.ends_with(EXTENSION))
        .map(|object| PartitionObject { key: object.key, bytes: object.bytes })
        .collect();
    objects.sort_by(|a, b| compare(&a.key, &b.key));
    if let Some(limit) = input.file_limit {
        objects.truncate(limit.get() as usize);
    }
    if objects.is_empty() {
        return Err(InitializeError::NoPartitions {
            bucket: input.data_bucket.clone(),
            prefix: prefix.to_owned(),
        });
    }
    Ok(objects)
}
