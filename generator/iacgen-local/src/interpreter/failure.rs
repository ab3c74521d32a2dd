//! Why a state or an execution failed.

use std::sync::Arc;

use iacgen_asl::{ErrorName, StateName};

use super::data::EvaluationError;
use super::execution::ExecutionIdentity;
use super::limits::HISTORY_EVENTS;

/// A child execution of a Distributed Map that failed.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildFailure {
    /// The child.
    pub execution: Arc<ExecutionIdentity>,
    /// The Map state that started it.
    pub map_state: StateName,
    /// The index of its item, or of its batch, from 0.
    pub index: usize,
    /// The state that failed in it, where one did.
    pub state: Option<StateName>,
    /// The error's name; a Fail state may have none.
    pub error: Option<String>,
    /// The error's cause.
    pub cause: Option<String>,
}

/// A failure on its way through retriers and catchers.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) error: Option<String>,
    pub(super) cause: Option<String>,
    /// The innermost state that failed.
    pub(super) state: Option<StateName>,
    /// The child execution that made a Distributed Map fail.
    pub(super) child: Option<Box<ChildFailure>>,
    /// Whether retriers and catchers may answer for it.
    pub(super) catchable: bool,
    /// Whether a missed heartbeat caused it; `States.HeartbeatTimeout` then matches too.
    pub(super) heartbeat: bool,
}

impl Failure {
    pub(super) fn new(error: &ErrorName, cause: impl Into<String>, state: &StateName) -> Self {
        Self {
            error: Some(error.as_str().to_owned()),
            cause: Some(cause.into()),
            state: Some(state.clone()),
            child: None,
            catchable: true,
            heartbeat: false,
        }
    }

    /// `States.Runtime`, which nothing catches.
    pub(super) fn runtime(state: &StateName, entered: u64, message: &str) -> Self {
        let cause = format!(
            "An error occurred while executing the state '{state}' (entered at the event id #{entered}). {message}"
        );
        Self { catchable: false, ..Self::new(&ErrorName::RUNTIME, cause, state) }
    }

    /// The history of a Standard execution is full. AWS documents that the execution fails, and not the words.
    pub(super) fn history_full() -> Self {
        let cause = format!("The execution reached the maximum number of history events ({HISTORY_EVENTS}).");
        Self {
            error: Some(ErrorName::RUNTIME.as_str().to_owned()),
            cause: Some(cause),
            state: None,
            child: None,
            catchable: false,
            heartbeat: false,
        }
    }

    pub(super) fn evaluation(state: &StateName, entered: u64, error: EvaluationError) -> Self {
        match error {
            EvaluationError::Runtime { message } => Self::runtime(state, entered, &message),
            EvaluationError::Intrinsic { call, message } => {
                let cause = format!("The function '{call}' had the following error: {message}");
                Self::new(&ErrorName::INTRINSIC_FAILURE, cause, state)
            }
        }
    }

    /// A payload that is larger than the quota.
    pub(super) fn too_large(what: &str, state: &StateName) -> Self {
        let cause = format!(
            "The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."
        );
        Self::new(&ErrorName::DATA_LIMIT_EXCEEDED, cause, state)
    }

    /// Whether an `ErrorEquals` answers for it.
    pub(super) fn matches(&self, names: &[ErrorName]) -> bool {
        if !self.catchable {
            return false;
        }
        let error = self.error.as_deref();
        let timeout = error == Some(ErrorName::TIMEOUT.as_str());
        names.iter().any(|name| {
            *name == ErrorName::ALL
                || error == Some(name.as_str())
                || (*name == ErrorName::TASK_FAILED && error.is_some() && !timeout)
                || (*name == ErrorName::HEARTBEAT_TIMEOUT && self.heartbeat)
        })
    }

    /// The error output that a catcher hands on.
    pub(super) fn output(&self) -> serde_json::Value {
        serde_json::json!({ "Error": self.error, "Cause": self.cause })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(error: &str) -> Failure {
        let state = StateName::new("S").unwrap();
        Failure::new(&error.into(), "", &state)
    }

    #[test]
    fn names_match_as_the_language_says() {
        assert!(failure("Mine").matches(&[ErrorName::ALL]));
        assert!(failure("Mine").matches(&[ErrorName::TASK_FAILED]));
        assert!(failure("Mine").matches(&["Other".into(), "Mine".into()]));
        assert!(!failure("Mine").matches(&["State.ALL".into()]));
        assert!(failure("States.Timeout").matches(&[ErrorName::TIMEOUT]));
        assert!(!failure("States.Timeout").matches(&[ErrorName::TASK_FAILED]));
        assert!(!failure("States.Timeout").matches(&[ErrorName::HEARTBEAT_TIMEOUT]));
        let heartbeat = Failure { heartbeat: true, ..failure("States.Timeout") };
        assert!(heartbeat.matches(&[ErrorName::HEARTBEAT_TIMEOUT]));
    }

    #[test]
    fn nothing_catches_a_runtime_error() {
        let runtime = Failure::runtime(&StateName::new("S").unwrap(), 2, "Broken.");
        assert!(!runtime.matches(&[ErrorName::ALL]) && !runtime.matches(&[ErrorName::RUNTIME]));
        assert_eq!(
            runtime.cause.as_deref(),
            Some("An error occurred while executing the state 'S' (entered at the event id #2). Broken.")
        );
    }
}
