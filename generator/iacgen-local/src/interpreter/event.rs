//! What happens in an execution: AWS's history events, and the progress of map runs.

use std::sync::Arc;

use iacgen_asl::StateName;
use jiff::Timestamp;
use serde_json::Value;

use super::execution::ExecutionIdentity;
use super::failure::ChildFailure;

/// Sees everything that happens, in order. Called synchronously, before the next state is entered.
pub trait Observer: Send + Sync {
    /// A history event, of the execution or of a child.
    fn event(&self, event: &ExecutionEvent);

    /// A change in a map run. AWS shows the same counts in DescribeMapRun.
    fn map_run(&self, progress: &MapRunProgress) {
        let _ = progress;
    }
}

/// A history event.
#[derive(Debug, Clone)]
pub struct ExecutionEvent {
    /// Whose event it is.
    pub execution: Arc<ExecutionIdentity>,
    /// The event's number in its execution, from 1.
    pub id: u64,
    /// The number of the event that led to it; 0 for the first state.
    pub previous_id: u64,
    /// When it happened, by the wall clock.
    pub timestamp: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// What happened. The names are those of Step Functions' API reference, "HistoryEvent".
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the variants and fields are AWS's own, under its own names")]
pub enum EventKind {
    ExecutionStarted { input: Arc<Value> },
    ExecutionSucceeded { output: Arc<Value> },
    ExecutionFailed { error: Option<String>, cause: Option<String> },
    ExecutionTimedOut,
    ExecutionAborted,
    StateEntered { state_type: &'static str, name: StateName, input: Arc<Value> },
    StateExited { state_type: &'static str, name: StateName, output: Arc<Value> },
    StateAborted { state_type: &'static str },
    Scheduled { task: TaskKind, resource: Arc<str>, parameters: Arc<Value>, timeout_seconds: Option<u64> },
    Started { task: TaskKind },
    Submitted { task: TaskKind },
    Succeeded { task: TaskKind, output: Arc<Value> },
    Failed { task: TaskKind, error: Option<String>, cause: Option<String> },
    TimedOut { task: TaskKind, error: Option<String>, cause: Option<String> },
    MapStateStarted { length: usize },
    MapIterationStarted { name: StateName, index: usize },
    MapIterationSucceeded { name: StateName, index: usize },
    MapIterationFailed { name: StateName, index: usize },
    MapIterationAborted { name: StateName, index: usize },
    MapStateSucceeded,
    MapStateFailed,
    MapRunStarted { map_run_arn: Arc<str> },
    MapRunSucceeded,
    MapRunFailed { error: Option<String>, cause: Option<String> },
    ParallelStateStarted,
    ParallelStateSucceeded,
    ParallelStateFailed,
}

/// The three families of task events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    /// A service integration: `arn:aws:states:::lambda:invoke` and the like.
    Service,
    /// A function's ARN as `Resource`.
    LambdaFunction,
    /// An activity's ARN as `Resource`.
    Activity,
}

impl TaskKind {
    /// The family of a resource.
    pub fn of(resource: &str) -> Self {
        match resource.split(':').collect::<Vec<_>>().as_slice() {
            [_, _, "lambda", _, _, "function", ..] => TaskKind::LambdaFunction,
            [_, _, "states", "", "", ..] => TaskKind::Service,
            _ => TaskKind::Activity,
        }
    }

    fn word(self) -> &'static str {
        match self {
            TaskKind::Service => "Task",
            TaskKind::LambdaFunction => "LambdaFunction",
            TaskKind::Activity => "Activity",
        }
    }
}

impl EventKind {
    /// The event's type as AWS spells it: `TaskStateEntered`, `LambdaFunctionFailed`.
    pub fn type_name(&self) -> String {
        let fixed = match self {
            EventKind::StateEntered { state_type, .. } => return format!("{state_type}StateEntered"),
            EventKind::StateExited { state_type, .. } => return format!("{state_type}StateExited"),
            EventKind::StateAborted { state_type } => return format!("{state_type}StateAborted"),
            EventKind::Scheduled { task, .. } => return format!("{}Scheduled", task.word()),
            EventKind::Started { task } => return format!("{}Started", task.word()),
            EventKind::Submitted { task } => return format!("{}Submitted", task.word()),
            EventKind::Succeeded { task, .. } => return format!("{}Succeeded", task.word()),
            EventKind::Failed { task, .. } => return format!("{}Failed", task.word()),
            EventKind::TimedOut { task, .. } => return format!("{}TimedOut", task.word()),
            EventKind::ExecutionStarted { .. } => "ExecutionStarted",
            EventKind::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            EventKind::ExecutionFailed { .. } => "ExecutionFailed",
            EventKind::ExecutionTimedOut => "ExecutionTimedOut",
            EventKind::ExecutionAborted => "ExecutionAborted",
            EventKind::MapStateStarted { .. } => "MapStateStarted",
            EventKind::MapIterationStarted { .. } => "MapIterationStarted",
            EventKind::MapIterationSucceeded { .. } => "MapIterationSucceeded",
            EventKind::MapIterationFailed { .. } => "MapIterationFailed",
            EventKind::MapIterationAborted { .. } => "MapIterationAborted",
            EventKind::MapStateSucceeded => "MapStateSucceeded",
            EventKind::MapStateFailed => "MapStateFailed",
            EventKind::MapRunStarted { .. } => "MapRunStarted",
            EventKind::MapRunSucceeded => "MapRunSucceeded",
            EventKind::MapRunFailed { .. } => "MapRunFailed",
            EventKind::ParallelStateStarted => "ParallelStateStarted",
            EventKind::ParallelStateSucceeded => "ParallelStateSucceeded",
            EventKind::ParallelStateFailed => "ParallelStateFailed",
        };
        fixed.to_owned()
    }

