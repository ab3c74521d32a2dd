//! What makes a run's results unusable.

use contract::{ErrorType, Failure};
use object_io::ObjectError;

/// What makes a run's results unusable.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// S3 failed.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// Shards have no record.
    #[error(
        "{} of {shards} shards left no record below {prefix}: {}; their invocations failed or their records were deleted",
        indices.len(),
        list(indices)
    )]
    MissingShards {
        /// The indices without a record.
        indices: Vec<u32>,
        /// How many there should be.
        shards: u32,
        /// Where they should be.
        prefix: String,
    },
    /// A shard has two records.
    #[error("shard {index} has two records, {first} and {second}: a run must hold one for each shard")]
    DoubledShard {
        /// The shard.
        index: u32,
        /// A record.
        first: String,
        /// The other one.
        second: String,
    },
    /// A record or the manifest is of another run.
    #[error("{key} belongs to run {found}, not to {expected}: two runs must not share a prefix")]
    ForeignShard {
        /// The object.
        key: String,
        /// The run it names.
        found: String,
        /// The run that reads it.
        expected: String,
    },
    /// A partition was read twice.
    #[error("partition {object} was read by shard {first} and by shard {second}")]
    DoubledObject {
        /// The partition's key.
        object: String,
        /// A shard.
        first: u32,
        /// The other one.
        second: u32,
    },
    /// A row was predicted twice.
    #[error(
        "row id {id} was predicted by shard {first} and by shard {second}: ids must be unique in a run's partitions"
    )]
    DoubledId {
        /// The row.
        id: i64,
        /// A shard.
        first: u32,
        /// The other one, which may be the same.
        second: u32,
    },
    /// Something disagrees with the manifest or with a record.
    #[error("{key} disagrees with the run: {reason}")]
    Mismatch {
        /// The object.
        key: String,
        /// How.
        reason: String,
    },
}

impl Failure for ResultsError {
    fn error_type(&self) -> ErrorType {
        match self {
            Self::Object(error) => error.error_type(),
            Self::MissingShards { .. } => ErrorType::MissingShard,
            Self::DoubledShard { .. } => ErrorType::DoubledShard,
            Self::ForeignShard { .. } => ErrorType::ForeignShard,
            Self::DoubledObject { .. } => ErrorType::DoubledObject,
            Self::DoubledId { .. } => ErrorType::DoubledId,
            Self::Mismatch { .. } => ErrorType::ShardMismatch,
        }
    }
}

/// How many indices a message lists; more would push the rest out of a log line.
const LISTED: usize = 20;

fn list(indices: &[u32]) -> String {
    let mut text = indices.iter().take(LISTED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if indices.len() > LISTED {
        text.push_str(", ...");
    }
    text
}
