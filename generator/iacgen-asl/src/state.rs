//! The eight kinds of states.

use serde_json::{Map, Value};

use crate::choice::ChoiceRule;
use crate::machine::{Branch, QueryLanguage};
use crate::map::{ItemBatcher, ItemProcessor, ItemReader, ResultWriter};
use crate::names::{Expression, Path, StateName, Timestamp};
use crate::retry::{Catcher, Retrier};

/// A state.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Does work.
    Task(Box<TaskState>),
    /// Runs a processor for every item.
    Map(Box<MapState>),
    /// Runs branches side by side.
    Parallel(Box<ParallelState>),
    /// Goes one way or another.
    Choice(Box<ChoiceState>),
    /// Shapes data.
    Pass(Box<PassState>),
    /// Waits.
    Wait(Box<WaitState>),
    /// Ends well.
    Succeed(Box<SucceedState>),
    /// Ends badly.
    Fail(Box<FailState>),
}

/// A path that may be unset, or set to `null`; the two differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PathField {
    /// Not written: `$`.
    #[default]
    Unset,
    /// `null`: no input, or a result that is discarded.
    Null,
    /// A path.
    Path(Path),
}

impl From<Path> for PathField {
    fn from(path: Path) -> Self {
        PathField::Path(path)
    }
}

/// A value that may be written out, looked up (the `...Path` field), or computed (JSONata).
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity<T> {
    /// Written out.
    Value(T),
    /// Looked up: the field's name ends in `Path`.
    Path(Path),
    /// JSONata: computed.
    Expression(Expression),
}

/// Where to go when a state is done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Transition {
    /// To another state.
    Next(StateName),
    /// Nowhere: the execution, branch or iteration ends.
    #[default]
    End,
}

/// A Task state.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the fields are the language's own, under its own names")]
pub struct TaskState {
    pub comment: Option<String>,
    pub query_language: Option<QueryLanguage>,
    /// The ARN of the work.
    pub resource: String,
    pub input_path: PathField,
    /// A payload template.
    pub parameters: Option<Value>,
    /// JSONata.
    pub arguments: Option<Value>,
    /// A payload template.
    pub result_selector: Option<Value>,
    pub result_path: PathField,
    pub output_path: PathField,
    /// JSONata.
    pub output: Option<Value>,
    pub assign: Option<Map<String, Value>>,
    pub timeout_seconds: Option<Quantity<u64>>,
    pub heartbeat_seconds: Option<Quantity<u64>>,
    pub credentials: Option<Map<String, Value>>,
    pub retry: Vec<Retrier>,
    pub catch: Vec<Catcher>,
    pub transition: Transition,
}

/// A Map state.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the language's own, under its own names")]
pub struct MapState {
    pub comment: Option<String>,
    pub query_language: Option<QueryLanguage>,
    pub input_path: PathField,
    pub items_path: Option<Path>,
    /// JSONata.
    pub items: Option<Value>,
    pub item_reader: Option<ItemReader>,
    /// A payload template; `Parameters` in older definitions.
    pub item_selector: Option<Value>,
    pub item_batcher: Option<ItemBatcher>,
    /// `Iterator` in older definitions.
    pub item_processor: ItemProcessor,
    pub result_writer: Option<ResultWriter>,
    pub max_concurrency: Option<Quantity<u64>>,
    pub tolerated_failure_count: Option<Quantity<u64>>,
    pub tolerated_failure_percentage: Option<Quantity<f64>>,
    pub label: Option<String>,
    /// A payload template.
    pub result_selector: Option<Value>,
    pub result_path: PathField,
    pub output_path: PathField,
    /// JSONata.
    pub output: Option<Value>,
    pub assign: Option<Map<String, Value>>,
    pub retry: Vec<Retrier>,
    pub catch: Vec<Catcher>,
    pub transition: Transition,
}

impl MapState {
    /// A Map state with nothing but its processor.
    pub fn new(item_processor: ItemProcessor) -> Self {
        Self {
            comment: None,
            query_language: None,
            input_path: PathField::Unset,
            items_path: None,
            items: None,
            item_reader: None,
            item_selector: None,
            item_batcher: None,
            item_processor,
            result_writer: None,
            max_concurrency: None,
            tolerated_failure_count: None,
            tolerated_failure_percentage: None,
            label: None,
            result_selector: None,
            result_path: PathField::Unset,
            output_path: PathField::Unset,
            output: None,
            assign: None,
            retry: Vec::new(),
            catch: Vec::new(),
            transition: Transition::End,
        }
    }
}

/// A Parallel state.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the fields are the language's own, under its own names")]
pub struct ParallelState {
    pub comment: Option<String>,
    pub query_language: Option<QueryLanguage>,
    pub input_path: PathField,
    /// A payload template.
    pub parameters: Option<Value>,
    /// JSONata.
    pub arguments: Option<Value>,
    pub branches: Vec<Branch>,
    /// A payload template.
    pub result_selector: Option<Value>,
    pub result_path: PathField,
    pub output_path: PathField,
    /// JSONata.
    pub output: Option<Value>,
    pub assign: Option<Map<String, Value>>,
    pub retry: Vec<Retrier>,
    pub catch: Vec<Catcher>,
    pub transition: Transition,
}

