//! `workflow.yaml` and `environments/*.yaml`, parsed, resolved and checked into a typed [`model::Workflow`].
//!
//! ```text
//! text -> yaml.rs -> raw/ (shapes, lenient) -> resolve/ (for one environment, calls check/) -> model/
//! ```
//! [`load`] reads the files, [`Loaded::resolve`] gives the workflow of one environment, [`check`] those of all. What
//! is wrong goes to a [`Sink`](iacgen_diagnostics::Sink), all of it in one run.

mod check;
mod declared;
mod definition;
mod dialect;
mod files;
mod flow;
mod load;
pub mod model;
mod names;
mod quotes;
mod raw;
mod resolve;
mod schema;
mod suggest;
mod write;
mod yaml;

pub use check::{codes, find_code};
pub use definition::{DefinitionFile, check_definition, import_definition};
pub use files::{MemoryFiles, ProjectFiles, SeekableFile};
pub use load::{
    ENVIRONMENTS, LoadError, Loaded, UnknownEnvironment, WORKFLOW, WORKFLOWS, check, check_in, load, load_all,
};
pub use schema::{environment_schema, workflow_schema};
