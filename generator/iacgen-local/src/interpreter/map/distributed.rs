//! Runs a Map state's items as child executions: a map run.

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use iacgen_asl::{ErrorName, ExecutionType, MapState};
use jiff::Timestamp;
use serde_json::Value;

use super::super::event::{EventKind, MapRunChange, MapRunCounts, MapRunProgress};
use super::super::execution::ExecutionIdentity;
use super::super::failure::{ChildFailure, Failure};
use super::super::flow::{Ended, run_execution};
use super::super::limits;
use super::super::run::{Frame, Run, Scope, Visit};
use super::batches::{Batch, batches};
use super::reader;
use super::results::{self, ChildResult};
use super::selected;
use super::settings::Settings;

pub(super) async fn run(
    visit: &Visit<'_>,
    frame: &mut Frame,
    state: &MapState,
    input: &Arc<Value>,
    items: Vec<Value>,
    kind: ExecutionType,
) -> Result<Value, Failure> {
    let settings = Settings::of(visit, frame, state, input, limits::DISTRIBUTED_CONCURRENCY)?;
    let label = state.label.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let map_run_arn = visit.run.identity.map_run_arn(&label);
    let started = visit.run.emit(frame, EventKind::MapRunStarted { map_run_arn: Arc::clone(&map_run_arn) });
    let map_run = MapRun { visit, state, label: &label, arn: &map_run_arn, kind };
    match map_run.run(frame, input, items, &settings).await {
        Ok(output) => {
            visit.run.emit(frame, EventKind::MapRunSucceeded);
            visit.run.emit(frame, EventKind::MapStateSucceeded);
            // Recorded on AWS: the exit follows the run's start, but in an execution's first state.
            if !visit.first {
                frame.previous = started;
            }
            Ok(output)
        }
        Err(failure) => {
            let (error, cause) = (failure.error.clone(), failure.cause.clone());
            visit.run.emit(frame, EventKind::MapRunFailed { error, cause });
            Err(failure)
        }
    }
}

struct MapRun<'a> {
    visit: &'a Visit<'a>,
    state: &'a MapState,
    label: &'a str,
    arn: &'a Arc<str>,
    kind: ExecutionType,
}