    /// Whether the event is an execution's last.
    pub(super) fn ends_execution(&self) -> bool {
        matches!(
            self,
            EventKind::ExecutionSucceeded { .. }
                | EventKind::ExecutionFailed { .. }
                | EventKind::ExecutionTimedOut
                | EventKind::ExecutionAborted
        )
    }

    /// Whether the event stands aside: what follows names the event before it as its predecessor.
    pub(super) fn stands_aside(&self) -> bool {
        matches!(
            self,
            EventKind::MapIterationSucceeded { .. }
                | EventKind::MapIterationFailed { .. }
                | EventKind::MapIterationAborted { .. }
                | EventKind::MapStateSucceeded
                | EventKind::ParallelStateSucceeded
                | EventKind::StateAborted { .. }
        )
    }
}

/// A change in a map run.
#[derive(Debug, Clone)]
pub struct MapRunProgress {
    /// The execution that runs the Map state.
    pub execution: Arc<ExecutionIdentity>,
    /// The Map state.
    pub state: StateName,
    /// The map run.
    pub map_run_arn: Arc<str>,
    /// How many children are in which status, after the change.
    pub counts: MapRunCounts,
    /// What changed.
    pub change: MapRunChange,
}

/// How many child executions are in which status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MapRunCounts {
    /// Not started.
    pub pending: usize,
    /// Started, not ended.
    pub running: usize,
    /// Ended well.
    pub succeeded: usize,
    /// Ended badly, timeouts included.
    pub failed: usize,
    /// Stopped because the map run failed, or never started for that reason.
    pub aborted: usize,
    /// All.
    pub total: usize,
}

/// What changed in a map run.
#[derive(Debug, Clone)]
pub enum MapRunChange {
    /// The items are known; no child has started.
    Opened,
    /// The child of an item or batch started.
    Started {
        /// The index, from 0.
        index: usize,
    },
    /// The child of an item or batch ended well.
    Succeeded {
        /// The index, from 0.
        index: usize,
    },
    /// A child ended badly.
    Failed(Box<ChildFailure>),
    /// No child runs any more.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_tells_the_family_of_its_events() {
        assert_eq!(TaskKind::of("arn:aws:states:::lambda:invoke"), TaskKind::Service);
        let function = "arn:aws:lambda:us-east-1:111122223333:function:f:$LATEST";
        assert_eq!(TaskKind::of(function), TaskKind::LambdaFunction);
        assert_eq!(TaskKind::of("arn:aws:states:us-east-1:111122223333:activity:a"), TaskKind::Activity);
    }
}
