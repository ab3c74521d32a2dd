//! IAC064 `last-try-cut`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use super::express_too_long::MOST;
use crate::model::{Located, RetryPolicy};
use crate::raw::RawRetrier;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC064",
    name: "last-try-cut",
    explanation: r#"The tries of one retry can take over 5 minutes where executions are EXPRESS. A warning.

## Why
An EXPRESS execution ends after 5 minutes, with all its tries. If every try takes as long as it may, the last one is cut
off: it is billed, its result is lost, and the execution fails with a timeout instead of the error that was retried. Each
retry is judged by itself, with the longest waits that its jitter may draw. Pages: "Choosing workflow type in Step
Functions", "Handling errors in Step Functions workflows".

## What to write instead
A shorter timeout of the function, fewer `attempts`, or `children: standard`.
"#,
};

/// Judges the retries of a state inside an EXPRESS execution. `timeout` is how long one try of the state may take, of
/// which `margin` seconds come on top of what is written at `timeout_at`; `express` is the word that makes the execution
/// EXPRESS.
pub(crate) fn check(
    retries: &[(&RawRetrier, &Located<RetryPolicy>)],
    timeout: Seconds,
    margin: u32,
    timeout_at: Span,
    express: Span,
    sink: &Sink,
) {
    for (retrier, Located { value: policy, place }) in retries {
        let tries = u64::from(policy.attempts) + 1;
        let waits = u64::from(waits(policy));
        let all = tries.saturating_mul(u64::from(timeout.get())).saturating_add(waits);
        // A single try that does not fit is an error of its own.
        if policy.attempts == 0 || timeout.get() > MOST || all <= u64::from(MOST) {
            continue;
        }
        let name = match retrier {
            RawRetrier::Named(name) => format!("`{}`", name.value),
            RawRetrier::Inline(..) => "this retry".to_owned(),
        };
        let message = format!("the last try of {name} can be cut off: an EXPRESS execution ends after 5m");
        let label = format!("{tries} tries of up to {}s and their waits", timeout.get());
        let finding = place
            .on(Diagnostic::warning(&CODE, message), label)
            .secondary(timeout_at, "the timeout")
            .secondary(express, "this makes the execution EXPRESS");
        let fits = (u64::from(MOST).saturating_sub(waits) / tries).saturating_sub(u64::from(margin));
        sink.push(finding.help(if fits > 0 {
            format!("a timeout of at most `{fits}s` fits; or lower `attempts`")
        } else {
            "lower `attempts`, or write `standard` there".to_owned()
        }));
    }
}

/// Returns the sum of the longest waits in seconds, rounded up; what lies beyond an EXPRESS execution is not counted.
fn waits(policy: &RetryPolicy) -> u32 {
    let cap = policy.cap.map_or(f64::INFINITY, |cap| f64::from(cap.get()));
    let (mut sum, mut wait) = (0.0, f64::from(policy.interval.get()));
    for _ in 0..policy.attempts {
        sum += wait.min(cap);
        if sum > f64::from(MOST) {
            return MOST;
        }
        wait *= policy.backoff;
    }
    (0..=MOST).find(|whole| f64::from(*whole) >= sum).unwrap_or(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use iacgen_asl::JitterStrategy;

    fn policy(interval: u32, attempts: u32, backoff: f64, cap: Option<u32>) -> RetryPolicy {
        RetryPolicy {
            errors: vec!["Lambda.Unknown".to_owned()],
            interval: Seconds::new(interval).unwrap(),
            attempts,
            backoff,
            cap: cap.map(|cap| Seconds::new(cap).unwrap()),
            jitter: JitterStrategy::Full,
        }
    }

    #[test]
    fn waits_grow_up_to_their_cap() {
        assert_eq!(waits(&policy(1, 0, 2.0, None)), 0);
        assert_eq!(waits(&policy(1, 3, 2.0, None)), 7);
        assert_eq!(waits(&policy(1, 5, 2.0, Some(4))), 15);
        assert_eq!(waits(&policy(1, 2, 1.5, None)), 3);
        assert_eq!(waits(&policy(1, 99_999_999, 1.0, None)), 300);
    }
}