impl MapRun<'_> {
    async fn run(
        &self,
        frame: &Frame,
        input: &Arc<Value>,
        items: Vec<Value>,
        settings: &Settings,
    ) -> Result<Value, Failure> {
        let (visit, state) = (self.visit, self.state);
        let items = match &state.item_reader {
            Some(item_reader) => reader::read(visit, frame, item_reader, input).await?,
            None => items,
        };
        let total = items.len();
        let inputs = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| selected(visit, frame, state, input, index, item))
            .collect::<Result<Vec<_>, _>>()?;
        let batches = batches(visit, frame, state.item_batcher.as_ref(), input, inputs)?;
        let mut results: Vec<Option<ChildResult>> = batches.iter().map(|_| None).collect();
        let first = self.run_children(batches, total, settings, &mut results).await;
        if let Err(child) = first {
            let cause = "The specified tolerated failure threshold was exceeded";
            let failure = Failure::new(&ErrorName::EXCEED_TOLERATED_FAILURE_THRESHOLD, cause, visit.name);
            return Err(Failure { child: Some(child), ..failure });
        }
        let results: Vec<ChildResult> = results.into_iter().flatten().collect();
        match &state.result_writer {
            Some(writer) => results::write(visit, frame, writer, input, self.arn, &results).await,
            None => Ok(results::outputs(results)),
        }
    }

    /// Runs the children until all ended or too many failed; the error is the first that failed.
    async fn run_children(
        &self,
        batches: Vec<Batch>,
        total: usize,
        settings: &Settings,
        results: &mut [Option<ChildResult>],
    ) -> Result<(), Box<ChildFailure>> {
        let children = batches.len();
        let counts = MapRunCounts { pending: children, total: children, ..MapRunCounts::default() };
        let board = Board { map_run: self, counts: std::sync::Mutex::new(counts) };
        board.change(|_| {}, || MapRunChange::Opened);
        let mut first: Option<Box<ChildFailure>> = None;
        let mut exceeded = false;
        let mut failed_items = 0;
        {
            let mut running = stream::iter(batches.into_iter().enumerate())
                .map(|(index, batch)| self.run_child(index, batch, &board))
                .buffer_unordered(settings.concurrency);
            while let Some((index, items, result)) = running.next().await {
                match result {
                    Ok(result) => {
                        board.change(MapRunCounts::succeed, || MapRunChange::Succeeded { index });
                        results[index] = Some(result);
                    }
                    Err((failure, result)) => {
                        let shown = failure.clone();
                        board.change(MapRunCounts::fail, || MapRunChange::Failed(shown));
                        results[index] = Some(result);
                        first.get_or_insert(failure);
                        failed_items += items;
                        if settings.exceeded(failed_items, total) {
                            exceeded = true;
                            break;
                        }
                    }
                }
            }
            // Dropping the stream gives up the children under way.
        }
        board.change(MapRunCounts::abort_rest, || MapRunChange::Closed);
        match first {
            Some(failure) if exceeded => Err(failure),
            _ => Ok(()),
        }
    }

    async fn run_child(
        &self,
        index: usize,
        batch: Batch,
        board: &Board<'_>,
    ) -> (usize, usize, Result<ChildResult, (Box<ChildFailure>, ChildResult)>) {
        let visit = self.visit;
        let identity = Arc::new(visit.run.identity.child(visit.name, self.label, self.arn, self.kind, index));
        board.change(MapRunCounts::start, || MapRunChange::Started { index });
        let run = Run::new(visit.run.shared.clone(), Arc::clone(&identity), &batch.input);
        let processor = &self.state.item_processor;
        let scope = Scope { start_at: &processor.start_at, states: &processor.states };
        let timeout: Option<Duration> = match self.kind {
            ExecutionType::Express => Some(limits::EXPRESS),
            ExecutionType::Standard => None,
        };
        let ended = run_execution(&run, scope, Arc::clone(&batch.input), timeout).await;
        let failure = match ended {
            Ended::Succeeded(output) => {
                let result = ChildResult {
                    identity,
                    input: batch.input,
                    stopped: Timestamp::now(),
                    output: Ok(output),
                };
                return (index, batch.items, Ok(result));
            }
            Ended::Failed(failure) => (failure.error, failure.cause, failure.state),
            Ended::TimedOut => (Some(ErrorName::TIMEOUT.as_str().to_owned()), None, None),
        };
        let (error, cause, state) = failure;
        let failure = ChildFailure {
            execution: Arc::clone(&identity),
            map_state: visit.name.clone(),
            index,
            state,
            error: error.clone(),
            cause: cause.clone(),
        };
        let output = Err((error, cause));
        let result = ChildResult { identity, input: batch.input, stopped: Timestamp::now(), output };
        (index, batch.items, Err((Box::new(failure), result)))
    }
}

/// The counts of a map run, shown to the observer on every change.
struct Board<'a> {
    map_run: &'a MapRun<'a>,
    counts: std::sync::Mutex<MapRunCounts>,
}

impl Board<'_> {
    fn change(&self, count: impl FnOnce(&mut MapRunCounts), change: impl FnOnce() -> MapRunChange) {
        let counts = {
            let mut counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            count(&mut counts);
            *counts
        };
        let MapRun { visit, arn, .. } = self.map_run;
        let Some(observer) = &visit.run.shared.observer else {
            return;
        };
        let execution: Arc<ExecutionIdentity> = Arc::clone(&visit.run.identity);
        observer.map_run(&MapRunProgress {
            execution,
            state: visit.name.clone(),
            map_run_arn: Arc::clone(arn),
            counts,
            change: change(),
        });
    }
}

impl MapRunCounts {
    fn start(&mut self) {
        self.pending -= 1;
        self.running += 1;
    }

    fn succeed(&mut self) {
        self.running -= 1;
        self.succeeded += 1;
    }

    fn fail(&mut self) {
        self.running -= 1;
        self.failed += 1;
    }

    fn abort_rest(&mut self) {
        self.aborted = self.pending + self.running;
        self.pending = 0;
        self.running = 0;
    }
}
