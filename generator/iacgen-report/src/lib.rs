//! The cost model, and what a run used.

mod cost;
mod usage;

pub use cost::{Bill, BillLine, price};
pub use usage::{ExpressUsage, FunctionUsage, Invocation, RunUsage};
