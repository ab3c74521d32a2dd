//! CloudFormation templates as types: resources, intrinsics, limits, stable emission.
//!
//! Start at [`Template`]. Its parts are plain values; [`to_json`] writes them once, in the order in which
//! they were added.

mod emit;
mod intrinsic;
pub mod limits;
pub mod policy;
pub mod resources;
mod scanner;
pub mod schemas;
mod template;

pub use emit::to_json;
pub use intrinsic::{Expr, Pseudo};
pub use scanner::ScannerException;
pub use template::{DeletionPolicy, DuplicateLogicalId, Output, Parameter, Properties, Resource, Template};
