//! A small finished run, for the tests of the handlers that read one.
//!
//! Shard `i` read partition `i`, which holds [`ROWS`] rows. Row `r` of it has the id `100 i + r`.

use std::collections::BTreeMap;

use contract::{
    Architecture, Initialization, ObjectRecord, PartitionObject, Run, RunId, RunManifest, RunPrefix, Shard,
    ShardDuration, ShardEnvironment, ShardRecord, StagedRun, StoredObject,
};
use object_io::{ObjectError, Store};
use run_results::{Column, MalformedPredictions, Predictions};
use safetensors::tensor::Dtype;

/// The bucket of the partitions.
pub const DATA: &str = "data";
/// The bucket of the results.
pub const RESULTS: &str = "results";
/// Rows in a partition.
pub const ROWS: u32 = 3;
/// Bytes in a partition.
pub const BYTES: u64 = 1_000;

/// Why a fixture cannot be made.
type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Returns what initialize returned for a run with so many shards.
///
/// # Panics
/// Never: the names in it are valid.
#[expect(clippy::expect_used, reason = "constants that the tests of `contract` hold to be valid")]
pub fn staged(shards: u32) -> StagedRun {
    let id = RunId::new("run-1").expect("a valid name");
    let prefix = RunPrefix::new("tests", &id).expect("a valid path");
    let folder = prefix.folder().to_owned();
    let run = Run {
        prefix,
        id,
        data_bucket: DATA.to_owned(),
        results_bucket: RESULTS.to_owned(),
        batch_size: 512,
        shards,
        objects: shards,
        bytes: BYTES * u64::from(shards),
        started_at: "2026-11-24T00:00:00Z".parse().expect("a valid time"),
    };
    StagedRun { status_code: 200, run, folder, unused: Vec::new(), aggregate: None }
}

/// Returns the shards of a run with so many.
pub fn shards(count: u32) -> Vec<Shard> {
    let shard = |index| Shard {
        index,
        objects: vec![PartitionObject { key: partition(index), bytes: BYTES }],
        bytes: BYTES,
    };
    (0..count).map(shard).collect()
}

fn partition(index: u32) -> String {
    format!("25MB/part-{index}.safetensors")
}

/// Returns the record of a shard, with a digest that belongs to nothing.
pub fn record(index: u32) -> ShardRecord {
    let run = staged(1).run;
    ShardRecord {
        run: run.id.clone(),
        index,
        objects: vec![ObjectRecord {
            key: partition(index),
            etag: "etag".to_owned(),
            bytes: BYTES,
            rows: u64::from(ROWS),
        }],
        count: u64::from(ROWS),
        predictions: StoredObject { key: run.shard_predictions_key(index), sha256: "0".repeat(64), bytes: 0 },
        duration: ShardDuration { total_ms: 100.0, read_ms: 60.0, compute_ms: 30.0, write_ms: 10.0 },
        environment: ShardEnvironment {
            request_id: format!("request-{index}"),
            function_version: "1".to_owned(),
            architecture: Architecture::X86_64,
            memory_mb: 1_769,
            peak_memory_mb: 120.0,
            initialization: Initialization::OnDemand,
            init_ms: None,
        },
    }
}

/// Returns the predictions of a shard: row `r` has the true value `r` and is predicted `0.25` too high. The first id may
/// be set.
///
/// # Errors
/// None: the columns are of one length.
pub fn predictions(index: u32, first_id: i64) -> Result<Predictions, MalformedPredictions> {
    let mut id = Column::new(Dtype::I64, Vec::new());
    let mut predicted = Column::new(Dtype::F32, vec![1]);
    let mut truth = Column::new(Dtype::F32, vec![1]);
    for row in 0..u8::try_from(ROWS).unwrap_or(u8::MAX) {
        let own = 100 * i64::from(index) + i64::from(row);
        id.extend(&(if row == 0 { first_id } else { own }).to_le_bytes());
        predicted.extend(&(f32::from(row) + 0.25).to_le_bytes());
        truth.extend(&f32::from(row).to_le_bytes());
    }
    let columns = [("id", id), ("redshift", predicted), ("z_true", truth)];
    Predictions::new(
        columns.map(|(name, column)| (name.to_owned(), column)).into_iter().collect::<BTreeMap<_, _>>(),
    )
}

/// Writes a finished run: manifest, predictions and records. Returns what initialize returned for it.
///
/// # Errors
/// An error of the store.
pub async fn write_run(store: &Store, count: u32) -> Result<StagedRun, Failed> {
    let staged = staged(count);
    let manifest = RunManifest { run: staged.run.clone(), shards: shards(count) };
    store.write_json(RESULTS, &staged.run.manifest_key(), &manifest).await?;
    for index in 0..count {
        write_shard(store, index, predictions(index, 100 * i64::from(index))?).await?;
    }
    Ok(staged)
}

/// Writes the predictions and the record of a shard.
///
/// # Errors
/// An error of the store.
pub async fn write_shard(store: &Store, index: u32, predictions: Predictions) -> Result<(), Failed> {
    let mut record = record(index);
    let stored = store.write(RESULTS, &record.predictions.key, predictions.encode()?.into()).await?;
    record.predictions = StoredObject { sha256: stored.sha256, bytes: stored.bytes, ..record.predictions };
    write_record(store, &record).await?;
    Ok(())
}

/// Writes a record.
///
/// # Errors
/// An error of the store.
pub async fn write_record(store: &Store, record: &ShardRecord) -> Result<(), ObjectError> {
    let key = staged(1).run.record_key(record.index);
    store.write_json(RESULTS, &key, record).await.map(|_| ())
}
