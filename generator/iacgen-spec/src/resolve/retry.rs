//! Retries.

use std::collections::BTreeMap;

use iacgen_asl::JitterStrategy;
use iacgen_aws_types::Seconds;
use iacgen_diagnostics::Span;

use super::Context;
use crate::check::{
    backoff_below_one, cap_below_interval, dead_handler, states_all_misplaced, uncatchable_error,
    unknown_error_name, unknown_retry, unknown_service_error, unknown_word,
};
use crate::dialect::Dialect;
use crate::model::{Located, Place, RetryPolicy};
use crate::raw::{RawRetrier, RawRetry, RawValue, find};
use crate::suggest;
use crate::yaml::Spanned;

/// Classes of errors, and the names they stand for. Page: "Handling errors in Step Functions workflows" and the
/// best practices for Lambda in the same guide.
const CLASSES: [(&str, &[&str]); 2] = [
    (
        "lambda-transient",
        &[
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException",
        ],
    ),
    ("lambda-crash", &["Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout"]),
];

/// Names that Step Functions reserves. The same page.
const RESERVED: [&str; 17] = [
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
];

/// `MaxAttempts` and `IntervalSeconds` at most. The same page.
const MOST: u32 = 99_999_999;
/// `MaxDelaySeconds` at most: below 31,622,400. The same page.
const LONGEST_CAP: u32 = 31_622_399;

/// The retries of a workflow; `None` for one that has a finding.
pub(super) type Retries<'a> = BTreeMap<&'a str, Option<RetryPolicy>>;

/// Resolves every retry.
pub(super) fn retries<'a>(context: &Context<'a>) -> Retries<'a> {
    context.workflow.retries.iter().map(|(id, raw)| (id.value.as_str(), context.policy(raw))).collect()
}

impl<'a> Context<'a> {
    fn policy(&self, raw: &'a RawRetry) -> Option<RetryPolicy> {
        states_all_misplaced::check_alone(&raw.on, self.sink);
        let errors = self.errors(&raw.on);
        let interval = match &raw.interval {
            Some(interval) => self.seconds(interval, &self.dialect.field("interval"), MOST),
            None => Seconds::new(1).ok(),
        };
        let attempts = match &raw.attempts {
            Some(attempts) => {
                self.whole(attempts, &self.dialect.field("attempts"), 0..=MOST).map(|(attempts, _)| attempts)
            }
            None => Some(3),
        };
        let backoff = match &raw.backoff {
            Some(raw) => self.number(raw, &self.dialect.field("backoff")).and_then(|(backoff, value)| {
                backoff_below_one::check(&value, backoff, &self.dialect.field("backoff"), self.sink)
            }),
            None => Some(2.0),
        };
        let jitter = match &raw.jitter {
            Some(word) => self.jitter(word),
            None if self.dialect == Dialect::Definition => Some(JitterStrategy::None),
            None => Some(JitterStrategy::Full),
        };
        let cap = match (&raw.cap, interval) {
            (Some(cap), Some(interval)) => self.cap(cap, interval, raw.interval.as_ref()).map(Some),
            _ => Some(None),
        };
        Some(RetryPolicy {
            errors: errors?,
            interval: interval?,
            attempts: attempts?,
            backoff: backoff?,
            cap: cap?,
            jitter: jitter?,
        })
    }

    fn cap(&self, raw: &'a RawValue, interval: Seconds, interval_at: Option<&RawValue>) -> Option<Seconds> {
        let cap = self.seconds(raw, &self.dialect.field("cap"), LONGEST_CAP)?;
        let value = self.values.get(raw)?;
        let field = self.dialect.field("cap");
        cap_below_interval::check(&value, cap, interval, interval_at.map(RawValue::span), &field, self.sink)
    }

    /// Reads a duration up to a limit in seconds.
    fn seconds(&self, raw: &'a RawValue, kind: &str, most: u32) -> Option<Seconds> {
        self.seconds_up_to(&self.values.get(raw)?, kind, most)
    }