/// A Choice state.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the fields are the language's own, under its own names")]
pub struct ChoiceState {
    pub comment: Option<String>,
    pub query_language: Option<QueryLanguage>,
    pub input_path: PathField,
    pub output_path: PathField,
    pub choices: Vec<ChoiceRule>,
    pub default: Option<StateName>,
    /// JSONata: the output where no rule applies.
    pub output: Option<Value>,
    /// Variables to assign where no rule applies.
    pub assign: Option<Map<String, Value>>,
}

/// A Pass state.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the fields are the language's own, under its own names")]
pub struct PassState {
    pub comment: Option<String>,
    pub query_language: Option<QueryLanguage>,
    pub input_path: PathField,
    /// A payload template.
    pub parameters: Option<Value>,
    /// Taken as it is: `.$` keys are not evaluated.
    pub result: Option<Value>,
    pub result_path: PathField,
    pub output_path: PathField,
    /// JSONata.
    pub output: Option<Value>,
    pub assign: Option<Map<String, Value>>,
    pub transition: Transition,
}

/// A Wait state.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the language's own, under its own names")]
pub struct WaitState {
    pub comment: Option<String>,
    pub query_language: Option<QueryLanguage>,
    pub input_path: PathField,
    pub until: WaitUntil,
    pub output_path: PathField,
    /// JSONata.
    pub output: Option<Value>,
    pub assign: Option<Map<String, Value>>,
    pub transition: Transition,
}

impl WaitState {
    /// A Wait state with nothing but what it waits for.
    pub fn new(until: WaitUntil) -> Self {
        Self {
            comment: None,
            query_language: None,
            input_path: PathField::Unset,
            until,
            output_path: PathField::Unset,
            output: None,
            assign: None,
            transition: Transition::End,
        }
    }
}

/// What a Wait state waits for.
#[derive(Debug, Clone, PartialEq)]
pub enum WaitUntil {
    /// `Seconds`, `SecondsPath`.
    Seconds(Quantity<u64>),
    /// `Timestamp`, `TimestampPath`.
    Timestamp(Quantity<Timestamp>),
}

/// A Succeed state.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the fields are the language's own, under its own names")]
pub struct SucceedState {
    pub comment: Option<String>,
    pub query_language: Option<QueryLanguage>,
    pub input_path: PathField,
    pub output_path: PathField,
    /// JSONata.
    pub output: Option<Value>,
    pub assign: Option<Map<String, Value>>,
}

/// A Fail state.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the fields are the language's own, under its own names")]
pub struct FailState {
    pub comment: Option<String>,
    pub query_language: Option<QueryLanguage>,
    pub error: Option<Quantity<String>>,
    pub cause: Option<Quantity<String>>,
}

impl State {
    /// The value of the `Type` field.
    pub fn type_name(&self) -> &'static str {
        match self {
            State::Task(_) => "Task",
            State::Map(_) => "Map",
            State::Parallel(_) => "Parallel",
            State::Choice(_) => "Choice",
            State::Pass(_) => "Pass",
            State::Wait(_) => "Wait",
            State::Succeed(_) => "Succeed",
            State::Fail(_) => "Fail",
        }
    }

    /// The state's own query language.
    pub fn query_language(&self) -> Option<QueryLanguage> {
        match self {
            State::Task(state) => state.query_language,
            State::Map(state) => state.query_language,
            State::Parallel(state) => state.query_language,
            State::Choice(state) => state.query_language,
            State::Pass(state) => state.query_language,
            State::Wait(state) => state.query_language,
            State::Succeed(state) => state.query_language,
            State::Fail(state) => state.query_language,
        }
    }

    /// Every state that this one may go on with, by `Next`, `Default`, `Choices` and `Catch`.
    pub fn successors(&self) -> Vec<&StateName> {
        let (transition, catch): (Option<&Transition>, &[Catcher]) = match self {
            State::Task(state) => (Some(&state.transition), &state.catch),
            State::Map(state) => (Some(&state.transition), &state.catch),
            State::Parallel(state) => (Some(&state.transition), &state.catch),
            State::Pass(state) => (Some(&state.transition), &[]),
            State::Wait(state) => (Some(&state.transition), &[]),
            State::Choice(state) => {
                return state.choices.iter().map(|rule| &rule.next).chain(&state.default).collect();
            }
            State::Succeed(_) | State::Fail(_) => (None, &[]),
        };
        let next = match transition {
            Some(Transition::Next(name)) => Some(name),
            _ => None,
        };
        next.into_iter().chain(catch.iter().map(|catcher| &catcher.next)).collect()
    }
}
