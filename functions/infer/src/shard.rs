//! One shard, from its partitions to its record.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use contract::{
    InferEvent, Initialization, ObjectRecord, ShardDuration, ShardEnvironment, ShardReceipt, ShardRecord,
    StoredObject,
};
use lambda_entry::Invocation;
use run_results::{Column, Predictions};
use safetensors::tensor::Dtype;

use crate::batch::Batches;
use crate::layout::{BatchContract, Use, row_shape};
use crate::reader::{Piece, Reader};
use crate::{InferError, State, process};

/// Runs the model over a shard, writes the predictions and then the record.
pub(crate) async fn run(
    state: &State,
    invocation: &Invocation<InferEvent>,
) -> Result<ShardReceipt, InferError> {
    let event = &invocation.event;
    let run = &event.run;
    let index = event.shard.index;
    let done = predict(state, event).await?;

    let write = Instant::now();
    let count = done.predictions.rows() as u64;
    let key = run.shard_predictions_key(index);
    let bytes = done.predictions.encode()?;
    let stored = state.store.write(&run.results_bucket, &key, bytes.into()).await?;

    let record = ShardRecord {
        run: run.id.clone(),
        index,
        objects: done.objects,
        count,
        predictions: StoredObject { key, sha256: stored.sha256, bytes: stored.bytes },
        duration: ShardDuration {
            read_ms: milliseconds(done.waited),
            compute_ms: milliseconds(done.computed),
            write_ms: milliseconds(write.elapsed()),
            total_ms: milliseconds(invocation.arrived.elapsed()),
        },
        environment: ShardEnvironment {
            request_id: invocation.request_id.clone(),
            function_version: invocation.function_version.clone(),
            architecture: process::architecture(),
            memory_mb: invocation.memory_mb,
            peak_memory_mb: process::peak_memory_mb(),
            initialization: Initialization::from_variable(
                std::env::var("AWS_LAMBDA_INITIALIZATION_TYPE").ok().as_deref(),
            ),
            init_ms: invocation.init.map(milliseconds),
        },
    };
    let key = run.record_key(index);
    state.store.write_json(&run.results_bucket, &key, &record).await?;
    tracing::info!(shard = index, count, total_ms = record.duration.total_ms, "shard done");
    Ok(ShardReceipt { index })
}

/// What the model made of a shard.
struct Done {
    predictions: Predictions,
    objects: Vec<ObjectRecord>,
    /// Waiting for data.
    waited: Duration,
    /// Running the model.
    computed: Duration,
}

async fn predict(state: &State, event: &InferEvent) -> Result<Done, InferError> {
    let contract = &state.contract;
    let batch_rows = contract.batch_rows(event.run.batch_size);
    let outputs: Vec<String> = contract.tensors().outputs.keys().cloned().collect();
    let mut columns = empty_columns(contract);
    let mut objects: Vec<ObjectRecord> = Vec::new();
    let (mut waited, mut computed) = (Duration::ZERO, Duration::ZERO);

    let mut reader = Reader::start(state.store.clone(), contract.clone(), event, batch_rows);
    loop {
        let wait = Instant::now();
        let piece = reader.next().await.transpose()?;
        waited += wait.elapsed();
        match piece {
            None => break,
            Some(Piece::Partition { object, etag, rows }) => {
                objects.push(ObjectRecord { key: object.key, etag, bytes: object.bytes, rows });
            }
            Some(Piece::Group { first_row, rows, columns: group }) => {
                let mut inputs = Vec::new();
                for (column, bytes) in contract.columns().iter().zip(group) {
                    match column.use_of {
                        Use::Input => inputs.push(bytes),
                        Use::Label { .. } => extend(&mut columns, &column.name, &bytes),
                    }
                }
                let key = objects.last().map_or("", |object| object.key.as_str());
                let batches = Batches {
                    object: format!("s3://{}/{key}", event.run.data_bucket),
                    first_row,
                    rows: usize::try_from(rows).unwrap_or(usize::MAX),
                    batch_rows: usize::try_from(batch_rows).unwrap_or(usize::MAX),
                    inputs,
                    outputs: outputs.clone(),
                };
                let predicted = state.predict(batches).await?;
                computed += predicted.elapsed;
                for (name, bytes) in outputs.iter().zip(&predicted.outputs) {
                    extend(&mut columns, name, bytes);
                }
            }
        }
    }
    Ok(Done { predictions: Predictions::new(columns)?, objects, waited, computed })
}

/// Returns the columns of the predictions: the labels as they are and the outputs, without rows.
fn empty_columns(contract: &BatchContract) -> BTreeMap<String, Column> {
    let labels = contract.columns().iter().filter_map(|column| match &column.use_of {
        Use::Input => None,
        Use::Label { dtype, row_shape } => {
            Some((column.name.clone(), Column::new(*dtype, row_shape.clone())))
        }
    });
    let outputs = contract
        .tensors()
        .outputs
        .iter()
        .map(|(name, ty)| (name.clone(), Column::new(Dtype::F32, row_shape(ty))));
    labels.chain(outputs).collect()
}

fn extend(columns: &mut BTreeMap<String, Column>, name: &str, bytes: &[u8]) {
    if let Some(column) = columns.get_mut(name) {
        column.extend(bytes);
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
