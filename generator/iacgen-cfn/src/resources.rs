//! The properties of resources, one file a type. Only what iacgen sets stands here.

mod alarm;
mod alias;
mod bucket;
mod bucket_policy;
mod dashboard;
mod event_invoke_config;
mod function;
mod key;
mod layer_version;
mod log_group;
mod policy;
mod queue;
mod queue_policy;
mod raw;
mod role;
mod rule;
mod scalable_target;
mod scaling_policy;
mod schedule;
mod state_machine;
mod state_machine_alias;
mod state_machine_version;
mod table;
mod tag;
#[cfg(test)]
mod tests;
mod topic;
mod topic_policy;
mod version;

pub use alarm::{Alarm, Comparison, Dimension, MissingData, Statistic};
pub use alias::{Alias, ProvisionedConcurrency};
pub use bucket::{AccessLogs, Bucket, BucketEncryption, BucketEvents, Expiry, Versioning};
pub use bucket_policy::BucketPolicy;
pub use dashboard::{COLUMNS, Dashboard, MetricLine, Widget, WidgetContent};
pub use event_invoke_config::EventInvokeConfig;
pub use function::{
    Code, Environment, EphemeralStorage, Function, LoggingConfig, Runtime, TracingConfig, VpcConfig,
};
pub use key::Key;
pub use layer_version::LayerVersion;
pub use log_group::LogGroup;
pub use policy::Policy;
pub use queue::{Queue, QueueOrder, RedrivePolicy};
pub use queue_policy::QueuePolicy;
pub use raw::{RawDeletionPolicy, RawReplacementPolicy, RawResource};
pub use role::{InlinePolicy, Role};
pub use rule::{ObjectsCreated, Rule};
pub use scalable_target::{Bounds, ScalableTarget, ScheduledAction};
pub use scaling_policy::ScalingPolicy;
pub use schedule::Schedule;
pub use state_machine::{Destination, Encryption, LogLevel, Logging, MachineType, StateMachine, Tracing};
pub use state_machine_alias::{Shift, StateMachineAlias, Step};
pub use state_machine_version::StateMachineVersion;
pub use table::{AttributeType, KeyAttribute, Table, TableDeletion};
pub use tag::{Tag, tags};
pub use topic::{FifoTopic, Topic};
pub use topic_policy::TopicPolicy;
pub use version::Version;
