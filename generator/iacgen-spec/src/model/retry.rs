//! Retries.

use iacgen_asl::JitterStrategy;
use iacgen_aws_types::Seconds;

/// A retry policy, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RetryPolicy {
    /// Names of errors as ASL knows them; `States.ALL` alone and last.
    pub errors: Vec<String>,
    /// Before the first retry.
    pub interval: Seconds,
    /// How often it is tried again.
    pub attempts: u32,
    /// What the interval grows by at every retry, at least 1.0.
    pub backoff: f64,
    /// The longest interval, above the first.
    pub cap: Option<Seconds>,
    /// Whether the interval is drawn at random.
    pub jitter: JitterStrategy,
}
