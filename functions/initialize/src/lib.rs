//! Reads the execution input, lists the partitions, shards them, writes the run manifest.
//!
//! It may be retried: the same event over the same bucket gives the same shards and the same manifest.

mod error;
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

/// The most bytes that a state's result may take (AWS page "Step Functions service quotas": 256 KiB).
const PAYLOAD_QUOTA: usize = 262_144;

/// The bytes kept free in it. Until `OutputPath` takes the answer out, the `lambda:invoke` integration has it beside
/// the HTTP headers (`SdkHttpMetadata` and the like, about 1.5 KiB), and fmi adds an aggregate: a key of at most 1 KiB,
/// a digest and numbers.
const RESERVE: usize = 4_096;

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
    let staged =
        StagedRun { status_code: 200, run, body: shards, unused: unused::fields(&input), aggregate: None };
    check_payload(&staged)?;
    let manifest = RunManifest { run: staged.run.clone(), shards: staged.body.clone() };
    state.store.write_json(&manifest.run.results_bucket, &manifest.run.manifest_key(), &manifest).await?;
    Ok(staged)
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

/// Refuses a list of shards that the state machine could not pass on. It would fail there with `States.DataLimitExceeded`
/// and no word about the cause.
fn check_payload(staged: &StagedRun) -> Result<(), InitializeError> {
    let bytes = serde_json::to_vec(staged).map_or(usize::MAX, |text| text.len());
    let limit = PAYLOAD_QUOTA - RESERVE;
    if bytes > limit {
        return Err(InitializeError::TooManyShards {
            objects: staged.run.objects,
            bytes,
            limit,
            fits: limit / (bytes / staged.run.objects.max(1) as usize + 1),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{Aggregate, Moments};
    use run_fixture::staged;

    fn size(value: &impl serde::Serialize) -> usize {
        serde_json::to_vec(value).unwrap().len()
    }

    /// A run whose answer takes so many bytes.
    fn run_of(bytes: usize) -> StagedRun {
        let mut run = staged(1_000);
        let missing = bytes - size(&run);
        run.body[0].objects[0].key.push_str(&"x".repeat(missing));
        assert_eq!(size(&run), bytes);
        run
    }

    #[test]
    fn the_answer_leaves_room_for_what_is_added_to_it() {
        let limit = PAYLOAD_QUOTA - RESERVE;
        assert!(check_payload(&run_of(limit)).is_ok());
        let error = check_payload(&run_of(limit + 1)).unwrap_err();
        assert!(matches!(error, InitializeError::TooManyShards { limit: 258_048, .. }), "{error}");

        // The largest that fmi makes of the largest that passes, in the form in which Step Functions counts it.
        let mut merged = run_of(limit);
        merged.aggregate = Some(Aggregate {
            key: "k".repeat(1_024),
            sha256: "0".repeat(64),
            bytes: u64::MAX,
            count: u64::MAX,
            shards: u32::MAX,
            moments: Some(Moments {
                count: u64::MAX,
                absolute_error: -f64::MIN_POSITIVE,
                squared_error: -f64::MIN_POSITIVE,
                dz: -f64::MIN_POSITIVE,
                mean_truth: -f64::MIN_POSITIVE,
                squared_deviation: -f64::MIN_POSITIVE,
                outliers: u64::MAX,
            }),
        });
        let headers = serde_json::json!({
            "Connection": ["keep-alive"],
            "Content-Length": ["258048"],
            "Content-Type": ["application/json"],
            "Date": ["Tue, 24 Nov 2026 00:00:00 GMT"],
            "X-Amz-Executed-Version": ["$LATEST"],
            "x-amzn-Remapped-Content-Length": ["0"],
            "x-amzn-RequestId": ["00000000-0000-0000-0000-000000000000"],
            "X-Amzn-Trace-Id": [format!("root={0};parent={0};sampled=1;lineage={0}", "0".repeat(35))],
        });
        let result = serde_json::json!({
            "ExecutedVersion": "$LATEST",
            "Payload": merged,
            "SdkHttpMetadata": {"AllHttpHeaders": headers, "HttpHeaders": headers, "HttpStatusCode": 200},
            "SdkResponseMetadata": {"RequestId": "00000000-0000-0000-0000-000000000000"},
            "StatusCode": 200,
        });
        assert!(size(&result) <= PAYLOAD_QUOTA, "{}", size(&result));
    }
}
