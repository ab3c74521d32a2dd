//! The names that errors have in Step Functions and Lambda.

use std::borrow::Cow;
use std::fmt;

/// An error name, as `ErrorEquals` lists it and as a failed task reports it.
///
/// Sources: Step Functions developer guide, "Handling errors in Step Functions workflows"; Lambda
/// developer guide, "Understanding retry behavior in Lambda".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorName(Cow<'static, str>);

macro_rules! error_names {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        impl ErrorName {
            $($(#[$doc])* pub const $name: ErrorName = ErrorName(Cow::Borrowed($text));)*
        }
    };
}

error_names! {
    /// Matches every error but those that nothing may catch.
    ALL = "States.ALL";
    /// A task or the machine ran past its `TimeoutSeconds`, or missed its heartbeat.
    TIMEOUT = "States.Timeout";
    /// A task sent no heartbeat within `HeartbeatSeconds`.
    HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout";
    /// Matches every failure of a task but a timeout.
    TASK_FAILED = "States.TaskFailed";
    /// The machine's role lacks a right.
    PERMISSIONS = "States.Permissions";
    /// The definition does not fit the data; nothing catches it.
    RUNTIME = "States.Runtime";
    /// A payload is larger than 262,144 bytes.
    DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded";
    /// A `ResultPath` cannot be applied to the input.
    RESULT_PATH_MATCH_FAILURE = "States.ResultPathMatchFailure";
    /// A path in a payload template cannot be evaluated.
    PARAMETER_PATH_FAILURE = "States.ParameterPathFailure";
    /// A branch of a Parallel state failed.
    BRANCH_FAILED = "States.BranchFailed";
    /// No rule of a Choice state matched, and it has no `Default`.
    NO_CHOICE_MATCHED = "States.NoChoiceMatched";
    /// An intrinsic function failed.
    INTRINSIC_FAILURE = "States.IntrinsicFailure";
    /// More children of a Distributed Map failed than it tolerates.
    EXCEED_TOLERATED_FAILURE_THRESHOLD = "States.ExceedToleratedFailureThreshold";
    /// A Distributed Map could not read its items.
    ITEM_READER_FAILED = "States.ItemReaderFailed";
    /// A Distributed Map could not write its results.
    RESULT_WRITER_FAILED = "States.ResultWriterFailed";
    /// A JSONata expression failed or gave nothing.
    QUERY_EVALUATION_ERROR = "States.QueryEvaluationError";
    /// Lambda's service failed.
    LAMBDA_SERVICE = "Lambda.ServiceException";
    /// Lambda answered with a server error.
    LAMBDA_AWS = "Lambda.AWSLambdaException";
    /// The connection to Lambda failed.
    LAMBDA_SDK_CLIENT = "Lambda.SdkClientException";
    /// The function is throttled.
    LAMBDA_TOO_MANY_REQUESTS = "Lambda.TooManyRequestsException";
    /// The function ended without an answer that Lambda can name.
    LAMBDA_UNKNOWN = "Lambda.Unknown";
    /// There is no such function.
    LAMBDA_RESOURCE_NOT_FOUND = "Lambda.ResourceNotFoundException";
    /// The function's process ended during an invocation.
    RUNTIME_EXIT = "Runtime.ExitError";
    /// The function ran past its own timeout.
    SANDBOX_TIMED_OUT = "Sandbox.Timedout";
}

/// Failures of the Lambda service that AWS asks every caller to retry.
///
/// Source: Step Functions developer guide, "Best practices: handle transient Lambda service exceptions".
pub const LAMBDA_TRANSIENT: [ErrorName; 4] = [
    ErrorName::LAMBDA_SERVICE,
    ErrorName::LAMBDA_AWS,
    ErrorName::LAMBDA_SDK_CLIENT,
    ErrorName::LAMBDA_TOO_MANY_REQUESTS,
];

/// What a task reports when the function's process crashed or was stopped.
pub const LAMBDA_CRASH: [ErrorName; 3] =
    [ErrorName::LAMBDA_UNKNOWN, ErrorName::RUNTIME_EXIT, ErrorName::SANDBOX_TIMED_OUT];

impl ErrorName {
    /// An error name of one's own.
    pub fn new(name: impl Into<String>) -> Self {
        Self(Cow::Owned(name.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for ErrorName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}
