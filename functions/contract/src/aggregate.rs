//! What fmi leaves behind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All predictions of a run in one object, in the order of the shards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// The key of the merged predictions in the results bucket.
    pub key: String,
    /// The SHA-256 of their bytes, in lowercase hexadecimal.
    pub sha256: String,
    /// Their size in bytes.
    pub bytes: u64,
    /// The number of rows.
    pub count: u64,
    /// The number of shards merged.
    pub shards: u32,
    /// Sums from which every metric but the NMAD follows; absent where partitions have no labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moments: Option<Moments>,
}

/// Sufficient statistics of predictions `p` against true values `z`, with dz = (p - z) / (1 + z).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moments {
    /// The number of rows.
    pub count: u64,
    /// Sum of |p - z|.
    pub absolute_error: f64,
    /// Sum of (p - z)^2.
    pub squared_error: f64,
    /// Sum of dz.
    pub dz: f64,
    /// Mean of z.
    pub mean_truth: f64,
    /// Sum of (z - mean z)^2.
    pub squared_deviation: f64,
    /// Rows with |dz| above the outlier threshold.
    pub outliers: u64,
}
