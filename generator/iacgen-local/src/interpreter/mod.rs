//! Executes a state machine in the Amazon States Language, JSONPath.
//!
//! [`Interpreter::execute`] runs one execution. The work of Task states is done by a [`TaskRunner`],
//! objects are read and written through [`Objects`], and an [`Observer`] sees AWS's history events in
//! order, those of a Distributed Map's children included.
//!
//! Everything runs on the caller's task and on tokio's clock: dropping the future, or a failing
//! sibling, drops the work that is under way.
//!
//! The judge is `tests/recorded_cases.rs`: executions that were recorded on AWS.

mod choice;
mod data;
mod event;
mod execution;
mod failure;
mod flow;
mod intrinsics;
mod limits;
mod map;
mod objects;
mod parallel;
mod path;
pub mod randomness;
mod retry;
mod run;
mod task;
#[cfg(test)]
mod tests;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use iacgen_asl::{ErrorName, StateMachine, StateName};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

pub use self::event::{
    EventKind, ExecutionEvent, MapRunChange, MapRunCounts, MapRunProgress, Observer, TaskKind,
};
pub use self::execution::{ExecutionIdentity, ParentMap};
pub use self::failure::ChildFailure;
use self::flow::Ended;
pub use self::objects::{ObjectError, ObjectSummary, Objects};
use self::randomness::Randomness;
use self::run::{Run, Scope, Shared};

/// Runs executions of one state machine.
#[derive(Clone)]
pub struct Interpreter {
    machine: Arc<StateMachine>,
    shared: Shared,
}

/// A machine that this interpreter does not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the state `{state}` is written in JSONata, which the local target does not run: use JSONPath")]
pub struct UnsupportedLanguage {
    /// The first such state.
    pub state: StateName,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It succeeded.
    Succeeded {
        /// Its output.
        output: Value,
    },
    /// It failed.
    Failed {
        /// The error's name; a Fail state may have none.
        error: Option<String>,
        /// The error's cause.
        cause: Option<String>,
        /// The state that failed.
        state: Option<StateName>,
        /// Where a Distributed Map failed: the first of its children that did. AWS's own error says
        /// only that too many failed.
        child: Option<Box<ChildFailure>>,
    },
    /// It ran past the machine's `TimeoutSeconds`.
    TimedOut,
    /// It was stopped from outside.
    Aborted,
}

/// Does the work of Task states.
pub trait TaskRunner: Send + Sync {
    /// Does one attempt. A service integration (`arn:aws:states:::lambda:invoke`) gives the whole
    /// response, a function's ARN the payload alone. Dropping the future gives the work up.
    fn run(&self, call: TaskCall) -> BoxFuture<'_, Result<Value, TaskFailure>>;
}

/// One attempt at a task.
#[derive(Debug, Clone)]
pub struct TaskCall {
    /// The state's `Resource`.
    pub resource: String,
    /// The evaluated parameters, or the input where the state has none.
    pub parameters: Arc<Value>,
    /// The evaluated credentials.
    pub credentials: Option<Map<String, Value>>,
    /// The task token (`$$.Task.Token`), where the resource waits for one.
    pub token: Option<String>,
    /// The state.
    pub state: StateName,
    /// The execution; its `parent` tells the item of a Distributed Map.
    pub execution: Arc<ExecutionIdentity>,
    /// How many attempts this visit to the state made before, from 0.
    pub attempt: u64,
    /// How long the interpreter waits.
    pub timeout: Option<Duration>,
    /// How long a task with a token may be silent. The runner keeps this time, for only it hears
    /// heartbeats.
    pub heartbeat: Option<Duration>,
}

/// A failed attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFailure {
    /// The error's name, such as `Lambda.TooManyRequestsException`.
    pub error: Option<String>,
    /// The cause; JSON text where Lambda gives one.
    pub cause: Option<String>,
    /// Whether the request was taken before the work failed (`.sync`, `.waitForTaskToken`).
    pub submitted: bool,
    /// Whether a missed heartbeat is the reason.
    pub missed_heartbeat: bool,
}

impl TaskFailure {
    /// A failure with a name and a cause.
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> Self {
        let (error, cause) = (Some(error.into()), Some(cause.into()));
        Self { error, cause, submitted: false, missed_heartbeat: false }
    }

    /// `States.Timeout`, which has no cause.
    pub fn timeout() -> Self {
        let error = Some(ErrorName::TIMEOUT.as_str().to_owned());
        Self { error, cause: None, submitted: true, missed_heartbeat: false }
    }
}

impl Interpreter {
    /// An interpreter of a machine, without objects or observer, with the system's randomness.
    pub fn new(machine: Arc<StateMachine>, tasks: Arc<dyn TaskRunner>) -> Result<Self, UnsupportedLanguage> {
        if let Some(state) = run::jsonata_state(&machine.states, machine.query_language.unwrap_or_default()) {
            return Err(UnsupportedLanguage { state: state.clone() });
        }
        let randomness = Arc::new(randomness::System);
        Ok(Self { machine, shared: Shared { tasks, objects: None, observer: None, randomness } })
    }

    /// With the objects that item readers and result writers use.
    #[must_use]
    pub fn with_objects(mut self, objects: Arc<dyn Objects>) -> Self {
        self.shared.objects = Some(objects);
        self
    }

    /// With an observer of what happens.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.shared.observer = Some(observer);
        self
    }

    /// With another source of random numbers (jitter, `States.MathRandom`).
    #[must_use]
    pub fn with_randomness(mut self, randomness: Arc<dyn Randomness>) -> Self {
        self.shared.randomness = randomness;
        self
    }

    /// Runs an execution to its end.
    pub async fn execute(&self, identity: ExecutionIdentity, input: Value) -> Outcome {
        self.execute_until(identity, input, &CancellationToken::new()).await
    }

    /// Runs an execution to its end, or until it is stopped.
    pub async fn execute_until(
        &self,
        identity: ExecutionIdentity,
        input: Value,
        stop: &CancellationToken,
    ) -> Outcome {
        let run = Run::new(self.shared.clone(), Arc::new(identity), &input);
        let scope = Scope { start_at: &self.machine.start_at, states: &self.machine.states };
        let timeout = self.machine.timeout_seconds.map(Duration::from_secs);
        let ended =
            stop.run_until_cancelled(flow::run_execution(&run, scope, Arc::new(input), timeout)).await;
        match ended {
            Some(Ended::Succeeded(output)) => Outcome::Succeeded { output: Arc::unwrap_or_clone(output) },
            Some(Ended::Failed(failure)) => Outcome::Failed {
                error: failure.error,
                cause: failure.cause,
                state: failure.state,
                child: failure.child,
            },
            Some(Ended::TimedOut) => Outcome::TimedOut,
            None => {
                run.emit(&mut run::Frame::default(), EventKind::ExecutionAborted);
                Outcome::Aborted
            }
        }
    }
}
