//! What passes between an execution environment and its runtime.

use bytes::Bytes;

/// An invocation as `GET /runtime/invocation/next` returns it.
#[derive(Clone, Debug)]
pub(crate) struct NextInvocation {
    /// `Lambda-Runtime-Aws-Request-Id`.
    pub(crate) request_id: String,
    /// `Lambda-Runtime-Deadline-Ms`: milliseconds since the Unix epoch.
    pub(crate) deadline_ms: u128,
    /// `Lambda-Runtime-Invoked-Function-Arn`.
    pub(crate) invoked_function_arn: String,
    /// `Lambda-Runtime-Trace-Id`: an X-Ray tracing header.
    pub(crate) trace_id: String,
    /// The event, in JSON.
    pub(crate) payload: Bytes,
}

/// How initialization ended.
#[derive(Clone, Debug)]
pub(crate) enum InitReply {
    /// The runtime asked for its first invocation.
    Ready,
    /// The runtime posted to `init/error`.
    Failed(RuntimeError),
}

/// How the runtime replied to an invocation.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// `POST .../response`.
    Response(Bytes),
    /// `POST .../error`.
    Error(RuntimeError),
    /// `POST .../response` with more bytes than [`super::RESPONSE_PAYLOAD_LIMIT`].
    TooLarge {
        /// The size of the response.
        bytes: usize,
    },
}

/// An error that the runtime reported.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeError {
    /// The header `Lambda-Runtime-Function-Error-Type`.
    pub(crate) header: Option<String>,
    /// The body: `{errorType, errorMessage, stackTrace}` by convention, anything in fact.
    pub(crate) body: Bytes,
}
