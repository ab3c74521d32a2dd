//! Counts what Step Functions bills, from the history of a run.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use iacgen_local::interpreter::{EventKind, ExecutionEvent};
use iacgen_report::ExpressUsage;
use jiff::Timestamp;

/// Transitions of STANDARD executions, and EXPRESS executions.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    /// Visits to Task states of STANDARD executions.
    tasks_entered: u64,
    /// Attempts at them: one for each visit that got as far, and one for each retry.
    attempts: u64,
    /// Visits to other states of STANDARD executions.
    others_entered: u64,
    express: ExpressUsage,
    /// EXPRESS executions that have not ended, by ARN.
    running: BTreeMap<String, Timestamp>,
}

impl Meter {
    /// Counts a history event. Every visit to a state is a transition, and so is every retry.
    /// Page: "AWS Step Functions pricing".
    pub(crate) fn event(&self, event: &ExecutionEvent) {
        let arn = &event.execution.arn;
        let express = arn.contains(":express:");
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &event.kind {
            EventKind::ExecutionStarted { .. } if express => {
                counted.running.insert(arn.clone(), event.timestamp);
            }
            EventKind::ExecutionSucceeded { .. }
            | EventKind::ExecutionFailed { .. }
            | EventKind::ExecutionTimedOut
            | EventKind::ExecutionAborted
                if express =>
            {
                if let Some(started) = counted.running.remove(arn) {
                    let elapsed = event.timestamp.duration_since(started).as_millis();
                    counted.express.add(u64::try_from(elapsed).unwrap_or(0));
                }
            }
            EventKind::StateEntered { state_type: "Task", .. } if !express => counted.tasks_entered += 1,
            EventKind::StateEntered { .. } if !express => counted.others_entered += 1,
            EventKind::Scheduled { .. } if !express => counted.attempts += 1,
            _ => {}
        }
    }

    /// Returns the transitions and the EXPRESS executions so far.
    pub(crate) fn read(&self) -> (u64, ExpressUsage) {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (counted.others_entered + counted.tasks_entered.max(counted.attempts), counted.express)
    }
}
