//! Invocations, from the limits on them to their reports.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::time::Instant;

use super::event::LambdaEvent;
use super::start::{Ready, ended_error};
use super::{
    FailureKind, Function, FunctionConfig, FunctionError, InvocationStatus, Report, Sandbox, SandboxError,
};
use crate::runtime_api::{NextInvocation, Reply};

/// The largest event of a synchronous invocation, in bytes: 6 MB. Page: "Lambda quotas".
const REQUEST_PAYLOAD_LIMIT: usize = 6 * 1024 * 1024;
/// An invocation that reached the function.
#[derive(Clone, Debug)]
pub struct Invoked {
    /// The request's id.
    pub request_id: String,
    /// The version that ran.
    pub executed_version: String,
    /// The response payload, or the function error.
    pub result: Result<Bytes, FunctionError>,
    /// The measurements.
    pub report: Report,
}

/// Why an invocation did not reach the function.
#[derive(Debug, thiserror::Error)]
pub enum InvokeRefused {
    /// Lambda answers `TooManyRequestsException`.
    #[error("Rate Exceeded.")]
    TooManyRequests,
    /// Lambda answers `RequestTooLargeException`.
    #[error(
        "{bytes} byte payload is too large for the RequestResponse invocation type (limit {REQUEST_PAYLOAD_LIMIT} bytes)"
    )]
    RequestTooLarge {
        /// The size of the event.
        bytes: usize,
    },
    /// The target is being shut down.
    #[error("the local target is shutting down")]
    ShuttingDown,
    /// This machine could not start the process.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
}

impl Sandbox {
    /// Invokes a function with an event in JSON and waits for its end. An environment that is free is used
    /// again; otherwise one is started. Dropping the future kills the environment.
    ///
    /// `invoked_arn` is the ARN as the caller wrote it, with its qualifier.
    ///
    /// # Errors
    /// [`InvokeRefused`] when the function is not reached; what happens in it is [`Invoked::result`].
    pub async fn invoke(
        &self,
        function: &Function,
        invoked_arn: &str,
        event: Bytes,
    ) -> Result<Invoked, InvokeRefused> {
        let config = &function.config;
        if event.len() > REQUEST_PAYLOAD_LIMIT {
            return Err(InvokeRefused::RequestTooLarge { bytes: event.len() });
        }
        let Some(_in_flight) = self.concurrency.enter(&config.name) else {
            self.observer.notify(&LambdaEvent::InvocationThrottled { function: config.name.clone() });
            return Err(InvokeRefused::TooManyRequests);
        };
        let _permit = self.permits.acquire().await.map_err(|_closed| InvokeRefused::ShuttingDown)?;
        let request_id = uuid::Uuid::new_v4().to_string();
        let ready = match self.take_idle(config) {
            Some(environment) => Ok(Ready { environment, init: None, begun: Instant::now() }),
            None => self.cold_start(function, &request_id).await?,
        };
        let invoked = match ready {
            Ok(ready) => self.run(function, invoked_arn, event, request_id, ready).await,
            Err(failed) => {
                let elapsed = failed.begun.elapsed();
                let report = report(
                    config,
                    &request_id,
                    elapsed,
                    Some(failed.init),
                    failed.peak_mb,
                    Some(&failed.error),
                );
                self.finished(config, request_id, Err(failed.error), report)
            }
        };
        Ok(invoked)
    }

    async fn run(
        &self,
        function: &Function,
        arn: &str,
        event: Bytes,
        request_id: String,
        ready: Ready,
    ) -> Invoked {
        let config = &function.config;
        let Ready { mut environment, init, begun } = ready;
        self.observer.notify(&LambdaEvent::InvocationStarted {
            function: config.name.clone(),
            environment: environment.id.clone(),
            pid: environment.pid,
            request_id: request_id.clone(),
        });
        environment.log.platform(&format!("START RequestId: {request_id} Version: {}", config.version));
        let deadline = begun + config.timeout;
        let invocation = next_invocation(&request_id, arn, event, deadline);
        let replied = environment.invoke(invocation, deadline).await;
        let elapsed = begun.elapsed();
        let (result, stays) = match replied {
            Ok(Reply::Response(payload)) => (Ok(payload), true),
            Ok(Reply::Error(error)) => (Err(FunctionError::reported(FailureKind::Handler, &error)), true),
            Ok(Reply::TooLarge { bytes }) => (Err(FunctionError::response_too_large(bytes)), true),
            Err(ended) => (Err(ended_error(&ended, &environment, &request_id, config.timeout)), false),
        };
        let report = report(config, &request_id, elapsed, init, environment.peak_mb(), result.as_ref().err());
        environment.log.platform(&format!("END RequestId: {request_id}"));
        environment.log.platform(&report.log_line());
        if stays {
            self.release(function, environment);
        }
        self.finished(config, request_id, result, report)
    }

    fn finished(
        &self,
        config: &FunctionConfig,
        request_id: String,
        result: Result<Bytes, FunctionError>,
        report: Report,
    ) -> Invoked {
        self.observer.notify(&LambdaEvent::InvocationFinished {
            function: config.name.clone(),
            report: report.clone(),
            error: result.as_ref().err().cloned(),
        });
        Invoked { request_id, executed_version: config.version.clone(), result, report }
    }
}

/// Makes an invocation that may last until a deadline.
pub(super) fn next_invocation(
    request_id: &str,
    arn: &str,
    event: Bytes,
    deadline: Instant,
) -> NextInvocation {
    NextInvocation {
        request_id: request_id.to_owned(),
        deadline_ms: epoch_ms(deadline),
        invoked_function_arn: arn.to_owned(),
        trace_id: trace_id(),
        payload: event,
    }
}

fn report(
    config: &FunctionConfig,
    request_id: &str,
    elapsed: Duration,
    init: Option<Duration>,
    peak_mb: u32,
    error: Option<&FunctionError>,
) -> Report {
    let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
    let (duration_ms, init_duration_ms) = (ms(elapsed), init.map(ms));
    let memory_size_mb = config.memory.megabytes();
    Report {
        request_id: request_id.to_owned(),
        duration_ms,
        billed_duration_ms: Report::billed_ms(duration_ms, init_duration_ms),
        memory_size_mb,
        // Lambda never reports more than the limit, which the kernel enforces there.
        max_memory_used_mb: peak_mb.min(memory_size_mb),
        init_duration_ms,
        status: match error.map(|error| error.kind) {
            None => InvocationStatus::Success,
            Some(FailureKind::TimedOut) => InvocationStatus::Timeout,
            Some(_) => InvocationStatus::Error,
        },
    }
}

/// Converts a deadline to milliseconds since the Unix epoch.
fn epoch_ms(deadline: Instant) -> u128 {
    let left = deadline.saturating_duration_since(Instant::now());
    (SystemTime::now() + left).duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}

/// Makes an X-Ray tracing header. Page: "AWS X-Ray concepts", "Tracing header".
fn trace_id() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let root = uuid::Uuid::new_v4().simple().to_string();
    let parent = uuid::Uuid::new_v4().simple().to_string();
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", &root[..24], &parent[..16])
}
