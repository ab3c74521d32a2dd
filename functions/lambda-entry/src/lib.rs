//! The entry of every handler: logs, the event, errors with stable names.
//!
//! A handler crate gives [`serve`] two functions: one that makes its state once per execution environment, and one
//! that answers an event. Everything about Lambda's runtime stays here. The types in the second one's signature are the
//! handler's contract: [`contract_test`] keeps it in the crate's `contract.json`.

mod closed;
mod contract_file;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use contract::{ErrorType, Failure};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use contract::Stale;
pub use contract_file::HandlerContract;
pub use lambda_runtime::Error;

/// One event and what surrounds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation<T> {
    /// The event.
    pub event: T,
    /// The invocation's id.
    pub request_id: String,
    /// The function's version.
    pub function_version: String,
    /// The memory allocated, in MB.
    pub memory_mb: u32,
    /// When the event arrived.
    pub arrived: Instant,
    /// How long the environment took to initialise, in its first invocation.
    pub init: Option<Duration>,
}

/// Serves events until the environment ends. An event that is not what the handler takes is answered with
/// [`ErrorType::InvalidInput`] and the name of the field.
///
/// A state that cannot be made does not end the process: every event is then answered with that error, so that it
/// reaches the state machine under its name instead of as `Runtime.ExitError`.
///
/// # Errors
/// An error of the runtime itself, such as a Runtime API that does not answer.
#[expect(clippy::needless_pass_by_value, reason = "a handler is a function item: nothing is copied")]
pub fn serve<S, T, R, E>(
    make: impl FnOnce() -> Result<S, E>,
    handle: impl AsyncFn(&S, Invocation<T>) -> Result<R, E>,
) -> Result<(), Error>
where
    T: DeserializeOwned,
    R: Serialize,
    E: Failure,
{
    let start = Instant::now();
    log_to_stdout();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let state = make().map_err(|error| diagnostic(&error));
    let init = start.elapsed();
    let is_first = AtomicBool::new(true);
    runtime.block_on(lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let init = is_first.swap(false, Ordering::Relaxed).then_some(init);
        let state = state.as_ref().map_err(Clone::clone)?;
        answer(state, &handle, invocation(event, init)).await
    })))
}

/// Reads an event, hands it to the handler and writes what comes back.
async fn answer<S, T, R, E>(
    state: &S,
    handle: &impl AsyncFn(&S, Invocation<T>) -> Result<R, E>,
    invocation: Invocation<Value>,
) -> Result<Value, Diagnostic>
where
    T: DeserializeOwned,
    R: Serialize,
    E: Failure,
{
    let Invocation { event, request_id, function_version, memory_mb, arrived, init } = invocation;
    let event = contract::decode(event).map_err(|error| diagnostic(&error))?;
    let invocation = Invocation { event, request_id, function_version, memory_mb, arrived, init };
    let answer = handle(state, invocation).await.map_err(|error| diagnostic(&error))?;
    serde_json::to_value(answer).map_err(|error| Diagnostic {
        error_type: ErrorType::Misconfigured.to_string(),
        error_message: format!("the answer cannot be written as JSON: {error}"),
    })
}

fn log_to_stdout() {
    tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::INFO)
        .with_target(false)
        .with_ansi(false)
        .with_span_list(false)
        .without_time()
        .with_writer(io::stdout)
        .init();
}

fn invocation(event: LambdaEvent<Value>, init: Option<Duration>) -> Invocation<Value> {
    let (event, context) = event.into_parts();
    Invocation {
        event,
        request_id: context.request_id,
        function_version: context.env_config.version.clone(),
        memory_mb: u32::try_from(context.env_config.memory).unwrap_or(0),
        arrived: Instant::now(),
        init,
    }
}

/// Turns an error into what Lambda reports: its stable name, and what it and its causes say.
fn diagnostic(error: &impl Failure) -> Diagnostic {
    let mut error_message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !error_message.contains(&text) {
            error_message = format!("{error_message}: {text}");
        }
        source = cause.source();
    }
    Diagnostic { error_type: error.error_type().to_string(), error_message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;

    #[derive(Debug)]
    struct Outer(io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("cannot read the model")
        }
    }

    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    impl Failure for Outer {
        fn error_type(&self) -> ErrorType {
            ErrorType::Misconfigured
        }
    }

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Event {
        number: u8,
    }

    async fn double((): &(), invocation: Invocation<Event>) -> Result<u16, Outer> {
        Ok(2 * u16::from(invocation.event.number))
    }

    #[tokio::test]
    async fn events_are_read_and_answers_written() {
        let invocation = |event| Invocation {
            event,
            request_id: "request".to_owned(),
            function_version: "1".to_owned(),
            memory_mb: 128,
            arrived: Instant::now(),
            init: None,
        };
        let answered = answer(&(), &double, invocation(serde_json::json!({"number": 200}))).await;
        assert_eq!(answered.unwrap(), 400);
        let error =
            answer(&(), &double, invocation(serde_json::json!({"number": "many"}))).await.unwrap_err();
        assert_eq!(error.error_type, "InvalidInput");
        assert!(
            error.error_message.starts_with("the event is not valid at `number`: "),
            "{}",
            error.error_message
        );
    }

    #[test]
    fn a_failure_keeps_its_name_and_its_causes() {
        let diagnostic = diagnostic(&Outer(io::Error::other("disk on fire")));
        assert_eq!(diagnostic.error_type, "Misconfigured");
        assert_eq!(diagnostic.error_message, "cannot read the model: disk on fire");
    }
}
