//! How often and how long a state waits before it tries again.

use std::time::Duration;

use iacgen_asl::{JitterStrategy, Retrier};

use super::failure::Failure;
use super::randomness::Randomness;

/// The retries of one visit to a state, counted for each retrier over the visit's life.
pub(super) struct Retries<'a> {
    retriers: &'a [Retrier],
    counts: Vec<u64>,
}

impl<'a> Retries<'a> {
    pub(super) fn new(retriers: &'a [Retrier]) -> Self {
        Self { retriers, counts: vec![0; retriers.len()] }
    }

    /// All retries so far: `$$.State.RetryCount`.
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The wait before the next attempt, if a retrier answers for the failure and has attempts left.
    pub(super) fn next(&mut self, failure: &Failure, randomness: &dyn Randomness) -> Option<Duration> {
        let position = self.retriers.iter().position(|retrier| failure.matches(&retrier.error_equals))?;
        let (retrier, count) = (&self.retriers[position], &mut self.counts[position]);
        if *count >= retrier.max_attempts.unwrap_or(3) {
            return None;
        }
        let delay = delay(retrier, *count, randomness);
        *count += 1;
        Some(delay)
    }
}

/// Source: Step Functions developer guide, "Retrying after an error".
fn delay(retrier: &Retrier, count: u64, randomness: &dyn Randomness) -> Duration {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a retry are far below 2^52")]
    let seconds = |seconds: u64| seconds as f64;
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    let mut wait =
        seconds(retrier.interval_seconds.unwrap_or(1)) * retrier.backoff_rate.unwrap_or(2.0).powi(count);
    if let Some(longest) = retrier.max_delay_seconds {
        wait = wait.min(seconds(longest));
    }
    if retrier.jitter_strategy == Some(JitterStrategy::Full) {
        wait *= randomness.uniform();
    }
    // AWS allows at most 99,999,999 seconds.
    Duration::try_from_secs_f64(wait.clamp(0.0, 99_999_999.0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use iacgen_asl::{ErrorName, StateName};

    use super::*;

    struct Fixed(f64);
    impl Randomness for Fixed {
        fn uniform(&self) -> f64 {
            self.0
        }
    }

    #[track_caller]
    fn check(all: &[Retrier], random: f64, errors: &[&str], expected: &[Option<f64>]) {
        let state = StateName::new("S").unwrap();
        let mut retries = Retries::new(all);
        let waits: Vec<_> = errors
            .iter()
            .map(|error| retries.next(&Failure::new(&(*error).into(), "", &state), &Fixed(random)))
            .map(|wait| wait.map(|wait| wait.as_secs_f64()))
            .collect();
        assert_eq!(waits, expected);
    }

    #[test]
    fn defaults_are_one_second_doubled_three_times() {
        let retrier = Retrier::new([ErrorName::ALL]);
        check(&[retrier], 0.0, &["A"; 4], &[Some(1.0), Some(2.0), Some(4.0), None]);
    }

    #[test]
    fn delays_are_capped_then_jittered() {
        let retrier = Retrier {
            interval_seconds: Some(3),
            max_delay_seconds: Some(5),
            jitter_strategy: Some(JitterStrategy::Full),
            ..Retrier::new([ErrorName::ALL])
        };
        check(&[retrier], 0.5, &["A"; 3], &[Some(1.5), Some(2.5), Some(2.5)]);
    }

    #[test]
    fn each_retrier_counts_for_itself() {
        let once = |name: &str| Retrier { max_attempts: Some(1), ..Retrier::new([name.into()]) };
        let retriers =
            [once("A"), once("B"), Retrier { max_attempts: Some(0), ..Retrier::new([ErrorName::ALL]) }];
        check(&retriers, 0.0, &["A", "B", "A", "C"], &[Some(1.0), Some(1.0), None, None]);
    }
}
