//! AWS's vocabulary as value types, without any input or output.
//!
//! A value of one of these types is valid by construction: every rule stands in the
//! constructor, with the name of the AWS page that states it, and nowhere else.

mod arn;
mod cron;
mod duration;
mod environment_variables;
mod invalid;
mod logical_id;
mod names;
mod network;
pub mod price;
mod resource_arn;
mod schedule;
mod sizes;
mod text_form;
mod time_zone;
mod written_arn;

pub use arn::{AccountId, Partition, Region};
pub use duration::Seconds;
pub use environment_variables::{VARIABLES_SIZE_LIMIT, is_reserved_variable};
pub use invalid::Invalid;
pub use logical_id::LogicalId;
pub use names::{Architecture, BucketName, Environment, StackName};
pub use network::{SecurityGroupId, SubnetId};
pub use resource_arn::{ArnSuffix, ResourceArn};
pub use schedule::{InvalidSchedule, Schedule, ScheduleKind};
pub use sizes::{EphemeralStorage, MemorySize, Provisioned};
pub use time_zone::TimeZone;
pub use written_arn::{Arn, ArnKind};
