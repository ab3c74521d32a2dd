//! What happens in the sandbox, as it happens.

use std::fmt;
use std::sync::Arc;

use camino::Utf8PathBuf;
use serde::Serialize;

use super::variables::InitializationType;
use super::{FunctionError, Report};

/// Something happened to an execution environment or an invocation.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum LambdaEvent {
    /// Functions are not isolated on this machine; told once, before the first process starts. They have the machine's own
    /// files, `TMPDIR` for `/tmp`, and their packages can be written to.
    NotIsolated {
        /// What the machine says.
        reason: String,
    },
    /// A process was started; its initialization has begun.
    EnvironmentStarted {
        /// The function's name.
        function: String,
        /// The function's version.
        version: String,
        /// The environment's id.
        environment: String,
        /// The id of the process, which leads a process group of its own.
        pid: u32,
        /// For an invocation, or ahead of any.
        initialization: InitializationType,
        /// Where its output goes.
        log: Utf8PathBuf,
    },
    /// A process has ended or was killed.
    EnvironmentStopped {
        /// The function's name.
        function: String,
        /// The environment's id.
        environment: String,
        /// The id of the process, which may belong to another one by now.
        pid: u32,
    },
    /// An invocation is about to be handed to a process that is ready for it.
    InvocationStarted {
        /// The function's name.
        function: String,
        /// The environment's id.
        environment: String,
        /// The id of the process.
        pid: u32,
        /// The request's id.
        request_id: String,
    },
    /// An invocation has a result.
    InvocationFinished {
        /// The function's name.
        function: String,
        /// The measurements.
        report: Report,
        /// The error, if there was one.
        error: Option<FunctionError>,
    },
    /// An invocation was refused over a concurrency limit.
    InvocationThrottled {
        /// The function's name.
        function: String,
    },
}

/// Who is told. Called where things happen: it must return soon, and must not call back into the sandbox.
#[derive(Clone)]
pub struct LambdaObserver(Arc<dyn Fn(&LambdaEvent) + Send + Sync>);

impl LambdaObserver {
    /// Tells a function of every event.
    pub fn new(observer: impl Fn(&LambdaEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }

    pub(crate) fn notify(&self, event: &LambdaEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for LambdaObserver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LambdaObserver")
    }
}
