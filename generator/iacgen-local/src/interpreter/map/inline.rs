//! Runs a Map state's iterations inside the execution.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::{StreamExt as _, stream};
use iacgen_asl::MapState;
use serde_json::Value;

use super::super::data::MapItem;
use super::super::event::EventKind;
use super::super::failure::Failure;
use super::super::flow::run_states;
use super::super::limits;
use super::super::run::{Frame, Scope, Visit};
use super::selected;
use super::settings::Settings;

pub(super) async fn run(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &MapState,
    input: &Arc<Value>,
    items: Vec<Value>,
) -> Result<Value, Failure> {
    let settings = Settings::of(visit, frame, state, input, limits::INLINE_CONCURRENCY)?;
    let processor = &state.item_processor;
    let scope = Scope { start_at: &processor.start_at, states: &processor.states };
    let mut outputs = vec![Value::Null; items.len()];
    // The event that the next iteration follows, and the iterations under way.
    let chain = AtomicU64::new(frame.previous);
    let running = Mutex::new(BTreeSet::new());
    let parent: &Frame = frame;
    let iteration = |(index, item): (usize, Value)| {
        let (chain, running) = (&chain, &running);
        async move {
            let mut frame = parent.inner(chain.load(Ordering::Relaxed));
            let name = || visit.name.clone();
            visit.run.emit(&mut frame, EventKind::MapIterationStarted { name: name(), index });
            running.lock().unwrap_or_else(PoisonError::into_inner).insert(index);
            let kept = item.clone();
            let result = match selected(visit, parent, state, input, index, item) {
                Ok(input) => {
                    frame.map_item = Some(MapItem { index, value: Arc::new(kept) });
                    run_states(visit.run, scope, input, &mut frame).await
                }
                Err(failure) => Err(failure),
            };
            running.lock().unwrap_or_else(PoisonError::into_inner).remove(&index);
            let kind = match &result {
                Ok(_) => EventKind::MapIterationSucceeded { name: name(), index },
                Err(_) => EventKind::MapIterationFailed { name: name(), index },
            };
            visit.run.emit(&mut frame, kind);
            chain.store(frame.previous, Ordering::Relaxed);
            (index, result)
        }
    };
    let mut failed = None;
    {
        let mut iterations =
            stream::iter(items.into_iter().enumerate()).map(iteration).buffer_unordered(settings.concurrency);
        while let Some((index, result)) = iterations.next().await {
            match result {
                Ok(output) => outputs[index] = Arc::unwrap_or_clone(output),
                Err(failure) => {
                    failed = Some(failure);
                    break;
                }
            }
        }
        // Dropping the stream gives up what is under way.
    }
    frame.previous = chain.into_inner();
    match failed {
        None => {
            visit.run.emit(frame, EventKind::MapStateSucceeded);
            Ok(Value::Array(outputs))
        }
        Some(failure) => {
            let aborted = running.into_inner().unwrap_or_else(PoisonError::into_inner);
            for index in aborted {
                visit.run.emit(frame, EventKind::MapIterationAborted { name: visit.name.clone(), index });
            }
            Err(failure)
        }
    }
}
