//! What holds for the whole stack: logs, alarms, encryption, network.

use camino::Utf8PathBuf;
use iacgen_aws_types::{Arn, SecurityGroupId, SubnetId};
use iacgen_tensors::OnnxRuntimeVersion;

use super::{Located, Place};

/// What is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logs {
    /// How long CloudWatch keeps logs, in days; one of the values that CloudWatch offers.
    pub retention_days: u32,
    /// What of executions the machine logs.
    pub level: LogLevel,
    /// Whether inputs and outputs are logged with it: `IncludeExecutionData`.
    pub data: bool,
}

/// What of executions the machine logs. Page: "Using CloudWatch Logs to log execution history in Step Functions".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Every event.
    All,
    /// Errors, those that are caught included.
    Error,
    /// What ends an execution.
    Fatal,
    /// Nothing; there is no log group of the machine's.
    Off,
}

/// How ONNX Runtime and models are packaged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnnxRuntime {
    /// Where the library and the models lie.
    pub place: PackagePlace,
    /// The library.
    pub library: OnnxRuntimeLibrary,
}

/// A build of ONNX Runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnnxRuntimeLibrary {
    /// The one that iacgen pins of a version.
    Pinned(OnnxRuntimeVersion),
    /// The project's own, relative to the project.
    Own(Utf8PathBuf),
}

impl Default for OnnxRuntimeLibrary {
    fn default() -> Self {
        Self::Pinned(OnnxRuntimeVersion::default())
    }
}

/// Where what several functions can share lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PackagePlace {
    /// In layers where functions share it, since that is smaller in total; else in the function's zip.
    #[default]
    Smallest,
    /// In each function's zip.
    Zip,
    /// In layers.
    Layer,
}

/// Whether there are alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarms {
    /// There are none.
    Off,
    /// There are those of the machine and its functions.
    On {
        /// The topic of the spec that they tell.
        notify: Option<Located<String>>,
    },
}

/// What encrypts logs, variables, and the buckets, queues, topics and tables that the stack makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// Keys that AWS owns.
    Aws,
    /// A key that the stack makes and AWS rotates.
    Managed(Place),
    /// A key that exists.
    Key(Located<Arn>),
}

/// The VPC that functions run in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Where it stands.
    pub place: Place,
    /// `SubnetIds`; at least one.
    pub subnets: Vec<Located<SubnetId>>,
    /// `SecurityGroupIds`; at least one.
    pub security_groups: Vec<Located<SecurityGroupId>>,
}
