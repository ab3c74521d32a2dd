//! The APIs of the AWS services that Step Functions calls: the operations, what they take and what they give.
//!
//! [`Call::find`] knows what a Task's integration calls, [`Call::judge`] says what is wrong with its arguments, and
//! [`Call::result`] tells the type of its answer. The models stand in a committed digest of those that botocore ships,
//! made by `cargo xtask generate service-models`; only the services that are asked for are read. Names are those of Step
//! Functions, which are the SDK for Java's. Page: "Learning to use AWS service SDK integrations in Step Functions".

mod arguments;
mod call;
mod model;
mod naming;
mod optimized;
mod results;

pub use arguments::{ArgumentProblem, At, Fault};
pub use call::{Call, UnknownOperation};
pub use model::source;
