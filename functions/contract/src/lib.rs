//! The types that flow between the handlers, and their JSON Schemas.
//!
//! ```text
//! InitializeEvent -> initialize -> StagedRun -> map: InferEvent -> infer -> ShardReceipt (and a ShardRecord in S3)
//!                                      |-> fmi -> StagedRun with an Aggregate
//!                                      `-> summarize -> Report (also in S3)
//! ```

mod aggregate;
mod committed;
mod decode;
mod error_type;
mod example;
mod input;
mod keys;
mod names;
mod record;
mod report;
mod run;

pub use aggregate::{Aggregate, Moments};
pub use committed::{Stale, hold_committed};
pub use decode::{InvalidEvent, decode};
pub use error_type::{ErrorType, Failure};
pub use iacgen_aws_types::Architecture;
pub use input::{Count, ExecutionInput};
pub use names::{InvalidName, RunId, RunPrefix};
pub use record::{
    Initialization, ObjectRecord, ShardDuration, ShardEnvironment, ShardReceipt, ShardRecord, StoredObject,
};
pub use report::{Distribution, InferCost, InferPrice, Memory, Metrics, Rates, Report, Throughput};
pub use run::{
    Deployment, InferEvent, InitializeEvent, MissingVariable, PartitionObject, Run, RunManifest, Shard,
    StagedRun, UnusedField, results_bucket,
};

/// The tensors that summarize and fmi read in a predictions object.
pub mod tensor {
    /// Identifies a row: i64, one per row, unique in a run.
    pub const ID: &str = "id";
    /// What the model predicts: f32, one per row.
    pub const PREDICTION: &str = "redshift";
    /// The true value: f32, one per row. Partitions without labels lack it.
    pub const TRUTH: &str = "z_true";
}
