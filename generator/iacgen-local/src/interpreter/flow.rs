//! Runs a block of states from its first to its last.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use iacgen_asl::{ChoiceState, FailState, PassState, Quantity, State, SucceedState};
use serde_json::Value;

use super::event::EventKind;
use super::failure::Failure;
use super::run::{Frame, Run, Scope, Step, Visit};
use super::{choice, map, parallel, task, wait};

/// How an execution ended.
pub(super) enum Ended {
    Succeeded(Arc<Value>),
    Failed(Failure),
    TimedOut,
}

/// Runs an execution from its first event to its last.
pub(super) async fn run_execution(
    run: &Run,
    scope: Scope<'_>,
    input: Arc<Value>,
    timeout: Option<Duration>,
) -> Ended {
    let mut frame = Frame::default();
    run.emit(&mut frame, EventKind::ExecutionStarted { input: Arc::clone(&input) });
    let states = run_states(run, scope, input, &mut frame);
    let states = async {
        tokio::select! {
            biased;
            result = states => if run.is_history_full() { Err(Failure::history_full()) } else { result },
            () = run.history_full() => Err(Failure::history_full()),
        }
    };
    let result = match timeout {
        None => Some(states.await),
        Some(limit) => tokio::time::timeout(limit, states).await.ok(),
    };
    match result {
        Some(Ok(output)) => {
            run.emit(&mut frame, EventKind::ExecutionSucceeded { output: Arc::clone(&output) });
            Ended::Succeeded(output)
        }
        Some(Err(failure)) => {
            let (error, cause) = (failure.error.clone(), failure.cause.clone());
            run.emit(&mut frame, EventKind::ExecutionFailed { error, cause });
            Ended::Failed(failure)
        }
        None => {
            run.emit(&mut frame, EventKind::ExecutionTimedOut);
            Ended::TimedOut
        }
    }
}

/// Runs a block of states and gives its output. Boxed, for blocks nest.
pub(super) fn run_states<'a>(
    run: &'a Run,
    scope: Scope<'a>,
    input: Arc<Value>,
    frame: &'a mut Frame,
) -> BoxFuture<'a, Result<Arc<Value>, Failure>> {
    async move {
        let (mut name, mut raw) = (scope.start_at, input);
        loop {
            let Some(state) = scope.states.get(name) else {
                return Err(Failure::runtime(name, frame.previous, "There is no such state."));
            };
            let visit = Visit::enter(run, frame, name, state, &raw);
            if run.is_history_full() {
                // The execution ends around this. States that wait for nothing would go on for ever.
                return std::future::pending().await;
            }
            let step = match state {
                State::Pass(state) => pass(&visit, frame, state, &raw)?,
                State::Choice(state) => choose(&visit, frame, state, &raw)?,
                State::Succeed(state) => succeed(&visit, frame, state, &raw)?,
                State::Fail(state) => return Err(fail(&visit, frame, state, &raw)?),
                State::Wait(state) => wait::run(&visit, frame, state, &raw).await?,
                State::Task(state) => task::run(&visit, frame, state, &raw).await?,
                State::Parallel(state) => parallel::run(&visit, frame, state, &raw).await?,
                State::Map(state) => map::run(&visit, frame, state, &raw).await?,
            };
            match step {
                Step::End(output) => return Ok(output),
                Step::Next(next, output) => (name, raw) = (next, output),
            }
        }
    }
    .boxed()
}

fn pass<'s>(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &'s PassState,
    raw: &Arc<Value>,
) -> Result<Step<'s>, Failure> {
    let input = visit.select(frame, &state.input_path, raw)?;
    let input = visit.template(frame, state.parameters.as_ref(), &input, 0, None)?;
    let result = state.result.clone().map_or(input, Arc::new);
    let assigned = visit.assigned(frame, state.assign.as_ref(), &result, 0)?;
    let combined = visit.combine(&state.result_path, raw, result)?;
    let output = visit.select(frame, &state.output_path, &combined)?;
    visit.exit(frame, &output, assigned)?;
    Ok(Step::of(&state.transition, output))
}

fn choose<'s>(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &'s ChoiceState,
    raw: &Arc<Value>,
) -> Result<Step<'s>, Failure> {
    let input = visit.select(frame, &state.input_path, raw)?;
    let rule = visit.evaluate(frame, &input, 0, None, |data| {
        for rule in &state.choices {
            if choice::holds(&rule.condition, data)? {
                return Ok(Some(rule));
            }
        }
        Ok(None)
    })?;
    let (next, assign) = match (rule, &state.default) {
        (Some(rule), _) => (&rule.next, rule.assign.as_ref()),
        (None, Some(default)) => (default, state.assign.as_ref()),
        (None, None) => {
            let cause = format!("Failed to transition out of the state '{}': no rule matched.", visit.name);
            return Err(Failure::new(&iacgen_asl::ErrorName::NO_CHOICE_MATCHED, cause, visit.name));
        }
    };
    let assigned = visit.assigned(frame, assign, &input, 0)?;
    let output = visit.select(frame, &state.output_path, &input)?;
    visit.exit(frame, &output, assigned)?;
    Ok(Step::Next(next, output))
}

fn succeed<'s>(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &SucceedState,
    raw: &Arc<Value>,
) -> Result<Step<'s>, Failure> {
    let input = visit.select(frame, &state.input_path, raw)?;
    let output = visit.select(frame, &state.output_path, &input)?;
    visit.exit(frame, &output, serde_json::Map::new())?;
    Ok(Step::End(output))
}

/// The failure that a Fail state stands for; an error if even that cannot be told.
fn fail(visit: &Visit<'_>, frame: &Frame, state: &FailState, raw: &Value) -> Result<Failure, Failure> {
    let text = |field: &'static str, value: Option<&Quantity<String>>| match value {
        None => Ok(None),
        Some(Quantity::Value(text)) => Ok(Some(text.clone())),
        Some(Quantity::Expression(expression)) => Ok(Some(expression.as_str().to_owned())),
        Some(Quantity::Path(path)) => visit.evaluate(frame, raw, 0, None, |data| {
            let value = data.field(field, path.as_str())?;
            Ok(Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        }),
    };
    Ok(Failure {
        error: text("ErrorPath", state.error.as_ref())?,
        cause: text("CausePath", state.cause.as_ref())?,
        state: Some(visit.name.clone()),
        child: None,
        catchable: true,
        heartbeat: false,
    })
}
