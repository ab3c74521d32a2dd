//! A run: what initialize plans and every later stage receives.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Aggregate, ErrorType, ExecutionInput, Failure, RunId, RunPrefix, example};

/// What the state machine hands to initialize.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = example::initialize_event())]
pub struct InitializeEvent {
    /// The execution's name (`$$.Execution.Name`).
    pub execution: RunId,
    /// When the execution started (`$$.Execution.StartTime`).
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub started_at: Timestamp,
    /// The execution's input (`$$.Execution.Input`).
    #[serde(deserialize_with = "crate::decode::object")]
    pub input: ExecutionInput,
}

/// One run of the workflow. Every object it writes lies under its prefix, so two runs never meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The execution's name.
    pub id: RunId,
    /// The bucket of the partitions.
    pub data_bucket: String,
    /// The bucket of everything that the run writes.
    pub results_bucket: String,
    /// The prefix of everything that the run writes.
    pub prefix: RunPrefix,
    /// The most images that the model takes at once.
    pub batch_size: u32,
    /// The number of shards.
    pub shards: u32,
    /// The number of partitions.
    pub objects: u32,
    /// The size of all partitions together, in bytes.
    pub bytes: u64,
    /// When the execution started.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub started_at: Timestamp,
}

/// A partition, as the listing shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartitionObject {
    /// Its key in the data bucket.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The partitions that one invocation of infer reads: whole objects, in natural order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// Its place among the shards, from 0.
    pub index: u32,
    /// Its partitions. Never empty.
    pub objects: Vec<PartitionObject>,
    /// The size of its partitions together, in bytes.
    pub bytes: u64,
}

/// What initialize returns, and fmi passes on with an aggregate. It does not grow with the number of shards: those lie in S3.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = example::staged_run())]
pub struct StagedRun {
    /// Always 200: a failure is an error, never a status in a success.
    #[serde(rename = "statusCode")]
    pub status_code: u16,
    /// The run.
    pub run: Run,
    /// The folder of the run below `runs/`, without a slash at its end. A state machine cannot cut it out of the prefix, and
    /// builds from it the key of the map's items and the folder of the map's results.
    pub folder: String,
    /// The fields of the input that were accepted and not used.
    pub unused: Vec<UnusedField>,
    /// The merged predictions, where fmi ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregate>,
}

/// A field of the input that was accepted and not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnusedField {
    /// The field's name.
    pub field: String,
    /// Why it is not used.
    pub reason: String,
}

/// What is written to `manifest.json` before the map starts: the run and what each shard must read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunManifest {
    /// The run.
    pub run: Run,
    /// The shards, by index.
    pub shards: Vec<Shard>,
}

/// What the map hands to infer: one item and the run it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = example::infer_event())]
pub struct InferEvent {
    /// The run.
    pub run: Run,
    /// The shard to read.
    pub shard: Shard,
}

/// The buckets that this deployment grants its functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The bucket to read partitions from (`BUCKET_DATA`).
    pub data_bucket: String,
    /// The bucket to write results to (`BUCKET_RESULTS`).
    pub results_bucket: String,
}

/// An environment variable that the function needs and lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the environment variable `{name}` is not set: it holds {what}; `access` and `tensors` in workflow.yaml give such variables"
)]
pub struct MissingVariable {
    /// The variable.
    pub name: &'static str,
    /// What it should hold.
    pub what: &'static str,
}

impl Failure for MissingVariable {
    fn error_type(&self) -> ErrorType {
        ErrorType::Misconfigured
    }
}

impl Deployment {
    /// Reads the environment through `variable`.
    ///
    /// # Errors
    /// [`MissingVariable`] for one that is unset or empty.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, MissingVariable> {
        Ok(Self {
            data_bucket: bucket(&variable, "BUCKET_DATA", "the name of the bucket with the partitions")?,
            results_bucket: results_bucket(variable)?,
        })
    }

    /// Says whether the run stays within the buckets of this deployment.
    pub fn grants(&self, run: &Run) -> bool {
        run.data_bucket == self.data_bucket && run.results_bucket == self.results_bucket
    }
}

/// Returns the bucket to write results to (`BUCKET_RESULTS`): all that a stage knows which reads no partitions.
///
/// # Errors
/// [`MissingVariable`] when it is unset or empty.
pub fn results_bucket(variable: impl Fn(&str) -> Option<String>) -> Result<String, MissingVariable> {
    bucket(&variable, "BUCKET_RESULTS", "the name of the bucket for the results")
}

fn bucket(
    variable: &impl Fn(&str) -> Option<String>,
    name: &'static str,
    what: &'static str,
) -> Result<String, MissingVariable> {
    variable(name).filter(|value| !value.is_empty()).ok_or(MissingVariable { name, what })
}
