//! Models optimised ahead of time by ONNX Runtime, and what that changes.
//!
//! The library is foreign code that is given foreign files: it may crash, and it cannot be loaded twice in another version.
//! So [`answer`] runs in a child process, reads one [`Job`] from its standard input and writes one [`Answer`] to its
//! standard output, both JSON. To start reading, open `optimize.rs`.

mod compare;
mod inputs;
mod job;
mod measure;
mod optimize;
mod runtime;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, RELATIVE_TOLERANCE};
pub use job::{Answer, Job, JobError, answer};
pub use measure::{Measure, Measurement};
pub use optimize::{DATA_FILE, MODEL_FILE, Optimize, Optimized, RECIPE};
pub use runtime::{Runtime, RuntimeError};
