//! What a state does about an error: `Retry` and `Catch`.

use serde_json::{Map, Value};

use crate::error_name::ErrorName;
use crate::names::StateName;
use crate::state::PathField;

/// One entry of `Retry`.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrier {
    /// The errors it answers for; `States.ALL` alone, and only in the last retrier.
    pub error_equals: Vec<ErrorName>,
    /// Seconds before the first retry; 1 where absent.
    pub interval_seconds: Option<u64>,
    /// Retries at most; 3 where absent, 0 for never.
    pub max_attempts: Option<u64>,
    /// The factor between one wait and the next; 2.0 where absent. Always emitted with a decimal point.
    pub backoff_rate: Option<f64>,
    /// The longest wait in seconds.
    pub max_delay_seconds: Option<u64>,
    /// How waits are spread; none where absent.
    pub jitter_strategy: Option<JitterStrategy>,
    /// A remark.
    pub comment: Option<String>,
}

impl Retrier {
    /// A retrier of these errors, with AWS's defaults for all else.
    pub fn new(error_equals: impl IntoIterator<Item = ErrorName>) -> Self {
        Self {
            error_equals: error_equals.into_iter().collect(),
            interval_seconds: None,
            max_attempts: None,
            backoff_rate: None,
            max_delay_seconds: None,
            jitter_strategy: None,
            comment: None,
        }
    }
}

/// How a retrier spreads its waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JitterStrategy {
    /// A random wait between nothing and the computed one.
    Full,
    /// Exactly the computed wait.
    None,
}

impl JitterStrategy {
    /// The word in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            JitterStrategy::Full => "FULL",
            JitterStrategy::None => "NONE",
        }
    }
}

/// One entry of `Catch`.
#[derive(Debug, Clone, PartialEq)]
pub struct Catcher {
    /// The errors it answers for; `States.ALL` alone, and only in the last catcher.
    pub error_equals: Vec<ErrorName>,
    /// The state to go on with.
    pub next: StateName,
    /// Where the error output `{Error, Cause}` goes; `$` where unset.
    pub result_path: PathField,
    /// JSONata: the output.
    pub output: Option<Value>,
    /// Variables to assign.
    pub assign: Option<Map<String, Value>>,
    /// A remark.
    pub comment: Option<String>,
}

impl Catcher {
    /// A catcher of these errors that goes on with `next`.
    pub fn new(error_equals: impl IntoIterator<Item = ErrorName>, next: StateName) -> Self {
        Self {
            error_equals: error_equals.into_iter().collect(),
            next,
            result_path: PathField::Unset,
            output: None,
            assign: None,
            comment: None,
        }
    }
}
