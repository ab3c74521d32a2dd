//! The properties of resources, one file a type. Only what iacgen sets stands here.

mod alias;
mod bucket;
mod bucket_policy;
mod function;
mod log_group;
mod policy;
mod role;
mod state_machine;
mod tag;
mod version;

pub use alias::{Alias, ProvisionedConcurrency};
pub use bucket::{Bucket, Expiry, Versioning};
pub use bucket_policy::BucketPolicy;
pub use function::{Code, Environment, EphemeralStorage, Function, LoggingConfig, Runtime, TracingConfig};
pub use log_group::LogGroup;
pub use policy::Policy;
pub use role::{InlinePolicy, Role};
pub use state_machine::{Destination, LogLevel, Logging, MachineType, StateMachine, Tracing};
pub use tag::{Tag, tags};
pub use version::Version;
