//! A Parallel state: its branches run side by side; the first that fails stops the others.

use std::sync::Arc;

use futures::future::try_join_all;
use iacgen_asl::ParallelState;
use serde_json::Value;

use super::event::EventKind;
use super::failure::Failure;
use super::flow::run_states;
use super::retry::Retries;
use super::run::{CurrentState, Ending, Frame, Scope, Step, Visit};

pub(super) async fn run<'s>(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &'s ParallelState,
    raw: &Arc<Value>,
) -> Result<Step<'s>, Failure> {
    let input = visit.select(frame, &state.input_path, raw)?;
    let mut retries = Retries::new(&state.retry);
    let result = loop {
        let input = visit.template(frame, state.parameters.as_ref(), &input, retries.total(), None)?;
        match attempt(visit, frame, state, &input).await {
            Ok(result) => break Ok(Arc::new(result)),
            Err(failure) => match retries.next(&failure, visit.run.shared.randomness.as_ref()) {
                Some(delay) => tokio::time::sleep(delay).await,
                None => break Err(failure),
            },
        }
    };
    match &result {
        Ok(_) => visit.run.emit(frame, EventKind::ParallelStateSucceeded),
        Err(_) => visit.run.emit(frame, EventKind::ParallelStateFailed),
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

async fn attempt(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &ParallelState,
    input: &Arc<Value>,
) -> Result<Value, Failure> {
    visit.run.emit(frame, EventKind::ParallelStateStarted);
    let mut current = Vec::with_capacity(state.branches.len());
    let branches = state.branches.iter().map(|branch| {
        let mut frame = frame.inner(frame.previous);
        current.push(frame.current());
        let scope = Scope { start_at: &branch.start_at, states: &branch.states };
        async move {
            let output = run_states(visit.run, scope, Arc::clone(input), &mut frame).await?;
            Ok((Arc::unwrap_or_clone(output), frame.previous))
        }
    });
    let branches = try_join_all(branches).await;
    let outputs: Vec<(Value, u64)> = match branches {
        Ok(outputs) => outputs,
        Err(failure) => {
            // The state that failed counts as aborted, too.
            for state_type in current.iter().filter_map(CurrentState::get) {
                if matches!(state_type, "Task" | "Wait" | "Map" | "Parallel") {
                    visit.run.emit(frame, EventKind::StateAborted { state_type });
                }
            }
            return Err(failure);
        }
    };
    frame.previous = outputs.iter().map(|(_, previous)| *previous).max().unwrap_or(frame.previous);
    Ok(outputs.into_iter().map(|(output, _)| output).collect())
}
