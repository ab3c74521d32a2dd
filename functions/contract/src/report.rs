//! What summarize returns and writes to `report.json`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Aggregate, RunId, RunPrefix, UnusedField};

/// The report of a run. Every shard counts: nothing is filtered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The run.
    pub run: RunId,
    /// The prefix of everything that the run wrote.
    pub prefix: RunPrefix,
    /// The key of this report in the results bucket.
    pub key: String,
    /// When the execution started.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub started_at: Timestamp,
    /// When summarize had read every prediction.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub finished_at: Timestamp,
    /// From one to the other, in seconds.
    pub wall_s: f64,
    /// The number of shards, which is the number of successful invocations of infer.
    pub shards: u32,
    /// The number of partitions.
    pub objects: u32,
    /// The number of rows predicted.
    pub images: u64,
    /// The size of the partitions together, in bytes.
    pub bytes: u64,
    /// The mean size of a partition, in bytes.
    pub mean_object_bytes: f64,
    /// The most images that the model took at once, as asked for.
    pub batch_size: u32,
    /// How good the predictions are; absent where partitions have no labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
    /// How fast the run was.
    pub throughput: Throughput,
    /// How long a shard took, in milliseconds.
    pub duration_ms: Distribution,
    /// How long a shard waited for data, in milliseconds.
    pub read_ms: Distribution,
    /// How long a shard ran the model, in milliseconds.
    pub compute_ms: Distribution,
    /// How long a shard wrote its predictions, in milliseconds.
    pub write_ms: Distribution,
    /// How many shards met a fresh environment.
    pub cold_starts: u32,
    /// How long those environments took to initialise, in milliseconds; absent where none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init_ms: Option<Distribution>,
    /// The memory of infer.
    pub memory: Memory,
    /// What the successful invocations of infer cost: a part of the run's bill.
    pub infer_cost: InferCost,
    /// The merged predictions, where fmi ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregate>,
    /// The fields of the input that were accepted and not used.
    pub unused: Vec<UnusedField>,
}

/// How good predictions `p` are against true values `z`, with dz = (p - z) / (1 + z).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Mean of |p - z|.
    pub mae: f64,
    /// Mean of (p - z)^2.
    pub mse: f64,
    /// Mean of dz.
    pub bias: f64,
    /// 1.48 times the median of |dz - median of dz|.
    pub nmad: f64,
    /// 1 - sum (p - z)^2 / sum (z - mean z)^2; absent where all true values are equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r2: Option<f64>,
    /// The share of rows with |dz| above the threshold.
    pub outlier_fraction: f64,
    /// The threshold.
    pub outlier_threshold: f64,
}

/// How fast a run was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Throughput {
    /// Rows of the run divided by its wall time.
    pub images_per_second: f64,
    /// Bytes of the run divided by its wall time.
    pub bytes_per_second: f64,
    /// The shards' own rates added up. It says what the shards did while they ran, not how fast the run was.
    pub sum_of_shard_rates: Rates,
}

/// Rates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Rows a second.
    pub images_per_second: f64,
    /// Bytes a second.
    pub bytes_per_second: f64,
}

/// How a quantity spreads over the shards. Percentiles by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// The mean.
    pub mean: f64,
    /// The 50th percentile.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The largest.
    pub max: f64,
}

/// The memory of infer, in MB.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// The most that was allocated.
    pub allocated_mb: u32,
    /// The mean of what shards used at their peak.
    pub mean_used_mb: f64,
    /// The most that a shard used.
    pub max_used_mb: f64,
}

/// What the successful invocations of infer cost. It is not the run's bill: an invocation that failed leaves no record,
/// and the other functions, Step Functions and S3 are not counted here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InferCost {
    /// What is counted and what is not, in words.
    pub covers: String,
    /// The number of successful invocations.
    pub requests: u32,
    /// Their allocated memory times billed duration, initialisation included, in GB-seconds.
    pub billed_gb_seconds: f64,
    /// What they cost; absent where the prices of the region are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<InferPrice>,
    /// Why there is no price, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_price: Option<String>,
}

/// The price of the successful invocations of infer, at on-demand list prices, without the free tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InferPrice {
    /// Of the GB-seconds, in USD.
    pub compute_usd: f64,
    /// Of the requests, in USD.
    pub request_usd: f64,
    /// Of both together, in USD.
    pub infer_usd: f64,
    /// Invocations times mean duration times mean *used* memory times the x86_64 price, in USD. This is the formula of
    /// the first implementation's report; no bill follows it.
    pub by_used_memory_usd: f64,
    /// The region whose prices these are: the function's own.
    pub region: String,
    /// The day on which the prices were read.
    pub prices_as_of: String,
}
