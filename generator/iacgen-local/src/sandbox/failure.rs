//! How an invocation fails, in the words Lambda uses towards whoever invoked it.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::runtime_api::{RESPONSE_PAYLOAD_LIMIT, RuntimeError};

/// A function error: the payload that Lambda returns with `FunctionError: Unhandled`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionError {
    /// What went wrong, for reports and tests.
    pub kind: FailureKind,
    /// `errorType`: what a retrier or catcher matches.
    pub error_type: String,
    /// `errorMessage`.
    pub error_message: String,
    /// The whole payload as text, JSON in all but odd cases: the cause of the failed state.
    pub cause: String,
}

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The handler reported an error.
    Handler,
    /// Initialization reported an error.
    Initialization,
    /// The process ended by itself or by somebody's signal.
    Exited,
    /// The process was killed over its memory limit.
    OutOfMemory,
    /// The process was killed at its time limit.
    TimedOut,
    /// The response was larger than Lambda returns.
    ResponseTooLarge,
}

impl FunctionError {
    /// Reads what the runtime posted. Without `errorType` in the body the header counts, and without either
    /// the error is `Lambda.Unknown`, the name Step Functions gives to what it cannot tell.
    pub(crate) fn reported(kind: FailureKind, error: &RuntimeError) -> Self {
        let cause = String::from_utf8_lossy(&error.body).into_owned();
        let body: Value = serde_json::from_slice(&error.body).unwrap_or(Value::Null);
        let field = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            kind,
            error_type: field("errorType")
                .or_else(|| error.header.clone())
                .unwrap_or_else(|| "Lambda.Unknown".to_owned()),
            error_message: field("errorMessage").unwrap_or_default(),
            cause,
        }
    }

    /// The process ended. The last lines of its log go into the cause beside Lambda's two fields, since
    /// there is no log group to look into.
    pub(crate) fn exited(request_id: &str, status: ExitStatus, log_tail: &[String]) -> Self {
        let how = match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit status {code}"),
            (None, Some(signal)) => format!("signal: {}", signal_name(signal)),
            (None, None) => "unknown exit status".to_owned(),
        };
        Self::sandbox(
            FailureKind::Exited,
            "Runtime.ExitError",
            format!("RequestId: {request_id} Error: Runtime exited with error: {how}"),
            log_tail,
        )
    }

    /// The process was killed over its memory limit: Lambda words it like any other kill.
    pub(crate) fn out_of_memory(request_id: &str, log_tail: &[String]) -> Self {
        Self::sandbox(
            FailureKind::OutOfMemory,
            "Runtime.ExitError",
            format!("RequestId: {request_id} Error: Runtime exited with error: signal: killed"),
            log_tail,
        )
    }

    /// The process was killed at its time limit.
    pub(crate) fn timed_out(request_id: &str, limit: Duration, log_tail: &[String]) -> Self {
        Self::sandbox(
            FailureKind::TimedOut,
            "Sandbox.Timedout",
            format!("RequestId: {request_id} Error: Task timed out after {:.2} seconds", limit.as_secs_f64()),
            log_tail,
        )
    }

    pub(crate) fn response_too_large(bytes: usize) -> Self {
        Self::sandbox(
            FailureKind::ResponseTooLarge,
            "Function.ResponseSizeTooLarge",
            format!(
                "Response payload size ({bytes} bytes) exceeded maximum allowed payload size \
                 ({RESPONSE_PAYLOAD_LIMIT} bytes)."
            ),
            &[],
        )
    }

    fn sandbox(kind: FailureKind, error_type: &str, error_message: String, log_tail: &[String]) -> Self {
        let mut payload = json!({ "errorType": error_type, "errorMessage": error_message });
        if !log_tail.is_empty() {
            payload["logTail"] = json!(log_tail);
        }
        Self { kind, error_type: error_type.to_owned(), error_message, cause: payload.to_string() }
    }
}

/// The words of Go's runtime, in which Lambda's sandbox reports a signal.
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        11 => "segmentation fault",
        13 => "broken pipe",
        15 => "terminated",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn the_error_type_comes_from_the_body_then_the_header_then_lambda() {
        let reported = |header: Option<&str>, body: &'static str| {
            let error =
                RuntimeError { header: header.map(str::to_owned), body: Bytes::from_static(body.as_bytes()) };
            FunctionError::reported(FailureKind::Handler, &error)
        };
        let error = reported(Some("H"), r#"{"errorType":"B","errorMessage":"m"}"#);
        assert_eq!((error.error_type.as_str(), error.error_message.as_str()), ("B", "m"));
        assert_eq!(reported(Some("H"), "{}").error_type, "H");
        let unknown = reported(None, "no json");
        assert_eq!((unknown.error_type.as_str(), unknown.cause.as_str()), ("Lambda.Unknown", "no json"));
    }

    #[test]
    fn the_sandbox_words_are_lambdas() {
        let timeout = FunctionError::timed_out("id", Duration::from_secs(3), &[]);
        assert_eq!(
            timeout.cause,
            r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 3.00 seconds"}"#
        );
        let crash = FunctionError::exited("id", ExitStatus::from_raw(3 << 8), &["panicked".to_owned()]);
        assert_eq!(crash.error_message, "RequestId: id Error: Runtime exited with error: exit status 3");
        assert!(crash.cause.contains(r#""logTail":["panicked"]"#), "{}", crash.cause);
        let killed = FunctionError::exited("id", ExitStatus::from_raw(9), &[]);
        assert!(killed.error_message.ends_with("signal: killed"), "{}", killed.error_message);
    }
}
