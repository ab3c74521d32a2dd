//! A state machine, and the block of states that it shares with branches and item processors.

use indexmap::IndexMap;

use crate::names::StateName;
use crate::state::State;

/// A state machine definition.
#[derive(Debug, Clone, PartialEq)]
pub struct StateMachine {
    /// A remark.
    pub comment: Option<String>,
    /// The language of paths and expressions; JSONPath where absent.
    pub query_language: Option<QueryLanguage>,
    /// The first state.
    pub start_at: StateName,
    /// The states, in the order of the document.
    pub states: States,
    /// The longest that an execution may run, in seconds.
    pub timeout_seconds: Option<u64>,
    /// The version of the language: `1.0`.
    pub version: Option<String>,
}

/// States by name, in the order of the document.
pub type States = IndexMap<StateName, State>;

impl StateMachine {
    /// A machine with nothing but its states.
    pub fn new(start_at: StateName, states: States) -> Self {
        Self { comment: None, query_language: None, start_at, states, timeout_seconds: None, version: None }
    }
}

/// How a state reads and shapes data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueryLanguage {
    /// Paths, payload templates and intrinsic functions.
    #[default]
    JsonPath,
    /// JSONata expressions.
    Jsonata,
}

impl QueryLanguage {
    /// The value of the `QueryLanguage` field.
    pub fn as_str(self) -> &'static str {
        match self {
            QueryLanguage::JsonPath => "JSONPath",
            QueryLanguage::Jsonata => "JSONata",
        }
    }
}

/// A branch of a Parallel state.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// A remark.
    pub comment: Option<String>,
    /// The language of paths and expressions; the machine's where absent.
    pub query_language: Option<QueryLanguage>,
    /// The first state.
    pub start_at: StateName,
    /// The states.
    pub states: States,
}

impl Branch {
    /// A branch with nothing but its states.
    pub fn new(start_at: StateName, states: States) -> Self {
        Self { comment: None, query_language: None, start_at, states }
    }
}
