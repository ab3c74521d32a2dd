//! States and what joins them.

use iacgen_aws_types::Seconds;
use indexmap::IndexMap;

/// A machine's states, or a Map's.
#[derive(Debug, Clone, PartialEq)]
pub struct States {
    /// The first one's name.
    pub start: String,
    /// By name, in the file's order; every one reachable from the first.
    pub states: IndexMap<String, State>,
}

/// A state.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The `Comment`.
    pub comment: Option<String>,
    /// What it does.
    pub kind: StateKind,
    /// What follows. `End` for Succeed and Fail, which have nothing behind them.
    pub next: Next,
}

/// What follows a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Another state.
    State(String),
    /// Nothing.
    End,
}

/// What a state does.
#[derive(Debug, Clone, PartialEq)]
pub enum StateKind {
    /// Invokes a function through `lambda:invoke`; its payload is the output.
    Invoke(Invoke),
    /// Runs states over items.
    Map(Map),
    /// Ends the execution as succeeded.
    Succeed,
    /// Ends the execution as failed.
    Fail {
        /// The error's name.
        error: String,
        /// The cause.
        cause: Option<String>,
    },
}

/// An invocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoke {
    /// The function's name in the spec.
    pub function: String,
    /// What it gets.
    pub payload: PayloadTemplate,
    /// Retriers, in order.
    pub retry: Vec<RetryPolicy>,
    /// The state's `TimeoutSeconds`, never under the function's own timeout.
    pub timeout: Seconds,
}

/// A JSON value with paths in it.
#[derive(Debug, Clone, PartialEq)]
pub enum PayloadTemplate {
    /// A path: `$`, `$.run`, `$$.Execution.Name`.
    Path(String),
    /// A text as it is.
    Text(String),
    /// A number as it is.
    Number(f64),
    /// A boolean as it is.
    Bool(bool),
    /// An object of templates.
    Object(IndexMap<String, PayloadTemplate>),
}

/// A named retry policy, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct RetryPolicy {
    /// Names of errors as ASL knows them; `States.ALL` alone and last.
    pub errors: Vec<String>,
    /// Before the first retry.
    pub interval: Seconds,
    /// How often it is tried again.
    pub attempts: u32,
    /// What the interval grows by at every retry, at least 1.0.
    pub backoff: f64,
    /// The longest interval, above the first.
    pub cap: Option<Seconds>,
    /// Whether the interval is drawn at random.
    pub jitter: Jitter,
}

/// `JitterStrategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jitter {
    /// Between zero and the interval.
    Full,
    /// The interval itself.
    None,
}

/// A type of execution, of a machine or of a Map's children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Children {
    /// STANDARD: up to a year, billed by transition.
    Standard,
    /// EXPRESS: up to five minutes, billed by request and memory-time.
    Express,
}

/// A Map's mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapMode {
    /// In the parent's own history.
    Inline,
    /// Each item an execution of its own.
    Distributed(Children),
}

/// What becomes of a Map's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapResult {
    /// `ResultPath: null`: the Map's input goes on as it was.
    Discard,
    /// The array of the children's outputs replaces the input.
    Keep,
}

/// How many items may fail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ToleratedFailure {
    /// `ToleratedFailurePercentage`, 0 to 100.
    Percentage(f64),
    /// `ToleratedFailureCount`.
    Count(u32),
}

/// A Map.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Inline or distributed.
    pub mode: MapMode,
    /// The path of the items, a reference path such as `$.body`.
    pub items: String,
    /// What each item's input is; `None` for the item itself.
    pub select: Option<PayloadTemplate>,
    /// `MaxConcurrency`; `None` for AWS's own limit.
    pub concurrency: Option<u32>,
    /// How many items may fail; `None` for none.
    pub tolerated_failure: Option<ToleratedFailure>,
    /// Part of the children's ARNs.
    pub label: Option<String>,
    /// The states that run over each item.
    pub states: States,
    /// What becomes of the result.
    pub result: MapResult,
    /// Retriers, in order.
    pub retry: Vec<RetryPolicy>,
}
