//! A Map state: items, settings, and one of two ways to run the processor for each.

mod batches;
mod csv;
mod distributed;
mod inline;
mod reader;
mod results;
mod settings;

use std::sync::Arc;

use iacgen_asl::{MapState, ProcessorMode};
use serde_json::Value;

use super::data::MapItem;
use super::event::EventKind;
use super::failure::Failure;
use super::retry::Retries;
use super::run::{Ending, Frame, Step, Visit};

pub(super) async fn run<'s>(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &'s MapState,
    raw: &Arc<Value>,
) -> Result<Step<'s>, Failure> {
    let input = visit.select(frame, &state.input_path, raw)?;
    let mut retries = Retries::new(&state.retry);
    let result = loop {
        match attempt(visit, frame, state, &input).await {
            Ok(result) => break Ok(Arc::new(result)),
            Err(failure) => match retries.next(&failure, visit.run.shared.randomness.as_ref()) {
                Some(delay) => tokio::time::sleep(delay).await,
                None => break Err(failure),
            },
        }
    };
    // What is broken before any iteration fails the execution, not the Map.
    if result.as_ref().is_err_and(|failure| failure.catchable) {
        visit.run.emit(frame, EventKind::MapStateFailed);
    }
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
    state: &MapState,
    input: &Arc<Value>,
) -> Result<Value, Failure> {
    let items = match &state.item_reader {
        Some(_) => Vec::new(),
        None => items(visit, frame, state, input)?,
    };
    visit.run.emit(frame, EventKind::MapStateStarted { length: items.len() });
    match state.item_processor.mode {
        ProcessorMode::Inline => inline::run(visit, frame, state, input, items).await,
        ProcessorMode::Distributed { execution_type } => {
            distributed::run(visit, frame, state, input, items, execution_type).await
        }
    }
}

/// `ItemsPath`: the array in the state's input.
fn items(
    visit: &Visit<'_>,
    frame: &Frame,
    state: &MapState,
    input: &Arc<Value>,
) -> Result<Vec<Value>, Failure> {
    let found = match &state.items_path {
        None => Arc::clone(input),
        Some(path) => visit.at(frame, path, input)?,
    };
    if !found.is_array() {
        let message = match &state.items_path {
            Some(path) => format!("Reference path \"{path}\" must point to array."),
            None => format!("Map state input must be an array but was: {found}"),
        };
        return Err(visit.runtime(&message));
    }
    match Arc::unwrap_or_clone(found) {
        Value::Array(items) => Ok(items),
        _ => Ok(Vec::new()),
    }
}

/// `ItemSelector`: the input of an item's iteration.
fn selected(
    visit: &Visit<'_>,
    frame: &Frame,
    state: &MapState,
    input: &Arc<Value>,
    index: usize,
    item: Value,
) -> Result<Arc<Value>, Failure> {
    let item = Arc::new(item);
    let Some(selector) = &state.item_selector else {
        return Ok(item);
    };
    let mut frame = frame.inner(frame.previous);
    frame.map_item = Some(MapItem { index, value: item });
    visit.template(&frame, Some(selector), input, 0, None)
}
