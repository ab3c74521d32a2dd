//! The numbers of a Map state: concurrency, tolerated failures.

use std::sync::Arc;

use iacgen_asl::{MapState, Path, Quantity};
use serde_json::Value;

use super::super::failure::Failure;
use super::super::run::{Frame, Visit};

/// How many iterations of a Map state may run at once, and how many may fail.
pub(super) struct Settings {
    pub(super) concurrency: usize,
    tolerated_count: Option<usize>,
    tolerated_percentage: Option<f64>,
}

impl Settings {
    /// Looks the numbers up. `most` is the quota of the processor's mode.
    pub(super) fn of(
        visit: &Visit<'_>,
        frame: &Frame,
        state: &MapState,
        input: &Arc<Value>,
        most: usize,
    ) -> Result<Self, Failure> {
        let at = |path: &Path| visit.at(frame, path, input);
        let whole = |field: &str, quantity: Option<&Quantity<u64>>| -> Result<Option<i64>, Failure> {
            match quantity {
                Some(Quantity::Value(value)) => Ok(Some(i64::try_from(*value).unwrap_or(i64::MAX))),
                Some(Quantity::Path(path)) => {
                    let value = at(path)?;
                    let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
                    number.map(Some).ok_or_else(|| invalid(visit, field, "integer", path, &value))
                }
                _ => Ok(None),
            }
        };
        let concurrency = match whole("MaxConcurrency", state.max_concurrency.as_ref())? {
            Some(negative) if negative < 0 => {
                return Err(visit.runtime("MaxConcurrency cannot be negative."));
            }
            None | Some(0) => most,
            Some(count) => usize::try_from(count).map_or(most, |count| count.min(most)),
        };
        let tolerated_count = match whole("ToleratedFailureCount", state.tolerated_failure_count.as_ref())? {
            None => None,
            Some(count) => Some(
                usize::try_from(count)
                    .map_err(|_| visit.runtime("ToleratedFailureCount cannot be negative."))?,
            ),
        };
        let field = "ToleratedFailurePercentage";
        let tolerated_percentage = match &state.tolerated_failure_percentage {
            Some(Quantity::Value(value)) => Some(*value),
            Some(Quantity::Path(path)) => {
                let value = at(path)?;
                let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
                Some(number.ok_or_else(|| invalid(visit, field, "float", path, &value))?)
            }
            _ => None,
        };
        if tolerated_percentage.is_some_and(|percentage| !(0.0..=100.0).contains(&percentage)) {
            return Err(visit.runtime("ToleratedFailurePercentage must be between 0 and 100."));
        }
        Ok(Self { concurrency, tolerated_count, tolerated_percentage })
    }

    /// Whether so many failures of so many items are too many. Without a setting, one is.
    pub(super) fn exceeded(&self, failed: usize, total: usize) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a map run has at most 10^8 items")]
        let percentage = failed as f64 * 100.0 / total.max(1) as f64;
        match (self.tolerated_count, self.tolerated_percentage) {
            (None, None) => failed > 0,
            (count, limit) => {
                count.is_some_and(|count| failed > count) || limit.is_some_and(|limit| percentage > limit)
            }
        }
    }
}

fn invalid(visit: &Visit<'_>, field: &str, kind: &str, path: &Path, value: &Value) -> Failure {
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    visit.runtime(&format!(
        "The {field}Path field refers to value \"{shown}\" which is not a valid {kind}: {path}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_threshold_counts() {
        let settings = |count, percentage| Settings {
            concurrency: 1,
            tolerated_count: count,
            tolerated_percentage: percentage,
        };
        assert!(settings(None, None).exceeded(1, 100));
        assert!(!settings(Some(1), None).exceeded(1, 2));
        assert!(settings(Some(1), None).exceeded(2, 100));
        assert!(!settings(None, Some(10.0)).exceeded(10, 100));
        assert!(settings(None, Some(10.0)).exceeded(11, 100));
        assert!(settings(Some(50), Some(10.0)).exceeded(11, 100));
        assert!(!settings(None, Some(100.0)).exceeded(3, 3));
    }
}
