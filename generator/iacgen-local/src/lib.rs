//! The local target: the emitted ASL, the packaged bootstraps, a real S3 protocol, on this machine.
//!
//! Start at [`LocalTarget`]: it deploys an assembly and executes it; [`smoke`] only proves that its packages start. Below it, each a room of its own:
//! [`stack`] reads the template, [`iacgen_iam::evaluate`] says what its roles may do, [`s3`] serves the buckets, [`sandbox`] runs the
//! functions' processes behind the Lambda Runtime API, [`interpreter`] executes the definition.
//!
//! **Invariant:** the crate knows neither the spec nor synth: what it reads is the assembly and the packages.

pub mod interpreter;
mod runtime_api;
pub mod s3;
pub mod sandbox;
pub mod stack;
mod target;

pub use target::{
    ExecutionResult, FunctionInvocation, FunctionSmoke, LocalError, LocalEvent, LocalObserver, LocalOptions,
    LocalTarget, MapRun, smoke,
};
