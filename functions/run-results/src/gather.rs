//! Reading a run's results from S3.

use contract::{Aggregate, Run, RunManifest, ShardRecord};
use futures::{StreamExt, TryStreamExt, stream};
use object_io::{Store, sha256};

use crate::{Predictions, ResultsError, check_records};

/// Requests under way at once. A shard's objects are small, so what counts is the wait for each.
const CONCURRENCY: usize = 32;

/// What a run left, checked: one record for each shard, by index.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// What the run should have done.
    pub manifest: RunManifest,
    /// What its shards did.
    pub records: Vec<ShardRecord>,
}

impl Gathered {
    /// Returns the number of rows that the shards predicted.
    pub fn rows(&self) -> u64 {
        self.records.iter().map(|record| record.count).sum()
    }

    /// Refuses an id that occurs twice in the predictions of all shards, which stand in the shards' order.
    ///
    /// # Errors
    /// [`ResultsError::DoubledId`] with the smallest such id.
    pub fn check_ids(&self, ids: &[i64]) -> Result<(), ResultsError> {
        let mut sorted: Vec<(i64, usize)> = ids.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        match sorted.array_windows().find(|[(first, _), (second, _)]| first == second) {
            None => Ok(()),
            Some([(id, first), (_, second)]) => Err(ResultsError::DoubledId {
                id: *id,
                first: self.shard_of(*first),
                second: self.shard_of(*second),
            }),
        }
    }

    /// Returns the shard that predicted a row.
    fn shard_of(&self, row: usize) -> u32 {
        let mut end = 0_u64;
        self.records
            .iter()
            .find(|record| {
                end += record.count;
                (row as u64) < end
            })
            .map_or(self.manifest.run.shards, |record| record.index)
    }
}

/// Reads the manifest and every shard's record, and holds one to the other. This is the barrier of the workflow: it
/// passes only when every shard is done, and needs no process to wait or to be alive.
///
/// # Errors
/// [`ResultsError`] when a record is missing, doubled, foreign or different.
pub async fn gather(store: &Store, run: &Run) -> Result<Gathered, ResultsError> {
    let bucket = &run.results_bucket;
    let manifest: RunManifest = store.read_json(bucket, &run.manifest_key()).await?;
    if manifest.run.id != run.id {
        return Err(ResultsError::ForeignShard {
            key: run.manifest_key(),
            found: manifest.run.id.to_string(),
            expected: run.id.to_string(),
        });
    }
    if manifest.run != *run {
        let reason = "the run it describes is not the one in the event".to_owned();
        return Err(ResultsError::Mismatch { key: run.manifest_key(), reason });
    }
    let listed = store.list(bucket, &run.records_prefix()).await?;
    let found = stream::iter(listed.into_iter().map(|object| object.key))
        .map(async |key| store.read_json::<ShardRecord>(bucket, &key).await.map(|record| (key, record)))
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    let records = check_records(&manifest, found)?;
    Ok(Gathered { manifest, records })
}

/// Reads the predictions of every shard, in the shards' order, and checks each against its record.
///
/// # Errors
/// [`ResultsError`] when an object is missing or differs from its record.
pub async fn read_shards(store: &Store, gathered: &Gathered) -> Result<Predictions, ResultsError> {
    let bucket = &gathered.manifest.run.results_bucket;
    let parts = stream::iter(&gathered.records)
        .map(async |record| {
            let stored = &record.predictions;
            read(store, bucket, &stored.key, &stored.sha256, record.count)
                .await
                .map(|part| (&stored.key, part))
        })
        .buffered(CONCURRENCY);
    let mut parts = std::pin::pin!(parts);
    let mut whole = Predictions::default();
    while let Some((key, part)) = parts.try_next().await? {
        whole
            .append(part)
            .map_err(|error| ResultsError::Mismatch { key: key.clone(), reason: error.to_string() })?;
    }
    Ok(whole)
}

/// Reads the merged predictions, and checks that they cover all shards.
///
/// # Errors
/// [`ResultsError`] when the object is missing, differs from the aggregate or does not cover the run.
pub async fn read_aggregate(
    store: &Store,
    gathered: &Gathered,
    aggregate: &Aggregate,
) -> Result<Predictions, ResultsError> {
    let run = &gathered.manifest.run;
    let mismatch = |reason: String| ResultsError::Mismatch { key: aggregate.key.clone(), reason };
    if aggregate.key != run.predictions_key() {
        return Err(mismatch(format!("the merged predictions of the run are {}", run.predictions_key())));
    }
    if aggregate.shards != run.shards || aggregate.count != gathered.rows() {
        return Err(mismatch(format!(
            "it covers {} shards with {} rows, the run has {} with {}",
            aggregate.shards,
            aggregate.count,
            run.shards,
            gathered.rows()
        )));
    }
    read(store, &run.results_bucket, &aggregate.key, &aggregate.sha256, aggregate.count).await
}

async fn read(
    store: &Store,
    bucket: &str,
    key: &str,
    digest: &str,
    rows: u64,
) -> Result<Predictions, ResultsError> {
    let mismatch = |reason: String| ResultsError::Mismatch { key: key.to_owned(), reason };
    let bytes = store.read(bucket, key).await?;
    let found = sha256(&bytes);
    if found != digest {
        return Err(mismatch(format!("its SHA-256 is {found}, its record says {digest}")));
    }
    let predictions = Predictions::decode(&bytes).map_err(|error| mismatch(error.to_string()))?;
    if predictions.rows() as u64 != rows {
        return Err(mismatch(format!("it holds {} rows, its record says {rows}", predictions.rows())));
    }
    Ok(predictions)
}
