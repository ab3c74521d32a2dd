//! A Task state: evaluates the parameters, hands the work to the runner, waits no longer than it may.

use std::sync::Arc;
use std::time::Duration;

use iacgen_asl::{ErrorName, Quantity, TaskState};
use serde_json::Value;

use super::data::EvaluationError;
use super::event::{EventKind, TaskKind};
use super::failure::Failure;
use super::retry::Retries;
use super::run::{Ending, Frame, Step, Visit};
use super::{TaskCall, TaskFailure, limits};

pub(super) async fn run<'s>(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &'s TaskState,
    raw: &Arc<Value>,
) -> Result<Step<'s>, Failure> {
    let input = visit.select(frame, &state.input_path, raw)?;
    let mut retries = Retries::new(&state.retry);
    let result = loop {
        match attempt(visit, frame, state, &input, retries.total()).await {
            Ok(result) => break Ok(result),
            Err(failure) => match retries.next(&failure, visit.run.shared.randomness.as_ref()) {
                Some(delay) => tokio::time::sleep(delay).await,
                None => break Err(failure),
            },
        }
    };
    let ending = Ending {
        result_selector: state.result_selector.as_ref(),
        result_path: &state.result_path,
        output_path: &state.output_path,
        assign: state.assign.as_ref(),
        catch: &state.catch,
        transition: &state.transition,
    };
    visit.conclude(frame, raw, result, retries.total(), &ending)
}

/// How a resource answers.
#[derive(Clone, Copy, PartialEq)]
enum Pattern {
    RequestResponse,
    /// `.sync` and `.waitForTaskToken`: the work goes on after the request was taken.
    Callback,
}

impl Pattern {
    fn of(resource: &str) -> Self {
        if resource.ends_with(".waitForTaskToken") || resource.contains(".sync") {
            Pattern::Callback
        } else {
            Pattern::RequestResponse
        }
    }
}

async fn attempt(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &TaskState,
    input: &Arc<Value>,
    retries: u64,
) -> Result<Arc<Value>, Failure> {
    let task = TaskKind::of(&state.resource);
    let pattern = Pattern::of(&state.resource);
    // A `.sync` task has a token, too.
    let token = (pattern == Pattern::Callback).then(|| uuid::Uuid::new_v4().to_string());
    let parameters = visit.template(frame, state.parameters.as_ref(), input, retries, token.as_deref())?;
    let credentials = match &state.credentials {
        None => None,
        Some(entries) => Some(visit.evaluate(frame, input, retries, None, |data| data.templates(entries))?),
    };
    let timeout = seconds(visit, frame, "TimeoutSeconds", state.timeout_seconds.as_ref(), input)?;
    let heartbeat = seconds(visit, frame, "HeartbeatSeconds", state.heartbeat_seconds.as_ref(), input)?;
    let run = visit.run;
    run.emit(
        frame,
        EventKind::Scheduled {
            task,
            resource: state.resource.as_str().into(),
            parameters: Arc::clone(&parameters),
            timeout_seconds: timeout,
        },
    );
    run.emit(frame, EventKind::Started { task });
    let call = TaskCall {
        resource: state.resource.clone(),
        parameters,
        credentials,
        token,
        state: visit.name.clone(),
        execution: Arc::clone(&run.identity),
        attempt: retries,
        timeout: timeout.map(Duration::from_secs),
        heartbeat: heartbeat.map(Duration::from_secs),
    };
    let work = run.shared.tasks.run(call);
    let outcome = match timeout {
        None => work.await,
        Some(limit) => tokio::time::timeout(Duration::from_secs(limit), work)
            .await
            .unwrap_or_else(|_| Err(TaskFailure::timeout())),
    };
    if pattern == Pattern::Callback && outcome.as_ref().err().is_none_or(|failure| failure.submitted) {
        run.emit(frame, EventKind::Submitted { task });
    }
    let failure = match outcome {
        Ok(output) if limits::exceeds(&output) => {
            Failure::too_large(name_in_messages(&state.resource, task), visit.name)
        }
        Ok(output) => {
            let output = Arc::new(output);
            run.emit(frame, EventKind::Succeeded { task, output: Arc::clone(&output) });
            return Ok(output);
        }
        Err(failure) => Failure {
            error: failure.error,
            cause: failure.cause,
            state: Some(visit.name.clone()),
            child: None,
            catchable: true,
            heartbeat: failure.missed_heartbeat,
        },
    };
    let (error, cause) = (failure.error.clone(), failure.cause.clone());
    let timed_out = error.as_deref() == Some(ErrorName::TIMEOUT.as_str());
    run.emit(
        frame,
        if timed_out {
            EventKind::TimedOut { task, error, cause }
        } else {
            EventKind::Failed { task, error, cause }
        },
    );
    Err(failure)
}

/// What AWS calls the task in a message: the service, or the whole ARN.
fn name_in_messages(resource: &str, task: TaskKind) -> &str {
    match task {
        TaskKind::Service => resource.split(':').nth(5).unwrap_or(resource),
        TaskKind::LambdaFunction | TaskKind::Activity => resource,
    }
}

/// `TimeoutSeconds` and `HeartbeatSeconds`, or their `...Path` twins.
fn seconds(
    visit: &Visit<'_>,
    frame: &Frame,
    field: &str,
    quantity: Option<&Quantity<u64>>,
    input: &Arc<Value>,
) -> Result<Option<u64>, Failure> {
    match quantity {
        Some(Quantity::Value(seconds)) => Ok(Some(*seconds)),
        Some(Quantity::Path(path)) => visit.evaluate(frame, input, 0, None, |data| {
            let value = data.field(&format!("{field}Path"), path.as_str())?;
            let seconds = value.as_u64().filter(|seconds| *seconds > 0);
            seconds.map(Some).ok_or_else(|| EvaluationError::Runtime {
                message: format!(
                    "The {field}Path parameter cannot be parsed as a positive long value: {path} == {value}"
                ),
            })
        }),
        // A machine with JSONata is refused before it runs.
        Some(Quantity::Expression(_)) | None => Ok(None),
    }
}
