//! An execution of the deployed state machine, and its record.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use iacgen_asl::StateName;
use jiff::Timestamp;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::event::{LocalEvent, LocalObserver};
use super::record::{ExecutionRecord, Status};
use super::tasks::FunctionTasks;
use super::{LocalError, LocalTarget};
use crate::interpreter::{
    ExecutionEvent, ExecutionIdentity, Interpreter, MapRunCounts, MapRunProgress, Observer, Outcome,
};
use crate::s3::Access;
use crate::sandbox::{FunctionError, Report};

/// What an execution was.
#[derive(Clone, Debug)]
pub struct ExecutionResult {
    /// Its ARN.
    pub arn: String,
    /// How it ended.
    pub outcome: Outcome,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub stopped: Timestamp,
    /// Every invocation that reached a function, in the order of their ends.
    pub invocations: Vec<FunctionInvocation>,
    /// The map runs, in the order of their starts.
    pub map_runs: Vec<MapRun>,
}

/// An invocation that reached a function.
#[derive(Clone, Debug)]
pub struct FunctionInvocation {
    /// The function's physical name.
    pub function: String,
    /// The function's logical id in the template.
    pub logical_id: String,
    /// The version that ran.
    pub version: String,
    /// The state.
    pub state: StateName,
    /// The index of the item or batch of the Distributed Map that it was for, from 0.
    pub item: Option<usize>,
    /// How many attempts the state had made before, from 0.
    pub attempt: u64,
    /// The measurements.
    pub report: Report,
    /// The function error, if there was one.
    pub error: Option<FunctionError>,
}

/// A run of a Distributed Map.
#[derive(Clone, Debug)]
pub struct MapRun {
    /// Its ARN.
    pub arn: String,
    /// The Map state.
    pub state: StateName,
    /// How many children ended how.
    pub counts: MapRunCounts,
}

impl LocalTarget {
    /// Executes the state machine that the manifest names, with an input, under a name.
    ///
    /// # Errors
    /// [`LocalError::NameUsed`] for a name that was used before in the work folder, as AWS answers
    /// `ExecutionAlreadyExists`; [`LocalError::Language`] for a machine in JSONata. How the execution ends is [`ExecutionResult::outcome`].
    pub async fn execute(&self, name: &str, input: Value) -> Result<ExecutionResult, LocalError> {
        self.execute_until(name, input, &CancellationToken::new()).await
    }

    /// Executes the state machine until it ends or is stopped; stopping kills the environments at work.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub async fn execute_until(
        &self,
        name: &str,
        input: Value,
        stop: &CancellationToken,
    ) -> Result<ExecutionResult, LocalError> {
        let no_machine = || LocalError::NoStateMachine { id: self.state_machine.clone() };
        let machine = self.stack.state_machines.get(&self.state_machine).ok_or_else(no_machine)?;
        let invocations = Arc::new(Mutex::new(Vec::new()));
        let recorder = Arc::new(Recorder { observer: self.observer.clone(), map_runs: Mutex::default() });
        let tasks =
            FunctionTasks { deployed: Arc::clone(&self.deployed), invocations: Arc::clone(&invocations) };
        let interpreter = Interpreter::new(Arc::new(machine.machine.clone()), Arc::new(tasks))?
            .with_objects(Arc::new(self.s3.objects(Access::Role(self.machine_access.clone()))))
            .with_observer(Arc::clone(&recorder) as Arc<dyn Observer>);
        let identity = ExecutionIdentity::new(&machine.arn, name, &machine.role_arn);
        let (arn, started) = (identity.arn.clone(), identity.start_time);
        let mut record = ExecutionRecord::claim(&self.executions_folder, &arn, name, started)?;
        let outcome = interpreter.execute_until(identity, input, stop).await;
        let stopped = Timestamp::now();
        record.finish(Status::of(&outcome), stopped)?;
        let invocations = std::mem::take(&mut *invocations.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(ExecutionResult { arn, outcome, started, stopped, invocations, map_runs: recorder.map_runs() })
    }
}

/// Hands events on and keeps the last counts of each map run.
struct Recorder {
    observer: LocalObserver,
    map_runs: Mutex<Vec<MapRun>>,
}

impl Recorder {
    fn map_runs(&self) -> Vec<MapRun> {
        self.map_runs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Observer for Recorder {
    fn event(&self, event: &ExecutionEvent) {
        self.observer.notify(&LocalEvent::Execution(event));
    }

    fn map_run(&self, progress: &MapRunProgress) {
        {
            let mut map_runs = self.map_runs.lock().unwrap_or_else(PoisonError::into_inner);
            match map_runs.iter_mut().find(|run| *run.arn == *progress.map_run_arn) {
                Some(run) => run.counts = progress.counts,
                None => map_runs.push(MapRun {
                    arn: progress.map_run_arn.to_string(),
                    state: progress.state.clone(),
                    counts: progress.counts,
                }),
            }
        }
        self.observer.notify(&LocalEvent::MapRun(progress));
    }
}

impl ExecutionResult {
    /// Returns what each function was billed for, in whole milliseconds, by physical name.
    pub fn billed_ms(&self) -> BTreeMap<&str, u64> {
        let mut billed = BTreeMap::new();
        for invocation in &self.invocations {
            *billed.entry(invocation.function.as_str()).or_default() += invocation.report.billed_duration_ms;
        }
        billed
    }
}
