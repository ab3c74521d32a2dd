//! Proof that a package starts: a fresh environment, and one event twice.

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use tokio::time::Instant;

use super::environment::{Environment, InitFailure};
use super::invoke::next_invocation;
use super::start::{ended_error, init_error};
use super::variables::InitializationType;
use super::{FailureKind, Function, FunctionError, Sandbox, SandboxError};
use crate::runtime_api::Reply;

/// What a fresh environment did with an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SmokeTest {
    /// From the start of the process to its first `next`, in milliseconds, if it came so far.
    pub init_ms: Option<f64>,
    /// From handing over the event to the reply, in milliseconds: the first invocation, and the one after it in the same
    /// environment. Shorter than two where the process failed.
    pub invocations_ms: Vec<f64>,
    /// The largest resident set in MB, rounded up.
    pub peak_mb: u32,
    /// What it proved.
    pub verdict: Verdict,
}

/// What a smoke test proved. An answer and an error that the handler reports both prove that the package starts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The handler answered both times.
    Answered,
    /// The handler reported an error: it runs, and does not like the event or what it finds.
    Refused {
        /// The first such error.
        error: FunctionError,
    },
    /// The process ended, hung, failed to initialize or took too much memory, or its answer was too large.
    Failed {
        /// How.
        error: FunctionError,
        /// The last lines that it wrote.
        log_tail: Vec<String>,
    },
}

impl Sandbox {
    /// Starts a new environment of a function, hands it an event twice, and ends it. The limits are the function's and
    /// [`super::SandboxSettings::init_limit`]; nothing is repeated.
    ///
    /// # Errors
    /// [`SandboxError::Start`] where this machine cannot start the process; what happens in it is the verdict.
    pub async fn smoke(
        &self,
        function: &Function,
        invoked_arn: &str,
        event: &Bytes,
    ) -> Result<SmokeTest, SandboxError> {
        let mut environment = self.start(function, InitializationType::OnDemand).await?;
        let tested = self.attempt(&mut environment, function, invoked_arn, event).await;
        environment.stop().await;
        let (init, invocations, ended) = tested;
        let verdict = match ended {
            Ok(None) => Verdict::Answered,
            Ok(Some(error)) => Verdict::Refused { error },
            // The log is whole only now.
            Err(error) => Verdict::Failed { error, log_tail: environment.log.tail() },
        };
        Ok(SmokeTest {
            init_ms: init.map(milliseconds),
            invocations_ms: invocations.into_iter().map(milliseconds).collect(),
            peak_mb: environment.peak_mb(),
            verdict,
        })
    }

    /// Returns what was measured, and the first error that the handler reported or how it failed.
    async fn attempt(
        &self,
        environment: &mut Environment,
        function: &Function,
        arn: &str,
        event: &Bytes,
    ) -> (Option<Duration>, Vec<Duration>, Result<Option<FunctionError>, FunctionError>) {
        let mut invocations = Vec::new();
        let limit = self.settings.init_limit;
        let init = match environment.initialize(Instant::now() + limit).await {
            Ok(init) => init,
            Err(failure) => {
                let id = "none";
                let timed_out = matches!(&failure, InitFailure::Ended(super::environment::Ended::TimedOut));
                let mut error = init_error(failure, environment, id, limit);
                if timed_out {
                    error.error_message =
                        format!("it did not initialize within {} seconds", limit.as_secs_f64());
                }
                return (None, invocations, Err(error));
            }
        };
        let mut refused = None;
        for _ in 0..2 {
            let begun = Instant::now();
            let request_id = uuid::Uuid::new_v4().to_string();
            let deadline = begun + function.config.timeout;
            let invocation = next_invocation(&request_id, arn, event.clone(), deadline);
            let replied = environment.invoke(invocation, deadline).await;
            invocations.push(begun.elapsed());
            let failed = match replied {
                Ok(Reply::Response(_)) => continue,
                Ok(Reply::Error(error)) => {
                    let error = FunctionError::reported(FailureKind::Handler, &error);
                    refused.get_or_insert(error);
                    continue;
                }
                Ok(Reply::TooLarge { bytes }) => FunctionError::response_too_large(bytes),
                Err(ended) => ended_error(&ended, environment, &request_id, function.config.timeout),
            };
            return (Some(init), invocations, Err(failed));
        }
        (Some(init), invocations, Ok(refused))
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
