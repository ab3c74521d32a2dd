//! The cost model, what a run used, and the page that tells both.

mod cost;
pub mod graph;
mod page;
mod usage;

pub use cost::{Bill, BillLine, price};
pub use page::{MapRunLine, PageError, RunPage, html};
pub use usage::{ExpressUsage, FunctionUsage, Invocation, RunUsage};
