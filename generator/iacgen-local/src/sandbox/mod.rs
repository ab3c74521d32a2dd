//! Lambda's execution environments on this machine: processes of the packaged bootstrap.
//!
//! What is Lambda's: the Runtime API, the variables, one invocation at a time in an environment, reuse, cold
//! starts, the INIT limit and its one repetition inside the function's time limit, provisioned concurrency,
//! reserved concurrency, the limits of time, memory and payload, the errors' names, the report.
//!
//! Where this machine allows namespaces ([`Isolation`]), also the files: the package read-only at `/var/task`, the layers
//! read-only at `/opt`, a `/tmp` of the declared size (in this machine's memory), an unprivileged user, and otherwise the
//! operating system alone, read-only. Elsewhere a process has this machine's files: its package in its own folder, where
//! `LAMBDA_TASK_ROOT` and the working directory say, `TMPDIR` without a size limit for `/tmp`, and variables that name
//! `/opt/...` lead to the layers' folder.
//!
//! What is not Lambda's:
//! - **vCPUs.** A function has the whole machine, whatever its memory; durations are this machine's. Lambda gives a share of
//!   time on at least two processors, which no affinity imitates.
//! - **The operating system** is this machine's, not Amazon Linux 2023.
//! - **Memory** is the process's resident set, looked at every 10 ms, not a control group's: a process over
//!   its limit is killed a moment later than on AWS, and neither its children nor its files in `/tmp` count.
//! - **The network** is open, and the processes of this machine are seen in `/proc`.
//!
//! Each process leads a process group, which is killed when its environment is dropped or the sandbox is shut
//! down. If this program itself is killed, a waiting runtime loses its connection and ends by itself.

mod architecture;
mod concurrency;
mod environment;
mod event;
mod failure;
mod files;
mod invoke;
mod isolation;
mod live;
mod log;
mod mounts;
mod package;
mod pool;
mod process_memory;
mod report;
mod smoke;
mod start;
mod variables;

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::time::Duration;

use camino::Utf8PathBuf;
use iacgen_aws_types::{Architecture, EphemeralStorage, MemorySize};

pub use architecture::{can_run, host};
pub use event::{LambdaEvent, LambdaObserver};
pub use failure::{FailureKind, FunctionError};
pub use invoke::{InvokeRefused, Invoked};
pub use isolation::Isolation;
pub use package::PackageError;
pub use pool::{EnvironmentCounts, Function, Sandbox};
pub use report::{InvocationStatus, Report};
pub use smoke::{SmokeTest, Verdict};
pub use variables::InitializationType;

/// The limit of Lambda's INIT phase. Page: "Understanding the Lambda execution environment lifecycle".
pub const INIT_LIMIT: Duration = Duration::from_secs(10);
/// The account's concurrency in a region unless it was raised. Page: "Lambda quotas".
pub const ACCOUNT_CONCURRENCY: u32 = 1_000;

/// Where and within which bounds environments run.
#[derive(Clone, Debug)]
pub struct SandboxSettings {
    /// The region that functions see.
    pub region: String,
    /// The value of `AWS_ENDPOINT_URL_S3`.
    pub endpoint_s3: Option<String>,
    /// Where packages are unzipped, kept from run to run.
    pub packages_folder: Utf8PathBuf,
    /// The run's own folder: `logs/FUNCTION/ENVIRONMENT.log`, `mounts/` and `tmp/ENVIRONMENT`.
    pub run_folder: Utf8PathBuf,
    /// How many invocations run at once on this machine; further ones wait, which costs them nothing in
    /// their report. No more processes are kept, but for those of provisioned concurrency.
    pub max_environments: NonZeroUsize,
    /// The limit of the INIT phase; Lambda's is [`INIT_LIMIT`].
    pub init_limit: Duration,
    /// The account's concurrency; Lambda's is [`ACCOUNT_CONCURRENCY`].
    pub account_concurrency: u32,
    /// Whether functions are isolated.
    pub isolation: Isolation,
}

/// One version of a function, as the template declares it.
#[derive(Clone, Debug)]
pub struct FunctionConfig {
    /// The physical name.
    pub name: String,
    /// The version: a number, or `$LATEST`.
    pub version: String,
    /// `Handler`: `bootstrap` by convention for a custom runtime, which is free to use it.
    pub handler: String,
    /// The zip, named `<sha256>.zip`.
    pub package: Utf8PathBuf,
    /// The zips of the layers in their order, each named `<sha256>.zip`.
    pub layers: Vec<Utf8PathBuf>,
    /// What the package was built for.
    pub architecture: Architecture,
    /// The memory limit.
    pub memory: MemorySize,
    /// The size of `/tmp`, kept where functions are isolated.
    pub ephemeral_storage: EphemeralStorage,
    /// The time limit of an invocation.
    pub timeout: Duration,
    /// The function's own environment variables.
    pub variables: BTreeMap<String, String>,
    /// Where and how it logs, as its variables tell it.
    pub logging: Logging,
    /// Reserved concurrency, shared by all versions of the function.
    pub reserved_concurrency: Option<u32>,
    /// What the function signs its requests with.
    pub credentials: Credentials,
}

/// Where and how a function logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logging {
    /// The log group, which does not exist here.
    pub group: String,
    /// The format of the runtime's own lines.
    pub format: LogFormat,
}

/// The format of logs. Page: "Configuring JSON and plain text log formats".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Plain text.
    Text,
    /// JSON lines.
    Json,
}

/// Credentials as a role's are: an id, a secret and a session token.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: String,
}

/// Why a function cannot be deployed here.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The package cannot run.
    #[error("function {function} has no usable package")]
    Package {
        /// The function's name.
        function: String,
        /// What is wrong with it.
        source: PackageError,
    },
    /// The package was built for another machine.
    #[error(
        "function {function} is built for {wanted} and this machine is {host}: set `architecture: {host}` in the \
         environment that runs here, and package again, or register QEMU's user emulation (`qemu-user-static`)"
    )]
    Architecture {
        /// The function's name.
        function: String,
        /// What the function declares.
        wanted: &'static str,
        /// What this machine is.
        host: &'static str,
    },
    /// The bootstrap is not what the function declares.
    #[error(
        "function {function} declares {declared}, but its bootstrap was built for another architecture: package it again"
    )]
    Bootstrap {
        /// The function's name.
        function: String,
        /// What the function declares.
        declared: &'static str,
    },
    /// A process could not be started.
    #[error("failed to start function {function}")]
    Start {
        /// The function's name.
        function: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// Provisioned concurrency could not be prepared: on AWS the deployment fails too.
    #[error("provisioned concurrency of {function} could not be prepared: {}: {}", error.error_type, error.error_message)]
    Provision {
        /// The function's name.
        function: String,
        /// How initialization failed.
        error: Box<FunctionError>,
    },
}