    fn jitter(&self, word: &Spanned<String>) -> Option<JitterStrategy> {
        match word.value.as_str() {
            "full" => Some(JitterStrategy::Full),
            "none" => Some(JitterStrategy::None),
            other => {
                let words = ["full", "none"];
                self.sink.push(unknown_word::finding(other, Place::written(word.span), "a jitter", &words));
                None
            }
        }
    }

    /// Replaces classes by the names they stand for, each name once.
    pub(super) fn errors(&self, on: &[Spanned<String>]) -> Option<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        };
        let mut complete = true;
        uncatchable_error::check(on, self.sink);
        unknown_service_error::check(on, self.sink);
        dead_handler::check_names(on, self.sink);
        for error in on {
            if let Some((_, members)) = CLASSES.iter().find(|(class, _)| *class == error.value) {
                members.iter().for_each(|member| add(member));
            } else if is_error_name(&error.value) {
                add(&error.value);
            } else {
                let known: Vec<&str> = CLASSES.iter().map(|(class, _)| *class).chain(RESERVED).collect();
                self.sink.push(unknown_error_name::finding(error, &known));
                complete = false;
            }
        }
        (complete && !names.is_empty()).then_some(names)
    }

    /// Finds the retries that a state names, and reads those that stand in it.
    pub(super) fn retriers(
        &self,
        raw: &'a [RawRetrier],
        retries: &Retries<'_>,
        is_task: bool,
    ) -> Option<Vec<Located<RetryPolicy>>> {
        let handlers: Vec<_> = raw.iter().filter_map(|retrier| self.handler(retrier)).collect();
        states_all_misplaced::check_last(&handlers, self.sink);
        dead_handler::check(&handlers, is_task, members, self.sink);
        let policies: Vec<_> = raw.iter().map(|retrier| self.retrier(retrier, retries)).collect();
        policies.into_iter().collect()
    }

    /// Returns where a retrier stands, what it is called, and its errors.
    fn handler(&self, raw: &'a RawRetrier) -> Option<(Span, String, &'a [Spanned<String>])> {
        match raw {
            RawRetrier::Named(name) => {
                let (_, retry) = find(&self.workflow.retries, &name.value)?;
                Some((name.span, format!("the retry `{}`", name.value), &retry.on))
            }
            RawRetrier::Inline(span, retry) => Some((*span, "this retry".to_owned(), &retry.on)),
        }
    }

    fn retrier(&self, raw: &'a RawRetrier, retries: &Retries<'_>) -> Option<Located<RetryPolicy>> {
        match raw {
            RawRetrier::Named(name) => {
                let Some(policy) = retries.get(name.value.as_str()) else {
                    let known = self.workflow.retries.iter().map(|(id, _)| id.value.as_str());
                    self.sink.push(unknown_retry::finding(name, known));
                    return None;
                };
                Some(Located { value: policy.clone()?, place: Place::written(name.span) })
            }
            RawRetrier::Inline(span, retry) => {
                Some(Located { value: self.policy(retry)?, place: Place::written(*span) })
            }
        }
    }
}

/// Returns the names that a class stands for, and any other name as it is.
pub(super) fn members(error: &str) -> Vec<&str> {
    let class = CLASSES.iter().find(|(class, _)| *class == error);
    class.map_or_else(|| vec![error], |(_, members)| members.to_vec())
}

/// Tells whether a text can be an error's name: a reserved one, or one that a handler or a service may return.
/// A near miss of a class is a misspelling.
fn is_error_name(text: &str) -> bool {
    if text.starts_with("States.") {
        return RESERVED.contains(&text) || text.starts_with("States.Http.StatusCode.");
    }
    !text.is_empty() && suggest::nearest(text, CLASSES.map(|(class, _)| class)).is_none()
}

#[cfg(test)]
mod tests {
    use super::is_error_name;

    #[test]
    fn names_of_handlers_pass_and_misspelt_ones_do_not() {
        for name in ["States.ALL", "Lambda.Unknown", "ShardFailed", "my-error"] {
            assert!(is_error_name(name), "{name}");
        }
        for name in ["", "States.All", "States.Timedout", "lambda_transient", "lambda-crashes"] {
            assert!(!is_error_name(name), "{name}");
        }
    }
}
