//! Step Functions' quotas that an execution can run into.

use std::io;
use std::time::Duration;

use serde_json::Value;

/// The largest input, output or result, in bytes of UTF-8 JSON.
///
/// Source: Step Functions developer guide, "Step Functions service quotas".
pub(super) const PAYLOAD_BYTES: usize = 262_144;

/// How long an Express execution may run. Same source.
pub(super) const EXPRESS: Duration = Duration::from_mins(5);

/// Iterations of an inline Map state at once. Same source.
pub(super) const INLINE_CONCURRENCY: usize = 40;

/// Children of a Distributed Map at once. Same source.
pub(super) const DISTRIBUTED_CONCURRENCY: usize = 10_000;

/// The most events in the history of a Standard execution: it fails with this one, unless this one ends it.
///
/// Source: Step Functions developer guide, "Avoid reaching the history quota".
pub(super) const HISTORY_EVENTS: u64 = 25_000;

/// Whether a payload is larger than the quota.
pub(super) fn exceeds(value: &Value) -> bool {
    // Most payloads are small, and a scalar needs no writing at all.
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        _ => serde_json::to_writer(Budget { left: PAYLOAD_BYTES }, value).is_err(),
    }
}

/// The length of a value as JSON, in bytes.
pub(super) fn size(value: &Value) -> usize {
    let mut budget = Budget { left: usize::MAX };
    // The budget cannot run out.
    let _ = serde_json::to_writer(&mut budget, value);
    usize::MAX - budget.left
}

/// A writer that keeps nothing and fails once too much was written.
struct Budget {
    left: usize,
}

impl io::Write for Budget {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(io::ErrorKind::QuotaExceeded)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quota_counts_bytes_of_json() {
        let quotes = 2;
        assert!(!exceeds(&"a".repeat(PAYLOAD_BYTES - quotes).into()));
        assert!(exceeds(&"a".repeat(PAYLOAD_BYTES - quotes + 1).into()));
        assert!(exceeds(&"é".repeat(PAYLOAD_BYTES / 2).into()));
        assert_eq!(size(&serde_json::json!({"a": [1, "b"]})), r#"{"a":[1,"b"]}"#.len());
    }
}
