//! The checked workflow, resolved for one environment.
//!
//! Everything here is valid by construction of `resolve/` and `check/`: names refer to things that exist, every
//! `${env.NAME}` is replaced, states that this environment cannot reach are gone, and so are the functions that
//! nothing invokes any more. No field is optional that cannot be absent.

mod bucket;
mod function;
mod settings;
mod state;

pub use bucket::{Bucket, BucketOrigin, Expiry};
pub use function::{Access, AccessKind, Function, Model};
pub use settings::{Settings, Target};
pub use state::{
    Children, Invoke, Jitter, Map, MapMode, MapResult, Next, PayloadTemplate, RetryPolicy, State, StateKind,
    States, ToleratedFailure,
};

use iacgen_aws_types::Seconds;
use indexmap::IndexMap;

/// A whole workflow in one environment. Maps keep the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// Its name: `[a-z][a-z0-9-]{0,39}`. The stack is `NAME-ENVIRONMENT`.
    pub name: String,
    /// The machine's `Comment`.
    pub comment: Option<String>,
    /// Whether executions are STANDARD or EXPRESS.
    pub machine_type: Children,
    /// The whole execution's `TimeoutSeconds`.
    pub timeout: Option<Seconds>,
    /// How long CloudWatch keeps logs, in days; one of the values that CloudWatch offers.
    pub log_retention_days: u32,
    /// The environment.
    pub settings: Settings,
    /// Buckets by the name that the spec gives them.
    pub buckets: IndexMap<String, Bucket>,
    /// Functions by the name that the spec gives them.
    pub functions: IndexMap<String, Function>,
    /// The states.
    pub states: States,
}
