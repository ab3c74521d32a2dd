//! What one shard leaves behind.

use iacgen_aws_types::Architecture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::RunId;

/// What infer returns. The map's result is discarded, but before that the receipts of all shards make up one list that
/// must fit a state's payload, so a receipt is smaller than the shard it stands for. What counts lies in S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShardReceipt {
    /// The shard.
    pub index: u32,
}

/// What infer writes last: a shard without a record is not done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShardRecord {
    /// The run that the shard belongs to.
    pub run: RunId,
    /// The shard.
    pub index: u32,
    /// The partitions read, in order.
    pub objects: Vec<ObjectRecord>,
    /// The number of rows predicted.
    pub count: u64,
    /// Where the predictions are.
    pub predictions: StoredObject,
    /// How long it took.
    pub duration: ShardDuration,
    /// Where it ran.
    pub environment: ShardEnvironment,
}

/// A partition as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectRecord {
    /// Its key in the data bucket.
    pub key: String,
    /// Its entity tag, the same for every range that was read.
    pub etag: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The number of rows in it.
    pub rows: u64,
}

/// An object that a handler wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoredObject {
    /// Its key in the results bucket.
    pub key: String,
    /// The SHA-256 of its bytes, in lowercase hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// How long a shard took, in milliseconds, from the event's arrival until just before its record was written.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShardDuration {
    /// Everything.
    pub total_ms: f64,
    /// Waiting for data. What was read while the model ran does not count.
    pub read_ms: f64,
    /// Running the model.
    pub compute_ms: f64,
    /// Encoding and writing the predictions.
    pub write_ms: f64,
}

/// Where a shard ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShardEnvironment {
    /// The invocation.
    pub request_id: String,
    /// The function's version.
    pub function_version: String,
    /// The instruction set.
    #[schemars(with = "String", extend("enum" = ["x86_64", "arm64"]))]
    pub architecture: Architecture,
    /// The memory allocated, in MB.
    pub memory_mb: u32,
    /// The most memory that the process has held so far, in MB (`VmHWM`).
    pub peak_memory_mb: f64,
    /// How the environment came to be.
    pub initialization: Initialization,
    /// The initialisation before the environment's first invocation, in milliseconds; absent in a warm one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init_ms: Option<f64>,
}

/// How an execution environment came to be: `AWS_LAMBDA_INITIALIZATION_TYPE` of the AWS page "Using Lambda
/// environment variables".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Initialization {
    /// For an invocation, which paid for it.
    OnDemand,
    /// Ahead of invocations; paid for apart.
    ProvisionedConcurrency,
    /// From a snapshot.
    SnapStart,
}

impl Initialization {
    /// Reads the variable's value; one that is unknown or unset counts as on demand, which costs the most.
    pub fn from_variable(value: Option<&str>) -> Self {
        match value {
            Some("provisioned-concurrency") => Self::ProvisionedConcurrency,
            Some("snap-start") => Self::SnapStart,
            _ => Self::OnDemand,
        }
    }
}

impl ShardRecord {
    /// Returns what Lambda bills, in whole milliseconds: the duration, and the initialisation of an environment that
    /// was made on demand (AWS page "AWS Lambda pricing"). The record's own write is not in it.
    pub fn billed_ms(&self) -> f64 {
        let init = match self.environment.initialization {
            Initialization::OnDemand => self.environment.init_ms.unwrap_or(0.0),
            Initialization::ProvisionedConcurrency | Initialization::SnapStart => 0.0,
        };
        (self.duration.total_ms + init).ceil()
    }

    /// Returns the size of the partitions read, in bytes.
    pub fn bytes(&self) -> u64 {
        self.objects.iter().map(|object| object.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shard;

    #[test]
    fn receipts_fit_a_payload_where_their_shards_did() {
        for index in [0, 9, 10_000, u32::MAX] {
            let size = |value: &serde_json::Value| value.to_string().len();
            let receipt = serde_json::json!(ShardReceipt { index });
            let shard = serde_json::json!(Shard { index, objects: Vec::new(), bytes: 0 });
            assert!(size(&receipt) < size(&shard), "{receipt} {shard}");
        }
    }
}
