//! AWS's vocabulary as value types, without any input or output.
//!
//! A value of one of these types is valid by construction: every rule stands in the
//! constructor, with the name of the AWS page that states it, and nowhere else.

mod arn;
mod duration;
mod environment_variables;
mod invalid;
mod logical_id;
mod names;
pub mod price;
mod resource_arn;
mod sizes;
mod text_form;

pub use arn::{AccountId, Partition, Region};
pub use duration::Seconds;
pub use environment_variables::{VARIABLES_SIZE_LIMIT, is_reserved_variable};
pub use invalid::Invalid;
pub use logical_id::LogicalId;
pub use names::{Architecture, BucketName, Environment, StackName};
pub use resource_arn::{ArnSuffix, ResourceArn};
pub use sizes::{EphemeralStorage, MemorySize, Provisioned};
